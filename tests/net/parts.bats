#!/usr/bin/env bats
# Shards that are taken and given a part at a time: what is there in the middle
# of one, and what is left when it does not come to its end. A foreign client
# speaks the dialogue. SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 1
	cat > large.py <<- 'END'
	import os, pathlib, signal, subprocess, sys, time
	from dialogue import *
	from independent import LEAF, NODE, keyed
	net, holder = sys.argv[1:3]
	alice = Identity("home")

	def root(byte, size):
	    """The tree root of a power of two of the same bytes."""
	    digest, size = keyed(LEAF, byte * 16384), size // 16384
	    while size > 1:
	        digest, size = keyed(NODE, digest + digest), size // 2
	    return digest

	def begin(client, data, id, size=None):
	    """All but the last byte of a put, or so much of it."""
	    client.send(client.request(PUT, ids=[id], payload=len(data))
	                + head(len(data)) + data[:size or len(data) - 1])

	def children():
	    return subprocess.run(["ps", "-o", "pid=", "--ppid", holder],
	                          capture_output=True, text=True).stdout.split()

	def pending():
	    return [f.name for f in pathlib.Path("s1/tmp").iterdir()
	            if not f.name.startswith("writer-")]

	def gather(client, size):
	    """So many bytes more of what is answered, or all up to its end."""
	    got = bytearray()
	    try:
	        while len(got) < size and (part := client.tls.recv(65536)):
	            got += part
	    except OSError:
	        pass
	    client.input += bytes(got)

	def until(condition):
	    deadline = time.monotonic() + 20
	    while not condition():
	        assert time.monotonic() < deadline, pending()
	        time.sleep(0.01)
	END
}

teardown()
{
	! mountpoint -q s1 || umount -l s1
	net_teardown
}

# Goal: what a connection costs the holder is not what a shard has.
@test "shards of 16 MiB cost a connection less than 8 MiB" {
	hold 1
	cat large.py - > run.py <<- 'END'
	client = Client(net, alice)
	child = children()[-1]
	data, id = bytes(LIMIT_SHARD), root(b"\0", LIMIT_SHARD)

	def peak():
	    status = pathlib.Path(f"/proc/{child}/status").read_text()
	    return int(status.split("VmHWM:")[1].split()[0])

	assert client.put(data, ids=[bytes(32)])[0] == DATA
	assert client.put(data, ids=[id])[0] == OK
	assert client.ask(COMMIT)[0] == OK
	client.send(client.request(GET, ids=[id], size=LIMIT_SHARD))
	gather(client, LIMIT_SHARD)
	assert client.reply() == (OK, b"", data)
	assert client.ask(GET, ids=[id], size=LIMIT_SHARD - 1)[0] == DATA
	assert client.ask(HAVE, ids=[id], body=b"check")[1] == b"\1"
	for shelf in SNAPSHOTS, MEMBERS, RECEIPTS:
	    status, words, _ = client.put(data, shelf=shelf, ids=[id])
	    assert status == DATA and b"no document is longer" in words, words
	assert client.ask(INFO)[0] == OK
	assert peak() < int(os.environ.get("SAN") and 1 << 20 or 8192), peak()
	END
	python run.py "$net.1" "${recv_pid[1]}"
	clean s1
}

# Goal: whatever ends a put in its middle, nothing of it is left, and it is no
# byte of the quota.
@test "a put that does not come to its end" {
	sed -i 's/give=.*/give=19M/' b1/peers
	hold 1
	cat large.py - > run.py <<- 'END'
	data, id = bytes(LIMIT_SHARD), root(b"\0", LIMIT_SHARD)
	other = Client(net, alice)

	def cut(client, child): client.tls.close()
	def say_goodbye(client, child): client.close()
	def kill(client, child): os.kill(int(child), signal.SIGKILL)
	def spoil(client, child):
	    client.send(b"\1")
	    assert client.reply()[0] == DATA
	    assert client.ask(COMMIT) == (OK, b"", b"")
	    assert client.ask(HAVE, ids=[id])[1] == b"\0"

	for how in cut, say_goodbye, kill, spoil:
	    before = children()
	    client = Client(net, alice)
	    begin(client, data, id, 9 << 20)
	    until(pending)
	    status, words, _ = other.put(bytes(4 << 20), ids=[root(b"\0", 4 << 20)])
	    assert status == NO and b"16777216 are on the way" in words, words
	    if how == spoil:
	        client.send(data[9 << 20:-1])
	    how(client, [c for c in children() if c not in before][0])
	    if how == kill:
	        until(lambda: len(children()) == len(before))
	        other.close()
	        other = Client(net, alice)
	    until(lambda: not pending())
	    assert other.ask(HAVE, ids=[id])[1] == b"\0"
	    assert other.put(bytes(4 << 20), ids=[root(b"\0", 4 << 20)])[0] == OK
	    other.close()
	    until(lambda: not pending())
	    other = Client(net, alice)
	END
	python run.py "$net.1" "${recv_pid[1]}"
	[ "$(used s1)" -eq 0 ]
	clean s1
}

