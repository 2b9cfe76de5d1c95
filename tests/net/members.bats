#!/usr/bin/env bats
# Papers, and what the members of an owner may do with what is the owner's.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 4
	befriend
	bytes input 9216 > in
}

teardown()
{
	for folder in s1/*/receipts/7f; do
		! mountpoint -q "$folder" || umount -l "${folder%7f}"[0-7]?
	done
	net_teardown
}

back_up()
{
	shard-split -q -s 1024 -k 2 -n 4 in |
		timeout 60 shard-send -q "$@" > /dev/null
}

# members STORE: number, members, liars and quorum of the newest document there.
members()
{
	python - "$1" <<- 'END'
	import pathlib, sys, cbor2
	found = [cbor2.loads(cbor2.loads(p.read_bytes()).value[2])
	         for p in pathlib.Path(sys.argv[1]).glob("*/members/??/*")]
	last = max(found, key=lambda m: m[3])
	print(last[3], len(last[9]) // 32, last[7], last[8])
	END
}

# Goal: who has a copy of the identity ends the count of members documents, and
# by that no backup.
@test "a members document with the last number: a warning, nothing is signed" {
	hold_all
	back_up
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	alice, bob = Identity("home"), Identity("b2")
	client = Client(sys.argv[1], alice)
	last = alice.sign(9, "members", {3: 2**64 - 2, 4: bytes(32), 5: 1,
	                                 6: 1 << 40, 7: 0, 8: 1, 9: bob.id})
	assert client.put(last, shelf=MEMBERS)[0] == OK
	assert client.ask(COMMIT)[0] == OK
	END
	cp home/members was
	run -0 --separate-stderr back_up
	says 'warning: members document 18446744073709551614 has the last number that there is'
	cmp was home/members
	for store in s1 s2 s3 s4; do
		[ "$(members "$store")" = "18446744073709551614 1 0 1" ]
	done
}

# Goal: who holds what is with every holder, and only told when it changes.
@test "shard-send publishes members and receipts to all peers" {
	mkdir disk
	echo "disk - dir:$PWD/disk" >> home/peers
	hold_all
	back_up
	for store in s1 s2 s3 s4 disk; do
		[ "$(members "$store")" = "1 4 1 3" ]
		[ "$(find "$store" -path '*/receipts/*' -type f | wc -l)" -ge 3 ]
	done
	whole s1 s2 s3 s4
	cmp home/members disk/*/members/??/*
	bytes other 9216 > in
	back_up
	[ "$(find s1 -path '*/members/*' -type f | wc -l)" -eq 1 ]
	sed -i '/bob4/d' home/peers
	back_up -S
	[ "$(members s1)" = "2 3 0 3" ]
	[ "$(members s4)" = "1 4 1 3" ]
	python - <<- 'END'
	import pathlib
	from dialogue import *
	docs = {d[3]: (raw, d) for raw in (p.read_bytes() for p in
	        pathlib.Path("s1").glob("*/members/??/*"))
	        for d in [cbor2.loads(cbor2.loads(raw).value[2])]}
	assert docs[1][1][4] == bytes(32)
	assert docs[2][1][4] == tree_root(docs[1][0]), "chained"
	END
	restores in
}

# Goal: papers are no snapshots and no shards to anybody.
@test "papers change nothing for a restore and a drop" {
	hold_all
	back_up
	restores in
	[ "$(timeout 60 shard-fetch -l -o json | wc -l)" -eq 1 ]
	rm -r s?/*/members s?/*/receipts home/members
	restores in
	back_up
	[ "$(members s3)" = "1 4 1 3" ]
	timeout 60 shard-drop -q --all 1 2
	run -1 timeout 60 shard-fetch -q latest
}

# Goal: a paper is taken if it is what it says: newer, or a member's word.
@test "papers that are none are refused" {
	hold_all
	back_up
	halt TERM 2 3 4
	python - "$net.1" <<- 'END'
	import pathlib, sys, time
	from dialogue import *
	alice, bob, mallory = Identity("home"), Identity("b2"), Identity("b1")
	client = Client(sys.argv[1], alice)
	members = next(pathlib.Path("s1").glob("*/members/??/*")).read_bytes()
	receipt = next(pathlib.Path("s1").glob("*/receipts/??/*")).read_bytes()
	ids = sorted([bob.id])

	def made(who, number, ids, q=1, b=0):
	    return who.sign(9, "members", {3: number, 4: tree_root(members), 5: 1,
	                                   6: 1 << 40, 7: b, 8: q,
	                                   9: b"".join(ids)})

	def word(who, owner):
	    return who.sign(7, "receipt", {3: owner, 4: int(time.time()),
	                                   5: bytes(32)})

	bad = [
	    (MEMBERS, made(alice, 1, ids)), (MEMBERS, made(bob, 9, ids)),
	    (MEMBERS, made(alice, 9, ids, q=2)), (MEMBERS, made(alice, 9, [])),
	    (MEMBERS, made(alice, 9, ids * 2, q=2)), (MEMBERS, receipt),
	    (MEMBERS, b"noise"), (RECEIPTS, b"noise"), (RECEIPTS, members),
	    (RECEIPTS, word(alice, alice.id)), (RECEIPTS, word(bob, bob.id)),
	    (RECEIPTS, receipt[:-1] + bytes([receipt[-1] ^ 1])),
	]
	for shelf, data in bad:
	    assert client.put(data, shelf=shelf)[0] in (NO, DATA), (shelf, data)
	assert client.put(members, shelf=MEMBERS)[0] == OK, "the same again"
	assert client.put(word(bob, alice.id), shelf=RECEIPTS)[0] == OK
	assert client.put(made(alice, 2, ids), shelf=MEMBERS)[0] == OK
	assert client.ask(COMMIT) == (OK, b"", b""), "no receipt for papers"
	assert client.put(word(mallory, alice.id), shelf=RECEIPTS)[0] == NO, \
	    "no member any more"
	END
	clean s1
}

# Goal: receipts that a member makes up do not fill its owner's space, over
# however many connections they come.
@test "a member's receipts have a share of the space" {
	sed -i 's/give=.*/give=1280000/' b1/peers
	hold_all
	back_up
	halt TERM 2 3 4
	cat > junk.py <<- 'END'
	import os, pathlib, sys, time
	from dialogue import *
	alice, bob = Identity("home"), Identity("b2")

	def junk():
	    return bob.sign(7, "receipt", {3: alice.id, 4: int(time.time()),
	                                   5: os.urandom(32 * 100)})

	def put_all(client, most):
	    for n in range(most):
	        status, words, _ = client.put(junk(), shelf=RECEIPTS, owner=alice.id)
	        if status != OK:
	            assert status == NO and b"only the owner brings more" in words
	            return n
	    return most

	before = sum(p.stat().st_size
	             for p in pathlib.Path("s1").glob("*/receipts/??/*"))
	clients = [Client(sys.argv[1], bob) for _ in range(3)]
	taken = [put_all(clients[0], 3), put_all(clients[1], 99),
	         put_all(clients[2], 99)]
	fit = (20000 - before) // len(junk())
	assert taken == [3, fit - 3, 0] and fit > 4, (taken, fit)
	for client in clients:
	    got = client.ask(COMMIT); assert got[0] == OK, got
	    assert put_all(client, 1) == 0
	    client.close()
	client = Client(sys.argv[1], alice)
	for _ in range(20):
	    assert client.put(junk(), shelf=RECEIPTS)[0] == OK
	assert client.ask(COMMIT)[0] == OK
	END
	python junk.py "$net.1"
	clean s1
}

