"""Maps a file and waits until the map shows what others make of it.

    python3 mapped.py FILE BEFORE AFTER
"""

import mmap
import os
import sys
import time

path, before, after = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
file = os.open(path, os.O_RDONLY)
with mmap.mmap(file, len(before), prot=mmap.PROT_READ) as mapped:
    assert mapped[:] == before, mapped[:]
    print("mapped", flush=True)
    end = time.monotonic() + 60
    while mapped[:] != after:
        assert time.monotonic() < end, mapped[:]
    assert os.pread(file, 100, 0) == after
