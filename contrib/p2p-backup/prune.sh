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
	superfluous > "$work/drop"
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

# After a run in which all went well; a peer that is away hears it another time.
run_prune()
{
	mode_is_whole || return 0
	catalog "$home" || return
	superfluous > "$work/drop"
	[ -s "$work/drop" ] || return 0
	# shellcheck disable=SC2046 # numbers
	ask shard-drop "$home" $(cat "$work/drop") || {
		failed=$?
		[ "$failed" -eq 1 ] || return "$failed"
		warn "not all peers could be told what to drop; the next run tells them"
	}
}

# The numbers that no rule keeps. A job without rules keeps everything, and so
# do snapshots whose label is of no job.
superfluous()
{
	for job in $(jobs); do
		rules=''
		for unit in last daily weekly monthly yearly; do
			rules="$rules $unit=$(value "$job" "keep-$unit" 0)"
		done
		case $rules in
		*=[1-9]*) snapshots_of "$(label_of "$job")" | not_kept "$rules" ;;
		esac
	done
	snapshots_of p2p-backup | not_kept last=2
}

# not_kept RULES < LINES of one label, the oldest first: for each rule, from the
# newest on, the newest of each period is kept until there are enough. Periods
# are those of UTC; weeks begin on Monday.
not_kept()
{
	awk -F '\t' -v rules="$1" '
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
	{ number[NR] = $1; time[NR] = $2 }
	END {
		keep[NR] = 1
		count = split(rules, rule, " ")
		for (r = 1; r <= count; r++) {
			split(rule[r], part, "=")
			left = part[2]
			split("", seen)
			for (i = NR; i > 0 && left > 0; i--)
				if (!seen[period(part[1], i)]++) {
					keep[i] = 1
					left--
				}
		}
		for (i = 1; i <= NR; i++)
			if (!keep[i])
				print number[i]
	}'
}
