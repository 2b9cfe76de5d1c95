#!/usr/bin/env bats
# Faults of disks, memory and processes: what is acknowledged is there, what is
# there is whole, and the same command again finishes the work.
# shellcheck disable=SC2030,SC2031,SC2154 # run sets status and stderr, in functions too

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


# A snapshot that somebody may see is one that restores, whoever has it.
seen_is_whole()
{
	[ "$(published s?)" -eq 0 ] || restores in
}

# rests [OTHERS]: the same command succeeds, and writes only what is missing: by
# its own account and by the files. So many shards there are not of ./stream.
rests()
{
	local there before kept bytes
	there=$(($(shards_in s? | wc -l) - ${1-0})) before=$(size_of s?)
	shard-send -q -o json stream > receipts || return
	read -r kept bytes < <(jq -rs '"\(map(.kept) | add) \(map(.bytes) | add)"' receipts)
	echo "$there shards were there, $kept kept; $bytes bytes written"
	[ "$kept" -eq "$there" ] && [ "$bytes" -eq $(($(size_of s?) - before)) ] &&
		tidy s?
}

# finishes [OTHERS]: the same, and it restores.
finishes()
{
	rests "$@" && whole s? && restores in
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

# many: a stream of more stripes than become durable together, for two stores.
many()
{
	stores 2
	rm -rf s3 s4 s5
	noise 460800 > in # 450 stripes, and 200 at a time
	shard-split -s 1024 -k 1 -n 2 in > stream
}

# rests_in_part FEWEST: of the 900 shards of ./stream these are there, and the
# same command writes the others only. All are read, then.
rests_in_part()
{
	local there
	there=$(shards_in s1 s2 | wc -l)
	[ "$there" -ge "$1" ] && [ "$there" -lt 900 ] &&
		[ "$(published s?)" -eq 0 ] && rests || return
	shard-send -q -c -o json stream > receipts
	[ "$(jq -s 'map(.kept) | add' receipts)" -eq 900 ]
	stripe=1024 restores in
}

@test "what was acknowledged before the disk was full is not sent again" {
	on_tmpfs s2 size=1720k
	many
	fails 1 'rests on 1 peers instead of the 2' shard-send stream
	says "peer 'disk2' takes nothing more: .*No space left on device"
	mount -o remount,size=10m s2
	rests_in_part 700
}

# later_folder: the two hex digits of a folder that no shard of the first 200
# stripes lies in, and one of the next 200 does.
later_folder()
{
	/usr/bin/python3 -B - "$BATS_TEST_DIRNAME" <<- 'END'
	import sys
	sys.path.insert(0, sys.argv[1])
	from independent import parse
	stripes = parse(open("stream", "rb").read()).stripes
	first, next = ({id.hex()[:2] for stripe in some for id in stripe.ids}
	               for some in (stripes[:200], stripes[200:400]))
	print(min(next - first))
	END
}

@test "what was acknowledged before a disk failed is not sent again" {
	many
	bad=$(peer-key show)/shards/$(later_folder)
	fails 1 'rests on [01] peers instead of the 2' strace -f -qq -o /dev/null \
		-P "$PWD/s1/$bad" -P "$PWD/s2/$bad" -e inject=fsync:error=EIO \
		shard-send stream
	says "peer 'disk[12]' is not usable: .*cannot sync.*(I/O|Input/output) error"
	rests_in_part 400
}

# Goal: a stream that has no end, because of whoever wrote it.
@test "what was acknowledged before the producer died is not sent again" {
	many
	# shellcheck disable=SC2016 # the inner shell expands them
	for death in 'kill -9 $$' 'exit 1'; do
		echo "$death"
		rm -rf s? home/newest
		mkdir s1 s2
		run --separate-stderr bash -c 'shard-split -s 1024 -k 1 -n 2 \
			-- sh -c "cat in; $0" | shard-send -q
			echo "${PIPESTATUS[@]}"' "$death"
		[ "$output" = '4 3' ]
		says 'shard-send: .*cut short'
		rests_in_part 400
	done
	rm -rf s? home/newest
	mkdir s1 s2
	# whoever reads what shard-split writes: closed before the end
	head -c 600000 stream > part
	fails 3 'cut short' shard-send part
	rests_in_part 400
}

@test "a closed stdout of shard-send: exit 4, and nothing is sent again" {
	for stdout in closed full gone; do
		rm -rf s? home/newest
		stores 5
		case $stdout in
		closed) run --separate-stderr bash -c 'shard-send stream >&-' ;;
		full) run --separate-stderr bash -c 'shard-send stream > /dev/full' ;;
		gone)
			mkfifo fifo # whoever read from it has gone before it begins
			run --separate-stderr bash -c 'exec 5<> fifo > fifo 5>&-
				shard-send stream'
			;;
		esac
		echo "$stdout: exit $status: $stderr"
		[ "$status" -eq 4 ]
		says 'shard-send: cannot write'
		[ "$(shards_in s? | wc -l)" -eq 100 ]
		finishes
	done
}

