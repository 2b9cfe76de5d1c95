#!/usr/bin/env bats
# p2p-backup(1): what is forgotten, and what never is.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets stderr, and run in functions

load p2p-backup

# times LABEL TIME ...: shard-fetch shows these snapshots, from number 1 on, and
# shard-drop writes down what it is to drop. What ends in x cannot be restored,
# and what ends in d was dropped already.
times()
{
	local label=$1 time number=0 alive dropped
	for time in "${@:2}"; do
		alive=3
		[[ $time != *x ]] || alive=1
		dropped=0
		[[ $time != *d ]] || dropped=1 alive=1
		printf '{"number":%d,"time":%d,"size":1,"alive":%d,"need":2,"total":3,"holders":3,"id":"%064d","dropped":%d,"label":"%s"}\n' \
			$((number += 1)) "${time%[xd]}" "$alive" "$number" "$dropped" "$label"
	done > listed
	instead shard-fetch <<< "#!/bin/sh
cat $PWD/listed"
	instead shard-drop <<< "#!/bin/sh
echo \"\$@\" >> $PWD/dropped"
	: > dropped
}

# expected RULES < times: which numbers are dropped, by another reckoning: what
# cannot be restored takes no place, and stays while there is one left.
expected()
{
	/usr/bin/python3 -c '
import datetime, sys
words = sys.stdin.read().split()
times = [int(word.rstrip("x")) for word in words]
lost = [word.endswith("x") for word in words]
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
            keep.add(i)
            if not lost[i]:
                seen.append(unit[name](i))
print(*[i + 1 for i in range(len(times)) if i not in keep])
' "$@"
}

@test "prune keeps what the rules keep, as another reckoning has it" {
	local lost=3 first=1577836800 # 2020-01-01
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
		lost=$((1003 - lost)) # one of so many cannot be restored
		mapfile -t have < <(printf '%s\n' "$@" | sed "0~${lost}s/\$/x/")
		times files "${have[@]}"
		p2p-backup -q prune 2> said
		echo "$rules, one of $lost lost"
		# shellcheck disable=SC2086
		diff <(cut -d ' ' -f 4- dropped) <(echo "${have[@]}" | expected $rules)
	done
}

