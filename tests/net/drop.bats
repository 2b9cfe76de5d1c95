#!/usr/bin/env bats
# shard-drop: what no snapshot needs goes, and nothing else.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

# Three versions of a file that share most of it: 1 and 2 the first half, 3
# is 1 again.
setup()
{
	net_setup 5
	bytes first 12288 > half
	bytes second 6144 > one
	cat half one > in1
	bytes third 9216 > two
	cat half two > in2
	cp in1 in3
}

teardown()
{
	net_teardown
}

disks()
{
	local n
	for n in 1 2 3 4 5; do
		echo "disk$n - dir:$PWD/s$n"
	done > home/peers
}

give_all()
{
	local n
	for n in 1 2 3; do
		give "in$n" 2> /dev/null
	done
}

# only N ...: the stores have what these snapshots need, and nothing else.
only()
{
	local n
	for n; do
		shard-split -q -s 1024 "in$n" |
			/usr/bin/python3 "$BATS_TEST_DIRNAME/../independent.py" ids
	done | sort -u > wanted
	shards_in s? | sed 's|.*/||' | sort > there
	diff wanted there > difference || { cat difference; return 1; }
	[ "$(snapshots_in s? | wc -l)" -eq $(($# * 5)) ]
	whole s?
	for n in 1 2 3 4 5; do
		[ "$(used "s$n")" -eq "$(size_of "s$n")" ]
	done
	for n; do
		restores "in$n" "$n" || return 1
	done
}

# promised: what receipts at the first holder name: 'SIGNER ID', of all holders.
promised()
{
	find s1/*/receipts -type f -exec shard-show -o json {} \; |
		sed -n 's/.*"signer":"\([^"]*\)".*/\1/p
			s/.*"keeps".*"id":"\(.*\)".*/\1/p' |
		awk '/-/ { signer = $1; next } { print signer, $1 }' | sort -u
}

# had: what the holders have that they have signed for: 'HOLDER ID'.
had()
{
	local n file
	for n in 1 2 3 4 5; do
		for file in $(shards_in "s$n") $(indexes_in "s$n") \
			$(snapshots_in "s$n"); do
			echo "$(id_of "b$n") ${file##*/}"
		done
	done | sort -u
}

files()
{
	find s? -path '*/s*/??/*' -type f | sort
}

# Goal: the one that is dropped is gone, the others restore bit for bit, no
# shard stays that nobody needs, and every store counts right.
@test "drop one of three, over the wire" {
	hold_all
	give_all
	only 1 2 3
	timeout 60 shard-drop 2 2> err
	grep 'dropping snapshot 2' err
	only 1 3
	had > kept
	promised > promises
	[ -z "$(comm -23 kept promises)" ] || { comm -23 kept promises; return 1; }
	timeout 60 shard-fetch -l -o json > list
	[ "$(wc -l < list)" -eq 2 ]
	run ! timeout 60 shard-fetch -q 2
	timeout 60 shard-drop -q 1
	only 3
	logged 1 'event=drop peer=alice .*outcome=ok'
}

# Goal: receipts for nothing that is needed go, whoever brought them; what
# somebody else has promised of what stays is not touched.
@test "receipts for what no snapshot needs go" {
	hold_all
	give_all
	befriend
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	promised > promises
	python - "$net.1" <<- 'END'
	import os, sys, time
	from dialogue import *
	alice, bob = Identity("home"), Identity("b2")
	client = Client(sys.argv[1], bob)
	for _ in range(20):
	    junk = bob.sign(7, "receipt", {3: alice.id, 4: int(time.time()),
	                                   5: os.urandom(32 * 900)})
	    assert client.put(junk, shelf=RECEIPTS, owner=alice.id)[0] == OK
	assert client.ask(COMMIT)[0] == OK
	END
	[ "$(used s1)" -gt $((20 * 32 * 900)) ]
	[ "$(promised | wc -l)" -eq $(($(wc -l < promises) + 20 * 900)) ]
	timeout 60 shard-drop -n -q -k 3
	[ "$(promised | wc -l)" -eq $(($(wc -l < promises) + 20 * 900)) ]
	timeout 60 shard-drop -q -k 3
	promised | diff promises -
	only 1 2 3
}

# Goal: two snapshots that share everything: dropping one drops a document.
@test "two snapshots that share everything" {
	hold_all
	give_all
	shards_in s? > before
	timeout 60 shard-drop -q 1
	shards_in s? | cmp before -
	only 2 3
}

# Goal: two that are one and the same go together, and nothing is left, nor said
# to be.
@test "equal snapshots that are dropped in one run leave nothing" {
	disks
	give in1
	give in1
	give in2
	run -0 --separate-stderr timeout 60 shard-drop -k 1
	[[ $stderr != *warning* ]]
	[ "$(snapshots_in s? | wc -l)" -eq 5 ]
	mv in2 in3
	only 3
}

# Goal: the same on mounted disks, and --keep N.
@test "dir: stores, --keep 1" {
	disks
	give_all
	only 1 2 3
	timeout 60 shard-drop -k 2 2> err
	grep 'dropping snapshot 1' err
	only 2 3
	timeout 60 shard-drop -q --keep 1
	only 3
	timeout 60 shard-drop -q --keep 1
	only 3
}

# Goal: a snapshot of which too few shards are there takes the place of none that
# can be restored, and the last that can be is never dropped.
@test "--keep: what cannot be restored does not count" {
	disks
	give_all
	shard-split -q -s 1024 in2 |
		/usr/bin/python3 "$BATS_TEST_DIRNAME/../independent.py" ids | sort > of2
	shard-split -q -s 1024 in1 |
		/usr/bin/python3 "$BATS_TEST_DIRNAME/../independent.py" ids | sort |
		comm -13 - of2 > alone
	shard-drop -q 3
	for n in 1 2 3; do
		shards_in "s$n" | grep -F -f alone | xargs -r mv -t .
	done
	run -0 --separate-stderr timeout 60 shard-drop -n -k 1
	says 'warning: snapshot 2 cannot be restored now, and does not count as one'
	says ': 0 shards and documents would be dropped'
	timeout 60 shard-drop -q -k 1
	restores in1 1
	# with a newer whole one both are old
	give in3 2> /dev/null
	run -0 --separate-stderr timeout 60 shard-drop -k 1
	[[ $stderr != *'cannot be restored'* ]]
	says 'dropping snapshot 1'
	says 'dropping snapshot 2'
	restores in3
}

# Goal: --dry-run says what would go, and changes nothing.
@test "--dry-run changes nothing, and counts right" {
	hold_all
	give_all
	files > before
	timeout 60 shard-drop --dry-run 2 2> dry
	grep 'would drop snapshot 2' dry
	files | cmp before -
	count=$(sed -n 's/.*: \([0-9]*\) shards and documents would be dropped/\1/p' dry)
	timeout 60 shard-drop 2 2> wet
	grep ": $count shards and documents dropped" wet
	# an id a shard; an index and the snapshot once for all five
	gone=$(files | comm -23 before - | sed 's|.*/||' | sort -u | wc -l)
	[ "$gone" -eq "$count" ]
}

# Goal: the last one goes only when that is said.
@test "the last snapshot needs --all" {
	hold_all
	give_all
	run -2 --separate-stderr timeout 60 shard-drop 1 2 3
	says 'no snapshot at all'
	only 1 2 3
	timeout 60 shard-drop -q --all 1 2 latest
	[ -z "$(files)" ]
	[ -z "$(find s?/*/receipts -type f)" ]
	for n in 1 2 3 4 5; do
		[ "$(used "s$n")" -eq "$(papers_size "s$n")" ]
		[ "$(used "s$n")" -lt 1000 ] # the members document
	done
	run -1 --separate-stderr timeout 60 shard-drop 1
	run -2 --separate-stderr timeout 60 shard-drop
	run -2 --separate-stderr timeout 60 shard-drop --keep 0
}

# Goal: killed in between, at any moment: what stays restores, and the same
# again finishes.
@test "kill -9 of shard-drop, 12 times; then again" {
	hold_all
	give_all
	RANDOM=5
	for _ in $(seq 12); do
		shard-drop -q 2 > /dev/null 2>&1 3>&- &
		pid=$!
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -9 "$pid" 2> /dev/null || true
		wait "$pid" || true
		restores in1 1
		restores in3 3
		[ "$(snapshots_in s? | wc -l)" -eq 15 ] || break
	done
	timeout 60 shard-drop -q 2 || [ "$(snapshots_in s? | wc -l)" -eq 10 ]
	only 1 3
}

# Goal: killed at each system call that deletes: the same.
@test "kill at each unlink of a dir: store; then again" {
	command -v strace > /dev/null || skip "strace is not installed"
	disks
	give_all
	for when in 1 2 3 8 13 20 26; do
		strace -f -qq -o /dev/null -e "inject=unlinkat:signal=KILL:when=$when" \
			timeout 60 shard-drop -q 2 > /dev/null 2>&1 || true
		restores in1 1
		restores in3 3
	done
	if [ "$(snapshots_in s? | wc -l)" -gt 10 ]; then
		timeout 60 shard-drop -q 2
	fi
	# what counts was wrong after a kill is right after the next writer
	give in3 2> /dev/null
	timeout 60 shard-drop -q 4
	only 1 3
}

# Goal: a holder that was away hears of it by the same again.
@test "a holder that was away: exit 1; again, and it is told" {
	hold_all
	give_all
	halt TERM 5
	run -1 --separate-stderr timeout 60 shard-drop 2
	says 'not every peer has been told'
	says "peer 'bob5' is not usable"
	[ "$(snapshots_in s1 s2 s3 s4 | wc -l)" -eq 8 ]
	[ "$(snapshots_in s5 | wc -l)" -eq 3 ]
	restores in1 1
	hold 5
	timeout 60 shard-drop -q 2
	[ "$(snapshots_in s? | wc -l)" -eq 10 ]
	restores in1 1
	restores in3 3
}

# Goal: the newest shares what an older one has, also where nobody shows it.
@test "the newest snapshot is away: nothing is dropped" {
	disks
	give_all
	for path in $(snapshots_in s1 s2); do
		[[ $(shard-show "$path") != *number=3\ * ]] || rm "$path"
	done
	[ "$(snapshots_in s? | wc -l)" -eq 13 ]
	mkdir away
	mv s3 s4 s5 away
	files > before
	run -3 --separate-stderr timeout 60 shard-drop -k 1
	says 'shows is 2, but 3 was there before'
	says 'hint: nothing was dropped: bring its peers back first'
	run -3 --separate-stderr timeout 60 shard-drop 1
	files | cmp before -
	mv away/* .
	timeout 60 shard-drop -q -k 1
	restores in3
}

# Goal: when what stays cannot be read, nothing is dropped.
@test "a snapshot that stays is unreadable: nothing is dropped" {
	hold_all
	give_all
	for file in $(indexes_in s?); do
		flip "$file"
	done
	files > before
	run ! --separate-stderr timeout 60 shard-drop 2
	says 'nothing was dropped'
	files | cmp before -
}

# Goal: a disk that is not mounted is not told, and does not count as told; nor
# is a store made in its place.
@test "the empty mount point of a disk that is away" {
	disks
	give_all
	mv s3 away
	mkdir s3
	run -1 --separate-stderr timeout 60 shard-drop 1
	says "peer 'disk3' is not usable: .*/s3' is not a store"
	says 'hint: is the disk mounted'
	[ -z "$(ls -A s3)" ]
	rmdir s3
	mv away s3
	[ "$(snapshots_in s3 | wc -l)" -eq 3 ]
	timeout 60 shard-drop -q -k 2
}

# Goal: what a disk shows that was away when it was dropped is no newest snapshot,
# for nobody, whether the disk is there or not; nor is it one that is left.
@test "a dropped snapshot that a peer still shows is not the newest" {
	disks
	give_all
	mkdir away
	mv s5 away
	run -1 --separate-stderr timeout 60 shard-drop 3
	mv away/s5 .
	restores in2
	grep -q '^2 ' home/newest
	snapshots_in s? > before
	timeout 60 shard-repair -q > repaired
	snapshots_in s? | cmp before -
	run -0 --separate-stderr timeout 60 shard-repair -o text
	[[ $output =~ ^SNAPSHOT.*$'\n'\ +2\  ]]
	[ -z "$stderr" ]
	run -2 --separate-stderr timeout 60 shard-drop 1 2
	says 'that would leave no snapshot at all'
	# who has seen it as the newest before it was known as dropped
	cp home/newest seen
	rm "$(snapshots_in s5 | comm -13 <(snapshots_in s4 | sed 's/^s4/s5/') -)"
	id=$(od -An -v -tx1 home/dropped | tr -d ' \n')
	echo "3 $id" > home/newest
	restores in2
	cmp home/newest seen
	timeout 60 shard-drop -q -k 1
	# numbers go on
	give in3 2> err
	grep -q '^4 ' home/newest
}

# mirror FILE [OPTION of shard-send ...]: one shard restores it, on three disks.
mirror()
{
	sed -i 3q home/peers
	shard-split -q -s 1024 -k 1 -n 3 "$1" | shard-send -q "${@:2}" > /dev/null
}

# mirror_alone FILE: the same while only the first disk is there.
mirror_alone()
{
	mkdir -p away
	mv s2 s3 away
	mirror "$1" -H 1 2> /dev/null
	mv away/* .
}

# Goal: one published on a single disk, of data that all have, is on all before
# the older one goes: each of them restores it alone.
@test "what stays is given to all that lack it, before anything is dropped" {
	disks
	mirror in1
	mirror_alone in1
	files > before
	timeout 60 shard-drop -q -n -k 1
	files | cmp before -
	run -0 --separate-stderr timeout 60 shard-drop -k 1
	says 'snapshot 2 stays: given to peers that lacked it'
	[ "$(snapshots_in s? | wc -l)" -eq 3 ]
	mv s1 s2 s3 away
	for n in 1 2 3; do
		mv "away/s$n" .
		restores in1
		mv "s$n" away
	done
}

# Goal: the same of a holder behind a wire, which has signed for it.
@test "what stays is given to a holder that was away, and it signs for it" {
	hold_all
	give in1
	halt TERM 5
	give in3 -H 4 2> /dev/null
	hold 5
	timeout 60 shard-drop -q 1
	[ "$(snapshots_in s? | wc -l)" -eq 5 ]
	[ "$(indexes_in s5 | wc -l)" -eq 1 ]
	had > kept
	promised > promises
	[ -z "$(comm -23 kept promises)" ] || { comm -23 kept promises; return 1; }
	halt TERM 1 2
	restores in3
}

# grant HOLDER SIZE: it takes no more than that from now on.
grant()
{
	local before
	before=$(grep -c 'event=roster' "b$1.log") || true
	sed -i "s/give=.*/give=$2/" "b$1/peers"
	kill -HUP "${recv_pid[$1]}"
	until_true 100 reloaded "$1" "$before"
}

reloaded()
{
	[ "$(grep -c 'event=roster outcome=ok' "b$1.log")" -gt "$2" ]
}

# Goal: what a full peer does not take is no reason to drop what its shards hang
# on; nor is a full peer kept from being told, if nothing does.
@test "a full peer does not take what stays: dropped only if nothing hangs on it" {
	for n in 1 2 3; do
		hold "$n"
	done
	mirror in1
	halt TERM 2 3
	mirror in1 -H 1 2> /dev/null
	hold 2
	hold 3
	grant 2 1
	files > before
	run -1 --separate-stderr timeout 60 shard-drop 1
	says 'snapshot 2 stays, and would rest on fewer peers than its shards: only 2 '
	says 'hint: nothing was dropped; make room at the peers'
	says "peer 'bob2' takes nothing more: "
	[ -z "$(files | comm -23 before -)" ]
	grant 2 100M
	timeout 60 shard-drop -q 1
	grant 2 1
	mirror two -H 2 2> /dev/null
	run -0 --separate-stderr timeout 60 shard-drop 2
	says 'not every usable peer takes snapshot 3, which stays: 2 have all'
	[ -z "$(shards_in s2)" ]
	restores two
}

# one_disk: it has all three; $second is the document of snapshot 2.
one_disk()
{
	disks
	sed -i 1q home/peers
	for n in 1 2 3; do
		shard-split -q -s 1024 -k 1 -n 1 "in$n" | shard-send -q > /dev/null
		snapshots_in s1 > "seen$n"
	done
	second=$(comm -13 seen1 seen2)
}

# Goal: the newest that was dropped by a run that was killed is not missing.
@test "kill -9 of shard-drop of the newest at each deletion, then again" {
	command -v strace > /dev/null || skip "strace is not installed"
	one_disk
	cp -r s1 whole
	for when in 1 2 3; do
		rm -rf s1 home/dropped
		cp -r whole s1
		timeout 60 shard-fetch -q -l -o json > list # which has seen it
		grep -q '^3 ' home/newest
		run strace -f -qq -o /dev/null \
			-e "inject=unlinkat:signal=KILL:when=$when" \
			timeout 60 shard-drop -q 3
		timeout 60 shard-drop -q 3 || [ $? -eq 1 ]
		grep -q '^2 ' home/newest
		run ! timeout 60 shard-fetch -q 3
		restores in2
	done
}

# Goal: a document that a disk does not give, for once or for good, may need
# anything: nothing is dropped but itself, when it is named.
@test "the document of one that stays is unreadable: nothing is dropped" {
	command -v strace > /dev/null || skip "strace is not installed"
	one_disk
	files > before
	run -1 --separate-stderr strace -f -qq -o /dev/null -P "$second" \
		-e 'inject=read,pread64:error=EIO' timeout 60 shard-drop 1
	local id
	id=id:$(basename "$second" | cut -c -12)
	says "no usable peer gives snapshot 2 whole, $id"
	says "the snapshot $id is shown by peer 'disk1', and given whole by nobody"
	says "hint: nothing was dropped; .* forget it: shard-drop $id\$"
	files | cmp before -
	run -0 --separate-stderr strace -f -qq -o /dev/null -P "$second" \
		-e 'inject=read,pread64:error=EIO' timeout 60 shard-fetch -l -o json
	[ "$(grep -c number <<< "$output")" -eq 2 ]
	[ "$(tail -n 1 <<< "$stderr")" = \
		"shard-fetch: warning: the list is not whole: 1 snapshots could not be read" ]
	flip "$second"
	files > before
	run -1 --separate-stderr timeout 60 shard-drop 1
	says 'nothing was dropped'
	run -1 --separate-stderr timeout 60 shard-drop -n -k 2
	says 'nothing was dropped'
	files | cmp before -
	timeout 60 shard-drop -q "$id"
	[ ! -e "$second" ]
	timeout 60 shard-drop -q 1
	[ "$(snapshots_in s1 | wc -l)" -eq 1 ]
	restores in3 3
}

# Goal: one that is older than all that stay goes, too, as was said.
@test "--keep: what cannot be read is as old as the one behind it says" {
	one_disk
	flip "$second"
	files > before
	run -0 --separate-stderr timeout 60 shard-drop -n -k 1
	says 'would drop what is left of snapshot 2'
	says 'would drop snapshot 1'
	files | cmp before -
	timeout 60 shard-drop -q -k 1
	[ ! -e "$second" ]
	[ "$(snapshots_in s1 | wc -l)" -eq 1 ]
	restores in3 3
}

# show_false N DIGIT: holder N shows a snapshot that never was.
show_false()
{
	local folder
	folder=$(echo "s$1"/*/snapshots)/$2$2
	mkdir -p "$folder"
	echo rot > "$folder/$(printf "%064d" 0 | tr 0 "$2")"
}

# Goal: what one of many shows and does not give, rotten or invented, is told by
# its name and stops nothing; what two show, or somebody away may have, does.
@test "a peer that shows a snapshot which nobody has" {
	hold_all
	give_all
	show_false 1 e
	halt TERM 5
	files > before
	run -1 --separate-stderr timeout 60 shard-drop 1
	says "id:eeeeeeeeeeee is shown by peer 'bob1', and given whole by nobody"
	says 'hint: nothing was dropped; .*: shard-drop id:eeeeeeeeeeee$'
	hold 5
	show_false 1 d
	show_false 2 d
	run -1 --separate-stderr timeout 60 shard-drop -k 2
	says "id:dddddddddddd is shown by peer 'bob1' and 1 more, and given whole"
	says 'hint: nothing was dropped; .*: shard-drop id:dddddddddddd$'
	[ "$(files | wc -l)" -eq $(($(wc -l < before) + 2)) ]
	run -0 --separate-stderr timeout 60 shard-drop id:dddddddddddd
	files | cmp before -
	run -0 --separate-stderr timeout 60 shard-drop -k 2
	says "id:eeeeeeeeeeee is shown by peer 'bob1' alone"
	[ "$(snapshots_in s? | wc -l)" -eq 11 ]
	[ "$(files | wc -l)" -lt "$(wc -l < before)" ]
	restores in2 2
	restores in3 3
}

# Goal: what a disk cannot list right now is not taken for what is not there.
@test "a folder that cannot be listed to its end: nothing is dropped" {
	command -v strace > /dev/null || skip "strace is not installed"
	one_disk
	files > before
	for call in getdents64 openat2; do
		run ! --separate-stderr strace -f -qq -o /dev/null -P "${second%/*}" \
			-e "inject=$call:error=EIO" timeout 60 shard-drop 1
		says "peer 'disk1' is not usable: .*${second%/*}.*(I/O|Input/output) error"
		files | cmp before -
		run -1 --separate-stderr strace -f -qq -o /dev/null -P "${second%/*}" \
			-e "inject=$call:error=EIO" timeout 60 shard-fetch -l
	done
	timeout 60 shard-drop -q 1
	restores in2 2
	restores in3 3
}

# The send has begun: it has the lock. Trying to lock it, too, could be in its way.
is_locked()
{
	grep -q " FLOCK .* $sender " /proc/locks
}

# Goal: a send, a drop and a repair of one identity do not run at once.
@test "shard-drop waits for no one: another run is refused" {
	hold_all
	give_all
	mkfifo slow
	shard-send -q slow > /dev/null 2>&1 3>&- &
	sender=$!
	others+=("$sender")
	exec 9> slow
	until_true 100 is_locked
	run -4 --separate-stderr timeout 20 shard-drop 2
	says 'another shard-send, shard-drop or shard-repair is running'
	run -4 --separate-stderr timeout 20 shard-repair 2
	says 'another shard-send, shard-drop or shard-repair is running'
	exec 9>&-
	only 1 2 3
}

# Goal: a program that hangs with the lock of a holder's orders holds up neither
# its servants nor who drops, for ever: both are told, and drop again is enough.
@test "somebody else has locked the orders of a holder" {
	hold_all
	give_all
	halt TERM 1
	start_hold 1 strace -D -f -qq -o /dev/null \
		-e "inject=nanosleep,clock_nanosleep:retval=0" \
		shard-recv -C b1 -d s1 -l "$net.1:7117"
	mkdir -p s1/orders
	exec 8< s1/orders
	flock -x 8
	run -1 --separate-stderr timeout 60 shard-drop -q 2 8<&-
	says "bob1.*s1/orders' is locked by another program, for 10 s now"
	logged 1 "event=drop peer=alice .*orders' is locked"
	exec 8<&-
	shard-drop -q 2
	only 1 3
}
