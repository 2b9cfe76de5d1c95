#!/usr/bin/env bats
# Our server's end of TLS, talked to by foreign clients.
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

@test "a client: certificate with names, right key, ALPN: served" {
	serve
	(echo hello; heard hello) | client "${good[@]}" -cert 1.pem -key 1.key
	grep hello theirs
	served 0 "open $(id 1)"
}

@test "a client without a certificate" {
	serve
	echo hello | client "${good[@]}"
	grep -i 'alert handshake failure' theirs
	served 3 'shows no certificate'
}

@test "a client with an unknown key" {
	serve
	echo hello | client "${good[@]}" -cert 3.pem -key 3.key
	grep -i 'alert access denied' theirs
	served 3 'is not trusted'
}

@test "a client with an RSA certificate" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -subj / \
		-out rsa.pem 2> /dev/null
	serve
	echo hello | client "${good[@]}" -cert rsa.pem -key rsa.key
	served 3 'holds no P-256 key|shows no certificate'
}

@test "a client with a certificate of 6 KiB" {
	openssl req -x509 -new -key 1.key -subj / -days 1 -out long.pem -addext \
		"nsComment=$(printf 'x%.0s' {1..6000})" 2> /dev/null
	serve
	echo hello | client "${good[@]}" -cert long.pem -key 1.key
	served 3 'holds no P-256 key'
}

@test "clients of TLS 1.0, 1.1 and 1.3 only" {
	for version in tls1 tls1_1 tls1_3; do
		echo "$version"
		serve
		echo hello | client "-$version" -cipher ALL:@SECLEVEL=0 \
			-alpn shardkit/1 -cert 1.pem -key 1.key
		served 3 'does not speak TLS 1.2|no TLS 1.2 cipher suite'
	done
}

@test "a client without ALPN, and with another one" {
	serve
	(echo hello; sleep 1) | client -tls1_2 -cert 1.pem -key 1.key
	served 3 "does not speak 'shardkit/1'"
	run ! grep hello theirs
	serve
	echo hello | client -tls1_2 -alpn http/1.1 -cert 1.pem -key 1.key
	grep -i 'no application protocol' theirs
	served 3 "does not speak 'shardkit/1'"
}

@test "a client with other suites, curves and signatures" {
	for options in "-cipher ECDHE-ECDSA-AES256-SHA384" "-curves X25519" \
		"-sigalgs ECDSA+SHA512"; do
		echo "$options"
		serve
		# shellcheck disable=SC2086 # two words
		echo hello | client "${good[@]}" $options -cert 1.pem -key 1.key
		served 3 failed
	done
}

@test "a client with ChaCha20-Poly1305 only: served" {
	serve
	(echo hello; heard hello) | client "${good[@]}" -cert 1.pem -key 1.key \
		-cipher ECDHE-ECDSA-CHACHA20-POLY1305
	grep hello theirs
	served 0 open
}

@test "a client that renegotiates gets nowhere" {
	serve
	(heard 'New, TLSv1.2'; echo R; heard 'no renegotiation') |
		timeout 10 openssl s_client -connect "$here:$port" "${good[@]}" \
			-cert 1.pem -key 1.key > theirs 2>&1 || true
	cat theirs
	grep RENEGOTIATING theirs
	grep -i 'no renegotiation' theirs
	wait "$server" || true
	cat ours
}

@test "a client that resumes a session does not" {
	again=()
	for _ in 1 2; do
		serve
		(echo hello; heard hello) | timeout 10 openssl s_client "${good[@]}" \
			-connect "$here:$port" -cert 1.pem -key 1.key \
			-sess_out session "${again[@]}" > theirs 2>&1 || true
		again=(-sess_in session)
		grep -E '^New, TLSv1.2' theirs
		run ! grep Reused theirs
		served 0 open
	done
}

@test "plain HTTP, noise, nothing" {
	serve
	exec 9<> "/dev/tcp/$here/$port"
	printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' >&9
	served 3 'does not speak TLS 1.2'
	exec 9>&-
	serve
	printf '\xff%.0s' {1..5000} > "/dev/tcp/$here/$port" || true
	served 3 failed
	serve 1000
	exec 9<> "/dev/tcp/$here/$port"
	served 4 'has not finished the handshake in 1000 ms'
}

# Goal: what comes before the client's proof costs it nothing but its time.
@test "half a handshake, then silence" {
	serve 1000
	/usr/bin/python3 - "$here" "$port" <<- 'END'
		import socket, ssl, sys, time
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
		context.check_hostname = False
		context.verify_mode = ssl.CERT_NONE
		context.maximum_version = ssl.TLSVersion.TLSv1_2
		context.set_alpn_protocols(["shardkit/1"])
		context.load_cert_chain("1.pem", "1.key")
		wire, out = ssl.MemoryBIO(), ssl.MemoryBIO()
		end = context.wrap_bio(wire, out)
		server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
		for flight in range(2):
		    try:
		        end.do_handshake()
		    except ssl.SSLWantReadError:
		        pass
		    data = out.read()
		    if flight == 1:
		        server.sendall(data[:len(data) // 2])
		        time.sleep(1.5)
		    else:
		        server.sendall(data)
		        time.sleep(0.3)
		        wire.write(server.recv(65536))
	END
	served 4 'has not finished the handshake in 1000 ms'
}

@test "inside the pipes of another program" {
	mkfifo there back
	"$end" pipe 2 1 3000 < there > back 2> ours 3>&- &
	server=$!
	timeout 20 /usr/bin/python3 - <<- 'END'
		import ssl
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
		context.check_hostname = False
		context.verify_mode = ssl.CERT_NONE
		context.maximum_version = ssl.TLSVersion.TLSv1_2
		context.set_alpn_protocols(["shardkit/1"])
		context.load_cert_chain("1.pem", "1.key")
		wire, out = ssl.MemoryBIO(), ssl.MemoryBIO()
		end = context.wrap_bio(wire, out)
		there = open("there", "wb", buffering=0)
		back = open("back", "rb", buffering=0)

		def until_done(step):
		    while True:
		        try:
		            result = step()
		            there.write(out.read())
		            return result
		        except ssl.SSLWantReadError:
		            there.write(out.read())
		            data = back.read(65536)
		            assert data, "the server has gone"
		            wire.write(data)

		until_done(end.do_handshake)
		until_done(lambda: end.write(b"hello"))
		assert until_done(lambda: end.read(5)) == b"hello"
		until_done(end.unwrap)
	END
	served 0 "open $(id 1)"
}
