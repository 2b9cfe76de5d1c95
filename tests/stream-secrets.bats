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
	# four characters of the sheet stand in a random id by chance
	sed -i "s/$(peer-key -C new show)//g" all
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

# memory_of TOOL HEX ...: which of these a tool has in its memory as it waits
# for its input. (After the secret was read, it reads stdin.)
memory_of()
{
	/usr/bin/python3 - "$@" <<-'END'
	import subprocess, sys, time
	tool, *wanted = sys.argv[1:]
	with subprocess.Popen([tool], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
	    for _ in range(3000):
	        time.sleep(0.01)
	        with open(f"/proc/{child.pid}/syscall") as call:
	            if call.read().split()[1:2] == ["0x0"]: # reads descriptor 0
	                break
	    memory = b""
	    with open(f"/proc/{child.pid}/maps") as maps, \
	         open(f"/proc/{child.pid}/mem", "rb") as mem:
	        for line in maps:
	            first, last = (int(x, 16) for x in line.split()[0].split("-"))
	            if "rw-p" in line:
	                mem.seek(first)
	                memory += mem.read(last - first)
	    child.kill()
	for text in wanted:
	    if bytes.fromhex(text) in memory:
	        print(text)
	END
}

# Goal: libraries leave copies on the stack; what all keys come from must not
# lie there for as long as a backup takes. What it has to have is found.
@test "the secret is in no memory once its keys are derived" {
	[ -z "${SAN-}" ] || skip "a sanitizer's shadow memory is too large to read"
	secret=$(python independent.py hex home/secret)
	id=$(PYTHONPATH="$BATS_TEST_DIRNAME" /usr/bin/python3 -c 'from independent import *
print(owner_id(load_secret("home/secret")).hex())')
	run -0 memory_of shard-join "$id" "$secret"
	[ "$output" = "$id" ]
}
