#!/usr/bin/env bats
# The line of README.md that goes from damage to certificate to repaired, typed
# by an owner whose four holders are machines of their own, one of them a liar.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net
load lan

# Holder N is host N, the owner is host 5.
setup()
{
	net_setup 4
	lan_setup 5
	for n in 1 2 3 4; do
		sed -i "s|$net.$n:7117|10.77.0.$n:7117|" home/peers
		echo "alice $(id_of home) 10.77.0.5:1 give=100M" > "b$n/peers"
	done
	for n in 1 2 3 4; do
		grep -v "^bob$n " home/peers >> "b$n/peers"
	done
	bytes input 200000 > in
}

teardown()
{
	lan_teardown
}

# at N [ADDRESS]: holder N on its host.
at()
{
	start_hold "$1" ip netns exec "$lan$1" shard-recv -C "b$1" -d "s$1" \
		-l "${2:-10.77.0.$1}:7117"
}

# liar N: what it votes is not what it has found.
liar()
{
	halt TERM "$1"
	at "$1" 127.0.0.1
	leave "$1" /usr/bin/python3 "$BATS_TEST_DIRNAME/liar.py" "b$1" home \
		"10.77.0.$1" 127.0.0.1 > liar.log
	until_true 100 grep -q listening liar.log
}

# Goal: of four holders one is destroyed, one has flipped bits and one lies; what
# README.md has the owner type, as it stands there, makes all whole.
@test "the line of the README, with a liar among the holders" {
	line=$(sed -n 's/^    alice\$ \(shard-vote -w .*\)/\1/p' \
		"$BATS_TEST_DIRNAME/../../README.md")
	[ "$(wc -l <<< "$line")" -eq 1 ]
	for word in 'shard-vote -w' 'shard-repair today.cert' '&&'; do
		grep -qF -e "$word" <<< "$line"
	done
	for n in 1 2 3 4; do
		at "$n"
	done
	on 5 bash -o pipefail -c 'shard-split -q -s 20000 -k 2 -n 4 in |
		shard-send -q > receipts'

	halt TERM 1
	rm -r s1
	mkdir s1
	at 1
	mapfile -t shard < <(find s2 -path '*/shards/*' -type f -size 20000c)
	flip "${shard[0]}"
	liar 4

	run -0 --separate-stderr on 5 bash -c "$line"
	says 'of 20 shards 6 are bad, 0 silent, 0 undecided'
	says '6 shards are to be rebuilt'
	[ "$(tr '\n' ' ' < liar.log)" = 'listening voted sealed voted sealed ' ]
	shard-vote -o json verify today.cert > rows
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 20 ]
	whole s1 s2 s3 s4
	# what was lost is enough now
	halt TERM 3 4
	on 5 bash -o pipefail -c 'shard-fetch -q latest | shard-join -q > out'
	cmp in out
}
