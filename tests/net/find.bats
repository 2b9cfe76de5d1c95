#!/usr/bin/env bats
# Peers that are found: machines on a link of their own, and those who lie.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

# Machine 0 is alice's, 1 to 3 hold, 4 is mallory's; all are on one bridge.
setup()
{
	ns=fd$BASHPID
	ip netns add "${ns}9" 2> /dev/null || skip "no namespaces here"
	net_setup 0
	export XDG_CACHE_HOME=$PWD/cache
	ip -n "${ns}9" link add br0 type bridge mcast_snooping 0
	ip -n "${ns}9" link set br0 up
	local n
	for n in 0 1 2 3 4; do
		ip netns add "$ns$n"
		ip -n "$ns$n" link set lo up
		ip link add eth0 netns "$ns$n" type veth peer name "v$n" netns "${ns}9"
		ip -n "${ns}9" link set "v$n" master br0 up
		ip -n "$ns$n" addr add "198.18.7.$((10 + n))/24" dev eth0
		ip -n "$ns$n" link set eth0 up
		ip -n "$ns$n" route add 224.0.0.0/4 dev eth0
	done
	bytes input 18432 > in
}

teardown()
{
	local n
	for n in 0 1 2 3 4 9; do
		ip netns del "$ns$n" 2> /dev/null || true
	done
	net_teardown
}

# on N COMMAND: it runs on machine N.
on()
{
	ip netns exec "$ns$1" timeout 100 "${@:2}"
}

# holder N [OPTION of shard-recv ...]: bob N, of whom alice knows the id only.
holder()
{
	local n=$1
	if [ ! -d "s$n" ]; then
		[ -d "b$n" ] || new_home "b$n"
		mkdir "s$n"
		echo "alice $(id_of home) - give=100M" > "b$n/peers"
		echo "bob$n $(id_of "b$n") -" >> home/peers
	fi
	start_hold "$n" ip netns exec "$ns$n" shard-recv -C "b$n" -d "s$n" -l :7117 \
		"${@:2}"
}

# where N ADDRESS: what a program says of bob N.
where()
{
	printf '%s\t%s\n' "$(id_of "b$1")" "$2"
}

# liar WORDS: mallory's machine answers so.
liar()
{
	ip netns exec "${ns}4" /usr/bin/python3 "$BATS_TEST_DIRNAME/spoof.py" \
		198.18.7.14 "$@" > ready 2> liar.log 3>&- &
	others+=($!)
	until_true 100 grep -q ready ready || { cat liar.log; return 1; }
}

find_text()
{
	on 0 peer-find -o text --sort key "$@"
}

