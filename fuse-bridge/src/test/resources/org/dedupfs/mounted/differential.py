"""Does the same random system calls on two file systems and compares what each call returns.

    python3 differential.py SEED OPERATIONS DIRECTORY REFERENCE_DIRECTORY

Prints the shortest sequence it finds that still differs, as calls to do again, and exits with 1.
"""

import errno
import mmap
import os
import random
import shutil
import stat
import sys
import zlib

from cases import KEEP_SIZE, PUNCH_HOLE, fallocate

DIRECTORIES = ["", "d", "d/e", "f"]
NAMES = ["a", "b", "c", "d", "e", "\udcff", ".fuse_hidden0123456789abcdef"]
SLOTS = 6
SIZES = [0, 1, 7, 100, 4095, 4096, 4097, 20_000, 65_536, 131_072, 150_001]
FLAGS = [os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR | os.O_CREAT, os.O_RDWR | os.O_CREAT,
         os.O_RDWR | os.O_CREAT | os.O_EXCL, os.O_RDWR | os.O_CREAT | os.O_TRUNC,
         os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_CREAT | os.O_APPEND, os.O_RDONLY | os.O_NOFOLLOW]
MODES = [0o600, 0o644, 0o755, 0o7777, 0o4711, 0o2750, 0o1777]
ATTRIBUTES = ["user.a", "user.b"]
SMALL_TIME = 10**15  # set by a call, not by the clock, if it is before this


