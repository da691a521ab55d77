# shellcheck shell=sh
# Installs what a fresh Debian or Ubuntu lacks. Sourced by ./dedupfs and ./test after tools/java.sh;
# the sourcing script sets program, the name its messages begin with.

say() {
  printf '%s: %s\n' "${program:?}" "$*" >&2
}

die() {
  say "$@"
  exit 1
}

# Prints the packages without which nothing can be built.
missing_build_packages() {
  find_java jdk || jdk_package
  command -v mvn >/dev/null || echo maven
}

# The default JDK, unless this release's default is too old.
jdk_package() {
  default=$(apt-cache show default-jdk-headless 2>/dev/null |
    sed -n 's/^Version: .*:1\.\([0-9]*\).*/\1/p' | sed -n 1p)
  if [ "${default:-$oldest_java}" -lt "$oldest_java" ]; then
    echo "openjdk-$oldest_java-jdk-headless"
  else
    echo default-jdk-headless
  fi
}

# Prints the packages without which nothing can be mounted. Never "fuse": it would replace fuse3.
missing_fuse_packages() {
  if ! PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q 'libfuse\.so\.2 '; then
    if [ -n "$(apt-cache show libfuse2t64 2>/dev/null)" ]; then
      echo libfuse2t64
    else
      echo libfuse2
    fi
  fi
  command -v fusermount >/dev/null || command -v fusermount3 >/dev/null || echo fuse3
}

# Prints the packages with the programs that tests drive.
missing_test_packages() {
  command -v sftp >/dev/null && command -v ssh-keygen >/dev/null || echo openssh-client
  [ -e /usr/share/i18n/charmaps/ISO-8859-1.gz ] || echo locales
  for pair in python3:python3 script:bsdutils git:git rsync:rsync tar:tar gcc:gcc make:make ld:binutils \
    vim.tiny:vim-tiny logrotate:logrotate fio:fio stress-ng:stress-ng dbench:dbench \
    postmark:postmark systemd-analyze:systemd bindfs:bindfs unzip:unzip; do
    PATH="$PATH:/usr/sbin" command -v "${pair%:*}" >/dev/null || echo "${pair#*:}"
  done
  [ -e /usr/include/stdio.h ] || echo libc6-dev
}

# Runs $1, which prints missing packages, and installs them; ends the script if that cannot be.
install_missing() {
  missing=$("$1" | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    die "this machine has no apt-get; please install what these packages hold: $missing"
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    say "some packages are missing; please run"
    say "  sudo apt-get update && sudo apt-get install -y $missing"
    exit 1
  fi
  say "installing $missing ..."
  log=$(mktemp)
  # A machine whose package lists are empty or old needs them first.
  if ! apt_install >"$log" 2>&1; then
    if ! { $as_root apt-get update && missing=$("$1" | tr '\n' ' ') && apt_install; } >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      die "apt-get could not install $missing"
    fi
  fi
  rm -f "$log"
  still=$("$1" | tr '\n' ' ')
  [ -z "$still" ] || die "installed $missing, but ${still% } is still missing"
}

apt_install() {
  # shellcheck disable=SC2086 # both hold words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
    install -y --no-install-recommends $missing </dev/null
}
