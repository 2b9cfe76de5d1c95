#!/usr/bin/env bats
# peer-pair(1), made to run: alice accepts what bob, who has a holder, invites.

# shellcheck disable=SC2030,SC2031 # each test has its own holder

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	unset SHARDKIT_HOME
	owner 1 alice
	owner 2 bob
	mkdir bob/store
	# of this test's own part of 127.0.0.0/8: no port that is free now and then taken
	at=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1)).1:7117
	hold bob
}

teardown()
{
	[ -z "$holder" ] || { kill "$holder"; wait "$holder"; } || true
}

# hold WHO: the holder at $at, with a log of its own in ./log.
hold()
{
	: > log
	shard-recv -C "$1" -l "$at" 2>> log 3>&- &
	holder=$!
	logged event=start
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

# logged PATTERN: the holder's log has such a line, or comes to: what concerns a
# connection that has failed is written when the other side knows it already.
logged()
{
	within 30 grep -e "$1" log || { cat log; return 1; }
}

invite()
{
	peer-pair -q -C bob invite -a "$at" "$@"
}

accept()
{
	peer-pair -q -C alice accept -A alice -n bob "$@"
}

# snapshot of what both sides have, to be compared: no locks, no times.
state()
{
	find alice bob -path bob/store -prune -o -type f -print | sort | xargs tail -n +1
	ls -d alice/* bob/*
}

# id OWNER: as a roster line has it.
id()
{
	peer-key -C "$1" show
}

# eve FOLDER: somebody whom nobody knows.
stranger()
{
	peer-key -q -C "$1" new > /dev/null
}

paired()
{
	[ "$(cat bob/peers.d/alice)" = "alice $(id alice) -${1:+ $1}" ]
	[ "$(cat alice/peers.d/bob)" = "bob $(id bob) $at${2:+ $2}" ]
}

@test "invite prints one word that no shell touches, and says until when it is good" {
	run -0 --separate-stderr peer-pair -C bob invite -a host:1
	[[ $output =~ ^shardkit1:[0-9A-Z]{14}(-[0-9A-Z]{14})+$ ]]
	says "for one who connects to 'host:1', once, until 20..-..-.. ..:..:.. UTC"
	run -0 --separate-stderr peer-pair -C bob invite
	says "for one who connects to '$(hostname):7117'"
}

@test "both rosters get a line, stdout has ours, stderr and the log name both ids" {
	invite > token
	run -0 --separate-stderr peer-pair -C alice accept -A alice -n bob token
	[ "$output" = "bob $(id bob) $at" ]
	says "paired with 'bob', where we are 'alice'"
	paired
	logged "event=pair peer=alice id=$(id alice) .*outcome=ok"
}

@test "what one side gives is what the other may store" {
	invite -g 200G | accept -g 5000000
	paired 'store=5000000 give=200G' 'store=200G give=5000000'
}

@test "sizes, site, name and address are as both sides say" {
	invite -g 200G -s 1G -S home -n amy | accept -g 5G -s 7G -S away -a '[::1]:9'
	[ "$(cat bob/peers.d/amy)" = "amy $(id alice) [::1]:9 store=1G give=200G site=\"home\"" ]
	[ "$(cat alice/peers.d/bob)" = \
		"bob $(id bob) $at store=7G give=5G site=\"away\"" ]
}

@test "options may stand before the verb and behind it" {
	peer-pair -q -C bob --give 1G invite -a "$at" > token
	peer-pair -q -C alice -n bob accept -A alice token
	paired give=1G store=1G
}

@test "a pair backs up at once, without a signal to the holder" {
	invite -g 1G | accept
	echo hello | shard-split -C alice -k 1 -n 1 | shard-send -q -C alice
	[ "$(shard-fetch -q -C alice latest | shard-join -C alice)" = hello ]
}

@test "files are 0600 in folders of 0700, whatever the umask" {
	umask 000
	invite > token
	accept token
	for f in alice/peers.d/bob bob/peers.d/alice bob/invites/*; do
		[ "$(stat -c %a "$f")" = 600 ]
	done
	for f in alice/peers.d bob/peers.d bob/invites; do
		[ "$(stat -c %a "$f")" = 700 ]
	done
}

@test "the secret is in no file of the inviter, nor in any log" {
	invite > token
	accept < token
	cut -c 11-80 token | tr -d '\n-' > line
	[ "$(wc -c < line)" -gt 50 ]
	while read -r part; do
		run -1 grep -rF "$part" bob alice log
	done < <(cut -d : -f 2 token | tr - '\n' | sed -n 5,6p)
}

@test "neither argv nor the environment of a waiting accept has the token" {
	invite > token
	mkfifo pipe
	peer-pair -q -C alice accept -A alice -n bob < pipe > /dev/null 3>&- &
	pid=$!
	exec 4> pipe
	within 30 grep -qx peer-pair "/proc/$pid/comm"
	while read -r part; do
		run -1 grep -aF "$part" "/proc/$pid/cmdline" "/proc/$pid/environ"
	done < <(cut -d : -f 2 token | tr - '\n')
	cat token >&4
	wait "$pid"
	paired
}

@test "a token on the command line is refused with a hint, exit 2" {
	invite > token
	state > before
	fails 2 'does not belong on the command line' accept "$(cat token)"
	says 'hint: pipe it in'
	fails 2 'does not belong on the command line' accept "$(tr "[:upper:]" "[:lower:]" < token)"
	diff before <(state)
}

@test "a token is read as people copy it: blanks, lower case" {
	invite > token
	{ printf ' \t'; tr "[:upper:]" "[:lower:]" < token | tr -d '\n'; printf ' \r\nmore\n'; } > typed
	accept typed
	paired
}

@test "a typo is found in its line, exit 2, and nothing is asked" {
	invite > token
	state > before
	token=$(cat token)
	for at in 12 30 50 70; do
		character=${token:at:1}
		other=$([ "$character" = 7 ] && echo 8 || echo 7)
		[ "$character" != - ] || continue
		fails 2 "line $(((at - 10) / 15 + 1)) has a typo" \
			accept <(echo "${token:0:at}$other${token:at + 1}")
	done
	fails 2 'a token begins with' accept <(echo hello)
	fails 2 'a token begins with' accept /dev/null
	fails 2 'the token is cut short' accept <(echo "${token:0:69}")
	fails 2 'the token is not whole: line' accept <(echo "${token:0:60}")
	diff before <(state)
	run -1 grep event=connect log
}

# with_secret TOKEN: the same token with another secret.
with_secret()
{
	/usr/bin/python3 - "$1" <<- 'EOF'
	import sys
	A = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	lines = sys.argv[1].split(":")[1].split("-")
	bits = "".join(f"{A.index(c):05b}" for l in lines for c in l[:13])
	at = 8 * 40
	bits = bits[:at] + ("1" if bits[at] == "0" else "0") + bits[at + 1:]
	out = []
	for n in range(len(lines)):
	    v = [int(bits[65 * n + 5 * i:65 * n + 5 * i + 5], 2) for i in range(13)]
	    s = 0
	    for x in reversed(v):
	        s = (s ^ x) << 1
	        s = s ^ 0x25 if s & 32 else s
	    out.append("".join(A[x] for x in v) + A[s ^ (n + 1) % 32])
	print("shardkit1:" + "-".join(out))
	EOF
}

@test "a wrong secret is a clear no on both sides, exit 1, and changes nothing" {
	invite > token
	state > before
	fails 1 'the token is wrong' accept <(with_secret "$(cat token)")
	diff before <(state)
	logged 'level=warn event=pair .*outcome="the token is wrong'
	accept token
	paired
}

@test "a used token is a clear no on both sides, exit 1, and changes nothing" {
	stranger eve
	invite > token
	invite > other
	accept token
	cp -r eve eve.before
	state > before
	fails 1 'the token is used' peer-pair -C eve accept token
	logged 'event=pair .*outcome="the token is used"'
	diff before <(state)
	rm bob/invites/*
	fails 1 'the token is used, expired or withdrawn' peer-pair -C eve accept other
	logged "event=connect .*is not trusted"
	diff -r eve eve.before
	[ ! -e bob/peers.d/eve ]
}

@test "a late token is a clear no on both sides, exit 1, and changes nothing" {
	invite -e 1s > token
	sleep 1.1
	fails 1 'the token is used, expired or withdrawn' accept token
	invite > other
	state > before
	fails 1 'the token expired at 20' accept token
	diff before <(state)
	logged 'event=pair .*outcome="the token expired at'
}

@test "a fault in the roster of the inviter is told there, not to the guest: exit 4" {
	invite > token
	echo nonsense >> bob/peers
	state > before
	fails 4 'the roster of this holder is faulty' accept token
	# shellcheck disable=SC2154 # bats sets it
	[[ $stderr != *bob/* && $stderr != *nonsense* ]]
	diff before <(state)
	logged "event=roster .*bob/peers.*'nonsense' has no id"
	sed -i '$d' bob/peers
	accept token
}

# locked FOLDER COMMAND: while somebody else has a lock there.
locked()
{
	exec 8< "$1"
	flock -x 8
	"${@:2}" 8<&-
	exec 8<&-
}

# both_stuck WORDS COMMAND ...: with a lock that neither gets, each for 10 s: the
# holder, whose guest hears these words, and the command.
both_stuck()
{
	local pid
	timeout 60 "${@:2}" 2> err 3>&- &
	pid=$!
	fails 4 "this holder cannot $1: see its log" accept token
	[[ $stderr != *bob/* ]]
	status=0
	wait "$pid" || status=$?
	stderr=$(cat err)
	[ "$status" -eq 4 ] || { echo "exit $status: $stderr"; return 1; }
}

@test "a lock that somebody else holds is not waited for without end: exit 4" {
	local stuck="is locked by another program, for 10 s now"
	stranger eve
	invite > token
	peer-pair -q -C eve accept -A eve token
	invite > token
	mkdir -p alice/peers.d
	state > before
	locked bob/invites both_stuck 'get at its invites' peer-pair -q -C bob invite -a host:1
	says "bob/invites' $stuck"
	says 'hint: lslocks'
	logged "event=invites .*bob/invites' $stuck"
	diff before <(state)
	locked bob/peers.d both_stuck 'write its roster' peer-pair -q -C bob remove eve
	says "bob/peers.d' $stuck"
	logged "event=roster .*bob/peers.d' $stuck"
	[ -e bob/peers.d/eve ]
	locked alice/peers.d fails 4 "alice/peers.d' $stuck" timeout 60 \
		peer-pair -q -C alice accept -A alice -n bob token
	accept token
	paired
}

@test "a token that was withdrawn is a no, exit 1" {
	invite > token
	rm bob/invites/*
	fails 1 'used, expired or withdrawn' accept token
}

@test "no invite, no handshake for strangers: they never get to a request" {
	stranger eve
	invite > token
	rm -r bob/invites
	run -1 peer-pair -q -C eve accept token
	run -1 grep event=hello log
}

@test "whoever was invited may only pair" {
	invite > token
	echo "bob $(id bob) $at" > alice/peers
	run -4 shard-fetch -C alice -l
	logged 'event=info .*outcome="you are not in the roster'
	[ -z "$(ls bob/peers.d)" ]
}

@test "two tokens at once make two peers" {
	stranger eve
	invite -n one > token1
	invite -n two > token2
	accept token2
	peer-pair -q -C eve accept token1
	grep -F "$(id alice)" bob/peers.d/two
	grep -F "$(id eve)" bob/peers.d/one
}

@test "of two who use one token at the same moment, one becomes a peer" {
	for n in 1 2 3 4; do
		stranger "eve$n"
	done
	invite > token
	for n in 1 2 3 4; do
		peer-pair -q -C "eve$n" accept token > /dev/null 2>&1 3>&- &
		pids[n]=$!
	done
	yes=0
	for n in 1 2 3 4; do
		wait "${pids[n]}" && yes=$((yes + 1))
	done
	[ "$yes" = 1 ]
	[ "$(ls bob/peers.d | wc -l)" = 1 ]
	[ "$(ls eve?/peers.d/* | wc -l)" = 1 ]
}

@test "the same side may repeat, nobody else, and not after it was removed" {
	stranger eve
	invite > token
	invite > other
	accept token
	state > before
	accept token
	diff before <(state)
	fails 1 'the token is used' peer-pair -C eve accept token
	peer-pair -C bob remove alice
	fails 1 'the token is used, and the peer was removed' accept token
	[ -z "$(ls bob/peers.d)" ]
}

@test "accept killed at any write: run again, both sides have one line" {
	for call in writev fsync rename; do
		for when in 1 2; do
			rm -rf alice/peers.d bob/peers.d/* bob/invites
			invite > token
			faulty "$call:signal=KILL:when=$when" peer-pair -q -C alice \
				accept -A alice -n bob token || true
			accept token
			paired
			[ "$(ls -A alice/peers.d)" = bob ]
		done
	done
}

# died COUNT: so many of the holder's children did, or more.
died()
{
	[ "$(grep -c event=died log)" -ge "$1" ]
}

@test "the holder killed at any write: run again, both sides have one line" {
	for fault in fsync:{1..9} rename:{1..4}; do
		rm -rf alice/peers.d bob/peers.d/* bob/invites
		before=$(grep -c event=died log) || true
		strace -f -qq -o trace -e "inject=${fault%:*}:signal=KILL:when=${fault#*:}" \
			-p "$holder" 3>&- &
		tracer=$!
		within 30 grep -q "TracerPid:.*$tracer" "/proc/$holder/status"
		invite > token
		accept token || true
		[ -e bob/peers.d/alice ] || [ ! -e alice/peers.d/bob ]
		[ ! -e bob/peers.d/alice ] || [ -e alice/peers.d/bob ] ||
			within 30 died $((before + 1))
		kill "$tracer"
		wait "$tracer" || true
		kill -0 "$holder"
		accept token
		paired
		[ "$(cat bob/invites/*[0-9a-f] | grep -c '^done=')" = 1 ]
	done
	within 30 died 8
}

@test "a taken name gets a number, a strange one is made safe" {
	stranger eve
	stranger mallory
	invite | accept
	invite > token
	peer-pair -q -C eve accept -A alice token
	grep -F "$(id eve)" bob/peers.d/alice-2
	fails 2 "is not a name" peer-pair -C eve accept -A '../x' token
	fails 2 "is not a name" peer-pair -C eve accept -A .x token
	fails 1 "the name 'alice' is taken" peer-pair -C bob invite -a h:1 -n alice
}

@test "an address that a roster would read as something else is refused, exit 2" {
	invite > token
	for address in exec:7117 dir:7117 :7117 host 'a b:1' '[::1%x y]:1' 'a,b:1'; do
		fails 2 "'" accept -a "$address" token
		fails 2 "'" peer-pair -C bob invite -a "$address"
	done
	[ ! -e alice/peers.d ]
}

@test "an address of another peer is a no that changes nothing" {
	stranger eve
	invite | accept -a 192.0.2.1:7117
	invite > token
	state > before
	# whose it is, a guest does not learn: else it could ask for all of them
	fails 1 'this holder does not take that address for yours: say another with -a, or none' peer-pair -C eve accept -a 192.0.2.1:7117 token
	run ! grep alice <<< "$stderr"
	logged "event=roster.*the address is that of 'alice'"
	[ ! -e eve/peers.d ]
	diff before <(state)
	peer-pair -q -C eve accept token
}

@test "what is in our own roster stops us before anything is asked" {
	printf 'bob - dir:/x\n' > alice/peers
	invite > token
	state > before
	fails 1 "the name 'bob' is taken" accept token
	says 'hint: another --name; or, if that one has got new keys, first: peer-pair remove bob'
	diff before <(state)
	peer-pair -q -C alice accept -n bob2 token
}

@test "who stands in 'peers' already stays there" {
	printf 'rob %s h:1 give=1G\n' "$(id bob)" > alice/peers
	invite > token
	peer-pair -q -C alice accept token > line
	grep '^rob ' line
	[ ! -e alice/peers.d/rob ]
	fails 1 "'rob' stands in the roster with other sizes" peer-pair -C alice accept -g 2G token
	says "hint: edit line 1 of the file 'peers'"
}

@test "pairing again renews the sizes and keeps the name" {
	invite -g 1G | accept
	invite -g 2G | accept -s 1G
	paired give=2G store=1G
}

@test "remove ends a peer, also one that is connected, with no signal" {
	invite -g 1G | accept
	mkfifo pipe
	shard-split -C alice -k 1 -n 1 < pipe | shard-send -q -C alice > /dev/null 2> err 3>&- &
	pid=$!
	exec 4> pipe
	noise 8000000 >&4
	logged event=put
	peer-pair -C bob remove alice
	noise 8000000 >&4 || true # or nobody reads on
	exec 4>&-
	wait "$pid" && return 1
	logged 'event=disconnect peer=alice outcome="ended by the holder"'
	echo x | shard-split -C alice -k 1 -n 1 > stream
	run -1 shard-send -C alice < stream
}

@test "a peer stays removed when the roster becomes faulty" {
	invite -g 1G | accept
	echo x | shard-split -C alice -k 1 -n 1 > stream
	shard-send -q -C alice < stream
	peer-pair -C bob remove alice
	echo nonsense > bob/peers
	run -1 shard-send -C alice < stream
	logged event=roster
}

@test "a faulty roster leaves the old one in force" {
	invite -g 1G | accept
	echo x | shard-split -C alice -k 1 -n 1 > stream
	shard-send -q -C alice < stream
	sleep 1.1
	echo nonsense > bob/peers
	shard-send -q -C alice < stream
	logged "event=roster .*'nonsense' has no id"
}

@test "remove works though the roster is faulty" {
	invite | accept
	echo nonsense > bob/peers
	peer-pair -C bob remove alice
	[ ! -e bob/peers.d/alice ]
}

@test "remove of who is not paired is exit 1 and says what to do" {
	fails 1 "there is no peer 'x'" peer-pair -C bob remove x
	fails 1 "there is no peer '../identity'" peer-pair -C bob remove ../identity
	printf '\ndisk - dir:/x\n' > bob/peers
	fails 1 "'disk' was not paired: it stands in 'bob/peers'" peer-pair -C bob remove disk
	says 'hint: remove line 2 of that file'
}

@test "nobody there is exit 4, somebody else is exit 3" {
	invite > token
	kill "$holder"
	wait "$holder" || true
	holder=
	fails 4 'cannot connect' accept token
	peer-key -q -C eve new > /dev/null
	mkdir eve/store
	hold eve
	fails 3 'is not trusted' accept token
	[ ! -e alice/peers.d ]
}

@test "our own token is a no, exit 1" {
	invite > token
	fails 1 'this machine made the token' peer-pair -C bob accept token
}

@test "misuse is exit 2" {
	fails 2 'say one of: invite, accept, remove' peer-pair
	fails 2 'say one of' peer-pair forget
	fails 2 'say which peer to remove' peer-pair -C bob remove
	fails 2 "unexpected operand 'x'" peer-pair -C bob invite -a h:1 x
	fails 2 "unexpected operand 'y'" peer-pair -C bob remove x y
	fails 2 "an option does not go with 'remove'" peer-pair -C bob remove -g 1 x
	fails 2 "an option does not go with 'invite'" peer-pair -C bob invite -a h:1 -A x
	fails 2 "an option does not go with 'invite'" peer-pair -C bob invite -p x
	fails 4 "cannot open 'nothing'" accept -p nothing <(invite)
	fails 2 "an option does not go with 'accept'" accept -e 1h /dev/null
	fails 2 "give '0' is not a number" peer-pair -C bob invite -a h:1 -g 0
	fails 2 "expires '1' is not a time" peer-pair -C bob invite -a h:1 -e 1
	fails 2 "expires '32d' is not a time" peer-pair -C bob invite -a h:1 -e 32d
	fails 2 'there is no key file' peer-pair -C nobody invite -a h:1
	fails 4 "cannot open 'none'" accept none
}

@test "a token that cannot be printed is taken back, exit 4" {
	run -4 sh -c 'peer-pair -C bob invite -a h:1 > /dev/full'
	[ -z "$(ls bob/invites)" ]
}
