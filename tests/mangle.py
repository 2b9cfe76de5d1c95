#!/usr/bin/python3
"""Runs shard-join on every mangled stream there is, and judges each run.

    mangle.py CASES HOME OTHER-HOME

CASES is one of the functions below that yield cases; the two folders hold
the keys of two owners. The law: whatever the stream has suffered, either the
exit is 0 and the output is what was split, or the exit is 1 or 3, with a
reason on stderr, and the output ends where a stripe ends, without a wrong
byte. Many cases allow less than the law. Every kind of case is counted.

Exit 1 is a sound no: the stripe's record is the owner's and in its place, and
too few of its shards follow. All else, and a stream that breaks off, is exit 3.

STRIDE=N tries only every Nth case (for slow builds).

SPDX-License-Identifier: ISC
"""

import hashlib
import itertools
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

import cbor2

import independent
from independent import END, HEAD, SHARD, STRIPE, encode

NO, DATA = 1, 3
DEADLINE_S = 60


# Streams

@dataclass
class Unit:
    """An item of a stream: a record, or the bytes of a shard."""
    kind: int  # of the record; None for bytes
    item: object
    raw: bytes


def units_of(stream):
    units = []
    for item, raw in independent.items(stream):
        kind = item[0] if isinstance(item, dict) else None
        units.append(Unit(kind, item, raw))
    return units


def join_units(units):
    return b"".join(unit.raw for unit in units)


def record(item):
    return Unit(item.get(0) if isinstance(item, dict) else None, item,
                encode(item))


@dataclass
class Backup:
    plain: bytes
    stream: bytes
    units: list
    stripe_size: int

    def prefixes(self):
        """Where the output may end: after 0, 1, 2 ... stripes."""
        ends = range(0, len(self.plain), self.stripe_size)
        return {*ends, len(self.plain)}


def noise(name, size):
    return hashlib.shake_256(name.encode()).digest(size)


def split(home, plain, need, total, *options, shard_size=1024):
    stream = subprocess.run(
        ["shard-split", "-e", "-C", home, "-k", str(need), "-n", str(total),
         "-s", str(shard_size), *options],
        input=plain, stdout=subprocess.PIPE, check=True).stdout
    return Backup(plain, stream, units_of(stream), need * shard_size)


# Runs

@dataclass
class Case:
    name: str
    backup: Backup
    stream: bytes
    allowed: tuple = (0, NO, DATA)
    size: int = None  # of the output, when only one is right
    say: str = None   # a pattern on stderr
    twin: Backup = None  # another one with the same head, as right as ours


def file_with(data):
    fd = os.memfd_create("case")
    os.write(fd, data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def take(fd):
    data = os.pread(fd, os.fstat(fd).st_size, 0)
    os.close(fd)
    return data


def run_join(home, stream):
    """Exit status (negative: the signal), stdout and stderr."""
    files = [file_with(stream), file_with(b""), file_with(b"")]
    child = os.posix_spawnp(
        "shard-join", ["shard-join", "-C", home], os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, fd, to)
                      for to, fd in enumerate(files)])
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(DEADLINE_S)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.alarm(0)
    os.close(files[0])
    return status, take(files[1]), take(files[2]).decode(errors="replace")


def wrong_output(backup, status, out):
    if not backup.plain.startswith(out):
        return f"exit {status} and wrong bytes"
    if status == 0 and out != backup.plain:
        return f"exit 0 and only {len(out)} bytes"
    if len(out) not in backup.prefixes():
        return f"{len(out)} bytes are no whole stripes"
    return None


def verdict(case, status, out, err):
    """What is wrong with this run; None when nothing is."""
    if status not in case.allowed:
        return f"exit {status}, allowed: {case.allowed}"
    wrong = wrong_output(case.backup, status, out)
    if wrong and not (case.twin and not wrong_output(case.twin, status, out)):
        return wrong
    if case.size not in (None, len(out)):
        return f"{len(out)} bytes written, not {case.size}"
    if status != 0 and not re.search("^shard-join: .", err):
        return f"exit {status} without a reason"
    if case.say and not re.search(case.say, err):
        return f"stderr does not match '{case.say}'"
    return None


