"""One entry on its way into the journal: from a draft to what is signed and stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from station.clock import Moment
from station.journal.draft import Appended, Draft
from station.journal.identity import Identity
from station.seal import seal
from station.wire.canonical import canonical
from station.wire.entry import (
    SALT_SIZE,
    Entry,
    Header,
    commit_personal,
    commit_sealed,
    encode_header,
    entry_hash,
    sign_head,
)

_INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Composed:
    """An entry before it stands in the file."""

    appended: Appended
    entry: Entry
    header: Header


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry goes: its number, the head before it, and whether its chain is practice."""

    epoch: int
    seq: int
    prev: bytes
    drill: bool = False


def compose(
    draft: Draft, place: Place, identity: Identity, moment: Moment, random_bytes: Callable[[int], bytes]
) -> Composed:
    """The entry that says *draft* at *place*, written by *identity* at *moment*.

    :raises WireError: if the draft cannot be written in canonical JSON (a bug in the caller).
    """
    personal = salt = sealed = None
    if draft.personal is not None:
        personal, salt = canonical(draft.personal), random_bytes(SALT_SIZE)
    if draft.private is not None and identity.seal_key is not None:
        sealed = seal(canonical(draft.private), identity.seal_key, identity.station, place.epoch, place.seq)
    header = Header(
        station=identity.station,
        epoch=place.epoch,
        seq=place.seq,
        kind=draft.kind,
        at_ms=moment.at_ms,
        clock=moment.clock,
        boot_id=moment.boot_id,
        boottime_ns=moment.boottime_ns,
        actor=draft.actor,
        facts=draft.facts | {"drill": True} if place.drill else draft.facts,
        personal_c=None if personal is None or salt is None else commit_personal(personal, salt),
        sealed_c=None if sealed is None else commit_sealed(sealed),
    )
    encoded = encode_header(header)
    head = entry_hash(place.prev, encoded)
    entry = Entry(encoded, sign_head(identity.key, head), personal, salt, sealed)
    return Composed(Appended(place.epoch, place.seq, draft.kind, moment.at_ms, head), entry, header)


def insert(db: sqlite3.Connection, composed: Composed) -> None:
    """Put *composed* into the file, inside the caller's transaction."""
    appended, entry = composed.appended, composed.entry
    db.execute(
        _INSERT,
        (
            appended.epoch,
            appended.seq,
            appended.kind,
            appended.at_ms,
            entry.header,
            appended.hash,
            entry.sig,
            entry.personal,
            entry.salt,
            entry.sealed,
        ),
    )
