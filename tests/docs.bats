#!/usr/bin/env bats
# What the documentation says is so: pages, completions, README, examples.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # dollars in patterns and scripts are meant so

bats_require_minimum_version 1.5.0

setup()
{
	export LC_ALL=C
	unset SHARDKIT_HOME XDG_CONFIG_HOME
	cd "$BATS_TEST_DIRNAME/.." || return
	root=$PWD
	tools=$({ (cd cmd && basename -s .c -- *.c) && echo p2p-backup; } | sort)
	[ "$tools" != p2p-backup ]
}

# The options of a tool, by its own help: lines `-x --long`, with = if it
# takes a value.
options_of()
{
	"$1" --help | sed -nE 's/^  -(.), --([a-z-]+)( [A-Z][A-Z:=-]*)? .*/-\1 --\2\3/p' |
		sed -E 's/ [A-Z][A-Z:=-]*$/=/' | sort
}

# same NAME < lines: they are the options of $tool.
same()
{
	sort | diff <(options_of "$tool" | if [ "$2" ]; then cat; else tr -d =; fi) - ||
		{ echo "$1 of $tool differs"; return 1; }
}

# block PAGE SECTION: the literal lines of a section of a page.
block()
{
	awk -v section="$2" '
	/^\.Sh / { inside = substr($0, 5) == section }
	/^\.Ed/  { literal = 0 }
	literal && inside { print }
	/^\.Bd -literal/ { literal = 1 }' "man/$1"
}

# tour SECTION: the commands of a section of the tour, as a script for bash,
# with a /mnt of its own.
tour()
{
	block shardkit.7 "$1" | sed -n 's/^\$ //p' |
		sed "s|/mnt|$BATS_TEST_TMPDIR/mnt|g"
}

