#!/usr/bin/env bats
# What give= gives, to the byte. SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 1
	bytes input 9216 > in
}

teardown()
{
	net_teardown
}

one_of_one()
{
	shard-split -q -s 1024 -k 1 -n 1 "$1" | timeout 60 shard-send -q > /dev/null
}

# Goal: the byte past the quota is refused, with the figures, on both sides.
@test "over quota: refused with figures, nothing is left behind" {
	sed -i 's/give=.*/give=9000/' b1/peers
	hold 1
	run -1 --separate-stderr one_of_one in
	says 'takes nothing more: it has room for [0-9]+ bytes, not for 1024'
	until_true 200 clean s1
	[ "$(size_of s1)" -le 9000 ]
	[ "$(snapshots_in s1 | wc -l)" -eq 0 ]
	sed -i 's/give=.*/give=20000/' b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	one_of_one in
	restores in
	[ "$(used s1)" -eq "$(size_of s1)" ]
}

# Goal: exactly the last byte fits, one more does not.
@test "to the byte" {
	sed -i 's/give=.*/give=5000/' b1/peers
	hold 1
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	assert client.put(b"a" * 4000)[0] == OK
	status, words, _ = client.put(b"b" * 1001)
	assert status == NO and b"5000" in words, words
	assert client.put(b"c" * 1000)[0] == OK
	assert client.put(b"d")[0] == NO, "uncommitted bytes count"
	assert client.ask(COMMIT)[0] == OK
	assert client.put(b"d")[0] == NO, "committed bytes count"
	assert cbor2.loads(client.ask(INFO)[1])["used"] == 5000
	# the same again is no second time the space
	status = client.put(b"c" * 1000)[0]
	client.ask(COMMIT)
	assert cbor2.loads(client.ask(INFO)[1])["used"] == 5000
	END
	[ "$(used s1)" -eq 5000 ]
	[ "$(size_of s1)" -eq 5000 ]
}

# Goal: a holder that has room for nothing more mends what it has.
@test "a full holder takes anew what was cut short" {
	hold 1
	one_of_one in
	full=$(used s1)
	[ "$full" -eq "$(size_of s1)" ]
	sed -i "s/give=.*/give=$full/" b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	python - "$net.1" <<- 'END'
	import pathlib, sys
	from dialogue import *
	files = sorted(pathlib.Path("s1").glob("*/shards/??/*"))
	wanted = [f.read_bytes() for f in files]
	client = Client(sys.argv[1], Identity("home"))
	assert client.put(b"d")[0] == NO, "there is room"
	files[0].write_bytes(b"")
	files[1].write_bytes(wanted[1][:1000])
	files[2].write_bytes(b"rotten" + wanted[2][6:])
	for data in wanted[:3]:
	    status, words, _ = client.put(data)
	    assert status == OK, words
	assert client.put(b"d")[0] == NO, "there is room"
	assert client.ask(COMMIT)[0] == OK
	assert [f.read_bytes() for f in files] == wanted
	END
	[ "$(used s1)" -eq "$full" ]
	[ "$(size_of s1)" -eq "$full" ]
}

# Goal: the same by shard-send, which knows that there is no room for a shard.
@test "a full holder is mended by shard-send" {
	hold 1
	one_of_one in
	full=$(used s1)
	sed -i "s/give=.*/give=$((full + 1000))/" b1/peers
	kill -HUP "${recv_pid[1]}"
	logged 1 'event=roster outcome=ok'
	: > "$(shards_in s1 | head -n 1)"
	truncate -s 700 "$(shards_in s1 | tail -n 1)"
	one_of_one in
	whole s1
	restores in
	[ "$(used s1)" -eq "$(size_of s1)" ]
	[ "$(size_of s1)" -le $((full + 1000)) ]
}

