#!/usr/bin/env bats
# p2p-backup(1): what is forgotten, and what never is.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets stderr, and run in functions

load p2p-backup

# times LABEL TIME ...: shard-fetch shows these snapshots, from number 1 on, and
# shard-drop writes down what it is to drop.
times()
{
	local label=$1 time number=0
	for time in "${@:2}"; do
		printf '{"number":%d,"time":%d,"size":1,"alive":3,"need":2,"total":3,"holders":3,"id":"%064d","label":"%s"}\n' \
			$((number += 1)) "$time" "$number" "$label"
	done > listed
	instead shard-fetch <<< "#!/bin/sh
cat $PWD/listed"
	instead shard-drop <<< "#!/bin/sh
echo \"\$@\" >> $PWD/dropped"
	: > dropped
}

# expected RULES < times: which numbers are dropped, by another reckoning.
expected()
{
	/usr/bin/python3 -c '
import datetime, sys
times = [int(word) for word in sys.stdin.read().split()]
dates = [datetime.datetime.fromtimestamp(t, datetime.timezone.utc) for t in times]
unit = {
    "last": lambda i: i,
    "daily": lambda i: dates[i].date(),
    "weekly": lambda i: dates[i].isocalendar()[:2],
    "monthly": lambda i: (dates[i].year, dates[i].month),
    "yearly": lambda i: dates[i].year,
}
keep = {len(times) - 1}
for rule in sys.argv[1:]:
    name, count = rule.split("=")
    seen = []
    for i in reversed(range(len(times))):
        if unit[name](i) not in seen and len(seen) < int(count):
            seen.append(unit[name](i))
            keep.add(i)
print(*[i + 1 for i in range(len(times)) if i not in keep])
' "$@"
}

@test "prune keeps what the rules keep, as another reckoning has it" {
	local first=1577836800 # 2020-01-01
	for rules in last=1 last=5 daily=7 weekly=4 monthly=12 yearly=3 \
		'daily=7 weekly=5 monthly=12 yearly=10' 'last=3 monthly=2'; do
		config "path = $PWD/data"
		for rule in $rules; do
			echo "keep-${rule%=*} = ${rule#*=}" >> home/backup.conf
		done
		# 25 hours apart over leap years, then some on one day, then a hole
		# shellcheck disable=SC2046
		set -- $(seq $first 90000 $((first + 90000000))) $((first + 90000500)) \
			$((first + 90000600)) $((first + 99999999))
		times files "$@"
		p2p-backup -q prune
		echo "$rules"
		# shellcheck disable=SC2086
		diff <(cut -d ' ' -f 4- dropped) <(echo "$@" | expected $rules)
	done
}

@test "prune drops nothing without a rule, and never the last one" {
	config "path = $PWD/data"
	times files 1 2 3 4
	run -0 --separate-stderr p2p-backup prune
	says "nothing is forgotten: '$PWD/home/backup.conf' has no keep- rule"
	[ ! -s dropped ]
	# a clock that jumps: the numbers count, not the times
	config "path = $PWD/data" 'keep-last = 1'
	times files 4000000000 3 1000000 2
	p2p-backup -q prune -n
	[ "$(cat dropped)" = "-C $PWD/home -q -n 1 2 3" ]
	# another label is nobody's
	times other 1 2 3
	p2p-backup -q prune
	[ ! -s dropped ]
	times p2p-backup 1 2 3 4
	p2p-backup -q prune
	[ "$(cat dropped)" = "-C $PWD/home -q 1 2" ]
}

@test "run prunes when all went well; prune -n drops nothing" {
	config "path = $PWD/data" 'keep-last = 2'
	for n in 1 2 3; do
		echo "$n" >> data/one
		quiet_run
	done
	run -0 p2p-backup list
	[ "$(grep -c ' files$' <<< "$output")" -eq 2 ]
	same_data
	config "path = $PWD/data" 'keep-last = 1'
	count=$(published s1)
	run -0 --separate-stderr p2p-backup prune --dry-run
	says 'would drop snapshot'
	[ "$(published s1)" -eq "$count" ]
	echo 'before = exit 1' >> home/backup.conf
	run -4 p2p-backup run
	[ "$(published s1)" -gt "$count" ]
	run -0 --separate-stderr p2p-backup prune
	says 'dropping snapshot'
	same_data
	# a peer that is away hears it another time
	sed -i '/before/d; s/^keep/happy = 2\nkeep/' home/backup.conf
	mv s3 away
	echo 4 >> data/one
	run -0 --separate-stderr p2p-backup run
	says 'warning: not all peers could be told what to drop'
	mv away s3
	quiet_run
	run -0 p2p-backup list
	[ "$(grep -c ' files$' <<< "$output")" -eq 1 ]
}