@test "every tool has a page and two completions, and there are no others" {
	for tool in $tools; do
		grep -q "^\.Nm $tool$" "man/$tool.1"
		grep -q "^complete .* $tool$" "completions/$tool.bash"
		grep -q "^#compdef $tool$" "completions/_$tool"
	done
	diff <(basename -s .1 man/*.1) <(echo "$tools")
	diff <(basename -s .bash completions/*.bash) <(echo "$tools")
	diff <(basename -a completions/_* | tr -d _) <(echo "$tools")
}

@test "pages have the options that the tools have" {
	for tool in $tools; do
		[ "$(options_of "$tool" | wc -l)" -ge 5 ]
		sed -nE 's/^\.It Fl (.) , Fl -([a-z-]+)( Ar .*)?$/-\1 --\2\3/p' \
			"man/$tool.1" | sed 's/ Ar .*/=/' | same page value
	done
}

@test "completions have the options that the tools have" {
	for tool in $tools; do
		grep -oE -e '-[A-Za-z0-9] --[a-z-]+' <(tr -s '\n\t' ' ' \
			< <(sed -n '/compgen -W "-/,/--.*"$cur"/p' \
				"completions/$tool.bash")) | same 'bash completion'
		grep -oE '\{-.\+?,--[a-z-]+=?\}' "completions/_$tool" |
			sed -E 's/\{(-.)\+?,(--[a-z-]+=?)\}/\1 \2/' |
			same 'zsh completion' value
	done
}

# complete_words WORD ...: what bash offers for the last one.
complete_words()
{
	bash -c '. "completions/$1.bash"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"_${1//-/_}"; echo "${COMPREPLY[*]}"' bash "$@"
}

@test "bash completes options, their values and commands" {
	[ "$(complete_words shard-split --al)" = --allow-empty ]
	[ "$(complete_words shard-send -o j)" = json ]
	[ "$(complete_words peer-key ph)" = phrase ]
	[ "$(complete_words peer-key restore READ)" = README.md ]
	[ "$(complete_words shard-fetch la)" = latest ]
	[ -z "$(complete_words shard-split -k '')" ]
	[[ " $(complete_words shard-split -k 2 -- ta) " == *" tail "* ]]
	[ "$(complete_words shard-split -- tar READ)" = README.md ]
	[ "$(complete_words p2p-backup -q re)" = 'restore repair recover' ]
	[ "$(complete_words p2p-backup drill --s)" = --sample ]
}

@test "pages have a name, an exit status and the date of a release" {
	for page in man/*.[157]; do
		echo "$page"
		grep -qx '\.Sh NAME' "$page"
		grep -qE '^\.Dd [A-Z][a-z]+ [0-9]+, 20[0-9]{2}$' "$page"
		[[ $page == *.5 ]] || grep -qx '\.Sh EXIT STATUS' "$page"
		[[ $page != *.1 ]] || grep -qx '\.Sh EXAMPLES' "$page"
	done
}

@test "pages refer to pages that are there" {
	sed -nE 's/^\.Xr ([^ ]+) ([157]).*/\1.\2/p' man/*.[157] | sort -u |
		grep -vxE '(cat|sh|ssh|tar)\.1' | while read -r page; do
		[ -f "man/$page" ] || { echo "$page"; exit 1; }
	done
}

@test "the map in lib/README.md is the files of lib/ and cmd/" {
	sed -nE '/^```$/,/^```$/s/^((lib|cmd)\/[^ ]+)  *[^ ].*$/\1/p' lib/README.md \
		> "$BATS_TEST_TMPDIR/map"
	sort "$BATS_TEST_TMPDIR/map" | uniq -d | { ! grep .; }
	{ git ls-files lib cmd 2> /dev/null || find lib cmd -type f; } |
		grep -v '^lib/README' | sed -E 's/\.[ch]$//' | sort -u > "$BATS_TEST_TMPDIR/files"
	sort "$BATS_TEST_TMPDIR/map" | comm -13 - "$BATS_TEST_TMPDIR/files" |
		{ ! grep .; }
	while read -r file; do
		[ -f "$file" ] || [ -f "$file.c" ] || [ -f "$file.h" ] ||
			{ echo "there is no $file"; return 1; }
	done < "$BATS_TEST_TMPDIR/map"
}

@test "the CDDL of the page is that of lib/format" {
	block shardkit-format.5 CDDL | diff - lib/format/shardkit.cddl
}

# cddl RULE FILE ...: they are what our CDDL says.
cddl()
{
	/usr/bin/python3 -B "$root/tests/cddl.py" \
		"$root/lib/format/shardkit.cddl" "$@"
}

@test "a stream and the documents of a store are what the CDDL says" {
	cd "$BATS_TEST_TMPDIR"
	export SHARDKIT_HOME=$PWD/home
	mkdir disk1 disk2 disk3
	peer-key -q new
	for n in 1 2 3; do echo "d$n - dir:$PWD/disk$n"; done > home/peers
	shard-split -k 2 -n 3 -s 1K -L label "$root/README.md" > stream
	shard-send -q stream > /dev/null
	shard-split -k 255 -n 255 -s 1K "$root/README.md" > wide
	shard-split -e /dev/null > empty
	for f in stream wide empty; do
		cddl shard-stream "$f"
	done
	cddl snapshot-document disk1/*/snapshots/*/*
	index=$(shard-show disk1/*/snapshots/*/* | sed -n 's/^record=lists .*id=//p')
	cddl index-document disk1/*/shards/*/"$index"
	# and nothing else is
	head -c 100 stream > short
	for f in short disk1/*/snapshots/*/*; do
		run -1 cddl shard-stream "$f"
	done
	run -1 cddl document stream
	run -1 cddl index-document disk1/*/snapshots/*/*
}

@test "what pairs two peers is what the CDDL says" {
	cd tests/fuzz/corpus/pairing
	cddl pair-ask ask ask-empty
	cddl pair-yes yes
	for f in ask-long-name ask-short-secret ask-size yes yes-three; do
		run -1 cddl pair-ask "$f"
	done
	for f in yes-three yes-no-utf8 ask; do
		run -1 cddl pair-yes "$f"
	done
}

@test "the example of shardkit-format(5)" {
	cd "$BATS_TEST_TMPDIR"
	page=$(cd "$root" && block shardkit-format.5 EXAMPLES)
	head -n 4 <<< "$page" | peer-key -C home restore > id
	sed -n 5p <<< "$page" | diff - id
	printf hello | shard-split -C home -k 2 -n 3 -s 1K | od -An -v -tx1 |
		tr -d ' \n' > hex
	tail -n +6 <<< "$page" | tr -d ' \n' | cmp - hex
}

@test "the tour of shardkit(7): a backup, a bare machine, a new disk" {
	umask 002 # as on many systems
	backup=$(tour "A FIRST BACKUP")
	bare=$(tour "A RESTORE ON A BARE MACHINE")
	lost=$(tour "WHEN A DISK IS LOST")
	cd "$BATS_TEST_TMPDIR"
	mkdir -p mnt/disk1 mnt/disk2 mnt/disk3 old/photos new
	cp "$root"/man/* old/photos
	HOME=$PWD/old bash -e <(echo "$backup") > out
	sed -n 2,5p out > sheet
	[ "$(tail -c 5 out)" = good ]

	mv mnt/disk2/store mnt/disk2/lost
	HOME=$PWD/new bash -e <(echo "$bare") < sheet > out
	[ "$(tail -n 1 out)" = 'all of it is there' ]
	diff -r old/photos new/restored/photos
	cmp old/.config/shardkit/secret new/.config/shardkit/secret

	mkdir mnt/disk2/store
	HOME=$PWD/old bash -e <(echo "$lost") > out
	rm -r mnt/disk1/store
	HOME=$PWD/old bash -ec 'set -o pipefail
		shard-fetch 1 | shard-join | tar -x -C new' 2> err
	diff -r old/photos new/photos
}

teardown()
{
	[ -z "${recv-}" ] || kill "$recv" 2> /dev/null || true
}

# on WHO: what WHO types in the tour of two machines, but for new keys.
on()
{
	block shardkit.7 "TWO MACHINES" | sed -n "s/^$1\\$ //p" |
		sed "/^peer-key new$/d; s|/mnt|$tmp/mnt|g; s|/srv|$tmp/srv|g
			s/bob.example:7117/$at/; s/-l :7117/-l $at/
			s/ALICE-ID/$alice_id/; s/BOB-ID/$bob_id/; s/^shard-recv/exec &/"
}

@test "the tour of shardkit(7): two machines" {
	umask 002 # as on many systems
	tmp=$BATS_TEST_TMPDIR
	at=127.$((BASHPID / 250 % 250 + 2)).$((BASHPID % 250 + 1)).1:7117
	mkdir "$tmp/alice" "$tmp/bob"
	alice_id=$(HOME=$tmp/alice peer-key -q new)
	bob_id=$(HOME=$tmp/bob peer-key -q new)
	on bob > "$tmp/bob.sh"
	on alice | sed "/disk2.store$/i rm -r '$tmp/mnt/disk1'" > "$tmp/alice.sh"
	on new > "$tmp/new.sh"
	cd "$tmp"
	mkdir -p mnt/disk1 mnt/disk2 srv new alice/photos
	cp "$root"/man/* alice/photos
	HOME=$PWD/bob bash -e bob.sh 2> bob.log 3>&- &
	recv=$!
	for ((i = 0; i < 300; i++)); do
		! grep -q event=start bob.log || break
		sleep 0.1
	done
	HOME=$PWD/alice bash -e alice.sh
	[ "$(find mnt/disk2/store/*/shards -type f | wc -l)" -ge 2 ]
	HOME=$PWD/alice peer-key phrase > sheet
	HOME=$PWD/new bash -e new.sh < sheet > out
	kill "$recv"
	wait "$recv"
	recv=
	[ "$(tail -n 1 out)" = 'all of it is there' ]
	diff -r alice/photos new/restored/photos
}

