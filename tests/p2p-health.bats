#!/usr/bin/env bats
# p2p-health(1), made to run.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

load store

setup()
{
	stream_setup
	stores 5
	noise 12288 > in
}

teardown()
{
	[ ! -S tmux ] || tmux -S tmux kill-server || true
}

# judges STATUS PATTERN [ARGUMENT ...]: that, and a line of the report matches.
judges()
{
	run --separate-stderr p2p-health -o text "${@:3}"
	if [ "$status" -ne "$1" ] || ! grep -qE -e "$2" <<< "$output"; then
		echo "$status: $output $stderr"
		return 1
	fi
}

# plugin STATUS PATTERN: the line for a monitoring plugin, which is all there is.
plugin()
{
	run --separate-stderr p2p-health --check
	if [ "$status" -ne "$1" ] || [ "${#lines[@]}" -ne 1 ] || [[ ! $output =~ $2 ]]; then
		echo "$status: $output"
		return 1
	fi
}

# field KIND NAME FIELD: of the record of this kind that has this name.
field()
{
	p2p-health -o json | /usr/bin/python3 -c '
import json, sys
kind, name, field = sys.argv[1:]
rows = [json.loads(line) for line in sys.stdin]
row, = (r for r in rows if r["kind"] == kind and name in map(str, r.values()))
print(row[field])
' "$@"
}

# misuse ARGUMENT ... PATTERN: monitoring plugins call that UNKNOWN.
misuse()
{
	run --separate-stderr p2p-health "${@:1:$#-1}"
	[ "$status" -eq 3 ]
	says "${!#}"
}

# mends STATUS NAME COMMAND: the report has this check with this command, and all
# is well once it has run.
mends()
{
	local fix
	run --separate-stderr p2p-health -o json
	[ "$status" -eq "$1" ] || { echo "$status: $output"; return 1; }
	fix=$(jq -r --arg name "$2" 'select(.name == $name).fix' <<< "$output")
	[ "$fix" = "$3" ] || { echo "'$fix': $output"; return 1; }
	run --separate-stderr p2p-health -o text
	grep -qxF "    fix: $3" <<< "$output"
	bash -c "$fix" > mended 2>&1 || { cat mended; return 1; }
	judges 0 '^OK '
}

# shows PATTERN: a line of the terminal does, or comes to; ./screen.
shows()
{
	local tries=300
	while tmux -S tmux capture-pane -p > screen && ! grep -qE "$1" screen; do
		[ $((tries -= 1)) -gt 0 ] || { cat screen; return 1; }
		sleep 0.1
	done
}

@test "misuse, and what cannot be read, is UNKNOWN: exit 3" {
	misuse --nonsense "'--nonsense'"
	misuse operand "'operand'"
	misuse --max-age 3 "max-age"
	misuse --max-age never "max-age"
	misuse --last -1 "last"
	misuse -o yaml "'yaml' is not one of"
	misuse --mute PEER=1d "PEER_DOWN=7d"
	misuse --watch 5s "for a terminal"
	misuse --holder . -p /dev/null "--holder asks no peers"
	echo "disk1 dir:/" > home/peers
	misuse "peers:1: "
	run --separate-stderr p2p-health --check
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == "SHARDKIT UNKNOWN - "*peers:1:* ]]
	rm home/identity
	misuse "identity"
}

