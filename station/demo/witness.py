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
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import urllib3

from station import kinds
from station.clock import boottime_ns
from station.demo.page import views
from station.journal_reader import JournalReader, Stored, verify
from station.wire.entry import parse_header

#: Two red flashes of one alarm are at most this far apart; a steady red has no second one.
_SAME_ALARM_NS = 1_500_000_000
#: A refusal's steady red is one change; three changes within the time of one alarm are a flash.
_FLASHES = 3
_FINAL = frozenset({"admit", "retake", "refer", "fever", "deny"})


def main() -> None:
    """Follow the page until standard input ends, then count and write."""
    parser = argparse.ArgumentParser(prog="witness", description=main.__doc__)
    parser.add_argument("--url", required=True, help="the gate's page, http://127.0.0.1:8080")
    parser.add_argument("--journal", required=True, type=Path)
    parser.add_argument("--hub", required=True, type=Path, help="the hub's database")
    parser.add_argument("--lamps", required=True, type=Path, help="the trace of the lamps")
    parser.add_argument("--json", required=True, type=Path)
    given = parser.parse_args()
    delays: dict[int, float] = {}
    threading.Thread(target=_follow, args=(given.url, delays), daemon=True).start()
    sys.stdin.read()
    found = count(given.journal, given.hub, given.lamps, list(delays.values()))
    fresh = given.json.with_suffix(".new")
    fresh.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.rename(given.json)


def count(journal: Path, hub: Path, lamps: Path, delays_ms: Sequence[float]) -> dict[str, Any]:
    """What became of the day."""
    reader = JournalReader(journal)
    with sqlite3.connect(f"file:{hub}?mode=ro", uri=True) as db:
        (key,) = db.execute("SELECT public_key FROM station_key WHERE station = ?", (reader.station(),)).fetchone()
        (held,) = db.execute("SELECT count(*) FROM entry").fetchone()
        (forks,) = db.execute("SELECT count(*) FROM fork").fetchone()
        missing = db.execute("SELECT coalesce(sum(highest_seq - contiguous_seq), 0) FROM epoch").fetchone()[0]
        confirmed = dict(db.execute("SELECT epoch, contiguous_seq FROM epoch").fetchall())
    entries = [stored for epoch in reader.epochs() for stored in _all(reader, epoch)]
    verdict = verify(reader, bytes(key))
    unsent = sum(reader.last_seq(epoch) - confirmed.get(epoch, 0) for epoch in reader.epochs())
    return {
        "visits": _visits(entries),
        "alerts": _alarms(_changes(lamps, "red")),
        "entries": len(entries),
        "unsent": unsent,
        "journal_verified": verdict.sound,
        "hub_entries": held,
        "forks": forks,
        "gaps": missing,
        "p50_ms": statistics.median(delays_ms) if delays_ms else None,
        "p95_ms": statistics.quantiles(delays_ms, n=20)[-1] if len(delays_ms) > 1 else None,
        "green_lamps": sum(on for _, on in _changes(lamps, "green")),
        "decisions_timed": len(delays_ms),
        "handed_over": len(_counted(entries, kinds.GOODS_HANDED)),
        "left": sum(stored.kind == kinds.VISIT_LEFT for stored in entries),
        "people_in": _people(entries, "in"),
        "people_out": _people(entries, "out"),
    }


def _all(reader: JournalReader, epoch: int) -> Iterable[Stored]:
    seq = 0
    while page := reader.read(epoch, seq, 500):
        yield from page
        seq = page[-1].seq


def _counted(entries: Sequence[Stored], kind: str = kinds.VISIT_DECIDED) -> list[dict[str, Any]]:
    """The facts of every entry of *kind* that was not taken back."""
    voided = {tuple(parse_header(one.entry.header).facts["voids"]) for one in entries if one.kind == kinds.ENTRY_VOIDED}
    return [
        parse_header(one.entry.header).facts
        for one in entries
        if one.kind == kind and (one.epoch, one.seq) not in voided
    ]


def _visits(entries: Sequence[Stored]) -> dict[str, int]:
    """Visits by outcome; one that was measured again is in ``retake`` and in its outcome."""
    seen: dict[str, set[str]] = {outcome: set() for outcome in ("admit", "retake", "refer", "deny")}
    for facts in _counted(entries):
        seen[facts["outcome"]].add(facts["visit"])
    return {outcome: len(visits) for outcome, visits in seen.items()}


def _people(entries: Sequence[Stored], direction: str) -> int:
    admitted = (facts for facts in _counted(entries) if facts["outcome"] == "admit")
    return sum(facts["people"] for facts in admitted if facts["direction"] == direction)


def _changes(lamps: Path, output: str) -> list[tuple[int, bool]]:
    if not lamps.exists():
        return []
    lines = (json.loads(line) for line in lamps.read_text().splitlines())
    return [(line["observed_ns"], line["on"]) for line in lines if line["output"] == output]


def _alarms(changes: Sequence[tuple[int, bool]]) -> int:
    """How often red began to flash."""
    alarms = run = 0
    last_ns = None
    for at_ns, _ in changes:
        run = run + 1 if last_ns is not None and at_ns - last_ns <= _SAME_ALARM_NS else 1
        alarms += run == _FLASHES
        last_ns = at_ns
    return alarms


def _follow(url: str, delays: dict[int, float]) -> None:
    """Note, for each last event a decision needed, how long until the page's stream said so."""
    http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=30))
    while True:
        try:
            stream = http.request("GET", f"{url}/gate/stream", preload_content=False)
            for view in views(stream):
                event_ns = view.get("event_ns")
                if view["stage"] in _FINAL and event_ns and event_ns not in delays:
                    delays[event_ns] = (boottime_ns() - event_ns) / 1e6
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            pass
        time.sleep(0.1)


if __name__ == "__main__":
    main()
