#!/usr/bin/env bats
# What a stream may suffer: either the restore is right, or the exit status is
# not 0 and no wrong byte was written. Each test runs all cases of mangle.py
# that have its name, and prints how many there were.

load helper

setup()
{
	stream_setup
	owner 2 other
}

# suffer CASES: TAP shows the count.
suffer()
{
	python mangle.py "$1" home other > counts || { cat counts; return 1; }
	sed 's/^/# /' counts >&3
}

# Goal: a stream from anywhere cannot bury what else is said.
@test "a shard a thousand times: five are told, and how many in all" {
	noise 900 > in
	shard-split -q -k 1 -n 1 -s 1024 in > stream
	PYTHONPATH="$BATS_TEST_DIRNAME" /usr/bin/python3 -c 'if True:
	    import sys
	    from mangle import join_units, units_of
	    head, stripe, *shard, end = units_of(sys.stdin.buffer.read())
	    sys.stdout.buffer.write(join_units([head, stripe, *shard * 1000, end]))
	' < stream > repeated
	run -0 --separate-stderr shard-join repeated
	# shellcheck disable=SC2154 # bats sets it
	[ "$(wc -l <<< "$stderr")" -eq 6 ]
	says 'shard 0 of stripe 0 is out of place'
	says '999 shards in all were out of place'
	shard-join -q repeated 2> /dev/null | cmp in -
}

@test "every subset of surviving or whole shards, for all need <= total <= 8" {
	suffer subsets
}

@test "one byte flipped, missing, repeated, cut or appended, at every place" {
	suffer octets
}

@test "each item missing, repeated, moved, in the place of each other one" {
	suffer records
}

@test "whole stripes and shards missing, repeated, in another order" {
	suffer stripes
}

@test "items, stripes and tails of other backups and owners" {
	suffer strangers
}

@test "foreign shards under headers made to fit, and false ends" {
	suffer impostors
}

@test "each field of each record changed and well encoded" {
	suffer fields
}

@test "the same values in another encoding than the deterministic one" {
	suffer encodings
}
