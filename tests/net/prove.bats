#!/usr/bin/env bats
# Whether a holder still has what it should: it is asked, and signs its answer.
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

# audit ARGUMENT ...: its row, in ./row.
audit()
{
	timeout 60 shard-vote audit -o json "$@" > row
}

# row NAME: a value of that row.
row()
{
	jq ".$1" row
}

# Goal: a holder that has everything proves it, to the owner and to a member.
@test "audit: all is there" {
	hold_all
	back_up
	audit bob1
	[ "$(row shards)" -eq 5 ]
	[ "$(row asked)" -eq 300 ]
	[ "$(row ok)" -eq 300 ]
	audit -n 7 bob2
	[ "$(row ok)" -eq 7 ]
	audit --full bob3
	[ "$(row ok)" -eq 5 ]
	cp b1/peers peers
	audit -C b1 -O "$(id_of home)" bob2
	[ "$(row ok)" -eq 300 ]
	logged 2 'event=prove peer=bob1 .*outcome=ok'
}

# Goal: what was lost, cut or flipped is found and is the holder's own word.
@test "audit: a shard that is gone, flipped or another one" {
	hold_all
	back_up
	mapfile -t shard < <(shards_at s1)
	mv "${shard[0]}" kept
	run -1 --separate-stderr audit bob1
	says "peer 'bob1' has not got [0-9]+ of the 300 pieces"
	[ "$(row missing)" -gt 0 ]
	[ "$(row wrong)" -eq 0 ]
	[ $(($(row missing) + $(row ok))) -eq 300 ]
	run -1 --separate-stderr audit --full bob1
	[ "$(row missing)" -eq 1 ]
	mv kept "${shard[0]}"
	audit --full bob1
	flip "${shard[1]}"
	run -1 --separate-stderr audit --full bob1
	[ "$(row missing)" -eq 1 ]
	flip "${shard[1]}"
	mv "${shard[0]}" kept
	mv "${shard[1]}" "${shard[0]}"
	mv kept "${shard[1]}"
	run -1 --separate-stderr audit --full bob1
	[ "$(row missing)" -eq 2 ]
	truncate -s 19999 "${shard[2]}"
	run -1 --separate-stderr audit -f bob1
	[ "$(row missing)" -eq 3 ]
	audit bob2
}

# Goal: a disk that is away is not a shard that is lost.
@test "audit: an unmounted store is no loss" {
	hold_all
	back_up
	cat > ask.py <<- 'END'
	import pathlib, sys, cbor2, time
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	ids = [bytes.fromhex(p.name) for p in pathlib.Path("s1").glob("*/shards/??/*")]
	ask = lambda ids: cbor2.loads(cbor2.loads(client.ask(PROVE, ids=ids,
	    size=1 << 21, body=encode({0: b"s" * 32, 1: 0,
	    2: bytes(4 * len(ids))}))[2]).value[2])
	def verdicts(proof):
	    file, found = io.BytesIO(proof[8]), []
	    while file.tell() < len(proof[8]):
	        found.append(cbor2.CBORDecoder(file).decode()[2])
	    assert len(found) == proof[7]
	    return found
	assert verdicts(ask(ids)) == [0] * len(ids)
	assert verdicts(ask([bytes(32)])) == [1]
	pathlib.Path("s1").rename("away")
	pathlib.Path("s1").mkdir()
	assert verdicts(ask(ids)) == [2] * len(ids)
	pathlib.Path("s1").rmdir()
	pathlib.Path("away").rename("s1")
	assert verdicts(ask(ids)) == [0] * len(ids)
	END
	python ask.py "$net.1"
}

# Goal: the same by the tools: an audit and a poll take the holder for one that
# cannot say, and all is well when the disk is there again.
@test "audit and poll: an unmounted store is away" {
	hold_all
	back_up
	mv s1 away
	mkdir s1
	run -4 --separate-stderr audit -f bob1
	says "peer 'bob1' is not usable: cannot see store 's1'.*is the disk mounted"
	bytes more 40000 > extra
	shard-split -q -s 20000 -k 2 -n 4 extra |
		timeout 60 shard-send -q > /dev/null 2>&1 || [ $? -eq 1 ]
	run -1 --separate-stderr timeout 60 shard-vote -w cert
	says 'shards 0 are bad, 5 silent, 0 undecided'
	[ -z "$(ls -A s1)" ]
	rmdir s1
	mv away s1
	audit -f bob1
	timeout 60 shard-vote -q > /dev/null
	run ! grep 'becomes a new store' <(tail -n +2 b1.log)
}

