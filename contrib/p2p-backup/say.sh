# What is told: lines on standard error, the history, the notify command.
# SPDX-License-Identifier: ISC

# hear TEXT: for tell_end.
hear()
{
	heard="${heard-}$*
"
}

say()
{
	[ "$quiet" ] || printf 'p2p-backup: %s\n' "$*" >&2
}

warn()
{
	hear "$*"
	printf 'p2p-backup: warning: %s\n' "$*" >&2
}

# complain TEXT [HINT]
complain()
{
	hear "$1"
	printf 'p2p-backup: %s\n' "$1" >&2
	[ -z "${2-}" ] || hint "$2"
}

hint()
{
	printf 'p2p-backup: hint: %s\n' "$1" >&2
}

# die STATUS TEXT [HINT]
die()
{
	code=$1
	shift
	complain "$@"
	exit "$code"
}

# want PROGRAM WHAT: or say that without it there is no WHAT.
want()
{
	command -v "$1" > /dev/null && return
	complain "$2 needs '$1', which is not installed"
	return 4
}

# called FROM TO < TEXT: the same with TO for each FROM, a path that only this run
# has.
called()
{
	from=$1 to=$2 awk '{
		text = ""
		while (at = index($0, ENVIRON["from"])) {
			text = text substr($0, 1, at - 1) ENVIRON["to"]
			$0 = substr($0, at + length(ENVIRON["from"]))
		}
		print text $0
	}'
}

# overhear FILE: standard input goes there, and to standard error if that is
# still read.
overhear()
{
	(
		trap '' PIPE
		tee -a "$1" >&2 2> /dev/null
	)
}

# worse STATUS: the run ends with the highest of all statuses.
worse()
{
	[ "$1" -le "$worst" ] || worst=$1
}

# plain FILE: a regular one or none, or else a complaint: who opens a pipe waits.
plain()
{
	[ ! -e "$1" ] || [ -f "$1" ] || {
		complain "'$1' is not a regular file" "move it away"
		return 4
	}
}

# record VERB JOB OUTCOME [DETAIL]: a line of the history. A full disk may have
# cut off the one before it.
record()
{
	plain "$state/history" || return
	line="$(date +%s) $*"
	[ -z "$(tail -c 1 "$state/history" 2> /dev/null)" ] || line="
$line"
	(umask 077 && echo "$line" >> "$state/history") || {
		warn "cannot write '$state/history'"
		return 4
	}
}

# recorded VERB JOB OUTCOME: when that last was, in seconds; nothing if never.
recorded()
{
	[ ! -f "$state/history" ] ||
		awk -v verb="$1" -v job="$2" -v outcome="$3" '
		$2 == verb && $3 == job && $4 ~ "^" outcome "$" { last = $1 }
		END { print last }' "$state/history"
}

# ago SECONDS: a length of time, as a person says it.
ago()
{
	if [ "$1" -lt 0 ]; then
		echo "in the future"
	elif [ "$1" -lt 120 ]; then
		echo "$1 s"
	elif [ "$1" -lt 7200 ]; then
		echo "$(($1 / 60)) min"
	elif [ "$1" -lt 172800 ]; then
		echo "$(($1 / 3600)) h"
	else
		echo "$(($1 / 86400)) d"
	fi
}

# alarm SUBJECT: complain, and give the notify command what was said besides.
alarm()
{
	complain "$1"
	alarmed=1
	tell_room 1
	notify=$(value '' notify '')
	[ "$notify" ] || return 0
	{
		echo "$1"
		if [ "$cramped" ]; then
			printf '%s' "$heard"
		elif [ -f "$work/said" ]; then
			cat "$work/said"
		fi
	} | P2P_SUBJECT="p2p-backup on $(uname -n): $1" sh -c "$notify" 9>&- >&2 ||
		warn "the notify command failed"
}

# tell_room STATUS: what has failed may have done so for want of room for $work,
# whatever else was said of it.
tell_room()
{
	[ "$1" -gt 0 ] && [ -z "$cramped" ] || return 0
	! { head -c 65536 /dev/zero > "$work/room"; } 2> /dev/null || {
		rm -f "$work/room"
		return
	}
	cramped=1
	rm -f "$work/room"
	complain "'${TMPDIR:-/tmp}' has no room for what p2p-backup notes there while it runs" \
		"make room there, or set TMPDIR to a folder that has some"
}

# tell_end STATUS: what cron starts, and what failed without an alarm of its own,
# is one. A mistake in the command line or an interrupt from the keyboard is seen
# by who made it.
tell_end()
{
	tell_room "$1"
	[ "$watched" ] && [ "$1" -gt 0 ] && [ -z "$alarmed" ] || return 0
	[ "$(value '' notify '')" ] || return 0
	[ "$cramped" ] || printf '%s' "$heard" >> "$work/said"
	alarm "'$verb' ended with status $1"
}
