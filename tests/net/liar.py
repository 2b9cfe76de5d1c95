#!/usr/bin/env python3
"""A member that lies in polls: liar.py LIAR OWNER ADDRESS REAL

It listens at ADDRESS with the key in the folder LIAR, and passes on what it
hears to the honest holder of that key at REAL, as the OWNER, but for its votes:
what the honest one found good it calls bad, what is bad it calls good, and it
seals any tally whatsoever.

SPDX-License-Identifier: ISC
"""

import socket
import sys
import threading

from dialogue import BALLOT, OK, PORT, Client, Identity, cbor2, context, encode
from independent import blake3, items

VERDICT_BAD = 1
SEED_ASKED, BALLOT_KIND, SEAL_KIND = 15, 16, 18


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


def vote(liar, asked, honest):
    """What the liar signs in place of an honest ballot."""
    fields = cbor2.loads(payload_of(honest))
    fields[8] = opposite(fields[8], count_of(asked[0]))
    return liar.sign(BALLOT_KIND, "ballot",
                     {key: fields[key] for key in range(3, 9)})


def seal(liar, asked):
    tally = payload_of(cbor2.loads(asked[1])[0])
    fields = cbor2.loads(tally)
    return liar.sign(SEAL_KIND, "seal", {
        3: fields[3], 4: fields[4], 5: fields[5], 6: blake3(tally)})


def lie(liar, asked, reply):
    """The reply to a question of a poll, as the liar wants it."""
    asked = cbor2.loads(asked)
    question = cbor2.loads(asked[1])
    if isinstance(question, list):
        print("sealed", flush=True)
        return OK, b"", seal(liar, asked)
    kind = cbor2.loads(question.value[2])[0]
    if kind == SEED_ASKED and reply[0] == OK:
        print("voted", flush=True)
        return OK, reply[1], vote(liar, asked, reply[2])
    return reply


def serve(liar, owner, plain, real):
    try:
        caller = Caller(plain, liar)
        holder = Client(real, owner, greet=False)
        while True:
            request = caller.item()
            payload = caller.item() if request[6] else b""
            holder.send(encode(request) + (encode(payload) if payload else b""))
            reply = holder.reply()
            if request[0] == BALLOT:
                reply = lie(liar, payload, reply)
            caller.send(encode({0: reply[0], 1: reply[1], 2: len(reply[2])})
                        + (encode(reply[2]) if reply[2] else b""))
    except (EOFError, OSError):
        plain.close()


def main(liar, owner, address, real):
    liar, owner = Identity(liar), Identity(owner)
    listener = socket.create_server((address, PORT))
    print("listening", flush=True)
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=serve, args=(liar, owner, plain, real),
                         daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
