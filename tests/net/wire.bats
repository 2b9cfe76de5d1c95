#!/usr/bin/env bats
# A machine in the middle of the wire: an error or a right result, never a
# wrong byte stored or restored. Flipped at every place of a short dialogue:
# tests/unit/serve_tampered.c. SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

# One holder, all shards on it, reached through the proxy alone.
setup()
{
	net_setup 1
	bytes input 9216 > in
	hold 1
	proxy
}

teardown()
{
	net_teardown
}

# proxy [OPTION ...]: between $net.60 and holder 1; the plan is in ./plan.
proxy()
{
	proxy_at "$net.60" "$@"
}

# proxy_at ADDRESS [OPTION ...]: the same; ./home knows the holder by it.
proxy_at()
{
	rm -f proxy.log
	/usr/bin/python3 "$BATS_TEST_DIRNAME/proxy.py" "${@:2}" "$1" "$net.1" \
		plan 2> proxy.log 3>&- &
	others+=($!)
	until_true 200 grep -q ready proxy.log
	sed -i "s|$net.1:7117|$1:7117|" home/peers
}

send()
{
	shard-split -q -s 1024 -k 1 -n 1 in | timeout "${patience-1.5}" \
		shard-send -q 2> send.err > /dev/null
}

# fetch: what comes out is the input, or stops at the end of a stripe.
fetch()
{
	local both
	timeout "${patience-1.5}" shard-fetch -q latest 2> fetch.err | shard-join -q \
		> out 2> join.err
	both=${PIPESTATUS[*]}
	if [ "$both" = "0 0" ]; then
		cmp in out || exit 99
		return 0
	fi
	cmp -s -n "$(stat -c %s out)" in out || exit 99
	[ $(($(stat -c %s out) % 1024)) -eq 0 ] || exit 99
	return 1
}

# offsets SEED SIZE COUNT: half of them where the handshake is.
offsets()
{
	/usr/bin/python3 -c '
import random, sys
seed, size, count = map(int, sys.argv[1:])
random.seed(seed)
for i in range(count):
    print(random.randrange(min(size, 900) if i % 2 else size))
' "$@"
}

# passed: how much the last connection carried, up and down.
passed()
{
	tail -n 1 proxy.log | awk '{ print $2, $4 }'
}

# cases SEED: plans that tamper with the wire at sampled places of each way.
cases()
{
	local up down what at
	read -r up down <<< "$(passed)"
	for at in $(offsets "$1" "$up" "$samples"); do
		for what in "flip:$at" "cut:$at" "end:$at" "drop:$at:7" \
			"twice:$at:29" "swap:$at:40" "add:$at:1"; do
			echo "$what none"
		done
	done
	for at in $(offsets "$1" "$down" "$samples"); do
		for what in "flip:$at" "cut:$at" "end:$at" "drop:$at:7" \
			"twice:$at:29" "swap:$at:40" "add:$at:1"; do
			echo "none $what"
		done
	done
}

# lane N: the owner once more, in a folder of its own, behind a proxy of its own.
lane()
{
	mkdir "lane$1"
	cp -r home in "lane$1"
	cd "lane$1" || return
	sed -i "s|$net.60:7117|$net.1:7117|" home/peers
	proxy_at "$net.6$1"
	cd ..
}

# each_plan COMMAND < plans: in a lane, the same with each.
each_plan()
{
	local line
	while read -r line; do
		echo "$line" > plan
		if "$1"; then echo "good: $line"; fi
	done
}

