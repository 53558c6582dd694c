"""What forgetting leaves: nothing of anybody in any file, and every count, report, 消杀 and shift as before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from station import kinds
from station.cli import cli
from station.clock import Moment
from station.journal.draft import Draft
from station.journal.retention import DAY_MS, Retention
from station.journal.writer import Journal
from station.wire.entry import ClockState
from tests.station.journal_kit import PUBLIC, counted, identity
from tests.station.report_kit import ZONE, at, reading
from tests.station.test_forgetting import covered
from tests.station.thief import Loot

DAY = "2020-11-22"
#: Of people who passed: what the gate shows for three weeks, and what only the office may open.
WINDOW = ("欧阳**", "9-4-777", "p-pass-8801", "豫K·7Z3", "褚**")
SEALED = ("欧阳靖宇", "410902195101170109", "13731415926", "湖北省孝感市槐荫大道4101号")
#: Of people on duty, who stand in reports until then.
STAFF = ("诸葛瑾瑜", "端木晴川")


class Wall:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at_ms = at("02:00")

    def __call__(self) -> Moment:
        return Moment(self.at_ms, ClockState.SYNCED, "boot", self.at_ms * 1_000_000)


class Gate:
    """A gate with a day of everything in its journal."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wall = folder, Wall()
        (folder / "state").mkdir()
        self.journal = Journal(folder / "state" / "journal.db", identity(sealing=True), self.wall, counted())
        self.settings = folder / "station.toml"
        self.settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{folder}/state"\n')

    def add(self, time: str, kind: str, personal: dict[str, Any] | None = None, **facts: Any) -> None:
        self.wall.at_ms = at(time)
        private = {"name": SEALED[0], "id": SEALED[1], "phone": SEALED[2], "home": SEALED[3]} if personal else None
        self.journal.append(Draft(kind, facts, str(facts.get("operator", "zhuge")), personal, private))

    def day(self) -> None:
        named = dict(zip(("masked", "place", "pass", "plate"), WINDOW, strict=False))
        passed = {"direction": "in", "people": 1, "class": "resident", "tag": 1, "readings": [reading()], "notes": []}
        self.add("02:14", kinds.OPERATOR_SIGNED_IN, {"name": STAFF[0]}, operator="zhuge", stand_in=False)
        self.add("02:20", kinds.SHIFT_OPENED, operator="zhuge", own_centi=3650, self_test="ok", devices=1, lost=[])
        self.add("03:00", kinds.ROUND_DONE, what="daily", place="gate", agent="chlorine_500")
        for number in range(30):
            about = {**passed, "visit": str(number), "outcome": "admit", "reason": "resident"}
            self.add(f"04:{number:02d}", kinds.VISIT_DECIDED, named, **about)
        fever = {**passed, "visit": "77", "outcome": "refer", "reason": "fever"}
        self.add("05:00", kinds.VISIT_DECIDED, {"masked": WINDOW[4]}, **fever)
        opened = {"case": "77", "visit": "77", "cause": "fever", "direction": "in"}
        self.add("05:00", kinds.CASE_OPENED, {"masked": WINDOW[4]}, **opened)
        taken = {"day": DAY, "half": "morning", "answered": True, "high": False}
        self.add("05:40", kinds.ISOLATION_MEASURED, {"masked": WINDOW[0], "place": WINDOW[1], "subject": "s"}, **taken)
        over = {"operator": "duanmu", "from": "zhuge", "cases": ["77"], "parked": 1, "late_minutes": 0}
        self.add("08:00", kinds.SHIFT_HANDED_OVER, {"name": STAFF[1], "from_name": STAFF[0]}, **over)
        self.add("09:00", kinds.CASE_STEP, case="77", step="closed", ends=True, details={})

    def run(self, *arguments: str) -> str:
        done = CliRunner().invoke(cli, [*arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def report(self, *arguments: str) -> str:
        return self.run("report", *arguments, "--config", str(self.settings))

    def figures(self) -> list[dict[str, Any]]:
        """Everything that counts: the day, both shifts, and which there were."""
        asked = (("daily", "--day", DAY), *(("shift", "--shift", f"{DAY}T{time}") for time in ("04:00", "08:30")))
        found = [json.loads(self.report(*each, "--format", "json")) for each in asked[:2]]
        # The second shift goes on, and so ends with the test's own now.
        going_on = json.loads(self.report(*asked[2], "--format", "json"))
        return [*found, going_on["shift"], going_on["deeds"]]

    def write_reports(self, name: str) -> None:
        to = self.folder / name
        to.mkdir()
        for kind in ("txt", "csv", "html", "xlsx", "json"):
            self.report("daily", "--day", DAY, "--format", kind, "--out", str(to / f"daily.{kind}"))
            self.report("shift", "--shift", f"{DAY}T04:00", "--format", kind, "--out", str(to / f"shift.{kind}"))

    def forget(self) -> None:
        """Three weeks later the night does its work."""
        self.wall.at_ms += 22 * DAY_MS
        covered(self.journal)
        retention = Retention(self.journal, self.wall, 21, False, ZONE)
        for _ in range(100):
            if not retention.step():
                return
        raise AssertionError("the night never ends")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path)
    made.day()
    return made


def found(gate: Gate, words: tuple[str, ...], *folders: str) -> list[str]:
    loot = Loot.of([gate.folder / name for name in folders], "")
    return [word for word in words if loot.search([word])]


def test_nothing_of_anybody_is_left_in_journal_log_free_pages_or_reports(gate: Gate) -> None:
    gate.write_reports("before")
    assert found(gate, WINDOW, "state") == list(WINDOW), "the search can find them"
    assert found(gate, STAFF, "state", "before") == list(STAFF)
    assert found(gate, (*WINDOW, *SEALED), "before") == [], "a report of any day names nobody who passed"
    gate.forget()
    gate.write_reports("after")
    assert found(gate, (*WINDOW, *SEALED, *STAFF), "state", "after") == []
    gate.journal.close()
    assert found(gate, (*WINDOW, *SEALED, *STAFF), "state", "after") == []


def test_counts_reports_rounds_and_shifts_stay_to_the_last_figure(gate: Gate) -> None:
    before = gate.figures()
    assert before[0]["counts"]["inward"] == 30
    assert [one["what"] for one in before[1]["deeds"]["rounds"]] == ["daily"]
    assert (before[1]["shift"]["operator"], before[1]["shift"]["handed"]["to"]) == ("zhuge", "duanmu")
    gate.forget()
    assert gate.figures() == before
    assert f"值守员 {STAFF[0]}" not in gate.report("shift", "--shift", f"{DAY}T04:00")
    assert "值守员 zhuge" in gate.report("shift", "--shift", f"{DAY}T04:00")


def test_verify_says_what_was_forgotten_and_that_all_else_is_whole(gate: Gate) -> None:
    with_parts = 30 + 1 + 1 + 1 + 1 + 1
    last = gate.journal.seq
    gate.forget()
    gate.journal.close()
    said = gate.run("journal", "verify", str(gate.folder / "state" / "journal.db"), "--public-key", PUBLIC.hex())
    assert f"personal parts forgotten: {with_parts}\n" in said
    assert f"as the journal itself says: up to entry {gate.journal.epoch}/" in said
    assert "without its saying so" not in said
    assert said.endswith("sound\n")
    through = int(said.split(f"{gate.journal.epoch}/")[1].split()[0])
    assert 0 < through <= last
