#!/usr/bin/env bats
# Three members: who may be absent, who is found out, certificates that are refused.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them
# shellcheck disable=SC2094 # a step has read all before it writes

load net
load poll

setup()
{
	poll_setup 3 100000
	hold_all
	back_up
}

teardown()
{
	net_teardown
}

# refused WORDS: ./other is no certificate, and for that reason.
refused()
{
	run -3 --separate-stderr shard-vote verify other
	says "$1"
	[ -z "$output" ]
}

# Goal: of three one may be absent, and is silent; of the other two none.
@test "one of three is away, and two of three" {
	halt TERM 2
	run -1 --separate-stderr timeout 60 shard-vote -o json -w cert
	says '3 voters: survives 1 absent, 0 dishonest'
	[ "$(jq 'select(.peer == "bob2").silent' <<< "$output")" -eq 3 ]
	[ "$(jq -s 'map(.ok) | add' <<< "$output")" -eq 6 ]
	rm cert
	run -1 --separate-stderr timeout 60 shard-vote -S -w cert
	says 'no quorum: 2 of 3 take part, and 3 must'
	halt TERM 3
	run -1 --separate-stderr timeout 60 shard-vote -w cert
	says 'no quorum: 1 of 3 take part, and 2 must'
	[ ! -e cert ]
}

# Goal: a certificate is good as it is, with the members document alone, and
# with nothing changed in it.
@test "a seal less, a seal twice, a stranger's, one byte" {
	timeout 60 shard-vote -q -o json -w cert > /dev/null
	new_home mallory
	python - <<- 'END'
	from dialogue import *
	tally, seals, items = cbor2.loads(pathlib.Path("cert").read_bytes())
	said = cbor2.loads(cbor2.loads(seals[0]).value[2])
	strange = Identity("mallory").sign(18, "seal", {
	    key: said[key] for key in said if key > 2})
	for name, others in (("less", seals[:1]), ("more", seals + [strange]),
	                     ("twice", [seals[0]] * 2), ("turned", seals[::-1]),
	                     ("stranger", [seals[0], strange])):
	    pathlib.Path(name).write_bytes(encode([tally, others, items]))
	END
	mv less other && refused 'has 1 seals, and must have 2'
	mv more other && refused 'has 3 seals, and must have 2'
	mv twice other && refused 'twice or out of order'
	mv turned other && refused 'twice or out of order'
	mv stranger other && refused 'of one that has no vote'
	cp cert other && flip other
	run -3 shard-vote verify other
	mkdir elsewhere
	cp home/members cert elsewhere
	rm -r home b? s?
	(cd elsewhere && shard-vote -C . -o json verify cert) > rows
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 9 ]
	# a machine that has nothing but the tool, and no network
	case $BUILD in */san | */cov) return ;; esac
	unshare -rn true 2> /dev/null || return 0
	cp "$BUILD/shard-vote" elsewhere
	unshare -rn chroot elsewhere /shard-vote verify -m members \
		-o json cert | cmp - rows
}

# by N VERB FILE ...: the step of one member, by hand.
by()
{
	shard-vote "$2" -C "b$1" -d "s$1" "${@:3}"
}

# open_poll: ./poll up to its seed, its ./opening and ./challenge besides.
open_poll()
{
	shard-vote open > poll
	cp poll opening
	up_to_seed
	shard-vote challenge -q opening joined > challenge
}

# Goal: a voter says one thing, as long as it has its journal; one that has lost
# it says another, and what it has signed convicts it (the model's s5).
@test "a lost journal: two ballots and two seals, and who did it" {
	open_poll
	each prove poll > proofs
	: > none
	by 1 ballot poll proofs > ballot1
	tell 2 poll proofs > ballot2
	tell 2 poll none | cmp - ballot2
	shard-vote tally poll proofs ballot1 ballot2 > box
	tell 2 box > seal2
	rm -r home/poller
	by 3 ballot poll proofs > ballot3
	shard-vote tally poll proofs ballot1 ballot2 ballot3 > second
	run -1 tell 2 second
	[[ $output == *'the poller has asked something else in this poll' ]]

	halt TERM 3
	rm -r s2/votes
	tell 2 opening > joined2
	tell 2 challenge > revealed2
	tell 2 poll none > other2
	run -1 cmp -s ballot2 other2
	shard-vote accuse ballot2 other2 > guilt
	convicts guilt b2 'signed two ballots in one poll'
	shard-vote tally -w kept poll none ballot1 ballot2 other2 > box2 ||
		[ $? -eq 1 ]
	convicts kept.evidence b2 'signed two ballots in one poll'
	rm -r home/poller
	shard-vote tally poll none ballot1 other2 > box2
	tell 2 box2 > other_seal2
	shard-vote accuse seal2 other_seal2 > guilt
	convicts guilt b2 'signed two seals in one poll'
}

