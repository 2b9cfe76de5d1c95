#!/usr/bin/env bats
# shard-fetch and holders that are slow, silent or wrong: who is fast enough is
# asked, and nobody is waited for.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # net.bash sets and uses them

load net

# Five holders, and a pipe that holds less than the stream of ./in.
setup()
{
	frozen=()
	net_setup 5
	bytes input 2150400 > in
	mkfifo pipe
}

teardown()
{
	for pid in "${frozen[@]}"; do
		kill -CONT "$pid" 2> /dev/null || true
	done
	net_teardown
}

# freeze N ...: neither the holder nor who serves a client does anything more.
freeze()
{
	local n pid
	for n; do
		kill -STOP "${recv_pid[n]}" # first: nobody ends unseen then
		frozen+=("${recv_pid[n]}")
		for pid in $(children_of "${recv_pid[n]}"); do
			kill -STOP "$pid"
			frozen+=("$pid")
		done
	done
}

# begin_fetch N ...: it waits for whoever reads ./pipe, and has asked these.
begin_fetch()
{
	local n
	timeout 100 shard-fetch latest 2> fetch.err > pipe &
	fetch=$!
	exec 9< pipe
	for n; do
		until_true 100 grep -q event=get "b$n.log"
	done
}

# end_fetch: read it. What it says is in $stderr.
end_fetch()
{
	local status=0
	shard-join -q <&9 > out || status=$?
	exec 9<&-
	wait "$fetch" || status=$?
	stderr=$(cat fetch.err)
	return "$status"
}

# Goal: two of five fall silent in the middle of a restore, and it goes on with
# the other three, long before the deadline for an answer (60 s) has passed.
@test "two of five frozen in the middle: the rest is there promptly" {
	hold_all
	give in
	begin_fetch 4 5
	freeze 4 5
	SECONDS=0
	end_fetch
	echo "took $SECONDS s"
	[ "$SECONDS" -lt 40 ]
	cmp in out
	# one of them had answered all by then, perhaps
	says "peer 'bob[45]' was too slow to be waited for"
}

# Goal: any one peer's word on what a snapshot is made of is enough; where the
# shards are is found by asking.
@test "one peer has the snapshot and the indexes, the shards are with others" {
	bytes input 21504 > in
	hold_all
	give in
	{ snapshots_in s1 s2 s3 s4; indexes_in s1 s2 s3 s4; shards_in s5; } | xargs rm
	[ "$(snapshots_in s? | wc -l)" -eq 1 ]
	restores in
	# and none of them where it was put
	owner=$(id_of home)
	mv "s1/$owner/shards" swap
	mv "s2/$owner/shards" "s1/$owner/shards"
	mv swap "s2/$owner/shards"
	restores in
	run -0 --separate-stderr timeout 60 shard-fetch -o json latest
	says '4 of 5 usable peers do not have the newest snapshot, 1'
}

# Goal: the same of a repair: what the others miss is put there again.
@test "a repair from one peer's word" {
	bytes input 21504 > in
	hold_all
	give in
	{ snapshots_in s2 s3 s4 s5; indexes_in s2 s3 s4 s5; shards_in s1; } | xargs rm
	timeout 60 shard-repair -q > /dev/null
	[ "$(snapshots_in s? | wc -l)" -eq 5 ]
	[ "$(indexes_in s? | wc -l)" -eq 5 ]
	spread in s?
	whole s?
}

# Goal: a holder that answers late, but answers, costs nothing but its turn.
@test "a holder behind a slow line: the others do the work" {
	hold_all
	give in
	echo none "slow:20000:0.2" > plan
	/usr/bin/python3 "$BATS_TEST_DIRNAME/proxy.py" "$net.60" "$net.1" plan \
		2> proxy.log 3>&- &
	others+=($!)
	until_true 200 grep -q ready proxy.log
	sed -i "s|$net.1:7117|$net.60:7117|" home/peers
	restores in
	[ "$(grep -c event=get b1.log)" -lt "$(grep -c event=get b2.log)" ]
}
