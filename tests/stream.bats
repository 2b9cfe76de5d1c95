#!/usr/bin/env bats
# shard-split | shard-join is cat.

# shellcheck disable=SC2094 # cmp only reads

load helper

setup()
{
	stream_setup
}

# sizes UNIT ...: each, and one byte less and more.
sizes()
{
	for unit; do
		echo "$((unit - 1)) $unit $((unit + 1))"
	done
}

# of_size SIZE: ./in of that size.
of_size()
{
	noise "$1" > in
}

@test "0 bytes, with --allow-empty" {
	of_size 0
	round_trip -e
	round_trip -e -k 1 -n 1 -s 1024
	round_trip -e -k 255 -n 255 -s 1024 -L empty
}

@test "1 byte, and about a block, a shard, a stripe and two of the default size" {
	for size in 1 2 3 4 $(sizes 16384 $((1 << 20)) $((3 << 20)) $((6 << 20))); do
		of_size "$size"
		round_trip
	done
}

@test "1 byte, and about a block, a shard, a stripe and two of small ones" {
	for size in 1 2 3 4 $(sizes 1024 2048 3072 6144 16384); do
		of_size "$size"
		round_trip -s 1024
	done
}

@test "about a block, a shard and a stripe of shards that are no blocks" {
	for size in 1 $(sizes 16384 32768 40001 80002 160004); do
		of_size "$size"
		round_trip -k 2 -n 3 -s 40001
	done
}

@test "any need and total" {
	of_size 7777
	for numbers in '1 1' '1 2' '2 2' '1 255' '254 255' '255 255' '128 255'; do
		# shellcheck disable=SC2086 # words
		set -- $numbers
		round_trip -k "$1" -n "$2" -s 1024
	done
}

@test "from a file, a pipe, a command, a slow writer" {
	of_size 300000
	shard-split in | shard-join | cmp - in
	shard-split < in | shard-join | cmp - in
	tail -c +1 in | shard-split | shard-join | cmp - in
	shard-split -- cat in | shard-join | cmp - in
	dd if=in bs=999 status=none | shard-split | dd bs=101 status=none |
		shard-join | dd bs=77 status=none | cmp - in
}

@test "from a writer that dribbles a few bytes now and then" {
	of_size 4000
	for i in {0..49}; do
		dd if=in bs=80 count=1 skip="$i" status=none
		sleep 0.01
	done | shard-split -s 1024 | shard-join | cmp - in
}

# Blocks of the tree are 16 KiB, shards 1 KiB, 3 of them a stripe.
@test "from such a writer, at and beside the ends of shard, stripe and block" {
	for size in 1023 1024 1025 3071 3072 3073 16383 16384 16385; do
		echo "$size"
		of_size "$size"
		for i in {0..20}; do
			dd if=in bs=$((size / 20)) count=1 skip="$i" status=none
			sleep 0.002
		done | shard-split -s 1024 | shard-join | cmp - in
	done
}

@test "from a socket" {
	/usr/bin/python3 -c '
import socket, subprocess
ours, theirs = socket.socketpair()
writer = subprocess.Popen(["shard-split", "-s", "1024"], stdin=theirs,
                          stdout=subprocess.PIPE)
theirs.close()
for i in range(100):
    ours.sendall(b"%d\n" % i * i)
ours.close()
plain = subprocess.run(["shard-join"], stdin=writer.stdout, check=True,
                       stdout=subprocess.PIPE).stdout
assert writer.wait() == 0
assert plain == b"".join(b"%d\n" % i * i for i in range(100))'
}

@test "on one processor as on all" {
	of_size 100000
	shard-split -s 1024 in | taskset -c 0 shard-join | cmp - in
	taskset -c 0 shard-split -s 1024 in | shard-join | cmp - in
}

@test "twice over: a stream is bytes too" {
	of_size 50000
	shard-split -s 4096 in | shard-split -k 2 -n 4 | shard-join | shard-join | cmp - in
}

@test "stopped and continued at any moment" {
	of_size 20000000
	shard-split -s 100000 in > stream
	for stage in 'shard-split -s 100000 in' 'shard-join stream'; do
		mkfifo pipe
		$stage > pipe &
		pid=$!
		{
			for _ in {1..40}; do
				kill -STOP "$pid"
				kill -CONT "$pid"
				dd bs=200000 count=1 iflag=fullblock status=none
			done 2> /dev/null
			cat
		} < pipe > out
		wait "$pid"
		rm pipe
		cmp out "$([[ $stage == *join* ]] && echo in || echo stream)"
	done
}

@test "3 GiB" {
	mib=3072
	[ -z "$SLOW" ] || mib=64
	set -o pipefail
	python pattern.py write "$mib" | shard-split | shard-join | python pattern.py check "$mib"
}

@test "any numbers, any size, any shards that suffice" {
	owner 2 other
	python mangle.py lottery home other
}
