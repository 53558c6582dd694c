"""Counts a day from what it left behind: the journal, the hub's database, the lamps' trace and the page's stream.

A program of its own that never sees the script.  It follows the stream until its standard input ends, then reads the
files and writes one JSON object (COMMANDS: ``./run demo``).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import urllib3

from station.clock import boottime_ns
from station.commands.output import write_json
from station.demo.page import AGAIN_S, views
from station.demo.recount import Told, recount, within
from station.journal.reader import JournalReader, Stored
from station.journal.verify import verify
from station.wire.entry import parse_header

#: A flash is red twice within this time (drivers/patterns.py: every 0.5 s, and the program may be late); two people
#: who are turned away with a steady red never come so close together.
_FLASH_NS = 900_000_000
#: Flashes of one alarm are at most this far apart, however late the program is.
_SAME_ALARM_NS = 2_500_000_000
#: How long the road may take to bring the last entry to the hub, in real seconds, however busy the machine is.
DRAIN_S = 120.0
#: How often the hub is asked for it.
_ASK_S = 0.2
_FINAL = frozenset({"admit", "retake", "refer", "fever", "deny"})


def main() -> None:
    """Follow the page until standard input ends, then count and write."""
    parser = argparse.ArgumentParser(prog="witness", description=main.__doc__)
    parser.add_argument("--url", required=True, help="the gate's page, http://127.0.0.1:8080")
    parser.add_argument("--journal", required=True, type=Path)
    parser.add_argument("--hub", required=True, type=Path, help="the hub's database")
    parser.add_argument("--lamps", required=True, type=Path, help="the trace of the lamps")
    parser.add_argument("--from-ms", type=int, default=0, help="what happened before is not of the day")
    parser.add_argument("--json", required=True, type=Path)
    given = parser.parse_args()
    delays: dict[int, float] = {}
    ended = threading.Event()
    threading.Thread(target=_follow, args=(given.url, delays, ended), daemon=True).start()
    sys.stdin.read()
    ended.set()
    found = count(given.journal, given.hub, given.lamps, list(delays.values()), given.from_ms)
    write_json(given.json, found)


def count(journal: Path, hub: Path, lamps: Path, delays_ms: Sequence[float], from_ms: int = 0) -> dict[str, Any]:
    """What became of the day; visits and what they led to since *from_ms*, everything else since the beginning.

    The gate goes on while this counts: the day ends with what the journal holds now, and the road gets time for that.
    """
    reader = JournalReader(journal)
    last = {epoch: reader.last_seq(epoch) for epoch in reader.epochs()}
    _drained(hub, reader.station(), last)
    with sqlite3.connect(f"file:{hub}?mode=ro", uri=True) as db:
        # The office keeps a chain of its own acts beside those of its gates.
        ours = (reader.station(),)
        (key,) = db.execute("SELECT public_key FROM station_key WHERE station = ?", ours).fetchone()
        held = sum(
            db.execute(
                "SELECT count(*) FROM entry WHERE station = ? AND epoch = ? AND seq <= ?", (*ours, *end)
            ).fetchone()[0]
            for end in last.items()
        )
        (forks,) = db.execute("SELECT count(*) FROM fork").fetchone()
        missing = db.execute("SELECT coalesce(sum(highest_seq - contiguous_seq), 0) FROM epoch").fetchone()[0]
    entries = [stored for epoch, seq in last.items() for stored in _all(reader, epoch, seq)]
    verdict = verify(reader, bytes(key))
    confirmed = _confirmed(hub, reader.station())
    unsent = sum(max(0, seq - confirmed.get(epoch, 0)) for epoch, seq in last.items())
    return recount(within([_told(one) for one in entries], from_ms)) | {
        "alerts": alarms(changes(lamps, "red")),
        "entries": len(entries),
        "unsent": unsent,
        "journal_verified": verdict.sound,
        "hub_entries": held,
        "forks": forks,
        "gaps": missing,
        "p50_ms": statistics.median(delays_ms) if delays_ms else None,
        "p95_ms": statistics.quantiles(delays_ms, n=20)[-1] if len(delays_ms) > 1 else None,
        "green_lamps": sum(on for _, on in changes(lamps, "green")),
        "decisions_timed": len(delays_ms),
    }


def _confirmed(hub: Path, station: str) -> dict[int, int]:
    """Each epoch of *station* and how far the hub holds it without a gap."""
    with sqlite3.connect(f"file:{hub}?mode=ro", uri=True) as db:
        return dict(db.execute("SELECT epoch, contiguous_seq FROM epoch WHERE station = ?", (station,)).fetchall())


def _drained(hub: Path, station: str, last: Mapping[int, int]) -> None:
    """Wait until the hub holds everything up to *last*, or for long enough."""
    deadline = time.monotonic() + DRAIN_S
    while time.monotonic() < deadline:
        confirmed = _confirmed(hub, station)
        if all(confirmed.get(epoch, 0) >= seq for epoch, seq in last.items()):
            return
        # The hub is another program: nothing here would wake us.
        time.sleep(_ASK_S)


def _all(reader: JournalReader, epoch: int, last: int) -> Iterable[Stored]:
    seq = 0
    while seq < last and (page := reader.read(epoch, seq, min(500, last - seq))):
        yield from page
        seq = page[-1].seq


def _told(stored: Stored) -> Told:
    header = parse_header(stored.entry.header)
    personal = None if stored.entry.personal is None else json.loads(stored.entry.personal)
    return Told(stored.epoch, stored.seq, stored.kind, header.at_ms, header.facts, personal)


def changes(lamps: Path, output: str) -> list[tuple[int, bool]]:
    """When *output* went on and off, by the trace at *lamps*."""
    if not lamps.exists():
        return []
    lines = (json.loads(line) for line in lamps.read_text().splitlines())
    return [(line["observed_ns"], line["on"]) for line in lines if line["output"] == output]


def alarms(changes: Sequence[tuple[int, bool]]) -> int:
    """How often red began to flash: it came on again and again, with never a long time in between."""
    alarms = 0
    lit_ns = flashed_ns = None
    for at_ns, on in changes:
        if not on:
            continue
        if lit_ns is not None and at_ns - lit_ns <= _FLASH_NS:
            alarms += flashed_ns is None or at_ns - flashed_ns > _SAME_ALARM_NS
            flashed_ns = at_ns
        lit_ns = at_ns
    return alarms


def _follow(url: str, delays: dict[int, float], ended: threading.Event) -> None:
    """Note, for each last event a decision needed, how long until the page's stream said so."""
    http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=30))
    while not ended.is_set():
        try:
            stream = http.request("GET", f"{url}/gate/stream", preload_content=False)
            for view in views(stream):
                event_ns = view.get("event_ns")
                if view["stage"] in _FINAL and event_ns and event_ns not in delays:
                    delays[event_ns] = (boottime_ns() - event_ns) / 1e6
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            pass
        ended.wait(AGAIN_S)


if __name__ == "__main__":
    main()
