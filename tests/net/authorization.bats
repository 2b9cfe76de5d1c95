#!/usr/bin/env bats
# What a holder does for whom: a foreign client speaks the dialogue, and says
# what no honest one would. SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 1
	new_home mallory
	echo "mallory $(id_of mallory) $net.98:1 give=1M" >> b1/peers
	hold 1
	bytes input 9216 > in
}

teardown()
{
	! mountpoint -q s1 || umount -l s1
	net_teardown
}

one_of_one()
{
	shard-split -q -s 1024 -k 1 -n 1 "$1" | timeout 60 shard-send -q > /dev/null
}

# Goal: the dialogue is what its page says, so that others can implement it.
@test "a foreign client: hello, put, commit, have, get, list, info, drop" {
	python - "$net.1" <<- 'END'
	import os, sys, time, cbor2
	from dialogue import *
	owner, bob = Identity("home"), Identity("b1")
	client = Client(sys.argv[1], owner)
	data = [b"first", b"second" * 5000]
	ids = [tree_root(d) for d in data]
	for d in data:
	    assert client.put(d) == (OK, b"", b""), d[:9]
	assert client.ask(HAVE, ids=ids)[1] == b"\0\0", "before the commit"
	status, receipt, _ = client.ask(COMMIT)
	assert status == OK
	tag = cbor2.loads(receipt)
	assert tag.tag == 18
	payload = cbor2.loads(tag.value[2])
	assert payload[0] == 7 and payload[2] == bob.point, payload
	assert payload[3] == owner.id and payload[5] == b"".join(ids)
	assert abs(payload[4] - time.time()) < 60
	assert client.ask(COMMIT) == (OK, b"", b""), "nothing to sign for"
	assert client.ask(HAVE, ids=ids + [bytes(32)])[1] == b"\1\1\0"
	assert client.ask(HAVE, ids=ids, size=5)[1] == b"\1\2"
	assert client.ask(HAVE, ids=ids, body=b"check")[1] == b"\1\1"
	for d, i in zip(data, ids):
	    assert client.ask(GET, ids=[i], size=1 << 20) == (OK, b"", d)
	status, words, _ = client.ask(GET, ids=[bytes(32)], size=100)
	assert status == NO and b"not here" in words
	assert client.ask(GET, ids=[ids[1]], size=10)[0] == DATA, "too long"
	assert client.ask(LIST, ids=[bytes(32)])[1] == b"".join(sorted(ids))
	assert client.ask(LIST, ids=[min(ids)])[1] == max(ids)
	assert client.ask(LIST, ids=[max(ids)])[1] == b""
	assert client.ask(LIST, ids=[bytes(32)], shelf=SNAPSHOTS)[1] == b""
	info = cbor2.loads(client.ask(INFO)[1])
	assert info["used"] == sum(map(len, data)), info
	assert info["quota"] in (100 << 20, 100 * 10**6), info
	assert client.ask(DROP, body=owner.order(ids[:1])) == (OK, b"", b"")
	assert client.ask(HAVE, ids=ids)[1] == b"\0\1"
	assert cbor2.loads(client.ask(INFO)[1])["used"] == len(data[1])
	for verb, why in (BALLOT, b"no member of this owner"), (PEERS, b"does not exchange"):
	    status, words, _ = client.ask(verb)
	    assert status == NO and why in words, (verb, words)
	os.mkdir("b1/addresses")
	client = Client(sys.argv[1], owner)
	assert client.ask(PEERS) == (OK, b"\x80", b"")
	status, words, _ = client.ask(PEERS)
	assert status == NO and b"less than a minute ago" in words, words
	client.close()
	END
	clean s1
	logged 1 'event=disconnect peer=alice outcome=ok'
}

