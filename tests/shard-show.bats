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

# same_rows: what is shown of `printed` is what stands in `wanted` as JSON.
same_rows()
{
	shard-show -o json printed > shown
	python3 - <<- 'END'
	import json
	shown, wanted = ([json.loads(line) for line in open(name)] for name in ("shown", "wanted"))
	assert wanted and all(list(row)[0] == "record" for row in shown)
	assert [row.pop("record") for row in shown] == ["row"] * len(wanted)
	assert shown == wanted, (shown, wanted)
	END
	[ "$(shard-show < printed | grep -c '^record=row [a-z_]*=')" -eq "$(wc -l < wanted)" ]
}

# sorted FILE: objects, a line each, with their names in one order.
sorted()
{
	python3 -c 'import json, sys
for line in open(sys.argv[1]): print(json.dumps(json.loads(line), sort_keys=True))' "$1"
}

# Goal: a script has kept what tools print into a pipe, and somebody looks at it.
@test "what tools print into a pipe is shown, row by row" {
	for tool in 'shard-fetch -l' 'shard-repair -q -a'; do
		$tool > printed
		$tool -o json > wanted
		same_rows
	done
	[ "$(shard-show receipts | grep -c '^record=row .*peer=disk[1-5]')" -eq 5 ]
	p2p-health > health || true
	shard-show health | grep '^record=row kind=verdict'
	# its own rows are what they were
	shard-show -o json stream > wanted
	shard-show -o cbor stream > printed
	shard-show -o json printed > shown
	cmp <(sorted shown) <(sorted wanted)
	shard-show -o cbor printed | cmp - printed
	# of peer-find
	echo "far $(peer-key -q show) 127.0.0.9:7117" >> home/peers
	peer-find --no-mdns -w 100 > printed || true
	shard-show printed | grep '^record=found id=.* address=127.0.0.9:7117 '
	shard-show -o json printed | grep '^{"record":"found",.*"address":"127.0.0.9:7117"'
	# documents between rows
	cat receipts snapshot receipts > printed
	shard-show printed > shown
	[ "$(grep -c ^record=row shown)" -eq 10 ]
	[ "$(grep -c ^record=snapshot shown)" -eq 1 ]
}

@test "rows that are cut short, or have something else between them: exit 3" {
	shard-fetch -l > list
	cat list list > printed
	truncate -s -1 printed
	run -3 --separate-stderr shard-show printed
	says 'the stream is cut short at byte'
	[ "$(grep -c ^record=row <<< "$output")" -eq 1 ]
	cat list - <<< hello > printed
	run -3 --separate-stderr shard-show printed
	[ "$(grep -c ^record=row <<< "$output")" -eq 1 ]
	printf '\x80' | cat list - > printed
	run -3 --separate-stderr shard-show printed
	says 'this is no row, and no document'
	# what only begins as a row is a file like any other, and so is a shard
	printf '\xa1\x61a\x41x' > printed
	run -0 shard-show printed
	[[ $output == 'record=bytes size=5 '*state=unnamed ]]
	cp list "$(printf '%064d' 0)"
	run -3 --separate-stderr shard-show "$(printf '%064d' 0)"
	[[ $output == 'record=bytes '*state=damaged ]]
	run -4 --separate-stderr bash -c 'shard-show list > /dev/full'
	says 'cannot write.*: No space left'
}
