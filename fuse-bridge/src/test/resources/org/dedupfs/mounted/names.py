"""Names: making, linking, moving, removing and listing them."""

import os
import stat
from errno import (EEXIST, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY,
                   EPERM, EACCES, EBUSY)

from cases import (NOBODY, bits, case, fails, get, in_child, main, opened, put, renameat2, same)


def paths_that_lead_nowhere(d):
    """Pairs of a path whose last directory cannot be reached, and the error that tells why."""
    put(d + "/plain")
    os.symlink("loop", d + "/loop")
    return [
        (d + "/absent/name", ENOENT),
        (d + "/plain/name", ENOTDIR),
        (d + "/loop/name", ELOOP),
        (d + "/" + "n" * 256, ENAMETOOLONG),
        (d + "/" + "n" * 256 + "/name", ENAMETOOLONG),
    ]


@case
def every_call_tells_why_a_path_leads_nowhere(d):
    calls = {
        "open": lambda p: os.open(p, os.O_RDONLY),
        "create": lambda p: os.open(p, os.O_CREAT | os.O_WRONLY),
        "mkdir": os.mkdir,
        "rmdir": os.rmdir,
        "unlink": os.unlink,
        "stat": os.stat,
        "lstat": os.lstat,
        "readlink": os.readlink,
        "chmod": lambda p: os.chmod(p, 0o600),
        "chown": lambda p: os.chown(p, -1, -1),
        "truncate": lambda p: os.truncate(p, 0),
        "utime": os.utime,
        "listdir": os.listdir,
        "mkfifo": os.mkfifo,
        "symlink": lambda p: os.symlink("x", p),
        "link from": lambda p: os.link(p, d + "/second"),
        "link to": lambda p: os.link(d + "/plain", p),
        "rename from": lambda p: os.rename(p, d + "/second"),
        "rename to": lambda p: os.rename(d + "/plain", p),
        "getxattr": lambda p: os.getxattr(p, "user.x"),
        "listxattr": os.listxattr,
        "statvfs": os.statvfs,
    }
    for path, expected in paths_that_lead_nowhere(d):
        for name, call in calls.items():
            try:
                call(path)
            except OSError as failure:
                same(failure.errno, expected, f"{name} of {path[len(d):][:40]}")
            else:
                raise AssertionError(f"{name} of {path[len(d):][:40]} succeeded")


@case
def an_existing_name_is_in_the_way(d):
    put(d + "/file")
    os.mkdir(d + "/dir")
    os.symlink("nowhere", d + "/dangling")
    for name in ("file", "dir", "dangling"):
        path = d + "/" + name
        for make in (os.mkdir, os.mkfifo, lambda p: os.symlink("x", p),
                     lambda p: os.link(d + "/file", p),
                     lambda p: os.open(p, os.O_CREAT | os.O_EXCL | os.O_WRONLY)):
            with fails(EEXIST):
                make(path)


@case
def a_directory_is_no_file_and_a_file_no_directory(d):
    put(d + "/file")
    os.mkdir(d + "/dir")
    with fails(EISDIR):
        os.open(d + "/dir", os.O_WRONLY)
    with fails(EISDIR):
        os.truncate(d + "/dir", 0)
    with fails(EISDIR, EPERM):
        os.unlink(d + "/dir")
    with fails(ENOTDIR):
        os.rmdir(d + "/file")
    with fails(ENOTDIR):
        os.open(d + "/file", os.O_RDONLY | os.O_DIRECTORY)
    with fails(ENOTDIR):
        os.stat(d + "/file/")
    with fails(EINVAL):
        os.readlink(d + "/file")
    with fails(EPERM):
        os.link(d + "/dir", d + "/second")
    with opened(d + "/dir") as directory:
        with fails(EISDIR):
            os.read(directory, 1)


@case
def rmdir_spares_what_is_not_empty(d):
    os.mkdir(d + "/dir")
    put(d + "/dir/file")
    with fails(ENOTEMPTY, EEXIST):
        os.rmdir(d + "/dir")
    with fails(EINVAL):
        os.rmdir(d + "/dir/.")
    with fails(ENOTEMPTY, EEXIST, EINVAL):
        os.rmdir(d + "/dir/..")
    os.unlink(d + "/dir/file")
    os.rmdir(d + "/dir")
    same(os.listdir(d), [])


