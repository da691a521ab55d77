"""Replaces files that are open, by renaming over them, until the file system goes away.

    python3 replacing.py DIRECTORY LOG

Each line of LOG says NAME VERSION when a version, and that it has the name, was synced. Begins with
a line "ready" when all names were. A version is its number, over and over.
"""

import os
import sys
import threading

TOP, LOG = sys.argv[1], os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
NAMES = 6


def content(version):
    return b"%08d\n" % version * (50 + version % 7 * 1500)


def replace(name, version):
    """Another file gets the name, and both are open while it does."""
    path = f"{TOP}/{name}"
    old = os.open(path, os.O_RDWR)
    new = os.open(f"{path}.new", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(new, content(version))
    os.fsync(new)
    os.rename(f"{path}.new", path)
    os.pwrite(old, b"gone", 0)
    os.close(old)
    if version % 3 == 0:
        os.fsync(new)
        os.write(LOG, b"%s %d\n" % (name.encode(), version))
    os.close(new)


def work(name):
    version = 1
    try:
        while True:
            replace(name, version)
            version += 1
    except OSError as failure:
        os.write(LOG, b"ended: %s\n" % str(failure).encode())


def main():
    names = [f"name{i}" for i in range(NAMES)]
    for name in names:
        file = os.open(f"{TOP}/{name}", os.O_RDWR | os.O_CREAT, 0o644)
        os.write(file, content(0))
        os.fsync(file)
        os.close(file)
    os.write(LOG, b"ready\n")
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main()
