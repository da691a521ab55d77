#!/bin/sh
# Makes TARGET/dedupfs_VERSION_ARCHITECTURE.deb of what stage.sh has laid out: called by the build.
#
#   deb.sh TARGET VERSION PLATFORM TIMESTAMP
#
# TIMESTAMP, as 2025-01-01T00:00:00Z, is the age of all that is in it.
set -eu
umask 022
target=$1
version=$2
platform=$3
SOURCE_DATE_EPOCH=$(date -u -d "$4" +%s)
export SOURCE_DATE_EPOCH

here=$(CDPATH='' cd -- "${0%/*}" && pwd -P)
debian=$here/../debian
case $platform in
  linux-x86_64) architecture=amd64 ;;
  linux-aarch64) architecture=arm64 ;;
  *) exit 1 ;;
esac
# A tilde sorts before the release itself.
deb_version=$(printf '%s' "$version" | tr - '~')

stage=$target/stage/dedupfs-$version
root=$target/deb
usr=$root/usr
rm -rf "$root"
mkdir -p "$root/DEBIAN" "$usr" "$root/etc/dedupfs" "$root/var/cache/dedupfs"
cp -r "$stage/bin" "$stage/sbin" "$stage/lib" "$stage/share" "$usr"

# All users share archives of classes, which root makes.
# shellcheck disable=SC2016 # for the launcher
sed -i 's|^archives=.*|archives=${home%/usr}/var/cache/dedupfs|' "$usr/lib/dedupfs/build.sh"
sed -i 's|/usr/local|/usr|g' "$usr/lib/systemd/system/dedupfs@.service"
for name in mount.fuse.dedup umount.fuse.dedup umount.dedup; do
  ln -s mount.dedup "$usr/sbin/$name"
done
mv "$usr/share/zsh/site-functions" "$usr/share/zsh/vendor-completions"

mkdir "$usr/share/man/man8"
for name in mount umount; do
  # The page in section 1 has it all.
  printf '.so man1/dedupfs-%s.1\n' "$name" >"$usr/share/man/man8/$name.dedup.8"
  ln -s "$name.dedup.8.gz" "$usr/share/man/man8/$name.fuse.dedup.8.gz"
done
find "$usr/share/man" -type f -exec gzip -9n {} +

doc=$usr/share/doc/dedupfs
mv "$doc/CHANGELOG.md" "$doc/NEWS.md"
{
  printf 'dedupfs (%s) unstable; urgency=medium\n\n' "$deb_version"
  printf '  * What a user sees of it: /usr/share/doc/dedupfs/NEWS.md.gz\n\n'
  printf ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$debian/control")" \
    "$(LC_ALL=C date -u -d "$4" '+%a, %d %b %Y %H:%M:%S +0000')"
} >"$doc/changelog"
for file in changelog NEWS.md README.md sbom.json; do
  [ ! -e "$doc/$file" ] || gzip -9n "$doc/$file"
done
mkdir -p "$usr/share/lintian/overrides"
cp "$debian/lintian-overrides" "$usr/share/lintian/overrides/dedupfs"

# What dpkg has to know.
size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' -o -printf '1\n' |
  awk '{ total += int(($1 + 1023) / 1024) } END { print total }')
sed "s/@VERSION@/$deb_version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$size/" \
  "$debian/control" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
cp "$debian/postinst" "$debian/prerm" "$debian/postrm" "$debian/triggers" "$root/DEBIAN"
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"

rm -f "$target"/dedupfs_*.deb
dpkg-deb --root-owner-group -Zxz -z6 --build "$root" \
  "$target/dedupfs_${deb_version}_$architecture.deb"
