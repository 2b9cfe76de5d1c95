#!/usr/bin/env bats
# p2p-backup(1), made to run, on peers that are folders.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes; bats sets stderr, and run in functions

load p2p-backup

@test "a fault in backup.conf is told with file, line and key" {
	while IFS='|' read -r line message; do
		config "path = /data" "$line"
		echo "$line"
		run -2 --separate-stderr p2p-backup run
		says "home/backup.conf', line [45]: .*$message"
		[ ! -e home/backup/history ]
	done <<- 'END'
	colour = blue|there is no key 'colour'
	need|'need' is neither '\[job\]' nor 'key = value'
	need = three|'need' is a number from 1 to 255, not 'three'
	need = 0|'need' is a number
	need = 08|'need' is a number
	need =|'need' has no value
	total = 256|'total' is a number from 1 to 255
	need = 4|\[files\]: 'need' is 4, but 'total' 3
	happy = 1|\[files\]: 'happy' is 1, not from 2 to 3
	happy = 4|\[files\]: 'happy' is 4
	keep-last = -1|'keep-last' is a number
	keep-hourly = 1|there is no key 'keep-hourly'
	max-age = 2|'max-age' is a time as '2d', not '2'
	max-age = 2d 3h|'max-age' is a time
	path = data|'path' begins with '/'
	path = /a/../b|'path' has no '.', '..' and '//', unlike '/a/../b'
	path = /a/.|'path' has no '.'
	exclude = //a|'exclude' has no '.', '..' and '//', unlike '//a'
	command = true|\[files\] says both 'path' and 'command'
	mode = full|'mode' belongs above the first
	notify = true|'notify' belongs above the first
	label = p2p-backup|this label is for the configuration
	label = a"b|no quotes
	[files]|there are two jobs \[files\]
	[two]|\[two\] says neither 'path' nor 'command'
	[../x]|'../x' cannot be the name of a job
	[12]|'12' cannot be the name of a job
	[latest]|'latest' cannot be the name of a job
	END
	printf '%s\n' 'path = /x' '[files]' 'path = /x' > home/backup.conf
	fails 2 "line 1: 'path' belongs under a \[job\]" p2p-backup run
	printf '%s\n' 'mode = fast' '[files]' 'path = /x' > home/backup.conf
	fails 2 "line 1: 'mode' is off, discover, verify or full" p2p-backup run
	config 'path = /x' 'label = same' '[b]' 'path = /y' 'label = same'
	fails 2 "two jobs have the label 'same'" p2p-backup run
	config 'path = /x' 'need = 2' 'need = 2'
	fails 2 "line 6: 'need' is said twice" p2p-backup run
	echo 'need = 1' > home/backup.conf
	fails 2 'there is no \[job\]' p2p-backup run
	rm home/backup.conf
	fails 2 "there is no '.*backup.conf'" p2p-backup run
}

@test "nothing of backup.conf is run but its commands, and only if it is ours" {
	config "path = $PWD/data" 'exclude = $(touch owned) `touch owned`; touch owned' \
		'label = $(touch owned)' "before = touch ran"
	quiet_run
	[ -e ran ]
	[ ! -e owned ]
	newest | grep -F '"label":"$(touch owned)"'
	chmod 666 home/backup.conf
	fails 2 'can be written by others' p2p-backup run
	chmod 644 home/backup.conf
	quiet_run
}

@test "misuse is told, with status 2" {
	fails 2 'say what to do' p2p-backup
	fails 2 "there is no command 'eval'" p2p-backup eval
	fails 2 "unknown option '-x'" p2p-backup -x run
	fails 2 "there is no job 'other'" p2p-backup run files other
	fails 2 "there is no job 'other'" p2p-backup drill other
	fails 2 "'--sample' is a number" p2p-backup drill --sample x
	fails 2 "'--sample' is a number" p2p-backup drill --sample 0
	fails 2 "unknown option '--from'" p2p-backup restore --from x
	fails 2 "unexpected operand" p2p-backup restore files /a /b
	fails 2 "unexpected operand" p2p-backup list x
	fails 2 "needs a value" p2p-backup restore --to
	fails 2 "P2P_MODE is off" env P2P_MODE=some p2p-backup run
	fails 2 'say the address' p2p-backup recover
	fails 2 'what is the id' p2p-backup recover 127.0.0.1:1
	rm home/peers
	fails 2 'there is no roster' p2p-backup run
}

@test "run, list, restore: every byte, name and link is back" {
	quiet_run
	run -0 p2p-backup list
	[[ $output == *' files'* && $output == *' p2p-backup'* ]]
	same_data
	[ "$(readlink "back$PWD/data/link")" = one ]
	# only a part
	p2p-backup -q restore files "$PWD/data/deep/" --to part
	diff -r data/deep "part$PWD/data/deep"
	[ "$(ls "part$PWD/data")" = deep ]
	fails 1 "has no '$PWD/data/none'" p2p-backup -q restore "$PWD/data/none" --to none
	# an older one, by its number
	number=$(newest | sed 's/.*"number":\([0-9]*\).*/\1/')
	cp -r data before
	echo more >> data/one
	quiet_run
	same_data
	p2p-backup -q restore "$number" --to old
	diff -r before "old$PWD/data"
	fails 1 "there is no snapshot '99'" p2p-backup restore 99
}

