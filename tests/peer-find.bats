#!/usr/bin/env bats
# peer-find(1), made to run: the roster, programs, the cache. The network is
# in tests/net/find.bats. SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # bats sets stderr and output

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export SHARDKIT_HOME=$PWD/home XDG_CACHE_HOME=$PWD/cache
	owner 1 alice
	owner 2 bob
	alice=$(peer-key -C alice show) bob=$(peer-key -C bob show)
	mkdir home
	printf 'alice %s -\nbob %s -\n' "$alice" "$bob" > home/peers
}

# find OPTION ...: without the network, in text, the same order every time.
find_text()
{
	peer-find -o text --sort key --no-mdns -w 60000 "$@"
}

# list LINE ...: a program that prints these lines.
list()
{
	printf '%s\n' "$@" > list
}

@test "misuse is told" {
	fails 2 "unexpected operand 'x'" peer-find x
	fails 2 "need '0' is not a number from 1" peer-find -n 0
	fails 2 "wait '0' is not a number from 1" peer-find -w 0
	fails 2 "wait '1s' is not a number" peer-find -w 1s
	fails 2 "'xml' is not one of text, json, cbor" peer-find -o xml
	fails 2 "sort 'name' is not 'key'" peer-find --sort name
	echo 'alice x -' > home/peers
	fails 2 "'x' is not an id" peer-find
}

@test "who is missing is named, and makes exit 1" {
	list "$bob	198.41.0.4:7117"
	run -1 --separate-stderr find_text -e 'cat list'
	says '1 of 2 peers of the roster are found'
	[ "${lines[0]}" = "$bob	198.41.0.4:7117	exec	wanted	-	bob" ]
	[ "${lines[1]}" = "$alice	?	static	wanted	-	alice" ]
	[ "${#lines[@]}" -eq 2 ]
	sed -i /alice/d home/peers
	run -0 find_text -e 'cat list'
}

@test "the addresses of the roster are printed, of all kinds of host" {
	echo "bob $bob 127.0.0.1:80,[fe80::1%eth0]:7117,nas.example:7117" > home/peers
	run -0 find_text
	[ "$(cut -f 2,3,6 <<< "$output" | sort)" = "$(printf '%s\tstatic\tbob\n' \
		127.0.0.1:80 '[fe80::1%eth0]:7117' nas.example:7117)" ]
	run -1 --separate-stderr find_text --no-roster
	[ "$output" = "$bob	?	static	wanted	-	bob" ]
	says '0 of 1 peers of the roster are found'
}

