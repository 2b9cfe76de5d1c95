#!/usr/bin/env python3
"""dead.py FOLDER: a file system there whose server takes requests and never
answers one, until it is killed; then FOLDER is to be unmounted. Says "dead"
once it is mounted. SPDX-License-Identifier: ISC"""
import ctypes
import os
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
device = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0"
if libc.mount(b"dead", os.fsencode(sys.argv[1]), b"fuse", 0, options.encode()):
    sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
print("dead", flush=True)
time.sleep(600)
