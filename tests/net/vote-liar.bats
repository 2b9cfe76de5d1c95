#!/usr/bin/env bats
# One of four lies, in every way that the model knows: no verdict is false.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them
# shellcheck disable=SC2094 # a step has read all before it writes

load net
load poll

# Holder 4 is behind a liar with its key; its own address is another one.
setup()
{
	poll_setup 4
	hold 1
	hold 2
	hold 3
	hold_behind
	lie opposite
	back_up
}

teardown()
{
	net_teardown
}

# poll: its rows, in ./rows, its certificate and evidence in ./cert*.
poll()
{
	rm -f cert cert.evidence
	timeout 60 shard-vote -q -o json -w cert > rows 2> err || [ $? -eq 1 ]
	shard-vote -q -o json verify cert > verified || [ $? -eq 1 ]
	diff <(jq -c 'del(.peer)' rows) <(jq -c 'del(.peer)' verified)
}

# of VERDICT PEER ...: how many shards of these have it.
of()
{
	local verdict=$1 peer
	shift
	for peer; do
		jq "select(.peer == \"$peer\").$verdict" rows
	done | awk '{ sum += $1 } END { print sum + 0 }'
}

# Goal: a voter that lies changes nothing, neither for good nor for bad.
@test "votes that are lies" {
	find s1 -path '*/shards/*' -type f -size 20000c -delete -quit
	for how in opposite good bad gone number withhold; do
		lie "$how"
		poll
		echo "$how: $(cat rows err)"
		[ "$(of bad bob1)" -eq 1 ]
		[ "$(of ok bob1 bob2 bob3 bob4)" -eq 19 ]
		[ "$(shard-vote -q -o json verify cert.evidence | jq -r .culprit)" = \
			"$(id_of b1)" ]
	done
	grep -q sealed liar.log
}

# Goal: a holder that lies harms itself, and is named by what it signs. Who has
# another holder answer for it proves nothing: that one has other shards. Signed
# by itself it is its own word that it has lost what it signed for, and as the
# other has signed it it is no answer, and harms neither.
@test "proofs that are lies, and that are fetched from another holder" {
	for how in mute borrow missing fetch wrong; do
		lie "$how"
		poll
		echo "$how: $(cat rows err)"
		[ "$(of ok bob1 bob2 bob3)" -eq 15 ]
		case $how in
		fetch | borrow) grep -q fetched liar.log ;;
		esac
		case $how in
		mute | borrow)
			[ "$(of silent bob4)" -eq 5 ]
			[ ! -e cert.evidence ]
			continue
			;;
		missing | fetch) crime='has not got a shard that it signed for' ;;
		wrong) crime='signed a piece that is no part of its shard' ;;
		esac
		[ "$(of bad bob4)" -eq 5 ]
		convicts cert.evidence b4 "$crime"
	done
}

# Goal: the poller lies, too: of its two tallies one is sealed, and whoever is
# shown the other keeps what convicts it.
@test "a poller that shows two tallies" {
	shard-vote open > poll
	up_to_seed
	each prove poll > proofs
	each ballot poll proofs > ballots
	shard-vote tally poll proofs ballots > box
	each seal poll box > seals
	rm -r home/poller
	: > none
	shard-vote tally poll none ballots > second
	cat > show.py <<- 'END'
	import sys
	from dialogue import *
	alice, poll = Identity("home"), pathlib.Path("poll").read_bytes()
	file = io.BytesIO(poll)
	cbor2.CBORDecoder(file).decode()
	start = file.tell()
	cbor2.CBORDecoder(file).decode()
	items = poll[start:file.tell()]
	for host in sys.argv[1:]:
	    client = Client(host, alice)
	    for name, wanted in ("box", OK), ("second", NO), ("box", OK):
	        status, words, seal = client.ask(BALLOT, size=1 << 20, data=encode(
	            [items, pathlib.Path(name).read_bytes()]))
	        assert status == wanted, (name, status, words)
	END
	python show.py "$net.1" "$net.2" "$net.3" "$net.104"
	shard-vote certificate poll box seals > cert
	run -1 shard-vote certificate poll second seals
	for n in 1 2 3 4; do
		logged "$n" 'event=evidence .*signed two tallies'
		run -1 --separate-stderr shard-vote -o json verify \
			"$(echo "s$n"/evidence/*)"
		[ "$(jq -r .culprit <<< "$output")" = "$(id_of home)" ]
	done
}

