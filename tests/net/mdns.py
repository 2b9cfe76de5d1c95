# Packets of multicast DNS for the tests, without the library that is tested.
# SPDX-License-Identifier: ISC
import os
import random
import re
import select
import socket
import struct
import sys
import time

GROUP = "224.0.0.251"
GROUP_SIX = "ff02::fb"
TYPE = "_shardkit._tcp.local"
PTR, TXT, A, SRV, AAAA = 12, 16, 1, 33, 28


def name(text):
    return b"".join(bytes([len(part)]) + part.encode()
                    for part in text.split(".")) + b"\0"


def record(owner, kind, data, ttl=120, flush=0x8000):
    return name(owner) + struct.pack(">HHIH", kind, 1 | flush, ttl,
                                     len(data)) + data


def response(*records):
    return struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + \
        b"".join(records)


def query(kind=PTR, known=(), owner=TYPE, flags=0, id=0):
    return struct.pack(">HHHHHH", id, flags, 1, len(known), 0, 0) + \
        name(owner) + struct.pack(">HH", kind, 1) + b"".join(known)


def service(label, address, port=7117, text=b"\x09txtvers=1", ttl=120):
    """All records of one service."""
    own, host = label + "." + TYPE, label + ".local"
    return [record(TYPE, PTR, name(own), ttl, 0),
            record(own, SRV, struct.pack(">HHH", 0, 0, port) + name(host), ttl),
            record(own, TXT, text, ttl),
            record(host, A, socket.inet_aton(address), ttl)]


def group_socket(port=5353):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((GROUP if port else "", port))
    member = struct.pack("=4s4si", socket.inet_aton(GROUP), bytes(4),
                         socket.if_nametoindex("eth0"))
    if port:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, member)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    return sock


def group_socket_six(port=5353):
    """The same by IPv6."""
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    link = socket.if_nametoindex("eth0")
    member = socket.inet_pton(socket.AF_INET6, GROUP_SIX) + \
        struct.pack("=I", link)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((GROUP_SIX if port else "", port, 0, link))
    if port:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, link)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    return sock


def hear(sock, seconds, last=None):
    """Packets, when they came and from whom, for so long, or the last alone."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            packet, sender = sock.recvfrom(9000)
        except TimeoutError:
            return
        if last is None or last(packet):
            yield packet, time.monotonic(), sender
        if last is not None and last(packet):
            return


def is_response(packet):
    return packet[2] & 0x80 != 0


def responder(packets):
    """Send them whenever somebody asks for our type."""
    sock = group_socket()
    print("ready", flush=True)
    for packet, _, _ in hear(sock, 60):
        if not is_response(packet) and name(TYPE) in packet:
            for answer in packets:
                sock.sendto(answer, (GROUP, 5353))


def malformed():
    """Packets that are wrong in every way, some of them only a little."""
    good = response(*service("bad", "10.77.0.66"))
    dice = random.Random(4)
    yield good[:11]
    for cut in range(12, len(good), 3):
        yield good[:cut]
    for _ in range(3000):
        packet = bytearray(good)
        for _ in range(dice.randrange(1, 6)):
            packet[dice.randrange(len(packet))] = dice.randrange(256)
        yield bytes(packet)
    yield struct.pack(">HHHHHH", 0, 0x8400, 0, 1, 0, 0) + b"\xc0\x0c" * 700
    yield struct.pack(">HHHHHH", 0, 0x8400, *[0xffff] * 4) + bytes(8000)
    yield os.urandom(9000)


def raw(source, ttl, packet):
    """To the group from an address that need not be ours."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                    struct.pack("=4s4si", bytes(4), bytes(4),
                                socket.if_nametoindex("eth0")))
    udp = struct.pack(">HHHH", 5353, 5353, 8 + len(packet), 0) + packet
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, ttl, 17,
                       0, socket.inet_aton(source), socket.inet_aton(GROUP))
    sock.sendto(head + udp, (GROUP, 0))