# sweep COMMAND SEED: tamper with the wire at sampled places, in four lanes,
# since most of the time goes in waiting. For longer, and elsewhere:
# make test T=tests/net/wire.bats SAMPLES=50 SEED=3
sweep()
{
	local n pids=() pid samples=${SAMPLES-8}
	echo none none > plan
	patience=30 "$1"
	until_true 200 grep -q ^up proxy.log
	cases "${SEED-$2}" > plans
	echo "$(wc -l < plans) plans, seed ${SEED-$2}, $(passed) bytes up and down"
	for n in 1 2 3 4; do
		lane "$n"
		(
			cd "lane$n" || exit
			export SHARDKIT_HOME=$PWD/home
			awk "NR % 4 == $n % 4" ../plans | each_plan "$1" > good
		) 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || return
	done
	echo "$(cat lane?/good | wc -l) were good"
	whole s1
	kill -0 "${recv_pid[1]}"
	echo none none > plan
	patience=30 "$1"
}

# Goal: tampering while sending never puts a wrong byte onto a disk, and the
# next run, on a clean wire, completes.
@test "send: bytes flipped, cut, dropped, repeated, swapped, added" {
	result=0
	sweep send 1 > sweep.out || result=$?
	cat sweep.out lane?/send.err
	[ "$result" -eq 0 ]
	patience=20
	fetch
	whole s1
	until_true 150 clean s1
}

# Goal: the same while fetching; no wrong byte comes out of shard-join.
@test "fetch: bytes flipped, cut, dropped, repeated, swapped, added" {
	echo none none > plan
	patience=30 send
	result=0
	sweep fetch 2 > sweep.out || result=$?
	cat sweep.out lane?/*.err
	[ "$result" -eq 0 ]
}

# Goal: a slow wire, a pause, single packets out of time: only slower.
@test "delays change nothing" {
	patience=30
	for plan in "stall:0:1 none" "none stall:300:0.5" "stall:900:0.5 stall:2000:0.5" \
		"slow:0:0.01 slow:0:0.01"; do
		echo "$plan" > plan
		send
		fetch
	done
	whole s1
	[ "$(snapshots_in s1 | wc -l)" -eq 4 ]
}

# Goal: a recorded session says nothing to anyone a second time.
@test "a recorded session played again does nothing" {
	kill "${others[0]}"
	wait "${others[0]}" || true
	proxy --record wire
	echo none none > plan
	patience=30
	send
	find s1 -type f -path '*/s*/??/*' -exec sha256sum {} + | sort > before
	python - "$net.1" <<- 'END'
	import pathlib, socket, sys
	data = pathlib.Path("wire").read_bytes()
	for part in (data, data[300:], data[len(data) // 2:]):
	    client = socket.create_connection((sys.argv[1], 7117), timeout=15)
	    heard = b""
	    try:
	        client.sendall(part)
	        client.shutdown(socket.SHUT_WR)
	        while got := client.recv(65536):
	            heard += got
	    except ConnectionError:
	        pass
	    assert len(heard) < 2000, len(heard)
	END
	find s1 -type f -path '*/s*/??/*' -exec sha256sum {} + | sort | cmp - before
	[ "$(grep -c 'event=hello' b1.log)" -eq 1 ]
	fetch
}

# Goal: with peers to spare, a tampered wire to one of them is a lost peer and
# a good backup. A length that was changed looks like silence, for a put 30 s,
# for a commit 60 s.
@test "one tampered wire of three: a restore from the others" {
	for n in 2 3; do
		new_home "b$n"
		mkdir "s$n"
		cp b1/peers "b$n/peers"
		hold "$n"
		echo "bob$n $(id_of "b$n") $net.$n:7117" >> home/peers
	done
	echo none none > plan
	shard-split -q -s 1024 -k 2 -n 3 in | timeout 60 shard-send -q > /dev/null
	for plan in "flip:1500 none" "none flip:2500" "none cut:4000" \
		"none twice:3000:100" "cut:0 none"; do
		echo "$plan" > plan
		timeout 60 shard-fetch -q latest | shard-join -q | cmp - in
		shard-split -q -s 1024 -k 2 -n 3 in |
			timeout 200 shard-send -q --happy 2 > /dev/null
	done
	whole s1 s2 s3
}
