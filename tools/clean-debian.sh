#!/bin/sh
# Installs the Debian package on a Debian of its own, uses it as an administrator would, removes it
# and compares what is left with what was there before. For root; a few minutes, most of them for
# what debootstrap and apt-get fetch.
#
#   tools/clean-debian.sh [SUITE [MIRROR]]
#
# SUITE is bookworm unless told, or trixie and later. Build the package first:
#   mvn -pl dist -am package -DskipTests
# A clean root that was made before can be named by BASE=DIRECTORY; it is copied, not changed.
set -eu
program=tools/clean-debian.sh
home=$(CDPATH='' cd -- "${0%/*}/.." && pwd -P)
# shellcheck source=tools/java.sh
. "$home/tools/java.sh"
# shellcheck source=tools/packages.sh
. "$home/tools/packages.sh"

suite=${1:-bookworm}
[ "$(id -u)" = 0 ] || die "debootstrap and chroot are for root"
[ -c /dev/fuse ] || die "there is no /dev/fuse"
missing_packages() {
  PATH="$PATH:/usr/sbin" command -v debootstrap >/dev/null || echo debootstrap
}
[ -n "${BASE:-}" ] || install_missing missing_packages
package=
for each in "$home"/dist/target/dedupfs_*.deb; do
  [ ! -e "$each" ] || package=$each
done
[ -n "$package" ] || die "there is no package; run: mvn -pl dist -am package -DskipTests"

if [ "${CLEAN_DEBIAN_INSIDE:-}" != yes ]; then
  # What is mounted in there ends with this process, whatever happens.
  CLEAN_DEBIAN_INSIDE=yes exec unshare --mount --propagation private "$0" "$@"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/clean-debian.XXXXXX")
root=$work/root
end() {
  code=$?
  trap - EXIT
  for place in dev/fuse proc ""; do
    umount -l "$root/$place" 2>/dev/null || :
  done
  rm -rf --one-file-system "$work"
  [ "$code" = 0 ] || say "FAILED, see above"
  exit "$code"
}
trap end EXIT
trap 'exit 130' INT TERM

step() {
  printf '== %s\n' "$*"
}

if [ -n "${BASE:-}" ]; then
  step "a copy of $BASE"
  cp -a "$BASE" "$root"
else
  step "debootstrap $suite"
  debootstrap --variant=minbase "$suite" "$root" ${2:+"$2"} >"$work/log" ||
    { tail -n 20 "$work/log"; die "debootstrap failed"; }
fi
# Java wants to know what it is mounted on.
mount --bind "$root" "$root"
# What this machine needs to reach a mirror.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || :
mkdir -p "$root/dev"
: >"$root/dev/fuse"
mount --bind /dev/fuse "$root/dev/fuse"
mount -t proc proc "$root/proc"
cp "$package" "$root/root/dedupfs.deb"

inside() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}
quietly() {
  inside "$@" >"$work/log" 2>&1 </dev/null || {
    tail -n 40 "$work/log"
    die "failed: $*"
  }
}
install="apt-get install -y --no-install-recommends"

step "what the package depends on, and what is to try it with"
quietly apt-get update
# shellcheck disable=SC2086 # options are words
needed=$(inside $install --simulate /root/dedupfs.deb | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | grep -vx dedupfs)
echo "$needed" | tr '\n' ' ' | fold -s -w 100
echo
# shellcheck disable=SC2086 # options and packages are words
quietly $install $needed man-db bash-completion zsh fish lintian systemd util-linux

# All names, kinds, modes, owners and contents, but for what changes whenever apt-get runs, or was
# cached by programs of others.
picture() {
  (
    cd "$root"
    find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp \
      -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache/apt -o -path ./var/log \
      -o -path ./var/cache/man -o -path ./var/cache/ldconfig -o -path ./root/dedupfs.deb \) -prune \
      -o -printf '%p %y %m %u:%g %l\n' -type f -fprint0 "$work/files"
    xargs -0 sha256sum <"$work/files"
  ) | LC_ALL=C sort
}
# Indexes and tables exist once before, as they will after.
quietly mandb --quiet
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
# What has its name, but for the books of dpkg and apt-get.
named() {
  (cd "$root" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./proc \) -prune \
    -o -iname '*dedupfs*' ! -path ./root/dedupfs.deb -print)
}
picture >"$work/before"

step "apt-get install ./dedupfs.deb"
# shellcheck disable=SC2086 # options are words
quietly $install /root/dedupfs.deb
inside dpkg -s dedupfs | grep -E '^(Status|Version|Installed-Size|Depends)'
inside ls -l /var/cache/dedupfs

