#!/usr/bin/env bats
# Faults of disks, memory and processes: what is acknowledged is there, what is
# there is whole, and the same command again finishes the work.
# shellcheck disable=SC2030,SC2031 # run sets status, in functions too

load store

setup()
{
	stream_setup
	stores 5
	noise 61440 > in # 20 stripes
	shard-split -s 1024 in > stream
	rounds=50
	[ -z "${SLOW-}" ] || rounds=5
}

teardown()
{
	unmount_all
}

# finishes: the same command succeeds, leaves nothing behind, and it restores.
finishes()
{
	shard-send -q stream > receipts || return
	tidy s? && whole s? && restores in
}

# A snapshot that somebody may see is one that restores, whoever has it.
seen_is_whole()
{
	[ "$(published s?)" -eq 0 ] || restores in
}

# sum FIELD: of the receipts in ./receipts, over all peers.
sum()
{
	/usr/bin/python3 -c '
import sys, cbor2
total = 0
with open("receipts", "rb") as file:
    while file.peek(1):
        total += cbor2.load(file)[sys.argv[1]]
print(total)
' "$1"
}

# full disks

@test "a full disk: exit 1 with the peer and the reason, no half shard" {
	on_tmpfs s3 size=60k
	fails 1 'stripe [0-9]+ rests on 4 peers instead of the 5 it should' \
		shard-send stream
	says "peer 'disk3' takes nothing more: .*s3/.*: No space left on device"
	silent 'disk[1245]'
	says '^shard-send: hint: .*--happy'
	whole s?
	tidy s?
	[ "$(published s?)" -eq 0 ]
	[ ! -e home/newest ]
	fails 1 'no usable peer has a snapshot' shard-fetch

	mount -o remount,size=10m s3
	finishes
	[ "$(spread stream s? | sort -u)" = '1 1 1 1 1' ]
}

@test "a full disk and --happy 4: done at once, it says what is missing" {
	on_tmpfs s3 size=60k
	run -0 --separate-stderr shard-send -q -o text -H 4 stream
	says "peer 'disk3' takes nothing more: .*No space left on device"
	[[ $output =~ disk3[\ 0-9]*full ]]
	whole s?
	tidy s?
	restores in
	rm -r s1
	restores in
}

@test "a full disk while a sixth has room: the sixth gets the shards" {
	stores 6
	on_tmpfs s3 size=60k
	run --separate-stderr shard-send -q stream
	[ "$status" -eq 0 ] || shard-send -q stream > /dev/null 2>&1
	whole s?
	tidy s?
	[ "$(spread stream s? | tr ' ' '\n' | sort -u)" = $'0\n1' ]
	restores in
}

@test "a disk without a free inode, one that is full from the start" {
	on_tmpfs s2 nr_inodes=12
	on_tmpfs s4 size=4k
	fails 1 'instead of the 5|are usable' shard-send stream
	says "peer 'disk[24]' takes nothing more: .*No space left on device"
	whole s?
	tidy s?
	mount -o remount,nr_inodes=10k s2
	mount -o remount,size=10m s4
	finishes
}

# More stripes than become durable together: the first ones are there already.
@test "what was acknowledged before the disk was full is not sent again" {
	stores 2
	rm -r s3 s4 s5
	noise 1228800 > in
	on_tmpfs s2 size=4600k
	shard-split -s 1024 -k 1 -n 2 in > stream
	fails 1 'rests on 1 peers instead of the 2' shard-send stream
	says "peer 'disk2' takes nothing more: .*No space left on device"
	there=$(shards_in s1 s2 | wc -l)
	echo "$there of 2400 shards were there"
	[ "$there" -ge 2000 ]
	before=$(size_of s?)
	mount -o remount,size=10m s2
	shard-send -q stream > receipts
	[ "$(sum kept)" -eq "$there" ]
	[ "$(sum bytes)" -eq $(($(size_of s?) - before)) ]
	[ "$(sum sent)" -le $((2400 - there + 4)) ]
	stripe=1024 restores in
}

@test "a file size limit is as good as a full disk" {
	run -4 --separate-stderr bash -c 'set -o pipefail
		exec 3> >(cat >&2)
		ulimit -f 0
		shard-send -q stream 2>&3 | cat'
	says 'File too large'
	[ "$(published s?)" -eq 0 ]
	whole s?
	tidy s?
	finishes
}

