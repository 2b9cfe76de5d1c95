# prune: forget the snapshots that no rule of their job keeps.
# SPDX-License-Identifier: ISC

prune()
{
	dry=''
	while [ $# -gt 0 ]; do
		case $1 in
		-n | --dry-run) dry=-n ;;
		*) die 2 "unexpected operand '$1'" ;;
		esac
		shift
	done
	lock
	mode_set
	whole_only prune
	find_peers || warn "going on with the addresses of the roster"
	catalog "$home" || return
	# shellcheck disable=SC2046 # a job is one word
	superfluous $(jobs) > "$work/drop" || return
	if [ ! -s "$work/drop" ]; then
		if grep -q "$(printf '\tkeep-')" "$work/config"; then
			say "every snapshot is kept by a rule"
		else
			say "nothing is forgotten: '$config' has no keep- rule"
		fi
		return
	fi
	# shellcheck disable=SC2046 # numbers
	ask shard-drop "$home" ${dry:+"$dry"} $(cat "$work/drop")
}

# run_prune: after the jobs of a run, for all but those that have failed, so that
# one that always fails does not fill the peers until all do. A peer that is away
# hears it another time.
run_prune()
{
	# shellcheck disable=SC2086 # a job is one word
	rest=$(jobs | grep -vxF "$(printf '%s\n' ${failed_jobs:-/})")
	# shellcheck disable=SC2086 # a job is one word
	superfluous $rest > "$work/drop" || return
	if [ -s "$work/drop" ]; then
		# shellcheck disable=SC2046 # numbers
		ask shard-drop "$home" $(cat "$work/drop") || {
			failed=$?
			[ "$failed" -eq 1 ] || return "$failed"
			warn "not all peers could be told what to drop; the next run tells them"
		}
	fi
	for job in $failed_jobs; do
		superfluous_of_job "$job" > "$work/drop" || return
		[ ! -s "$work/drop" ] ||
			warn "$job: older snapshots that no rule keeps stay until a backup is made; if the peers are full: p2p-backup prune"
	done
}

# superfluous JOB ...: the numbers that no rule keeps, and those of what was dropped
# while a peer was away, which may be back.
superfluous()
{
	for job; do
		superfluous_of_job "$job" || return
	done
	superfluous_of "the configuration" p2p-backup last=2
}

# superfluous_of_job JOB: one without rules keeps everything, and so do snapshots
# whose label is of no job.
superfluous_of_job()
{
	rules=''
	for unit in last daily weekly monthly yearly; do
		rules="$rules $unit=$(value "$1" "keep-$unit" 0)"
	done
	case $rules in
	*=[1-9]*) superfluous_of "$1" "$(label_of "$1")" "$rules" ;;
	esac
}

# superfluous_of WHAT LABEL RULES
superfluous_of()
{
	true > "$work/lost" && dropped_of "$2" || return 4
	snapshots_of "$2" | not_kept "$3" "$work/lost" || return 4
	[ ! -s "$work/lost" ] ||
		warn "$1: snapshots $(xargs < "$work/lost") cannot be restored now, so they are not among those to keep: p2p-backup repair --all"
}

# not_kept RULES LOST < LINES of one label, the oldest first: for each rule, from
# the newest on, the newest of each period is kept until there are enough. Periods
# are those of UTC; weeks begin on Monday. What cannot be restored now is none of
# these, since it may stay so: it is kept as long as there are not enough others,
# and its number goes to LOST.
not_kept()
{
	awk -F '\t' -v rules="$1" -v lost="$2" '
	# Civil year and month of a day since 1970 (Hinnant, chrono-compatible).
	function month(day,    era, doe, yoe, doy, mp, y) {
		day += 719468
		era = int(day / 146097)
		doe = day - era * 146097
		yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
		doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
		mp = int((5 * doy + 2) / 153)
		y = yoe + era * 400 + (mp >= 10)
		return y * 12 + (mp < 10 ? mp + 2 : mp - 10)
	}
	function period(unit, i) {
		day = int(time[i] / 86400)
		return unit == "last" ? i : unit == "daily" ? day : \
		    unit == "weekly" ? int((day + 3) / 7) : \
		    unit == "monthly" ? month(day) : int(month(day) / 12)
	}
	{ number[NR] = $1; time[NR] = $2; whole[NR] = $4 >= $5 }
	END {
		keep[NR] = 1
		count = split(rules, rule, " ")
		for (r = 1; r <= count; r++) {
			split(rule[r], part, "=")
			left = part[2]
			split("", seen)
			for (i = NR; i > 0 && left > 0; i--)
				if (!(period(part[1], i) in seen)) {
					keep[i] = 1
					if (whole[i]) {
						seen[period(part[1], i)]
						left--
					}
				}
		}
		for (i = 1; i <= NR; i++)
			if (!keep[i])
				print number[i]
			else if (!whole[i])
				print number[i] > lost
	}'
}
