#!/usr/bin/env bats
# Services on the link, with real responders and bad ones.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # lan.bash and bats set them

load net
load lan

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	lan_setup 3
	new_home home
	: > home/peers
}

teardown()
{
	lan_teardown
}

needs_avahi()
{
	command -v avahi-daemon > /dev/null || skip "avahi-daemon is not installed"
}

# wrong N KIND ...: a responder on host N that is not what it should be.
wrong()
{
	leave "$1" /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" respond \
		"${@:2}" > ready
	until_true 100 grep -q ready ready
}

# twelve HOST: the endpoints of its twelve services, in both families.
twelve()
{
	local i
	for i in $(seq 7443 7454); do
		echo "10.77.0.$1:$i"
		echo "[fd77::$1]:$i"
	done | sort
}

# Goal: nothing is found where nothing is, and that is no fault.
@test "an empty link" {
	run -0 --separate-stderr seen_by 1
	[ -z "$output" ]
	ip -n "${lan}0" link add br1 type bridge
	plug 1 eth2 br1
	ip -n "${lan}1" addr add 10.78.0.1/24 dev eth2
	run -0 --separate-stderr on 1 peer-find -C home --no-cache -w 300
	says 'nobody has answered; asked: mdns on (eth0 eth2|eth2 eth0)$'
	says 'hint: holders are heard that run shard-recv --announce'
	run -0 --separate-stderr on 1 peer-find -C home --no-cache -i eth1
	says "there is no interface 'eth1' that is up and has an address"
}

# Goal: what is malformed is passed over, and hides nobody.
@test "malformed packets" {
	needs_avahi
	avahi 2 box 1
	wrong 3 malformed
	seen_by 1 > found
	grep -x '10.77.0.2:7443' found
	grep -x '\[fd77::2\]:7443' found
}

# Goal: what was sent from off the link is not heeded.
@test "a sender off the link" {
	wrong 3 off-link
	[ "$(seen_by 1)" = 10.77.0.3:7117 ]
}

# Goal: a packet has 9000 bytes at most; of a longer one nothing is taken.
@test "packets of 9000 bytes, and of one more" {
	wrong 3 large 9000
	[ "$(seen_by 1)" = 10.77.0.3:7117 ]
	kill "$left"
	wrong 2 large 9001
	[ -z "$(seen_by 1)" ]
}

# Goal: whoever can be heard in one way only is found: both queries go out, by
# both families, and what is lost is asked for again, without those known.
@test "both queries by both families, and the full one again" {
	leave 3 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" listen 60 > asked
	until_true 100 grep -q ready asked
	for _ in 1 2 3; do # an answer may be later than the second question
		[ "$(seen_by 1)" = 10.77.0.3:7117 ]
		! grep -qx '6 group 1' asked || break
	done
	cat asked
	[ "$(grep -v ready asked | sort -u)" = "$(printf '%s\n' '4 group 0' \
		'4 group 1' '4 legacy 0' '6 group 0' '6 group 1' '6 legacy 0')" ]
}

# Goal: where the port of multicast DNS is another's, the legacy way is left.
@test "a port that is not to be had" {
	leave 1 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" seize > seized
	wrong 3 legacy
	until_true 100 grep -q ready seized
	on 1 peer-find -v -C home -o text --no-cache > found 2> said
	grep '	10.77.0.3:7117	mdns' found
	grep "cannot take part in multicast DNS on 'eth0': Address" said
}

# in_group N LINK: whether somebody on host N is in the group on that link.
in_group()
{
	ip -n "$lan$1" maddr show dev "$2" | grep -q 224.0.0.251
}

# Goal: who is at the other end of a tunnel is asked if it is named, only.
@test "a link from point to point" {
	ip -n "${lan}1" tuntap add dev tun0 mode tun || skip "no tun here"
	ip -n "${lan}1" addr add 10.79.0.1/24 dev tun0
	ip -n "${lan}1" link set tun0 up
	leave 1 peer-find -q -C home --no-cache -W > watched
	until_true 100 in_group 1 eth0
	run ! in_group 1 tun0
	leave 1 peer-find -q -C home --no-cache -W -i tun0 > watched
	until_true 100 in_group 1 tun0
}

# in_use N: what processes and sockets there are on host N.
in_use()
{
	ip netns pids "$lan$1"
	ip netns exec "$lan$1" ss -Huanp
}

unused()
{
	[ -z "$(in_use "$1")" ]
}

# Whether somebody on host N is in the group.
listens()
{
	in_use "$1" | grep -q 224.0.0.251
}

# Goal: nothing is resident, however it ends.
@test "no process and no socket stays behind" {
	command -v ss > /dev/null || skip "ss is not installed"
	local how
	unused 1
	on 1 peer-find -q -C home --no-cache -w 300 > found
	unused 1
	for how in TERM KILL; do
		leave 1 peer-find -q -C home --no-cache -W -e 'sleep 1000; true' > watched
		until_true 100 listens 1
		kill -s "$how" "$left"
		until_true 100 unused 1 || { in_use 1; return 1; }
	done
}

