#!/usr/bin/env bats
# p2p-health(1) over the network: who is there, and who is not what he was.
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

# Two of three, a shard of each stripe on each holder.
back_up()
{
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
}

# judges STATUS PATTERN [ARGUMENT ...]
judges()
{
	run --separate-stderr timeout 100 p2p-health -o text "${@:3}"
	if [ "$status" -ne "$1" ] || ! grep -qE -e "$2" <<< "$output"; then
		echo "$status: $output $stderr"
		return 1
	fi
}

@test "three holders: round trips, clocks, space that was agreed on" {
	hold_all
	back_up
	judges 0 '^OK  3 of 3 peers up, 1 backups'
	judges 0 '^bob2 +up +now +(now|[0-9]+ s) +- +[0-9]+\.[0-9] ms +[+-][01] s +[0-9.]+ KiB +(99|100)\.[0-9] MiB +- +[0-9]+\.[0-9]'
	for n in 1 2 3; do used "s$n" > "used$n"; done
	p2p-health -o json | /usr/bin/python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
for n in "123":
    row, = (r for r in rows if r.get("peer") == "bob" + n)
    used = sum(int(line) for line in open(f"used{n}"))
    assert row["used"] == used > 2048, row
    assert row["left"] + used == 100 << 20 and row["rtt"] > 0, row
'
}

@test "down, refused, and another key: each by its name" {
	hold_all
	back_up
	halt TERM 2
	judges 1 '^WARNING  down: bob2 \(1 of 3 peers\)' -q -x
	judges 1 '^bob2 +down .*refused'
	hold 2
	judges 0 '^OK '
	run -0 --separate-stderr timeout 100 p2p-health -q -x -o text
	[ -z "$output$stderr" ]
	sed -i "s/^alice [^ ]*/alice $(id_of b1)/" b3/peers
	judges 1 '^WARNING  refused: bob3 \(1 of 3 peers\)'
	judges 1 '^bob3 +refused .*does not trust our key'
	halt TERM 1
	start_hold 1 shard-recv -C b2 -d s1 -l "$net.1:7117"
	judges 2 '^CRITICAL  backup 1: no restore until'
	judges 2 '^bob1 +refused .*is not trusted'
	judges 2 '^KEY_MISMATCH  refused: bob1, bob3 \(2 of 3 peers\)'
	judges 2 'by hand: compare keys'
}

@test "hardly any room left is told before it is gone" {
	hold_all
	back_up
	for n in 1 2 3; do
		sed -i "s/give=100M/give=$(($(used "s$n") + 100))/" "b$n/peers"
	done
	judges 1 '^WARNING  hardly any room left: bob1, bob2, bob3'
	judges 1 'by hand: .*shard-drop'
}

@test "a holder sees, without a key, who has sent nothing for too long" {
	hold_all
	back_up
	rm b1/identity b1/secret
	echo "carol $(id_of b2) $net.98:1 give=1G" >> b1/peers
	run -1 p2p-health -C b1 -H s1 -o text
	grep -qx 'WARNING  no backup for more than 8 d: carol (1 of 2 owners)' <<< "$output"
	grep -qE '^alice +(now|[0-9]+ s) +1 +[0-9.]+ KiB  100.0 MiB$' <<< "$output"
	grep -qE '^carol +- +0 +0 B' <<< "$output"
	sleep 2.1
	run -1 p2p-health -C b1 -H s1 -a 1s -x -o text
	grep -q 'alice, carol (2 of 2 owners)' <<< "$output"
	run -0 p2p-health -C b1 -H s1 -m OWNER_SILENT=1d -o text -P "$PWD/b1.prom"
	grep -qx 'OK  2 owners' <<< "$output"
	grep -qx 'p2p_owner_newest_backup_timestamp_seconds{owner="carol"} 0' b1.prom
	run -3 p2p-health -C b1 -H nowhere
	[ -z "$(find s1 -newer b1.prom -type f)" ]
}

