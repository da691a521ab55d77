#!/bin/sh
# stress-ng's file system stressors, each for a moment, with their own checks.
set -eu
cd "$1"
all="access acl chattr chdir chmod chown copy-file dentry dir dirdeep dirmany dup fallocate fcntl
  fiemap file-ioctl filename flock fpunch fstat getdent hdd inode-flags inotify io iomix lease link
  locka lockf lockofd metamix mknod mmapaddr mmapfixed msync open pwrite readahead rename revio seek
  sendfile splice symlink sync-file touch truncate unlink utime vm-splice xattr"
some="chmod copy-file dentry fallocate flock fpunch hdd iomix link lockf metamix mknod msync open
  rename revio seek sendfile symlink touch unlink utime xattr"
for stressor in $([ "${LONG:-false}" = true ] && echo "$all" || echo "$some"); do
  case " $(stress-ng --stressors) " in
  *" $stressor "*) ;;
  *) continue ;;
  esac
  stress-ng --temp-path "$1" --"$stressor" 1 --"$stressor"-ops "${OPERATIONS:-30}" \
    --timeout "${SECONDS_EACH:-1}" --verify --seed "${SEED:-1}" --hdd-bytes 8M --iomix-bytes 4M \
    >"$2/stress.log" 2>&1 || { echo "$stressor:"; cat "$2/stress.log"; exit 1; }
  if grep -E 'fail:|corrupt' "$2/stress.log"; then
    echo "$stressor:"
    cat "$2/stress.log"
    exit 1
  fi
done
test -z "$(ls -A "$1")"