@test "restore: latest, one path of a number, a path of whichever job has it" {
	config "path = $PWD/data/deep" '[list]' 'command = ls data' '[rest]' \
		"path = $PWD/data" 'exclude = deep'
	quiet_run
	echo new > data/one
	quiet_run rest
	p2p-backup -q restore latest --to latest
	diff -r data --exclude deep "latest$PWD/data"
	run -0 p2p-backup -q restore 4 "$PWD/data/one" --to part
	[ "$(find part -type f)" = "part$PWD/data/one" ]
	cmp part"$PWD/data/one" <(bytes one 5000)
	p2p-backup -q restore rest "$PWD/data/one" --to part2
	[ "$(cat "part2$PWD/data/one")" = new ]
	# two jobs of three do not have it, and that is no fault
	run -0 --separate-stderr p2p-backup restore "$PWD/data/deep/" --to deep
	says "snapshot 3 \(list\) has no '$PWD/data/deep'"
	says "snapshot 5 \(rest\) has no '$PWD/data/deep'"
	diff -r data/deep "deep$PWD/data/deep"
	# a path that none has is no word of damage
	run -1 --separate-stderr p2p-backup restore /no/such --to none
	run ! grep -E 'whole|tar:' <<< "$stderr"
	fails 1 "snapshot 2 \(files\) has no '/no'" p2p-backup restore 2 /no --to none
	[ -z "$(ls none)" ]
	fails 1 "there is no snapshot '9'" p2p-backup restore 9 /x --to none
	# and what cannot be read is never taken for such
	rm -r s1 s2
	fails 1 'did not come back whole' p2p-backup restore 2 /no --to none
}

@test "restore --to /: everything is where it was, over what is there" {
	quiet_run
	cp -a data was
	rm data/one
	echo other > 'data/deep/with "blank"'
	echo new > data/new
	p2p-backup -q restore --to /
	[ "$(cat data/new)" = new ]
	rm data/new
	diff -r was data
	[ "$(stat -c %Y data/one)" -eq "$(stat -c %Y was/one)" ]
	# one file, and nothing else
	echo newer > data/one
	echo other > 'data/deep/with "blank"'
	p2p-backup -q restore "$PWD/data/one" --to /
	cmp was/one data/one
	[ "$(cat 'data/deep/with "blank"')" = other ]
}

@test "restore without --to makes a new folder, and touches no other" {
	quiet_run
	p2p-backup -q restore
	diff -r data "restored$PWD/data"
	fails 2 'not empty' p2p-backup restore
}

@test "what has not changed is not written again" {
	quiet_run
	before=$(size_of s1 s2 s3)
	sleep 1.1
	touch -a data/one
	quiet_run
	[ $(($(size_of s1 s2 s3) - before)) -lt 6000 ]
	[ "$(snapshots_in s1 | wc -l)" -eq 3 ]
}

@test "excludes: by name anywhere, or one path; other file systems stay out" {
	mkdir data/mount data/a data/b
	touch data/x.o data/a/y.o data/a/skip data/b/skip
	mount -t tmpfs none data/mount || skip "cannot mount a tmpfs here"
	touch data/mount/file
	config "path = $PWD/data" 'exclude = *.o' "exclude = $PWD/data/a/skip"
	quiet_run
	p2p-backup -q restore --to back
	cd "back$PWD/data"
	[ -d mount ]
	[ -e b/skip ]
	for gone in mount/file x.o a/y.o a/skip; do
		[ ! -e "$gone" ]
	done
}

@test "a command is a job; one that fails leaves the snapshot before the newest" {
	config 'command = cat data/one data/one'
	quiet_run
	cat data/one data/one > twice
	p2p-backup -q restore --to back
	cmp twice back/files
	[ "$(ls back)" = files ]
	fails 1 "snapshot [0-9]+ \(files\) has no '/x'" p2p-backup restore files /x --to back
	before=$(newest)
	config 'command = cat data/one; exit 3' 'notify = x'
	sed -i '/notify/d; 1i notify = cat > told; echo "$P2P_SUBJECT" >> told' home/backup.conf
	run -4 --separate-stderr p2p-backup run
	says "exited with status 3"
	says 'files: no backup was made \(status 4\)'
	[ "$(history)" = 'run files failed' ]
	grep 'files: no backup was made' told
	grep 'exited with status 3' told
	grep "^p2p-backup on $(uname -n): files: no backup" told
	# the configuration is other, and so a snapshot; of the job there is none
	newest | grep '"label":"p2p-backup"'
	before=${before##*\"id\":\"}
	run -0 p2p-backup list
	[ "$(grep -c ' files$' <<< "$output")" -eq 1 ]
	[[ $output == *"${before:0:12}  files"* ]]
	p2p-backup -q restore --to back
	cmp twice back/files
	# and now nothing at all is published
	before=$(newest)
	run -4 p2p-backup run
	[ "$(newest)" = "$before" ]
}

@test "a tool that is killed is a failed backup, of a status of the table" {
	quiet_run
	before=$(newest)
	for tool in shard-split shard-send; do
		instead "$tool" <<< '#!/bin/sh
kill -9 $$'
		run -4 --separate-stderr p2p-backup run
		says 'files: no backup was made'
		[ "$(newest)" = "$before" ]
		rm "instead/$tool"
	done
	quiet_run
}

@test "a path that is not there, or cannot be read, is a failed backup" {
	config "path = $PWD/data" "path = $PWD/gone"
	run -4 --separate-stderr p2p-backup run
	says 'gone: Cannot stat'
	[ "$(history)" = 'run files failed' ]
	mkdir gone
	quiet_run
}

@test "a file that changes while it is read is a warning" {
	instead tar <<- 'END'
	#!/bin/sh
	/bin/tar "$@"
	case " $* " in *' -c --sort=name --one'*) exit 1 ;; esac
	END
	run -0 --separate-stderr p2p-backup run
	says 'files changed while they were read'
	same_data
}

