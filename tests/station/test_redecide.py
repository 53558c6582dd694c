"""Every decision in a journal is reproduced from its stored facts and its policy."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import kinds
from station.cli import cli
from station.facts import HealthCode
from station.journal.draft import Draft
from station.journal.reader import JournalReader
from station.journal.redecide import MAX_TOLD, at_hand, redecide, redecide_all, shipped
from station.lane.action import Act
from station.policy.file import parse_policy
from station.wire.order import Order, OrderKind, sign_order
from tests.station.journal_kit import journal_at
from tests.station.storyboard import LOW, Day, day, isolated, resident, stranger, worker

#: The same rules with another line, as the office might have sent them.
LOW_TEXT = resources.files("station").joinpath("regimes/low.toml").read_text("utf-8")
STRICT_TEXT = LOW_TEXT.replace("high = 37.3 ", "high = 37.0 ")
STRICT = replace(parse_policy(STRICT_TEXT), number=9)


def busy_day(policy: Any = LOW) -> Day:
    """People of every kind with temperatures of every kind, and keys of every kind."""
    story, lots = day("busy", policy), random.Random(3)
    for number in range(120):
        one = lots.choice(
            [resident(f"p{number}"), resident(f"q{number}"), worker(f"w{number}"), stranger(f"s{number}"), isolated]
        )
        story.shows(one)
        if lots.random() < 0.2 and story.lane.visit is not None:
            story.lane.visit = replace(story.lane.visit, health_code=lots.choice(list(HealthCode)))
        more = lots.choices((0, 1.3, 1.8, -3.2), (72, 20, 4, 4))[0]
        story.reads(round(lots.gauss(35.9, 0.2) + more, 1))
        for chip in list(story.lane.waiting):
            story.presses(Act.RESUME, waiting=chip)
            if lots.random() < 0.5:
                story.presses(Act.BY_HAND, centi_celsius=str(lots.randint(3600, 3900)), site="contact")
            else:
                story.reads(round(lots.gauss(35.9, 0.2) + more, 1))
        story.waits(130)
        if number % 20 == 0:
            story.presses(Act.EMERGENCY, people="2")
    return story


def kept(folder: Path, story: Day) -> Path:
    journal = journal_at(folder)
    for _, draft in story.disk.entries:
        journal.append(draft)
    journal.close()
    return folder / "journal.db"


def test_every_decision_of_a_day_is_reproduced_from_its_stored_facts_and_policy(tmp_path: Path) -> None:
    story = busy_day()
    decided = story.recorded(kinds.VISIT_DECIDED)
    assert {draft.facts["rule"] for draft in decided} >= {
        "emergency", "high-first", "baseline-again", "baseline-check", "fever-contact", "cold", "resident"
    }  # fmt: skip
    found = redecide_all(JournalReader(kept(tmp_path, story)), at_hand(shipped()))
    assert (found.decisions, found.alike, found.differ, found.missing) == (len(decided), len(decided), 0, {})


def test_a_decision_that_does_not_follow_is_told() -> None:
    policies = at_hand(shipped())
    facts = day("one").shows(resident("a")).reads(36.4).recorded(kinds.VISIT_DECIDED)[-1].facts
    assert redecide(facts, policies) == ""
    assert redecide({**facts, "outcome": "deny"}, policies) == "was deny by resident, is admit by resident"
    hotter = {**facts, "used": {**facts["used"], "centi_celsius": 3800}}
    assert redecide(hotter, policies) == "was admit by resident, is retake by high-first"
    broken = {**facts, "used": {**facts["used"], "person": "ghost"}}
    assert "cannot be read" in (redecide(broken, policies) or "")
    assert redecide({**facts, "policy_sha256": "ab" * 32}, policies) is None


def test_differences_without_end_are_counted_and_not_all_told(tmp_path: Path) -> None:
    facts = day("one").shows(resident("a")).reads(36.4).recorded(kinds.VISIT_DECIDED)[-1].facts
    journal = journal_at(tmp_path)
    for _ in range(MAX_TOLD + 5):
        journal.append(Draft(kinds.VISIT_DECIDED, {**facts, "reason": "other"}))
    journal.close()
    found = redecide_all(JournalReader(tmp_path / "journal.db"), at_hand(shipped()))
    assert (found.differ, len(found.differing)) == (MAX_TOLD + 5, MAX_TOLD)


@pytest.mark.parametrize("how", ["named", "order named", "beside"])
def test_the_command_says_whose_policy_is_not_at_hand_and_takes_it(tmp_path: Path, how: str) -> None:
    file = kept(tmp_path, busy_day(STRICT))
    out = tmp_path / "out.json"

    def verify(*more: str | Path) -> dict[str, Any]:
        done = CliRunner().invoke(
            cli, ["journal", "verify", str(file), "--decisions", "--json", str(out), *map(str, more)]
        )
        assert done.exit_code == 0, done.output
        assert ("is not at hand" in done.output) == bool(json.loads(out.read_text())["decisions"]["missing"])
        found: dict[str, Any] = json.loads(out.read_text())["decisions"]
        return found

    without = verify()
    assert without["missing"] == {STRICT.sha256: without["decisions"]}
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    order = sign_order(Order(OrderKind.POLICY, 9, ("*",), "office", 0, STRICT_TEXT.encode()), key)
    (tmp_path / "old.toml").write_text(STRICT_TEXT, encoding="utf-8")
    (tmp_path / "old.doc").write_bytes(order)
    (tmp_path / "applied").mkdir()
    if how == "beside":
        (tmp_path / "applied" / "policy.doc").write_bytes(order)
        found = verify()
    else:
        found = verify("--policy", tmp_path / ("old.toml" if how == "named" else "old.doc"))
    assert (found["alike"], found["missing"]) == (without["decisions"], {})


def test_a_journal_with_a_decision_that_does_not_follow_is_not_passed(tmp_path: Path) -> None:
    facts = day("one").shows(resident("a")).reads(36.4).recorded(kinds.VISIT_DECIDED)[-1].facts
    journal = journal_at(tmp_path)
    journal.append(Draft(kinds.VISIT_DECIDED, {**facts, "outcome": "deny"}))
    journal.close()
    done = CliRunner().invoke(cli, ["journal", "verify", str(tmp_path / "journal.db"), "--decisions"])
    assert done.exit_code == 1
    assert "DIFFERS" in done.output
    assert "sound" in CliRunner().invoke(cli, ["journal", "verify", str(tmp_path / "journal.db")]).output
