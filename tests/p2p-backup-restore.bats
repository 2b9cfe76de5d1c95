#!/usr/bin/env bats
# What p2p-backup(1) brings back, by restore, recover and drill, and what it says
# when that is not what was asked for. The peers are folders.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets stderr, and run in functions

load p2p-backup

# Goal: the disk that has the newest snapshot is away: nobody gets an older state
# of the files who has not asked for that one.
@test "a newest snapshot that is out of reach is not passed over for an older one" {
	sed -i '1i happy = 1\nneed = 1' home/backup.conf
	sed -i '/^need = 2/d' home/backup.conf
	quiet_run
	cp -r data old
	mv s1 away1
	mv s2 away2
	echo new > data/one
	run -0 --separate-stderr p2p-backup run
	[ "$(cut -d ' ' -f 1 home/newest)" -eq 3 ]
	same_data
	mv away1 s1
	mv s3 away3
	for which in '' files latest "$PWD/data/one"; do
		# shellcheck disable=SC2086 # or none
		run -3 --separate-stderr p2p-backup restore $which --to none
		says 'a newer snapshot was here before than the peers show: 3$'
		says 'hint: bring back the peer that has it; or, .* by its number'
	done
	[ ! -e none ]
	sed -i '1i notify = cat >> told' home/backup.conf
	run -3 p2p-backup drill
	grep -x 'no drill: a newer snapshot was here before than the peers show: 3' told
	[ "$(history)" = 'drill files failed' ]
	# who asks for it gets it
	p2p-backup -q restore 2 --to older
	diff -r old "older$PWD/data"
	# another snapshot of the same number is not the one
	mv away3 s3
	same_data
	p2p-backup -q drill
	sed -i "s/ [0-9a-f]*/ $(printf '%064d' 0)/" home/newest
	run -3 --separate-stderr p2p-backup restore --to none
	says 'a newer snapshot was here before'
	# what stands there and is no such line is nothing that was seen
	echo x > home/newest
	same_data
}

@test "restore says which job has no snapshot, and that this is not all" {
	printf '%s\n' '[other]' "path = $PWD/data" >> home/backup.conf
	quiet_run files
	run -1 --separate-stderr p2p-backup restore --to back
	says '^p2p-backup: other: there is no snapshot$'
	diff -r data "back$PWD/data"
	run -0 p2p-backup restore files --to one
	# a path is wanted from whichever has it
	run -0 --separate-stderr p2p-backup restore "$PWD/data/one" --to part
	says 'other: there is no snapshot'
	cmp data/one "part$PWD/data/one"
}
