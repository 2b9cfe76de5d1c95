#!/usr/bin/env bats
# shard-send(1), made to run.

load store

setup()
{
	stream_setup
	stores 5
	noise 12288 > in
	shard-split -s 1024 in > stream
}

teardown()
{
	unmount_all
}

# Nothing but markers and folders of temporaries is in the stores.
untouched()
{
	[ -z "$(find "$@" -mindepth 1 ! -name shardkit-store ! -name tmp)" ]
}

# rows STYLE: the receipts on stdin, a line a peer: peer snapshot sent bytes
# kept state.
rows()
{
	/usr/bin/python3 -c '
import json, sys, cbor2
names = ["peer", "snapshot", "sent", "bytes", "kept", "state"]
data = sys.stdin.buffer.read()
if sys.argv[1] == "text":
    head, *lines = data.decode().splitlines()
    assert head.split() == [name.upper() for name in names], head
    rows = [dict(zip(names, line.split(), strict=True)) for line in lines]
elif sys.argv[1] == "json":
    rows = [json.loads(line) for line in data.decode().splitlines()]
else:
    rows = []
    while data:
        rows.append(cbor2.loads(data))
        raw = cbor2.dumps(rows[-1], canonical=True)
        assert data.startswith(raw), "not deterministic"
        data = data[len(raw):]
for row in rows:
    assert sorted(row) == sorted(names), row
    print(*(row[name] for name in names))
' "$1"
}

# What the receipts must be when all that the stores hold has been sent.
sent_all()
{
	local n
	for n in 1 2 3 4 5; do
		echo "disk$n $1 $(find "s$n" -path '*/s*/??/*' -type f | wc -l)" \
			"$(size_of "s$n") 0 ok"
	done
}

@test "receipts say what each peer was sent, as text, JSON and CBOR" {
	for style in text json cbor; do
		rm -rf s? home/newest home/begun
		stores 5
		shard-send -o "$style" stream > receipts
		echo "$style"
		diff <(sent_all 1) <(rows "$style" < receipts)
	done
	shard-send stream | rows cbor | grep 'disk5 2 1 '
}

@test "receipts are text on a terminal" {
	script -qec 'shard-send -q stream' /dev/null < /dev/null > typescript
	tr -d '\r' < typescript | rows text | diff <(sent_all 1) -
}

@test "a peer holds a shard of each stripe, the index, the snapshot" {
	shard-send -q -o text stream | rows text > receipts
	[ "$(cut -d ' ' -f 3 receipts | uniq)" = 6 ]
}