@test "no peer can be asked: UNKNOWN; none has a backup: CRITICAL" {
	rmdir s?
	judges 3 '^UNKNOWN  no peer can be asked'
	mkdir s1 s2
	for n in 1 2; do rmdir "s$n"; done
	stores 5
	head -c 10 in | backup - && rm -rf s?/*/snapshots
	judges 2 '^CRITICAL  there is no backup'
	judges 2 'by hand: back up'
}

@test "five whole stores: OK, in text, JSON, CBOR and as a plugin" {
	backup in
	judges 0 '^OK  5 of 5 peers up, 1 backups, the newest [0-9]+ s old$'
	judges 0 '^ +1  20.* 12.0 KiB  intact +5/5 +3 +4 +0$'
	judges 0 '^disk5 +up +now '
	[ "$(field verdict OK status)" -eq 0 ]
	[ "$(field backup 1 stripes)" -eq 4 ]
	[ "$(field peer disk3 used)" -gt 4096 ]
	p2p-health > out.cbor
	/usr/bin/python3 -c '
import cbor2, io
file = io.BytesIO(open("out.cbor", "rb").read())
rows = []
while file.tell() < len(file.getvalue()):
    rows.append(cbor2.load(file))
assert [r["kind"] for r in rows] == ["verdict", "backup"] + 5 * ["peer"], rows
assert rows[1]["size"] == 12288 and rows[1]["state"] == "intact"
'
	run p2p-health --check
	[ "$status" -eq 0 ]
	[[ $output =~ ^SHARDKIT\ OK\ -\ .*\|\ peers_up=5\;\;\;0\;5\ backups=1\;\;\;0\ age=[0-9]+s\;691200\;\;0$ ]]
	p2p-health -x -o text > short
	[ "$(wc -l < short)" -eq 1 ]
}

@test "--check: the same word and status for what to see to, and what is urgent" {
	backup in
	mv s2 away
	plugin 1 '^SHARDKIT WARNING - down: disk2 \(1 of 5 peers\) \| peers_up=4;;;0;5 backups=1;;;0 age=[0-9]+s;691200;;0$'
	mv away s2
	rm "$(shard_of 1 s2)" "$(shard_of 1 s3)"
	plugin 2 '^SHARDKIT CRITICAL - backup 1: one more loss, and it is lost .* \| peers_up=5;;;0;5 backups=1;;;0 age=[0-9]+s;691200;;0$'
}

@test "offline is not lost: two of five stores away, and back" {
	backup in
	mv s2 away2
	mv s4 away4
	judges 1 '^WARNING  down: disk2, disk4 \(2 of 5 peers\)$'
	judges 1 'away +3/5'
	judges 1 "cannot open store '.*/s2'"
	mv s5 away5
	judges 2 '^CRITICAL  backup 1: no restore until peers that are away are back'
	for n in 2 4 5; do mv "away$n" "s$n"; done
	judges 0 '^OK '
}

@test "shards that are missing: degraded, at the edge, lost, repaired" {
	backup in
	rm "$(shard_of 1 s2)"
	judges 1 '^WARNING  backup 1: shards are missing \(1 of 1 backups\)$'
	judges 1 '^    fix: shard-repair 1$'
	judges 1 'degraded +4/5 +3 +4 +1$'
	rm "$(shard_of 1 s3)"
	judges 2 '^CRITICAL  backup 1: one more loss'
	mv s4 away
	judges 2 '^CRITICAL  backup 1: no restore until'
	mv away s4
	shard-repair -q > /dev/null
	judges 0 '^OK '
	rm "$(shard_of 1 s1)" "$(shard_of 1 s2)" "$(shard_of 1 s3)"
	judges 2 '^CRITICAL  backup 1: cannot be restored any longer'
	judges 2 'lost +2/5'
}

# Goal: all shards, but the snapshot or an index of it where the loss of fewer
# peers takes it than the shards survive: 3 of 5 survive that of two.
@test "documents on few peers: degraded, at the edge, repaired" {
	backup in
	rm "$(snapshots_in s1)" "$(snapshots_in s2)"
	judges 0 'intact +5/5'
	mv s4 away
	judges 1 'away +4/5'
	mv away s4
	rm "$(indexes_in s3)" "$(indexes_in s4)" "$(indexes_in s5)"
	judges 1 '^WARNING  backup 1: its documents are on too few peers'
	judges 1 'degraded +5/5 +3 +4 +0$'
	[ "$(field backup 1 copies)" -eq 2 ]
	rm "$(snapshots_in s3)" "$(snapshots_in s4)"
	judges 2 '^CRITICAL  backup 1: its documents are on one peer alone'
	mends 2 DATA_EDGE 'shard-repair 1'
	[ "$(field backup 1 copies)" -eq 5 ]
}

@test "the command that is printed mends what is wrong" {
	local n
	for n in 1 2; do
		bytes "$n" 3072 > "in$n"
		backup "in$n"
	done
	backup in
	rm "$(shard_of 1 s2)"
	mends 1 DATA_DEGRADED 'shard-repair 3'
	rm "$(shard_of 1 s2)" "$(shard_of 1 s4)"
	mends 2 DATA_EDGE 'shard-repair 3'
	for n in $(shards_in s2); do rm "$n"; done
	mends 1 DATA_DEGRADED 'shard-repair -a'
	flip "$(snapshots_in s1 | head -n 1)"
	mends 1 DAMAGE 'shard-repair -a -c'
	whole s?
	# who reads it may have said where the keys are
	mv home "it's at home"
	unset SHARDKIT_HOME
	rm "$(shards_in s3 | head -n 1)"
	judges 1 '^    fix: shard-repair -C .it.*home. ([123]|-a)$' -C "it's at home"
	p2p-health -C "it's at home" -o text | sed -n 's/^    fix: //p' > fix || true
	bash ./fix > mended 2>&1
	judges 0 '^OK ' -C "it's at home"
}

