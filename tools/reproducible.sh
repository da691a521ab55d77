#!/bin/sh
# Builds the committed sources twice, in two directories, locales and time zones, and compares all
# jars, archives, packages and lists that come out, byte by byte. Arguments go to Maven, for example
# -o. The JDK and the umask have to be the same: maven-jar-plugin takes modes of files into jars.
set -eu
program=tools/reproducible.sh
home=$(CDPATH='' cd -- "${0%/*}/.." && pwd -P)
# shellcheck source=tools/java.sh
. "$home/tools/java.sh"
# shellcheck source=tools/packages.sh
. "$home/tools/packages.sh"
find_java jdk || die "there is no JDK"

work=$(mktemp -d "${TMPDIR:-/tmp}/reproducible.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# It may move meanwhile.
commit=$(git -C "$home" rev-parse HEAD)

# In the directory $1, the time zone $2 and the locale $3.
build() {
  mkdir -p "$1"
  git -C "$home" archive "$commit" | (umask 022 && tar -x --no-same-permissions -C "$1")
  (
    cd "$1"
    umask 022
    TZ=$2 LC_ALL=$3
    export TZ LC_ALL
    shift 3
    JAVA_HOME=$java_home mvn -B -q -DskipTests -Dspotless.check.skip=true -pl dist -am clean package \
      "$@" </dev/null >"$work/log" 2>&1
  ) || {
    tail -n 30 "$work/log"
    die "the build failed"
  }
}

digests() {
  (cd "$1" && find provider/target fuse-bridge/target benchmarks/target dist/target -maxdepth 2 -type f \
    \( -name 'dedupfs*.jar' -o -name '*.tar.gz' -o -name '*.zip' -o -name '*.deb' -o -name sbom.json \) \
    -exec sha256sum {} + | sort -k 2)
}

build "$work/one" UTC C.UTF-8 "$@"
build "$work/a longer name/two" Asia/Tokyo C "$@"
digests "$work/one" >"$work/1"
digests "$work/a longer name/two" >"$work/2"
cat "$work/1"
[ "$(wc -l <"$work/1")" -ge 6 ] || die "too little was built"
diff "$work/1" "$work/2" >&2 || die "the two builds differ"
say "both builds are equal, byte by byte"
