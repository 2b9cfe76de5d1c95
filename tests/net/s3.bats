#!/usr/bin/env bats
# A holder whose bytes rest on S3: shard-recv --store-exec, contrib/store-rclone
# and rclone, against Ceph's radosgw.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net
load ceph

setup_file()
{
	local program
	for program in rclone ceph-mon ceph-osd radosgw radosgw-admin ceph curl; do
		command -v "$program" > /dev/null || skip "no $program here"
	done
	# what a machine wants of other programs is nothing to these
	unset AWS_CA_BUNDLE http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
	export ceph_address=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1)).77
	export RCLONE_CONFIG=$BATS_FILE_TMPDIR/ceph/rclone.conf
	ceph_up "$ceph_address"
	rclone mkdir s3:shards
}

teardown_file()
{
	ceph_kill KILL radosgw ceph-osd ceph-mon
}

setup()
{
	net_setup 3
	bytes input 2048 > in
	engine="$BATS_TEST_DIRNAME/../../contrib/store-rclone"
	[ -e "/proc/$(cat "$BATS_FILE_TMPDIR/ceph/radosgw.run")" ] || s3_start
	# each holder has a place of its own
	place=s3:shards/$BATS_TEST_NUMBER
}

teardown()
{
	net_teardown
}

# hold_s3 N [OPTION ...]
hold_s3()
{
	hold "$1" -X "$engine $place/$1" "${@:2}"
}

# back_up FILE [OPTION of shard-send ...]
back_up()
{
	shard-split -q -k 2 -n 3 -s 1024 "$1" | shard-send -q "${@:2}" > /dev/null
}

# names STORE; objects N: what is there, "NAME SIZE".
names()
{
	(cd "$1" && find . -path './*/s*/??/*' -type f -printf '%P %s\n' | sort)
}

objects()
{
	"$engine" "$place/$1" list | grep -E '/s[a-z]*/../' | sort
}

# Goal: all that is kept is in S3, whole, and nothing of it here; it comes back,
# is proved, is mended, and counts.
@test "a backup in S3: restored, audited, mended, within its quota" {
	for n in 1 2 3; do
		hold_s3 "$n"
	done
	back_up in
	for n in 1 2 3; do
		diff <(names "s$n") <(objects "$n")
		rclone copy "$place/$n" "e$n"
		[ "$(used "s$n")" -eq "$(size_of "e$n")" ]
	done
	whole e1 e2 e3
	[ -z "$(find s1 -path '*/s*/??/*' -type f -exec cat {} + | tr -d '\0' | head -c 1)" ]
	# an object that is another is no proof; it is passed over, and made anew
	changed=$(cd e2 && shards_in .)
	flip "e2/$changed"
	rclone copyto --ignore-times "e2/$changed" "$place/2/${changed#./}"
	run -1 shard-vote audit -o text bob2
	restores in
	run -0 shard-vote audit -o text bob1
	shard-repair -q -c > /dev/null
	rclone copy "$place/2" whole2
	whole whole2
	[ "$(shards_in whole2 | wc -l)" -eq 1 ]
	# over quota: refused, and no object more
	objects 1 > before
	halt TERM 1
	sed -i "s/give=100M/give=$(used s1)/" b1/peers
	hold_s3 1
	bytes another 2048 > other
	run -1 --separate-stderr back_up other
	says "bob1.*room"
	objects 1 | diff before -
}

# Goal: the server dies in the middle of a backup. What was told to be durable
# is there, what was not is no backup; the next run makes it whole.
@test "S3 dies in the middle: nothing acknowledged is lost, and it is said" {
	for n in 1 2 3; do
		RCLONE_TPSLIMIT=5 hold_s3 "$n"
	done
	bytes one 2048 > first
	back_up first
	bytes much 32768 > long
	shard-split -q -k 2 -n 3 -s 1024 long > stream
	before=$(rclone lsf -R --files-only "$place" | wc -l)
	shard-send -q stream > /dev/null 2> err 3>&- &
	send=$!
	others+=("$send")
	under_way() { [ "$(rclone lsf -R --files-only "$place" | wc -l)" -ge $((before + 6)) ]; }
	until_true 100 under_way
	ceph_kill KILL radosgw
	status=0
	wait "$send" || status=$?
	[ "$status" -eq 1 ]
	grep -E "bob[123].*engine's 'put' exited" err
	[ "$(snapshots_in s1 s2 s3 | wc -l)" -eq 3 ]
	halt TERM 1 2 3
	s3_start
	# every name that a holder has kept has its bytes
	for n in 1 2 3; do
		hold_s3 "$n"
		comm -23 <(names "s$n") <(objects "$n") > gone
		[ ! -s gone ]
	done
	shard-send -q stream > /dev/null
	restores long
	for n in 1 2 3; do
		diff <(names "s$n") <(objects "$n")
		rclone copy "$place/$n" "e$n"
	done
	whole e1 e2 e3
	restores first 1
	clean s1 s2 s3
}

# Goal: a server that is away is no loss: neither to an audit nor to health.
@test "S3 is away: an audit calls nothing lost; it comes back, and all is there" {
	hold_s3 1
	hold 2
	hold 3
	back_up in
	ceph_kill KILL radosgw
	run -4 --separate-stderr shard-vote audit -o text bob1
	restores in
	s3_start
	run -0 shard-vote audit -o text bob1
	restores in
}

# Goal: wrong keys, or no configuration at all, say nothing about what there is.
@test "S3 that refuses: a failure of the engine, not a shard that is not there" {
	[ "$("$engine" "$place/9" list)" = "" ]
	run -1 "$engine" "$place/9" get nothing
	sed 's/= SECRET/= OTHER/' "$RCLONE_CONFIG" > wrong.conf
	run -4 env RCLONE_CONFIG=wrong.conf "$engine" "$place/9" get nothing
	run -4 env RCLONE_CONFIG=nowhere "$engine" "$place/9" get nothing
	echo "x/shards/00/1 $PWD/in" > lines
	run -4 env RCLONE_CONFIG=wrong.conf "$engine" "$place/9" put < lines
	run -4 env RCLONE_CONFIG=wrong.conf "$engine" "$place/9" drop x
}
