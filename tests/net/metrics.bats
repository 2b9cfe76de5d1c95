#!/usr/bin/env bats
# The metrics of a holder: what it counts is what was done.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	net_setup 3
	bytes input 6144 > in
}

teardown()
{
	net_teardown
}

# sample NAME: its value in the file of holder 1.
sample()
{
	awk -v name="$1" '$1 == name { print $2; found = 1 }
		END { exit !found }' b1.prom
}

# hold_counting: all of them, of which the first writes that file.
hold_counting()
{
	hold 1 -M "$PWD/b1.prom"
	hold 2
	hold 3
}

@test "a metrics file that cannot be written is told at the start" {
	run -4 --separate-stderr shard-recv -C b1 -d s1 -l "$net.1:7117" -M /nowhere/x.prom
	says "/nowhere"
}

# no_file STATUS COMMAND ...: with a pipe and with a device for the last word.
no_file()
{
	for file in pipe null -; do
		run "-$1" --separate-stderr timeout 20 "${@:2}" "$file"
		says "'$file' is not a regular file"
	done
}

# Goal: as root, -M /dev/null must not make a file of it for the whole system.
@test "a pipe or a device is not written over, nor is work done first" {
	mkfifo pipe
	ln -s /dev/null null
	no_file 2 shard-recv -C b1 -d s1 -l "$net.1:7117" -M
	hold_all
	shard-split -q -k 2 -n 3 -s 1024 in > stream
	no_file 2 shard-send -M < stream
	no_file 2 shard-fetch -M
	no_file 3 p2p-health -P
	no_file 2 shard-vote -w
	[ -p pipe ]
	[ "$(readlink null)" = /dev/null ]
	run -1 shard-fetch -q -l
	# what a link leads to is replaced there
	mkdir far
	ln -s far/send.prom send.prom
	echo old > far/send.prom
	shard-send -q -M send.prom stream > /dev/null
	[ -L send.prom ]
	grep -x 'p2p_send_status 0' far/send.prom
}

@test "requests, bytes and durations by verb and outcome; quotas by owner" {
	hold_counting
	[ "$(sample p2p_holder_connections_total)" -eq 0 ]
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
	halt TERM 2 # so that holder 1 is one of the two that give
	restores in
	timeout 10 openssl s_client -connect "$net.1:7117" < /dev/null > /dev/null 2>&1 ||
		true
	halt TERM 1
	[ "$(sample p2p_holder_connections)" -eq 0 ]
	[ "$(sample p2p_holder_connections_total)" -eq 2 ]
	[ "$(sample p2p_holder_refused_total)" -eq 1 ]
	puts=$(sample 'p2p_holder_requests_total{verb="put",outcome="ok"}')
	[ "$puts" -eq "$(grep -c event=put b1.log)" ]
	[ "$puts" -ge 5 ]
	[ "$(sample 'p2p_holder_request_duration_seconds_count{verb="put"}')" -eq "$puts" ]
	[ "$(sample 'p2p_holder_request_duration_seconds_bucket{verb="put",le="+Inf"}')" -eq "$puts" ]
	[ "$(sample p2p_holder_received_bytes_total)" -ge "$(used s1)" ]
	[ "$(sample p2p_holder_sent_bytes_total)" -gt 2048 ]
	[ "$(sample 'p2p_holder_used_bytes{owner="alice"}')" -eq "$(used s1)" ]
	[ "$(sample 'p2p_holder_quota_bytes{owner="alice"}')" -eq $((100 << 20)) ]
	if command -v promtool > /dev/null; then
		promtool check metrics < b1.prom
	fi
}

# Goal: whoever scrapes sees what goes on, not only how it ended.
@test "a holder that runs writes its counts anew" {
	hold_counting
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
	told()
	{
		[ "$(sample 'p2p_holder_requests_total{verb="put",outcome="ok"}')" = \
			"$(grep -c event=put b1.log)" ]
	}
	until_true 600 told
	[ "$(sample p2p_holder_received_bytes_total)" -ge "$(used s1)" ]
	[ "$(sample 'p2p_holder_used_bytes{owner="alice"}')" -eq "$(used s1)" ]
	kill -0 "${recv_pid[1]}"
	[ "$(echo b1.prom*)" = b1.prom ]
}

@test "what was said no to is counted as that" {
	hold 1 -M "$PWD/b1.prom"
	python - "$net.1" <<- 'END'
	import sys
	from dialogue import *
	client = Client(sys.argv[1], Identity("home"))
	for n in range(3):
	    assert client.ask(GET, ids=[bytes(32)], size=10)[0] == 1
	END
	halt TERM 1
	[ "$(sample 'p2p_holder_requests_total{verb="get",outcome="no"}')" -eq 3 ]
	run sample 'p2p_holder_requests_total{verb="get",outcome="ok"}'
	[ "$status" -eq 1 ]
}