@test "before and after; a 'before' that fails is a failed backup" {
	config "path = $PWD/data" "before = echo before >> $PWD/order" \
		"after = echo after \$P2P_JOB \$P2P_OUTCOME >> $PWD/order"
	quiet_run
	[ "$(cat order)" = $'before\nafter files ok' ]
	count=$(published s1)
	config "path = $PWD/data" "before = exit 7" \
		"after = echo after \$P2P_OUTCOME >> $PWD/order"
	run -4 --separate-stderr p2p-backup run
	says "files: the command 'before' exited with 7"
	[ "$(tail -n 1 order)" = 'after failed' ]
	[ "$(history)" = 'run files failed' ]
	config "path = $PWD/data" "after = false"
	sed -i '1i notify = cat >> told; echo "$P2P_SUBJECT" >> subjects' home/backup.conf
	run -4 --separate-stderr p2p-backup run
	says "files: the command 'after' failed"
	grep -qx "'run' ended with status 4" told
	grep -qx "files: the command 'after' failed" told
	[ "$(cat subjects)" = "p2p-backup on $(uname -n): 'run' ended with status 4" ]
	[ "$(history)" = 'run files ok' ]
	[ "$(published s1)" -eq $((count + 2)) ] # one of the configuration was pruned
	same_data
}

@test "a 'notify' that fails is told, and changes no status" {
	config 'command = false'
	sed -i '1i notify = cat > told; exit 3' home/backup.conf
	run -4 --separate-stderr p2p-backup run
	says 'files: no backup was made'
	says 'warning: the notify command failed'
	grep 'no backup was made' told
}

@test "a key that is said twice, and a mode that is none, are told by name" {
	local key value mode
	while read -r key value; do
		config 'path = /x' "$key = $value" "$key = $value"
		[ "$key" != command ] || sed -i /path/d home/backup.conf
		echo "$key"
		fails 2 "line [56]: '$key' is said twice" p2p-backup run
	done <<- 'END'
	command true
	label x
	before true
	after true
	need 1
	total 4
	happy 2
	max-age 2d
	keep-last 1
	keep-daily 1
	keep-weekly 1
	keep-monthly 1
	keep-yearly 1
	END
	for key in mode find notify; do
		config 'path = /x'
		sed -i "1i $key = full\n$key = full" home/backup.conf
		fails 2 "line 2: '$key' is said twice" p2p-backup run
	done
	config "path = $PWD/data"
	for mode in Full ful 'full ' off,full 1; do
		fails 2 "P2P_MODE is off, discover, verify or full, not '$mode'" \
			env "P2P_MODE=$mode" p2p-backup run
		sed -i "1i mode = x$mode" home/backup.conf
		fails 2 "line 1: 'mode' is off, discover, verify or full" p2p-backup run
		sed -i 1d home/backup.conf
	done
	[ ! -e home/backup/history ]
}

@test "a roster that is only in peers.d is as good, and recover brings it back" {
	mkdir home/peers.d
	while read -r name rest; do
		echo "$name $rest" > "home/peers.d/$name"
	done < home/peers
	rm home/peers
	quiet_run
	P2P_MODE=off quiet_run
	rm -r s2
	same_data
	peer-key -q phrase > sheet
	mv home was
	p2p-backup -q recover --sheet sheet --to all "dir:$PWD/s3"
	diff -r data "all$PWD/data"
	diff -r was/peers.d home/peers.d
	[ ! -e home/peers ]
}

@test "one job that fails does not stop the others; the worst status counts" {
	config 'command = false' '[more]' "path = $PWD/data"
	run -4 --separate-stderr p2p-backup run
	says 'files: no backup was made'
	says 'more: snapshot 2'
	p2p-backup -q restore more --to back
	diff -r data "back$PWD/data"
}

# A run that waits in its 'before' until the file go is there.
slow_run()
{
	config "path = $PWD/data" "before = touch $PWD/waits; until [ -e $PWD/go ]; do sleep 0.1; done"
	setsid p2p-backup run 2> slow.err 3>&- &
	slow=$!
	for ((i = 0; i < 300; i++)); do
		[ ! -e waits ] || return 0
		sleep 0.1
	done
	return 1
}

@test "a second run says who runs, and since when" {
	slow_run
	run -4 --separate-stderr p2p-backup run
	says "another p2p-backup is running: pid $slow, since 20[0-9-]* [0-9:]* UTC"
	run -0 p2p-backup list || [ "$status" -eq 1 ]
	touch go
	wait "$slow"
	rm waits
	quiet_run
}

# Goal: a hook that hangs for nights is not only in a log that nobody reads.
@test "a run that finds the lock taken looks at the ages, and is told" {
	slow_run
	sed -i '1i max-age = 1h\nnotify = cat >> told' home/backup.conf
	run -4 --separate-stderr p2p-backup run
	says "another p2p-backup is running: pid $slow"
	says 'files: there has never been a backup'
	grep -qx 'files: there has never been a backup' told
	# the one that runs is the one that has the lock
	grep -q "^$slow " home/backup/lock
	# young enough: no alarm of age, yet the night's run came to nothing
	echo "$(date +%s) run files ok" > home/backup/history
	rm told
	run -4 --separate-stderr p2p-backup run
	silent 'never been a backup'
	grep -qx "'run' ended with status 4" told
	grep -qx 'another p2p-backup is running: .*' told
	# who prunes is there to read it
	rm told
	run -4 --separate-stderr p2p-backup prune
	says "another p2p-backup is running: pid $slow"
	[ ! -e told ]
	touch go
	wait "$slow"
}

# Goal: no way for a run, a verify or a repair to fail is silent.
@test "a run, a verify or a repair that fails tells 'notify' once" {
	sed -i '1i notify = echo >> told; cat >> said; echo "$P2P_SUBJECT" >> subjects' \
		home/backup.conf
	quiet_run
	p2p-backup -q repair > out
	[ ! -e told ]
	# tells STATUS VERB ...: with that status, and one alarm
	tells()
	{
		rm -f told subjects
		run "-$1" --separate-stderr p2p-backup "${@:2}" || { echo "$stderr"; return 1; }
		[ "$(wc -l < told)" -eq 1 ] || { echo "$stderr"; return 1; }
		grep "^p2p-backup on .*: '$2' ended with status $1\$" subjects
	}
	instead shard-repair <<< '#!/bin/sh
exit 3'
	tells 3 repair --all
	rm instead/shard-repair
	tells 1 verify
	instead peer-find <<< '#!/bin/sh
exit 4'
	echo "bob $(peer-key -q show) 127.0.0.1:9" >> home/peers
	P2P_MODE=discover tells 4 run
	rm instead/peer-find
	sed -i '/^bob/d' home/peers
	instead shard-drop <<< '#!/bin/sh
exit 3'
	echo 'keep-last = 1' >> home/backup.conf
	echo more >> data/one
	tells 3 run
	rm instead/shard-drop
	# what has an alarm of its own has no other
	rm -f told
	echo 'before = exit 1' >> home/backup.conf
	run -4 p2p-backup run
	[ "$(wc -l < told)" -eq 1 ]
	run ! grep 'ended with status' <(tail -n 1 subjects)
}

