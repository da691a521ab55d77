"""What stat tells, and who may change it."""

import os
import socket
import stat
import time
from errno import (E2BIG, EACCES, EEXIST, EINVAL, ENODATA, ENOTSUP, ENXIO, EOPNOTSUPP, EPERM,
                   ERANGE)

from cases import (AT_SYMLINK_NOFOLLOW, CAP_FSETID, KEEP_SIZE, LIBC, NOBODY, PR_SET_KEEPCAPS,
                   PUNCH_HOLE, UTIME_NOW, UTIME_OMIT, ZERO_RANGE, bits, case, change_capabilities,
                   checked, fails, fallocate, get, in_child, main, opened, put, same, umask,
                   utimensat)


def tick():
    """Ends when the kernel's coarse clock, which times of files come from, has moved on."""
    start = time.clock_gettime_ns(6)  # CLOCK_MONOTONIC_COARSE
    while time.clock_gettime_ns(6) - start < 20_000_000:
        pass


def times(path):
    status = os.lstat(path)
    return status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns


@case
def the_umask_is_taken_from_what_is_asked_for(d):
    with umask(0o027):
        put(d + "/file")
        os.mkdir(d + "/dir")
        os.mkfifo(d + "/fifo")
        os.mknod(d + "/node", 0o777 | stat.S_IFREG)
    same([bits(d + "/" + n) for n in ("file", "dir", "fifo", "node")], [0o640, 0o750, 0o640, 0o750])
    with umask(0):
        with opened(d + "/all", os.O_CREAT | os.O_WRONLY, 0o7777):
            pass
    same(bits(d + "/all"), 0o7777)


@case
def chmod_sets_twelve_bits(d):
    put(d + "/file")
    os.mkdir(d + "/dir")
    for path in (d + "/file", d + "/dir"):
        for mode in (0, 0o1, 0o700, 0o1777, 0o2755, 0o4755, 0o7777, 0o644):
            os.chmod(path, mode)
            same(bits(path), mode)
    with opened(d + "/file") as file:
        os.fchmod(file, 0o4711)
        same(os.fstat(file).st_mode, stat.S_IFREG | 0o4711)


@case
def a_file_opened_for_writing_stays_writable_whatever_its_mode(d):
    with opened(d + "/file", os.O_CREAT | os.O_RDWR, 0) as file:
        os.write(file, b"x")
        os.fchmod(file, 0)
        os.write(file, b"y")
        os.ftruncate(file, 1)
        os.fsync(file)
        same(os.pread(file, 9, 0), b"x")


@case(root=True)
def files_belong_to_who_makes_them(d):
    def make():
        put(d + "/file")
        os.mkdir(d + "/dir")
        os.symlink("x", d + "/link")
        os.mkfifo(d + "/fifo")

    in_child(make, 1234, 5678)
    for name in ("file", "dir", "link", "fifo"):
        status = os.lstat(d + "/" + name)
        same((status.st_uid, status.st_gid), (1234, 5678), name)


@case(root=True)
def a_setgid_directory_hands_on_its_group(d):
    os.mkdir(d + "/dir")
    os.chown(d + "/dir", 1234, 4321)
    os.chmod(d + "/dir", 0o2777)

    def make():
        put(d + "/dir/file")
        os.mkdir(d + "/dir/dir")
        os.symlink("x", d + "/dir/link")
        os.mkfifo(d + "/dir/fifo")

    in_child(make, 1234, 5678)
    for name in ("file", "dir", "link", "fifo"):
        same(os.lstat(d + "/dir/" + name).st_gid, 4321, name)
    same(bits(d + "/dir/dir"), 0o2755)
    same(bits(d + "/dir/file"), 0o644)


