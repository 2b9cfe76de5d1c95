#!/usr/bin/env bats
# A poll by hand: each step from documents in files to one more of them.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them
# shellcheck disable=SC2094 # a step has read all before it writes

load net
load poll

# Four holders have the backup; none of them runs while the poll is held.
setup()
{
	poll_setup 4
	hold_all
	back_up
}

teardown()
{
	net_teardown
}

# of NAME: how many items have this verdict in ./cert.
of()
{
	shard-vote -o json verify cert > rows || [ $? -eq 1 ]
	jq -s "map(.$1) | add" rows
}

# Goal: a store may be called whatever a roster could not say, and no path is
# taken for another one.
@test "a store with a quote and a comma, and a path too long" {
	halt TERM 1 2 3 4
	mv s1 'it"s, s1 #1'
	shard-vote open -d 'it"s, s1 #1' > poll
	[ -s poll ]
	slashes=$(printf '/%.0s' {1..4096})
	run -2 --separate-stderr shard-vote join -C b2 -d "s2${slashes}x" poll
	says "...' is too long"
	run -2 --separate-stderr shard-recv -C b2 -d "s2${slashes}x" -1
	says "...' is too long"
}

# Goal: without a network, documents to documents, a poll comes to the same
# end, and a second time, from the same files, to the same bytes.
@test "a poll by hand, and again" {
	halt TERM 1 2 3 4
	shard-vote open -d s1 > poll
	up_to_seed
	from_seed
	shard-vote verify cert > /dev/null
	[ "$(of ok)" -eq 20 ]
	mkdir first
	cp joined revealed ballots box seals cert first
	each join poll | cmp - joined
	shard-vote challenge poll joined 2> err | cmp - <(shard-vote challenge -q poll joined)
	each reveal poll | cmp - revealed
	each ballot poll proofs | cmp - ballots
	shard-vote tally poll ballots proofs > box
	each seal poll box | cmp - seals
	cat poll box seals | shard-vote certificate | cmp - first/cert
	cmp box first/box
}

# asks OPTION ...: how many pieces such an opening asks each holder for.
asks()
{
	shard-vote open "$@" | shard-show -o json |
		jq 'select(.record == "opening").samples'
}

# Goal: a poll asks for 300 pieces of each holder, for as many as told, or for
# one of every shard.
@test "how many pieces a poll asks for" {
	[ "$(asks)" -eq 300 ]
	[ "$(asks -n 7)" -eq 7 ]
	[ "$(asks -f)" -eq 0 ]
}

