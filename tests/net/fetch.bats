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
		for pid in "${recv_pid[n]}" $(children_of "${recv_pid[n]}"); do
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
	[ "$SECONDS" -lt 20 ]
	cmp in out
	says "peer 'bob4' was too slow to be waited for"
	says "peer 'bob5' was too slow to be waited for"
}
