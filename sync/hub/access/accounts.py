"""Who may look and act at the hub: a name, a role, a unit and what is below it, a password hashed with argon2.

The account :data:`OFFICE` is made with the hub: its password stands in office.json, it sees and may do everything, and
it cannot be removed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from sync.hub.database import tables
from sync.hub.errors import HubFault

#: The account whose password ``init`` and ``password`` print.
OFFICE = "office"
#: Ours have 19 characters; a longer text is no password and not worth hashing.
MAX_PASSWORD = 200
#: Shorter ones are found by trying.
SHORTEST = 10
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
#: As long as a name in the roster.
_MAX_SHOWN = 40


class Role(IntEnum):
    """What somebody may do; each may do what those before may."""

    VIEWER = 1  # looks: the street, the county
    DOCTOR = 2  # also answers fevers and sees isolation
    OFFICE = 3  # also issues passes, lists, rules
    ADMIN = 4  # also makes accounts, units, keys of programs

    @property
    def word(self) -> str:
        """As the command line and the tables have it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Account:
    """One account.  ``unit`` is empty for everything; ``password`` is an argon2 hash."""

    name: str
    shown: str
    role: Role
    unit: str
    password: str

    @property
    def mark(self) -> str:
        """Changes with the password and with what the account may do, so that either ends its sessions."""
        return hashlib.sha256(f"{self.password}\n{self.role}\n{self.unit}".encode()).hexdigest()[:32]


def office_account(password: str) -> Account:
    """The account that is there from the beginning; *password* is its hash."""
    return Account(OFFICE, OFFICE, Role.ADMIN, "", password)


def role_of(word: str) -> Role:
    """The role called *word*.

    :raises HubFault: if there is none.
    """
    for role in Role:
        if role.word == word:
            return role
    raise HubFault(f"role: {word!r}: one of {', '.join(role.word for role in Role)}")


def add_account(
    connection: Connection, name: str, shown: str, role: Role, unit: str, password: str, now_ms: int
) -> None:
    """Make an account.

    :raises HubFault: if it cannot be: the message says why.
    """
    if not _NAME.fullmatch(name):
        raise HubFault(f"account: {name[:40]!r}: 2 to 32 small letters, digits, points and hyphens, a letter first")
    if name == OFFICE or find_account(connection, name) is not None:
        raise HubFault(f"account: {name!r} is there already")
    shown = " ".join(shown.split()) or name
    if len(shown) > _MAX_SHOWN or not shown.isprintable():
        raise HubFault(f"shown: at most {_MAX_SHOWN} characters")
    row = {
        "account": name,
        "shown": shown,
        "role": role.word,
        "unit": unit,
        "password": hashed(password),
        "since_ms": now_ms,
    }
    connection.execute(insert(tables.account), row)


def change_password(connection: Connection, name: str, password: str) -> None:
    """Give *name* another password; its sessions end with it.

    :raises HubFault: if there is no such account.
    """
    account = tables.account
    changed = connection.execute(
        update(account).where(account.c.account == name).values(password=hashed(password))
    ).rowcount
    if changed == 0:
        raise HubFault(f"account: {name[:40]!r} is not known here")


def remove_account(connection: Connection, name: str) -> None:
    """End an account and its sessions; what it did stays in the record.

    :raises HubFault: if there is no such account.
    """
    if connection.execute(delete(tables.account).where(tables.account.c.account == name)).rowcount == 0:
        raise HubFault(f"account: {name[:40]!r} is not known here")
    connection.execute(delete(tables.session).where(tables.session.c.account == name))


def find_account(connection: Connection, name: str) -> Account | None:
    """The account called *name*, None if there is none."""
    row = connection.execute(select(tables.account).where(tables.account.c.account == name)).one_or_none()
    return None if row is None else Account(row.account, row.shown, role_of(row.role), row.unit, row.password)


def list_accounts(connection: Connection) -> Sequence[Account]:
    """Every account but :data:`OFFICE`, by name."""
    return [
        Account(row.account, row.shown, role_of(row.role), row.unit, row.password)
        for row in connection.execute(select(tables.account).order_by(tables.account.c.account))
    ]


def hashed(password: str) -> str:
    """The argon2 hash of *password*.

    :raises HubFault: if it is too short or too long.
    """
    if not SHORTEST <= len(password) <= MAX_PASSWORD:
        raise HubFault(f"password: {SHORTEST} to {MAX_PASSWORD} characters")
    return PasswordHasher().hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether *password* is the one that was hashed."""
    if len(password) > MAX_PASSWORD:
        return False
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
