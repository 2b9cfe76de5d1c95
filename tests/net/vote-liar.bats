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

# Goal: a holder that lies harms itself, and is named by what it signs.
@test "proofs that are lies" {
	for how in mute missing wrong; do
		lie "$how"
		poll
		echo "$how: $(cat rows err)"
		[ "$(of ok bob1 bob2 bob3)" -eq 15 ]
		if [ "$how" = mute ]; then
			[ "$(of silent bob4)" -eq 5 ]
			[ ! -e cert.evidence ]
			continue
		fi
		[ "$(of bad bob4)" -eq 5 ]
		shard-vote -q -o json verify cert.evidence > guilt || [ $? -eq 1 ]
		[ "$(jq -r .culprit guilt)" = "$(id_of b4)" ]
		[[ $(jq -r .crime guilt) == *"$([ $how = wrong ] &&
			echo 'no part of its shard' || echo 'has lost a shard')"* ]]
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
