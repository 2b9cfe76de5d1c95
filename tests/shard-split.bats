#!/usr/bin/env bats
# shard-split(1), made to run.

load helper

setup()
{
	stream_setup
	noise 5000 > in
}

# head_is TEXT OPTIONS: the head of the stream of ./in.
head_is()
{
	shard-split "${@:2}" in > stream
	python independent.py check < stream | head -n 1 | grep "^head $1 bytes"
}

@test "the default is 3 of 5 shards of 1 MiB" {
	head_is '3 of 5, 1048576'
}

@test "short and long options mean the same" {
	head_is '2 of 9, 2048' -k 2 -n 9 -s 2048
	head_is '2 of 9, 2048' -k2 -n9 -s2K
	head_is '2 of 9, 2048' --need 2 --total 9 --shard-size 2048
	head_is '2 of 9, 2048' --need=2 --total=9 --shard-size=2K
	head_is '2 of 9, 2048' -vk2 -n 9 -s 2048
	head_is '1 of 3, 16777216' -k 1 -n 3 -s 16M
}

@test "a total below 3 is need too" {
	head_is '2 of 2, 1048576' -n 2
	head_is '1 of 1, 1048576' -n 1
}

@test "the stream names the owner" {
	shard-split in | python independent.py check | head -n 1 |
		grep -F "owner $(peer-key show)"
}

@test "the same data gives the same stream, whatever way it comes" {
	shard-split -s 1024 in > stream
	shard-split -s 1024 < in | cmp - stream
	dd if=in bs=7 status=none | shard-split -s 1024 | cmp - stream
	shard-split -s 1024 -- cat in | cmp - stream
	taskset -c 0 shard-split -s 1024 in | cmp - stream
}

@test "the same data has the same shards also under another label" {
	shard-split -s 1024 in | python independent.py ids > before
	shard-split -s 1024 -L a in | python independent.py ids | cmp - before
	shard-split -s 1024 -L b in | python independent.py ids | cmp - before
	[ "$(wc -l < before)" -eq 10 ]
}

@test "the same data of two owners has no byte string in common" {
	owner 2 other
	shard-split -L name -s 1024 in > ours
	shard-split -L name -s 1024 -C other in > theirs
	/usr/bin/python3 - ours theirs <<- 'EOF'
	import sys, cbor2
	def strings(name):
	    with open(name, "rb") as file:
	        found = set()
	        while file.peek(1):
	            item = cbor2.load(file)
	            values = item.values() if isinstance(item, dict) else [item]
	            found |= {v for v in values if isinstance(v, bytes)}
	        return found
	ours, theirs = map(strings, sys.argv[1:])
	assert len(ours) > 10 and not ours & theirs
	EOF
}

@test "no byte of the data or the label is seen in the stream" {
	printf '%05000d' 0 > in
	shard-split -s 1024 -L 'the name of this backup' in > stream
	run -1 grep -aq 00000000 stream
	run -1 grep -aq 'the name' stream
	[ "$(python independent.py label home/secret < stream)" = 'the name of this backup' ]
}

@test "a label has at most 200 bytes, and its box tells some length only" {
	for size in 0 1 31 32 33 199 200; do
		label=$(printf '%*s' "$size" '' | tr ' ' x)
		shard-split -s 1024 -L "$label" in > stream
		[ "$(python independent.py label home/secret < stream)" = "$label" ]
		shard-join stream | cmp - in
		stat -c %s stream
	done | sort -n | uniq | wc -l | grep -x 3
	fails 2 'label has 201 bytes.* 200' shard-split -L "$(printf '%0201d' 0)" in
	fails 2 'label has 202 bytes.* 200' \
		shard-split -L "$(printf '%0200d' 0 | sed s/00/é/g)00" in
	fails 2 'label is not UTF-8' shard-split -L $'caf\xe9' in
}

@test "an empty stream is refused with a hint, exit 3; --allow-empty takes it" {
	: > empty
	for input in empty /dev/null; do
		run -3 --separate-stderr shard-split "$input"
		says 'the stream to back up is empty'
		says 'hint: .*--allow-empty'
		shard-split "$input" 2> /dev/null > stream || true
		fails 3 'no end record' shard-join stream
	done
	run -3 --separate-stderr shard-split < /dev/null
	says 'hint: .*--allow-empty'
	for option in -e --allow-empty; do
		shard-split "$option" < /dev/null > stream
		run -0 --separate-stderr shard-join stream
		[ -z "$output" ]
	done
}

@test "a command that prints nothing is a backup of nothing, if that is said" {
	run -3 --separate-stderr shard-split -- sh -c 'false | cat'
	says 'the stream to back up is empty'
	says 'hint: .*--allow-empty'
	shard-split -e -- true > stream
	run -0 shard-join stream
	[ -z "$output" ]
}

@test "behind -- stands a command with its arguments, untouched" {
	shard-split -s 1024 -- printf '<%s>' -k --help '' 'a  b' '*' -- |
		shard-join > out
	[ "$(cat out)" = '<-k><--help><><a  b><*><-->' ]
}