@test "the dashboard asks for metrics that there are" {
	hold_counting
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q -M send.prom > /dev/null
	p2p-health -q -P "$PWD/home.prom" > /dev/null
	halt TERM 1
	/usr/bin/python3 - "$BATS_TEST_DIRNAME/../../contrib/grafana.json" b1.prom home.prom send.prom <<- 'END'
	import json, re, sys
	board = json.load(open(sys.argv[1]))
	have = set()
	for name in sys.argv[2:]:
	    have |= set(re.findall(r"^# TYPE (\S+)", open(name).read(), re.M))
	asked = set()
	for panel in board["panels"]:
	    for target in panel.get("targets", []):
	        asked |= set(re.findall(r"p2p_[a-z_]+", target["expr"]))
	asked = {re.sub("_(bucket|sum|count)$", "", name) for name in asked}
	assert asked, "it asks for nothing"
	assert asked <= have, asked - have
	END
}

# client FILE NAME: its value in a file that a tool has written.
client()
{
	awk -v name="$2" '$1 == name { print $2; found = 1 }
		END { exit !found }' "$1"
}

# promises FILE ...: promtool finds no fault with them.
promises()
{
	local file
	command -v promtool > /dev/null || return 0
	for file; do
		promtool check metrics < "$file"
	done
}

