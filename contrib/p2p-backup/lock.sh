# One p2p-backup at a time. The kernel frees the lock when the last process that
# has it ends, so none is ever stale; the file says who took it, and is empty
# when that one came to its end. A run that finds it taken still looks whether the
# backups grow old: what has it may hang.
# SPDX-License-Identifier: ISC

lock()
{
	want flock "a lock" && plain "$state/lock" || exit 4
	(umask 077 && : >> "$state/lock") || exit 4
	exec 9>> "$state/lock"
	flock -n 9 && free=1 || free=''
	# not before it: who had it may have come to its end by now
	who='' since=''
	read -r who since < "$state/lock" || :
	if [ ! "$free" ]; then
		[ "$verb" != run ] || check_ages || :
		[ "$who" ] ||
			die 4 "another p2p-backup is running; who it is, '$state/lock' does not say" \
				"wait for it to end, or see: fuser -v '$state/lock'"
		if kill -0 "$who" 2> /dev/null; then
			die 4 "another p2p-backup is running: pid $who, since $since" \
				"wait for it to end"
		fi
		die 4 "pid $who, since $since, was killed, but what it started still runs" \
			"wait for it to end, or see: fuser -v '$state/lock'"
	fi
	[ -z "$who" ] ||
		say "the run of pid $who, since $since, was cut off; this one makes up for it"
	echo "$$ $(date -u '+%Y-%m-%d %H:%M:%S UTC')" > "$state/lock"
	locked=1
	sweep
}

# Whoever was killed, or lost power, has left what it restored to try it, in plain.
# Its folder is named in work.PID.
sweep()
{
	for file in "$state"/work.*; do
		[ -f "$file" ] || continue
		! kill -0 "${file##*.}" 2> /dev/null || continue
		left=$(cat "$file")
		case $left in
		*/p2p-backup.??????????)
			if [ -d "$left" ] && [ ! -L "$left" ] && [ -O "$left" ]; then
				say "removing '$left', which pid ${file##*.} left when it was killed"
				chmod -R u+rwX "$left"
				rm -rf "$left" || continue
			fi
			;;
		esac
		rm -f "$file"
	done
}

unlock()
{
	[ -z "$locked" ] || : > "$state/lock"
}
