"""Consecutive entries of one epoch in one compressed envelope.

Layout: the magic :data:`MAGIC`, then one zlib stream of records.  A record is a big-endian u32 length and its
bytes; the length :data:`ABSENT` stands for a part that is not there.  The first record is the canonical JSON of
:class:`BatchHead`; then five records an entry: header, sig, personal, salt, sealed.

Framing by length keeps the bytes of an entry that nobody can read apart from its neighbours.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from station.wire.canonical import canonical, is_version, parse
from station.wire.entry import HASH_SIZE, Entry, is_hash, is_station
from station.wire.errors import WireError

MAGIC = b"STB1"
VERSION = 1
ABSENT = 0xFFFFFFFF
#: Enough that the fixed cost of a request is small, few enough that a lost one is sent again in a moment.
MAX_ENTRIES = 500
#: The bytes of the records together: a hub thread holds one batch in memory.
MAX_SIZE = 8 * 1024 * 1024
#: One for the head and five for each entry; a stream of absent parts would otherwise be two million of them.
_MAX_RECORDS = 1 + 5 * MAX_ENTRIES
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class BatchHead:
    """Whose entries these are; ``prev`` is the head of the chain before the first of them."""

    station: str
    epoch: int
    first_seq: int
    count: int
    prev: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """A head and its entries, in order of seq."""

    head: BatchHead
    entries: tuple[Entry, ...]


def record_size(entry: Entry) -> int:
    """How many bytes of :data:`MAX_SIZE` *entry* takes."""
    parts = (entry.header, entry.sig, entry.personal, entry.salt, entry.sealed)
    return sum(_LENGTH.size + len(part or b"") for part in parts)


def encode_batch(head: BatchHead, entries: Sequence[Entry]) -> bytes:
    """The bytes of a batch.

    :raises WireError: if it holds no entry, more than :data:`MAX_ENTRIES`, or more than :data:`MAX_SIZE`.
    """
    if head.count != len(entries) or not 1 <= len(entries) <= MAX_ENTRIES:
        raise WireError(f"count: {head.count} for {len(entries)} entries, 1 to {MAX_ENTRIES} are allowed")
    records: list[bytes | None] = [
        canonical(
            {
                "v": VERSION,
                "station": head.station,
                "epoch": head.epoch,
                "first_seq": head.first_seq,
                "count": head.count,
                "prev": head.prev.hex(),
            }
        )
    ]
    for entry in entries:
        records += [entry.header, entry.sig, entry.personal, entry.salt, entry.sealed]
    framed = b"".join(_frame(record) for record in records)
    if len(framed) > MAX_SIZE:
        raise WireError(f"batch: {len(framed)} bytes, at most {MAX_SIZE}; send fewer entries")
    return MAGIC + zlib.compress(framed, 6)


def decode_batch(source: bytes) -> Batch:
    """The batch in *source*.  Its signatures and hashes are not looked at here.

    :raises WireError: if it is not one whole batch within the limits.
    """
    if not source.startswith(MAGIC):
        raise WireError("batch: does not begin with STB1")
    inflater = zlib.decompressobj()
    try:
        framed = inflater.decompress(source[len(MAGIC) :], MAX_SIZE + 1)
    except zlib.error as error:
        raise WireError(f"batch: damaged ({error})") from None
    if len(framed) > MAX_SIZE:
        raise WireError(f"batch: inflates to more than {MAX_SIZE} bytes")
    if not inflater.eof or inflater.unused_data:
        raise WireError("batch: cut short, or something follows it")
    records = list(islice(_records(framed), _MAX_RECORDS + 1))
    head = _parse_head(records[0] if records else None)
    if len(records) != 1 + 5 * head.count:
        raise WireError(f"count: {head.count}, but there are {len(records) - 1} records")
    return Batch(head, _entries(records))


def _frame(record: bytes | None) -> bytes:
    return _LENGTH.pack(ABSENT) if record is None else _LENGTH.pack(len(record)) + record


def _records(framed: bytes) -> Iterator[bytes | None]:
    # Run for every part of every entry of every gate, so the lookups are outside of the loop.
    unpack_from, end, at = _LENGTH.unpack_from, len(framed), 0
    while at < end:
        begin = at + 4
        if begin > end:
            raise WireError("batch: ends in the middle of a length")
        (length,) = unpack_from(framed, at)
        if length == ABSENT:
            at = begin
            yield None
            continue
        at = begin + length
        if at > end:
            raise WireError("batch: ends in the middle of a record")
        yield framed[begin:at]


def _parse_head(source: bytes | None) -> BatchHead:
    body = parse(source or b"")
    if not is_version(body, VERSION):
        raise WireError(f"v: {body.get('v')!r}, this program reads version {VERSION}")
    if set(body) != {"v", "station", "epoch", "first_seq", "count", "prev"}:
        raise WireError("batch: unknown or missing field in its head")
    if not is_station(body["station"]):
        raise WireError("station: is no station's id")
    for name, least in (("epoch", 0), ("first_seq", 1), ("count", 1)):
        if type(body[name]) is not int or body[name] < least:
            raise WireError(f"{name}: expected an integer of at least {least}")
    if body["count"] > MAX_ENTRIES:
        raise WireError(f"count: {body['count']}, at most {MAX_ENTRIES}")
    if not is_hash(body["prev"]):
        raise WireError(f"prev: expected {2 * HASH_SIZE} hex digits")
    return BatchHead(body["station"], body["epoch"], body["first_seq"], body["count"], bytes.fromhex(body["prev"]))


def _entries(records: Sequence[bytes | None]) -> tuple[Entry, ...]:
    # A column at a time: a function for each entry takes longer than to make it.
    headers, sigs, *parts = (records[1 + place :: 5] for place in range(5))
    if None in headers or None in sigs:
        raise WireError("entry: without header or signature")
    return tuple(map(Entry, cast(Sequence[bytes], headers), cast(Sequence[bytes], sigs), *parts))