# Goal: a holder that proves that it has a shard, and then says that it has it
# not, has answered in two ways, and its own words say so.
@test "a proof that is taken back" {
	lie waver
	timeout 60 shard-vote -q -o json --sample 2 -w cert > rows || [ $? -eq 1 ]
	[ "$(of bad bob4)" -eq 5 ]
	[ "$(of ok bob1 bob2 bob3)" -eq 15 ]
	convicts cert.evidence b4 \
		'signed a piece of a shard, and then that the shard is missing'
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/../cddl.py" \
		"$BATS_TEST_DIRNAME/../../lib/format/shardkit.cddl" \
		evidence-file cert.evidence
}

# sampled: a poll that asks a holder for one piece of its five shards.
sampled()
{
	timeout 60 shard-vote -q -o json --sample 1 -w cert > rows || [ $? -eq 1 ]
}

# Goal: who says that it is busy when it is asked for what it has lost is asked
# for that again, in a poll whose sample would have found nothing: so it stays
# silent, which lasts 72 h at most, and once it answers it is found.
@test "a holder that is busy for what it has lost" {
	lie busy
	for _ in 1 2 3; do
		sampled
		[ "$(of silent bob4)" -eq 1 ]
		[ "$(of ok bob1 bob2 bob3 bob4)" -eq 19 ]
	done
	shard-vote open --sample 1 > poll
	[ "$(shard-show -o json poll |
		jq 'select(.record == "opening").again')" -ge 1 ]
	forge home opening 12 "$(printf %064d 7)" poll > opening
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/../cddl.py" \
		"$BATS_TEST_DIRNAME/../../lib/format/shardkit.cddl" \
		opening-document opening
	lost=$(sed -n 's/^busy //p' liar.log)
	find s4 -path '*/shards/*' -name "*$lost" -delete
	lie good
	sampled
	[ "$(of bad bob4)" -eq 1 ]
	convicts cert.evidence b4 'has not got a shard that it signed for'
}

# kept: every file of the stores with its digest, but for what counts and what
# a voter has said in its newest poll.
kept()
{
	find s? -type f ! -path 's?/tmp/*' ! -path 's?/votes/*' ! -name used \
		-exec sha256sum {} + | sort
}

# follow: what a poll leads to, whatever it says.
follow()
{
	timeout 60 shard-vote -q -w cert > rows 2> err || [ $? -eq 1 ]
	timeout 60 shard-repair -q -o json cert > mended 2> err || [ $? -eq 1 ]
}

# Goal: silence, votes, evidence and certificates delete nothing: neither when
# they are false, nor when they are right and what was gone is there again.
@test "whatever polls lead to, no store has lost a file" {
	kept > before
	[ "$(wc -l < before)" -gt 40 ]
	for how in bad gone missing wrong mute; do
		lie "$how"
		follow
	done
	halt TERM 3
	follow		# it is silent, and there is too little without it
	[ -s cert ]
	hold 3
	shards=$(echo s1/*/shards)
	mv "$shards" hidden
	timeout 60 shard-vote -q -w cert > rows || [ $? -eq 1 ]
	mv hidden "$shards"
	run --separate-stderr timeout 60 shard-repair cert
	[ "$status" -le 1 ]
	comm -23 before <(kept) | tee lost
	[ ! -s lost ]
	# a tally that says all are bad, sealed by the liar alone, in all names
	python - <<- 'END'
	from dialogue import *
	from independent import blake3
	tally, seals, items = cbor2.loads(pathlib.Path("cert").read_bytes())
	count = sum(len(held) // 36 for held in cbor2.loads(items))
	said = cbor2.loads(cbor2.loads(tally).value[2])
	for who in "home", "b4":
	    poller = Identity(who)
	    said[15] = encode(0) + encode(count) + encode(1)
	    said[4] = poller.id
	    false = poller.sign(17, "tally", {
	        key: said[key] for key in said if key > 2})
	    digest = blake3(cbor2.loads(false).value[2])
	    seal = Identity("b4").sign(18, "seal", {
	        3: said[3], 4: said[4], 5: said[5], 6: digest})
	    pathlib.Path(f"false-{who}").write_bytes(encode(
	        [false, [seal] * len(seals), items]))
	    pathlib.Path(f"fewer-{who}").write_bytes(encode([false, [seal], items]))
	END
	cp cert flipped
	flip flipped
	for file in false-home fewer-home false-b4 fewer-b4 flipped cert.evidence; do
		run -3 shard-vote repairs "$file"
		run -3 --separate-stderr shard-repair "$file"
		case $file in
		false-*) says 'twice or out of order' ;;
		fewer-*) says 'has 1 seals, and must have 3' ;;
		esac
	done
	comm -23 before <(kept) | tee lost
	[ ! -s lost ]
	run -0 --separate-stderr restores in
}