@case(root=True)
def chown_changes_one_or_both_and_links_themselves(d):
    put(d + "/file")
    os.symlink("file", d + "/link")
    os.chown(d + "/file", 11, 22)
    os.chown(d + "/file", 33, -1)
    os.chown(d + "/file", -1, 44)
    os.lchown(d + "/link", 55, 66)
    same((os.stat(d + "/file").st_uid, os.stat(d + "/file").st_gid), (33, 44))
    same((os.lstat(d + "/link").st_uid, os.lstat(d + "/link").st_gid), (55, 66))
    with opened(d + "/file") as file:
        os.fchown(file, 4294967294, 4294967294)
        same((os.fstat(file).st_uid, os.fstat(file).st_gid), (4294967294, 4294967294))


@case(root=True)
def an_owner_may_give_a_file_only_to_a_group_of_his(d):
    put(d + "/file")
    os.chown(d + "/file", 1234, 5678)
    in_child(lambda: os.chown(d + "/file", -1, 77), 1234, 5678, [77])
    same(os.stat(d + "/file").st_gid, 77)
    with fails(EPERM):
        in_child(lambda: os.chown(d + "/file", -1, 88), 1234, 5678, [77])
    with fails(EPERM):
        in_child(lambda: os.chown(d + "/file", NOBODY, -1), 1234, 5678, [77])


@case(root=True)
def chown_by_an_owner_takes_setuid_and_setgid_away(d):
    put(d + "/file")
    os.chown(d + "/file", 1234, 5678)
    os.chmod(d + "/file", 0o6755)
    in_child(lambda: os.chown(d + "/file", 1234, 77), 1234, 5678, [77])
    same(bits(d + "/file"), 0o755)
    os.chmod(d + "/file", 0o6755)
    os.mkdir(d + "/dir")
    os.chmod(d + "/dir", 0o2755)
    os.chown(d + "/dir", 1, 1)
    same(bits(d + "/dir"), 0o2755)


@case(root=True)
def writing_and_truncating_take_setuid_and_setgid_away(d):
    path = put(d + "/file", b"0123456789")
    os.chown(path, 1234, 5678)

    def write():
        with opened(path, os.O_WRONLY) as file:
            os.write(file, b"x")

    for change in (write, lambda: os.truncate(path, 3),
                   lambda: os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))):
        os.chmod(path, 0o6777)
        in_child(change, NOBODY)
        same(bits(path), 0o777)
    os.chmod(path, 0o6777)
    write()
    same(bits(path), 0o6777)


@case(root=True)
def chown_to_the_same_takes_setuid_and_setgid_away(d):
    for name, mode, left in (("a", 0o6755, 0o755), ("b", 0o6744, 0o2744), ("c", 0o644, 0o644)):
        path = put(d + "/" + name)
        os.chown(path, NOBODY, NOBODY)
        os.chmod(path, mode)
        in_child(lambda path=path: os.chown(path, -1, -1), NOBODY)
        same(bits(path), left)
        os.chmod(path, mode)
        os.chown(path, -1, -1)
        same(bits(path), left)
        os.chmod(path, mode)
        in_child(lambda path=path: try_to_chown(path), 1234)
        same(bits(path), mode)


def try_to_chown(path):
    try:
        os.chown(path, -1, -1)
    except OSError as failure:
        assert failure.errno == EPERM, failure


@case(root=True)
def allocating_and_punching_take_setuid_and_setgid_away(d):
    for mode, left in ((0o6755, 0o755), (0o6744, 0o2744)):
        path = put(d + "/file", b"x" * 5000)
        os.chown(path, NOBODY, NOBODY)
        os.chmod(path, mode)
        in_child(lambda path=path: allocate(path), NOBODY)
        same(bits(path), left)
        os.chmod(path, mode)
        allocate(path)
        same(bits(path), mode)
        os.unlink(path)