# Goal: two machines of one owner race for the last bytes: never one too many.
@test "two clients of one owner race: never over, never under" {
	sed -i 's/give=.*/give=40000/' b1/peers
	hold 1
	cat > race.py <<- 'END'
	import sys, threading
	from dialogue import *
	alice = Identity("home")
	taken = [0, 0, 0]
	start = threading.Barrier(3)

	def run(n):
	    client = Client(sys.argv[1], alice)
	    data = [b"%d %d %s" % (n, i, sys.argv[2].encode()) for i in range(60)]
	    data = [d + b"." * (1000 - len(d)) for d in data]
	    ids = [tree_root(d) for d in data]
	    start.wait()
	    for d, i in zip(data, ids):
	        taken[n] += client.put(d, ids=[i])[0] == OK
	        if taken[n] % 7 == 0:
	            client.ask(COMMIT)
	    client.ask(COMMIT)
	    client.close()

	threads = [threading.Thread(target=run, args=(n,)) for n in range(3)]
	for t in threads: t.start()
	for t in threads: t.join()
	print(taken)
	assert sum(taken) == 40, taken
	END
	for _ in 1 2 3; do
		python race.py "$net.1" again
		[ "$(size_of s1)" -eq 40000 ]
		[ "$(used s1)" -eq 40000 ]
		rm -rf s1/*/shards s1/*/used
	done
	clean s1
}

# reserve SIZE: a connection that has put so much, and does not commit.
reserve()
{
	cat > reserve.py <<- 'END'
	import sys, time
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	assert client.put(b"a" * int(sys.argv[2]))[0] == OK
	print("reserved", flush=True)
	time.sleep(60)
	END
	/usr/bin/python3 reserve.py "$net.1" "$1" > reserved 2>&1 3>&- &
	others[0]=$!
	until_true 100 grep -q reserved reserved
}

# Goal: what a connection that died had reserved is free again.
@test "a killed connection's reservations are freed" {
	sed -i 's/give=.*/give=40000/' b1/peers
	hold 1
	for how in client child; do
		reserve 39000
		run -1 --separate-stderr one_of_one in
		says 'no room: [0-9]+ of 40000 bytes are used, 39000 are on the way'
		[ $how = client ] || kill -9 "$(only_child 1)"
		kill -9 "${others[0]}"
		wait "${others[0]}" || true
		until_true 200 clean s1
		python - "$net.1" <<- 'END'
		import sys
		from dialogue import *
		client = Client(sys.argv[1], Identity("home"))
		assert client.put(b"b" * 39000)[0] == OK
		END
		rm reserved
	done
	logged 1 'event=died .*signal 9'
}

# Goal: what it has to count after a child that died, it counts beside all that
# is asked for: here with an owner whose number somebody else has locked.
@test "while a holder counts anew it serves" {
	hold 1
	one_of_one in
	reserve 1
	exec 8< s1/*/used
	flock -x 8
	kill -9 "$(only_child 1)"
	logged 1 'event=died .*signal 9'
	run -0 --separate-stderr timeout 30 shard-fetch -l -o json 8<&-
	run ! grep event=bury b1.log
	[ -n "$(children_of "${recv_pid[1]}")" ]
	exec 8<&-
	until_true 100 no_mark
	clean s1
	[ "$(used s1)" -eq "$(size_of s1)" ]
}

# Who has died has no mark any more; the holder itself has one.
no_mark()
{
	[ "$(ls s1/tmp | wc -l)" -eq 1 ]
}

# Goal: a crash of the whole holder leaves no wrong count.
@test "counts are exact after a crash of the holder" {
	hold 1
	one_of_one in
	children=$(children_of "${recv_pid[1]}")
	halt KILL 1
	for child in $children; do
		kill -9 "$child" || true
	done
	until_true 200 flock -x -n s1/shardkit-store true # they are dead
	printf '%020d %020d\n' 7 7 > "$(echo s1/*/used)"
	touch s1/tmp/0123456789abcdef-1-0x0-0+0+1
	hold 1
	[ "$(used s1)" -eq "$(size_of s1)" ]
	[ "$(files_used s1)" -eq "$(files_of s1)" ]
	clean s1
}

# Goal: what an older holder has counted, bytes only, is counted anew before
# anybody is served.
@test "counts of an older version are counted anew" {
	hold 1
	one_of_one in
	halt TERM 1
	printf '%020d\n' 7 > "$(echo s1/*/used)"
	hold 1
	[ "$(used s1)" -eq "$(size_of s1)" ]
	[ "$(files_used s1)" -eq "$(files_of s1)" ]
}

# files_of STORE: as they lie there; files_used STORE: as it counts them.
files_of()
{
	find "$1" -mindepth 3 -type f ! -path '*/tmp/*' | wc -l
}

