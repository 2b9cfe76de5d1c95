#!/usr/bin/env bats
# Stores whose bytes rest on an engine: shard-recv --store-exec.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 3
	bytes input 6144 > in
	cat > engine <<- 'END'
	#!/bin/sh
	# engine FOLDER VERB [NAME]: files in a folder, and what it was asked.
	echo "$2" >> "$1.asked"
	[ ! -e "$1.broken" ] || exit 5
	case $2 in
	put) while read -r name path; do
		mkdir -p "$1/${name%/*}" && cp "$path" "$1/$name" && sync "$1/$name" || exit 5
	done ;;
	get) [ -e "$1/$3" ] || exit 1; cat "$1/$3" ;;
	drop) for _ in $(seq 200); do [ ! -e "$1.slow" ] || sleep 0.1; done
		! [ -e "$1.log" ] || grep -q disconnect "$1.log" || touch "$1.early"
		rm -f "$1/$3" ;;
	list) cd "$1" && find . -type f -printf '%P %s\n' ;;
	esac
	END
	chmod +x engine
	for n in 1 2 3; do mkdir "e$n"; done
}

teardown()
{
	net_teardown
}

# All holders, each with an engine of its own.
hold_engines()
{
	local n
	for n in 1 2 3; do
		hold "$n" -X "$PWD/engine $PWD/e$n" "$@"
	done
}

back_up()
{
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
}

@test "the bytes are at the engine, names and sizes here; all comes back" {
	hold_engines
	back_up
	[ "$(du -s --block-size=1 e1 | cut -f 1)" -gt 3072 ]
	[ "$(find s1 -path '*/shards/*' -type f -size 1024c | wc -l)" -eq 3 ]
	diff -r <(cd s1 && find . -path './*/s*/*' -type f -printf '%P %s\n' | sort) \
		<(cd e1 && find . -path './*/s*/*' -type f -printf '%P %s\n' | sort)
	whole e1 e2 e3
	[ -z "$(find s1 -path '*/s*/??/*' -type f -exec cat {} + | tr -d '\0' | head -c 1)" ]
	restores in
	run -0 shard-repair -o text -c
	grep -qE ' 9 +0 +0 +0$' <<< "$output"
	[ "$(used s1)" -eq "$(size_of e1)" ]
	clean s1 s2 s3
}

@test "what is durable is the engine's word: broken at a commit, nothing is told" {
	hold_engines
	touch e1.broken
	run -1 --separate-stderr back_up
	says "bob1.*engine's 'put' exited with status 5"
	[ -z "$(find e1 s1 -path '*/shards/*' -type f)" ]
	[ -z "$(snapshots_in s1 s2 s3)" ]
	rm e1.broken
	back_up
	restores in
	clean s1
}

@test "an object that the engine has lost or changed is damage, and is mended" {
	hold_engines
	back_up
	rm "$(shards_in e1 | head -1)"
	flip "$(shards_in e1 | tail -1)"	# of another stripe
	restores in
	shard-repair -q -c > /dev/null
	whole e1 e2 e3
	[ "$(shards_in e1 e2 e3 | wc -l)" -eq 9 ]
}

@test "an engine that is down is worth a retry, not a loss" {
	hold_engines
	back_up
	touch e1.broken
	restores in
	python - "$net.1" "$(basename "$(shards_in e1 | head -1)")" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	status, words, _ = client.ask(GET, ids=[bytes.fromhex(sys.argv[2])], size=1024)
	assert (status, words) == (DATA, b"it cannot be read whole"), words
	client.close()
	END
	logged 1 "event=get .*the engine's 'get' exited with status 5"
	: > e1.asked
	timeout 60 shard-repair -c -o json 2> err > report || true
	[ "$(jq .rebuilt report)" -eq 0 ]
	grep -q "bob1.*engine's 'get' exited with status 5" err
	[ "$(sort -u e1.asked)" = get ]
	touch e2.broken
	run -1 --separate-stderr shard-fetch -q
	says "bob1.*engine.s .get. exited with status 5"
	rm e1.broken e2.broken
	restores in
}

@test "drops reach the engine; what is held back stays until its time" {
	hold_engines -k 2s
	back_up
	bytes other 6144 > in
	back_up
	shard-drop -q 1 > /dev/null
	gone() { [ "$(shards_in e1 | wc -l)" -eq 3 ]; }
	until_true 300 gone
	restores in
	counted() { [ "$(used s1)" -eq "$(size_of e1)" ]; }
	until_true 200 counted
}

# Goal: a pass goes on when the engine has given one file and ended.
@test "scrub: all that an engine has is read in one pass" {
	bytes input 40960 > in
	hold_engines
	back_up
	halt TERM 1
	hold 1 -X "$PWD/engine $PWD/e1" --scrub 2s
	until_true 300 grep -q 'event=scrub .*outcome=ok' b1.log
}

one_of_one()
{
	shard-split -q -s 1024 -k 1 -n 1 "$1" | timeout 60 shard-send -q > /dev/null
}

asked()
{
	[ "$(grep -c "$1" e1.asked)" -ge "$2" ]
}

# is_told PID: SIGTERM waits for it to look.
is_told()
{
	grep -q '^ShdPnd:.*[4-7c-f]...$' "/proc/$1/status"
}

