#!/usr/bin/python3
"""A second implementation of shardkit-format(5), from the standards alone.

It shares no line with the C code: CBOR by Debian's cbor2; BLAKE3, AES-256-GCM,
P-256 and Reed-Solomon written out here, for clearness and not for speed. It
reads a shard stream strictly, and with the owner's secret it restores it.

    independent.py check < stream           what is in it, a line a record
    independent.py ids < stream             the ids of all shards
    independent.py restore FILE [I,J,...]   stdin to stdout with the secret in
                                            FILE, from these shards only
    independent.py label FILE < stream      the label
    independent.py id FILE                  the id that belongs to the secret
    independent.py scalar FILE              its identity's line
    independent.py hex FILE                 the secret in hexadecimal
    independent.py sheet < 32 bytes         the recovery sheet of a secret

SPDX-License-Identifier: ISC
"""

import functools
import hashlib
import io
import struct
import sys
from dataclasses import dataclass, field

import cbor2

HEAD, STRIPE, SHARD, END = 0, 1, 2, 4


class Malformed(Exception):
    pass


def must(condition, text):
    if not condition:
        raise Malformed(text)


# BLAKE3 (github.com/BLAKE3-team/BLAKE3-specs, sections 2.1 to 2.6)

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
      0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED, CONTEXT, MATERIAL = (
    1 << i for i in range(7))
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
LANES = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
         (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))


def schedules():
    """For each round, each quarter step's lanes and message words."""
    order = list(range(16))
    for _ in range(7):
        yield [(*lane, order[2 * i], order[2 * i + 1])
               for i, lane in enumerate(LANES)]
        order = [order[i] for i in PERMUTATION]


STEPS = [step for steps in schedules() for step in steps]


def compress(chaining, block, counter, size, flags):
    m = struct.unpack("<16I", block)
    v = [*chaining, *IV[:4], counter & 0xFFFFFFFF, counter >> 32, size, flags]
    for a, b, c, d, x, y in STEPS:
        p, q, r, s = v[a], v[b], v[c], v[d]
        p = (p + q + m[x]) & 0xFFFFFFFF
        s ^= p
        s = (s >> 16 | s << 16) & 0xFFFFFFFF
        r = (r + s) & 0xFFFFFFFF
        q ^= r
        q = (q >> 12 | q << 20) & 0xFFFFFFFF
        p = (p + q + m[y]) & 0xFFFFFFFF
        s ^= p
        s = (s >> 8 | s << 24) & 0xFFFFFFFF
        r = (r + s) & 0xFFFFFFFF
        q ^= r
        v[a], v[b], v[c], v[d] = p, (q >> 7 | q << 25) & 0xFFFFFFFF, r, s
    return [v[i] ^ v[i + 8] for i in range(8)]