# Goal: who is left without an answer is told whom it was asked of, and what to
# do; who has an answer is told nothing.
@test "nobody has answered: what was asked, and what to do" {
	run -1 --separate-stderr find_text
	[ "$stderr" = "peer-find: 0 of 2 peers of the roster are found; nobody has answered; asked: no source
peer-find: hint: leave --no-mdns out, or ask with -d or -e" ]
	run -1 --separate-stderr find_text -q -e true -e 'echo "# none"' -d a..b
	says "; asked: dns 'a..b'; exec 'true'; exec 'echo \"# none\"'\$"
	says 'hint: do these know your holders\?'
	run -1 --separate-stderr find_text -e "echo '$bob 127.0.0.1:7117'"
	says 'nobody has answered with an address that may be dialled; asked: exec'
	run -1 --separate-stderr find_text -C alice -x -n 1
	says '0 of 0 .*; asked: exchange with peers$'
	run -1 --separate-stderr find_text -e "echo '$bob 198.41.0.4:7117'"
	[ "$stderr" = 'peer-find: 1 of 2 peers of the roster are found' ]

	sed -i '/alice/d' home/peers
	run -0 --separate-stderr find_text
	[ -z "$stderr" ] # what was seen a moment ago is an answer
	rm home/peers
	run -0 --separate-stderr find_text -q -C bob -e true
	[ -z "$output$stderr" ]
	run -0 --separate-stderr find_text -C bob -e true
	[ -z "$output" ]
	says "^peer-find: nobody has answered; asked: exec 'true'$"
	says 'hint: do these know'
}

@test "peers that are not looked for: disks, commands, and who comes to us" {
	{
		echo "disk - dir:/mnt/disk"
		echo "alice $alice \"exec:ssh alice shard-recv -1\""
		echo "bob $bob - give=1G"
	} > home/peers
	run -0 --separate-stderr find_text
	[ -z "$output" ]
	echo "bob $bob - give=1G store=1G" > home/peers
	run -1 find_text
}

@test "without a roster all are shown, and nobody is missing" {
	rm -r home
	list "$bob 198.41.0.4:7117" "- 198.41.0.5:7117"
	run -0 find_text -e 'cat list'
	[ "$(cut -f 1,2,4 <<< "$output")" = "-	198.41.0.5:7117	hint
$bob	198.41.0.4:7117	hint" ]
}

@test "text, JSON and CBOR say the same, and each is read again" {
	list "$bob 198.41.0.4:7117" "$alice [2a00::7]:65535"
	find_text -e 'cat list' > text
	[ "$(wc -l < text)" -eq 2 ]
	for style in text json cbor; do
		peer-find --no-mdns --no-cache -o "$style" -e 'cat list' > "out.$style"
		find_text --no-cache -e "cat out.$style" | diff text -
	done
	/usr/bin/python3 -c '
import json, sys
for line in open("out.json"):
    record = json.loads(line)
    assert record["sources"] == "exec" and record["trust"] == 2, record
    assert record["via"] == "cat list" and record["name"] in ("alice", "bob")'
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/cddl.py" \
		"$BATS_TEST_DIRNAME/../lib/format/shardkit.cddl" found-records out.cbor
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/cddl.py" \
		"$BATS_TEST_DIRNAME/../lib/format/shardkit.cddl" found-records \
		cache/shardkit/*/peers.cbor
}

@test "into a pipe it is CBOR" {
	list "$bob 198.41.0.4:7117"
	peer-find --no-mdns -e 'cat list' 2> /dev/null | head -c 1 | od -An -tx1 |
		grep -q 'a[0-9a-f]'
}

@test "programs side by side: one that hangs, fails or prints nonsense costs nothing" {
	list "$bob 198.41.0.4:7117"
	run -0 --separate-stderr peer-find -o text --sort key --no-mdns -w 3000 -v \
		-e "echo '$alice 198.41.0.5:7117'; sleep 1000" -e 'cat list' \
		-e 'exit 3' -e 'echo nonsense' -e "echo '$bob 198.41.0.6:7117'; echo {" \
		-e 'kill -9 $$' -e no-such-command -e 'exec >&-; sleep 1000' \
		-e "printf '\241\000'" < /dev/null
	[ "${#lines[@]}" -eq 3 ] || { echo "$output"; return 1; }
	says 'exit 3: the command failed \(status 3\)'
	says "echo nonsense: 'nonsense' has no address behind it"
	says 'not a JSON object'
	says 'the command failed \(status 137\)'
	says 'no-such-command: the command failed \(status 127\)'
	says 'sleep 1000: not at its end in time'
	says 'a found record is cut short'
}

@test "what a program starts ends with it" {
	mkfifo fifo
	: > pids
	run -1 peer-find -o text --no-mdns -w 300 -e 'echo $$ >> pids; cat fifo'
	within 30 no_more
}

# mute IP PORT: whoever connects there hears nothing, and is kept.
mute()
{
	/usr/bin/python3 -c '
import socket, sys, time
server = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
held = []
while True:
    held.append(server.accept())' "$@" > mute.log 3>&- &
	mute=$!
	within 30 grep -q ready mute.log
}

# Each of them is asked alone, so that none hides behind another's end; that
# timeout(1) had to end it is a status of 124.
@test "--wait is the end of every source, whatever it does" {
	local net=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1)) source
	mute "$net.1" 5300
	echo "alice $alice $net.1:5300" > home/peers
	# shellcheck disable=SC2016 # $$ is that of sh
	for source in 'sleep 1000' 'exec >&-; exec sleep 1000' \
		'trap "" TERM HUP INT; sleep 1000; sleep 1000' 'yes "#"' \
		'yes "" | tr -d "\n"' 'kill -STOP $$' 'sleep 1000 & exit 0' \
		'setsid sh -c "echo \$\$ > pid; exec sleep 300" 2> /dev/null'; do
		run timeout 60 peer-find --no-mdns --no-roster --no-cache -w 300 -e "$source"
		[ "$status" -eq 1 ] || { echo "$source: $output"; return 1; }
	done
	# it has left its group, or was ended before it could
	! within 5 test -s pid || kill "$(cat pid)"
	run timeout 60 peer-find --no-mdns --no-roster --no-cache -w 300 \
		-d backup.test -r "$net.1:5300"
	[ "$status" -eq 1 ]
	run timeout 60 peer-find -C alice --no-mdns --no-cache -w 300 -x
	[ "$status" -eq 0 ]
	echo "bob $bob $net.1:5300" > alice/peers
	run timeout 60 peer-find -C alice -o text --no-mdns --no-cache -w 2000 -x \
		-e 'sleep 1000' -d backup.test -r "$net.1:5300"
	kill "$mute"
	[ "$status" -eq 0 ]
	[[ $output == *"	static	wanted	"* ]]
}

