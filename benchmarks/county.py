"""A county's morning after two weeks without a network (``./run bench county``).

Every gate has a real journal with 14 days of backlog, 607 entries a day, and the agents of at most eight gates at a
time are real processes that send it to one hub over HTTP.  Meanwhile fevers happen at gates that are in the middle of
their backlog: each is appended to the journal as the desk does it, and the time until the hub holds it is measured.
As on a gate, an agent runs on: it is stopped when the hub holds everything and no fever of its gate is under way.
At the end every entry of every journal is looked for in the hub: ``lost`` are not there, ``doubled`` are there or
counted more than once.  Memory is the largest that any agent reached, and that of the hub with its helpers (PSS).
``load`` is the machine's load average when the sending began.  How far it has come is said on stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks._gates import START_MS
from benchmarks.journal import passage
from station.clock import Moment
from station.commands.output import write_json
from station.journal.draft import Draft
from station.journal.identity import Identity
from station.journal.reader import JournalReader
from station.journal.writer import Journal
from station.wire.canonical import canonical
from station.wire.entry import (
    SALT_SIZE,
    ClockState,
    Header,
    commit_personal,
    encode_header,
    entry_hash,
    sign_head,
)
from sync.hub.home import Home, Office
from sync.hub.stations import enrol

GATES, DAYS, A_DAY, AT_ONCE = 184, 14, 607, 8
MACHINE = "county"
#: From one passage to the next since the boot.
BOOTTIME_STEP_NS = 100_000_000_000
#: A fever that takes longer than this is reported as taking this long.
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Gate:
    """One gate's folder and name."""

    number: int
    folder: Path

    @property
    def station(self) -> str:
        """Its id."""
        return f"gate-{self.number:03d}"

    @property
    def key(self) -> Ed25519PrivateKey:
        """Its key."""
        return Ed25519PrivateKey.from_private_bytes(bytes([7]) * 30 + self.number.to_bytes(2, "big"))

    @property
    def journal(self) -> Path:
        """Its journal."""
        return self.folder / "journal.db"

    @property
    def filled(self) -> Path:
        """There once its journal is written."""
        return self.folder / "filled"

    def open(self) -> Journal:
        """The journal, as a desk opens it."""
        return Journal(self.journal, Identity(self.station, self.key, MACHINE), _moment)


