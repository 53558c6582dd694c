"""The book of issued passes at the hub, and the two lists that gates get of it: those in force, those revoked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, insert, select, update

from station.credential import gate_pass, revocations
from station.credential.pass_book import IssuedPass
from station.credential.result import GatePass
from station.roster.passes import encode_passes, known
from station.wire.canonical import canonical
from station.wire.order import EVERY_STATION, OrderKind
from sync.hub import tables
from sync.hub.doing import Scope, give_order
from sync.hub.errors import HubFault
from sync.hub.given import revoked_for
from sync.hub.tree import Tree

_DAY_MS = 86_400_000
#: A list of revoked passes is shown as stale when no newer one came for so long.
_STALE_AFTER_MS = 7 * _DAY_MS
#: A page of the book.
PAGE = 200


def keep(connection: Connection, issued: Iterable[IssuedPass], unit: str, now_ms: int) -> None:
    """Write *issued* into the book as passes of *unit*."""
    rows = [
        {
            "pass_id": one.claims.pass_id.hex(),
            "unit": unit,
            "code": one.code,
            "issued_ms": now_ms,
            "expires_ms": one.claims.expires_s * 1000,
        }
        for one in issued
    ]
    connection.execute(insert(tables.gate_pass), rows)


def book_of(connection: Connection, scope: Scope, ids: Collection[str] = ()) -> Sequence[tuple[IssuedPass, int | None]]:
    """Passes of *scope*, the newest first, each with when it was revoked; *ids* chooses some."""
    book = tables.gate_pass
    query = select(book).order_by(book.c.issued_ms.desc(), book.c.pass_id).limit(PAGE)
    if ids:
        query = query.where(book.c.pass_id.in_(ids))
    if scope.unit:
        query = query.where(book.c.unit.in_(units_below(scope.tree, scope.unit)))
    return [(IssuedPass(gate_pass.read(row.code), row.code), row.revoked_ms) for row in connection.execute(query)]


def give_passes(connection: Connection, scope: Scope, now_ms: int) -> None:
    """Tell the gates of *scope* which passes are in force there, by which they find one that was left at home."""
    book = tables.gate_pass
    query = select(book.c.unit, book.c.code).where(book.c.revoked_ms.is_(None), book.c.expires_ms > now_ms)
    in_force = [
        known(gate_pass.read(row.code))
        for row in connection.execute(query)
        if scope.gates & scope.tree.gates_below(row.unit)
    ]
    give_order(connection, OrderKind.PASSES, encode_passes(in_force), scope.audience)


def revoke(connection: Connection, scope: Scope, ids: Collection[str], now_ms: int) -> None:
    """Revoke passes of *scope* and tell every gate: a pass may be shown at any.

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
    give_order(connection, OrderKind.REVOCATIONS, canonical(revocations.document(listed)), (EVERY_STATION,))


def units_below(tree: Tree, unit: str) -> list[str]:
    """*unit* and every node below it."""
    return sorted({id_ for _, id_ in tree.walk(unit)})
