"""``station people`` reads the journal beside a desk that has it open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from station import kinds
from station.cli import cli
from station.journal.draft import Draft
from station.journal.writer import Journal
from station.register import Register
from station.roster.content import encode_snapshot
from station.roster.resident import Resident
from station.wire.order import Order, OrderKind
from tests.station.journal_kit import MORNING_MS, journal_at


def let_through(journal: Journal, way: str, klass: str, name: str, **personal: object) -> None:
    facts = {"visit": "1", "outcome": "admit", "direction": way, "tag": 0, "class": klass, "people": 1}
    body = {"masked": name, "last4": "0412", "place": "1-1-101", "resident": name, "pass": "", **personal}
    journal.append(Draft(kinds.VISIT_DECIDED, facts, personal=body))


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(
        f'[station]\nid = "east"\nname = "东门"\nonly_gate = true\n[paths]\nstate = "{tmp_path}"\n', encoding="utf-8"
    )
    return path


def test_lists_who_is_out_while_the_desk_has_the_journal_open(settings: Path, tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    let_through(journal, "out", "resident", "何*", minutes_out=120)
    let_through(journal, "out", "resident", "李*")
    let_through(journal, "in", "worker", "马**")
    with Register(tmp_path / "register.db") as register:
        people = (Resident(f"r{number}", "张三") for number in range(9))
        register.apply(Order(OrderKind.ROSTER, 1, ("*",), "office", 1, encode_snapshot(people)), 1)
    at_ms = str(MORNING_MS + 127 * 60_000 + 2_000)
    out = tmp_path / "out.json"
    base = ["people", "--config", str(settings), "--at-ms", at_ms]
    done = CliRunner().invoke(cli, [*base, "--json", str(out)])
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text("utf-8"))
    assert found["counts"] == {"outside": 2, "overdue": 1, "visitors": 1}
    assert found["inside"] == 9 - 2 + 1
    assert [(line["masked"], line["overdue_minutes"]) for line in found["overdue"]] == [("何*", 7)]
    assert "7 min overdue" in done.output
    assert "马** 0412" in done.output
    only = CliRunner().invoke(cli, [*base, "--overdue"]).output
    assert "何*" in only
    assert "马**" not in only
    journal.close()


def test_without_a_journal_it_says_so_in_one_line(settings: Path) -> None:
    done = CliRunner().invoke(cli, ["people", "--config", str(settings)])
    assert done.exit_code == 1
    assert "cannot be read now" in str(done.exception)
