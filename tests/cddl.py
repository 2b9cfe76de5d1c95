#!/usr/bin/python3
"""Whether files are what a CDDL (RFC 8610) says: cddl.py CDDL RULE FILE ...

A validator for as much of the language as shardkit.cddl uses: rules, choices,
maps with unsigned or text keys, arrays, groups in parentheses, occurrences
* + ?, tags, ranges, and the controls .size, .cbor and .cborseq. A rule for a
sequence is held against the whole file; a file that is one item may be given
as it is.

SPDX-License-Identifier: ISC
"""

import io
import re
import sys

import cbor2

TOKEN = re.compile(r"""\s*(?:;.*\s*)*(?:
    (?P<text>"[^"]*") | (?P<range>-?\d+\.\.\d+) | (?P<number>-?\d+) |
    (?P<control>\.[a-z]+) | (?P<tag>\#6\.\d+) | (?P<name>[a-z][a-z0-9-]*) |
    (?P<mark>[=/{}\[\](),:?*+]) )\s*(?:;.*\s*)*""", re.X)


class Parser:
    """Rules as tuples: (kind, ...)."""

    def __init__(self, source):
        self.tokens, at = [], 0
        while at < len(source):
            found = TOKEN.match(source, at)
            if not found:
                sys.exit(f"cddl.py: not understood: {source[at:at + 40]!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.rules = {}
        while self.tokens:
            name = self.take("name")
            self.take("mark", "=")
            self.rules[name] = self.choice()

    def ahead(self, *texts):
        return self.tokens and self.tokens[0][1] in texts

    def take(self, kind, text=None):
        found, value = self.tokens.pop(0)
        if found != kind or text not in (None, value):
            sys.exit(f"cddl.py: {value!r} instead of {text or kind}")
        return value

    def choice(self):
        options = [self.controlled()]
        while self.ahead("/"):
            self.take("mark")
            options.append(self.controlled())
        return options[0] if len(options) == 1 else ("choice", options)

    def controlled(self):
        base = self.basic()
        if self.tokens and self.tokens[0][0] == "control":
            return ("control", base, self.take("control"), self.basic())
        return base

    def basic(self):
        kind, value = self.tokens.pop(0)
        if kind == "text":
            return ("value", value[1:-1])
        if kind == "number":
            return ("value", int(value))
        if kind == "range":
            return ("range", *map(int, value.split("..")))
        if kind == "name":
            return ("name", value)
        if kind == "tag":
            self.take("mark", "(")
            inner = self.choice()
            self.take("mark", ")")
            return ("tag", int(value[3:]), inner)
        close = {"{": "}", "[": "]", "(": ")"}[value]
        entries = self.entries(close)
        if value == "(" and len(entries) == 1 and entries[0][:2] == (1, 1):
            return entries[0][3]
        return ({"{": "map", "[": "array", "(": "group"}[value], entries)

    def entries(self, close):
        """(least, most, key or None, type) up to the closing mark."""
        found = []
        while not self.ahead(close):
            least, most = 1, 1
            if self.ahead("?", "*", "+"):
                mark = self.take("mark")
                least, most = {"?": (0, 1), "*": (0, 1 << 62),
                               "+": (1, 1 << 62)}[mark]
            key, kind = None, self.choice()
            if self.ahead(":"):
                self.take("mark")
                key, kind = kind[1], self.choice()
            found.append((least, most, key, kind))
            if self.ahead(","):
                self.take("mark")
        self.take("mark", close)
        return found


def sequence(data):
    file = io.BytesIO(data)
    found = []
    while file.tell() < len(data):
        found.append(cbor2.CBORDecoder(file).decode())
    return found


class Checker:
    def __init__(self, rules):
        self.rules = rules

    def fits(self, rule, value):
        return getattr(self, rule[0])(value, *rule[1:])

    def value(self, value, wanted):
        return type(value) is type(wanted) and value == wanted

    def range(self, value, least, most):
        return type(value) is int and least <= value <= most

    def choice(self, value, options):
        return any(self.fits(option, value) for option in options)

    def name(self, value, name):
        if name == "uint":
            return type(value) is int and 0 <= value < 1 << 64
        if name == "bytes":
            return type(value) is bytes
        if name == "text":
            return type(value) is str
        if name == "bool":
            return type(value) is bool
        return self.fits(self.rules[name], value)

    def tag(self, value, number, inner):
        return isinstance(value, cbor2.CBORTag) and value.tag == number \
            and self.fits(inner, value.value)

    def control(self, value, base, control, argument):
        if not self.fits(base, value):
            return False
        if control == ".size":
            size = len(value.encode() if type(value) is str else value)
            return self.fits(argument, size)
        if control == ".cborseq":
            return self.fits(argument, sequence(value))
        items = sequence(value)
        return len(items) == 1 and self.fits(argument, items[0])

    def map(self, value, entries):
        if not isinstance(value, dict):
            return False
        known = {key: (least, kind) for least, _, key, kind in entries}
        return all(key in known and type(key) in (int, str) and
                   self.fits(known[key][1], item)
                   for key, item in value.items()) and \
            all(key in value for key, (least, _) in known.items() if least)

    def array(self, value, entries):
        return isinstance(value, list) and \
            self.items(value, 0, entries) == len(value)

    def items(self, value, at, entries):
        """Where the entries, each as often as it can be, end; None: not."""
        for least, most, _, kind in entries:
            count = 0
            while count < most:
                after = self.one(value, at, kind)
                if after is None:
                    break
                at, count = after, count + 1
            if count < least:
                return None
        return at

    def one(self, value, at, kind):
        if kind[0] == "name" and self.rules.get(kind[1], "-")[0] == "group":
            kind = self.rules[kind[1]]
        if kind[0] == "group":
            return self.items(value, at, kind[1])
        return at + 1 if at < len(value) and self.fits(kind, value[at]) \
            else None


def main(cddl, rule, *paths):
    with open(cddl, encoding="utf-8") as file:
        checker = Checker(Parser(file.read()).rules)
    whole = checker.rules[rule][0] == "control"
    bad = False
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        try:
            items = sequence(data)
            good = checker.fits(("name", rule), data) if whole else \
                len(items) == 1 and checker.fits(("name", rule), items[0])
        except cbor2.CBORDecodeError as reason:
            print(f"{path}: {reason}")
            good = False
        if not good:
            print(f"{path}: not of rule {rule}")
        bad |= not good
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
