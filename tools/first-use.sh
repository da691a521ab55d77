#!/bin/sh
# How long it takes from a fresh clone to a mounted store with a tree in it, by the two commands that
# README.md begins with: clones what is committed to a temporary directory, runs them there, compares,
# and removes everything.
#
#   tools/first-use.sh [TREE]
#
# TREE is what is copied, /usr/share/doc unless told. With EMPTY=yes Maven has nothing in its local
# repository yet and fetches all it needs.
set -eu
home=$(CDPATH='' cd -- "${0%/*}/.." && pwd -P)
tree=${1:-/usr/share/doc}
work=$(mktemp -d "${TMPDIR:-/tmp}/first-use.XXXXXX")
end() {
  code=$?
  trap - EXIT
  if grep -q " $work/mnt " /proc/self/mounts; then
    "$work/clone/dedupfs" umount "$work/mnt" || fusermount3 -u -z "$work/mnt"
  fi
  rm -rf "$work"
  exit "$code"
}
trap end EXIT
trap 'exit 130' INT TERM

git clone -q "$home" "$work/clone"
cd "$work/clone"
if [ "${EMPTY:-}" = yes ]; then
  export MAVEN_OPTS="-Dmaven.repo.local=$work/repository ${MAVEN_OPTS:-}"
fi
now() {
  read -r up _ </proc/uptime
  echo "$up"
}
start=$(now)
./dedupfs mount --create "$work/store" "$work/mnt"
mounted=$(now)
cp -r "$tree" "$work/mnt"
copied=$(now)

diff -r --no-dereference "$tree" "$work/mnt/${tree##*/}"
./dedupfs stats "$work/mnt"
echo "$start $mounted $copied" |
  awk '{ printf "from a fresh clone: mounted after %.1f s, tree copied after %.1f s\n", $2 - $1, $3 - $1 }'
