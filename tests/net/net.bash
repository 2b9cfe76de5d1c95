# Shared by the tests of several peers: load it, call `net_setup N` in setup()
# and `net_teardown` last in teardown(): a process that is left fails the test.
#
# The owner is ./home. Holder 1 is the folder b1 with its identity and roster,
# the store s1 and the address $net.1:7117 of this test's own part of
# 127.0.0.0/8; its log is b1.log. A backup is 3 of 5 with shards of 1 KiB
# unless a test says otherwise. SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0
load left

export LC_ALL=C
unset SHARDKIT_HOME XDG_CONFIG_HOME LISTEN_PID LISTEN_FDS JOURNAL_STREAM

net_setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export SHARDKIT_HOME=$PWD/home PYTHONPATH=$BATS_TEST_DIRNAME
	export PYTHONDONTWRITEBYTECODE=1
	net=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1))
	recv_pid=()
	others=()
	peers=$1
	new_home home
	: > home/peers
	local n
	for n in $(seq "$1"); do
		new_home "b$n"
		mkdir "s$n"
		echo "alice $(id_of home) $net.99:1 give=100M" > "b$n/peers"
		echo "bob$n $(id_of "b$n") $net.$n:7117" >> home/peers
	done
}

# befriend: every holder has all others in its roster, too.
befriend()
{
	local n m
	for n in $(seq "$peers"); do
		for m in $(seq "$peers"); do
			[ "$n" = "$m" ] ||
				echo "bob$m $(id_of "b$m") $net.$m:7117" >> "b$n/peers"
		done
	done
}

net_teardown()
{
	local pid
	for pid in "${recv_pid[@]}" "${others[@]}"; do
		kill -CONT "$pid" 2> /dev/null || continue
		kill "$pid" 2> /dev/null || true
	done
	for pid in "${recv_pid[@]}" "${others[@]}"; do
		wait "$pid" 2> /dev/null || true
	done
	none_left
}

# new_home FOLDER: keys of somebody new.
new_home()
{
	peer-key -q -C "$1" new > /dev/null 2>&1
}

id_of()
{
	peer-key -q -C "$1" show
}

# hold N [OPTION of shard-recv ...]: start holder N, wait until it listens.
hold()
{
	local n=$1
	shift
	start_hold "$n" shard-recv -C "b$n" -d "s$n" -l "$net.$n:7117" "$@"
}

# start_hold N COMMAND: the same, started in another way.
start_hold()
{
	local n=$1 before
	before=$(grep -c 'event"*[=:]"*start' "b$n.log" 2> /dev/null) || true
	shift
	"$@" 2>> "b$n.log" < /dev/null > /dev/null 3>&- &
	recv_pid[n]=$!
	if ! until_true 300 started "$n" "${before:-0}" ||
		! kill -0 "${recv_pid[n]}"; then
		cat "b$n.log"
		return 1
	fi
}

started()
{
	[ "$(grep -c 'event"*[=:]"*start' "b$1.log")" -gt "$2" ] ||
		! kill -0 "${recv_pid[$1]}" 2> /dev/null
}

# hold_at_back N: one that a liar with its key (liar.py) stands before.
hold_at_back()
{
	start_hold "$1" shard-recv -C "b$1" -d "s$1" -l "$net.10$1:7117"
}

# lie_for N HOW: that liar is started, or goes on in another way.
lie_for()
{
	[ -z "$liar" ] || { kill "$liar"; wait "$liar" 2> /dev/null || true; }
	: > liar.log # what the one before said there
	/usr/bin/python3 "$BATS_TEST_DIRNAME/liar.py" "b$1" home "$net.$1" \
		"$net.10$1" "$2" > liar.log 2> liar.err 3>&- &
	liar=$!
	others+=("$liar")
	until_true 300 grep -q listening liar.log || { cat liar.err; return 1; }
}

# hold_all [OPTION of shard-recv ...]
hold_all()
{
	local n
	for n in $(seq "$peers"); do
		hold "$n" "$@"
	done
}

# halt SIGNAL N ...: end holders, and wait for them.
halt()
{
	local n signal=$1
	shift
	for n; do
		kill "-$signal" "${recv_pid[n]}"
		wait "${recv_pid[n]}" 2> /dev/null || true
		unset "recv_pid[n]"
	done
}

