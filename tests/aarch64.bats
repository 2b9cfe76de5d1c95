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

@test "vectors of the code and the seal, by aarch64's means" {
	programs=(code_rs crypto_aead crypto_ghash crypto_hash pack_stripe)
	built "${programs[@]/#/test/}"
	for program in "${programs[@]}"; do
		echo "$program"
		qemu-aarch64 "$arm/test/$program"
	done
}
