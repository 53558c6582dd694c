"""A batch, examined: its chain recomputed, its last signature verified, each entry read or set aside.  Pure.

The signature over the last head covers every header before it.  What it does not cover is the place that the
batch claims to have: that is either where the chain continues what is held, or what a header says of itself.

What is done here is done for every entry of every gate: a microsecond is felt (``./run bench ingest``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.wire.batch import Batch, BatchHead
from station.wire.canonical import MAX_INTEGER
from station.wire.entry import (
    SIGNATURE_SIZE,
    Entry,
    Header,
    check_parts,
    entry_hash,
    epoch_start,
    verify_head,
)
from station.wire.errors import SignatureError, WireError
from sync.hub.errors import Refusal
from sync.hub.examination.headers import Said, read_at_door
from sync.hub.examination.meaning import (
    OBSERVED,
    REMARKABLE,
    Counts,
    Founded,
    Meaning,
    add_counts,
    local_hour,
    meaning_of,
)

#: Every kind there is looks like this; a column of the store holds it.
_KIND = re.compile(r"[a-z][a-z0-9_.-]*")
_MAX_KIND = 64


class Link(NamedTuple):
    """One entry in its place.

    ``kind``, ``at_ms``, ``day``, ``hour`` and ``meaning`` are None where its header cannot be read.  ``why`` is empty,
    or says why the entry is set aside; its personal and sealed parts are then kept apart, as nobody vouches for them.
    ``remarkable`` if it may do more than count on its own day.
    """

    seq: int
    hash: bytes
    header: bytes
    sig: bytes
    personal: bytes | None
    salt: bytes | None
    sealed: bytes | None
    kind: str | None
    at_ms: int | None
    day: int | None
    hour: int | None
    meaning: Meaning
    why: str
    remarkable: bool


class Run(NamedTuple):
    """Consecutive links, signed by the station.

    ``named`` if one of them says itself where it belongs.  ``hours`` sums what all of them count, by day and hour.
    """

    station: str
    epoch: int
    prev: bytes
    links: Sequence[Link]
    named: bool
    hours: Mapping[tuple[int, int], Counts]

    @property
    def first_seq(self) -> int:
        """The seq of the first link."""
        return self.links[0].seq

    @property
    def last(self) -> Link:
        """The last link."""
        return self.links[-1]


def after(run: Run, seq: int) -> Run | None:
    """What of *run* comes after *seq*, None if nothing does."""
    if run.first_seq > seq:
        return run
    links = [link for link in run.links if link.seq > seq]
    if not links:
        return None
    return run._replace(
        prev=run.links[seq - run.first_seq].hash,
        links=links,
        named=any(link.kind is not None for link in links),
        hours=sum_hours(links),
    )


def examine(batch: Batch, keys: Sequence[bytes], zone: tzinfo) -> Run:
    """The run in *batch*, signed by one of the station's public *keys*; *zone* gives entries their day.

    :raises Refusal: if nobody of them signed it, or it has no possible place.
    """
    head = batch.head
    if head.first_seq + head.count > MAX_INTEGER or head.epoch > MAX_INTEGER:
        raise Refusal("place", "first_seq or epoch: too large")
    hashes = []
    prev = head.prev
    for entry in batch.entries:
        prev = entry_hash(prev, entry.header)
        hashes.append(prev)
    _verify(prev, batch.entries[-1].sig, keys)
    links = [
        _link(head, head.first_seq + at, hash_, entry, keys, zone)
        for at, (hash_, entry) in enumerate(zip(hashes, batch.entries, strict=True))
    ]
    named = any(link.kind is not None for link in links)
    return Run(head.station, head.epoch, head.prev, links, named, sum_hours(links))


def sum_hours(links: Sequence[Link]) -> dict[tuple[int, int], Counts]:
    """What *links* count together, by day and hour."""
    # Most of them say the same of the same hour: how often is found out faster than their sum.
    often = Counter([(link.day, link.hour, link.meaning) for link in links if type(link.meaning) is Counts])
    hours: dict[tuple[int, int], Counts] = {}
    for (day, hour, counts), times in often.items():
        if day is not None and hour is not None:
            hours[day, hour] = add_counts(hours.get((day, hour), Counts()), counts, times)
    return hours


def _verify(head: bytes, sig: bytes, keys: Sequence[bytes]) -> None:
    for key in keys:
        try:
            verify_head(Ed25519PublicKey.from_public_bytes(key), head, sig)
        except SignatureError:
            continue
        return
    raise Refusal("signature", "sig: the last signature is not by a key this station was enrolled with")


def _link(head: BatchHead, seq: int, hash_: bytes, entry: Entry, keys: Sequence[bytes], zone: tzinfo) -> Link:
    kind: str | None = None
    at_ms = day = hour = None
    meaning: Meaning = None
    why, remarkable = "", False
    try:
        header = _header(head, seq, entry)
        kind, at_ms = header.kind, header.at_ms
        remarkable = kind in REMARKABLE or header.facts.get(OBSERVED) is not None
        day, hour = local_hour(header.at_ms, header.clock, zone)
        meaning = meaning_of(kind, header.facts)
        if len(entry.sig) != SIGNATURE_SIZE:
            raise WireError(f"sig: {len(entry.sig)} bytes, expected {SIGNATURE_SIZE}")
        if seq == 1:
            _check_start(head, meaning, keys)
        if entry.personal is not None or entry.salt is not None or entry.sealed is not None:
            check_parts(entry, header)
    except WireError as error:
        why = str(error)
    except Exception as error:
        # A fault of ours that this entry trips over: as good as unreadable, and nothing behind it may wait for us.
        why = f"fault: {type(error).__name__}"
    return Link(
        seq,
        hash_,
        entry.header,
        entry.sig,
        entry.personal,
        entry.salt,
        entry.sealed,
        kind,
        at_ms,
        day,
        hour,
        meaning,
        why,
        remarkable,
    )


def _header(head: BatchHead, seq: int, entry: Entry) -> Said[Any] | Header:
    header = read_at_door(entry.header)
    if header.seq != seq or header.epoch != head.epoch or header.station != head.station:
        raise WireError(f"header: names entry {header.epoch}/{header.seq}, stands at {head.epoch}/{seq}")
    if len(header.kind) > _MAX_KIND or not _is_kind(header.kind):
        raise WireError("kind: expected a short name")
    return header


@lru_cache(256)  # there are 46 kinds; a pattern takes five times as long
def _is_kind(kind: str) -> bool:
    return _KIND.fullmatch(kind) is not None


def _check_start(head: BatchHead, meaning: Meaning, keys: Sequence[bytes]) -> None:
    if not isinstance(meaning, Founded):
        raise WireError("kind: an epoch begins with epoch.opened")
    if meaning.public_key not in keys:
        raise WireError("public_key: the station was not enrolled with it")
    founded = epoch_start(head.station, head.epoch, meaning.public_key, meaning.previous_epoch, meaning.previous_head)
    if founded != head.prev:
        raise WireError("epoch.opened: does not found this chain")