@case(root=True)
def a_capability_and_not_the_user_keeps_setuid_and_setgid_where_is_allocated(d):
    def with_fsetid():
        checked(LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        change_capabilities(lambda effective, permitted: (1 << CAP_FSETID, 1 << CAP_FSETID))

    def without_fsetid():
        change_capabilities(lambda effective, permitted: (effective & ~(1 << CAP_FSETID), permitted))

    def change(mode, become):
        with opened(path, os.O_WRONLY) as file:
            become()
            fallocate(file, mode, 4096, 8192)

    path = put(d + "/file", b"x" * 5000)
    os.chown(path, NOBODY, NOBODY)
    for mode in (0, KEEP_SIZE, PUNCH_HOLE | KEEP_SIZE, ZERO_RANGE, ZERO_RANGE | KEEP_SIZE):
        for become, left in ((with_fsetid, 0o6755), (without_fsetid, 0o755)):
            os.chmod(path, 0o6755)
            os.utime(path, (1, 1))
            in_child(lambda mode=mode, become=become: change(mode, become))
            same((mode, become.__name__, bits(path)), (mode, become.__name__, left))
            assert os.stat(path).st_mtime != 1, f"mode {mode} does not count as a change"


def allocate(path):
    with opened(path, os.O_WRONLY) as file:
        os.posix_fallocate(file, 0, 10_000)


@case(root=True)
def each_write_takes_capabilities_away(d):
    capability = bytes.fromhex("0100000200200000000000000000000000000000")
    path = put(d + "/file", b"x" * 5000)

    def taken(change):
        os.setxattr(path, "security.capability", capability)
        change()
        with fails(ENODATA):
            os.getxattr(path, "security.capability")

    with opened(path, os.O_WRONLY) as file:
        taken(lambda: os.write(file, b"y"))
        taken(lambda: os.write(file, b"z"))
        taken(lambda: os.ftruncate(file, 100))
    taken(lambda: os.truncate(path, 50))
    taken(lambda: os.chown(path, NOBODY, NOBODY))
    taken(lambda: os.chown(path, -1, -1))


@case(root=True)
def chmod_by_a_stranger_to_the_group_drops_setgid(d):
    put(d + "/file")
    os.chown(d + "/file", 1234, 5678)
    in_child(lambda: os.chmod(d + "/file", 0o2755), 1234, 999)
    same(bits(d + "/file"), 0o755)
    in_child(lambda: os.chmod(d + "/file", 0o2755), 1234, 999, [5678])
    same(bits(d + "/file"), 0o2755)


@case
def times_are_kept_to_the_nanosecond(d):
    path = put(d + "/file")
    os.mkdir(d + "/dir")
    os.symlink("nowhere", d + "/link")
    for access, modify in ((1_000_000_001, 2_000_000_002), (0, 999_999_999),
                           (4_294_967_296_123_456_789, 5_000_000_000_000_000_001),
                           (-1, -1_500_000_000)):
        for each in (path, d + "/dir", d + "/link"):
            os.utime(each, ns=(access, modify), follow_symlinks=False)
            same(times(each)[:2], (access, modify), each)
    with opened(path) as file:
        os.utime(file, ns=(12, 34))
        same(times(path)[:2], (12, 34))


@case
def each_time_can_be_left_alone_or_be_now(d):
    path = put(d + "/file")
    os.utime(path, ns=(111, 222))
    utimensat(path, (0, UTIME_OMIT), (5, 7))
    same(times(path)[:2], (111, 5_000_000_007))
    utimensat(path, (6, 8), (0, UTIME_OMIT))
    same(times(path)[:2], (6_000_000_008, 5_000_000_007))
    before = times(path)
    tick()
    utimensat(path, (0, UTIME_OMIT), (0, UTIME_OMIT))
    same(times(path), before)
    start = time.time_ns() - 50_000_000
    utimensat(path, (0, UTIME_NOW), (0, UTIME_OMIT))
    same(times(path)[1], 5_000_000_007)
    assert start <= times(path)[0] <= time.time_ns() + 50_000_000
    utimensat(path, (1, 1), (0, UTIME_NOW))
    same(times(path)[0], 1_000_000_001)
    assert start <= times(path)[1] <= time.time_ns() + 50_000_000
    os.symlink("file", d + "/link")
    utimensat(d + "/link", (3, 4), (0, UTIME_OMIT), AT_SYMLINK_NOFOLLOW)
    same(times(d + "/link")[0], 3_000_000_004)
    same(times(path)[0], 1_000_000_001)
    with fails(EINVAL):
        utimensat(path, (0, 1_000_000_000), (0, 0))


@case(root=True)
def strangers_may_set_times_only_to_now_and_only_of_what_they_may_write(d):
    path = put(d + "/file")
    os.chmod(path, 0o666)
    in_child(lambda: os.utime(path), NOBODY)
    with fails(EPERM):
        in_child(lambda: os.utime(path, ns=(1, 1)), NOBODY)
    os.chmod(path, 0o644)
    with fails(EACCES):
        in_child(lambda: os.utime(path), NOBODY)


@case
def changes_set_the_times_that_posix_names(d):
    path = put(d + "/file", b"x")
    os.mkdir(d + "/dir")

    def moved(action, of=path):
        """Which of the three times an action moves."""
        os.utime(of, ns=(10**18, 10**18), follow_symlinks=False)
        before = times(of)
        tick()
        action()
        return "".join(n for n, b, a in zip("amc", before, times(of)) if a != b)

    def write():
        with opened(path, os.O_WRONLY) as file:
            os.write(file, b"y")

    same(moved(write), "mc")
    same(moved(lambda: os.truncate(path, 5)), "mc")
    same(moved(lambda: os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))), "mc")
    same(moved(lambda: os.chmod(path, 0o600)), "c")
    same(moved(lambda: os.chown(path, os.getuid(), os.getgid())), "c")
    same(moved(lambda: os.link(path, d + "/second")), "c")
    same(moved(lambda: os.unlink(d + "/second")), "c")
    same(moved(lambda: os.setxattr(path, "user.a", b"b")), "c")
    same(moved(lambda: os.removexattr(path, "user.a")), "c")
    same(moved(lambda: os.rename(path, d + "/moved"), d), "mc")
    same(moved(lambda: os.rename(d + "/moved", path), d), "mc")
    same(moved(lambda: put(d + "/dir/x"), d + "/dir"), "mc")
    same(moved(lambda: os.unlink(d + "/dir/x"), d + "/dir"), "mc")
    same(moved(lambda: os.mkdir(d + "/dir/x"), d + "/dir"), "mc")
    same(moved(lambda: os.rmdir(d + "/dir/x"), d + "/dir"), "mc")
    same(moved(lambda: os.symlink("x", d + "/dir/x"), d + "/dir"), "mc")
    same(moved(lambda: os.stat(path)), "")


