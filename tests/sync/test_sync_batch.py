from __future__ import annotations

import pytest

from station.wire.batch import MAX_ENTRIES, MAX_SIZE, decode_batch, record_size
from station.wire.entry import MAX_HEADER, MAX_PART, Entry
from sync.batch import TARGET_SIZE, Pace, Road, Span, envelope, next_span, take
from tests.sync.chain import Chain

OLD, NEW = 1 << 32, 2 << 32


@pytest.mark.parametrize(
    ("roads", "expected"),
    [
        ([], None),
        ([Road(OLD, 5, 5)], None),
        ([Road(OLD, 5, 9)], Span(OLD, 5, 500)),
        # the oldest epoch first
        ([Road(OLD, 5, 9), Road(NEW, 0, 3)], Span(OLD, 5, 500)),
        # a fever overtakes everything, also an older epoch
        ([Road(OLD, 5, 9), Road(NEW, 0, 3, urgent=(2,))], Span(NEW, 1, 1, ahead=True)),
        ([Road(OLD, 0, 900, urgent=(700, 800))], Span(OLD, 699, 1, ahead=True)),
        # the next entry needs not overtake
        ([Road(OLD, 5, 9, urgent=(6,))], Span(OLD, 5, 500)),
        # what the hub refused holds up neither another epoch nor a fever
        ([Road(OLD, 5, 9, held_back=True), Road(NEW, 0, 3)], Span(NEW, 0, 500)),
        ([Road(OLD, 5, 9, urgent=(6,), held_back=True)], Span(OLD, 5, 1, ahead=True)),
        ([Road(OLD, 5, 9, held_back=True)], None),
    ],
)
def test_what_goes_next(roads: list[Road], expected: Span | None) -> None:
    assert next_span(roads) == expected


def test_a_batch_ends_before_it_is_too_large() -> None:
    entry = Entry(b"h" * 1000, b"s" * 64)
    taken = take((entry for _ in range(10_000)), 10 * record_size(entry))
    assert len(taken) == 10


def test_the_first_entry_goes_however_large_it_is() -> None:
    largest = Entry(b"h" * MAX_HEADER, b"s" * 64, b"p" * MAX_PART, b"s" * 32, b"x" * MAX_PART)
    assert len(take([largest, largest], 10)) == 1
    assert record_size(largest) < TARGET_SIZE < MAX_SIZE


def test_entries_are_not_read_beyond_what_is_taken() -> None:
    read = []

    def entries() -> object:
        for seq in range(100):
            read.append(seq)
            yield Entry(b"h" * 1000, b"s" * 64)

    take(entries(), 3000)  # type: ignore[arg-type]
    assert len(read) <= 4


def test_the_envelope_says_where_it_belongs() -> None:
    chain = Chain().grow(3)
    span = Span(chain.epoch, 1, MAX_ENTRIES)
    batch = decode_batch(envelope("east", span, chain.heads[1], chain.entries[1:]))
    assert (batch.head.first_seq, batch.head.count, batch.head.prev) == (2, 3, chain.heads[1])
    assert batch.entries == tuple(chain.entries[1:])


def test_after_a_batch_that_took_long_the_next_is_smaller_so_that_a_fever_waits_less() -> None:
    pace, sizes = Pace(), []
    for _ in range(6):
        sizes.append(pace.limit)
        pace.went(pace.limit, 5.0)
    assert sizes == [500, 250, 125, 100, 100, 100]
    pace.went(100, 1.5)
    assert pace.limit == 100
    for _ in range(6):
        pace.went(pace.limit, 0.1)
    assert pace.limit == 500


def test_a_rest_that_took_long_says_nothing_about_the_size() -> None:
    pace = Pace()
    pace.went(3, 5.0)
    assert pace.limit == 500


def test_what_a_proxy_refused_is_never_tried_again() -> None:
    pace = Pace()
    assert pace.too_large(500)
    for _ in range(3):
        pace.went(pace.limit, 0.1)
    assert pace.limit == 250
    assert not pace.too_large(1)
    assert pace.limit == 1
