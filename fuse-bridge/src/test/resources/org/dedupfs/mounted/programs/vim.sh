#!/bin/sh
# The ways vim saves: writing over, or renaming the old one away; with backups, links and modes.
set -eu
cd "$1"
editor=$(command -v vim.tiny || command -v vim)
save() {
  "$editor" -N -u NONE -i NONE -es "$@" -c 'set backupskip=' -c 'normal! Goadded' -c wq file </dev/null
}
expected=start
for style in "set backupcopy=yes" "set backupcopy=no" "set backupcopy=auto" \
  "set backupcopy=no backup" "set backupcopy=yes backup" "set nowritebackup" \
  "set directory=. swapfile"; do
  rm -rf file file~ second
  echo "$expected" >file
  chmod 751 file
  save -c "$style"
  test "$(cat file)" = "$(printf 'start\nadded')"
  test "$(stat -c %a file)" = 751
  case $style in
  *" backup") test "$(cat file~)" = start ;;
  esac
done
rm -f file
echo start >file
ln file second
save -c "set backupcopy=auto"
test "$(cat second)" = "$(printf 'start\nadded')"
ln -sf second link
mv link file
save -c "set backupcopy=auto"
test "$(readlink file)" = second
rm -f file file~ second
test -z "$(ls -A)"