# kill_all N ...: holders and what serves their connections, at once: none of
# them learns of the end of another, and who calls again meets nobody.
kill_all()
{
	local n child children=()
	for n; do
		kill -STOP "${recv_pid[n]}"
		# shellcheck disable=SC2207 # numbers
		children+=($(children_of "${recv_pid[n]}"))
	done
	[ ${#children[@]} -eq 0 ] || kill -STOP "${children[@]}" || true
	halt KILL "$@"
	[ ${#children[@]} -eq 0 ] || kill -9 "${children[@]}" || true
	for child in "${children[@]}"; do
		until_true 100 dead "$child"
	done
}

# dead PID: it has ended, waited for or not.
dead()
{
	! grep -qs '^State:[[:blank:]]*[^XZ[:blank:]]' "/proc/$1/status"
}

# until_true TENTHS COMMAND: wait until it is true, so long at most.
until_true()
{
	local tries=$1
	shift
	while ! "$@"; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.1
	done
}

# next_second: what comes has another time than what was, a certificate, too.
next_second()
{
	local now
	now=$(date +%s)
	while [ "$(date +%s)" -le "$now" ]; do
		sleep 0.05
	done
}

# bytes NAME SIZE: bytes that do not compress, the same for the same name.
bytes()
{
	/usr/bin/python3 -c '
import hashlib, sys
sys.stdout.buffer.write(
    hashlib.shake_256(sys.argv[1].encode()).digest(int(sys.argv[2])))
' "$@"
}

# give FILE [OPTION of shard-send ...]: back it up; receipts in ./receipts.
give()
{
	(
		set -o pipefail
		shard-split -q -s 1024 "$1" |
			timeout 120 shard-send -o json "${@:2}" > receipts
	)
}

# restores FILE [ARGUMENT of shard-fetch ...]: every byte is back.
restores()
{
	(
		set -o pipefail
		timeout 100 shard-fetch -q "${@:2}" | shard-join -q > out
	) && cmp "$1" out
}

# says PATTERN: the last run has a line on stderr that matches.
says()
{
	grep -E -e "$1" <<< "$stderr" > /dev/null ||
		{ echo "no '$1' in: $stderr"; return 1; }
}

# logged N PATTERN [TENTHS]: holder N has a line that matches, within ten seconds
# or so long.
logged()
{
	until_true "${3-100}" grep -qE -e "$2" "b$1.log" ||
		{ echo "no '$2' in:"; tail -n 20 "b$1.log"; return 1; }
}

# flip FILE: one bit of its middle byte.
flip()
{
	/usr/bin/python3 - "$1" <<- 'END'
	import sys
	with open(sys.argv[1], "r+b") as file:
	    data = file.read()
	    file.seek(len(data) // 2)
	    file.write(bytes([data[len(data) // 2] ^ 4]))
	END
}

# What lies in stores, by kind: shards have 1024 bytes, an index has not.
shards_in()
{
	find "$@" -path '*/shards/*' -type f -size 1024c | sort
}

indexes_in()
{
	find "$@" -path '*/shards/*' -type f ! -size 1024c | sort
}

snapshots_in()
{
	find "$@" -path '*/snapshots/*' -type f | sort
}

# How many bytes an owner's committed files have together, as the disk says.
size_of()
{
	find "$@" \( -path '*/s*/??/*' -o -path '*/members/*' -o \
		-path '*/receipts/*' \) -type f -printf '%s\n' |
		awk '{ sum += $1 } END { print sum + 0 }'
}

# The same, papers only: what a drop does not take.
papers_size()
{
	find "$@" \( -path '*/members/*' -o -path '*/receipts/*' \) -type f \
		-printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# used STORE: what the store counts; FOLDER: an owner's.
used()
{
	cat "$1"/*/used | awk '{ sum += $1 } END { print sum + 0 }'
}

# clean STORE ...: nothing is in tmp but the marks of writers that live.
clean()
{
	[ -z "$(find "$@" -path '*/tmp/*' ! -name 'writer-*')" ] ||
		{ find "$@" -path '*/tmp/*'; return 1; }
}

# whole STORE ...: every file has the name of its bytes' tree root.
whole()
{
	/usr/bin/python3 "$BATS_TEST_DIRNAME/whole.py" \
		"$BATS_FILE_TMPDIR/whole" "$@"
}

# spread FILE STORE ...: of its stripes, each has five shards, each once. The
# length of FILE is a multiple of 3072.
spread()
{
	local shards
	shards=$(shards_in "${@:2}" | wc -l)
	[ "$shards" -eq $(($(stat -c %s "$1") * 5 / 3072)) ]
	[ "$shards" -eq "$(shards_in "${@:2}" | sed 's|.*/||' | sort -u | wc -l)" ]
}

# rss PID: what a process really has in memory, in KiB; 0 under sanitizers, which
# have ten times as much for themselves.
rss()
{
	[ -z "${SAN-}" ] || { echo 0; return; }
	awk '/^(RssAnon|RssShmem)/ { sum += $2 } END { print sum + 0 }' \
		"/proc/$1/status"
}

children_of()
{
	ps -o pid= --ppid "$1" | tr -d ' '
}

# only_child N: of holder N; those whose clients have gone may end a moment later.
only_child()
{
	until_true 200 has_one_child "$1" && children_of "${recv_pid[$1]}"
}

has_one_child()
{
	[ "$(children_of "${recv_pid[$1]}" | wc -w)" -eq 1 ]
}

python()
{
	timeout 120 /usr/bin/python3 "$@"
}
