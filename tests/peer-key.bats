#!/usr/bin/env bats
# peer-key(1), made to run.

load helper

setup()
{
	stream_setup
}

mode_of()
{
	stat -c %a "$1"
}

@test "new makes two files of mode 0600 in a folder of mode 0700, prints the id" {
	umask 000
	run -0 --separate-stderr peer-key -C a/b new
	[[ $output =~ ^[0-9A-Z]{14}(-[0-9A-Z]{14}){3}$ ]]
	says 'peer-key phrase'
	[ "$(ls a/b)" = $'identity\nsecret' ]
	[ "$(mode_of a/b/identity)$(mode_of a/b/secret)" = 600600 ]
	[ "$(mode_of a)$(mode_of a/b)" = 700700 ]
}

@test "new makes another secret every time" {
	peer-key -C a new > a.id
	peer-key -C b new > b.id
	run -1 cmp -s a.id b.id
	run -1 cmp -s a/secret b/secret
	run -1 cmp -s a/identity b/identity
}

@test "show prints what new printed" {
	peer-key -C a new > id
	peer-key -C a show | cmp - id
}

@test "show needs no secret, phrase and split need no identity" {
	cp -r home a
	rm a/secret
	[ "$(peer-key -C a show)" = "$(peer-key show)" ]
	rm home/identity
	[ "$(peer-key phrase)" = "$(sheet 1)" ]
	echo | shard-split > /dev/null
}

@test "the id is the SHA-256 of the SubjectPublicKeyInfo of the derived key" {
	for n in 1 2; do
		owner "$n" "o$n"
		[ "$(peer-key -C "o$n" show)" = "$(python independent.py id "o$n/secret")" ]
		python independent.py scalar "o$n/secret" | cmp - "o$n/identity"
	done
}

@test "phrase prints four lines of 14 characters, the secret's file in groups" {
	run -0 --separate-stderr peer-key phrase
	[ "$output" = "$(sheet 1)" ]
	[ "$(tr -d ' ' <<< "$output" | paste -sd -)" = "$(cat home/secret)" ]
	says 'can read your backups'
}

@test "restore gives the same two files bit for bit, from stdin and from a file" {
	peer-key -C a new > id
	peer-key -C a phrase > sheet
	peer-key -C b restore < sheet | cmp - id
	peer-key -C c restore sheet | cmp - id
	diff -r a b
	diff -r a c
	[ "$(mode_of b/secret)$(mode_of b/identity)" = 600600 ]
}

# restores TEXT: it is owner 1's sheet.
restores()
{
	printf '%s' "$1" | peer-key -C other restore > /dev/null
	diff -r home other
	rm -r other
}

@test "restore reads the sheet as people type it" {
	restores "$(sheet 1)"
	restores "$(sheet 1 | tr '[:upper:]' '[:lower:]')"
	restores "$(sheet 1 | tr 01 OI)"
	restores "$(sheet 1 | tr 01 oL)"
	restores "$(sheet 1 | tr 1 l)"
	restores "$(sheet 1 | tr -d ' ')"
	restores "$(sheet 1 | sed 's/./& /g')"
	restores "$(sheet 1 | tr ' ' '\t')"
	restores "$(sheet 1 | paste -sd -)"
	restores "$(sheet 1 | sed 's/$/\r/')"
	restores $'\n\n  '"$(sheet 1 | sed G)"$'\n \n'
}

@test "restore reads a pipe that dribbles" {
	sheet 1 | dd ibs=4096 obs=1 status=none | peer-key -C a restore > /dev/null
	diff -r home a
}

@test "restore reads a socket" {
	sheet 1 > typed
	/usr/bin/python3 -c '
import socket, subprocess, sys
ours, theirs = socket.socketpair()
ours.sendall(open("typed", "rb").read())
ours.close()
sys.exit(subprocess.call(["peer-key", "-C", "a", "restore"], stdin=theirs))
'
	diff -r home a
}

@test "restore asks on a terminal, and on nothing else" {
	run -0 --separate-stderr peer-key -C a restore < <(sheet 1)
	[[ $stderr != *type* ]]
	{ sheet 1; sleep 1; printf '\004'; } |
		script -qec 'peer-key -C b restore' /dev/null | grep 'type the four lines'
	diff -r home b
}