@test "few descriptors: a reason, nothing half" {
	for limit in 3 4 6 8 9 10 11 12 16 64; do
		echo "$limit descriptors"
		bash -c "ulimit -n $limit; exec shard-send -q stream" > receipts 2> err ||
			grep -E 'Too many open files|No file descriptors|Error 24' err
		seen_is_whole
	done
	restores in
	whole s?
	tidy s?
}

# Goal: every system call that makes something last fails once, at each of its
# turns; then the same command succeeds.

# each_turn CALLS ERROR WORDS TURNS: of each thread's first calls that match.
each_turn()
{
	local n failed=0 turns=${SLOW:+2}
	stores 2
	rm -rf s3 s4 s5
	noise 2048 > in
	shard-split -s 1024 -k 1 -n 2 in > stream
	for n in $(seq "${turns:-$4}"); do
		rm -rf s1 s2 home/newest
		mkdir s1 s2
		run --separate-stderr faulty "$1:error=$2:when=$n" \
			shard-send -q stream
		echo "$1 number $n: exit $status"
		case $status in
		0) ;; # nobody came so far, or it did not matter
		1 | 2 | 4) failed=$((failed + 1)) && says "$3" ;; # 2: a key, the roster
		*) return 1 ;;
		esac
		whole s?
		stripe=1024 seen_is_whole
		stripe=1024 finishes
	done
	[ "$failed" -gt 0 ]
}

@test "fsync fails: the reason, nothing half, the same command then succeeds" {
	each_turn '/^fsync$' EIO 'I/O error|Input/output error' 10
}

@test "rename fails: the same" {
	each_turn '/^rename' EIO 'I/O error|Input/output error' 4
}

@test "write fails: the same" {
	each_turn writev EIO 'I/O error|Input/output error' 4
}

@test "write finds no space: the same" {
	each_turn writev ENOSPC 'No space left on device' 4
}

@test "mkdir fails: the same" {
	each_turn '/^mkdir' EROFS 'Read-only file system' 10
}

@test "link fails: the same" {
	each_turn '/^link' EIO 'I/O error|Input/output error' 2
}

@test "open fails: the same" {
	each_turn '/^open(at2?)?$' EACCES 'Permission denied' 10
}

@test "a short write is carried on with, not taken for a whole one" {
	stores 1
	noise 1024 > in
	backup in -k 1 -n 1
	shard-split -s 1024 -k 1 -n 1 in > stream
	for n in 1 2 3; do
		# the kernel writes nothing, and says it were 100 bytes
		rm -rf s1/[!s]*
		faulty "writev:retval=100:when=$n" shard-send -q stream \
			> /dev/null 2>&1 || true
		stripe=1024 fails_safely in
	done
}

@test "fsync fails on one of five disks: it is named, --happy 4 goes on" {
	backup "$BATS_TEST_DIRNAME/store.bash"
	bad=$PWD/s3/$(peer-key show)
	for happy in 5 4; do
		run --separate-stderr strace -f -qq -o /dev/null -P "$bad" \
			-e inject=fsync:error=EIO shard-send -q -H $happy stream
		echo "--happy $happy: exit $status"
		says "peer 'disk3' is not usable: .*cannot sync.*$bad'.*(I/O|Input/output) error"
		silent 'disk[1245]'
		[ "$status" -eq $((happy == 5)) ]
		whole s?
		tidy s?
	done
	restores in
	finishes
}

@test "a disk fails as it commits, a sixth is well: no exit 0 with less than said" {
	stores 6
	backup "$BATS_TEST_DIRNAME/store.bash"
	bad=$PWD/s3/$(peer-key show)
	run --separate-stderr strace -f -qq -o /dev/null -P "$bad" \
		-e inject=fsync:error=EIO shard-send -q stream
	echo "exit $status"
	says "peer 'disk3' is not usable"
	if [ "$status" -eq 0 ]; then
		[ "$(spread stream s1 s2 s4 s5 s6 | tr -d ' ' | sort -u)" = 11111 ]
	else
		[ "$(published s?)" -eq 6 ]
	fi
	finishes
}

@test "reading fails: restored from others, or a clear no" {
	shard-send -q stream > /dev/null
	# 1 to 12: keys, roster, markers, snapshots; later ones are shards
	for n in 1 2 3 5 8 9 10 12 15 20 30; do
		faulty "read:error=EIO:when=$n" timeout 60 shard-fetch > fetched 2> err ||
			[ -s err ]
		joined=0
		shard-join fetched > out 2> join.err || joined=$?
		echo "read $n: join exits $joined"
		stripes_of in out
		[ "$joined" -ne 0 ] || cmp in out
	done
}

