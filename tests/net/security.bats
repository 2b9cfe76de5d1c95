#!/usr/bin/env bats
# Strangers, forgers and vandals at a holder's door, and at a client's.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 1
	bytes input 6144 > in
}

teardown()
{
	net_teardown
}

# serves: an honest owner is still served.
serves()
{
	kill -0 "${recv_pid[1]}"
	shard-split -q -s 1024 -k 1 -n 1 in | timeout 30 shard-send -q > /dev/null
}

# key_of FOLDER: key.pem and cert.pem of its identity, for openssl.
keys_of()
{
	python -c 'import sys; from dialogue import *; Identity(sys.argv[1])' "$1"
}

# knock OPTIONS: openssl s_client at holder 1; what it says is in ./theirs.
knock()
{
	(sleep 0.3; echo hello; sleep 0.3) |
		timeout 10 openssl s_client -connect "$net.1:7117" "$@" \
			> theirs 2>&1 || true
}

good=(-tls1_2 -alpn shardkit/1)

# Goal: a process that serves gives up all files but the store, the roster and
# what pairing writes, before it hears a peer.
@test "a process that serves can touch nothing but the store" {
	start_hold 1 strace -D -f -y -qq -s 99 -o trace \
		-e trace=/landlock_,accept4,write shard-recv -C b1 -d s1 \
		-l "$net.1:7117"
	serves
	# The other ones are chores, which may come before it and after.
	child=$(awk '/write.* event=commit / { print $1; exit }' trace)
	[ -n "$child" ]
	grep "^$child .*landlock_create_ruleset" trace # there or not
	[ "$child" != "$(awk '/accept4.*= [0-9]/ { print $1; exit }' trace)" ]
	grep -q 'landlock_create_ruleset(NULL.* = [1-9]' trace ||
		skip "no Landlock in this kernel: it was only asked for"
	grep "^$child .*landlock_add_rule" trace |
		sed 's/.*parent_fd=[0-9]*<\([^>]*\)>.*/\1/' | sort > may
	cmp may <(printf '%s\n' "$PWD"/{b1/peers,b1/peers.d,s1})
	grep "^$child .*landlock_restrict_self(.* = 0$" trace
}

# writes: what those who served connections have done to the disk.
writes()
{
	python - "${recv_pid[1]}" "$PWD/s1" <<- 'END'
	import re, sys
	from tracer import calls
	mine, store = sys.argv[1:]
	for pid, call, said, result in calls():
	    if pid != mine and store in said and result >= 0 and (
	            not call.startswith("open") or "O_CREAT" in said):
	        print(call, said)
	END
}

is_childless()
{
	[ -z "$(children_of "${recv_pid[1]}")" ]
}

# Goal: nobody makes a holder's disk work who brings nothing: neither who only
# connects, known or not, nor an owner who lists and fetches.
@test "who brings nothing writes nothing at the holder" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold 1
	serves
	halt TERM 1
	start_hold 1 strace -D -f -y -qq -o trace -e \
		"trace=open,openat,openat2,fsync,fdatasync,syncfs,ftruncate,/mkdir,/unlink,/rename,/link" \
		shard-recv -C b1 -d "$PWD/s1" -l "$net.1:7117"
	for _ in 1 2 3; do
		exec 5<> "/dev/tcp/$net.1/7117" 5>&-
	done
	knock "${good[@]}"
	restores in
	timeout 20 shard-fetch -l -o json > listed
	[ "$(wc -l < listed)" -eq 1 ]
	until_true 200 is_childless
	writes > reading
	[ ! -s reading ]
	bytes other 9000 > in2
	shard-split -q -k 1 -n 1 in2 | timeout 20 shard-send -q > /dev/null
	until_true 200 is_childless
	writes > writing
	grep -q fsync writing
	grep -q 'tmp/writer-.*O_CREAT' writing
}

