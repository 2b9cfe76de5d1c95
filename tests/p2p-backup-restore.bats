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

# recovers STATUS PEER: on a bare machine, to ./all.
recovers()
{
	[ -e sheet ] || peer-key -q phrase > sheet
	rm -rf all home
	run "-$1" --separate-stderr p2p-backup recover --sheet sheet --to all "$2"
}

# Goal: the one peer that is asked was away when backup.conf changed.
@test "recover takes the newest configuration of all peers, and tells of no job's" {
	sed -i '1i happy = 2' home/backup.conf
	quiet_run
	mv s3 away
	printf '%s\n' '[db]' 'command = echo the shop' >> home/backup.conf
	run -0 --separate-stderr p2p-backup run
	cp -r home was
	mv away s3
	recovers 0 "dir:$PWD/s3"
	says 'all jobs are back'
	silent 'stays as it is'
	[ "$(cat all/db)" = 'the shop' ]
	diff -r data "all$PWD/data"
	cmp was/backup.conf home/backup.conf
	# where the newest is lost, the older one lacks the job, and not silently
	shard-drop -q 3 > dropped
	recovers 1 "dir:$PWD/s3"
	says "snapshots 'db' are of no job in '$PWD/home/backup.conf'; .* p2p-backup restore 5$"
	says 'not all is back'
	silent 'all jobs are back'
	diff -r data "all$PWD/data"
	# a job that was given up is no fault
	p2p-backup -q run
	recovers 0 "dir:$PWD/s1"
	says "snapshots 'db' are of no job in"
	says 'all jobs are back'
	# nor is a file that is there already: it stays, and what it lacks is told
	rm -rf all
	echo '# mine' >> home/backup.conf
	run -1 --separate-stderr p2p-backup recover --to all "dir:$PWD/s1"
	says "'$PWD/home/backup.conf' stays as it is"
	[ "$(tail -n 1 home/backup.conf)" = '# mine' ]
	printf '%s\n' '[gone]' 'command = true' >> home/backup.conf
	run -1 --separate-stderr p2p-backup recover --to more "dir:$PWD/s1"
	says '^p2p-backup: gone: there is no snapshot'
}

# Goal: the one disk that is left is mounted elsewhere on the new machine.
@test "recover from a disk that is not where the roster has it" {
	sed -i 's/^need.*/need = 1/' home/backup.conf
	quiet_run
	mv s1 'new place'
	rm -r s2 s3
	recovers 0 "dir:$PWD/new place"
	says "warning: the roster that came back has no 'dir:$PWD/new place'"
	diff -r data "all$PWD/data"
	[ "$(grep -c '^found - "dir:.*/new place"$' home/peers)" -eq 1 ]
	mv 'new place' s1
	recovers 0 "dir:$PWD/s1"
	silent "'found'"
	run -1 grep found home/peers
}

# Goal: dotfiles in a repository: backup.conf and the roster are links to them.
@test "a configuration that is a link is backed up as what it leads to" {
	mkdir dot
	mv home/backup.conf home/peers dot
	ln -s "$PWD/dot/backup.conf" "$PWD/dot/peers" home
	quiet_run
	recovers 0 "dir:$PWD/s3"
	[ ! -L home/peers ]
	cmp dot/backup.conf home/backup.conf
	cmp dot/peers home/peers
	diff -r data "all$PWD/data"
	# what was sent so by an older version
	rm -r s1 s2 s3
	mkdir s1 s2 s3
	mv home/backup.conf dot
	(cd home && ln -s /nowhere backup.conf && tar -c --format=ustar backup.conf peers) |
		shard-split -q -k 1 -n 3 -L p2p-backup | shard-send -q -o json > receipts
	recovers 1 "dir:$PWD/s3"
	says "the backup of the configuration, snapshot 3, has no 'backup.conf'"
}

