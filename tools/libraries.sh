# shellcheck shell=sh disable=SC2154 # java_home is set by whoever sources this
# Takes the native libraries of one platform out of the jars. Sourced by ./dedupfs and by the build
# of the distribution.

# From the jars in $1/lib to $1/native, for the platform $2. In place they need not be unpacked to a
# temporary directory at each start.
unpack_libraries() {
  case $2 in
    linux-x86_64) set -- "$1" linux64 x86_64 amd64 ;;
    linux-aarch64) set -- "$1" linux-aarch64 aarch64 aarch64 ;;
    *) return 1 ;;
  esac
  mkdir -p "$1/native"
  for member in "rocksdbjni-[0-9]* librocksdbjni-$2.so" \
    "sqlite-jdbc-[0-9]* org/sqlite/native/Linux/$3/libsqlitejdbc.so" \
    "zstd-jni-[0-9]* linux/$4/libzstd-jni-" \
    "lz4-java-[0-9]* net/jpountz/util/linux/$4/liblz4-java.so" \
    "jffi-*-native jni/$3-Linux/libjffi-1.2.so"; do
    # shellcheck disable=SC2231 # the name of the jar is a pattern
    for jar in "$1"/lib/${member%% *}.jar; do
      (
        cd "$1/native" || exit
        file=${member#* }
        case $file in
          *-) file=$("$java_home/bin/jar" tf "$jar" | grep "^$file") ;;
        esac
        "$java_home/bin/jar" xf "$jar" "$file"
        [ "$file" = "${file##*/}" ] || mv "$file" .
      )
    done
  done
  find "$1/native" -mindepth 1 -type d -empty -delete
}
