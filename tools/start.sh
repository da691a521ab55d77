# shellcheck shell=sh disable=SC2034,SC2154 # whoever sources this uses and sets variables
# Starts the command that lies in the directory app: dedupfs.jar, benchmarks.jar, lib/ and native/.
# Sourced by ./dedupfs and by the launcher of the distribution after tools/java.sh; find_java has
# found a Java. A start waits for it, so nothing here begins another process unless it must.

# Sets platform to that of this machine; fails where there are no libraries that it could use as
# they are.
find_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x86_64 ;;
    Linux-aarch64) platform=linux-aarch64 ;;
    *) return 1 ;;
  esac
  ! ls /lib/ld-musl-* >/dev/null 2>&1
}

# Sets jvm_options, write_archive and read_archive for the Java that was found.
choose_options() {
  # Java decodes names and arguments by the locale: in the C locale it cannot even name a file with
  # an umlaut. So it always runs in UTF-8 (and takes arguments that are none from the kernel), where
  # the host's messages are the same for everybody, too. What the terminal reads it is told apart;
  # under the C locale that is UTF-8 nowadays.
  terminal=UTF-8
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    "" | C | C.* | POSIX | *.[Uu][Tt][Ff]8* | *.[Uu][Tt][Ff]-8*) ;;
    *) terminal=$(locale charmap 2>/dev/null) || terminal=US-ASCII ;;
  esac
  export LC_ALL=C.UTF-8

  # glibc would give each thread an arena of its own, and return and fault in again what RocksDB
  # frees in one and allocates in another: a tenth of the CPU of a stream of new data, measured.
  # Already with two, each keeps what a full write buffer took: 60 to 100 MiB more.
  : "${MALLOC_ARENA_MAX:=1}"
  export MALLOC_ARENA_MAX

  # The heap is the JVM's share of 512 MiB; most of a store's memory is not on it. The serial
  # collector is the smallest and, with so little to collect, quick enough. No file in /tmp for jps.
  # What the JVM itself has to say goes to standard error, since standard output may be JSON; why it
  # had to do without an archive is of no interest.
  jvm_options="-Xmx192m -XX:-UsePerfData -Xlog:disable -Xlog:all=warning,cds*=off"
  # What malloc has free goes back to the system every ten seconds, not only what lies at its end;
  # takes 10 to 60 ms while busy, nothing while idle. A Java before 17.0.12 may not know it.
  jvm_options="-XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=10000 $jvm_options"
  if [ "$java_major" -ge 24 ]; then
    # Leave for native code stands in the manifest: as an option it would disable much of the archive.
    jvm_options="$jvm_options,aot*=off:stderr --sun-misc-unsafe-memory-access=allow"
  else
    jvm_options="$jvm_options:stderr"
  fi
  [ "$terminal" = UTF-8 ] ||
    jvm_options="$jvm_options -Dstdout.encoding=$terminal -Dstderr.encoding=$terminal"
  case ${DEDUPFS_JAVA_OPTS:-} in
    *-XX:+Use*GC*) ;; # the JVM refuses two collectors
    *) jvm_options="$jvm_options -XX:+UseSerialGC" ;;
  esac
  if [ "$java_major" -ge 25 ]; then
    write_archive=-XX:AOTCacheOutput
    read_archive=-XX:AOTCache
  else
    write_archive=-XX:ArchiveClassesAtExit
    read_archive=-XX:SharedArchiveFile
  fi
}

# Sets archive, the file of classes that this Java maps at start instead of loading them one by
# one, and makes it in the directory $1 if it is missing and may be written there; without it the
# start is slower, nothing else. $2 distinguishes builds that lie in the same place one after the
# other. Call choose_options first.
find_archive() {
  # shellcheck disable=SC2086 # split at slashes on purpose: two Javas may have one version
  archive_java=classes-$(IFS=/ && set -f && set -- $java_home && IFS=- && echo "$*")
  archive=$1/$archive_java@$java_version${2:+@$2}
  [ ! -e "$archive" ] && [ -w "$1" ] || return 0
  # A lock of somebody else's or a full disk must not keep the command from starting.
  (make_archive "$1") 2>/dev/null || :
}

# In a shell of its own: one that cannot open a file ends.
make_archive() {
  exec 9>"$1/archive.lock" && flock -n 9 && [ ! -e "$archive" ] || return 0
  # Those of this Java before its update, and of builds that were here before.
  rm -f "$1/$archive_java@"*
  # shellcheck disable=SC2086 # options are words
  "$java_home/bin/java" $jvm_options "$write_archive=$archive.new" \
    -Ddedupfs.rehearsal=true -jar "$app/dedupfs.jar" >/dev/null 2>&1 </dev/null || :
  [ -e "$archive.new" ] || : >"$archive.new"
  mv "$archive.new" "$archive"
}

# Becomes the JVM with the arguments of the user. launcher is what starts another process like it.
start() {
  # With a heap so full that a request cannot even be taken, libfuse would answer it with success.
  [ "${1:-}" != mount ] || jvm_options="$jvm_options -XX:+ExitOnOutOfMemoryError"
  # The verb in a jar of its own is not looked for by those that do without; the archive, which was
  # written with the first jar alone, holds for both. What the manifest says of native code is read
  # with -jar only.
  case ${1:-} in
    benchmark)
      [ "$java_major" -lt 24 ] || jvm_options="$jvm_options --enable-native-access=ALL-UNNAMED"
      set -- -cp "$app/dedupfs.jar:$app/benchmarks.jar" org.dedupfs.command.Main "$@"
      ;;
    "" | -h | --help | man | completion)
      set -- -cp "$app/dedupfs.jar:$app/benchmarks.jar" org.dedupfs.command.Main "$@"
      ;;
    *) set -- -jar "$app/dedupfs.jar" "$@" ;;
  esac
  # shellcheck disable=SC2086 # options are words
  exec "$java_home/bin/java" $jvm_options "$read_archive=$archive" \
    "-Djava.library.path=$app/native" "-Dorg.sqlite.lib.path=$app/native" \
    "-Djffi.boot.library.path=$app/native" "-Ddedupfs.launcher=$launcher" \
    ${DEDUPFS_JAVA_OPTS:-} "$@"
}