# Goal: who has a copy of the identity, and so makes members and their receipts,
# cannot bring so many that readers of receipts leave the holder out.
@test "no more receipts than readers read" {
	hold_all
	back_up
	halt TERM 1 2 3 4
	shelf=$(echo "$PWD"/s1/*/receipts)
	rm -r "${shelf:?}"/*
	mkdir junk few
	(cd junk && printf '%064d\n' {1..3125} | xargs touch)
	(cd few && printf '%064d\n' {1..3124} | xargs touch)
	mkdir "$shelf"/{0..7}{{0..9},{a..f}}
	for folder in "$shelf"/{7f,[0-6]?,7[0-9a-e]}; do # 399 999 are here
		mount --bind "$([[ $folder == */7f ]] && echo few || echo junk)" \
			"$folder" 2> /dev/null || skip "no mounts here"
	done
	hold 1
	cat > put.py <<- 'END'
	import os, sys, time
	from dialogue import *
	alice, bob = Identity("home"), Identity("b2")
	client = Client(sys.argv[1], alice)

	def made():
	    data = bob.sign(7, "receipt", {3: alice.id, 4: int(time.time()),
	                                   5: os.urandom(32)})
	    return data, tree_root(data)

	def put(data, id):
	    return client.put(data, ids=[id], shelf=RECEIPTS)[:2]

	def is_full():
	    status, words = put(*made())
	    return status == NO and b"no room: 400000 receipts are here (shard-drop" in words

	if sys.argv[2] == "full":
	    last = made()
	    while last[1][0] < 128: # where folders are mounts
	        last = made()
	    assert put(*last)[0] == OK and is_full()
	    assert client.ask(COMMIT)[0] == OK and is_full()
	    assert put(*last)[0] == OK, "mended"
	else:
	    for n in range(500):
	        assert put(*made())[0] == OK, n
	    status, words = put(*made())
	    assert status == DATA and b"more than 500 receipts without a commit" in words
	END
	python put.py "$net.1" full
	umount "$shelf"/[0-7]?
	python put.py "$net.1" empty
}