# Goal: --user as the man page says it: what is the user's is served, what is
# not is told at the start; and what root puts beside it is the user's.
@test "shard-recv --user" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	open=$PWD
	while [ "$open" != /tmp ] && [ "$open" != / ]; do
		chmod a+x "$open"
		open=$(dirname "$open")
	done
	chown -R nobody s1
	run -2 --separate-stderr timeout 10 shard-recv -C b1 -d s1 \
		-l "$net.1:7117" -u nobody
	says "b1/peers': Permission denied"
	says 'hint: .*chown -R nobody'
	rm -r b1/peers.d
	chown -R nobody b1
	hold 1 -u nobody
	[ "$(stat -c %U b1/peers.d)" = nobody ]
	grep -qP "^Uid:(\t$(id -u nobody)){4}$" "/proc/${recv_pid[1]}/status"
	grep -qP "^Gid:(\t$(id -g nobody)){4}$" "/proc/${recv_pid[1]}/status"
	grep -qP "^Groups:\t$(id -G nobody) *$" "/proc/${recv_pid[1]}/status"
	grep -qP '^NoNewPrivs:	1' "/proc/${recv_pid[1]}/status"
	grep -qP '^CapEff:	0+$' "/proc/${recv_pid[1]}/status"
	serves
	[ -z "$(find s1 ! -user nobody)" ]
	peer-pair -C b1 -a "$net.1:7117" -g 1M invite > token
	[ "$(stat -c %U b1/invites b1/invites/* | sort -u)" = nobody ]
	new_home carol
	timeout 20 peer-pair -q -C carol accept < token
	grep -q give=1M b1/peers.d/*
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	chown root b1 # and 0700: what it was started with is the user's no more
	run ! serves
	logged 1 "event=connect .*outcome=\"cannot open '.*b1/peers'"
}

# Goal: only keys of the roster come in, and each refusal is logged.
@test "no certificate, an unknown key, another curve" {
	hold 1
	new_home mallory
	keys_of mallory
	keys_of home
	knock "${good[@]}" -cert home/cert.pem -key home/key.pem
	grep 'Verification\|New, TLSv1.2' theirs
	logged 1 'event=connect peer=alice outcome=ok'
	knock "${good[@]}"
	grep -i 'alert handshake failure' theirs
	logged 1 "event=connect peer=127.*shows no certificate"
	knock "${good[@]}" -cert mallory/cert.pem -key mallory/key.pem
	grep -i 'alert access denied' theirs
	logged 1 "event=connect peer=127.*$(id_of mallory | cut -c 1-14).*not trusted"
	openssl ecparam -name secp384r1 -genkey -noout -out 384.key
	openssl req -x509 -new -key 384.key -subj /CN=alice -days 1 -out 384.pem \
		2> /dev/null
	knock "${good[@]}" -cert 384.pem -key 384.key
	logged 1 "event=connect peer=127.*(no P-256 key|no certificate)"
	serves
}

# Goal: a certificate is public; without its private key it opens nothing.
@test "the right certificate with another private key" {
	hold 1
	new_home mallory
	# openssl refuses to load such a pair, so the certificate is put in the
	# place of another one of the same length on the wire.
	python - "$net.1" <<- 'END'
	import ssl, sys, socket
	from dialogue import *
	alice, mallory = Identity("home"), Identity("mallory")

	def der(path):
	    return ssl.PEM_cert_to_DER_cert(path.read_text())

	# alice's certificate, made anew with lengths as mallory's
	for _ in range(200):
	    if len(der(alice.cert)) == len(der(mallory.cert)):
	        break
	    alice.cert.unlink()
	    alice = Identity("home")
	wire, out = ssl.MemoryBIO(), ssl.MemoryBIO()
	end = context(mallory).wrap_bio(wire, out)
	server = socket.create_connection((sys.argv[1], 7117), timeout=10)
	swapped = False
	try:
	    while True:
	        try:
	            end.do_handshake()
	            sys.exit("the handshake was finished")
	        except ssl.SSLWantReadError:
	            pass
	        data = out.read()
	        if der(mallory.cert) in data:
	            data = data.replace(der(mallory.cert), der(alice.cert))
	            swapped = True
	        server.sendall(data)
	        data = server.recv(65536)
	        assert data, "closed"
	        wire.write(data)
	except (ssl.SSLError, AssertionError, OSError) as error:
	    print(error)
	assert swapped, "the certificate was not seen"
	END
	logged 1 'event=connect peer=127\..* outcome="'
	run ! grep peer=alice b1.log
	run ! grep 'event=hello' b1.log
	serves
}

# Whether somebody is there in the place of holder 1.
listens()
{
	ss -Htln "src $net.1:7117" | grep -q .
}

# Goal: a server with the right certificate but another key gets nothing.
@test "a false holder: another key, and the right certificate alone" {
	new_home mallory
	keys_of mallory
	keys_of b1
	openssl s_server -accept "$net.1:7117" "${good[@]}" -quiet \
		-cert mallory/cert.pem -key mallory/key.pem -Verify 1 \
		> theirs 2>&1 < /dev/null 3>&- &
	others+=($!)
	until_true 100 listens
	run -1 --separate-stderr serves_nothing
	says "peer 'bob1' is not usable: .*$(id_of mallory | cut -c 1-14).*not trusted"
	kill "${others[0]}"
	wait "${others[0]}" || true
	# The certificate of bob, signatures by mallory: our handshake must fail.
	cat > false.py <<- 'END'
	import socket, ssl, sys
	from dialogue import *
	bob, mallory = Identity("b1"), Identity("mallory")

	def der(path):
	    return ssl.PEM_cert_to_DER_cert(path.read_text())

	for _ in range(200):
	    if len(der(bob.cert)) == len(der(mallory.cert)):
	        break
	    bob.cert.unlink()
	    bob = Identity("b1")
	listener = socket.create_server((sys.argv[1], 7117))
	print("ready", flush=True)
	client, _ = listener.accept()
	wire, out = ssl.MemoryBIO(), ssl.MemoryBIO()
	made = context(mallory, server=True)
	made.verify_mode = ssl.CERT_OPTIONAL
	end = made.wrap_bio(wire, out, server_side=True)
	try:
	    while True:
	        try:
	            end.do_handshake()
	            print("finished", flush=True)
	            break
	        except ssl.SSLWantReadError:
	            pass
	        data = out.read()
	        if der(mallory.cert) in data:
	            print("swapped", flush=True)
	        client.sendall(data.replace(der(mallory.cert), der(bob.cert)))
	        data = client.recv(65536)
	        if not data:
	            break
	        wire.write(data)
	except (ssl.SSLError, OSError) as error:
	    print("failed", error, flush=True)
	END
	/usr/bin/python3 false.py "$net.1" > false 2>&1 3>&- &
	others[0]=$!
	until_true 300 grep -q ready false
	run -1 --separate-stderr serves_nothing
	cat false
	grep swapped false
	run ! grep finished false
	says "peer 'bob1' is not usable: "
}

serves_nothing()
{
	shard-split -q -s 1024 -k 1 -n 1 in | timeout 30 shard-send -q
}

# Goal: who was struck off the roster is cut off, though still connected.
@test "a peer removed while connected ends at SIGHUP; others go on" {
	new_home carol
	echo "carol $(id_of carol) $net.97:1 give=1M" >> b1/peers
	hold 1
	cat > stay.py <<- 'END'
	import sys, time
	from dialogue import *
	who = Client(sys.argv[1], Identity(sys.argv[2]))
	assert who.put(b"before")[0] == OK
	print("connected", flush=True)
	try:
	    for _ in range(300):
	        time.sleep(0.1)
	        who.tls.settimeout(0.1)
	        try:
	            who.read()
	        except TimeoutError:
	            pass
	except (EOFError, OSError) as error:
	    print("ended", flush=True)
	END
	for name in home carol; do
		/usr/bin/python3 stay.py "$net.1" "$name" > "$name.out" 2>&1 3>&- &
		others+=($!)
	done
	until_true 200 grep -q connected home.out
	until_true 200 grep -q connected carol.out
	sed -i '/^carol/d' b1/peers
	kill -HUP "${recv_pid[1]}"
	until_true 200 grep -q ended carol.out
	run ! grep ended home.out
	logged 1 'event=roster outcome=ok'
	logged 1 'event=disconnect peer=carol outcome="ended by the holder"'
	# and it cannot come back
	run ! timeout 10 /usr/bin/python3 stay.py "$net.1" carol
	logged 1 'event=connect peer=127.*not trusted'
	until_true 200 sh -c "! ls s1/tmp | grep -v ^writer | grep -q '^$(
		python -c 'from dialogue import *; print(Identity("carol").id.hex()[:16])')'"
	# a faulty roster leaves the old one in force
	echo 'what is this' >> b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=".*peers:'
	serves
	run ! grep ended home.out
}

# Goal: a removed peer that asks and takes no answer is cut off like others.
@test "SIGHUP ends a removed peer that takes no answers" {
	new_home carol
	echo "carol $(id_of carol) $net.97:1 give=1M" >> b1/peers
	hold 1
	cat > deaf.py <<- 'END'
	import sys, time
	from dialogue import *
	client = Client(sys.argv[1], Identity("carol"))
	data = b"q" * 16000
	client.put(data)
	client.ask(COMMIT)
	wanted = client.request(GET, ids=[tree_root(data)], size=1 << 24)
	for _ in range(2000):
	    client.send(wanted)
	print("deaf", flush=True)
	time.sleep(100)
	END
	/usr/bin/python3 deaf.py "$net.1" > deaf.out 2>&1 3>&- &
	others+=($!)
	until_true 100 full_pipe
	sed -i /carol/d b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=disconnect peer=carol outcome="ended by the holder"' 50
	until_true 200 all_taken 0
}

# full_pipe: the holder has gone on for as long as anything was taken.
full_pipe()
{
	local before
	grep -q deaf deaf.out || return 1
	before=$(wc -l < b1.log)
	sleep 0.3
	[ "$(wc -l < b1.log)" -eq "$before" ]
}

# Goal: a new peer is known after SIGHUP, without a restart.
@test "SIGHUP also lets a new peer in" {
	cp b1/peers with
	: > b1/peers
	hold 1
	run -1 --separate-stderr serves_nothing
	cp with b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	serves
}

# refused N WHY: so many were.
refused()
{
	[ "$(grep -cE "event=connect .*outcome=\"$2" b1.log)" -eq "$1" ]
}

# heard WORDS: wait until openssl has said so.
heard()
{
	until_true 200 grep -qi "$1" theirs || true
}

# Goal: TLS 1.2 and nothing else, ALPN and nothing else.
@test "TLS 1.0, 1.1, 1.3, SSL 3; no ALPN, another ALPN; renegotiation" {
	hold 1
	keys_of home
	mine=(-cert home/cert.pem -key home/key.pem)
	for version in tls1 tls1_1 tls1_3; do
		knock "-$version" -cipher ALL:@SECLEVEL=0 -alpn shardkit/1 "${mine[@]}"
		run ! grep -E 'New, TLSv1.[0-9]' theirs
	done
	until_true 200 refused 3 '.*(TLS 1.2)'
	knock -tls1_2 "${mine[@]}"
	knock -tls1_2 -alpn http/1.1,h2 "${mine[@]}"
	until_true 200 refused 2 ".*does not speak 'shardkit/1'"
	[ "$(grep -c event=connect b1.log)" -eq 5 ]
	run ! grep 'event=connect peer=alice outcome=ok' b1.log
	: > theirs
	(heard 'New, TLSv1.2'; echo R; heard 'no renegotiation') |
		timeout 60 openssl s_client -connect "$net.1:7117" "${good[@]}" \
			"${mine[@]}" > theirs 2>&1 || true
	grep -i 'no renegotiation' theirs
	serves
}

# Goal: what is no TLS at all is refused at once, not at the deadline.
@test "HTTP, garbage, SSH, an empty connection" {
	hold 1
	python - "$net.1" <<- 'END'
	import os, random, socket, sys, time
	random.seed(1)
	for what in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"SSH-2.0-x\r\n",
	             random.randbytes(5000), bytes(5000), b"\xff" * 5000,
	             b"\x16\x03\x01\xff\xff" + bytes(200),
	             b"\x16\x03\x03\x00\x00" * 10000, b"\x80\x2e\x01\x00\x02"):
	    start = time.monotonic()
	    client = socket.create_connection((sys.argv[1], 7117), timeout=15)
	    try:
	        client.sendall(what)
	        if len(what) == 5:
	            client.shutdown(socket.SHUT_WR)
	        while client.recv(4096):
	            pass
	    except ConnectionError:
	        pass
	    took = time.monotonic() - start
	    assert took < 5, (what[:20], took)
	for _ in range(20):
	    socket.create_connection((sys.argv[1], 7117)).close()
	END
	serves
	[ "$(grep -c 'event=connect peer=127' b1.log)" -ge 8 ]
}

# Goal: half a handshake, then silence: cut off at the deadline of 10 s; bytes
# one at a time: the same. All at once, to take 10 s and no more.
@test "slowloris: silence, half a handshake, a byte at a time" {
	hold 1
	python - "$net.1" <<- 'END'
	import socket, ssl, sys, threading, time
	from dialogue import *
	alice = Identity("home")
	took = {}

	def hello():
	    wire, out = ssl.MemoryBIO(), ssl.MemoryBIO()
	    end = context(alice).wrap_bio(wire, out)
	    try:
	        end.do_handshake()
	    except ssl.SSLWantReadError:
	        return out.read(), end, wire, out

	def silent(client):
	    pass

	def half_hello(client):
	    client.sendall(hello()[0][:100])

	def half(client):
	    data, end, wire, out = hello()
	    client.sendall(data)
	    wire.write(client.recv(65536))
	    try:
	        end.do_handshake()
	    except ssl.SSLWantReadError:
	        data = out.read()
	    client.sendall(data[:len(data) // 2])

	def bytewise(client):
	    for byte in hello()[0]:
	        client.sendall(bytes([byte]))
	        time.sleep(0.2)

	def run(act):
	    client = socket.create_connection((sys.argv[1], 7117), timeout=60)
	    start = time.monotonic()
	    try:
	        act(client)
	        while client.recv(4096):
	            pass
	    except ConnectionError:
	        pass
	    took[act.__name__] = time.monotonic() - start

	threads = [threading.Thread(target=run, args=(act,))
	           for act in (silent, half_hello, half, bytewise)]
	for t in threads:
	    t.start()
	for t in threads:
	    t.join()
	print(took)
	assert len(took) == 4 and all(8 < t < 40 for t in took.values()), took
	END
	[ "$(grep -c 'has not finished the handshake' b1.log)" -eq 4 ]
	serves
}

is_traced()
{
	! grep -q '^TracerPid:.0$' "/proc/$1/status"
}

# Goal: a peer that says nothing more does not keep its place for ever. The two
# minutes are over when the kernel says so, once.
@test "a session in which nothing moves for two minutes ends" {
	[ -z "${SAN-}" ] || skip "LeakSanitizer does not work under strace"
	command -v strace > /dev/null || skip "strace is not installed"
	hold 1
	cat > idle.py <<- 'END'
	import pathlib, sys, time
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	pathlib.Path("there").touch()
	while not pathlib.Path("over").exists():
	    time.sleep(0.05)
	try:
	    client.ask(INFO)  # after which it waits, and not for long
	    client.read()
	except (EOFError, ConnectionError):
	    sys.exit()
	sys.exit("it has more to say")
	END
	python idle.py "$net.1" 3>&- &
	client=$!
	until_true 100 test -e there
	session=$(only_child 1)
	strace -qq -o /dev/null -e 'trace=?poll,ppoll,exit_group' \
		-e 'inject=?poll,ppoll:retval=0:when=1' \
		-p "$session" 3>&- &
	others+=($!)
	until_true 200 is_traced "$session"
	touch over
	wait "$client"
	logged 1 'event=disconnect peer=alice outcome="idle for too long"'
	serves
}

# crowd_of N: so many connections that say nothing and stay.
crowd_of()
{
	cat > crowd.py <<- 'END'
	import resource, socket, sys, time
	resource.setrlimit(resource.RLIMIT_NOFILE, (2000, 2000))
	crowd = []
	for n in range(int(sys.argv[2])):
	    s = socket.socket()
	    s.setblocking(False)
	    s.connect_ex((sys.argv[1], 7117))
	    crowd.append(s)
	print("there", flush=True)
	time.sleep(100)
	END
	/usr/bin/python3 crowd.py "$net.1" "$1" > crowd 2>&1 3>&- &
	others+=($!)
	until_true 100 grep -q there crowd
}

all_taken()
{
	[ "$(children_of "${recv_pid[1]}" | wc -l)" -eq "$1" ]
}

# Goal: 500 strangers who say nothing, and stay, keep no honest owner out, and
# cost what 64 processes cost.
@test "500 half-open connections that stay: bounded, and honest ones are served" {
	hold 1
	before=$(rss "${recv_pid[1]}")
	crowd_of 500
	until_true 200 all_taken 64
	for _ in 1 2 3; do
		serves
		restores in
		# and now and then what is no connection's
		[ "$(children_of "${recv_pid[1]}" | wc -l)" -le 66 ]
	done
	sum=$(rss "${recv_pid[1]}")
	for child in $(children_of "${recv_pid[1]}"); do
		sum=$((sum + $(rss "$child" 2> /dev/null || echo 0)))
	done
	echo "$sum KiB in all"
	[ "$sum" -lt 32768 ]
	kill -0 "${others[0]}"
	[ "$(rss "${recv_pid[1]}")" -lt $((before + 1024)) ]
}

# sessions_of NAME N: so many of a peer that are open and idle; pid in $hog.
sessions_of()
{
	cat > sessions.py <<- 'END'
	import sys, time
	from dialogue import *
	peer = Identity(sys.argv[2])
	all = [Client(sys.argv[1], peer) for _ in range(int(sys.argv[3]))]
	print("there", flush=True)
	sys.stdin.read(1)
	for client in all:
	    client.close()
	END
	rm -f hogging
	mkfifo hogging
	/usr/bin/python3 sessions.py "$net.1" "$@" < hogging > "$1.out" 2>&1 3>&- &
	hog=$!
	others+=("$hog")
	exec 7> hogging
	until_true 100 grep -q there "$1.out" || { cat "$1.out"; return 1; }
}

# Goal: a peer that takes every place loses one for a newcomer.
@test "64 idle sessions of one peer keep no other out" {
	new_home carol
	echo "carol $(id_of carol) $net.97:1 give=1M" >> b1/peers
	hold 1 --most 8
	sessions_of carol 8
	until_true 200 all_taken 8
	serves
	restores in
	kill -0 "$hog"
	logged 1 'event=disconnect peer=carol outcome="ended by the holder"'
	exec 7>&-
}

# Goal: both at once: a peer that takes every place, and strangers.
@test "idle sessions of one peer, and a crowd of strangers" {
	new_home carol
	echo "carol $(id_of carol) $net.97:1 give=1M" >> b1/peers
	hold 1 --most 8
	sessions_of carol 8
	crowd_of 40
	for _ in 1 2; do
		serves
		restores in
	done
	exec 7>&-
}

# Goal: a peer that has much read holds no place that is wanted: the same shard
# is read once a request, and who has to go goes between two shards.
@test "a have that reads: nothing twice, and no longer than the peer may stay" {
	new_home carol
	echo "carol $(id_of carol) $net.97:1 give=1M" >> b1/peers
	cat > engine <<- 'END'
	#!/bin/sh
	# Takes everything for taken, and long to say that it has nothing.
	echo "$1" >> asked
	[ "$1" != get ] || { sleep 0.4; exit 1; }
	END
	chmod +x engine
	hold 1 -X "$PWD/engine"
	cat > reads.py <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("carol"))
	data = [bytes([n]) * 1000 for n in range(40)]
	ids = [tree_root(one) for one in data]
	for one in data:
	    assert client.put(one)[0] == OK
	assert client.ask(COMMIT)[0] == OK
	def check(ids):
	    return client.request(HAVE, ids=ids, body=b"check")
	client.send(check([ids[0], bytes(32)] + ids[:1] * 998))
	status, there, _ = client.reply()
	assert (status, there) == (OK, b"\2\0" + b"\2" * 998), there
	print("checked", open("asked").read().split().count("get"), flush=True)
	client.send(check(ids))
	try:
	    print(client.reply())
	except EOFError:
	    print("ended", flush=True)
	END
	/usr/bin/python3 reads.py "$net.1" > reads.out 2>&1 3>&- &
	others+=($!)
	until_true 900 grep -qs '^checked [12]$' reads.out ||
		{ cat reads.out asked; return 1; }
	sed -i '/^carol/d' b1/peers
	kill -HUP "${recv_pid[1]}"
	until_true 200 grep -q ended reads.out
	logged 1 'event=disconnect peer=carol outcome="ended by the holder"'
	[ "$(grep -c get asked)" -lt 20 ]
}

# Goal: --most bounds the connections; where each is another peer's, the next
# one waits for its turn.
@test "--most 2: the third waits until one has gone" {
	for peer in carol dave; do
		new_home $peer
		echo "$peer $(id_of $peer) $net.97:1 give=1M" >> b1/peers
	done
	sed -i "s/$net.97:1/-/" b1/peers
	hold 1 --most 2
	sessions_of carol 1
	exec 8>&7
	sessions_of dave 1
	until_true 200 all_taken 2
	serves > third 2>&1 7>&- 8>&- 3>&- &
	third=$!
	others+=("$third")
	sleep 0.7
	kill -0 "$third"
	all_taken 2
	run ! grep 'event=connect peer=alice' b1.log
	exec 7>&- 8>&-
	wait "$third"
}

# Goal: the client pins, too: who answers is asked for its key first.
@test "false servers: HTTP, silence, TLS 1.3, no ALPN, hello and goodbye" {
	new_home mallory
	keys_of b1
	for server in "-tls1_3 -alpn shardkit/1" "-tls1_2" "-tls1_1 -cipher ALL:@SECLEVEL=0"; do
		# shellcheck disable=SC2086 # words
		openssl s_server -accept "$net.1:7117" $server -quiet -cert b1/cert.pem \
			-key b1/key.pem -Verify 1 > theirs 2>&1 < /dev/null 3>&- &
		others[0]=$!
		until_true 100 listens
		run -1 --separate-stderr serves_nothing
		says "peer 'bob1' is not usable"
		kill "${others[0]}"
		wait "${others[0]}" || true
	done
	cat > liar.py <<- 'END'
	import socket, sys
	listener = socket.create_server((sys.argv[1], 7117))
	print("ready", flush=True)
	for answer in (b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(10000), b""):
	    client, _ = listener.accept()
	    client.sendall(answer)
	    client.shutdown(socket.SHUT_WR)
	END
	/usr/bin/python3 liar.py "$net.1" > liar 2>&1 3>&- &
	others[0]=$!
	until_true 200 grep -q ready liar
	for _ in 1 2 3; do
		run -1 --separate-stderr serves_nothing
		says "peer 'bob1' is not usable"
	done
}

# Goal: a holder with the right key that answers nonsense does no harm.
@test "a holder that lies: other bytes, wrong lengths, endless answers" {
	hold 1
	serves
	halt TERM 1
	cat > liar.py <<- 'END'
	import socket, ssl, sys
	from dialogue import *
	bob = Identity("b1")
	made = context(bob, server=True)
	listener = socket.create_server((sys.argv[1], 7117))
	ok = encode({0: 0, 1: b"", 2: 0})
	lies = [
	    b"\xff" * 100, bytes(70000), ok * 50,
	    encode({0: 9, 1: b"", 2: 0}),
	    encode({0: 0, 1: b"x" * 31, 2: 0}),
	    encode({0: 0, 1: b"x" * 33, 2: 0}),
	    encode({0: 0, 1: b"", 2: 2**24 + 1}),
	    encode({0: 0, 1: b"", 2: 5}) + head(5) + b"other",
	    encode({0: 0, 1: b"", 2: 5}) + head(6) + b"others",
	    encode({0: 1, 1: b"\x1b[2Jno\n\x07", 2: 0}),
	    encode({0: 0, 1: b"\xff" * 65536, 2: 0}),
	]
	print("ready", len(lies), flush=True)
	for lie in lies:
	    client, _ = listener.accept()
	    try:
	        tls = made.wrap_socket(client, server_side=True)
	        tls.recv(65536)
	        tls.sendall(ok)
	        while tls.recv(65536):
	            tls.sendall(lie)
	    except (OSError, ssl.SSLError) as error:
	        print(error, flush=True)
	    client.close()
	END
	keys_of b1
	/usr/bin/python3 liar.py "$net.1" > liar 2>&1 3>&- &
	others[0]=$!
	until_true 200 grep -q ready liar
	for _ in $(seq "$(awk '{ print $2 }' liar)"); do
		run --separate-stderr timeout 20 shard-fetch latest
		[ "$status" -ne 0 ] && [ "$status" -lt 124 ] ||
			{ cat liar; echo "exits $status"; return 1; }
		says "peer 'bob1' is not usable: .*(malformed|longer than|CBOR|no)"
		[ -z "$output" ]
		run ! grep -P '[\x00-\x08\x0b-\x1f\x7f]' <<< "$stderr"
	done
}

# Goal: nor does one that lists the same again and again, or too many, or what
# it does not give: it is named and left out, and the other one is enough.
@test "a holder that lists: backwards, the same again, too many, what is not there" {
	new_home b2
	mkdir s2
	echo "alice $(id_of home) $net.99:1 give=100M" > b2/peers
	echo "bob2 $(id_of b2) $net.2:7117" >> home/peers
	hold 1
	hold 2
	shard-split -q -s 1024 -k 1 -n 2 in | timeout 30 shard-send -q > /dev/null
	halt TERM 1
	cat > lister.py <<- 'END'
	import ssl, sys
	from dialogue import *
	from liar import Caller
	bob = Identity("b1")
	listener = socket.create_server((sys.argv[1], 7117))
	number = lambda n: n.to_bytes(32, "big")
	page_of = lambda first: b"".join(number(first + n) for n in range(1000))
	lists = [
	    lambda page: page_of(1)[::-1],
	    lambda page: page_of(1),
	    lambda page: number(7) * 2,
	    lambda page: number(0),
	    lambda page: page_of(1000 * page + 1),
	    lambda page: page_of(1000 * page + 1) if page < 10 else b"",
	]
	print("ready", flush=True)
	for ids in lists:
	    plain, _ = listener.accept()
	    client = Caller(plain, bob)
	    pages = gets = 0
	    try:
	        while True:
	            verb, _, _, asked, *_ = client.item().values()
	            status, body = OK, b""
	            if verb == INFO:
	                body = encode({"free": 2**40, "used": 0})
	            if verb == LIST:
	                body = ids(pages)
	                pages += 1
	            if verb == HAVE:
	                body = b"\1" * (len(asked) // 32)
	            if verb == GET:
	                status = NO
	                gets += 1
	            client.send(encode({0: status, 1: body, 2: 0}))
	    except (EOFError, OSError, ssl.SSLError):
	        pass
	    print(pages, "pages", gets, "gets", flush=True)
	    plain.close()
	END
	keys_of b1
	/usr/bin/python3 lister.py "$net.1" > lister 2>&1 3>&- &
	others[0]=$!
	until_true 200 grep -q ready lister
	for words in 'out of order' 'out of order' 'out of order' 'out of order' \
		'it lists more than 100000' 'as whole that it does not give'; do
		run -0 --separate-stderr timeout 60 shard-fetch -l -o json
		[ "${#lines[@]}" -eq 1 ]
		says "peer 'bob1' is not usable: .*$words"
		run ! says 'gives the snapshot' # it makes nobody doubt the list
	done
	until_true 200 grep -q '^101 pages 0 gets' lister
	until_true 200 grep -q '^11 pages 1[0-9][0-9] gets' lister
}
