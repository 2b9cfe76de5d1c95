#!/usr/bin/env bats
# p2p-backup(1) among the settings and the readers that somebody else's shell has.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets stderr, and run in functions

load p2p-backup

@test "TAPE and TAR_OPTIONS are tar's own: neither is written to, nor read" {
	echo 'the tape of last week' > tape
	cp tape before
	export TAPE=$PWD/tape TAR_OPTIONS=--exclude=one
	quiet_run
	same_data
	p2p-backup -q drill --all
	cmp tape before
	newest | grep -v '"size":0,'
}

@test "CDPATH leads nowhere else" {
	quiet_run
	cp -r home rel
	export CDPATH=.:$PWD/home
	p2p-backup -q restore --to back
	diff -r data "back$PWD/data"
	p2p-backup -C rel -q run
}

@test "a command that prints nothing is no backup, status 3" {
	config "command = sh -c 'false | cat'"
	fails 3 'the stream to back up is empty' p2p-backup -q run
	says 'files'
	run -1 grep '"label":"files"' <(shard-fetch -l -o json)
}

# Goal: the fix that p2p-health names is one, also where nothing is left to try.
@test "a failed drill of a job that is no more is told until the next drill" {
	quiet_run
	echo "$(date +%s) drill db failed 3 disk1" >> home/backup/history
	run -1 p2p-health -o text -x
	[[ $output == *'the last try to restore failed: db '* ]]
	p2p-backup -q drill files
	run -1 p2p-health -o text -x
	p2p-backup -q drill
	[ "$(grep -c ' drill db gone$' home/backup/history)" -eq 1 ]
	run -0 p2p-health -o text -x
	p2p-backup -q drill
	[ "$(grep -c ' drill db gone$' home/backup/history)" -eq 1 ]
}

# Goal: a pager that is quit, or a mailer that dies, costs lines: no folder with
# plain data stays, and a run goes on, with all its jobs.
@test "whoever reads what is said goes away: nothing stays, and a run goes on" {
	config "path = $PWD/data" '[more]' "path = $PWD/data/deep"
	bytes much 3000000 > data/much
	p2p-backup -v run 2>&1 | true
	[ "$(grep -c ' run .* ok ' home/backup/history)" -eq 2 ]
	p2p-backup status | true
	p2p-backup -v drill --all 2>&1 | true
	[ "$(grep -c ' drill .* ok ' home/backup/history)" -eq 2 ]
	[ -z "$(ls -A tmp)" ]
	p2p-backup -v run 2>&1 | head -n 1
	[ "$(grep -c ' run .* ok ' home/backup/history)" -eq 4 ]
	[ -z "$(ls -A tmp)" ]
	[ ! -s home/backup/lock ]
}

# Goal: cron has no LANG, and drills run from there.
@test "a drill in the locale C compares files whatever bytes their names have" {
	mkdir data/ü
	echo 4 > data/ü/ö
	echo 5 > $'data/\377\303'
	echo 6 > 'data/back\303slash'
	LC_ALL=C quiet_run
	sed -i "s/^\([0-9]* run files ok\) [0-9]*/\1 $(($(date +%s) + 500))/" home/backup/history
	for locale in C C.UTF-8; do
		LC_ALL=$locale run -0 --separate-stderr p2p-backup drill --all
		says ', 4 files compared'
	done
	LC_ALL=C run -0 --separate-stderr p2p-backup drill
	says ', 4 files compared'
	echo 7 > data/ü/ö
	LC_ALL=C run -3 --separate-stderr p2p-backup drill
	says 'came back as others'
	# what no list of lines can hold is not passed over in silence
	rm -r data/ü data/deep data/one data/$'\377\303'
	quiet_run
	run -0 --separate-stderr p2p-backup drill --all
	says 'no file that could be compared: .* names have backslashes or control characters \(1\)$'
}

# is_sent FILE: it is whole, as it was at one of the runs.
is_sent()
{
	for version in sent/*; do
		! cmp -s "$1" "$version" || return 0
	done
	return 1
}

# Goal: the disk of TMPDIR is nearly full, by a little more or less each time.
@test "no room for temporary files: no wrong success, and it is said why" {
	config "path = $PWD/data" '[more]' 'command = cat data/one'
	sed -i '1i notify = cat >> told' home/backup.conf
	quiet_run
	mkdir s9 sent
	cp data/one sent/before
	on_tmpfs s9 size=128k
	export TMPDIR=$PWD/s9
	for free in 0 4 12 20 28 112; do
		rm -rf s9/* told back
		echo "$free" >> data/one
		head -c "$((128 - free))k" /dev/zero > s9/full
		for verb in run 'restore --to back' 'drill --all' prune status; do
			# shellcheck disable=SC2086 # words
			run --separate-stderr p2p-backup -q $verb
			echo "$free KiB, $verb: $status, $output, $stderr"
			silent '[Ii]llegal|syntax|operand|[a-z]: [0-9]+: |there is no snapshot|only 0 of'
			[ "$status" -eq 0 ] || {
				[ "$status" -eq 4 ] || [ "$verb$status" = status1 ]
				says "'$PWD/s9' has no room for what p2p-backup notes" ||
					[ "$verb$status" = status1 ]
			}
			case $verb$status in
			run*) cp data/one "sent/$free" ;;&
			run4)
				[[ $stderr == *"cannot read '$PWD/home/backup.conf'"* ]] ||
					grep "'$PWD/s9' has no room" told
				;;
			restore*0)
				is_sent "back$PWD/data/one"
				is_sent back/more
				;;
			esac
		done
	done
	# a little more, and there is room for all
	[ "$(history)" = 'drill more ok' ]
	# a job that fails is no end of the others
	[ "$(grep -c ' run files failed' home/backup/history)" -gt 1 ]
	[ "$(grep -c ' run more failed' home/backup/history)" -gt 1 ]
}

# Goal: gpg-agent and many others have one in every home.
@test "a socket is no data: nothing is said of it, and all else comes" {
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("data/agent")'
	quiet_run
	p2p-backup -q restore --to back
	[ ! -e "back$PWD/data/agent" ]
	rm data/agent
	diff -r data "back$PWD/data"
	p2p-backup -q drill --all
	# another warning of tar is heard
	mkdir data/mount
	instead tar <<- 'END'
	#!/bin/sh
	echo 'tar: ./data: a warning' >&2
	exec /usr/bin/tar "$@"
	END
	run -0 --separate-stderr p2p-backup -q run
	says 'tar: ./data: a warning'
}

# Goal: a disk that dies turns read-only: restores go on, and it is told before the
# newest backup is too old.
@test "a disk that is mounted read-only has no room left" {
	quiet_run
	p2p-health -o text > /dev/null
	mount --bind s1 s1 2> /dev/null || skip "cannot mount here"
	mount -o remount,bind,ro s1
	run -1 p2p-health -o text
	grep -A 1 '^QUOTA  hardly any room left: disk1 (1 of 3 peers)' <<< "$output" |
		grep 'read-only'
	same_data
}
