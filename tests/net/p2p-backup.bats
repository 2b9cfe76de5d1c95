#!/usr/bin/env bats
# p2p-backup(1) with peers over the network: phases, a bare machine, dead peers.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets stderr, and run in functions

load net

setup()
{
	net_setup 3
	export XDG_CACHE_HOME=$PWD/cache XDG_STATE_HOME=$PWD/state
	mkdir -p data tmp
	bytes one 50000 > data/one
	bytes two 3000 > data/two
	export TMPDIR=$PWD/tmp
	printf '%s\n' 'find = --no-mdns' 'need = 2' 'total = 5' '[files]' "path = $PWD/data" > home/backup.conf
}

teardown()
{
	if [ -d root ]; then
		umount -Rl root
	fi
	net_teardown
}

# folders N: the roster has these before the holders.
folders()
{
	local n
	for n in $(seq "$1"); do
		mkdir -p "d$n"
		echo "disk$n - dir:$PWD/d$n"
	done | cat - home/peers > peers
	mv peers home/peers
}

# in_mode MODE: back up; what a mode needs and is not installed is missed.
in_mode()
{
	run --separate-stderr env "P2P_MODE=$1" p2p-backup run
	says 'files: snapshot [0-9]+ after'
	[ "$status" -eq 0 ] || { [ "$status" -eq 4 ] && says 'which is not installed'; } ||
		{ echo "mode $1: $status: $stderr"; return 1; }
}

# comes_back MODE [SNAPSHOT]: what it has is what was copied to was/N.
comes_back()
{
	rm -rf back
	P2P_MODE=$1 p2p-backup -q restore "${@:2}" --to back
	diff -r "was/${2:-$last}" "back$PWD/data"
}

# keep_last: remember what the newest snapshot of the job is of.
keep_last()
{
	last=$(awk '$2 == "run" && $4 == "ok" { n = $6 } END { print n }' home/backup/history)
	mkdir -p was
	cp -r data "was/$last"
}

# events PATTERN: how many of them the holders have in their logs; at some moment
# they also say how many there were too many to tell.
events()
{
	cat b?.log | grep -v 'more like it' | grep -cE "event=($1)" || true
}

# Whether no holder has a connection any more, or one to take.
nobody_connected()
{
	! ss -Htan src "$net.0/24" | grep -qv -e ^LISTEN -e ^TIME-WAIT
}

# Whether all that a killed run has started is dead, too: one of them may be
# waiting for the disk.
nobody_runs()
{
	[ ! -e home/backup/lock ] || flock -n home/backup/lock true
}

# cut_off MODE: a run that is killed while it works.
cut_off()
{
	P2P_MODE=$1 setsid p2p-backup -q run 2> cut.err 3>&- &
	local pid=$!
	sleep "$(printf '0.%02d' $((RANDOM % 60)))"
	kill -9 -- "-$pid" 2> /dev/null || true
	wait "$pid" || true
	until_true 300 nobody_connected
	until_true 300 nobody_runs
}

# Goal: the phases, up and down, with runs cut off in between, in this mode or
# another: whatever the mode, the newest backup comes back in it, and in full so
# do all others.
walk()
{
	local modes=(off full discover off verify full off full verify discover full)
	hold_all
	folders "$1"
	sed -i "s/^total.*/total = $(($1 + 3))/" home/backup.conf
	RANDOM=${SEED:=$BASHPID}
	echo "SEED=$SEED"
	for mode in "${modes[@]}"; do
		cut_off "${modes[RANDOM % ${#modes[@]}]}"
		echo "$mode" >> data/two
		bytes "$mode$RANDOM" 20000 > data/one
		put=$(events put) connect=$(events connect)
		in_mode "$mode"
		case $mode in
		off) [ "$(events connect)" -eq "$connect" ] ;;
		discover) grep "^$(id_of b1).*$net.1:7117" <<< "$output" ;;&
		discover | verify) [ "$(events put)" -eq "$put" ] ;;
		full) [ "$(events put)" -gt "$put" ] ;;
		esac
		keep_last
		comes_back "$mode"
	done
	[ ! -e home/backup/lacking ]
	# and each of the old ones, some of which were made in other modes
	for number in was/*; do
		comes_back full "${number#was/}"
	done
	# there is one chain: no number twice
	shard-fetch -q -l -o json | sed 's/{"number":\([0-9]*\),.*/\1/' > numbers
	[ "$(wc -l < numbers)" -ge 12 ]
	[ -z "$(uniq -d numbers)" ]
}