# Goal: tar has the bytes of a file with many names once, with the first of them.
@test "a part that has other names of files outside of it comes with their bytes" {
	mkdir data/a data/b
	for n in $(seq 30); do
		echo "$n" > "data/a/$n"
		ln "data/a/$n" data/b
	done
	odd=$'"a" link to\n\\ "b\tü'
	echo odd > "data/a/$odd"
	ln "data/a/$odd" data/b
	ln "data/a/$odd" data/b/twin
	ln -s x data/a/link
	ln data/a/link data/b
	quiet_run
	sed -i "s/^\([0-9]* run files ok\) [0-9]*/\1 $(($(date +%s) + 5))/" home/backup/history
	# 20 of 31 would hardly ever have been those that come first
	run -0 --separate-stderr p2p-backup drill
	says ', 2 files compared'
	run -0 --separate-stderr p2p-backup drill --all
	says ', 63 files compared'
	run -0 --separate-stderr p2p-backup -q restore files "$PWD/data/b" --to part
	[ -z "$stderr" ]
	diff -r --no-dereference data/b "part$PWD/data/b"
	[ "part$PWD/data/b/$odd" -ef "part$PWD/data/b/twin" ]
	[ "$(ls "part$PWD/data")" = b ]
	# over what is there: the other name is not touched, nor are its bytes taken
	echo now > data/a/7
	p2p-backup -q restore files "$PWD/data/b/7" --to /
	[ "$(cat data/b/7)" = 7 ]
	[ "$(cat data/a/7)" = now ]
	[ -z "$(ls tmp)" ]
}

@test "what a command wrote is a file, for its owner only, whatever its job is now" {
	config 'command = echo the shop'
	quiet_run
	p2p-backup -q restore --to back
	[ "$(stat -c %a back/files)" = 600 ]
	config "path = $PWD/data"
	run -0 --separate-stderr p2p-backup restore 2 --to path
	says "snapshot 2 \(files\) is the file '$PWD/path/files'$"
	cmp back/files path/files
	run -1 --separate-stderr p2p-backup restore 2 /x --to path
	says "snapshot 2 \(files\) has no '/x'"
	config "path = $PWD/data" 'label = others'
	run -0 --separate-stderr p2p-backup restore 2 --to none
	cmp back/files none/snapshot-2
	[ "$(ls none)" = snapshot-2 ]
	# and the other way round
	quiet_run
	config 'command = echo the shop' 'label = others'
	run -0 --separate-stderr p2p-backup restore files --to turned
	says "is the file '.*turned/files', an archive: tar -x -f"
	tar -x -f turned/files -C turned
	diff -r data "turned$PWD/data"
}

# Goal: who cleans up /tmp takes away where a failure would be noted.
@test "a restore whose temporary files are taken away is no good one" {
	config "command = cat $PWD/data/one"
	quiet_run
	instead shard-fetch <<- END
	#!/bin/sh
	case " \$* " in *' -l '*) exec "$BUILD/shard-fetch" "\$@" ;; esac
	rm -rf tmp/*
	"$BUILD/shard-fetch" "\$@" | head -c 3000
	exit 3
	END
	run -4 --separate-stderr p2p-backup restore files --to back
	says 'did not come back whole'
	[ ! -e back/files ]
}

# Goal: /home is a link to a larger disk; nobody has a backup of links.
@test "a path that is a symbolic link is a failed backup, and init says where it leads" {
	ln -s data anna
	ln -s data/one file
	config "path = $PWD/anna/" "path = $PWD/data" "path = $PWD/file"
	run -2 --separate-stderr p2p-backup run
	says "files: the path '$PWD/anna/' is a symbolic link"
	says "files: the path '$PWD/file' is a symbolic link"
	says "hint: say in '$PWD/home/backup.conf' where it leads: path = $PWD/data$"
	[ "$(history)" = 'run files failed' ]
	# on the way to it there may be one
	config "path = $PWD/anna/deep"
	quiet_run
	p2p-backup -q restore --to back
	diff -r data/deep "back$PWD/anna/deep"
	p2p-backup -q -C new init --path "$PWD/anna" --path "$PWD/file/" --path "$PWD" \
		--peer "$PWD/d1" < /dev/null
	[ "$(grep ^path new/backup.conf)" = "path = $PWD/data
path = $PWD/data/one
path = $PWD" ]
	# nothing was compared: no word of success alone
	rm -r data/deep/*
	quiet_run
	run -0 --separate-stderr p2p-backup drill
	says 'warning: snapshot [0-9]+ has no file that could be compared'
}

# Goal: what a drill restored is in plain; no power cut leaves it on the disk.
@test "what a killed drill has restored is removed by the next run" {
	quiet_run
	sed -i "s/^\([0-9]* run files ok\) [0-9]*/\1 $(($(date +%s) + 5))/" home/backup/history
	instead sha256sum <<- END
	#!/bin/sh
	echo \$PPID > $PWD/waits
	until [ -e $PWD/go ]; do sleep 0.1; done
	END
	setsid p2p-backup -q drill --all 2> err 3>&- &
	for ((i = 0; i < 600; i++)); do
		[ ! -s waits ] || break
		sleep 0.1
	done
	find tmp | grep "/drill$PWD/data/one$"
	kill -9 -- "-$!"
	wait "$!" || true
	mkdir other.xxxxxxxxxx p2p-backup.xxxxxxxxxx
	ln -s "$PWD/other.xxxxxxxxxx" p2p-backup.yyyyyyyyyy
	echo "$PWD/other.xxxxxxxxxx" > home/backup/work.999999991
	echo "$PWD/p2p-backup.yyyyyyyyyy" > home/backup/work.999999992
	# of one that lives nothing is removed
	echo "$PWD/p2p-backup.xxxxxxxxxx" > "home/backup/work.$$"
	run -0 --separate-stderr p2p-backup run
	says "removing '$PWD/tmp/p2p-backup\..*', which pid $! left when it was killed"
	[ -z "$(ls tmp)" ]
	[ -d other.xxxxxxxxxx ]
	[ -d p2p-backup.xxxxxxxxxx ]
	[ "$(ls home/backup/work.*)" = "home/backup/work.$$" ]
}