# Goal: what a holder signs, and what an owner does, can be looked at; all of
# it is what the CDDL says.
@test "a receipt, a drop order and info: their form, and what shard-show says" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	owner = Identity("home")
	client = Client(sys.argv[1], owner)
	def keep(name, data):
	    pathlib.Path(name).write_bytes(data)
	client.put(b"first")
	keep("receipt", client.ask(COMMIT)[1])
	keep("info", client.ask(INFO)[1])
	keep("order", owner.order([tree_root(b"first")]))
	keep("forged", spoilt(owner.order([tree_root(b"first")])))
	END
	cddl=$BATS_TEST_DIRNAME/../cddl.py
	rules=$BATS_TEST_DIRNAME/../../lib/format/shardkit.cddl
	for rule in receipt-document document; do
		/usr/bin/python3 "$cddl" "$rules" "$rule" receipt
	done
	for rule in order-document document; do
		/usr/bin/python3 "$cddl" "$rules" "$rule" order
	done
	/usr/bin/python3 "$cddl" "$rules" info info
	run -1 /usr/bin/python3 "$cddl" "$rules" order-document receipt
	run -1 /usr/bin/python3 "$cddl" "$rules" receipt-document order
	run -1 /usr/bin/python3 "$cddl" "$rules" info order
	id=$(/usr/bin/python3 -c 'from dialogue import *
print(tree_root(b"first").hex())')
	shard-show receipt > rows
	grep -x "record=receipt time=20.* owner=$(id_of home) signer=$(id_of b1)" rows
	grep -x "record=keeps index=0 id=$id" rows
	shard-show -o json order > rows
	grep -x "{\"record\":\"order\",\"time\":[0-9]*,\"shelf\":\"shards\",\"signer\":\"$(id_of home)\"}" rows
	grep -x "{\"record\":\"drops\",\"index\":0,\"id\":\"$id\"}" rows
	run -3 --separate-stderr shard-show forged
	says 'signature'
}

# Goal: many requests in flight are answered in their order.
@test "a thousand requests in flight" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	data = [b"%d" % i for i in range(500)]
	ids = [tree_root(d) for d in data]
	requests = b"".join(
	    client.request(PUT, ids=[i], payload=len(d)) + encode(d)
	    for d, i in zip(data, ids))
	requests += client.request(COMMIT) + b"".join(
	    client.request(GET, ids=[i], size=10) for i in ids)
	client.stream(requests)
	for d in data:
	    assert client.reply() == (OK, b"", b"")
	assert client.reply()[0] == OK
	for d in data:
	    assert client.reply() == (OK, b"", d)
	END
}

# Goal: an owner's shards are nobody else's: not to get, not to see, not to
# count, not to drop, not to add to.
@test "another peer of the roster gets, sees and drops nothing" {
	one_of_one in
	find s1 -type f -path '*/s*/??/*' | sort | xargs sha256sum > before
	python - "$net.1" <<- 'END'
	import pathlib, sys
	from dialogue import *
	alice, mallory = Identity("home"), Identity("mallory")
	shard = [bytes.fromhex(p.name) for p in pathlib.Path("s1").glob("*/shards/??/*")]
	shot = [bytes.fromhex(p.name) for p in pathlib.Path("s1").glob("*/snapshots/??/*")]
	assert shard and shot
	client = Client(sys.argv[1], mallory)

	def no(verb, **fields):
	    status, words, payload = client.ask(verb, **fields)
	    assert status != OK and not payload, (verb, fields, status, words)

	# under the owner's name
	no(GET, owner=alice.id, ids=shard[:1], size=1 << 20)
	no(GET, owner=alice.id, ids=shot[:1], shelf=SNAPSHOTS, size=1 << 20)
	no(HAVE, owner=alice.id, ids=shard)
	no(LIST, owner=alice.id, ids=[bytes(32)])
	no(LIST, owner=alice.id, ids=[bytes(32)], shelf=SNAPSHOTS)
	no(PUT, owner=alice.id, ids=[tree_root(b"x")], data=b"x")
	# with orders: the other's own, one signed for the owner, a replayed one
	for order in (mallory.order(shard), alice.order(shard),
	              alice.order(shot, SNAPSHOTS)):
	    no(DROP, owner=alice.id, body=order)
	no(DROP, body=alice.order(shard))
	no(DROP, body=alice.order(shot, SNAPSHOTS))
	# under its own name: there is nothing
	no(GET, ids=shard[:1], size=1 << 20)
	assert not any(client.ask(HAVE, ids=shard)[1])
	assert client.ask(LIST, ids=[bytes(32)])[1] == b""
	# its own order about its own folder: nothing to drop there, no harm
	client.ask(DROP, body=mallory.order(shard))
	client.ask(DROP, body=mallory.order(shot, SNAPSHOTS))
	import cbor2
	assert cbor2.loads(client.ask(INFO)[1])["used"] == 0
	END
	sha256sum -c --quiet before
	logged 1 'event=get peer=mallory .*outcome="these are not yours"'
	logged 1 'event=drop peer=mallory'
}

