# restore: the newest snapshot of each job, of one, or one by its number.
# SPDX-License-Identifier: ISC

restore()
{
	to='' which='' path=''
	while [ $# -gt 0 ]; do
		case $1 in
		--to)
			[ $# -gt 1 ] || misuse "option '--to' needs a value"
			to=$2
			shift
			;;
		--to=*) to=${1#*=} ;;
		-*) misuse "unknown option '$1'" ;;
		/*)
			[ -z "$path" ] || misuse "unexpected operand '$1'"
			path=$1
			;;
		*)
			[ -z "$which$path" ] || misuse "unexpected operand '$1'"
			which=$1
			;;
		esac
		shift
	done
	mode_set
	find_peers || warn "going on with the addresses of the roster"
	catalog "$read" || return
	worst=0 found_some=''
	choose "$which" > "$work/chosen" || return
	restore_to "$to"
	while read -r number; do
		lacks=''
		if restore_one "$number" "$path" < /dev/null; then
			found_some=1
		elif [ -z "$lacks" ] || [ "$which" ]; then
			worse "$failed"
		fi
	done < "$work/chosen"
	[ "$found_some" ] || worse 1
	return "$worst"
}

# restore_to DIR: $to is that, or a new folder here. Nothing is written over but
# where the user says so.
restore_to()
{
	to=$1
	if [ -z "$to" ]; then
		to=restored
		[ -z "$(ls -A restored 2> /dev/null)" ] ||
			die 2 "there is a folder 'restored' already, and it is not empty" \
				"say where to: --to DIR"
	fi
	mkdir -p -- "$to" && to=$(cd -- "$to" && pwd) || exit 4
}

# choose WHICH: numbers of snapshots, a line each. The newest is never silently
# an older one, nor is a job that has none passed over.
choose()
{
	case $1 in
	'' | *[!0-9]*) newest_is_there || return ;;
	esac
	case $1 in
	'')
		for job in $(jobs); do
			newest_of "$(label_of "$job")" | grep . && continue
			complain "$job: there is no snapshot"
			[ "$path" ] || worse 1
		done
		;;
	latest) awk -F '\t' '$7 != "p2p-backup" { print $1 }' "$work/catalog" | tail -n 1 ;;
	*[!0-9]*)
		known "$1"
		newest_of "$(label_of "$1")"
		;;
	*) awk -F '\t' -v number="$1" '$1 == number { print $1 }' "$work/catalog" ;;
	esac > "$work/numbers"
	[ -s "$work/numbers" ] || {
		complain "there is no snapshot '${1:-of any job}'" "see: p2p-backup list"
		return 1
	}
	cat "$work/numbers"
}

# bring FOLDER NUMBER COMMAND ...: run it on the plain bytes. Only if all three
# say so it is all of them.
bring()
{
	folder=$1 number=$2
	shift 2
	rm -f "$work/fetch" "$work/join"
	{ ask shard-fetch "$folder" "$number" || echo $? > "$work/fetch"; } |
		{ shard-join -C "$folder" ${talk:+"$talk"} || echo $? > "$work/join"; } |
		"$@"
	took=$?
	for tool in fetch join; do
		[ ! -f "$work/$tool" ] || return "$(cat "$work/$tool")"
	done
	return "$took"
}

# What tar -x is given besides. It reads on to the end of the stream, where
# shard-join says whether that is the true one.
untar()
{
	tar -x --acls --xattrs --xattrs-include='*' -C "$@" || return 4
	cat > /dev/null
}

# part DIR PATH: that much of it; 9 if there is no such thing in it.
part()
{
	(LC_ALL=C && export LC_ALL && untar "$1" -- ".${2%/}") 2> "$work/tar" &&
		return
	cat > /dev/null
	grep -v -e ': Not found in archive$' -e ': Exiting with failure' "$work/tar" >&2 ||
		return 9
	return 4
}

keep()
{
	cat > "$1" || return 4
}

# restore_one NUMBER [PATH]: into $to. If that has no such path, $lacks says so.
restore_one()
{
	label=$(label_of_snapshot "$1")
	job=$(job_of "$label")
	whole=$([ -z "$job" ] || value "$job" command '')
	if [ "$whole" ] && [ "$2" ]; then
		(exit 9)
	elif [ "$whole" ]; then
		bring "$read" "$1" keep "$to/$job.part" &&
			{ mv "$to/$job.part" "$to/$job" || (exit 4); }
	elif [ "$2" ]; then
		bring "$read" "$1" part "$to" "$2"
	else
		bring "$read" "$1" untar "$to"
	fi || {
		failed=$?
		if [ "$failed" -eq 9 ]; then
			lacks=1 failed=1
			complain "snapshot $1 ($label) has no '$2'"
		else
			complain "snapshot $1 ($label) did not come back whole"
		fi
		return "$failed"
	}
	say "snapshot $1 ($label) is in '$to'"
}
