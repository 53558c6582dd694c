"""What an append to the journal costs over a bare insert of the same bytes (``./run bench journal``).

The entry is a passage as a gate writes it: facts, a masked person, hash, signature, commitments, projections.  The
bare one is a row of the same sizes in the same schema with the same settings, without any of that.  Both are written
in turn into files in one folder, one transaction and one fsync each; wall milliseconds and the CPU milliseconds of
this process.  The fsyncs are counted by strace in a run of its own, null where there is no strace.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks._result import write_result
from drivers.events import Mode, Site
from station.clock import Clock
from station.facts import Direction, PersonClass
from station.journal.draft import Draft
from station.journal.identity import Identity
from station.journal.migrations import migrate
from station.journal.writer import Journal
from station.lane import drafts
from station.lane.facts import facts_of
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Visit
from station.policy.policy import Decision, Lines, Outcome, Policy

#: Written before anything is measured: the first pages of a file are dearer.
WARM_UP = 50
POLICY = Policy("low", 12, "office", "0393-0000000", Lines(3730, 3500), (), "ab" * 32)


def passage(number: int) -> Draft:
    """One resident let through after one reading."""
    raw = (("centi_celsius", 3412), ("frames", 6), ("spread_centi", 12), ("hex", "a5 01 02 03 04 05 06"))
    taken = Taken(3640, Mode.SURFACE, Site.FOREHEAD, "thermometer-1", 1_606_003_200_000, 1, 1840, raw=raw)
    person = Person("r:1", PersonClass.RESIDENT, "李**", "李建国", "3-2-501", "123X", "r18220", "0a1b2c3d4e5f6071")
    visit = Visit(str(4_503_599_627_370_496 + number), Direction.IN, 0, person=person, round=(taken,))
    decision = Decision(Outcome.ADMIT, "resident", "resident")
    return drafts.decided(visit, facts_of(visit, POLICY.lines, True), decision, POLICY, "wang")


def open_journal(folder: Path) -> Journal:
    """A journal of its own."""
    identity = Identity("east-gate", Ed25519PrivateKey.generate(), "benchmark")
    return Journal(folder / "journal.db", identity, Clock().moment)


def open_bare(path: Path) -> sqlite3.Connection:
    """The same schema with the same settings, and nothing else."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL").fetchone()
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
    db.execute("PRAGMA secure_delete = ON").fetchone()
    migrate(db, str(path))
    db.execute("INSERT INTO epoch VALUES (1, 'east-gate', X'', X'', '')")
    return db


def measure(folder: Path, count: int) -> dict[str, Any]:
    """The figures of *count* appends and as many bare inserts in *folder*."""
    journal = open_journal(folder)
    with closing(open_bare(folder / "bare.db")) as bare:
        journal.append(passage(0))
        row = tuple(journal.rows("SELECT kind, at_ms, header, hash, sig, personal, salt, sealed FROM entry")[-1])
        seqs = itertools.count(1)

        def insert() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO entry VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (next(seqs), *row))
            bare.execute("COMMIT")

        walls: dict[str, list[float]] = {"append": [], "bare": []}
        cpus: dict[str, list[float]] = {"append": [], "bare": []}
        for number in range(WARM_UP + count):
            draft = passage(number)
            for name, write in (("append", lambda draft=draft: journal.append(draft)), ("bare", insert)):
                wall, cpu = _timed(write)
                if number >= WARM_UP:
                    walls[name].append(wall)
                    cpus[name].append(cpu)
    journal.close()
    figures = {name: _median_and_p99(times) for name, times in walls.items()}
    return {
        "append_ms": figures["append"],
        "bare_ms": figures["bare"],
        "ratio": figures["append"]["median"] / figures["bare"]["median"],
        "cpu_above_bare_ms": statistics.median(cpus["append"]) - statistics.median(cpus["bare"]),
    }


def _timed(write: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    write()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return 1000 * wall, 1000 * cpu


def _median_and_p99(times: list[float]) -> dict[str, float]:
    return {"median": statistics.median(times), "p99": statistics.quantiles(times, n=100)[98]}


def fsyncs_per_append(folder: Path, count: int = 50) -> float | None:
    """How often the kernel was asked to sync for each of *count* appends; None where nobody can count."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    trace = folder / "trace"
    command = [strace, "-f", "-e", "trace=fsync,fdatasync,write", "-o", str(trace)]
    command += [sys.executable, "-m", "benchmarks.journal", "--write-only", str(folder / "counted"), str(count)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        return None
    _, _, after = trace.read_text().partition('write(1, "begin')
    during, _, _ = after.partition('write(1, "end')
    return len(re.findall(r"\b(?:fsync|fdatasync)\(", during)) / count


def _write_only(folder: Path, count: int) -> None:
    folder.mkdir()
    journal = open_journal(folder)
    journal.append(passage(0))
    os.write(1, b"begin\n")
    for number in range(count):
        journal.append(passage(number))
    os.write(1, b"end\n")
    journal.close()


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="bench journal", description=__doc__, epilog="example: ./run bench journal --json journal.json"
    )
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder); put it on the card")
    parser.add_argument("--count", type=int, default=1500, help="appends to measure (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the figures to this file")
    parser.add_argument("--write-only", nargs=2, metavar=("FOLDER", "COUNT"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.write_only:
        _write_only(Path(given.write_only[0]), int(given.write_only[1]))
        return 0
    if given.count < 100:
        parser.error("--count: a p99 needs at least 100")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        found = measure(Path(folder), given.count) | {"fsyncs_per_append": fsyncs_per_append(Path(folder))}
    print(json.dumps(found, indent=1))
    return write_result(given.json, found)


if __name__ == "__main__":
    sys.exit(main())