@test "a killed run: its lock is no obstacle, and the next run makes up for it" {
	slow_run
	kill -9 -- "-$slow"
	wait "$slow" || true
	touch go
	run -0 --separate-stderr p2p-backup run
	says "the run of pid $slow, since .* was cut off"
	same_data
	quiet_run
}

# Goal: two timers of the same minute: no word of a run that was cut off.
@test "a run that ends while another begins was not cut off" {
	mkdir home/backup
	echo '999999999 2026-01-01 00:00:00 UTC' > home/backup/lock
	instead flock <<- END
	#!/bin/sh
	: > "$PWD/home/backup/lock"
	exec $(command -v flock) "\$@"
	END
	run -0 --separate-stderr p2p-backup run
	silent 'was cut off'
}

@test "killed in the middle of sending, at many moments: the next run is whole" {
	bytes much 3000000 > data/much
	for tenths in 1 2 3 5 8 12; do
		setsid p2p-backup -q run 2> err 3>&- &
		sleep "$((tenths / 10)).$((tenths % 10))"
		kill -9 -- "-$!" 2> /dev/null || true
		wait "$!" || true
		echo "$tenths" >> data/one
		# what it had started dies beside it, one that syncs a disk not at once
		[ ! -e home/backup/lock ] || flock -w 60 home/backup/lock true
	done
	run -0 p2p-backup run
	same_data
	whole s1 s2 s3
}

@test "a run that is killed alone, in a hook, keeps no lock" {
	slow_run
	kill -9 "$slow"
	wait "$slow" || true
	touch go
	run -0 --separate-stderr p2p-backup run
	says 'was cut off'
}

@test "a run that is killed alone, and what it started still sends: it is told" {
	config "command = touch $PWD/waits; until [ -e $PWD/go ]; do sleep 0.1; done; echo done"
	setsid p2p-backup run 2> slow.err 3>&- &
	slow=$!
	for ((i = 0; i < 300; i++)); do
		[ ! -e waits ] || break
		sleep 0.1
	done
	kill -9 "$slow"
	wait "$slow" || true
	run -4 --separate-stderr p2p-backup run
	says "pid $slow, since 20[0-9-]* [0-9:]* UTC, was killed, but what it started still runs"
	: > home/backup/lock
	run -4 --separate-stderr p2p-backup run
	says "another p2p-backup is running; who it is, .*/lock' does not say"
	touch go
	for ((i = 0; i < 300; i++)); do
		if flock -n home/backup/lock true; then
			break
		fi
		sleep 0.1
	done
	# what it sent is a snapshot, and the next run goes on from it
	newest | grep '"label":"files"'
	quiet_run
}

@test "a peer that is missing, then back" {
	quiet_run
	mv s2 away
	echo more >> data/one
	run -1 --separate-stderr p2p-backup run
	says "2 of the 3 peers are usable"
	says 'files: no backup was made \(status 1\)'
	mv away s2
	quiet_run
	same_data
	# or two are enough
	mv s2 away
	config "path = $PWD/data" 'happy = 2'
	echo more >> data/one
	run -0 p2p-backup run
	same_data
}

@test "a full disk: the backup fails, and with room the next one is whole" {
	rm -rf s2
	mkdir s2
	on_tmpfs s2 size=1m
	bytes much 4000000 > data/much
	run --separate-stderr p2p-backup run
	[ "$status" -eq 1 ] || [ "$status" -eq 4 ]
	says 'no backup was made'
	mount -o remount,size=20m s2
	run -0 p2p-backup run
	same_data
}

@test "a full disk under TMPDIR is no good backup" {
	mkdir s9
	on_tmpfs s9 size=4k
	head -c 4096 /dev/zero > s9/full || true
	TMPDIR=$PWD/s9 run -4 p2p-backup run
	[ "$(published s1)" -eq 0 ] || ! grep -q 'files ok' home/backup/history
}

@test "a full disk under the configuration is loud, and with room all goes on" {
	quiet_run
	mkdir s9
	on_tmpfs s9 size=64k
	cp -r home s9
	export SHARDKIT_HOME=$PWD/s9/home
	quiet_run
	head -c 65536 /dev/zero > s9/full 2> /dev/null || true
	# the history may end in half a page that has room
	head -c 4000 /dev/zero | tr '\0' '\n' >> s9/home/backup/history 2> /dev/null || true
	echo more >> data/one
	run -4 --separate-stderr p2p-backup run
	says "cannot write '.*/home/backup/history'"
	says 'No space left on device'
	rm s9/full
	printf '1700000000 run fi' >> s9/home/backup/history
	echo again >> data/one
	run -0 p2p-backup run
	same_data
	run -0 p2p-backup status
	run -0 --separate-stderr shard-fetch -l -o json
	silent 'warning'
}

