#!/usr/bin/env bats
# Machines that die, freeze, and fill up in the middle of a backup.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 5
	bytes input 153600 > in
}

teardown()
{
	local folder
	for folder in "$BATS_TEST_TMPDIR"/s*; do
		! mountpoint -q "$folder" || umount -l "$folder"
	done
	net_teardown
}

# Goal: what a receipt was given for is there, whatever was killed when; what
# the store counts is what it has; nothing half-written stays. A kill counts
# when what was put just before has got no receipt: it came in the middle.
@test "kill -9 of holders in the middle of puts, 50 times: every receipt is kept" {
	sed -i 's/give=100M/give=2M/' b1/peers
	cat > storm.py <<- 'END'
	import os, pathlib, random, signal, subprocess, sys, time
	from dialogue import *
	host, seed = sys.argv[1], int(sys.argv[2])
	random.seed(seed)
	alice, bob = Identity("home"), Identity("b1")
	log = open("b1.log", "ab")

	def start():
	    at = log.tell()
	    recv = subprocess.Popen(
	        ["shard-recv", "-C", "b1", "-d", "s1", "-l", f"{host}:7117"],
	        stderr=log, stdin=subprocess.DEVNULL)
	    for _ in range(1000):
	        if b"event=start" in pathlib.Path("b1.log").read_bytes()[at:]:
	            return recv
	        assert recv.poll() is None, pathlib.Path("b1.log").read_text()
	        time.sleep(0.02)
	    sys.exit("it does not start")

	def children(recv):
	    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(recv.pid)],
	                         capture_output=True, text=True).stdout
	    return [int(pid) for pid in out.split()]

	def kill(pid):
	    try:
	        os.kill(pid, signal.SIGKILL)
	    except ProcessLookupError:
	        pass

	def strike(recv, victims):
	    """Those that serve, or all; which of the two."""
	    what = "child" if random.randrange(3) else "all"
	    for pid in victims if what == "child" else [recv.pid, *victims]:
	        kill(pid)
	    return what

	recv = start()
	acknowledged, serial, hits, kills = {}, 0, {"child": 0, "all": 0}, 0
	while sum(hits.values()) < 50:
	    assert kills < 200, f"of {kills} kills only {hits} came in time"
	    client, struck = Client(host, alice), None
	    victims = children(recv)
	    fatal = random.randrange(8)
	    try:
	        for step in range(fatal + 1):
	            batch = {}
	            puts = random.randrange(1, 8)
	            moment = random.randrange(puts + 3) if step == fatal else -1
	            for n in range(puts):
	                data = (b"%d " % serial * random.randrange(1, 300))[:300]
	                serial += 1
	                i = tree_root(data)
	                client.send(client.request(PUT, ids=[i], payload=len(data))
	                            + encode(data))
	                batch[i] = data
	                if n == moment:
	                    struck = strike(recv, victims)
	            client.send(client.request(COMMIT))
	            if moment >= puts:
	                time.sleep(random.random() * 0.004)
	                struck = strike(recv, victims)
	            for _ in batch:
	                assert client.reply()[0] == OK
	            status, receipt, _ = client.reply()
	            assert status == OK
	            payload = cbor2.loads(cbor2.loads(receipt).value[2])
	            assert payload[5] == b"".join(batch)
	            acknowledged.update(batch)
	    except (EOFError, OSError):
	        hits[struck] += 1
	    kills += 1
	    client.tls.close()
	    if struck == "all":
	        recv.wait()
	        recv = start()
	client = Client(host, alice)
	ids = list(acknowledged)
	for at in range(0, len(ids), 500):
	    answer = client.ask(HAVE, ids=ids[at:at + 500])[1]
	    assert answer == b"\1" * len(answer), "something acknowledged is lost"
	for i in ids:
	    assert client.ask(GET, ids=[i], size=1 << 20)[2] == acknowledged[i]
	real = sum(p.stat().st_size for p in pathlib.Path("s1").glob("*/s*/??/*"))
	for _ in range(300):  # the last one that died may not be buried yet
	    used = cbor2.loads(client.ask(INFO)[1])["used"]
	    left = [p.name for p in pathlib.Path("s1/tmp").iterdir()
	            if not p.name.startswith("writer-")]
	    if used == real and not left:
	        break
	    time.sleep(0.1)
	assert used == real, f"counted {used}, there are {real}"
	assert not left, left
	client.close()
	recv.terminate()
	assert recv.wait(timeout=20) == 0
	print(f"{len(ids)} acknowledged, {serial} put, {kills} kills, {hits} in time")
	END
	timeout 300 /usr/bin/python3 storm.py "$net.1" "${SEED-1}"
	[ -z "$(ls s1/tmp)" ] || { ls s1/tmp; return 1; }
	whole s1
}

