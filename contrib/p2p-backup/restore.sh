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
	choose "$which" > "$work/chosen" || return
	restore_to "$to"
	worst=0
	while read -r number; do
		restore_one "$number" "$path" < /dev/null || worse $?
	done < "$work/chosen"
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

# choose WHICH: numbers of snapshots, a line each.
choose()
{
	case $1 in
	'')
		for job in $(jobs); do
			newest_of "$(label_of "$job")"
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

keep()
{
	cat > "$1" || return 4
}

# restore_one NUMBER [PATH]: into $to.
restore_one()
{
	label=$(label_of_snapshot "$1")
	job=$(job_of "$label")
	if [ "$job" ] && [ "$(value "$job" command '')" ]; then
		[ -z "$2" ] || die 2 "snapshot $1 is of a command: it has no '$2'"
		bring "$read" "$1" keep "$to/$job.part" &&
			{ mv "$to/$job.part" "$to/$job" || (exit 4); }
	elif [ "$2" ]; then
		bring "$read" "$1" untar "$to" -- ".${2%/}"
	else
		bring "$read" "$1" untar "$to"
	fi || {
		failed=$?
		complain "snapshot $1 ($label) did not come back whole"
		return "$failed"
	}
	say "snapshot $1 ($label) is in '$to'"
}
