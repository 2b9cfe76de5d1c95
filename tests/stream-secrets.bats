#!/usr/bin/env bats
# No secret leaves the key files but by `peer-key phrase`.

load helper

setup()
{
	stream_setup
	noise 5000 > in
	mapfile -t pieces < <(
		sheet 1 | tr ' ' '\n'
		tr - '\n' < home/identity
		python independent.py hex home/secret
	)
}

# clean FILE ...: none has a line or a group of the sheet, of the private
# scalar, or the bytes of the secret in hexadecimal.
clean()
{
	[ "${#pieces[@]}" -gt 15 ]
	for piece in "${pieces[@]}"; do
		! grep -aiF -e "$piece" "$@" || { echo "has $piece"; return 1; }
	done
}

@test "the search finds what it should" {
	run -1 clean home/secret
	run -1 clean home/identity
	peer-key phrase > sheet.txt 2> err
	run -1 clean sheet.txt
	clean err
}

@test "no tool prints a secret, with -v neither" {
	{
		peer-key -v show
		peer-key -v -C new new
		sheet 1 | peer-key -v -C again restore
		shard-split -v -L label in > stream
		shard-join -v stream > out
		shard-join -v -C new stream || true
	} > all 2>&1
	clean all out stream
}

@test "no complaint about a key file or a sheet quotes it" {
	for line in 1 2 3 4; do
		mkdir "bad$line"
		sheet 1 | tr -d ' ' | sed "$line s/.$/U/" > "bad$line/secret"
		cp "bad$line/secret" "bad$line/identity"
		chmod 600 "bad$line"/*
		for tool in 'peer-key show' 'peer-key phrase' shard-split shard-join; do
			# shellcheck disable=SC2086 # words
			set -- $tool
			status=0
			"$1" -v -C "bad$line" "${@:2}" < in > /dev/null 2>> err || status=$?
			[ "$status" -eq 3 ]
		done
		status=0
		peer-key -v -C other restore "bad$line/secret" 2>> err || status=$?
		[ "$status" -eq 2 ]
	done
	cat err
	clean err
}

@test "no secret is in arguments, environment or descriptors, ours or a child's" {
	# shellcheck disable=SC2016 # the inner shell expands it
	shard-split -s 1024 -- sh -c '
		cat /proc/$PPID/cmdline /proc/$PPID/environ /proc/self/environ
		ls -l /proc/$PPID/fd /proc/self/fd' > stream
	shard-join stream > seen
	grep -a SHARDKIT_HOME seen
	clean seen stream
	run -1 grep -a 'home/secret' seen
}

@test "the secret goes to the disk once, in a file of mode 0600 from the start" {
	umask 000
	strace -f -qq -s 200 -e trace=open,openat,creat,write,writev,chmod,fchmod -o trace \
		peer-key -C a restore <(sheet 1) > /dev/null
	[ "$(grep -c "$(cat home/secret)" trace)" -eq 1 ]
	[ "$(grep -c "$(cat home/identity)" trace)" -eq 1 ]
	# every file that is created is created so, nothing is chmod'ed
	grep O_CREAT trace | grep -v 'O_EXCL.*, 0600' && return 1
	run -1 grep chmod trace
}

@test "a stream has neither the secret nor what is derived from it" {
	shard-split -s 1024 -L label in > stream
	PYTHONPATH=$BATS_TEST_DIRNAME /usr/bin/python3 -B -c '
import independent
secret = independent.load_secret("home/secret")
owner = independent.Owner(secret)
stream = open("stream", "rb").read()
for key in (secret, owner.convergence, owner.catalogue,
            independent.scalar_of(secret)):
    assert key not in stream and key[:8] not in stream
assert owner.id in stream'
}