# Goal: a holder that dies while tools send: an honest exit status each time,
# and the same command again finishes.
@test "kill -9 of holders while shard-send runs, then again" {
	hold_all
	RANDOM=7
	good=0
	for round in $(seq 8); do
		bytes "round $round" 92160 > in
		give in --happy 3 2> send.err &
		pid=$!
		sleep "0.$((RANDOM % 20 + 5))"
		n=$((RANDOM % 5 + 1))
		case $((RANDOM % 2)) in
		0) for child in $(children_of "${recv_pid[n]}"); do
			kill -9 "$child" 2> /dev/null || true
		done ;;
		1) children=$(children_of "${recv_pid[n]}")
			halt KILL "$n"
			for child in $children; do
				kill -9 "$child" 2> /dev/null || true
			done
			hold "$n" ;;
		esac
		status=0
		wait "$pid" || status=$?
		case $status in
		0) good=$((good + 1)) && restores in ;;
		1 | 4) cat send.err ;;
		*) cat send.err; return 1 ;;
		esac
		give in
		[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
		restores in
	done
	echo "$good of 8 survived"
	until_true 100 clean s? # the last that was killed is buried, too
	whole s?
}

# at_rest: nobody is connected to any holder, so none has anything left to do.
at_rest()
{
	local n
	for n in $(seq "$peers"); do
		[ -z "$(children_of "${recv_pid[n]}")" ] || return
	done
}