# Goal: neither is a shard lost that the disk cannot read now: to the audit and
# in a poll it is the only one without an answer, and no other is.
@test "audit and poll: EIO of one file" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold_all
	back_up
	halt TERM 1
	mapfile -t shard < <(shards_at s1)
	start_hold 1 strace -D -f -qq -o /dev/null -P "$PWD/${shard[2]}" \
		-e inject=read:error=EIO shard-recv -C b1 -d s1 -l "$net.1:7117"
	run -4 --separate-stderr audit -f bob1
	says "could not answer 1 of 5 questions now"
	[ "$(row eio)" -eq 1 ]
	[ "$(row ok)" -eq 4 ]
	run -4 --separate-stderr audit bob1
	[ "$(row missing)" -eq 0 ]
	[ "$(row wrong)" -eq 0 ]
	[ $(($(row eio) + $(row ok))) -eq 300 ]
	run -1 --separate-stderr timeout 60 shard-vote -w cert
	says 'of 20 shards 0 are bad, 1 silent, 0 undecided'
	[ ! -e cert.evidence ]
}

# Goal: what it proves is on the medium: what the system has in memory of a
# shard is dropped before it is read, each time.
@test "audit and poll: the medium is read" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold_all
	back_up
	halt TERM 1
	start_hold 1 strace -D -f -y -q -o trace -e trace=read,fadvise64 \
		shard-recv -C b1 -d s1 -l "$net.1:7117"
	audit -f bob1
	timeout 60 shard-vote -q > /dev/null
	pid=${recv_pid[1]}
	halt TERM 1
	until_true 200 grep -q "^$pid *+++ exited" trace
	python - "$PWD/s1" <<- 'END'
	import collections, sys
	from tracer import calls, file_of
	cold, times = {}, collections.Counter()
	for pid, call, said, result in calls():
	    file = file_of(said, sys.argv[1])
	    if file is None or "/shards/" not in file:
	        continue
	    if call == "fadvise64" and "POSIX_FADV_DONTNEED" in said:
	        cold[pid] = file
	    elif call == "read" and result == 20000:
	        assert cold.pop(pid, "") == file, f"{file} is read from memory"
	        times[file] += 1
	assert len(times) == 5 and min(times.values()) >= 2, times
	END
}

# Goal: who asks for more than a holder reads in a minute is told to wait.
@test "audit: busy is no loss" {
	hold 1 --audits 20000 # one shard, or two where a minute begins
	hold 2
	hold 3
	hold 4
	back_up
	run -4 --separate-stderr audit --full bob1
	says "could not answer [0-9]+ of 5 questions now"
	[ "$(row busy)" -gt 0 ]
	[ "$(row missing)" -eq 0 ]
}

# Goal: once a minute has nothing left, no shard is read to find out: that of
# one that is not whole is not known either.
@test "audit: a holder that may read nothing reads nothing" {
	hold 1 --audits 0
	hold 2
	hold 3
	hold 4
	back_up
	shards_at s1 | while read -r shard; do flip "$shard"; done
	run -4 --separate-stderr audit --full bob1
	says "could not answer 5 of 5 questions now"
	[ "$(row busy)" -eq 5 ]
	[ "$(row missing)" -eq 0 ]
}

