#!/usr/bin/env bats
# What follows from a certificate: what is rebuilt of it, when, and by whom.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net
load poll

setup()
{
	poll_setup 4
}

teardown()
{
	net_teardown
}

poll()
{
	timeout 120 shard-vote -q -o json "$@" > rows
}

mend()
{
	timeout 120 shard-repair -o json "$@" > mended
}

# destroy N: its disk is new, and empty.
destroy()
{
	halt TERM "$1"
	rm -r "s$1"
	mkdir "s$1"
	hold "$1"
}

# Goal: of four, one starts with an empty disk and one has flipped bits: the
# certificate says so, what it says is rebuilt where it was, and all is well.
@test "from damage to certificate to repaired" {
	hold_all
	back_up
	shards_at s1 > before
	destroy 1
	mapfile -t shard < <(shards_at s2)
	flip "${shard[1]}"
	run -1 poll -w cert
	shard-vote -o json repairs cert > listed
	[ "$(wc -l < listed)" -eq 6 ]
	[ "$(jq -s '[.[] | select(.holder == "bob1" and .reason == "bad")] | length' listed)" -eq 5 ]
	[ "$(jq -s -c 'map(.margin)' listed)" = '[0,0,1,1,1,1]' ]
	run -0 --separate-stderr mend --shards cert
	says '6 shards are to be rebuilt'
	says "peer 'bob1' had lost 5 of its shards"
	says "peer 'bob1' got 5 of the rebuilt shards"
	[ "$(grep -c '"state":"rebuilt","from":"bob1","to":"bob1"' mended)" -eq 5 ]
	[ "$(grep -c '"state":"rebuilt","from":"bob2","to":"bob2"' mended)" -eq 1 ]
	[ "$(sum rebuilt mended)" -eq 6 ]
	shards_at s1 | cmp - before
	poll -w cert
	[ "$(sum ok rows)" -eq 20 ]
	whole s1 s2 s3 s4
	mend cert
	[ ! -s mended ]
}

# aged HOURS: the poll of ./cert, as it was held so long before, among those
# that are kept. Holder 3 has not sealed it.
aged()
{
	python - "$1" <<- 'END'
	import sys
	from dialogue import *
	from independent import blake3
	ms = int(sys.argv[1]) * 3600 * 1000
	tally, seals, items = cbor2.loads(pathlib.Path("cert").read_bytes())
	said = cbor2.loads(cbor2.loads(tally).value[2])
	said[5] -= ms
	said[14] -= ms // 1000
	tally = Identity("home").sign(17, "tally", {
	    key: said[key] for key in said if key > 2})
	seals = [who.sign(18, "seal", {3: said[3], 4: said[4], 5: said[5],
	             6: blake3(cbor2.loads(tally).value[2])})
	         for who in sorted(map(Identity, ("b1", "b2", "b4")),
	             key=lambda who: who.id)]
	[folder] = pathlib.Path("home/polls").iterdir()
	(folder / f"{said[14]:020}").write_bytes(encode([tally, seals, items]))
	END
}

# listed: how many shards are to be rebuilt by ./cert, and why.
listed()
{
	shard-vote -q -o json repairs cert | jq -s -c 'map(.reason) | [length, unique[]]'
}

# Goal: who is away may come back: as long as enough is there it is waited for,
# but no longer than three days, of which certificates speak.
@test "what is silent waits" {
	hold_all
	back_up 1
	halt TERM 3
	run -1 poll -w cert
	run -0 --separate-stderr shard-vote -o text repairs cert
	[ -z "$output" ]
	says '10 that are silent may come back: they wait until they have been silent for 72 h'
	run -0 mend cert
	[ ! -s mended ]
	aged 71
	[ "$(listed)" = '[0]' ]
	aged 72
	[ "$(listed)" = '[10,"silent"]' ]
	hold 3
	run -0 mend cert	# it is back, with all that it had
	poll
	[ "$(sum ok rows)" -eq 40 ]
}

# Goal: when only one more may go it is not waited for; and never are two shards
# of a stripe put on one peer.
@test "what is silent is rebuilt at once when the margin is small" {
	hold_all
	back_up
	halt TERM 3
	run -1 poll -w cert
	[ "$(shard-vote -q -o json repairs cert | jq -s -c 'map([.reason, .margin]) | unique')" = '[["silent",1]]' ]
	run -1 --separate-stderr mend cert
	says '5 shards found no peer to rest on'
	[ "$(find s1 s2 s4 -size 20000c | wc -l)" -eq 15 ]
}