@test "all phases up and down, with as many folders as are needed" {
	walk 2
	# what only the folders had, the others have too by now
	rm -rf d1 d2
	comes_back full
}

@test "all phases up and down, with one folder, which gets whole copies" {
	walk 1
	rm -rf d1
	comes_back full
}

# killed_once_shown MODE: a run that is killed when peers have its snapshot,
# before anything here says so.
killed_once_shown()
{
	mkdir -p dying
	cat > dying/shard-send <<- END
	#!/bin/sh
	strace -f -qq -o /dev/null -P "\$2/newest" -e inject=readlink:signal=KILL \
		"$BUILD/shard-send" "\$@"
	kill -9 0
	END
	chmod +x dying/shard-send
	local before
	before=$(find . -path '*/snapshots/*' -type f | wc -l)
	cp home/newest newest
	PATH=$PWD/dying:$PATH P2P_MODE=$1 run -137 setsid -w p2p-backup -q run
	until_true 300 nobody_runs
	[ "$(find . -path '*/snapshots/*' -type f | wc -l)" -gt "$before" ]
	cmp home/newest newest
}

# Goal: whoever has the snapshot of a killed run is away when the next one is
# made, in another mode: there is one chain all the same, and no two snapshots
# have one number.
@test "killed once a snapshot is out, and on in another mode without its peers" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold_all
	folders 1
	sed -i 's/^total.*/total = 4/; 1i happy = 3' home/backup.conf
	in_mode full
	keep_last
	echo 1 >> data/two
	killed_once_shown off
	mv d1 away
	echo 2 >> data/two
	run -0 --separate-stderr p2p-backup run
	says 'files: snapshot 5 after'
	says 'some peers still miss something; the next run tries again'
	keep_last
	killed_once_shown full
	mv away d1
	echo 3 >> data/two
	in_mode off
	keep_last
	comes_back off
	in_mode full
	keep_last
	run -0 --separate-stderr shard-fetch -l -o json
	[ "$(grep -c . <<< "$output")" = "$(jq -s 'map(.number) | unique | length' <<< "$output")" ]
	run ! grep -E 'have the number|follow' <<< "$stderr"
	for number in was/*; do
		comes_back full "${number#was/}"
	done
}

@test "up again: all peers get what they missed, without its being split again" {
	hold_all
	folders 2
	in_mode off
	keep_last
	[ -z "$(find s1 s2 s3 -path '*/shards/*' -type f)" ]
	# the job itself fails, so it is the repair that does it
	sed -i 's/^path.*/command = false/' home/backup.conf
	run -4 p2p-backup run
	[ ! -e home/backup/lacking ]
	rm -rf d1 d2
	sed -i "s|^command.*|path = $PWD/data|" home/backup.conf
	comes_back full
}

@test "up again with a peer away: what rests on too few is an alarm" {
	hold_all
	folders 2
	cat >> home/backup.conf <<- 'END'
	[other]
	command = echo
	total = 2
	END
	sed -i '1i notify = cat >> told' home/backup.conf
	P2P_MODE=off p2p-backup -q run
	halt TERM 3
	run -1 --separate-stderr p2p-backup run other
	says 'other: snapshot [0-9]+ after'
	says 'too few peers have what was backed up in another mode'
	grep 'found no peer to rest on' told
	[ -e home/backup/lacking ]
	sed -i 's/^\[files\]/&\nhappy = 4/' home/backup.conf
	run -0 --separate-stderr p2p-backup run other
	says 'some peers still miss something; the next run tries again'
	hold 3
	run -0 p2p-backup run other
	[ ! -e home/backup/lacking ]
}

