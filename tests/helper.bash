# Shared by the tests of the stream: load it, call `stream_setup` in setup().
#
# Every test runs in a folder of its own with the keys of owner 1 in ./home.
# SPDX-License-Identifier: ISC
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

# What must be seen is what the tools say, not what the locale makes of it.
export LC_ALL=C
unset SHARDKIT_HOME XDG_CONFIG_HOME

stream_setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	owner 1 home
	export SHARDKIT_HOME=$PWD/home
	case $BUILD in */san | */cov) export STRIDE=13 SLOW=1 ;; esac
}

# The recovery sheets of two owners, of secrets that everybody may know.
sheet()
{
	case $1 in
	1) printf '%s\n' '2AY6F NN352 AWX9' 'F2684 044BF 28E3' \
		'TY5MQ PY1N6 EH83' 'S78RD NYVBY W5PR' ;;
	2) printf '%s\n' '27NMY X8G3G W8EK' 'VPMA0 VNMMQ 4JTG' \
		'XFWQH 3JXGM 2GR0' 'YPZFS 3GHQC YEPJ' ;;
	esac
}

# owner N FOLDER: the key files of owner N.
owner()
{
	sheet "$1" | peer-key -C "$2" restore > /dev/null
}

# A program beside the tests: python FILE ARGUMENTS.
python()
{
	/usr/bin/python3 -B "$BATS_TEST_DIRNAME/$1" "${@:2}"
}

# noise SIZE: bytes that do not compress, the same ones every time.
noise()
{
	/usr/bin/python3 -c '
import hashlib, sys
sys.stdout.buffer.write(hashlib.shake_256(b"noise").digest(int(sys.argv[1])))
' "$1"
}

# edit CODE < stream: let Python change `head`, `stripes` and `end`, each stripe
# a pair of its record and the list of its [header, bytes] (see mangle.py).
edit()
{
	PYTHONPATH=$BATS_TEST_DIRNAME /usr/bin/python3 -B -c '
import sys
from mangle import *
head, stripes, end = groups(units_of(sys.stdin.buffer.read()))
exec(sys.argv[1])
sys.stdout.buffer.write(flatten(head, stripes, end))
' "$1"
}

# fails STATUS PATTERN COMMAND: it exits so, says so on stderr, prints nothing.
fails()
{
	run "-$1" --separate-stderr "${@:3}"
	says "$2"
	[ -z "$output" ] || { printf 'it printed %q\n' "${output:0:60}"; return 1; }
}

# says PATTERN: the last run has a line on stderr that matches.
# shellcheck disable=SC2154 # bats sets stderr
says()
{
	grep -E -e "$1" <<< "$stderr" > /dev/null ||
		{ echo "no '$1' in: $stderr"; return 1; }
}

# Split ./in with the options given, join it again, compare.
# shellcheck disable=SC2094 # cmp only reads
round_trip()
{
	(
		set -o pipefail
		shard-split "$@" < in | shard-join | cmp - in
	) || { echo "shard-split $* of $(stat -c %s in) bytes"; return 1; }
}

# faulty FAULT COMMAND: it runs under `strace -e inject=FAULT`, which counts
# the calls of each thread apart.
faulty()
{
	strace -f -qq -o /dev/null -e "inject=$1" "${@:2}"
}

# faulty_at FILE FAULT COMMAND: the fault strikes when it uses FILE only.
faulty_at()
{
	strace -f -qq -o /dev/null -P "$1" -e "inject=$2" "${@:3}"
}
