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
