#!/bin/sh
# Copies what stage.sh has laid out to TARGET/dedupfs-VERSION-PLATFORM and adds a Java of its own,
# of the modules that the jars need: called by the build with -Pimage.
#
#   image.sh TARGET VERSION PLATFORM MODULES
set -eu
umask 022
target=$1
version=$2
platform=$3
modules=$4
image=$target/dedupfs-$version-$platform
app=$image/lib/dedupfs

rm -rf "$image"
cp -r "$target/stage/dedupfs-$version" "$image"
# Java 21 has given the levels of compression other names and warns of the old ones.
compress=2
if "$JAVA_HOME/bin/jlink" --help | grep -q 'zip-\[0-9\]'; then
  compress=zip-6
fi
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --output "$app/java" --compress="$compress" \
  --strip-java-debug-attributes --no-header-files --no-man-pages
# Without classes of the JDK archived, those of the command cannot be.
"$app/java/bin/java" -XX:+UseSerialGC -Xshare:dump >/dev/null 2>&1
