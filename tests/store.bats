#!/usr/bin/env bats
# What lies in a store, what may happen to it, and in which order it is made.

load store

setup()
{
	stream_setup
	stores 5
	noise 6144 > in
	[ -z "${SLOW-}" ] || mutations='first empty longer sibling fifo'
}

teardown()
{
	[ -z "${server-}" ] || { kill "$server"; umount -l s3; }
	unmount_all
}

# Every way that bytes on a disk were ever found. $1 is the file, $other what
# else there is to find.
mutations='first middle last empty shorter half longer twice huge zeros
	sibling stranger backup gone folder dangling endless fifo'

mutate()
{
	case $1 in
	first) flip "$2" 0 ;;
	middle) flip "$2" ;;
	last) flip "$2" -1 ;;
	empty) : > "$2" ;;
	shorter) truncate -s -1 "$2" ;;
	half) truncate -s 333 "$2" ;;
	longer) echo >> "$2" ;;
	twice) cat "$2" "$2" > both && mv both "$2" ;;
	huge) truncate -s 1G "$2" ;;
	zeros) truncate -s 0 "$2" && truncate -s 1024 "$2" ;;
	sibling) another "$2" "${2%%/*}/$(peer-key show)" ;;
	stranger) another "$2" "${2%%/*}/$(peer-key -C other show)" ;;
	backup) another "$2" "elsewhere/${2%%/*}" ;;
	gone) rm "$2" ;;
	folder) rm "$2" && mkdir "$2" ;;
	dangling) ln -sf /none "$2" ;;
	endless) ln -sf /dev/zero "$2" ;;
	fifo) rm "$2" && mkfifo "$2" ;;
	esac
}

# Another file of the same kind out of a folder, or of another kind.
another()
{
	local from
	case $1 in
	*/snapshots/*) from=$(snapshots_in "$2" | grep -v "${1##*/}" | head -n 1) ;;
	*) from=$(shards_in "$2" | grep -v "${1##*/}" | head -n 1) ;;
	esac
	[ -n "$from" ] || from=$(shards_in "$2" | head -n 1)
	cp "$from" "$1"
}

# fork DIR ...: as things are, again in another folder.
fork()
{
	local dir
	for dir; do
		mkdir "$dir"
		cp -r home s? "$dir"
		sed -i "s|$PWD|&/$dir|" "$dir/home/peers"
	done
}

# sent DIR [ARGUMENT ...]: shard-send in such a folder.
sent()
{
	local status=0
	SHARDKIT_HOME=$PWD/$1/home timeout 100 shard-send "${@:2}" \
		> /dev/null 2> "$1/err" || status=$?
	echo "$status" > "$1/status"
}

# hung MS TOOL [ARGUMENT ...]: while a disk hangs, waiting made short, each nap
# to MS; its words and its status go to a folder of its name.
hung()
{
	local status=0
	SHARDKIT_HOME=$PWD/$2/home timeout 100 strace -f -qq -o /dev/null \
		-e "inject=nanosleep,clock_nanosleep:retval=0:delay_exit=$1ms" \
		"${@:2}" > "$2/out" 2> "$2/err" 3>&- || status=$?
	echo "$status" > "$2/status"
}

# A backup of ours, one of another owner, one of ours in other stores.
crowd()
{
	backup in
	owner 2 other
	cp home/peers other
	bytes theirs 6144 > theirs.in
	(SHARDKIT_HOME=$PWD/other backup theirs.in)
	bytes more 6144 > more.in
	mkdir -p elsewhere/home
	cp home/identity home/secret elsewhere/home
	(
		cd elsewhere || exit
		stores 5
		SHARDKIT_HOME=$PWD/home backup ../more.in
	)
}

# layout

