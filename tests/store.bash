# Shared by the tests of shard-send, shard-fetch and what lies below them:
# load it instead of helper; setup() calls `stream_setup` and `stores N`.
#
# A backup here is 3 of 5 with shards of 1 KiB unless a test says otherwise,
# so a stripe has 3072 bytes. SPDX-License-Identifier: ISC
# shellcheck shell=bash

load helper

# stores N: empty folders s1 ... sN, in the roster as disk1 ... diskN.
stores()
{
	local n
	for n in $(seq "$1"); do
		mkdir -p "s$n"
		echo "disk$n - dir:$PWD/s$n"
	done > home/peers
}

# bytes NAME SIZE: like noise, but others for another name.
bytes()
{
	/usr/bin/python3 -c '
import hashlib, sys
sys.stdout.buffer.write(
    hashlib.shake_256(sys.argv[1].encode()).digest(int(sys.argv[2])))
' "$@"
}

# backup FILE [OPTION of shard-split ...]: receipts go to ./receipts.
backup()
{
	(
		set -o pipefail
		shard-split -s 1024 "${@:2}" "$1" | shard-send -q > receipts
	)
}

# bring [ARGUMENT of shard-fetch ...]: the plain bytes to ./out, the two exit
# statuses to $fetched and $joined, what both said to $stderr (for says).
bring()
{
	local both
	if timeout 60 shard-fetch "$@" 2> fetch.err | shard-join > out 2> join.err; then
		both=("${PIPESTATUS[@]}")
	else
		both=("${PIPESTATUS[@]}")
	fi
	fetched=${both[0]} joined=${both[1]}
	stderr=$(cat fetch.err join.err)
}

# restores FILE [ARGUMENT ...]: both exit 0, every byte is back.
restores()
{
	bring "${@:2}"
	if [ "$fetched$joined" != 00 ] || ! cmp "$1" out; then
		echo "shard-fetch ${*:2} exits $fetched, shard-join $joined: $stderr"
		return 1
	fi
}

# refuses STATUS FILE [ARGUMENT ...]: fetch exits so, join does not exit 0
# either, and what it wrote are the first stripes of FILE.
refuses()
{
	bring "${@:3}"
	if [ "$fetched" -ne "$1" ] || [ "$joined" -eq 0 ] ||
		! stripes_of "$2" out; then
		echo "shard-fetch ${*:3} exits $fetched, not $1, shard-join $joined: $stderr"
		return 1
	fi
}

# fails_safely FILE: whatever happens, no wrong byte, and no wrong exit 0.
fails_safely()
{
	bring "${@:2}"
	[ "$fetched$joined" != 00 ] || cmp "$1" out || return 1
	[ "$fetched" -eq 0 ] || [ -s fetch.err ] || return 1
	[ "$joined" -eq 0 ] || [ -s join.err ] || return 1
	stripes_of "$1" out || { cmp "$1" out; return 1; }
}

# stripes_of FILE OUT: OUT is FILE, or is it up to the end of a stripe.
stripes_of()
{
	local size
	size=$(stat -c %s "$2")
	cmp -s -n "$size" "$1" "$2" || return 1
	[ $((size % ${stripe-3072})) -eq 0 ] || [ "$size" -eq "$(stat -c %s "$1")" ]
}

# silent PATTERN: the last run has no such line on stderr.
silent()
{
	if grep -E -e "$1" <<< "$stderr"; then
		return 1
	fi
}

# flip FILE [OFFSET]: one bit of the byte there, or of the middle one.
flip()
{
	/usr/bin/python3 -IS - "$@" <<- 'END'
	import sys
	with open(sys.argv[1], "r+b") as file:
	    data = file.read()
	    at = int(sys.argv[2]) if sys.argv[2:] else len(data) // 2
	    at %= len(data)
	    file.seek(at)
	    file.write(bytes([data[at] ^ 4]))
	END
}

# What lies in stores, by kind: shards have 1024 bytes, an index has not.
shards_in()
{
	find "$@" -path '*/shards/*' -type f -size 1024c | sort
}