# Goal: ransomware that has a copy of the identity cannot erase the past at a
# holder that never drops, nor bury it under so much, or such junk, that readers
# leave the holder out.
@test "no more snapshots than readers read, and none that is none" {
	halt TERM 1
	mount -t tmpfs -o size=64m none s1 2> /dev/null || skip "no tmpfs here"
	hold 1 -N --scrub 0 # which would take the empty ones away
	one_of_one in
	python - "$net.1" <<- 'END'
	import pathlib, sys
	from dialogue import *
	alice = Identity("home")
	client = Client(sys.argv[1], alice)
	shelf = next(pathlib.Path("s1").glob("*/snapshots"))
	shot = next(shelf.glob("??/*")).read_bytes()
	fields = cbor2.loads(cbor2.loads(shot).value[2])

	def made(number, **other):
	    told = {n: fields[n] for n in range(3, 9)} | {3: number} | other.get("but", {})
	    return alice.sign(6, "snapshot", told)

	def put(data):
	    return client.put(data, shelf=SNAPSHOTS)[:2]

	for junk in (b"x", spoilt(shot), made(2, but={7: b"\xa0"}), made(0)):
	    assert put(junk)[0] == DATA, junk[:9]
	for number in range(2, 18):
	    assert put(made(number))[0] == OK
	status, words = put(made(18))
	assert status == DATA and b"more than 16 snapshots without a commit" in words
	assert client.ask(COMMIT)[0] == OK
	for i in range(49999 - 17):
	    folder = shelf / f"{i % 256:02x}"
	    folder.mkdir(exist_ok=True)
	    (folder / f"{i % 256:02x}{i:062x}").touch()
	last = made(19)
	assert put(last)[0] == OK and client.ask(COMMIT)[0] == OK
	status, words = put(made(20))
	assert status == NO and b"no room: 50000 snapshots are here (shard-drop" in words
	assert put(last)[0] == OK, "mended"
	END
	find s1 -path '*/snapshots/*' -size 0 -delete
	timeout 60 shard-fetch -q 1 | shard-join | cmp - in
}

# Goal: what alice may not do, the bytes of another owner do not allow either.
@test "the same bytes of two owners are two things" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	alice, mallory = Identity("home"), Identity("mallory")
	clients = [Client(sys.argv[1], who) for who in (alice, mallory)]
	i = [tree_root(b"both")]
	for client in clients:
	    assert client.put(b"both")[0] == OK
	    assert client.ask(COMMIT)[0] == OK
	assert clients[1].ask(DROP, body=mallory.order(i))[0] == OK
	assert clients[1].ask(HAVE, ids=i)[1] == b"\0"
	assert clients[0].ask(GET, ids=i, size=9)[2] == b"both"
	END
}

