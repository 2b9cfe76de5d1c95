# Shared by the tests of TLS against foreign ends: openssl, python, bash.
#
# Our end is tests/unit/net_foreign.c. Keys are numbered: ours is 2 as a server
# and 1 as a client, the foreign end has the other one, 3 is a stranger's.
# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output

bats_require_minimum_version 1.5.0
load left

foreign_setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	command -v openssl > /dev/null || skip "openssl is not installed"
	end=$BUILD/test/net_foreign
	here=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1)).1
	port=7117 # and the next ones of this test's own address
	for n in 1 2 3; do
		identity "$n"
	done
}

foreign_teardown()
{
	[ -z "${server-}" ] || kill "$server" 2> /dev/null || true
	none_left
}

# identity N: n.key and n.pem, a certificate with names by openssl.
identity()
{
	/usr/bin/python3 -c '
import sys
sys.stdout.buffer.write(bytes.fromhex(
    "30310201010420" + sys.argv[1] + "a00a06082a8648ce3d030107"))
' "$("$end" key "$1" | cut -d ' ' -f 1)" |
		openssl ec -inform der -out "$1.key" 2> /dev/null
	openssl req -x509 -new -key "$1.key" -subj "/CN=foreign end" -days 1 \
		-out "$1.pem" 2> /dev/null
}

id()
{
	"$end" key "$1" | cut -d ' ' -f 2
}

# serve [MS]: our server in the background, its words in ./ours.
serve()
{
	port=$((port + 1))
	rm -f ours theirs
	"$end" serve "$here:$port" 2 1 "${1-10000}" > ours 2>&1 3>&- &
	server=$!
	for _ in $(seq 400); do
		! grep -q ready ours || return 0
		sleep 0.05
	done
	return 1
}

# served STATUS PATTERN: our server ends so, and says so.
served()
{
	local status=0
	wait "$server" || status=$?
	cat ours
	[ "$status" -eq "$1" ]
	grep -E "$2" ours
}

# heard PATTERN: wait until a client has shown it, so that its stdin stays open,
# for ten seconds at most.
heard()
{
	for _ in $(seq 200); do
		! grep -qiE "$1" theirs 2> /dev/null || return 0
		sleep 0.05
	done
}

# client OPTIONS: openssl with the right key, TLS 1.2 and ALPN; stdin is sent.
client()
{
	timeout 10 openssl s_client -connect "$here:$port" -quiet \
		-no_ign_eof "$@" > theirs 2>&1 || true
	cat theirs
}

# What every right client and server says.
good=(-tls1_2 -alpn shardkit/1)
export good

# foreign_server OPTIONS: openssl s_server in the background, which gives every
# line back reversed; its words in ./theirs.
foreign_server()
{
	port=$((port + 1))
	openssl s_server -accept "$here:$port" -rev "$@" > theirs 2>&1 3>&- &
	server=$!
	for _ in $(seq 400); do
		! (: < "/dev/tcp/$here/$port") 2> /dev/null || return 0
		sleep 0.05
	done
	cat theirs
	return 1
}

# foreign_says TEXT: the foreign server runs on, and may say so later than we.
foreign_says()
{
	for _ in $(seq 400); do
		! grep -i "$1" theirs || return 0
		sleep 0.05
	done
	return 1
}

# call STATUS PATTERN: our client at that server ends so, and says so.
call()
{
	run "-$1" timeout 20 "$end" connect "$here:$port" 1 2 10000
	echo "$output"
	[[ $output =~ $2 ]]
}
