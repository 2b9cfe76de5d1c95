#!/usr/bin/env bats
# shard-send(1) on a terminal, and at a rate.
# SPDX-License-Identifier: ISC

load store

setup()
{
	stream_setup
	stores 5
	noise 61440 > in
	shard-split -s 1024 in > stream
	cat > screen.py <<- 'END'
	# What is on a screen of so many columns after the bytes of a typescript,
	# and all that was on it on the way: the files now and ever.
	import re, sys
	columns = int(sys.argv[2])
	data = open(sys.argv[1], "rb").read().decode()
	lines, row, column, ever = [""], 0, 0, set()
	for token in re.findall(r"\x1b\[\d*[AKJ]|\r|\n|[^\x1b\r\n]+|.", data):
	    if token == "\r":
	        column = 0
	    elif token == "\n":
	        ever.add(lines[row])
	        row += 1
	        lines += [""] * (row == len(lines))
	    elif token.endswith("A") and token[0] == "\x1b":
	        row -= int(token[2:-1])
	        assert row >= 0, "above the screen"
	    elif token == "\x1b[K":
	        lines[row] = lines[row][:column]
	    elif token == "\x1b[J":
	        lines[row:] = [lines[row][:column]]
	    else:
	        assert token.isprintable(), repr(token)
	        assert "\x1b" not in token
	        lines[row] = lines[row][:column] + token
	        column += len(token)
	        if re.search("^  | sent, ", token):
	            assert column <= columns, token
	open("now", "w").write("\n".join(lines))
	open("ever", "w").write("\n".join(sorted(ever)))
	END
}

# on_terminal COMMAND: its typescript is in ./typescript; exits as it does.
on_terminal()
{
	command -v script > /dev/null || skip "script(1) is not installed"
	TERM=xterm timeout 60 script -qefc "$1" typescript < /dev/null > /dev/null
	sed -i '1d;$d' typescript
}

@test "a terminal shows bytes, rate, time and a line a peer; then it is clean" {
	mv s2 away
	on_terminal "stty cols 60 rows 24; shard-send -H 4 -r 40K -o text stream"
	/usr/bin/python3 screen.py typescript 60
	grep -E '^[0-9.]+ Ki?B sent, [0-9.]+ Ki?B/s, [0-9]+:[0-9]{2} left$' ever
	grep -E '^  disk1 +[0-9.]+ Ki?B$' ever
	grep -E '^  disk2 +0 B  lost: cannot open store' ever
	run ! grep -E 'sent, |^  disk' now
	grep "warning: peer 'disk2' is not usable" now
	grep -E '^disk1 +1 ' now
	mv away s2
	on_terminal "shard-send -r 40K -o text stream"
	/usr/bin/python3 screen.py typescript 80
	grep -E '^  disk1 +[0-9.]+ K?i?B  [0-9]+ kept$' ever
}

@test "a small terminal is not overrun" {
	on_terminal "stty cols 20 rows 6; shard-send -r 40K -o text stream"
	/usr/bin/python3 screen.py typescript 20
	grep -xF '  and 2 more' ever
	grep '^  disk3' ever
	run ! grep '^  disk4' ever
}

@test "a stream of unknown length has no time left" {
	on_terminal "cat stream | shard-send -r 40K -o text"
	/usr/bin/python3 screen.py typescript 80
	grep -E '^[0-9.]+ Ki?B sent, [0-9.]+ Ki?B/s$' ever
	run ! grep left ever
}

@test "why a peer is lost moves no cursor" {
	printf 'bad - dir:/nowhere\033[2J/x\n' >> home/peers
	on_terminal "stty cols 100 rows 24; shard-send -r 40K -o text stream"
	run ! grep -aF $'\033[2J' typescript
	/usr/bin/python3 screen.py typescript 100
	grep -F "lost: cannot open store '/nowhere?[2J/x'" ever
}

@test "nothing moves with -q, -v, TERM=dumb, or when it is no terminal" {
	for way in "shard-send -q -r 40K -o text stream" \
		"shard-send -v -r 40K -o text stream" \
		"TERM=dumb shard-send -r 40K -o text stream" \
		"env -u TERM shard-send -r 40K -o text stream" \
		"shard-send -r 40K -o text stream 2> err"; do
		rm -rf s? home/newest
		stores 5
		on_terminal "$way"
		run ! grep -a $'\033' typescript
		grep -a '^disk1 ' typescript
	done
	run ! grep -a $'\033' err
}

@test "--rate is kept, over all peers together" {
	began=$(date +%s%N)
	shard-send -q --rate 50K stream > receipts
	took=$((($(date +%s%N) - began) / 1000000))
	echo "took $took ms"
	# 100 shards of 1 KiB, and an index and a snapshot for each of five
	[ "$took" -ge 1950 ]
	restores in
}

@test "--rate of shard-fetch is kept, too" {
	shard-send -q stream > /dev/null
	began=$(date +%s%N)
	shard-fetch -q --rate 30K > back
	took=$((($(date +%s%N) - began) / 1000000))
	echo "took $took ms"
	# 20 stripes of 3 KiB, the first of which goes at once
	[ "$took" -ge 1850 ]
	shard-join -q back | cmp - in
	for rate in 0 -1 x 10X ''; do
		run -2 --separate-stderr shard-fetch -r "$rate"
		says "--rate"
	done
}

@test "--rate out of its range: exit 2, the range is named" {
	for rate in 0 -1 x 10X ''; do
		run -2 --separate-stderr shard-send -r "$rate" stream
		says "--rate"
	done
	[ -z "$(find s? -mindepth 1)" ]
}