# Goal: what is not ours in the folder of the state is no riddle and no wait:
# what can be made anew is, and the rest is told.
@test "a pipe in the place of any file of the state is not waited for" {
	quiet_run
	echo "away $(peer-key show) 127.0.0.1:1" >> home/peers # mode off has a view
	for verb in run 'drill files' status run-full; do
		for file in newest begun members health backup/{newest,config.tar{,.new},lacking}; do
			rm -f "home/$file"
			mkfifo "home/$file"
		done
		echo more >> data/one
		export P2P_MODE=off
		[ "$verb" != run-full ] || P2P_MODE=full
		# shellcheck disable=SC2086 # two words
		run --separate-stderr timeout 60 p2p-backup -q ${verb%-full}
		echo "$verb: exit $status: $stderr"
		[ "$status" -eq 0 ]
		[ "$verb" != run-full ] || says 'some peers still miss something'
	done
	same_data
	for file in lock history; do
		rm "home/backup/$file"
		mkfifo "home/backup/$file"
		run -4 --separate-stderr timeout 60 p2p-backup run
		says "home/backup/$file' is not a regular file"
		says 'hint: move it away'
		timeout 60 p2p-backup drill || [ $? -eq 4 ]
		timeout 60 p2p-backup status > shown || [ $? -eq 1 ]
		same_data
		rm "home/backup/$file"
	done
	p2p-backup -q run
}

@test "keys and state are for their owner only, whatever the umask" {
	for mask in 002 077; do
		umask "$mask"
		export SHARDKIT_HOME=$PWD/home$mask
		p2p-backup init --path "$PWD/data" --peer "$PWD/a$mask" \
			--peer "$PWD/b$mask" > /dev/null
		quiet_run
		p2p-backup -q drill
		same_data
		find "$SHARDKIT_HOME" [ab]"$mask"/?* -printf '%y %m %p\n' > modes
		grep -v -e '^f 600' -e '^d 700' modes > shared || [ $? -eq 1 ]
		cat shared
		[ ! -s shared ]
	done
}

@test "a clock that was set back is told, and stops nothing" {
	config "path = $PWD/data" 'max-age = 2d'
	quiet_run
	instead date <<- 'END'
	#!/bin/sh
	case $* in +%s) echo 1000000000 ;; *) exec /bin/date "$@" ;; esac
	END
	echo more >> data/one
	run -0 --separate-stderr p2p-backup run
	same_data
	PATH=${PATH#*instead:}
	quiet_run
	# the other way round: the last backup seems to be of tomorrow
	sed -i "s/^[0-9]*/$(($(date +%s) + 86400))/" home/backup/history
	config 'command = false' 'max-age = 2d'
	run -4 --separate-stderr p2p-backup run
	says 'the last backup is in the future: is the clock right'
}

@test "a backup that is too old is an alarm, for run and for status" {
	config "path = $PWD/data" 'max-age = 1h'
	run -4 --separate-stderr p2p-backup status
	[[ ${lines[0]} == UNKNOWN* && ${lines[2]} == 'files '*'unknown' ]]
	quiet_run
	run -0 p2p-backup status
	[[ ${lines[0]} == OK* ]]
	# a job that fails while its newest backup grows old
	sed -i "s/^[0-9]*/$(($(date +%s) - 7500))/" home/backup/history
	config 'command = false' 'max-age = 1h'
	sed -i '1i notify = cat >> told' home/backup.conf
	run -4 --separate-stderr p2p-backup run
	says 'files: the newest backup is 2 h old, and 1h is the limit'
	grep 'the newest backup is 2 h old' told
	config 'command = false' 'max-age = 1h' '[other]' 'command = false' 'max-age = 1h'
	run -4 --separate-stderr p2p-backup run
	says 'other: there has never been a backup'
}

@test "a total of 1 is warned of, 40 is not, and both come back" {
	printf '%s\n' 'need = 1' 'total = 1' '[files]' "path = $PWD/data" > home/backup.conf
	stores 1
	run -0 --separate-stderr p2p-backup run
	says 'warning: files: a total of 1 survives no loss'
	same_data
	rm -rf s1 home/newest home/begun home/backup
	stores 40
	printf '%s\n' 'need = 13' 'total = 40' '[files]' "path = $PWD/data" > home/backup.conf
	quiet_run
	rm -rf s{1..27}
	run -0 p2p-backup restore --to back
	diff -r data "back$PWD/data"
	rm -rf s28
	run -1 p2p-backup restore --to back
}

@test "drill: from as few peers as must do, compared with the originals" {
	stores 4
	sleep 1.1 # what changed in the second of the backup counts as changed
	quiet_run
	for sample in --all --sample=1; do
		run -0 --separate-stderr p2p-backup drill "$sample"
		# three of four, since a stripe has nothing on one of them
		says 'files: snapshot [0-9]+ is whole from (disk[1-4] ?){3}, '
		[[ $sample == --all ]] && says ', 2 files compared' || says ', 1 files compared'
	done
	[ "$(history)" = 'drill files ok' ]
	[ -z "$(ls tmp)" ]
	run -0 p2p-backup status
	[[ ${lines[2]} == *' ok '*' ok '* ]]
	config 'command = cat data/one' '[other]' "path = $PWD/data"
	quiet_run files
	run -1 --separate-stderr p2p-backup drill
	says 'files: snapshot .* 5000 bytes'
	says 'other: there is no snapshot to try'
}

@test "a drill is from 'need' peers that chance takes, and has a date" {
	stores 5
	sed -i 's/^total.*/total = 5/' home/backup.conf
	quiet_run
	began=$(date +%s)
	for _ in 1 2 3 4 5 6 7; do
		p2p-backup -q drill --sample 1
	done
	awk -v began="$began" -v now="$(date +%s)" '
		$2 == "drill" { print $6, $7; if (NF != 7 || $1 < began || $1 > now) exit 1 }
	' home/backup/history > sets
	[ "$(wc -l < sets)" -eq 7 ]
	run ! grep -E '^(disk[1-5]) \1$' sets
	run ! grep -vE '^disk[1-5] disk[1-5]$' sets
	# that all are the same has a chance of 20^-6
	[ "$(sort -u sets | wc -l)" -gt 1 ]
}