# Goal: a sender that dies leaves nothing published and nothing half-written;
# again, it finishes and does not send again what has arrived.
@test "kill -9 of shard-send, 12 times; then again" {
	hold_all
	shard-split -q -s 1024 in > stream
	RANDOM=11
	for _ in $(seq 12); do
		shard-send -q stream > /dev/null 2>&1 3>&- &
		pid=$!
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -9 "$pid" 2> /dev/null || true
		wait "$pid" || true
	done
	until_true 300 at_rest # what it had sent is done, or is not
	clean s?
	published=$(snapshots_in s1 | wc -l)
	timeout 60 shard-send -q -o json stream > receipts
	[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
	[ "$(snapshots_in s1 | wc -l)" -eq $((published + 1)) ]
	spread in s?
	whole s?
	restores in
}

# Goal: a disk that fills up: the reason is told, another peer takes over.
@test "ENOSPC at a holder: a reason, another peer, nothing left behind" {
	mount -t tmpfs -o size=64k none s1 2> /dev/null || skip "no tmpfs here"
	hold_all
	run --separate-stderr send_some
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	says "peer 'bob1' takes nothing more: .*No space left"
	logged 1 'event=put peer=alice .*outcome=".*No space left'
	grep -E '"peer":"bob1".*"state":"full"' receipts
	until_true 100 clean s?
	halt TERM 1
	restores in
	[ "$(shards_in s2 s3 s4 s5 | wc -l)" -ge $((153600 * 3 / 2048 - 64)) ]
	hold 1
	whole s?
}

free_blocks()
{
	stat -f -c %f s1
}

# Goal: a disk that is full to the last block can be emptied by its peers: the
# order is obeyed, and kept as soon as there is room for it.
@test "ENOSPC at a holder: a drop is obeyed all the same" {
	mount -t tmpfs -o size=1m none s1 2> /dev/null || skip "no tmpfs here"
	sed -i 1q home/peers
	hold 1
	for number in 1 2 3; do
		bytes "snapshot $number" 30720 > in
		shard-split -q -s 1024 -k 1 -n 1 in |
			timeout 60 shard-send -q > /dev/null
	done
	cat /dev/zero > s1/fill 2> /dev/null || true
	[ "$(free_blocks)" -eq 0 ]
	timeout 60 shard-drop -q 1
	[ "$(free_blocks)" -gt 0 ]
	[ -s "$(echo s1/orders/*)" ]
	[ "$(snapshots_in s1 | wc -l)" -eq 2 ]
	halt TERM 1
	rm -r s1/orders
	hold 1 -k 1h
	cat /dev/zero >> s1/fill 2> /dev/null || true
	[ "$(free_blocks)" -eq 0 ]
	timeout 60 shard-drop -q 2
	[ "$(free_blocks)" -eq 0 ]
	[ "$(snapshots_in s1 | wc -l)" -eq 1 ]
	[ -n "$(ls s1/*/dropped)" ]
	restores in
	whole s1
}

# Goal: a disk that the kernel mounts read-only after errors still gives, also
# beside what a killed holder has left there.
@test "a holder whose disk is read-only gives, and takes nothing" {
	mount -t tmpfs -o size=8m none s1 2> /dev/null || skip "no tmpfs here"
	sed -i 1q home/peers
	hold 1
	shard-split -q -s 1024 -k 1 -n 1 in | timeout 60 shard-send -q > /dev/null
	kill_all 1
	[ -n "$(ls s1/tmp)" ]
	mount -o remount,ro s1
	hold 1
	logged 1 'level=warn event=store .*Read-only file system'
	restores in
	bytes new 4096 > extra
	shard-split -q -s 1024 -k 1 -n 1 extra > stream
	run -1 --separate-stderr timeout 60 shard-send -q stream
	says "peer 'bob1' takes nothing more: it has room for 0 bytes"
	shard-drop -q 1 && return 1
	restores in
	halt TERM 1
}

# hold_on_disk: holder 1, whose store is on the disk that may be there.
hold_on_disk()
{
	start_hold 1 shard-recv -C b1 -d "$PWD/s1" -l "$net.1:7117"
}

# Goal: a holder that starts before its disk is mounted makes no store of the
# mount point; a new disk becomes one, and a folder that shall be one does.
@test "a holder that starts without its disk" {
	mount -t tmpfs none s1 2> /dev/null || skip "no tmpfs here"
	hold_on_disk
	halt TERM 1
	umount s1
	run -4 --separate-stderr timeout 20 shard-recv -C b1 -d "$PWD/s1" \
		-l "$net.1:7117"
	says "there was a disk at '$PWD/s1', and is none now"
	says 'hint: is the disk mounted'
	[ -z "$(ls -A s1)" ]
	mount -t tmpfs none s1
	hold_on_disk
	halt TERM 1
	[ -f s1/shardkit-store ]
	umount s1
	rm "$(sed -n "s/.*remove '\(.*\)').*/\1/p" <<< "$stderr")"
	hold_on_disk
	halt TERM 1
	hold_on_disk
	[ -f s1/shardkit-store ]
}

# send_some: two of three shards, so that two of the five peers are spare.
send_some()
{
	shard-split -q -s 1024 -k 2 -n 3 in |
		timeout 60 shard-send -o json > receipts
}

# Goal: the same for a disk that fails when it is synced: no receipt for what
# may not last, and another peer.
@test "EIO at a holder: a reason, another peer, no receipt" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold_all
	halt TERM 1 # its store is made
	start_hold 1 strace -D -f -qq -o /dev/null \
		-e inject=fsync:error=EIO:when=4+ shard-recv -C b1 -d s1 \
		-l "$net.1:7117"
	run --separate-stderr send_some
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	says "peer 'bob1' is not usable: .*(I/O|Input/output) error"
	grep -E '"peer":"bob1".*"state":"lost"' receipts
	[ -z "$(shards_in s1)" ]
	restores in
	halt TERM 1
	restores in
	clean s1
}

