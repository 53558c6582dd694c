"""What the gate's own normal rests on, as a projection of the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from station import kinds
from station.journal.draft import Draft
from station.journal.rebuild import rebuild_file
from station.journal.writer import Journal
from station.screening import learned
from station.screening.screening import Screening
from tests.station.journal_kit import journal_at


def row(number: int, device: str = "t1", **changes: Any) -> dict[str, Any]:
    return {
        "device": device,
        "site": "forehead",
        "mode": "surface",
        "direction": "in",
        "rested": False,
        "centi_celsius": 3550 + number % 90,
        "at_ms": 1_606_000_000_000 + number * 20_000,
        "ambient_centi": None if number % 3 else 1800,
        "stood_out": number % 50 == 0,
    } | changes


def write(journal: Journal, rows: list[dict[str, Any]], kind: str = kinds.VISIT_DECIDED) -> None:
    facts = {"visit": "7", "outcome": "admit", "direction": "in", "learned": rows}
    journal.append(Draft(kind, facts))


def test_a_restart_and_a_rebuild_know_what_the_running_gate_knew(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    running = Screening()
    for number in range(40):
        rows = [row(number), row(number, "t2", rested=True)][: 1 + number % 2]
        write(journal, rows, kinds.WAITING_LEFT if number % 7 == 0 else kinds.VISIT_DECIDED)
        running.learn(rows)
    before = learned.rows(journal.rows)
    assert Screening.of(before).baselines == running.baselines
    journal.close()
    rebuild_file(tmp_path / "journal.db")
    journal = journal_at(tmp_path)
    assert learned.rows(journal.rows) == before
    journal.close()


def test_an_entry_of_an_older_program_teaches_nothing(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.append(Draft(kinds.VISIT_DECIDED, {"visit": "7", "outcome": "admit", "direction": "in"}))
    assert learned.rows(journal.rows) == []
    journal.close()


def test_the_table_is_bounded_for_each_kind_of_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "KEEP", 30)
    monkeypatch.setattr(learned, "TRIM_EVERY", 10)
    journal = journal_at(tmp_path)
    write(journal, [row(0, "rare")])
    for number in range(100):
        write(journal, [row(number)])
    kept = learned.rows(journal.rows)
    assert [one["device"] for one in kept].count("rare") == 1
    assert 30 <= len(kept) - 1 < 40
    assert kept[-1]["at_ms"] == row(99)["at_ms"]
    journal.close()
    rebuild_file(tmp_path / "journal.db")
    journal = journal_at(tmp_path)
    assert learned.rows(journal.rows) == kept
    journal.close()