# lines_in FILE N: so many, by now.
lines_in()
{
	[ "$(wc -l < "$1")" -eq "$2" ]
}

# no_more: none of those that have written their number to `pids` runs.
no_more()
{
	local pid
	while read -r pid; do
		! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" || return 1
	done < pids
}

@test "what a program leaves behind ends with it, too" {
	run -1 peer-find -o text --no-mdns -w 60000 \
		-e 'sleep 1000 > /dev/null & echo $! >> pids; echo "- 198.41.0.4:7117"'
	[ "$(wc -l < pids)" -eq 1 ]
	within 30 no_more
	[[ $output == *198.41.0.4* ]]
}

@test "nothing stays behind when a signal ends it, and it dies by that" {
	for signal in INT TERM HUP KILL; do
		: > pids
		# shellcheck disable=SC2016 # $$ is that of sh
		env --default-signal=INT peer-find -o text --no-mdns -w 600000 \
			-e 'echo $$ >> pids; sleep 1000; true' \
			-e 'sleep 1000 & echo $! >> pids; echo $$ >> pids; wait' \
			> out 3>&- &
		within 30 lines_in pids 3
		kill -s "$signal" "$!"
		status=0
		wait "$!" || status=$? # not by run, whose subshell has no such child
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		within 30 no_more
	done
}

@test "a flood is cut at 1000 records, and at 8 of an id" {
	{
		seq -f "$alice 198.41.1.%g:7117" 100
		seq -f "- 198.41.2.1:%g" 2000 5000
	} > flood
	list "$bob 198.41.0.4:7117"
	run -0 --separate-stderr find_text -v -e 'cat flood' -e 'cat list'
	says 'cat flood: more than 1000 records: the rest is not looked at'
	says '92 addresses were passed over: one peer'
	[ "$(grep -c alice <<< "$output")" -eq 8 ]
	[ "$(grep -c bob <<< "$output")" -eq 1 ]
	[ "${#lines[@]}" -eq 909 ]
}

@test "an endless line is given up" {
	run -1 --separate-stderr find_text -e 'yes | tr -d "\n"'
	says 'a line is too long, or not text'
}

