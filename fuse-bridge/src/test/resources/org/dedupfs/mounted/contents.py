"""The bytes of files."""

import fcntl
import mmap
import os
import random
import stat
import subprocess
from errno import (EAGAIN, EBADF, EEXIST, EFBIG, EINVAL, ENOENT, ENOTSUP, ENXIO, EOPNOTSUPP,
                   ETXTBSY)

from cases import (KEEP_SIZE, PUNCH_HOLE, ZERO_RANGE, case, fails, fallocate, get, in_child, main,
                   opened, put, same)

PAGE = mmap.PAGESIZE


@case
def appends_of_many_processes_never_overwrite_each_other(d):
    path = put(d + "/log")
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            try:
                with opened(path, os.O_WRONLY | os.O_APPEND) as log:
                    for i in range(300):
                        os.write(log, f"{number} {i} {'x' * (i * 7 % 97)}\n".encode())
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    seen = [line.split(b" ") for line in get(path).splitlines()]
    for number in range(4):
        mine = [line for line in seen if line[0] == b"%d" % number]
        same([int(line[1]) for line in mine], list(range(300)), f"lines of process {number}")
        same([len(line[2]) for line in mine], [i * 7 % 97 for i in range(300)])


@case
def append_goes_to_the_end_even_after_others_have_changed_it(d):
    path = put(d + "/log", b"12345")
    with opened(path, os.O_RDWR | os.O_APPEND) as log:
        os.lseek(log, 0, os.SEEK_SET)
        os.write(log, b"6")
        with opened(path, os.O_WRONLY) as other:
            os.ftruncate(other, 2)
        os.write(log, b"7")
        same(os.pread(log, 99, 0), b"127")
        with opened(path, os.O_WRONLY) as other:
            os.pwrite(other, b"xx", 6)
        os.write(log, b"8")
    same(get(path), b"127\0\0\0xx8")


@case
def append_can_be_switched_on_and_off(d):
    path = put(d + "/file", b"12345")
    with opened(path, os.O_WRONLY) as file:
        fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
        os.write(file, b"6")
        fcntl.fcntl(file, fcntl.F_SETFL, 0)
        os.pwrite(file, b"a", 0)
    same(get(path), b"a23456")


@case
def exclusive_and_truncating_opens(d):
    path = put(d + "/file", b"content")
    with fails(EEXIST):
        os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    same(get(path), b"content")
    with opened(path) as before:
        os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))
        same(os.read(before, 9), b"")
    same(os.stat(path).st_size, 0)
    with fails(ENOENT):
        os.open(d + "/absent", os.O_WRONLY | os.O_TRUNC)


@case
def a_descriptor_allows_only_what_it_was_opened_for(d):
    path = put(d + "/file", b"content")
    with opened(path) as reading, opened(path, os.O_WRONLY) as writing:
        with fails(EBADF):
            os.write(reading, b"x")
        with fails(EBADF):
            os.read(writing, 1)
        with fails(EINVAL, EBADF):
            os.ftruncate(reading, 0)
        with fails(EINVAL):
            os.lseek(reading, -1, os.SEEK_SET)
        with fails(EINVAL):
            os.ftruncate(writing, -1)
        with fails(EINVAL):
            os.pread(reading, 1, -1)


