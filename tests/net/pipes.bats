#!/usr/bin/env bats
# Pipes where the tools look for files of their own: what a restored home, a
# mount gone wrong or a joker may have left there. Nobody waits for one.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net
load poll

setup()
{
	poll_setup 4 80000
	export XDG_CACHE_HOME=$PWD/cache
}

teardown()
{
	net_teardown
}

# pipes: in the place of each file that ./files names.
pipes()
{
	local file
	while read -r file; do
		rm -f "$file"
		mkfifo "$file"
	done < files
}

# unhindered STATUS COMMAND: with pipes in all places it ends as it should.
unhindered()
{
	pipes
	run --separate-stderr timeout 60 "${@:2}"
	[ "$status" -eq "$1" ] || { echo "${*:2}: exit $status: $stderr"; return 1; }
}

# Goal: whatever is in the folder of an owner, except keys and roster, is of
# use and not needed.
@test "pipes in the place of an owner's files: every tool comes to its end" {
	hold_all
	back_up
	shard-vote -q -w cert > /dev/null
	shard-vote -q audit bob1 > /dev/null
	p2p-health -q > /dev/null
	peer-find -q --no-mdns > /dev/null || true
	peer-find -q --no-mdns -r 127.0.0.1:1 -d example.org > /dev/null || true
	find home cache -type f ! -name identity ! -name secret ! -name peers > files
	mkdir home/backup
	echo home/backup/history >> files
	for kind in newest begun members health receipts/ audits/ polls/ peers.cbor failed-; do
		grep "/$kind" files > /dev/null || { echo "no $kind"; cat files; return 1; }
	done

	unhindered 0 shard-fetch -o json -l
	pipes
	timeout 60 shard-fetch -q > stream
	shard-join -q stream | cmp - in
	shard-split -q -s 20000 -k 2 -n 4 in > stream
	unhindered 0 shard-vote -q -o json
	unhindered 0 shard-vote -q -o json audit bob1
	unhindered 0 shard-vote -o json repairs cert
	unhindered 4 shard-vote verify cert
	says "home/members' is not a regular file"
	unhindered 0 shard-repair -o json cert
	unhindered 0 shard-repair -o json -a
	unhindered 0 p2p-health -o json
	unhindered 0 peer-find -q -o json --no-mdns -r 127.0.0.1:1 -d example.org
	unhindered 0 shard-send -q -o json stream
	[ "$(stat -c '%F %a' home/newest)" = 'regular file 600' ]
	unhindered 0 shard-drop -q 1
}

# Goal: the same of a holder and its store. What that had is lost, and the
# other three make it good.
@test "pipes in the place of a holder's files: it serves on, nothing is lost" {
	hold_all --keep-dropped 1d
	back_up
	shard-vote -q > /dev/null
	bytes other 80000 > in
	back_up
	shard-drop -q 1 > /dev/null
	peer-pair -q -C b1 invite -a "$net.1:7117" > token
	exchange=(peer-find -q -o json --no-mdns --no-cache -x -a "$net.1:7117" -C)
	"${exchange[@]}" b1 > /dev/null || [ $? -eq 1 ]
	find b1 s1 -type f ! -name identity ! -name secret ! -name peers \
		! -name shardkit-store ! -name 'writer-*' > files
	for kind in invites/ addresses/ orders/ votes/ shards/ snapshots/ \
		members/ receipts/ dropped/ used; do
		grep "/$kind" files > /dev/null || { echo "no $kind"; cat files; return 1; }
	done
	new_home c
	unhindered 1 peer-pair -C c accept token
	unhindered 0 "${exchange[@]}" b1
	unhindered 0 "${exchange[@]}" b2
	pipes
	timeout 60 shard-fetch -q > stream 2> err
	run -1 grep "not usable" err
	shard-join -q stream | cmp - in
	unhindered 1 shard-vote -q -o json
	unhindered 1 p2p-health -o json
	shard-split -q -s 20000 -k 2 -n 4 in > stream
	unhindered 0 shard-send -o json stream
	unhindered 0 shard-repair -a -c -o json
	pipes
	rm s1/orders/*
	run -0 --separate-stderr timeout 60 shard-drop 2
	halt TERM 1
	pipes
	hold 1 --keep-dropped 1d --scrub 1s
	logged 1 'event=scrub .*outcome=ok' 300
	[ -z "$(find s1/*/s*/ -type p)" ]
	# A snapshot that is shown, and is a pipe, must be named to be dropped.
	unhindered 1 shard-drop --all 3
	says 'nothing was dropped'
	id=$(grep -o -m 1 'id:[0-9a-f]*' <<< "$stderr")
	unhindered 1 shard-drop --all 3 "$id" # what it has dropped lately, it cannot say
	says "peer 'bob1' is not usable: 's1/orders/.*' is not a regular file"
	rm s1/orders/*
	back_up
	halt TERM 3 4
	restores in
}
