#!/usr/bin/env bats
# shard-join(1), made to run. What it does with damaged streams is in
# stream-damage.bats.

load helper

setup()
{
	stream_setup
	noise 10000 > in
	shard-split -s 1024 in > stream
}

@test "it reads a file or stdin" {
	shard-join stream | cmp - in
	shard-join < stream | cmp - in
	shard-join <(cat stream) | cmp - in
}

@test "it needs the secret only, not the identity" {
	rm home/identity
	shard-join stream | cmp - in
}

@test "it reads a pipe that dribbles" {
	head -c 2000 in | shard-split -s 1024 > short
	dd if=short bs=1 status=none | shard-join | cmp -n 2000 - in
	dd if=stream bs=613 status=none | shard-join | cmp - in
}

@test "a stripe is given back before the next one is there" {
	mkfifo pipe
	shard-join < pipe > out &
	exec 5> pipe
	# the first stripe (3072 bytes in 5 shards), and the second's record
	head -c 6200 stream >&5
	for _ in {1..400}; do # it may not be there yet
		[ "$(stat -c %s out || echo 0)" -lt 3072 ] || break
		sleep 0.05
	done
	[ "$(stat -c %s out)" -eq 3072 ]
	tail -c +6201 stream >&5
	exec 5>&-
	wait $!
	cmp out in
}

@test "a stripe with too few shards is exit 1 with the count" {
	edit 'del stripes[1][1][2:]' < stream > few
	run -1 --separate-stderr sh -c 'shard-join few > out'
	says '^shard-join: stripe 1 has 2 .* 3 .* 5'
	cmp -n 3072 out in
	[ "$(stat -c %s out)" -eq 3072 ]
}

@test "a stream without its end is exit 3 with a hint" {
	fails 3 'the stream is empty' shard-join /dev/null
	edit 'end.raw = b""' < stream > endless
	run -3 --separate-stderr sh -c 'shard-join endless > out'
	says 'cut short'
	says 'hint: .*failed or was killed'
	cmp out in
	for size in 1 70 80 3000 4000 18000; do
		run -3 --separate-stderr sh -c "head -c $size stream | shard-join > out"
		says 'cut short'
		cmp -n "$(stat -c %s out)" out in
	done
}

@test "anything else than a stream is exit 3" {
	fails 3 'not a shard stream|not deterministic|malformed|cut short' shard-join in
	for text in '' 'hello, world' '{}' 'null' "$(printf '\xa0')" "$(printf '\x00')" \
		"$(printf '\xff')" "$(printf '\x9f\xff')" "$(printf '\xbb')"; do
		fails 3 . shard-join <(printf '%s\n' "$text")
	done
	tar -c in | fails 3 . shard-join
	fails 3 . shard-join < "$(command -v shard-join)"
}

@test "a stream of another version is exit 3 and says so" {
	LC_ALL=C sed '1s/shardkit\x02\x01/shardkit\x02\x02/' stream > other
	run -1 cmp -s stream other
	fails 3 'version 2.* version 1' shard-join other
}

@test "another owner's stream is exit 3 and names the owner" {
	owner 2 other
	fails 3 "another owner, $(peer-key show)" shard-join -C other stream
	says 'hint: .*-C'
	shard-join --config home stream | cmp - in
}

@test "something behind the end is exit 3" {
	cat stream stream > twice
	status=0
	shard-join twice > out 2> err || status=$?
	[ "$status" -eq 3 ]
	grep 'something behind the end' err
}

@test "a stdout that is full or closed is exit 4 with the reason" {
	run -4 --separate-stderr sh -c 'shard-join stream > /dev/full'
	says 'cannot write: No space left'
	run -4 --separate-stderr sh -c 'shard-join stream >&-'
	says 'cannot write: Bad file'
	run -4 --separate-stderr sh -c 'shard-join >&- < stream'
	says 'cannot write: Bad file'
}

@test "a reader that goes away is exit 4 with the reason" {
	{
		until [ -e gone ]; do sleep 0.01; done
		shard-join stream 2> err || echo $? > status
	} | {
		exec <&-
		touch gone
	}
	[ "$(cat status)" -eq 4 ]
	grep 'cannot write: Broken pipe' err
}

@test "a disk that fills at any moment is exit 4" {
	for when in 1 2 3 4; do
		status=0
		faulty "writev:error=ENOSPC:when=$when" shard-join stream > out 2> err ||
			status=$?
		[ "$status" -eq 4 ]
		grep 'cannot write: No space left' err
		[ "$(stat -c %s out)" -eq $((3072 * (when - 1))) ]
		cmp -n $((3072 * (when - 1))) out in
	done
}

@test "an input that fails at any moment is exit 4" {
	noise 200000 | shard-split -s 1024 > stream
	for when in 1 2 3 4; do # of each thread's reads
		status=0
		faulty_at stream "read:error=EIO:when=$when" shard-join stream > out 2> err ||
			status=$?
		[ "$status" -eq 4 ]
		grep -E 'cannot read.*: (I/O|Input/output) error' err
	done
}

@test "an interrupted system call is none of the user's business" {
	faulty_at stream read:error=EINTR:when=1+2 shard-join stream | cmp - in
	faulty writev:error=EINTR:when=1+2 shard-join stream | cmp - in
}

@test "a stdin that is closed is exit 4" {
	run -4 --separate-stderr sh -c 'shard-join <&-'
	says 'cannot read'
}

@test "a file that cannot be read is exit 4 and named" {
	fails 4 "cannot open 'nothing': No such file" shard-join nothing
	fails 2 "'.' is a folder" shard-join .
}

@test "a declared length costs no memory" {
	[ -z "$SLOW" ] || skip 'not with these binaries'
	edit '
head = record({**head.item, 3: 1, 4: 16, 5: 16 << 20})
stripe = record({0: 1, 1: 0, 2: 16 << 20, 3: bytes(32 * 16), 4: bytes(64)})
header = record({0: 2, 1: 0, 2: 15, 3: bytes(32)})
stripes = [(stripe, [[header]])]
end = Unit(None, None, bytes([0x5a, 1, 0, 0, 0]) + bytes(1000))
' < stream > huge
	/usr/bin/python3 -c '
import resource, subprocess
run = subprocess.run(["shard-join", "huge"], stderr=subprocess.PIPE)
assert run.returncode == 3 and b"cut short" in run.stderr, run
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert used < 32 << 10, used'
}

@test "misuse is exit 2 and prints the synopsis on stderr" {
	fails 2 "unexpected operand 'b'" shard-join a b
	fails 2 "unknown option '--need'" shard-join --need 3
	fails 2 "unknown option '-x'" shard-join -x
	fails 2 'option --config needs a value' shard-join -C
	fails 2 'option --config is given twice' shard-join -C a -C b
	says '^usage: shard-join'
}

@test "without a key: exit 2 with a hint" {
	fails 2 "no key file 'nobody/secret'" shard-join -C nobody stream
	says 'hint: .*peer-key restore'
	chmod 640 home/secret
	fails 2 "home/secret' can be read by others" shard-join stream
	chmod 600 home/secret
	cp home/identity home/secret
	fails 3 "home/secret' is not a key file" shard-join stream
}

@test "-v counts the bytes" {
	run -0 --separate-stderr sh -c 'shard-join -v stream > out'
	says '^shard-join: 10000 bytes$'
}