step "lintian"
said=$(inside lintian --fail-on none /root/dedupfs.deb 2>&1 | grep -v 'root privileges' || :)
if [ -n "$said" ]; then
  echo "$said"
  case $said in *E:* | *W:*) die "lintian is not content" ;; esac
fi

step "create, import, export, mount, umount, by the command, mount(8) and fstab"
cat >"$root/root/use.sh" <<'EOS'
set -eu
cd "$(mktemp -d)"
say() { printf '   %s\n' "$*"; }
quiet() {
  "$@" 2>err || { echo "failed: $* $(cat err)" >&2; exit 1; }
  [ ! -s err ] || { echo "$* said: $(cat err)" >&2; exit 1; }
}
mkdir tree mnt
cp -r /etc tree/etc
cp -r /usr/share/doc tree/doc
quiet dedupfs --version
quiet dedupfs create store >/dev/null
quiet dedupfs import -q store tree
quiet dedupfs export -q store /tree out
diff -r --no-dereference tree out && say "export is equal"
quiet dedupfs mount store mnt
grep -q " $PWD/mnt fuse" /proc/mounts && say "$(grep " $PWD/mnt fuse" /proc/mounts)"
diff -r --no-dereference tree mnt/tree && say "the mount shows it"
cp -r tree mnt/again
quiet dedupfs stats mnt >stats
grep -E 'logical|unique|on disk' stats | sed 's/^/   /'
quiet dedupfs umount mnt
quiet mount -t fuse.dedup -o noatime "$PWD/store" "$PWD/mnt"
diff -r --no-dereference tree mnt/again && say "mount -t fuse.dedup shows it"
quiet umount mnt
printf '%s %s dedup rw,nofail 0 0\n' "$PWD/store" "$PWD/mnt" >>/etc/fstab
quiet mount mnt
[ -d mnt/tree ] && say "mount by /etc/fstab"
quiet umount mnt
sed -i '$d' /etc/fstab
quiet dedupfs check store >/dev/null
quiet dedupfs scrub store >/dev/null && say "check and scrub find nothing"
mkdir home && chown 65534:65534 home && chmod 755 .
setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$PWD/home" \
  sh -ec 'dedupfs create $HOME/store >/dev/null && dedupfs import -q $HOME/store /etc/apt'
[ ! -e home/.cache ] && say "an ordinary user uses it, with the archive of classes that root made"
code=0
dedupfs benchmark --only mount-stat --size 1M --files 20 --operations 20 --rounds 1 --store "$PWD" \
  --output "$PWD/results" >bench 2>err || code=$?
grep -q 'null file system' bench && say "benchmark works from it (exit code $code: no bindfs here)"
cd / && rm -r "$OLDPWD"
EOS
inside sh /root/use.sh
rm "$root/root/use.sh"

step "manual pages"
for page in dedupfs dedupfs-import dedupfs-benchmark mount.fuse.dedup umount.dedup; do
  inside man --warnings -E UTF-8 "$page" >"$work/page" 2>"$work/err" || die "no page $page"
  [ ! -s "$work/err" ] || die "$page: $(cat "$work/err")"
  printf '   %s: %s lines\n' "$page" "$(wc -l <"$work/page")"
done
inside apropos dedupfs | head -n 3

step "completion"
inside bash -ec '. /usr/share/bash-completion/bash_completion; _completion_loader dedupfs || :
  complete -p dedupfs'
# shellcheck disable=SC2016 # for zsh
inside zsh -fec 'autoload -Uz compinit; compinit -D; print zsh: $_comps[dedupfs]' | grep _dedupfs
inside env HOME=/tmp fish -c 'complete -C"dedupfs impo"' | grep import

step "the unit"
inside systemd-analyze verify --man=no /lib/systemd/system/dedupfs@.service
printf 'STORE=/srv/store\nMOUNTPOINT=/mnt\n' >"$root/etc/dedupfs/data.conf"
inside systemctl enable dedupfs@data.service 2>&1 | sed 's/^/   /'

step "installed again over itself"
# shellcheck disable=SC2086 # options are words
quietly $install --reinstall /root/dedupfs.deb
inside dpkg --verify dedupfs
inside ls /var/cache/dedupfs

step "apt-get remove"
quietly apt-get remove -y dedupfs
named | sed 's/^/   still there: /'

step "apt-get purge"
quietly apt-get purge -y dedupfs
quietly mandb --quiet
picture >"$work/after"
if diff "$work/before" "$work/after"; then
  printf '   %s lines of names, attributes and digests are as before; nothing is left behind\n' \
    "$(wc -l <"$work/after")"
else
  die "not as it was before"
fi
left=$(named)
[ -z "$left" ] || die "still there: $left"
inside dpkg -l dedupfs 2>/dev/null | grep '^[a-z]' && die "dpkg still knows it"
step "done"
