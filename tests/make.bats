#!/usr/bin/env bats
# What make does beside building and installing: the third-party archives, and
# the targets that its head promises.
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_DIRNAME/.." || return
	tmp=$BATS_TEST_TMPDIR archives=$PWD/build/deps/archives
	# The make that runs the tests is not the one that is tested here.
	unset MAKEFLAGS MFLAGS MAKELEVEL DEPS_CACHE T O SAN COV
	export LC_ALL=C
}

# Every archive that contrib/deps pins, and the verb that wants it.
pins()
{
	sed -nE 's/^[0-9a-f]{64}  (.*_arm64.*)/\1 musl/p; s/^[0-9a-f]{64}  (.*)/\1 fetch/p' \
		contrib/deps
}

# No network, in words: what apt says without one, at once.
no_apt()
{
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\necho "E: there is no network" >&2\nexit 100\n' > "$tmp/bin/apt-get"
	chmod +x "$tmp/bin/apt-get"
	PATH=$tmp/bin:$PATH
}

@test "with DEPS_CACHE make has the libraries without a network, as whoever it is" {
	unshare -rn true 2> /dev/null || skip "there are no namespaces here"
	cp -r Makefile contrib "$tmp"
	# In here root owns nothing else and can give nothing away.
	run -0 unshare -rn make -C "$tmp" DEPS_CACHE="$archives" build/deps/fetched
	diff -r build/deps/src "$tmp/build/deps/src"
	diff -r build/deps/include "$tmp/build/deps/include"
}

@test "every third-party archive that is not the pinned one is refused by name" {
	no_apt
	[ "$(pins | wc -l)" -ge 5 ]
	while read -r file verb; do
		for damage in 'printf x >>' 'truncate -s -1' 'truncate -s 0'; do
			echo "$damage $file"
			rm -rf "$tmp/cache" "$tmp/deps"
			cp -r "$archives" "$tmp/cache"
			[ -e "$tmp/cache/$file" ] || echo some bytes > "$tmp/cache/$file"
			eval "$damage" '"$tmp/cache/$file"'
			DEPS_CACHE=$tmp/cache run -4 contrib/deps "$verb" "$tmp/deps"
			[[ $output == *"cannot have '$file' with SHA-256"*hint:* ]]
			[ ! -e "$tmp/deps/src" ]
			[ ! -e "$tmp/deps/musl" ]
		done
	done < <(pins)
}

@test "an archive that is missing without a network is named, and what to do" {
	no_apt
	cp -r "$archives" "$tmp/cache"
	rm "$tmp"/cache/bearssl*
	DEPS_CACHE=$tmp/cache run -4 contrib/deps fetch "$tmp/deps"
	[[ $output == *"E: there is no network"* ]]
	[[ $output == *"cannot have 'bearssl_"*"hint: put that file into a folder"* ]]
}

@test "archives that were there already are checked, and replaced" {
	no_apt
	mkdir -p "$tmp/deps/archives"
	# Without what another test has fetched for another machine.
	DEPS_CACHE=$archives contrib/deps fetch "$tmp/good"
	for file in "$tmp"/good/archives/*; do
		{ cat "$file" && printf x; } > "$tmp/deps/archives/${file##*/}"
	done
	DEPS_CACHE=$archives contrib/deps fetch "$tmp/deps"
	diff -r "$tmp/good/archives" "$tmp/deps/archives"
}