@test "in a lower phase nothing is pruned or repaired, and it is said" {
	hold_all
	folders 2
	echo 'keep-last = 1' >> home/backup.conf
	in_mode full
	keep_last
	echo more >> data/two
	in_mode off
	for verb in prune repair; do
		P2P_MODE=verify run -1 --separate-stderr p2p-backup "$verb"
		says "in mode 'verify' only folders are written to: no $verb"
	done
	comes_back full "$last"
	sed -i /disk/d home/peers
	P2P_MODE=off run -2 --separate-stderr p2p-backup run
	says 'the roster has none'
}

# sockets FILE COMMAND ...: run it; FILE gets the sockets that it and all it has
# started have made, other than those within this machine's kernel.
sockets()
{
	local status=0
	strace -f -qq -e trace=socket -o traced "${@:2}" || status=$?
	sed -n 's/.*socket(\([A-Z0-9_]*\),.*/\1/p' traced |
		grep -v -e AF_UNIX -e AF_NETLINK > "$1" || true
	return "$status"
}

# Goal: off is off: not one socket is made. discover asks who is there, and a
# peer hears nothing else from it.
@test "off makes no socket, discover says nothing to peers but who we are" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold_all
	folders 2
	sed -i "s/^find.*/& --probe/" home/backup.conf
	export P2P_MODE=off
	for verb in run list 'restore files --to back' status drill; do
		echo "$verb"
		# shellcheck disable=SC2086 # words
		sockets made p2p-backup -q $verb || [ "$verb" = status ] # 2 of 5
		[ ! -s made ]
	done
	diff -r data "back$PWD/data"
	[ "$(events connect)" -eq 0 ]
	P2P_MODE=discover sockets made p2p-backup -q run
	grep -q AF_INET made
	for n in 1 2 3; do
		logged "$n" 'event=connect'
	done
	until_true 300 nobody_connected
	[ "$(sed -n 's/.* event=\([a-z]*\).*/\1/p' b?.log | sort -u |
		grep -vx -e start -e connect -e hello -e peers -e info -e disconnect -e scrub)" = '' ]
	for n in 1 2 3; do
		[ -z "$(find "s$n" -path '*/s*/??/*')" ]
	done
}

# Goal: a peer of which no address is known is named, and stops nothing that can
# be done without it; a tool that is not installed is missed where it matters.
@test "discover names who was not found; without peer-find it says so" {
	hold_all
	folders 1
	new_home b4
	sed -i 's/^total.*/total = 4/; 1i happy = 4' home/backup.conf
	echo "carol $(id_of b4) - store=1G" >> home/peers
	for mode in discover full; do
		run -0 --separate-stderr env "P2P_MODE=$mode" p2p-backup run
		says "warning: not found: carol, $(id_of b4)"
	done
	keep_last
	comes_back full
	mkdir few
	ln -s "$BUILD"/p2p-backup "$BUILD"/peer-key "$BUILD"/shard-* few
	PATH=$PWD/few:/usr/bin:/bin
	run -4 --separate-stderr env P2P_MODE=discover p2p-backup run
	says "finding peers needs 'peer-find', which is not installed"
	says 'files: snapshot [0-9]+ after'
	run -0 --separate-stderr p2p-backup run
	rm few/shard-vote
	run -4 --separate-stderr p2p-backup verify
	says "an audit needs 'shard-vote', which is not installed"
}