@test "who is gone for long: what it had is put elsewhere, and it is forgotten" {
	stores 6
	backup in
	p2p-health > /dev/null
	mv s3 away
	p2p-health > /dev/null || true
	sed -i "s/^peer .* disk3/peer $(($(date +%s) - 400000)) $(($(date +%s) - 300000)) disk3/" \
		home/health
	judges 1 '^    fix: shard-repair -a$'
	shard-repair -q -a > /dev/null
	judges 1 '^ +1 .* intact +5/5'
	judges 1 '^WARNING  down for 3 days and more: disk3'
	run ! grep 'fix:' <<< "$output"
	sed -i '/^disk3 /d' home/peers
	judges 0 '^OK  5 of 5'
}

# Goal: nothing is told to be run that cannot help; why not is.
@test "what no command mends is said by hand" {
	backup in
	rm "$(shard_of 1 s3)"
	mv s2 away
	sed -i '/^disk[23] /d' home/peers
	judges 2 '^    by hand: nobody who is up could take more'
	run ! grep 'fix:' <<< "$output"
	stores 5
	rm -rf s2 && mv away s2
	for file in $(indexes_in s?); do rm "$file"; done
	judges 1 '^    by hand: nobody has the indexes any more: back up again, then shard-drop$'
	backup in
	shard-drop -q 1
	judges 0 '^OK .* 1 backups'
	rm "$(shard_of 1 s1)" "$(shard_of 1 s2)" "$(shard_of 1 s3)"
	judges 2 '^    by hand: back up the same again'
	backup in
	judges 0 '^OK .* 2 backups'
}

@test "where p2p-backup looks after the backups its commands are told" {
	mkdir data
	cp in data
	p2p-backup init --path "$PWD/data" --need 3 --total 5
	judges 3 '^STORE_UNMOUNTED  no store in its folder: disk1, disk2, disk3, ... \(5 of 5 peers\)$'
	backup in
	shard-drop -q --all 1
	mends 2 NO_BACKUP 'p2p-backup run'
	rm "$(find s1 -path '*/shards/*' -type f -size +3k | head -n 1)"
	mends 1 DATA_DEGRADED 'p2p-backup repair --all'
	sleep 2.1
	p2p-health -o text -a 1s > now || [ $? -le 2 ]
	grep -A 1 '^BACKUP_OLD ' now | grep -qx '    fix: p2p-backup run'
}

@test "one peer, and forty" {
	stores 1
	backup in -k 1 -n 1
	judges 0 '^OK  1 of 1 peers up, 1 backups'
	grep -qE ' intact +1/1 +1 ' <<< "$output"
	rm "$(shards_in s1 | head -n 1)"
	judges 2 '^CRITICAL  backup 1: cannot be restored any longer'
	grep -qE ' lost +0/1 ' <<< "$output"
	backup in -k 1 -n 1
	judges 0 '^OK '
	shard-drop -q --all 1 2
	stores 40
	backup in -k 20 -n 40
	judges 0 '^OK  40 of 40 peers up, 1 backups'
	[ "$(grep -cE '^disk[0-9]+ +up ' <<< "$output")" -eq 40 ]
	grep -qE ' intact +40/40 +20 ' <<< "$output"
	mkdir away
	mv s1 s2 s3 s4 away
	judges 1 '^WARNING  down: disk1, disk2, disk3, ... \(4 of 40 peers\)$'
	grep -qE ' away +36/40 ' <<< "$output"
	[ "$(p2p-health -o json | grep -c '"state":"down"')" -eq 4 ]
}

@test "of several backups the newest is first, and --last ends the list" {
	local n
	for n in 1 2 3; do
		bytes "$n" 3072 > "in$n"
		backup "in$n"
	done
	rm "$(find s1 -path '*/shards/*' -size 1024c | head -1)"
	judges 1 'shards are missing \(1 of 3 backups\)'
	p2p-health -o json --last 1 | grep -c '"kind":"backup"' | grep -qx 1
	p2p-health -o json --last 0 | sed -n 's/.*"backup":\([0-9]\).*/\1/p' > list
	[ "$(xargs < list)" = "3 2 1" ]
}