@case
def truncation_cuts_and_grows_with_zeros(d):
    for size in (0, 1, PAGE - 1, PAGE, PAGE + 1, 100_000, 131_072, 131_073, 500_000):
        path = put(f"{d}/{size}", b"\xaa" * size)
        for cut in (size // 2, size + 70_000, size // 3, size // 3 + 1, 0, 200_001):
            os.truncate(path, cut)
            expected = min(size, size // 2)
            content = get(path)
            same(len(content), cut)
            kept = len(content.rstrip(b"\0"))
            assert kept <= expected and content[:kept] == b"\xaa" * kept


@case
def what_was_cut_off_never_comes_back(d):
    path = put(d + "/file", b"\xff" * 300_000)
    with opened(path, os.O_RDWR) as file:
        os.ftruncate(file, 100)
        os.ftruncate(file, 300_000)
        same(os.pread(file, 300_000, 0), b"\xff" * 100 + bytes(299_900))
        os.pwrite(file, b"x", 400_000)
        same(os.pread(file, 200_000, 300_000), bytes(100_000) + b"x")


@case
def sparse_files_read_zeros_and_know_their_size(d):
    far = 1 << 40
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        os.pwrite(file, b"far", far)
        same(os.fstat(file).st_size, far + 3)
        same(os.pread(file, 9, far - 5), bytes(5) + b"far")
        same(os.pread(file, 4096, far // 2), bytes(4096))
        same(os.lseek(file, 0, os.SEEK_END), far + 3)
        os.ftruncate(file, 5)
        same(os.pread(file, 9, 0), bytes(5))


@case
def seeking_data_and_holes_never_skips_data(d):
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        os.pwrite(file, b"x" * 1000, 3 << 20)
        os.pwrite(file, b"y" * 1000, 9 << 20)
        end = (9 << 20) + 1000
        found, at = [], 0
        while at < end:
            at = os.lseek(file, at, os.SEEK_DATA)
            hole = os.lseek(file, at, os.SEEK_HOLE)
            assert at < hole <= end
            found.append((at, hole))
            at = hole
        for place in ((3 << 20), (3 << 20) + 999, 9 << 20, end - 1):
            assert any(start <= place < stop for start, stop in found), (place, found)
        with fails(ENXIO):
            os.lseek(file, end, os.SEEK_DATA)
        with fails(ENXIO):
            os.lseek(file, end, os.SEEK_HOLE)


@case
def a_file_removed_while_open_lives_until_it_is_closed(d):
    path = put(d + "/file", b"content")
    with opened(path, os.O_RDWR) as file:
        inode = os.fstat(file).st_ino
        os.unlink(path)
        with fails(ENOENT):
            os.stat(path)
        same(os.listdir(d), [])
        same((os.fstat(file).st_nlink, os.fstat(file).st_ino), (0, inode))
        os.fchmod(file, 0o640)
        same(os.fstat(file).st_mode, stat.S_IFREG | 0o640)
        os.utime(file, ns=(123, 456))
        same((os.fstat(file).st_atime_ns, os.fstat(file).st_mtime_ns), (123, 456))
        os.setxattr(file, "user.a", b"b")
        same(os.getxattr(file, "user.a"), b"b")
        same(os.listxattr(file), ["user.a"])
        os.removexattr(file, "user.a")
        os.fchown(file, os.getuid(), os.getgid())
        os.ftruncate(file, 3)
        os.pwrite(file, b"more", 3)
        os.fsync(file)
        fallocate(file, 0, 0, 10_000)
        same(os.fstat(file).st_size, 10_000)
        same(os.pread(file, 7, 0), b"conmore")
        put(path, b"another")
        same(os.pread(file, 7, 0), b"conmore")
        assert os.stat(path).st_ino != inode
    same(get(path), b"another")
    same(os.listdir(d), ["file"])


@case
def a_file_removed_while_open_by_two_lives_until_both_close(d):
    path = put(d + "/file", b"content")
    first = os.open(path, os.O_RDWR)
    with opened(path, os.O_RDWR) as second:
        os.unlink(path)
        os.pwrite(first, b"CON", 0)
        os.close(first)
        same(os.pread(second, 9, 0), b"CONtent")
        os.pwrite(second, b"!", 7)
        same(os.fstat(second).st_size, 8)


@case
def one_of_two_names_removed_while_open_leaves_the_other(d):
    path = put(d + "/a", b"content")
    os.link(path, d + "/b")
    with opened(path, os.O_RDWR) as file:
        os.unlink(path)
        same(os.fstat(file).st_nlink, 1)
        same(os.stat(d + "/b").st_nlink, 1)
        same(os.listdir(d), ["b"])
        os.pwrite(file, b"CON", 0)
        same(get(d + "/b"), b"CONtent")
        os.unlink(d + "/b")
        same(os.fstat(file).st_nlink, 0)
        same(os.pread(file, 9, 0), b"CONtent")
    same(os.listdir(d), [])


@case
def a_removed_file_is_reached_through_its_descriptor(d):
    path = put(d + "/file", b"content")
    with opened(path, os.O_RDWR) as file:
        os.unlink(path)
        proc = f"/proc/self/fd/{file}"
        assert os.readlink(proc).endswith(" (deleted)") or ".fuse_hidden" in os.readlink(proc)
        same(get(proc), b"content")
        with opened(proc, os.O_WRONLY | os.O_TRUNC) as again:
            os.write(again, b"changed")
        same(os.pread(file, 99, 0), b"changed")


@case
def a_removed_file_gives_up_its_handle_to_another_process(d):
    path = put(d + "/file", b"content")
    with opened(path, os.O_RDWR) as file:
        os.unlink(path)

        def change():
            os.pwrite(file, b"CHILD", 0)
            os.ftruncate(file, 6)

        in_child(change)
        same(os.pread(file, 99, 0), b"CHILDn")


@case
def shared_maps_write_through_and_private_ones_do_not(d):
    path = put(d + "/file", b"." * (3 * PAGE + 100))
    with opened(path, os.O_RDWR) as file:
        with mmap.mmap(file, 0) as shared, mmap.mmap(file, 0, access=mmap.ACCESS_COPY) as private:
            same(shared[:5], b".....")
            private[0:7] = b"private"
            shared[PAGE : PAGE + 6] = b"shared"
            same(os.pread(file, 6, PAGE), b"shared")
            os.pwrite(file, b"written", 2 * PAGE)
            same(shared[2 * PAGE : 2 * PAGE + 7], b"written")
            shared.flush()
            same(shared[:7], b".......")
    same(get(path)[PAGE : PAGE + 6], b"shared")
    same(len(get(path)), 3 * PAGE + 100)


@case
def a_shared_map_outlives_descriptor_and_name(d):
    path = put(d + "/file", b"." * PAGE)
    file = os.open(path, os.O_RDWR)
    shared = mmap.mmap(file, 0)
    os.close(file)
    os.link(path, d + "/second")
    os.unlink(path)
    shared[10:14] = b"late"
    shared.flush()
    shared.close()
    same(get(d + "/second")[10:14], b"late")


@case
def a_shared_map_of_a_removed_file_is_still_memory(d):
    path = put(d + "/file", b"." * PAGE)
    file = os.open(path, os.O_RDWR)
    with mmap.mmap(file, 0) as shared:
        os.close(file)
        os.unlink(path)
        shared[0:4] = b"gone"
        shared.flush()
        same(shared[:6], b"gone..")
    same(os.listdir(d), [])


@case
def two_processes_share_a_map(d):
    path = put(d + "/file", b"." * PAGE)
    with opened(path, os.O_RDWR) as file, mmap.mmap(file, 0) as mine:

        def change():
            with opened(path, os.O_RDWR) as own, mmap.mmap(own, 0) as theirs:
                theirs[100:105] = b"child"

        in_child(change)
        same(mine[100:105], b"child")


@case
def a_program_runs_and_is_busy_while_it_does(d):
    path = d + "/program"
    with open("/bin/sleep", "rb") as original:
        put(path, original.read())
    os.chmod(path, 0o755)
    running = subprocess.Popen([path, "1000"])
    try:
        with fails(ETXTBSY):
            os.open(path, os.O_WRONLY)
        os.unlink(path)
        same(running.poll(), None)
    finally:
        running.kill()
        running.wait()
    script = put(d + "/script", b"#!/bin/sh\nexit 7\n")
    os.chmod(script, 0o755)
    same(subprocess.run([script]).returncode, 7)


@case
def allocation_reserves_and_grows_or_keeps_the_size(d):
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        os.write(file, b"12345")
        fallocate(file, 0, 0, 3)
        same(os.fstat(file).st_size, 5)
        fallocate(file, 0, 3, 100_000)
        same(os.fstat(file).st_size, 100_003)
        same(os.pread(file, 10, 0), b"12345" + bytes(5))
        fallocate(file, KEEP_SIZE, 0, 300_000)
        same(os.fstat(file).st_size, 100_003)
        os.posix_fallocate(file, 200_000, 10)
        same(os.fstat(file).st_size, 200_010)
        with fails(EINVAL):
            fallocate(file, 0, 0, 0)
        with fails(EINVAL):
            fallocate(file, 0, -1, 5)
    with opened(d + "/file") as reading:
        with fails(EBADF):
            fallocate(reading, 0, 0, 10)


def check_zeroing(d, ranges):
    content = random.Random(1).randbytes(400_000)
    expected = bytearray(content)
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        os.pwrite(file, content, 0)
        for mode, start, length in ranges:
            fallocate(file, mode, start, length)
            stop = min(start + length, 400_000)
            expected[start:stop] = bytes(max(0, stop - start))
            same(os.fstat(file).st_size, 400_000)
            same(os.pread(file, 500_000, 0), bytes(expected))


@case
def holes_are_punched(d):
    mode = PUNCH_HOLE | KEEP_SIZE
    check_zeroing(d, [(mode, 0, 10), (mode, 60_001, 140_000), (mode, 399_999, 1_000_000),
                      (mode, 2_000_000, 5), (mode, 0, 400_000)])
    with opened(d + "/file", os.O_RDWR) as file:
        with fails(EOPNOTSUPP, ENOTSUP):
            fallocate(file, PUNCH_HOLE, 0, 10)
        with fails(EOPNOTSUPP, ENOTSUP, EINVAL):
            fallocate(file, 0x40 | 0x200, 0, 10)


@case
def ranges_are_zeroed(d):
    """Not on tmpfs, which knows no such mode."""
    check_zeroing(d, [(ZERO_RANGE, 99, 5000), (ZERO_RANGE | KEEP_SIZE, 390_000, 50_000),
                      (ZERO_RANGE, 0, 131_072), (ZERO_RANGE | KEEP_SIZE, 700_000, 9)])
    with opened(d + "/file", os.O_RDWR) as file:
        fallocate(file, ZERO_RANGE, 399_000, 5_000)
        same(os.fstat(file).st_size, 404_000)
        same(os.pread(file, 5_001, 399_000), bytes(5_000))


@case
def a_map_sees_what_was_punched_and_truncated(d):
    path = put(d + "/file", b"x" * (4 * PAGE))
    with opened(path, os.O_RDWR) as file, mmap.mmap(file, 4 * PAGE) as shared:
        same(shared[PAGE], ord("x"))
        fallocate(file, PUNCH_HOLE | KEEP_SIZE, PAGE, PAGE)
        same(shared[PAGE : 2 * PAGE], bytes(PAGE))
        shared[PAGE] = 1
        os.ftruncate(file, 2 * PAGE)
        os.ftruncate(file, 4 * PAGE)
        same(shared[2 * PAGE :], bytes(2 * PAGE))
        same(shared[PAGE], 1)


@case
def bytes_copied_in_the_kernel_are_the_same(d):
    content = random.Random(2).randbytes(300_000)
    source = put(d + "/source", content)
    with opened(source) as reading, opened(d + "/target", os.O_CREAT | os.O_RDWR) as writing:
        done = 0
        while done < len(content):
            done += os.copy_file_range(reading, writing, len(content) - done, done, done)
        same(os.pread(writing, 400_000, 0), content)
        os.ftruncate(writing, 0)
        while os.lseek(writing, 0, os.SEEK_END) < len(content):
            os.sendfile(writing, reading, os.lseek(writing, 0, os.SEEK_END), 100_000)
    same(get(d + "/target"), content)


@case
def vectors_and_odd_sizes(d):
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        same(os.writev(file, [b"a" * 5000, b"", b"b" * 3, b"c" * 200_000]), 205_003)
        parts = [bytearray(1), bytearray(5000), bytearray(200_001), bytearray(50)]
        same(os.preadv(file, parts, 0), 205_003)
        same(b"".join(parts)[:205_003], b"a" * 5000 + b"b" * 3 + b"c" * 200_000)
        same(os.pread(file, 10, 205_003), b"")
        same(os.write(file, b""), 0)


@case
def random_writes_and_reads_agree_with_memory(d):
    chance = random.Random(3)
    expected = bytearray()
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        for _ in range(400):
            start, length = chance.randrange(300_000), chance.choice((1, 100, 4096, 70_000))
            if chance.random() < 0.1:
                os.ftruncate(file, start)
                del expected[start:]
                expected.extend(bytes(start - len(expected)))
            elif chance.random() < 0.6:
                piece = chance.randbytes(length)
                os.pwrite(file, piece, start)
                expected.extend(bytes(max(0, start - len(expected))))
                expected[start : start + length] = piece
            else:
                same(os.pread(file, length, start), bytes(expected[start : start + length]))
    same(get(d + "/file"), bytes(expected))


@case
def direct_reads_and_writes_agree_with_cached_ones(d):
    path = put(d + "/file", b"." * (64 * 1024))
    flags = os.O_RDWR | os.O_DIRECT
    try:
        direct = os.open(path, flags)
    except OSError as failure:
        same(failure.errno, EINVAL)
        return
    try:
        with opened(path, os.O_RDWR) as cached, mmap.mmap(-1, 8192) as aligned:
            aligned[:] = b"d" * 8192
            os.pwritev(direct, [aligned], 4096)
            same(os.pread(cached, 8194, 4095), b"." + b"d" * 8192 + b".")
            os.pwrite(cached, b"cached", 4096)
            same(os.preadv(direct, [aligned], 4096), 8192)
            same(aligned[:7], b"cachedd")
    finally:
        os.close(direct)


@case
def locks_hold_between_processes(d):
    path = put(d + "/file", b"x" * 100)
    with opened(path, os.O_RDWR) as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 10, 0)

        def contend():
            with opened(path, os.O_RDWR) as own:
                fcntl.lockf(own, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 50)
                fcntl.lockf(own, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)

        with fails(EAGAIN):
            in_child(contend)
        fcntl.lockf(file, fcntl.LOCK_UN)
        in_child(contend)
        fcntl.flock(file, fcntl.LOCK_SH)

        def flock():
            with opened(path, os.O_RDWR) as own:
                fcntl.flock(own, fcntl.LOCK_SH | fcntl.LOCK_NB)
                fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)

        with fails(EAGAIN):
            in_child(flock)


@case
def a_file_too_large_is_refused(d):
    with opened(d + "/file", os.O_CREAT | os.O_RDWR) as file:
        for size in ((1 << 63) - 1, 1 << 62):
            try:
                os.ftruncate(file, size)
                same(os.fstat(file).st_size, size)
            except OSError as failure:
                assert failure.errno in (EFBIG, EINVAL), failure
        os.ftruncate(file, 0)
        same(os.fstat(file).st_size, 0)


@case
def a_directory_is_used_through_its_descriptor_wherever_it_moves(d):
    os.mkdir(d + "/dir")
    with opened(d + "/dir", os.O_RDONLY | os.O_DIRECTORY) as directory:
        with os.fdopen(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=directory), "wb") as file:
            file.write(b"below")
        os.rename(d + "/dir", d + "/moved")
        with os.fdopen(os.open("file", os.O_RDONLY, dir_fd=directory), "rb") as file:
            same(file.read(), b"below")
        os.fsync(directory)
        os.mkdir("dir", dir_fd=directory)
        os.rename("file", "dir/file", src_dir_fd=directory, dst_dir_fd=directory)
    same(get(d + "/moved/dir/file"), b"below")


if __name__ == "__main__":
    main()
