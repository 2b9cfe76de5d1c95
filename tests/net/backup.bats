#!/usr/bin/env bats
# Backups over the network: five holders, three of five shards restore.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 5
	bytes input 21504 > in
}

teardown()
{
	! mountpoint -q s1 || umount -l s1
	net_teardown
}

# over_exec N ...: these holders are started by each client, for itself.
over_exec()
{
	local n
	for n; do
		sed -i "s|^\(bob$n [^ ]*\) .*|\1 \"exec:shard-recv -q -C '$PWD/b$n' -d '$PWD/s$n' -1\"|" \
			home/peers
	done
}

# Goal: a backup to five holders on 127.0.0.0/8 rests on each of them, once.
@test "five holders: a shard of each stripe on each, and all comes back" {
	hold_all
	give in
	spread in s1 s2 s3 s4 s5
	whole s?
	clean s?
	[ "$(snapshots_in s? | wc -l)" -eq 5 ]
	[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
	restores in
	timeout 20 shard-fetch -l -o json > list
	[ "$(wc -l < list)" -eq 1 ]
	logged 1 'event=connect peer=alice outcome=ok'
	logged 1 'event=put peer=alice owner=[0-9a-f]{16} shard=[0-9a-f]{16} bytes=1024'
	logged 1 'event=commit .*outcome=ok'
	logged 1 'event=get '
	logged 1 'event=disconnect peer=alice outcome=ok'
}

# Goal: behind each row of CBOR is what that peer has signed: every shard on it.
@test "signed receipts on standard output" {
	hold_all
	bytes input 30720 > in
	shard-split -q -s 1024 in | shard-send -q > receipts
	for file in home/receipts/*; do shard-show "$file"; done
	/usr/bin/python3 -B - <<-'END'
	import io, os, subprocess
	import cbor2

	def verified(tag):
	    protected, _, payload, signature = tag.value
	    key = cbor2.loads(payload)[2]
	    der = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + key
	    aad = b"shardkit document, version 1, kind " + b"receipt".ljust(29)
	    signed = cbor2.dumps(["Signature1", protected, aad, payload])
	    halves = [signature[:32].lstrip(b"\0"), signature[32:].lstrip(b"\0")]
	    halves = [(b"\0" if half[0] > 127 else b"") + half for half in halves]
	    body = b"".join(b"\2" + bytes([len(half)]) + half for half in halves)
	    for name, data in (("key.der", der), ("signed", signed),
	                       ("signature", b"\x30" + bytes([len(body)]) + body)):
	        open(name, "wb").write(data)
	    subprocess.run("openssl pkey -pubin -inform der -in key.der -out key.pem && "
	                   "openssl dgst -sha256 -verify key.pem -signature signature signed",
	                   shell=True, check=True)
	    return cbor2.loads(payload)

	data, said = open("receipts", "rb").read(), {}
	file = io.BytesIO(data)
	while file.tell() < len(data):
	    item = cbor2.load(file)
	    if isinstance(item, dict):
	        ids = said.setdefault(item["peer"], [])
	    else:
	        ids += (lambda all: [all[i:i + 32].hex() for i in range(0, len(all), 32)])(verified(item)[5])
	assert sorted(said) == [f"bob{n}" for n in range(1, 6)], said
	for name, ids in said.items():
	    there = [file for where, _, files in os.walk("s" + name[3:]) for file in files
	             if "/shards/" in where]
	    assert len(there) == 11 and set(there) < set(ids), (name, there, ids)
	END
}

# base_port: eight ports from there on are nobody's: below those that the kernel
# gives to whoever calls, and not of tests/net/foreign.bash.
base_port()
{
	echo $((11000 + BASHPID % 1000 * 10))
}

# Goal: IPv6 loopback and a name with two addresses work as 127.0.0.1 does.
@test "holders on ::1, 127.0.0.1 and localhost" {
	[ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6 ||
		skip "no ::1 here"
	base=$(base_port)
	for n in 1 2 3 4 5; do
		address="[::1]:$((base + n))"
		[ "$n" -lt 4 ] || address="127.0.0.1:$((base + n))"
		[ "$n" -lt 5 ] || address="localhost:$((base + n))"
		start_hold "$n" shard-recv -C "b$n" -d "s$n" -l "$address"
		sed -i "s|^\(bob$n [^ ]*\) .*|\1 $address|" home/peers
	done
	give in
	spread in s1 s2 s3 s4 s5
	restores in
	logged 1 'event=connect peer=alice'
}

# Goal: several -l, also of both families, are one holder.
@test "a holder listens on several addresses at once" {
	base=$(base_port)
	start_hold 1 shard-recv -C b1 -d s1 -l "$net.1:7117" -l "[::1]:$base" \
		-l "$net.77:7118"
	for address in "$net.1:7117" "[::1]:$base" "$net.77:7118"; do
		echo "bob1 $(id_of b1) $address" > home/peers
		shard-split -q -s 1024 -k 1 -n 1 in | timeout 20 shard-send -q > /dev/null
	done
	[ "$(snapshots_in s1 | wc -l)" -eq 3 ]
}

# promised: how many ids the receipts that lie with a holder name, of all.
promised()
{
	find s1/*/receipts -type f -exec shard-show -o json {} \; |
		grep -c '"record":"keeps"'
}

# Goal: what is there already is asked for, and not sent again, nor signed for.
@test "the same again sends a snapshot and nothing else" {
	hold_all
	give in
	promised=$(promised)
	before=$(shards_in s? | xargs stat -c '%n %i' | sha256sum)
	give in
	[ "$(grep -c '"sent":1,' receipts)" -eq 5 ]
	[ "$(promised)" -eq $((promised + 5)) ]
	[ "$(shards_in s? | xargs stat -c '%n %i' | sha256sum)" = "$before" ]
	[ "$(snapshots_in s? | wc -l)" -eq 10 ]
	restores in 1
	restores in 2
}

# Goal: one that lists receipts without end, and gives none, is soon asked for no
# more of them; it is a peer all the same, and what all have signed still counts.
@test "receipts that are listed and not given" {
	hold_all
	give in
	promised=$(promised)
	for n in $(seq 100 300); do
		folder=$(echo s2/*/receipts)/${n:1}
		mkdir -p "$folder"
		echo rot > "$folder/${n:1}$(printf '%062d' "$n")"
	done
	give in 2> err
	[ "$(grep -c "peer 'bob2' lists receipts that it does not give" err)" -eq 1 ]
	[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
	[ "$(promised)" -eq $((promised + 5)) ]
	restores in
}

# Goal: any three of five are enough, whichever two are gone.
@test "two holders stopped: restored, for several pairs" {
	hold_all
	give in
	halt TERM 1 2
	restores in
	hold 1
	halt TERM 5
	restores in
	hold 2
	halt KILL 3
	restores in
}

# Goal: three gone is one too many; a clear no, and no wrong byte.
@test "three holders stopped: a clear no" {
	hold_all
	give in
	halt TERM 1 2 3
	run -1 --separate-stderr timeout 60 shard-fetch -q latest
	says 'of 3|fewer than|too few|stripe 0'
	says "'bob2' is not usable: .*refused"
	run -1 --separate-stderr timeout 60 shard-send -q <(shard-split -s 1024 in)
	says '2 of the 5 peers are usable, 5 are needed'
}

# Goal: rotten bytes at a holder cost nothing but a warning.
@test "flipped bytes on one holder's disk: restored, and said" {
	hold_all
	give in
	find s1 -path '*/s*/??/*' -type f > files
	while read -r file; do
		flip "$file"
	done < files
	run --separate-stderr restores in
	[ "$status" -eq 0 ]
	run -0 --separate-stderr timeout 30 shard-fetch -o json latest
	says "peer 'bob1' has [0-9]+ damaged"
	run ! whole s1
	find s2 s3 -path '*/s*/??/*' -type f > files
	while read -r file; do
		flip "$file"
	done < files
	run --separate-stderr restores in
	[ "$status" -ne 0 ]
	[ ! -s out ] || cmp -n "$(stat -c %s out)" in out
}

# Goal: --check reads at the holder and mends what has rotted there.
@test "shard-send --check mends over the wire" {
	hold_all
	give in
	flip "$(shards_in s2 | head -n 1)"
	truncate -s 5 "$(shards_in s4 | tail -n 1)"
	run ! whole s?
	give in --check
	whole s?
	restores in
}

# Goal: nobody need listen: ssh, inetd or a relay can start the holder.
@test "all over exec:, each connection a shard-recv -1" {
	over_exec 1 2 3 4 5
	give in
	spread in s1 s2 s3 s4 s5
	whole s?
	clean s?
	restores in
	give in
	[ "$(grep -c '"sent":1,' receipts)" -eq 5 ]
}

# Goal: an exec: that fails, ends, chatters or hangs is one lost peer.
@test "exec: commands that are no holder" {
	hold_all
	give in
	for command in false 'exit 7' 'echo hello' 'cat' 'head -c 100000 /dev/zero' \
		/nonexistent/program 'sleep 0.1'; do
		echo "$command"
		sed -i "s|^\(bob2 [^ ]*\) .*|\1 \"exec:$command\"|" home/peers
		restores in
		run -0 --separate-stderr timeout 60 shard-fetch latest
		says "peer 'bob2' is not usable"
	done
	run -1 --separate-stderr timeout 60 shard-send -q <(shard-split -s 1024 in)
	says '4 of the 5 peers are usable'
	give in --happy 4
}

# exec_fails COMMAND WORDS: with that command to bob2, it says so.
exec_fails()
{
	sed -i "s|^\(bob2 [^ ]*\) .*|\1 \"exec:$1\"|" home/peers
	run -0 --separate-stderr timeout 60 shard-fetch -l -o text
	says "peer 'bob2' is not usable: $2"
	run ! says 'does not trust this key'
}

# Goal: what has failed is the command, not the handshake.
@test "exec: a command that fails is named, with its status; nor is it run again" {
	hold_all
	give in
	exec_fails 'echo run >> runs; exit 7' \
		"'echo run >> runs; exit 7' exited with status 7\$"
	[ "$(wc -l < runs)" -eq 1 ]
	exec_fails 'no-such-program -x' \
		"'no-such-program -x' exited with status 127\$"
	exec_fails 'kill -9 \$\$' "'kill -9 ..' was killed by signal 9"
	# what we ended ourselves is not told as its fault
	exec_fails "exec shard-recv -q -C $PWD/b1 -d $PWD/s1 -1" '.* is not trusted'
}

# Goal: what a holder that is called so has to say is what is wrong.
@test "exec: shard-recv -q -1 says nothing on the caller's terminal" {
	over_exec 1 2 3 4 5
	give in
	restores in
	run -0 --separate-stderr shard-fetch -l -o text
	[ -z "$stderr" ] || { echo "$stderr"; return 1; }
	# and so the man pages have it
	grep -hr '"exec:ssh' "$BATS_TEST_DIRNAME/../../man" > lines
	[ "$(wc -l < lines)" -ge 3 ]
	run ! grep -v 'shard-recv -q -1' lines
}

# Goal: an exec: that hangs holds up nobody for longer than its deadlines.
@test "exec: a command that hangs, and one that hangs when it is frozen" {
	hold_all
	give in
	sed -i 's|^\(bob2 [^ ]*\) .*|\1 "exec:exec sleep 1000"|' home/peers
	restores in
	give in --happy 4
	over_exec 2
	bytes more 153600 > in
	shard-split -q -s 1024 in > stream
	half=$(($(stat -c %s stream) / 2))
	{
		head -c "$half" stream
		until_true 100 frozen_exec
		tail -c +$((half + 1)) stream
	} 3>&- | timeout 100 shard-send -q --happy 4 > receipts || touch failed
	# where /bin/sh stays between, nobody else ends what is stopped
	xargs kill -KILL < frozen 2> /dev/null || true
	[ ! -e failed ]
	restores in
}

# The shard-recv -1 of holder 2 has taken something, and is stopped now.
frozen_exec()
{
	[ "$(find s2/tmp -type f | wc -l)" -gt 3 ] || return
	pgrep -f "^shard-recv -q -C $PWD/b2 -d $PWD/s2 -1" > frozen &&
		xargs kill -STOP < frozen
}

# Goal: a mounted disk, a program and two machines are one set of peers.
@test "dir:, exec: and host:port mixed" {
	over_exec 2 3
	rm -rf s1
	mkdir s1
	sed -i "s|^bob1 .*|bob1 - dir:$PWD/s1|" home/peers
	hold 4
	hold 5
	give in
	spread in s1 s2 s3 s4 s5
	whole s?
	halt TERM 4 5
	restores in
	mv s1 away
	hold 4
	restores in
}

# Goal: the first address that works is used, the others are fallbacks.
@test "a peer with several addresses" {
	hold_all
	sed -i "s|$net.2:7117|$net.2:1,$net.2:7117|
		s|$net.3:7117|$net.3:7117,$net.3:1|" home/peers
	give in
	restores in
}

# Goal: a store behind two names would be two shards on one disk.
@test "two names for one holder are refused" {
	hold_all
	twin=$(sed -n "s|^bob1|twin|p" home/peers)
	echo "$twin" >> home/peers
	run -2 --separate-stderr timeout 60 shard-send -q <(shard-split -s 1024 in)
	says "the id is that of 'bob1'"
}

# Goal: the service manager may hold the socket (sd_listen_fds(3)).
@test "socket activation" {
	cat > activate.py <<- 'END'
	import os, socket, sys
	host, port = sys.argv[1].rsplit(":", 1)
	listener = socket.create_server((host, int(port)))
	os.dup2(listener.fileno(), 3)
	os.set_inheritable(3, True)
	os.environ["LISTEN_FDS"] = "1"
	os.environ["LISTEN_PID"] = str(os.getpid())
	os.execvp(sys.argv[2], sys.argv[2:])
	END
	for n in 1 2 3 4 5; do
		start_hold "$n" /usr/bin/python3 activate.py "$net.$n:7117" \
			shard-recv -C "b$n" -d "s$n"
	done
	give in
	restores in
}

# Goal: the same by systemd's own tool: started by the first connection.
@test "socket activation by systemd-socket-activate" {
	command -v systemd-socket-activate > /dev/null || skip "not installed"
	hold 1 && hold 2 && hold 3 && hold 4
	systemd-socket-activate -l "$net.5:7117" \
		"$(command -v shard-recv)" -C "$PWD/b5" -d "$PWD/s5" \
		2> b5.log > /dev/null 3>&- &
	others+=($!)
	until_true 100 grep -q Listening b5.log
	give in
	spread in s1 s2 s3 s4 s5
	logged 5 'event=connect peer=alice'
}

# Goal: LISTEN_FDS for somebody else is not ours.
@test "LISTEN_FDS of another process is ignored" {
	run -2 --separate-stderr env LISTEN_FDS=1 LISTEN_PID=1 timeout 10 \
		shard-recv -C b1 -d s1
	says 'say where to listen'
}

# Goal: what cannot be listened on is refused, not waited for in a loop.
@test "LISTEN_FDS that do not listen, and -1 with -l" {
	bytes word 100 > in
	for command in 'exec 3< in' 'exec 3<&-' 'exec 3<> /dev/udp/127.0.0.1/9'; do
		run -4 --separate-stderr timeout 10 bash -c "$command
			export LISTEN_PID=\$\$ LISTEN_FDS=1; exec shard-recv -C b1 -d s1"
		says 'cannot listen on descriptor 3: '
	done
	run -2 --separate-stderr timeout 10 shard-recv -1 -l "$net.1:7117" -C b1 -d s1
	says '--listen does not go with -1'
}

# Goal: another machine, reached by a program: here, a network namespace.
@test "exec:ip netns exec ... shard-recv -1" {
	ip netns add "sk$BASHPID" 2> /dev/null || skip "no namespaces here"
	others_ns=sk$BASHPID
	over_exec 2 3 4 5
	sed -i "s|^\(bob1 [^ ]*\) .*|\1 \"exec:ip netns exec $others_ns shard-recv -q -C '$PWD/b1' -d '$PWD/s1' -1\"|" \
		home/peers
	result=0
	{ give in && restores in && spread in s1 s2 s3 s4 s5; } || result=1
	ip netns del "$others_ns"
	[ "$result" -eq 0 ]
}

# Goal: whoever has the wire sees sizes and times, no plaintext and no name.
@test "a capture of the wire shows no plaintext and no name" {
	hold_all
	yes 'a rather long line that would be seen' | head -c 21504 > in
	/usr/bin/python3 "$BATS_TEST_DIRNAME/proxy.py" --record wire \
		"$net.60" "$net.1" 2> proxy.log 3>&- &
	others+=($!)
	until_true 100 grep -q ready proxy.log
	# Three letters, or four, stand in random bytes by chance, once in some runs.
	sed -i "s|$net.1:7117|$net.60:7117|; s/^bob/bob-who-holds/" home/peers
	sed -i 's/^alice/alice-who-owns/' b?/peers
	shard-split -q -s 1024 -L 'Holiday in Rome' in |
		timeout 60 shard-send -q > /dev/null
	restores in
	[ "$(stat -c %s wire)" -gt 10000 ]
	run ! grep -aiE 'rather long|holiday|alice-who|bob-who' wire
	run ! grep -aF "$(id_of home | cut -c 1-14)" wire
}

# Goal: SIGTERM lets what is under way end; nothing is left behind.
@test "SIGTERM during a backup: the holder ends in good order" {
	hold_all
	bytes large 300000 > in
	give in --happy 3 2> send.err &
	pid=$!
	until_true 100 grep -q event=put b1.log
	halt TERM 1
	wait "$pid" || { cat send.err; return 1; }
	logged 1 event=end
	clean s1
	whole s1
	hold 1
	restores in
	give in
}

# told_to_end PID: SIGTERM waits for it, or it is gone.
told_to_end()
{
	! grep -s '^ShdPnd:.*[4-7c-f]...$' "/proc/$1/status" > told || return 0
	! kill -0 "$1" 2> /dev/null
}

# Goal: SIGTERM in the middle of a commit: what it is for is signed for, though
# the next request is at hand, and is there; that request is not begun.
@test "SIGTERM while a commit is under way: answered with its receipt" {
	[ -z "${SAN-}" ] || skip "LeakSanitizer does not work under strace"
	start_hold 1 strace -D -f -qq -o calls -e trace=renameat \
		-e inject=renameat:signal=STOP:when=1 \
		shard-recv -C b1 -d s1 -l "$net.1:7117"
	cat > asked.py <<- 'END'
	import pathlib, sys
	from dialogue import *
	shard = bytes(1024)
	client = Client(sys.argv[1], Identity("home"))
	client.send(
	    client.request(PUT, ids=[tree_root(shard)], payload=len(shard))
	    + encode(shard) + client.request(COMMIT) + client.request(INFO))
	assert client.reply() == (OK, b"", b"")
	status, receipt, _ = client.reply()
	assert status == OK
	assert cbor2.loads(cbor2.loads(receipt).value[2])[5] == tree_root(shard)
	try:
	    sys.exit(f"more is answered: {client.reply()}")
	except (EOFError, OSError):
	    pathlib.Path("id").write_text(tree_root(shard).hex())
	END
	PYTHONPATH=$BATS_TEST_DIRNAME python asked.py "$net.1" 2> asked.err 3>&- &
	asked=$!
	until_true 100 grep -q 'stopped by SIGSTOP' calls
	child=$(sed -n '/stopped by SIGSTOP/{s/ .*//p;q}' calls)
	kill -TERM "${recv_pid[1]}"
	until_true 100 told_to_end "$child"
	kill -CONT "$child" || true
	wait "$asked" || { cat asked.err; return 1; }
	wait "${recv_pid[1]}"
	logged 1 'event=commit peer=alice .*outcome=ok'
	logged 1 event=end
	[ "$(shards_in s1 | sed 's|.*/||')" = "$(cat id)" ]
	whole s1
	clean s1
}

# Goal: a second daemon on the same address, or a store that is none, says so.
@test "what cannot be served is said, with status 4 or 3" {
	hold 1
	run -4 --separate-stderr timeout 10 shard-recv -C b1 -d s1 -l "$net.1:7117"
	says 'in use'
	run -4 --separate-stderr timeout 10 shard-recv -C b1 -d nowhere -l "$net.3:7117"
	says nowhere
	mkdir full
	touch full/file
	run -3 --separate-stderr timeout 10 shard-recv -C b1 -d full -l "$net.3:7117"
	says 'not a store'
	run -2 --separate-stderr timeout 10 shard-recv -C b1 -d s1
	says 'where to listen'
	run -2 --separate-stderr timeout 10 shard-recv -C b1 -d s1 -l nonsense
	run -2 --separate-stderr timeout 10 shard-recv -C b1 -d s1 -l "$net.3:7117" -m 0
	run -2 --separate-stderr timeout 10 shard-recv -C b1 -d s1 -l "$net.3:7117" -F xml
}

# refused CALL ERROR TEXT: where the kernel answers so, it does not serve.
refused()
{
	run -4 --separate-stderr timeout 10 strace -f -qq -o calls \
		-e trace="$1" -e inject="$1:error=$2" \
		shard-recv -C b1 -d s1 -l "$net.3:7117"
	says "$3"
	grep -q INJECTED calls
	run ! grep event=start <<< "$stderr"
}

# Goal: what cannot be locked or synced cannot promise to keep anything.
@test "a store that cannot be locked or synced is refused, with status 4" {
	[ -z "${SAN-}" ] || skip "LeakSanitizer does not work under strace"
	refused flock ENOLCK 'No locks available'
	refused fsync EIO 'I/O error|Input/output error'
	refused fsync EINVAL 'Invalid argument'
	[ "$(id -u)" -eq 0 ] || skip "mounting takes root"
	mkdir none # what is a store already can still give: chaos.bats
	mount --bind none none
	mount -o remount,bind,ro none
	run -4 --separate-stderr timeout 10 shard-recv -C b1 -d none -l "$net.3:7117"
	umount none
	says 'Read-only file system'
}

# Goal: a holder's daemon never reads the owner's secret.
@test "shard-recv does not open the secret" {
	rm b?/secret
	hold_all
	give in
	restores in
	halt TERM 1
	start_hold 1 strace -D -f -qq -e trace=open,openat -o calls \
		shard-recv -C b1 -d s1 -l "$net.1:7117"
	restores in
	halt TERM 1
	run ! grep secret calls
	grep identity calls
}

# Goal: another machine, reached by ssh, as its own user: nobody listens but
# sshd, and TLS runs inside ssh all the same.
@test "exec:ssh ... shard-recv -1" {
	sshd=$(command -v sshd || echo /usr/sbin/sshd)
	[ -x "$sshd" ] && command -v ssh > /dev/null ||
		skip "openssh-server and openssh-client are not installed"
	mkdir -p ssh
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd || skip "no /run/sshd"
	ssh-keygen -q -t ed25519 -N '' -f ssh/host
	ssh-keygen -q -t ed25519 -N '' -f ssh/key
	cp ssh/key.pub ssh/authorized
	cat > ssh/config <<- END
		ListenAddress $net.70
		Port 7122
		HostKey $PWD/ssh/host
		AuthorizedKeysFile $PWD/ssh/authorized
		PidFile none
		StrictModes no
		UsePAM no
		PasswordAuthentication no
	END
	"$sshd" -D -e -f "$PWD/ssh/config" 2> ssh/log < /dev/null 3>&- &
	others+=($!)
	until_true 100 grep -q 'Server listening' ssh/log || { cat ssh/log; return 1; }
	echo "[$net.70]:7122 $(cat ssh/host.pub)" > ssh/known
	over_exec 2 3 4 5
	echo "bob1 $(id_of b1) \"exec:ssh -T -F none -p 7122 -i $PWD/ssh/key -o BatchMode=yes -o UserKnownHostsFile=$PWD/ssh/known $net.70 $(command -v shard-recv) -q -C $PWD/b1 -d $PWD/s1 -1\"" > line
	sed -i -e '/^bob1/{r line' -e 'd}' home/peers
	give in || { cat ssh/log; return 1; }
	spread in s1 s2 s3 s4 s5
	whole s?
	sed -i '/^bob[23]/d' home/peers
	restores in
	grep -q 'Accepted publickey' ssh/log
}