@test "a store is a marker, temporaries, and shelves of an owner" {
	backup in
	id=$(peer-key show)
	[ "$(ls s1)" = "$(printf '%s\n' "$id" shardkit-store tmp | LC_ALL=C sort)" ]
	[ "$(ls "s1/$id")" = $'dropped\nshards\nsnapshots\nused' ]
	[ "$(head -n 1 s1/shardkit-store)" = 'shardkit store 1' ]
	[ "$(wc -l < s1/shardkit-store)" -eq 2 ]
	[ "$(cat s?/shardkit-store | sort -u | wc -l)" -eq 6 ]
	tidy s?
}

@test "every file has the name of its bytes, of one block and of many" {
	noise 100000 > in
	for options in '-s 1K' '-s 16K' '-s 16385 -k 1 -n 2' '-s 100000 -k 1 -n 2'; do
		# shellcheck disable=SC2086
		(set -o pipefail; shard-split $options in | shard-send -q > /dev/null)
	done
	whole s?
	for file in $(snapshots_in s1) $(indexes_in s1 | head -n 5); do
		shard-show -o json "$file" | head -n 1 |
			grep "\"id\":\"${file##*/}\",\"state\":\"whole\""
	done
}

@test "files are for their owner only, whatever the umask" {
	umask 000
	backup in
	[ "$(find s? -type f -printf '%m\n' | sort -u)" = 600 ]
	[ "$(find s? -mindepth 1 -type d -printf '%m\n' | sort -u)" = 700 ]
}

# A system call of a trace: when it began and ended, its words.
@test "nothing has a name before it is synced, no snapshot before all is" {
	noise 12288 > in
	shard-split -s 1024 in > stream
	strace -ff -qq -ttt -T -y -o trace -e trace=fsync,fdatasync,rename,renameat,renameat2 \
		shard-send -q stream > /dev/null
	/usr/bin/python3 - trace.* <<- 'END'
	import re, sys
	synced, named = [], []
	line_form = re.compile(r"([0-9.]+) (\w+)\((.*)\) = 0 <([0-9.]+)>")
	for path in sys.argv[1:]:
	    for line in open(path):
	        match = line_form.match(line)
	        if not match:
	            continue
	        start, call, arguments, took = match.groups()
	        start = float(start)
	        end = start + float(took)
	        if "sync" in call:
	            synced.append((start, end, re.search("<(.*)>", arguments)[1]))
	        else:
	            old, new = ("/".join(p) for p in re.findall(
	                '<([^>]*)>, "([^"]*)"', arguments)) \
	                if "at" in call else re.findall('"([^"]*)"', arguments)
	            if "/tmp/" in old and ("/shards/" in new or "/snapshots/" in new):
	                named.append((start, end, old, new))
	assert len(named) == 5 * (4 + 1 + 1), len(named)
	for start, end, old, new in named:
	    assert any(s[2] == old and s[1] <= start for s in synced), old
	    folder = new
	    for _ in range(4):  # 2 hex, shelf, owner, store
	        folder = folder.rsplit("/", 1)[0]
	        assert any(s[2] == folder and s[0] >= end for s in synced), folder
	shards = {n[3].rsplit("/", 1)[0]: n[1] for n in named if "/shards/" in n[3]}
	first = min(n[0] for n in named if "/snapshots/" in n[3])
	for folder, end in shards.items():
	    assert any(s[2] == folder and end <= s[0] and s[1] <= first
	               for s in synced), folder
	END
}

@test "what a killed run has named is synced before it counts" {
	stores 1
	bytes before 1024 > before.in
	backup before.in -k 1 -n 1
	noise 1024 > in
	shard-split -s 1024 -k 1 -n 1 in > stream
	# the disk's thread syncs who it is, where that lies, shard, index, and
	# then the first folder
	faulty fsync:signal=KILL:when=5 shard-send -q stream > /dev/null || true
	find s1 -newer receipts -path '*/shards/*' -type f > named
	[ "$(wc -l < named)" -eq 2 ]
	strace -f -qq -y -o trace -e trace=fsync,syncfs,sync shard-send -q stream > /dev/null
	while read -r file; do
		grep -E "^[0-9]+ +(sync\(|syncfs\(|fsync\([0-9]+<$PWD/${file%/*}>)" trace
	done < named
}

