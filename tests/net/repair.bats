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
	flip "$(shards_in s1 | tail -n 1)" # of another stripe: none has lost three
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

# told: each row of a shard in ./report is of the stream ./stream, and what was
# said of it and of the peers holds: ./before and ./after list the stores.
told()
{
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../independent.py" ids < stream > names
	python - <<- 'END'
	import collections, json
	*rows, sum = (json.loads(line) for line in open("report"))
	ids = open("names").read().split()
	before, after = ({tuple(line.split()) for line in open(name)}
	                 for name in ("before", "after"))
	rebuilt = set()
	for row in rows:
	    assert ids[5 * row["stripe"] + row["index"]] == row["shard"], row
	    assert (row["state"] == "rebuilt") == (row["to"] != "-"), row
	    if row["state"] == "rebuilt":
	        rebuilt.add((row["to"], row["shard"]))
	assert len({row["shard"] for row in rows}) == len(rows), rows
	mended = {(row["to"], row["shard"]) for row in rows
	          if row["from"] == row["to"] != "-"}
	assert after - before == rebuilt - mended, (rows, after - before)
	assert mended <= before and rebuilt <= after, rows
	states = collections.Counter(row["state"] for row in rows)
	lost = {row["stripe"] for row in rows if row["state"] == "lost"}
	assert (states["rebuilt"], states["unplaced"], len(lost)) == (
	    sum["rebuilt"], sum["unplaced"], sum["lost"]), (states, sum)
	said = [line.split() for line in open("said") if " shards" in line]
	for word, key in (("had", "from"), ("got", "to")):
	    told = {line[2].strip("'"): int(line[4 + (word == "had")])
	            for line in said if line[1] == "peer" and line[3] == word}
	    known = collections.Counter(row[key] for row in rows)
	    del known["-"]
	    assert told == known, (word, told, known)
	END
}

# shelves: peer and id of each shard on the disks.
shelves()
{
	shards_in s? | sed 's|^s\([0-9]\)/.*/|bob\1 |'
}

# Goal: what was lost, what rebuilt and where: by name, and as the disks have it.
@test "--shards: a row a shard, and a line a peer, are what the stores have" {
	hold_all
	shard-split -q -s 1024 in > stream
	shard-send -q stream > /dev/null
	halt KILL 1
	lost=$(shards_in s1 | wc -l)
	rm -rf s1
	flip "$(shards_in s2 | head -n 1)"
	shelves > before
	repair --shards --check 2> said || { cat said; return 1; }
	shelves > after
	told
	reported 1 $((34 - lost)) $((lost + 1)) 0 0
	[ "$(grep -c '"state":"rebuilt","from":"-"' report)" -eq "$lost" ]
	[ "$(grep -c '"state":"rebuilt","from":"bob2","to":"bob2"' report)" -eq 1 ]
	repair -s --check 2> said
	[ "$(wc -l < report)" -eq 1 ]
	run ! grep -E 'had lost|of the rebuilt' said
	flip "$(shards_in s3 | head -n 1)"
	run -0 --separate-stderr shard-repair -q -s -c -o text
	[[ ${lines[0]} =~ ^SNAPSHOT\ +STRIPE\ +INDEX\ +STATE\ +FROM\ +TO\ +SHARD ]]
	[[ ${lines[1]} =~ ^\ *1\ +[0-6]\ +[0-4]\ +rebuilt\ +bob3\ +bob3\ +[0-9a-f]{64} ]]
	[[ ${lines[2]} =~ ^SNAPSHOT\ +WHOLE ]]
	[ "${#lines[@]}" -eq 4 ]
}

# Goal: what found no peer, and what nobody can rebuild, is told by name, too.
@test "--shards: unplaced, and lost" {
	disks
	sed -i 's/^disk/bob/' home/peers
	shard-split -q -s 1024 in > stream
	shard-send -q stream > /dev/null
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../independent.py" ids < stream > names
	sed -n '1,3p;6p' names | while read -r id; do
		rm s?/*/shards/??/"$id"
	done
	sed -i '/^bob[56]/d' home/peers
	shelves > before
	repair -s 2> said || status=$?
	[ "$status" -eq 1 ]
	shelves > after
	told
	grep '"stripe":0,' report > some
	[ "$(grep -c '"state":"lost","from":"-","to":"-"' some)" -ge 3 ]
	run ! grep -v '"state":"lost"' some
	[ "$(grep -c '"state":"unplaced","from":"-","to":"-"' report)" -ge 5 ]
}

# Goal: a shard that a peer took and did not sign for is not told to be there.
@test "--shards: a peer that signs for nothing got nothing" {
	hold 1 && hold 2 && hold 3 && hold 4 && hold 5
	cp home/peers all
	sed -i '/^bob6/d' home/peers
	shard-split -q -s 1024 in > stream
	shard-send -q stream > /dev/null
	cp all home/peers
	hold_at_back 6
	lie_for 6 unsigned
	halt TERM 5
	run -1 --separate-stderr repair -s
	says "peer 'bob6' is not usable: it took [0-9]+ and gave no receipt"
	run ! grep '"to":"bob6"' report
	reported 1 28 0 7 0
	[ "$(grep -c '"state":"unplaced","from":"-","to":"-"' report)" -eq 7 ]
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

# Goal: a snapshot that is shown by nobody, or given whole by nobody, is not
# among "all": what can be repaired is, and the status says that it was not all.
@test "snapshots that cannot be read: the others are repaired, exit 1 or 3" {
	disks
	give in
	snapshots_in s? > older
	give in
	newest=$(snapshots_in s? | grep -vxFf older)
	rm s1/*/shards/??/*
	for file in $newest; do
		flip "$file"
	done
	id=$(basename "$(head -n 1 <<< "$newest")")
	run -3 --separate-stderr repair
	says "no usable peer gives the snapshot id:${id:0:12} whole"
	[[ "$(jq -r '[.snapshot, .lost, .unplaced] | @text' report)" == '[1,0,0]' ]]
	says 'the newest snapshot .* is 1, but 2 was there before'
	for name in -a latest; do
		# another machine of the owner's has not seen it
		rm -f home/newest
		run -1 --separate-stderr repair "$name"
		reported 1 35 0 0 0
		says '1 of the snapshots that the peers show cannot be read'
	done
	repair 1 # by its number it is what was asked for
	give in
	xargs rm <<< "$newest"
	snapshots_in s? | grep -vxFf older | xargs rm
	run -3 --separate-stderr repair -a
	reported 1 35 0 0 0
	says 'the newest snapshot .* is 1, but 3 was there before'
	rm home/newest
	repair -a
}

# Goal: what is there and signed for by no receipt any more, is signed for again;
# a peer that says it has it, and does not sign, has lost it.
@test "receipts that are lost: who has the shards signs again, or is not believed" {
	hold_all
	give in
	rm s?/*/receipts/??/*
	repair latest
	reported 1 35 0 0 0
	signed=$(find s2/*/receipts -type f | wc -l)
	[ "$signed" -ge 6 ] # one of each holder
	repair latest       # and not once more
	[ "$(find s2/*/receipts -type f | wc -l)" -eq "$signed" ]
	rm s?/*/receipts/??/*
	had=$(shards_in s1 | wc -l)
	halt TERM 1
	hold_at_back 1
	lie_for 1 unsigned
	run --separate-stderr repair latest
	says "peer 'bob1' is not usable: it says that it has [0-9]+ and gave no receipt"
	reported 1 $((35 - had)) "$had" 0 0
	[ "$(shards_in s2 s3 s4 s5 s6 | sed 's|.*/||' | sort -u | wc -l)" -eq 35 ]
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
