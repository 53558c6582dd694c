"""Keys of programs that read the hub: each has a name and sees one unit and what is below it."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from sync.hub.database.tables import program_key
from sync.hub.errors import HubFault

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that may read; ``unit`` is empty for everything."""

    name: str
    unit: str


def add_program(connection: Connection, name: str, unit: str, now_ms: int) -> str:
    """Let the program *name* read; its key, which is kept nowhere.

    :raises HubFault: if the name cannot be one or is there already.
    """
    if not _NAME.fullmatch(name):
        raise HubFault(f"program: {name[:40]!r}: 2 to 32 small letters, digits, points and hyphens, a letter first")
    if connection.execute(select(program_key.c.name).where(program_key.c.name == name)).first() is not None:
        raise HubFault(f"program: {name!r} is there already; remove it first")
    key = secrets.token_urlsafe(32)
    row = {"name": name, "unit": unit, "key_sha256": _digest(key), "since_ms": now_ms}
    connection.execute(insert(program_key), row)
    return key


def remove_program(connection: Connection, name: str) -> None:
    """Let *name* read no more.

    :raises HubFault: if it is not known.
    """
    if connection.execute(delete(program_key).where(program_key.c.name == name)).rowcount == 0:
        raise HubFault(f"program: {name[:40]!r} is not known here")


def list_programs(connection: Connection) -> Sequence[Program]:
    """Every program, by name."""
    return [Program(row.name, row.unit) for row in connection.execute(select(program_key).order_by(program_key.c.name))]


def program_of(connection: Connection, key: str) -> Program | None:
    """Whose *key* it is, None if nobody's."""
    row = connection.execute(select(program_key).where(program_key.c.key_sha256 == _digest(key))).one_or_none()
    return None if row is None else Program(row.name, row.unit)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
