"""The book of issued passes at the hub, and the two lists that gates get of it: those in force, those revoked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from station.credential import gate_pass, revocations
from station.credential.pass_book import IssuedPass
from station.credential.result import GatePass
from station.roster.passes import encode_passes, known
from station.wire.canonical import canonical
from sync.hub.database import tables
from sync.hub.errors import HubFault
from sync.hub.office.given import revoked_for
from sync.hub.unit.scope import Scope
from sync.hub.unit.tree import Tree

_DAY_MS = 86_400_000
#: A list of revoked passes is shown as stale when no newer one came for so long.
_STALE_AFTER_MS = 7 * _DAY_MS
#: As many are printed or revoked at once.
MOST_CHOSEN = 200
#: Lines of a page of the book, and the farthest that somebody turns: who looks for one pass types a name.
PAGE, MAX_PAGE = 50, 2_000
#: A name, a room, four digits or a plate.
MAX_SOUGHT = 40


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page of the book, each pass with when it was revoked; ``count`` are on all pages."""

    passes: Sequence[tuple[IssuedPass, int | None]]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.count // PAGE))


def keep(connection: Connection, issued: Iterable[IssuedPass], unit: str, now_ms: int) -> None:
    """Write *issued* into the book as passes of *unit*."""
    rows = [
        {
            "pass_id": one.claims.pass_id.hex(),
            "unit": unit,
            "code": one.code,
            "issued_ms": now_ms,
            "expires_ms": one.claims.expires_s * 1000,
            "sought": sought_by(one.claims),
        }
        for one in issued
    ]
    connection.execute(insert(tables.gate_pass), rows)


def book_of(connection: Connection, scope: Scope, ids: Collection[str] = ()) -> Sequence[tuple[IssuedPass, int | None]]:
    """Passes of *scope*, the newest first, each with when it was revoked; *ids* chooses some."""
    book = tables.gate_pass
    query = select(book).where(*_of(scope)).order_by(book.c.issued_ms.desc(), book.c.pass_id).limit(MOST_CHOSEN)
    if ids:
        query = query.where(book.c.pass_id.in_(ids))
    return _read(connection, query)


def page_of(connection: Connection, scope: Scope, sought: str = "", page: int = 1) -> BookPage:
    """A page of the book of *scope*, the newest first: passes in which every word of *sought* stands somewhere."""
    book = tables.gate_pass
    line = book.c.sought + " " + book.c.pass_id
    words = [line.icontains(word, autoescape=True) for word in sought[:MAX_SOUGHT].lower().split()]
    where = (*_of(scope), *words)
    count = connection.execute(select(func.count()).select_from(book).where(*where)).scalar_one()
    page = max(1, min(page, MAX_PAGE, -(-count // PAGE)))
    query = select(book).where(*where).order_by(book.c.issued_ms.desc(), book.c.pass_id)
    return BookPage(_read(connection, query.offset((page - 1) * PAGE).limit(PAGE)), count, page)


def sought_by(claims: GatePass) -> str:
    """By which words a pass is found."""
    words = (claims.name, claims.household, claims.id_last4, *claims.plates)
    return " ".join(word for word in words if word).lower()


def passes_of(connection: Connection, scope: Scope, now_ms: int) -> bytes:
    """Which passes are in force at the gates of *scope*: by it they find one that was left at home."""
    book = tables.gate_pass
    query = select(book.c.unit, book.c.code).where(book.c.revoked_ms.is_(None), book.c.expires_ms > now_ms)
    in_force = [
        known(gate_pass.read(row.code))
        for row in connection.execute(query)
        if scope.gates & scope.tree.gates_below(row.unit)
    ]
    return encode_passes(in_force)


def revoke(connection: Connection, scope: Scope, ids: Collection[str], now_ms: int) -> bytes:
    """Revoke passes of *scope*; the list that every gate is to be given, as a pass may be shown at any.

    :raises HubFault: if one of *ids* is not in the book, or is of another unit.
    """
    held = {one.claims.pass_id.hex() for one, _ in book_of(connection, scope, ids)}
    unknown = sorted(set(ids) - held)
    if unknown or not ids:
        raise HubFault(f"pass: {', '.join(unknown)[:80] or 'none'}: not in your book")
    book = tables.gate_pass
    connection.execute(
        update(book).where(book.c.pass_id.in_(ids), book.c.revoked_ms.is_(None)).values(revoked_ms=now_ms)
    )
    ended = set(connection.scalars(select(book.c.pass_id).where(book.c.expires_ms < now_ms - _DAY_MS)).all())
    number, before = revoked_for(connection, scope.tree.gates)
    after = {each for each in before | {bytes.fromhex(id_) for id_ in ids} if each.hex() not in ended}
    listed = revocations.of(number + 1, now_ms, now_ms + _STALE_AFTER_MS, after)
    return canonical(revocations.document(listed))


def units_below(tree: Tree, unit: str) -> list[str]:
    """*unit* and every node below it."""
    return sorted({id_ for _, id_ in tree.walk(unit)})


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    return [tables.gate_pass.c.unit.in_(units_below(scope.tree, scope.unit))] if scope.unit else []


def _read(connection: Connection, query: Select[Any]) -> Sequence[tuple[IssuedPass, int | None]]:
    return [(IssuedPass(gate_pass.read(row.code), row.code), row.revoked_ms) for row in connection.execute(query)]
