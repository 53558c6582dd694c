"""What the journal is told of orders."""

from __future__ import annotations

from station import kinds
from station.journal.draft import Draft
from station.office.orders import Refusal
from station.wire.order import Order

#: Twice the longest name the road gives a file.
MAX_FILE = 100


def told(taken: Order | Refusal) -> Draft:
    """What came of an order: in force, or refused."""
    if isinstance(taken, Refusal):
        return Draft(kinds.ORDER_REFUSED, {"file": taken.file[:MAX_FILE], "code": taken.code})
    return applied(taken.kind, taken.number, taken.sha256)


def applied(kind: str, number: int, sha256: str) -> Draft:
    """An order of *kind* is in force."""
    return Draft(kinds.ORDER_APPLIED, {"kind": kind, "number": number, "sha256": sha256})
