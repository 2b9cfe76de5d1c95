#!/usr/bin/env bats
# What a voter has signed is on its disk before it is on the wire, and is what
# it says after a crash: one ballot and one seal in a poll.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net
load poll

setup()
{
	poll_setup 4
}

teardown()
{
	net_teardown
}

# said STEP FILE: what a journal has said in a step, in hexadecimal.
said()
{
	python -c 'import cbor2, sys
step = {"ballot": 2, "seal": 3}[sys.argv[1]]
print(cbor2.load(open(sys.argv[2], "rb"))[7 + 2 * step].hex())' "$@"
}

# Whether the tracer has seen it kill.
killed()
{
	grep -q 'killed by SIGKILL' trace
}

# Goal: before an answer of a poll leaves, the journal is synced, has its name,
# and the name is synced: in its folder, and the folder's in the store.
@test "journalled and synced before it is sent" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold 2
	hold 3
	hold 4
	start_hold 1 strace -D -f -y -q -o trace \
		-e trace=read,write,writev,sendto,fsync,rename \
		shard-recv -C b1 -d s1 -l "$net.1:7117"
	back_up
	shard-vote -q > /dev/null
	pid=${recv_pid[1]}
	halt TERM 1
	until_true 200 grep -q "^$pid *+++ exited" trace
	python - "$PWD/s1" <<- 'END'
	import sys
	from tracer import calls, file_of
	store, answers, since = sys.argv[1], [], {}
	for pid, call, said, result in calls():
	    done, file = since.setdefault(pid, []), file_of(said, store)
	    if call == "read" and "<socket" in said and result > 0:
	        done.clear()
	    elif call == "rename" and "s1/votes/" in said:
	        done.append(("rename", said.split('"')[1].removeprefix("s1/")))
	    elif call in ("fsync", "write", "writev") and file is not None:
	        assert result >= 0, said
	        done.append((call.removesuffix("v"), file))
	    elif call == "sendto" and any(one[0] == "rename" for one in done):
	        answers.append(list(done))
	        done.clear()
	assert len(answers) == 4, answers
	assert answers[0].pop(0) == ("fsync", ""), "the folder's own name"
	for done in answers:
	    new = [one[1] for one in done if one[0] == "rename"][0]
	    assert done[:4] == [("write", new), ("fsync", new), ("rename", new),
	                        ("fsync", "votes")], done
	END
}

# Goal: a voter that is killed when its journal is there and its answer is not
# yet gone says the same when it is asked again, even if it now knew better.
@test "killed between the journal and the answer" {
	command -v strace > /dev/null || skip "strace is not installed"
	hold_all
	back_up
	receipts=$(echo s1/*/receipts)
	for step in ballot seal; do
		halt TERM 1
		rm -f trace cert cert.evidence
		# the folder is synced once in a step, behind the rename
		[ $step = ballot ] && at=3 || at=4
		start_hold 1 strace -D -f -q -o trace -P "$PWD/s1/votes" \
			-e "inject=fsync:signal=KILL:when=$at" \
			shard-recv -C b1 -d s1 -l "$net.1:7117"
		timeout 60 shard-vote -q -o json -S -W 50s -w cert > rows &
		others+=($!)
		until_true 300 killed
		kill_all 1
		cp s1/votes/* "killed-$step"
		[ -n "$(said "$step" "killed-$step")" ]
		mv "$receipts" hidden
		hold 1
		wait "${others[-1]}"
		mv hidden "$receipts"
		[ "$(said "$step" "killed-$step")" = "$(said "$step" s1/votes/*)" ]
		[ ! -e cert.evidence ]
		[ "$(sum ok rows)" -eq 20 ]
		shard-vote -q verify cert > /dev/null
	done
}

# Goal: killed at any moment, with answers that get lost on the way so that it
# is asked twice: of each poll one ballot and one seal, and the poll ends.
@test "kill -9 of a voter at random moments of polls" {
	hold 1
	hold 2
	hold 3
	hold_behind
	lie forget
	back_up
	receipts=$(echo s4/*/receipts)
	RANDOM=7
	for round in 1 2 3; do
		moment=$((RANDOM % 25))
		timeout 60 shard-vote -q -o json -S -W 50s -w cert > rows 2> err &
		others+=($!)
		sleep "$((moment / 10)).$((moment % 10))"
		kill_all 4
		[ $((round % 2)) -eq 0 ] || mv "$receipts" hidden
		hold_behind
		wait "${others[-1]}" || { [ $? -eq 1 ] && [ -s rows ]; } ||
			{ cat err; return 1; }
		[ ! -e hidden ] || mv hidden "$receipts"
		[ "$(sum bad rows)" -eq 0 ]
		[ ! -e cert.evidence ]
		shard-vote -q verify cert > /dev/null || [ $? -eq 1 ]
	done
	# poll, kind and digest: each came twice or more, and never another one
	grep -v listening liar.log | sort | uniq -c > heard
	[ "$(awk '$1 > 1' heard | wc -l)" -eq 12 ]
	[ "$(awk '{ print $2, $3 }' heard | sort -u | wc -l)" -eq 12 ]
	[ "$(wc -l < heard)" -eq 12 ]
}

# Goal: a program that hangs with the lock of a voter's journals costs that
# voter's votes, and the others come to a certificate.
@test "somebody else has locked the journals of a voter" {
	hold 2
	hold 3
	hold 4
	start_hold 1 strace -D -f -qq -o /dev/null \
		-e "inject=nanosleep,clock_nanosleep:retval=0" \
		shard-recv -C b1 -d s1 -l "$net.1:7117"
	back_up
	mkdir -p s1/votes
	exec 8< s1/votes
	flock -x 8
	run -0 --separate-stderr timeout 60 shard-vote -o json 8<&-
	says "peer 'bob1': 's1/votes' is locked by another program, for 10 s now"
	[ "$(sum ok <(echo "$output"))" -eq 20 ]
	logged 1 "event=ballot peer=alice .*votes' is locked"
}