def judge_part(job):
    """Every `parts`th case from `part` on; counts and complaints."""
    cases, homes, part, parts, stride = job
    cpus = sorted(os.sched_getaffinity(0))
    if cases.pinned:
        os.sched_setaffinity(0, {cpus[part % len(cpus)]})
    counts, bad = Counter(), []
    for case in itertools.islice(cases(*homes), part * stride, None,
                                 parts * stride):
        status, out, err = run_join(homes[0], case.stream)
        wrong = verdict(case, status, out, err)
        counts["restored" if status == 0 else f"refused with {status}"] += 1
        if wrong:
            bad.append(f"{case.name}: {wrong}\n{err}")
    return counts, bad


# Cases

SETS = {}


def case_set(pinned=True):
    """Pinned to one processor a run starts faster, but has one worker."""
    def add(function):
        function.pinned = pinned
        SETS[function.__name__] = function
        return function
    return add


def small(home, name="small"):
    """3 stripes of 2 of 3, the last one short, in 8 KiB."""
    return split(home, noise(name, 2 * 2048 + 301), 2, 3)


@case_set()
def octets(home, _):
    """One byte, at every place of a stream of two stripes."""
    backup = split(home, noise("octets", 2048 + 101), 2, 3)
    stream, dice = backup.stream, random.Random(1)
    payload = set()
    start = 0
    for unit in backup.units:
        if unit.kind is None:
            payload.update(range(start + 8, start + len(unit.raw)))
        start += len(unit.raw)

    def case(name, i, changed, *allowed):
        return Case(f"{name} byte {i}", backup, changed,
                    *([allowed] if allowed else []))

    for i, byte in enumerate(stream):
        before, after = stream[:i], stream[i + 1:]
        flipped = bytes([byte ^ 1 << dice.randrange(8)])
        yield case("flip a bit of", i, before + flipped + after)
        yield case("invert", i, before + bytes([byte ^ 0xFF]) + after)
        yield case("drop", i, before + after)
        yield case("repeat", i, before + bytes([byte, byte]) + after)
        yield case("cut before", i, before, DATA)
        if i in payload and i % 31 > 0:
            continue
        yield case("insert before", i, before + dice.randbytes(1)
                   + stream[i:])
        if after and after[0] != byte:
            yield case("swap with the next", i, before + after[:1]
                       + bytes([byte]) + after[1:])
    for byte in range(256):
        yield case("append", byte, stream + bytes([byte]), DATA)


@case_set(pinned=False)
def subsets(home, _):
    """Every subset of surviving shards, for all need <= total <= 8."""
    dice = random.Random(2)
    for total in range(1, 9):
        for need in range(1, total + 1):
            plain = noise(f"{need} {total}", 2 * need * 1024 + 517)
            backup = split(home, plain, need, total)
            for kept in range(1 << total):
                alive = {i for i in range(total) if kept >> i & 1}
                yield subset_case(backup, need, total, alive, dice)
                if total <= 5:
                    yield damage_case(backup, need, total, alive)


def groups(units):
    """A stream as head, stripes and end; a stripe is its record and pairs."""
    stripes = []
    for unit in units[1:-1]:
        if unit.kind == STRIPE:
            stripes.append((unit, []))
        elif unit.kind == SHARD:
            stripes[-1][1].append([unit])
        else:
            stripes[-1][1][-1].append(unit)
    return units[0], stripes, units[-1]


def flatten(head, stripes, end):
    parts = [head]
    for stripe, pairs in stripes:
        parts += [stripe, *itertools.chain.from_iterable(pairs)]
    return join_units([*parts, end])


def expectation(backup, need, total, alive):
    """Restored, or exit 1 with the count after the first stripe."""
    if len(alive) >= need:
        return {"allowed": (0,)}
    return {"allowed": (NO,), "size": backup.stripe_size,
            "say": rf"stripe 1 has {len(alive)} .*\b{need} .*\b{total}\b"}


def subset_case(backup, need, total, alive, dice):
    """All stripes live on `alive` when that is enough, else the second."""
    head, stripes, end = groups(backup.units)
    kept = []
    for number, (stripe, pairs) in enumerate(stripes):
        if number == 1 or len(alive) >= need:
            pairs = [pairs[i] for i in alive]
            dice.shuffle(pairs)
        kept.append((stripe, pairs))
    return Case(f"{need} of {total}, alive {sorted(alive)}", backup,
                flatten(head, kept, end),
                **expectation(backup, need, total, alive))