# Goal: without receipts it is asked for what it says it has, and that is told.
@test "audit: no receipts, no snapshots, no such peer, a disk" {
	hold_all
	run -1 --separate-stderr audit bob1
	says "nothing that peer 'bob1' should have"
	back_up
	rm -r s?/*/receipts
	run -0 --separate-stderr audit bob1
	says "no receipt of peer 'bob1'"
	[ "$(row shards)" -eq 5 ]
	mkdir disk
	echo "disk - dir:$PWD/disk" >> home/peers
	back_up
	run -2 --separate-stderr audit disk
	says "is a disk"
	run -2 --separate-stderr audit nobody
	says "no peer 'nobody'"
	run -2 --separate-stderr audit
	says "say which peer"
	run -2 --separate-stderr audit -f -n 3 bob1
	says "exclude each other"
	run -2 --separate-stderr timeout 5 shard-vote elect
	says "say nothing, or one of: audit, verify"
	halt TERM 1
	run -4 --separate-stderr audit bob1
}

# kept ARGUMENT ...: what 'verify' says of a file of answers, in ./row.
kept()
{
	timeout 60 shard-vote -o json verify "$@" > row
}

# split FILE: its documents as ./proof1, ./index1 and so on.
split_documents()
{
	python - "$1" <<- 'END'
	import io, pathlib, sys, cbor2
	data = pathlib.Path(sys.argv[1]).read_bytes()
	file, count = io.BytesIO(data), {}
	while (start := file.tell()) < len(data):
	    kind = cbor2.loads(cbor2.CBORDecoder(file).decode().value[2])[0]
	    name = {5: "index", 10: "proof"}[kind]
	    count[name] = count.get(name, 0) + 1
	    pathlib.Path(f"{name}{count[name]}").write_bytes(data[start:file.tell()])
	END
}

# Goal: what an audit has kept is checked by anyone, offline, without a key.
@test "audit --write, and verify" {
	hold_all
	back_up
	audit -w answers bob1
	find s2 -path '*/shards/*' -type f -size 20000c -delete -quit
	run -1 audit -n 1200 -w lost bob2
	mkdir elsewhere
	cp home/members elsewhere
	export SHARDKIT_HOME=$PWD/elsewhere
	halt TERM 1 2 3 4
	kept answers
	[ "$(row peer)" = "\"$(id_of b1)\"" ]
	[ "$(row asked)" -eq 300 ]
	[ "$(row ok)" -eq 300 ]
	run -1 --separate-stderr kept lost
	says 'has not got [0-9]+ of the 1200 pieces'
	[ "$(row missing)" -gt 0 ]
	[ $(($(row missing) + $(row ok))) -eq 1200 ]
	split_documents lost
	cat proof2 index1 proof1 > turned
	run -1 kept turned answers
	[ "$(jq -s 'map(.asked) | add' row)" -eq 1500 ]
	refused
}

# What is wrong with such a file, by its parts of before.
refused()
{
	local n size
	size=$(stat -c %s proof1)
	for n in 30 $((size / 2)) $((size - 5)); do
		python - "$n" <<- 'END'
		import pathlib, sys
		data = bytearray(pathlib.Path("proof1").read_bytes())
		data[int(sys.argv[1])] ^= 1
		pathlib.Path("flipped").write_bytes(data)
		END
		run -3 kept index1 flipped
	done
	head -c $((size - 1)) proof1 > short
	run -3 --separate-stderr kept index1 short
	says 'malformed or cut'
	run -3 --separate-stderr kept proof1
	says 'a shard that is in no index'
	run -3 --separate-stderr kept index1
	says 'no proof is there'
	run -3 --separate-stderr kept proof1 index1 elsewhere/members
	says 'neither a proof nor an index'
	foreign
	run -3 --separate-stderr kept proof1 other_index
	says 'the index is signed by a stranger'
	run -3 --separate-stderr kept foreign index1
	says 'a proof is of a stranger'
	run -3 --separate-stderr kept other_owner index1
	says "a proof is about another owner's"
	run -1 --separate-stderr kept lie index1
	says 'a holder has not got'
	[ "$(row wrong)" -eq 1 ]
	run -4 kept -m nowhere answers
}

# The same documents with another signer, owner or piece in them.
foreign()
{
	peer-key -q -C stranger new
	python - <<- 'END'
	import pathlib, cbor2
	from dialogue import Identity, encode
	from independent import items
	def again(kind, word, who, path, **change):
	    fields = cbor2.loads(cbor2.loads(pathlib.Path(path).read_bytes()).value[2])
	    fields = {key: value for key, value in fields.items() if key > 2}
	    for key in change:
	        fields[int(key[1:])] = change[key](fields[int(key[1:])])
	    return Identity(who).sign(kind, word, fields)
	def lie(answers):
	    first, *rest = [one for one, _ in items(answers)]
	    at = [first, *rest].index(next(a for a in [first, *rest] if a[2] == 0))
	    all = [first, *rest]
	    all[at][3] = bytes(len(all[at][3]))
	    return b"".join(encode(one) for one in all)
	def write(name, data):
	    pathlib.Path(name).write_bytes(data)
	write("foreign", again(10, "proof", "stranger", "proof1"))
	write("other_index", again(5, "index", "stranger", "index1"))
	write("other_owner", again(10, "proof", "b1", "proof1", _3=lambda o: bytes(32)))
	split = again(10, "proof", "b1", "proof1", _8=lie)
	write("lie", split)
	END
}

# Goal: when no disk is mounted that is no answer, and worth a retry; and what
# is left of the mount points does not become a store.
@test "audit: all stores are away" {
	hold_all
	back_up
	for n in 1 2 3 4; do
		mv "s$n" "away$n"
		mkdir "s$n"
	done
	run -4 --separate-stderr audit bob1
	run -1 --separate-stderr timeout 60 shard-vote
	rmdir s?
	for n in 1 2 3 4; do
		mv "away$n" "s$n"
	done
	audit bob1
	[ "$(row ok)" -eq 300 ]
}

# Goal: nobody asks on behalf of an owner who is not its member.
@test "prove: not for strangers, and bad questions break nothing" {
	hold_all
	new_home mallory
	echo "mallory $(id_of mallory) $net.98:1 give=1M" >> b1/peers
	back_up
	python - "$net.1" <<- 'END'
	import pathlib, sys
	from dialogue import *
	alice, mallory = Identity("home"), Identity("mallory")
	ids = [bytes.fromhex(p.name) for p in pathlib.Path("s1").glob("*/shards/??/*")]
	good = {0: bytes(32), 1: 0, 2: bytes(4)}
	client = Client(sys.argv[1], mallory)
	assert client.ask(PROVE, owner=alice.id, ids=ids[:1], size=9999,
	                  body=encode(good))[0] == USAGE
	client = Client(sys.argv[1], alice)
	for bad in ({}, {**good, 2: b""}, {**good, 2: bytes(5)},
	            {**good, 2: b"\xff" * 4}, {**good, 0: bytes(31)},
	            {**good, 1: 1 << 32}, {**good, 3: 0}):
	    assert client.ask(PROVE, ids=ids[:1], size=9999,
	                      body=encode(bad))[0] == DATA, bad
	for bad in b"", b"\0", b"\xff" * 99:
	    assert client.ask(PROVE, ids=ids[:1], body=bad)[0] == DATA, bad
	status, _, proof = client.ask(PROVE, ids=ids[:1], size=1 << 20,
	                              body=encode(good))
	assert status == OK and proof[0] == 0xd2
	END
}

# Goal: what the hint of an audit says mends what the audit has found, also what
# has rotted and is still of its size.
@test "audit: the hint mends what has rotted" {
	hold_all
	back_up
	flip "$(shards_at s1 | head -n 1)"
	run -1 --separate-stderr audit --full bob1
	hint=$(sed -n 's/^shard-vote: hint: \(.*\) rebuilds what is lost or rotten$/\1/p' <<< "$stderr")
	[[ $hint == shard-repair\ * ]]
	timeout 60 sh -c "$hint -q" > /dev/null
	audit --full bob1
}

# Goal: a store that has voted and has heard a drop is whole, file by file, as the
# page of shard-show looks at it; what is damaged is the only one that is named.
@test "every file of a store that has voted" {
	hold_all
	back_up
	bytes more 40000 > in
	back_up
	timeout 60 shard-drop -q 1
	timeout 60 shard-vote -q > /dev/null
	each_file()
	{
		find "$1" -mindepth 2 -type f -exec sh -c 'shard-show -q "$1" > /dev/null' sh {} \;
	}
	[ -n "$(ls s1/votes)" ]
	[ -n "$(ls s1/orders)" ]
	run -0 each_file s1
	[ -z "$output" ] || { echo "it said: $output"; return 1; }
	(cd s1/votes && shard-show ./* > /dev/null && shard-show "$(echo *)" > /dev/null)
	shard-show -o json s1/votes/* | jq -s -e '.[0].record == "journal" and .[0].documents == length - 1'
	damaged=$(shards_at s1 | head -n 1)
	flip "$damaged"
	run each_file s1
	[ "$output" = "shard-show: '$damaged' is damaged" ]
}
