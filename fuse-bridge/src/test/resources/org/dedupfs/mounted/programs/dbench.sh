#!/bin/sh
# What a file server's clients do, and what a mail server does.
set -eu
# dbench takes a machine's very first semaphore, whose number is 0, for a failure.
python3 -c 'import ctypes; c = ctypes.CDLL(None); c.semctl(c.semget(0, 1, 0o1600), 0, 0)'
dbench --directory="$1" --timelimit=5 --loadfile=/usr/share/dbench/client.txt 4 \
  >"$2/dbench.log" 2>&1 || { cat "$2/dbench.log"; exit 1; }
grep -q '^Throughput' "$2/dbench.log" || { cat "$2/dbench.log"; exit 1; }
if grep -iE 'failed|error|mismatch' "$2/dbench.log"; then
  exit 1
fi
cat >"$2/postmark" <<P
set location $1
set number 300
set transactions 600
set size 500 60000
set subdirectories 10
run
quit
P
postmark "$2/postmark" >"$2/postmark.log" 2>&1 || { cat "$2/postmark.log"; exit 1; }
grep -q 'Time:' "$2/postmark.log"
if grep -i error "$2/postmark.log"; then
  exit 1
fi