# Goal: only an owner's own, dated word deletes.
# Goal: who may put nothing cannot fill the disk, or wear it, by orders.
@test "orders about nothing, by a peer without a quota" {
	sed -i '/^mallory/s/ give=1M//' b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	python - "$net.1" <<- 'END'
	import os, sys
	from dialogue import *
	mallory = Identity("mallory")
	client = Client(sys.argv[1], mallory)
	for _ in range(3):
	    order = mallory.order([os.urandom(32) for _ in range(1000)])
	    assert client.ask(DROP, body=order)[0] == OK
	END
	[ -z "$(find s1 -path "*/orders/*" -type f -size +0)" ]
}

@test "drop orders that are no such word" {
	python - "$net.1" <<- 'END'
	import sys, time
	from dialogue import *
	alice, mallory = Identity("home"), Identity("mallory")
	client = Client(sys.argv[1], alice)
	assert client.put(b"precious")[0] == OK
	assert client.ask(COMMIT)[0] == OK
	i = [tree_root(b"precious")]
	good = alice.order(i)
	now = int(time.time())
	bad = {
	    "none": b"",
	    "noise": b"noise" * 20,
	    "cut": good[:-1],
	    "longer": good + b"\0",
	    "another signature": spoilt(good),
	    "another id": good.replace(i[0], bytes(32)),
	    "a stranger's": mallory.order(i),
	    "old": alice.order(i, at=now - 3 * 86400),
	    "from the future": alice.order(i, at=now + 3 * 86400),
	    "the end of time": alice.order(i, at=2**64 - 1),
	    "before 24 h": alice.order(i, at=0),
	    "half an id": alice.order([i[0][:31]]),
	    "another shelf": alice.order(i, shelf=2),
	    "a receipt": alice.sign(7, "receipt", {3: alice.id, 4: now, 5: i[0]}),
	    "a receipt's purpose": alice.sign(8, "receipt", {3: now, 4: 0, 5: i[0]}),
	    "a snapshot's purpose": alice.sign(8, "snapshot", {3: now, 4: 0, 5: i[0]}),
	}
	for what, order in bad.items():
	    if client.ask(DROP, body=order)[0] == OK:
	        print(f"taken: {what}")
	    assert client.ask(HAVE, ids=i)[1] == b"\1", what
	assert client.ask(DROP, body=alice.order(i, shelf=SNAPSHOTS))[0] == OK
	assert client.ask(HAVE, ids=i)[1] == b"\1", "the other shelf"
	assert client.ask(DROP, body=good)[0] == OK
	assert client.ask(HAVE, ids=i)[1] == b"\0"
	assert client.ask(DROP, body=good)[0] == OK, "again"
	END
}

# Goal: nothing before hello, nothing of another version.
@test "hello must be first, and of this version" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	alice = Identity("home")
	for verb in range(1, 12):
	    client = Client(sys.argv[1], alice, greet=False)
	    body = alice.order([bytes(32)]) if verb == DROP else b""
	    assert client.refused(client.request(verb, ids=[bytes(32)], size=9,
	                                         body=body)), verb
	for version in 0, 2, 1000:
	    client = Client(sys.argv[1], alice, greet=False)
	    assert client.refused(client.request(HELLO, size=version))
	    assert client.refused(client.request(INFO))
	END
	run -0 find s1 -path '*/s*/??/*' -type f
	[ -z "$output" ]
}

# Goal: the same for a stranger while an invite is open.
@test "pairing, too, is of this version" {
	peer-pair -q -C b1 invite -a "$net.1:7117" > token
	new_home stranger
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	eve = Identity("stranger")
	for version in 0, 2, 1000:
	    client = Client(sys.argv[1], eve, greet=False)
	    assert client.refused(client.request(HELLO, size=version))
	assert Client(sys.argv[1], eve, greet=False).ask(HELLO, size=1)[0] == OK
	END
	logged 1 'this holder speaks version 1'
}

# Goal: what is not a request is refused; the holder serves the next one.
@test "requests that are none: refused, and the holder is unharmed" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	alice = Identity("home")
	i = tree_root(b"data")

	def message(**change):
	    fields = {0: PUT, 1: 0, 2: alice.id, 3: i, 4: 0, 5: b"", 6: 4}
	    fields.update({int(k[1:]): v for k, v in change.items()})
	    return encode({k: v for k, v in fields.items() if v is not None})

	data = encode(b"data")
	bad = {
	    "an unknown verb": message(_0=12) + data,
	    "a huge verb": message(_0=2**64 - 1) + data,
	    "a negative verb": message(_0=-1) + data,
	    "a text": encode("put"),
	    "an array": encode([1, 2, 3]),
	    "a map of nothing": encode({}),
	    "no verb": message(_0=None) + data,
	    "one key more": encode({0: PUT, 1: 0, 2: alice.id, 3: i, 4: 0,
	                            5: b"", 6: 4, 7: 0}) + data,
	    "another shelf": message(_1=4) + data,
	    "an owner of 31 bytes": message(_2=bytes(31)) + data,
	    "an owner of 33 bytes": message(_2=bytes(33)) + data,
	    "no id": message(_3=b"") + data,
	    "half an id": message(_3=i[:16]) + data,
	    "two ids": message(_3=i + i) + data,
	    "1001 ids": message(_0=HAVE, _3=bytes(32 * 1001), _6=0),
	    "a long body": message(_0=HAVE, _5=bytes(70000), _6=0),
	    "other bytes": message() + encode(b"dota"),
	    "a shorter payload": message() + encode(b"dat"),
	    "a longer payload": message() + encode(b"data!"),
	    "a payload of text": message() + encode("data"),
	    "an announced payload too long": message(_6=LIMIT_SHARD + 1),
	    "a payload of 2^63": message(_6=2**63),
	    "an endless string": message() + b"\x5f\x44data\xff",
	    "an endless map": b"\xbf\x00\x01\xff",
	    "a long head": message() + b"\x58\x04data",
	    "an array of 2^32": b"\x9a\xff\xff\xff\xff",
	    "a string of 2^62": b"\x5b\x40" + bytes(7),
	    "nested": b"\x81" * 100000,
	    "noise": bytes(range(255, 0, -1)) * 100,
	    "zeros": bytes(100000),
	    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
	}
	for what, request in bad.items():
	    client = Client(sys.argv[1], alice, timeout=10)
	    if not client.refused(request):
	        sys.exit(f"taken: {what}")
	    client.tls.close()
	client = Client(sys.argv[1], alice)
	assert client.ask(COMMIT) == (OK, b"", b"")
	assert client.ask(LIST, ids=[bytes(32)])[1] == b""
	assert client.put(b"data")[0] == OK
	END
	kill -0 "${recv_pid[1]}"
	one_of_one in
	clean s1
}

# Goal: a declared length costs the holder nothing until the bytes are there.
@test "huge lengths, many connections: memory stays bounded" {
	before=$(rss "${recv_pid[1]}")
	cat > hold.py <<- 'END'
	import sys, time
	from dialogue import *
	alice = Identity("home")
	clients = []
	for n in range(16):
	    client = Client(sys.argv[1], alice)
	    client.send(client.request(PUT, ids=[bytes(32)], payload=LIMIT_SHARD)
	                + head(LIMIT_SHARD) + b"x" * 100)
	    clients.append(client)
	print("held", flush=True)
	time.sleep(30)
	END
	/usr/bin/python3 hold.py "$net.1" > held 2>&1 3>&- &
	others+=($!)
	until_true 100 grep -q held held
	sleep 0.3
	sum=0
	for child in $(children_of "${recv_pid[1]}"); do
		size=$(rss "$child")
		[ "$size" -lt 2048 ] || { echo "$size KiB"; return 1; }
		sum=$((sum + size))
	done
	[ "$(children_of "${recv_pid[1]}" | wc -l)" -eq 16 ]
	[ "$(rss "${recv_pid[1]}")" -lt $((before + 1024)) ]
}

# Goal: a full payload is the most that one connection makes the holder keep.
@test "a payload of 16 MiB, and what it costs" {
	python - "$net.1" "${recv_pid[1]}" <<- 'END'
	import pathlib, subprocess, sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	data = bytes(LIMIT_SHARD)
	status, words, _ = client.put(data, ids=[bytes(32)])
	assert status == DATA, words
	child = subprocess.run(["ps", "-o", "pid=", "--ppid", sys.argv[2]],
	                       capture_output=True, text=True).stdout.split()[-1]
	peak = [line for line in pathlib.Path(f"/proc/{child}/status").read_text()
	        .splitlines() if line.startswith("VmHWM")][0]
	assert int(peak.split()[1]) < 64 << 10, peak
	assert client.ask(INFO)[0] == OK
	END
	clean s1
}

# Goal: nobody takes memory with a payload that is refused anyway, or that no
# verb looks at: it is thrown away as it comes, and the next request is heard.
@test "a payload that is in vain is not kept" {
	sed -i 's/^mallory \(.*\) give=.*/mallory \1/' b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster'
	cat > vain.py <<- 'END'
	import pathlib, subprocess, sys
	from dialogue import *
	alice, mallory = Identity("home"), Identity("mallory")

	def peak():
	    child = subprocess.run(["ps", "-o", "pid=", "--ppid", sys.argv[2]],
	                           capture_output=True, text=True).stdout.split()[-1]
	    status = pathlib.Path(f"/proc/{child}/status").read_text()
	    return int(status.split("VmHWM:")[1].split()[0])

	size = 8 << 20
	for verb, expected, about in (
	        (PUT, NO, b"gives you no space"), (PUT, USAGE, b"not yours"),
	        (BALLOT, NO, b"no member of this owner's"),
	        (BALLOT, USAGE, b"not yours"), (HAVE, OK, None)):
	    owner = alice.id if expected == USAGE else mallory.id
	    client = Client(sys.argv[1], mallory)
	    ids = [bytes(32)]
	    before = peak()
	    client.send(client.request(verb, owner=owner, ids=ids, payload=size)
	                + head(size) + bytes(size))
	    status, words, _ = client.reply()
	    assert status == expected and (not about or about in words), words
	    assert client.ask(HAVE, ids=ids)[:2] == (OK, b"\0"), verb
	    assert peak() - before < 4096, (verb, before, peak())
	    client.close()
	client = Client(sys.argv[1], mallory, greet=False)
	assert client.put(bytes(1 << 20))[0] == DATA, "before hello"
	END
	python vain.py "$net.1" "${recv_pid[1]}"
	clean s1
}

# Goal: who may put nothing is told so, and what to do about it.
@test "a peer without give= may put nothing" {
	sed -i 's/ give=.*//' b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster'
	run -1 --separate-stderr one_of_one in
	says 'it has room for 0 bytes'
	[ "$(size_of s1)" -eq 0 ]
}

# Goal: uncommitted puts are nobody's: they are gone with the connection.
@test "puts without a commit leave nothing" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	for n in range(20):
	    assert client.put(b"%d" % n)[0] == OK
	client.tls.close()
	client = Client(sys.argv[1], Identity("home"))
	assert client.ask(LIST, ids=[bytes(32)])[1] == b""
	END
	until_true 100 clean s1
	[ "$(size_of s1)" -eq 0 ]
}