@test "a drill leaves nothing behind, for no user; labels are of any language" {
	config "path = $PWD/data" 'label = Müllers Fotos 写真'
	chmod 500 data/deep
	chmod 755 . "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR" 2> /dev/null || true
	chown -R nobody . && chmod 777 . || skip "not root"
	as_nobody() { setpriv --reuid nobody --clear-groups env HOME="$PWD" "$@"; }
	as_nobody true 2> /dev/null || skip "cannot be another user here"
	as_nobody test -x "$BUILD/shard-send" && as_nobody test -r "$PWD/data/one" ||
		skip "another user sees nothing here"
	as_nobody p2p-backup -q run
	as_nobody p2p-backup -q drill --all
	[ -z "$(ls tmp)" ]
	as_nobody p2p-backup -q restore files --to back
	diff -r data "back$PWD/data"
}

@test "a drill passes over peers that are away, and fails when too few are left" {
	quiet_run
	mv s1 away
	run -0 --separate-stderr p2p-backup drill
	says 'from (disk[23] ?){2}, '
	rm -r s2
	run -1 --separate-stderr p2p-backup drill
	says 'only 1 of the 2 peers that the drill needs are there: disk3'
	[ "$(history)" = 'drill files failed' ]
}

@test "a drill that finds damage, or other bytes than the originals, is an alarm" {
	sleep 1.1
	quiet_run
	sed -i '1i notify = cat >> told' home/backup.conf
	# a file changed, but the run claims to have begun after that
	cp -p data/one was
	bytes other 5000 > data/one
	sed -i "s/^\([0-9]* run files ok\) [0-9]*/\1 $(($(date +%s) + 5))/" home/backup/history
	run -3 --separate-stderr p2p-backup drill --all
	says 'have not changed since the backup, and came back as others'
	says 'files: the drill failed'
	grep 'files: the drill failed' told
	[ "$(history)" = 'drill files failed' ]
	run -1 p2p-backup status
	[[ ${lines[0]} == ALARM* && $output == *FAILED* ]]
	cat was > data/one
	p2p-backup -q drill --all
	# a shard that has rotted: of two peers both are needed
	while read -r shard; do
		flip "$shard" 99
	done < <(find s1 s2 s3 -path '*/shards/*' -type f -size +3)
	run --separate-stderr p2p-backup drill
	[ "$status" -ne 0 ]
	says 'files: the drill failed'
	p2p-backup -q repair > out || [ $? -eq 1 ]
}

@test "repair makes lost and rotten shards whole again" {
	quiet_run
	rm -r s2/*/shards
	run -1 --separate-stderr p2p-backup status
	[[ ${lines[2]} == *'lost shards: repair' ]]
	p2p-backup repair > out
	grep -q ' REBUILT' out
	p2p-backup status
	# all shards, and the snapshots on fewer peers than may be lost
	rm -r s2/*/snapshots s3/*/snapshots
	run -1 --separate-stderr p2p-backup status
	[[ ${lines[2]} == *' 3/3 '*'on too few peers: repair --all' ]]
	p2p-backup -q repair --all > out
	p2p-backup status
	while read -r shard; do
		flip "$shard"
	done < <(find s1 -path '*/shards/*' -type f)
	p2p-backup -q repair > out
	rm -r s3
	same_data
}

# Goal: in a mode without the network, too, status says what can be typed.
@test "what status would have typed is about the configuration, in every mode" {
	peer-key -q -C far new > far.id
	echo "far $(cat far.id) 127.0.0.1:1" >> home/peers
	export P2P_MODE=off
	quiet_run
	rm -r s2/*/shards
	run -1 --separate-stderr p2p-backup status
	[[ $output != *"$TMPDIR"* ]]
	fix=$(sed -n 's/^ *fix: *//p' <<< "$output" | head -n 1)
	[[ $fix == *"p2p-backup"*"-C"*"$PWD/home"* ]]
	P2P_MODE=full sh -c "$fix" > out
	p2p-backup status
	# and in every mode when a restore was tried
	p2p-backup -q drill
	run -0 p2p-backup status
	grep -E '^files +ok +(now|[0-9]+ s)$' <<< "$output"
}

# A terminal of 200 columns, so that no path is cut; `typed` and `shows` use it.
terminal()
{
	command -v tmux > /dev/null || skip "tmux is not installed"
	tmux -S tmux -f /dev/null new-session -d -x 200 -y 40 \
		"env PS1='$ ' HOME=$PWD SHARDKIT_HOME=$SHARDKIT_HOME sh" 3>&-
	shows '^\$'
}

typed()
{
	tmux -S tmux send-keys -l -- "$1"
	tmux -S tmux send-keys Enter
}

# anew COMMAND: typed when nothing is on the screen any more that shows would
# take for what the command says.
anew()
{
	typed clear
	for ((i = 0; i < 600; i++)); do
		[ "$(tmux -S tmux capture-pane -p)" != '$' ] || break
		sleep 0.1
	done
	typed "$1"
}

# shows PATTERN: the screen has, or gets, a line that matches.
shows()
{
	for ((i = 0; i < 600; i++)); do
		tmux -S tmux capture-pane -p > shown
		! grep -qE -e "$1" shown || return 0
		sleep 0.1
	done
	echo "no '$1' on the screen:"
	cat shown
	return 1
}

