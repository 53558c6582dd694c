"""What the hub is measured against: the driver's own executemany into the hub's own tables, and nothing else."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._gates import START_MS, Gate
from benchmarks._hub_program import own_cpu_s
from station.wire.batch import MAX_ENTRIES
from sync.hub.database.store import MAX_LOG, Store, create_store
from sync.hub.database.tables import entry, part


@dataclass(frozen=True)
class Cost:
    """What it took: wall seconds, and the CPU seconds of whoever wrote."""

    wall_s: float
    cpu_s: float


def bare_sqlite(folder: Path, warm: Sequence[Gate], gates: Sequence[Gate]) -> Cost:
    """What executemany into the hub's own tables takes."""
    create_store(folder / "bare.db").close()
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)  # its pages are as large as the hub's
    db.execute("PRAGMA journal_mode = WAL").fetchone()
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON").fetchone()
    db.execute(f"PRAGMA journal_size_limit = {MAX_LOG}").fetchone()
    statements = [_insert(table, "?") for table in (entry, part)]

    def write(entries: list[Any], parts: list[Any]) -> None:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(statements[0], entries)
        db.executemany(statements[1], parts)
        db.execute("COMMIT")

    _bare(warm, write)
    cost = _bare(gates, write)
    db.close()
    return cost


def bare_postgresql(url: str, warm: Sequence[Gate], gates: Sequence[Gate]) -> Cost:
    """The same with psycopg, whose executemany sends its rows in a pipeline."""
    import psycopg

    store: Store = create_store(url)
    store.make_room(START_MS // 86_400_000)
    store.close()
    statements = [_insert(table, "%s") for table in (entry, part)]
    with psycopg.connect(url) as db, db.cursor() as cursor:

        def write(entries: list[Any], parts: list[Any]) -> None:
            cursor.executemany(statements[0], entries)
            cursor.executemany(statements[1], parts)
            db.commit()

        _bare(warm, write)
        return _bare(gates, write)


def _insert(table: Any, mark: str) -> str:
    names = [column.name for column in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"


def _bare(gates: Sequence[Gate], write: Callable[[list[Any], list[Any]], None]) -> Cost:
    rows = [list(gate.rows()) for gate in gates]
    blocks = [each[at : at + MAX_ENTRIES] for at in range(0, len(rows[0]), MAX_ENTRIES) for each in rows]
    ready = [([one for one, _ in block], [other for _, other in block if other]) for block in blocks]
    began, cpu = time.perf_counter(), own_cpu_s()
    for entries, parts in ready:
        write(entries, parts)
    return Cost(time.perf_counter() - began, own_cpu_s() - cpu)
