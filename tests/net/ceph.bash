# A Ceph cluster of one monitor, one OSD in memory and radosgw, which speaks S3:
# the smallest that takes in what it is given. In ./ceph of the file's folder.
# SPDX-License-Identifier: ISC
# shellcheck shell=bash

# ceph_up ADDRESS: everything, and a user whose keys are in ceph/rclone.conf.
ceph_up()
{
	mkdir -p "$BATS_FILE_TMPDIR/ceph"
	cd "$BATS_FILE_TMPDIR/ceph" || return
	ceph_address=$1
	local osd
	osd=$(cat /proc/sys/kernel/random/uuid)
	ceph_config > ceph.conf
	touch keyring
	mkdir mon osd
	monmaptool --create --fsid "$(sed -n 's/^fsid = //p' ceph.conf)" \
		--addv a "[v2:$1:3300]" monmap > tool.log
	ceph-mon -c ceph.conf --mkfs -i a --monmap monmap
	ceph_start ceph-mon -i a
	ceph -c ceph.conf --connect-timeout 20 osd new "$osd" > tool.log 2>&1
	ceph-osd -c ceph.conf -i 0 --mkfs --osd-uuid "$osd" > tool.log 2>&1
	ceph_start ceph-osd -i 0
	radosgw-admin -c ceph.conf user create --uid=holder --display-name=holder \
		--access-key=KEY --secret-key=SECRET > tool.log 2>&1
	cat > rclone.conf <<- END
	[s3]
	type = s3
	provider = Ceph
	endpoint = http://$1:7480
	access_key_id = KEY
	secret_access_key = SECRET
	END
	s3_start
}

# Everything at once, nothing told in the background, and no keys but S3's.
ceph_config()
{
	cat <<- END
	[global]
	fsid = $(cat /proc/sys/kernel/random/uuid)
	mon host = v2:$ceph_address:3300
	public addr = $ceph_address
	auth cluster required = none
	auth service required = none
	auth client required = none
	ms bind msgr1 = false
	ms cluster mode = crc
	ms service mode = crc
	ms client mode = crc
	ms mon client mode = crc
	ms mon cluster mode = crc
	ms mon service mode = crc
	mon data = $PWD/mon
	mon allow pool size one = true
	mon max pg per osd = 1000
	paxos propose interval = 0.02
	paxos min wait = 0.01
	osd data = $PWD/osd
	osd objectstore = memstore
	osd crush chooseleaf type = 0
	osd pool default size = 1
	osd pool default min size = 1
	osd pool default pg num = 1
	osd pool default pgp num = 1
	osd pool default pg autoscale mode = off
	rgw frontends = beast endpoint=$ceph_address:7480
	rgw data = $PWD/rgw
	rgw run sync thread = false
	keyring = $PWD/keyring
	run dir = $PWD
	crash dir = $PWD
	log file = $PWD/\$name.log
	pid file = $PWD/\$name.pid
	admin socket = $PWD/\$name.asok
	END
}

# ceph_start DAEMON ARGUMENT ...: for all tests of the file, whichever starts it;
# its process id goes to DAEMON.run.
ceph_start()
{
	env -u BATS_TEST_TMPDIR "$1" -c ceph.conf "${@:2}" -f > "$1.out" 2>&1 < /dev/null 3>&- &
	echo $! > "$1.run"
	disown
}

# ceph_kill SIGNAL DAEMON ...
ceph_kill()
{
	local daemon pid
	for daemon in "${@:2}"; do
		pid=$(cat "$BATS_FILE_TMPDIR/ceph/$daemon.run") || continue
		kill "-$1" "$pid" || continue
		while kill -0 "$pid" 2> /dev/null; do
			sleep 0.05
		done
	done
}

# The server of S3, until it answers.
s3_start()
{
	local tries=300
	cd "$BATS_FILE_TMPDIR/ceph" || return
	ceph_start radosgw -n client.rgw
	until curl -s -o /dev/null "http://$ceph_address:7480"; do
		[ $((tries -= 1)) -gt 0 ] || { tail radosgw.out ./*.log; return 1; }
		sleep 0.1
	done
	cd "$OLDPWD" || return
}