@test "temporaries of a dead writer are removed by the next one" {
	backup in
	cp "$(shards_in s1 | head -n 1)" s1/tmp/0123456789abcdef-4711-0x1234-7+1024
	: > s1/tmp/0123456789abcdef-4711-0x1234-8+1
	backup in
	tidy s?
}

# Goal: with however many of them one disk keeps nobody from another one.
@test "thousands of dead writers are buried one after the other" {
	backup in
	shard-split -s 1024 in > stream
	for reader in 7 8; do
		seq 300 | sed "s|.*|s2/tmp/writer-100&-0x7f&|" | xargs touch
		: > s2/tmp/0123456789abcdef-1007-0x7f7-8+100
		eval "exec $reader< s2/shardkit-store"
		[ "$reader" = 7 ] || flock -s "$reader" # it is not alone
		run -0 --separate-stderr bash -c 'ulimit -n 64
			timeout 60 shard-send -q stream'
		silent .
		tidy s?
		eval "exec $reader<&-"
	done
}

@test "temporaries of a dead writer do not count as shards" {
	shard-split -s 1024 in > stream
	faulty renameat:signal=KILL shard-send -q stream || true
	[ "$(find s?/tmp -type f | wc -l)" -ge 5 ]
	fails 1 'no usable peer has a snapshot' shard-fetch
	shard-send -q stream > /dev/null
	tidy s?
	restores in
}

# Goal: for every file of a store and every mutation, the restore is right.
@test "whatever happens to one file of one store: restored" {
	crowd
	count=0
	for store in s1 s4; do
		find "$store/$(peer-key show)" -type f ! -name used > files
		[ "$(wc -l < files)" -eq 4 ]
		while read -r file; do
			cp "$file" pristine
			for how in $mutations; do
				echo "$how: $file"
				mutate "$how" "$file"
				restores in
				rm -rf "$file"
				cp pristine "$file"
				count=$((count + 1))
			done
		done < files
	done
	echo "$count cases"
	[ "$count" -eq $((8 * $(wc -w <<< "$mutations"))) ]
	restores in
	silent .
}

# Goal: the same for the number of bytes that an owner has: reading needs none of
# it, and the next backup is whole.
@test "whatever happens to what an owner uses: restored, and backed up again" {
	crowd
	used=s1/$(peer-key show)/used
	cp "$used" pristine
	for how in $mutations; do
		echo "$how"
		mutate "$how" "$used"
		restores in
		silent .
		bytes "$how" 2048 > in
		timeout 20 bash -o pipefail -c \
			'shard-split -q -s 1024 in | shard-send -q > receipts'
		restores in
		whole s1
		[ ! -e "$used" ] || [ -f "$used" ]
		rm -rf "$used"
		cp pristine "$used"
	done
}

# Goal: with the same stripe hit in three of five stores, the stripe before it
# is written and nothing else; with every index or snapshot hit, nothing is.
@test "whatever happens where too few remain: a clear no, no wrong byte" {
	crowd
	id=$(peer-key show)
	for n in 2 3 5; do shard_of 1 "s$n"; done > shards
	indexes_in s?/"$id" > indexes
	snapshots_in s?/"$id" > snapshots
	[ "$(cat shards indexes snapshots | wc -l)" -eq 13 ]
	for how in $mutations; do
		for kind in shards indexes snapshots; do
			echo "$how: $kind"
			mkdir keep
			xargs cp --parents -t keep < $kind
			while read -r file; do mutate "$how" "$file"; done < $kind
			case $kind in
			shards)
				refuses 1 in
				says 'stripe 1 has 2 whole shards and needs 3 of its 5'
				[ "$(stat -c %s out)" -eq 3072 ]
				;;
			indexes)
				refuses 1 in
				says 'no usable peer has index 0 of snapshot 1'
				[ ! -s out ]
				;;
			snapshots)
				refuses 3 in
				says 'is 0, but 1 was there before'
				[ ! -s out ]
				;;
			esac
			xargs rm -rf < $kind
			cp -r keep/s? .
			rm -r keep
		done
	done
	restores in
}