@case
def a_failed_call_moves_no_time(d):
    os.mkdir(d + "/dir")
    put(d + "/dir/file")
    before = times(d + "/dir")
    tick()
    for action in (lambda: os.mkdir(d + "/dir/file"), lambda: os.rmdir(d + "/dir/file"),
                   lambda: os.symlink("x", d + "/dir/file"), lambda: os.rename(d + "/x", d + "/y")):
        try:
            action()
        except OSError:
            continue
        raise AssertionError("a call that must fail succeeded")
    same(times(d + "/dir"), before)


@case
def a_fifo_carries_bytes_between_processes(d):
    path = d + "/fifo"
    os.mkfifo(path, 0o600)
    assert stat.S_ISFIFO(os.stat(path).st_mode)
    with fails(ENXIO):
        os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    child = os.fork()
    if child == 0:
        try:
            put(path, b"through the fifo")
        finally:
            os._exit(0)
    same(get(path), b"through the fifo")
    os.waitpid(child, 0)
    same(os.stat(path).st_size, 0)


@case
def a_socket_has_a_name(d):
    here = os.getcwd()
    try:
        os.chdir(d)
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
            server.bind("socket")
            server.listen(1)
            assert stat.S_ISSOCK(os.stat("socket").st_mode)
            client.connect("socket")
            client.send(b"hello")
            same(server.accept()[0].recv(9), b"hello")
            with fails(ENXIO):
                os.open("socket", os.O_RDONLY)
    finally:
        os.chdir(here)