indexes_in()
{
	find "$@" -path '*/shards/*' -type f ! -size 1024c | sort
}

snapshots_in()
{
	find "$@" -path '*/snapshots/*' -type f | sort
}

# shard_of STRIPE STORE: the path of what a store has of a stripe of ./in.
# shellcheck disable=SC2016 # the inner shell expands it
shard_of()
{
	shard-split -s 1024 in | /usr/bin/python3 -B -c '
import sys
sys.path.insert(0, sys.argv[1])
from independent import parse
for id in parse(sys.stdin.buffer.read()).stripes[int(sys.argv[2])].ids:
    print("-name", id.hex(), "-o")
' "$BATS_TEST_DIRNAME" "$1" | xargs sh -c 'find "$0" "$@" -false' "$2" | grep .
}

# published STORE ...: the number of snapshots in them, copies and all.
published()
{
	snapshots_in "$@" | wc -l
}

# How many bytes committed files have together.
size_of()
{
	find "$@" -path '*/s*/??/*' -type f -printf '%s\n' |
		awk '{ sum += $1 } END { print sum + 0 }'
}

# whole STORE ...: every committed file has the name of its bytes' tree root,
# as a second implementation computes it. Files of a known SHA-256 are not
# computed again.
whole()
{
	/usr/bin/python3 -B - "$BATS_TEST_DIRNAME" "$BATS_FILE_TMPDIR/whole" "$@" <<- 'END'
	import hashlib, pathlib, re, sys
	sys.path.insert(0, sys.argv[1])
	from independent import tree_root
	cache = pathlib.Path(sys.argv[2])
	known = set(cache.read_text().split("\n")) if cache.exists() else set()
	place = re.compile(r"[0-9A-Z]{14}(-[0-9A-Z]{14}){3}"
	                   r"/(shards|snapshots)/([0-9a-f]{2})/(\3[0-9a-f]{62})")
	bad = 0
	for store in map(pathlib.Path, sys.argv[3:]):
	    for file in store.glob("*/s*/*/*"):
	        data = file.read_bytes()
	        line = f"{file.name} {hashlib.sha256(data).hexdigest()}"
	        if not place.fullmatch(str(file.relative_to(store))):
	            print(f"{file}: what is this?")
	            bad = 1
	        elif line not in known:
	            if tree_root(data).hex() == file.name:
	                known.add(line)
	            else:
	                print(f"{file}: not what its name says, {len(data)} bytes")
	                bad = 1
	cache.write_text("\n".join(known))
	sys.exit(bad)
	END
}

# tidy STORE ...: nothing else is in them; home has no temporary either.
tidy()
{
	local left
	left=$(find "$@" -type f ! -path '*/s*/??/*' ! -path '*/shardkit-store' \
		! -path '*/used'
		find home -type f ! -name identity ! -name secret ! -name peers \
			! -name newest ! -name begun)
	[ -z "$left" ] || { echo "left over: $left"; return 1; }
}

# spread STREAM STORE ...: a line a stripe, how many of its shards each has.
spread()
{
	/usr/bin/python3 -B - "$BATS_TEST_DIRNAME" "$@" <<- 'END'
	import pathlib, sys
	sys.path.insert(0, sys.argv[1])
	from independent import parse
	stream = parse(pathlib.Path(sys.argv[2]).read_bytes())
	held = [{f.name for f in pathlib.Path(s).glob("*/shards/*/*")}
	        for s in sys.argv[3:]]
	for stripe in stream.stripes:
	    print(*(sum(id.hex() in names for id in stripe.ids)
	            for names in held))
	END
}

# on_tmpfs FOLDER OPTIONS: mount one there, or skip; unmount_all in teardown.
on_tmpfs()
{
	mount -t tmpfs -o "$2" none "$1" 2> /dev/null ||
		skip "cannot mount a tmpfs here"
}

unmount_all()
{
	local folder
	for folder in "$BATS_TEST_TMPDIR"/s*; do
		if mountpoint -q "$folder"; then
			umount -l "$folder"
		fi
	done
}