# Goal: a thousand puts without a commit is where a group ends.
@test "puts without end are refused" {
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	i = tree_root(b"x")
	request = client.request(PUT, ids=[i], payload=1) + encode(b"x")
	replies = []
	for _ in range(11):  # one thread: a session of OpenSSL's takes no two
	    client.send(request * 100)
	    replies += [client.reply()[0] for _ in range(100)]
	assert replies == [OK] * 1000 + [DATA] * 100, replies.count(OK)
	assert client.ask(COMMIT, ids=[bytes(32)])[0] == DATA
	status, words, _ = client.put(b"x")
	assert status == DATA and b"without a commit" in words, "none was made"
	assert client.ask(COMMIT)[0] == OK
	assert client.put(b"x")[0] == OK
	END
}

# Goal: a receipt for what is here already, for whom it is; nothing is signed
# for that is not here, nor what another has here.
@test "a commit that names ids has them in its receipt, if they are here" {
	new_home carol
	echo "carol $(id_of carol) give=1M" >> b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	alice, carol = Identity("home"), Identity("carol")
	client = Client(sys.argv[1], alice)
	ids = [tree_root(b"%d" % n) for n in range(1000)]
	for n in range(2):
	    assert client.put(b"%d" % n)[0] == OK
	assert client.ask(COMMIT)[0] == OK
	client.close()
	client = Client(sys.argv[1], alice)

	def signed(client, named):
	    status, receipt, _ = client.ask(COMMIT, ids=named)
	    assert status == OK, receipt
	    if not receipt:
	        return []
	    fields = cbor2.loads(cbor2.loads(receipt).value[2])
	    assert fields[3] == client.identity.id
	    return [fields[5][i:i + 32] for i in range(0, len(fields[5]), 32)]

	assert signed(client, ids[:3]) == ids[:2]
	assert signed(client, ids[5:]) == []
	assert client.put(b"2")[0] == OK
	assert signed(client, ids[1:2]) == [ids[2], ids[1]]
	assert client.put(b"3")[0] == OK
	status, words, _ = client.ask(COMMIT, ids=ids)
	assert status == DATA and b"more than 1000" in words, words
	assert signed(client, []) == [], "what went before that is not promised"
	other = Client(sys.argv[1], carol)
	assert signed(other, ids[:3]) == [], "hers are none"
	status, words, _ = other.ask(COMMIT, owner=alice.id, ids=ids[:1])
	assert status != OK and b"not yours" in words, words
	END
}

# Goal: a list of many is given in pages, whole and sorted.
@test "a list of 2500 ids comes in pages of 1000" {
	python - "$net.1" <<- 'END'
	import hashlib, os, pathlib, sys
	from dialogue import *
	alice = Identity("home")
	client = Client(sys.argv[1], alice)
	assert client.put(b"x")[0] == OK and client.ask(COMMIT)[0] == OK
	shelf = next(pathlib.Path("s1").glob("*/shards"))
	ids = {tree_root(b"x")}
	for n in range(2499):
	    i = hashlib.sha256(b"%d" % n).digest()
	    (shelf / i.hex()[:2]).mkdir(exist_ok=True)
	    (shelf / i.hex()[:2] / i.hex()).touch()
	    ids.add(i)
	after, found, pages = bytes(32), [], []
	while True:
	    body = client.ask(LIST, ids=[after])[1]
	    page = [body[i:i + 32] for i in range(0, len(body), 32)]
	    if not page:
	        break
	    pages.append(len(page))
	    found += page
	    after = page[-1]
	assert found == sorted(ids), (len(found), len(ids))
	assert max(pages) <= 1000, pages
	END
}
