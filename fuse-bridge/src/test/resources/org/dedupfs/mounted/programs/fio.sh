#!/bin/sh
# Random writes of several sizes, read back and checked, by system calls and by mapped memory.
set -eu
run() {
  fio --directory="$1" --size=${SIZE:-4m} --numjobs=2 --verify=crc32c --verify_fatal=1 --do_verify=1 \
    --verify_state_save=0 --fsync=500 --randseed="${SEED:-1}" --minimal --name="$3" --ioengine="$3" \
    --rw="$4" --bs="$5" >"$2/fio.log" 2>&1 || { cat "$2/fio.log"; exit 1; }
}
run "$1" "$2" psync randwrite 4k
run "$1" "$2" psync randrw 3k
run "$1" "$2" mmap randwrite 4k
run "$1" "$2" libaio randwrite 64k
run "$1" "$2" psync write 1m