@test "on a terminal: init asks, Return is an answer, status is seen" {
	rm -r home
	terminal
	typed "p2p-backup init"
	shows "^Which folder shall be backed up\? \[$PWD\]"
	typed "$PWD/data"
	# what is typed before a question is there stands in another line
	more='^A folder on a disk to keep shards in\? \[no more\]$'
	for n in 1 2 3; do
		shows "$more"
		typed "$PWD/d$n/store"
		shows "/d$n/store"
	done
	shows "$more"
	typed ''
	shows '^How many of the 3 peers shall be enough to restore\? \[2\]'
	typed ''
	shows '^wrote .*/home/backup.conf'
	shows '^3 peers are in .*/home/peers'
	shows '^  peer-key phrase     the recovery sheet: onto paper'
	grep -qx "path = $PWD/data" home/backup.conf
	grep -qx 'need = 2' home/backup.conf
	grep -qx 'total = 3' home/backup.conf
	anew 'p2p-backup run'
	shows 'p2p-backup: files: snapshot 2 after '
	anew 'p2p-backup status'
	shows '^OK  jobs: 1; mode full, peers: 3, of them folders: 3'
	shows '^JOB +SNAPSHOT  AGE +ALIVE NEED  LAST RUN  DRILL'
	shows '^files +2  [0-9]+ s +3/3 +2  ok [0-9]+ s +never$'
	rm -r d1
	anew 'p2p-backup status; echo "status $?"'
	shows '^ALARM  1 of 1 jobs'
	shows '^files .* 2/3 .* lost shards: repair'
	shows '^status 1'
	same_data
}

# Goal: after the fire there are a sheet of paper, a keyboard and an address.
@test "on a terminal: recover asks for the sheet, and takes it as it is typed" {
	quiet_run
	peer-key -q phrase > sheet
	mv home was
	terminal
	typed "p2p-backup recover --to all 'dir:$PWD/s3'; echo \"status \$?\""
	shows '^Type the four lines of the sheet, then Ctrl-D:$'
	# a line is forgotten
	while read -r line; do
		typed "$line"
	done < <(head -n -1 sheet)
	tmux -S tmux send-keys C-d
	shows '^status [1-4]$'
	[ ! -e home/secret ]
	anew "p2p-backup recover --to all 'dir:$PWD/s3'; echo \"status \$?\""
	shows '^Type the four lines of the sheet, then Ctrl-D:$'
	while read -r line; do
		typed "$line"
	done < sheet
	tmux -S tmux send-keys C-d
	shows '^status 0$'
	grep "all jobs are back; the next 'p2p-backup run' goes on from here" shown
	cmp was/secret home/secret
	cmp was/backup.conf home/backup.conf
	diff -r data "all$PWD/data"
}

@test "init says what to write beside the sheet: addresses that recover takes" {
	run -0 p2p-backup -C new init --path "$PWD/data" --peer "$PWD/d 1" \
		--peer "bob $(peer-key -q show) bob.example:7117" < /dev/null
	[ "${lines[-2]}" = "  \"dir:$PWD/d 1\"" ]
	[ "${lines[-1]}" = "  bob.example:7117 $(peer-key -q show)" ]
}

# Goal: a guest whose shards we keep, and who keeps none of ours, is counted nowhere.
@test "who only comes to us is none of the peers" {
	peer-key -C guest -q new
	mkdir new
	echo "guest $(peer-key -C guest -q show) - give=200G" > new/peers
	chmod 600 new/peers
	run -0 p2p-backup -C new init --path "$PWD/data" --peer "$PWD/d1" \
		--peer "$PWD/d2" < /dev/null
	[[ $output == *'2 peers are in '* && $output != *'200G'* ]]
	run ! grep -F "  - " <<< "$output"
	grep -qx 'total = 2' new/backup.conf
	sleep 1.1 # what changed in the second of the backup counts as changed
	for verb in run drill 'repair --all'; do
		# shellcheck disable=SC2086 # two words
		run -0 --separate-stderr p2p-backup -q -C new $verb
		[ -z "$stderr" ]
	done
	[ "$(shard-fetch -C new -q -l -o json | grep '"p2p-backup"' |
		sed 's/.*"alive":\([0-9]*\),.*"total":\([0-9]*\),.*/\1 \2/')" = '2 2' ]
	run -0 p2p-backup -C new status
	[[ ${lines[0]} == 'OK '*'peers: 2, of them folders: 2' ]]
	run -1 --separate-stderr p2p-backup -C new verify
	says 'all peers are folders'
}

@test "init without a terminal asks nothing, and changes nothing that is there" {
	p2p-backup -q -C new init --path "$PWD/data" --path "$PWD/home" \
		--peer "$PWD/d1" --peer "$PWD/d2" --peer 'bob - "dir:/x y"' \
		--need=1 --total 2 --mode off < /dev/null
	[ "$(wc -l < new/peers)" -eq 3 ]
	cp new/secret secret
	p2p-backup -q -C new run
	p2p-backup -q -C new restore --to back
	diff -r data "back$PWD/data"
	[ -e "back$PWD/home/secret" ]
	fails 2 "there is a '.*backup.conf' already" p2p-backup -C new init
	rm new/backup.conf
	p2p-backup -q -C new init --path "$PWD/data" < /dev/null
	cmp secret new/secret
	[ "$(wc -l < new/peers)" -eq 3 ]
	fails 2 "'need' is 5, but 'total' 2" p2p-backup -q -C other init --path /x \
		--need 5 --total 2
	[ ! -e other/backup.conf ]
	[ ! -e other/secret ]
	fails 2 "'data' is not a whole path" p2p-backup -q -C other init --path data --peer "$PWD/d1"
	says "hint: --path '$PWD/data'"
	# what was said once is not there twice, in whatever words
	fails 2 "^p2p-backup: 'need' is a number from 1 to 255" p2p-backup -q -C other \
		init --path /x --peer "$PWD/d1" --peer 'd2 - dir:/y' --need 0
	[ ! -e other/peers ]
	run -0 --separate-stderr p2p-backup -C other init --path /x --peer "$PWD/d1" \
		--peer "$PWD/d1/" --peer 'disk2 - dir:/y' --peer 'disk2 - dir:/y' < /dev/null
	says "'$PWD/d1/' is a peer already"
	rm other/backup.conf
	p2p-backup -q -C other init --path /x --peer "$PWD/d1" --peer /y \
		--peer "$PWD/d3" < /dev/null
	printf '%s\n' "disk1 - \"dir:$PWD/d1\"" 'disk2 - dir:/y' \
		"disk3 - \"dir:$PWD/d3\"" | diff - other/peers
	grep -qx 'total = 3' other/backup.conf
	fails 2 "'--peer' is a folder, or a line" p2p-backup -C other init --peer x
	fails 2 "unexpected operand 'x'" p2p-backup -C other init x
	fails 2 "'--path' needs a value" p2p-backup -C other init --path
}