files_used()
{
	cat "$1"/*/used | awk '{ sum += $2 } END { print sum + 0 }'
}

# Goal: files cost a disk something whatever is in them: 1000, and one more for
# each KiB that is given, and never one too many; a drop gives them back.
@test "files: as many as give= allows, by three clients that race" {
	sed -i 's/give=.*/give=16K/' b1/peers
	hold 1
	cat > crumbs.py <<- 'END'
	import sys, threading
	from dialogue import *
	alice = Identity("home")
	taken = [0, 0, 0]
	start = threading.Barrier(3)

	def run(n):
	    client = Client(sys.argv[1], alice)
	    data = [b"%d%d" % (n, i) for i in range(400)]
	    ids = [tree_root(d) for d in data]
	    start.wait()
	    for d, i in zip(data, ids):
	        status, words, _ = client.put(d, ids=[i])
	        taken[n] += status == OK
	        assert status == OK or (
	            b"of 1016 files are here" in words and
	            b"larger shards are fewer files" in words), words
	    client.ask(COMMIT)
	    client.close()

	threads = [threading.Thread(target=run, args=(n,)) for n in range(3)]
	for t in threads: t.start()
	for t in threads: t.join()
	assert sum(taken) == 1016, taken
	END
	python crumbs.py "$net.1"
	[ "$(files_of s1)" -eq 1016 ]
	[ "$(files_used s1)" -eq 1016 ]
	run -1 --separate-stderr one_of_one in
	says "peer 'bob1' takes nothing more: no room: 1016 of 1016 files are here"
	says 'larger shards are fewer files: shard-split --shard-size'
	rm -r s1/*/shards s1/*/used
	one_of_one in
	before=$(files_used s1)
	[ "$before" -eq "$(files_of s1)" ]
	timeout 30 shard-drop -q --all 1
	[ "$(files_used s1)" -lt "$before" ]
	[ "$(files_used s1)" -eq "$(files_of s1)" ]
}

# right STORE: its counts.
right()
{
	[ "$(used "$1")" -eq "$(size_of "$1")" ]
	[ "$(files_used "$1")" -eq "$(files_of "$1")" ]
	clean "$1"
}

# Goal: killed at any step of a put, a commit or a drop, both counts are right
# as soon as somebody comes.
@test "counts are exact after kill -9 at every step" {
	command -v strace > /dev/null || skip "strace is not installed"
	call_home
	one_of_one in
	bytes other 3000 > in2
	cat > die_once <<- END
	step=\$(cat step)
	if mv step died; then
		strace -qq -o /dev/null \
			-e "inject=\${step%:*}:signal=KILL:when=\${step#*:}" \
			shard-recv -q -C $PWD/b1 -d $PWD/s1 -1
		echo \$? >> killed
		exit
	fi
	exec shard-recv -q -C $PWD/b1 -d $PWD/s1 -1
	END
	echo "bob1 $(id_of b1) \"exec:cd $PWD; sh die_once 2> /dev/null\"" \
		> home/peers
	for step in renameat:2 pwrite64:1 pwrite64:2 pwrite64:4; do
		echo "$step" > step
		one_of_one in2 || one_of_one in2
		right s1
		timeout 30 shard-drop -q --all latest
	done
	for step in unlinkat:1 unlinkat:2 pwrite64:2; do
		one_of_one in2
		echo "$step" > step
		timeout 30 shard-drop -q -k 1 || timeout 30 shard-drop -q -k 1
		right s1
	done
	[ "$(grep -c 137 killed)" -eq 7 ]
	one_of_one in2
	restores in2
	[ "$(used s1)" -eq "$(size_of s1)" ]
}

# Goal: a drop gives its space back at once.
@test "a drop gives space back at once" {
	hold 1
	one_of_one in
	bytes other 9216 > in2
	one_of_one in2
	timeout 30 shard-drop -q 1
	[ "$(used s1)" -eq "$(size_of s1)" ]
	restores in2
	timeout 30 shard-drop -q --all 2
	[ "$(size_of s1)" -eq "$(papers_size s1)" ]
	[ "$(used s1)" -eq "$(papers_size s1)" ]
}

