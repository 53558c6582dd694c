"""Who is where is kept as entries come in, whatever their order, and found a page at a time, on either database."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from station.wire.entry import commit_personal, encode_header, parse_header
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.forget import forget
from sync.hub.intake.ingest import ingest
from sync.hub.people.people import PAGE, Which, count_people, list_people
from tests.sync.chain import MORNING_MS, SALT, Chain, key, visit
from tests.sync.full_hub import MINUTE_MS, person

ZONE = ZoneInfo("Asia/Shanghai")
GATES = ("east", "west")


def west() -> Chain:
    return Chain("west", private=key(2))


def send(store: Store, chain: Chain, first: int = 1, last: int | None = None) -> None:
    store.make_room(MORNING_MS // DAY_MS)
    ingest(store, chain.station, chain.batch(first, last), MORNING_MS, ZONE)


def names(store: Store, which: Which, sought: str = "", now_ms: int = MORNING_MS) -> list[str]:
    with store.reading() as connection:
        return [each.masked for each in list_people(connection, GATES, now_ms, which, sought).rows]


def out(chain: Chain, name: str, at_ms: int = MORNING_MS, **more: object) -> Chain:
    return chain.add(facts=visit(direction="out"), personal=person(name, **more), at_ms=at_ms)


def back(chain: Chain, name: str, at_ms: int = MORNING_MS, **more: object) -> Chain:
    return chain.add(facts=visit(direction="in"), personal=person(name, **more), at_ms=at_ms)


def test_who_left_by_one_gate_and_came_back_by_another_is_inside(store: Store) -> None:
    send(store, back(west(), "李**", MORNING_MS - MINUTE_MS))
    send(store, out(Chain(), "李**", MORNING_MS - 5 * MINUTE_MS, minutes_out=1))
    assert (names(store, Which.OVERDUE), names(store, Which.INSIDE)) == ([], ["李**"])
    with store.reading() as connection:
        # by what the first gate saw alone, they are out
        assert count_people(connection, ("east",), MORNING_MS).overdue == 1


@pytest.mark.parametrize("order", list(itertools.permutations([(2, 2), (3, 3), (4, 4)])), ids=str)
def test_the_order_in_which_entries_come_makes_no_difference(store: Store, order: list[tuple[int, int]]) -> None:
    chain = out(back(out(Chain(), "李**", MORNING_MS - 9), "李**", MORNING_MS - 5), "李**", MORNING_MS - 1)
    send(store, chain, 1, 1)
    for first, last in order:
        send(store, chain, first, last)
    assert (names(store, Which.OUT), names(store, Which.INSIDE)) == (["李**"], [])


def test_a_passage_that_was_voided_never_happened(store: Store) -> None:
    chain = back(out(Chain(), "李**", MORNING_MS - 9), "李**", MORNING_MS - 5)
    send(store, chain)
    assert names(store, Which.OUT) == []
    chain.add("entry.voided", {"voids": [chain.epoch, 3], "visit": "3", "reason": "undo"})
    send(store, chain, 4)
    assert names(store, Which.OUT) == ["李**"]
    chain.add("entry.voided", {"voids": [chain.epoch, 2], "visit": "2", "reason": "undo"})
    send(store, chain, 5)
    assert (names(store, Which.OUT), names(store, Which.INSIDE)) == ([], [])


def test_a_void_that_comes_before_what_it_voids_still_counts(store: Store) -> None:
    chain = out(Chain(), "李**")
    chain.add("entry.voided", {"voids": [chain.epoch, 2], "visit": "2", "reason": "undo"})
    send(store, chain, 1, 1)
    send(store, chain, 3)
    send(store, chain, 2, 2)
    assert names(store, Which.OUT) == []


def test_who_passes_without_a_name_is_counted_and_not_listed(store: Store) -> None:
    chain = Chain().add(facts=visit(people=4)).add(facts=visit("deny")).grow(1)
    send(store, chain)
    with store.reading() as connection:
        counted = count_people(connection, GATES, MORNING_MS)
    assert (counted.nameless, counted.residents_in, counted.visitors) == (5, 0, 0)
    chain.add("entry.voided", {"voids": [chain.epoch, 2], "visit": "2", "reason": "undo"})
    send(store, chain, 5)
    with store.reading() as connection:
        assert count_people(connection, GATES, MORNING_MS).nameless == 1


def test_a_list_is_turned_page_by_page_and_searched_by_any_word(store: Store) -> None:
    chain = Chain()
    for number in range(PAGE + 3):
        where = {"place": f"9-1-{number:03d}", "last4": f"{number:04d}", "resident": f"r{number}"}
        out(chain, "王**", MORNING_MS - PAGE * MINUTE_MS + number, **where)
    out(chain, "100%_李*", MORNING_MS, resident="li")
    send(store, chain)
    with store.reading() as connection:
        first, second, beyond = (list_people(connection, GATES, MORNING_MS, Which.OUT, "", page) for page in (1, 2, 99))
    assert (first.count, first.pages, len(first.rows), len(second.rows)) == (PAGE + 4, 2, PAGE, 4)
    assert (first.rows[0].place, beyond.page, beyond.rows) == ("9-1-000", 2, second.rows)
    assert names(store, Which.OUT, "9-1-017 0017") == ["王**"]
    # what a pattern would be is a word like any other
    assert names(store, Which.OUT, "%_李") == ["100%_李*"]
    assert names(store, Which.OUT, "' OR 1=1") == []


def test_nobody_is_kept_longer_than_they_are_looked_for(store: Store) -> None:
    send(store, back(out(Chain(), "李**", MORNING_MS - 4 * DAY_MS), "王**", MORNING_MS - 2 * DAY_MS))
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT masked FROM person").scalars().all() == ["王**"]
    forget(store, MORNING_MS + 2 * DAY_MS, 30)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 0


@pytest.mark.parametrize(
    "more",
    [
        {"masked": 7},
        {"masked": "李\x00"},
        {"masked": "\ud800"},
        {"place": ["3-2-501"]},
        {"resident": "r" * 10_000},
        {"minutes_out": 10**15},
        {"minutes_out": "soon"},
        {"class": ["resident"]},
    ],
    ids=str,
)
def test_what_no_gate_writes_breaks_nothing_and_is_nobody(store: Store, more: dict[str, object]) -> None:
    source = json.dumps({**person("李**"), **more}).encode()
    chain = Chain()
    header = encode_header(
        replace(
            parse_header(Chain().add(facts=visit(direction="out"), personal=person("李**")).entries[1].header),
            personal_c=commit_personal(source, SALT),
        )
    )
    chain.add_raw(header, source, SALT)
    out(chain, "王**")
    store.make_room(MORNING_MS // DAY_MS)
    assert ingest(store, "east", chain.batch(), MORNING_MS, ZONE).contiguous_seq == 3
    assert names(store, Which.OUT) == ["王**"]
    with store.reading() as connection:
        assert count_people(connection, GATES, MORNING_MS).nameless == 1
