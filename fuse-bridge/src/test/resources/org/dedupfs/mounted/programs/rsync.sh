#!/bin/sh
# A tree with everything rsync can keep: the second run must find nothing to do, in each direction.
set -eu
mkdir -p "$2/tree/a/b"
cd "$2/tree"
for i in $(seq 1 200); do
  seq 1 $((i * 20)) >"a/$i"
done
ln a/1 a/b/one
ln -s ../a/2 a/b/two
mkfifo a/fifo
chmod 4711 a/3
python3 - <<'P'
import os
os.setxattr("a/4", "user.comment", b"\0\xff")
os.setxattr("a/b", "user.x", b"y")
os.utime("a/5", ns=(1, 123456789123456789))
if os.geteuid() == 0:
    os.chown("a/6", 1234, 5678)
P
rsync -aHAX "$2/tree/" "$1/tree/"
again=$(rsync -aHAX --checksum --itemize-changes --delete "$2/tree/" "$1/tree/")
test -z "$again" || { echo "there: $again"; exit 1; }
rsync -aHAX "$1/tree/" "$2/back/"
again=$(rsync -aHAX --checksum --itemize-changes --delete "$2/tree/" "$2/back/")
test -z "$again" || { echo "back: $again"; exit 1; }
echo changed >"$2/tree/a/7"
rm "$2/tree/a/8"
rsync -aHAX --inplace --delete "$2/tree/" "$1/tree/"
again=$(rsync -aHAX --checksum --itemize-changes --delete "$2/tree/" "$1/tree/")
test -z "$again" || { echo "in place: $again"; exit 1; }
