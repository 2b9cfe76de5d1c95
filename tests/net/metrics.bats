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

@test "a metrics file that cannot be written is told at the start" {
	run -4 --separate-stderr shard-recv -C b1 -d s1 -l "$net.1:7117" -M /nowhere/x.prom
	says "/nowhere"
}

@test "requests, bytes and durations by verb and outcome; quotas by owner" {
	hold_all -M "$PWD/b1.prom"
	halt TERM 2 3
	hold 2
	hold 3
	[ "$(sample p2p_holder_connections_total)" -eq 0 ]
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
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
	hold 1 -M "$PWD/b1.prom"
	for n in 2 3; do
		hold "$n"
	done
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
	p2p-health -q -P "$PWD/home.prom" > /dev/null
	halt TERM 1
	/usr/bin/python3 - "$BATS_TEST_DIRNAME/../../contrib/grafana.json" b1.prom home.prom <<- 'END'
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