@case(root=True)
def device_nodes_are_devices(d):
    os.mknod(d + "/zero", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    os.mknod(d + "/block", 0o600 | stat.S_IFBLK, os.makedev(4095, 1_048_575))
    same(os.stat(d + "/zero").st_rdev, os.makedev(1, 5))
    same(os.stat(d + "/block").st_rdev, os.makedev(4095, 1_048_575))
    assert stat.S_ISCHR(os.stat(d + "/zero").st_mode)
    assert stat.S_ISBLK(os.stat(d + "/block").st_mode)
    with opened(d + "/zero") as zero:
        same(os.read(zero, 4), bytes(4))
    with fails(EPERM):
        in_child(lambda: os.mknod(d + "/mine", 0o666 | stat.S_IFCHR, os.makedev(1, 5)), NOBODY)


@case
def extended_attributes_are_created_replaced_listed_and_removed(d):
    path = put(d + "/file")
    os.setxattr(path, "user.one", b"1")
    os.setxattr(path, b"user.\xff\xfe", b"\0\xff")
    os.setxattr(path, "user.empty", b"")
    with fails(EEXIST):
        os.setxattr(path, "user.one", b"2", os.XATTR_CREATE)
    with fails(ENODATA):
        os.setxattr(path, "user.two", b"2", os.XATTR_REPLACE)
    os.setxattr(path, "user.one", b"3", os.XATTR_REPLACE)
    same(os.getxattr(path, "user.one"), b"3")
    same(os.getxattr(path, b"user.\xff\xfe"), b"\0\xff")
    same(os.getxattr(path, "user.empty"), b"")
    same({n for n in os.listxattr(path) if n.startswith("user.")} - {"user.dedupfs.stats"},
         {"user.one", "user.empty", "user.\udcff\udcfe"})
    os.removexattr(path, "user.one")
    with fails(ENODATA):
        os.getxattr(path, "user.one")
    with fails(ENODATA):
        os.removexattr(path, "user.one")
    os.setxattr(path, "user.large", b"v" * 3000)
    same(os.getxattr(path, "user.large"), b"v" * 3000)
    with fails(E2BIG):
        os.setxattr(path, "user.huge", b"v" * 65537)
    with fails(ERANGE):
        os.setxattr(path, "user." + "n" * 251, b"")
    with fails(EOPNOTSUPP, ENOTSUP):
        os.setxattr(path, "nonsense.name", b"")


@case
def extended_attributes_belong_to_the_file_not_to_the_name(d):
    path = put(d + "/file")
    os.setxattr(path, "user.a", b"1")
    os.link(path, d + "/second")
    os.rename(path, d + "/moved")
    same(os.getxattr(d + "/second", "user.a"), b"1")
    with opened(d + "/moved") as file:
        os.setxattr(file, "user.b", b"2")
        same(os.getxattr(d + "/second", "user.b"), b"2")
        os.removexattr(file, "user.a")
    same(os.listxattr(d + "/moved"), ["user.b"])


@case(root=True)
def attributes_of_root_and_of_links_are_kept(d):
    put(d + "/file")
    os.symlink("file", d + "/link")
    os.setxattr(d + "/file", "trusted.a", b"t")
    os.setxattr(d + "/link", "trusted.b", b"l", follow_symlinks=False)
    same(os.getxattr(d + "/file", "trusted.a"), b"t")
    same(os.getxattr(d + "/link", "trusted.b", follow_symlinks=False), b"l")
    with fails(ENODATA):
        os.getxattr(d + "/file", "trusted.b")
    with fails(EPERM):
        os.setxattr(d + "/link", "user.c", b"", follow_symlinks=False)
    os.chmod(d + "/file", 0o644)
    with fails(EACCES):
        in_child(lambda: os.setxattr(d + "/file", "user.d", b""), NOBODY)
    with fails(EPERM):
        in_child(lambda: os.setxattr(d + "/file", "trusted.d", b""), NOBODY)


if __name__ == "__main__":
    main()