@test "a damaged shard is seen when it is read; an index that is gone is told" {
	backup in
	rm "$(indexes_in s1)"
	judges 0 '^OK '
	for file in $(indexes_in s2 s3 s4 s5); do rm "$file"; done
	judges 1 'the shards of 1 of 1 backups could not be counted'
	judges 1 '^ +1 .* unknown '
}

@test "an old backup is told; any age is right with 0" {
	backup in
	sleep 2.1
	run p2p-health -o text --max-age 1s
	[ "$status" -eq 1 ] || [ "$status" -eq 2 ]
	grep -qE '^(WARNING|CRITICAL)  the newest backup is [0-9]+ s old, more than 1 s$' \
		<<< "$output"
	grep -qx 'BACKUP_OLD  the newest .*' <<< "$output"
	judges 0 '^OK' --max-age 0
}

@test "what was seen before is remembered, and lost without harm" {
	backup in
	p2p-health -q > /dev/null
	mv s3 away
	sed -i "s/^peer .* disk3/peer $(($(date +%s) - 400000)) $(($(date +%s) - 300000)) disk3/" \
		home/health
	judges 1 '^WARNING  down for 3 days and more: disk3'
	judges 1 'by hand: if it does not come back'
	judges 1 '^disk3 +down +4 d '
	echo rubbish > home/health
	judges 1 '^WARNING  down: disk3'
	rm home/health
	judges 1 '^disk3 +down +- '
	chmod 500 home
	judges 1 '^WARNING  down: disk3'
	chmod 700 home
}

@test "a muted check does not count, until its time is over" {
	backup in
	mv s3 away
	judges 0 '^OK' --mute PEER_DOWN=1h
	judges 0 '^PEER_DOWN  .*\(muted\)$'
	p2p-health -x -o text > short
	[ "$(wc -l < short)" -eq 1 ]
	sed -i 's/^mute .*/mute 1000 PEER_DOWN/' home/health
	judges 1 '^WARNING  down: disk3'
	judges 0 '^OK' --mute PEER_DOWN=1d
	judges 1 '^WARNING' --mute PEER_DOWN=0
	judges 1 '^WARNING'
}

@test "metrics for node_exporter: whole files that promtool accepts" {
	command -v promtool > /dev/null || skip "no promtool"
	backup in
	mv s2 away
	p2p-health -q --prometheus health.prom > /dev/null || [ $? -eq 1 ]
	promtool check metrics < health.prom
	grep -qx 'p2p_health_status 1' health.prom
	grep -qx 'p2p_peers{state="up"} 4' health.prom
	grep -qx 'p2p_stripes{state="away"} 4' health.prom
	[ -z "$(tail -c 1 health.prom | tr -d '\n')" ]
	run ! grep -vE '^(#.*|p2p_[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9]+)$' health.prom
	[ "$(echo health.prom*)" = health.prom ]
	run p2p-health --prometheus /nowhere/x
	[ "$status" -eq 3 ]
	[[ $output == *disk2* ]]
	# whoever runs plugins reads the first line
	run -3 --separate-stderr p2p-health --check --prometheus /nowhere/x
	[[ $output == 'SHARDKIT UNKNOWN - '*"'/nowhere"* ]]
}

