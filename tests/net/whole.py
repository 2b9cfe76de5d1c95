"""whole.py CACHE STORE ...: every committed file of the stores has the name of
its bytes' tree root, as a second implementation computes it, and nothing else
is there. Files of a known SHA-256 are not computed again.

SPDX-License-Identifier: ISC
"""

import hashlib
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from independent import tree_root  # noqa: E402

PLACE = re.compile(r"[0-9A-Z]{14}(-[0-9A-Z]{14}){3}"
                   r"/(shards|snapshots)/([0-9a-f]{2})/(\3[0-9a-f]{62})")


def check(store, known):
    for file in store.glob("*/s*/*/*"):
        data = file.read_bytes()
        line = f"{file.name} {hashlib.sha256(data).hexdigest()}"
        if not PLACE.fullmatch(str(file.relative_to(store))):
            yield f"{file}: what is this?"
        elif line not in known:
            if tree_root(data).hex() != file.name:
                yield f"{file}: not what its name says, {len(data)} bytes"
            known.add(line)


def main(cache, *stores):
    cache = pathlib.Path(cache)
    known = set(cache.read_text().split("\n")) if cache.exists() else set()
    wrong = [line for store in stores
             for line in check(pathlib.Path(store), known)]
    if wrong:
        sys.exit("\n".join(wrong))
    cache.write_text("\n".join(known))


main(*sys.argv[1:])