# A tree with this Makefile where a library is compiled in no time and every
# script tells in ./told how it was called.
toy()
{
	local name
	mkdir -p "$tmp"/toy/{bin,cmd,contrib/p2p-backup,lib/base,tests/{unit,fuzz/corpus/two,bench}}
	cp Makefile "$tmp/toy"
	cd "$tmp/toy" || return
	echo 'int nothing(void); int nothing(void) { return 0; }' > lib/base/nothing.c
	cp lib/base/nothing.c tests/fuzz/two.c
	for name in cmd/tool tests/unit/one tests/fuzz/replay tests/bench/three; do
		echo 'int main(void) { return 0; }' > "$name.c"
	done
	: > contrib/p2p-backup/main.sh
	for name in contrib/{demo-run,bench,bench-find,bench-poll} tests/run bin/gcovr; do
		printf '#!/bin/sh\necho "%s $*" >> told\n' "$name" > "$name"
	done
	cat > contrib/deps <<-'END'
		#!/bin/sh
		case $1 in
		fetch) mkdir -p "$2/include" && touch "$2/fetched" ;;
		build) mkdir -p "$2/$3" && ar rcs "$2/$3/libdeps.a" ;;
		esac
	END
	# clang is not asked of who runs the tests; a fuzzer of it tells, too.
	cat > bin/clang <<-'END'
		#!/bin/sh
		while [ "$1" != -o ]; do
			case $1 in -fsanitize=*fuzzer*) fuzzer=$1 ;; esac
			shift
		done
		case $2 in
		*.o) [ "$fuzzer" ] && : > "$2" ;;
		*) printf '#!/bin/sh\necho "%s ${0##*/} $*" >> told\n' "$fuzzer" > "$2" && chmod +x "$2" ;;
		esac
	END
	chmod +x contrib/* tests/run bin/*
	PATH=$tmp/toy/bin:$PATH
}

@test "make demo, test and bench build what they need, and run it" {
	toy
	make -s demo
	[ -x build/tool ]
	make -s test
	[ -x build/test/one ]
	[ -x build/test/replay/two ]
	rm -r build/test
	make -s test T="tests/x.bats tests/y.bats"
	[ ! -e build/test ]
	make -s bench
	[ -x build/test/bench/three ]
	diff told - <<-'END'
		contrib/demo-run build
		tests/run build
		tests/run build tests/x.bats tests/y.bats
		contrib/bench build
		contrib/bench-find build
		contrib/bench-poll build
	END
}

@test "make fuzz gives each decoder to libFuzzer, for its seconds, with its corpus" {
	toy
	make -s fuzz FUZZ_SECONDS=3
	mv told told.fuzz
	[ "$(wc -l < told.fuzz)" -eq 1 ]
	grep -e '^-fsanitize=fuzzer two -max_total_time=3 .* build/fuzz/corpus/two tests/fuzz/corpus/two$' told.fuzz
	[ -d build/fuzz/corpus/two ]
}

@test "make coverage runs the tests anew under gcov, and tells though some fail" {
	toy
	printf '#!/bin/sh\necho "$*" >> told\nexit 1\n' > tests/run
	mkdir -p build/cov/obj
	touch build/cov/obj/of_an_earlier_run.gcda
	make -s coverage
	[ ! -e build/cov/obj/of_an_earlier_run.gcda ]
	[ -e build/cov/obj/lib/base/nothing.gcno ]
	diff told - <<-'END'
		build/cov
		bin/gcovr --root . --filter lib/ --filter cmd/ build/cov/obj
	END
}

@test "make clean leaves the fetched libraries and what is not built, and nothing else" {
	toy
	make -s all
	mkdir -p build/san/obj
	touch build/.hidden build/deps/kept
	find . -not -path './build/*' -o -path './build/deps*' | sort > "$tmp/kept"
	for turn in once again; do
		echo "$turn"
		make -s clean
		find . | sort | diff "$tmp/kept" -
	done
	rm -r build
	make -s clean
	[ ! -e build ]
}

@test "the demo: a backup that outlives two disks of five and a flipped bit" {
	DEMO_DATA=cmd run -0 contrib/demo-run "$BUILD"
	[ "$(grep -cx 'every byte is back' <<< "$output")" -eq 2 ]
	[[ $output == *"stripe 0 has 2 whole shards and needs 3 of its 5"*"exit status 1"* ]]
}
