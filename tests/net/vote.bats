#!/usr/bin/env bats
# Agreeing on what is still there: a poll over the network, and what follows.
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

# poll ARGUMENT ...: its rows, in ./rows.
poll()
{
	timeout 120 shard-vote -o json "$@" > rows
}

# of PEER NAME: a value of its row.
of()
{
	jq "select(.peer == \"$1\").$2" rows
}

# Goal: all is there: exit 0, and a certificate that anyone checks offline.
@test "a poll of four whole holders" {
	hold_all
	back_up
	poll -w cert
	for n in 1 2 3 4; do
		[ "$(of "bob$n" ok)" -eq 5 ]
	done
	shard-vote -o json verify cert > verified
	[ "$(jq -s 'map(.ok) | add' verified)" -eq 20 ]
	mkdir elsewhere
	cp home/members elsewhere
	shard-vote -C elsewhere verify cert > /dev/null
	shard-vote -C nowhere verify -m elsewhere/members cert > /dev/null
}

# Goal: from damage to certificate to repaired, and the next poll says so. Its
# own receipts convict who has lost something, also when others have been dropped
# with what they were for.
@test "one holder has lost all, one has flipped bits" {
	hold_all
	back_up
	bytes other 100000 > in
	back_up
	before=$(find s1/*/receipts -type f | wc -l)
	timeout 60 shard-drop -q latest
	[ "$(find s1/*/receipts -type f | wc -l)" -eq $((before - 8)) ]
	find s1 -path '*/shards/*' -type f -size 20000c -delete
	mapfile -t shard < <(shards_at s2)
	flip "${shard[0]}"
	run -1 --separate-stderr poll -w cert
	says 'of 20 shards 6 are bad, 0 silent, 0 undecided'
	says "hint: 'shard-repair CERTIFICATE' rebuilds what is bad"
	run -1 --separate-stderr shard-vote -o json verify cert.evidence
	for n in 1 2; do
		grep "$(id_of "b$n").*has not got a shard that it signed for" <<< "$output"
	done
	[ "$(of bob1 bad)" -eq 5 ]
	[ "$(of bob2 bad)" -eq 1 ]
	[ "$(of bob3 ok)" -eq 5 ]
	run -1 --separate-stderr shard-vote -o json verify cert
	says 'the certificate is good'
	shard-vote -q -o text -w cert > rows || shard-repair -q cert > /dev/null
	poll
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 20 ]
}

# Goal: one absent is silent, by the word of the others; it is no shame.
@test "one of four is away" {
	hold_all
	back_up
	halt TERM 3
	run -1 --separate-stderr poll -w cert
	says 'of 20 shards 0 are bad, 5 silent, 0 undecided'
	says '4 voters: survives 1 absent, 1 dishonest'
	[ "$(of bob3 silent)" -eq 5 ]
	[ "$(of bob1 ok)" -eq 5 ]
}

# Goal: with two away nobody can say anything, and nothing is written.
@test "two of four are away: no quorum" {
	hold_all
	back_up
	halt TERM 3 4
	run -1 --separate-stderr poll -w cert
	says 'no quorum: 2 of 4 take part, and 3 must'
	[ ! -e cert ]
}

# Goal: who wants the word of all gets that, or none.
@test "--strict: all, or no certificate" {
	hold_all
	back_up
	run -0 --separate-stderr poll --strict -w cert
	says '4 voters: survives 0 absent, 1 dishonest'
	run -0 --separate-stderr shard-vote -o json verify cert
	says '4 voters: survives 0 absent'
	rm cert
	halt TERM 2
	run -1 --separate-stderr poll -S -w cert
	says 'no quorum: 3 of 4 take part, and 4 must'
	[ ! -e cert ]
}

# ballots N: what holder N has said in polls so far.
ballots()
{
	grep -c 'event=ballot peer=alice .*outcome=ok' "b$1.log"
}

has_ballots()
{
	[ "$(ballots "$1")" -ge "$2" ]
}