@case
def a_directory_that_was_removed_while_open_takes_no_names(d):
    os.mkdir(d + "/dir")
    with opened(d + "/dir") as directory:
        os.rmdir(d + "/dir")
        with fails(ENOENT):
            os.open("name", os.O_CREAT | os.O_WRONLY, dir_fd=directory)
        with fails(ENOENT):
            os.mkdir("name", dir_fd=directory)
        os.mkdir(d + "/dir")
        put(d + "/dir/name")
        with fails(ENOENT):
            os.open("name", os.O_RDONLY, dir_fd=directory)
    same(os.listdir(d + "/dir"), ["name"])


@case
def directories_count_their_subdirectories(d):
    before = os.stat(d).st_nlink
    os.mkdir(d + "/one")
    os.mkdir(d + "/two")
    same(os.stat(d).st_nlink, before + 2)
    same(os.stat(d + "/one").st_nlink, 2)
    os.rename(d + "/two", d + "/one/two")
    same(os.stat(d).st_nlink, before + 1)
    same(os.stat(d + "/one").st_nlink, 3)
    os.rmdir(d + "/one/two")
    os.rmdir(d + "/one")
    same(os.stat(d).st_nlink, before)


@case
def rename_replaces_only_what_it_may(d):
    put(d + "/file", b"file")
    os.mkdir(d + "/dir")
    os.mkdir(d + "/full")
    put(d + "/full/x")
    with fails(EISDIR):
        os.rename(d + "/file", d + "/dir")
    with fails(ENOTDIR):
        os.rename(d + "/dir", d + "/file")
    with fails(ENOTEMPTY, EEXIST):
        os.rename(d + "/dir", d + "/full")
    with fails(EINVAL):
        os.rename(d + "/full", d + "/full/below")
    with fails(EINVAL, EBUSY):
        os.rename(d + "/dir/.", d + "/else")
    os.rename(d + "/full", d + "/dir")
    same(os.listdir(d + "/dir"), ["x"])
    put(d + "/other", b"other")
    os.rename(d + "/other", d + "/file")
    same(get(d + "/file"), b"other")
    same(sorted(os.listdir(d)), ["dir", "file"])


@case
def rename_onto_another_name_of_the_same_file_does_nothing(d):
    put(d + "/a", b"x")
    os.link(d + "/a", d + "/b")
    os.rename(d + "/a", d + "/b")
    same(sorted(os.listdir(d)), ["a", "b"])
    same(os.stat(d + "/a").st_nlink, 2)
    os.rename(d + "/a", d + "/a")
    same(get(d + "/a"), b"x")


@case
def a_moved_directory_takes_its_tree_along_and_knows_its_parent(d):
    os.makedirs(d + "/from/tree/below")
    os.mkdir(d + "/to")
    put(d + "/from/tree/below/file", b"x")
    with opened(d + "/from/tree/below/file") as file:
        os.rename(d + "/from/tree", d + "/to/moved")
        same(os.read(file, 9), b"x")
    same(get(d + "/to/moved/below/file"), b"x")
    same(os.stat(d + "/to/moved/..").st_ino, os.stat(d + "/to").st_ino)
    same(os.stat(d + "/from").st_nlink, 2)


@case
def rename_over_an_open_file_keeps_both_contents(d):
    put(d + "/old", b"old content")
    put(d + "/new", b"new content")
    with opened(d + "/old", os.O_RDWR) as old:
        os.rename(d + "/new", d + "/old")
        same(os.pread(old, 99, 0), b"old content")
        os.pwrite(old, b"OLD", 0)
        same(os.pread(old, 99, 0), b"OLD content")
        same(os.fstat(old).st_nlink, 0)
        same(get(d + "/old"), b"new content")
        same(os.listdir(d), ["old"])
    same(get(d + "/old"), b"new content")
    same(os.listdir(d), ["old"])


@case
def rename_flags_are_refused_or_obeyed(d):
    put(d + "/a", b"a")
    put(d + "/b", b"b")
    no_replace, exchange = 1, 2
    with fails(EEXIST, EINVAL):
        renameat2(d + "/a", d + "/b", no_replace)
    same((get(d + "/a"), get(d + "/b")), (b"a", b"b"))
    try:
        renameat2(d + "/a", d + "/b", exchange)
        same((get(d + "/a"), get(d + "/b")), (b"b", b"a"))
    except OSError as failure:
        same(failure.errno, EINVAL)
        same((get(d + "/a"), get(d + "/b")), (b"a", b"b"))