# interrupted PUTS COMMAND [ARGUMENT ...]: send ./stream; in the middle, when
# so many shards are taken and none is committed, the command is run.
interrupted()
{
	local half
	half=$(($(stat -c %s stream) / 2))
	{
		head -c "$half" stream
		until_true 300 have_put "$1" || touch failed
		"${@:2}" > /dev/null 2> interrupted.err || touch failed
		tail -c +$((half + 1)) stream
	} 3>&- | timeout 100 shard-send -o json > receipts
	[ ! -e failed ] || { cat interrupted.err; return 1; }
}

have_put()
{
	[ "$(cat b?.log | grep -c event=put)" -ge "$1" ]
}

# Goal: a holder that dies in the middle, with a spare one: its shards are
# rebuilt there, also those that it had taken; nothing is left to be repaired.
@test "kill -9 of a holder in the middle of a send: a spare one takes over" {
	hold_all
	shard-split -q -s 1024 -k 2 -n 3 in > stream
	run --separate-stderr interrupted 100 kill_all 1
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	says "peer 'bob1' is not usable: .*refused"
	[ -z "$(shards_in s1)" ]
	[ "$(shards_in s? | wc -l)" -eq $((153600 * 3 / 2048)) ]
	[ "$(shards_in s? | sed 's|.*/||' | sort -u | wc -l)" -eq \
		$((153600 * 3 / 2048)) ]
	whole s?
	restores in
}

# Goal: more holders die at once than a stripe can spare, all before the first
# commit: what was sent is still in memory, and goes to the others.
@test "kill -9 of three holders of five in the middle of a send: two take over" {
	hold_all
	shard-split -q -s 1024 -k 1 -n 2 in > stream
	run --separate-stderr interrupted 100 kill_all 1 2 3
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	[ "$(grep -c '"state":"lost"' receipts)" -eq 3 ]
	[ "$(shards_in s4 s5 | wc -l)" -eq $((153600 * 2 / 1024)) ]
	[ -z "$(shards_in s1 s2 s3)" ]
	whole s?
	restores in
}

restart()
{
	kill_all 1
	hold 1
	echo "${recv_pid[1]}" > restarted # by a shell that ends before the test
}

# Goal: a holder that is back at once is called again, and gets again what it
# had taken and forgot.
@test "a holder restarts in the middle of a send: nobody is lost" {
	hold_all
	shard-split -q -s 1024 in > stream
	run --separate-stderr interrupted 100 restart
	recv_pid[1]=$(cat restarted)
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
	spread in s?
	whole s?
	clean s?
	[ "$(snapshots_in s? | wc -l)" -eq 5 ]
	[ "$(indexes_in s? | wc -l)" -eq 5 ]
	halt TERM 2 3
	restores in
}

freeze()
{
	local n
	for n; do
		# shellcheck disable=SC2046 # words
		kill -STOP $(children_of "${recv_pid[n]}")
	done
}

# Goal: frozen in the middle: they are waited for once, side by side.
@test "SIGSTOP of two holders in the middle: one deadline, then the spare ones" {
	hold_all
	shard-split -q -s 1024 -k 1 -n 3 in > stream
	SECONDS=0
	run --separate-stderr interrupted 220 freeze 1 2
	echo "took $SECONDS s"
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	[ "$SECONDS" -lt 45 ]
	says "peer 'bob1' is not usable: .*not answered for (15|30) s"
	says "peer 'bob2' is not usable: .*not answered for (15|30) s"
	[ "$(shards_in s3 s4 s5 | wc -l)" -eq $((153600 * 3 / 1024)) ]
	restores in
}

