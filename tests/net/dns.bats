#!/usr/bin/env bats
# Services in the DNS: servers that are wrong, then real ones.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash and bats set them

load net
load lan

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export SHARDKIT_HOME=$PWD/home
	net=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1))
	new_home home
	: > home/peers
	lan_pids=()
	server=$net.1:5300
}

teardown()
{
	lan_teardown
}

# wrong KIND [PORT]: a server that is.
wrong()
{
	rm -f ready # of an earlier one
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/dns.py" "$1" "$net.1" \
		"${2:-5300}" 3>&- > ready &
	lan_pids+=("$!")
	until_true 100 grep -q ready ready
}

# finds [OPTION of peer-find ...]: the addresses that are found.
finds()
{
	[[ " $* " == *' -r '* ]] || set -- -r "$server" "$@"
	[[ " $* " == *' -d '* ]] || set -- -d backup.test "$@"
	peer-find -o text --no-mdns --no-cache --no-roster "$@" 2> said | cut -f 2
}

# finds_none KIND WORDS: nothing, and why, in time.
finds_none()
{
	wrong "$1"
	local start=$SECONDS
	[ -z "$(finds -w 2000)" ]
	cat said
	grep -q "$2" said
	[ $((SECONDS - start)) -le 10 ]
}

@test "a server that is none" {
	[ -z "$(finds -w 1000)" ]
	grep "cannot reach DNS server '$server'" said
	[ -z "$(finds -r nowhere)" ]
	grep "DNS server 'nowhere' is not of the form ip, ip:port" said
	[ -z "$(finds -d a..b)" ]
	grep "'a..b' is not a domain name" said
}

@test "NXDOMAIN" {
	finds_none nxdomain "there is no name '_shardkit._tcp.backup.test'"
}

