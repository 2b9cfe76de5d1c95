# Shared by the tests of p2p-backup(1) on peers that are folders: load it instead
# of store. SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # bats sets stderr

load store

setup()
{
	stream_setup
	stores 3
	mkdir -p data/deep
	bytes one 5000 > data/one
	bytes two 700 > 'data/deep/with "blank"'
	ln -s one data/link
	config "path = $PWD/data"
	export TMPDIR=$PWD/tmp
	export XDG_CACHE_HOME=$PWD/cache XDG_STATE_HOME=$PWD/state
	mkdir tmp
}

teardown()
{
	[ ! -S tmux ] || tmux -S tmux kill-server || true
	unmount_all
	if mountpoint -q "$BATS_TEST_TMPDIR/data/mount"; then
		umount -l "$BATS_TEST_TMPDIR/data/mount"
	fi
}

# config LINE ...: a backup.conf of one job, files; LINE 0 may be a global one.
config()
{
	printf '%s\n' 'need = 2' 'total = 3' '[files]' "$@" > home/backup.conf
}

# quiet_run [ARGUMENT ...]: run, which must go well and say nothing.
quiet_run()
{
	run -0 --separate-stderr p2p-backup -q run "$@"
	[ -z "$stderr" ] || { echo "it said: $stderr"; return 1; }
}

# same_data: what came back is what is in data.
same_data()
{
	rm -rf back
	p2p-backup -q restore --to back && diff -r data "back$PWD/data"
}

newest()
{
	shard-fetch -l -o json | tail -n 1
}

history()
{
	cut -d ' ' -f 2-4 home/backup/history | tail -n 1
}

# without TOOL ...: a PATH in which these are not.
without()
{
	local tool
	mkdir few
	for tool in "$BUILD"/p2p-* "$BUILD"/peer-* "$BUILD"/shard-*; do
		[[ " $* " == *" ${tool##*/} "* ]] || ln -s "$tool" few
	done
	PATH=$PWD/few:/usr/bin:/bin
}

# instead TOOL: what stands on standard input is called instead of it.
instead()
{
	mkdir -p instead
	cat > "instead/$1"
	chmod +x "instead/$1"
	PATH=$PWD/instead:$PATH
}