@case
def hard_links_are_one_file(d):
    put(d + "/a", b"12345")
    os.link(d + "/a", d + "/b")
    first, second = os.stat(d + "/a"), os.stat(d + "/b")
    same((first.st_ino, first.st_dev), (second.st_ino, second.st_dev))
    same((first.st_nlink, second.st_nlink), (2, 2))
    with open(d + "/a", "ab") as file:
        file.write(b"67890")
    same(os.stat(d + "/b").st_size, 10)
    same(get(d + "/b"), b"1234567890")
    os.chmod(d + "/b", 0o600)
    same(bits(d + "/a"), 0o600)
    os.truncate(d + "/a", 3)
    same(get(d + "/b"), b"123")
    os.unlink(d + "/a")
    same(os.stat(d + "/b").st_nlink, 1)
    same(get(d + "/b"), b"123")


@case
def what_one_hard_link_has_written_the_other_reads_while_both_are_open(d):
    put(d + "/a", b"." * 8192)
    os.link(d + "/a", d + "/b")
    with opened(d + "/a", os.O_RDWR) as a, opened(d + "/b", os.O_RDWR) as b:
        same(os.pread(b, 8192, 0), b"." * 8192)
        os.pwrite(a, b"first", 4000)
        same(os.pread(b, 5, 4000), b"first")
        os.pwrite(b, b"second", 10_000)
        same(os.fstat(a).st_size, 10_006)
        same(os.pread(a, 6, 10_000), b"second")
        os.ftruncate(b, 4002)
        same(os.pread(a, 99, 4000), b"fi")


@case
def a_symbolic_link_can_be_linked_and_holds_any_bytes(d):
    target = b"\xff\xfe/../" + b"t" * 3000
    name = os.fsencode(d) + b"/link"
    os.symlink(target, name)
    same(os.readlink(name), target)
    same(os.lstat(name).st_size, len(target))
    assert stat.S_ISLNK(os.lstat(name).st_mode)
    os.link(name, name + b"2", follow_symlinks=False)
    same(os.readlink(name + b"2"), target)
    same(os.lstat(name).st_nlink, 2)
    with fails(ENAMETOOLONG):
        os.symlink(b"t" * 4096, name + b"3")
    with fails(ENOENT):
        os.symlink("", d + "/empty")


@case
def open_follows_links_unless_told_not_to(d):
    put(d + "/file", b"x")
    os.symlink("file", d + "/link")
    os.symlink("created", d + "/dangling")
    same(get(d + "/link"), b"x")
    with fails(ELOOP):
        os.open(d + "/link", os.O_RDONLY | os.O_NOFOLLOW)
    put(d + "/dangling", b"through")
    same(get(d + "/created"), b"through")
    with fails(EEXIST):
        os.open(d + "/dangling", os.O_CREAT | os.O_EXCL | os.O_WRONLY)


@case
def names_are_bytes(d):
    top = os.fsencode(d) + b"/"
    names = [b"\xff\xfe", b"\xff\xfd", b"a\nb", b"\x1b[31m", "\u00e4".encode(), "a\u0308".encode(),
             b"\xed\xa0\x80", b"\\", b'"', b" ", b"...", b"-rf", b"n" * 255, "\u20ac".encode() * 85,
             b"A", b"a", bytes(range(1, 47)), bytes(range(48, 256))]
    for name in names:
        put(top + name, name)
    same(sorted(os.listdir(top)), sorted(names))
    for name in names:
        same(get(top + name), name, name)
        os.rename(top + name, top + b"moved")
        same(get(top + b"moved"), name)
        os.rename(top + b"moved", top + name)
    for name in names:
        os.unlink(top + name)
    same(os.listdir(top), [])


@case
def names_that_look_like_those_of_removed_files_are_ordinary(d):
    for name in (".fuse_hidden_notes", ".fuse_hidden0123456789abcdef", ".fuse_hidden",
                 ".fuse_hidden0123456789ABCDEF", ".fuse_hidden0123456789abcdef0"):
        put(d + "/source", b"mine")
        os.rename(d + "/source", d + "/" + name)
        same(get(d + "/" + name), b"mine")
        same(os.listdir(d), [name])
        same(os.stat(d + "/" + name).st_nlink, 1)
        with opened(d + "/" + name) as target:
            put(d + "/source", b"next")
            os.rename(d + "/source", d + "/" + name)
            same(os.pread(target, 9, 0), b"mine")
            same(get(d + "/" + name), b"next")
        same(os.listdir(d), [name])
        with opened(d + "/" + name) as moved:
            os.rename(d + "/" + name, d + "/away")
            os.rename(d + "/away", d + "/" + name)
            same(os.pread(moved, 9, 0), b"next")
            same(os.fstat(moved).st_nlink, 1)
        same(os.listdir(d), [name])
        os.unlink(d + "/" + name)
        same(os.listdir(d), [])