# binary HEX: its bytes.
binary()
{
	printf '%b' "$(fold -w 2 <<< "$1" | sed 's/^/\\x/' | tr -d '\n')"
}

@test "the examples of shardkit-protocol(5)" {
	hex=$(block shardkit-protocol.5 EXAMPLES | grep -v openssl | tr -d '\n ')
	cd "$BATS_TEST_TMPDIR"
	binary "${hex%%a30000*}" > requests
	binary "a30000${hex#*a30000}" > replies
	cddl requests requests
	cddl replies replies
	run -1 cddl requests replies
}

@test "the session of the README" {
	umask 002 # as on many systems
	session=$(sed -n 's/^    \$ //p' README.md)
	cd "$BATS_TEST_TMPDIR"
	mkdir -p mnt/disk1 mnt/disk2 mnt/disk3 mnt/disk4 mnt/disk5 home/photos
	cp "$root"/man/* home/photos
	{
		echo 'umount() { for disk; do mv "$disk" "$disk.lost"; done; }'
		echo "${session//\/mnt/$PWD/mnt}"
	} > script
	HOME=$PWD/home bash -e script > out
	diff -r home/photos restored/photos
}

# Goal: cron's own PATH does not lead to where make install puts the tools.
@test "what a page says to put into a crontab says a PATH, too" {
	local pages
	pages=$(grep -lE '^[0-9*/]+ [0-9*]+ [0-9*]+ [0-9*]+ \* ' man/*)
	[ "$(wc -l <<< "$pages")" -ge 3 ]
	for page in $pages; do
		grep -qx 'PATH=/usr/local/bin:/usr/bin:/bin' "$page"
	done
}
