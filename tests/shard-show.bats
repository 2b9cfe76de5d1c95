#!/usr/bin/env bats
# shard-show on what is not what it claims, and with nowhere to write to.

load store

setup()
{
	stream_setup
	stores 5
	noise 6144 > in
	shard-split -s 1024 in > stream
	shard-send -q stream > receipts
	cp "$(snapshots_in s1 | head -n 1)" snapshot
}

# rotten FILE: whatever is done to it under its name, exit 3 with a reason.
rotten()
{
	damaged=damaged/${1##*/}
	mkdir -p damaged
	for how in first middle last shorter trailing; do
		cp "$1" "$damaged"
		case $how in
		first) flip "$damaged" 0 ;;
		middle) flip "$damaged" ;;
		last) flip "$damaged" -1 ;;
		shorter) truncate -s -1 "$damaged" ;;
		trailing) echo >> "$damaged" ;;
		esac
		echo "$how: $1"
		run -3 --separate-stderr timeout 10 shard-show "$damaged"
		says '^shard-show: .'
	done
}

@test "a whole stream and a whole document: exit 0, a line each" {
	[ "$(shard-show stream | wc -l)" -gt 4 ]
	[ "$(shard-show snapshot | wc -l)" -ge 1 ]
	[ "$(shard-show receipts | wc -l)" -ge 1 ]
}

@test "a rotten document or shard of a store: exit 3" {
	rotten "$(snapshots_in s1 | head -n 1)"
	rotten "$(shards_in s1 | head -n 1)"
}

@test "a stream that is cut short, or goes on behind its end: exit 3" {
	for size in 40 2000 $(($(stat -c %s stream) - 1)); do
		head -c "$size" stream > damaged
		run -3 --separate-stderr timeout 10 shard-show damaged
		says '^shard-show: .'
	done
	cat stream - <<< '' > damaged
	run -3 --separate-stderr timeout 10 shard-show damaged
	says 'something behind the end of the stream'
}

@test "standard output is full or closed: exit 4" {
	for what in stream snapshot; do
		run -4 --separate-stderr bash -c "shard-show $what > /dev/full"
		says '^shard-show: cannot write.*: No space left'
		run -4 --separate-stderr bash -c "shard-show $what >&-"
		says '^shard-show: cannot write.*: Bad file'
	done
}
