"""A batch, examined: its chain recomputed, its last signature verified, each entry read or set aside.  Pure.

The signature over the last head covers every header before it.  What it does not cover is the place that the
batch claims to have: that is either where the chain continues what is held, or what a header says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    parse_header,
    verify_head,
)
from station.wire.errors import SignatureError, WireError
from sync.hub.errors import Refusal
from sync.hub.meaning import Founded, Meaning, meaning_of

#: Every kind there is looks like this; a column of the store holds it.
_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Link:
    """One entry in its place.

    ``header`` is None if it cannot be read.  ``why`` is empty, or says why the entry is set aside; its personal
    and sealed parts are then kept apart, as nobody vouches for them.
    """

    seq: int
    hash: bytes
    entry: Entry
    header: Header | None
    meaning: Meaning
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive links, signed by the station.  ``named`` if one of them says itself where it belongs."""

    station: str
    epoch: int
    prev: bytes
    links: tuple[Link, ...]
    named: bool

    @property
    def first_seq(self) -> int:
        """The seq of the first link."""
        return self.links[0].seq

    @property
    def last(self) -> Link:
        """The last link."""
        return self.links[-1]


def examine(batch: Batch, keys: Sequence[bytes]) -> Run:
    """The run in *batch*, signed by one of the station's public *keys*.

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
    links = tuple(
        _link(head, head.first_seq + at, hash_, entry, keys)
        for at, (hash_, entry) in enumerate(zip(hashes, batch.entries, strict=True))
    )
    return Run(head.station, head.epoch, head.prev, links, any(link.header is not None for link in links))


def _verify(head: bytes, sig: bytes, keys: Sequence[bytes]) -> None:
    for key in keys:
        try:
            verify_head(Ed25519PublicKey.from_public_bytes(key), head, sig)
        except SignatureError:
            continue
        return
    raise Refusal("signature", "sig: the last signature is not by a key this station was enrolled with")


def _link(head: BatchHead, seq: int, hash_: bytes, entry: Entry, keys: Sequence[bytes]) -> Link:
    header: Header | None = None
    meaning: Meaning = None
    try:
        header = _header(head, seq, entry)
        meaning = meaning_of(header)
        if len(entry.sig) != SIGNATURE_SIZE:
            raise WireError(f"sig: {len(entry.sig)} bytes, expected {SIGNATURE_SIZE}")
        if seq == 1:
            _check_start(head, meaning, keys)
        check_parts(entry, header)
    except WireError as error:
        return Link(seq, hash_, entry, header, meaning, str(error))
    return Link(seq, hash_, entry, header, meaning)


def _header(head: BatchHead, seq: int, entry: Entry) -> Header:
    header = parse_header(entry.header)
    if (header.station, header.epoch, header.seq) != (head.station, head.epoch, seq):
        raise WireError(f"header: names entry {header.epoch}/{header.seq}, stands at {head.epoch}/{seq}")
    if not _KIND.fullmatch(header.kind):
        raise WireError("kind: expected a short name")
    return header


def _check_start(head: BatchHead, meaning: Meaning, keys: Sequence[bytes]) -> None:
    if not isinstance(meaning, Founded):
        raise WireError("kind: an epoch begins with epoch.opened")
    if meaning.public_key not in keys:
        raise WireError("public_key: the station was not enrolled with it")
    founded = epoch_start(head.station, head.epoch, meaning.public_key, meaning.previous_epoch, meaning.previous_head)
    if founded != head.prev:
        raise WireError("epoch.opened: does not found this chain")