# Goal: however long it takes to delete what was held back, others are served
# meanwhile, and who is told to end ends behind the file under way.
@test "a slow engine: a purge keeps nobody waiting, and ends when it is told" {
	sed -i 1q home/peers
	hold 1 -X "$PWD/engine $PWD/e1" -k 1s
	one_of_one in
	bytes other 6144 > in
	one_of_one in
	touch e1.slow
	shard-drop -q 1 > /dev/null
	until_true 300 asked drop 1
	restores in
	asked drop 1
	run ! asked drop 2
	purger=$(only_child 1)
	kill -TERM "${recv_pid[1]}"
	until_true 200 is_told "$purger"
	rm e1.slow
	wait "${recv_pid[1]}"
	unset "recv_pid[1]"
	run ! asked drop 2
	[ -n "$(ls s1/*/dropped)" ]
	[ -z "$(ls s1/tmp)" ]
	[ "$(used s1)" -eq "$(($(size_of s1) + $(cat s1/*/dropped/* | wc -c)))" ]
}

# Goal: without a daemon the session comes first, and then what is overdue.
@test "a purge with -1 keeps nobody waiting" {
	echo "bob1 $(id_of b1) \"exec:shard-recv -C $PWD/b1 -d $PWD/s1 -k 2s \
-X '$PWD/engine $PWD/e1' -1 2>> $PWD/e1.log\"" > home/peers
	one_of_one in
	bytes other 6144 > in
	one_of_one in
	shard-drop -q 1 > /dev/null
	[ -n "$(ls s1/*/dropped)" ]
	sleep 3
	: > e1.log
	restores in
	asked drop 1
	[ ! -e e1.early ]
	[ -z "$(ls s1/*/dropped)" ]
}

@test "a holder whose disk died takes up what its engine has" {
	hold_engines
	back_up
	halt TERM 1
	used=$(used s1)
	rm -r s1
	mkdir s1
	touch "e1/what is this" e1/another
	hold 1 -X "$PWD/engine $PWD/e1"
	[ "$(used s1)" -eq "$used" ]
	halt TERM 2
	restores in
}

@test "a store with bytes takes no engine, and one with an engine needs it" {
	hold_all
	back_up
	halt TERM 1 2 3
	run -2 --separate-stderr shard-recv -C b1 -d s1 -l "$net.1:7117" -X true
	says "store 's1' has its bytes on this disk"
	rm -r s1
	mkdir s1
	hold 1 -X "$PWD/engine $PWD/e1"
	halt TERM 1
	hold 1
	hold 2
	hold 3
	run back_up
	logged 1 "rest on an engine"
}

# Goal: a holder whose bytes are elsewhere is never told that there is no backup.
@test "p2p-health -H asks the engine for the snapshots, and guesses nothing" {
	hold_engines
	back_up
	run -3 --separate-stderr p2p-health -C b1 -H s1 -o text
	[ -z "$output" ]
	says "the bytes of store 's1' rest on an engine"
	says "hint: say which: --store-exec of .*p2p-health"
	run -3 --separate-stderr p2p-health -C b1 -H s1 --check
	[[ $output == "SHARDKIT UNKNOWN - the bytes of store 's1' rest on an engine"* ]]
	: > e1.asked
	touch before
	run -0 p2p-health -C b1 -H s1 -X "$PWD/engine $PWD/e1" -o text
	grep -qx 'OK  1 owners' <<< "$output"
	grep -qE '^alice +(now|[0-9]+ s) +1 ' <<< "$output"
	[ "$(sort -u e1.asked)" = get ]
	[ -z "$(find s1 e1 -newer before -type f)" ]
	# not whole is less than there was; not to be reached is nothing known
	flip "$(snapshots_in e1)"
	run -1 p2p-health -C b1 -H s1 -X "$PWD/engine $PWD/e1" -o text
	grep -q '^WARNING  no backup for more than 8 d: alice' <<< "$output"
	touch e1.broken
	run -3 --separate-stderr p2p-health -C b1 -H s1 -X "$PWD/engine $PWD/e1" -o text
	says "engine's 'get' exited with status 5"
}

@test "p2p-health -X: for a store with an engine only" {
	run -3 --separate-stderr p2p-health -C b1 -X true -o text
	says "store-exec is for the store of --holder"
	hold 1
	halt TERM 1
	run -3 --separate-stderr p2p-health -C b1 -H s1 -X true -o text
	says "store 's1' has its bytes on this disk"
	hold 1
}

# Goal: rclone that has ended by itself, and rclone that would go on, are one.
@test "store-rclone: a server that refuses is a failure, not a no, each time" {
	mkdir bin
	printf '#!/bin/sh\necho refused >&2\nexit 1\n' > bin/rclone
	chmod +x bin/rclone
	echo "x/shards/00/1 $PWD/in" > lines
	for _ in {1..40}; do
		run -4 env PATH="$PWD/bin:$PATH" \
			"$BATS_TEST_DIRNAME/../../contrib/store-rclone" r:x put < lines
		[ "$output" = refused ]
	done
}

@test "store-rclone: a whole backup, a loss and a drop" {
	command -v rclone > /dev/null || skip "no rclone here"
	export RCLONE_CONFIG=$PWD/rclone.conf
	engine="$BATS_TEST_DIRNAME/../../contrib/store-rclone"
	for n in 1 2 3; do
		printf '[r%s]\ntype = alias\nremote = %s\n' "$n" "$PWD/e$n" >> rclone.conf
		hold "$n" -X "$engine r$n:shards"
	done
	back_up
	whole e1/shards e2/shards e3/shards
	restores in
	rm "$(shards_in e1 | head -1)"
	halt TERM 1
	rm -r s1
	mkdir s1
	hold 1 -X "$engine r1:shards"
	run -0 shard-repair -o text
	restores in
	bytes other 3072 > in
	back_up
	shard-drop -q 1 > /dev/null
	restores in
	[ "$(shards_in e1 | wc -l)" -eq 1 ]
}