# Goal: a `peer-key new` that came first, or the sheet of somebody else.
@test "recover with a sheet where other keys are: they are not taken for the sheet's" {
	quiet_run
	peer-key -q phrase > sheet
	mv home was
	peer-key -q new > other
	cp -r home before
	run -2 --separate-stderr p2p-backup recover --sheet sheet --to all "dir:$PWD/s1"
	says "'.*/home/identity' exists already"
	says 'hint: other keys are there: move their folder away'
	run -2 --separate-stderr p2p-backup recover --to all "dir:$PWD/s1" < sheet
	says "'.*/home/identity' exists already"
	diff before/secret home/secret
	[ ! -e all ]
	fails 4 "no.sheet" p2p-backup recover --sheet no.sheet --to all "dir:$PWD/s1"
	# without one it is said whose keys are here
	run -1 --separate-stderr p2p-backup recover --to all "dir:$PWD/s1" < /dev/null
	says "the keys are here already: $(cat other)"
	# those of the sheet may be there
	rm -r home
	peer-key -q restore sheet > id
	run -0 --separate-stderr p2p-backup recover --to all "dir:$PWD/s1" < sheet
	diff -r data "all$PWD/data"
	cmp id <(peer-key -q show)
}

# Goal: what cameras, browsers and people call their files is a name, no pattern.
@test "names with brackets, stars and backslashes: restored, left out, backed up" {
	mkdir 'data/old [2019]' 'data/old 2' 'data/*' 'back\table'
	touch 'data/old [2019]/x' 'data/old 2/y' 'data/*/z'
	echo 1 > 'data/img [1].jpg'
	echo 2 > 'back\table/a\tb'
	config "path = $PWD/data" "exclude = $PWD/data/old [2019]" "exclude = $PWD/data/*" \
		'[more]' "path = $PWD/back\\table"
	quiet_run
	run -0 --separate-stderr p2p-backup restore "$PWD/data/img [1].jpg" --to back
	says "snapshot [0-9]+ \(more\) has no '.*/img \[1\].jpg'"
	silent 'come back whole|tar: '
	cmp 'data/img [1].jpg' "back$PWD/data/img [1].jpg"
	run -1 --separate-stderr p2p-backup restore files "$PWD/data/img [2].jpg" --to none
	says "snapshot [0-9]+ \(files\) has no"
	silent 'come back whole|tar: '
	p2p-backup -q restore more "$PWD/back\\table/a\\tb" --to part
	cmp 'back\table/a\tb' "part$PWD/back\\table/a\\tb"
	# a path that is left out is that one, and no other
	p2p-backup -q restore --to all
	run -1 diff -r data "all$PWD/data"
	[ "$output" = "Only in data: *
Only in data: old [2019]" ]
	diff -r 'back\table' "all$PWD/back\\table"
	# who means a pattern is told
	config "path = $PWD/data" "exclude = $PWD/*/one"
	run -0 --separate-stderr p2p-backup run
	says "warning: files: 'exclude = $PWD/\*/one' is one path, and there is none"
	same_data
}

# Goal: what is typed at three in the morning, from a sheet in bad light.
@test "recover: operands in any order, a path alone, an id that is cut or not known" {
	quiet_run
	peer-key -q phrase > sheet
	id=$(peer-key -q show)
	rm -r home
	for bad in "$id bob.example" 'bob.example:7117 1KZPSR72' '1KZPSR72 bob.example:7117'; do
		# shellcheck disable=SC2086 # two words
		fails 2 '^p2p-backup: .* is not an id: ' p2p-backup recover --sheet sheet $bad
	done
	fails 2 "the id of a dir: peer is '-'" p2p-backup recover --sheet sheet "$PWD/s1" "$id"
	silent "$TMPDIR"
	mkdir -p restored/before
	fails 2 "there is a folder 'restored' already" \
		p2p-backup recover --sheet sheet "$PWD/s1"
	rm -r restored
	[ ! -e home/secret ]
	for folder in "$PWD/s1/" s1/. dir:s2 "dir:$PWD/s3//"; do
		rm -rf home all
		run -0 --separate-stderr p2p-backup recover --sheet sheet --to all "$folder"
		silent "'found'"
	done
	# nobody listens at port 1
	fails 2 "what is the id of '127.0.0.1:1'" p2p-backup recover 127.0.0.1:1
	says "peer 'first' is not usable"
	# somebody does, whom we do not trust: whose id that is must be asked for
	peer-key -C bob -q new > bob.id
	mkdir store
	echo "alice $id - give=10M" > bob/peers
	bob="exec:shard-recv -q -C $PWD/bob -d $PWD/store -1"
	fails 2 "what is the id of '$bob'\? The one that answers there is $(cat bob.id)$" \
		p2p-backup recover "$bob"
	says "hint: if .* its owner says so: p2p-backup recover '$bob' $(cat bob.id)$"
	# that one is asked then, in either order
	for operands in 1 2; do
		set -- "$bob" "$(cat bob.id)"
		[ "$operands" = 1 ] || set -- "$2" "$1"
		run -1 --separate-stderr p2p-backup recover --to all "$@"
		says 'no usable peer has a snapshot'
	done
}

# Goal: a path is typed by hand, at three in the morning.
@test "a path of restore is understood however it is written" {
	quiet_run
	n=0
	for path in "$PWD/data/deep/" "${PWD//\//\/\/}//data//deep" "$PWD/./data/./deep/." \
		"$PWD/data/../data/deep/../deep" "/../$PWD/data/deep" \
		data/deep ./data/deep data/../data/deep/; do
		run -0 --separate-stderr p2p-backup -q restore "$path" --to $((++n))
		[ -z "$stderr" ]
		diff -r data/deep "$n$PWD/data/deep"
		[ "$(ls "$n$PWD/data")" = deep ]
	done
	cd data/deep
	p2p-backup -q restore files . --to ../here
	p2p-backup -q restore ../one --to ../here
	cd ../..
	mv data/here here
	[ "$(cd "here$PWD/data" && find . -type f | sort | xargs)" = './deep/with blank ./one' ]
	# a link that is there today is not followed
	mv data/deep data/elsewhere
	ln -s elsewhere data/deep
	p2p-backup -q restore "$PWD/data/deep/" --to now
	diff -r data/elsewhere "now$PWD/data/deep"
	run -0 p2p-backup restore / --to whole
	[ -e "whole$PWD/data/one" ]
	run -1 --separate-stderr p2p-backup restore "$PWD//data/../none/" --to none
	says "snapshot 2 \\(files\\) has no '$PWD/none'$"
	run -2 --separate-stderr p2p-backup restore files a/b c/d
	says "unexpected operand 'c/d'"
}

# Goal: a newest snapshot that has too few shards, and a whole one before it, which
# is named.
@test "restore says which older snapshot can be had" {
	quiet_run
	find s? -path '*/shards/*' -type f > before
	bytes other 5000 > data/one
	quiet_run
	find s? -path '*/shards/*' -type f | grep -vxFf before | xargs ls -S | head -n 2 | xargs rm
	run -1 --separate-stderr p2p-backup -q restore --to back
	says 'snapshot 3 .files. did not come back whole'
	says 'hint: an older one can be restored now: p2p-backup restore 2$'
	p2p-backup -q restore 2 --to back
}

# Goal: a folder in the place of what a command wrote is none to put it into.
@test "restore of a command's file does not go into a folder of its name" {
	config 'command = echo dump'
	quiet_run
	mkdir -p back/files
	run -4 --separate-stderr p2p-backup restore --to back
	says "snapshot 2 .files. did not come back whole"
	[ -z "$(ls back/files)" ]
	rm -d back/files
	p2p-backup -q restore --to back
	[ "$(cat back/files)" = dump ]
}

# Goal: a TMPDIR that is relative is as good as any.
@test "a relative TMPDIR" {
	quiet_run
	TMPDIR=tmp p2p-backup -q drill --all
	[ -z "$(ls tmp)" ]
}
