"""What the office did with a gate's fever cases: a snapshot that is taken whole, survives a restart, or is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from station import kinds
from station.wire.canonical import canonical, parse
from station.wire.case_order import MAX_CASES, MAX_WHO, Handled, encode_cases, parse_cases
from station.wire.errors import WireError
from station.wire.order import Order, OrderKind
from tests.station.storyboard import MORNING_MS
from tests.station.test_office import NEXT, ROOT, Gate, keys_order

TAKEN = Handled("77", "wang", MORNING_MS)
CLOSED = Handled("77", "wang", MORNING_MS, "manager", MORNING_MS + 60_000)


def order(number: int = 1, *handled: Handled, station: str = "east", audience: str = "east") -> Order:
    return Order(OrderKind.CASE, number, (audience,), "office", MORNING_MS, encode_cases(station, handled))


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path)
    made.give(keys_order(), ROOT)
    return made


def codes(gate: Gate, given: Order, **how: Any) -> list[str]:
    return [draft.facts.get("code", draft.kind) for draft in gate.give(given, **how)]


def test_it_is_taken_and_survives_a_restart(gate: Gate) -> None:
    assert codes(gate, order(1, TAKEN)) == [kinds.ORDER_APPLIED]
    assert codes(gate, order(2, CLOSED, Handled("8"))) == [kinds.ORDER_APPLIED]
    assert gate.start(gate.journaled()) == []
    assert gate.office.handled == {"77": CLOSED, "8": Handled("8")}


def test_it_is_refused_as_other_orders_are(gate: Gate) -> None:
    codes(gate, order(5, TAKEN))
    assert codes(gate, order(4, CLOSED)) == ["order_old"]
    assert codes(gate, order(6, CLOSED), key=NEXT) == ["signature"]
    assert codes(gate, order(7, CLOSED, audience="west")) == ["order_other_station"]
    assert codes(gate, order(8, CLOSED, station="west")) == ["wire"]
    assert gate.office.handled == {"77": TAKEN}


@pytest.mark.parametrize(
    "change",
    [
        {"case": "7a"},
        {"case": 7},
        {"assigned": "x" * (MAX_WHO + 1)},
        {"closed_by": "a\nb"},
        {"assigned_ms": -1},
        {"closed_ms": "1"},
        {"reason": "说不出"},
    ],
)
def test_a_word_that_makes_no_sense_is_refused_whole(change: dict[str, Any]) -> None:
    body = parse(encode_cases("east", [TAKEN, Handled("8")]))
    body["cases"][1] |= change
    with pytest.raises(WireError, match=r"cases\[1\]"):
        parse_cases(canonical(body), "east")


def test_a_list_without_end_is_refused() -> None:
    with pytest.raises(WireError, match="at most"):
        parse_cases(encode_cases("east", [Handled(str(n)) for n in range(MAX_CASES + 1)]), "east")