@test "the stream may come from a file or a pipe" {
	shard-send -q -o text stream > file
	rm -r s?/* home/newest home/begun
	# shellcheck disable=SC2002
	cat stream | shard-send -q -o text > pipe
	cmp file pipe
	restores in
}

@test "the same again sends only a snapshot" {
	shard-send -q stream > /dev/null
	before=$(size_of s?)
	indexes=$(indexes_in s? | wc -l)
	shard-send -q -o text stream | rows text > receipts
	size=$(stat -c %s "$(snapshots_in s1 | head -n 1)")
	for n in 1 2 3 4 5; do
		grep "^disk$n 2 1 $size 4 ok$" receipts
	done
	[ "$(published s?)" -eq 10 ]
	[ "$(indexes_in s? | wc -l)" -eq "$indexes" ]
	[ "$(size_of s?)" -eq $((before + 5 * size)) ]
}

@test "only what is new of another version is sent" {
	shard-send -q stream > /dev/null
	(cat in; bytes more 3072) > in2
	backup in2
	rows cbor < receipts | cut -d ' ' -f 3 | uniq > sent
	[ "$(cat sent)" = 3 ]
	restores in 1
	restores in2 2
}

@test "--check reads what is there and sends what has rotted" {
	shard-send -q stream > /dev/null
	flip "$(shard_of 0 s2)"
	flip "$(shard_of 1 s2)"
	flip "$(shard_of 3 s5)" 0
	shard-send -q -o text stream | rows text > receipts
	grep '^disk2 2 1 .* 4 ok$' receipts
	run ! whole s?
	shard-send -q --check -o text stream 2> err | rows text > receipts
	grep '^disk1 3 1 .* 4 ok$' receipts
	grep '^disk2 3 3 .* 2 ok$' receipts
	grep '^disk5 3 2 .* 3 ok$' receipts
	whole s?
	run -0 --separate-stderr shard-send -c -q stream
	silent .
}

@test "--check mends an index, too" {
	shard-send -q stream > /dev/null
	flip "$(indexes_in s1)"
	truncate -s 0 "$(indexes_in s4)"
	shard-send -q -c stream > /dev/null 2>&1
	whole s?
}

@test "--check of nothing is a first backup" {
	shard-send -q -c -o text stream | rows text > receipts
	diff <(sent_all 1) receipts
}

@test "what is gone or of a wrong size is sent again" {
	shard-send -q stream > /dev/null
	mapfile -t shard < <(shards_in s2)
	cp "${shard[0]}" gone
	rm "${shard[0]}"
	truncate -s 1000 "${shard[1]}"
	truncate -s 1025 "${shard[2]}"
	truncate -s 1000 "$(indexes_in s4)"
	shard-send -q -o text stream | rows text > receipts
	grep '^disk2 2 4 ' receipts
	grep '^disk4 2 2 ' receipts
	cmp gone "${shard[0]}"
	whole s?
}

@test "snapshots are numbered 1, 2, 3 and each names the one before it" {
	for n in 1 2 3; do
		bytes "$n" 4000 > "in$n"
		backup "in$n"
	done
	for store in s?; do
		snapshots_in "$store" | /usr/bin/python3 -c '
import sys, time, cbor2
snapshots = {}
for path in sys.stdin.read().split():
    with open(path, "rb") as file:
        document = cbor2.load(file)
    assert document.tag == 18
    payload = cbor2.loads(document.value[2])
    snapshots[payload[3]] = path.rsplit("/", 1)[1], payload
assert sorted(snapshots) == [1, 2, 3], snapshots
before = "00" * 32
for number in 1, 2, 3:
    name, payload = snapshots[number]
    assert payload[4].hex() == before, number
    assert abs(payload[5] - time.time()) < 600, payload[5]
    before = name
'
	done
}

@test "a label is nowhere in the stores" {
	backup in -L 'Holiday in Rome'
	# four letters stand in random bytes by chance
	run ! grep -raiE 'holiday|in rome' s1 s2 s3 s4 s5
	shard-fetch -l -o text | grep 'Holiday in Rome'
}

@test "no bytes of the input are in the stores" {
	yes 'a rather long line that would be seen' | head -c 12288 > in
	backup in
	run ! grep -ra 'rather long' s1 s2 s3 s4 s5
}

# happy

@test "fewer usable peers than total: exit 1, nothing is written, each reason" {
	touch s2/holiday.jpg
	echo rubbish > s3/shardkit-store
	rmdir s1 s4
	touch s4
	fails 1 '1 of the 5 peers are usable, 5 are needed' shard-send stream
	says "peer 'disk1' is not usable: .*s1.*: No such file"
	says "peer 'disk2' is not usable: .*s2' is not a store, and not empty"
	says "peer 'disk3' is not usable: .*shardkit-store' is damaged"
	says "peer 'disk4' is not usable: .*s4.*: Not a directory"
	silent disk5
	says '^shard-send: hint: .*--happy'
	untouched s3 s5
	[ "$(ls s2)" = holiday.jpg ]
	[ ! -e home/newest ]
}

# Goal: what is begun must be written down; who cannot, sends nothing, or, when
# it turns out at the end, publishes nothing, and goes on from there.
@test "a configuration that cannot be written: nothing is published" {
	mkdir small
	on_tmpfs small size=64k
	mv home/* small
	export SHARDKIT_HOME=$PWD/small
	head -c 1m /dev/zero > small/full 2> /dev/null || true
	run -4 --separate-stderr shard-send stream
	says "cannot write '$PWD/small/begun.*': No space left on device"
	says "hint: have that file written: without it a snapshot's number could be given twice"
	[ "$(find s? -path '*/shards/*' -type f | wc -l)" -eq 0 ]
	# a disk that fills up meanwhile
	rm small/full
	mkfifo slow
	shard-send slow > /dev/null 2> send.err 3>&- &
	exec 7> slow
	head -c 2000 stream >&7
	for ((i = 0; i < 300; i++)); do
		[ ! -s small/begun ] || break
		sleep 0.1
	done
	[ "$(cut -c 1 small/begun)" = 0 ]
	head -c 1m /dev/zero > small/full 2> /dev/null || true
	tail -c +2001 stream >&7
	exec 7>&-
	status=0
	wait "$!" || status=$?
	[ "$status" -eq 4 ]
	grep "cannot write '$PWD/small/begun.*': No space left on device" send.err
	[ "$(published s?)" -eq 0 ]
	shards_in s? > there
	[ "$(wc -l < there)" -eq 20 ]
	rm small/full
	run -0 --separate-stderr shard-send -o json stream
	[ "$(grep -o '"sent":[0-9]*' <<< "$output" | sort -u)" = '"sent":1' ] # the snapshot
	restores in
	# and one that may only be read
	mount -o remount,ro small
	fails 4 "cannot create '$PWD/small/begun.*': Read-only file system" shard-send stream
	restores in
}

# Goal: a number is given once, though whoever has its snapshot is away, and
# though the run was killed that made it.
@test "killed once a peer has the snapshot: its number is not given again" {
	cp in was
	faulty_at "$PWD/home/newest" readlink:signal=KILL shard-send -q stream > /dev/null || [ $? -eq 137 ]
	[ "$(published s?)" -eq 5 ]
	[ ! -e home/newest ]
	# other peers: of what was begun nobody knows, and it is not missed
	stores 9
	sed -i '/disk[1-5] /d' home/peers
	bytes other 5000 > in
	run -0 --separate-stderr shard-send -o text -H 4 <(shard-split -s 1024 in)
	says 'snapshot 2:'
	silent 'there before'
	[ "$(shard-fetch -q -l -o json | cut -d , -f 1)" = '{"number":2' ]
	# all of them: one chain
	stores 9
	run -0 --separate-stderr shard-fetch -l -o json
	[ "$(cut -d , -f 1 <<< "$output")" = $'{"number":1\n{"number":2' ]
	silent 'number|follow'
	restores in
	restores was 1
}

# Goal: exit 0 says that enough peers have the snapshot, too; and at exit 1 it is
# told that some have it all the same.
@test "a snapshot that two of five peers do not take: exit 1, and listed" {
	mkfifo slow
	shard-send slow > /dev/null 2> send.err 3>&- &
	exec 7> slow
	head -c 8000 stream >&7
	for ((i = 0; i < 300; i++)); do
		[ "$(compgen -G 's[23]/*-*/' | wc -l)" -lt 2 ] || break
		sleep 0.1
	done
	touch "$(echo s2/*-*/)snapshots" "$(echo s3/*-*/)snapshots"
	tail -c +8001 stream >&7
	exec 7>&-
	status=0
	wait "$!" || status=$?
	cat send.err
	[ "$status" -eq 1 ]
	[ "$(published s1 s4 s5)" -eq 3 ]
	grep '3 of the 5 peers are usable, 5 are needed' send.err
	grep 'warning: snapshot 1 may be at some peers, and is listed then' send.err
	rm s2/*/snapshots s3/*/snapshots
	restores in 1
	shard-send -q -o text stream | rows text | grep '^disk2 2 '
}