# Goal: a member reads what is its owner's; nobody else does, and a member that
# was removed neither.
@test "members read, others and former members do not" {
	new_home mallory
	echo "mallory $(id_of mallory) $net.98:1 give=1M" >> b1/peers
	hold_all
	back_up
	cat > look.py <<- 'END'
	import pathlib, sys
	from dialogue import *
	alice, who = Identity("home"), Identity(sys.argv[2])
	client = Client(sys.argv[1], who)
	shelves = ["shards", "snapshots", "members", "receipts"]
	seen = []
	for shelf, name in enumerate(shelves):
	    ids = sorted(bytes.fromhex(p.name)
	                 for p in pathlib.Path("s1").glob("*/%s/??/*" % name))
	    status, body, _ = client.ask(LIST, owner=alice.id, shelf=shelf,
	                                 ids=[bytes(32)])
	    if status == OK:
	        assert body == b"".join(ids)
	    got, have = [client.ask(verb, owner=alice.id, shelf=shelf,
	        ids=ids[:1], size=size) for verb, size in ((GET, 1 << 20), (HAVE, 0))]
	    assert (got[0] == OK) == (status == OK) == (have[0] == OK)
	    assert got[0] != OK or tree_root(got[2]) == ids[0]
	    assert client.ask(INFO, owner=alice.id)[0] == status
	    seen.append(status)
	assert len(set(seen)) == 1, seen
	print("reads" if seen[0] == OK else "nothing")
	END
	[ "$(python look.py "$net.1" b2)" = reads ]
	[ "$(python look.py "$net.1" mallory)" = nothing ]
	sed -i '/bob2/d' home/peers
	halt TERM 2
	shard-split -q -s 1024 -k 2 -n 3 in | timeout 60 shard-send -q > /dev/null
	until_true 200 reads_nothing b2
	[ "$(python look.py "$net.1" b3)" = reads ]
	sed -i '/^alice/d' b1/peers
	until_true 200 reads_nothing b3
}

reads_nothing()
{
	[ "$(python look.py "$net.1" "$1")" = nothing ]
}