def damage_case(backup, need, total, alive):
    """The others are there, but one byte of each is wrong."""
    head, stripes, end = groups(backup.units)
    stripe, pairs = stripes[1]
    pairs = [pair if i in alive else
             [pair[0], record(pair[1].item[:-1]
                              + bytes([pair[1].item[-1] ^ 1]))]
             for i, pair in enumerate(pairs)]
    stripes[1] = (stripe, pairs)
    return Case(f"{need} of {total}, whole {sorted(alive)}", backup,
                flatten(head, stripes, end),
                **expectation(backup, need, total, alive))


@case_set(pinned=False)
def lottery(home, _):
    """Any numbers, up to 255 shards, any size, any shards that suffice."""
    for seed in range(60):
        dice = random.Random(seed)
        total = dice.choice([dice.randint(1, 12), dice.randint(1, 255), 255])
        need = dice.choice([dice.randint(1, total), 1, total])
        shard_size = dice.randint(1024, 40000 // min(need, 16))
        size = dice.choice([dice.randint(0, 3 * need * shard_size),
                            dice.randint(0, 3) * need * shard_size,
                            dice.randint(0, 2 * need)])
        backup = split(home, noise(f"lottery {seed}", size), need, total,
                       shard_size=shard_size)
        head, stripes, end = groups(backup.units)
        kept = [(stripe, dice.sample(pairs, dice.randint(need, total)))
                for stripe, pairs in stripes]
        yield Case(f"seed {seed}: {need} of {total}, {shard_size}, {size}",
                   backup, flatten(head, kept, end), (0,))


@case_set()
def records(home, _):
    """Each item missing, repeated, moved, in the place of each other one."""
    backup = small(home)
    units = backup.units
    for i, unit in enumerate(units):
        rest = units[:i] + units[i + 1:]
        yield Case(f"drop {i}", backup, join_units(rest),
                   (DATA,) if unit.kind == END else (0, NO, DATA))
        for j in range(len(units)):
            moved = [*rest[:j], unit, *rest[j:]]
            repeated = [*units[:j], unit, *units[j:]]
            replaced = [*units[:j], unit, *units[j + 1:]]
            if i != j:
                yield Case(f"move {i} to {j}", backup, join_units(moved))
                yield Case(f"put {i} over {j}", backup, join_units(replaced))
            yield Case(f"repeat {i} at {j}", backup, join_units(repeated))
            if i < j:
                swapped = list(units)
                swapped[i], swapped[j] = units[j], unit
                yield Case(f"swap {i} and {j}", backup, join_units(swapped))


@case_set()
def stripes(home, _):
    """Stripes with their shards dropped, repeated, swapped, and shards too."""
    backup = small(home)
    head, parts, end = groups(backup.units)
    everyone = range(len(parts))
    for order in itertools.chain.from_iterable(
            itertools.product(everyone, repeat=n) for n in range(5)):
        if order != tuple(everyone):
            yield Case(f"stripes {order}", backup,
                       flatten(head, [parts[i] for i in order], end), (DATA,))
    for n in range(5):
        for order in itertools.product(range(3), repeat=n):
            changed = [parts[0],
                       (parts[1][0], [parts[1][1][i] for i in order]),
                       parts[2]]
            yield Case(f"shards {order}", backup,
                       flatten(head, changed, end),
                       (0,) if len(set(order)) >= 2 else (NO,))


def strange_backups(home, other, backup):
    plain = backup.plain
    shared = plain[:2048] + noise("another end", len(plain) - 2048)
    return {
        "another backup": small(home, "another"),
        "one that shares a stripe": split(home, shared, 2, 3),
        "the same with a label": split(home, plain, 2, 3, "-L", "other"),
        "the same by another owner": split(other, plain, 2, 3),
        "another by another owner": small(other, "another"),
        "the same as 2 of 4": split(home, plain, 2, 4),
        "the same as 1 of 3": split(home, plain, 1, 3, shard_size=2048),
        "its beginning": split(home, plain[:2048], 2, 3),
        "an empty one": split(home, b"", 2, 3),
    }


@case_set()
def strangers(home, other):
    """
    Items, stripes and tails of other backups in the place of ours.

    The same data has the same records, so nobody can tell a stream whose head
    and first stripes are those of another backup, up to there, from that one:
    that it is the backup that was asked for is for the snapshot to say.
    """
    backup = small(home)
    for name, stranger in strange_backups(home, other, backup).items():
        real = {backup.stream, stranger.stream}
        same_head = backup.units[0].raw == stranger.units[0].raw
        for changed, how in itertools.chain(
                strange_items(backup.units, stranger.units),
                strange_stripes(backup, stranger),
                strange_tails(backup.units, stranger.units)):
            if changed not in real:
                yield Case(f"{name}: {how}", backup, changed,
                           twin=stranger if same_head else None)


def strange_items(ours, theirs):
    """Records anywhere, the bytes of shards in the place of others."""
    for (j, unit), i in itertools.product(enumerate(theirs),
                                          range(len(ours))):
        if unit.kind is not None or ours[i].kind is None:
            yield (join_units([*ours[:i], unit, *ours[i + 1:]]),
                   f"its item {j} over {i}")
        if unit.kind is not None:
            yield (join_units([*ours[:i], unit, *ours[i:]]),
                   f"its item {j} before {i}")


def strange_tails(ours, theirs):
    """Their stream from any record on behind ours up to any record."""
    def records(units):
        return [i for i, unit in enumerate(units) if unit.kind is not None]
    for i, j in itertools.product(records(ours)[1:], records(theirs)):
        yield (join_units([*ours[:i], *theirs[j:]]),
               f"its tail from {j} before our {i}")


def strange_stripes(backup, stranger):
    """Whole stripes, as they are and with every header made to fit."""
    head, ours, end = groups(backup.units)
    _, theirs, _ = groups(stranger.units)
    for j, (stripe, pairs) in enumerate(theirs):
        for i in range(len(ours)):
            number = ours[i][0].item[1]
            fitted = (record({**stripe.item, 1: number}),
                      [[record({**header.item, 1: number}), payload]
                       for header, payload in pairs])
            for how, part in (("", (stripe, pairs)), (", fitted", fitted)):
                yield (flatten(head, [*ours[:i], part, *ours[i + 1:]], end),
                       f"its stripe {j} over {i}{how}")
                yield (flatten(head, [*ours[:i], part, *ours[i:]], end),
                       f"its stripe {j} before {i}{how}")


@case_set()
def impostors(home, other):
    """Foreign shards under headers and ids made to fit; forged records."""
    backup = small(home)
    strange = strange_backups(home, other, backup)
    strange["ourselves"] = backup
    for name, stranger in strange.items():
        payloads = [unit for unit in stranger.units if unit.kind is None]
        for (i, unit), (j, foreign) in itertools.product(
                enumerate(backup.units), enumerate(payloads)):
            if unit.kind is None and unit.raw != foreign.raw:
                for how, changed, allowed in foreign_shard(backup.units, i,
                                                           foreign):
                    yield Case(f"{name}: shard {j} over item {i}, {how}",
                               backup, join_units(changed), allowed)
    yield from false_ends(backup)


def foreign_shard(units, i, foreign):
    """Bytes `foreign` over item i: header kept, its id, the stripe's too."""
    root = independent.tree_root(foreign.item)
    header = units[i - 1].item
    record_at = max(n for n in range(i) if units[n].kind == STRIPE)
    stripe = units[record_at].item
    place = 32 * header[2]
    ids = stripe[3][:place] + root + stripe[3][place + 32:]
    changed = [*units[:i], foreign, *units[i + 1:]]
    yield "header kept", list(changed), (0, DATA)
    changed[i - 1] = record({**header, 3: root})
    yield "its id in the header", list(changed), (0, DATA)
    changed[record_at] = record({**stripe, 3: ids})
    yield "its id in the stripe", list(changed), (DATA,)


def false_ends(backup):
    """Fewer or other stripes, and an end record with the right digest."""
    head, parts, end = groups(backup.units)
    for n in range(4):
        for order in itertools.product(range(3), repeat=n):
            if order == (0, 1, 2):
                continue
            chosen = [parts[i] for i in order]
            at = independent.blake3(head.raw)
            for stripe, _ in chosen:
                at = independent.blake3(at + stripe.raw)
            forged = record({**end.item, 1: n, 3: at,
                             2: sum(s.item[2] for s, _ in chosen)})
            yield Case(f"stripes {order} and an end made to fit", backup,
                       flatten(head, chosen, forged), (DATA,))


@case_set()
def fields(home, _):
    """Each field of each record changed, and well encoded again."""
    backup = split(home, noise("fields", 2048 + 301), 2, 3, "-L", "label")
    dice = random.Random(3)
    for i, unit in enumerate(backup.units):
        if unit.kind is None:
            continue
        for how, item in changed_fields(unit.item, dice):
            yield Case(f"item {i}, {how}", backup, join_units(
                [*backup.units[:i], record(item), *backup.units[i + 1:]]),
                (0, NO, DATA) if unit.kind == SHARD else (DATA,))


def changed_fields(item, dice):
    for key, value in item.items():
        for other in other_values(value, dice):
            yield f"key {key} is {other!r:.20}", {**item, key: other}
        yield f"no key {key}", {k: v for k, v in item.items() if k != key}
    yield "one key more", {**item, 23: 0}
    yield "no map", list(item.values())
    yield "empty", {}


def other_values(value, dice):
    if isinstance(value, int):
        numbers = {0, 1, 2, 3, 255, 256, value + 1, value * 2, 1 << 16,
                   1 << 31, 1 << 32, (1 << 64) - 1, abs(value - 1)} - {value}
        return [*sorted(numbers), -1, str(value), True, None, 1.5, [value]]
    if isinstance(value, str):
        return ["", value + " ", value.upper(), value[:-1], value.encode()]
    return [b"", value[:-1], value + b"\0", dice.randbytes(len(value)),
            bytes(len(value)), value[1:] + value[:1], value.hex(), 0, [value]]


@case_set()
def encodings(home, _):
    """The same values in a form that is not the deterministic one."""
    backup = split(home, noise("encodings", 2048 + 301), 2, 3)
    for i, unit in enumerate(backup.units):
        for how, raw in other_encodings(unit):
            yield Case(f"item {i} {how}", backup, join_units(
                [*backup.units[:i], Unit(unit.kind, unit.item, raw),
                 *backup.units[i + 1:]]),
                (NO, DATA) if unit.kind == SHARD else (DATA,))


def head_of(major, number, width):
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[width]]) \
        + number.to_bytes(width, "big")