# refuses SHEET PATTERN: exit 2, and nothing is made.
refuses()
{
	fails 2 "$2" peer-key -C refused restore <(printf '%s' "$1")
	[ ! -e refused ]
}

# sheet_with LINE TEXT: owner 1's sheet, LINE replaced, in $typed.
sheet_with()
{
	typed=("${lines_of_1[@]}")
	typed[$1 - 1]=$2
}

# located LINE: the sheet in $typed is refused for a typo in LINE.
located()
{
	! err=$(printf '%s\n' "${typed[@]}" | peer-key -C refused restore 2>&1) ||
		{ echo "accepted:" "${typed[@]}"; return 1; }
	[[ $err == *"line $1 has a typo"* ]] || { echo "$err"; return 1; }
}

@test "restore names the line of every single typo" {
	alphabet=0123456789ABCDEFGHJKMNPQRSTVWXYZ
	mapfile -t lines_of_1 < <(sheet 1 | tr -d ' ')
	for line in 1 2 3 4; do
		text=${lines_of_1[line - 1]}
		for i in {0..13}; do
			before=${alphabet%%"${text:i:1}"*}
			other=$(((${#before} + 1 + 7 * i % 31) % 32))
			sheet_with "$line" "${text:0:i}${alphabet:other:1}${text:i+1}"
			located "$line"
		done
	done
	[ ! -e refused ]
}

@test "restore names the line in which neighbours changed places" {
	mapfile -t lines_of_1 < <(sheet 1 | tr -d ' ')
	for line in 1 2 3 4; do
		text=${lines_of_1[line - 1]}
		for i in {0..12}; do
			[ "${text:i:1}" != "${text:i+1:1}" ] || continue
			sheet_with "$line" "${text:0:i}${text:i+1:1}${text:i:1}${text:i+2}"
			located "$line"
		done
	done
	[ ! -e refused ]
}

@test "restore refuses lines that changed places" {
	mapfile -t lines_of_1 < <(sheet 1)
	for a in 1 2 3; do
		for ((b = a + 1; b <= 4; b++)); do
			sheet_with "$a" "${lines_of_1[b - 1]}"
			typed[b - 1]=${lines_of_1[a - 1]}
			located "$a"
		done
	done
	[ ! -e refused ]
}

@test "restore refuses a sheet with lines missing or too many" {
	refuses "$(sheet 1 | head -n 3)" 'line 4 has 0 characters instead of 14'
	refuses "$(sheet 1 | sed 2d)" 'line 2 has a typo'
	refuses "$(sheet 1; sheet 1)" 'text after line 4'
	refuses "$(sheet 1; echo x)" 'text after line 4'
	refuses '' 'line 1 has 0 characters'
}

@test "restore counts the characters of a line" {
	refuses "$(sheet 1 | sed '2 s/.$//')" 'line 2 has 13 characters instead of 14'
	refuses "$(sheet 1 | sed '3 s/$/0/')" 'line 3 has 15 characters instead of 14'
	refuses "$(sheet 1 | sed '4 s/.*//')" 'line 4 has 0 characters'
}

@test "restore names a character that is none" {
	for character in U u '!' '*' é; do
		refuses "$(sheet 1 | sed "2 s/^./$character/")" 'line 2: .* is not a character'
	done
}

@test "restore refuses a public id and an identity" {
	refuses "$(peer-key show)" 'this is an id, not a secret'
	refuses "$(cat home/identity)" 'this is an identity, not a secret'
}

@test "restore refuses a file that is longer than any sheet" {
	{ sheet 1; noise 5000 | tr '\0' x; } > typed
	fails 3 'longer than' peer-key -C refused restore typed
	[ ! -e refused ]
}

@test "restore refuses a sheet with a NUL and more behind it" {
	{ sheet 1; printf '\0more'; } > typed
	fails 2 . peer-key -C refused restore typed
	[ ! -e refused ]
}

@test "existing files are never overwritten, exit 2" {
	cp -r home before
	fails 2 "'home/identity' exists already|'home/secret' exists already" peer-key -C home new
	fails 2 'exists already' peer-key -C home restore <(sheet 2)
	says 'hint: other keys are there: move their folder away, or .* -C'
	diff -r home before
}

@test "a key file alone is not overwritten by another secret" {
	mkdir a b
	cp home/secret a
	cp home/identity b
	fails 2 'exists already' peer-key -C a restore <(sheet 2)
	fails 2 'exists already' peer-key -C b restore <(sheet 2)
	cmp a/secret home/secret
	cmp b/identity home/identity
}

@test "a restore that dies at any moment can be run again" {
	for call in write writev fsync link unlink; do
		for when in 1 2 3 4; do
			rm -rf a
			faulty "$call:signal=KILL:when=$when" \
				peer-key -C a restore <(sheet 1) > /dev/null 2>&1 || true
			[ -e a/secret ] && [ -e a/identity ] ||
				peer-key -C a restore <(sheet 1) > /dev/null ||
				{ echo "killed at $call $when: $(ls a)"; return 1; }
			cmp a/secret home/secret
			cmp a/identity home/identity
		done
	done
}

@test "the names of new folders last as the keys in them do" {
	run strace -y -qq -o trace -e trace=fsync peer-key -q -C "$PWD/a/b" new
	[ -e trace ] || skip "no strace here"
	for folder in "$PWD" "$PWD/a" "$PWD/a/b"; do
		grep -F "<$folder>)" trace || { cat trace; return 1; }
	done
}

@test "a secret alone is completed by its own sheet" {
	mkdir a
	cp home/secret a
	peer-key -C a phrase | peer-key -C a restore > /dev/null
	diff -r home a
}

@test "a disk that fails is exit 4 with the reason, and leaves no key" {
	for fault in writev:error=ENOSPC:when=1 fsync:error=EIO:when=1 \
		link:error=EIO:when=1 mkdir:error=EROFS; do
		rm -rf a
		run -4 faulty "$fault" peer-key -C a new
		[[ $output == *"peer-key: cannot "* ]]
		[ -z "$(ls a 2> /dev/null)" ]
	done
}

@test "a key file that others can read is refused with a hint, exit 2" {
	for mode in 640 604 660 620 610 601 777; do
		chmod "$mode" home/*
		fails 2 "'home/identity' can be read by others \(mode 0$mode\)" peer-key -C home show
		says "hint: chmod 600 'home/identity'"
		fails 2 "'home/secret' can be read by others" peer-key -C home phrase
		says "hint: chmod 600 'home/secret'"
	done
	chmod 400 home/*
	peer-key show
	peer-key phrase
}

@test "a missing key file is exit 2 and says how to make one" {
	fails 2 "no key file 'nobody/identity'" peer-key -C nobody show
	says 'hint: .*peer-key new'
	fails 2 "no key file 'nobody/secret'" peer-key -C nobody phrase
	says 'hint: .*peer-key restore'
	[ ! -e nobody ]
}

@test "a key file that cannot be opened is exit 2" {
	mkdir a
	ln -s identity a/identity
	ln -s secret a/secret
	fails 2 "cannot open 'a/identity'" peer-key -C a show
	fails 2 "cannot open 'a/secret'" peer-key -C a phrase
	rm a/*
	mkfifo a/identity a/secret
	fails 2 "'a/identity' is not a regular file" timeout 60 peer-key -C a show
	fails 2 "'a/secret' is not a regular file" timeout 60 peer-key -C a phrase
	rm a/*
	cp home/identity home/secret a/
	nobody=(setpriv --reuid nobody --clear-groups)
	[ "$(id -u)" -eq 0 ] || skip "only root can be another user"
	chmod 755 . a
	chmod 600 a/*
	mine=$(command -v peer-key)
	cp "$mine" .
	fails 2 "cannot open 'a/identity': Permission denied" \
		"${nobody[@]}" ./peer-key -C a show
	fails 2 "cannot open 'a/secret': Permission denied" \
		"${nobody[@]}" ./peer-key -C a phrase
}

# broken TEXT: as the content of either key file it is exit 3 and named.
broken()
{
	printf '%b' "$1" > home/identity
	printf '%b' "$1" > home/secret
	fails 3 "'home/identity' is not a key file: ." peer-key -C home show
	fails 3 "'home/secret' is not a key file: ." peer-key -C home phrase
}

@test "a malformed key file is exit 3 and named" {
	secret=$(cat home/secret)
	broken ''
	broken '\n'
	broken '\0'
	broken 'hello\n'
	broken "${secret%?}\n"
	broken "${secret}0\n"
	broken "$secret\n$secret\n"
	broken "${secret/2/3}\n"
	broken "$secret\n$(printf '%0200d' 0)\n"
	broken "$(noise 60 | tr '\0' x)"
	noise 4000 > home/secret
	fails 3 "'home/secret' is not a key file" peer-key -C home phrase
}

@test "a key file with a NUL and more behind it is exit 3" {
	printf '\0more' >> home/secret
	fails 3 "'home/secret' is not a key file" peer-key -C home phrase
}

@test "a secret is not an identity, nor the reverse" {
	mv home/secret a
	mv home/identity home/secret
	mv a home/identity
	fails 3 "'home/identity' is not a key file: this is a secret, not" peer-key -C home show
	fails 3 "'home/secret' is not a key file: this is an identity, not" peer-key -C home phrase
}

@test "the folder is -C, else SHARDKIT_HOME, else XDG_CONFIG_HOME, else HOME" {
	unset SHARDKIT_HOME
	export HOME=$PWD/h
	peer-key new > h.id
	[ -e h/.config/shardkit/secret ]
	export XDG_CONFIG_HOME=$PWD/x
	peer-key new > x.id
	[ -e x/shardkit/secret ]
	export SHARDKIT_HOME=$PWD/s
	peer-key new > s.id
	[ -e s/secret ]
	peer-key --config c new > c.id
	[ -e c/secret ]

	peer-key --config=c show | cmp - c.id
	peer-key show | cmp - s.id
	SHARDKIT_HOME='' peer-key show | cmp - x.id
	SHARDKIT_HOME='' XDG_CONFIG_HOME='' peer-key show | cmp - h.id
	unset SHARDKIT_HOME XDG_CONFIG_HOME HOME
	fails 2 'no configuration folder: set SHARDKIT_HOME or HOME' peer-key show
	HOME='' fails 2 'no configuration folder' peer-key show
}

@test "a path that is too long is exit 2" {
	fails 2 'too long' peer-key -C "$(printf '%05000d' 0)" show
}

@test "misuse is exit 2 and prints the synopsis on stderr" {
	fails 2 'say one of: new, show, phrase, restore' peer-key
	fails 2 'say one of: new, show, phrase, restore' peer-key forget
	fails 2 "unexpected operand 'x'" peer-key show x
	fails 2 "unexpected operand 'x'" peer-key new x
	fails 2 "unexpected operand 'x'" peer-key phrase x
	fails 2 "unexpected operand 'y'" peer-key restore x y
	says '^usage: peer-key new'
	fails 2 'option --config needs a value' peer-key -C
	fails 2 'option --config is given twice' peer-key -C a --config=b show
	fails 2 'option --verbose takes no value' peer-key --verbose=yes show
}

@test "a sheet that cannot be read is exit 4 and named" {
	fails 4 "cannot open 'nothing': No such file" peer-key -C a restore nothing
	fails 4 "cannot read '.'" peer-key -C a restore .
	[ ! -e a ]
}

@test "a stdout that is full or closed is exit 4" {
	for verb in show phrase; do
		# shellcheck disable=SC2016 # the inner shell expands it
		run -4 --separate-stderr sh -c 'peer-key "$1" > /dev/full' - "$verb"
		says 'cannot write'
		# shellcheck disable=SC2016
		run -4 --separate-stderr sh -c 'peer-key "$1" >&-' - "$verb"
		says 'cannot write'
	done
}

@test "the example in peer-key(1) is true" {
	page=$BATS_TEST_DIRNAME/../man/peer-key.1
	grep -xE '([0-9A-Z]{5} ){2}[0-9A-Z]{4}' "$page" > typed
	id=$(grep -xE '[0-9A-Z]{14}(-[0-9A-Z]{14}){3}' "$page")
	[ "$(peer-key -C a restore typed)" = "$id" ]
}

@test "-q says nothing but what is wrong" {
	run -0 --separate-stderr peer-key -q -C a new
	[ -z "$stderr" ]
	run -0 --separate-stderr peer-key -q phrase
	[ -z "$stderr" ]
	run -2 --separate-stderr peer-key -q -C a new
	[ -n "$stderr" ]
}
