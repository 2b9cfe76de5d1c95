#!/usr/bin/env bats
# peer-find --emit: each snippet, given to the program that it is for.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash, lan.bash and bats set them

load net
load lan

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export SHARDKIT_HOME=$PWD/home
	lan_setup 2
	new_home home
	new_home b2
	id=$(id_of b2)
	echo "bob $id -" > home/peers
	filters=$BATS_TEST_DIRNAME/../../contrib/find
}

teardown()
{
	lan_teardown
}

needs()
{
	local program
	for program; do
		command -v "$program" > /dev/null || skip "$program is not installed"
	done
}

# emit KIND [ADDRESS]: what host 2 is told to say.
emit()
{
	peer-find -q -C b2 -E "$1" -a "${2-:7199}"
}

# finds [OPTION of peer-find]: where host 1 finds bob, by this source alone.
finds()
{
	on 1 peer-find -q -o text --no-cache "$@" |
		awk -v id="$id" '$1 == id { print $2 }' | sort
}

# found ADDRESS [OPTION of peer-find]: and that is the only place.
found()
{
	[ "$(finds -n 1 --no-mdns "${@:2}" 2> said)" = "$1" ]
}

# Goal: the service file makes a real Avahi announce the holder.
@test "avahi" {
	needs avahi-daemon
	mkdir -p avahi2/services
	emit avahi > avahi2/services/shardkit.service
	avahi_run 2 box shardkit- no
	until_true 20 announced
}

announced()
{
	finds -w 1000 > out
	grep -x '10.77.0.2:7199' out && grep -x '\[fd77::2\]:7199' out
}

# Goal: the same with a real systemd-resolved. Its package takes the machine's
# resolv.conf over, so contrib/test has it unpacked and not installed; it runs
# as nobody, since its own user is not there either.
@test "dnssd" {
	debs=$BATS_TEST_DIRNAME/../../build/debs
	resolved=$(find "$debs" -path '*/systemd/systemd-resolved' 2> /dev/null) ||
		skip "run: contrib/need -x build/debs systemd-resolved libsystemd-shared"
	emit dnssd > shardkit.dnssd
	export LD_LIBRARY_PATH
	LD_LIBRARY_PATH=$(echo "$debs"/usr/lib/*/systemd)
	# shellcheck disable=SC2016 # $1 and $2 are those of sh
	leave 2 unshare -m sh -ec 'mount --make-rprivate /
		mount -t tmpfs none /run
		mkdir -p /run/systemd/dnssd /run/systemd/resolved.conf.d \
			/run/systemd/resolve/netif
		cp shardkit.dnssd /run/systemd/dnssd
		printf "[Resolve]\nMulticastDNS=yes\nDNSStubListener=no\n" \
			> /run/systemd/resolved.conf.d/mdns.conf
		echo MDNS=yes > "/run/systemd/resolve/netif/$2"
		chown -R nobody: /run/systemd/resolve
		exec setpriv --bounding-set=-all --reuid nobody --clear-groups \
			"$1"' sh "$resolved" \
		"$(ip netns exec "${lan}2" cat /sys/class/net/eth0/ifindex)" > log 2>&1
	until_true 20 announced || { cat log; return 1; }
}

# serve < LINES: a real unbound on host 2 has them in its zone.
serve()
{
	{
		echo '@ 3600 IN SOA ns nobody 1 3600 600 86400 60'
		echo '@ 3600 IN NS ns'
		echo 'ns 3600 IN A 10.77.0.2'
		cat
	} > zone
	cat > unbound.conf <<- END
	server:
	  chroot: ""
	  username: ""
	  pidfile: ""
	  use-syslog: no
	  interface: 10.77.0.2@5301
	  access-control: 0.0.0.0/0 allow
	  module-config: "iterator"
	  local-zone: "test." nodefault
	auth-zone:
	  name: "backup.test"
	  zonefile: "$PWD/zone"
	  for-upstream: no
	END
	leave 2 unbound -d -c unbound.conf 2> unbound.log
}

# Goal: the lines fit into a zone, for an address of either family and a name.
@test "zone" {
	needs unbound
	for address in 10.77.0.2:7199 '[fd77::2]:7199' box.backup.test:7199; do
		emit zone "$address" > snippet
		[[ $address != box.* ]] || echo 'box 3600 IN A 10.77.0.2' >> snippet
		serve < snippet
		until_true 100 found "${address/box.backup.test/10.77.0.2}" \
			-d backup.test -r 10.77.0.2:5301 ||
			{ cat said unbound.log; return 1; }
		kill "$left"
		wait "$left" || true
	done
}

# Goal: the command gives a real agent the tags that the filter looks for.
@test "serf" {
	needs serf jq
	leave 2 serf agent -node=box -bind=10.77.0.2:7946 > serf.log 2>&1
	emit serf > tags.sh
	until_true 100 on 2 sh -e tags.sh
	cat > serf <<- END
	exec ip netns exec "${lan}2" "$filters/serf"
	END
	until_true 20 found 10.77.0.2:7199 -e 'sh serf'
}

# Goal: a pod with the metadata that the comment asks for is one that the
# filter finds, and the service selects it by its labels and its port.
@test "k8s" {
	needs jq
	/usr/bin/python3 -c 'import yaml' 2> /dev/null ||
		skip "python3-yaml is not installed"
	emit k8s > service.yaml
	mkdir bin
	# What kubectl would print, if it was asked for pods with that label.
	cat > bin/kubectl <<- 'END'
	#!/usr/bin/python3
	import json, sys, yaml
	text = open("service.yaml").read()
	service = yaml.safe_load(text)
	metadata = yaml.safe_load("\n".join(
	    line.removeprefix("#   ") for line in text.splitlines()
	    if line.startswith("#   ")))
	assert sys.argv[1:] == ["get", "pods", "-l", "app=shardkit", "-o", "json"]
	assert (service["apiVersion"], service["kind"]) == ("v1", "Service")
	assert service["spec"]["selector"] == metadata["labels"] == \
	    {"app": "shardkit"}
	assert service["spec"]["clusterIP"] == "None"
	assert service["spec"]["ports"] == \
	    [{"name": "shardkit", "protocol": "TCP", "port": 7199}]
	print(json.dumps({"items": [{
	    "metadata": metadata, "status": {"podIP": "10.77.0.2", "conditions": [
	        {"type": "Ready", "status": "True"}]}}]}))
	END
	chmod +x bin/kubectl
	PATH=$PWD/bin:$PATH found 10.77.0.2:7199 -e "$filters/kubectl"
}
