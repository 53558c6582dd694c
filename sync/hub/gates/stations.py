"""The gates this hub knows: enrolled with a key and a token, heard of now and then."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from sync.hub.database.tables import station, station_key
from sync.hub.errors import HubFault

# Made once, as they are run for every request.
_KEYS = select(station_key.c.public_key).where(station_key.c.station == bindparam("id"))
_BY_TOKEN = select(station).where(station.c.token_sha256 == bindparam("digest"))


@dataclass(frozen=True, slots=True)
class Known:
    """A station that showed its token, and what was noted of it before."""

    id: str
    last_word_ms: int | None
    unsent: int | None


_ID = re.compile(r"(?!-)[A-Za-z0-9-]{1,32}")


def enrol(connection: Connection, id_: str, name: str, unit: str, public_key: bytes, now_ms: int) -> str:
    """Let *id_* in with a new token, which is kept nowhere; the token.

    A station that is known already keeps everything and gets another key: its old token ends, its old key still
    verifies what it signed.

    :raises HubFault: if the id or the key cannot be one.
    """
    check_id(id_)
    if len(public_key) != 32:
        raise HubFault(f"public key: {len(public_key)} bytes, expected 32 in hex")
    token = secrets.token_urlsafe(32)
    values = {"name": name, "unit": unit, "token_sha256": _digest(token), "enrolled_ms": now_ms}
    if connection.execute(update(station).where(station.c.station == id_).values(values)).rowcount == 0:
        connection.execute(insert(station), {"station": id_, **values})
    key = {"station": id_, "public_key": public_key}
    if connection.execute(select(station_key.c.since_ms).filter_by(**key)).first() is None:
        connection.execute(insert(station_key), {**key, "since_ms": now_ms})
    return token


def check_id(id_: str) -> None:
    """Make sure that *id_* can be a station's.

    :raises HubFault: if it cannot.
    """
    if not _ID.fullmatch(id_):
        raise HubFault(f"station: {id_!r}: 1 to 32 letters, digits and hyphens")


def revoke(connection: Connection, id_: str) -> bool:
    """End the token of *id_*; whether there is such a station."""
    return connection.execute(update(station).where(station.c.station == id_).values(token_sha256=None)).rowcount == 1


def keys_of(connection: Connection, id_: str) -> Sequence[bytes]:
    """Every public key that *id_* was enrolled with."""
    return connection.scalars(_KEYS, {"id": id_}).all()


def station_of(connection: Connection, token: str) -> Known | None:
    """Whose *token* it is, None if nobody's."""
    digest = _digest(token)
    row = connection.execute(_BY_TOKEN, {"digest": digest}).one_or_none()
    if row is None or not hmac.compare_digest(row.token_sha256, digest):
        return None
    return Known(row.station, row.last_word_ms, row.unsent)


def heard(connection: Connection, id_: str, now_ms: int, unsent: int | None) -> None:
    """Note that *id_* spoke, and how much it has *unsent* if it said so."""
    values: dict[str, int] = {"last_word_ms": now_ms}
    if unsent is not None:
        values["unsent"] = unsent
    connection.execute(update(station).where(station.c.station == id_).values(values))


def names_of(connection: Connection) -> dict[str, str]:
    """What people call each gate, by its id."""
    return {row.station: row.name for row in connection.execute(select(station.c.station, station.c.name))}


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