# Goal: a disk that fills up in the middle is a reason, the rest is thrown away,
# and the session goes on.
@test "ENOSPC in the middle of a put" {
	mount -t tmpfs -o size=6m none s1 2> /dev/null || skip "no tmpfs here"
	hold 1
	cat large.py - > run.py <<- 'END'
	data, id = bytes(LIMIT_SHARD), root(b"\0", LIMIT_SHARD)
	small = data[:2 << 20]
	client = Client(net, alice)
	begin(client, data, id)
	until(lambda: not pending())
	client.send(b"\0")
	status, words, _ = client.reply()
	assert status == SYSTEM and b"No space left" in words, words
	assert client.put(small, ids=[root(b"\0", len(small))])[0] == OK
	assert len(cbor2.loads(client.ask(COMMIT)[1]).value[2]) > 0
	assert client.ask(HAVE, ids=[id])[1] == b"\0"
	END
	python run.py "$net.1" "${recv_pid[1]}"
	clean s1
	halt TERM 1
}

# Goal: one id that comes twice at the same time is there once; one that comes
# while its owner drops it is there when it has come, and not before.
@test "a put in whose middle others put and drop the same" {
	hold 1
	cat large.py - > run.py <<- 'END'
	data = b"x" * (4 << 20)
	id = root(b"x", len(data))

	def has():
	    return other.ask(HAVE, ids=[id], size=len(data), body=b"check")[1]

	client, other = Client(net, alice), Client(net, alice)
	begin(client, data, id)
	assert other.put(data, ids=[id])[0] == OK
	assert other.ask(COMMIT)[0] == OK and has() == b"\1"
	assert other.ask(DROP, body=alice.order([id]))[0] == OK
	assert has() == b"\0"
	client.send(b"x")
	assert client.reply()[0] == OK and has() == b"\0"
	begin(other, data, id)
	assert client.ask(COMMIT)[0] == OK
	other.send(b"x")
	assert other.reply()[0] == OK and has() == b"\1"
	assert other.ask(COMMIT)[0] == OK and has() == b"\1"
	assert client.ask(GET, ids=[id], size=len(data)) == (OK, b"", data)
	END
	python run.py "$net.1" "${recv_pid[1]}"
	clean s1
	[ "$(used s1)" -eq $((4 << 20)) ]
	[ "$(shards_in s1 | wc -l)" -eq 0 ]
}

# Goal: what changes on the disk while it is given does not come to its end.
@test "a shard that is spoilt while it is given" {
	hold 1
	cat large.py - > run.py <<- 'END'
	data, id = bytes(LIMIT_SHARD), root(b"\0", LIMIT_SHARD)
	client = Client(net, alice)
	assert client.put(data, ids=[id])[0] == OK
	assert client.ask(COMMIT)[0] == OK
	client.send(client.request(GET, ids=[id], size=LIMIT_SHARD))
	gather(client, 16384)
	[file] = pathlib.Path("s1").glob("*/shards/??/*")
	with file.open("r+b") as bytes_of:
	    bytes_of.seek(LIMIT_SHARD - 1)
	    bytes_of.write(b"\1")
	gather(client, LIMIT_SHARD)
	assert 16384 < len(client.input) < LIMIT_SHARD
	client = Client(net, alice)
	assert client.ask(GET, ids=[id], size=LIMIT_SHARD)[0] == DATA
	END
	python run.py "$net.1" "${recv_pid[1]}"
	logged 1 'event=disconnect peer=alice .*damaged'
}
