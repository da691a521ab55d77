#!/bin/sh
# An archive there and back, with times, owners, links, holes, fifos and extended attributes.
set -eu
mkdir "$2/tree"
cd "$2/tree"
mkdir -p a/b/c empty
seq 1 100000 >a/large
ln a/large a/b/second
ln -s a/large link
ln -s "no such place" dangling
mkfifo fifo
truncate -s 10M a/sparse
echo tail >>a/sparse
printf x >"$(printf 'odd\377\n name')"
chmod 6755 a/large
chmod 0 empty
python3 - <<'P'
import os
os.setxattr("a/large", "user.comment", b"\0\xff")
os.setxattr("a/b", "user.on directory", b"x" * 2000)
if os.geteuid() == 0:
    os.setxattr("a/large", "trusted.t", b"t")
    os.chown("a/sparse", 1234, 5678)
    os.lchown("link", 77, 88)
for path in ("a/large", "empty", "a/b"):
    os.utime(path, ns=(1234567890123456789, 987654321987654321))
os.utime("link", ns=(111222333444555666, 111222333444555666), follow_symlinks=False)
P
options="--xattrs --xattrs-include=* --acls --numeric-owner --sparse"
# shellcheck disable=SC2086 # words
tar -C "$2/tree" $options --format=posix -cf "$2/one.tar" .
mkdir "$1/tree" "$2/back"
# shellcheck disable=SC2086
tar -C "$1/tree" $options -xpf "$2/one.tar"
# shellcheck disable=SC2086
tar -C "$1/tree" $options -df "$2/one.tar"
# shellcheck disable=SC2086
tar -C "$1/tree" $options --format=posix -cf "$1/two.tar" .
# shellcheck disable=SC2086
tar -C "$2/back" $options -xpf "$1/two.tar"
# shellcheck disable=SC2086
tar -C "$2/back" $options -df "$2/one.tar"
# shellcheck disable=SC2086
tar -C "$2/tree" $options -df "$1/two.tar"
python3 - "$1/tree" "$2/tree" <<'P'
import os, sys
for top in sys.argv[1:]:
    os.chdir(top)
    assert os.getxattr("a/large", "user.comment") == b"\0\xff"
    assert os.getxattr("a/b", "user.on directory") == b"x" * 2000
    assert os.stat("a/large").st_mtime_ns == 987654321987654321
    assert os.lstat("link").st_mtime_ns == 111222333444555666
    assert os.stat("a/large").st_ino == os.stat("a/b/second").st_ino
P