@test "the command has our stdin, our stderr, and no other descriptor of ours" {
	echo hello | shard-split -- cat | shard-join | grep -x hello
	run -0 --separate-stderr shard-split -- sh -c 'echo to stderr >&2; echo'
	[ "$stderr" = 'to stderr' ]
	find /proc/self/fd -printf '%f\n' | cat > expected
	shard-split -- find /proc/self/fd -printf '%f\n' | shard-join | cmp - expected
}

@test "the command dies of SIGPIPE as it would in a shell" {
	run -0 --separate-stderr shard-split -- sh -c 'yes | head -n 3'
	[ -z "$stderr" ]
}

# dies PATTERN COMMAND: exit 4, and a stream without an end, but not without
# what came before.
dies()
{
	local status=0
	shard-split -s 1024 -- "${@:2}" > stream 2> err || status=$?
	[ "$status" -eq 4 ]
	grep -E -e "$1" err
	status=0
	shard-join stream > out 2> err || status=$?
	[ "$status" -eq 3 ]
	grep 'no end record' err
}

@test "a command that exits with a status is exit 4 and named; no end record" {
	dies "'false' exited with status 1" false
	dies "'sh' exited with status 7" sh -c 'cat in; exit 7'
	cmp out in
	dies "'sh' exited with status 255" sh -c 'echo; exit 255'
	dies "'sh' exited with status 3" sh -c 'cat in; exec >&-; sleep 0.2; exit 3'
}

@test "a command killed by a signal is exit 4 and named; no end record" {
	# shellcheck disable=SC2016 # the inner shell expands it
	for signal in 9:KILL 15:TERM 13:PIPE 11:SEGV; do
		dies "'sh' was killed by signal ${signal%:*}" \
			sh -c 'cat in; kill -s "$0" $$' "${signal#*:}"
		cmp out in
	done
}

@test "a command that cannot be run is exit 4 and named; no end record" {
	dies "cannot run 'no-such-program': No such file" no-such-program
	dies "cannot run './in': Permission denied" ./in
	dies "cannot run '.': Permission denied" .
	dies "cannot run '': No such file" ''
}

@test "a signal to shard-split itself leaves no end record" {
	for signal in KILL TERM INT; do
		timeout -s "$signal" 0.3 shard-split -s 1024 -- sh -c 'cat in; exec sleep 60' \
			> stream || true
		fails_join
	done
}

# The stream is cut short and yet gives no wrong byte.
fails_join()
{
	local status=0
	shard-join stream > out 2> err || status=$?
	[ "$status" -eq 3 ]
	cmp -n "$(stat -c %s out)" out in
}

@test "a reader that goes away is exit 4 with the reason" {
	for from in in '-- yes' '-- cat in'; do
		# shellcheck disable=SC2086 # words
		{ timeout 60 shard-split -s 1024 -k 1 -n 255 $from 2> err || echo $? > status; } |
			head -c 100 > /dev/null
		[ "$(cat status)" -eq 4 ]
		grep 'shard-split: cannot write' err
	done
}

@test "a stdout that is full or closed is exit 4 with the reason" {
	run -4 --separate-stderr sh -c 'shard-split in > /dev/full'
	says 'cannot write: No space left'
	run -4 --separate-stderr sh -c 'shard-split -- cat in > /dev/full'
	says 'cannot write: No space left'
	run -4 --separate-stderr sh -c 'shard-split in >&-'
	says 'cannot write: Bad file'
}

@test "a disk that fills at any moment is exit 4" {
	for when in 1 2 3; do
		status=0
		faulty "writev:error=ENOSPC:when=$when" shard-split -s 1024 in > stream 2> err ||
			status=$?
		[ "$status" -eq 4 ]
		grep 'cannot write: No space left' err
		fails_join
	done
}

@test "an input that fails at any moment is exit 4" {
	for when in 1 2 3; do
		status=0
		faulty_at in "read:error=EIO:when=$when" \
			shard-split -s 1024 in > stream 2> err || status=$?
		[ "$status" -eq 4 ]
		grep -E 'cannot read.*: (I/O|Input/output) error' err
	done
	fails_join
}

@test "an interrupted system call is none of the user's business" {
	shard-split -s 1024 in > stream
	faulty_at in read:error=EINTR:when=1+2 shard-split -s 1024 in | cmp - stream
	faulty writev:error=EINTR:when=1+2 shard-split -s 1024 in | cmp - stream
}

@test "threads or memory that cannot be had are exit 4" {
	[ -z "$SLOW" ] || skip 'not with these binaries'
	mkfifo silent
	exec 5<> silent
	for when in 1 2; do
		status=0
		timeout 60 strace -f -qq -o /dev/null -e "inject=clone:error=EAGAIN:when=$when" \
			shard-split <&5 > stream 2> err || status=$?
		[ "$status" -eq 4 ]
		grep 'cannot start a thread' err
	done
	run -4 --separate-stderr sh -c 'ulimit -v 20000; shard-split -k 10 -n 20 -s 10M in'
	says 'cannot get .*memory|cannot get [0-9]+ bytes'
}

