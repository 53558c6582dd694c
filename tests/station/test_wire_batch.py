"""Batches: whole, within bounds, or refused; nothing else ever comes out of bytes from the road."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.wire.batch import (
    ABSENT,
    MAGIC,
    MAX_ENTRIES,
    MAX_SIZE,
    Batch,
    BatchHead,
    decode_batch,
    encode_batch,
    record_size,
)
from station.wire.canonical import canonical
from station.wire.entry import Entry
from station.wire.errors import WireError

HEAD = BatchHead("east", (1 << 32) | 7, 1, 3, bytes(range(32)))
WHOLE = Entry(b"header", bytes(64), b"{}", bytes(32), b"sealed")
BARE = Entry(b"not even a header \xff", b"not a signature")
ENTRIES = (WHOLE, BARE, replace(WHOLE, personal=b"", sealed=None))
SOURCE = encode_batch(HEAD, ENTRIES)
BODY: dict[str, Any] = {"v": 1, "station": "east", "epoch": 7, "first_seq": 1, "count": 1, "prev": "00" * 32}


def framed(*records: bytes | None) -> bytes:
    return b"".join(
        struct.pack(">I", ABSENT) if record is None else struct.pack(">I", len(record)) + record for record in records
    )


def packed(inside: bytes) -> bytes:
    return MAGIC + zlib.compress(inside)


def test_a_batch_comes_back_byte_for_byte() -> None:
    assert decode_batch(SOURCE) == Batch(HEAD, ENTRIES)


def test_an_absent_part_is_not_an_empty_one() -> None:
    first, second = replace(WHOLE, sealed=None), replace(WHOLE, sealed=b"")
    batch = decode_batch(encode_batch(replace(HEAD, count=2), (first, second)))
    assert [entry.sealed for entry in batch.entries] == [None, b""]


@given(
    st.lists(
        st.builds(Entry, st.binary(max_size=20), st.binary(max_size=8), *[st.none() | st.binary(max_size=8)] * 3),
        min_size=1,
        max_size=5,
    )
)
def test_any_entries_come_back(entries: list[Entry]) -> None:
    head = replace(HEAD, count=len(entries))
    assert decode_batch(encode_batch(head, entries)) == Batch(head, tuple(entries))


def test_cut_anywhere_it_is_refused() -> None:
    for length in range(len(SOURCE)):
        with pytest.raises(WireError):
            decode_batch(SOURCE[:length])


def test_no_flipped_bit_goes_unnoticed() -> None:
    for at in range(8 * len(SOURCE)):
        damaged = bytearray(SOURCE)
        damaged[at // 8] ^= 1 << at % 8
        with suppress(WireError):
            # zlib's header has bits that mean nothing to what is inside.
            assert decode_batch(bytes(damaged)) == Batch(HEAD, ENTRIES)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_wire_error(source: bytes) -> None:
    for attempt in (source, MAGIC + source, packed(source), packed(framed(canonical(BODY)) + source)):
        with pytest.raises(WireError):
            decode_batch(attempt)


def test_something_behind_it_is_refused() -> None:
    with pytest.raises(WireError, match="follows"):
        decode_batch(SOURCE + b"\0")


def test_a_bomb_is_not_inflated() -> None:
    bomb = packed(framed(canonical(BODY), bytes(64 * 1024 * 1024)))
    assert len(bomb) < 100_000
    with pytest.raises(WireError, match=str(MAX_SIZE)):
        decode_batch(bomb)


def test_a_stream_of_millions_of_absent_parts_is_not_built() -> None:
    source = packed(framed(canonical(BODY)) + struct.pack(">I", ABSENT) * (MAX_SIZE // 4 - 100))
    with pytest.raises(WireError, match="records"):
        decode_batch(source)


@pytest.mark.parametrize("count", [0, 2, 4, MAX_ENTRIES + 1])
def test_the_count_is_that_of_the_entries(count: int) -> None:
    with pytest.raises(WireError, match="count"):
        encode_batch(replace(HEAD, count=count), ENTRIES)


def test_more_than_the_limits_is_not_written() -> None:
    with pytest.raises(WireError, match="count"):
        encode_batch(replace(HEAD, count=MAX_ENTRIES + 1), [BARE] * (MAX_ENTRIES + 1))
    large = replace(BARE, sealed=bytes(MAX_SIZE // 2))
    with pytest.raises(WireError, match="fewer"):
        encode_batch(replace(HEAD, count=2), [large, large])
    assert record_size(large) == MAX_SIZE // 2 + len(BARE.header) + len(BARE.sig) + 5 * 4


def test_the_largest_batch_is_read() -> None:
    head = replace(HEAD, count=MAX_ENTRIES)
    assert len(decode_batch(encode_batch(head, [BARE] * MAX_ENTRIES)).entries) == MAX_ENTRIES


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "version 1"),
        ({"v": True}, "version 1"),
        ({"station": ""}, "station"),
        ({"station": "*"}, "station"),
        ({"station": 7}, "station"),
        ({"epoch": -1}, "epoch"),
        ({"epoch": "1"}, "epoch"),
        ({"first_seq": 0}, "first_seq"),
        ({"count": 0}, "count"),
        ({"count": True}, "count"),
        ({"count": MAX_ENTRIES + 1}, "count"),
        ({"count": 2}, "records"),
        ({"prev": "00"}, "prev"),
        ({"prev": None}, "prev"),
        ({"more": 1}, "field"),
    ],
    ids=str,
)
def test_a_wrong_head_is_refused(change: dict[str, Any], message: str) -> None:
    inside = framed(canonical({**BODY, **change}), b"h", b"s", None, None, None)
    with pytest.raises(WireError, match=message):
        decode_batch(packed(inside))


@pytest.mark.parametrize(
    "inside",
    [
        lambda _: b"",
        lambda _: framed(None, b"h", b"s", None, None, None),
        lambda _: framed(b"", b"h", b"s", None, None, None),
        lambda head: framed(head, None, b"s", None, None, None),
        lambda head: framed(head, b"h", None, None, None, None),
        lambda head: framed(head, b"h", b"s", None, None),
        lambda head: framed(head, b"h", b"s", None, None, None, None),
        lambda head: framed(head, b"h", b"s", None, None, None) + b"\0\0\0",
        lambda head: framed(head, b"h", b"s", None, None, None)[:-1],
        lambda head: framed(head, b"h", b"s", None, None) + b"\xff\xff\xff\xfe",
    ],
)
def test_records_that_do_not_add_up_are_refused(inside: Callable[[bytes], bytes]) -> None:
    with pytest.raises(WireError):
        decode_batch(packed(inside(canonical(BODY))))
