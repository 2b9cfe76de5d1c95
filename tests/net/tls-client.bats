#!/usr/bin/env bats
# Our client's end of TLS, talking to foreign servers.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # foreign.bash sets the variables

load foreign

setup()
{
	foreign_setup
}

teardown()
{
	foreign_teardown
}

@test "a server: certificate with names, right key, ALPN: used" {
	foreign_server "${good[@]}" -cert 2.pem -key 2.key -Verify 1
	call 0 "olleh"
}

@test "a server with an unknown key" {
	foreign_server "${good[@]}" -cert 3.pem -key 3.key -Verify 1
	call 3 'is not trusted'
	foreign_says 'alert access denied'
}

@test "a server that asks for no certificate, and one without ALPN" {
	foreign_server -tls1_2 -cert 2.pem -key 2.key
	call 3 "does not speak 'shardkit/1'"
}

@test "servers of TLS 1.1 and 1.3 only" {
	for version in tls1_1 tls1_3; do
		foreign_server "-$version" -cipher ALL:@SECLEVEL=0 \
			-alpn shardkit/1 -cert 2.pem -key 2.key
		call 3 'does not speak TLS 1.2|broke the session off'
		kill "$server" 2> /dev/null || true
	done
}

@test "a server that does not trust us" {
	foreign_server "${good[@]}" -cert 2.pem -key 2.key -Verify 1 \
		-verify_return_error -CAfile 3.pem
	call 3 'does not trust our key'
}
