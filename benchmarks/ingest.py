"""What a hub takes in over a bare insert of the same rows (``./run bench ingest``).

Several gates send a backlog: real chains of passages, signed, in batches of 500, over HTTP to a hub that is a process
of its own and checks every hash, signature, header and commitment, keeps the entries, counts them and answers with a
signed receipt.  Beside it, in turn:

* bare: the driver's own executemany of the same values into the same tables with the same keys, indexes and settings,
  500 rows a transaction, in one process, nothing checked and nothing counted;
* per row: the same hub, one entry a request.

Both are warm: before the clock runs, some other gates' batches have gone the same way, so that every program is up.
Rates are entries a second of wall time, medians of the rounds; ``ratio_of_best`` compares the best round of each, which
on a machine with other work says more.  CPU is microseconds an entry and nobody's but the named one's: ``hub_cpu_us``
the process that writes, ``examiners_cpu_us`` those that check for it, ``client_cpu_us`` the sender, ``bare_cpu_us`` the
bare insert (PostgreSQL's own processes are in none of them).  ``load`` is the machine's load average before.  After
each round the hub must hold every head.  ``postgresql`` is null where none is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import multiprocessing
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import _postgresql
from benchmarks.journal import passage
from station.commands.output import write_json
from station.wire.batch import MAX_ENTRIES, BatchHead, encode_batch
from station.wire.canonical import canonical
from station.wire.entry import (
    ClockState,
    Entry,
    Header,
    commit_personal,
    encode_header,
    entry_hash,
    epoch_start,
    sign_head,
)
from sync.hub.home import Home, Office
from sync.hub.stations import enrol
from sync.hub.store import Store, create_store
from sync.hub.tables import entry, part

EPOCH = 1 << 32
START_MS = 1_606_003_200_000
#: Gates that send before the clock runs, and how many batches each: as many examiners are started as cores.
WARM_GATES, WARM_BATCHES = 4, 2
#: A gate of a busy compound: every 40 seconds somebody.
EVERY_MS = 40_000


@dataclass(frozen=True)
class Gate:
    """One gate's chain: entries and the heads after each."""

    station: str
    key: Ed25519PrivateKey
    entries: list[Entry]
    heads: list[bytes]

    def batches(self, size: int = MAX_ENTRIES, count: int | None = None) -> list[bytes]:
        """All of it, or the first *count* entries, in batches of *size*."""
        found = []
        for first in range(0, count or len(self.entries), size):
            chosen = self.entries[first : first + size]
            head = BatchHead(self.station, EPOCH, first + 1, len(chosen), self.heads[first])
            found.append(encode_batch(head, chosen))
        return found

    def rows(self) -> Iterable[tuple[tuple[Any, ...], tuple[Any, ...] | None]]:
        """What the hub keeps of each entry: a row of ``entry`` and, where there are parts, one of ``part``."""
        day = START_MS // 86_400_000
        for at, each in enumerate(self.entries):
            kind = "visit.decided" if at else "epoch.opened"
            key = (self.station, EPOCH, at + 1)
            yield (
                (*key, kind, START_MS + at * EVERY_MS, each.header, self.heads[at + 1], each.sig, START_MS),
                None if each.personal is None else (*key, day, each.personal, each.salt, each.sealed),
            )


def make_gate(number: int, count: int) -> Gate:
    """A gate with *count* entries."""
    station, key = f"gate-{number}", Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32)
    public = key.public_key().public_bytes_raw()
    heads = [epoch_start(station, EPOCH, public, None, None)]
    entries = []
    opened = {"reason": "first", "public_key": public.hex(), "previous_epoch": None, "previous_head": None}
    for at in range(count):
        draft = passage(at)
        personal = canonical(dict(draft.personal or {})) if at else None
        salt = hashlib.sha256(str((number, at)).encode()).digest() if at else None
        header = encode_header(
            Header(
                station,
                EPOCH,
                at + 1,
                draft.kind if at else "epoch.opened",
                START_MS + at * EVERY_MS,
                ClockState.SYNCED,
                "8f0c1c3e-3d8a-4d35-9f5e-6f2c0b6d3a11",
                at * EVERY_MS * 1_000_000,
                draft.actor,
                dict(draft.facts) if at else opened,
                None if personal is None or salt is None else commit_personal(personal, salt),
            )
        )
        heads.append(entry_hash(heads[-1], header))
        entries.append(Entry(header, sign_head(key, heads[-1]), personal, salt))
    return Gate(station, key, entries, heads)


