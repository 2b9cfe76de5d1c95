# Shared by the tests that need a link: load it beside net, call `lan_setup N`
# in setup() and `lan_teardown`, which is net_teardown, too, in teardown().
#
# Host N is a namespace with the interface eth0 at 10.77.0.N and fd77::N, all
# on one bridge. SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # net.bash sets them

lan_setup()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	lan=sd$BASHPID.
	ip netns add "${lan}0" 2> /dev/null || skip "no namespaces here"
	lan_hosts=0
	lan_pids=()
	ip -n "${lan}0" link add br0 type bridge mcast_snooping 0
	ip -n "${lan}0" link set br0 up
	local n
	for n in $(seq "$1"); do
		ip netns add "$lan$n"
		lan_hosts=$n
		ip -n "$lan$n" link set lo up
		plug "$n" eth0 br0
		ip -n "$lan$n" addr add "10.77.0.$n/24" dev eth0
		ip -n "$lan$n" -6 addr add "fd77::$n/64" dev eth0 nodad
		until_true 200 settled "$n" eth0
	done
}

lan_teardown()
{
	local n
	for n in $(seq 0 "${lan_hosts:-0}"); do
		ip netns del "$lan$n" 2> /dev/null || true
	done
	others+=("${lan_pids[@]}")
	net_teardown
}

# plug N IFACE BRIDGE: an interface more, without an address of its own.
plug()
{
	ip netns exec "$lan$1" sysctl -qw net.ipv6.conf.default.accept_dad=0
	ip link add "$2" netns "$lan$1" type veth peer name "v$1$2" netns "${lan}0"
	ip -n "${lan}0" link set "v$1$2" master "$3" up
	ip -n "$lan$1" link set "$2" up
}

# Its link-local address can be used.
settled()
{
	ip -n "$lan$1" -6 addr show dev "$2" | grep -q 'inet6 fe80' &&
		! ip -n "$lan$1" -6 addr show dev "$2" | grep -q tentative
}

# on N COMMAND: on that host.
on()
{
	ip netns exec "$lan$1" timeout 60 "${@:2}"
}

# "${small[@]}" COMMAND: in 8 MB of memory, of which a sanitizer wants more.
small=(prlimit --as=8388608)
case ${BUILD-} in */san | */cov) small=() ;; esac

# leave N COMMAND: the same in the background, until the test ends; `left` is
# its process.
leave()
{
	ip netns exec "$lan$1" "${@:2}" 3>&- < /dev/null &
	left=$!
	lan_pids+=("$left")
}

# avahi N NAME COUNT [DBUS]: a real avahi-daemon that announces so many
# services, on ports from 7443 up, with the id 1, 2, ... in their text.
avahi()
{
	local i
	mkdir -p "avahi$1/services"
	for i in $(seq "$3"); do
		cat > "avahi$1/services/$i.service" <<- END
		<?xml version="1.0" standalone='no'?>
		<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
		<service-group><name>$2 $i</name><service><type>_shardkit._tcp</type>
		<port>$((7442 + i))</port><txt-record>txtvers=1</txt-record>
		</service></service-group>
		END
	done
	avahi_run "$1" "$2" "$2 $3" "${4:-no}"
}

# avahi_run N NAME SERVICE DBUS: the same with what is in avahiN/services, until
# that service is announced.
avahi_run()
{
	local dir=$PWD/avahi$1
	cat > "$dir/conf" <<- END
	[server]
	host-name=$2
	enable-dbus=$4
	[publish]
	publish-hinfo=no
	publish-workstation=no
	END
	# shellcheck disable=SC2016 # $1 and $2 are those of sh
	leave "$1" unshare -m sh -c 'mount --make-rprivate /
		mount -t tmpfs none /run; mkdir -p /run/avahi-daemon /run/dbus
		mount --bind "$1/services" /etc/avahi/services
		[ "$2" = no ] || dbus-daemon --system --fork --nopidfile --print-pid \
			> "$1/bus"
		exec avahi-daemon -f "$1/conf" --no-drop-root --no-rlimits \
			--no-chroot --no-proc-title' sh "$dir" "$4" 2> "$dir/log"
	until_true 300 grep -q 'Service "'"$3"'.*successfully established' "$dir/log" ||
		{ cat "$dir/log"; return 1; }
	[ ! -s "$dir/bus" ] || lan_pids+=("$(cat "$dir/bus")")
}

# seen_by N [OPTION of peer-find ...]: addresses that it finds, one a line.
seen_by()
{
	on "$1" peer-find -q -C home -o text --no-cache --no-roster \
		"${@:2}" | cut -f 2 | sort || true
}