# Goal: who takes away the # of a suggestion has a configuration that works.
@test "each suggestion that init writes is right, alone and with all others" {
	for n in 1 2 3; do
		set -- "$@" --peer "$PWD/n$n"
	done
	p2p-backup -q -C new init --path "$PWD/data" "$@" < /dev/null
	p2p-backup -q -C new run
	cp new/backup.conf written
	grep -nE '^#([a-z-]+ = |\[)' written | sed 's/#//' > suggested
	[ "$(cut -d : -f 2- suggested | cut -d ' ' -f 1 | paste -sd ' ')" = \
		'happy notify keep-daily keep-weekly keep-monthly before after [database] command' ]
	while IFS=: read -r line text; do
		case $text in
		[[]*) sed "$line,\$s/^#\([a-z[]\)/\1/" written > new/backup.conf ;;
		command*) continue ;; # the job above it has it
		*) sed "${line}s/^#//" written > new/backup.conf ;;
		esac
		echo "$text"
		run -0 p2p-backup -C new prune -n
	done < suggested
	sed 's/^#\([a-z-]* = \|\[\)/\1/' written > new/backup.conf
	instead mail <<< "#!/bin/sh
printf '%s\n' \"\$@\" > $PWD/mailed; cat >> $PWD/mailed"
	instead mountpoint <<< '#!/bin/sh
[ "$*" = "-q /home" ]'
	instead pg_dump <<< "#!/bin/sh
[ -e $PWD/down ] || echo the shop"
	run -0 p2p-backup -C new run
	[[ $output == *'files: ok'* ]]
	p2p-backup -q -C new restore --to back
	diff -r data "back$PWD/data"
	[ "$(cat back/database)" = 'the shop' ]
	[ ! -e mailed ]
	instead pg_dump <<< '#!/bin/sh
exit 1'
	run -4 p2p-backup -C new run
	[[ $(sed -n 2p mailed) == 'p2p-backup on '*': database: no backup was made'* ]]
}

@test "init with forty peers, and with more than a stripe can have" {
	for n in $(seq 40); do
		set -- "$@" --peer "$PWD/n$n"
	done
	p2p-backup -q -C new init --path "$PWD/data" "$@" < /dev/null
	grep -qx 'need = 20' new/backup.conf
	grep -qx 'total = 40' new/backup.conf
	p2p-backup -q -C new run
	rm -r n{1..20}
	p2p-backup -q -C new restore --to back 2> /dev/null
	diff -r data "back$PWD/data"
	rm new/backup.conf
	for n in $(seq 41 300); do
		echo "more$n - dir:$PWD/n$n"
	done >> new/peers
	run -0 p2p-backup -C new init --path "$PWD/data" < /dev/null
	[[ $output == *'300 peers are in '* ]]
	grep -qx 'total = 255' new/backup.conf
}

# Goal: who has not paired yet is told what is a guess, and what to do.
@test "init without peers: a guess that is said to be one, and run knows" {
	run -0 --separate-stderr p2p-backup -C new init --path "$PWD/data" < /dev/null
	[[ $output == *'0 peers are in '* ]]
	[[ ${lines[-1]} == "Before that run, put 'need' and 'total' right"* ]]
	grep -B 2 -x 'need = 3' new/backup.conf | grep '^# A guess: '
	fails 2 'there is no roster' p2p-backup -C new run
	printf '%s\n' "a - dir:$PWD/s1" "b - dir:$PWD/s2" > new/peers
	echo "before = touch $PWD/began" >> new/backup.conf
	run -1 --separate-stderr p2p-backup -C new run
	says 'files: a good backup is on 5 peers, and the roster has 2'
	says "hint: add peers, or put 'total', 'need' or 'happy' right in '.*backup.conf'"
	[ ! -e began ]
	sed -i 's/^need.*/need = 1/; s/^total.*/total = 2/' new/backup.conf
	p2p-backup -q -C new run
	[ -e began ]
	# nothing is asked of peers that are not there
	rm -r home
	terminal
	typed "p2p-backup init --path $PWD/data"
	shows '^A folder on a disk to keep shards in\? \[no more\]'
	typed ''
	shows '^Before that run'
	run ! grep 'shall be enough' shown
	grep -qx 'total = 5' home/backup.conf
	# but of those that are: with them there is no guess
	anew "rm home/backup.conf; p2p-backup init --path $PWD/data"
	shows '^A folder on a disk'
	typed "$PWD/s1"
	shows '/s1$'
	# not before it is asked: the answer stood in another line
	shows '^A folder on a disk .*\[no more\]$'
	typed ''
	shows '^How many of the 1 peers shall be enough to restore\? \[1\]'
	typed ''
	shows '^  "dir:'
	run ! grep 'A guess' home/backup.conf
}

@test "the configuration that init writes is the one of the page, made to run" {
	mkdir kept
	sed -n '/^need = 3$/,/^\.Ed/p' "$BATS_TEST_DIRNAME/../man/p2p-backup.1" |
		sed "/^\.Ed/d; s|/home|$PWD/data|; s/mountpoint -q/test -d/; s/^notify.*//
			s/pg_dump -Fc shop/cat data\/one/" > home/backup.conf
	[ "$(grep -c '^\[' home/backup.conf)" -eq 2 ]
	stores 5
	quiet_run
	p2p-backup -q restore home --to back
	diff -r data "back$PWD/data"
	p2p-backup -q restore shop --to back
	cmp data/one back/shop
}