class Hub:
    """A hub of its own in *folder*, on *url* or in a file, that knows *gates*."""

    def __init__(self, folder: Path, url: str, gates: Sequence[Gate]) -> None:
        self.home = Home(folder)
        self.home.create(Office("bench", "community", "Asia/Shanghai", True, ""), START_MS, url)
        self.store = self.home.open()
        with self.store.writing() as connection:
            self.tokens = {
                gate.station: enrol(connection, gate.station, gate.station, "", _public(gate), START_MS)
                for gate in gates
            }
        command = [sys.executable, "-m", "sync.hub", "serve", "--state", str(folder), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    def cpu_s(self) -> tuple[float, float]:
        """What the hub used so far, and what the programs it started did."""
        return _cpu_s(self.process.pid), sum(_cpu_s(pid) for pid in _children(self.process.pid))

    def check(self, sent: Sequence[tuple[Gate, int]]) -> None:
        """So many of each gate's first entries are held, gapless, and nothing else.

        :raises SystemExit: if not.
        """
        with self.store.reading() as connection:
            held = connection.exec_driver_sql("SELECT station, contiguous_seq, contiguous_hash FROM epoch").all()
            (entries,) = connection.exec_driver_sql("SELECT count(*) FROM entry").one()
            (forks,) = connection.exec_driver_sql("SELECT count(*) FROM fork").one()
            (counted,) = connection.exec_driver_sql("SELECT coalesce(sum(inward), 0) FROM tally").one()
        wanted = sorted((gate.station, count, gate.heads[count]) for gate, count in sent)
        if sorted(map(tuple, held)) != wanted or (entries, forks) != (sum(count for _, count in sent), 0):
            sys.exit("bench ingest: the hub does not hold what was sent")
        if counted != sum(count - 1 for _, count in sent):
            sys.exit(f"bench ingest: {counted} people were counted")

    def close(self) -> None:
        """Stop it."""
        self.process.kill()
        self.process.communicate()
        self.store.close()


def _public(gate: Gate) -> bytes:
    return gate.key.public_key().public_bytes_raw()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    everywhere = [Path(f"/proc/{pid}/task").glob("*/children")] if listed.exists() else []
    return [int(child) for paths in everywhere for path in paths for child in path.read_text().split()]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send(port: int, work: Sequence[tuple[str, list[bytes]]]) -> tuple[float, float]:
    """Post every gate's batches, each gate over its own connection; wall seconds and this process's CPU seconds."""
    failures: list[str] = []

    def post(token: str, batches: list[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
        for batch in batches:
            for _ in range(20):
                connection.request("POST", "/api/v1/batches", batch, headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 503:
                    break
            if answer.status != 200:
                failures.append(f"{answer.status} {body[:200]!r}")
                return

    threads = [threading.Thread(target=post, args=each) for each in work]
    began, cpu = time.perf_counter(), _own_cpu_s()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - began, _own_cpu_s() - cpu
    if failures:
        raise RuntimeError(failures[0])
    return wall, cpu


def _own_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


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
    began, cpu = time.perf_counter(), _own_cpu_s()
    for entries, parts in ready:
        write(entries, parts)
    return Cost(time.perf_counter() - began, _own_cpu_s() - cpu)


@dataclass(frozen=True)
class Batches:
    """What every gate sends, in the order of the gates."""

    count: int
    warm: list[list[bytes]]
    sent: list[list[bytes]]


class Round:
    """One hub, warmed, and what it took to send it everything; microseconds are for an entry."""

    def __init__(self, folder: Path, url: str, warm: Sequence[Gate], gates: Sequence[Gate], batches: Batches) -> None:
        hub = Hub(folder, url, [*warm, *gates])
        try:
            with multiprocessing.get_context("spawn").Pool(1) as client:
                work = [(hub.tokens[gate.station], each) for gate, each in zip(warm, batches.warm, strict=True)]
                client.apply(send, (hub.port, work))
                writer, examiners = hub.cpu_s()
                work = [(hub.tokens[gate.station], each) for gate, each in zip(gates, batches.sent, strict=True)]
                wall, cpu = client.apply(send, (hub.port, work))
            hub.check([(gate, len(gate.entries)) for gate in warm] + [(gate, batches.count) for gate in gates])
            total = batches.count * len(gates)
            self.rate = total / wall
            self.client_cpu_us = cpu / total * 1e6
            after = hub.cpu_s()
            self.hub_cpu_us = (after[0] - writer) / total * 1e6
            self.examiners_cpu_us = (after[1] - examiners) / total * 1e6
        finally:
            hub.close()


def measure(
    warm: Sequence[Gate], gates: Sequence[Gate], rounds: int, single: int, new_url: Callable[[], str]
) -> dict[str, Any]:
    """The figures of *rounds* rounds; *new_url* gives an empty database, or "" for a file."""
    count = len(gates[0].entries)
    warming = [gate.batches() for gate in warm]
    full = Batches(count, warming, [gate.batches() for gate in gates])
    ones = Batches(single, warming, [gate.batches(1, single) for gate in gates])
    total = count * len(gates)
    load = os.getloadavg()[0]
    bare: list[Cost] = []
    whole: list[Round] = []
    rows: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder, url = Path(name), new_url()
            bare.append(bare_postgresql(url, warm, gates) if url else bare_sqlite(folder, warm, gates))
            whole.append(Round(folder / "hub", new_url(), warm, gates, full))
            if single:
                rows.append(Round(folder / "single", new_url(), warm, gates, ones).rate)
    bares = [total / each.wall_s for each in bare]
    ratios = [one.rate / other for one, other in zip(whole, bares, strict=True)]
    return {
        "entries_per_s": statistics.median(each.rate for each in whole),
        "bare_per_s": statistics.median(bares),
        "ratio_to_bare": statistics.median(ratios),
        "ratios": ratios,
        "ratio_of_best": max(each.rate for each in whole) / max(bares),
        "per_row_per_s": statistics.median(rows) if rows else None,
        "client_cpu_us": statistics.median(each.client_cpu_us for each in whole),
        "hub_cpu_us": statistics.median(each.hub_cpu_us for each in whole),
        "examiners_cpu_us": statistics.median(each.examiners_cpu_us for each in whole),
        "bare_cpu_us": statistics.median(each.cpu_s / total * 1e6 for each in bare),
        "entries": total,
        "load": load,
    }


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="bench ingest", description=__doc__, epilog="example: ./run bench ingest --json ingest.json"
    )
    parser.add_argument("--gates", type=int, default=4, help="that send at once (default: %(default)s)")
    parser.add_argument("--count", type=int, default=6000, help="entries of each (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (default: %(default)s)")
    parser.add_argument(
        "--single", type=int, default=100, help="entries of each, one a request; 0: none (default: %(default)s)"
    )
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="measure only this one")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the figures to this file")
    given = parser.parse_args(arguments)
    gates = [make_gate(number, given.count) for number in range(given.gates)]
    warm = [make_gate(given.gates + number, WARM_BATCHES * MAX_ENTRIES) for number in range(WARM_GATES)]
    found: dict[str, Any] = {"sqlite": None, "postgresql": None}
    if given.only != "postgresql":
        found["sqlite"] = measure(warm, gates, given.rounds, given.single, lambda: "")
    if given.only != "sqlite":
        why_not = _postgresql.why_not()
        if why_not:
            print(f"bench ingest: {why_not}", file=sys.stderr)
        else:
            cluster = _postgresql.Cluster()
            try:
                found["postgresql"] = measure(warm, gates, given.rounds, given.single, cluster.new_database)
            finally:
                cluster.close()
    print(json.dumps(found, indent=1))
    write_json(given.json, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