@test "addresses that must not be dialled are passed over" {
	for address in 127.0.0.1:7117 '[::1]:7117' 0.0.0.0:7117 224.0.0.251:7117 \
		255.255.255.255:7117 198.41.0.4:22 10.255.255.1:7117 \
		'[fe80::1]:7117' '[fd99::1]:7117' localhost:7117; do
		echo "$bob $address"
	done > forbidden
	run -1 --separate-stderr find_text -v -e 'cat forbidden'
	says '10 addresses were passed over: they are not to be dialled'
	[ "$(cut -f 2 <<< "$output")" = '?
?' ]
}

@test "no program gets a higher trust than a hint by saying so" {
	rm -r home
	list "$bob 198.41.0.4:7117"
	peer-find --no-mdns -e 'cat list' > records
	/usr/bin/python3 - <<- 'END'
	import cbor2
	record = cbor2.loads(open("records", "rb").read())
	record[7] = 1      # the roster says so
	record[8] = 3      # proved
	record[2] = bytes([127, 0, 0, 1])
	with open("forged", "wb") as file:
	    file.write(cbor2.dumps(record, canonical=True))
	    record[2] = bytes([198, 41, 0, 9])
	    file.write(cbor2.dumps(record, canonical=True))
	END
	run -0 find_text --no-cache -e 'cat forged'
	[ "$output" = "$bob	198.41.0.9:7117	exec	hint	-	-" ]
}

@test "--need ends early, and decides about the exit status" {
	list "$bob 198.41.0.4:7117"
	SECONDS=0
	run -0 peer-find -o text --no-mdns -w 60000 -n 1 -e 'cat list; sleep 1000'
	[ "$SECONDS" -lt 30 ]
	run -1 --separate-stderr find_text -n 2 -e 'cat list'
	says '1 of 2 peers'
}

@test "--need does not count what only the roster or the cache says" {
	echo "bob $bob 198.41.0.4:7117" > home/peers
	list "$bob 198.41.0.5:7117"
	run -0 find_text -n 1 -e 'sleep 1; cat list'
	[[ $output == *198.41.0.5* ]]
	run -0 find_text -n 1 -e 'sleep 1; echo "'"$bob"' 198.41.0.6:7117"'
	[[ $output == *198.41.0.6* ]]
}

@test "the cache: what was seen is there when no source is; stale, it is marked" {
	list "$bob 198.41.0.4:7117" "$alice 198.41.0.5:7117"
	find_text -e 'cat list' > /dev/null
	[ "$(stat -c %a cache/shardkit cache/shardkit/* cache/shardkit/*/peers.cbor |
		tr '\n' ' ')" = '700 700 600 ' ]
	run -0 find_text
	[ "$(cut -f 2,3 <<< "$output" | sort)" = "198.41.0.4:7117	cache
198.41.0.5:7117	cache" ]
	age 4000
	run -0 find_text
	[ "$(cut -f 3 <<< "$output")" = "stale
stale" ]
	list "$bob 198.41.0.6:7117"
	run -0 find_text -e 'cat list'
	[ "$(cut -f 2,3 <<< "$output")" = "198.41.0.6:7117	exec
198.41.0.5:7117	stale" ]
	age 700000
	run -1 find_text
	run -1 find_text -e 'cat list'
	run -1 find_text --no-cache
}

# age SECONDS: the cache has become so old.
age()
{
	/usr/bin/python3 - "$1" <<- 'END'
	import cbor2, glob, io, sys
	path, = glob.glob("cache/shardkit/*/peers.cbor")
	data = io.BytesIO(open(path, "rb").read())
	out = b""
	while data.tell() < len(data.getvalue()):
	    record = cbor2.load(data)
	    record[9] -= int(sys.argv[1])
	    out += cbor2.dumps(record, canonical=True)
	open(path, "wb").write(out)
	END
}

@test "each configuration has its own cache" {
	list "$bob 198.41.0.4:7117" "$alice 198.41.0.5:7117"
	find_text -e 'cat list' > /dev/null
	cp home/peers alice
	run -1 find_text -C alice
	! grep -q cache <<< "$output" || return 1
	sed -i /bob/d alice/peers
	list "$alice 198.41.0.6:7117"
	run -0 find_text -C alice -e 'cat list'
	run -0 find_text
	[ "$(cut -f 2,3 <<< "$output" | sort)" = "198.41.0.4:7117	cache
198.41.0.5:7117	cache" ]
	run -0 find_text -C ./alice/../alice
	[ "$(cut -f 2,3 <<< "$output")" = "198.41.0.6:7117	cache" ]
}

@test "a cache that cannot be read or written is no failure" {
	list "$bob 198.41.0.4:7117" "$alice 198.41.0.5:7117"
	find_text -e 'cat list' > /dev/null
	echo nonsense > cache/shardkit/*/peers.cbor
	run -0 --separate-stderr find_text -e 'cat list'
	says "peers.cbor': 'nonsense' has no address"
	run -0 --separate-stderr find_text
	[ -z "$stderr" ]
	rm -r cache
	echo > cache
	run -0 --separate-stderr find_text -e 'cat list'
	[ -z "$stderr" ]
	run -0 env -u HOME -u XDG_CACHE_HOME SHARDKIT_HOME="$PWD/home" \
		peer-find --no-mdns -o text -e 'cat list'
}

@test "readers of the cache see whole files while it is written" {
	list "$bob 198.41.0.4:7117" "$alice 198.41.0.5:7117"
	find_text -e 'cat list' > /dev/null
	for _ in 1 2 3 4 5 6; do
		(for _ in 1 2 3 4 5; do
			find_text -e 'cat list' > /dev/null 2>> errors || echo failed >> errors
		done) &
	done
	for _ in $(seq 40); do
		run -0 --separate-stderr find_text
		[ -z "$stderr" ]
		[ "${#lines[@]}" -eq 2 ]
	done
	wait
	[ ! -s errors ] || { cat errors; return 1; }
}

@test "stdout that is full or closed is a failure" {
	list "$bob 198.41.0.4:7117" "$alice 198.41.0.5:7117"
	run -4 bash -c 'peer-find --no-mdns -e "cat list" > /dev/full'
	run -4 bash -c 'peer-find --no-mdns -e "cat list" >&-'
}

@test "misuse of options that go together" {
	fails 2 'watch goes with neither' peer-find -p -W
	fails 2 'resolver needs --dns' peer-find -r 127.0.0.1
	fails 2 'emit needs --address' peer-find -E avahi
	fails 2 'address needs --emit or --exchange' peer-find -a h:1
	fails 2 'watch goes with neither' peer-find -x -W
	fails 2 "an address record needs an ip, and 'h' is none" \
		peer-find -C alice -x -a h:1 --no-mdns
	fails 2 "'bind' is not one of avahi, dnssd, zone, serf, k8s" \
		peer-find -C alice -E bind -a h:1
	fails 2 "a zone needs a host: ':1' has none" peer-find -C alice -E zone -a :1
	fails 2 "not of the form host:port" peer-find -C alice -E zone -a h
	fails 2 'there is no key file' peer-find -E zone -a h:1
	fails 2 'there is no key file' peer-find --no-mdns -p
}

@test "--emit: each snippet has the id and the port, and no name of this machine" {
	for kind in avahi dnssd zone serf k8s; do
		peer-find -C alice -E "$kind" -a 198.41.0.4:7199 > snippet
		grep -q "$alice" snippet
		grep -q 7199 snippet
		! grep -qi -e "$(hostname)" -e "$(id -un)@" snippet || return 1
	done
	peer-find -C alice -E avahi -a :7199 | /usr/bin/python3 -c '
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.read())
assert root.find("service/type").text == "_shardkit._tcp"'
	run -0 peer-find -C alice -E zone -a '[2001:db8::7]:7199'
	[[ ${lines[0]} == "shardkit-"*" 3600 IN AAAA 2001:db8::7" ]]
	run -0 peer-find -C alice -E zone -a nas.example:7199
	[ "${lines[0]}" = "_shardkit._tcp 3600 IN SRV 0 0 7199 nas.example." ]
	[[ ${lines[1]} == 'nas.example. 3600 IN TXT "txtvers=1" "id='* ]]
}

# within SECONDS COMMAND: it succeeds before that.
within()
{
	for ((i = 0; i < 20 * $1; i++)); do
		"${@:2}" && return
		sleep 0.05
	done
	echo "not within $1 s: ${*:2}"
	return 1
}

@test "--watch: what is new, what says more, and what is gone" {
	list "$bob 198.41.0.4:7117"
	peer-find -o text --no-mdns --no-cache -W -e 'cat list' -e 'cat more 2> /dev/null' \
		> out 3>&- &
	watcher=$!
	within 30 grep -q "^$bob	198.41.0.4:7117	exec	wanted	-	bob$" out
	[ "$(grep -c '?' out)" -eq 2 ]
	echo "$alice 198.41.0.5:7117" > list
	within 30 grep -q "^$alice	198.41.0.5:7117	exec" out
	within 30 grep -q "^$bob	198.41.0.4:7117	gone" out
	kill "$watcher"
	status=0
	wait "$watcher" || status=$?
	[ "$(wc -l < out)" -eq 5 ]
}

# Goal: who adds up what is printed has what there is: no more than is heeded.
@test "--watch: what gives way to another is gone" {
	seq -f "$bob 198.41.1.%g:7117" 60 > list
	peer-find -o text --no-mdns --no-cache -W -e 'cat list; echo "- 198.41.0.9:7117"' \
		> out 3>&- &
	watcher=$!
	within 30 grep -q "^-	198.41.0.9:7117	exec" out
	kill "$watcher"
	wait "$watcher" || true
	[ "$(grep -c "^$bob	.*	gone	" out)" -gt 0 ]
	[ "$(awk '$1 == bob && $3 == "exec" { there[$2] = 1 }
		$1 == bob && $3 == "gone" { delete there[$2] }
		END { for (i in there) n++; print n }' bob="$bob" out)" -eq 8 ]
}

# fake NAME TEXT: a program that prints this, and notes what it was asked.
fake()
{
	mkdir -p bin
	printf '%s\n' "$2" > "bin/$1.text"
	printf '#!/bin/sh\necho "$@" > %q\ncat %q\n' "$PWD/asked" \
		"$PWD/bin/$1.text" > "bin/$1"
	chmod +x "bin/$1"
}

@test "contrib/find: serf, etcd and kubectl" {
	command -v jq > /dev/null || skip "jq is not installed"
	filters=$BATS_TEST_DIRNAME/../contrib/find
	fake serf '{"members": [
		{"addr": "198.41.0.4:7946", "tags": {"id": "'"$alice"'", "port": "7117"}},
		{"addr": "[2a00::1]:7946", "tags": {"id": "'"$bob"'", "port": "7118"}},
		{"addr": "198.41.0.6:7946", "tags": {}}]}'
	fake etcdctl "shardkit/peers/$alice
198.41.0.4:7117
shardkit/peers/$bob
[2a00::1]:7118"
	fake kubectl '{"items": [
		{"metadata": {"annotations": {"shardkit/id": "'"$alice"'"}},
		 "status": {"podIP": "198.41.0.4", "conditions": [
			{"type": "Ready", "status": "True"}]}},
		{"metadata": {"annotations": {"shardkit/id": "'"$bob"'", "shardkit/port": "7118"}},
		 "status": {"podIP": "2a00::1", "conditions": [
			{"type": "Ready", "status": "True"}]}},
		{"metadata": {"annotations": {"shardkit/id": "'"$bob"'"}},
		 "status": {"podIP": "198.41.0.9", "conditions": [
			{"type": "Ready", "status": "False"}]}},
		{"metadata": {}, "status": {"podIP": "198.41.0.8"}}]}'
	for filter in serf etcd kubectl; do
		PATH=$PWD/bin:$PATH run -0 find_text --no-cache -e "$filters/$filter"
		[ "$(cut -f 1,2 <<< "$output" | sort)" = "$(printf '%s\t%s\n' \
			"$alice" 198.41.0.4:7117 "$bob" '[2a00::1]:7118' | sort)" ] ||
			{ echo "$filter: $output"; return 1; }
	done
	PATH=$PWD/bin:$PATH "$filters/serf" -rpc-addr=198.41.0.1:7373 > /dev/null
	[ "$(cat asked)" = 'members -status=alive -format=json -rpc-addr=198.41.0.1:7373' ]
}
