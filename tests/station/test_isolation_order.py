"""What an order about isolation says of how many people it is about, and what notices it leaves alone."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from station.notebook.isolation import Isolated
from station.register import Register
from station.roster.content import encode_snapshot
from station.roster.isolation import Row, StatusKind, StatusRow, encode_isolation
from station.roster.notices import Notice, encode_notices
from station.wire.order import Order, OrderKind, sign_order
from tests.station.storyboard import MORNING_MS
from tests.station.test_office import ORDER, ROOT, Gate, keys_order
from tests.station.test_office_lists import LI, QIAN, WU, ZHOU


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path)
    made.give(keys_order(), ROOT)
    applied(made, OrderKind.ROSTER, 1, encode_snapshot([LI, QIAN, WU, ZHOU]))
    return made


def applied(gate: Gate, kind: OrderKind, number: int, content: bytes) -> list[dict[str, object]]:
    """The facts of what was written when the order came into force."""
    gate.drop(
        f"order-{kind}-{number:012d}.doc", sign_order(Order(kind, number, ("*",), "office", MORNING_MS, content), ORDER)
    )
    drafts = gate.look()
    deadline = time.monotonic() + 10
    while gate.files() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
        drafts += gate.look()
    return [dict(draft.facts) for draft in drafts]


def isolate(gate: Gate, number: int, *rows: Row) -> dict[str, object]:
    (facts,) = applied(gate, OrderKind.ISOLATION, number, encode_isolation(rows))
    return {name: facts.get(name) for name in ("under_care", "new", "released")}


def test_the_entry_counts_who_is_under_care_new_and_released(gate: Gate) -> None:
    zhou, wu = StatusRow(StatusKind.ISOLATION, person="r5"), StatusRow(StatusKind.ISOLATION, household="5-1-301")
    watched = StatusRow(StatusKind.SELF_MONITORING, person="r1")
    assert isolate(gate, 1, zhou, wu, watched) == {"under_care": 2, "new": 2, "released": 0}
    assert isolate(gate, 2, wu, StatusRow(StatusKind.ISOLATION, person="r2")) == {
        "under_care": 2,
        "new": 1,
        "released": 1,
    }
    assert isolate(gate, 3) == {"under_care": 0, "new": 0, "released": 2}
    assert gate.office.lists.isolated == ()


def test_another_order_says_nothing_of_isolation(gate: Gate) -> None:
    (facts,) = applied(gate, OrderKind.NOTICES, 1, encode_notices([Notice("n1", {"en": "Tests tonight"})]))
    assert set(facts) == {"kind", "number", "sha256"}
    gate.look()
    assert gate.office.lists.bulletins == ((("en", "Tests tonight"),),)


def test_everybody_of_a_household_is_listed_masked_and_an_unknown_one_once(tmp_path: Path) -> None:
    with Register(tmp_path / "register.db") as register:
        roster = encode_snapshot([WU, ZHOU])
        register.apply(Order(OrderKind.ROSTER, 1, ("*",), "office", 1, roster), 1)
        rows = [
            StatusRow(StatusKind.ISOLATION, household="5-1-301"),
            StatusRow(StatusKind.ISOLATION, person="r4"),
            StatusRow(StatusKind.ISOLATION, household="9-1-909"),
            StatusRow(StatusKind.TRAVEL, person="r5"),
        ]
        register.apply(Order(OrderKind.ISOLATION, 1, ("*",), "office", 1, encode_isolation(rows)), 1)
        found = {one.subject: one for one in register.isolated()}
    assert found["r4"] == Isolated("r4", "吴**", "4444")
    assert set(found) == {"r4", "9-1-909"}
    assert found["9-1-909"].masked == ""
