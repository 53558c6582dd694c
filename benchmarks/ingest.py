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
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import _postgresql
from benchmarks._bare_insert import Cost, bare_postgresql, bare_sqlite
from benchmarks._gates import Gate, make_gate
from benchmarks._hub_program import Hub, send
from station.commands.output import write_json
from station.wire.batch import MAX_ENTRIES

#: Gates that send before the clock runs, and how many batches each: as many examiners are started as cores.
WARM_GATES, WARM_BATCHES = 4, 2


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
