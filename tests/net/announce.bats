#!/usr/bin/env bats
# shard-recv --announce: a holder that is found on its links.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash, lan.bash and bats set them
# shellcheck disable=SC2034,SC2094 # net.bash uses them; json is a file

load net
load lan

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export SHARDKIT_HOME=$PWD/home
	lan_setup 3
	recv_pid=()
	others=()
	new_home home
	new_home b2
	mkdir s2
	: > home/peers
	: > b2/peers
	id=$(id_of b2)
	prefix=${id:0:8}
}

teardown()
{
	lan_teardown
}

# announced [IFACE]: by both families, each of which takes its own time.
announced()
{
	[ "$(grep -c "event=announce peer=${1-eth0} outcome=ok" b2.log)" -ge 2 ]
}

# announce [IFACES [OPTION ...]]: a holder on host 2, announced on eth0 or on
# these.
announce()
{
	start_hold 2 ip netns exec "${lan}2" shard-recv -C b2 -d s2 -l :7117 \
		-a "${1-eth0}" "${@:2}"
	until_true 100 announced || { cat b2.log; return 1; }
}

# finds N [OPTION of peer-find]: the addresses of the holder that it finds.
finds()
{
	on "$1" peer-find -q -o text --no-cache --no-roster "${@:2}" |
		awk -v id="$id" '$1 == id { print $2 }' | sort
}

not_found()
{
	[ -z "$(finds "$1" -w 500)" ]
}

# asks KIND: how host 2 answers one that asks from host 3.
asks()
{
	on 3 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" ask "$1" \
		10.77.0.2 "${2-1.5}"
}

# Goal: what cannot be announced is refused before anything begins.
@test "interfaces that are none" {
	run -2 --separate-stderr shard-recv -C b2 -d s2 -l :7117 -a nowhere
	says "there is no interface 'nowhere'"
	run -2 --separate-stderr shard-recv -C b2 -d s2 -l :7117 -a ,
	says 'names no interface'
	run -2 --separate-stderr shard-recv -C b2 -d s2 -l :7117 \
		-a "lo$(printf ',%.0s' {1..1022})x"
	says '--announce is too long'
	run -2 --separate-stderr shard-recv -C b2 -d s2 -1 -a lo
	says 'does not go with -1'
	run -2 --separate-stderr shard-recv -C b2 -d s2 -l :7117 -i
	says '--alias needs --announce'
}

# Goal: the unit leaves what --announce needs; without it the message says so.
@test "with the address families of shard-recv.service" {
	start_hold 2 ip netns exec "${lan}2" /usr/bin/python3 \
		"$BATS_TEST_DIRNAME/families.py" \
		"$BATS_TEST_DIRNAME/../../contrib/systemd/shard-recv.service" \
		shard-recv -C b2 -d s2 -l :7117 -a eth0
	logged 2 'event=announce peer=eth0 outcome=ok'
	halt TERM 2
	[ -z "${SAN-}" ] || return 0 # glibc looks for interfaces in other ways
	echo 'RestrictAddressFamilies=AF_INET AF_INET6' > unit
	run -4 --separate-stderr ip netns exec "${lan}2" timeout 20 \
		/usr/bin/python3 "$BATS_TEST_DIRNAME/families.py" unit \
		shard-recv -C b2 -d s2 -l :7117 -a lo
	says "cannot look for the interface 'lo': Address family not supported"
}

# Goal: it is found by both families, with its zone, under its id, and gone
# when it has ended; names of the machine are not told; nor does it contest its
# own name where an interface is named twice.
@test "a holder is found, and gone when it ends" {
	announce eth0,eth0
	finds 1 > found
	grep -x '10.77.0.2:7117' found
	grep -x '\[fd77::2\]:7117' found
	grep -x '\[fe80::.*%eth0\]:7117' found
	[ -z "$(finds 1 --no-mdns)" ]
	on 1 peer-find -q -o json --no-cache --no-roster > json
	grep -q "\"host\":\"shardkit-$prefix.local\"" json
	run ! grep -iwF "$(hostname)" json
	leave 1 peer-find -q -o text --no-cache --no-roster -W > watched
	until_true 100 grep -q "^$id.10.77.0.2:7117.mdns" watched
	halt TERM 2
	until_true 100 grep -q "^$id.10.77.0.2:7117.gone" watched
	not_found 1
	[ "$(grep -c event=announce b2.log)" -eq 2 ] # for each family
}

