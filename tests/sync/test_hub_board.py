"""What the office sees, computed from the entries that gates sent."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from station.wire.entry import ClockState
from sync.hub.board.board import SILENT_MS, Board, read_board
from sync.hub.database.store import Store
from sync.hub.examination.meaning import Counts
from sync.hub.gates.stations import heard
from sync.hub.intake.gaps import missing
from sync.hub.intake.ingest import ingest
from tests.sync.chain import MORNING_MS, Chain, key, visit

ZONE = ZoneInfo("Asia/Shanghai")
HOUR_MS = 3_600_000


def take(store: Store, batch: bytes, station: str = "east") -> None:
    ingest(store, station, batch, MORNING_MS, ZONE)


def board(store: Store, now_ms: int = MORNING_MS) -> Board:
    with store.reading() as connection:
        return read_board(connection, now_ms, ZONE)


def test_a_hub_that_nobody_spoke_to_shows_its_gates(store: Store) -> None:
    shown = board(store)
    assert [(gate.name, gate.last_word_ms) for gate in shown.gates] == [("东门", None), ("西门", None)]
    assert (shown.total, shown.entries, shown.online) == (Counts(), 0, 0)


def test_people_are_counted_as_the_daily_report_counts_them(store: Store) -> None:
    chain = Chain()
    chain.add(facts=visit(people=4, readings=4))  # a family in
    chain.add(facts=visit(direction="out"))
    chain.add(facts=visit(readings=3))  # one person, measured three times
    chain.add(facts=visit("retake"))  # comes back in another entry
    chain.add(facts=visit("refer", readings=2))
    chain.add(facts=visit("deny", people=2))
    chain.add(facts=visit(people=3, readings=0))  # an ambulance
    chain.add("visit.left", {"people": 1, "readings": [1]})
    chain.add("waiting.left", {"visit": "v"})
    chain.add("goods.handed_over", {})
    take(store, chain.batch())
    expected = Counts(inward=8, outward=1, measured=10, turned_back=2, referred=1)
    assert board(store).total == expected
    assert board(store).gates[0].counts == expected
    assert board(store).hours[8] == 9
    assert sum(board(store).hours) == 9


def test_a_drill_is_practice_and_counts_nowhere(store: Store) -> None:
    chain = Chain().add(facts=visit())
    chain.add(facts=visit() | {"drill": True})
    chain.add("case.opened", {"case": "9", "cause": "fever", "drill": True})
    chain.add("case.step", {"case": "9", "step": "answered", "ends": False, "drill": True})
    take(store, chain.batch())
    shown = board(store)
    assert (shown.total.inward, shown.entries) == (1, 5)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM fever").scalar() == 0


def test_days_begin_at_midnight_where_the_hub_is(store: Store) -> None:
    chain = Chain()
    chain.add(at_ms=MORNING_MS - 8 * HOUR_MS)
    chain.add(at_ms=MORNING_MS - 8 * HOUR_MS - 1)
    chain.add(at_ms=MORNING_MS + 16 * HOUR_MS - 1)
    chain.add(at_ms=MORNING_MS + 16 * HOUR_MS)
    take(store, chain.batch())
    assert board(store).total.inward == 2
    assert board(store, MORNING_MS - 24 * HOUR_MS).total.inward == 1
    assert board(store).day == 20201122


@pytest.mark.parametrize("other", [{"clock": ClockState.UNKNOWN}, {"at_ms": 2**63 - 1}])
def test_who_passed_while_the_clock_was_unknown_belongs_to_no_day(store: Store, other: dict[str, Any]) -> None:
    take(store, Chain().add(**other).add().batch())
    assert (board(store).total.inward, board(store).gates[0].undated) == (1, 1)


def test_a_voided_visit_does_not_count(store: Store) -> None:
    chain = Chain().grow(3)
    chain.add("entry.voided", {"voids": [chain.epoch, 3]}).add("entry.voided", {"voids": [chain.epoch, 3]})
    take(store, chain.batch())
    assert board(store).total.inward == 2


def test_a_void_that_overtakes_what_it_voids_counts_the_same(store: Store) -> None:
    chain = Chain().grow(5)
    chain.add("entry.voided", {"voids": [chain.epoch, 3]})
    take(store, chain.batch(7))
    take(store, chain.batch(1, 6))
    assert board(store).total.inward == 4


def test_cases_are_open_until_a_step_ends_them(store: Store) -> None:
    chain = Chain()
    chain.add("case.opened", {"case": "a", "cause": "fever"}, personal={"masked": "徐*"})
    chain.add("case.opened", {"case": "b", "cause": "fever"}, at_ms=MORNING_MS + 1)
    chain.add("case.step", {"case": "a", "step": "answered", "ends": False})
    chain.add("case.step", {"case": "b", "step": "ruled_out", "ends": True})
    take(store, chain.batch())
    (fever,) = board(store).fevers
    assert (fever.case, fever.gate, fever.masked, fever.step) == ("a", "东门", "徐*", "answered")
    assert board(store).open_fevers == 1


@pytest.mark.parametrize("order", [[1, 2, 3, 4], [4, 3, 2, 1], [3, 1, 4, 2]])
def test_the_order_of_arrival_makes_no_difference_to_a_case(store: Store, order: list[int]) -> None:
    chain = Chain()
    chain.add("case.opened", {"case": "a", "cause": "fever"}, personal={"masked": "徐*"})
    chain.add("case.step", {"case": "a", "step": "answered", "ends": False})
    chain.add("case.step", {"case": "a", "step": "observed", "ends": False})
    for seq in order:
        take(store, chain.batch(seq, seq))
    (fever,) = board(store).fevers
    assert (fever.masked, fever.cause, fever.step, fever.opened_ms) == ("徐*", "fever", "observed", MORNING_MS)


@pytest.mark.parametrize("personal", [{"masked": 7}, {"name": "李建国"}, {"masked": "李" * 500}])
def test_only_a_masked_name_is_shown(store: Store, personal: dict[str, Any]) -> None:
    take(store, Chain().add("case.opened", {"case": "a", "cause": "fever"}, personal=personal).batch())
    masked = board(store).fevers[0].masked
    assert masked in ("", "李" * 20)


def test_a_silent_gate_is_not_shown_as_if_it_spoke(store: Store) -> None:
    take(store, Chain().grow(2).batch())
    assert [gate.online for gate in board(store).gates] == [False, False]
    with store.writing() as connection:
        heard(connection, "east", MORNING_MS, 12)
    (east, west) = board(store, MORNING_MS + SILENT_MS).gates
    assert (east.online, east.unsent, west.online, west.last_word_ms) == (True, 12, False, None)
    assert not board(store, MORNING_MS + SILENT_MS + 1).gates[0].online
    assert board(store).unsent == 12


@pytest.mark.parametrize(
    ("contiguous", "waiting", "expected"),
    [
        (0, [], []),
        (5, [6, 7], []),
        (1041, [1050], [(1042, 1049)]),
        (3, [5, 6, 9], [(4, 4), (7, 8)]),
    ],
)
def test_missing_ranges(contiguous: int, waiting: list[int], expected: list[tuple[int, int]]) -> None:
    assert missing(contiguous, waiting) == expected


def test_a_gap_is_named_and_goes_away(store: Store) -> None:
    chain = Chain().grow(9)
    take(store, chain.batch(1, 4))
    take(store, chain.batch(8, 8))
    (gap,) = board(store).gaps
    assert (gap.gate, gap.first, gap.last) == ("东门", 5, 7)
    assert board(store).entries == 5
    take(store, chain.batch(5))
    assert board(store).gaps == ()
    assert board(store).entries == 10


def test_the_end_of_an_old_chain_that_never_came_is_a_gap(store: Store) -> None:
    old = Chain().grow(9)
    take(store, old.batch(1, 6))
    take(store, Chain(epoch=2 << 32, previous=old).batch())
    (gap,) = board(store).gaps
    assert (gap.first, gap.last) == (7, None)
    take(store, old.batch(7))
    assert board(store).gaps == ()


def test_an_old_chain_that_ended_in_a_fork_is_no_gap(store: Store) -> None:
    ours = Chain().grow(5)
    copy = ours.branch(3).add(facts=visit("deny")).grow(1)
    take(store, ours.batch())
    take(store, copy.batch(4))
    take(store, Chain(epoch=2 << 32, previous=copy).batch())
    assert board(store).gaps == ()
    (fork,) = board(store).forks
    assert (fork.gate, fork.first, fork.count) == ("东门", 4, 2)


def test_what_was_set_aside_is_named(store: Store) -> None:
    take(store, Chain("west", private=key(2)).grow(1).add_raw(b"?").add_raw(b"?").batch(), "west")
    (aside,) = board(store).quarantined
    assert (aside.gate, aside.first, aside.count) == ("西门", 3, 2)
