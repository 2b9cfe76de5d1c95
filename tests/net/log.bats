#!/usr/bin/env bats
# The operations log: one line an event, for people and for machines.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 1
	bytes input 9216 > in
	cat > parse.py <<- 'END'
	import json, re, sys

	def logfmt(line):
	    pairs = {}
	    at = 0
	    pattern = re.compile(r'([a-z]+)=("(?:[^"\\]|\\.)*"|[^ "=]+)(?: |$)')
	    while at < len(line):
	        match = pattern.match(line, at)
	        assert match, (line, at)
	        key, value = match.groups()
	        assert key not in pairs, line
	        pairs[key] = json.loads(value) if value[0] == '"' else value
	        at = match.end()
	    return pairs

	KEYS = {"ts", "level", "event", "peer", "id", "owner", "shard", "bytes",
	        "ms", "outcome"}
	seen = set()
	data = open(sys.argv[1], "rb").read()
	assert data.endswith(b"\n")
	for raw in data[:-1].split(b"\n"):
	    line = raw.decode()
	    assert line.isprintable(), line
	    if line.startswith("shard-recv: "):
	        continue
	    event = json.loads(line) if sys.argv[2] == "json" else logfmt(line)
	    assert set(event) <= KEYS, event
	    assert {"ts", "level", "event", "outcome"} <= set(event), event
	    assert event["level"] in ("error", "warn", "info", "debug")
	    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["ts"])
	    for name in "owner", "shard":
	        assert re.fullmatch("[0-9a-f]{16}", event.get(name, "0" * 16)), event
	    for name in "bytes", "ms":
	        assert str(event.get(name, 1)).isdigit(), event
	    seen.add(event["event"])
	missing = set(sys.argv[3:]) - seen
	assert not missing, f"no event {missing} among {seen}"
	END
}

teardown()
{
	net_teardown
}

# Everything that a holder tells of.
all_of_it()
{
	shard-split -q -s 1024 -k 1 -n 1 in | timeout 20 shard-send -q > /dev/null
	restores in
	timeout 20 shard-drop -q --all 1
	new_home mallory
	python - "$net.1" <<- 'END'
	import socket, sys
	from dialogue import *
	for who in None, Identity("mallory"):
	    try:
	        Client(sys.argv[1], who)
	    except (OSError, AssertionError):
	        pass
	client = Client(sys.argv[1], Identity("home"))
	client.ask(GET, ids=[bytes(32)], owner=bytes(32), size=9)
	client.ask(DROP, body=b"\x1b[2J\n\"\\ \x07nonsense")
	client.ask(PAIR, body=b"\xff\xfe\n\n")
	client.send(b"\xff\xff\x1b[31m\n\n")
	try:
	    client.reply()
	except (EOFError, OSError):
	    pass
	socket.create_connection((sys.argv[1], 7117)).sendall(
	    b"GET /\x1b[2J\r\n\r\nlevel=error event=fake\n")
	END
	echo $'\x1b[2J "quoted" \\ name' >> b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event"*[=:]"*roster'
	halt TERM 1
}

events=(start connect hello info put commit get drop disconnect roster end)

# Goal: logfmt that a parser takes, every event there, nothing injected.
@test "logfmt: every line parses, every event is there" {
	hold 1
	all_of_it
	python parse.py b1.log logfmt "${events[@]}"
	run ! grep -P '[\x00-\x08\x0b-\x1f\x7f]' b1.log
	run ! grep -E '(^|[^"]) ?event=fake' b1.log
}

# Goal: the same as JSON.
@test "json: every line parses, every event is there" {
	hold 1 --log-format json
	all_of_it
	python parse.py b1.log json "${events[@]}"
}

# How many lines an event has, and how many more it would have had: it, who.
lines_and_more()
{
	told=$(grep -cP "event=$1 peer=$2 (?!.*more like it)" b1.log)
	untold=$(grep -oP "event=$1 (peer=$2 )?(bytes=\d+ )?outcome=\"\K[0-9]+(?= more)" b1.log |
		paste -sd+)
	untold=$((untold))
	echo "$1 $2: $told lines, $untold more"
}

# Goal: who is refused over and over fills no disk, and is counted.
@test "a flood of strangers: 60 lines a minute, and how many more there were" {
	hold 1
	new_home mallory
	cat > flood.py <<- 'END'
	import socket, sys
	from dialogue import *
	mallory = Identity("mallory")
	for n in range(150):
	    if n % 2:
	        with socket.create_connection((sys.argv[1], 7117)) as plain:
	            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
	            plain.recv(100)
	        continue
	    try:
	        Client(sys.argv[1], mallory).ask(INFO)
	        sys.exit("let in")
	    except OSError:
	        pass
	END
	python flood.py "$net.1"
	halt TERM 1
	lines_and_more connect '127\S*'
	# a new minute may have begun in between
	[ "$told" -le 120 ]
	[ $((told + untold)) -eq 150 ]
}