# Goal: whose clock is wrong, and who gives what is not whole, is named, with
# where it stands; how often that was so is remembered for a week.
@test "a wrong clock, damaged bytes, sites" {
	sed -i '1s/$/ site=attic/; 2s/$/ site="aunt Ida"/' home/peers
	hold 1
	hold_at_back 2
	hold 3
	lie_for 2 honest
	back_up
	judges 0 '^bob2 +up .* (\+0|-1) s .* aunt Ida +[0-9.]+ *$'
	grep -qE '^bob1 +up .* attic ' <<< "$output"
	run ! grep '^7 days' <<< "$output"
	p2p-health -o json > rows
	[ "$(jq -r 'select(.kind == "peer").site' rows | xargs)" = 'attic aunt Ida -' ]
	lie_for 2 behind
	judges 1 '^CLOCK_SKEW  a clock that is not ours: bob2 \(1 of 3 peers\)$'
	grep -qx '    by hand: run NTP on both machines' <<< "$output"
	grep -qE '^bob2 +up .* -360[01] s ' <<< "$output"
	lie_for 2 ahead
	judges 1 '^bob2 +up .* \+(3600|3599) s '
	run ! grep fix: <<< "$output"
	lie_for 2 damage
	# the others cannot be asked for it
	mkdir away1 away3
	for n in 1 3; do
		mv "$(indexes_in "s$n")" "away$n/"
	done
	judges 1 '^DAMAGE  gave damaged bytes: bob2 \(1 of 3 peers\)$'
	grep -qx '    fix: shard-repair -a -c' <<< "$output"
	grep -qx '7 days: bob2 up in 4 of 5 looks, wrong in 1' <<< "$output"
	grep -qE "^bob2 +up .*peer 'bob2' gave other bytes than asked for$" <<< "$output"
	grep -qx '    by hand: bring back the peers that are away or damaged: .*' <<< "$output"
	for n in 1 3; do
		index=$(basename "away$n"/*)
		mv "away$n/$index" "s$n/"*/shards/"${index:0:2}/"
	done
	lie_for 2 honest
	judges 0 '^7 days: bob2 up in 5 of 6 looks, wrong in 1$'
	[ "$(p2p-health -o json | jq 'select(.peer == "bob2").wrong_7d')" -eq 1 ]
}


# Goal: who has proved what is seen beside who is there; what is gone, and a poll
# that is too long ago, are told with what to do.
@test "polls and audits" {
	befriend
	hold_all
	back_up
	judges 0 '^bob2 +up +now +(now|[0-9]+ s) +-  '
	shard-vote -q -o json audit bob2 > /dev/null
	judges 0 '^bob2 +up +now +(now|[0-9]+ s) +ok (now|[0-9]+ s) '
	[ "$(p2p-health -o json | jq 'select(.kind == "poll")')" = '' ]
	rm "$(shards_in s2 | head -n 1)"
	run -1 shard-vote -q -o json audit -f bob2
	judges 1 '^WARNING  not all there at the last audit: bob2 \(1 of 3 peers\)' -m DATA_EDGE=1h -m DATA_DEGRADED=1h
	run -1 shard-vote -q -o json -w cert
	judges 1 '^WARNING  the last poll found 1 shards bad, 0 silent, 0 undecided'
	judges 1 '^    fix: shard-vote -w today.cert \|\| shard-repair today.cert && shard-vote -w today.cert$'
	p2p-health -o json | jq -c 'select(.kind == "poll") | [.state, .ok, .bad, .silent, .inconclusive]' > row || true
	[ "$(cat row)" = '["sealed",8,1,0,0]' ]
	[ "$(p2p-health -o json | jq -r 'select(.peer == "bob2").audit')" = bad ]
	shard-repair -q cert > /dev/null
	shard-vote -q -o json > /dev/null
	p2p-health -o text -P health.prom > shown
	grep -E '^OK ' shown
	grep -qx 'p2p_poll_items{verdict="ok"} 9' health.prom
	grep -qE '^p2p_peer_last_proof_timestamp_seconds{peer="bob2"} 1' health.prom
	if command -v promtool > /dev/null; then
		promtool check metrics < health.prom
	fi
}

# Goal: a holder sees what its own store came to when it was read.
@test "a scrub, as its holder sees it" {
	hold_all
	back_up
	p2p-health -C b1 -H s1 -o text > shown
	run ! grep SCRUBBED shown
	printf '%s\n' began=1700000000 ended=1700000100 files=12 bytes=4096 \
		damaged=0 unreadable=0 "owner=$(id_of home)" shelf=0 folder=00 > s1/scrub
	p2p-health -C b1 -H s1 -o text -P holder.prom > shown
	grep -qE '^[0-9]+ d +12 +4.0 KiB +0 +0$' shown
	grep -qx 'p2p_scrub_last_success_timestamp_seconds 1700000100' holder.prom
	sed -i s/damaged=0/damaged=3/ s1/scrub
	judges 1 '^WARNING  a disk that rots, by the last scrub: bob1 \(1 of 3 peers\)' -P owner.prom
	grep -qx 'p2p_peer_scrub_errors{peer="bob1"} 3' owner.prom
	[ "$( (p2p-health -o json || true) | jq -c 'select(.peer == "bob1") | [.scrubbed, .rotten]')" = '[1700000100,3]' ]
	run -1 p2p-health -C b1 -H s1 -o text -P holder.prom
	[[ ${lines[0]} == 'WARNING  of 12 files of the store 3 are damaged, 0 unreadable' ]]
	grep -qx 'p2p_scrub_errors{kind="damaged"} 3' holder.prom
	if command -v promtool > /dev/null; then
		promtool check metrics < holder.prom
		promtool check metrics < owner.prom
	fi
}

# Goal: who proves its key and then says no more is late, which is another thing
# than down or wrong; and how often each was so is remembered for a week.
@test "late, down and up, over a week; the last receipt" {
	hold_all
	back_up
	for n in 1 2 3; do
		[ -s "home/receipts/$(python -c 'import sys
from dialogue import *
print(Identity(sys.argv[1]).id.hex())' "b$n")" ]
	done
	judges 0 '^OK '
	halt TERM 2 3
	cat > mute.py <<- 'END'
	import socket, ssl, sys, time
	from dialogue import *
	made = context(Identity("b2"), server=True)
	made.verify_mode = ssl.CERT_OPTIONAL
	made.load_verify_locations("alice.pem")
	listener = socket.create_server((sys.argv[1], 7117))
	info = {"free": 1 << 30, "time": int(time.time()), "used": 0,
	        "quota": 1 << 30, "version": "9"}
	print("ready", flush=True)
	client, _ = listener.accept()
	tls = made.wrap_socket(client, server_side=True)
	for body in b"", encode(info), encode(info):
	    tls.recv(65536)
	    tls.sendall(encode({0: 0, 1: body, 2: 0}))
	tls.recv(65536)
	tls.close()
	while True:
	    listener.accept()[0].close()
	END
	# the certificate that alice shows, which is made of her key
	python -c 'from dialogue import *; Identity("b2")'
	mkfifo nothing # which does not end either
	openssl s_server -accept "$net.2:7117" -cert b2/cert.pem -key b2/key.pem \
		-Verify 1 -alpn shardkit/1 -tls1_2 > shown 2>&1 0<> nothing 3>&- &
	others+=($!)
	until_true 200 grep -q ACCEPT shown
	timeout 60 shard-fetch -q -l > /dev/null 2>&1 3>&- &
	others+=($!)
	until_true 200 grep -q 'END CERTIFICATE' shown || { cat shown; return 1; }
	kill "${others[@]}"
	wait "${others[@]}" || true
	others=()
	sed -n '/BEGIN CERT/,/END CERT/p' shown > alice.pem
	[ -s alice.pem ]
	/usr/bin/python3 mute.py "$net.2" > mute 2>&1 3>&- &
	others+=($!)
	until_true 200 grep -q ready mute
	judges 2 '^PEER_LATE  there, but too slow to answer: bob2 \(1 of 3 peers\)' ||
		{ cat mute; return 1; }
	grep -qE '^bob2 +late +' <<< "$output"
	grep -qE '^PEER_DOWN  down: bob3 ' <<< "$output"
	grep -qE "^day [0-9]+ 1 0 0 1 0 bob2$" home/health
	sed -i "s/^day \([0-9]*\) 1 0 0 1 0 bob2/day $(($(date +%s) / 86400 - 6)) 10 20 30 40 50 bob2\n&/" home/health
	kill "${others[0]}"
	judges 2 '^7 days: bob2 up in 11 of 153 looks, wrong in 50, late in 41, down in 21, refused in 30$'
	p2p-health -o json > rows || true
	grep -E '"peer":"bob2",.*"up_7d":11,"wrong_7d":50,"late_7d":41,"down_7d":22,"refused_7d":30' rows
	grep -E '"peer":"bob3",.*"receipt":1[0-9]{9},.*"up_7d":1,"wrong_7d":0,"late_7d":0,"down_7d":3,"refused_7d":0' rows
}
