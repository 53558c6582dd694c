"""The office's own acts: a signed chain like a gate's, of the station ``office:UNIT``, in the same tables.

Whoever holds the order key's public half checks it as they check a gate's.  An act is appended in the transaction that
does it, so there is neither without the other.  Facts hold ids and figures; what somebody typed goes to ``personal``.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from station.wire.canonical import canonical, parse
from station.wire.entry import (
    SALT_SIZE,
    ClockState,
    Header,
    commit_personal,
    encode_header,
    entry_hash,
    epoch_start,
    sign_head,
)
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.examination.headers import read_header
from sync.hub.office.acts import EPOCH_OPENED

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
#: A page of the record.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One act as the page shows it; ``typed`` is what somebody wrote with it, empty once forgotten."""

    epoch: int
    seq: int
    at_ms: int
    actor: str
    kind: str
    facts: dict[str, Any]
    typed: str


def chain_of(unit: str) -> str:
    """The station id of the chain of the office of *unit*."""
    return f"office:{unit}"


def append(
    connection: Connection,
    unit: str,
    key: Ed25519PrivateKey,
    actor: str,
    kind: str,
    facts: dict[str, Any],
    now_ms: int,
    typed: str = "",
) -> None:
    """Write that *actor* did *kind*; *typed* is the text that belongs to it and is forgotten in time.

    With *typed* the store must have room for today (:meth:`Store.make_room`).
    """
    station, public = chain_of(unit), key.public_key().public_bytes_raw()
    row = _newest(connection, station)
    if row is None or not _is_ours(connection, station, row.epoch, public):
        row = _begin(connection, station, key, actor, now_ms, row)
    _write(connection, key, row, actor, kind, facts, now_ms, typed)


def read_acts(connection: Connection, unit: str, before: tuple[int, int] | None = None) -> Sequence[Act]:
    """The newest acts, newest first, at most :data:`PAGE`; *before* the one at (epoch, seq) if given."""
    entry, part = tables.entry, tables.part
    same = (part.c.station == entry.c.station) & (part.c.epoch == entry.c.epoch) & (part.c.seq == entry.c.seq)
    query = (
        select(entry.c.header, part.c.personal)
        .outerjoin(part, same)
        .where(entry.c.station == chain_of(unit))
        .order_by(entry.c.epoch.desc(), entry.c.seq.desc())
        .limit(PAGE)
    )
    if before is not None:
        epoch, seq = before
        query = query.where((entry.c.epoch < epoch) | ((entry.c.epoch == epoch) & (entry.c.seq < seq)))
    return [_act(row.header, row.personal) for row in connection.execute(query)]


def _act(header: bytes, personal: bytes | None) -> Act:
    said = read_header(header)
    typed = "" if personal is None else str(parse(personal).get("typed", ""))
    return Act(said.epoch, said.seq, said.at_ms, said.actor, said.kind, said.facts, typed)


def _newest(connection: Connection, station: str) -> Any:
    epoch = tables.epoch
    return connection.execute(
        select(epoch).where(epoch.c.station == station).order_by(epoch.c.epoch.desc()).limit(1).with_for_update()
    ).one_or_none()


def _is_ours(connection: Connection, station: str, epoch: int, public: bytes) -> bool:
    """Whether the epoch was founded with the key that is in use now."""
    entry = tables.entry
    header = connection.execute(
        select(entry.c.header).where(entry.c.station == station, entry.c.epoch == epoch, entry.c.seq == 1)
    ).scalar_one()
    return read_header(header).facts.get("public_key") == public.hex()


def _begin(connection: Connection, station: str, key: Ed25519PrivateKey, actor: str, now_ms: int, before: Any) -> Any:
    number = 1 if before is None else (before.epoch >> 32) + 1
    epoch = (number << 32) | secrets.randbits(32)
    previous = (None, None) if before is None else (before.epoch, before.contiguous_hash)
    public = key.public_key().public_bytes_raw()
    start = epoch_start(station, epoch, public, *previous)
    row = {
        "station": station,
        "epoch": epoch,
        "start": start,
        "contiguous_seq": 0,
        "contiguous_hash": None,
        "highest_seq": 0,
        "previous_epoch": previous[0],
        "previous_head": previous[1],
    }
    connection.execute(insert(tables.epoch), row)
    facts = {
        "reason": "first" if before is None else "key",
        "public_key": public.hex(),
        "previous_epoch": previous[0],
        "previous_head": None if previous[1] is None else previous[1].hex(),
    }
    _write(connection, key, _newest(connection, station), actor, EPOCH_OPENED, facts, now_ms, "")
    return _newest(connection, station)


def _write(
    connection: Connection,
    key: Ed25519PrivateKey,
    row: Any,
    actor: str,
    kind: str,
    facts: dict[str, Any],
    now_ms: int,
    typed: str,
) -> None:
    personal = canonical({"typed": typed}) if typed else None
    salt = secrets.token_bytes(SALT_SIZE)
    place = {"station": row.station, "epoch": row.epoch, "seq": row.contiguous_seq + 1}
    header = encode_header(
        Header(
            **place,
            kind=kind,
            at_ms=now_ms,
            clock=ClockState.SYNCED,
            boot_id=_boot_id(),
            boottime_ns=time.clock_gettime_ns(time.CLOCK_BOOTTIME),
            actor=actor,
            facts=facts,
            personal_c=None if personal is None else commit_personal(personal, salt),
        )
    )
    head = entry_hash(row.contiguous_hash or row.start, header)
    kept = {"kind": kind, "at_ms": now_ms, "header": header, "hash": head, "sig": sign_head(key, head)}
    connection.execute(insert(tables.entry), {**place, **kept, "received_ms": now_ms})
    if personal is not None:
        parts = {"day": now_ms // DAY_MS, "personal": personal, "salt": salt, "sealed": None}
        connection.execute(insert(tables.part), {**place, **parts})
    at = (tables.epoch.c.station == row.station) & (tables.epoch.c.epoch == row.epoch)
    moved = {"contiguous_seq": place["seq"], "contiguous_hash": head, "highest_seq": place["seq"]}
    connection.execute(update(tables.epoch).where(at).values(**moved))


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