@test "what is longer than it should be is damage" {
	backup in -k 1 -n 1
	rm -rf s?/[!s]*
	stores 1
	backup in -k 1 -n 1
	echo >> "$(shards_in s1 | head -n 1)"
	stripe=1024 refuses 1 in
	says 'damaged'
}

@test "damage is told with the peer and the file" {
	backup in
	rm -r s1 s2
	file=$(shard_of 0 s4)
	for how in first empty sibling folder longer; do
		echo "$how"
		cp -r s4 keep
		mutate "$how" "$file"
		refuses 1 in
		says "warning: peer 'disk4' has 1 damaged or unreadable: .*${file##*/}"
		rm -r s4
		mv keep s4
	done
}

@test "shelves that are files, folders that cannot be read: the others serve" {
	backup in
	id=$(peer-key show)
	for victim in "s1/$id" "s2/$id/shards" "s1/$id/snapshots" \
		"$(dirname "$(snapshots_in s1)")"; do
		mv "$victim" aside
		echo rubbish > "$victim"
		restores in
		rm "$victim"
		ln -s "${victim##*/}" "$victim" # loops
		restores in
		rm "$victim"
		mv aside "$victim"
	done
	restores in
	silent .
}

@test "files that nobody put there are passed over" {
	backup in
	id=$(peer-key show)
	folder=$(dirname "$(snapshots_in s1)")
	echo x > "$folder/README"
	echo x > "$folder/.nfs0001"
	echo x > "$folder/${folder##*/}abc"
	echo x > "s1/$id/snapshots/notes"
	mkdir "s1/$id/snapshots/zz" "s1/.Trash" "s1/lost+found"
	restores in
	silent .
}

# Documents that a holder makes, each under the name that its bytes deserve.

# forge HOW < DOCUMENT: other documents, as files of ./forged.
forge()
{
	mkdir -p forged
	/usr/bin/python3 -B - "$BATS_TEST_DIRNAME" "$@" <<- 'END'
	import os, sys
	sys.path.insert(0, sys.argv[1])
	import cbor2
	from independent import ORDER, tree_root
	data = open(sys.argv[3], "rb").read()
	def put(document):
	    assert document != data
	    with open(f"forged/{tree_root(document).hex()}", "wb") as file:
	        file.write(document)
	if sys.argv[2] == "flips":
	    for at in range(0, len(data), 2):
	        put(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:])
	elif sys.argv[2] == "cuts":
	    for at in range(0, len(data), 16):
	        put(data[:at])
	    put(data + b"\0")
	    put(data + data)
	else:
	    protected, _, payload, signature = cbor2.loads(data).value
	    r, s = signature[:32], int.from_bytes(signature[32:], "big")
	    other = r + (ORDER - s).to_bytes(32, "big")
	    def array(*values):
	        return b"\xd2\x84" + b"".join(values)
	    whole = [cbor2.dumps(protected), b"\xa0", cbor2.dumps(payload),
	             cbor2.dumps(signature)]
	    assert array(*whole) == data
	    long = b"\x5a" + len(payload).to_bytes(4, "big") + payload
	    pieces = b"\x5f" + cbor2.dumps(payload) + b"\xff"
	    put(array(*whole[:3], cbor2.dumps(other)))
	    put(array(*whole[:2], long, whole[3]))
	    put(array(*whole[:2], pieces, whole[3]))
	    put(array(whole[0], b"\xa1\x04\x41x", *whole[2:]))
	    put(array(whole[0], b"\xb8\x00", *whole[2:]))
	    put(array(whole[0], b"\xbf\xff", *whole[2:]))
	    put(array(cbor2.dumps(b"\xbf\x01\x26\xff"), *whole[1:]))
	    put(array(cbor2.dumps(b"\xa1\x01\x38\x22"), *whole[1:]))
	    put(data[1:])
	    put(b"\xd8\x12" + data[1:])
	    put(b"\xd2\x98\x04" + data[2:])
	    put(b"\xd2\x9f" + data[2:] + b"\xff")
	END
}

