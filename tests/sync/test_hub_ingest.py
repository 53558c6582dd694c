"""The rules by which a batch is taken in, against a real database; the first five are ingest's own promises."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select

from station.wire.entry import MAX_HEADER, Entry
from station.wire.receipt import Receipt
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.errors import HubBusy, Refusal
from sync.hub.gates.stations import enrol
from sync.hub.intake.ingest import ingest, receipt
from tests.sync.chain import EPOCH, MORNING_MS, Chain, key, public, visit
from tests.sync.conftest import NewPlace, create_known

ZONE = ZoneInfo("Asia/Shanghai")


def take(store: Store, batch: bytes, station: str = "east") -> Receipt:
    return ingest(store, station, batch, MORNING_MS, ZONE)


def held(store: Store, epoch: int = EPOCH, station: str = "east") -> Receipt:
    with store.reading() as connection:
        return receipt(connection, station, epoch, MORNING_MS)


def rows(store: Store, table: Table) -> list[Any]:
    with store.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def count(store: Store, table: Table) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def hashes(store: Store, table: Table = tables.entry) -> list[tuple[int, bytes]]:
    return [(row.seq, row.hash) for row in rows(store, table)]


def state(held: Receipt) -> tuple[int, int]:
    return held.contiguous_seq, held.highest_seq


def test_promise_1_what_was_answered_is_there_when_opened_again(store: Store) -> None:
    # What a kill between commit and answer does is in test_road.py.
    chain = Chain().grow(9)
    answered = take(store, chain.batch())
    assert (answered.contiguous_seq, answered.hash_at_contiguous_seq) == (10, chain.heads[10])
    again = take(store, chain.batch(1, 1))
    assert again == answered


# The fixture gives a new place for each example.
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_promise_2_any_order_and_any_repetition_leave_the_same_entries(
    new_place: NewPlace, data: st.DataObject
) -> None:
    chain = Chain().grow(5).add("case.opened", {"case": "c", "cause": "fever"}).grow(5)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(chain) - 1), max_size=4)))
    pieces = list(zip([0, *cuts], [*cuts, len(chain)], strict=True))
    order = data.draw(st.permutations(pieces + data.draw(st.lists(st.sampled_from(pieces), max_size=3))))
    store = create_known(new_place())
    for first, last in order:
        take(store, chain.batch(first + 1, last))
    assert hashes(store) == list(enumerate(chain.heads[1:], 1))
    assert state(held(store)) == (12, 12)
    assert count(store, tables.fork) == 0
    assert [row.inward for row in rows(store, tables.tally)] == [10]
    store.close()


def test_promise_3_the_same_entry_again_changes_nothing(store: Store) -> None:
    chain = Chain().grow(4)
    take(store, chain.batch())
    before = rows(store, tables.entry)
    assert state(take(store, chain.batch())) == (5, 5)
    assert rows(store, tables.entry) == before
    assert [row.inward for row in rows(store, tables.tally)] == [4]


def test_promise_3_a_fork_is_kept_on_both_sides(store: Store) -> None:
    ours = Chain().grow(9)
    copy = ours.branch(6).grow(1).add(facts=visit("refer"))
    take(store, ours.batch())
    answered = take(store, copy.batch(5))
    assert (answered.contiguous_seq, answered.hash_at_contiguous_seq) == (10, ours.heads[10])
    assert hashes(store) == list(enumerate(ours.heads[1:], 1))
    # seq 7 of both is the same visit at the same moment: the chains part at 8
    assert hashes(store, tables.fork) == [(8, copy.heads[8])]
    assert [row.header for row in rows(store, tables.fork)] == [copy.entries[7].header]


def test_promise_3_twin_only_the_hash_tells_a_fork_from_what_is_had(store: Store) -> None:
    ours = Chain().grow(3)
    take(store, ours.batch())
    take(store, ours.branch(3).grow(1).batch(4))
    assert count(store, tables.fork) == 0


def test_promise_3_a_fork_sent_again_is_kept_once(store: Store) -> None:
    ours = Chain().grow(3)
    copy = ours.branch(2).add(facts=visit("deny")).grow(2)
    take(store, ours.batch())
    for _ in range(2):
        take(store, copy.batch(2))
    take(store, copy.batch(4))
    assert hashes(store, tables.fork) == [(3, copy.heads[3]), (4, copy.heads[4]), (5, copy.heads[5])]
    (row,) = rows(store, tables.tally)
    assert (row.inward, row.turned_back) == (5, 1)


def test_a_fork_whose_beginning_never_came_is_no_continuation(store: Store) -> None:
    ours = Chain().grow(9)
    copy = ours.branch(5).add(facts=visit("deny")).grow(9)
    take(store, ours.batch())
    answered = take(store, copy.batch(11))
    assert state(answered) == (10, 10)
    assert hashes(store, tables.fork) == [(seq, copy.heads[seq]) for seq in range(11, 16)]


UNREADABLE: dict[str, Callable[[Chain], Chain]] = {
    "no JSON": lambda chain: chain.add_raw(b"\xff\x00 nonsense"),
    "empty": lambda chain: chain.add_raw(b""),
    "too long": lambda chain: chain.add_raw(b" " * (MAX_HEADER + 1)),
    "another version": lambda chain: chain.add(v=2),
    "another seq": lambda chain: chain.add(seq=99),
    "another station": lambda chain: chain.add(station="west"),
    "no facts of its kind": lambda chain: chain.add("visit.decided", {"outcome": "admit"}),
    "an outcome nobody knows": lambda chain: chain.add("visit.decided", visit("arrest")),
    "a crowd": lambda chain: chain.add("visit.decided", visit(people=10**6)),
    "a name that is none": lambda chain: chain.add("Visit\0Decided"),
    "a case without a name": lambda chain: chain.add("case.opened", {"cause": "fever"}),
    "a void of nothing": lambda chain: chain.add("entry.voided", {"voids": "all"}),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_promise_4_what_cannot_be_read_is_kept_counts_as_held_and_holds_nothing_up(store: Store, what: str) -> None:
    chain = UNREADABLE[what](Chain().grow(2)).grow(2)
    answered = take(store, chain.batch())
    assert (state(answered), answered.quarantined) == ((6, 6), (4,))
    assert rows(store, tables.entry)[3].header == chain.entries[3].header
    (aside,) = rows(store, tables.quarantine)
    assert aside.why
    assert [row.inward for row in rows(store, tables.tally)] == [4]
    # and again
    assert take(store, chain.batch()).quarantined == (4,)


def test_promise_4_nothing_readable_is_still_placed_by_the_chain(store: Store) -> None:
    chain = Chain().grow(2).add_raw(b"?").add_raw(b"!")
    take(store, chain.batch(1, 3))
    assert state(take(store, chain.batch(4))) == (5, 5)


def test_promise_4_a_kind_from_the_future_is_no_fault(store: Store) -> None:
    answered = take(store, Chain().add("drone.landed", {"height_cm": 12}).batch())
    assert (state(answered), answered.quarantined) == ((2, 2), ())


def forged(chain: Chain) -> bytes:
    """The same entries, signed by somebody else."""
    other = Chain("east", chain.epoch, key(9))
    return other.grow(len(chain) - 1).batch()


def flipped(source: bytes) -> bytes:
    framed = bytearray(zlib.decompress(source[4:]))
    framed[framed.index(b'"people":1') + 9] ^= 1
    return source[:4] + zlib.compress(bytes(framed))


def reordered(chain: Chain) -> bytes:
    other = chain.branch(len(chain))
    other.entries[2], other.entries[3] = other.entries[3], other.entries[2]
    return other.batch()


def with_one_left_out(chain: Chain) -> bytes:
    other = chain.branch(len(chain))
    del other.entries[2]
    return other.batch()


WRONG: dict[str, tuple[str, Callable[[Chain], bytes]]] = {
    "forged": ("signature", forged),
    "a bit flipped in a header": ("signature", lambda chain: flipped(chain.batch())),
    "the last signature is another's": (
        "signature",
        lambda chain: chain.batch(change=lambda entry: replace(entry, sig=bytes(64))),
    ),
    "entries in another order": ("signature", reordered),
    "one left out": ("signature", with_one_left_out),
    "another head before": ("signature", lambda chain: chain.batch(2, prev=bytes(32))),
    "shifted": ("place", lambda chain: chain.batch(2, first_seq=5)),
    "under another epoch": ("place", lambda chain: chain.batch(epoch=EPOCH + 1)),
    "a place beyond all numbers": ("place", lambda chain: chain.batch(first_seq=2**63 - 3)),
    "of another station": ("station", lambda chain: chain.batch(station="west")),
    "cut short": ("wire", lambda chain: chain.batch()[:-5]),
    "damaged": ("wire", lambda chain: chain.batch()[:40] + b"\0\0\0\0" + chain.batch()[44:]),
    "nothing": ("wire", lambda _: b""),
    "a bomb": ("wire", lambda _: b"STB1" + zlib.compress(bytes(64 * 1024 * 1024), 9)),
}


@pytest.mark.parametrize("what", WRONG)
def test_promise_5_nothing_is_kept_of_what_the_station_did_not_sign(store: Store, what: str) -> None:
    code, make = WRONG[what]
    chain = Chain().grow(3).add(facts=visit("deny")).grow(2)
    with pytest.raises(Refusal) as refused:
        take(store, make(chain))
    assert refused.value.code == code
    for table in (tables.entry, tables.epoch, tables.fork, tables.quarantine, tables.tally):
        assert count(store, table) == 0
    # the right batch is taken after all of that
    assert state(take(store, chain.batch())) == (7, 7)


def test_promise_5_twin_the_forgery_is_good_but_for_its_key(store: Store) -> None:
    chain = Chain().grow(3)
    with store.writing() as connection:
        enrol(connection, "east", "东门", "", public(key(9)), MORNING_MS)
    assert state(take(store, forged(chain))) == (4, 4)


def test_an_urgent_entry_overtakes_and_is_joined(store: Store) -> None:
    chain = Chain().grow(6).add("case.opened", {"case": "c", "cause": "fever"}).grow(2)
    take(store, chain.batch(1, 3))
    assert state(take(store, chain.batch(8, 8))) == (3, 8)
    assert count(store, tables.fever) == 1
    assert state(take(store, chain.batch(4, 6))) == (6, 8)
    answered = take(store, chain.batch(7, 7))
    assert (state(answered), answered.hash_at_contiguous_seq) == ((8, 8), chain.heads[8])
    assert state(take(store, chain.batch(8))) == (10, 10)
    assert count(store, tables.fever) == 1


def test_an_urgent_entry_may_be_the_first_word_of_a_gate(store: Store) -> None:
    chain = Chain().grow(3).add("case.opened", {"case": "c", "cause": "fever"})
    answered = take(store, chain.batch(5))
    assert (state(answered), answered.hash_at_contiguous_seq) == ((0, 5), None)
    assert state(take(store, chain.batch(1, 4))) == (5, 5)


def test_what_waited_beyond_the_gap_and_does_not_fit_becomes_the_fork(store: Store) -> None:
    ours = Chain().grow(9)
    copy = ours.branch(4).add(facts=visit("refer")).grow(5)
    take(store, ours.batch(1, 3))
    take(store, copy.batch(8, 8))
    answered = take(store, ours.batch(4, 7))
    # 8 of the copy does not continue 7 of ours
    assert state(answered) == (7, 7)
    assert hashes(store, tables.fork) == [(8, copy.heads[8])]
    assert state(take(store, ours.batch(8))) == (10, 10)


def test_the_gapless_chain_displaces_what_waited(store: Store) -> None:
    ours = Chain().grow(9)
    copy = ours.branch(4).add(facts=visit("refer")).grow(5)
    take(store, ours.batch(1, 3))
    take(store, copy.batch(6, 8))
    assert state(take(store, ours.batch(4))) == (10, 10)
    assert hashes(store) == list(enumerate(ours.heads[1:], 1))
    assert hashes(store, tables.fork) == [(seq, copy.heads[seq]) for seq in (6, 7, 8)]


def test_a_fork_that_turns_out_to_be_the_chain_is_counted_once(store: Store) -> None:
    ours = Chain().grow(9)
    copy = ours.branch(4).add(facts=visit("refer")).grow(5)
    take(store, ours.batch(1, 3))
    take(store, copy.batch(7, 7))
    take(store, ours.batch(8, 9))  # contradicts what waits at 7
    assert hashes(store, tables.fork) == [(8, ours.heads[8]), (9, ours.heads[9])]
    assert state(take(store, ours.batch(4))) == (10, 10)
    assert hashes(store, tables.fork) == [(7, copy.heads[7])]
    assert rows(store, tables.tally)[0].inward == 10


def test_a_new_epoch_names_the_one_before(store: Store) -> None:
    first = Chain().grow(3)
    second = Chain(epoch=2 << 32, previous=first).grow(1)
    take(store, first.batch())
    assert state(take(store, second.batch())) == (2, 2)
    row = rows(store, tables.epoch)[1]
    assert (row.previous_epoch, row.previous_head) == (EPOCH, first.heads[-1])
    assert state(held(store)) == (4, 4)


@pytest.mark.parametrize("fault", ["another key", "another start", "no opening"])
def test_an_epoch_that_founds_nothing_is_set_aside_and_goes_on(store: Store, fault: str) -> None:
    chain = Chain()
    if fault == "another key":
        stranger = Chain(private=key(5))
        chain.entries, chain.heads = [], stranger.heads[:1]
        chain.add_raw(stranger.entries[0].header)
    elif fault == "another start":
        opening = chain.entries[0].header
        chain.entries, chain.heads = [], [bytes(32)]
        chain.add_raw(opening)
    else:
        chain.entries, chain.heads = [], chain.heads[:1]
        chain.add()
    chain.grow(2)
    answered = take(store, chain.batch())
    assert (state(answered), answered.quarantined) == ((3, 3), (1,))
    assert state(take(store, chain.grow(1).batch(4))) == (4, 4)


def test_missing_parts_are_filled_in_and_only_if_they_match(store: Store) -> None:
    chain = Chain().add(personal={"masked": "李**"}, sealed=b"for the office")
    take(store, chain.batch(change=bare))
    assert rows(store, tables.part) == []
    take(store, chain.batch(change=lambda entry: replace(entry, sealed=b"for someone else") if entry.sealed else entry))
    assert rows(store, tables.part) == []
    assert count(store, tables.quarantine) == 0
    take(store, chain.batch())
    (row,) = rows(store, tables.part)
    assert (row.seq, row.day) == (2, MORNING_MS // DAY_MS)
    assert (row.personal, row.salt, row.sealed) == (
        chain.entries[1].personal,
        chain.entries[1].salt,
        chain.entries[1].sealed,
    )
    # what is forgotten at the gate later does not take it away here
    take(store, chain.batch(change=bare))
    assert rows(store, tables.part)[0].sealed == b"for the office"


def bare(entry: Entry) -> Entry:
    return Entry(entry.header, entry.sig)


def test_parts_that_do_not_match_are_kept_apart_until_the_right_ones_come(store: Store) -> None:
    chain = Chain().add(personal={"masked": "李**"}).grow(1)
    wrong = chain.batch(change=lambda entry: replace(entry, personal=b"{}") if entry.personal else entry)
    assert take(store, wrong).quarantined == (2,)
    assert rows(store, tables.part) == []
    assert rows(store, tables.quarantine)[0].personal == b"{}"
    assert [row.inward for row in rows(store, tables.tally)] == [2]
    assert take(store, chain.batch()).quarantined == ()
    assert rows(store, tables.part)[0].personal == chain.entries[1].personal


def test_gates_do_not_mix(store: Store) -> None:
    take(store, Chain().grow(2).batch())
    take(store, Chain("west", private=key(2)).grow(3).batch(), "west")
    assert state(held(store)) == (3, 3)
    assert state(held(store, station="west")) == (4, 4)


def test_one_gate_cannot_speak_for_another(store: Store) -> None:
    chain = Chain("west", private=key(2)).grow(2)
    with pytest.raises(Refusal) as refused:
        take(store, chain.batch(), "east")
    assert (refused.value.code, refused.value.status) == ("station", 403)
    # and renaming it does not help: the headers say whose they are
    with pytest.raises(Refusal) as refused:
        take(store, chain.batch(station="east"), "east")
    assert refused.value.code == "signature"


def test_an_old_card_is_believed_after_its_gate_was_enrolled_again(store: Store) -> None:
    old = Chain().grow(3)
    take(store, old.batch(1, 2))
    with store.writing() as connection:
        enrol(connection, "east", "东门", "", public(key(8)), MORNING_MS)
    take(store, Chain(epoch=2 << 32, private=key(8), previous=old).batch())
    assert state(take(store, old.batch(3))) == (4, 4)


def test_a_receipt_names_at_most_a_hundred_of_what_was_set_aside(store: Store) -> None:
    chain = Chain()
    for _ in range(130):
        chain.add_raw(b"?")
    answered = take(store, chain.batch())
    assert (len(answered.quarantined), answered.contiguous_seq) == (100, 131)


def test_a_store_that_cannot_be_written_asks_to_come_back(store: Store) -> None:
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            # As a server that became a standby.
            connection.exec_driver_sql("SET default_transaction_read_only = on")
    with pytest.raises(HubBusy):
        take(store, Chain().batch())