# Goal: peers without an address in the roster are reached by what was found,
# in every tool, by a file and by a pipe.
@test "-p: send, fetch, repair and drop reach peers whose lines have no address" {
	for n in 1 2 3; do
		holder "$n"
		where "$n" "198.18.7.1$n:7117" >> found
	done
	run -2 --separate-stderr on 0 shard-fetch -l
	says 'no peer in the roster has an address'
	says 'hint: peer-find may find them'
	shard-split -q -s 1024 -k 2 -n 3 in > stream
	on 0 shard-send -q -o json -p found stream > receipts
	[ "$(grep -c '"state":"ok"' receipts)" -eq 3 ]
	on 0 bash -c 'shard-fetch -q -p <(cat found) | shard-join -q' | cmp in -
	rm -r s2/*/shards
	on 0 shard-repair -q -o json -p found | grep -q '"lost":0'
	on 0 bash -c "shard-send -q -o json -p <(peer-find --no-mdns -e 'cat found') stream" \
		> receipts
	on 0 shard-drop -q -p found -k 1
	on 0 shard-vote audit -q -o json -p <(cat found) bob2 | grep -q '"bob2"'
	on 0 shard-vote -q -o json -p found | grep -q '"bob3"'
	[ "$(on 0 shard-fetch -l -o json -p found | wc -l)" -eq 1 ]
	grep -v "$(id_of b3)" found > fewer
	run --separate-stderr on 0 shard-fetch -l -o json -p fewer
	says "peer 'bob3' has no address, and was not found"
	run -0 on 0 p2p-health -o text -p <(cat found)
	[[ ${lines[0]} == 'OK  3 of 3 peers up'* ]]
	run -1 on 0 p2p-health -o text -p fewer
	grep -q '^PEER_DOWN  down: bob3 (1 of 3 peers)' <<< "$output"
	grep -q '^bob3 .*it has no address, and was not found' <<< "$output"
	run -3 --separate-stderr on 0 shard-fetch -l -p in
	run -4 --separate-stderr on 0 shard-fetch -l -p nothing
	says "cannot open 'nothing'"
}

# Goal: the backup manager finds such peers in every step, and finds no fault.
@test "p2p-backup: every step with peers whose lines have no address" {
	export XDG_STATE_HOME=$PWD/state
	for n in 1 2 3; do
		holder "$n"
		where "$n" "198.18.7.1$n:7117" >> found
	done
	printf '%s\n' "find = --no-mdns -e 'cat $PWD/found'" 'need = 2' \
		'total = 3' '[files]' "path = $PWD/in" > home/backup.conf
	on 0 p2p-backup -q run
	run -0 on 0 p2p-backup list
	[[ $output == *' files'* ]]
	run -0 on 0 p2p-backup status
	grep -q '^OK  3 of 3 peers up' <<< "$output"
	run -0 on 0 p2p-backup verify
	for n in 1 2 3; do
		grep -q "^bob$n " <<< "$output"
	done
	run -0 on 0 p2p-backup drill
	peer-key -q phrase > sheet
	mv home was
	run -0 on 0 p2p-backup recover --sheet sheet --to all 198.18.7.11:7117 "$(id_of b1)"
	cmp in "all$PWD/in"
}

# Goal: an address that is another's costs time and nothing else.
@test "our peer's id at mallory's address: the backup goes to the peer" {
	holder 1
	new_home b4
	mkdir s4
	echo "alice $(id_of home) - give=100M" > b4/peers
	start_hold 4 ip netns exec "${ns}4" shard-recv -C b4 -d s4 -l :7117
	for address in 198.18.7.14:7117 198.18.7.99:7117 198.18.7.11:7117; do
		where 1 "$address"
	done > found
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 shard-send -q -p found stream > /dev/null
	[ -n "$(shards_in s1)" ]
	[ -z "$(find s4 -type f -path '*/s*/??/*')" ]
	logged 4 'event=connect .*(not trust|certificate|closed)'
}

# Goal: --probe tells the peer from who only has its name, remembers that, and
# leaves a liar alone for a minute.
@test "--probe: the right key is first, a wrong one at the back, and not dialled again" {
	holder 1
	new_home b4
	mkdir s4
	: > b4/peers
	start_hold 4 ip netns exec "${ns}4" shard-recv -C b4 -d s4 -l :7117
	where 1 198.18.7.14:7117 > found
	where 1 198.18.7.11:7117 >> found
	run -0 find_text --no-mdns -p -e 'cat found'
	[ "$(cut -f 2,4 <<< "$output")" = "198.18.7.11:7117	proved
198.18.7.14:7117	wanted" ]
	[[ ${lines[0]} =~ [0-9]\ ms ]]
	logged 4 event=connect # maybe a moment after it was told
	tries=$(grep -c event=connect b4.log)
	[ "$tries" -eq 1 ]
	run -0 find_text --no-mdns -p -e 'cat found'
	[ "$(grep -c event=connect b4.log)" -eq "$tries" ]
	run -0 find_text --no-mdns -e 'cat found'
	[ "$(cut -f 2 <<< "$output")" = "198.18.7.11:7117
198.18.7.14:7117" ]
	halt TERM 1
	run -1 --separate-stderr find_text --no-mdns -p -e 'cat found'
	says '0 of 1 peers of the roster are reached$'
	says 'hint: -v tells why a dial has failed'
}

# Goal: what a backup has learnt of found addresses, the next one begins with.
@test "the address that led to the peer is first next time, the one that did not last" {
	holder 3
	new_home b1
	mkdir s1
	: > b1/peers
	start_hold 1 ip netns exec "${ns}1" shard-recv -C b1 -d s1 -l :7117
	where 3 198.18.7.11:7117 > found
	where 3 198.18.7.13:7117 >> found
	run -0 find_text --no-mdns -e 'cat found'
	[ "$(cut -f 2 <<< "$output")" = "198.18.7.11:7117
198.18.7.13:7117" ]
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 shard-send -q -p <(find_text -q --no-mdns) stream > /dev/null
	logged 1 event=connect
	[ "$(grep -c event=connect b1.log)" -eq 1 ]
	run -0 find_text --no-mdns -e 'cat found'
	[ "$(cut -f 2 <<< "$output")" = "198.18.7.13:7117
198.18.7.11:7117" ]
	on 0 shard-fetch -q -l -p <(find_text -q --no-mdns -e 'cat found') > /dev/null
	[ "$(grep -c event=connect b1.log)" -eq 1 ]
}

# Goal: who does not say its id gets it by the handshake, if it is a peer.
@test "--probe: an endpoint without an id is known by its key; a stranger's stays without" {
	holder 1
	new_home b4
	mkdir s4
	: > b4/peers
	start_hold 4 ip netns exec "${ns}4" shard-recv -C b4 -d s4 -l :7117
	run -0 --separate-stderr find_text --no-mdns -p \
		-e 'echo "- 198.18.7.11:7117"; echo "- 198.18.7.14:7117"'
	[ "$(cut -f 1,2,4 <<< "$output")" = "$(id_of b1)	198.18.7.11:7117	proved
-	198.18.7.14:7117	hint" ]
}

# knocked_at N IP:PORT ...: listen there on machine N, and write to ./knocks
# who is dialled, and when.
knocked_at()
{
	cat > knocked.py <<- 'END'
	import select
	import socket
	import sys
	import time
	listeners = []
	for at in sys.argv[1:]:
	    ip, port = at.split(":")
	    listeners.append(socket.create_server((ip, int(port))))
	print("ready", flush=True)
	while True:
	    for s in select.select(listeners, [], [])[0]:
	        s.accept()
	        print("knocked at", *s.getsockname(), time.time(), flush=True)
	END
	ip netns exec "$ns$1" /usr/bin/python3 knocked.py "${@:2}" > knocks 3>&- &
	others+=($!)
	until_true 100 grep -q ready knocks
}

# mute_at N PORT ...: accept there on machine N and say nothing. ./held has a
# line for each: how many were open at once at most, and how many in all. When
# eight are open and no other comes for a second, or all have come, they end.
mute_at()
{
	cat > mute.py <<- 'END'
	import select
	import socket
	import sys
	listeners = [socket.create_server(("", int(port))) for port in sys.argv[1:]]
	held, most, total = [], 0, 0
	def end_closed():
	    for s in select.select(held, [], [], 0)[0]:
	        try:
	            data = s.recv(65536)
	        except ConnectionError:
	            data = b""
	        if not data:
	            held.remove(s)
	            s.close()
	print("ready", flush=True)
	while True:
	    full = len(held) >= 8 or total == len(listeners)
	    ready = select.select(listeners, [], [], 1 if full else None)[0]
	    for s in held if not ready else ():
	        s.close()
	    held = held if ready else []
	    for s in ready:
	        end_closed()
	        held.append(s.accept()[0])
	        most, total = max(most, len(held)), total + 1
	        print(most, total, flush=True)
	END
	ip netns exec "$ns$1" /usr/bin/python3 mute.py "${@:2}" > held 3>&- &
	others+=($!)
	until_true 100 grep -q ready held
}

# Goal: nobody makes us knock at our own services, or at strangers'.
@test "addresses that are forbidden are never dialled, whoever names them" {
	holder 1
	ip -n "${ns}0" addr add 10.66.0.1/32 dev lo
	knocked_at 0 127.0.0.1:7117 10.66.0.1:7117 198.18.7.10:80
	for address in 127.0.0.1:7117 10.66.0.1:7117 198.18.7.10:80 198.18.7.11:7117; do
		where 1 "$address"
		echo "- $address"
	done > found
	command -v dnsmasq > /dev/null && {
		cat > dns.conf <<- END
		no-resolv
		no-hosts
		bind-interfaces
		listen-address=198.18.7.13
		port=5300
		local=/rebind.test/
		srv-host=_shardkit._tcp.rebind.test,lo.rebind.test,7117,1,1
		srv-host=_shardkit._tcp.rebind.test,inner.rebind.test,7117,1,1
		srv-host=_shardkit._tcp.rebind.test,web.rebind.test,80,1,1
		host-record=lo.rebind.test,127.0.0.1
		host-record=inner.rebind.test,10.66.0.1
		host-record=web.rebind.test,198.18.7.10
		txt-record=_shardkit._tcp.rebind.test,txtvers=1,id=$(id_of b1)
		END
		ip netns exec "${ns}3" dnsmasq -k -C dns.conf > dns.log 2>&1 3>&- &
		others+=($!)
		dns=(-d rebind.test -r 198.18.7.13:5300)
		until_true 100 on 0 bash -c ': < /dev/tcp/198.18.7.13/5300' 2> /dev/null
	}
	run -0 --separate-stderr find_text --no-mdns -v -p -e 'cat found' "${dns[@]}"
	says ' addresses were passed over: they are not to be dialled'
	[ "$(cut -f 2,4 <<< "$output")" = '198.18.7.11:7117	proved' ]
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 shard-send -q -p found stream > /dev/null
	[ "$(cat knocks)" = ready ]
}

# Goal: who names more addresses for our peer than are heeded, and before the
# peer itself does, does not hide it: those that failed give way.
@test "a dozen forged addresses for our peer: the backup arrives in the second run" {
	holder 1
	for port in {7001..7012}; do
		where 1 "198.18.7.14:$port"
	done > found
	where 1 198.18.7.11:7117 >> found
	find_text --no-mdns -p -e 'cat found' > reached ||
		find_text --no-mdns -p -e 'cat found' > reached
	[ "$(head -n 1 reached | cut -f 2,4)" = '198.18.7.11:7117	proved' ]
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 shard-send -q -p reached stream > /dev/null
	[ -n "$(shards_in s1)" ]
}

# Goal: many are dialled side by side, and no more of them than is promised.
@test "--probe: eight dials at once, whatever number of addresses is mute" {
	holder 1
	mute_at 4 {7001..7012}
	for port in {7001..7012}; do
		echo "- 198.18.7.14:$port"
	done > found
	run -1 find_text --no-mdns --no-cache -p -e 'cat found'
	[ "$(tail -n 1 held)" = '8 12' ]
}

# Goal: a network that is not ours is not stormed.
@test "--probe: dials in one network that is not ours are a second apart" {
	holder 1
	for n in 1 2 3; do
		ip -n "${ns}4" addr add "198.41.7.$n/32" dev eth0
		echo "- 198.41.7.$n:7117" >> found
	done
	ip -n "${ns}0" route add 198.41.7.0/24 via 198.18.7.14
	knocked_at 4 198.41.7.{1,2,3}:7117
	began=$EPOCHREALTIME
	run -1 find_text --no-mdns --no-cache -p -e 'cat found'
	[ "$(grep -c 'knocked at' knocks)" -eq 3 ]
	awk -v began="$began" '/knocked/ && $NF < began + n++ { exit 1 }' knocks
}

# pair N: bob N, on a machine of that name, and alice, who finds it by the
# token's id, since nobody here knows where machines of that name are.
pair()
{
	# shellcheck disable=SC2016 # $1 and $PWD are those of sh
	unshare -u sh -c 'hostname "bob$1"
		exec peer-pair -q -C "b$1" invite -g 1G' sh "$1" > token
	# shellcheck disable=SC2016
	on 0 unshare -m bash -c 'mount --bind "$PWD/resolv.conf" /etc/resolv.conf
		exec peer-pair -q accept -p <(peer-find -q -w 2000) token' > /dev/null
	grep -q "^bob$1 $(id_of "b$1") - " "home/peers.d/bob$1"
}

# Goal: a fresh machine on a link with three holders, and on these, types no
# address, not even to pair; and all works again when every holder has another
# one, even where the roster has one that leads nowhere any more.
@test "pair once, then split, send and fetch with what is found, also after all have moved" {
	printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' > resolv.conf
	rm home/peers
	for n in 1 2 3; do
		new_home "b$n"
		mkdir "s$n"
		start_hold "$n" ip netns exec "$ns$n" shard-recv -C "b$n" -d "s$n" \
			-l :7117 --announce eth0
		logged "$n" 'event=announce peer=eth0 outcome=ok'
		pair "$n"
	done
	! grep -r 198 home || return 1
	until_true 100 found_all
	mkdir tree
	cp in tree/one
	on 0 bash -o pipefail -c 'tar -c tree | shard-split -q -k 2 -n 3 |
		shard-send -q -o json -p <(peer-find)' > receipts
	[ "$(grep -c '"state":"ok"' receipts)" -eq 3 ]

	halt TERM 1 2 3
	rm -r cache
	for n in 1 2 3; do
		ip -n "$ns$n" addr flush dev eth0
		ip -n "$ns$n" addr add "198.18.7.$((110 + n))/24" dev eth0
		ip -n "$ns$n" route add 224.0.0.0/4 dev eth0
		start_hold "$n" ip netns exec "$ns$n" shard-recv -C "b$n" -d "s$n" \
			-l :7118 --announce eth0
	done
	sed -i 's/ - / 198.18.7.11:7117 /' home/peers.d/bob1
	until_true 100 found_all
	cp in tree/two
	on 0 bash -o pipefail -c 'tar -c tree | shard-split -q -k 2 -n 3 |
		shard-send -q -o json -p <(peer-find)' > receipts
	[ "$(grep -c '"state":"ok"' receipts)" -eq 3 ]
	mkdir restored
	on 0 bash -o pipefail -c 'shard-fetch -q -p <(peer-find) latest |
		shard-join -q | tar -x -C restored'
	diff -r tree restored/tree
}

found_all()
{
	on 0 peer-find -q -n 3 -o text --no-cache > found 2>&1
}

# Goal: an address that means something on one link only is dialled there.
@test "a link without IPv4: a backup goes to a scoped address" {
	for n in 0 1; do
		ip -n "$ns$n" addr flush dev eth0 scope global
	done
	holder 1 --announce eth0
	until_true 100 on 0 peer-find -q -n 1 -o text --no-cache > found
	[[ $(tail -n 1 found | cut -f 2) == '[fe80::'*'%eth0]:7117' ]]
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 bash -c 'shard-send -q -p <(peer-find -q) stream' > /dev/null
	[ -n "$(shards_in s1)" ]
}

# Goal: a lie on the link with our peer's id costs time only, and a flood
# hides nobody.
@test "mDNS: forged answers for our peer, and a flood of others" {
	holder 1 --announce eth0
	until_true 100 on 0 peer-find -q -n 1 -o text --no-cache > found
	liar "$(id_of b1),198.18.7.99,7117" "$(id_of b1),127.0.0.1,7117" \
		"$(id_of b1),198.18.7.11,22" flood
	find_text --no-cache -v > found 2> err || { cat err; return 1; }
	grep -q "	198.18.7.11:7117	mdns	wanted	" found
	grep -q "	198.18.7.99:7117	mdns	wanted	" found
	grep -q 'are not to be dialled' err
	! grep -qE '127\.0\.0\.1|:22	' found || return 1
	[ "$(wc -l < found)" -le 1001 ]
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 bash -c 'shard-send -q -p <(peer-find -q) stream' > /dev/null
	[ -n "$(shards_in s1)" ]
}

# Goal: a forged goodbye makes nobody unreachable.
@test "mDNS: forged goodbyes: what was found last is still there" {
	holder 1 --announce eth0
	until_true 100 on 0 peer-find -q -n 1 -o text > found
	liar bye
	for options in '' '--no-cache -w 4500'; do # longer than what it spoils
		# shellcheck disable=SC2086 # they are two
		run -0 find_text $options
		[[ $output == *"	198.18.7.11:7117	mdns"* ]]
	done
}

# Goal: whoever says that our peer's addresses are now others costs time only.
@test "mDNS: a forged cache-flush: the peer is still found, and reached" {
	holder 1 --announce eth0
	until_true 100 on 0 peer-find -q -n 1 -o text > found
	liar flush
	find_text --no-cache > found
	grep -q "	198.18.7.11:7117	mdns	wanted	" found
	grep -q "	198.18.7.14:7117	mdns	wanted	" found
	shard-split -q -s 1024 -k 1 -n 1 in > stream
	on 0 shard-send -q -p found stream > /dev/null
	[ -n "$(shards_in s1)" ]
}

# Goal: a holder that comes, and goes with a goodbye, is told at once.
@test "mDNS: --watch sees a holder come and go" {
	new_home b1
	ip netns exec "${ns}0" peer-find -o text -W --no-cache > changes 3>&- &
	others+=($!)
	holder 1 --announce eth0
	until_true 300 grep -q "	198.18.7.11:7117	mdns	" changes
	sleep 3 # it has announced itself twice: now it has something to take back
	halt TERM 1
	until_true 300 grep -q "	198.18.7.11:7117	gone	" changes
}

# ours N [OPTION of peer-find ...]: machine N takes part in the exchange.
ours()
{
	on "$1" peer-find -C "b$1" -q -o text --no-mdns --no-cache -x "${@:2}"
}

# records FOLDER: whose address records are there.
records()
{
	find "$1/addresses" -type f ! -name '*.*' -printf '%f\n'
}

# Goal: a peer of a peer is found by its own signed word, which is told by who
# has reached it, and by nobody else.
@test "exchange: addresses are told by peers, of whom they have reached" {
	for n in 1 2 3; do
		new_home "b$n"
	done
	echo "bob1 $(id_of b1) 198.18.7.11:7117" > home/peers
	for n in 2 3; do
		echo "bob$n $(id_of "b$n") -" >> home/peers
		echo "bob1 $(id_of b1) -" > "b$n/peers"
		mkdir "s$n"
		start_hold "$n" ip netns exec "$ns$n" shard-recv -C "b$n" -d "s$n" -l :7117
		ours "$n" -a "198.18.7.1$n:7117" > out || true
	done
	mkdir s1
	{
		echo "alice $(id_of home) - give=100M"
		echo "bob2 $(id_of b2) 198.18.7.12:7117"
		echo "bob3 $(id_of b3) -"
	} > b1/peers
	start_hold 1 ip netns exec "${ns}1" shard-recv -C b1 -d s1 -l :7117

	# bob1 does not take part: it tells nothing
	run -1 --separate-stderr find_text --no-mdns -x -v
	says "exchange with 'bob1': this holder does not exchange addresses"

	# then it has bob2's word, and its own
	run -1 ours 1 -a 198.18.7.11:7117
	[[ $output == *"$(id_of b2)	198.18.7.12:7117	static,exchange	proved	"*' ms	bob2'* ]]
	for _ in first again; do
		run -1 --separate-stderr find_text --no-mdns --no-cache -x -v
		[[ $output == *"$(id_of b1)	198.18.7.11:7117	static,exchange	proved	"*' ms	bob1'* ]]
		[[ $output == *"$(id_of b2)	198.18.7.12:7117	exchange	wanted	-	bob2"* ]]
		[[ $output == *"$(id_of b3)	?	"* ]]
	done

	# the second time by what it kept, since it was told a moment ago
	says "exchange with 'bob1': the addresses were told less than a minute ago"

	python "$BATS_TEST_DIRNAME/../cddl.py" \
		"$BATS_TEST_DIRNAME/../../lib/format/shardkit.cddl" \
		addresses-document "b1/addresses/$(records b2)"

	# bob3's word alone, without having reached it, is not told
	cp b3/addresses/* b1/addresses
	echo "bob3 $(id_of b3) -" >> b2/peers
	where 1 198.18.7.11:7117 > found
	run -1 ours 2 -e 'cat found'
	[[ $output == *"$(id_of b1)	198.18.7.11:7117	exec,exchange	proved	"* ]]
	[[ $output == *"$(id_of b3)	?	"* ]]
}

# Goal: whoever names addresses cannot have us knock at a network by asking
# for others: the plan of dials holds, and who failed has a rest.
@test "exchange: few dials in one network, and none again of who failed" {
	local n
	for n in 1 2 3 4 5 6 7 8; do
		ip -n "${ns}4" addr add "198.41.7.$n/32" dev eth0
		new_home "b$n"
		echo "bob$n $(id_of "b$n") -" >> home/peers
		where "$n" "198.41.7.$n:7117" >> found
	done
	ip -n "${ns}0" route add 198.41.7.0/24 via 198.18.7.14
	knocked_at 4 198.41.7.{1,2,3,4,5,6,7,8}:7117
	run -0 find_text --no-mdns -w 2500 -x -e 'cat found'
	n=$(grep -c 'knocked at' knocks)
	[ "$n" -ge 1 ] && [ "$n" -le 3 ]
	[ "$(grep -c '	wanted	' <<< "$output")" -eq 8 ]
	run -0 find_text --no-mdns -w 2500 -x -e 'cat found'
	[ "$(grep -c 'knocked at' knocks)" -gt "$n" ]
	[ -z "$(cut -d ' ' -f 1-4 knocks | sort | uniq -d)" ]
}

# Goal: what is forged, is a stranger's, or forbidden, is not taken.
@test "exchange: forged records, strangers', and addresses that are forbidden" {
	for n in 1 2 3; do
		new_home "b$n"
	done
	new_home mallory
	echo "bob1 $(id_of b1) 198.18.7.11:7117" > home/peers
	echo "bob2 $(id_of b2) -" >> home/peers
	echo "bob3 $(id_of b3) -" >> home/peers
	mkdir s1
	echo "alice $(id_of home) - give=100M" > b1/peers
	: > b2/peers
	: > b3/peers
	: > mallory/peers
	start_hold 1 ip netns exec "${ns}1" shard-recv -C b1 -d s1 -l :7117
	ours 1 -a 198.18.7.11:7117 > out || true
	peer-find -C b2 -q --no-mdns --no-cache -x -a 127.0.0.1:7117 > out
	peer-find -C b3 -q --no-mdns --no-cache -x -a 198.41.0.3:7117 > out
	peer-find -C mallory -q --no-mdns --no-cache -x -a 198.41.0.4:7117 > out
	cp b[23]/addresses/* mallory/addresses/* b1/addresses
	flip "b1/addresses/$(records b3)"
	for record in $(records b1); do
		touch "b1/addresses/$record.reached"
	done
	run -1 --separate-stderr find_text --no-mdns -x -v
	says '1 addresses were passed over: they are not to be dialled'
	[ "$(cut -f 2 <<< "$output")" = '198.18.7.11:7117
?
?' ]
	[ "$(records home | wc -l)" -eq 2 ]
}

# failed N: serf says so of machine N.
failed()
{
	on 0 serf members -status=failed | grep -q "^n$1 "
}

# Goal: a cluster that runs anyway says who is there, and a cut link shows
# within seconds: to the cluster, then to who watches.
@test "serf: its members are found; one that is cut off is gone" {
	command -v serf > /dev/null || skip "serf is not installed"
	command -v jq > /dev/null || skip "jq is not installed"
	for n in 0 1 2; do
		[ "$n" -eq 0 ] || new_home "b$n"
		tags=()
		[ "$n" -eq 0 ] || tags=(-tag "id=$(id_of "b$n")" -tag port=7117)
		ip netns exec "$ns$n" serf agent -node="n$n" "${tags[@]}" \
			-profile=local -bind="198.18.7.1$n:7946" -rpc-addr=127.0.0.1:7373 \
			> "serf$n.log" 2>&1 3>&- &
		others+=($!)
		[ "$n" -eq 0 ] || echo "bob$n $(id_of "b$n") -" >> home/peers
	done
	filter=$BATS_TEST_DIRNAME/../../contrib/find/serf
	for n in 1 2; do # of two at once it is content with one
		until_true 200 on 0 serf join "198.18.7.1$n" >> joined.log 2>&1
	done
	until_true 200 on 0 peer-find -q -n 2 -o text --no-mdns -e "$filter" > out
	ip netns exec "${ns}0" peer-find -o text -W --no-mdns -e "$filter" \
		> changes 3>&- &
	others+=($!)
	until_true 300 grep -q "	198.18.7.12:7117	.*bob2" changes
	ip -n "${ns}2" link set eth0 down
	until_true 200 failed 2
	until_true 200 grep -q "	198.18.7.12:7117	gone	.*bob2" changes
	! grep -q "198.18.7.11:7117	gone" changes || return 1
}