# Put all of ./forged on a store's shelf of snapshots.
plant()
{
	local file
	for file in forged/*; do
		file=${file##*/}
		mkdir -p "$1/$(peer-key show)/snapshots/${file:0:2}"
		cp "forged/$file" "$1/$(peer-key show)/snapshots/${file:0:2}/$file"
	done
}

# Goal: of up to a hundred each is told; who shows more than that and gives none
# whole, is a peer that nobody listens to.
@test "a snapshot with any bit changed, renamed to fit: not listed, a warning" {
	backup in -L mine
	forge flips "$(snapshots_in s1)"
	forge cuts "$(snapshots_in s1)"
	cp -r s1 whole
	mv forged all
	for ((batch = 0; batch * 90 < $(find all -type f | wc -l); batch++)); do
		mkdir forged
		find all -type f | sort | tail -n "+$((batch * 90 + 1))" | head -n 90 |
			xargs -r cp -t forged
		plant s1
		shard-fetch -l -o text > list 2> warnings
		[ "$(wc -l < list)" -eq 2 ]
		grep '5/5.*mine$' list
		[ "$(grep -c "a snapshot of peer 'disk1': " warnings)" -eq \
			"$(find forged -type f | wc -l)" ]
		restores in
		rm -r s1 forged
		cp -r whole s1
	done
	[ "$(find all -type f | wc -l)" -gt 100 ]
	mv all forged
	plant s1
	shard-fetch -l -o text > list 2> warnings
	grep '4/5.*mine$' list
	grep "peer 'disk1'" warnings
	restores in
}

@test "the same snapshot in other bytes, as a holder can make it, is no fork" {
	backup in -L mine
	forge forms "$(snapshots_in s1)"
	plant s1
	run -0 --separate-stderr shard-fetch -l -o text
	echo "$output"
	[ "${#lines[@]}" -eq 2 ]
	restores in
	restores in 1
}

@test "documents of another owner or kind on the shelf are passed over" {
	crowd
	mkdir forged
	cp "$(snapshots_in "s1/$(peer-key -C other show)")" forged
	cp "$(indexes_in "s1/$(peer-key show)")" forged
	cp "$(shards_in "s1/$(peer-key show)" | head -n 1)" forged
	plant s1
	plant s5
	run -0 --separate-stderr shard-fetch -l -o text
	[ "${#lines[@]}" -eq 2 ]
	says "a snapshot of peer 'disk1': .*stranger"
	restores in
	backup in
	[ "$(shard-fetch -l -o json 2> /dev/null | wc -l)" -eq 2 ]
}

# markers and mounts

