#!/usr/bin/env bats
# The stream is what shardkit-format(5) says: independent.py, which shares
# nothing with the C code, reads it; and it stays what it was: tests/golden.

load helper

setup()
{
	stream_setup
}

# restores SHARDS: the independent decoder gives ./in from these of ./stream.
restores()
{
	python independent.py restore home/secret "$1" < stream | cmp - in
}

@test "the independent decoder is right about the published vectors" {
	PYTHONPATH=$BATS_TEST_DIRNAME /usr/bin/python3 -B -c '
from independent import *

def count(size):
    return bytes(i % 251 for i in range(size))

# BLAKE3, test_vectors.json
key = b"whats the Elvish word for friend"
context = "BLAKE3 2019-12-27 16:29:52 test vectors context"
assert blake3(b"").hex() == (
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")
assert blake3(count(1025)).hex() == (
    "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444")
assert keyed(key, b"").hex() == (
    "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26")
for size, answer in (
    (0, "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d"),
    (1, "b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c"),
    (8, "2b166978cef14d9d438046c720519d8b1cad707e199746f1562d0c87fbd32940"),
    (63, "b6451e30b953c206e34644c6803724e9d2725e0893039cfc49584f991f451af3"),
    (64, "a5c4a7053fa86b64746d4bb688d06ad1f02a18fce9afd3e818fefaa7126bf73e"),
    (65, "51fd05c3c1cfbc8ed67d139ad76f5cf8236cd2acd26627a30c104dfd9d3ff8a8"),
    (1025, "effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb"),):
    assert derive(context, count(size)).hex() == answer
# what tests/unit/crypto_hash.c expects of a key of 32 bytes
assert derive(context, count(32)).hex() == (
    "3a3811745f2befb9405149346551dada955d268929e5d9111fa86c3d505526cd")

# FIPS 197, appendix C.3
words = aes_schedule(bytes(range(32)))
assert aes_encrypt(words, bytes.fromhex("00112233445566778899aabbccddeeff")
                   ).hex() == "8ea2b7ca516745bfeafc49904b496089"

# The GCM specification, test cases 13 and 14
assert gcm_open(bytes(32), b"", bytes.fromhex(
    "530f8afbc74536b9a963b4f1c4cb738b")) == b""
assert gcm_open(bytes(32), bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18"),
                bytes.fromhex("d0d1c8a799996bf0265b98b5d48ab919")) == bytes(16)
assert gcm_open(bytes(32), b"", bytes(16)) is None

# P-256: RFC 6979 A.2.5
x, y = multiply(int("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B"
                    "120F6721", 16), BASE)
assert x == int("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F2"
                "9FB6", 16)
assert multiply(ORDER, BASE) is None
'
}

@test "a stream is one CBOR sequence of head, stripes, shards and end" {
	noise 10000 > in
	for numbers in '1 1' '1 2' '3 5' '8 8' '2 255'; do
		# shellcheck disable=SC2086 # words
		set -- $numbers
		shard-split -k "$1" -n "$2" -s 1024 -L label in | python independent.py check
	done > out
	grep -c '^end' out | grep -x 5
}

@test "an empty stream is a head and an end" {
	: > in
	shard-split -e in > stream
	restores 0
	[ "$(python independent.py check < stream | cut -d ' ' -f 1)" = $'head\nend' ]
}

@test "it restores from the data shards, from parity alone, from any mixture" {
	noise 8000 > in
	shard-split -k 2 -n 5 -s 1024 -L label in > stream
	for shards in 0,1 3,4 2,4 0,4 1,2 0,1,2,3,4; do
		restores "$shards"
	done
	shard-split -k 5 -n 11 -s 1024 in > stream
	for shards in 0,1,2,3,4 6,7,8,9,10 0,2,5,7,10 4,5,6,7,8; do
		restores "$shards"
	done
}

@test "it restores stripes whose shards are several blocks, from parity alone" {
	noise 170000 > in
	shard-split -k 2 -n 4 -s 40001 in > stream
	restores 2,3
}

@test "it restores one shard of one, and the last of 255" {
	noise 2500 > in
	shard-split -k 1 -n 1 -s 1024 in > stream
	restores 0
	shard-split -k 1 -n 255 -s 1024 in > stream
	restores 254
}

@test "what shard-split sealed under one secret opens under no other" {
	noise 100 > in
	owner 2 other
	shard-split in > stream
	run -1 python independent.py restore other/secret < stream
	[[ $output == *"another owner"* ]]
}

@test "a fixed secret, fixed data and fixed numbers give the golden streams" {
	"$BATS_TEST_DIRNAME/golden/make" .
	for file in digests tiny; do
		cmp "$file" "$BATS_TEST_DIRNAME/golden/$file"
	done
}

@test "the example in shardkit-format(5) is true" {
	page=$BATS_TEST_DIRNAME/../man/shardkit-format.5
	grep -xE '([0-9A-Z]{5} ){2}[0-9A-Z]{4}' "$page" > typed
	id=$(grep -xE '[0-9A-Z]{14}(-[0-9A-Z]{14}){3}' "$page")
	[ "$(peer-key -C page restore typed)" = "$id" ]
	[ "$(python independent.py hex page/secret)" = "$(printf %02x {0..31})" ]
	[ "$(python independent.py id page/secret)" = "$id" ]

	printf hello > in
	shard-split -C page -k 2 -n 3 -s 1K in > stream
	sed '1,/writes these bytes/d' "$page" | grep -xE ' *[0-9a-f]{8,64}' | tr -d ' \n' > expected
	od -An -v -tx1 stream | tr -d ' \n' | cmp - expected
	python independent.py restore page/secret 1,2 < stream | cmp - in
}

@test "the golden stream is still read, by both decoders" {
	golden=$BATS_TEST_DIRNAME/golden
	peer-key -C golden restore "$golden/sheet" > /dev/null
	/usr/bin/python3 -c '
import hashlib, sys
sys.stdout.buffer.write(hashlib.shake_256(b"golden").digest(2500))' > in
	shard-join -C golden "$golden/tiny" | cmp - in
	python independent.py restore golden/secret 1,2 < "$golden/tiny" | cmp - in
	[ "$(python independent.py label golden/secret < "$golden/tiny")" = golden ]
}
