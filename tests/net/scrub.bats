#!/usr/bin/env bats
# A holder reads its whole store, slowly, and finds what has rotted.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 2
	bytes input 20480 > in
}

teardown()
{
	net_teardown
}

back_up()
{
	shard-split -q -s 1024 -k 1 -n 2 in |
		timeout 60 shard-send -q > /dev/null
}

# scrubbed NAME: what the store's file says of the last pass.
scrubbed()
{
	sed -n "s/^$1=//p" s1/scrub
}

# Whether a pass has ended that began when that many passes had.
ended()
{
	[ "$(grep -c 'event=scrub .*outcome=ok' b1.log)" -gt "$1" ]
}

# Goal: what has rotted is found without being asked for, is not there for
# anybody, and is placed anew.
@test "scrub: a flipped shard is set aside, told, and repaired" {
	hold 1
	hold 2
	back_up
	halt TERM 1
	damaged=$(shards_in s1 | head -n 1)
	flip "$damaged"
	hold 1 --scrub 1s
	logged 1 'event=start'
	until_true 200 grep -q 'event=scrub .*shard=.*damaged' b1.log
	until_true 100 ended 0
	[ ! -e "$damaged" ]
	[ "$(ls s1/*/damaged)" = "0-${damaged##*/}" ]
	[ "$(used s1)" -eq "$(size_of s1)" ]
	whole s1
	run -1 --separate-stderr timeout 60 shard-vote audit -f -o json bob1
	[ "$(jq .missing <<< "$output")" -eq 1 ]
	timeout 60 shard-repair -q -a -o json > report
	[ "$(jq .rebuilt report)" -eq 1 ]
	whole s1
	[ -e "$damaged" ]
	timeout 60 shard-vote audit -q -f bob1 > /dev/null
	halt TERM 1
	[ "$(scrubbed began)" -gt 1700000000 ]
	clean s1
}

# Goal: what is whole stays as it is.
@test "scrub: a sound store is read to its end" {
	hold 1 --scrub 1s
	hold 2
	back_up
	before=$(grep -c 'event=scrub .*outcome=ok' b1.log) || true
	until_true 200 ended $((before + 1))
	halt TERM 1
	[ "$(scrubbed damaged)" -eq 0 ]
	[ "$(scrubbed unreadable)" -eq 0 ]
	[ ! -e "$(echo s1/*/damaged)" ]
	hold 1
	restores in
}

# Goal: a pass goes on where it was; a file that makes no sense is as none.
@test "scrub: it goes on where it was" {
	hold 1
	hold 2
	back_up
	halt TERM 1
	owner=$(basename "$(dirname s1/*/used)")
	printf '%s\n' began=1700000000 ended=0 files=1000 bytes=7 damaged=3 \
		unreadable=2 "owner=$owner" shelf=3 folder=ff > s1/scrub
	hold 1 --scrub 1s
	until_true 200 ended 0
	grep 'event=scrub .*outcome=ok' b1.log | head -n 1 | grep -q 'bytes=7 '
	halt TERM 1
	echo nonsense > s1/scrub
	hold 1 --scrub 1s
	until_true 200 ended 1
	halt TERM 1
	[ "$(scrubbed files)" -lt 100 ]
}

@test "bad values of --scrub and --audits" {
	for value in '' x -1 1y 99999999999999999999d; do
		run -2 --separate-stderr timeout 5 shard-recv -C b1 -d s1 \
			-l "$net.1:7117" --scrub "$value"
		says 'scrub'
	done
	for value in '' x -1 1y; do
		run -2 --separate-stderr timeout 5 shard-recv -C b1 -d s1 \
			-l "$net.1:7117" --audits "$value"
		says 'audits'
	done
}
