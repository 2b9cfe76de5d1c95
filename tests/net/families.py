"""Run a command with the address families that a unit of systemd leaves it, by
the same filter that systemd makes: families.py UNIT COMMAND [ARGUMENT ...]

SPDX-License-Identifier: ISC
"""

import ctypes
import os
import platform
import re
import socket
import struct
import sys

SYS_SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 97  # EAFNOSUPPORT


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def main(unit, *command):
    names = re.search("^RestrictAddressFamilies=(.*)$", open(unit).read(),
                      re.M).group(1).split()
    steps = [(LOAD, 0, 0, 0), (EQUAL, 0, len(names) + 2, SYS_SOCKET),
             (LOAD, 0, 0, 16)]
    for i, name in enumerate(names):
        steps.append((EQUAL, len(names) - i, 0, getattr(socket, name)))
    steps += [(RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(steps), code)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0, \
        os.strerror(ctypes.get_errno())
    os.execvp(command[0], command)


main(*sys.argv[1:])