@case
def a_directory_whose_only_file_was_removed_while_open_can_be_removed(d):
    os.mkdir(d + "/dir")
    with opened(put(d + "/dir/file", b"x")) as file:
        os.unlink(d + "/dir/file")
        same(os.listdir(d + "/dir"), [])
        os.rmdir(d + "/dir")
        same(os.read(file, 9), b"x")
    same(os.listdir(d), [])


@case
def a_deep_path_is_reached(d):
    here = os.getcwd()
    try:
        os.chdir(d)
        for _ in range(120):
            os.mkdir("n" * 100)
            os.chdir("n" * 100)
        put("file", b"deep")
        same(get("file"), b"deep")
        os.unlink("file")
        for _ in range(120):
            os.chdir("..")
            os.rmdir("n" * 100)
    finally:
        os.chdir(here)


@case
def a_listing_of_many_names_is_whole_while_names_come_and_go(d):
    expected = {f"stays {i}" for i in range(2000)}
    for name in expected:
        put(d + "/" + name)
    seen = []
    with os.scandir(d) as entries:
        for number, entry in enumerate(entries):
            seen.append(entry.name)
            if number < 1000:
                put(f"{d}/comes {number}")
                if number % 2:
                    os.unlink(f"{d}/comes {number - 1}")
    stays = [name for name in seen if name.startswith("stays")]
    same(len(stays), len(set(stays)), "listed twice")
    same(set(stays), expected)
    same(len(seen), len(set(seen)), "listed twice")


@case
def a_listing_is_removed_as_it_is_read(d):
    for i in range(1500):
        put(f"{d}/{i}")
    removed = 0
    with os.scandir(d) as entries:
        for entry in entries:
            os.unlink(entry.path)
            removed += 1
    same((removed, os.listdir(d)), (1500, []))


@case
def entries_tell_type_and_inode(d):
    put(d + "/file")
    os.mkdir(d + "/dir")
    os.symlink("x", d + "/link")
    os.mkfifo(d + "/fifo")
    with os.scandir(d) as entries:
        for entry in entries:
            same(entry.inode(), os.lstat(entry.path).st_ino, entry.name)
            same(entry.is_dir(follow_symlinks=False), entry.name == "dir")
            same(entry.is_symlink(), entry.name == "link")
            same(entry.is_file(follow_symlinks=False), entry.name == "file")


@case
def only_one_of_many_processes_creates(d):
    wins = d + "/wins"
    put(wins)
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            try:
                for i in range(200):
                    try:
                        os.close(os.open(f"{d}/{i}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                        with opened(wins, os.O_WRONLY | os.O_APPEND) as log:
                            os.write(log, b"%d\n" % i)
                    except FileExistsError:
                        pass
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    same(sorted(map(int, get(wins).split())), list(range(200)))


@case(root=True)
def a_stranger_may_do_only_what_the_bits_say(d):
    put(d + "/secret", b"x")
    os.chmod(d + "/secret", 0o600)
    os.mkdir(d + "/closed", 0o700)
    put(d + "/closed/file")
    os.mkdir(d + "/sticky")
    os.chmod(d + "/sticky", 0o1777)
    put(d + "/sticky/file")
    os.mkdir(d + "/readable", 0o755)
    for action in (lambda: os.open(d + "/secret", os.O_RDONLY), lambda: os.stat(d + "/closed/file"),
                   lambda: os.listdir(d + "/closed"), lambda: put(d + "/readable/new"),
                   lambda: os.truncate(d + "/secret", 0)):
        with fails(EACCES):
            in_child(action, NOBODY)
    for action in (lambda: os.unlink(d + "/sticky/file"), lambda: os.chmod(d + "/secret", 0o777),
                   lambda: os.rename(d + "/sticky/file", d + "/sticky/mine"),
                   lambda: os.chown(d + "/secret", NOBODY, -1)):
        with fails(EPERM):
            in_child(action, NOBODY)
    same(get(d + "/secret"), b"x")


if __name__ == "__main__":
    main()