# Goal: a flood of services costs no more than its cap, in records and memory.
@test "three thousand services" {
	wrong 3 many 3000
	on 1 "${small[@]}" peer-find -q -C home -o text --no-cache > found 2> said
	[ ! -s said ]
	[ "$(wc -l < found)" -gt 500 ]
	[ "$(wc -l < found)" -le 1000 ]
}

# Goal: who answers with the instance alone is asked for the rest.
@test "a responder that says one thing at a time" {
	wrong 3 split
	[ "$(seen_by 1)" = 10.77.0.3:7117 ]
}

# Goal: every service of a host with many is found, by both families.
@test "twelve services on a real Avahi" {
	needs_avahi
	avahi 2 box 12
	seen_by 1 > found
	diff <(twelve 2) found
}

# Goal: a firewall that lets in only what was asked for, and multicast DNS,
# hides nobody (what ufw and firewalld do by default).
@test "a firewall on the host that asks" {
	needs_avahi
	command -v nft > /dev/null || skip "nftables is not installed"
	on 1 nft 'add table inet wall
		add chain inet wall in { type filter hook input priority 0; policy drop; }
		add rule inet wall in ct state established,related accept
		add rule inet wall in icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
		add rule inet wall in ip daddr 224.0.0.251 udp dport 5353 accept
		add rule inet wall in ip6 daddr ff02::fb udp dport 5353 accept' ||
		skip "no nftables in this kernel"
	avahi 2 box 12
	seen_by 1 > found
	diff <(twelve 2) found
}

# Goal: without IPv4 the link-local addresses are found, with their zone.
@test "a link without IPv4" {
	needs_avahi
	for n in 1 2; do
		ip -n "$lan$n" addr flush dev eth0 scope global
	done
	local own
	own=$(ip -n "${lan}2" -6 -o addr show dev eth0 scope link |
		sed 's|.*inet6 \([^/]*\)/.*|\1|')
	avahi 2 box 1
	[ "$(seen_by 1)" = "[$own%eth0]:7443" ]
}

# Goal: both links of a machine are asked, and one is if it is named.
@test "two interfaces" {
	needs_avahi
	ip -n "${lan}0" link add br1 type bridge mcast_snooping 0
	ip -n "${lan}0" link set br1 up
	plug 1 eth1 br1
	ip -n "${lan}1" addr add 10.78.0.1/24 dev eth1
	ip -n "${lan}3" link set eth0 down
	ip -n "${lan}0" link set v3eth0 master br1
	ip -n "${lan}3" addr flush dev eth0
	ip -n "${lan}3" addr add 10.78.0.3/24 dev eth0
	ip -n "${lan}3" link set eth0 up
	avahi 2 near 1
	avahi 3 far 1
	seen_by 1 > found
	grep -x '10.77.0.2:7443' found
	grep -x '10.78.0.3:7443' found
	seen_by 1 -i eth1 > found
	grep -x '10.78.0.3:7443' found
	run ! grep '10.77.0.2' found
}

# Goal: who asks takes nothing from an Avahi on the same machine.
@test "beside Avahi on one machine" {
	needs_avahi
	avahi 1 own 1
	leave 1 peer-find -q -C home -o text --no-cache -W > watched
	until_true 100 grep -q '10.77.0.1:7443' watched
	on 2 /usr/bin/python3 -B "$BATS_TEST_DIRNAME/mdns.py" told own.local \
		10.77.0.1 fd77::1 3 > answered
	printf '%s 3\n' '4 host' '4 legacy' '4 group' '6 host' '6 legacy' \
		'6 group' | diff - answered
}

# Goal: a host that went away without a word is there as long as it has said
# that it would be, and no longer.
@test "a host that is gone without a goodbye" {
	wrong 3 short 3
	leave 1 peer-find -q -C home -o text --no-cache -W > watched
	until_true 100 grep -q '10.77.0.3:7117	mdns' watched
	sleep 4 # what is asked again in time lives on
	run ! grep gone watched
	kill "${lan_pids[0]}"
	until_true 100 grep -q '^-.10.77.0.3:7117.gone' watched ||
		{ cat watched; return 1; }
}

# Goal: whoever watches sees a host come, and go with a goodbye.
@test "a host comes and goes" {
	needs_avahi
	leave 1 peer-find -q -C home -o text --no-cache -W > watched
	avahi 2 box 1
	until_true 100 grep -q '10.77.0.2:7443' watched
	kill "$left"
	until_true 100 grep -q '^-.10.77.0.2:7443.gone' watched ||
		{ cat watched; return 1; }
}