def last_step(data, key, flags, first_chunk):
    """The arguments of the compression that ends the tree over `data`."""
    if len(data) > 1024:
        left = 1024
        while left * 2 < len(data):
            left *= 2
        both = [*compress(*last_step(data[:left], key, flags, first_chunk)),
                *compress(*last_step(data[left:], key, flags,
                                     first_chunk + left // 1024))]
        return key, struct.pack("<16I", *both), 0, 64, flags | PARENT
    blocks = [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
    start = CHUNK_START
    chaining = key
    for block in blocks[:-1]:
        chaining = compress(chaining, block, first_chunk, 64, flags | start)
        start = 0
    block = blocks[-1]
    return (chaining, block.ljust(64, b"\0"), first_chunk, len(block),
            flags | start | CHUNK_END)


def blake3(data, key=IV, flags=0):
    *arguments, flags = last_step(data, key, flags, 0)
    return struct.pack("<8I", *compress(*arguments, flags | ROOT))


def keyed(key, data):
    return blake3(data, struct.unpack("<8I", key), KEYED)


def derive(context, material):
    key = blake3(context.encode(), flags=CONTEXT)
    return blake3(material, struct.unpack("<8I", key), MATERIAL)


# Fields of 256 elements: bytes as polynomials over GF(2)

def field_product(polynomial):
    def product(a, b):
        result = 0
        while b:
            if b & 1:
                result ^= a
            a <<= 1
            if a & 0x100:
                a ^= polynomial
            b >>= 1
        return result
    return product


def inverses(product):
    """The table of 1 / x, which is x^254; 1 / 0 is put down as 0."""
    table = []
    for x in range(256):
        power = 1
        for bit in f"{254:b}":
            power = product(power, power)
            if bit == "1":
                power = product(power, x)
        table.append(power)
    return table


# AES-256 (FIPS 197) and GCM (NIST SP 800-38D)

aes_product = field_product(0x11B)


def substitution():
    def rotate(x, n):
        return (x << n | x >> (8 - n)) & 0xFF
    return bytes(x ^ rotate(x, 1) ^ rotate(x, 2) ^ rotate(x, 3) ^ rotate(x, 4)
                 ^ 0x63 for x in inverses(aes_product))


SBOX = substitution()
COLUMN = [[int.from_bytes(bytes(aes_product(SBOX[x], f) for f in factors),
                          "big") for x in range(256)]
          for factors in ((2, 1, 1, 3), (3, 2, 1, 1), (1, 3, 2, 1),
                          (1, 1, 3, 2))]


def aes_schedule(key):
    def substitute(word):
        return int.from_bytes(word.to_bytes(4, "big").translate(SBOX), "big")
    words = list(struct.unpack(">8I", key))
    constant = 1
    while len(words) < 60:
        word = words[-1]
        if len(words) % 8 == 0:
            word = substitute((word << 8 | word >> 24) & 0xFFFFFFFF)
            word ^= constant << 24
            constant = aes_product(constant, 2)
        elif len(words) % 8 == 4:
            word = substitute(word)
        words.append(words[-8] ^ word)
    return words


def aes_encrypt(words, block):
    state = [a ^ b for a, b in zip(struct.unpack(">4I", block), words)]
    for i in range(4, 56, 4):
        state = [COLUMN[0][state[c] >> 24]
                 ^ COLUMN[1][state[(c + 1) % 4] >> 16 & 0xFF]
                 ^ COLUMN[2][state[(c + 2) % 4] >> 8 & 0xFF]
                 ^ COLUMN[3][state[(c + 3) % 4] & 0xFF]
                 ^ words[i + c] for c in range(4)]
    return struct.pack(">4I", *(
        (SBOX[state[c] >> 24] << 24
         | SBOX[state[(c + 1) % 4] >> 16 & 0xFF] << 16
         | SBOX[state[(c + 2) % 4] >> 8 & 0xFF] << 8
         | SBOX[state[(c + 3) % 4] & 0xFF]) ^ words[56 + c]
        for c in range(4)))


def ghash(subkey, data):
    h = int.from_bytes(subkey, "big")
    y = 0
    for i in range(0, len(data), 16):
        x = y ^ int.from_bytes(data[i:i + 16].ljust(16, b"\0"), "big")
        y, v = 0, h
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                y ^= v
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
    return y.to_bytes(16, "big")


def xor(a, b):
    must(len(a) == len(b), "lengths differ")
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(
        len(a), "big")


def gcm_open(key, sealed, tag):
    """AES-256-GCM with the nonce 0 and no associated data; None: forged."""
    words = aes_schedule(key)
    lengths = struct.pack(">QQ", 0, 8 * len(sealed))
    padded = sealed + bytes(-len(sealed) % 16)
    expected = ghash(aes_encrypt(words, bytes(16)), padded + lengths)
    if xor(expected, aes_encrypt(words, struct.pack(">QQ", 0, 1))) != tag:
        return None
    count = (len(sealed) + 15) // 16
    stream = b"".join(aes_encrypt(words, struct.pack(">QQ", 0, 2 + i))
                      for i in range(count))
    return xor(sealed, stream[:len(sealed)])


# P-256 (FIPS 186-4 D.1.2.3): an id is the SHA-256 of SubjectPublicKeyInfo

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(scalar, point):
    result = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def scalar_of(secret):
    scalar = derive("shardkit 2026-11-22 identity scalar", secret)
    while not 0 < int.from_bytes(scalar, "big") < ORDER:
        scalar = derive("shardkit 2026 scalar retry", scalar)
    return scalar


def owner_id(secret):
    x, y = multiply(int.from_bytes(scalar_of(secret), "big"), BASE)
    point = b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    return hashlib.sha256(SPKI + point).digest()


# Base32 in four lines with a check character each

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KIND_ID, KIND_SECRET, KIND_IDENTITY = 0, 1, 2


def check_value(line, values):
    """The sum of a^(i+1) * value i over GF(32), and the line's number."""
    power, total = 1, line + 1
    for value in values:
        power = power << 1 ^ (0x25 if power & 16 else 0)
        term = 0
        for bit in range(5):
            if value >> bit & 1:
                term ^= power << bit
        for bit in range(9, 4, -1):
            if term >> bit & 1:
                term ^= 0x25 << (bit - 5)
        total ^= term
    return total


def base32_lines(kind, data):
    number = kind << 256 | int.from_bytes(data, "big")
    values = [number >> 5 * i & 31 for i in range(51, -1, -1)]
    for line in range(4):
        part = values[13 * line:13 * line + 13]
        yield "".join(ALPHABET[v] for v in (*part, check_value(line, part)))


def base32_decode(kind, text):
    lines = text.split("-")
    must(len(lines) == 4, "not four lines")
    number = 0
    for line in lines:
        must(len(line) == 14, "not 14 characters")
        for character in line[:13]:
            number = number << 5 | ALPHABET.index(character)
    data = (number & (1 << 256) - 1).to_bytes(32, "big")
    must("-".join(base32_lines(kind, data)) == text, "kind or check is wrong")
    return data


# Reed-Solomon: the identity above a Cauchy matrix over GF(256)

rs_product = field_product(0x11D)
RS_INVERSE = inverses(rs_product)


@functools.cache
def rs_multiples(a):
    return bytes(rs_product(a, b) for b in range(256))


def rs_row(index, need):
    if index < need:
        return [int(index == j) for j in range(need)]
    return [RS_INVERSE[index ^ j] for j in range(need)]


def rs_decode(need, shards):
    """The data shards out of any `need` entries {index: bytes}."""
    chosen = sorted(shards)[:need]
    rows = [rs_row(i, need) for i in chosen]
    known = [shards[i] for i in chosen]
    for column in range(need):
        pivot = next(r for r in range(column, need) if rows[r][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        known[column], known[pivot] = known[pivot], known[column]
        factor = rs_multiples(RS_INVERSE[rows[column][column]])
        rows[column] = [factor[x] for x in rows[column]]
        known[column] = known[column].translate(factor)
        for r in range(need):
            if r != column and rows[r][column]:
                factor = rs_multiples(rows[r][column])
                rows[r] = [x ^ factor[y] for x, y in zip(rows[r], rows[column])]
                known[r] = xor(known[r], known[column].translate(factor))
    return known


# The tree hash that names a shard (RFC 9162 section 2.1.1)

LEAF = b"shardkit tree leaf".ljust(32, b"\0")
NODE = b"shardkit tree node".ljust(32, b"\0")


def tree_root(data):
    if len(data) <= 16384:
        return keyed(LEAF, data)
    left = 16384
    while left * 2 < len(data):
        left *= 2
    return keyed(NODE, tree_root(data[:left]) + tree_root(data[left:]))


# The stream

@dataclass
class Stripe:
    raw: bytes
    public: bytes  # the record without its box
    number: int
    size: int
    ids: list
    box: bytes
    shards: dict = field(default_factory=dict)  # index: bytes


@dataclass
class Stream:
    raw: bytes  # of the head
    need: int
    total: int
    shard_size: int
    owner: bytes
    label: bytes
    stripes: list
    end: dict
    end_public: bytes
    end_sealed: bytes


def encode(item):
    return cbor2.dumps(item, canonical=True)


def items(data):
    """Every item of a CBOR sequence (RFC 8742) and its bytes."""
    file = io.BytesIO(data)
    while (start := file.tell()) < len(data):
        item = cbor2.CBORDecoder(file).decode()
        raw = data[start:file.tell()]
        must(encode(item) == raw, f"byte {start}: not deterministic")
        yield item, raw


def check_map(item, **expected):
    """The keys _0, _1 ... and what each must be: a type, a length, a value."""
    must(isinstance(item, dict), f"{item!r} is no record")
    must(list(item) == [int(key[1:]) for key in expected],
         f"a record has the keys {list(item)}")
    for key, rule in expected.items():
        value = item[int(key[1:])]
        if rule is int:
            must(type(value) is int and 0 <= value < 2**64,
                 f"key {key}: {value!r}")
        elif isinstance(rule, range):
            must(type(value) is bytes and len(value) in rule,
                 f"key {key}: {value!r}")
        else:
            must(value == rule and type(value) is type(rule),
                 f"key {key}: {value!r}")


def exactly(size):
    return range(size, size + 1)


def read_head(item, raw):
    keys = {"_0": HEAD, "_1": "shardkit", "_2": 1, "_3": int, "_4": int,
            "_5": int, "_6": exactly(32)}
    if 7 in item:
        keys["_7"] = range(32 + 32 + 16, 32 + 224 + 16 + 1, 32)
    check_map(item, **keys)
    must(1 <= item[3] <= item[4] <= 255, "need or total")
    must(1024 <= item[5] and item[4] * item[5] <= 256 << 20, "shard size")
    return Stream(raw, item[3], item[4], item[5], item[6], item.get(7, b""),
                  [], {}, b"", b"")


def read_stripe(stream, item, raw):
    check_map(item, _0=STRIPE, _1=int, _2=int, _3=exactly(32 * stream.total),
              _4=exactly(64))
    must(item[1] == len(stream.stripes), "stripes are not in their order")
    must(1 <= item[2] <= stream.need * stream.shard_size, "a stripe's size")
    ids = [item[3][i:i + 32] for i in range(0, len(item[3]), 32)]
    public = encode({k: v for k, v in item.items() if k != 4})
    stream.stripes.append(Stripe(raw, public, item[1], item[2], ids, item[4]))


def read_shard(stream, item, payload):
    stripe = stream.stripes[-1]
    check_map(item, _0=SHARD, _1=stripe.number, _2=int, _3=exactly(32))
    must(item[2] < stream.total, "a shard's index")
    must(item[2] not in stripe.shards, "a shard comes twice")
    must(item[3] == stripe.ids[item[2]], "a shard's id")
    must(type(payload) is bytes, "a shard's bytes")
    must(len(payload) == -(-stripe.size // stream.need), "a shard's length")
    stripe.shards[item[2]] = payload


def parse(data):
    """A whole stream, as strictly as the page allows to be."""
    sequence = items(data)
    stream = read_head(*next(sequence))
    for item, raw in sequence:
        must(not stream.end, "there is something behind the end record")
        must(isinstance(item, dict), f"{item!r} is no record")
        if item.get(0) == STRIPE:
            read_stripe(stream, item, raw)
        elif item.get(0) == SHARD:
            must(stream.stripes, "a shard before any stripe")
            read_shard(stream, item, next(sequence)[0])
        else:
            check_map(item, _0=END, _1=len(stream.stripes),
                      _2=sum(s.size for s in stream.stripes), _3=exactly(32),
                      _4=exactly(32))
            stream.end = item
            stream.end_public = encode(
                {k: v for k, v in item.items() if k < 3})
            stream.end_sealed = encode(
                {k: v for k, v in item.items() if k != 4})
    must(stream.end, "there is no end record")
    return stream


# What the owner's secret opens

class Owner:
    def __init__(self, secret):
        self.id = owner_id(secret)
        self.convergence = derive("shardkit 2026-11-22 convergence", secret)
        self.catalogue = derive("shardkit 2026-11-22 catalogue", secret)

    def label(self, box):
        if not box:
            return ""
        salt, sealed, tag = box[:32], box[32:-16], box[-16:]
        part = derive("shardkit 2026-11-22 label key", self.catalogue)
        padded = gcm_open(keyed(part, salt), sealed, tag)
        must(padded is not None, "the label is forged")
        part = derive("shardkit 2026-11-22 label salt", self.catalogue)
        must(keyed(part, padded) == salt, "the label's salt")
        text = padded.rstrip(b"\0")
        must(len(padded) == (len(text) // 32 + 1) * 32, "the label's padding")
        return text.decode()


def restore_stripe(stream, stripe, owner, box_key, only):
    shards = {i: data for i, data in stripe.shards.items()
              if (only is None or i in only)
              and tree_root(data) == stripe.ids[i]}
    must(len(shards) >= stream.need, f"stripe {stripe.number}: too few shards")
    sealed = b"".join(rs_decode(stream.need, shards))
    must(not any(sealed[stripe.size:]), "the padding is not zero")
    opened = gcm_open(box_key, stripe.box[:48], stripe.box[48:])
    must(opened is not None, f"stripe {stripe.number}: the box is forged")
    plain = gcm_open(opened[:32], sealed[:stripe.size], opened[32:])
    must(plain is not None, f"stripe {stripe.number}: the bytes are forged")
    must(keyed(owner.convergence, plain) == opened[:32], "the stripe's key")
    return plain


def restore(data, secret, only=None):
    """The plain bytes of a stream, from the shards in `only` if given."""
    stream, owner = parse(data), Owner(secret)
    must(stream.owner == owner.id, "another owner")
    owner.label(stream.label)
    at = blake3(stream.raw)
    plain = []
    for stripe in stream.stripes:
        box_key = keyed(owner.catalogue, blake3(at + stripe.public))
        plain.append(restore_stripe(stream, stripe, owner, box_key, only))
        at = blake3(at + stripe.raw)
    must(stream.end[4] == blake3(at + stream.end_sealed),
         "the digest of the stream")
    must(stream.end[3] == keyed(owner.catalogue,
                                blake3(at + stream.end_public)), "the seal")
    return b"".join(plain)


def describe(stream):
    print(f"head {stream.need} of {stream.total}, {stream.shard_size} bytes, "
          f"owner {'-'.join(base32_lines(KIND_ID, stream.owner))}")
    for stripe in stream.stripes:
        print(f"stripe {stripe.number}, {stripe.size} bytes, "
              f"shards {sorted(stripe.shards)}")
    print(f"end {stream.end[1]} stripes, {stream.end[2]} bytes")


def load_secret(path):
    with open(path, encoding="ascii") as file:
        return base32_decode(KIND_SECRET, file.read().rstrip("\n"))


def main(verb, *arguments):
    if verb == "check":
        describe(parse(sys.stdin.buffer.read()))
    elif verb == "ids":
        for stripe in parse(sys.stdin.buffer.read()).stripes:
            print("\n".join(digest.hex() for digest in stripe.ids))
    elif verb == "restore":
        only = [int(i) for i in arguments[1].split(",")] if arguments[1:] \
            else None
        sys.stdout.buffer.write(restore(
            sys.stdin.buffer.read(), load_secret(arguments[0]), only))
    elif verb == "label":
        print(Owner(load_secret(arguments[0])).label(
            parse(sys.stdin.buffer.read()).label))
    elif verb == "id":
        print("-".join(base32_lines(KIND_ID,
                                    owner_id(load_secret(arguments[0])))))
    elif verb == "scalar":
        print("-".join(base32_lines(KIND_IDENTITY,
                                    scalar_of(load_secret(arguments[0])))))
    elif verb == "hex":
        print(load_secret(arguments[0]).hex())
    elif verb == "sheet":
        print("\n".join(base32_lines(KIND_SECRET, sys.stdin.buffer.read(32))))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Malformed as reason:
        sys.exit(f"independent.py: {reason}")