@test "shard-send and shard-fetch: requests, bytes and durations by peer" {
	hold_all
	mkdir disk
	echo "disk - dir:$PWD/disk" >> home/peers
	shard-split -q -k 2 -n 4 -s 1024 in > stream
	shard-send -q -M send.prom stream > /dev/null
	[ "$(client send.prom p2p_send_status)" -eq 0 ]
	[ "$(client send.prom p2p_send_end_timestamp_seconds)" -ge \
		"$(client send.prom p2p_send_start_timestamp_seconds)" ]
	for peer in bob1 bob2 bob3 disk; do
		[ "$(client send.prom "p2p_send_peer_usable{peer=\"$peer\"}")" -eq 1 ]
		label="peer=\"$peer\",verb=\"put\""
		puts=$(client send.prom "p2p_send_requests_total{$label,outcome=\"ok\"}")
		[ "$puts" -ge 5 ]
		[ "$(client send.prom "p2p_send_request_duration_seconds_count{$label}")" -eq "$puts" ]
		[ "$(client send.prom "p2p_send_sent_bytes_total{peer=\"$peer\"}")" -gt 3072 ]
		[ "$(client send.prom "p2p_send_requests_in_flight{peer=\"$peer\"}")" -eq 0 ]
	done
	for n in 1 2 3; do
		[ "$(client send.prom "p2p_send_requests_total{peer=\"bob$n\",verb=\"put\",outcome=\"ok\"}")" -eq \
			"$(grep -c event=put "b$n.log")" ]
		room=$(client send.prom "p2p_send_room_bytes{peer=\"bob$n\"}")
		[ "$room" -le $(((100 << 20) - 3072)) ]
		[ "$room" -ge $(((100 << 20) - $(used "s$n"))) ]
	done
	run ! grep 'room_bytes{peer="disk"}' send.prom
	shard-fetch -M fetch.prom | shard-join | cmp - in
	[ "$(client fetch.prom p2p_fetch_status)" -eq 0 ]
	got=0
	for peer in bob1 bob2 bob3 disk; do
		got=$((got + $(client fetch.prom "p2p_fetch_received_bytes_total{peer=\"$peer\"}")))
	done
	[ "$got" -ge 6144 ]
	promises send.prom fetch.prom
}

@test "shard-send: errors by kind, and a status that is not 0" {
	hold 1
	hold 2
	sed -i 's/give=100M/give=1K/' b2/peers
	shard-split -q -k 2 -n 3 -s 1024 in > stream
	run -1 shard-send -q -M send.prom stream
	[ "$(client send.prom p2p_send_status)" -eq 1 ]
	[ "$(client send.prom 'p2p_send_peer_usable{peer="bob3"}')" -eq 0 ]
	hold 3
	halt TERM 2
	sed -i 's/give=1K/give=1M/' b2/peers
	hold 2
	shard-send -q stream > /dev/null
	halt TERM 3
	for file in $(shards_in s1); do
		flip "$file"
	done
	run shard-fetch -q -M fetch.prom
	[ "$status" -ne 0 ]
	[ "$(client fetch.prom p2p_fetch_status)" -eq "$status" ]
	[ "$(client fetch.prom 'p2p_fetch_requests_total{peer="bob1",verb="get",outcome="data"}')" -ge 1 ]
	promises send.prom fetch.prom
	run -4 --separate-stderr shard-send -M /nowhere/x.prom stream
	says "/nowhere"
	run -4 --separate-stderr shard-fetch -M /nowhere/x.prom
	says "/nowhere"
}

# Goal: room that was there at the hello is taken by another machine of the same
# owner. Whose no that is can be seen, and it is no fault of the network.
@test "shard-send: a holder that is full meanwhile is counted as a no" {
	sed -i 's/give=100M/give=20K/' b1/peers
	hold_all
	cp -r home twin
	shard-split -q -k 2 -n 3 -s 1024 in > stream
	mkfifo slow
	shard-send -q -H 2 -M send.prom slow > /dev/null 3>&- &
	others+=($!)
	exec 7> slow
	head -c 2000 stream >&7
	until_true 100 test -s send.prom
	[ "$(client send.prom 'p2p_send_room_bytes{peer="bob1"}')" -ge 20000 ]
	bytes other 40000 > other.in
	shard-split -q -C twin -k 1 -n 3 -s 1024 other.in |
		shard-send -q -C twin -H 2 > /dev/null
	[ "$(used s1)" -gt $(((20 << 10) - 1024)) ]
	tail -c +2001 stream >&7
	exec 7>&-
	wait "${others[0]}"
	no='verb="put",outcome="no"'
	[ "$(client send.prom "p2p_send_requests_total{peer=\"bob1\",$no}")" -ge 1 ]
	run ! client send.prom "p2p_send_requests_total{peer=\"bob2\",$no}"
	run ! grep -E 'peer="bob1".*outcome="(data|system)"' send.prom
	[ "$(client send.prom p2p_send_status)" -eq 0 ]
	logged 1 'event=put .*outcome="no room: '
	promises send.prom
}

@test "shard-send's file is there while it runs, with what is under way" {
	hold_all
	shard-split -q -k 2 -n 3 -s 1024 in > stream
	mkfifo slow
	shard-send -q -M send.prom slow > /dev/null 3>&- &
	others+=($!)
	exec 7> slow
	head -c 2000 stream >&7
	until_true 100 test -s send.prom
	client send.prom p2p_send_start_timestamp_seconds
	client send.prom 'p2p_send_requests_in_flight{peer="bob1"}'
	run ! client send.prom p2p_send_status
	tail -c +2001 stream >&7
	exec 7>&-
	wait "${others[0]}"
	[ "$(client send.prom p2p_send_status)" -eq 0 ]
}

@test "what a holder has counted is told to whom its roster lets know" {
	sed -i 's/give=100M/& watch=yes/' b1/peers
	hold_all
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
	p2p-health -o json -P health.prom > rows
	label='peer="bob1",verb="put"'
	[ "$(client health.prom "p2p_peer_requests_total{$label,outcome=\"ok\"}")" -eq \
		"$(grep -c event=put b1.log)" ]
	[ "$(client health.prom "p2p_peer_request_duration_seconds_count{$label}")" -eq \
		"$(grep -c event=put b1.log)" ]
	[ "$(client health.prom 'p2p_peer_received_bytes_total{peer="bob1"}')" -ge "$(used s1)" ]
	# the request that asks is under way itself
	[ "$(client health.prom 'p2p_peer_requests_in_flight{peer="bob1"}')" -eq 1 ]
	run ! grep 'p2p_peer_requests.*bob[23]' health.prom
	grep '"peer":"bob1".*"requests":[1-9][0-9]*,"errors":[0-9]*,"under_way":1}' rows
	run ! grep '"peer":"bob2".*"requests"' rows
	promises health.prom
	python - "$net" <<- 'END'
	import sys
	from dialogue import *
	net = sys.argv[1]
	watcher = Client(net + ".1", Identity("home"))
	status, body, counts = watcher.ask(INFO, size=16384)
	assert status == OK and counts
	pathlib.Path("counts").write_bytes(counts)
	assert cbor2.loads(counts)[3][PUT][0][0] >= 5
	assert watcher.ask(INFO)[2] == b"", "told without being asked"
	assert watcher.ask(INFO, size=10)[2] == b"", "more than there is room for"
	other = Client(net + ".2", Identity("home"))
	assert other.ask(INFO, size=16384)[2] == b"", "told to somebody else"
	END
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../cddl.py" \
		"$BATS_TEST_DIRNAME/../../lib/format/shardkit.cddl" counts counts
}

@test "requests of processes that were killed are not under way for ever" {
	hold 1 -M "$PWD/b1.prom"
	python - "$net.1" "${recv_pid[1]}" <<- 'END'
	import os, signal, subprocess, sys
	from dialogue import *
	clients = [Client(sys.argv[1], Identity("home")) for n in range(2)]
	servants = subprocess.run(["pgrep", "-P", sys.argv[2]], text=True,
	                          capture_output=True).stdout.split()
	for client in clients:
	    client.send(client.request(PUT, ids=[bytes(32)], payload=1 << 20)
	                + head(1 << 20))
	for pid in servants:
	    os.kill(int(pid), signal.SIGKILL)
	END
	until_true 200 grep -q event=died b1.log
	halt TERM 1
	[ "$(sample p2p_holder_requests_in_flight)" -eq 0 ]
}