# Goal: who has a copy of the identity can sign the last number that there is.
# Then nothing is published that nobody can read; and who has no such copy ends
# no count by what it shows.
@test "a snapshot with the last number: the next send says so, and what to do" {
	shard-send -q stream > /dev/null
	echo "18446744073709551613 $(printf '%064d' 0)" > home/begun
	shard-send -q stream > /dev/null
	rm home/begun
	id=$(shard-fetch -q -l -o json | sed -n 's/.*"number":184.*"id":"\([0-9a-f]\{12\}\).*/\1/p')
	fails 3 "snapshot 18446744073709551614, id:$id, has the last number that there is" shard-send stream
	says "hint: .*your identity: shard-drop id:$id, and see shard-send\\(1\\)"
	[ "$(published s?)" -eq 10 ]
	shard-drop -q "id:$id" > /dev/null
	shard-send -q -o text stream | rows text | grep '^disk1 2 '
	restores in
}

# Goal: a peer that shows such a number of another owner's ends no count.
@test "another owner's snapshot with the last number is passed over" {
	shard-send -q stream > /dev/null
	ours=$(echo s1/*/snapshots)
	owner 2 other
	echo "18446744073709551613 $(printf '%064d' 0)" > other/begun
	cp home/peers other
	shard-split -C other -q -s 1024 in | shard-send -C other -q > /dev/null
	for shelf in s1/*/snapshots; do
		[ "$shelf" = "$ours" ] || cp -r "$shelf"/* "$ours"
	done
	run -0 --separate-stderr shard-send -o json stream
	says "a snapshot of peer 'disk1': the snapshot is signed by a stranger"
	grep '"peer":"disk1","snapshot":2,' <<< "$output"
}

@test "fewer peers in the roster than total: exit 1, nothing is written" {
	stores 4
	fails 1 'the roster has 4 peers, 5 are needed' shard-send stream
	says 'hint: .*--total.*--need'
	silent 'happy'
	untouched s?
}

# Goal: three disks and the default of 3 of 5 would be a backup that one lost
# disk ends; whoever wants that is told.
@test "--happy need: exit 0, and a warning that no peer more may be lost" {
	rmdir s4 s5
	run -0 --separate-stderr shard-send -H 3 stream
	says 'warning: the worst stripe has 3 of 5 shards: no peer more may be lost'
	stores 4
	run -0 --separate-stderr shard-send -H 3 stream
	says 'warning: the worst stripe has 4 of 5 shards$'
}

@test "--happy 4 and a peer gone: exit 0, it says which" {
	rmdir s3
	run -0 --separate-stderr shard-send -q -o text -H 4 stream
	says "peer 'disk3' is not usable"
	[[ $output =~ disk3[\ 0-9]*lost ]]
	[ ! -e s3 ]
	restores in
}

@test "--happy 4 and four peers in the roster: exit 0, it says what is missing" {
	stores 4
	run -0 --separate-stderr shard-send -q --happy=4 stream
	says '4 of (the )?5'
	restores in
}

@test "--happy 3: any two may be gone, three are too many" {
	for gone in '1 2' '2 5' '3 4'; do
		for n in $gone; do mv "s$n" "away$n"; done
		shard-send -q -H 3 stream > /dev/null 2>&1
		restores in
		for n in $gone; do mv "away$n" "s$n"; done
	done
	rm -r s1 s2 s3
	fails 1 '2 of the 5 peers are usable, 3 are needed' shard-send -H 3 stream
}

@test "when nobody is usable, nobody is said to have lost a snapshot" {
	backup in
	mkdir away
	mv s? away
	run -1 --separate-stderr shard-send stream
	says '0 of the 5 peers are usable'
	# shellcheck disable=SC2154 # bats sets it
	[[ $stderr != *any\ more* ]]
}

@test "the missing ones get theirs when they are back" {
	mv s3 away
	shard-send -q -H 4 stream > /dev/null 2>&1
	mv away s3
	shard-send -q -o text stream | rows text > receipts
	grep '^disk3 2 6 ' receipts
	[ "$(grep -c ' 2 1 ' receipts)" -eq 4 ]
	[ "$(spread stream s? | sort -u)" = '1 1 1 1 1' ]
}

@test "--happy out of its range: exit 2, the range is named" {
	for happy in 0 256 -1 x '' 3.5 99999999999999999999; do
		fails 2 "--happy '$happy' is not a number from 1 to 255" \
			shard-send "--happy=$happy" stream
	done
	for rate in 10m 10MB 1.5M; do
		fails 2 "--rate '$rate' is not a number from 1 to" \
			shard-send --rate "$rate" stream
		says 'hint: units are K, M, G and T, as in 10M'
	done
	for happy in 2 6; do
		fails 2 "--happy $happy is not between 3,.* 5," \
			shard-send -H "$happy" stream
	done
	fails 2 'given twice' shard-send -H 4 -H 5 stream
	untouched s?
}

# placement

@test "never two shards of a stripe on one peer" {
	noise 61440 > in
	shard-split -s 1024 in > stream
	for peers in 5 7 40; do
		rm -rf s[0-9]* home/newest home/begun
		stores "$peers"
		shard-send -q stream > /dev/null
		spread stream s[0-9]* > counts
		[ "$(wc -l < counts)" -eq 20 ]
		awk -v peers="$peers" '{
			for (sum = i = 0; i++ < NF; sum += $i)
				bad = bad || $i > 1
			bad = bad || sum != 5 || NF != peers
		} END { exit bad }' counts
		restores in
	done
}

@test "a stripe that comes many times is stored once" {
	stores 7
	head -c 61440 /dev/zero > in
	shard-split -s 1024 in > stream
	shard-send -q stream > /dev/null
	[ "$(shards_in s? | wc -l)" -eq 5 ]
	spread stream s? | awk '{
		for (sum = i = 0; i++ < NF; sum += $i)
			bad = bad || $i > 1
		bad = bad || sum != 5
	} END { exit bad || NR != 20 }'
	tidy s?
	restores in
}

@test "seven peers share the load" {
	stores 7
	noise 307200 > in
	backup in
	for store in s?; do
		count=$(shards_in "$store" | wc -l)
		echo "$store: $count of 100"
		[ "$count" -gt 40 ]
		[ "$count" -lt 100 ]
	done
}

@test "shards stay where they are when a peer is added" {
	shard-send -q stream > /dev/null
	spread stream s? > before
	stores 7
	shard-send -q -o text stream | rows text > receipts
	[ "$(grep -cE '^disk[1-5] 2 1 ' receipts)" -eq 5 ]
	[ "$(grep -cE '^disk[67] 2 2 ' receipts)" -eq 2 ]
	spread stream s[1-5] | cmp - before
}

@test "one store under two names is refused, exit 2" {
	ln -s s1 link
	stores 4
	echo "again - dir:$PWD/link" >> home/peers
	fails 2 "peers 'disk1' and 'again' are the same store" shard-send stream
	untouched s?
	stores 4
	echo "again - dir:$PWD/s1/" >> home/peers
	fails 2 "the same store" shard-send stream
	stores 4
	echo "again - dir:$PWD/s2/../s1" >> home/peers
	fails 2 "the same store" shard-send stream
	untouched s?
}

@test "a store that was copied counts as one, exit 2" {
	shard-send -q stream > /dev/null
	rm -r s2
	cp -r s1 s2
	fails 2 "peers 'disk1' and 'disk2' are the same store" shard-send stream
	fails 2 "the same store" shard-fetch
}

@test "machines of one site get no second shard while another site has room" {
	stores 6
	paste -d ' ' home/peers <(printf 'site=%s\n' a a b b c c) > sites
	mv sites home/peers
	noise 40960 > in
	shard-split -s 1024 -k 2 -n 3 in > stream
	shard-send -q stream > /dev/null
	spread stream s1 s2 s3 s4 s5 s6 | awk '{
		bad = bad || $1 + $2 != 1 || $3 + $4 != 1 || $5 + $6 != 1
	} END { exit bad || NR != 20 }'
	stripe=2048 restores in

	rm -r s? home/newest home/begun
	mkdir s1 s2 s3 s4 s5 s6
	shard-split -s 1024 -k 2 -n 4 in > stream
	shard-send -q stream > /dev/null
	spread stream s1 s2 s3 s4 s5 s6 | awk '{
		bad = bad || $1 + $2 < 1 || $3 + $4 < 1 || $5 + $6 < 1
	} END { exit bad || NR != 20 }'
}

@test "who offers more store= gets more" {
	stores 2
	paste -d ' ' home/peers <(printf 'store=%s\n' 9T 1T) > weighted
	mv weighted home/peers
	noise 204800 > in
	backup in -k 1 -n 1
	count=$(shards_in s1 | wc -l)
	echo "$count of 200 on the peer with nine tenths"
	[ "$count" -gt 150 ]
	[ "$count" -lt 200 ]
}

@test "1 of 1, 1 of 3 and 20 of 40" {
	stores 1
	backup in -k 1 -n 1
	stripe=1024 restores in

	rm -r s1/* home/newest home/begun
	stores 3
	backup in -k 1 -n 3
	for n in 1 2 3; do
		mkdir away
		mv s? away
		mv "away/s$n" .
		stripe=1024 restores in
		mv away/* .
		rmdir away
	done

	rm -r s? home/newest home/begun
	stores 40
	noise 50000 > in
	backup in -k 20 -n 40
	rm -r s? s1?
	stripe=20480 restores in
	says "peer 'disk19' is not usable"
	silent disk20
	rm -r s39 s40
	stripe=20480 refuses 1 in
	says 'stripe 0 has 19 whole shards and needs 20 of its 40'
}

@test "an empty backup is a backup" {
	: > in
	backup in -e
	restores in
	shard-fetch -l -o json | grep '"size":0,'
}

# peers of all kinds

@test "an empty folder becomes a store, it says so" {
	run -0 --separate-stderr shard-send stream
	for n in 1 2 3 4 5; do
		says "/s$n' becomes a new store"
	done
	run -0 --separate-stderr shard-send stream
	silent 'new store'
}

@test "what mkfs leaves in a folder is no obstacle, anything else is" {
	mkdir s1/lost+found
	shard-send -q stream > /dev/null
	for thing in .hidden file shards; do
		rm -rf s2
		mkdir -p "s2/$thing"
		fails 1 "s2' is not a store, and not empty" shard-send stream
		[ "$(ls -A s2)" = "$thing" ]
	done
}

@test "of several addresses the first that works is used" {
	mkdir s6
	sed -i "s|disk3 .*|disk3 - dir:$PWD/none,dir:$PWD/s6,dir:$PWD/s3|" home/peers
	shard-send -q stream > /dev/null
	[ "$(published s6)" -eq 1 ]
	[ -z "$(ls s3)" ]
}

# Goal: what the longest path has room for is no other store.
@test "a path that is too long is told" {
	mkdir deep
	ln -s deep link
	slashes=$(printf '/%.0s' {1..4096})
	echo "far - dir:$PWD/link${slashes}store" >> home/peers
	run -0 --separate-stderr shard-send -q stream
	says "peer 'far' is not usable: the path '$PWD/link//"
	says "...' is too long"
	[ -z "$(ls -A deep)" ]
}

@test "a peer on the network that is not there is not usable" {
	id=$(peer-key -C far new 2> /dev/null)
	echo "far $id 127.0.0.1:9" >> home/peers
	run -0 --separate-stderr shard-send -q stream
	says "peer 'far' is not usable: cannot connect to '127.0.0.1'"
	stores 4
	echo "far $id 127.0.0.1:9" >> home/peers
	fails 1 '4 of the 5 peers' shard-send stream
	says "peer 'far' is not usable"
}

@test "owners who share stores do not see each other" {
	owner 2 other
	cp home/peers other
	bytes other 9000 > theirs
	backup in -L ours
	(SHARDKIT_HOME=$PWD/other backup theirs -L theirs)
	backup in
	[ "$(shard-fetch -l -o json | wc -l)" -eq 2 ]
	[ "$(shard-fetch -C other -l -o json | wc -l)" -eq 1 ]
	shard-fetch -C other -l -o json | grep '"number":1,.*"label":"theirs"'
	restores in
	(SHARDKIT_HOME=$PWD/other restores theirs)
	run -0 --separate-stderr shard-fetch -l -o json
	silent .
}

@test "two sends of one identity at once: the second is refused, exit 4" {
	mkfifo fifo
	shard-send -q < fifo > receipts &
	exec 9> fifo
	until [ -d s5/tmp ]; do sleep 0.01; done
	fails 4 'another shard-send, shard-drop or shard-repair is running' shard-send stream
	cat stream >&9
	exec 9>&-
	wait $!
	restores in
	[ "$(published s1)" -eq 1 ]
}

@test "a writer leaves the temporaries of another one alone" {
	owner 2 other
	cp home/peers other
	mkfifo fifo
	shard-send -q < fifo > receipts &
	exec 9> fifo
	head -c 15000 stream >&9
	until [ "$(find s?/tmp -type f | wc -l)" -ge 5 ]; do sleep 0.01; done
	shard-split -C other in | shard-send -C other -q > /dev/null
	[ "$(find s?/tmp -type f | wc -l)" -ge 5 ]
	tail -c +15001 stream >&9
	exec 9>&-
	wait $!
	restores in
	(SHARDKIT_HOME=$PWD/other restores in)
	tidy s?
}

# what comes in

@test "a stream cut short anywhere: exit 3, no snapshot, no half shard" {
	size=$(stat -c %s stream)
	for cut in 0 1 20 55 56 57 58 250 300 1000 $(seq 1301 "${SLOW:+7}757" "$size") \
		$((size - 100)) $((size - 2)) $((size - 1)); do
		head -c "$cut" stream > part
		echo "cut at $cut"
		fails 3 'stream is (cut short|empty)' shard-send part
	done
	[ "$(published s?)" -eq 0 ]
	whole s?
	tidy s?
	shard-send -q stream > /dev/null
	restores in
}

@test "a stream with a flipped bit anywhere: no snapshot, no wrong shard" {
	size=$(stat -c %s stream)
	for at in 0 5 15 17 19 22 30 60 61 62 80 100 250 300 $(seq 400 "${SLOW:+7}761" "$size") \
		$((size - 1)) $((size - 40)) $((size - 70)); do
		cp stream flipped
		flip flipped "$at"
		run --separate-stderr shard-send flipped
		[ "$status" -eq 3 ] || [ "$status" -eq 1 ] || {
			echo "byte $at of $size is flipped: exit $status"
			return 1
		}
	done
	[ "$(published s?)" -eq 0 ]
	whole s?
	tidy s?
}

@test "something behind the end, two streams in a row: exit 3, no snapshot" {
	(cat stream; echo) > longer
	fails 3 'behind the end' shard-send longer
	cat stream stream > twice
	fails 3 'behind the end' shard-send twice
	[ "$(published s?)" -eq 0 ]
}

@test "what is no stream: exit 3" {
	: > empty
	fails 3 'the stream is empty' shard-send empty
	for file in in home/peers; do
		fails 3 . shard-send "$file"
	done
	untouched s?
}

@test "a producer that fails, or dies: exit 3, no snapshot" {
	# shellcheck disable=SC2016
	for dying in 'exit 1' 'cat in; exit 1' 'cat in; kill -9 $$'; do
		shard-split -- sh -c "$dying" > part 2> /dev/null || true
		fails 3 'cut short: it has no end record' shard-send part
	done
	says '^shard-send: hint: the program that wrote it'
	[ "$(published s?)" -eq 0 ]
	tidy s?
}

@test "a stream of another owner: exit 3, the owner is named" {
	owner 2 other
	shard-split -C other in > theirs
	fails 3 "another owner, $(peer-key -C other show)" shard-send theirs
	untouched s?
}

@test "a stream that lost its spare shards cannot be sent: exit 3, a hint" {
	shard-send -q stream > /dev/null
	shard-fetch > fetched
	fails 3 'stripe 0 comes with 3 of its 5 shards' shard-send fetched
	says '^shard-send: hint: '
}

@test "a closed or broken stdin, no such file: exit 4" {
	# shellcheck disable=SC2016
	fails 4 'Bad file' sh -c 'shard-send <&-'
	fails 2 "'.' is a folder" shard-send .
	fails 4 "'none': No such file" shard-send none
	untouched s?
}

@test "a full or closed stdout: exit 4, the backup is there" {
	run -4 --separate-stderr sh -c 'shard-send stream > /dev/full'
	says 'No space left on device'
	run -4 --separate-stderr sh -c 'shard-send stream >&-'
	says 'Bad file'
	restores in 1
	restores in 2
}

@test "usage: exit 2, nothing is written" {
	fails 2 "unexpected operand 'b'" shard-send stream b
	fails 2 "'xml' is not one of text, json, cbor" shard-send -o xml stream
	fails 2 'needs a value' shard-send -H
	fails 2 'takes no value' shard-send --quiet=1 stream
	untouched s?
}

# roster

# bad LINE REASON: as the third line of the roster.
bad()
{
	{
		echo '# my peers'
		echo "first - dir:$PWD/s1 # at home"
		echo "$1"
	} > home/peers
	echo "roster line: $1"
	fails 2 "home/peers:3: .*$2" shard-send stream
	fails 2 "home/peers:3: .*$2" shard-fetch
	fails 2 "home/peers:3: .*$2" shard-fetch -l
}

@test "a bad line of the roster: exit 2, file, line and reason" {
	id=$(peer-key show)
	bad 'x' "'x' has no id"
	bad 'x -' "'x' has no address"
	bad "x $id" "'x' has no address"
	bad "x y dir:$PWD/s2" "'y' is not an id"
	bad "x ${id%?} a:1" "line 4 has 13 characters instead of 14"
	bad "x ${id/-/-U} a:1" "line 2: 'U' is not a character"
	bad "x $(tr 01 10 <<< "$id") a:1" 'line [1-4] has a typo'
	bad "x $id dir:$PWD/s2" "id of a dir: peer is '-'"
	bad 'x - a.example:7117' 'only dir: peers have none'
	bad "x - $PWD/s2" 'only dir: peers have none'
	says 'hint: a folder is written dir:/path, and has no comma'
	bad "x - \"dir:$PWD/s,2\"" 'only dir: peers have none'
	says 'hint: .*no comma: give it another name by a link'
	bad 'x - dir:s2' "'s2' is not an absolute path"
	bad 'x - dir:' 'not an absolute path'
	bad "x - dir:$PWD/s2," 'an empty address'
	bad "x - ,dir:$PWD/s2" 'an empty address'
	bad "x/y - dir:$PWD/s2" "name 'x/y' has a '/'"
	bad "x$(printf '\033')[2J - dir:$PWD/s2" 'the name'
	bad "first - dir:$PWD/s2" "name 'first' is taken"
	bad "x - dir:$PWD/s1" "address is that of 'first'"
	bad "x - dir:$PWD/s2 site" "'site' is not key=value"
	bad "x - dir:$PWD/s2 speed=1G" "unknown key 'speed'"
	bad "x - dir:$PWD/s2 =1" "unknown key ''"
	bad "x - dir:$PWD/s2 store=0" 'store'
	bad "x - dir:$PWD/s2 store=-1" 'store'
	bad "x - dir:$PWD/s2 store=much" 'store'
	bad "x - dir:$PWD/s2 give=1X" 'give'
	bad "x - dir:$PWD/s2 site=a site=b" "'site' is given twice"
	bad "x - dir:$PWD/my disk" "'disk' is not key=value"
	says 'hint: a path with blanks needs double quotes'
	untouched s?
}

@test "a key of the roster given twice: exit 2" {
	bad "x - dir:$PWD/s2 store=1G store=2G" "'store' is given twice"
	bad "x - dir:$PWD/s2 give=1G give=2G" "'give' is given twice"
}

@test "a site without a name: exit 2" {
	bad "x - dir:$PWD/s2 site=" site
}

@test "a '#' inside a path does not cut it" {
	mkdir 'a#b' a
	sed -i "s|disk1 .*|disk1 - dir:$PWD/a#b|" home/peers
	run --separate-stderr shard-send -q stream
	[ -z "$(ls a)" ]
	[ "$status" -eq 2 ] || [ -n "$(ls 'a#b')" ]
}

@test "an id that two lines have: exit 2" {
	id=$(peer-key show)
	printf 'a %s a:1\nb %s b:1\n' "$id" "$id" > home/peers
	fails 2 "home/peers:2: the id is that of 'a'" shard-send stream
}

@test "more peers, addresses or bytes than a roster may have: exit 2 or 3" {
	seq 1001 | sed 's|.*|p& - dir:/p&|' > home/peers
	fails 2 'home/peers:1001: more than 1000 peers' shard-send stream
	echo "x - $(seq -s , -f 'dir:/p%g' 9)" > home/peers
	fails 2 "home/peers:1: 'x' has more than 8 addresses" shard-send stream
	yes '# no peer' | head -c 1100000 > home/peers
	fails 3 "home/peers' is longer than" shard-send stream
}

@test "comments, blank lines, tabs, CR, no newline at the end: all fine" {
	{
		printf '# my disks\r\n\r\n \t\n'
		printf 'disk1\t-\tdir:%s/s1\tsite=a # first\r\n' "$PWD"
		printf '  disk2 -  dir:%s/s2   store=1G give=2T\n' "$PWD"
		printf '#disk3 - nothing\n'
		printf 'disk.3_-x - dir:%s/s3' "$PWD"
	} > home/peers
	backup in -k 2 -n 3
	stripe=2048 restores in
	[ "$(published s1 s2 s3)" -eq 3 ]
}

@test "no roster, an empty one, one that is no text: exit 2 or 3" {
	rm home/peers
	fails 2 "there is no roster '.*home/peers'" shard-send stream
	says '^shard-send: hint: .*dir:/'
	fails 2 "there is no roster" shard-fetch
	: > home/peers
	fails 2 'there is no peer in the roster' shard-send stream
	echo '# none yet' > home/peers
	fails 2 'there is no peer in the roster' shard-fetch
	printf 'disk1 - dir:%s/s1\0\n' "$PWD" > home/peers
	run --separate-stderr shard-send stream
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
	says "home/peers.* not a text file"
	rm home/peers
	mkdir home/peers
	fails 2 "home/peers' is not a regular file" shard-send stream
	rm -r home/peers
	mkfifo home/peers
	fails 2 "home/peers' is not a regular file" timeout 60 shard-send stream
	untouched s?
}

# Goal: a disk that fails is not taken for one with other things on it.
@test "a look that fails: exit 2 for the roster, damage that says why in a store" {
	command -v strace > /dev/null || skip "strace is not installed"
	fails 2 "cannot look at '.*home/peers': (I/O|Input/output) error" strace -f -qq \
		-o /dev/null -P "$PWD/home/peers" -e inject=fstat,newfstatat:error=EIO shard-send stream
	shard-send -q stream > receipts
	one=$(shards_in s1 | head -n 1)
	run --separate-stderr strace -f -qq -o /dev/null -P "$PWD/$one" \
		-e inject=fstat,newfstatat:error=EIO shard-send -c stream
	says "cannot look at '.*': (I/O|Input/output) error"
	silent 'not a regular file'
	[ -z "$(find s1 -path '*/damaged/*' -type f)" ]
}

@test "a roster that others can write: exit 2, its mode, a hint" {
	for mode in 0666 0622 0620 0602; do
		chmod "$mode" home/peers
		fails 2 "home/peers' can be written by others \(mode $mode\)" shard-send stream
		says "^shard-send: hint: chmod go-w '.*home/peers'"
	done
	chmod 1646 home/peers # that is for folders only
	fails 2 "home/peers' can be written by others" shard-send stream
	chmod 644 home/peers
	for mode in 0777 0770 0707; do
		chmod "$mode" home
		fails 2 "home' can be written by others \(mode $mode\)" shard-fetch
		says "^shard-fetch: hint: chmod go-w '.*home'"
	done
	chmod 1777 home # nobody replaces what is another's there
	shard-send -q stream > receipts
	chmod 700 home
	mkdir -m 777 home/peers.d
	echo "more - dir:$PWD/s1" > home/peers.d/more
	fails 2 "peers.d' can be written by others" shard-send stream
}

@test "a roster that cannot be read: exit 2" {
	[ "$(id -u)" -eq 0 ] || skip "only root can be another user"
	cp "$(command -v shard-fetch)" .
	chmod 755 . home
	chown nobody home/identity home/secret
	chmod 600 home/peers
	SHARDKIT_HOME=home fails 2 "cannot open 'home/peers': Permission denied" \
		setpriv --reuid nobody --clear-groups ./shard-fetch
}

# keys

@test "no key file: exit 2 and a hint" {
	rm home/identity
	fails 2 "there is no key file '.*identity'" shard-send stream
	says '^shard-send: hint: .*peer-key new'
}

@test "a key file that others can read: exit 2, its mode, a hint" {
	for mode in 640 604 660 0666 601; do
		chmod "$mode" home/identity
		fails 2 "home/identity' can be read by others \(mode $(printf %04o "0$mode")\)" \
			shard-send stream
		says "hint: chmod 600"
	done
	untouched s?
}

@test "a key file that is none, or of the other kind: exit 3" {
	for text in '' rubbish "$(cat home/identity) x" "$(cat home/secret)"; do
		echo "$text" > home/identity
		fails 3 "home/identity' is not a key file" shard-send stream
	done
	silent "$(cut -c 1-14 home/secret)"
	untouched s?
}
