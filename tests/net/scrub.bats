#!/usr/bin/env bats
# A holder reads its whole store, slowly, and finds what has rotted.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 2
	bytes input 20480 > in
}

teardown()
{
	net_teardown
}

back_up()
{
	shard-split -q -s 1024 -k 1 -n 2 in |
		timeout 60 shard-send -q > /dev/null
}

# scrubbed NAME: what the store's file says of the last pass.
scrubbed()
{
	sed -n "s/^$1=//p" s1/scrub
}

# Whether a pass has ended that began when that many passes had.
ended()
{
	[ "$(grep -c 'event=scrub .*outcome=ok' b1.log)" -gt "$1" ]
}

# Goal: what has rotted is found without being asked for, is not there for
# anybody, and is placed anew.
@test "scrub: a flipped shard is set aside, told, and repaired" {
	hold 1
	hold 2
	back_up
	halt TERM 1
	damaged=$(shards_in s1 | head -n 1)
	flip "$damaged"
	hold 1 --scrub 1s
	logged 1 'event=start'
	until_true 200 grep -q 'event=scrub .*shard=.*damaged' b1.log
	until_true 100 ended 0
	[ ! -e "$damaged" ]
	[ "$(ls s1/*/damaged)" = "0-${damaged##*/}" ]
	[ "$(used s1)" -eq "$(size_of s1)" ]
	whole s1
	run -1 --separate-stderr timeout 60 shard-vote audit -f -o json bob1
	[ "$(jq .missing <<< "$output")" -eq 1 ]
	timeout 60 shard-repair -q -a -o json > report
	[ "$(jq .rebuilt report)" -eq 1 ]
	whole s1
	[ -e "$damaged" ]
	timeout 60 shard-vote audit -q -f bob1 > /dev/null
	halt TERM 1
	[ "$(scrubbed began)" -gt 1700000000 ]
	clean s1
}

# Goal: what is whole stays as it is; that the user names it by a link is no
# matter.
@test "scrub: a sound store is read to its end" {
	mv s1 disk
	ln -s disk s1
	hold 1 --scrub 1s
	hold 2
	back_up
	before=$(grep -c 'event=scrub .*outcome=ok' b1.log) || true
	until_true 200 ended $((before + 1))
	halt TERM 1
	[ "$(scrubbed damaged)" -eq 0 ]
	[ "$(scrubbed unreadable)" -eq 0 ]
	[ ! -e "$(echo s1/*/damaged)" ]
	hold 1
	restores in
}

# Goal: a pass goes on where it was; a file that makes no sense is as none.
@test "scrub: it goes on where it was" {
	hold 1
	hold 2
	back_up
	halt TERM 1
	owner=$(basename "$(dirname s1/*/used)")
	printf '%s\n' began=1700000000 ended=0 files=1000 bytes=7 damaged=3 \
		unreadable=2 "owner=$owner" shelf=3 folder=ff > s1/scrub
	hold 1 --scrub 1s
	until_true 200 ended 0
	grep 'event=scrub .*outcome=ok' b1.log | head -n 1 | grep -q 'bytes=7 '
	halt TERM 1
	echo nonsense > s1/scrub
	before=$(grep -c 'event=scrub .*outcome=ok' b1.log)
	hold 1 --scrub 1s
	until_true 200 ended "$before"
	halt TERM 1
	[ "$(scrubbed files)" -lt 100 ]
}

# slow TIME: holder 1 scrubs, and the tracer makes it wait for its disk so long;
# each time into another file ./traceN.
slow()
{
	traces=$((traces + 1))
	start_hold 1 strace -D -f -y -q -o "trace$traces" \
		-e trace=read,fadvise64,poll \
		-e "inject=fadvise64:delay_enter=$1" \
		shard-recv -C b1 -d s1 -l "$net.1:7117" --scrub 1s
}

has_read()
{
	[ "$(grep -c 'fadvise64.*/shards/' "trace$traces")" -ge "$1" ]
}