@test "a file size limit is as good as a full disk" {
	# what it says must not be limited, and be there when bash has ended
	run -4 --separate-stderr bash -c 'set -o pipefail
		(ulimit -f 0; exec shard-send -q stream) 2>&1 > /dev/null | cat >&2'
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
	others=$(shards_in s? | wc -l)
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
	finishes "$others"
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
	# a shard may lie on the sixth, and on the third without its folder synced
	shard-send -q stream > receipts
	tidy s?
	whole s?
	restores in
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

# moments: where a run can be killed, to ./moments: lines of a call and how often
# a thread makes it. At exit_group all is said.
moments()
{
	strace -ff -qq -o trace -e trace=writev,fsync,renameat,ftruncate,pwrite64,flock,mkdirat,unlinkat,openat2,exit_group \
		shard-send -q stream > receipts
	for file in trace.*; do
		sed -nE 's/^([a-z0-9_]+)\(.*/\1/p' "$file" | sort | uniq -c
	done | sort -n | awk '{ most[$2] = $1 } END { for (c in most) print c, most[c] }' |
		sort > moments
	rm trace.*
}

# killed ROUND: shard-send with a new stream is, at a moment that chance takes;
# every tenth when all is said; what it printed is in ./receipts. If it came to
# its end first, another is.
killed()
{
	local call most n tries
	for tries in 1 2 3 4 5 6 7 8; do
		n=$((RANDOM % $(wc -l < moments) + 1)) # not in a subshell: it has a seed of its own
		read -r call most < <(sed -n "${n}p" moments)
		[ $(($1 % 10)) -ne 5 ] || call=exit_group most=1
		n=$((RANDOM % most / tries + 1)) status=0
		dd if=all bs=6144 count=1 skip=$(($1 * 8 + tries)) of="in.$1" 2> err
		shard-split -s 1024 -L "$1" "in.$1" > stream
		faulty "$call:signal=KILL:when=$n" shard-send -q -o json stream \
			> receipts 2> err || status=$?
		echo "round $1: $call number $n: exit $status"
		[ "$status" -ne 137 ] || return 0
		anew
		others=0
	done
	return 1
}

# anew: no store has anything.
anew()
{
	rm -rf s? home/newest
	stores 5
	: > acknowledged
}

# Goal: 50 runs, each killed while it runs, lose and break nothing: whatever one
# of them has named or signed for is whole when the last one has ended, and is
# not written again.
@test "kill -9 at a random moment, 50 times: nothing acknowledged is lost or half" {
	seed=${SEED-$(od -An -N 2 -tu2 /dev/urandom | tr -d ' ')}
	echo "seed: $seed (SEED=$seed repeats this)"
	RANDOM=$seed said=0
	noise $((6144 * 8 * (rounds + 2))) > all
	shard-split -s 1024 <(head -c 6144 all) > stream
	moments
	rm -rf s?
	for round in $(seq "$rounds"); do
		others=$((round % 10 == 1 ? 0 : others + 10))
		[ "$others" -gt 0 ] || anew
		killed "$round"
		if [ -s receipts ]; then # it has said so: it is so
			said=$((said + 1))
			[ "$(shards_in s? | wc -l)" -eq $((others + 10)) ]
			[ "$(jq -s 'map(.sent + .kept) | add' receipts)" -ge 10 ]
		fi
		find s? -path '*/s*/??/*' -type f >> acknowledged
		rests "$others"
		[ "$((round % 10))" -eq 0 ] || [ "$round" -eq "$rounds" ] || continue
		whole s?
		xargs ls -d < acknowledged > /dev/null
		shard-fetch -l -o json | jq -r '"\(.number) \(.label)"' > list
		while read -r number label; do
			restores "in.$label" "$number"
		done < list
	done
	echo "$said of the killed had said all"
	[ "$said" -ge $((rounds / 10)) ]
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
