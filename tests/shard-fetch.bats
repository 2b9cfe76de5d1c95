#!/usr/bin/env bats
# shard-fetch(1), made to run, and the main job.

load store

setup()
{
	stream_setup
	stores 5
	noise 12288 > in
}

# lists NUMBER FIELD VALUE ...: what -l says about a snapshot, as JSON.
lists()
{
	shard-fetch -l -o json 2> /dev/null | /usr/bin/python3 -c '
import json, sys
number, *want = sys.argv[1:]
rows = [json.loads(line) for line in sys.stdin]
row, = (row for row in rows if row["number"] == int(number))
got = [word for name in want[::2] for word in (name, str(row[name]))]
assert got == want, row
' "$@"
}

# forget NUMBER: no store has its document any more; it goes to ./aside.
forget()
{
	local name path
	name=$(shard-show -o json "$(snapshot "$1" s?)" |
		sed -n 's/.*"id":"\([0-9a-f]*\)".*"state":.*/\1/p')
	[ ${#name} -eq 64 ]
	for path in s?/*/snapshots/??/"$name"; do
		mkdir -p "aside/${path%/*}"
		mv "$path" "aside/$path"
	done
}

# snapshot NUMBER STORE ...: the path of its document in the first of them.
snapshot()
{
	local number=$1 path
	shift
	for path in $(snapshots_in "$@"); do
		if shard-show "$path" | grep -q "^record=snapshot number=$number "; then
			echo "$path"
			return
		fi
	done
	return 1
}

three_snapshots()
{
	local n
	for n in 1 2 3; do
		bytes "version $n" $((4000 * n)) > "in$n"
		backup "in$n" -L "version $n"
	done
}

# the main job

@test "3 of 5: a folder comes back with two of five stores gone" {
	set -o pipefail
	cp -r "$BATS_TEST_DIRNAME" photos
	tar -c photos | shard-split -s 16K -k 3 -n 5 | shard-send -q > /dev/null
	rm -r s2 s4
	mkdir restored
	shard-fetch latest 2> err | shard-join | tar -x -C restored
	diff -r photos restored/photos
	grep "warning: peer 'disk2' is not usable: .*s2" err
	grep "warning: peer 'disk4' is not usable: .*s4" err
	[ "$(grep -c 'warning: peer' err)" -eq 2 ]
}

# Of a few stripes the damaged disk is asked for none, by chance.
@test "3 of 5: one store gone and every shard of another with a flipped bit" {
	noise 61440 > in
	backup in
	rm -r s1
	for file in $(shards_in s4); do flip "$file" $((RANDOM % 1024)); done
	restores in
	says "peer 'disk1' is not usable"
	says "peer 'disk4' has (1?[1-9]|[12]0) damaged or unreadable: .*s4/"
	silent 'disk[235]'
}

@test "2 of 5: two stores gone and every shard of a third with a flipped bit" {
	noise 61440 > in
	backup in -k 2 -n 5
	rm -r s1 s5
	for file in $(shards_in s2); do flip "$file"; done
	stripe=2048 restores in
	says "peer 'disk1' is not usable"
	says "peer 'disk2' has ([12]?[1-9]|[123]0) damaged or unreadable"
	says "peer 'disk5' is not usable"
}

@test "3 of 5: two stores gone and one shard of a third damaged is too much" {
	backup in
	rm -r s1 s3
	flip "$(shard_of 2 s2)"
	refuses 1 in
	says '^shard-fetch: stripe 2 has 2 whole shards and needs 3 of its 5'
	says '^shard-join: .*stripe 2.* 2 '
	says "peer 'disk2' has 1 damaged"
	[ "$(stat -c %s out)" -eq 6144 ]
}

# What is damaged of the third can only be what the other two have as well.
@test "3 of 5: two stores gone and all but the shards of a third with flipped bits" {
	backup in
	rm -r s1 s3
	mapfile -t files < <(find s5/*/ -type f ! -path '*/shards/*')
	[ "${#files[@]}" -eq 2 ] # the snapshot, and what is used
	for file in "${files[@]}"; do flip "$file"; done
	restores in
	says "peer 'disk1' is not usable"
	says "peer 'disk3' is not usable"
	says "peer 'disk5' has [12] damaged or unreadable: .*snapshots/"
}

@test "every three of five stores restore, no two do" {
	backup in
	mkdir away
	for subset in $(seq 1 31); do
		kept=0
		for n in 1 2 3 4 5; do
			if ((subset >> (n - 1) & 1)); then
				kept=$((kept + 1))
			else
				mv "s$n" away
			fi
		done
		if [ "$kept" -ge 3 ]; then
			restores in
		else
			refuses 1 in
			says "stripe 0 has $kept whole shards and needs 3 of its 5"
			[ ! -s out ]
		fi
		for n in 1 2 3 4 5; do
			((subset >> (n - 1) & 1)) ||
				says "peer 'disk$n' is not usable"
		done
		mv away/* . 2> /dev/null || true
	done
}

# Goal: all pairs, and for each of them a few of the many subsets; that codes
# are right for every subset is seen by streams (tests/mangle.py). SEED=N draws
# others.
@test "for every need <= total <= 8, drawn by lot: need stores restore, one fewer does not" {
	RANDOM=${SEED:-8}
	for total in {1..8}; do
		for ((need = 1; need <= total; need++)); do
			rm -rf s? away
			mkdir away
			stores "$total"
			backup in -k "$need" -n "$total"
			mapfile -t lost < <(seq "$total" |
				shuf -n $((total - need + 1)) --random-source=<(yes "$RANDOM"))
			echo "$need of $total without ${lost[*]}"
			for n in "${lost[@]:1}"; do mv "s$n" away; done
			restores in
			mv "s${lost[0]}" away
			refuses $((need > 1 ? 1 : 4)) in
			[ ! -s out ]
		done
	done
}

@test "no store at all: exit 4, each reason" {
	backup in
	rm -r s?
	refuses 4 in
	says 'no peer is usable'
	for n in 1 2 3 4 5; do
		says "peer 'disk$n' is not usable: .*s$n"
	done
}

@test "fetching twice gives the same stripes, and join accepts a file" {
	backup in
	shard-fetch > first
	shard-fetch latest > second
	for stream in first second; do
		shard-join "$stream" | cmp - in
		shard-show "$stream" | grep -v record=shard > "$stream.rows"
		[ "$(shard-show "$stream" | grep -c 'record=shard.* state=whole')" \
			-eq $(($(grep -c record=stripe "$stream.rows") * 3)) ]
	done
	cmp first.rows second.rows
}

@test "nothing but the secret and the roster is needed" {
	backup in
	rm home/identity home/newest
	restores in
}

# Goal: what two of five disks owe when everything is written is not waited for.
@test "a disk that hangs as it is read keeps nobody waiting" {
	noise 61440 > in
	backup in
	mapfile -t paths < <(shards_in s1 s2 | sed "s|^|$PWD/|; i -P")
	strace -f -qq -o /dev/null "${paths[@]}" \
		-e inject=read,pread64:delay_enter=600000000 shard-fetch > fetched 2> fetch.err 3>&- &
	tracer=$!
	# it has exited, as far as the delay lets it: that lasts under strace
	for _ in $(seq 300); do
		state=$(ps -o stat=,comm= --ppid "$tracer") || true # not yet
		[[ $state != Z*shard-fetch* ]] || break
		sleep 0.1
	done
	kill -9 "$tracer"
	wait "$tracer" || true
	echo "$state"
	[[ $state == Z*shard-fetch* ]]
	shard-join -q fetched | cmp - in
	grep "peer 'disk[12]' was too slow to be waited for" fetch.err
}

# Goal: one that was asked in vain, or was late once, is not complained about.
@test "a disk that is slow for a moment keeps nobody waiting, and is not named" {
	backup in
	mapfile -t paths < <(shards_in s1 s2 | sed "s|^|$PWD/|; i -P")
	strace -f -qq -o /dev/null "${paths[@]}" \
		-e inject=read,pread64:delay_enter=400000 shard-fetch 2> fetch.err |
		shard-join -q | cmp - in
	[ ! -s fetch.err ] || { cat fetch.err; return 1; }
}

# It is told after 11 s at the earliest, and later on a busy machine.
@test "a disk that hangs as it is opened is named" {
	backup in
	faulty_at "$PWD/s4/shardkit-store" openat2:delay_enter=16000000 \
		shard-fetch 2> fetch.err | shard-join -q | cmp - in
	[ "$(grep -c "waiting for peer 'disk4'" fetch.err)" -eq 1 ]
}

@test "the folder of stores is only read" {
	backup in
	find s? -type f -printf '%p %s %T@\n' | sort > before
	restores in
	shard-fetch -l > /dev/null
	find s? -type f -printf '%p %s %T@\n' | sort | cmp - before
	mkdir fresh
	sed -i "s|/s1$|/fresh|" home/peers
	restores in
	says "peer 'disk1' is not usable: .*fresh' is not a store"
	says 'hint: is the disk mounted'
	[ -z "$(ls -A fresh)" ]
}

# -l

@test "-l: number, time, size, alive of total, holders, label" {
	before=$(date -u '+%F %H:%M')
	three_snapshots
	after=$(date -u '+%F %H:%M')
	run -0 --separate-stderr shard-fetch -l -o text
	silent .
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} =~ ^\ *NUMBER\ +TIME\ +SIZE\ +ALIVE\ +NEED\ +TOTAL\ +HOLDERS\ +ID\ +LABEL ]]
	[[ ${lines[1]} =~ ^\ +1\ +[-0-9]+\ [0-9:]+\ UTC\ +3.9\ KiB\ +5/5\ +3\ +5\ +5\ +[0-9a-f]{12}\ +version\ 1 ]]
	[[ ${lines[3]} =~ ^\ +3\ +[-0-9]+\ [0-9:]+\ UTC\ +11.7\ KiB\ +5/5\ +3\ +5\ +5\ +[0-9a-f]{12}\ +version\ 3 ]]
	[[ ${lines[1]} == *"$before"* || ${lines[1]} == *"$after"* ]]
}

@test "-l: text, JSON and CBOR say the same, CBOR is the default into a pipe" {
	three_snapshots
	rm -r s2
	for style in text json cbor; do
		shard-fetch -l -o "$style" > "list.$style" 2> /dev/null
	done
	shard-fetch -l 2> /dev/null | cmp - list.cbor
	/usr/bin/python3 - <<- 'END'
	import json, cbor2
	rows = [json.loads(line) for line in open("list.json")]
	with open("list.cbor", "rb") as file:
	    assert [cbor2.load(file) for _ in rows] == rows
	    assert not file.read()
	lines = open("list.text").read().splitlines()[1:]
	assert [row["number"] for row in rows] == [1, 2, 3]
	for row, line in zip(rows, lines, strict=True):
	    assert sorted(row) == ["alive", "dropped", "holders", "id", "label",
	                           "need", "number", "size", "time", "total"], row
	    assert row["dropped"] == 0
	    assert row["size"] == 4000 * row["number"]
	    assert (row["alive"], row["total"], row["holders"]) == (4, 5, 4)
	    assert line.split()[-1] == row["label"].split()[-1], line
	    assert " 4/5 " in line and f" {row['id'][:12]} " in line, line
	    assert len(row["id"]) == 64, row
	END
	script -qec 'shard-fetch -lq' /dev/null < /dev/null | grep 'NUMBER  TIME'
}

@test "a terminal gets no shards, exit 2" {
	run -2 script -qec 'shard-fetch latest' /dev/null
	[[ $output == *"not for a terminal: pipe them into shard-join"* ]]
}

@test "-l: alive is what is left of the worst stripe" {
	backup in
	lists 1 alive 5
	rm "$(shard_of 0 s1)"
	lists 1 alive 4
	rm "$(shard_of 1 s2)"
	lists 1 alive 4
	truncate -s 100 "$(shard_of 0 s3)"
	lists 1 alive 3 holders 5
	rm -r s5
	lists 1 alive 2 holders 4
	rm -r s4
	lists 1 alive 1 holders 3
	rm -r s1
	lists 1 alive 1 holders 2
	rm -r s2
	lists 1 alive 0 holders 1
}

@test "-l: a snapshot that nobody has the index of is named, the others listed" {
	three_snapshots
	shard-show "$(snapshot 2 s1)" | sed -n 's/record=lists .*id=//p' > index
	find s? -name "$(cat index)" -delete
	lists 1 alive 5
	lists 3 alive 5
	run -0 --separate-stderr shard-fetch -l -o text
	says 'snapshot 2: no usable peer has index 0' || lists 2 alive 0
	refuses 1 in2 2
}

@test "-l: a label is shown as one line of characters" {
	backup in -L "$(printf 'a\033[2Jb "c" \\ ünd\u2028')"
	[ "$(shard-fetch -l -o text | wc -l)" -eq 2 ]
	run ! grep -F "$(printf '\033')" <(shard-fetch -l -o text)
	lists 1 label "$(printf 'a\033[2Jb "c" \\ ünd\u2028')"
	shard-fetch -l | /usr/bin/python3 -c '
import sys, cbor2
assert cbor2.load(sys.stdin.buffer)["label"].startswith("a\x1b[2Jb")'
}

# which one

@test "by number, latest, and latest is the default" {
	three_snapshots
	for n in 1 2 3; do
		restores "in$n" "$n"
	done
	restores in3 latest
	restores in3
	rm home/newest
	restores in3
}

@test "a number that there is not: exit 1" {
	three_snapshots
	for number in 4 1000000 999999999999999999; do
		fails 1 "no usable peer has snapshot $number" shard-fetch "$number"
	done
}

@test "no snapshot at all: exit 1, the owner is named" {
	backup in
	owner 2 other
	cp home/peers other
	id=$(peer-key -C other show)
	for selector in '' latest 1 -l id:123456; do
		# shellcheck disable=SC2086
		fails 1 "no usable peer has a snapshot of the owner $id" \
			shard-fetch -C other $selector
	done
}

@test "by the begin of an id" {
	three_snapshots
	for n in 1 2 3; do
		id=$(basename "$(snapshot "$n" s1)")
		restores "in$n" "id:$id"
		restores "in$n" "id:${id:0:6}"
	done
	fails 1 'no usable peer has snapshot id:000000000' shard-fetch id:000000000
	for name in id: id:12345 "id:${id:0:8}x" "id:${id}0" "$id"; do
		run --separate-stderr shard-fetch "$name"
		[ "$status" -eq 1 ] || [ "$status" -eq 2 ]
		[ -z "$output" ]
	done
}

@test "a selector that is rubbish: exit 2" {
	backup in
	for name in 0 x '' 1x ' 1' '1 ' +1 0x1 1.0 Latest latest1 \
		18446744073709551615 18446744073709551617 99999999999999999999999; do
		echo "'$name'"
		fails 2 "'?$name'?" shard-fetch -- "$name"
	done
	fails 2 "unknown option '-1'" shard-fetch -1
	fails 2 "unexpected operand '2'" shard-fetch 1 2
	fails 2 "unexpected operand '1'" shard-fetch -l 1
	fails 2 "'xml' is not one of" shard-fetch -l -o xml
}

# rollback

@test "the newest is gone from all stores: latest exits 3, by number it works" {
	three_snapshots
	forget 3
	refuses 3 in3
	says 'newest snapshot that any usable peer shows is 2, but 3 was there before'
	says '^shard-fetch: hint: .*number'
	[ ! -s out ]
	restores in2 2
	says 'warning: .* is 2, but 3 was there before'
	run -0 --separate-stderr shard-fetch -l -o text
	says 'warning: .* is 2, but 3 was there before'
	[ "${#lines[@]}" -eq 3 ]
}

# Goal: two machines with one owner's keys, each with its disk: what the one
# calls 1 is not taken for what the other did.
@test "another snapshot of the number that was seen: latest exits 3" {
	cp -r home other
	echo "disk1 - dir:$PWD/s1" > home/peers
	echo "disk2 - dir:$PWD/s2" > other/peers
	noise 3000 > in1
	noise 4000 > in2
	shard-split -q -k 1 -n 1 in1 | shard-send -q > /dev/null 2>&1
	shard-split -q -k 1 -n 1 in2 | shard-send -q -C other > /dev/null 2>&1
	cp other/peers home/peers
	refuses 3 in2
	says 'newest snapshot, 1, is another than the one that was there before'
	restores in2 1
	says 'warning: .* is another'
}

@test "the newest is gone and so is the local file: latest is what is there" {
	three_snapshots
	forget 3
	rm home/newest
	restores in2
	restores in2
}

@test "the newest is rotten in all stores: latest says that there may be a newer one" {
	three_snapshots
	local id
	id=$(basename "$(snapshot 3 s1)")
	for path in s?/*/snapshots/??/"$id"; do
		flip "$path" 100
	done
	rm home/newest home/begun
	restores in2
	says "no usable peer gives the snapshot id:${id:0:12} whole; it may be newer than 2"
	rm -r s1/*/snapshots # one that has it no more shows nothing
	restores in2
	says "id:${id:0:12} whole"
	run -0 --separate-stderr shard-fetch -l -o text
	[ "${#lines[@]}" -eq 3 ]
	# shellcheck disable=SC2154 # bats sets stderr
	[[ ${stderr##*$'\n'} = *"the list is not whole: 1 snapshots could not be read" ]]
	cp -r home home.before # a send says so too: this number may be taken
	run -0 --separate-stderr backup in
	says "id:${id:0:12} whole; it may be newer than 2"
	rm -r home
	mv home.before home
	forget 3
	rm s?/*/snapshots/??/"$id" home/newest
	restores in2
	run ! says 'may be newer'
	run -0 --separate-stderr shard-fetch -l -o text
	run ! says 'not whole'
}

@test "what was there before counts also after a rollback was seen" {
	three_snapshots
	forget 3
	forget 2
	for _ in 1 2; do
		refuses 3 in1
		says 'is 1, but 3 was there before'
		shard-fetch -l > /dev/null 2>&1
	done
	cp -r aside/s4 .
	restores in3
}

@test "a machine that only fetches notices, too" {
	three_snapshots
	mkdir reader
	cp home/secret home/peers reader
	(SHARDKIT_HOME=$PWD/reader restores in3)
	forget 3
	(SHARDKIT_HOME=$PWD/reader refuses 3 in3)
}

@test "a send after a rollback says so and does not give the number again" {
	three_snapshots
	forget 3
	run -0 --separate-stderr backup in
	says 'shows snapshot 3 any more'
	lists 4 alive 5
	restores in 4
	restores in
}

@test "a rubbish local file is as good as none" {
	three_snapshots
	for text in '' x '3' '3 00' '-1 x' "$(printf '\0\0')"; do
		echo "$text" > home/newest
		restores in3
	done
	yes 9 | head -c 100000 > home/newest
	restores in3
	grep -E '^3 [0-9a-f]{64}$' home/newest
}

@test "a store that lags behind is reported" {
	three_snapshots
	rm "$(snapshot 3 s2)" "$(snapshot 3 s4)"
	restores in3
	says '2 of 5 usable peers do not have the newest snapshot, 3'
	restores in1 1
	says '2 of 5 usable peers'
	lists 3 holders 3
}

@test "an old snapshot in the place of a newer one is damage, others serve" {
	three_snapshots
	for store in s1 s3 s5; do
		cp -r "$store" keep
		cp "$(snapshot 1 "$store")" "$(snapshot 3 "$store")"
		restores in3
		says "peer 'disk${store#s}' has [0-9]+ damaged or unreadable"
		says '1 of 5 usable peers do not have the newest'
		lists 3 holders 4
		rm -r "$store"
		mv keep "$store"
	done
}

@test "an old snapshot in the place of the newest everywhere is a rollback" {
	three_snapshots
	for store in s?; do
		cp "$(snapshot 1 "$store")" "$(snapshot 3 "$store")"
	done
	refuses 3 in3
	says 'damaged'
	says 'is 2, but 3 was there before'
	restores in2 2
	restores in1 1
}

@test "a snapshot missing from the middle of the chain is reported" {
	three_snapshots
	forget 2
	restores in3
	run -0 --separate-stderr shard-fetch -v -l
	says 'between snapshot 1 and snapshot 3 there is none'
	fails 1 'no usable peer has snapshot 2' shard-fetch 2
	lists 1 alive 5
}

@test "two snapshots of one number are reported, neither is taken for the other" {
	bytes one 4000 > in1
	bytes two 8000 > in2
	backup in1 -L one
	forget 1
	rm home/newest home/begun
	backup in2 -L two
	cp -r aside/s? .
	run -0 --separate-stderr shard-fetch -l -o text
	says 'two snapshots have the number 1'
	[ "${#lines[@]}" -eq 3 ]
	[[ $output == *one* && $output == *two* ]]
	fails 3 "two snapshots are called '1'" shard-fetch 1
	says '^shard-fetch: hint: .*id:'
	fails 3 'two snapshots are called' shard-fetch
	for n in 1 2; do
		id=$(shard-fetch -l -o json 2> /dev/null | sed -n "${n}p" | grep -o '[0-9a-f]\{64\}')
		shard-fetch "id:$id" 2> /dev/null | shard-join > "out$n"
	done
	cat out1 out2 | sha256sum > both
	cat in1 in2 | sha256sum | cmp - both || cat in2 in1 | sha256sum | cmp - both
	backup in
	restores in
	restores in 2
	says 'two snapshots have the number 1'
}

# Nothing is left in the pipe that descriptor 9 writes.
drained()
{
	/usr/bin/python3 -c '
import fcntl, sys, termios
sys.exit(fcntl.ioctl(9, termios.FIONREAD, bytes(4)) != bytes(4))'
}

@test "two machines of one owner at once: forks are reported, later ones are fine" {
	cp -r home twin
	bytes one 4000 > in1
	bytes two 8000 > in2
	mkfifo fifo
	shard-split -s 1024 in1 > stream
	shard-send -q < fifo > /dev/null &
	exec 9> fifo
	head -c 100 stream >&9
	until drained; do sleep 0.01; done # it has chosen its number
	(SHARDKIT_HOME=$PWD/twin backup in2)
	tail -c +101 stream >&9
	exec 9>&-
	wait $!
	fails 3 "two snapshots are called" shard-fetch
	(SHARDKIT_HOME=$PWD/twin backup in)
	restores in 2
	whole s?
	tidy s?
}

# a bare machine

@test "the sheet and three stores restore everything, numbering goes on" {
	three_snapshots
	peer-key phrase > sheet 2> /dev/null
	rm -r home s2 s4
	peer-key -C home restore < sheet
	{
		echo "attic - dir:$PWD/s5"
		echo "cellar - dir:$PWD/s1 site=home"
		echo "sister - dir:$PWD/s3 store=1T"
	} > home/peers
	restores in1 1
	restores in2 2
	restores in3
	silent .
	lists 3 label 'version 3' alive 3
	(set -o pipefail; shard-split -s 1024 -n 3 in | shard-send -q > /dev/null)
	lists 4 alive 3
	restores in
}

@test "stores that have changed places still restore" {
	backup in
	mv s1 s6
	mv s2 s1
	mv s3 s2
	mv s6 s3
	restores in
	silent .
}

@test "one store alone restores a backup of 1 of n" {
	backup in -k 1 -n 5
	rm -r s1 s2 s3 s5
	stripe=1024 restores in
}

# ends

@test "a closed, broken or full stdout: exit 4" {
	noise 3000000 > in
	(set -o pipefail; shard-split in | shard-send -q > /dev/null)
	run -4 --separate-stderr sh -c 'shard-fetch >&-'
	says 'Bad file'
	run -4 --separate-stderr sh -c 'shard-fetch > /dev/full'
	says 'No space left'
	run -4 --separate-stderr sh -c 'shard-fetch -l > /dev/full'
	says 'No space left'
	bash -c 'shard-fetch 2> err | true; exit ${PIPESTATUS[0]}' || status=$?
	[ "$status" -eq 4 ]
	grep 'Broken pipe' err
}

@test "a reader that goes away in the middle: exit 4" {
	noise 3000000 > in
	(set -o pipefail; shard-split in | shard-send -q > /dev/null)
	bash -c 'shard-fetch 2> err | head -c 1000000 > /dev/null
		exit ${PIPESTATUS[0]}' || status=$?
	[ "$status" -eq 4 ]
	grep 'Broken pipe' err
}

@test "no secret, no roster, a secret that others can read: exit 2" {
	backup in
	chmod 644 home/secret
	fails 2 "home/secret' can be read by others" shard-fetch
	chmod 600 home/secret
	mv home/secret aside
	fails 2 "there is no key file '.*secret'" shard-fetch
	says 'hint: .*peer-key restore'
	mv aside home/secret
	rm home/peers
	fails 2 'there is no roster' shard-fetch -l
}

@test "the local file cannot be written: fetch does not mind" {
	backup in
	rm home/newest
	mkdir home/newest
	restores in
}