# Goal: when much is gone at once at more than one peer, a person must look.
@test "too much at once is an alarm" {
	hold_all
	back_up 1
	for n in 1 2; do
		find "s$n" -path '*/shards/*' -type f -size 20000c -delete
	done
	run -1 poll -w cert
	run -1 --separate-stderr mend cert
	says '10 of 30 shards turned bad or silent at once, and 10 at one peer besides: nothing is rebuilt'
	says "hint: look for one cause.*'shard-repair -c -a' rebuilds all the same"
	run -1 shard-vote repairs cert
	[ -z "$(shards_at s1)$(shards_at s2)" ]
	poll -w cert || true
	run -1 mend cert
	mend -c -a
	poll
	[ "$(sum ok rows)" -eq 40 ]
}

# Goal: members may all repair from the same certificate: each does its share.
@test "one repairer for each shard" {
	hold_all
	back_up
	find s1 -path '*/shards/*' -type f -size 20000c -delete
	run -1 poll -w cert
	owner=$(id_of home)
	for n in 1 2 3 4; do
		echo "bob$n $(id_of "b$n") $net.$n:7117" >> "b$n/peers"
		mend -q -C "b$n" -O "$owner" cert
		sum rebuilt mended >> shares
	done
	[ "$(head -n 1 shares)" -eq 0 ]		# it has nothing to compute from
	[ "$(awk '{ sum += $1 } END { print sum }' shares)" -eq 5 ]
	[ "$(shards_at s1 | wc -l)" -eq 5 ]
	poll
}

# Goal: nothing is done by what is no certificate of the present members.
@test "certificates that are not acted on" {
	hold_all
	back_up
	find s1 -path '*/shards/*' -type f -size 20000c -delete
	run -1 poll -w cert
	cp cert bad
	flip bad
	run -3 shard-repair bad
	run -2 shard-repair cert cert
	run -4 --separate-stderr shard-repair nowhere
	says "cannot open 'nowhere'"
	run -3 shard-repair in
	[ -z "$(shards_at s1)" ]
	peer-key -q -C stranger new
	echo "carol $(id_of stranger) $net.9:7117" >> home/peers
	bytes more 50000 > in
	run back_up
	shards_at s1 > before
	run -3 --separate-stderr shard-repair cert
	says 'the certificate is under another members document'
	shards_at s1 | cmp - before
}

# Goal: who has not proved a shard in two polls, and yet says that it has it, may
# say so: the shard is placed on another peer that has none of the stripe.
@test "a holder that only claims to have a shard" {
	hold_all
	back_up 2 3
	mapfile -t shard < <(shards_at s2)
	mv "${shard[0]}" hidden
	run -1 poll
	next_second # or it takes the place of the other one
	run -1 poll -w cert
	mv hidden "${shard[0]}"
	run -0 --separate-stderr mend cert
	says '1 shards are to be rebuilt'
	[ "$(sum rebuilt mended)" -eq 1 ]
	[ "$(find s1 s3 s4 -name "${shard[0]##*/}" | wc -l)" -eq 1 ]
}

# Goal: a certificate is a work list for scripts.
@test "rows for xargs" {
	hold_all
	back_up
	mapfile -t shard < <(shards_at s2)
	rm "${shard[0]}"
	run -1 poll -w cert
	shard-vote -q -o text repairs cert > listed
	read -r id holder reason margin intact need snapshot stripe rest < listed
	[ "$id" = "${shard[0]##*/}" ]
	[ "$holder $reason $margin $intact $need $snapshot$rest" = 'bob2 bad 1 3 2 1' ]
	[ "$stripe" -lt 5 ]
	awk '{ print $7 }' listed | sort -u | xargs -n 1 shard-repair -q -o json > mended
	[ "$(sum rebuilt mended)" -eq 1 ]
	shard-vote -o cbor repairs cert | python -c '
import cbor2, sys
row = cbor2.load(sys.stdin.buffer)
assert row["margin"] == 1 and row["holder"] == "bob2", row'
}
