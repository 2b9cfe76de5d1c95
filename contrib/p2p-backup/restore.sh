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
		*/* | . | ..)
			[ -z "$path" ] || misuse "unexpected operand '$1'"
			# As tar has it, and no link is followed.
			path=$(realpath -sm -- "$1") || return 4
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
	choose "$which" || return
	restore_to "$to"
	for number in $chosen; do
		lacks=''
		if restore_one "$number" "$path" < /dev/null; then
			found_some=1
		elif [ -z "$lacks" ] || [ "$which" ]; then
			worse "$failed"
		fi
	done
	[ "$found_some" ] || worse 1
	return "$worst"
}

# may_restore_to DIR: nothing is written over but where the user says so.
may_restore_to()
{
	[ "$1" ] || [ -z "$(ls -A restored 2> /dev/null)" ] ||
		die 2 "there is a folder 'restored' already, and it is not empty" \
			"say where to: --to DIR"
}

# restore_to DIR: $to is that, or a new folder here.
restore_to()
{
	may_restore_to "$1"
	to=${1:-restored}
	mkdir -p -- "$to" && to=$(cd -- "$to" && pwd) || exit 4
}

# choose WHICH: $chosen are numbers of snapshots. The newest is never silently an
# older one, nor is a job that has none passed over.
choose()
{
	case $1 in
	'' | *[!0-9]*) newest_is_there || return ;;
	esac
	chosen=''
	case $1 in
	'')
		for job in $(jobs); do
			number=$(newest_of "$(label_of "$job")")
			chosen="$chosen $number"
			[ -z "$number" ] || continue
			complain "$job: there is no snapshot"
			[ "$path" ] || worse 1
		done
		;;
	latest) chosen=$(awk -F '\t' '$7 != "p2p-backup" && $8 !~ /1/ { print $1 }' "$work/catalog" | tail -n 1) ;;
	*[!0-9]*)
		known "$1"
		chosen=$(newest_of "$(label_of "$1")")
		;;
	*) chosen=$(awk -F '\t' -v number="$1" '$1 == number { print $1 }' "$work/catalog") ;;
	esac
	case $chosen in *[0-9]*) return 0 ;; esac
	complain "there is no snapshot '${1:-of any job}'" "see: p2p-backup list"
	return 1
}

# restore_one NUMBER [PATH]: into $to. If that has no such path, $lacks says so.
# What a command wrote becomes a file, whatever it is; so does what no job is
# known to have made if tar did not.
restore_one()
{
	label=$(label_of_snapshot "$1")
	job=$(job_of "$label")
	file=$to/${job:-snapshot-$1}
	rm -f "$file.part"
	kept=''
	bring_one "$1" "$2" || {
		failed=$?
		if [ "$failed" -eq 9 ]; then
			lacks=1 failed=1
			complain "snapshot $1 ($label) has no '$2'"
		else
			complain "snapshot $1 ($label) did not come back whole" \
				"$(older_than "$1" "$label")"
		fi
		return "$failed"
	}
	if [ ! "$kept" ]; then
		say "snapshot $1 ($label) is in '$to'"
	elif is_tar "$file"; then
		say "snapshot $1 ($label) is the file '$file', an archive: tar -x -f '$file'"
	else
		say "snapshot $1 ($label) is the file '$file'"
	fi
}

# older_than NUMBER LABEL: a hint, if that one has too few shards now and one before
# it has enough.
older_than()
{
	label=$2 awk -F '\t' -v number="$1" '
	$1 == number { lacks = $4 < $5 }
	$7 == ENVIRON["label"] && $1 < number && $4 >= $5 && $8 !~ /1/ { last = $1 }
	END {
		if (lacks && last)
			print "an older one can be restored now: p2p-backup restore " last
	}' "$work/catalog"
}

# bring_one NUMBER [PATH]: what becomes a file gets its name when all is there.
bring_one()
{
	whole=$([ -z "$job" ] || value "$job" command '')
	if [ "$whole" ] && [ "$2" ]; then
		return 9
	elif [ "$whole" ]; then
		bring "$read" "$1" keep "$file"
	else
		bring "$read" "$1" unpack "$to" "$file" "$2"
	fi || {
		failed=$?
		[ "$failed" -eq 8 ] || return "$failed"
		borrow "$1" || return
	}
	[ -e "$file.part" ] || return 0
	kept=1
	mv -T "$file.part" "$file" || return 4
}