# Goal: of three, one that says different things to two pollers' tallies makes
# two certificates of one poll, which no other two could; they convict it, and
# the poller (the model's s1 and s4).
@test "two certificates of one poll, and who did it" {
	open_poll
	each prove poll > proofs
	: > none
	cp -r s2 twin2
	rm -r twin2/votes
	twin()
	{
		shard-vote "$1" -C b2 -d twin2 "${@:2}"
	}
	by 1 ballot poll proofs > ballot1
	by 2 ballot poll proofs > ballot2
	by 3 ballot poll proofs > ballot3
	{ twin join opening && twin reveal opening challenge; } > /dev/null
	twin ballot poll none > other2
	shard-vote tally poll proofs ballot1 ballot2 > one
	rm -r home/poller
	shard-vote tally poll none other2 ballot3 > two
	{ by 1 seal poll one && by 2 seal poll one; } > seals_one
	{ twin seal poll two && by 3 seal poll two; } > seals_two
	shard-vote certificate poll one seals_one > cert_one
	shard-vote certificate poll two seals_two > cert_two
	shard-vote -q verify cert_one > /dev/null
	run -1 --separate-stderr shard-vote verify cert_two
	says 'the certificate is good'
	shard-vote accuse cert_one cert_two > guilt
	convicts guilt b2 'signed two seals in one poll'
	convicts guilt home 'signed two tallies in one poll'
	[ "$(wc -l <<< "$output")" -eq 2 ]
}

# finds BALLOT: how many items it says are silent, and of how many it says
# nothing: its voter's own. All others are ok.
finds()
{
	shard-show -o json "$1" | jq -r '"\(.bad) \(.silent) \(.inconclusive)"'
}

# Goal: a poller that hides what the holders have signed does not make them
# silent: a member asks each once itself, and only who is away then is.
@test "a member asks those of whom the poller has nothing" {
	open_poll
	: > none
	tell 2 poll none > ballot2
	[ "$(finds ballot2)" = '0 0 3' ]
	halt TERM 3
	tell 1 poll none > ballot1
	[ "$(finds ballot1)" = '0 3 3' ]
}

# Goal: a member that waits for a holder which does not answer takes part in the
# polls of others meanwhile, and then votes as ever.
@test "a member asks a silent holder, and answers another poller" {
	open_poll
	: > none
	halt TERM 3
	cat > deaf.py <<- 'END'
	import os, socket, sys
	listener = socket.create_server((sys.argv[1], 7117))
	print("listening", flush=True)
	caller = listener.accept()[0]
	caller.settimeout(0.05)
	print("called", flush=True)
	while not os.path.exists("go"):
	    try:
	        if not caller.recv(1000):
	            sys.exit("hung up")
	    except TimeoutError:
	        pass
	caller.sendall(b"no TLS is this")
	listener.close()
	END
	python deaf.py "$net.3" > deaf.log 2>&1 3>&- &
	others+=("$!")
	until_true 100 grep -q listening deaf.log
	tell 1 poll none > ballot1 3>&- &
	until_true 100 grep -q called deaf.log
	shard-vote open -C b2 -O "$(id_of home)" -d s2 > other
	by 1 join other | shard-show -o json > joined
	[ "$(jq -r .answer joined)" = 'takes part' ]
	run -1 grep 'hung up' deaf.log
	touch go
	wait %tell
	[ "$(finds ballot1)" = '0 3 3' ]
}

# sealed: the box of ./ballots and the proofs of 1 and 2 comes to ./cert.
sealed()
{
	shard-vote tally poll proofs12 ballots > box
	each seal poll box > seals
	shard-vote certificate poll box seals > cert
}