def _moment() -> Moment:
    return Moment(time.time_ns() // 1_000_000, ClockState.SYNCED, "boot", time.monotonic_ns())


@dataclass(frozen=True)
class Form:
    """A passage as it is written every day at the same time: all of its header but the four values that differ.

    Writing each of a million headers anew would take longer than sending them.
    """

    kind: str
    personal: bytes
    pieces: tuple[bytes, ...]

    def header(self, at_ms: int, number: int, personal_c: str, seq: int) -> bytes:
        """The header of the passage *number*."""
        values = (str(at_ms), str(number * BOOTTIME_STEP_NS), personal_c, str(seq))
        return b"".join(bit for pair in zip(self.pieces, (*map(str.encode, values), b""), strict=True) for bit in pair)


def _form(gate: Gate, epoch: int, of_day: int) -> Form:
    draft = passage(of_day)
    personal = canonical(dict(draft.personal or {}))
    # Numbers and a commitment that stand nowhere else in a header.
    at_ms, boottime_ns, personal_c, seq = 1_111_111_111_111, 222_222_222_222_222, "3" * 64, 4_444_444_444
    header = Header(
        gate.station,
        epoch,
        seq,
        draft.kind,
        at_ms,
        ClockState.SYNCED,
        "boot",
        boottime_ns,
        draft.actor,
        dict(draft.facts),
        personal_c,
    )
    rest, pieces = encode_header(header), []
    for mark in (at_ms, boottime_ns, personal_c, seq):
        piece, found, rest = rest.partition(str(mark).encode())
        assert found
        pieces.append(piece)
    return Form(draft.kind, personal, (*pieces, rest))


def fill(gate: Gate, days: int) -> None:
    """Give *gate* a journal with so many days of passages, unless it has one.

    The desk opens it; the passages are then written in one transaction instead of one each, as a backlog is only read
    here.
    """
    if gate.filled.exists():
        # From a run before: its fevers are a few entries more, and what its agent knew is no longer so.
        for folder in (gate.folder / "orders", gate.folder / "sync"):
            shutil.rmtree(folder, ignore_errors=True)
        return
    gate.folder.mkdir(parents=True, exist_ok=True)
    for path in gate.folder.glob("journal.db*"):
        path.unlink()
    journal = gate.open()
    epoch, seq = journal.epoch, journal.seq
    journal.close()
    key, rng = gate.key, random.Random(gate.number)
    db = sqlite3.connect(gate.journal, isolation_level=None)
    (head,) = db.execute("SELECT hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    forms = [_form(gate, epoch, number) for number in range(A_DAY)]
    db.execute("BEGIN IMMEDIATE")
    for number in range(days * A_DAY):
        day, of_day = divmod(number, A_DAY)
        form = forms[of_day]
        salt, seq = rng.randbytes(SALT_SIZE), seq + 1
        at_ms = START_MS + day * 86_400_000 + of_day * 100_000
        encoded = form.header(at_ms, number, commit_personal(form.personal, salt), seq)
        head = entry_hash(head, encoded)
        row = (epoch, seq, form.kind, at_ms, encoded, head, sign_head(key, head), form.personal, salt, None)
        db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.execute("COMMIT")
    db.close()
    gate.filled.touch()


class Hub:
    """One hub for all *gates*."""

    def __init__(self, folder: Path, gates: list[Gate], database: str) -> None:
        self.home = Home(folder)
        self.home.create(Office("county", "county", "Asia/Shanghai", True, ""), START_MS, database)
        self.store = self.home.open()
        with self.store.writing() as connection:
            for gate in gates:
                public = gate.key.public_key().public_bytes_raw()
                token = enrol(connection, gate.station, gate.station, "", public, START_MS)
                (gate.folder / "token").write_text(token)
        command = [sys.executable, "-m", "sync.hub", "serve", "--state", str(folder), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline().rpartition(':')[2])}"
        self.peak_kb = 0
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def holds_case(self, case: str) -> bool:
        """Whether a case is known here."""
        with self.store.reading() as connection:
            query = f"SELECT 1 FROM fever WHERE case_id = '{case}'"
            return connection.exec_driver_sql(query).first() is not None

    def held(self, gate: Gate) -> int:
        """How many of a gate's entries are here without a gap."""
        with self.store.reading() as connection:
            query = f"SELECT coalesce(sum(contiguous_seq), 0) FROM epoch WHERE station = '{gate.station}'"
            return int(connection.exec_driver_sql(query).scalar_one())

    def close(self) -> None:
        """Stop it."""
        self._over.set()
        self.process.kill()
        self.process.communicate()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            with contextlib.suppress(OSError):
                self.peak_kb = max(self.peak_kb, sum(_pss_kb(pid) for pid in _family(self.process.pid)))


def _family(pid: int) -> list[int]:
    children = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(int(child) for each in children for child in each)]


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _peak_kb(pid: int) -> int:
    """The largest that a process ever was; wait4 would count what it was before it became another program."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) if "VmHWM:" in status else 0


class Agents:
    """Runs the agents of gates, some at a time."""

    #: How often is looked whether a gate is done.
    LOOK_S = 0.5

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._pause = threading.Event()
        self._under_way: dict[Gate, int] = {}
        self._fevers: set[Gate] = set()
        self.peak_kb = 0

    def send(self, gate: Gate) -> None:
        """Send everything *gate* has; returns when its agent has ended.

        :raises RuntimeError: if the agent ends by itself.
        """
        folder = gate.folder
        places = ("--journal", gate.journal, "--orders", folder / "orders", "--state", folder / "sync")
        command = [sys.executable, "-m", "sync", *map(str, places), "--url", self._hub.url]
        process = subprocess.Popen([*command, "--token-file", str(folder / "token")], stdout=subprocess.DEVNULL)
        try:
            while not self._done(gate, process.pid):
                if process.poll() is not None:
                    raise RuntimeError(f"{gate.station}: its agent ended with {process.returncode}")
                self._pause.wait(self.LOOK_S)
        finally:
            process.terminate()
            process.wait()

    def fever(self, rng: random.Random, case: str) -> Gate | None:
        """A fever at some gate that is in the middle of its backlog: the gate, None if there is none.

        Its agent runs on until :meth:`over`.
        """
        with self._lock:
            if not self._under_way:
                return None
            gate = rng.choice(sorted(self._under_way, key=lambda gate: gate.number))
            self._fevers.add(gate)
        journal = gate.open()
        journal.append(Draft("case.opened", {"case": case, "visit": case, "cause": "fever"}))
        journal.close()
        return gate

    def over(self, gate: Gate) -> None:
        """The hub holds the fever of *gate*."""
        with self._lock:
            self._fevers.discard(gate)

    def _done(self, gate: Gate, pid: int) -> bool:
        with contextlib.suppress(OSError):
            self.peak_kb = max(self.peak_kb, _peak_kb(pid))
        reader = JournalReader(gate.journal)
        written = sum(reader.last_seq(epoch) for epoch in reader.epochs())
        reader.close()
        held = self._hub.held(gate)
        with self._lock:
            # An agent that has not said anything yet is still starting, as none does in the middle of a backlog.
            if 0 < held < written:
                self._under_way[gate] = pid
                return False
            self._under_way.pop(gate, None)
            return held == written and gate not in self._fevers


class Progress:
    """Says on stderr how many gates are done, at most every so often."""

    EVERY_S = 15.0

    def __init__(self, doing: str, gates: int) -> None:
        self._doing, self._gates, self._done = doing, gates, 0
        self._began = self._said = time.monotonic()
        self._lock = threading.Lock()

    def step(self, more: str = "") -> None:
        """One gate more is done."""
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now - self._said < self.EVERY_S and self._done < self._gates:
                return
            self._said = now
            passed = f"{now - self._began:.0f} s"
            print(
                f"county: {self._doing}: {self._done} of {self._gates} gates, {passed}{more}",
                file=sys.stderr,
                flush=True,
            )


def play_fevers(hub: Hub, agents: Agents, every_s: float, over: threading.Event) -> list[float]:
    """A fever at a gate under way every so often; the seconds until the hub held each."""
    rng, waits = random.Random(1), []
    pause = threading.Event()
    # Journals that are used again hold the fevers of the run before: no case may have the name of one of those.
    first = time.time_ns() // 1_000_000 * 1000
    while not over.wait(every_s):
        case = str(first + len(waits))
        gate = agents.fever(rng, case)
        if gate is None:
            continue
        began = time.monotonic()
        while not hub.holds_case(case) and time.monotonic() - began < PATIENCE_S:
            pause.wait(0.02)
        waits.append(time.monotonic() - began)
        agents.over(gate)
    return waits


def compare(hub: Hub, gates: list[Gate]) -> tuple[int, int, int]:
    """Entries written, lost and doubled."""
    written = lost = doubled = 0
    looking = Progress("compared", len(gates))
    with hub.store.reading() as connection:
        for gate in gates:
            query = f"SELECT epoch, seq, hash FROM %s WHERE station = '{gate.station}'"
            held = [tuple(row) for row in connection.exec_driver_sql(query % "entry")]
            forks = connection.exec_driver_sql(query % "fork").all()
            reader = JournalReader(gate.journal)
            wanted = set()
            for epoch in reader.epochs():
                seq = 0
                while page := reader.read(epoch, seq, 500):
                    wanted |= {(stored.epoch, stored.seq, stored.hash) for stored in page}
                    seq = page[-1].seq
            reader.close()
            written += len(wanted)
            lost += len(wanted - set(held))
            doubled += len(held) - len(set(held) & wanted) + len(forks)
            looking.step()
        (counted,) = connection.exec_driver_sql("SELECT coalesce(sum(inward), 0) FROM tally").one()
        (passages,) = connection.exec_driver_sql("SELECT count(*) FROM entry WHERE kind = 'visit.decided'").one()
    return written, lost, doubled + abs(int(counted) - int(passages))


def run(
    folder: Path, journals: Path, count: int, days: int, at_once: int, database: str, every_s: float
) -> dict[str, Any]:
    """The figures."""
    gates = [Gate(number, journals / f"gate-{number:03d}") for number in range(count)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        filling = Progress("journals written", count)
        for _ in pool.map(fill, gates, [days] * count):
            filling.step()
    load = os.getloadavg()[0]
    hub = Hub(folder / "hub", gates, database)
    agents, over = Agents(hub), threading.Event()
    try:
        with ThreadPoolExecutor(at_once + 1) as pool:
            fevers = pool.submit(play_fevers, hub, agents, every_s, over)
            began, sending = time.monotonic(), Progress("sent", count)

            def send(gate: Gate) -> None:
                agents.send(gate)
                sending.step(f", hub {hub.peak_kb / 1024:.0f} MB, agents {agents.peak_kb / 1024:.0f} MB")

            try:
                list(pool.map(send, gates))
            finally:
                seconds = time.monotonic() - began
                over.set()
            waits = fevers.result()
        written, lost, doubled = compare(hub, gates)
    finally:
        hub.close()
        hub.store.close()
    return {
        "gates": count,
        "entries": written,
        "lost": lost,
        "doubled": doubled,
        "seconds": seconds,
        "hub_rss_mb": hub.peak_kb / 1024,
        "agent_rss_mb": agents.peak_kb / 1024,
        "urgent_p99_s": statistics.quantiles(waits, n=100, method="inclusive")[98] if len(waits) > 1 else None,
        "urgent_median_s": statistics.median(waits) if waits else None,
        "fevers": len(waits),
        "days": days,
        "entries_per_s": written / seconds,
        "load": load,
    }


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="bench county", description=__doc__, epilog="example: ./run bench county --gates 8 --days 2"
    )
    parser.add_argument("--gates", type=int, default=GATES, help="how many (default: %(default)s)")
    parser.add_argument("--days", type=int, default=DAYS, help="of backlog at each (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="agents at a time (default: %(default)s)")
    parser.add_argument("--fever-every", type=float, default=1.0, help="seconds between fevers (default: %(default)s)")
    parser.add_argument("--database", default="", help="an empty PostgreSQL for the hub (default: a file)")
    parser.add_argument("--folder", type=Path, help="where to write, 5 GB in full (default: a temporary folder)")
    parser.add_argument("--journals", type=Path, help="where to keep the journals for the next run of as many days")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the figures to this file")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        journals = given.journals or Path(folder)
        found = run(Path(folder), journals, given.gates, given.days, given.at_once, given.database, given.fever_every)
    print(json.dumps(found, indent=1))
    write_json(given.json, found)
    return 0 if found["lost"] == found["doubled"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
