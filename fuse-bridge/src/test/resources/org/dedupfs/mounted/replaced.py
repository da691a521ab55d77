"""Maps a file, waits for a line, and looks at what a change of its name has left.

    python3 replaced.py FILE BEFORE [AFTER]

The name leads to AFTER then, or, without that, nowhere; what is open and mapped stays as it was.
"""

import mmap
import os
import sys


def content(descriptor):
    return os.pread(descriptor, 1 << 20, 0)


def opened_anew(path):
    try:
        return os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None


path, before = sys.argv[1], sys.argv[2].encode()
after = sys.argv[3].encode() if len(sys.argv) > 3 else None
file = os.open(path, os.O_RDONLY)
with mmap.mmap(file, len(before), prot=mmap.PROT_READ) as mapped:
    assert mapped[:] == before, mapped[:]
    print("mapped", flush=True)
    assert sys.stdin.readline() == "changed\n"
    assert mapped[:] == before, mapped[:]
    assert content(file) == before, content(file)
    other = opened_anew(path)
    if after is None:
        assert other is None
    else:
        assert content(other) == after, content(other)
        os.close(other)
    assert mapped[:] == before, mapped[:]
os.close(file)
again = opened_anew(path)
if after is None:
    assert again is None
else:
    assert content(again) == after, content(again)
    with mmap.mmap(again, len(after), prot=mmap.PROT_READ) as mapped:
        assert mapped[:] == after, mapped[:]