# Goal: a restore that was never tried is a hope, and one that failed is none.
@test "drills: when each job was last restored, whose failed, who had none for long" {
	backup in
	now=$(date +%s)
	mkdir home/backup
	echo 'total = 5' > home/backup.conf
	judges 0 '^OK '
	run ! grep -E '^(DRILL|files)' <<< "$output"
	# a young one that had none is no fault; one that had is shown
	printf '%d %s\n' $((now - 5000000)) 'run files ok 1 1' $((now - 100)) 'run files ok 1 2' \
		$((now - 300)) 'drill shop ok 2 a b' > home/backup/history
	judges 0 '^OK '
	grep -E '^files +never +-$' <<< "$output"
	grep -E '^shop +ok +5 min$' <<< "$output"
	[ "$(p2p-health -o json | grep '"kind":"drill"' | sed -n 2p)" = \
		"{\"kind\":\"drill\",\"drill\":\"shop\",\"state\":\"ok\",\"good\":$((now - 300))}" ]
	# it is two months now; then what was tried long ago, and is backed up no more
	sed -i "s/^$((now - 5000000))/$((now - 5400000))/" home/backup/history
	judges 1 '^WARNING  no restore was tried for two months: files \(1 of 2 jobs\)$'
	grep -A 1 '^DRILL_STALE' <<< "$output" | grep -x '    fix: p2p-backup drill'
	sed -i "s/^$((now - 100)) run/$((now - 5390000)) run/" home/backup/history
	judges 0 '^OK '
	# a drill that failed counts until one of the same job is good
	echo "$((now - 50)) drill shop failed 2 a b" >> home/backup/history
	echo "$((now - 40)) drill files ok 2 a b" >> home/backup/history
	judges 1 '^WARNING  the last try to restore failed: shop \(1 of 2 jobs\)$'
	grep -E '^shop +failed +5 min$' <<< "$output"
	p2p-health -q -o text -P x.prom > /dev/null || true
	grep -x "p2p_last_restore_test_timestamp_seconds{job=\"shop\"} $((now - 300))" x.prom
	grep -x "p2p_last_restore_test_timestamp_seconds{job=\"files\"} $((now - 40))" x.prom
	! command -v promtool > /dev/null || promtool check metrics < x.prom
	echo "$((now - 30)) drill shop ok 2 a b" >> home/backup/history
	judges 0 '^OK '
	# lines that are none, and names that no job can have
	printf '%s\n' x '1 drill' "$now drill 1x failed" "$now drill a\"b failed" \
		"$now drill ../x failed 1" "-1 drill" "$now drill $(printf %070d 1) failed" \
		"$now verify - failed" >> home/backup/history
	judges 0 '^OK '
	head -c 20M /dev/zero > home/backup/history
	judges 0 '^OK '
}

@test "it needs neither the secret nor to write" {
	backup in
	rm home/secret
	judges 0 '^OK '
	if ! strace -f -qq -o trace -e trace=%file p2p-health -q > /dev/null; then
		skip "no strace here"
	fi
	run ! grep -E '/s[1-5]/.*(O_WRONLY|O_RDWR|O_CREAT)|unlink.*/s[1-5]/' trace
}

# watches ROWS COLUMNS [ARGUMENT ...]: p2p-health in a shell on such a terminal.
watches()
{
	command -v tmux > /dev/null || skip "no tmux here"
	tmux -S tmux new-session -d -y "$1" -x "$2" \
		"env SHARDKIT_HOME=$SHARDKIT_HOME bash --norc --noprofile" 3>&-
	tmux -S tmux send-keys "p2p-health ${*:3}" Enter
}

# timeless FILE: without what differs from look to look, and blank ends: ages,
# clocks that strike between two questions, and the room on a disk that others
# use, too.
timeless()
{
	sed 's/ *$//; s/newest .* old//; /^7 days/d; s/  *[0-9]* s  */ now /
	     s/  *[+-][0-9]* s / clock /; s/ *[0-9.]* [KMGTP]iB */ room /2' "$1"
}

# shown: what a person sees is, or comes to be, the report as it is now, and
# nothing else.
shown()
{
	for _ in 1 2 3 4 5 6 7 8; do
		tmux -S tmux capture-pane -p > screen
		p2p-health -o text > now || true
		# $(...) drops empty lines at the end, which the rest of a screen is
		[ "$(timeless now)" != "$(timeless screen)" ] || return 0
		sleep 0.3
	done
	diff now screen
	return 1
}

@test "--watch looks again, on a terminal, and leaves nothing of what was there" {
	backup in
	watches 30 200 --watch 1s
	shows '^OK  5 of 5'
	mv s2 away
	shows '^WARNING'
	shows '^    by hand: see to'
	shown
	mv away s2
	shows '^OK  5 of 5'
	shown
}

@test "--watch on a small terminal, one that changes, and interrupted" {
	backup in
	watches 8 40 --watch 1h
	shows '^and 5 more lines$'
	head -1 screen | grep -q '^OK  5 of 5 peers up'
	[ "$(grep -c . screen)" -eq 5 ]
	tmux -S tmux resize-window -y 30 -x 200
	shows '^disk5 +up'
	shown
	tmux -S tmux resize-window -y 10 -x 20
	shows '^and 3 more lines$'
	head -1 screen | grep -qx 'OK  5 of 5 peers up,'
	tmux -S tmux send-keys C-c
	tmux -S tmux send-keys 'echo says; echo over' Enter
	shows '^over$'
}