@test "a store without its marker is read, with a warning, and not written" {
	backup in
	rm s3/shardkit-store
	rm -r s1/* s2
	restores in
	says "warning: .*s3' is not a store; what is there is read all the same"
	silent "'disk3' is not usable"
	# an empty folder is none: the disk is not mounted
	says "peer 'disk1' is not usable: .*s1' is not a store"
	says 'hint: is the disk mounted'
	fails 1 '3 of the 5 peers' shard-send <(shard-split in)
	says "s3' is not a store, and not empty"
	# shellcheck disable=SC2154 # bats sets stderr
	hint=$(grep -o 'printf .* > shardkit-store' <<< "$stderr")
	(cd s3 && sh -c "$hint")
	shard-split -s 1024 in | shard-send -q -H 4 > /dev/null 2>&1
	tidy s3
	[ "$(published s3)" -eq 2 ]
}

@test "a store without its marker is read by who restores, not by who judges" {
	backup in
	rm s3/shardkit-store
	run ! --separate-stderr p2p-health -o text
	[[ $output == *"no store in its folder: disk3"* ]]
	restores in
}

@test "one store without its marker by two paths is one" {
	backup in
	rm s1/shardkit-store
	ln -s s1 twin
	sed -i "s|s2\$|twin|" home/peers
	fails 2 "'disk1' and 'disk2' are the same store" shard-fetch
}

@test "a damaged marker, or one of another version: read, and not written" {
	backup in
	shard-split -s 1024 in > stream
	rm -r s4 s5
	cp s2/shardkit-store marker
	for how in first middle last empty zeros folder fifo version; do
		if [ "$how" = version ]; then
			sed -i 's/store 1/store 2/' s2/shardkit-store
		else
			mutate "$how" s2/shardkit-store
		fi
		echo "$how"
		restores in
		says "s2/shardkit-store' is .*; what is there is read all the same"
		fails 1 "peer 'disk2' is not usable: .*s2/shardkit-store' is" \
			shard-send -H 3 stream
		says "hint: if it is your store, .*printf"
		rm -rf s2/shardkit-store
		cp marker s2/shardkit-store
	done
	for call in openat2 read; do
		faulty_at "$PWD/s2/shardkit-store" $call:error=EIO shard-fetch 2> fetch.err |
			shard-join -q | cmp - in
		grep 'read all the same' fetch.err
	done
}

@test "a disk that is mounted read-only gives, and takes nothing" {
	backup in
	mount --bind s1 s1 2> /dev/null || skip 'cannot mount here'
	mount -o remount,ro,bind s1
	restores in
	silent .
	bytes new 6144 > new.in
	fails 1 'stripe 0 rests on 4 peers instead of the 5|4 of the 5 peers' \
		shard-send <(shard-split -s 1024 new.in)
	says "peer 'disk1' is not usable: .*Read-only file system"
	shard-split -s 1024 new.in | shard-send -q -H 4 > /dev/null 2>&1
	restores new.in 2
}

@test "a marker is all there or not there: killed while making a store" {
	shard-split -s 1024 in > stream
	for call in writev /^fsync$ /^link /^unlink; do
		rm -rf s? home/newest home/begun
		stores 5
		faulty "$call:signal=KILL" shard-send -q stream > /dev/null || true
		echo "killed at $call: $(ls -A s1)"
		shard-send -q stream > /dev/null
		tidy s?
		restores in
	done
}

# A true half minute: who makes short naps of the waiting makes as short the
# time that a slow disk has.
@test "a lock that somebody else holds is not waited for without end" {
	backup in
	bytes new 4000 > new.in
	shard-split -s 1024 new.in > stream
	sends=()
	for file in shardkit-store "$(peer-key show)/used"; do
		for happy in 5 4; do
			fork "$happy${file##*/}"
			exec 8< "$happy${file##*/}/s2/$file"
			flock -x 8
			sent "$happy${file##*/}" -q -H "$happy" stream 3>&- &
			sends+=($!)
			exec 8<&-
		done
	done
	wait "${sends[@]}"
	for copy in {5,4}{used,shardkit-store}; do
		tail -n +1 -- "$copy"/{status,err}
		stderr=$(cat "$copy/err")
		says "peer 'disk2' .*s2.*is locked by another program, for 30 s now"
		says 'hint: lslocks'
		if [[ $copy == 5* ]]; then
			[ "$(cat "$copy/status")" -eq 1 ]
			SHARDKIT_HOME=$PWD/$copy/home shard-send -q stream > /dev/null
		fi
		SHARDKIT_HOME=$PWD/$copy/home restores new.in
		tidy "$copy"/s?
	done
}

