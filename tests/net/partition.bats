#!/usr/bin/env bats
# Five holders in network namespaces of their own; two of them are cut off.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

# Holder N lives in the namespace $ns$N at 10.77.0.N, the owner at 10.77.0.9.
setup()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v nft > /dev/null || skip "nftables is not installed"
	ns=sk$BASHPID.
	ip netns add "${ns}9" 2> /dev/null || skip "no namespaces here"
	net_setup 5
	bytes input 153600 > in
	ip -n "${ns}9" link add br0 type bridge mcast_snooping 0
	ip -n "${ns}9" link set br0 up
	ip -n "${ns}9" link set lo up
	ip -n "${ns}9" addr add 10.77.0.9/24 dev br0
	ip netns exec "${ns}9" nft list tables > /dev/null 2>&1 ||
		skip "no nftables in this kernel"
	for n in 1 2 3 4 5; do
		ip netns add "$ns$n"
		ip -n "$ns$n" link set lo up
		ip link add eth0 netns "$ns$n" type veth peer name "v$n" netns "${ns}9"
		ip -n "${ns}9" link set "v$n" master br0 up
		ip -n "$ns$n" addr add "10.77.0.$n/24" dev eth0
		ip -n "$ns$n" link set eth0 up
		sed -i "s|$net.$n:7117|10.77.0.$n:7117|" home/peers
		start_hold "$n" ip netns exec "$ns$n" shard-recv -C "b$n" -d "s$n" \
			-l "10.77.0.$n:7117"
	done
}

teardown()
{
	for n in 1 2 3 4 5 9; do
		ip netns del "$ns$n" 2> /dev/null || true
	done
	net_teardown
}

# cut N ...: what comes from the owner is dropped there, without a word.
cut()
{
	local n
	for n; do
		ip netns exec "$ns$n" nft 'add table inet chaos
			add chain inet chaos in { type filter hook input priority -10; }
			add rule inet chaos in ip saddr 10.77.0.9 drop'
	done
}

# reject N ...: the same, with a reset.
reject()
{
	local n
	for n; do
		ip netns exec "$ns$n" nft 'add table inet chaos
			add chain inet chaos in { type filter hook input priority -10; }
			add rule inet chaos in tcp dport 7117 reject with tcp reset'
	done
}

heal()
{
	local n
	for n; do
		ip netns exec "$ns$n" nft delete table inet chaos
	done
}

inside()
{
	ip netns exec "${ns}9" timeout 200 "$@"
}

send()
{
	shard-split -q -s 1024 in | inside shard-send -o json "$@" > receipts
}

restored()
{
	(
		set -o pipefail
		inside shard-fetch -q latest | shard-join -q > out
	) && cmp in out
}

# Goal: two of five cut off before anything begins: --happy decides, need
# holders restore, and after healing a rerun completes. A peer that is silent
# costs its ten seconds once, not once for each peer.
@test "a partition of two of five, and healing" {
	cut 4 5
	SECONDS=0
	run -0 --separate-stderr send --happy 3
	says "peer 'bob4' is not usable: .*(timed out|no answer)"
	[ "$SECONDS" -lt 19 ]
	[ "$(grep -c '"state":"lost"' receipts)" -eq 2 ]
	heal 4 5
	reject 4 5
	run -1 --separate-stderr send
	says '3 of the 5 peers are usable, 5 are needed'
	restored
	heal 4 5
	reject 1 2
	run -1 inside shard-fetch -q latest
	heal 1 2
	send
	[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
	spread in s?
	whole s?
	reject 1 2
	restored
}

# Goal: the wire breaks in the middle of a send, with resets.
@test "two of five reset during send: --happy 3 completes, 5 is a no" {
	send --happy 3 2> send.err &
	pid=$!
	until_true 200 grep -q event=put b5.log
	reject 4 5
	status=0
	wait "$pid" || status=$?
	cat send.err
	[ "$status" -eq 0 ]
	restored
	heal 4 5
	send
	[ "$(grep -c '"state":"ok"' receipts)" -eq 5 ]
	spread in s?
	whole s?
}

# fetch_while HOW: three are enough when two of five go by HOW in the middle.
fetch_while()
{
	send
	inside shard-fetch -q latest > stream &
	pid=$!
	until_true 200 grep -q event=get b5.log
	"$1" 4 5
	wait "$pid"
	shard-join -q < stream | cmp - in
}

# Goal: the same during fetch.
@test "two of five reset during fetch: all bytes come back" {
	fetch_while reject
}

# Goal: silence in the middle of a fetch: the three that are left are enough.
@test "two of five silent during fetch: all bytes come back" {
	fetch_while cut
}

# Goal: silence in the middle ends at the deadlines for an answer, for both of
# them side by side: 30 s for a put, and 60 s more for the commit behind it if
# chance has it that one was answered all till then.
@test "two of five silent during send: the deadline, then --happy 3" {
	send --happy 3 2> send.err &
	pid=$!
	until_true 200 grep -q event=put b5.log
	cut 4 5
	SECONDS=0
	status=0
	wait "$pid" || status=$?
	cat send.err
	echo "took $SECONDS s"
	[ "$status" -eq 0 ]
	[ "$SECONDS" -lt 120 ]
	heal 4 5
	send
	spread in s?
	restored
}
