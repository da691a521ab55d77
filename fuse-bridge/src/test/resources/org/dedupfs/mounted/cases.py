"""Runs cases of system calls, each in an empty directory of its own.

    python3 FILE_WITH_CASES.py DIRECTORY [NAME...]

prints "ok NAME", "root NAME" (it needs root and this is not) or "failed NAME: reason" and a trace.
A case is right only if ext4 and tmpfs pass it too: run it on such a directory first.
"""

import ctypes
import errno
import os
import shutil
import sys
import traceback
from contextlib import contextmanager

CASES = []
LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100
AT_SYMLINK_NOFOLLOW = 0x100
UTIME_NOW = (1 << 30) - 1
UTIME_OMIT = (1 << 30) - 2
KEEP_SIZE, PUNCH_HOLE, ZERO_RANGE = 1, 2, 16
NOBODY = 65534


def case(function=None, *, root=False):
    """Marks a function of one argument, the directory it may use, as a case."""

    def add(chosen):
        CASES.append((chosen, root))
        return chosen

    return add if function is None else add(function)


@contextmanager
def fails(*expected):
    """What runs inside must fail with one of these error numbers."""
    names = "/".join(errno.errorcode[each] for each in expected)
    try:
        yield
    except OSError as failure:
        assert failure.errno in expected, f"{failure} where {names} was due"
    else:
        raise AssertionError(f"succeeded where {names} was due")


def same(actual, expected, what=""):
    assert actual == expected, f"{what}: {shown(actual)} where {shown(expected)} was due"


def shown(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "..."


def put(path, content=b""):
    """Makes or overwrites a file."""
    with open(path, "wb") as file:
        file.write(content)
    return path


def get(path):
    with open(path, "rb") as file:
        return file.read()


@contextmanager
def opened(path, flags=os.O_RDONLY, mode=0o666):
    descriptor = os.open(path, flags, mode)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def bits(path):
    return os.lstat(path).st_mode & 0o7777


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def fallocate(descriptor, mode, offset, length):
    checked(LIBC.fallocate(descriptor, mode, ctypes.c_long(offset), ctypes.c_long(length)))


CAPABILITY_VERSION = 0x20080522
CAP_FSETID = 4
PR_SET_KEEPCAPS = 8


def change_capabilities(change):
    """Of this thread; gets the effective and the permitted ones as bits, and gives them."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    checked(LIBC.capget(header, sets))
    sets[0], sets[1] = change(sets[0], sets[1])
    checked(LIBC.capset(header, sets))


class Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def utimensat(path, access, modify, flags=0):
    """Times are (seconds, nanoseconds); the nanoseconds may be UTIME_NOW or UTIME_OMIT."""
    times = (Timespec * 2)(Timespec(*access), Timespec(*modify))
    checked(LIBC.utimensat(AT_FDCWD, os.fsencode(path), times, flags))


def renameat2(source, target, flags):
    checked(
        LIBC.renameat2(AT_FDCWD, os.fsencode(source), AT_FDCWD, os.fsencode(target), flags)
    )


def in_child(action, uid=None, gid=None, groups=()):
    """Runs an action in a process of its own, as another user if so told; passes failures on."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        outcome = "0"
        try:
            if uid is not None:
                os.setgroups(groups)
                os.setgid(gid if gid is not None else uid)
                os.setuid(uid)
            action()
        except OSError as failure:
            outcome = str(failure.errno)
        except BaseException as failure:
            outcome = f"{type(failure).__name__}: {failure}"
        os.write(writing, outcome.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        outcome = pipe.read()
    os.waitpid(child, 0)
    if not outcome.isdigit():
        raise AssertionError("in a child: " + outcome)
    if outcome != "0":
        raise OSError(int(outcome), os.strerror(int(outcome)))


def main():
    top = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:]
    failed = False
    for function, root in CASES:
        name = function.__name__
        if wanted and name not in wanted:
            continue
        if root and os.geteuid() != 0:
            print("root", name, flush=True)
            continue
        own = os.path.join(top, name)
        os.mkdir(own)
        os.chmod(own, 0o777)
        try:
            with umask(0o022):
                function(own)
            shutil.rmtree(own)
            print("ok", name, flush=True)
        except BaseException as failure:
            failed = True
            print(f"failed {name}: {type(failure).__name__}: {failure}".replace("\n", " "))
            traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
    sys.exit(1 if failed else 0)