class World:
    """A directory and the descriptors that are open in it."""

    def __init__(self, top):
        self.top = top
        self.slots = [None] * SLOTS
        self.regular = [False] * SLOTS

    def at(self, path):
        return os.path.join(self.top, path)

    def close(self):
        for slot in range(SLOTS):
            self.do_close(slot)

    def do_open(self, slot, path, flags, mode):
        self.do_close(slot)
        self.slots[slot] = os.open(self.at(path), flags | os.O_NONBLOCK, mode)
        self.regular[slot] = stat.S_ISREG(os.fstat(self.slots[slot]).st_mode)
        if flags & os.O_TRUNC:
            self.settle(slot)

    def do_close(self, slot):
        if self.slots[slot] is not None:
            os.close(self.slots[slot])
            self.slots[slot] = None

    def fd(self, slot):
        if self.slots[slot] is None:
            raise OSError(errno.EBADF, "closed")
        return self.slots[slot]

    def node(self, slot):
        """A regular file: a name lost while open is kept for those only, by libfuse."""
        if self.slots[slot] is None or not self.regular[slot]:
            raise OSError(errno.EBADF, "closed, or no regular file")
        return self.slots[slot]

    def settle(self, place):
        """Sets times where file systems differ in whether they do it: cuts to the same size, maps,
        allocations."""
        os.utime(place if isinstance(place, str) else self.node(place), ns=(1, 1))

    def do_write(self, slot, seed, size):
        return os.write(self.fd(slot), random.Random(seed).randbytes(size))

    def do_pwrite(self, slot, seed, size, start):
        return os.pwrite(self.fd(slot), random.Random(seed).randbytes(size), start)

    def do_read(self, slot, size):
        return digest(os.read(self.fd(slot), size))

    def do_pread(self, slot, size, start):
        return digest(os.pread(self.fd(slot), size, start))

    def do_seek(self, slot, start, whence):
        return os.lseek(self.node(slot), start, whence)

    def do_ftruncate(self, slot, size):
        os.ftruncate(self.fd(slot), size)
        self.settle(slot)

    def do_fallocate(self, slot, mode, start, size):
        fallocate(self.fd(slot), mode, start, size)
        self.settle(slot)

    def do_fsync(self, slot):
        os.fsync(self.fd(slot))

    def do_fstat(self, slot):
        return told(os.fstat(self.node(slot)))

    def do_fchmod(self, slot, mode):
        os.fchmod(self.node(slot), mode)

    def do_futimens(self, slot, access, modify):
        os.utime(self.node(slot), ns=(access, modify))
        return os.fstat(self.node(slot)).st_atime_ns

    def do_map(self, slot, start, seed, size):
        with mmap.mmap(self.fd(slot), 0) as shared:
            before = digest(shared[start : start + size])
            piece = random.Random(seed).randbytes(max(0, min(size, len(shared) - start)))
            shared[start : start + len(piece)] = piece
            shared.flush()
        self.settle(slot)
        return before

    def do_copy(self, slot, other, size, start, begin):
        return os.copy_file_range(self.fd(slot), self.fd(other), size, start, begin)

    def do_truncate(self, path, size):
        os.truncate(self.at(path), size)
        self.settle(self.at(path))

    def do_stat(self, path):
        return told(os.stat(self.at(path)))

    def do_lstat(self, path):
        return told(os.lstat(self.at(path)))

    def do_content(self, path):
        with open(os.open(self.at(path), os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            return digest(file.read() or b"")  # None: an empty fifo

    def do_list(self, path):
        return sorted(os.listdir(self.at(path)))

    def do_mkdir(self, path, mode):
        os.mkdir(self.at(path), mode)

    def do_rmdir(self, path):
        os.rmdir(self.at(path))

    def do_unlink(self, path):
        os.unlink(self.at(path))

    def do_rename(self, path, target):
        os.rename(self.at(path), self.at(target))

    def do_link(self, path, target):
        if stat.S_ISFIFO(os.lstat(self.at(path)).st_mode):
            raise OSError(errno.EPERM, "each name is a fifo of its own, as libfuse 2 has a node per path")
        os.link(self.at(path), self.at(target), follow_symlinks=False)

    def do_symlink(self, path, target):
        os.symlink(path, self.at(target))

    def do_readlink(self, path):
        return os.readlink(self.at(path))

    def do_mkfifo(self, path, mode):
        os.mkfifo(self.at(path), mode)

    def do_chmod(self, path, mode):
        os.chmod(self.at(path), mode)

    def do_chown(self, path, owner, group):
        os.chown(self.at(path), owner, group, follow_symlinks=False)

    def do_utime(self, path, access, modify):
        os.utime(self.at(path), ns=(access, modify), follow_symlinks=False)
        return os.lstat(self.at(path)).st_atime_ns

    def do_setxattr(self, path, name, value, flags):
        os.setxattr(self.at(path), name, value, flags)

    def do_getxattr(self, path, name):
        return os.getxattr(self.at(path), name)

    def do_listxattr(self, path):
        return sorted(os.listxattr(self.at(path)))

    def do_removexattr(self, path, name):
        os.removexattr(self.at(path), name)


def digest(content):
    return len(content), zlib.crc32(content)


def told(status):
    """What two file systems must agree on. Reading may move the time of access; that a fifo was
    written to no file system of FUSE ever hears."""
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    time = status.st_mtime_ns if status.st_mtime_ns < SMALL_TIME else "recent"
    if stat.S_ISFIFO(status.st_mode):
        time = None
    return oct(status.st_mode), status.st_nlink, status.st_uid, status.st_gid, size, time


class Sequence:
    """Random calls; each tells all it needs, so that any part of a sequence can be done alone."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        kinds = [name[3:] for name in dir(World) if name.startswith("do_")]
        if os.geteuid() != 0:
            kinds.remove("chown")
        often = ["open", "open", "open", "write", "write", "pwrite", "pwrite", "pread", "map",
                 "rename", "rename", "rename", "unlink", "link", "content", "ftruncate", "list"]
        self.choice = kinds + often

    def next(self):
        kind = self.chance.choice(self.choice)
        code = getattr(World, "do_" + kind).__code__
        arguments = code.co_varnames[1 : code.co_argcount]
        return kind, tuple(self.value(name) for name in arguments)

    def value(self, name):
        pick = self.chance.choice
        if name in ("slot", "other"):
            return self.chance.randrange(SLOTS)
        if name in ("path", "target"):
            return os.path.join(pick(DIRECTORIES), pick(NAMES)) if self.chance.random() < 0.95 else "f"
        if name == "flags":
            return pick(FLAGS)
        if name == "size":
            return pick(SIZES)
        if name in ("start", "begin"):
            return pick(SIZES) + pick((0, 0, 1, 5000))
        if name == "seed":
            return self.chance.randrange(1 << 30)
        if name in ("access", "modify"):
            return self.chance.randrange(SMALL_TIME)
        if name in ("owner", "group"):
            return pick((-1, 0, 1234, 4294967294))
        if name == "whence":
            return pick((os.SEEK_SET, os.SEEK_CUR, os.SEEK_END))
        return {"mode": lambda: pick(MODES), "name": lambda: pick(ATTRIBUTES),
                "value": lambda: self.chance.randbytes(pick((0, 1, 300)))}[name]()

    def operations(self, count):
        for _ in range(count):
            kind, arguments = self.next()
            if kind == "fallocate":
                mode = self.chance.choice((0, KEEP_SIZE, KEEP_SIZE | PUNCH_HOLE))
                arguments = (arguments[0], mode, *arguments[2:])
            if kind == "setxattr":
                arguments = (*arguments[:3], self.chance.choice((0, 0, 1, 2)))
            yield kind, arguments


def outcome(world, operation):
    kind, arguments = operation
    try:
        return getattr(world, "do_" + kind)(*arguments)
    except OSError as failure:
        return errno.errorcode[failure.errno]
    except (ValueError, IndexError) as failure:
        return type(failure).__name__


def state(world, top=""):
    """All names with what stat tells, contents, links and attributes."""
    found = {}
    for name in sorted(os.listdir(world.at(top))):
        path = os.path.join(top, name)
        status = os.lstat(world.at(path))
        inside = None
        if stat.S_ISDIR(status.st_mode):
            found.update(state(world, path))
        elif stat.S_ISLNK(status.st_mode):
            inside = os.readlink(world.at(path))
        elif stat.S_ISREG(status.st_mode):
            inside = (outcome(world, ("content", (path,))),
                      [(n, os.getxattr(world.at(path), n)) for n in sorted(os.listxattr(world.at(path)))])
        found[path] = (told(status), inside)
    return found


def agree(left, right):
    """Whether two outcomes are equal as far as POSIX decides."""
    if left == right:
        return True
    free = [{"EEXIST", "ENOTEMPTY"}, {"EISDIR", "EPERM"}]
    return isinstance(left, str) and isinstance(right, str) and {left, right} in free


def differs(operations, top, reference):
    """What differs first: (number of the operation, left, right), or None."""
    for each in (top, reference):
        shutil.rmtree(each, ignore_errors=True)
        os.makedirs(each)
    worlds = World(top), World(reference)
    try:
        number = -1
        for number, operation in enumerate(operations):
            left, right = (outcome(world, operation) for world in worlds)
            if not agree(left, right):
                return number, left, right
        left, right = (state(world) for world in worlds)
        if left != right:
            wrong = sorted(n for n in {*left, *right} if left.get(n) != right.get(n))
            return number + 1, [(n, left.get(n)) for n in wrong], [(n, right.get(n)) for n in wrong]
        return None
    finally:
        for world in worlds:
            world.close()


def shrunk(operations, top, reference):
    """Takes away whatever can go while something still differs."""
    part = max(1, len(operations) // 2)
    while True:
        start = 0
        while start < len(operations):
            fewer = operations[:start] + operations[start + part :]
            found = differs(fewer, top, reference)
            if found:
                operations = fewer[: found[0] + 1]
            else:
                start += part
        if part == 1:
            return operations
        part //= 2


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    top, reference = (os.path.join(each, "world") for each in sys.argv[3:5])
    os.umask(0o022)
    length = 2000
    for first in range(0, count, length):
        operations = list(Sequence(seed + first).operations(min(length, count - first)))
        found = differs(operations, top, reference)
        if found:
            print(f"operation {first + found[0]} differs: {found[1]!r:.2000}")
            print(f"the reference has {found[2]!r:.2000}", flush=True)
            short = shrunk(operations[: found[0] + 1], top, reference)
            print(f"the shortest sequence found, {len(short)} operations:")
            for kind, arguments in short:
                print(f"  {kind}{arguments!r}")
            _, left, right = differs(short, top, reference) or (0, "no difference", "this time")
            print(f"ends with {left!r:.2000} where the reference has {right!r:.2000}")
            sys.exit(1)
    for each in (top, reference):
        shutil.rmtree(each)
    print(f"{count} operations agree")


if __name__ == "__main__":
    main()