# Goal: --keep-dropped: gone for the owner, kept for the holder, counted until
# the delay is over.
@test "--keep-dropped: space comes back after the delay" {
	hold 1 --keep-dropped 3s
	one_of_one in
	full=$(used s1)
	ls s1/*/shards/*/* | sed 's|.*/||' > names
	timeout 30 shard-drop -q --all 1
	[ "$(used s1)" -eq "$full" ]
	ls s1/*/dropped > held # all of it, within these three seconds
	[ "$(size_of s1)" -eq "$(papers_size s1)" ]
	run -1 timeout 30 shard-fetch -q latest
	while read -r name; do
		grep -e "-$name\$" held
	done < names
	sleep 3.5
	# it is purged in time, at the latest when somebody comes
	python - "$net.1" <<- 'END' || true
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	client.ask(INFO)
	client.close()
	END
	until_true 200 no_dropped
	until_true 200 is_counted # each goes before its size
	[ "$(used s1)" -eq "$(papers_size s1)" ]
	one_of_one in
	restores in
}

# call_home OPTION ...: holder 1 is called by exec:, as over ssh.
call_home()
{
	echo "bob1 $(id_of b1) \"exec:shard-recv -q -C $PWD/b1 -d $PWD/s1 $* -1\"" \
		> home/peers
}

held_back()
{
	find s1 -path '*/dropped/*' -type f | wc -l
}

# overdue: all that is to go within an hour has had its time.
overdue()
{
	find s1 -path '*/dropped/*' -printf '%f\n' |
		awk -v now="$(date +%s)" '{ left = $1 - now }
			left >= 0 && left < 3600 { early = 1 } END { exit early }'
}

# Goal: over ssh no daemon runs: who comes next purges what is overdue.
@test "--keep-dropped with -1: space comes back after the delay" {
	call_home -k 2s
	one_of_one in
	timeout 30 shard-drop -q --all 1
	[ "$(held_back)" -gt 0 ]
	until_true 200 overdue
	one_of_one in
	[ "$(held_back)" -eq 0 ]
	[ "$(used s1)" -eq "$(size_of s1)" ]
	restores in
}

holds_back()
{
	[ "$(held_back)" -eq "$1" ]
}

is_counted()
{
	[ "$(used s1)" -eq $(($(size_of s1) +
		$(find s1 -path '*/dropped/*' -exec cat {} + | wc -c))) ]
}

# Goal: what was promised at a drop holds, whatever the holder is told later.
@test "--keep-dropped: a restart without it, or with another, changes no delay" {
	call_home -k 2s
	one_of_one in
	timeout 30 shard-drop -q --all 1
	[ "$(held_back)" -gt 0 ]
	call_home -k 1d
	bytes other 9216 > in2
	one_of_one in2
	timeout 30 shard-drop -q --all 2
	until_true 200 overdue
	hold 1
	until_true 200 holds_back 13 # 9 shards, 2 documents, 2 receipts
	until_true 200 is_counted
	[ "$(find s1 -path '*/dropped/*' -size 1024c | wc -l)" -eq 9 ]
	for file in s1/*/dropped/*; do
		file=${file##*/}
		[ "${file%%-*}" -gt "$(($(date +%s) + 80000))" ]
	done
}

no_dropped()
{
	[ -z "$(find s1 -path '*/dropped/*' -type f)" ]
}

# Goal: by hand, what was dropped comes back, bit for bit.
@test "--keep-dropped: an operator brings it back" {
	hold 1 --keep-dropped 14d
	one_of_one in
	timeout 30 shard-drop -q --all 1
	folder=$(dirname s1/*/dropped)
	for file in "$folder"/dropped/*; do
		name=${file##*-}
		shelf=shards
		case $file in *-1-*) shelf=snapshots ;; esac
		mkdir -p "$folder/$shelf/${name:0:2}"
		mv "$file" "$folder/$shelf/${name:0:2}/$name"
	done
	restores in 1
	# to this machine it is dropped still, until it is told otherwise
	run -1 --separate-stderr shard-fetch latest
	says 'no snapshot is latest: all that peers still show were dropped'
	says "hint: ask for one by its number, or remove the file 'dropped' of the conf"
	rm home/dropped
	restores in
}

# Goal: --no-drop: ransomware with the owner's keys cannot erase the past.
@test "--no-drop refuses every order, and says so" {
	hold 1 --no-drop
	one_of_one in
	run -0 --separate-stderr timeout 30 shard-drop --all 1
	says 'keeps everything'
	logged 1 'event=drop peer=alice .*keeps everything'
	restores in 1
	whole s1
}

# Goal: what makes no sense of the two is said.
@test "bad values of --keep-dropped" {
	for value in '' x -1 1y 0x10 99999999999999999999d; do
		run -2 --separate-stderr timeout 5 shard-recv -C b1 -d s1 \
			-l "$net.1:7117" --keep-dropped "$value"
		says 'keep-dropped'
	done
}