# Goal: it rests as long as its rate demands, and four times as long as the
# disk took; told to end, or killed, it goes on from where it last noted to be,
# and leaves nothing out.
@test "scrub: slow, ended in the middle, killed in the middle" {
	command -v strace > /dev/null || skip "strace is not installed"
	bytes input 280000 > in
	hold 1
	hold 2
	shard-split -q -s 20000 -k 1 -n 2 in |
		timeout 60 shard-send -q > /dev/null
	halt TERM 1
	traces=0
	slow 150ms
	until_true 200 has_read 3
	halt TERM 1
	cp s1/scrub ended
	slow 150ms
	until_true 200 has_read 4
	kill_all 1
	cp s1/scrub killed
	slow 1us
	until_true 300 ended 0
	halt TERM 1
	[ "$(scrubbed damaged)" -eq 0 ]
	python - "$PWD/s1" <<- 'END'
	import pathlib, sys
	from tracer import calls, file_of
	store = pathlib.Path(sys.argv[1])
	def note(name):
	    return dict(line.split("=") for line in open(name).read().split())
	def went(path, disk_ms):
	    """The shards as they were read, the first time."""
	    found, rests = [], []
	    for pid, call, said, result in calls(path):
	        file = file_of(said, str(store)) or ""
	        if call == "fadvise64" and "/shards/" in file:
	            found.append(file.split("/")[-1])
	            rests.append(max(4 * disk_ms,	# or 1 MiB a second
	                (store / file).stat().st_size * 1000 >> 20))
	        elif call == "poll" and len(rests) and rests[-1] is not None:
	            assert int(said.split(", ")[-1]) >= rests[-1], (said, rests)
	            rests[-1] = None
	    again = [i for i in range(1, len(found)) if found[i][:2] < found[i - 1][:2]]
	    return found[:(again + [len(found)])[0]]
	first, second, third = (went(f"trace{n}", disk_ms)
	                        for n, disk_ms in ((1, 150), (2, 150), (3, 0)))
	names = sorted(p.name for p in store.glob("*/shards/??/*"))
	whole = [n for n in names if n in first + second + third]
	assert whole == names, "some were left out"
	ended, killed = note("ended"), note("killed")
	assert int(ended["began"]) > int(ended["ended"]), ended
	assert ended["folder"] == first[-1][:2], (ended, first)
	assert len(first) < len(names) and second[0] >= first[-1][:2]
	assert killed == ended, "nobody has noted more"
	assert len(second) < len(names) and third[0] == second[0]
	END
}

# health PATTERN ARGUMENT ...: p2p-health says so.
health()
{
	grep -qE -e "$1" <(p2p-health -o text "${@:2}" 2>&1)
}

# Goal: what the disk cannot read now is counted, and left where it is; the
# holder and the owner see it.
@test "scrub: EIO of one file" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold 1
	hold 2
	back_up
	halt TERM 1
	shard=$(shards_in s1 | head -n 1)
	start_hold 1 strace -D -f -qq -o /dev/null -P "$PWD/$shard" \
		-e inject=read:error=EIO \
		shard-recv -C b1 -d s1 -l "$net.1:7117" --scrub 1s
	until_true 200 health ' [0-9]+ files .* 0 are damaged, 1 unreadable' \
		-C b1 -H s1
	until_true 200 health 'a disk that rots, by the last scrub: bob1 '
	grep -qE "event=scrub .*shard=.*cannot read .*(I/O|Input/output) error" b1.log
	[ -e "$shard" ]
	[ ! -e "$(echo s1/*/damaged)" ]
	timeout 60 shard-repair -q -c -o json > report
	[ "$(jq .rebuilt report)" -eq 1 ]
	halt TERM 1
	hold 1
	restores in
}

@test "bad values of --scrub and --audits" {
	for value in '' x -1 1y 99999999999999999999d; do
		run -2 --separate-stderr timeout 5 shard-recv -C b1 -d s1 \
			-l "$net.1:7117" --scrub "$value"
		says 'scrub'
	done
	for value in '' x -1 1y; do
		run -2 --separate-stderr timeout 5 shard-recv -C b1 -d s1 \
			-l "$net.1:7117" --audits "$value"
		says 'audits'
	done
}