# Goal: on its owner's behalf a member puts what the owner signed for, in the
# owner's space, and takes nothing away.
@test "a member puts no junk, drops nothing and keeps to the quota" {
	hold_all
	back_up
	python - "$net.1" <<- 'END'
	import pathlib, sys
	from dialogue import *
	alice, bob = Identity("home"), Identity("b2")
	client = Client(sys.argv[1], bob)
	files = {p.name: p.read_bytes() for s in "1234" for p in
	         pathlib.Path("s" + s).glob("*/shards/??/*")}
	index = [d for d in files.values() if is_document(d)]
	shard = [d for d in files.values() if len(d) == 1024]
	shot = next(pathlib.Path("s1").glob("*/snapshots/??/*")).read_bytes()
	names = [tree_root(index[0])]
	other = bob.sign(6, "snapshot", {3: 1, 4: bytes(32), 5: 1, 6: b"\xa0", 7: b"\xa0",
	                     8: b""})

	def put(data, **fields):
	    return client.put(data, owner=alice.id, **fields)[0]

	for data, body in ((b"junk", b""), (b"junk", names[0]), (shard[0], b""),
	                   (shard[0], bytes(32)), (shard[0], tree_root(shard[0])),
	                   (spoilt(index[0]), b"")):
	    assert put(data, body=body) in (NO, DATA), (data[:9], body)
	assert put(other, shelf=SNAPSHOTS) == DATA
	assert put(b"junk", shelf=SNAPSHOTS) == DATA
	for d in shard[:3]:
	    assert put(d, body=names[0]) == OK
	assert put(index[0]) == OK and put(shot, shelf=SNAPSHOTS) == OK
	assert client.put(b"mine")[0] == NO, "no space of its own here"
	status, receipt, _ = client.ask(COMMIT)
	assert cbor2.loads(cbor2.loads(receipt).value[2])[3] == alice.id
	ids = [tree_root(d) for d in shard[:3]]
	assert client.ask(HAVE, owner=alice.id, ids=ids)[1] == b"\1\1\1"
	for order in (bob.order(ids), alice.order(ids)):
	    assert client.ask(DROP, owner=alice.id, body=order)[0] != OK
	    client.ask(DROP, body=order)
	assert client.ask(HAVE, owner=alice.id, ids=ids)[1] == b"\1\1\1"
	END
	[ "$(used s1)" -eq "$(size_of s1)" ]
	sed -i "s/give=.*/give=$(($(used s1) + 1000))/" b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	python - "$net.1" <<- 'END'
	import pathlib, sys
	from dialogue import *
	alice, bob = Identity("home"), Identity("b2")
	client = Client(sys.argv[1], bob)
	files = [p.read_bytes() for p in pathlib.Path("s2").glob("*/shards/??/*")]
	name = tree_root([d for d in files if is_document(d)][0])
	shard = [d for d in files if len(d) == 1024][0]
	info = cbor2.loads(client.ask(INFO, owner=alice.id)[1])
	assert info["quota"] - info["used"] == 1000
	status, words, _ = client.put(shard, owner=alice.id, body=name)
	assert status == NO and b"no room" in words, words
	END
	clean s1
}

# mend N STATUS [OPTION ...]: holder N repairs what is alice's; see ./report.
mend()
{
	sed -i "s/^alice .*/alice $(id_of home) - give=${give-100M}/" "b$1/peers"
	run "-$2" --separate-stderr timeout 100 shard-repair -C "b$1" \
		-O "$(id_of home)" -q -o json "${@:3}"
	echo "$output" | tee report
	echo "$stderr" >&2
}

