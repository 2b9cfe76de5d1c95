# A DNS server over TCP that is wrong in one way: dns.py KIND IP PORT.
# SPDX-License-Identifier: ISC
import socket
import struct
import sys
import threading
import time

NAME = "_shardkit._tcp.backup.test"
A, CNAME, TXT, AAAA, SRV = 1, 5, 16, 28, 33


def name(text):
    return b"".join(bytes([len(part)]) + part.encode()
                    for part in text.split(".") if part) + b"\0"


def record(owner, kind, data, ttl=60):
    return (owner if isinstance(owner, bytes) else name(owner)) + \
        struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def srv(target, port=7117):
    return record(b"\xc0\x0c", SRV,
                  struct.pack(">HHH", 10, 5, port) + name(target))


def a(owner, last):
    return record(owner, A, bytes([198, 41, 0, last]))


def reply(query, answers=(), extra=(), flags=0x8180, counts=None):
    question = query[12:]
    counts = counts or (1, len(answers), 0, len(extra))
    return query[:2] + struct.pack(">HHHHH", flags, *counts) + question + \
        b"".join(answers) + b"".join(extra)


def answer(kind, query):
    """What to say, or None for nothing; and whether to hang up then."""
    at = 12
    while query[at]:
        at += 1 + query[at]
    asked = query[12:at + 1]
    wanted = struct.unpack(">H", query[at + 1:at + 3])[0]
    host = name("box.backup.test")
    if kind == "nxdomain":
        return reply(query, flags=0x8183)
    if kind == "servfail":
        return reply(query, flags=0x8182)
    if kind == "refused":
        return reply(query, flags=0x8185)
    if kind == "silent":
        return None
    if kind == "cut":
        return reply(query, [srv("box.backup.test")])[:-3]
    if kind == "truncated":
        return reply(query, [srv("box.backup.test")], flags=0x8380)
    if kind == "loop" and wanted == SRV:
        return reply(query, [record(b"\xc0\x0c", SRV,
                                    b"\0\0\0\0\x1b\xcd\x03box\xc0\x3e")])
    if kind == "counts":
        return reply(query, counts=(1, 65535, 65535, 65535))
    if kind == "not-offered" and wanted == SRV:
        return reply(query, [srv(".", 0)])
    if kind == "empty":
        return reply(query)
    if kind == "noise":
        return bytes(range(200))
    if kind == "half" and asked == host and wanted == A:
        return None  # one target of two never answers
    if kind == "forged-id":
        return b"\xff\xff" + reply(query, [srv("box.backup.test")])[2:]
    if wanted == SRV and kind == "half":
        return reply(query, [srv("box.backup.test"), srv("two.backup.test")],
                     [a("two.backup.test", 2)])
    if wanted == SRV and kind == "stub":
        names = ["t%d.backup.test" % n for n in range(1, 6)]
        return reply(query, [srv(n) for n in names],
                     [a(n, int(n[1])) for n in names])
    if wanted == SRV and kind == "crowd":  # with the shortest of names
        return reply(query, [record(b"\xc0\x0c", SRV, b"\0\0\0\0" +
                                    struct.pack(">H", 2000 + n) + b"\1b\0")
                             for n in range(2500)],
                     [a(name("b"), 1)])
    if wanted == SRV and kind == "alias":
        return reply(query, [
            record(b"\xc0\x0c", CNAME, name("real.test")),
            record("real.test", SRV, bytes(4) + b"\x1b\xcd" +
                   name("box.backup.test"))])
    if wanted == SRV:
        return reply(query, [srv("box.backup.test")])
    if wanted == A and asked == host:
        return reply(query, [a("box.backup.test", 1)])
    return reply(query)


def receive(link, size):
    data = b""
    while len(data) < size:
        more = link.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def serve(kind, link):
    try:
        if kind == "closes":
            return
        for number in range(1000):
            size = struct.unpack(">H", receive(link, 2))[0]
            said = answer(kind, receive(link, size))
            if said is not None:
                said = struct.pack(">H", len(said)) + said
                for byte in range(len(said)) if kind == "drip" else ():
                    link.send(said[byte:byte + 1])
                    time.sleep(0.002)
                if kind != "drip":
                    link.send(said)
            if kind == "one-each":
                return
    except (EOFError, OSError):
        pass
    finally:
        link.close()


def stub(ip, port):
    """Over UDP: the first answer alone, and no word of the others."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((ip, port))
    while True:
        query, sender = sock.recvfrom(512)
        print("asked over UDP", flush=True)
        sock.sendto(reply(query, [srv("t1.backup.test")],
                          [a("t1.backup.test", 1)]), sender)


if sys.argv[1] == "stub":
    threading.Thread(target=stub, args=(sys.argv[2], int(sys.argv[3])),
                     daemon=True).start()

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((sys.argv[2], int(sys.argv[3])))
listener.listen(50)
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(sys.argv[1], listener.accept()[0]),
                     daemon=True).start()