# Goal: holders agree on what they have; who has lost it is told, who is away
# not; too few to agree are audited one by one.
@test "verify: all is there, one is away, one has lost its shards" {
	hold_all
	folders 2
	in_mode full
	P2P_MODE=verify run -0 --separate-stderr p2p-backup verify
	[ "$(grep -c '^bob[123] .* 0  *0  *0$' <<< "$output")" -eq 3 ]
	halt KILL 3
	run -0 --separate-stderr p2p-backup verify
	grep -E '^bob3 .* [1-9][0-9]*  *0$' <<< "$output"
	halt KILL 2
	run -0 --separate-stderr p2p-backup verify
	says 'warning: the holders are too few for a poll: each is audited on its own'
	[ "$(grep -c '^bob' <<< "$output")" -eq 1 ]
	hold 2
	sed -i '1i notify = cat >> told' home/backup.conf
	rm -r s1/*/shards/*
	run -1 --separate-stderr p2p-backup verify
	says 'a holder has not got what it should: p2p-backup repair'
	grep 'are bad' told
	# what convicts it is there when all is done
	says "here is evidence: see 'shard-vote verify $PWD/home/backup/evidence'$"
	run -1 --separate-stderr shard-vote -q -o json verify home/backup/evidence
	[ "$(jq -r .culprit <<< "$output")" = "$(id_of b1)" ]
	P2P_MODE=verify run -1 p2p-backup run
	hold 3
	run -0 p2p-backup repair
	run -0 p2p-backup verify
	halt KILL 1 2 3
	run -4 --separate-stderr p2p-backup verify
	says 'no holder could be audited'
	sed -i /bob/d home/peers
	run -1 --separate-stderr p2p-backup verify
	says 'all peers are folders'
}

# Goal: repair does what a certificate says, no more; with --all everything.
@test "repair by certificate, and all of it" {
	sed -i 's/^need.*/need = 1/; s/^total.*/total = 3/' home/backup.conf
	hold_all
	in_mode full
	rm -r s1/*/shards/*
	run -0 --separate-stderr p2p-backup repair
	says 'by the certificate of .* shards are to be rebuilt'
	next_second
	run -0 p2p-backup verify
	next_second
	rm -r s[12]/*/shards/*
	run -1 --separate-stderr p2p-backup repair
	says 'turned bad or silent at once'
	[ -z "$(find s1/*/shards -type f)" ]
	run -0 p2p-backup repair --all
	run -0 p2p-backup verify
	run -2 p2p-backup repair --all more
	# What a former peer had is in nobody's charge
	new_home b4
	mkdir s4
	cp b3/peers b4/peers
	hold 4
	halt KILL 3
	sed -i "s/^bob3 .*/bob4 $(id_of b4) $net.4:7117/" home/peers
	bytes three 3000 > data/three
	in_mode full
	next_second
	run -1 --separate-stderr p2p-backup repair
	says 'shards of these snapshots are still not there: 1'
	says 'hint: if no peer is only away: p2p-backup repair --all'
	run -0 p2p-backup repair --all
	next_second
	run -0 p2p-backup repair
}

# Goal: the network dies for a night; the next run needs no help.
@test "dead peers: a failed backup, then a good one" {
	hold_all
	folders 2
	in_mode full
	keep_last
	halt KILL 1 2 3
	echo more >> data/two
	run -1 --separate-stderr p2p-backup run
	says '2 of the 5 peers are usable'
	says 'files: no backup was made'
	comes_back full
	hold_all
	in_mode full
	keep_last
	comes_back full
}

@test "a drill by chance, with holders that are away" {
	hold_all
	folders 2
	in_mode full
	halt KILL 2
	for _ in 1 2 3; do
		run -0 --separate-stderr p2p-backup drill
		says 'is whole from (disk[12]|bob[13]) (disk[12]|bob[13]), '
	done
	run ! grep bob2 home/backup/history
}

