#!/usr/bin/env bats
# What every binary must be: static, stripped, small, and with good manners.

bats_require_minimum_version 1.5.0

setup()
{
	tools=$(cd "$BATS_TEST_DIRNAME/../cmd" && basename -s .c -- *.c)
	[ -n "$tools" ]
	all="$tools p2p-backup"
}

release_only()
{
	case $BUILD in */san | */cov) skip "not a release build" ;; esac
}

@test "binaries have no interpreter and no dynamic section" {
	release_only
	for tool in $tools; do
		echo "$tool"
		readelf -hW "$BUILD/$tool" | grep -q 'Type: *EXEC'
		run -0 readelf -lW "$BUILD/$tool"
		[[ $output != *INTERP* && $output != *DYNAMIC* ]]
	done
}

@test "binaries are stripped and under 400 KB" {
	release_only
	for tool in $tools; do
		size=$(stat -c %s "$BUILD/$tool")
		echo "$tool: $size bytes"
		[ "$size" -lt 400000 ]
		run -0 readelf -SW "$BUILD/$tool"
		[[ $output != *.symtab* && $output != *.debug* ]]
	done
}

@test "no segment of a binary is writable and executable, the stack neither" {
	release_only
	for tool in $tools; do
		echo "$tool"
		run -0 readelf -lW "$BUILD/$tool"
		[[ $output == *GNU_STACK* && $output != *RWE* ]]
	done
}

@test "-h and --help print the synopsis on stdout, exit 0" {
	for tool in $all; do
		for option in -h --help; do
			echo "$tool $option"
			"$tool" "$option" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err"
			head -n 1 "$BATS_TEST_TMPDIR/out" | grep "^usage: $tool"
			[ ! -s "$BATS_TEST_TMPDIR/err" ]
		done
	done
}

@test "-V and --version print name and version, exit 0" {
	for tool in $all; do
		for option in -V --version; do
			echo "$tool $option"
			[[ $("$tool" "$option") =~ ^$tool\ \(shardkit\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
		done
	done
}

# failed_as TOOL N: what it exits with where others exit N: monitoring plugins
# call it UNKNOWN.
failed_as()
{
	if [ "$1" = p2p-health ]; then
		echo 3
	else
		echo "$2"
	fi
}

@test "an unknown option: the synopsis on stderr, exit 2" {
	for tool in $all; do
		for option in --no-such-option -_; do
			echo "$tool $option"
			status=0
			"$tool" "$option" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" ||
				status=$?
			[ "$status" -eq "$(failed_as "$tool" 2)" ]
			[ ! -s "$BATS_TEST_TMPDIR/out" ]
			grep "^usage: $tool" "$BATS_TEST_TMPDIR/err"
		done
	done
}

@test "a full stdout is an error, also for -h" {
	for tool in $all; do
		echo "$tool"
		status=0
		"$tool" -h > /dev/full || status=$?
		[ "$status" -eq "$(failed_as "$tool" 4)" ]
	done
}

@test "install puts tools, pages and completions in place, uninstall takes them all" {
	release_only
	cd "$BATS_TEST_DIRNAME/.."
	contrib/install "$BUILD" "$BATS_TEST_TMPDIR/root"
	for tool in $all; do
		cmp "$BUILD/$tool" "$BATS_TEST_TMPDIR/root/bin/$tool"
	done
	for page in man/*.[157]; do
		[ -e "$page" ] || continue
		cmp "$page" "$BATS_TEST_TMPDIR/root/share/man/man${page##*.}/${page#man/}"
	done
	contrib/install -r "$BUILD" "$BATS_TEST_TMPDIR/root"
	[ -z "$(find "$BATS_TEST_TMPDIR/root" -type f)" ]
}

@test "what parses DNS takes no memory" {
	release_only
	for object in "$BUILD"/obj/lib/net/dns_*.o; do
		echo "$object"
		run -0 nm -u "$object"
		[[ ! $output =~ (malloc|calloc|realloc|strdup|buf_) ]]
	done
}