# Goal: the newest of a job cannot be restored: the one before it is not taken
# for old, neither by a rule nor by what keeps the newest.
@test "what cannot be restored takes the place of nothing that can" {
	config "path = $PWD/data" 'keep-last = 1'
	times files 1 2 3x 4x
	run -0 --separate-stderr p2p-backup -q prune
	says 'warning: files: snapshots 3 4 cannot be restored now, so they are not among those to keep: p2p-backup repair --all'
	[ "$(cat dropped)" = "-C $PWD/home -q 1" ]
	# none can be: perhaps the peers are only away
	times files 1x 2x 3x
	run -0 --separate-stderr p2p-backup -q prune
	says 'files: snapshots 1 2 3 cannot be restored now'
	[ ! -s dropped ]
	# those behind as many as are to be kept are nobody's hope
	times files 1 2x 3x 4
	run -0 --separate-stderr p2p-backup -q prune
	[ -z "$stderr" ]
	[ "$(cat dropped)" = "-C $PWD/home -q 1 2 3" ]
	# made to run: a disk dies, after another was away
	rm -r instead/shard-*
	config "path = $PWD/data" 'happy = 2'
	quiet_run
	mv s3 away
	cp data/one was
	bytes other 5000 > data/one
	p2p-backup -q run 2> said
	mv away s3
	rm -r s1
	mkdir s1
	run -1 --separate-stderr p2p-backup -q restore files --to none
	config "path = $PWD/data" 'happy = 2' 'keep-last = 1' '[two]' "command = echo two"
	run -0 --separate-stderr p2p-backup -q run two
	says 'files: snapshots [0-9]* cannot be restored now'
	first=$(shard-fetch -q -l -o json | sed -n '/"files"/{s/{"number":\([0-9]*\),.*/\1/p;q}')
	p2p-backup -q restore "$first" --to back
	cmp was "back$PWD/data/one"
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

@test "run prunes what went well; prune -n drops nothing" {
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
	run -4 --separate-stderr p2p-backup run
	says 'warning: files: older snapshots that no rule keeps stay until a backup is made; if the peers are full: p2p-backup prune'
	[ "$(published s1)" -ge "$count" ]
	run -0 p2p-backup list
	[ "$(grep -c ' files$' <<< "$output")" -eq 2 ]
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

# Goal: a job that fails each night does not keep the others from being pruned.
@test "run prunes the jobs that did not fail" {
	config "path = $PWD/data" 'keep-last = 1' '[bad]' 'command = exit 1' 'keep-last = 1'
	for n in 1 2; do
		echo "$n" >> data/one
		run -4 --separate-stderr p2p-backup run
	done
	says 'bad: no backup was made'
	run -0 p2p-backup list
	[ "$(grep -c ' files$' <<< "$output")" -eq 1 ]
	p2p-backup -q restore files --to back
	diff -r data "back$PWD/data"
}

# Goal: roster and configuration are with all peers, whoever has dropped them,
# or was away when they changed.
@test "the snapshot of the configuration is made again when it is lost" {
	config "path = $PWD/data" 'happy = 2'
	for n in 1 2; do
		echo "$n" >> data/one
		quiet_run
	done
	peer-key -q phrase > sheet
	[ "$(shard-fetch -q -l -o json | grep -c '"p2p-backup"')" -eq 1 ]
	shard-drop -q -k 1
	run ! grep '"p2p-backup"' <(shard-fetch -q -l -o json)
	run -0 --separate-stderr p2p-backup run
	says 'roster and configuration are not with all peers, and are sent again'
	quiet_run
	# a peer is away in the night that they change, and then a disk is new
	echo '# changed' >> home/backup.conf
	mv s3 away
	p2p-backup -q run 2> said
	mv away s3
	quiet_run
	p2p-backup -q -C one recover --sheet sheet --to back "dir:$PWD/s3"
	cmp home/backup.conf one/backup.conf
	rm -r s2
	mkdir s2
	quiet_run
	p2p-backup -q -C two recover --sheet sheet --to two "dir:$PWD/s2"
	cmp home/backup.conf two/backup.conf
	# but no more often than that
	shard-fetch -q -l -o json | grep '"p2p-backup"' | tail -n 1 > was
	mv s1 away
	for n in 3 4; do
		p2p-backup -q run 2> said
	done
	mv away s1
	shard-fetch -q -l -o json | grep '"p2p-backup"' | tail -n 1 | diff was -
}

# Goal: what a store keeps for others is not backed up to them, and back.
@test "stores below a path stay out" {
	mv s1 s2 s3 data
	printf 'disk%d - dir:%s\n' 1 "$PWD/data/s1" 2 "$PWD/data/s2" 3 "$PWD/data/s3" > home/peers
	quiet_run
	size=$(newest | sed 's/.*"size":\([0-9]*\).*/\1/')
	quiet_run
	[ "$(newest | sed 's/.*"size":\([0-9]*\).*/\1/')" -le "$((size + 10240))" ]
	p2p-backup -q restore --to back
	cmp data/one "back$PWD/data/one"
	[ -d "back$PWD/data/s1" ]
	[ -z "$(ls -A "back$PWD/data/s1")" ]
	p2p-backup -q drill --all
}

# Goal: what was dropped and is still shown is none of the snapshots that rules
# reckon with; it is dropped again, for a peer that was away may be back.
@test "what was dropped already takes no place among those to keep" {
	config "path = $PWD/data" 'keep-last = 2'
	times files 1 2d 3 4d 5d
	run -0 --separate-stderr p2p-backup -q prune
	[ -z "$stderr" ]
	[ "$(cat dropped)" = "-C $PWD/home -q 2 4 5" ]
	times files 1 2d 3 4
	p2p-backup -q prune
	[ "$(cat dropped)" = "-C $PWD/home -q 2 1" ]
	# nor is it what jobs without a rule, or a restore, go by
	config "path = $PWD/data"
	times files 1 2d
	p2p-backup -q prune
	[ "$(cut -d ' ' -f 4- dropped)" = '' ]
}

# Goal: only what a store keeps is left out: nothing that stands beside a file of
# that name, nor what else there is in the folder that is one.
@test "what is no store's is backed up, whatever is beside it" {
	cp s1/shardkit-store data 2> /dev/null || printf 'shardkit store 1\nx\n' > data/shardkit-store
	mkdir -p data/deep/tmp data/deep/orders
	bytes three 100 > data/deep/orders/july
	touch data/deep/shardkit-store
	quiet_run
	same_data
	# the folder that is backed up became a store before all else came
	mv s1 'data/s [1]'
	bytes four 100 > 'data/s [1]/mine'
	config "path = $PWD/data/s [1]"
	echo "disk1 - \"dir:$PWD/data/s [1]\"" > home/peers
	printf 'disk%d - dir:%s\n' 2 "$PWD/s2" 3 "$PWD/s3" >> home/peers
	run -0 --separate-stderr p2p-backup -q run
	[ "$stderr" = "p2p-backup: warning: files: what the store '$PWD/data/s [1]' keeps is left out" ]
	rm -rf back
	p2p-backup -q restore --to back
	[ "$(ls -A "back$PWD/data/s [1]")" = mine ]
	cmp "data/s [1]/mine" "back$PWD/data/s [1]/mine"
	p2p-backup -q drill --all
	config "path = $PWD/data"
	p2p-backup run 2>&1 | grep -x "p2p-backup: files: what the store '$PWD/data/s \[1\]' keeps is left out"
	quiet_run
	p2p-backup drill --all 2>&1 | grep ', 6 files compared'
}
