"""What a tracer has seen: the calls in the file of `strace -f -y -o FILE`.

SPDX-License-Identifier: ISC
"""

import re

CUT = "<unfinished ...>"
CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+|\?)")


def calls(path="trace"):
    """Process, name, arguments as text and result of each, as they ended; one
    that was interrupted by another process's is put together again."""
    begun = {}
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            pid, _, said = line.rstrip("\n").partition(" ")
            said = said.lstrip()
            if said.endswith(CUT):
                begun[pid] = said.removesuffix(CUT)
                continue
            if said.startswith("<... "):
                said = begun.pop(pid, "") + said.partition("resumed>")[2]
            found = CALL.match(said)
            if found:
                yield (pid, found[1], found[2].removesuffix(CUT).rstrip(),
                       int(found[3].replace("?", "0")))


def file_of(arguments, store):
    """The file that the first argument is, below a store; None: another."""
    found = re.match(r"\d+<([^>]*)>", arguments)
    if found and found[1] == store:
        return ""
    if found and found[1].startswith(store + "/"):
        return found[1].removeprefix(store + "/")
    return None
