"""A foreign end of the dialogue (shardkit-protocol(5)): Python's TLS, Debian's
cbor2, keys by openssl. It says whatever it is told to, right or wrong.

SPDX-License-Identifier: ISC
"""

import hashlib
import io
import pathlib
import select
import socket
import ssl
import struct
import subprocess
import sys
import time

import cbor2

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from independent import (  # noqa: E402
    KIND_ID, KIND_IDENTITY, SPKI, base32_decode, base32_lines, tree_root)

PORT = 7117
(HELLO, PUT, COMMIT, GET, HAVE, LIST, DROP, PROVE, BALLOT, INFO, PEERS,
 PAIR) = range(12)
SHARDS, SNAPSHOTS, MEMBERS, RECEIPTS = range(4)
OK, NO, USAGE, DATA, SYSTEM = range(5)
LIMIT_MESSAGE = 64 << 10
LIMIT_SHARD = 16 << 20


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True,
                          capture_output=True, timeout=100).stdout


class Identity:
    """The key in a folder, as openssl wants it: key.pem, and cert.pem with a
    self-signed certificate that has names and dates, as ours has not."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        text = (folder / "identity").read_text().strip()
        scalar = base32_decode(KIND_IDENTITY, text)
        self.scalar = int.from_bytes(scalar, "big")
        self.key, self.cert = folder / "key.pem", folder / "cert.pem"
        if not self.cert.exists():
            self.key.write_bytes(openssl("ec", "-inform", "der", data=(
                bytes.fromhex("30310201010420") + scalar
                + bytes.fromhex("a00a06082a8648ce3d030107"))))
            openssl("req", "-x509", "-new", "-key", str(self.key), "-subj",
                    "/CN=foreign", "-days", "1", "-out", str(self.cert))
        public = openssl("ec", "-in", str(self.key), "-pubout", "-outform",
                         "der")
        self.point = public[-65:]
        assert public == SPKI + self.point
        self.id = hashlib.sha256(public).digest()

    def text(self):
        return "-".join(base32_lines(KIND_ID, self.id))

    def sign(self, kind, word, fields):
        """A COSE_Sign1 with ES256 of a record. The nonce is 1: that needs no
        program, and tells everybody the key."""
        payload = encode({0: kind, 1: 1, 2: self.point, **fields})
        protected = encode({1: -7})
        aad = f"shardkit document, version 1, kind {word:29}".encode()
        message = encode(["Signature1", protected, aad, payload])
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        s = (digest + BASE_X * self.scalar) % ORDER
        signature = b"".join(part.to_bytes(32, "big")
                             for part in (BASE_X, min(s, ORDER - s)))
        return b"\xd2" + encode([protected, {}, payload, signature])

    def order(self, ids, shelf=SHARDS, at=None):
        return self.sign(8, "drop", {
            3: int(time.time()) if at is None else at, 4: shelf,
            5: b"".join(ids)})


# Of P-256: how many points it has, and where the first of them is.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296


def encode(item):
    return cbor2.dumps(item, canonical=True)


def is_document(data):
    """Whether it is a COSE_Sign1; one shard in 256 begins with its first byte."""
    return data.startswith(b"\xd2\x84" + encode(encode({1: -7})))


def context(identity=None, key=None, alpn=("shardkit/1",), server=False):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server
                          else ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    if alpn:
        made.set_alpn_protocols(list(alpn))
    if identity:
        made.load_cert_chain(identity.cert, key or identity.key)
    return made


class Client:
    """A session; what a method is not told is what an honest owner says."""

    def __init__(self, host, identity, greet=True, timeout=100, wrap=None):
        self.identity = identity
        plain = socket.create_connection((host, PORT), timeout=timeout)
        self.tls = (wrap or context(identity)).wrap_socket(plain)
        assert self.tls.selected_alpn_protocol() == "shardkit/1"
        self.input = b""
        if greet:
            assert self.ask(HELLO, size=1)[0] == OK

    def request(self, verb, shelf=SHARDS, owner=None, ids=(), size=0,
                body=b"", payload=0):
        return encode({0: verb, 1: shelf, 2: owner or self.identity.id,
                       3: b"".join(ids), 4: size, 5: body, 6: payload})

    def send(self, data):
        self.tls.sendall(data)

    def stream(self, data):
        """Send more than the wire holds, and keep what is answered meanwhile:
        in one thread, since a session of OpenSSL's takes no two."""
        timeout = self.tls.gettimeout()
        self.tls.setblocking(False)
        while data:
            try:
                data = data[self.tls.send(data[:16384]):]
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                assert any(select.select([self.tls], [self.tls], [], timeout))
            try:
                self.read()
            except ssl.SSLWantReadError:
                pass
        self.tls.settimeout(timeout)

    def read(self):
        data = self.tls.recv(65536)
        if not data:
            raise EOFError
        self.input += data

    def item(self):
        while True:
            file = io.BytesIO(self.input)
            try:
                item = cbor2.CBORDecoder(file).decode()
                self.input = self.input[file.tell():]
                return item
            except (cbor2.CBORDecodeEOF, EOFError):
                self.read()

    def reply(self):
        """Status, body and payload of the next one."""
        item = self.item()
        assert sorted(item) == [0, 1, 2], item
        payload = self.item() if item[2] else b""
        assert len(payload) == item[2]
        return item[0], item[1], payload

    def ask(self, verb, data=None, **fields):
        if data is not None:
            fields.setdefault("payload", len(data))
        self.send(self.request(verb, **fields)
                  + (encode(data) if data else b""))
        return self.reply()

    def put(self, data, **fields):
        if "ids" not in fields:
            fields["ids"] = [tree_root(data)]
        return self.ask(PUT, data=data, **fields)

    def refused(self, data):
        """Whether that makes the holder answer "no", or end the session."""
        try:
            self.send(data)
            return self.reply()[0] != OK
        except (EOFError, OSError):
            return True

    def close(self):
        try:
            self.tls.unwrap().close()
        except OSError:
            self.tls.close()


def spoilt(document):
    """The same with another last byte, which is one of its signature."""
    return document[:-1] + bytes([document[-1] ^ 1])


def head(size):
    """The head of a byte string of so many bytes."""
    for first, form, limit in ((0x58, ">B", 1 << 8), (0x59, ">H", 1 << 16),
                               (0x5A, ">I", 1 << 32), (0x5B, ">Q", 1 << 64)):
        if size < limit:
            return bytes([0x40 | size]) if size < 24 else \
                bytes([first]) + struct.pack(form, size)
    raise ValueError
