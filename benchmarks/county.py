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
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks._county_agents import Agents, play_fevers
from benchmarks._county_gates import Gate, fill, inward_a_day
from benchmarks._county_hub import Hub
from station.commands.output import write_json
from station.journal.reader import JournalReader

GATES, DAYS, AT_ONCE = 184, 14, 8


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


def compare(hub: Hub, gates: list[Gate], days: int) -> tuple[int, int, int]:
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
    return written, lost, doubled + abs(int(counted) - len(gates) * days * inward_a_day())


def run(
    folder: Path, journals: Path, count: int, days: int, at_once: int, database: str, every_s: float
) -> dict[str, Any]:
    """The figures."""
    gates = [Gate(number, journals / f"gate-{number:03d}") for number in range(count)]
    with ProcessPoolExecutor(os.cpu_count()) as writers:
        filling = Progress("journals written", count)
        for _ in writers.map(fill, gates, [days] * count):
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
        written, lost, doubled = compare(hub, gates, days)
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