@test "a stdin that is closed is exit 4" {
	run -4 --separate-stderr sh -c 'shard-split <&-'
	says 'cannot read'
}

@test "a file that cannot be read is exit 4 and named" {
	run -4 --separate-stderr shard-split nothing
	says "cannot open 'nothing': No such file"
}

@test "a folder is exit 2, with the command that packs it" {
	mkdir photos
	run -2 --separate-stderr shard-split photos
	says "'photos' is a folder"
	says "hint: .*shard-split -- tar -c 'photos'"
	run -2 --separate-stderr sh -c 'shard-split < photos'
	says 'standard input is a folder'
}

@test "a command that hangs is ended once nobody reads the stream" {
	# shellcheck disable=SC2016
	run -4 --separate-stderr timeout 20 bash -o pipefail -c \
		'shard-split -- sh -c "head -c 20000000 /dev/zero; exec sleep 60" | true'
	says 'cannot write: Broken pipe'
}

@test "a terminal gets no shards, exit 2" {
	run -2 script -qec 'shard-split in' /dev/null
	[[ $output == *"not for a terminal"* ]]
}

@test "the need is 1 to the total, the total 1 to 255" {
	for need in 0 6 255 256 -1 '' x 3x 3.0 0x3 18446744073709551617; do
		fails 2 "need '$need' is not a number from 1 to 5$" shard-split -k "$need" in
	done
	fails 2 "need '4' is not a number from 1 to 3$" shard-split -n 3 -k 4 in
	for total in 0 256 -5 '' x ' 5' +5 99999999999999999999; do
		fails 2 "total '[^']*' is not a number from 1 to 255$" shard-split -n "$total" in
	done
}

@test "the shard size is 1024 bytes to 16 MiB" {
	for size in 0 1 1023 16777217 17M 1G 1023T 99999999999T K 1k 1KK 1KiB -1024 ''; do
		fails 2 "shard-size '$size' is not a number from 1024 to 16777216$" \
			shard-split -s "$size" in
	done
}

@test "total times shard size is at most 256 MiB" {
	fails 2 'total times --shard-size is above 256 MiB' shard-split -k 3 -n 17 -s 16M in
	fails 2 'above 256 MiB' shard-split -k 1 -n 255 -s 1052690 in
	shard-split -k 255 -n 255 -s 1052688 in | shard-join | cmp - in
}

@test "misuse is exit 2 and prints the synopsis on stderr" {
	fails 2 "unknown option '--needs'" shard-split --needs 3 in
	fails 2 "unknown option '-x'" shard-split -vx in
	fails 2 'option --need needs a value: K' shard-split -k
	fails 2 'option --need needs a value: K' shard-split --need
	fails 2 'option --allow-empty takes no value' shard-split --allow-empty=1 in
	says '^usage: shard-split'
}

@test "operands are counted before a byte is written" {
	fails 2 "unexpected operand 'b'" shard-split in b
	fails 2 "unexpected operand '-k'" shard-split in -k 3
	fails 2 "no command behind '--'" shard-split --
	fails 2 "no command behind '--'" shard-split -k 2 --
}

@test "an option that takes a value is not taken twice" {
	fails 2 'option --need is given twice' shard-split -k 3 -k 3 in
	fails 2 'option --need is given twice' shard-split -k 3 --need=3 in
	fails 2 'option --total is given twice' shard-split -n 5 -n 6 in
	fails 2 'option --shard-size is given twice' shard-split -s 1M -s 1M in
	fails 2 'option --label is given twice' shard-split -L a -L b in
	fails 2 'option --config is given twice' shard-split -C home -C home in
}

@test "an option's value may be two dashes" {
	shard-split -s 1024 -L -- in > stream
	[ "$(python independent.py label home/secret < stream)" = -- ]
	shard-join stream | cmp - in
}

@test "without a key: exit 2 with a hint, and nothing is run or written" {
	fails 2 "no key file 'nobody/secret'" shard-split -C nobody -- touch ran
	says 'hint: .*peer-key new'
	[ ! -e ran ]
	chmod 644 home/secret
	fails 2 "home/secret' can be read by others" shard-split in
	chmod 600 home/secret
	echo >> home/secret x
	fails 3 "home/secret' is not a key file" shard-split in
}

@test "-v counts bytes and stripes" {
	run -0 --separate-stderr sh -c 'shard-split -v -k 2 -s 1024 in > stream'
	says '^shard-split: 5000 bytes in 3 stripes$'
}

@test "input and output the same file: exit 2, and it stays" {
	noise 5000 > io
	cp io before
	fails 2 'input and output are the same file' bash -c 'timeout 60 shard-split < io >> io'
	fails 2 'input and output are the same file' bash -c 'timeout 60 shard-split io >> io'
	fails 2 'input and output are the same file' bash -c 'timeout 60 shard-split io 1<> io'
	cmp io before
}
