#!/bin/sh
# initdb, pgbench, a crash in the middle of it, recovery, and amcheck. Runs as user postgres.
set -eu
for tools in /usr/lib/postgresql/*/bin; do
  PATH=$tools:$PATH
done
if ! command -v initdb >/dev/null; then
  echo "there is no initdb; run: apt-get install postgresql postgresql-contrib"
  exit 1
fi
chmod 755 "$1" "$2"
mkdir "$1/data" "$2/run"
chown postgres: "$1/data" "$2/run"
in_server() {
  (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env PATH="$PATH" \
    PGHOST="$run" "$@")
}
run=$2/run
in_server initdb -D "$1/data" --data-checksums >"$2/initdb.log"
start() {
  in_server pg_ctl -D "$1/data" -w -t 120 -l "$run/log" \
    -o "-k $run -c listen_addresses= -c full_page_writes=on" start >/dev/null
}
stop() {
  in_server pg_ctl -D "$1/data" -w -m "$2" stop >/dev/null || test "$2" = immediate
}
trap 'stop "$1" immediate 2>/dev/null || :' EXIT
start "$1"
in_server createdb bench
in_server pgbench -q -i -s 2 bench
in_server pgbench -n -c 4 -T "${SECONDS_EACH:-10}" bench >"$2/pgbench.log" 2>&1 || { cat "$2/pgbench.log"; exit 1; }
check='select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history)
  and (select sum(bbalance) from pgbench_branches) = (select sum(delta) from pgbench_history)'
test "$(in_server psql -At -c "$check" bench)" = t
in_server pgbench -n -c 4 -T 60 bench >"$2/killed.log" 2>&1 &
load=$!
rows() { in_server psql -At -c 'select count(*) from pgbench_history' bench; }
first=$(rows)
while test "$(rows)" -lt $((first + 200)); do :; done
acknowledged=$(rows)
# All at once: what is left of a server whose parent alone was killed would go on writing.
server=$(head -n 1 "$1/data/postmaster.pid")
kill -STOP "$server"
# shellcheck disable=SC2046 # numbers
kill -9 $(ps -o pid= --ppid "$server") "$server"
wait $load || :
# Its number may be taken still, by a zombie that nobody has waited for.
rm "$1/data/postmaster.pid" "$run"/.s.PGSQL.*
start "$1"
test "$(in_server psql -At -c "$check" bench)" = t
test "$(rows)" -ge "$acknowledged"
in_server psql -At -c 'create extension amcheck' bench >/dev/null
in_server psql -At -v ON_ERROR_STOP=1 -c "select bt_index_check(c.oid, true) from pg_class c
  join pg_am a on a.oid = c.relam where a.amname = 'btree' and c.relpersistence = 'p'" bench >/dev/null
in_server vacuumdb -q -f -z bench
stop "$1" fast
trap - EXIT
in_server pg_checksums -c -D "$1/data" >"$2/checksums.log" || { cat "$2/checksums.log"; exit 1; }
rm -rf "$1/data"