# on_clock SECONDS COMMAND: it sees a clock that is so far ahead, and so does
# what it calls.
on_clock()
{
	local qemu tool
	qemu=qemu-$(uname -m)
	if [ ! -d clocked ]; then
		[[ $BUILD != */san ]] || skip "sanitizers bear no preloading"
		command -v "$qemu" > /dev/null || skip "$qemu is not installed"
		gcc -O2 -shared -fPIC -o clock.so "$BATS_TEST_DIRNAME/clock.c" ||
			skip "no compiler for the clock"
		mkdir clocked
		for tool in "$BUILD"/peer-* "$BUILD"/shard-* "$BUILD"/p2p-health; do
			printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$qemu" "$tool" \
				> "clocked/${tool##*/}"
		done
		chmod +x clocked/*
	fi
	env LD_PRELOAD="$PWD/clock.so" CLOCK_AHEAD="$1" PATH="$PWD/clocked:$PATH" "${@:2}"
}

# Goal: the clock of the owner is months ahead or behind for some runs, and then
# right: its holders refuse what is of another day, nothing is lost, and the
# first run on the right clock is whole without help, prunes, and is the newest.
@test "a clock that was wrong, and is set right" {
	hold_all
	folders 1
	sed -i 's/^total.*/total = 4/; 1i keep-last = 1' home/backup.conf
	for days in 400 -400; do
		for _ in 1 2; do
			echo "$days" >> data/two
			on_clock $((days * 86400)) p2p-backup run || true
		done
		keep_last
		comes_back full
		echo right >> data/two
		run -0 --separate-stderr p2p-backup run
		says 'files: snapshot [0-9]+ after'
		keep_last
		comes_back full
	done
	[ "$(p2p-backup list | grep -c ' files$')" -eq 1 ]
	run -0 p2p-backup verify
	run -0 p2p-backup status
	run -0 p2p-backup drill --all
	run -0 --separate-stderr shard-fetch -l -o json
	jq -s -e 'map(.number) == (map(.number) | sort | unique)' <<< "$output"
}

# bare COMMAND: it runs where there is nothing but /usr, the tools, and ./sheet.
bare()
{
	if [ ! -d root ]; then
		mkdir root
		mount -t tmpfs none root || skip "cannot mount a tmpfs here"
		mkdir -p root/usr root/tools root/dev root/proc root/root root/tmp root/etc
		cp -P -r /etc/alternatives root/etc
		ln -s usr/bin usr/lib usr/lib64 root
		mount --bind /usr root/usr
		mount --bind -o ro "$BUILD" root/tools
		mount --bind /dev root/dev
		mount -t proc none root/proc
		cp sheet root/sheet
	fi
	env -i PATH=/tools:/usr/bin HOME=/root /usr/sbin/chroot root "$@"
}

@test "recover in an empty root: sheet, tools and one live peer's address" {
	hold_all
	cat >> home/backup.conf <<- END
	[words]
	command = cat $PWD/data/two
	END
	sed -i 's/total = 5/total = 3/' home/backup.conf
	in_mode full
	echo more >> data/two
	in_mode full
	before=$(shard-fetch -q -l -o json | tail -n 1 | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
	peer-key -q phrase > sheet
	id=$(id_of b2)
	rm -rf home

	bare p2p-backup recover --sheet /sheet "$net.2:7117" "$id" --to /back
	diff -r data "root/back$PWD/data"
	cmp data/two root/back/words
	# all of the roster is back, so one holder fewer does no harm
	bare sh -c 'cat ~/.config/shardkit/peers' | grep bob3
	# the next run goes on with the chain, from files where they were
	mkdir -p "root$PWD"
	cp -r data "root$PWD"
	bare p2p-backup run
	bare shard-fetch -l -o json > list
	[ "$(sed 's/{"number":\([0-9]*\),.*/\1/' list | paste -sd ' ')" = '1 2 3 4 5 6 7 8' ]
	[ "$(grep -c '"number":5' list)" -eq 1 ]
	grep -q "\"id\":\"$before\"" list
	halt KILL 2
	bare p2p-backup restore --to /again
	diff -r data "root/again$PWD/data"
}

@test "recover: a peer that has moved, one that is not there, a roster by hand" {
	hold_all
	sed -i 's/total = 5/total = 3/; s/need = 2/need = 1/' home/backup.conf
	in_mode full
	peer-key -q phrase > sheet
	export SHARDKIT_HOME=$PWD/new
	# nobody there: nothing but the keys is made, and it can be tried again
	run -4 --separate-stderr p2p-backup recover --sheet sheet "$net.77:7117" "$(id_of b1)"
	[ ! -e new/peers ]
	# another id than that of who answers
	run -4 --separate-stderr p2p-backup recover "$net.1:7117" "$(id_of b2)"
	says 'the keys are here already'
	[ ! -e new/peers ]
	# one live peer is all that there is
	halt TERM 1 2 3
	start_hold 1 shard-recv -C b1 -d s1 -l "$net.71:7117"
	p2p-backup recover "$net.71:7117" "$(id_of b1)"
	diff -r data "restored$PWD/data"
	grep "^bob1 $(id_of b1) $net.71:7117,$net.1:7117\$" new/peers
	hold 2
	hold 3
	p2p-backup run
	# made with shard-send alone: there is no roster to bring back
	rm -rf s1 s2 s3 new restored
	mkdir s1 s2 s3
	halt KILL 1 2 3
	hold_all
	shard-split -q -C home -k 1 -n 3 data/one | shard-send -q -C home -o json > receipts
	run -1 --separate-stderr p2p-backup recover --sheet sheet "$net.1:7117" "$(id_of b1)"
	says 'there is no backup of the roster'
	restores data/one
}

# network N: this many holders instead of three, all of them listening.
network()
{
	local n
	for n in $(seq 4 "$1"); do
		new_home "b$n"
		mkdir "s$n"
		echo "alice $(id_of home) $net.99:1 give=100M" > "b$n/peers"
		echo "bob$n $(id_of "b$n") $net.$n:7117" >> home/peers
	done
	peers=$1
	sed -i "$((peers + 1)),\$d" home/peers
	hold_all
}

# folders_and_back: without any network, and then with all peers again, the same
# comes back, if there are folders to keep it meanwhile.
folders_and_back()
{
	grep -q ' "*dir:' home/peers || {
		P2P_MODE=off run -2 --separate-stderr p2p-backup run
		says "in mode 'off' backups go to folders only, and the roster has none"
		return
	}
	echo "off" >> data/two
	P2P_MODE=off run -0 p2p-backup run
	P2P_MODE=off p2p-backup -q restore files --to off
	diff -r data "off$PWD/data"
	echo "full" >> data/two
	P2P_MODE=full run -0 p2p-backup run
	[ ! -e home/backup/lacking ]
	P2P_MODE=full p2p-backup -q restore files --to full
	diff -r data "full$PWD/data"
}

# every_verb NEED TOTAL STATUS PEER ...: all that p2p-backup can do with these
# peers, of which verify says STATUS; recover is told of PEER.
every_verb()
{
	local need=$1 total=$2 verified=$3
	shift 3
	sed -i "s/^need.*/need = $need/; s/^total.*/total = $total/; 1i keep-last = 2" \
		home/backup.conf
	run -0 --separate-stderr p2p-backup run
	if [ "$total" -eq 1 ]; then
		says 'warning: files: a total of 1 survives no loss'
	else
		run ! grep survives <<< "$stderr"
	fi
	run -0 --separate-stderr p2p-backup list
	grep -E " $total/$total +$need +$total +$total .* files$" <<< "$output"
	p2p-backup -q restore files --to first
	diff -r data "first$PWD/data"
	run "-$verified" p2p-backup verify
	run -0 p2p-backup status
	grep -E "^files .* $total/$total +$need " <<< "$output"
	run -0 p2p-backup drill --all
	# what the peers lose comes back as far as others have it
	find . -path '*/shards/*' -type f | head -n $((total - need)) | xargs -r rm
	run -0 p2p-backup repair --all
	run "-$verified" p2p-backup verify
	run -0 p2p-backup repair
	for _ in 1 2; do
		echo more >> data/two
		p2p-backup -q run
	done
	run -0 p2p-backup prune
	[ "$(p2p-backup list | grep -c ' files$')" -eq 2 ]
	folders_and_back
	last=$(shard-fetch -q -l -o json | tail -n 1 | sed 's/.*"number":\([0-9]*\).*/\1/')
	peer-key -q phrase > sheet
	mv home before
	run -0 --separate-stderr p2p-backup recover --sheet sheet --to all "$@"
	diff -r data "all$PWD/data"
	cmp before/peers home/peers
	cmp before/backup.conf home/backup.conf
	# the configuration, which this machine has not sent yet, and the job
	p2p-backup -q run
	[ "$(shard-fetch -q -l -o json | tail -n 1 | cut -d , -f 1)" = "{\"number\":$((last + 2))" ]
}

@test "every verb with one peer: a folder" {
	: > home/peers
	folders 1
	every_verb 1 1 1 "dir:$PWD/d1"
}

@test "every verb with one peer: a holder" {
	network 1
	every_verb 1 1 0 "$net.1:7117" "$(id_of b1)"
}

@test "every verb with 40 peers: 36 folders, and holders who hold a poll" {
	network 4
	folders 36
	every_verb 13 40 0 "$net.4:7117" "$(id_of b4)"
}

# Goal: as many holders as backups are tested for, each behind a wire: all are
# used, any thirteen of them give everything back, and twelve do not.
@test "forty holders: run, status, drill, a poll; thirteen are enough" {
	network 40
	sed -i 's/^need.*/need = 13/; s/^total.*/total = 40/' home/backup.conf
	p2p-backup -q run
	run -0 p2p-backup status
	grep -E '^files .* 40/40 +13 ' <<< "$output"
	[ "$(grep -cE '^bob[0-9]+ +up ' <<< "$output")" -eq 40 ]
	# seven vote about all of them, which is work for a few processors only
	run -0 --separate-stderr shard-vote -q -k 7 -o text -w certificate
	[ "$(awk '/^bob/ && $2 > 0 && $2 == $3' <<< "$output" | wc -l)" -eq 40 ]
	# shellcheck disable=SC2046 # numbers
	halt KILL $(seq 27)
	run -0 p2p-backup drill --all
	p2p-backup -q restore files --to back
	diff -r data "back$PWD/data"
	peer-key -q phrase > sheet
	mv home before
	p2p-backup -q recover --sheet sheet --to all "$net.40:7117" "$(id_of b40)"
	diff -r data "all$PWD/data"
	halt KILL 28
	run -1 --separate-stderr p2p-backup restore files --to few
}

# Goal: a holder that never drops is as good as any: night after night nothing is
# said, nothing is bad, and nothing is lost.
@test "a holder with --no-drop" {
	hold 1
	hold 2
	hold 3 --no-drop
	sed -i 's/^total.*/total = 3/; 1i keep-last = 1' home/backup.conf
	for night in 1 2 3; do
		echo "$night" >> data/two
		run -0 --separate-stderr p2p-backup -q run
		[ -z "$stderr" ] || { echo "$stderr"; return 1; }
		run -0 --separate-stderr p2p-backup -q verify
		[ -z "$stderr" ] || { echo "$stderr"; return 1; }
	done
	[ "$(find s3 -path '*/snapshots/*' -type f | wc -l)" -eq 4 ]
	run -0 p2p-health -x
	run -0 p2p-backup status
	run -0 --separate-stderr p2p-backup -q repair --all
	run -0 --separate-stderr p2p-backup prune
	says "peer 'bob3': this holder keeps everything"
	[ "$(find s1 -path '*/snapshots/*' -type f | wc -l)" -eq 2 ]
	[ "$(find s3 -path '*/snapshots/*' -type f | wc -l)" -eq 4 ]
	keep_last
	comes_back full
}