# "${incognito[@]}" COMMAND: on a machine and as a user whose names are
# unmistakable.
# shellcheck disable=SC2016 # $PWD and $@ are those of bash
incognito=(unshare -um bash -ec 'hostname some-machine
	mount --bind passwd /etc/passwd
	export USER=somebody-or-other LOGNAME=somebody-or-other
	[ "$(id -un)" = "$USER" ]
	exec "$@"' bash)

# Goal: nothing that a holder or one who looks for it sends, to the link or to
# each other, has the name of machine or user, or what a roster calls a peer;
# with an alias, not a part of the id either.
@test "no packet tells a name" {
	sed 's/^root:/somebody-or-other:/' /etc/passwd > passwd
	echo "hermit $id - store=1G" > home/peers
	echo "recluse $(id_of home) - give=1G" > b2/peers
	for alias in '' -i; do
		leave 0 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" capture \
			frames > ready
		until_true 100 grep -q ready ready
		start_hold 2 ip netns exec "${lan}2" "${incognito[@]}" \
			shard-recv -C b2 -d s2 -l :7117 -a eth0 $alias
		until_true 100 announced
		on 1 "${incognito[@]}" peer-find -q -o text --no-cache -p -x > found
		grep -q "^$id	10.77.0.2:7117	mdns	proved" found
		halt TERM 2
		kill "$left"
		wait "$left" || true
		tr -d '\0' < frames > seen
		grep -qa _shardkit seen
		# four letters of either case stand in random bytes by chance
		run ! grep -aoiE 'some-machine|somebody|hermit|recluse' seen
		run ! grep -aoF root seen
		if [ "$alias" ]; then
			run ! grep -ai "$prefix" seen
		else
			grep -qai "$prefix" seen
		fi
		rm b2.log ready
	done
}

# alias_of ID DAYS: the alias of that many days from now, computed anew.
alias_of()
{
	PYTHONPATH=$BATS_TEST_DIRNAME/.. /usr/bin/python3 -B -c '
import hashlib, hmac, sys, time
from independent import KIND_ID, base32_decode
day = int(time.time()) // 86400 + int(sys.argv[2])
print(hmac.new(base32_decode(KIND_ID, sys.argv[1]),
               b"shardkit alias %d" % day, hashlib.sha256).hexdigest()[:16])
' "$@"
}

# Goal: with an alias the link learns no id, nor a part of it; who has the id
# in the roster finds the holder all the same, and a stranger does not.
@test "an alias instead of the id" {
	announce eth0 -i
	asks words > words
	alias=$(grep -o 'alias=[0-9a-f]*' words | head -n 1 | cut -d = -f 2)
	for day in -1 0 1; do alias_of "$id" "$day"; done > aliases
	grep -x "$alias" aliases
	grep -q "shardkit-${alias:0:8}" words
	run ! grep -iE "id=|$prefix|$(hostname)" words
	on 1 peer-find -q -o text --no-cache > strange
	grep -q '^-	10.77.0.2:7117	mdns	hint' strange
	run ! grep "$prefix" strange
	echo "bob $id -" > home/peers
	finds 1 > found
	grep -x 10.77.0.2:7117 found
	grep -x '\[fd77::2\]:7117' found
}

# Goal: clocks may be a day apart, and no more; what is no alias is nobody's.
@test "aliases of other days, and what is none" {
	echo "bob $id -" > home/peers
	n=0
	for alias in "$(alias_of "$id" -1)" "$(alias_of "$id" 1)" \
		"$(alias_of "$id" -3)" "$(alias_of "$id" 3)" \
		"$(alias_of "$(id_of home)" 0)" 0123 ''; do
		echo "$((n += 1)) alias=$alias"
	done > texts
	leave 3 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" respond texts \
		texts > ready
	until_true 100 grep -q ready ready
	finds 1 > found
	printf '%s\n' 10.77.0.1:7117 10.77.0.2:7117 | diff - found
}

# Goal: nothing is announced where it was not told to.
@test "only on the interfaces named" {
	ip -n "${lan}0" link add br1 type bridge mcast_snooping 0
	ip -n "${lan}0" link set br1 up
	plug 2 eth1 br1
	ip -n "${lan}2" addr add 10.78.0.2/24 dev eth1
	plug 1 eth1 br1
	ip -n "${lan}1" addr add 10.78.0.1/24 dev eth1
	announce
	[ -n "$(finds 1 -i eth0)" ]
	[ -z "$(finds 1 -i eth1)" ]
	finds 1 > found
	run ! grep 10.78 found
	halt TERM 2
	rm b2.log
	announce eth0,eth1
	until_true 100 announced eth1
	finds 1 -i eth1 | grep -x '10.78.0.2:7117'
}

# Goal: what is not listened on is not announced.
@test "only addresses that are listened on" {
	start_hold 2 ip netns exec "${lan}2" shard-recv -C b2 -d s2 \
		-l 10.77.0.2:7117 -a eth0
	until_true 100 announced
	[ "$(finds 1)" = 10.77.0.2:7117 ]
	halt TERM 2
	start_hold 2 ip netns exec "${lan}2" shard-recv -C b2 -d s2 \
		-l 127.0.0.1:7117 -a eth0
	logged 2 "no address of 'eth0' is listened on"
	not_found 1
}

# Goal: a new address is found instead of the old one, without a restart.
@test "an address that changes" {
	announce
	finds 1 | grep -x '10.77.0.2:7117'
	ip -n "${lan}2" addr del 10.77.0.2/24 dev eth0
	ip -n "${lan}2" addr add 10.77.0.22/24 dev eth0
	moved()
	{
		finds 1 | grep -qx '10.77.0.22:7117'
	}
	until_true 20 moved
	finds 1 > found
	run ! grep -x '10.77.0.2:7117' found
}

# Goal: an interface goes and comes again; the others hear nothing of it.
@test "an interface that goes and comes" {
	ip -n "${lan}0" link add br1 type bridge mcast_snooping 0
	ip -n "${lan}0" link set br1 up
	for n in 1 2; do
		plug "$n" eth1 br1
		ip -n "$lan$n" addr add "10.78.0.$n/24" dev eth1
	done
	announce eth0,eth1
	until_true 100 announced eth1
	leave 1 peer-find -q -o text --no-cache --no-roster -W > watched
	until_true 100 grep -q "	10.77.0.2:7117	mdns" watched
	until_true 100 grep -q "	10.78.0.2:7117	mdns" watched
	: > b2.log
	ip -n "${lan}2" link del eth1
	logged 2 "there is no interface 'eth1' that is up"
	plug 2 eth1 br1
	ip -n "${lan}2" addr add 10.78.0.2/24 dev eth1
	logged 2 'event=announce peer=eth1 outcome=ok'
	back()
	{
		finds 1 -i eth1 | grep -qx '10.78.0.2:7117'
	}
	until_true 20 back
	run ! grep '10.77.0.2:7117	gone' watched
	run ! grep peer=eth0 b2.log
}

# Goal: a link to one other machine, and one that knows no multicast, keep
# nobody from being announced or found on the others.
@test "point-to-point links" {
	[ -c /dev/net/tun ] || skip "no tun here"
	for n in 1 2; do
		ip -n "$lan$n" tuntap add tun0 mode tun
		ip -n "$lan$n" addr add "10.79.0.$n" peer 10.79.0.9 dev tun0
		ip -n "$lan$n" link set tun0 up
		ip -n "$lan$n" tuntap add tun1 mode tun
		ip -n "$lan$n" addr add "10.80.0.$n" peer 10.80.0.9 dev tun1
		ip -n "$lan$n" link set tun1 multicast off up
	done
	announce tun0,tun1,eth0
	finds 1 > found
	grep -x '10.77.0.2:7117' found
	run ! grep -E '10\.(79|80)' found
	finds 1 -i tun1 -i tun0 -i eth0 | grep -x '10.77.0.2:7117'
}

silent()
{
	[ "$(asks "$1" | wc -l)" -eq 0 ]
}

# Goal: questions for others, and from off the link, are not answered; who
# knows us is not told again; who asks often is answered once a second; one
# that cannot hear the group is answered by itself, with its id.
@test "which questions are answered" {
	announce
	until_true 3 silent other # once both announcements are out
	[ "$(asks off-link | wc -l)" -eq 0 ]
	[ "$(asks group | wc -l)" -eq 1 ]
	[ "$(asks known 1 | wc -l)" -eq 0 ]
	began=$SECONDS
	asks often 2 > often
	[ "$(wc -l < often)" -ge 3 ]
	[ "$(wc -l < often)" -le $((SECONDS - began + 2)) ]
	asks legacy > legacy
	[ "$(cut -d ' ' -f 1 legacy)" = 77 ]
}

# Goal: unicast to its port reaches nothing, so nobody can be flooded by it.
@test "nothing answers a single host that is not in the group" {
	command -v dig > /dev/null || skip "dig is not installed"
	announce
	run ! on 1 dig +short +time=1 +tries=1 -p 5353 @10.77.0.2 \
		_shardkit._tcp.local PTR
}

# named NAME: host 2 answers with that name and no other, by both families.
named()
{
	on 1 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" names 1.3 |
		sort -u > names
	printf '%s\n' "4 $1" "6 $1" | cmp -s - names
}

# Goal: where another has the name, even by one family only, it takes the next
# one in both.
@test "a name that is taken" {
	for families in 4 6; do
		leave 3 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" claim \
			"$prefix" 60 "$families" > ready
		until_true 100 grep -q ready ready
		announce
		logged 2 "another host has the name '$prefix._shardkit._tcp.local'"
		until_true 20 named "shardkit-$prefix-2" || { cat names; return 1; }
		halt TERM 2
		kill "$left"
		rm b2.log ready
	done
}

# Goal: beside a real Avahi on the same machine both answer, and whoever asks
# in whatever way; a real browser resolves ours and loses it after the goodbye,
# and nothing else.
@test "beside Avahi, seen by avahi-browse" {
	for program in avahi-daemon avahi-browse dbus-daemon; do
		command -v "$program" > /dev/null ||
			skip "$program is not installed"
	done
	avahi 2 box 12
	avahi 3 other 1 yes
	announce
	bus=/proc/$left/root/run/dbus/system_bus_socket
	# browse PATTERN: how many services with such names it resolves.
	browse()
	{
		DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus \
			on 3 avahi-browse -rtp _shardkit._tcp > browsed
		grep -c "^=;eth0;IPv[46];$1;" browsed
	}
	both_browsed()
	{
		[ "$(browse "$prefix")" -ge 2 ] &&
			grep -E "^=;eth0;IPv4;$prefix;.*;shardkit-$prefix.local;10.77.0.2;7117;.*id=$id" browsed &&
			grep -E '^=;eth0;IPv4;box.*1;.*;box.local;10.77.0.2;7443' browsed
	}
	until_true 20 both_browsed || { cat browsed; return 1; }
	all_found()
	{
		on 1 peer-find -q -o text --no-cache --no-roster > all
		[ "$(grep -c "^$id	.*:7117	" all)" -eq 3 ] &&
			[ "$(grep -cE '	10\.77\.0\.2:74[45][0-9]	' all)" -eq 12 ] &&
			[ "$(grep -cE '	10\.77\.0\.3:7443	' all)" -eq 1 ]
	}
	until_true 10 all_found || { cat all; return 1; }
	on 1 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" told box.local \
		10.77.0.2 fd77::2 3 > answered
	printf '%s 3\n' '4 host' '4 legacy' '4 group' '6 host' '6 legacy' \
		'6 group' | diff - answered
	halt TERM 2
	gone()
	{
		[ "$(browse "$prefix" || true)" -eq 0 ]
	}
	until_true 20 gone
	box_stays()
	{
		[ "$(browse 'box.*')" -ge 12 ]
	}
	until_true 20 box_stays
}

# Goal: a daemon that is killed takes its announcement with it.
@test "a daemon that is killed" {
	announce
	finds 1 | grep -x '10.77.0.2:7117'
	halt KILL 2
	until_true 50 not_found 1
	nobody()
	{
		[ -z "$(ip netns pids "${lan}2")" ]
	}
	until_true 100 nobody
}

# Goal: the process that answers has no key, no file and no listener.
@test "what the announcing process has" {
	announce
	herald=$(children_of "${recv_pid[2]}" | head -n 1)
	find "/proc/$herald/fd" -type l -printf '%l\n' > open
	grep socket open
	run ! grep -F "$PWD/s2" open
	on 2 ss -Htlnp 'sport = 7117' > listening
	grep "pid=${recv_pid[2]}," listening
	run ! grep "pid=$herald," listening
	grep -q 'NoNewPrivs:.*1' "/proc/$herald/status"
}
