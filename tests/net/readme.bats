#!/usr/bin/env bats
# The two people of README.md, each on a machine of their own: a network, a
# name and a file system that nobody else sees. All that they share is the
# wire, and a token that one tells the other.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # net.bash sets and uses them

load net

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	ns=skr$BASHPID.
	printf '%s\n' '127.0.0.1 localhost' '10.77.1.1 alice' '10.77.1.2 bob' > hosts
	others=()
	recv_pid=()
	ip netns add "${ns}alice" 2> /dev/null || skip "no namespaces here"
	ip netns add "${ns}bob"
	ip link add eth0 netns "${ns}alice" type veth peer name eth0 netns "${ns}bob"
	for who in alice bob; do
		ip -n "$ns$who" link set lo up
		ip -n "$ns$who" link set eth0 up
		machine "$who"
	done
	ip -n "${ns}alice" addr add 10.77.1.1/24 dev eth0
	ip -n "${ns}bob" addr add 10.77.1.2/24 dev eth0
}

teardown()
{
	for who in alice bob; do
		ip netns pids "$ns$who" 2> /dev/null | xargs -r kill || true
		ip netns del "$ns$who" 2> /dev/null || true
	done
	net_teardown
}

# machine WHO: a process that has a name and a file system of its own there.
machine()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	ip netns exec "$ns$1" unshare --mount --uts bash -c '
		mount -t tmpfs none /srv && mount -t tmpfs none /mnt &&
		mount -t tmpfs none /home && mkdir /home/me /mnt/disk1 /mnt/disk2 &&
		mount --bind hosts /etc/hosts && hostname "$0" &&
		touch "$0.up" && exec sleep 600' "$1" < /dev/null 3>&- &
	others+=($!)
	eval "$1=$!"
	until_true 200 [ -e "$1.up" ] || skip "no file systems of one's own here"
}

# on WHO < SCRIPT: run there, and stop at the first line that fails.
on()
{
	nsenter --target "${!1}" --mount --uts --net env HOME=/home/me \
		timeout 100 bash -e -u /dev/stdin 3>&-
}

# lines WHO: what the README has WHO type, of the two people.
lines()
{
	sed -n "/^Two people/,/^On one network/s/^    $1\\\$ //p" \
		"$BATS_TEST_DIRNAME/../../README.md"
}

# Goal: two fresh machines pair by a token, back up, repair and restore, by
# exactly the commands that README.md shows.
@test "the two people of the README" {
	lines bob | sed 's/^\(shard-recv [^#]*\).*/\1 > \/srv\/log 2>\&1 \&\
		until grep -q event=start \/srv\/log; do sleep 0.1; done/' > bob.script
	[ "$(grep -c 'shard-recv -l :7117' bob.script)" -eq 1 ]
	on bob < bob.script | tail -n 1 > token
	{
		echo "mkdir ~/photos"
		echo "cp -r $BATS_TEST_DIRNAME/../../man ~/photos/"
		lines alice | sed "s|^peer-pair accept.*|peer-pair accept < $PWD/token|
			/disk1 died/s|^|rm -r /mnt/disk1; |"
	} > alice.script
	for word in 'peer-pair accept <' 'shard-split .* | shard-send' \
		'rm -r /mnt/disk1' shard-repair 'shard-fetch .* | shard-join'; do
		grep -e "$word" alice.script
	done
	on alice < alice.script
	# of the two, either is enough: now there is only Bob
	on alice <<- 'END'
	diff -r ~/photos ~/restored/photos
	rm -r /mnt/disk2 ~/restored
	mkdir ~/restored
	set -o pipefail
	shard-fetch latest | shard-join | tar -x -C ~/restored
	diff -r ~/photos ~/restored/photos
	END
}
