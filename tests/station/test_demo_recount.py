"""What a day is counted by: an alarm is a flash, and an entry that was taken back never happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from station import kinds
from station.demo.recount import Told, recount, within
from station.demo.witness import alarms, changes

MS = 1_000_000


def lit(*spans: tuple[int, int]) -> list[tuple[int, bool]]:
    """Red, from and until so many milliseconds."""
    return [(at * MS, on) for start, end in spans for at, on in ((start, True), (end, False))]


def flash(start: int, count: int) -> list[tuple[int, bool]]:
    return lit(*((start + 500 * n, start + 500 * n + 250) for n in range(count)))


def told(seq: int, kind: str, facts: dict[str, Any], personal: dict[str, Any] | None = None) -> Told:
    return Told(1, seq, kind, 1_000 * seq, facts, personal)


def decided(seq: int, visit: str, outcome: str, **more: Any) -> Told:
    facts = {
        "visit": visit, "outcome": outcome, "reason": "r", "direction": "in", "class": "resident", "people": 1,
        "notes": [], "source": "scan", "readings": [],
    } | more  # fmt: skip
    return told(seq, kinds.VISIT_DECIDED, facts, more.get("personal"))


def test_two_people_turned_away_in_a_row_are_no_alarm() -> None:
    assert alarms(lit((0, 870), (1_700, 2_530))) == 0


def test_a_steady_red_soon_after_an_alarm_is_none_of_its_own() -> None:
    assert alarms([*flash(0, 2), *lit((1_590, 2_460), (3_290, 4_120))]) == 1


def test_an_alarm_is_one_however_late_the_program_is() -> None:
    assert alarms([*flash(0, 3), *flash(3_000, 3)]) == 1


def test_two_people_with_a_fever_are_two_alarms() -> None:
    assert alarms([*flash(0, 3), *flash(6_000, 2)]) == 2


def test_only_the_lamp_that_is_asked_for_is_looked_at(tmp_path: Path) -> None:
    trace = tmp_path / "lamps.jsonl"
    trace.write_text("".join(json.dumps({"output": name, "on": True, "observed_ns": 5}) + "\n" for name in "ab"))
    assert changes(trace, "a") == [(5, True)]


def test_what_was_taken_back_and_what_was_before_the_day_is_not_counted() -> None:
    entries = [
        decided(1, "1", "admit"),
        decided(2, "2", "admit"),
        decided(3, "3", "admit"),
        told(4, kinds.ENTRY_VOIDED, {"voids": [1, 3], "visit": "3", "reason": "operator"}),
    ]
    assert recount(within(entries, 2_000))["people_in"] == 1


def test_a_line_from_paper_counts_at_the_time_on_the_paper() -> None:
    late = decided(9, "1", "admit", source="paper", observed_at_ms=1_000)
    assert recount(within([late], 0))["paper_in"] == 1
    assert recount(within([late], 2_000))["people_in"] == 0


def test_somebody_measured_again_is_counted_in_both() -> None:
    found = recount([decided(1, "1", "retake"), decided(2, "1", "retake"), decided(3, "1", "refer", reason="fever")])
    assert found["visits"] == {"admit": 0, "retake": 1, "refer": 1, "deny": 0}
    assert (found["refer_fever"], found["refer_community"]) == (1, 0)


def test_a_worker_who_left_is_not_inside_any_more_and_a_resident_never_is_an_outsider() -> None:
    worker, other = {"pass": "aa", "masked": "马**"}, {"pass": "bb", "masked": "李**"}
    came = [
        decided(1, "1", "admit", **{"class": "worker"}, personal=worker),
        decided(2, "2", "admit", **{"class": "official"}, personal=other),
        decided(3, "3", "admit", personal={"resident": "r"}),
    ]
    assert recount(came)["outsiders_inside"] == 2
    left = decided(4, "4", "admit", **{"class": "worker"}, direction="out", personal=worker)
    assert recount([*came, left])["outsiders_inside"] == 1


def test_vehicles_and_emergencies_are_counted_where_they_pass() -> None:
    crew = decided(1, "1", "admit", **{"class": "emergency"}, people=3, vehicle="emergency")
    refused = decided(2, "2", "refer", vehicle="private")
    on_foot = decided(3, "3", "admit", vehicle="none", direction="out")
    found = recount([crew, refused, on_foot])
    assert (found["vehicles_in"], found["vehicles_out"], found["emergency_in"]) == (1, 0, 3)
