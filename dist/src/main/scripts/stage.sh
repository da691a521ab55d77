#!/bin/sh
# Lays out the distribution, as it will be unpacked, below TARGET/stage: called by the build.
#
#   stage.sh TARGET VERSION PLATFORM
#
# TARGET/jars holds all jars that are needed, TARGET/lean those that came with native libraries
# without these. Nothing depends on the time, the umask or the directory of the build.
set -eu
umask 022
target=$1
version=$2
platform=$3
[ "$platform" != other ] || {
  echo "a distribution holds native libraries of one platform; choose it with -Ddedupfs.platform=linux-x86_64 or linux-aarch64" >&2
  exit 1
}

here=$(CDPATH='' cd -- "${0%/*}" && pwd -P)
sources=$(CDPATH='' cd -- "$here/../../../.." && pwd -P)
bridge=$sources/fuse-bridge/src/main
# shellcheck source=tools/java.sh
. "$sources/tools/java.sh"
# shellcheck source=tools/libraries.sh
. "$sources/tools/libraries.sh"
find_java jdk

rm -rf "$target/stage"
home=$target/stage/dedupfs-$version
app=$home/lib/dedupfs
share=$home/share
mkdir -p "$home/bin" "$home/sbin" "$app/lib" "$share/doc/dedupfs" "$home/lib/systemd/system" \
  "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"

# Jars, and the libraries of one platform beside them.
for jar in "$target"/jars/*.jar; do
  case ${jar##*/} in
    dedupfs-fuse-bridge-*) cp "$jar" "$app/dedupfs.jar" ;;
    dedupfs-benchmarks-*) cp "$jar" "$app/benchmarks.jar" ;;
    *) cp "$jar" "$app/lib" ;;
  esac
done
unpack_libraries "$app" "$platform"
cp "$target"/lean/*.jar "$app/lib"
chmod 644 "$app"/native/*

# The launcher.
cp "$here/dedupfs" "$home/bin"
cp "$sources/tools/java.sh" "$sources/tools/start.sh" "$app"
build=$(cat "$app"/*.jar "$app"/lib/*.jar | sha256sum | cut -c -12)
# What the libraries cannot be without is there where they can be used.
case $platform in
  linux-x86_64) loader=/lib64/ld-linux-x86-64.so.2 ;;
  linux-aarch64) loader=/lib/ld-linux-aarch64.so.1 ;;
esac
# shellcheck disable=SC2016 # for the launcher
printf 'build=%s\nbuilt_for=%s\nloader=%s\narchives=$app\n' "$build" "$platform" "$loader" \
  >"$app/build.sh"

# What belongs to a system.
cp "$bridge/scripts/mount.dedup" "$home/sbin"
cp "$bridge/systemd/dedupfs@.service" "$home/lib/systemd/system"
run() {
  "$java_home/bin/java" -cp "$app/dedupfs.jar:$app/benchmarks.jar" org.dedupfs.command.Main "$@"
}
run man --directory "$share/man"
run completion bash >"$share/bash-completion/completions/dedupfs"
run completion zsh >"$share/zsh/site-functions/_dedupfs"
run completion fish >"$share/fish/vendor_completions.d/dedupfs.fish"

# What is to be read.
sed "s/@PLATFORM@/$platform/g; s/@VERSION@/$version/g" "$here/../README.md" >"$home/README.md"
cp "$sources/LICENSE" "$sources/SECURITY.md" "$home"
cp "$sources/README.md" "$sources/CHANGELOG.md" "$sources/SECURITY.md" "$here/../debian/copyright" \
  "$share/doc/dedupfs"
# Missing where Maven has never been online; a test says so.
[ ! -e "$target/sbom/sbom.json" ] || cp "$target/sbom/sbom.json" "$share/doc/dedupfs"
chmod 755 "$home/bin/dedupfs" "$home/sbin/mount.dedup"
