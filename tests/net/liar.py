#!/usr/bin/env python3
"""A member that lies in polls: liar.py LIAR OWNER ADDRESS REAL [LIE]

It listens at ADDRESS with the key in the folder LIAR, and passes on what it
hears to the honest holder of that key at REAL, as the OWNER, but for what it
lies about. It seals any tally whatsoever, and, by LIE:

    opposite  what the honest one found good it calls bad, and bad good; this
              is what it does if not told otherwise
    good, bad, gone  of everything, whatever it is
    number    its number is not what it has committed to
    withhold  it keeps its number to itself
    mute      as a holder it proves nothing
    missing   it has lost all
    wrong     it proves with other bytes
    fetch     it has another holder answer, and signs that
    borrow    it passes on what another holder has signed
    waver     what it has proved it has lost a second later, when it is asked
              again; and at first it cannot read the last that it is asked for
    busy      of the shard that it is asked for last it says that it is busy,
              then and ever after, and notes its id
    forget    it says what the honest one says, word by word, but no answer
              comes through the first time; it notes the digest of each

Outside of polls, too:

    behind    its clock is an hour behind
    ahead     its clock is an hour ahead
    damage    what it gives back has one bit wrong
    unsigned  what it has taken it gives no receipt for
    stranger  ... gives one for that somebody else has signed
    alien     ... gives one that is for another owner
    short     ... gives one that leaves out the last
    old       ... gives one that is dated 1970
    slow      it takes two seconds to say what it has
    forged    it says that it has the shards named in ./ids, and shows receipts
              of the key in ./fake for their ids, XOR both keys': with signer
              XOR id for a pair they would be its own
    papers    it lists receipts that nobody has

SPDX-License-Identifier: ISC
"""

import socket
import sys
import threading
import time

from dialogue import (
    BALLOT, COMMIT, GET, HAVE, INFO, LIST, NO, OK, PORT, PROVE, RECEIPTS, SHARDS, Client,
    Identity, cbor2, context, encode, tree_root)
from independent import blake3, items

VERDICT_BAD = 1
RECEIPT_KIND = 7
PROOF_KIND, CHALLENGE_ASKED, REVEAL_KIND = 10, 13, 14
SEED_ASKED, BALLOT_KIND, SEAL_KIND = 15, 16, 18
SAID = {"bad": 1, "gone": 2}
NOTED = set()
CLOCK = {"behind": -3600, "ahead": 3600}


class Caller(Client):
    """The other end: whoever has connected to us."""

    def __init__(self, plain, identity):  # pylint: disable=super-init-not-called
        self.identity = identity
        self.tls = context(identity, server=True).wrap_socket(
            plain, server_side=True)
        self.input = b""


def payload_of(document):
    return cbor2.loads(document).value[2]