# Goal: a frozen holder is a lost peer within its handshake's deadline.
@test "SIGSTOP of a holder: the others go on, within the deadline" {
	hold_all
	kill -STOP "${recv_pid[1]}"
	SECONDS=0
	run --separate-stderr send_some
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	echo "took $SECONDS s"
	[ "$SECONDS" -le 25 ]
	says "peer 'bob1' is not usable: .*(handshake|answer)"
	kill -CONT "${recv_pid[1]}"
	restores in
}

# Goal: who does not sign for what it took has not taken it, whichever way it
# gets round that: it is said of it by name, and another peer takes it over. Nor
# is it believed when it only says that it has it, the next time.
@test "a holder that gives no receipt, or another than it should" {
	hold_at_back 1
	hold 2 && hold 3 && hold 4
	local how said times=0
	for how in unsigned stranger alien short old; do
		lie_for 1 "$how"
		cp home/peers all
		sed -i '/^bob[45]/d' home/peers
		bytes "$how" 20480 > in
		run --separate-stderr send_some
		[ "$status" -eq 1 ] || { echo "$how: $stderr"; return 1; }
		case $how in
		unsigned) said='it took [0-9]+ and gave no receipt' ;;
		stranger) said='the receipt is signed by a stranger' ;;
		alien) said='its receipt is for another owner' ;;
		old) said='its receipt is of another day than its clock' ;;
		short) said='its receipt leaves out 1 of [0-9]+, one is [0-9a-f]{64}' ;;
		esac
		says "peer 'bob1' is not usable: $said"
		says 'stripe 0 rests on 2 peers instead of the 3 it should'
		before=$(shards_in s1 | wc -l)
		run --separate-stderr send_some
		[ "$status" -eq 1 ] || { echo "$how, found: $stderr"; return 1; }
		says "peer 'bob1' is not usable: ${said/took/says that it has}"
		says 'stripe 0 rests on 2 peers instead of the 3 it should'
		[ "$(shards_in s1 | wc -l)" -eq "$before" ]
		mv all home/peers
		bytes "$how again" 20480 > in
		run --separate-stderr send_some
		[ "$status" -eq 0 ] || { echo "$how: $stderr"; return 1; }
		says "peer 'bob1' is not usable: $said"
		grep -E '"peer":"bob1".*"state":"lost"' receipts
		[ "$(shards_in s2 s3 s4 | sed 's|.*/||' | sort -u | wc -l)" -eq \
			$((50 * (times += 1))) ]
	done
}

# Goal: who has nothing and has signed for nothing cannot show a receipt that
# counts as its own, though it chooses the key and the ids of it.
@test "a peer that has nothing, with receipts made for the purpose" {
	hold_at_back 1
	hold 2
	new_home fake
	cp home/peers all
	sed -i '/^bob2/!d' home/peers
	shard-split -q -s 1024 -k 1 -n 2 in > stream
	shard-send -q -H 1 stream > /dev/null
	shards_in s2 | sed 's|.*/||' > ids
	sed '/^bob1/!d' all > home/peers
	lie_for 1 forged
	run -1 --separate-stderr shard-send -q -H 1 stream
	says "peer 'bob1' is not usable: its receipt leaves out 150 of 151"
	[ -z "$(shards_in s1)" ]
}

# Goal: whoever takes its time for each answer, and never too long for one, is
# waited for no longer than a dead one, where the others are enough.
@test "a peer that is slow to say what it has: the others go on without it" {
	hold_at_back 1
	for n in 2 3 4; do hold "$n"; done
	lie_for 1 slow
	sed -i '/^bob5/d' home/peers
	send_some 2> err
	grep "peer 'bob1' is not usable: it takes [0-9]* s to say what it has" err
	[ "$(shards_in s2 s3 s4 | sed 's|.*/||' | sort -u | wc -l)" -eq 225 ]
	# where they are not, it is waited for
	sed -i '/^bob4/d' home/peers
	bytes few 4096 > in
	send_some 2> err
	grep '"peer":"bob1".*"sent":4.*"state":"ok"' receipts
}
