#!/bin/sh
# Rotates a log that a process keeps open, by renaming and by copying and truncating.
set -eu
cd "$1"
chmod 755 .
cat >renamed.conf <<C
$1/renamed.log {
  rotate 3
  size 1
  create 0640
  compress
  delaycompress
}
C
cat >copied.conf <<C
$1/copied.log {
  rotate 3
  size 1
  copytruncate
}
C
chmod 644 renamed.conf copied.conf
exec 3>>copied.log
for round in 1 2 3 4 5; do
  echo "round $round" >>renamed.log
  echo "round $round" >&3
  logrotate -s "$2/state" renamed.conf
  logrotate -s "$2/state" copied.conf
  test ! -s renamed.log
  test ! -s copied.log
done
test "$(cat renamed.log.1)" = "round 5"
test "$(zcat renamed.log.2.gz)" = "round 4"
test "$(cat copied.log.1)" = "round 5"
test "$(cat copied.log.3)" = "round 3"
test "$(stat -c %a renamed.log)" = 640
echo "round 6" >&3
test "$(cat copied.log)" = "round 6"
