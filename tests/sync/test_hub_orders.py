from __future__ import annotations

from typing import Any

import pytest

from station.wire.order import OrderKind
from sync.answer import MAX_LISTED
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.gates.stations import enrol, heard, revoke, station_of
from sync.hub.office.orders import newer_orders, order_document, publish
from tests.sync.chain import MORNING_MS, key, public


def issue(store: Store, kind: OrderKind, *audience: str, base: int | None = None) -> int:
    with store.writing() as connection:
        order = publish(connection, kind, b"x", audience or ("*",), "office", key(7), MORNING_MS, base)
    return order.number


def needed(store: Store, have: dict[str, int] | None = None, station: str = "east") -> list[tuple[str, int]]:
    with store.reading() as connection:
        listed: list[dict[str, Any]] = newer_orders(connection, station, have or {})
    return [(each["kind"], each["number"]) for each in listed]


def test_numbers_grow_within_a_kind(store: Store) -> None:
    assert [issue(store, OrderKind.POLICY) for _ in range(3)] == [1, 2, 3]
    assert issue(store, OrderKind.NOTICES) == 1


def test_of_a_snapshot_only_the_newest_that_is_for_us(store: Store) -> None:
    for audience in ("*", "east", "west"):
        issue(store, OrderKind.POLICY, audience)
    assert needed(store) == [("policy", 2)]
    assert needed(store, station="west") == [("policy", 3)]
    assert needed(store, {"policy": 2}) == []


def test_of_a_roster_everything_since_its_newest_snapshot(store: Store) -> None:
    issue(store, OrderKind.ROSTER)
    issue(store, OrderKind.ROSTER, base=1)
    assert needed(store) == [("roster", 1), ("roster", 2)]
    issue(store, OrderKind.ROSTER)
    issue(store, OrderKind.ROSTER, base=3)
    assert needed(store) == [("roster", 3), ("roster", 4)]
    assert needed(store, {"roster": 3}) == [("roster", 4)]


def test_of_what_the_office_did_with_passes_everything(store: Store) -> None:
    for _ in range(3):
        issue(store, OrderKind.PASS_STATE)
    assert needed(store, {OrderKind.PASS_STATE: 1}) == [("pass-state", 2), ("pass-state", 3)]


def test_keys_come_before_what_they_verify_and_a_list_is_bounded(store: Store) -> None:
    for _ in range(MAX_LISTED + 5):
        issue(store, OrderKind.PASS_STATE)
    issue(store, OrderKind.KEYS)
    listed = needed(store)
    assert (listed[0], len(listed)) == (("keys", 1), MAX_LISTED)
    # the rest comes with the next question
    assert listed[-1] == ("pass-state", MAX_LISTED - 1)


def test_an_order_for_another_gate_is_not_given(store: Store) -> None:
    issue(store, OrderKind.POLICY, "west")
    with store.reading() as connection:
        assert order_document(connection, "east", "policy", 1) is None
        assert order_document(connection, "west", "policy", 1) is not None


def test_a_token_is_of_one_gate_until_it_is_revoked_or_replaced(store: Store) -> None:
    with store.writing() as connection:
        first = enrol(connection, "east", "东门", "", public(key(1)), MORNING_MS)
        second = enrol(connection, "east", "东门", "", public(key(1)), MORNING_MS)
    with store.reading() as connection:
        assert station_of(connection, first) is None
        known = station_of(connection, second)
    assert known is not None
    assert (known.id, known.last_word_ms, known.unsent) == ("east", None, None)
    with store.writing() as connection:
        heard(connection, "east", 5, 12)
        heard(connection, "east", 6, None)
    with store.reading() as connection:
        known = station_of(connection, second)
    assert known is not None
    assert (known.last_word_ms, known.unsent) == (6, 12)
    with store.writing() as connection:
        assert revoke(connection, "east")
        assert not revoke(connection, "north")
    with store.reading() as connection:
        assert station_of(connection, second) is None


@pytest.mark.parametrize(
    ("station", "public_key"), [("", bytes(32)), ("东门", bytes(32)), ("a b", bytes(32)), ("east", bytes(31))]
)
def test_who_cannot_be_enrolled(store: Store, station: str, public_key: bytes) -> None:
    with pytest.raises(HubFault), store.writing() as connection:
        enrol(connection, station, "门", "", public_key, MORNING_MS)