def count_of(held):
    return sum(len(one) // 36 for one in cbor2.loads(held))


def opposite(verdicts, count):
    """Runs of exceptions, with good and bad changed over."""
    numbers, said = (number for number, _ in items(verdicts)), []
    for good, others, verdict in zip(numbers, numbers, numbers):
        said += [0] * good + [verdict] * others
    said += [0] * (count - len(said))
    turned = [VERDICT_BAD if v == 0 else 0 for v in said]
    runs, good, at = b"", 0, 0
    while at < count:
        end = at
        while end < count and turned[end] == turned[at]:
            end += 1
        if turned[at]:
            runs += encode(good) + encode(end - at) + encode(turned[at])
        good = 0 if turned[at] else end - at
        at = end
    return runs


def again(liar, word, kind, honest, key, change):
    """An honest document with another value behind one key."""
    fields = cbor2.loads(payload_of(honest))
    fields[key] = change(fields[key])
    return liar.sign(kind, word, {
        key: fields[key] for key in fields if key > 2})


def vote(liar, asked, honest, how):
    """What the liar signs in place of an honest ballot."""
    count = count_of(asked[0])
    runs = {"good": b""} | {word: encode(0) + encode(count) + encode(verdict)
                            for word, verdict in SAID.items()}
    return again(liar, "ballot", BALLOT_KIND, honest, 8, lambda honest:
                 runs[how] if how in runs else opposite(honest, count))


def prove(answers, how):
    """Answers with nothing in them, or with a piece that is none."""
    made = b""
    for one, _ in items(answers):
        made += encode([*one[:2], 1, b"", b""] if how == "missing" else
                       [*one[:3], bytes(len(one[3])), one[4]])
    return made


def waver(liar, honest):
    """Its first proof lacks one answer, and the next all that was in it."""
    def change(answers):
        made = [one for one, _ in items(answers)]
        lacks = range(len(made)) if NOTED else [len(made) - 1]
        for i in lacks:
            made[i] = [*made[i][:2], 1 if NOTED else 2, b"", b""]
        return b"".join(map(encode, made))
    said = again(liar, "proof", PROOF_KIND, honest, 8, change)
    said = again(liar, "proof", PROOF_KIND, said, 5,
                 lambda time: time + len(NOTED))
    NOTED.add("shown")
    return said


def busy(liar, honest):
    """It has no time for one shard, which is the last of its first proof."""
    def change(answers):
        made = [one for one, _ in items(answers)]
        if not NOTED:
            NOTED.add(made[-1][0])
            print("busy", made[-1][0].hex(), flush=True)
        return b"".join(encode([*one[:2], 3, b"", b""] if one[0] in NOTED
                               else one) for one in made)
    return again(liar, "proof", PROOF_KIND, honest, 8, change)


def seal(liar, asked):
    tally = payload_of(cbor2.loads(asked[1])[0])
    fields = cbor2.loads(tally)
    return liar.sign(SEAL_KIND, "seal", {
        3: fields[3], 4: fields[4], 5: fields[5], 6: blake3(tally)})


def lie_of_shards(liar, reply, how):
    if how == "mute":
        return NO, b"not today", b""
    if how in ("missing", "wrong") and reply[0] == OK:
        return OK, reply[1], again(liar, "proof", PROOF_KIND, reply[2], 8,
                                   lambda answers: prove(answers, how))
    if how == "waver" and reply[0] == OK:
        return OK, reply[1], waver(liar, reply[2])
    if how == "busy" and reply[0] == OK:
        return OK, reply[1], busy(liar, reply[2])
    return reply


def ask_another(liar, real, request, how):
    """What the first holder answers to what we are asked."""
    another = Client(real.rsplit(".", 1)[0] + ".1", liar)
    another.send(encode(request))
    status, body, payload = another.reply()
    another.close()
    print("fetched", flush=True)
    if how == "fetch" and status == OK:
        payload = again(liar, "proof", PROOF_KIND, payload, 8,
                        lambda answers: answers)
    return status, body, payload


def forget(reply):
    """Note an answer: the poll, its kind and its digest."""
    payload = payload_of(reply[2])
    fields = cbor2.loads(payload)
    note = f"{fields[5]} {fields[0]} {blake3(payload).hex()}"
    known = note in NOTED
    NOTED.add(note)
    print(note, flush=True)
    if not known:
        raise EOFError
    return reply


def lie_of_itself(verb, reply, how):
    """What it tells of itself, and what it gives back."""
    status, body, payload = reply
    if verb == INFO and how in CLOCK:
        told = cbor2.loads(body)
        body = encode(told | {"time": told["time"] + CLOCK[how]})
    if verb == GET and how == "damage" and payload:
        payload = payload[:-1] + bytes([payload[-1] ^ 1])
    return status, body, payload


def lie_of_receipt(liar, owner, reply, how):
    """What it signs for, of what it has taken."""
    status, body, payload = reply
    if not body or status != OK:
        return reply
    if how == "unsigned":
        body = b""
    elif how == "stranger":
        body = again(owner, "receipt", RECEIPT_KIND, body, 3, lambda was: was)
    elif how == "alien":
        body = again(liar, "receipt", RECEIPT_KIND, body, 3,
                     lambda was: bytes(32))
    elif how == "short":
        body = again(liar, "receipt", RECEIPT_KIND, body, 5,
                     lambda ids: ids[:-32])
    elif how == "old":
        body = again(liar, "receipt", RECEIPT_KIND, body, 4, lambda was: 0)
    return status, body, payload


def lie(liar, asked, reply, how):
    """The reply to a question of a poll, as the liar wants it."""
    if how == "forget":
        return forget(reply) if reply[0] == OK else reply
    asked = cbor2.loads(asked)
    question = cbor2.loads(asked[1])
    if isinstance(question, list):
        print("sealed", flush=True)
        return OK, b"", seal(liar, asked)
    kind = cbor2.loads(question.value[2])[0]
    if kind == CHALLENGE_ASKED and how == "withhold":
        return NO, b"not mine", b""
    if kind == CHALLENGE_ASKED and how == "number":
        return OK, reply[1], again(liar, "reveal", REVEAL_KIND, reply[2], 7,
                                   lambda number: bytes(32))
    if kind == SEED_ASKED and reply[0] == OK:
        print("voted", flush=True)
        return OK, reply[1], vote(liar, asked, reply[2], how)
    return reply


def after(last):
    """Ids of 500 receipts, in order, from behind the last one."""
    made = (number.to_bytes(2, "big") + bytes(30) for number in range(500))
    return b"".join(name for name in made if not last or name > last)


def forge(liar, owner):
    """Ids in ./ids, and receipts that are as good as the liar's own for them."""
    def xor(*ids):
        return bytes(a ^ b ^ c for a, b, c in zip(*ids))
    fake, receipts = Identity("fake"), {}
    with open("ids", encoding="ascii") as names:
        ids = [bytes.fromhex(name) for name in names.read().split()]
    for i in range(0, len(ids), 1000):
        receipt = fake.sign(RECEIPT_KIND, "receipt", {
            3: owner.id, 4: int(time.time()),
            5: b"".join(xor(fake.id, liar.id, one) for one in ids[i:i + 1000])})
        receipts[tree_root(receipt)] = receipt
    return set(ids), receipts


def lie_of_having(request, reply, ids, receipts):
    verb, shelf, body = request[0], request[1], request[3]
    if verb == HAVE and shelf == SHARDS:
        return OK, bytes(body[i:i + 32] in ids or reply[1][i // 32] == 1
                         for i in range(0, len(body), 32)), b""
    if verb == LIST and shelf == RECEIPTS:
        return OK, b"".join(sorted(one for one in receipts if one > body)), b""
    if verb == GET and shelf == RECEIPTS and body in receipts:
        return OK, b"", receipts[body]
    return reply


def serve(liar, owner, plain, real, how):
    forged = forge(liar, owner) if how == "forged" else None
    try:
        caller = Caller(plain, liar)
        holder = Client(real, owner, greet=False)
        while True:
            request = caller.item()
            payload = caller.item() if request[6] else b""
            holder.send(encode(request) + (encode(payload) if payload else b""))
            reply = holder.reply()
            if request[0] == HAVE and how == "slow":
                time.sleep(2)
            if request[0] == LIST and request[1] == 3 and how == "papers":
                reply = OK, after(request[3]), b""
            if forged:
                reply = lie_of_having(request, reply, *forged)
            if request[0] == BALLOT:
                reply = lie(liar, payload, reply, how)
            if request[0] == PROVE and how in ("fetch", "borrow"):
                reply = ask_another(liar, real, request, how)
            elif request[0] == PROVE:
                reply = lie_of_shards(liar, reply, how)
            elif request[0] == COMMIT:
                reply = lie_of_receipt(liar, owner, reply, how)
            reply = lie_of_itself(request[0], reply, how)
            caller.send(encode({0: reply[0], 1: reply[1], 2: len(reply[2])})
                        + (encode(reply[2]) if reply[2] else b""))
    except (EOFError, OSError):
        plain.close()


def main(liar, owner, address, real, how="opposite"):
    liar, owner = Identity(liar), Identity(owner)
    listener = socket.create_server((address, PORT))
    print("listening", flush=True)
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=serve, args=(liar, owner, plain, real, how),
                         daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
