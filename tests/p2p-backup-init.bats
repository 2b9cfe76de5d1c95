#!/usr/bin/env bats
# What p2p-backup(1) makes, refuses and says on the first day, and what a
# configuration has that cannot be meant. The peers are folders.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets stderr, and run in functions

load p2p-backup

# Goal: /mnt/disk1 is not mounted, so the store is made on the disk that fails.
@test "init and status tell which peers share a disk with what is backed up, or each other" {
	run -0 --separate-stderr p2p-backup -q -C new init --path "$PWD/data" \
		--path "$PWD/gone" --peer "$PWD/disk 1/store" --peer "$PWD/disk2/store"
	says "warning: on one file system are '$PWD/data' '$PWD/disk 1/store' '$PWD/disk2/store'$"
	says 'hint: mount the disks'
	# each on its own, though a link leads there
	on_tmpfs s1 size=1m
	on_tmpfs s2 size=1m
	ln -s s1 disk1
	run -0 --separate-stderr p2p-backup -q -C other init --path "$PWD/data" \
		--peer "$PWD/disk1/store" --peer "disk2 - dir:$PWD/s2"
	[ -z "$stderr" ]
	run --separate-stderr p2p-backup -C other status
	silent 'on one file system'
	# what is in the roster counts, too, and status tells it as long as it is so
	rm other/backup.conf
	run -0 --separate-stderr p2p-backup -q -C other init --path "$PWD/data" \
		--peer "$PWD/s1/more"
	says "warning: on one file system are '$PWD/disk1/store' '$PWD/s1/more'$"
	run --separate-stderr p2p-backup -C other status
	says "warning: on one file system are '$PWD/disk1/store' '$PWD/s1/more'$"
	silent "'$PWD/data'"
}

# Goal: after make install a crontab says /usr/local/bin/p2p-backup.
@test "the tools are found beside the script, whatever PATH is" {
	for path in "$BUILD/p2p-backup" ../build/p2p-backup; do
		[ -e build ] || ln -s "$BUILD" build
		(
			mkdir -p elsewhere
			cd elsewhere
			env -i HOME="$PWD" TMPDIR="$TMPDIR" SHARDKIT_HOME="$SHARDKIT_HOME" \
				PATH=/usr/bin:/bin "$path" -q run
		)
	done
	# but those of PATH come first
	instead shard-fetch <<< 'echo mine; exit 3'
	run -3 --separate-stderr "$BUILD/p2p-backup" list
	[ "$output" = mine ]
}

@test "init refuses a folder that no roster can name" {
	for bad in '/disk "one"' /disk,one $'/disk\none'; do
		fails 2 "no roster can name the folder '$PWD/disk" \
			p2p-backup -C new init --path "$PWD/data" --peer "$PWD$bad"
		says 'hint: give it another name by a link'
	done
	[ ! -e new/peers ]
	[ -z "$(find . -name 'disk*')" ]
}

# Goal: on the page beside the sheet there is no '-' where an address should be.
@test "init: beside the sheet stands who has no address in the roster, to be asked" {
	id=$(peer-key -q show)
	run -0 --separate-stderr p2p-backup -C new init --path "$PWD/data" \
		--peer "bob $id -" < /dev/null
	[ "${lines[-1]}" = "  (ask bob for an address) $id" ]
}

# Goal: a line too many, and each night there is a good backup of nothing.
@test "an exclude that leaves out a whole path is a failed backup" {
	mkdir more
	for line in / "$PWD/data" "$PWD/" data '*a'; do
		config "path = $PWD/more" "path = $PWD/data/" "exclude = $line"
		run -2 --separate-stderr p2p-backup run
		says "files: the path '$PWD/data/' is left out as a whole by an 'exclude'"
		[ "$(history)" = 'run files failed' ]
	done
	# less than that, or what has the same beginning, is none
	config "path = $PWD/more" "path = $PWD/data" "exclude = $PWD/dat" 'exclude = one'
	quiet_run
}

@test "status says unknown, not none, where no list of snapshots can be had" {
	quiet_run
	mkdir away
	mv s1 s2 s3 away
	run -4 p2p-backup status
	[[ ${lines[*]} == *'UNKNOWN  no list of snapshots'* ]]
	grep -q '^files .* unknown$' <<< "$output"
	run ! grep 'no snapshot$' <<< "$output"
	# of a job that has none it is said
	mv away/* .
	printf '%s\n' '[other]' 'command = true' >> home/backup.conf
	run -1 p2p-backup status
	grep -q '^other .* no snapshot$' <<< "$output"
}
