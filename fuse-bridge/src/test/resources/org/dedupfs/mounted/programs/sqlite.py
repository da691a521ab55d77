"""SQLite in each journal mode: rows, integrity, and a writer that is killed in a transaction."""

import os
import signal
import sqlite3
import sys

TOP = sys.argv[1]


def check(path, least):
    with sqlite3.connect(path) as base:
        assert base.execute("pragma integrity_check").fetchall() == [("ok",)]
        count, total = base.execute("select count(*), sum(n) from t").fetchone()
        assert count >= least, (count, least)
        assert total == count * (count - 1) // 2, "rows of a transaction that was not committed"


def add_rows(base, first, count):
    with base:
        base.executemany(
            "insert into t values (?, ?)",
            ((n, os.urandom(50) * (n % 40)) for n in range(first, first + count)),
        )


def killed_writer(path, journal):
    """Ends with at least as many rows as a child has told to be committed before it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        base = sqlite3.connect(path)
        base.execute(f"pragma journal_mode={journal}")
        first = base.execute("select count(*) from t").fetchone()[0]
        while True:
            add_rows(base, first, 100)
            first += 100
            os.write(writing, first.to_bytes(8, "big"))
    os.close(writing)
    told = 0
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        for _ in range(12):
            told = int.from_bytes(pipe.read(8), "big")
        os.kill(child, signal.SIGKILL)
        rest = pipe.read() or b""
    os.waitpid(child, 0)
    return int.from_bytes(rest[-8:], "big") if rest else told


for journal in ("wal", "delete", "truncate", "persist"):
    path = f"{TOP}/{journal}.sqlite"
    base = sqlite3.connect(path)
    assert base.execute(f"pragma journal_mode={journal}").fetchone() == (journal,)
    base.execute("create table t (n integer primary key, b blob)")
    add_rows(base, 0, 2000)
    reader = sqlite3.connect(path)
    assert reader.execute("select count(*) from t").fetchone() == (2000,)
    base.execute("update t set b = zeroblob(3000) where n % 7 = 0")
    base.commit()
    base.execute("delete from t where n >= 1500")
    base.commit()
    base.execute("vacuum")
    reader.close()
    base.close()
    check(path, 1500)
    check(path, killed_writer(path, journal))
    print(journal, "ok")