# Goal: a poll waits for a member that is away, and no longer than for it.
@test "--wait: a member comes back while the poll is open" {
	hold_all
	back_up
	halt TERM 3
	run -2 --separate-stderr poll -W 8d
	says "--wait '8d'"
	run -2 --separate-stderr poll --wait 30
	run -1 --separate-stderr poll --wait 1s
	says '5 silent'
	before=$(ballots 1)
	poll -W 60s &
	others+=($!)
	until_true 200 has_ballots 1 $((before + 1))
	sleep 1
	hold 3
	wait "${others[-1]}"
	logged 3 'event=ballot peer=alice .*outcome=ok'
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 20 ]
}

# Goal: fewer voters than members, drawn by lot, are enough for all holders.
@test "--committee: three of four vote on all" {
	hold_all
	back_up
	run -0 --separate-stderr poll -k 3 -w cert
	says '3 voters: survives 1 absent, 0 dishonest'
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 20 ]
	run -0 --separate-stderr shard-vote -o json verify cert
	says '3 voters'
	run -3 --separate-stderr poll -k 5
	says 'a committee of 5 is asked for, of 4 members'
}

# Goal: what is not what was sealed is refused, with the reason.
@test "certificates that are refused" {
	hold_all
	back_up
	poll -w cert
	flip cert
	run -3 shard-vote verify cert
	flip cert
	head -c 300 cert > short
	run -3 shard-vote verify short
	peer-key -q -C stranger new
	echo "carol $(id_of stranger) $net.9:7117" >> home/peers
	cp home/members older
	bytes more 50000 > in
	run back_up
	run -1 cmp -s older home/members
	run -3 --separate-stderr shard-vote verify cert
	says 'the certificate is under another members document'
	shard-vote verify -m older cert > /dev/null
}

# Goal: what a voter has signed is on its disk, and it says nothing else.
@test "a voter's journal is in its store" {
	hold_all
	back_up
	poll
	for n in 1 2 3 4; do
		[ "$(find "s$n/votes" -type f | wc -l)" -eq 1 ]
	done
	poll
	[ "$(find s1/votes -type f | wc -l)" -eq 1 ]
	logged 1 'event=ballot .*outcome=ok'
}

# Goal: a member holds a poll, too, with its own key; a stranger does not.
@test "who may hold a poll" {
	hold_all
	back_up
	owner=$(id_of home)
	cp b1/peers peers
	echo "me $(id_of b1) $net.1:7117" >> b1/peers
	poll -C b1 -O "$owner"
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 20 ]
	run -1 --separate-stderr poll -C b1 -O "$owner"
	says 'no quorum'	# it has just held one
	says "peer 'bob2' does not take part: too often"
}

# step NAME COMMAND: it is done, and noted in ./churned.
step()
{
	timeout 60 "${@:2}" && echo "$1" >> churned
}

# churn: another backup, the one before it dropped, all mended, and so on
# until ./polled is there.
churn()
{
	local n
	for n in {1..60}; do
		[ ! -e polled ] || return 0
		bytes "churn $n" 100000 > in
		back_up && echo backup >> churned || return
		step drop shard-drop -q "$n" || return
		step repair shard-repair -q latest > /dev/null || return
	done
}

# Goal: backups, drops and repairs go on while polls are held, and what its
# owner drops in between is nobody's fault.
@test "what is dropped during a poll is not bad" {
	hold_all
	back_up
	: > churned
	churn 2> churn.err &
	others+=($!)
	for _ in {1..20}; do
		before=$(wc -l < churned)
		poll -f -q 2> err || [ $? -eq 1 ]
		tail -n "+$((before + 1))" churned >> meanwhile
		[ "$(jq -s 'map(.bad) | add' rows)" -eq 0 ]
		[ "$(sort -u meanwhile | wc -l)" -lt 3 ] || break
	done
	: > polled
	wait "${others[-1]}" || { cat churn.err; return 1; }
	[ "$(sort -u meanwhile | tr '\n' ' ')" = 'backup drop repair ' ]
	poll
}