# Goal: who alone says that a holder is silent does not make it so (the model's
# s2), be the other for the holder or without an opinion; two do.
@test "one vote does not settle silence" {
	local receipts
	open_poll
	each prove poll > proofs
	{ by 1 prove poll && by 2 prove poll; } > proofs12
	by 1 ballot poll proofs > ballots
	by 2 ballot poll proofs12 >> ballots
	by 3 ballot poll proofs >> ballots
	sealed
	shard-vote -q verify cert > /dev/null
	open_poll
	{ by 1 prove poll && by 2 prove poll; } > proofs12
	receipts=$(echo s1/*/receipts)
	mv "$receipts" hidden
	by 1 ballot poll proofs12 > ballots
	mv hidden "$receipts"
	by 2 ballot poll proofs12 >> ballots
	by 3 ballot poll proofs12 >> ballots
	sealed
	run -1 --separate-stderr shard-vote verify cert
	says 'of 9 shards 0 are bad, 0 silent, 3 undecided'
	open_poll
	{ by 1 prove poll && by 2 prove poll; } > proofs12
	each ballot poll proofs12 > ballots
	sealed
	run -1 --separate-stderr shard-vote verify cert
	says 'of 9 shards 0 are bad, 3 silent, 0 undecided'
}

# again [NAME]: another backup, so that there are two.
again()
{
	bytes "${1-again}" 100000 > in
	back_up
}

# Goal: a member that was away when a snapshot was dropped shows it again; nobody
# is asked for it, and nobody accused, nor alarmed, until the drop is heard.
@test "a drop that one member has not heard" {
	again
	halt TERM 3
	run -1 --separate-stderr timeout 60 shard-drop 1
	says 'not every peer has been told'
	hold 3
	[ "$(shard-fetch -l -o json | jq -c '[.number, .dropped]' | xargs)" = \
		'[1,1] [2,0]' ]
	run -0 --separate-stderr timeout 60 shard-vote -q -o json -w cert
	[ -z "$stderr" ]
	[ "$(jq -s 'map(.ok) | add' <<< "$output")" -eq 9 ]
	[ ! -e cert.evidence ]
	for n in 1 2 3; do
		run -0 timeout 60 shard-vote audit "bob$n"
	done
	run -0 timeout 60 p2p-health -x -m BACKUP_OLD=1d
	run -0 timeout 60 shard-repair -q cert
	run -0 timeout 60 shard-repair -q -a
	[ "$(find s1 s2 -path '*/snapshots/*' -type f | wc -l)" -eq 2 ]
	run -0 timeout 60 shard-drop -q 1
	[ "$(shard-fetch -l -o json | wc -l)" -eq 1 ]
}

# Goal: what a member has lost it is found to have lost, beside a drop.
@test "a drop that one member has not heard, and a loss" {
	again
	halt TERM 3
	timeout 60 shard-drop -q 1 || [ $? -eq 1 ]
	hold 3
	find s2 -path '*/shards/*' -type f -size 20000c -delete -quit
	run -1 --separate-stderr timeout 60 shard-vote -o json -w cert
	[ "$(jq -s 'map(.bad) | add' <<< "$output")" -eq 1 ]
	convicts cert.evidence b2 'has not got a shard that it signed for'
}

# Goal: a poller that does not know of the drop asks nobody, and says so.
@test "a drop that one member has not heard, nor the poller" {
	again
	halt TERM 3
	timeout 60 shard-drop -q 1 || [ $? -eq 1 ]
	hold 3
	rm home/dropped
	run -0 --separate-stderr timeout 60 shard-vote -q -o json -w cert
	says 'snapshot 1 is shown by 1 of 3 peers: whether .* dropped or lost'
	[ "$(jq -s 'map(.ok) | add' <<< "$output")" -eq 9 ]
	[ ! -e cert.evidence ]
	find s2 -path '*/shards/*' -type f -size 20000c -delete -quit
	run -1 --separate-stderr timeout 60 shard-vote -q -o json -w cert
	[ "$(grep -c 'snapshot 1 is shown' <<< "$stderr")" -eq 1 ]
	convicts cert.evidence b2 'has not got a shard that it signed for'
	run -0 --separate-stderr timeout 60 shard-vote audit -q -w answers bob1
	[ "$(grep -c 'snapshot 1 is shown' <<< "$stderr")" -eq 1 ]
	shard-vote verify answers
}

# Goal: who is accused of what its owner has ordered dropped shows the order.
@test "an accusation, and the order that makes it none" {
	again
	halt TERM 3
	timeout 60 shard-drop -q 1 || [ $? -eq 1 ]
	hold 3
	: > home/dropped # a poller that is wrong
	run -1 --separate-stderr timeout 60 shard-vote -q -o json -w cert
	run -1 --separate-stderr shard-vote -o json verify cert.evidence
	[ "$(jq -r .culprit <<< "$output" | sort)" = \
		"$(for n in 1 2; do id_of "b$n"; done | sort)" ]
	says 'hint: unless the owner has ordered it dropped'
	run -3 --separate-stderr shard-vote verify cert.evidence s1/orders/*
	says "was dropped by its owner's order"
	cat s1/orders/* | head -c -1 > torn
	run -3 shard-vote verify torn cert.evidence
	rm s1/orders/*
	again other
	timeout 60 shard-drop -q latest
	run -1 shard-vote verify cert.evidence s1/orders/*
}
