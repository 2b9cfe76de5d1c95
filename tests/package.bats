#!/usr/bin/env bats
# What is installed: make install, make dist, make deb, and the units.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

# tree FOLDER: what is needed to make a release there, with all that this build
# has compiled.
tree()
{
	mkdir -p "$1/build/obj" "$1/build/deps"
	cp -pR Makefile README.md LICENSE cmd lib contrib man completions "$1"
	# not what another test may be compiling there for another machine
	cp -pR build/deps/{fetched,include,src,"$(uname -m)"} "$1/build/deps"
	cp -pR "$BUILD"/obj/{cmd,lib} "$1/build/obj"
	cp -p "$BUILD"/{peer,p2p,shard}-* "$BUILD"/libshardkit.a "$1/build"
}

# The package is made once, for all tests.
setup_file()
{
	case $BUILD in */san | */cov) return ;; esac
	cd "$BATS_TEST_DIRNAME/.." || return
	# The make that runs the tests is not the one that is tested here.
	unset MAKEFLAGS MFLAGS MAKELEVEL SOURCE_DATE_EPOCH
	export made=$BATS_FILE_TMPDIR/tree
	tree "$made"
	make -s -C "$made" dist deb
}

setup()
{
	case $BUILD in */san | */cov) skip "not a release build" ;; esac
	cd "$BATS_TEST_DIRNAME/.." || return
	tmp=$BATS_TEST_TMPDIR deb=$(echo "$made"/build/*_0.1.0_*.deb)
	export LC_ALL=C
	unset MAKEFLAGS MFLAGS MAKELEVEL XDG_CONFIG_HOME SOURCE_DATE_EPOCH
	export SHARDKIT_HOME=$tmp/home
}

teardown()
{
	if mountpoint -q "$tmp/disk"; then
		umount -Rl "$tmp/disk"
	fi
}

# complete ROOT ZSH GZ UNITS: all programs are there, each with its page and its
# completions for bash and zsh; all pages, units and examples are.
complete()
{
	local root=$1 name file
	ls "$root/bin" > "$tmp/there"
	printf '%s\n' p2p-backup cmd/*.c | sed 's|.*/||; s/\.c$//' | sort | diff - "$tmp/there"
	while read -r name; do
		[ -x "$root/bin/$name" ]
		[ -s "$root/share/man/man1/$name.1$3" ]
		cmp "completions/$name.bash" "$root/share/bash-completion/completions/$name"
		cmp "completions/_$name" "$root/share/$2/_$name"
	done < "$tmp/there"
	for file in man/*.[1-9]; do
		[ -s "$root/share/man/man${file##*.}/${file#man/}$3" ]
	done
	for file in contrib/systemd/*; do
		[ -s "$4/${file##*/}" ]
	done
	for file in cron grafana.json store-rclone; do
		[ -s "$root/share/doc/shardkit/examples/$file" ]
	done
}

@test "install, with PREFIX and DESTDIR: programs, pages, completions, units" {
	make -s install DESTDIR="$tmp/root" PREFIX=/opt/kit O="$BUILD"
	complete "$tmp/root/opt/kit" zsh/site-functions '' "$tmp/root/opt/kit/lib/systemd/system"
	cd "$tmp/root/opt/kit"
	for line in Persistent=yes 'RandomizedDelaySec=[1-9][0-9]*[hm]'; do
		grep -qx "$line" lib/systemd/system/p2p-backup.timer
	done
	for unit in p2p-backup.service shard-recv.service shard-recv@.service; do
		for line in ProtectSystem=strict NoNewPrivileges=yes UMask=0077 PrivateTmp=yes; do
			grep -qx "$line" "lib/systemd/system/$unit"
		done
	done
	[ "$(bin/p2p-backup -V | cut -c 1-21)" = 'p2p-backup (shardkit)' ]
	for unit in "$BATS_TEST_DIRNAME"/../contrib/systemd/*; do
		diff <(sed s,/usr/local/bin,/opt/kit/bin, "$unit") \
			"lib/systemd/system/${unit##*/}"
	done
	grep -q /opt/kit/bin/p2p-backup share/doc/shardkit/examples/cron
	grep -qx PATH=/opt/kit/bin:/usr/bin:/bin share/man/man1/p2p-backup.1
	run ! grep -rI /usr/local lib share
	cd "$BATS_TEST_DIRNAME/.."
	make -s uninstall DESTDIR="$tmp/root" PREFIX=/opt/kit O="$BUILD"
	[ -z "$(find "$tmp/root" -type f)" ]
}