# Goal: who asks again and again does not wait for a dead name each time.
@test "a lookup that failed is not made again for a minute" {
	export XDG_CACHE_HOME=$PWD/cache
	local ask=(peer-find -o text --no-mdns --no-roster -d backup.test -r)
	wrong nxdomain
	"${ask[@]}" "$server" 2> said
	grep "there is no name .*$server)\$" said
	kill "${lan_pids[0]}"
	wait "${lan_pids[0]}" || true
	wrong none
	"${ask[@]}" "$server" > found 2> said
	grep 'there is no name .* s ago: it is asked again after 60 s' said
	[ ! -s found ]
	"${ask[@]}" "$net.2:5300" 2> said
	grep "cannot reach DNS server '$net.2:5300'" said
	"${ask[@]}" "$server" --no-cache | grep 198.41.0.1:7117
	touch -d '61 seconds ago' cache/shardkit/*/failed-*
	"${ask[@]}" "$server" | grep 198.41.0.1:7117
	[ "$(find cache -name 'failed-*' | wc -l)" -eq 1 ] # that of the other
}

@test "no records" {
	finds_none empty "there is no service '_shardkit._tcp.backup.test'"
}

@test "SERVFAIL" {
	finds_none servfail "cannot answer for '_shardkit._tcp.backup.test': SERVFAIL"
}

@test "REFUSED" {
	finds_none refused ': REFUSED'
}

@test "no answer at all" {
	finds_none silent "no answer from DNS server '$server'"
}

@test "an answer to another question" {
	finds_none forged-id "no answer from DNS server '$server'"
}

@test "a server that hangs up" {
	finds_none closes 'closes the connection without an answer'
}

@test "an answer cut short" {
	finds_none cut 'a DNS message is cut short'
}

@test "an answer that says it is cut short" {
	finds_none truncated 'cuts its answer for .* short'
}

@test "a loop of pointers" {
	finds_none loop 'a DNS message has a pointer forward'
}

@test "counts of records that are not there" {
	finds_none counts 'a DNS message is cut short'
}

@test "noise" {
	wrong noise
	[ -z "$(finds -w 2000)" ]
	[ -s said ]
}

@test "a service that is not offered" {
	finds_none not-offered 'is not offered'
}

@test "a target without an answer hides no other" {
	wrong half
	[ "$(finds -w 2000)" = 198.41.0.2:7117 ]
}

# Goal: what leaves answers out over UDP without saying so is not asked there.
@test "a stub that truncates over UDP" {
	wrong stub
	[ "$(finds -w 20000 | sort)" = "$(printf '198.41.0.%d:7117\n' 1 2 3 4 5)" ]
	[ "$(cat ready)" = ready ]
}

@test "an answer in single bytes" {
	wrong drip
	[ "$(finds -w 20000)" = 198.41.0.1:7117 ]
}

@test "one answer on each connection" {
	wrong one-each
	[ "$(finds -w 20000)" = 198.41.0.1:7117 ]
}

# Goal: what is left out is said once, whichever limit it is.
@test "more services than an answer may name" {
	wrong crowd
	[ "$(finds -w 20000 | wc -l)" -eq 1000 ]
	cat said
	[ "$(grep -c "has more than 2000 services ($server): the rest is not looked at" said)" -eq 1 ]
	[ "$(grep -c 'backup.test: more than 1000 records: the rest is not looked at' said)" -eq 1 ]
}

@test "an alias of the service" {
	wrong alias
	[ "$(finds -w 20000)" = 198.41.0.1:7117 ]
}

# zone SERVER COUNT: a configuration of that server for so many peers.
zone()
{
	/usr/bin/python3 - "$@" "$net.1" <<- 'END' > conf
	import sys
	kind, count, ip = sys.argv[1], int(sys.argv[2]), sys.argv[3]
	name = "_shardkit._tcp.backup.test"
	if kind == "dnsmasq":
	    print(f"no-resolv\nno-hosts\nbind-interfaces\nlisten-address={ip}\n"
	          "port=5300\nlocal=/backup.test/")
	    row = ("srv-host={s},b{n}.backup.test,7117,10,{w}\n"
	           "host-record=b{n}.backup.test,198.41.{h}.{l},2a00::{n:x}\n"
	           "txt-record=b{n}.backup.test,txtvers=1")
	else:
	    print('server:\n do-daemonize: no\n use-syslog: no\n chroot: ""\n'
	          ' username: ""\n directory: "/tmp"\n pidfile: ""\n'
	          f' module-config: "iterator"\n interface: {ip}@5300\n'
	          ' access-control: 127.0.0.0/8 allow\n'
	          ' local-zone: "backup.test." static')
	    row = (' local-data: "{s}. 60 IN SRV 10 {w} 7117 b{n}.backup.test."\n'
	           ' local-data: "b{n}.backup.test. 60 IN A 198.41.{h}.{l}"\n'
	           ' local-data: "b{n}.backup.test. 60 IN AAAA 2a00::{n:x}"\n'
	           ' local-data: "b{n}.backup.test. 60 IN TXT txtvers=1"')
	for n in range(1, count + 1):
	    print(row.format(s=name, n=n, w=n % 5, h=n >> 8, l=n & 255))
	END
}

answers()
{
	(: < "/dev/tcp/$net.1/5300") 2> /dev/null
}

# ask_real SERVER COUNT: what is found there, of so many peers, in ./found.
ask_real()
{
	command -v "$1" > /dev/null || skip "$1 is not installed"
	zone "$@"
	case $1 in
	dnsmasq) dnsmasq -k -C conf > log 2>&1 3>&- & ;;
	unbound) unbound -c conf > log 2>&1 3>&- & ;;
	esac
	lan_pids+=("$!")
	until_true 100 answers
	"${small[@]}" peer-find -q -o text --no-mdns --no-cache --no-roster -w 20000 \
		-d backup.test -r "$server" > found 2> said || true
}

# real SERVER COUNT: all of so many peers are found there, in both families.
real()
{
	ask_real "$@"
	[ ! -s said ]
	[ "$(cut -f 2 found | sort -u | wc -l)" -eq $((2 * $2)) ]
	grep -q '\[2a00::1\]:7117' found
}

@test "dnsmasq with one record" {
	real dnsmasq 1
}

@test "dnsmasq with 200 records" {
	real dnsmasq 200
}

# Goal: what this server brings along has broken names from some 430 records on.
@test "dnsmasq with 450 records" {
	real dnsmasq 450
}

@test "unbound with one record" {
	real unbound 1
}

@test "unbound with 200 records" {
	real unbound 200
}

# Goal: of more than one source may name, as many as it may.
@test "dnsmasq with 1500 records" {
	ask_real dnsmasq 1500
	[ "$(cut -f 2 found | sort -u | wc -l)" -eq 1000 ]
	[ "$(cat said)" = 'peer-find: warning: backup.test: more than 1000 records: the rest is not looked at' ]
}

@test "unbound with 1500 records" {
	ask_real unbound 1500
	[ "$(cut -f 2 found | sort -u | wc -l)" -eq 1000 ]
	[ "$(cat said)" = 'peer-find: warning: backup.test: more than 1000 records: the rest is not looked at' ]
}

# Goal: without a server named, those of resolv.conf are asked; the first of
# them is dead.
@test "the servers of resolv.conf" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v unshare > /dev/null || skip "unshare is not installed"
	wrong none 53
	printf '# comment\nnameserver 127.9.9.9\nnameserver %s\n' "$net.1" > resolv.conf
	# shellcheck disable=SC2016 # $PWD is that of sh
	unshare -m sh -c 'mount --bind "$PWD/resolv.conf" /etc/resolv.conf
		exec peer-find -o text --no-mdns --no-cache --no-roster \
			-d backup.test' > found || true
	[ "$(cut -f 2 found)" = 198.41.0.1:7117 ]
}