def many(count, packet_of=12):
    """So many services, some in each packet."""
    for first in range(0, count, packet_of):
        yield response(*[r for n in range(first, min(first + packet_of, count))
                         for r in service("s%d" % n, "10.77.%d.%d" %
                                          (100 + n // 250, 1 + n % 250))])


def respond(kind, *arguments):
    if kind == "malformed":
        responder(list(malformed()))
    elif kind == "many":
        responder(list(many(int(arguments[0]))))
    elif kind == "texts":  # a service for each line of a file: number, text
        with open(arguments[0], encoding="ascii") as lines:
            texts = [line.split() for line in lines]
        responder([response(*service("t" + n, "10.77.0." + n, text=bytes(
            [len(text)]) + text.encode())) for n, text in texts])
    elif kind == "short":  # services that live for so many seconds
        responder([response(*service("short", "10.77.0.3",
                                     ttl=int(arguments[0])))])
    elif kind == "legacy":  # to who asks in that way, and to nobody else
        sock = group_socket()
        print("ready", flush=True)
        for packet, _, sender in hear(sock, 60):
            if not is_response(packet) and sender[1] != 5353:
                sock.sendto(packet[:2] + response(
                    *service("old", "10.77.0.3"))[2:], sender)
    elif kind == "large":  # in a packet of so many bytes
        records = service("large", "10.77.0.3")
        empty = response(*records, record("x.local", TXT, b""))
        responder([response(*records, record("x.local", TXT, bytes(
            int(arguments[0]) - len(empty))))])
    elif kind == "split":  # nothing but the instance, until it is asked for
        sock = group_socket()
        ptr, srv, txt, a = service("split", "10.77.0.3")
        print("ready", flush=True)
        for packet, _, _ in hear(sock, 60):
            if is_response(packet):
                continue
            asked = packet[12:]
            for wanted, answers in ((query(PTR), [ptr]),
                                    (query(SRV, owner="split." + TYPE), [srv]),
                                    (query(TXT, owner="split." + TYPE), [txt]),
                                    (query(A, owner="split.local"), [a])):
                if wanted[12:] in asked:
                    sock.sendto(response(*answers), (GROUP, 5353))
    elif kind == "off-link":
        sock = group_socket()
        print("ready", flush=True)
        for packet, _, _ in hear(sock, 60):
            if not is_response(packet):
                raw("192.0.2.7", 64, response(*service("far", "10.77.0.7")))
                raw("10.77.0.3", 64, response(*service("near", "10.77.0.3")))


def ask(kind, host, seconds):
    """Say what a responder at `host` answers: a line for each packet, with
    its id, size and time, or with its words."""
    sock = group_socket(0 if kind == "legacy" else 5353)
    own = None
    start = time.monotonic()
    if kind == "other":
        sock.sendto(query(owner="_ipp._tcp.local"), (GROUP, 5353))
        sock.sendto(query(owner="_services._dns-sd._udp.local"), (GROUP, 5353))
    elif kind == "off-link":
        raw("192.0.2.7", 64, query())
    elif kind in ("group", "words"):
        sock.sendto(query(), (GROUP, 5353))
    elif kind == "legacy":
        sock.sendto(query(id=77), (GROUP, 5353))
    elif kind == "known":
        sock.sendto(query(), (GROUP, 5353))
        for packet, _, sender in hear(sock, 3):
            if is_response(packet) and sender[0] == host:
                at = packet.index(name(TYPE))
                size = len(name(TYPE)) + 10 + packet[at + len(name(TYPE)) + 9]
                own = packet[at:at + size]
                break
        time.sleep(1.5)
        sock.sendto(query(known=[own]), (GROUP, 5353))
    elif kind == "often":
        for _ in range(40):
            sock.sendto(query(), (GROUP, 5353))
            time.sleep(0.1)
    for packet, when, sender in hear(sock, float(seconds)):
        if is_response(packet) and sender[0] == host and kind == "words":
            print(re.findall(rb"[ -~]{4,}", packet))
        elif is_response(packet) and sender[0] == host:
            print("%d %d %d" % (packet[0] << 8 | packet[1], len(packet),
                                1000 * (when - start)))


def names(seconds):
    """Which hosts are told in answer to a question by each family."""
    four, six = group_socket(), group_socket_six()
    four.sendto(query(), (GROUP, 5353))
    six.sendto(query(), (GROUP_SIX, 5353))
    for family, sock in (4, four), (6, six):
        for packet, _, _ in hear(sock, float(seconds)):
            for host in re.findall(rb"shardkit-[A-Za-z0-9-]+", packet):
                print(family, host.decode())


def told(host, four, six, rounds):
    """How many questions for a host are answered, by family and by way: sent
    to the host itself, to the group from another port, and from the group's."""
    groups = {4: group_socket(), 6: group_socket_six()}
    singles = {4: group_socket(0), 6: group_socket_six(0)}
    to = {4: ((four, 5353), (GROUP, 5353)), 6: ((six, 5353), (GROUP_SIX, 5353))}
    count = {}
    for turn in range(int(rounds)):
        for family in 4, 6:
            for way, sock, where in (("host", singles[family], to[family][0]),
                                     ("legacy", singles[family], to[family][1]),
                                     ("group", groups[family], to[family][1])):
                own = 0 if way == "group" else 1 + turn
                asked = query(A if family == 4 else AAAA, owner=host, id=own)
                answers = []
                # What the group has just heard is not said to it again.
                for _ in range(3 if way == "group" else 1):
                    if not answers:
                        sock.sendto(asked, where)
                        answers = list(hear(
                            sock, 2, lambda packet: is_response(packet) and
                            packet[:2] == asked[:2] and name(host) in packet))
                key = "%d %s" % (family, way)
                count[key] = count.get(key, 0) + bool(answers)
        time.sleep(1.1)
    for key, value in count.items():
        print(key, value)


def claim(label, seconds, families):
    """Say by these families ("4", "6") that the name is ours, whoever
    probes for it by IPv4."""
    sock, six = group_socket(), group_socket_six()
    mine = response(*service(label, "10.77.0.3", 1)[1:2])
    print("ready", flush=True)
    for packet, _, _ in hear(sock, float(seconds)):
        if not is_response(packet) and name(label + "." + TYPE) in packet:
            if "4" in families:
                sock.sendto(mine, (GROUP, 5353))
            if "6" in families:
                six.sendto(mine, (GROUP_SIX, 5353))


def seize():
    """Let nobody else have the port in the group."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((GROUP, 5353))
    print("ready", flush=True)
    time.sleep(60)


def capture(path):
    """All frames of this namespace, until the end."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    with open(path, "wb", buffering=0) as file:
        print("ready", flush=True)
        while True:
            file.write(sock.recv(65536))


def listen(seconds):
    """Answer by IPv4, and say of each query by which family it came, from
    which port, and how many answers it knows."""
    four, six = group_socket(), group_socket_six()
    end = time.monotonic() + float(seconds)
    print("ready", flush=True)
    while (left := end - time.monotonic()) > 0:
        for sock in select.select([four, six], [], [], left)[0]:
            packet, sender = sock.recvfrom(9000)
            if is_response(packet) or query()[12:] not in packet:
                continue
            print(4 if sock == four else 6,
                  "group" if sender[1] == 5353 else "legacy",
                  struct.unpack(">H", packet[6:8])[0], flush=True)
            four.sendto(response(*service("heard", "10.77.0.3")),
                        (GROUP, 5353))


if __name__ == "__main__":
    {"capture": capture, "respond": respond, "ask": ask, "names": names, "told": told,
     "claim": claim, "listen": listen, "seize": seize}[sys.argv[1]](*sys.argv[2:])