@test "the tarball and the package have all that make install has" {
	mkdir "$tmp/tar"
	tar -xzf "$made"/build/*.tar.gz -C "$tmp/tar" --strip-components=1
	complete "$tmp/tar" zsh/site-functions '' "$tmp/tar/lib/systemd/system"
	dpkg-deb -x "$deb" "$tmp/deb"
	complete "$tmp/deb/usr" zsh/vendor-completions .gz "$tmp/deb/lib/systemd/system"
}

# Goal: who compiles this elsewhere, later, in another zone gets the very bytes
# that were given out.
@test "make dist, make deb: the same bytes, wherever and whenever that is" {
	tree "$tmp/of another/name"
	cd "$tmp/of another/name"
	rm -r build/obj/lib/{base,crypto,pack,vote} build/obj/cmd
	(
		umask 077
		export TZ=Asia/Tokyo LC_ALL=C.UTF-8
		make -s -j2 dist deb
	)
	for file in "$made"/build/{*.tar.gz,*.deb,shard-*}; do
		cmp "$file" "build/${file##*/}"
	done
	# and once more, where everything is there already
	make -s -C "$made" dist > "$tmp/again"
	sha256sum build/*.tar.gz | cut -d ' ' -f 1 | diff - <(cut -d ' ' -f 1 "$tmp/again")
}

@test "the libraries inside: the same bytes, wherever they are compiled" {
	for root in "$tmp/one" "$tmp/of another/name"; do
		mkdir -p "$root/kind/obj"
		cp -pR build/deps/src build/deps/include "$root"
		CC=musl-gcc CFLAGS=-O2 ARCH=x86_64 contrib/deps compile "$root" kind \
			bearssl/src/int/i31_add.c blake3/c/blake3_avx2_x86-64_unix.S \
			isa-l/erasure_code/gf_vect_mul_avx.asm
	done
	[ "$(ls "$tmp/one/kind/obj" | wc -l)" -eq 3 ]
	diff -r "$tmp/one/kind/obj" "$tmp/of another/name/kind/obj"
}

@test "lintian finds neither an error nor a warning in the package" {
	command -v lintian > /dev/null || skip "lintian is not installed"
	run -0 lintian --allow-root --fail-on error,warning "$deb"
	[[ $output != *[EW]:\ shardkit* ]]
}

# disk: a copy of this machine in $tmp/disk/root, whose changes are forgotten.
disk()
{
	mkdir "$tmp/disk"
	mount -t tmpfs none "$tmp/disk" 2> /dev/null || skip "cannot mount a tmpfs here"
	mkdir "$tmp"/disk/{up,work,root}
	mount -t overlay none "$tmp/disk/root" 2> /dev/null \
		-o "lowerdir=/,upperdir=$tmp/disk/up,workdir=$tmp/disk/work" ||
		skip "cannot mount an overlay here"
	mkdir -p "$tmp/disk/root/pkg" "$tmp/disk/root/proc"
	mount -t proc none "$tmp/disk/root/proc"
	mount --bind /dev "$tmp/disk/root/dev"
	rm -rf "$tmp/disk/root/etc/shardkit" "$tmp/disk/root/var/lib/shardkit"
	# what takes dpkg its time: fsync, and an index of all manual pages
	echo force-unsafe-io > "$tmp/disk/root/etc/dpkg/dpkg.cfg.d/unsafe"
	rm -f "$tmp/disk/root/var/lib/man-db/auto-update"
}

inside()
{
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$tmp/disk/root" "$@"
}

@test "the package: installed, used, upgraded, removed, purged; what was kept stays" {
	make -s -C "$made" VERSION=0.1.1 deb
	disk
	cp "$made"/build/*.deb "$tmp/disk/root/pkg"
	inside sh -c 'dpkg -i /pkg/*0.1.0*.deb' > "$tmp/log" 2>&1 || { cat "$tmp/log"; return 1; }
	inside id shardkit
	[ "$(inside stat -c '%U %G %a' /var/lib/shardkit)" = 'shardkit shardkit 700' ]
	[ "$(inside find /etc/systemd -name '*shard*' -o -name 'p2p*')" = '' ]
	inside p2p-backup -q -C /etc/shardkit init --path /pkg --peer /mnt/a --peer /mnt/b
	inside p2p-backup -q -C /etc/shardkit run
	inside runuser -u shardkit -- peer-key -q -C /var/lib/shardkit new > "$tmp/id"

	inside sh -c 'dpkg -i /pkg/*0.1.1*.deb' > "$tmp/log" 2>&1 || { cat "$tmp/log"; return 1; }
	inside p2p-backup -q -C /etc/shardkit run
	inside p2p-backup -q -C /etc/shardkit restore --to /again
	inside diff -r /pkg /again/pkg
	inside dpkg -P shardkit > "$tmp/log"
	grep 'are left' "$tmp/log"
	run ! inside which shard-send
	inside test -s /etc/shardkit/secret
	inside test -s /var/lib/shardkit/identity
	inside sh -c 'dpkg -i /pkg/*0.1.1*.deb' > /dev/null 2>&1
	inside p2p-backup -q -C /etc/shardkit drill --all
}

@test "units: systemd finds no fault, and how much they expose is little" {
	command -v systemd-analyze > /dev/null || skip "systemd is not installed"
	disk
	cp "$deb" "$tmp/disk/root/pkg"
	inside sh -c 'dpkg -i /pkg/*.deb' > /dev/null 2>&1
	run -0 inside sh -c 'SYSTEMD_LOG_LEVEL=warning systemd-analyze --man=no verify \
		/lib/systemd/system/p2p-backup.* /lib/systemd/system/shard-recv*'
	[ -z "$output" ] || { echo "$output"; return 1; }
	for unit in p2p-backup.service shard-recv.service shard-recv@.service; do
		systemd-analyze security --offline=yes --threshold=30 "contrib/systemd/$unit"
	done
	# what it would find is found: a unit without its walls is refused
	grep -v Protect contrib/systemd/p2p-backup.service > "$tmp/p2p-backup.service"
	run ! systemd-analyze security --offline=yes --threshold=30 "$tmp/p2p-backup.service"
}

@test "the timer and the example for cron say when" {
	command -v systemd-analyze > /dev/null || skip "systemd is not installed"
	systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' contrib/systemd/p2p-backup.timer)"
	grep -qx 'Persistent=yes' contrib/systemd/p2p-backup.timer
	[ "$(grep -cE '^([0-9*]+ +){5} root  ' contrib/cron)" -eq 2 ]
	# each command is one that sh understands
	sed -nE 's/^([0-9*]+ +){5} root  //p' contrib/cron > "$tmp/commands"
	sh -n "$tmp/commands"
}

@test "an upgrade: what release 0.1.0 left is read, and added to" {
	cd "$tmp"
	tar -xzf "$BATS_TEST_DIRNAME/golden/store.tar.gz"
	sed -i "s|/STORES|$tmp|" home/peers
	shard-fetch -l -o json > list
	[ "$(sed 's/.*"label":"\(.*\)"}/\1/' list | paste -sd ' ')" = \
		'p2p-backup words p2p-backup words' ]
	for number in 2 4; do
		p2p-backup -q restore "$number" --to "back$number"
	done
	[ "$(cat back2/words back4/words)" = $'first\nsecond' ]
	sed -i 's/echo second/echo third/' home/backup.conf
	p2p-backup -q run
	shard-fetch -l -o json | grep words | head -n 2 | diff - <(grep words list)
	rm -r s2
	p2p-backup -q restore --to back6
	[ "$(cat back6/words)" = third ]
	# and from the sheet alone
	mkdir -p new
	SHARDKIT_HOME=$tmp/new p2p-backup -q recover --to again \
		--sheet "$BATS_TEST_DIRNAME/golden/sheet" "dir:$tmp/s1"
	[ "$(cat again/words)" = third ]
}

@test "what a later release leaves is refused with words, and left alone" {
	cd "$tmp"
	tar -xzf "$BATS_TEST_DIRNAME/golden/store.tar.gz"
	sed -i "s|/STORES|$tmp|" home/peers
	for marker in s?/shardkit-store; do
		sed -i 's/^shardkit store 1$/shardkit store 2/' "$marker"
	done
	cksum s?/shardkit-store > before
	run -1 --separate-stderr p2p-backup run
	[[ $stderr == *"is damaged or of another version"* ]]
	cksum s?/shardkit-store | diff before -
	# roster and configuration of a later one have words that are not known here
	sed -i 's|/s1$|& shelf=2|; s|/s1"$|& shelf=2|' home/peers
	run -2 --separate-stderr p2p-backup run
	[[ $stderr == *"home/peers:1: unknown key 'shelf'"* ]]
	echo 'compress = yes' >> home/backup.conf
	run -2 --separate-stderr p2p-backup run
	[[ $stderr == *"there is no key 'compress'"* ]]
}