# Goal: every document can be looked at, also those that others hold.
@test "shard-show on each document" {
	shard-vote open > poll
	[ "$(shard-show -o json poll | jq -r .record | sort | uniq -c |
		tr -s ' \n' ' ')" = ' 4 held 1 items 4 member 1 members 1 opening ' ]
	up_to_seed
	from_seed
	shard-show poll > /dev/null
	cat joined revealed proofs ballots seals | shard-show -o json > all
	[ "$(jq -r .record all | sort | uniq -c | tr -s ' \n' ' ')" = \
		' 4 ballot 4 joining 4 proof 4 reveal 4 seal ' ]
	[ "$(jq -s 'map(.ok // 0) | add' all)" -eq 20 ]
	[ "$(jq -r 'select(.record == "joining").answer' all | uniq)" = 'takes part' ]
	shard-show -o json box > all
	[ "$(jq -r .record all | sort | uniq -c | tr -s ' \n' ' ')" = \
		' 4 ballot 1 box 1 challenge 1 opening 4 proof 1 seed 1 tally ' ]
	shard-show -o json cert > all
	[ "$(jq -r .record all | sort | uniq -c | tr -s ' \n' ' ')" = \
		' 1 certificate 4 held 1 items 3 seal 1 tally ' ]
	[ "$(jq 'select(.record == "tally").ok' all)" -eq 20 ]
	shard-vote open | tee poll | shard-show -o json > all
	[ "$(jq 'select(.record == "opening").again' all)" -eq 0 ]
	each join poll | shard-show -o json > all
	diff <(jq -r .last all) <(shard-show -o json seals | jq -r .tally)
	flip seals
	run -3 shard-show seals
	head -c -9 poll > short
	run -3 shard-show short
	shard-show s1/*/members/??/* | grep 'record=members number=1 .*quorum=3'
}

# Goal: each step says what it lacks, and nothing takes what is not of a poll.
@test "steps that cannot be taken" {
	shard-vote open > poll
	for step in reveal prove ballot seal; do
		run -3 --separate-stderr shard-vote "$step" -C b1 -d s1 poll
		[ -z "$output" ]
	done
	for step in seed tally certificate; do
		run -3 --separate-stderr shard-vote "$step" poll
		[ -z "$output" ]
	done
	run -1 --separate-stderr shard-vote challenge poll
	says 'no quorum: 0 of 4 take part, and 3 must'
	run -3 --separate-stderr shard-vote reveal -C b1 -d s1 poll
	says 'there is no challenge in the files'
	head -c 5000 in > noise
	for file in in noise cert in /dev/null; do
		run ! shard-vote join -C b1 -d s1 "$file"
	done
	head -c -9 poll > short
	run -3 --separate-stderr shard-vote join -C b1 -d s1 short
	says 'malformed or cut'
	shard-vote open > other
	run -3 --separate-stderr shard-vote join -C b1 -d s1 poll other
	says 'the files are of two polls'
	run -1 --separate-stderr shard-vote challenge -C b1 poll
	says "this poll is another's"
	run -4 --separate-stderr shard-vote join -C b1 -d nowhere poll
	new_home mallory
	cp b1/peers mallory
	run -1 --separate-stderr shard-vote join -C mallory -d s1 poll
	says 'we are no member'
	run -2 shard-vote open poll
	run -2 --separate-stderr script -qec 'shard-vote open' /dev/null
}

# opened NAME: opens a poll as ./poll.NAME.
opened()
{
	shard-vote open -C "$1" -O "$owner" -d s1 > "poll.$1"
}

# answer NAME: what the first member says to that poll.
answer()
{
	shard-vote join -C b1 -d s1 "poll.$1" > joined
	shard-show -o json joined | jq -r .answer
}

# Goal: a member takes part in four polls at once, and in the owner's besides;
# once one of them has ended there is room for another.
@test "more polls than a member takes part in" {
	owner=$(id_of home)
	shard-vote open -d s1 > poll
	up_to_seed
	for n in 2 3 4; do
		opened "b$n"
		[ "$(answer "b$n")" = 'takes part' ]
	done
	opened b1
	[ "$(answer b1)" = busy ]
	[ "$(answer b4)" = 'takes part' ]	# as it has said
	run -1 --separate-stderr shard-vote challenge -C b1 poll.b1 joined
	says 'no quorum: 0 of 4 take part'
	from_seed
	[ "$(answer b1)" = 'takes part' ]
	opened home
	[ "$(answer home)" = 'takes part' ]
}

# Goal: a voter that is asked two things by hand says one, as its daemon would,
# and what the poller signed convicts it.
@test "two ballots are impossible, also by hand" {
	shard-vote open > poll
	each join poll > joined
	shard-vote challenge poll joined >> poll
	cp poll challenged
	each reveal poll > revealed
	shard-vote seed poll revealed >> poll
	each prove poll > proofs
	each ballot poll proofs > ballots
	rm -r home/poller	# a poller that forgets, or lies
	for n in 1 2 3; do
		shard-vote reveal -C "b$n" -d "s$n" challenged
	done > three
	cat challenged > second
	shard-vote seed challenged three >> second
	run -1 --separate-stderr shard-vote ballot -C b1 -d s1 second proofs
	says 'the poller has asked something else in this poll'
	[ -z "$output" ]
	shard-vote ballot -C b1 -d s1 poll | cmp -n 300 - ballots
	halt TERM 1
	hold 1
	shard-vote ballot -C b1 -d s1 poll | cmp -n 300 - ballots
}

# Goal: a poller that takes a step twice gives the same document, and does not
# convict itself by a slip.
@test "the poller's own journal" {
	shard-vote open > poll
	cp poll opened
	each join poll > joined
	shard-vote challenge opened joined > challenge
	for n in 2 3 4; do
		shard-vote join -C "b$n" -d "s$n" poll
	done > three
	shard-vote challenge -q opened three | cmp - challenge
	cat challenge >> poll
	each reveal poll > revealed
	: > none
	shard-vote seed poll revealed > seed
	shard-vote seed -q poll none | cmp - seed
	cat seed >> poll
	each prove poll > proofs
	each ballot poll proofs > ballots
	shard-vote tally poll proofs ballots > box
	run -1 --separate-stderr shard-vote tally poll none ballots
	says 'the tally of this poll is signed, and of other files'
	shard-vote tally poll ballots proofs | cmp - box
	shard-vote open > newer
	run -1 --separate-stderr shard-vote tally poll ballots proofs
	says 'a newer poll'
}

# Goal: what the owner drops once a poll has begun is inconclusive, not bad.
@test "dropped between the opening and the proofs" {
	shard-vote open > poll
	up_to_seed
	timeout 60 shard-drop -q --all 1
	from_seed
	shard-show -o json proofs > all
	[ "$(jq -s 'map(.missing) | add' all)" -eq 20 ]
	[ "$(of bad)" -eq 0 ]
	[ "$(of inconclusive)" -eq 20 ]
}

# Goal: one that has not heard of the drop does not make it bad.
@test "dropped, and one voter has not heard" {
	shard-vote open > poll
	up_to_seed
	halt TERM 3
	timeout 60 shard-drop -q --all 1 || [ $? -eq 1 ]
	from_seed
	[ "$(of bad)" -eq 0 ]
}

# Goal: nobody votes under the members of yesterday, at whatever step.
@test "a newer members document, and the poll is over" {
	shard-vote open > poll
	cp poll begun
	up_to_seed
	each prove poll > proofs
	for n in 1 2 3; do
		shard-vote ballot -C "b$n" -d "s$n" poll proofs
	done > ballots
	shard-vote tally poll proofs ballots > box
	peer-key -q -C carol new
	echo "carol $(id_of carol) $net.9:7117" >> home/peers
	bytes more 50000 > in
	back_up || [ $? -eq 1 ]
	run -3 --separate-stderr shard-vote join -C b1 -d s1 begun
	says 'held under another members document'
	run -3 --separate-stderr shard-vote ballot -C b4 -d s4 poll proofs
	says 'held under another members document'
	[ -z "$output" ]
	run -3 --separate-stderr shard-vote seal -C b1 -d s1 poll box
	says 'held under another members document'
	[ -z "$output" ]
	shard-vote open > poll
	shard-vote join -C b1 -d s1 poll > joined
	[ "$(shard-show -o json joined | jq -r .answer)" = 'takes part' ]
}

# Goal: by hand, too: a committee, a member as the poller, all at a stroke.
@test "a committee by hand, and a member that polls from its own store" {
	halt TERM 1 2 3 4
	shard-vote open -C b2 -d s2 -O "$(id_of home)" -k 3 > poll
	for n in 1 2 3 4; do
		shard-vote join -C "b$n" -d "s$n" poll 2>> err || [ $? -eq 1 ]
	done > joined
	grep -q 'we have no vote in this poll' err
	shard-vote challenge -C b2 poll joined >> poll
	[ "$(shard-show -o json poll | jq 'select(.record == "challenge").joinings')" -eq 3 ]
}

# crowd N: so many more peers, of which none is there.
crowd()
{
	python - "$net" "$1" <<- 'END' | tee -a home/peers >> b1/peers
	import sys
	from dialogue import KIND_ID, base32_lines, hashlib
	for n in range(int(sys.argv[2])):
	    name = f"absent{n}"
	    print(name, "-".join(base32_lines(KIND_ID,
	        hashlib.sha256(name.encode()).digest())), f"{sys.argv[1]}.{n + 50}:7117")
	END
}

# voters: who votes in the poll of ./poll, an id a line, worked out by
# shardkit-format(5) alone.
voters()
{
	python - <<- 'END'
	from dialogue import *
	from independent import blake3
	data = pathlib.Path("poll").read_bytes()
	file, part = io.BytesIO(data), []
	while file.tell() < len(data):
	    start = file.tell()
	    part.append((cbor2.load(file), data[start:file.tell()]))
	members, opening = [cbor2.loads(part[i][0].value[2]) for i in (0, -1)]
	assert tree_root(part[0][1]) == opening[3]
	term = (opening[5] // (6 * 3600 * 1000)).to_bytes(8, "big")
	bound = blake3(opening[3] + blake3(opening[4] + term))
	ids = [members[9][i:i + 32] for i in range(0, len(members[9]), 32)]
	ids.sort(key=lambda id: blake3(bound + id))
	for id in ids[:opening.get(9) or len(ids)]:
	    print("-".join(base32_lines(KIND_ID, id)))
	END
}

# Goal: of more than 31 members 31 vote, or as many as are told, drawn by the
# hash of what nobody chooses; a member that is not among them declines.
@test "35 members, of which 31 are away" {
	crowd 31
	bytes more 50000 > in
	back_up 2> err || [ $? -eq 1 ]
	for drawn in 31 1 34; do
		option=()
		[ "$drawn" -eq 31 ] || option=(-k "$drawn")
		shard-vote open "${option[@]}" > poll
		[ "$(shard-show -o json poll |
			jq 'select(.record == "opening").committee')" -eq "$drawn" ]
		voters > voting
		[ "$(sort -u voting | wc -l)" -eq "$drawn" ]
		for n in 1 2 3 4; do
			said=0
			shard-vote join -C "b$n" -d "s$n" poll > joined 2> err ||
				said=$?
			if grep -q -x "$(id_of "b$n")" voting; then
				[ "$said" -eq 0 ]
				[ -s joined ]
			else
				[ "$said" -eq 1 ]
				grep 'we have no vote in this poll' err
				[ ! -s joined ]
			fi
		done
	done
	run -1 --separate-stderr shard-vote
	says 'no quorum: [0-4] of 31 take part, and 21 must'
	run -3 --separate-stderr shard-vote open -k 36
	says 'a committee of 36 is asked for, of 35 members'
}

# Goal: who says two things in a poll is named, by evidence that stands alone.
@test "accuse: two of whatever one says once in a poll" {
	shard-vote open > poll
	forge home opening 12 "$(printf %064d 7)" poll > other
	shard-vote accuse poll other > guilt
	convicts guilt home 'signed two openings of one poll'
	each join poll > joined
	shard-vote join -C b1 -d s1 poll | cat poll - > fewer
	for n in 2 3; do shard-vote join -C "b$n" -d "s$n" poll; done >> fewer
	shard-vote challenge fewer > other
	rm -r home/poller
	shard-vote challenge poll joined >> poll
	shard-vote accuse poll other > guilt
	convicts guilt home 'signed two challenges in one poll'
	cp poll challenged
	each reveal poll > revealed
	forge b4 reveal 7 "$(printf %064d 7)" revealed > other
	shard-vote accuse revealed other > guilt
	convicts guilt b4 'signed two reveals in one poll'
	shard-vote seed poll revealed >> poll
	from_seed
	run -1 --separate-stderr shard-vote accuse poll box cert joined seals
	says 'these documents convict nobody'
	forge b2 ballot 8 000101 ballots > other
	shard-vote accuse ballots other > guilt
	convicts guilt b2 'signed two ballots in one poll'
	shard-vote accuse box other > guilt
	convicts guilt b2 'signed two ballots in one poll'
	shard-show guilt | grep record=evidence
	forge b3 seal 6 "$(printf %064d 0)" seals > other
	shard-vote accuse other seals > guilt
	convicts guilt b3 'signed two seals in one poll'
	rm -r home/poller
	sleep 1
	shard-vote tally poll proofs ballots > second
	shard-vote accuse box second > guilt
	convicts guilt home 'signed two tallies in one poll'
	run -1 --separate-stderr shard-vote seal -C b1 -d s1 poll second
	says 'the poller has asked something else'
	convicts "$(echo s1/evidence/*)" home 'signed two tallies in one poll'
	rm -r home/poller
	shard-vote seed challenged > seed2
	shard-vote accuse poll seed2 > guilt
	convicts guilt home 'signed two seeds in one poll'
	flip guilt
	run -3 shard-vote verify guilt
}

# Goal: a tally that does not follow is not sealed, and convicts its poller.
@test "accuse: a tally that does not follow" {
	shard-vote open > poll
	up_to_seed
	each prove poll > proofs
	each ballot poll proofs > ballots
	shard-vote tally poll proofs ballots > box
	forge home tally 15 000501 box > tally
	python - <<- 'END'
	import cbor2, pathlib
	box = cbor2.loads(pathlib.Path("box").read_bytes())
	box[0] = pathlib.Path("tally").read_bytes()
	pathlib.Path("wrong").write_bytes(cbor2.dumps(box, canonical=True))
	END
	run -3 --separate-stderr shard-vote seal -C b1 -d s1 poll wrong
	says 'does not follow from its ballots'
	convicts "$(echo s1/evidence/*)" home 'signed a tally that does not follow'
	shard-vote accuse poll wrong > guilt
	convicts guilt home 'signed a tally that does not follow'
	run -1 shard-vote accuse poll box
	shard-vote seal -C b1 -d s1 poll box > seal	# the right one it seals
}

# Goal: a holder that has lost something is convicted by its own word.
@test "accuse: a receipt, and then it is missing" {
	find s2 -path '*/shards/*' -type f -size 20000c -delete -quit
	shard-vote open > poll
	up_to_seed
	from_seed
	[ "$(of bad)" -eq 1 ]
	cat s1/*/receipts/??/* | shard-vote accuse - proofs > guilt
	convicts guilt b2 'has not got a shard that it signed for'
	[ "$(shard-vote -o json verify guilt 2> /dev/null | wc -l)" -eq 1 ]
	run -3 shard-vote verify proofs
}