# death

# Goal: killed before any of the calls that make something last, in both of
# the first run on empty folders and a later one.
@test "killed at every step: what is seen is whole, the next run finishes" {
	stores 2
	rm -r s3 s4 s5
	noise 2048 > in
	shard-split -s 1024 -k 1 -n 2 in > stream
	count=0
	turns=${SLOW:+2}
	for call in '/^mkdir' writev '/^fsync$' '/^rename' '/^link' '/^unlink'; do
		for n in $(seq "${turns:-40}"); do
			rm -rf s1 s2 home/newest
			mkdir s1 s2
			if faulty "$call:signal=KILL:when=$n" shard-send -q stream \
				> /dev/null 2>&1; then
				break
			fi
			count=$((count + 1))
			echo "killed at $call $n"
			whole s?
			stripe=1024 seen_is_whole
			stripe=1024 finishes
		done
	done
	echo "$count deaths"
	[ "$count" -ge 20 ] || [ -n "${SLOW-}" ]
}

# Goal: 50 runs killed at random moments lose and break nothing.
@test "kill -9 at a random moment: nothing acknowledged is lost or half" {
	seed=${SEED-$(od -An -N 2 -tu2 /dev/urandom | tr -d ' ')}
	echo "seed: $seed (SEED=$seed repeats this)"
	RANDOM=$seed
	killed=0 took=60000
	for round in $(seq "$rounds"); do
		rm -rf s? home/newest
		stores 5
		at=$(((RANDOM * 32768 + RANDOM) % took))
		timeout -s KILL "$(printf '0.%06d' "$at")" shard-send -q stream \
			> receipts 2> err || killed=$((killed + 1))
		echo "round $round: killed after $at of $took us, $killed so far"
		whole s?
		seen_is_whole
		start=${EPOCHREALTIME/./}
		shard-send -q stream > receipts
		took=$((${EPOCHREALTIME/./} - start))
		[ "$took" -lt 900000 ] || took=900000
		tidy s?
		whole s?
		restores in
	done
	echo "$killed of $rounds were killed"
	[ "$killed" -ge $((rounds / 5)) ]
}

@test "killed again and again, it still comes to its end" {
	RANDOM=7
	for _ in $(seq 30); do
		timeout -s KILL "0.0$((RANDOM % 90 + 10))" shard-send -q stream \
			> receipts 2> err && break
		whole s?
	done
	finishes
	[ "$(spread stream s? | sort -u)" = '1 1 1 1 1' ]
}

@test "a killed producer, in a pipe: exit 3, nothing is published" {
	mkfifo fifo
	for kind in KILL TERM HUP; do
		shard-split fifo > pipe.out 2> err &
		split=$!
		exec 9> fifo
		cat in >&9
		until [ -s pipe.out ]; do sleep 0.01; done
		kill "-$kind" "$split"
		exec 9>&-
		wait "$split" || true
		fails 3 'cut short' shard-send pipe.out
	done
	[ "$(published s?)" -eq 0 ]
	whole s?
	tidy s?
	finishes
}

@test "TERM and HUP leave nothing half either" {
	mkfifo fifo
	for kind in TERM HUP; do
		shard-send -q < fifo > receipts &
		send=$!
		exec 9> fifo
		head -c 30000 stream >&9
		until [ "$(find s?/tmp -type f | wc -l)" -ge 5 ]; do sleep 0.01; done
		kill "-$kind" "$send"
		exec 9>&-
		wait "$send" || true
		whole s?
		[ "$(published s?)" -eq 0 ]
	done
	finishes
}

# memory

@test "300 MiB there and back stay under 64 MiB of memory each" {
	case $BUILD in */san | */cov) skip "not a release build" ;; esac
	peak()
	{
		/usr/bin/python3 -c '
import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as file:
    print(usage.ru_maxrss // 1024, file=file)
sys.exit(os.waitstatus_to_exitcode(status) & 255)' "$@"
	}
	set -o pipefail
	head -c 300M /dev/urandom > in
	peak split.rss shard-split in | peak send.rss shard-send -q > receipts
	rm -r s2 s4
	peak fetch.rss shard-fetch 2> err | peak join.rss shard-join | cmp - in
	tail split.rss send.rss fetch.rss join.rss
	for tool in split send fetch join; do
		[ "$(cat $tool.rss)" -lt 64 ]
	done
}
