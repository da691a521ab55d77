#!/bin/sh
# cp -al: a tree of hard links, as backup programs make them.
set -eu
mkdir -p "$1/one/a/b"
for i in $(seq 1 300); do
  echo "$i" >"$1/one/a/b/$i"
done
cp -al "$1/one" "$1/two"
cp -al "$1/two" "$1/three"
diff -r "$1/one" "$1/three"
test "$(stat -c %h "$1/one/a/b/17")" = 3
test "$(stat -c %i "$1/one/a/b/17")" = "$(stat -c %i "$1/three/a/b/17")"
echo more >>"$1/two/a/b/17"
test "$(cat "$1/three/a/b/17")" = "$(printf '17\nmore')"
rm -r "$1/one"
test "$(stat -c %h "$1/two/a/b/17")" = 2
cp -a "$1/two" "$1/four"
diff -r "$1/two" "$1/four"
rm -r "$1/two" "$1/three"
test "$(find "$1/four" -type f | wc -l)" = 300