def other_encodings(unit):
    yield "tagged as CBOR", b"\xd9\xd9\xf7" + unit.raw
    if unit.kind is None:
        yield "in pieces", b"\x5f" + unit.raw + b"\xff"
        for width in (4, 8):
            yield f"with a length of {width} bytes", head_of(
                2, len(unit.item), width) + unit.item
        return
    item, count = unit.item, len(unit.item)
    pairs = [(encode(k), encode(v)) for k, v in item.items()]

    def mapped(pairs, head=encode(dict.fromkeys(range(count)))[:1]):
        return head + b"".join(k + v for k, v in pairs)

    yield "of open length", mapped(pairs, b"\xbf") + b"\xff"
    for width in (1, 2, 4, 8):
        yield f"with a count of {width} bytes", mapped(
            pairs, head_of(5, count, width))
    yield "with its keys in reverse", mapped(pairs[::-1])
    yield "with a key twice", mapped([*pairs, pairs[-1]],
                                     bytes([0xA0 + count + 1]))
    for n, (key, value) in enumerate(item.items()):
        major = 0 if isinstance(value, int) else \
            3 if isinstance(value, str) else 2
        text = b"" if major == 0 else \
            value.encode() if major == 3 else value
        number = value if major == 0 else len(text)
        long = head_of(major, number, 8) + text
        yield f"with a long value {key}", mapped(
            [*pairs[:n], (pairs[n][0], long), *pairs[n + 1:]])
        yield f"with a long key {key}", mapped(
            [*pairs[:n], (head_of(0, key, 1), pairs[n][1]), *pairs[n + 1:]])
        if major > 0:
            open_ended = bytes([major << 5 | 31]) + pairs[n][1] + b"\xff"
            yield f"with value {key} in pieces", mapped(
                [*pairs[:n], (pairs[n][0], open_ended), *pairs[n + 1:]])


def main(name, *homes):
    cases = SETS[name]
    parts = len(os.sched_getaffinity(0))
    stride = int(os.environ.get("STRIDE", "1"))
    jobs = [(cases, homes, part, parts, stride) for part in range(parts)]
    with multiprocessing.Pool(parts) as pool:
        results = pool.map(judge_part, jobs, 1)
    counts = sum((count for count, _ in results), Counter())
    bad = list(itertools.chain.from_iterable(bad for _, bad in results))
    print(f"{name}: {counts.total()} streams,", ", ".join(
        f"{count} {what}" for what, count in sorted(counts.items())))
    for complaint in bad[:20]:
        print(complaint)
    if len(bad) > 20:
        print(f"... {len(bad)} complaints")
    return 1 if bad or not counts else 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in SETS:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
