#!/usr/bin/env bats
# The tools for another machine: cross-compiled, and run under qemu. Nothing of
# x86-64's assembly is there; what they write is the same to the byte.

bats_require_minimum_version 1.5.0

load helper

# built NAME ...: programs for aarch64.
built()
{
	case $BUILD in */san | */cov) skip "not a release build" ;; esac
	# The make that runs the tests is not the one that builds here.
	unset MAKEFLAGS MFLAGS MAKELEVEL
	(cd "$BATS_TEST_DIRNAME/.." && make -j"$(nproc)" -s ARCH=aarch64 "${@/#/build/aarch64/}")
	arm=$BATS_TEST_DIRNAME/../build/aarch64
}

@test "split and join for aarch64: static, and the same stream" {
	built peer-key shard-split shard-join
	for tool in peer-key shard-split shard-join; do
		run -0 readelf -hlW "$arm/$tool"
		[[ $output == *AArch64* && $output != *INTERP* && $output != *DYNAMIC* ]]
	done
	stream_setup
	noise 7000000 > in
	shard-split in > stream
	qemu-aarch64 "$arm/shard-split" in | cmp - stream
	qemu-aarch64 "$arm/shard-join" stream | cmp - in
	sheet 1 | qemu-aarch64 "$arm/peer-key" -q -C there restore
	cmp home/secret there/secret
	cmp home/identity there/identity
}

@test "the largest tools for aarch64 are under 400 KB, and keep each other's shards" {
	built peer-key shard-recv shard-vote shard-send shard-fetch
	for tool in shard-recv shard-vote shard-send shard-fetch; do
		size=$(stat -c %s "$arm/$tool")
		echo "$tool has $size bytes"
		[ "$size" -lt 400000 ]
	done
	stream_setup
	peer-key -q -C bob new > /dev/null
	echo "alice $(peer-key -q show) - give=10M" > bob/peers
	mkdir store
	command="qemu-aarch64 $arm/shard-recv -q -C $PWD/bob -d $PWD/store -1"
	echo "bob $(peer-key -q -C bob show) \"exec:$command\"" > home/peers
	noise 3000000 > in
	shard-split -k 1 -n 1 in > stream
	shard-send -q < stream > receipts # x86-64 and aarch64
	qemu-aarch64 "$arm/shard-fetch" -q latest > back # aarch64 and aarch64
	shard-join back | cmp - in
}

@test "vectors of the code and the seal, by aarch64's means" {
	programs=(code_rs crypto_aead crypto_ghash crypto_hash pack_stripe)
	built "${programs[@]/#/test/}"
	for program in "${programs[@]}"; do
		echo "$program"
		qemu-aarch64 "$arm/test/$program"
	done
}