# Goal: a peer that asks in a loop, on several connections at once, fills no
# disk either, and all of it is counted; its shards, drops and refusals, and
# what other peers do, have their lines all the same.
@test "a flood by a peer: what costs it nothing has 60 lines a minute" {
	new_home mallory
	echo "mallory $(id_of mallory) - give=1M" >> b1/peers
	hold 1
	cat > flood.py <<- 'END'
	import sys, threading
	from dialogue import *
	shard = bytes(range(256)) * 64
	small = b"small"
	def one(n):
	    client = Client(sys.argv[1], Identity("mallory"))
	    for k in range(100):
	        client.ask(COMMIT)
	        client.ask(GET, ids=[bytes(32)], size=9)
	        client.ask(GET, ids=[tree_root(small)], size=9)
	    if n == 3:
	        client.ask(DROP, body=b"nonsense")
	        for _ in range(70):
	            client.ask(GET, ids=[tree_root(shard)], size=len(shard))
	    client.close()
	client = Client(sys.argv[1], Identity("mallory"))
	client.put(shard)
	client.put(small)
	client.ask(COMMIT)
	client.close()
	four = [threading.Thread(target=one, args=(n,)) for n in range(4)]
	for thread in four: thread.start()
	for thread in four: thread.join()
	alice = Client(sys.argv[1], Identity("home"))
	alice.ask(COMMIT)
	alice.close()
	END
	python flood.py "$net.1"
	logged 1 'event=disconnect peer=alice'
	halt TERM 1
	lines_and_more commit mallory
	[ "$told" -le 120 ]
	[ $((told + untold)) -eq 401 ]
	lines_and_more get mallory
	[ "$(grep -c 'event=get peer=mallory.*not here' b1.log)" -le 120 ]
	[ "$(grep -c 'event=get peer=mallory.*bytes=5 .*ok' b1.log)" -eq 400 ]
	[ "$(grep -c 'event=get peer=mallory.*bytes=16384 .*ok' b1.log)" -eq 70 ]
	[ $((told + untold)) -eq 870 ]
	[ "$(grep -c 'event=put peer=mallory.*ok' b1.log)" -eq 2 ]
	[ "$(grep -c 'event=drop peer=mallory' b1.log)" -eq 1 ]
	[ "$(grep -c 'event=commit peer=alice.*ok' b1.log)" -eq 1 ]
	python parse.py b1.log logfmt commit get put drop
}

# Goal: without a daemon, too: what one connection does is counted at its end.
@test "a flood through exec: and shard-recv -1 is counted" {
	new_home mallory
	echo "mallory $(id_of mallory) - give=1M" >> b1/peers
	cat > once.py <<- 'END'
	import socket, subprocess, sys
	from dialogue import *
	with socket.create_server((sys.argv[1], 7117)) as server:
	    print("ready", flush=True)
	    there = server.accept()[0]
	    with open("b1.log", "wb") as log:
	        subprocess.run(["shard-recv", "-C", "b1", "-d", "s1", "-1"],
	                       stdin=there, stdout=there, stderr=log)
	END
	python once.py "$net.1" > once.out 3>&- &
	once=$!
	until_true 100 grep -q ready once.out
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("mallory"))
	for _ in range(100):
	    client.ask(COMMIT)
	client.close()
	END
	wait "$once"
	lines_and_more commit mallory
	[ "$told" -le 120 ]
	[ "$untold" -gt 0 ] || [ "$told" -gt 60 ]
	[ $((told + untold)) -eq 100 ]
}

# Goal: a name that would need escapes does not get into a roster.
@test "awkward names of peers are refused by the roster" {
	for name in 'a=b' 'a\b' '"a b"' $'a\x1bb'; do
		printf '%s %s %s\n' "$name" "$(id_of home)" "$net.9:1" > b1/peers
		run -2 --separate-stderr timeout 5 shard-recv -C b1 -d s1 \
			-l "$net.1:7117"
		says 'peers:1: '
		run ! grep -P '[\x00-\x08\x0b-\x1f\x7f]' <<< "$stderr"
	done
}

# Goal: neither secrets, nor keys, nor what is stored is ever in a log.
@test "no secret is in the log, on the command line or in the environment" {
	hold 1 --verbose
	all_of_it
	for file in home/secret home/identity b1/secret b1/identity; do
		run ! grep -F "$(tr -d '\n' < "$file")" b1.log
		run ! grep -F "$(cut -c 1-14 "$file")" b1.log
	done
	python - <<- 'END'
	from dialogue import *
	log = open("b1.log").read().lower()
	for folder in "home", "b1":
	    text = open(folder + "/identity").read().strip()
	    scalar = base32_decode(KIND_IDENTITY, text)
	    assert scalar.hex()[:12] not in log
	    assert scalar.hex()[-12:] not in log
	END
}

# Goal: under the journal each line has its priority in front.
@test "priorities under systemd's journal" {
	start_hold 1 env JOURNAL_STREAM=8:1 shard-recv -C b1 -d s1 -l "$net.1:7117"
	: | timeout 5 openssl s_client -connect "$net.1:7117" > /dev/null 2>&1 || true
	logged 1 '^<4>ts=.* level=warn event=connect'
	logged 1 '^<6>ts=.* level=info event=start'
}

# Goal: --quiet leaves what is wrong, nothing else.
@test "--quiet: only what is wrong" {
	shard-recv -q -C b1 -d s1 -l "$net.1:7117" 2> b1.log > /dev/null 3>&- &
	recv_pid[1]=$!
	until_true 200 test -d s1/tmp
	shard-split -q -s 1024 -k 1 -n 1 in | timeout 20 shard-send -q > /dev/null
	: | timeout 5 openssl s_client -connect "$net.1:7117" > /dev/null 2>&1 || true
	logged 1 'level=warn'
	run ! grep -E 'level=(info|debug)' b1.log
}

# Goal: without --verbose, questions are not logged.
@test "have and list are told with --verbose only" {
	hold 1
	shard-split -q -s 1024 -k 1 -n 1 in | timeout 20 shard-send -q > /dev/null
	halt TERM 1
	run ! grep -E 'level=debug' b1.log
	hold 1 --verbose
	restores in
	logged 1 'event=list'
}
