"""The office's keys end by their dates: by a clock that is known, else by what a root's signature says of the time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from station import kinds
from station.office.office import LOOK_EVERY_MS
from station.wire.keyring import KeyRecord, Purpose
from station.wire.order import sign_order
from station.wire.receipt import sign_receipt
from tests.station.storyboard import MORNING_MS
from tests.station.test_office import NEXT, ORDER, RECEIPT, ROOT, Gate, keys_order, policy_order, receipt, record

HOUR_MS = 3_600_000


def between(held: KeyRecord, begins_ms: int, ends_ms: int) -> KeyRecord:
    return replace(held, not_before_ms=begins_ms, not_after_ms=ends_ms)


def gate_with(folder: Path, begins_ms: int, ends_ms: int) -> Gate:
    """A gate whose office's order and receipt keys hold between two times; its keys were signed at MORNING_MS."""
    gate = Gate(folder)
    gate.give(keys_order(1, [between(record(Purpose.ORDER, ORDER), begins_ms, ends_ms)]), ROOT)
    both = (record(Purpose.ORDER, ORDER), record(Purpose.RECEIPT, RECEIPT))
    gate.give(keys_order(2, [between(one, begins_ms, ends_ms) for one in both]), ROOT)
    return gate


def look(gate: Gate, clock_ms: int | None) -> list[str]:
    """What is written about what lies in the folder, as the codes of the refusals or the kinds."""
    gate.now_ms += LOOK_EVERY_MS
    drafts = gate.office.ticked(gate.now_ms, clock_ms)
    return [draft.facts.get("code", draft.kind) for draft in drafts]


def offer(gate: Gate, clock_ms: int | None) -> list[str]:
    gate.drop("order-policy-000000000001.doc", sign_order(policy_order(), ORDER))
    return look(gate, clock_ms)


@pytest.mark.parametrize("after_ms", [0, HOUR_MS])
def test_an_order_is_taken_while_its_key_holds(tmp_path: Path, after_ms: int) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    assert offer(gate, MORNING_MS + after_ms) == [kinds.ORDER_APPLIED]


def test_an_order_is_refused_once_its_key_has_ended_and_the_screen_says_so(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    assert offer(gate, MORNING_MS + HOUR_MS + 1) == ["key_over"]
    assert gate.office.refused_order
    # what was in force stays, and the next keys order, which the root signs, opens the way again
    fresh = between(record(Purpose.ORDER, NEXT), MORNING_MS, MORNING_MS + 9 * HOUR_MS)
    gate.drop("order-keys-000000000003.doc", sign_order(keys_order(3, [fresh]), ROOT))
    assert look(gate, MORNING_MS + HOUR_MS + 1) == [kinds.ORDER_APPLIED]


def test_a_receipt_of_a_key_that_has_ended_counts_for_nothing(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    gate.drop("receipt-5.doc", sign_receipt(receipt(), RECEIPT))
    look(gate, MORNING_MS + HOUR_MS + 1)
    assert gate.heard == []
    gate.drop("receipt-5.doc", sign_receipt(receipt(), RECEIPT))
    look(gate, MORNING_MS + HOUR_MS)
    assert len(gate.heard) == 1


def test_a_gate_without_a_clock_goes_on(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    assert offer(gate, None) == [kinds.ORDER_APPLIED]


def test_without_a_clock_a_key_that_ended_before_the_root_signed_opens_nothing(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, 0, MORNING_MS - 1)
    assert offer(gate, None) == ["key_over"]


def test_a_slow_clock_keeps_no_fresh_key_out(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    assert offer(gate, MORNING_MS - 24 * HOUR_MS) == [kinds.ORDER_APPLIED]


def test_an_order_whose_key_begins_later_waits_for_it(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS + HOUR_MS, MORNING_MS + 2 * HOUR_MS)
    assert offer(gate, MORNING_MS) == []
    assert gate.files() == ["order-policy-000000000001.doc"]
    assert look(gate, MORNING_MS + HOUR_MS) == [kinds.ORDER_APPLIED]


def test_a_forged_order_is_never_called_late(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    gate.drop("order-policy-000000000001.doc", sign_order(policy_order(), NEXT))
    assert look(gate, MORNING_MS + 2 * HOUR_MS) == ["signature"]


def test_what_is_in_force_survives_the_end_of_its_key(tmp_path: Path) -> None:
    gate = gate_with(tmp_path, MORNING_MS, MORNING_MS + HOUR_MS)
    offer(gate, MORNING_MS)
    regime = gate.office.policy.regime
    gate.start(gate.journaled())
    look(gate, MORNING_MS + 2 * HOUR_MS)
    assert gate.office.policy.regime == regime
    assert not gate.office.refused_order
