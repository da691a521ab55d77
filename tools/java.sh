# shellcheck shell=sh disable=SC2034 # whoever sources this uses the variables
# Which Java runs dedupfs. Sourced by ./dedupfs, ./test and tools/packages.sh; a start waits for
# it, so nothing here begins another process unless it must.

oldest_java=17

# Sets java_home, java_version and java_major if the directory $1 holds a Java that will do.
try_java_home() {
  [ -x "$1/bin/java" ] || return 1
  java_version=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then
        java_version=${value#\"}
        java_version=${java_version%\"*}
      fi
    done <"$1/release"
  fi
  if [ -z "$java_version" ]; then
    java_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
  fi
  java_major=${java_version%%[!0-9]*}
  [ "${java_major:-0}" -ge "$oldest_java" ] || return 1
  java_home=$1
}

# The same for JAVA_HOME, then the java on the PATH, then what is installed. With "jdk" as $1 only
# a Java that can compile will do.
find_java() {
  if [ -n "${JAVA_HOME:-}" ] && is_wanted "$JAVA_HOME" "${1:-}" && try_java_home "$JAVA_HOME"; then
    return 0
  fi
  if on_path=$(command -v java); then
    [ ! -L "$on_path" ] || on_path=$(readlink -f "$on_path")
    candidate=${on_path%/bin/java}
    if is_wanted "$candidate" "${1:-}" && try_java_home "$candidate"; then
      return 0
    fi
  fi
  for candidate in /usr/lib/jvm/*; do
    if is_wanted "$candidate" "${1:-}" && try_java_home "$candidate"; then
      return 0
    fi
  done
  return 1
}

is_wanted() {
  [ "$2" != jdk ] || [ -x "$1/bin/javac" ]
}
