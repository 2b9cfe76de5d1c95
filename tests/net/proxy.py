#!/usr/bin/python3
"""A machine in the middle of TCP connections, who tampers with the bytes.

    proxy.py [--record FILE] FROM TO [PLAN]

listens on FROM, an address of 127.0.0.0/8, port 7117, and carries what comes
to TO, port 7117. The file PLAN, read anew for each connection, says what
happens to the bytes from and to the client, in two words:

        flip:AT              one bit of the byte at that offset
        cut:AT               both directions end there, by a reset
        end:AT               this direction ends there in good order
        drop:AT:COUNT        so many bytes are left out
        twice:AT:COUNT       so many bytes come a second time
        swap:AT:COUNT        so many bytes change places with as many behind
        add:AT:COUNT         so many zeros come in between
        stall:AT:SECONDS     nothing for so long, then all of it
        slow:AT:SECONDS      from there on 512 bytes at a time, with a pause
        none

--record appends all that passes, both ways, to a file. It says "ready" on
stderr, and a line "up BYTES down BYTES" at the end of each connection.

SPDX-License-Identifier: ISC
"""

import argparse
import socket
import struct
import sys
import threading
import time

PORT = 7117


class Cut(Exception):
    pass


class Tamper:
    """One direction of one connection: chunks in, chunks out."""

    def __init__(self, what):
        self.what, _, rest = what.partition(":")
        numbers = [float(n) for n in rest.split(":")] if rest else [0]
        self.at = int(numbers[0])
        self.count = numbers[-1]
        self.seen = 0  # bytes before those held
        self.held = b""
        self.done = self.what == "none"

    def take(self, data):
        """What is to be sent of it, piece by piece, with pauses between."""
        if self.done:
            yield data
            return
        data = self.held + data
        self.held = b""
        first = max(0, self.at - self.seen)
        if len(data) <= first:
            self.seen += len(data)
            yield data
            return
        need = int(self.count) if self.what in ("drop", "twice") else \
            2 * int(self.count) if self.what == "swap" else 1
        if first:
            yield data[:first]
            data = data[first:]
            self.seen += first
        if len(data) < need:
            self.held = data
            return
        yield from self.act(data)

    def act(self, data):
        n = int(self.count)
        self.done = self.what != "slow"
        if self.what == "flip":
            yield bytes([data[0] ^ 1 << self.at % 8]) + data[1:]
        elif self.what in ("cut", "end"):
            raise Cut
        elif self.what == "drop":
            yield data[n:]
        elif self.what == "twice":
            yield data[:n] + data
        elif self.what == "swap":
            yield data[n:2 * n] + data[:n] + data[2 * n:]
        elif self.what == "add":
            yield bytes(n) + data
        elif self.what == "stall":
            time.sleep(self.count)
            yield data
        elif self.what == "slow":
            for i in range(0, len(data), 512):
                time.sleep(self.count)
                yield data[i:i + 512]
            self.seen += len(data)

    def rest(self):
        return self.held


def plan(options):
    try:
        with open(options.plan, encoding="ascii") as file:
            return file.read().split()
    except (OSError, TypeError):
        return "none", "none"


class Connection:
    def __init__(self, options, client):
        self.client = client
        self.server = socket.create_connection((options.to, PORT), timeout=60)
        self.server.settimeout(None)
        self.record = options.record
        self.counts = {"up": 0, "down": 0}
        up, down = plan(options)
        self.ways = [
            threading.Thread(target=self.carry, daemon=True, args=arguments)
            for arguments in
            (("up", Tamper(up), self.client, self.server),
             ("down", Tamper(down), self.server, self.client))]

    def run(self):
        for way in self.ways:
            way.start()
        for way in self.ways:
            way.join()
        self.client.close()
        self.server.close()
        print("up {up} down {down}".format(**self.counts), file=sys.stderr,
              flush=True)

    def carry(self, way, tamper, source, sink):
        try:
            while data := source.recv(65536):
                self.counts[way] += len(data)
                if self.record:
                    self.record.write(data)
                    self.record.flush()
                for piece in tamper.take(data):
                    sink.sendall(piece)
            sink.sendall(tamper.rest())
            sink.shutdown(socket.SHUT_WR)
        except Cut:
            if tamper.what == "end":
                sink.shutdown(socket.SHUT_WR)
                source.shutdown(socket.SHUT_RD)
            else:
                self.reset()
        except OSError:
            self.reset()

    def reset(self):
        for end in self.client, self.server:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", type=argparse.FileType("ab"))
    parser.add_argument("at")
    parser.add_argument("to")
    parser.add_argument("plan", nargs="?")
    options = parser.parse_args()

    listener = socket.create_server((options.at, PORT), backlog=64)
    print("ready", file=sys.stderr, flush=True)
    while True:
        client, _ = listener.accept()
        try:
            threading.Thread(target=Connection(options, client).run,
                             daemon=True).start()
        except OSError:
            client.close()


if __name__ == "__main__":
    main()