# Goal: a disk that never answers a read, as behind a dead server, holds up no
# tool for ever: it is lost, by name, and the others are enough.
@test "a disk that hangs is given up, by every tool" {
	[ -w /dev/fuse ] || skip "needs FUSE, as root"
	backup in
	fork p2p-health shard-fetch shard-repair shard-send shard-drop
	sed -i "s|$PWD/.*/s3|$PWD/s3|" ./*/home/peers
	bytes new 4000 | shard-split -s 1024 > stream
	rm -r s3/*
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/dead.py" s3 > dead.out 3>&- &
	server=$!
	until grep -q dead dead.out; do
		kill -0 "$server"
		sleep 0.05
	done
	tools=()
	hung 10 p2p-health -o text & tools+=($!)
	hung 10 shard-fetch -l & tools+=($!)
	hung 2 shard-repair latest & tools+=($!)
	hung 2 shard-send -H 4 stream & tools+=($!)
	hung 2 shard-drop --all 1 & tools+=($!)
	wait "${tools[@]}"
	tail -n +1 -- {p2p-health,shard-{fetch,repair,send,drop}}/{status,err}
	[ "$(cat p2p-health/status shard-{fetch,repair,send,drop}/status | tr -d '\n')" = 10101 ]
	grep 'disk3  *down .*the disk hangs: it has not answered for 120 s' p2p-health/out
	for tool in shard-fetch shard-repair shard-send shard-drop; do
		grep "waiting for peer 'disk3'" "$tool/err"
		grep -E "peer 'disk3' is not usable: the disk hangs: it has not answered for (120|1800) s" "$tool/err"
		grep 'hint: is it a dead mount' "$tool/err"
	done
}

has_rest()
{
	[ -n "$(find s1 -name 'shardkit-store.*.new')" ]
}

# Goal: two processes make one folder a store: both use the one that is made.
@test "a folder becomes a store in two processes at once" {
	command -v strace > /dev/null || skip "strace is not installed"
	shard-split -q -s 1024 -k 1 -n 1 in > one
	echo "disk1 - dir:$PWD/s1" > home/peers
	cp -r home other
	strace -f -qq -o /dev/null -e inject=link,linkat:delay_enter=1500000 \
		shard-send -q one > receipts 2> err 3>&- &
	for _ in {1..100}; do
		! has_rest || break
		sleep 0.05
	done
	SHARDKIT_HOME=$PWD/other shard-send -q one > receipts2
	wait $!
	[ ! -s err ]
}

# Goal: FAT, exFAT and some file systems of the network have no hard links.
@test "a file system without hard links: a store like any other" {
	without=(strace -f -qq -o /dev/null -e "inject=link,linkat:error=EPERM")
	for _ in renameat2 rename; do
		rm -rf s? home/newest home/begun
		stores 5
		shard-split -s 1024 in | "${without[@]}" shard-send -q > /dev/null
		"${without[@]}" shard-fetch latest | shard-join | cmp - in
		tidy s?
		rm -rf fresh
		"${without[@]}" peer-key -q -C fresh new > /dev/null
		[ "$(ls fresh)" = $'identity\nsecret' ]
		rm fresh/identity
		cp fresh/secret before
		# another one has just made it, unseen
		run -4 --separate-stderr "${without[@]}" -P "$PWD/fresh/secret" \
			-e inject=access,faccessat:error=ENOENT:when=1..2 \
			peer-key -C "$PWD/fresh" new
		says "fresh/secret': File exists"
		cmp fresh/secret before
		without+=(-e "inject=renameat2:error=EINVAL")
	done
}

# Goal: the disk belongs to somebody else, and the sender may be root: nothing
# that lies there leads to a file elsewhere, and nothing is waited for.

# A backup, another stream, and a folder of someone else's.
foreign()
{
	backup in
	id=$(peer-key show)
	mkdir e
	echo precious > e/important
	: > "e/0123456789abcdef-4711-0x1234-7+1"
	bytes other 4000 > new
	shard-split -s 1024 new > stream
}

# untouched: and what there was in ./e is there.
untouched()
{
	[ "$(ls e)" = $'0123456789abcdef-4711-0x1234-7+1\nimportant' ]
	[ "$(cat e/important)" = precious ]
}

# loses PEER REASON: it is lost, and the others of --happy 4 take everything.
loses()
{
	timeout 20 shard-send -q --happy 4 stream > receipts 2> err
	grep "$1.*$2" err
	untouched
	restores new
	fails 1 "$1.*$2" timeout 20 shard-send -q stream
}

@test "a link below a store is not followed: the peer is lost" {
	foreign
	for victim in tmp "$id" "$id/shards" "$(cd s1 && echo "$id"/shards/*/ | cut -d ' ' -f 1)" \
		shardkit-store; do
		victim=${victim%/}
		echo "$victim"
		rm -rf keep
		cp -r s1 keep
		rm -rf "s1/$victim"
		case $victim in
		shardkit-store) ln -s "$PWD/keep/shardkit-store" s1/shardkit-store ;;
		*) ln -s "$PWD/e" "s1/$victim" ;;
		esac
		case $victim in
		*/shards/*) # where nothing new may go
			restores new
			untouched
			;;
		*) loses disk1 'symbolic link' ;;
		esac
		rm -rf s1 s[2-5]/tmp/*
		mv keep s1
	done
	restores new
}

@test "two peers that share a shelf are not two" {
	foreign
	rm -rf "s2/$id"
	ln -s "$PWD/s1/$id" "s2/$id"
	loses disk2 'symbolic link'
	rm -r s3 s4
	refuses 1 new
}

@test "the folder of a store may be a link, as its user likes" {
	foreign
	mv s1 elsewhere
	ln -s "$PWD/elsewhere" s1
	sed -i "s|$PWD/s2|$PWD/./s1/../s2|" home/peers
	shard-send -q stream > receipts
	[ "$(wc -l < receipts)" -eq "$(shard-send -q stream | wc -l)" ]
	restores new
	tidy s? elsewhere
}

@test "only what a writer has left is removed, and no pipe is waited for" {
	foreign
	touch s1/tmp/mine s1/tmp/a-4711-0x1-b s1/tmp/0123456789abcdef-4711-0x1-7+ \
		s1/tmp/writer-x s1/shardkit-store.old
	mkdir s1/tmp/folder
	: > s1/tmp/0123456789abcdef-4711-0x1234-7+1024
	mkfifo s1/tmp/writer-4711-0x1
	ln -s "$PWD/e/important" s1/tmp/writer-4712-0x1
	: > s1/tmp/writer-4713-0x1
	timeout 20 shard-send -q stream
	[ "$(ls s1/tmp)" = "0123456789abcdef-4711-0x1-7+
a-4711-0x1-b
folder
mine
writer-4711-0x1
writer-4712-0x1
writer-x" ]
	[ -e s1/shardkit-store.old ]
	untouched
}

@test "a number that is no file is set aside and counted anew" {
	foreign
	right=$(cut -c-20 "s1/$id/used")
	for how in link dangling fifo folder; do
		echo "$how"
		rm -rf "s1/$id/used"*
		case $how in
		link) ln -s "$PWD/e/important" "s1/$id/used" ;;
		dangling) ln -s "$PWD/e/new" "s1/$id/used" ;;
		fifo) mkfifo "s1/$id/used" ;;
		folder) mkdir "s1/$id/used" && : > "s1/$id/used/x" ;;
		esac
		timeout 20 p2p-health -q > health || [ $? -eq 1 ]
		timeout 20 shard-send -q stream > receipts 2> err
		grep "s1/$id/used' is not a regular file: set aside" err
		untouched
		[ -f "s1/$id/used" ] && [ ! -L "s1/$id/used" ]
		[ "$(cut -c-20 "s1/$id/used")" -ge "$right" ]
		[ "$(cat "s1/$id/used")" = "$(cat s1/"$id"/s*/??/* | wc -c |
			xargs printf '%020d') $(ls s1/"$id"/s*/??/* | wc -l |
			xargs printf '%020d')" ]
		timeout 20 shard-send -q stream > receipts 2> err
		[ ! -s err ]
	done
}

@test "a store without openat2(2): the same" {
	foreign
	without=(strace -f -qq -o /dev/null -e inject=openat2:error=ENOSYS)
	"${without[@]}" shard-send -q stream > receipts
	restores new
	rm -rf s1/tmp
	ln -s "$PWD/e" s1/tmp
	fails 1 "disk1.*(symbolic link|Not a directory)" "${without[@]}" shard-send -q stream
	untouched
}
