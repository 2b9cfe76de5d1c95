#!/usr/bin/env bats
# shard-repair: what was lost is rebuilt elsewhere, without the secret.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

# Six holders; a backup is 3 of 5, so one of them is spare.
setup()
{
	net_setup 6
	bytes input 21504 > in
}

teardown()
{
	net_teardown
}

repair()
{
	timeout 60 shard-repair -o json "$@" > report
}

# reported SNAPSHOT WHOLE REBUILT UNPLACED LOST
reported()
{
	grep -qx "{\"snapshot\":$1,\"whole\":$2,\"rebuilt\":$3,\"unplaced\":$4,\"lost\":$5}" \
		report || { cat report; return 1; }
}

# disks: peers 1 to 6 are folders.
disks()
{
	local n
	for n in 1 2 3 4 5 6; do
		echo "disk$n - dir:$PWD/s$n"
	done > home/peers
}

# Goal: a holder died; its shards are rebuilt on others, every stripe has five
# again, and any three restore.
@test "a lost holder: rebuilt on the spare one, over the wire" {
	hold_all
	give in
	lost=$(shards_in s1 | wc -l)
	halt KILL 1
	rm -rf s1
	rm home/secret
	run --separate-stderr repair latest
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	reported 1 $((35 - lost)) "$lost" 0 0
	spread in s2 s3 s4 s5 s6
	whole s2 s3 s4 s5 s6
	repair
	reported 1 35 0 0 0
}

# Goal: the restore after a repair needs no one of the dead.
@test "after a repair, two more may die" {
	hold_all
	give in
	halt KILL 1
	rm -rf s1/*
	repair latest
	halt TERM 2 3
	restores in
}

# Goal: what is gone from a disk is found without reading it all.
@test "shards, indexes and snapshots that are gone" {
	hold_all
	give in
	{ shards_in s2 | head -n 2; indexes_in s3; snapshots_in s4; } | xargs rm
	repair
	reported 1 33 2 0 0
	spread in s?
	[ "$(snapshots_in s? | wc -l)" -eq 6 ]
	[ "$(indexes_in s? | wc -l)" -eq 6 ]
	whole s?
	restores in
}

# Goal: what has rotted is found by reading it: --check.
@test "--check: damaged shards, damaged indexes" {
	hold_all
	give in
	flip "$(shards_in s1 | head -n 1)"
	flip "$(shards_in s2 | tail -n 1)"
	truncate -s 0 "$(shards_in s3 | head -n 1)"
	repair --check
	reported 1 32 3 0 0
	repair --check
	reported 1 35 0 0 0
	restores in
}

# five: peer 6 is not there yet; ./in has many stripes.
five()
{
	bytes input 64512 > in
	cp home/peers six
	sed -i /^bob6/d home/peers
	hold_all
	give in
}

# mended: what peer 1 had is whole again, and nothing is anywhere else.
mended()
{
	whole s? && spread in s1 s2 s3 s4 s5 && [ -z "$(shards_in s6)" ] &&
		[ "$(used s1)" -eq "$(size_of s1)" ]
}

# Goal: who shows a damaged shard gets it anew, even if the shard would rather
# be with a peer that has come since: no rot is left, none has two of a stripe.
@test "--check: a damaged shard is mended where it is" {
	five
	cp six home/peers
	for mend in 'repair --check' 'give in --check'; do
		for file in $(shards_in s1); do
			flip "$file"
		done
		$mend
		mended
	done
	repair --check
	mended
}

# Goal: every peer has each index and snapshot whole, whatever it had.
@test "--check mends indexes and snapshots" {
	hold_all
	give in
	repair --check
	flip "$(indexes_in s4)"
	flip "$(snapshots_in s5)"
	truncate -s 7 "$(indexes_in s6)"
	repair --check
	whole s?
}

# Goal: the same for stores on mounted disks.
@test "dir: stores: lost, damaged, --all" {
	disks
	give in
	bytes other 12288 > in2
	give in2
	cp in2 in3
	give in3
	rm -rf s1
	mkdir s1
	flip "$(shards_in s2 | head -n 1)"
	run --separate-stderr repair --all --check
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	[ "$(wc -l < report)" -eq 3 ]
	restores in 1
	restores in2 2
	restores in3 3
	for n in 1 2 3; do
		repair --check "$n"
		grep -q '"rebuilt":0,"unplaced":0,"lost":0' report
	done
}

# Goal: with too few peers, all that can be done is done, and the rest said.
@test "too few peers for all shards: exit 1, and said how many" {
	hold_all
	give in
	halt TERM 1 2
	run -1 --separate-stderr repair latest
	says '[0-9]+ shards found no peer to rest on'
	says 'hint: add peers'
	says "peer 'bob1' is not usable"
	restores in
	whole s?
	hold 1
	hold 2
	repair
	restores in
}

# Goal: a stripe with fewer than need shards is lost: said, exit 1; the others
# are mended all the same.
@test "lost stripes: said, exit 1, the others are rebuilt" {
	hold_all
	give in
	shard-split -q -s 1024 in > stream
	ids=$(/usr/bin/python3 "$BATS_TEST_DIRNAME/../independent.py" ids < stream)
	sed -n '1,3p;6,7p' <<< "$ids" > some
	while read -r id; do
		rm s?/*/shards/??/"$id"
	done < some
	run -1 --separate-stderr repair
	reported 1 30 2 0 1
	says 'stripe 0 is lost: fewer than 3 shards'
	says '1 stripes? of snapshot 1 (is|are) lost'
	run -1 timeout 30 shard-fetch -q latest
	give in
	repair 2
	reported 2 35 0 0 0
	restores in
}

# Goal: whoever is in the roster may repair for an owner, as far as its own
# space goes: today a holder gives no one's shards to another.
@test "another machine cannot read an owner's shards to repair them" {
	hold_all
	give in
	new_home helper
	cp home/peers helper/peers
	for n in 1 2 3 4 5 6; do
		echo "helper $(id_of helper) $net.96:1 give=1M" >> "b$n/peers"
		kill -HUP "${recv_pid[n]}"
		logged "$n" event=roster
	done
	run --separate-stderr timeout 30 shard-repair -C helper -O "$(id_of home)"
	[ "$status" -eq 1 ] || { echo "$stderr"; return 1; }
	says 'these are not yours|no usable peer'
}

# Goal: a repair that is killed and run again ends where it should.
@test "kill -9 of shard-repair, then again" {
	bytes input 92160 > in
	hold_all
	give in
	halt KILL 1
	rm -rf s1
	for wait in 0.03 0.06 0.1 0.15; do
		shard-repair -q > /dev/null 2>&1 3>&- &
		pid=$!
		sleep "$wait"
		kill -9 "$pid" 2> /dev/null || true
		wait "$pid" || true
	done
	sleep 0.3
	repair || repair
	spread in s2 s3 s4 s5 s6
	whole s2 s3 s4 s5 s6
	clean s2 s3 s4 s5 s6
}

# Goal: no snapshot, an unknown one, a bad owner: a clear no.
@test "exit statuses" {
	hold_all
	run -1 --separate-stderr timeout 30 shard-repair
	says 'no usable peer has snapshot latest'
	give in
	run -1 --separate-stderr timeout 30 shard-repair 7
	run -2 --separate-stderr timeout 30 shard-repair --all 1
	run ! timeout 30 shard-repair -O rubbish
	run -2 --separate-stderr timeout 30 shard-repair -o xml
	run -0 timeout 30 shard-repair -o text
	[[ $output =~ SNAPSHOT ]]
}