# Goal: whoever holds something itself is one of the holders when it repairs.
@test "shard-repair -O by a holder: its own store counts" {
	hold_all
	back_up
	mend 1 0 -d s1
	jq -e 'select(.whole == 20 and .rebuilt == 0 and .unplaced == 0)' report
	mend 1 2
	says 'this machine is a holder .* would count as lost'
	says 'hint: name the store .* -d DIR'
	mend 1 4 -d nowhere
	says 'cannot open store .nowhere'
	find s2 s3 -path '*/shards/??/*' -delete
	mend 1 0 -d "$PWD/s1" # two are left, of which one is here
	jq -e 'select(.whole == 10 and .rebuilt == 10 and .lost == 0)' report
	[ "$(shards_in s1 s2 s3 s4 | sed 's|.*/||' | sort -u | wc -l)" -eq 16 ] # and 4 smaller
	whole s1 s2 s3 s4
	halt TERM 1
	mv s1 b1/store
	mend 1 0
	jq -e 'select(.whole == 20)' report
	echo "me $(id_of b1) $net.1:7117" >> b1/peers
	mend 1 2 -d b1/store
	says "'me' in the roster is this machine: leave --store out"
	run -2 --separate-stderr shard-repair -d b1/store
	says 'store is for --owner'
}

# Goal: what is put into one's own store is counted, limited and signed for.
@test "shard-repair -O by a holder that has lost its own" {
	hold_all
	back_up
	halt TERM 1
	find s1 s2 s3 s4 -path '*/receipts/*' -type f -delete
	rm -r s1/*/shards
	printf '%020d\n' "$(size_of s1)" > "$(echo s1/*/used)"
	hold 1
	give=$(($(used s1) + 3000))
	mend 1 1 -d s1
	says "peer 'our own store' takes nothing more: .*room"
	[ "$(used s1)" -le "$give" ]
	[ "$(used s1)" -eq "$(size_of s1)" ]
	give=1M mend 1 0 -d s1
	jq -e 'select(.rebuilt > 0 and .unplaced == 0)' report
	[ "$(shards_in s1 | wc -l)" -eq 4 ] # and a smaller one
	[ "$(used s1)" -eq "$(size_of s1)" ]
	whole s1
	clean s1
	python - <<- 'END'
	import pathlib
	from dialogue import *
	bob, signed = Identity("b1"), b""
	for path in pathlib.Path("s2").glob("*/receipts/??/*"):
	    receipt = cbor2.loads(cbor2.loads(path.read_bytes()).value[2])
	    if receipt[2] == bob.point:
	        signed += receipt[5]
	for path in pathlib.Path("s1").glob("*/shards/??/*"):
	    assert bytes.fromhex(path.name) in signed, path
	END
}

# Goal: who has lost its papers gets them again; and who lists some that nobody
# has does not keep a repair busy with them.
@test "shard-repair: receipts for whom they lack, none from who makes them up" {
	hold_at_back 1
	for n in 2 3 4; do hold "$n"; done
	lie_for 1 mute
	back_up
	find s2 -path '*/receipts/*' -type f -delete
	lie_for 1 papers
	run -0 --separate-stderr timeout 60 shard-repair -o json
	says "peer 'bob1' lists receipts that it does not give"
	diff <(cd s2 && find . -path '*/receipts/*' -type f | sort) \
		<(cd s3 && find . -path '*/receipts/*' -type f | sort)
	[ "$(find s2 -path '*/receipts/*' -type f | wc -l)" -ge 4 ]
}

# Goal: a peer died; another one that holds some of it mends the backup over
# the network, with its own key.
@test "shard-repair -O: any member mends what is its owner's" {
	hold_all
	back_up
	alice=$(id_of home)
	halt TERM 3
	rm -r s3/*/shards
	hold 3
	mend 2 0 -d s2
	jq -e 'select(.rebuilt == 5 and .unplaced == 0 and .lost == 0)' report
	halt TERM 1 2
	restores in
	[ "$(find s3 -path '*/shards/*' -type f | wc -l)" -eq 6 ] # and the index
	new_home mallory
	cp b2/peers mallory/peers
	run -1 --separate-stderr timeout 60 shard-repair -C mallory -O "$alice"
}
