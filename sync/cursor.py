"""What the agent remembers of its own accord: how far it sent, and which orders it has delivered.

A private hint.  The hub's receipts are the truth; a lost or damaged file costs sending again what the hub already
has, and fetching again orders that the desk then leaves unread.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from station.atomic import write_whole

_VERSION = 1
#: Ten kinds of orders and a handful of epochs are below 1 KiB.
_MAX_SIZE = 65_536


@dataclass(slots=True)
class Cursor:
    """``sent``: epoch → last seq that went over; ``orders``: kind → highest number in the orders folder."""

    sent: dict[int, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)


def load_cursor(path: Path) -> Cursor:
    """The cursor in *path*, or an empty one if there is none that can be read."""
    try:
        with path.open("rb") as file:
            body = json.loads(file.read(_MAX_SIZE))
        if body["v"] != _VERSION:
            return Cursor()
        return Cursor(
            {int(epoch): _natural(seq) for epoch, seq in body["sent"].items()},
            {str(kind): _natural(number) for kind, number in body["orders"].items()},
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Cursor()


def save_cursor(path: Path, cursor: Cursor) -> None:
    """Write *cursor* to *path*."""
    body = {"v": _VERSION, "sent": cursor.sent, "orders": cursor.orders}
    write_whole(path, json.dumps(body, sort_keys=True).encode())


def _natural(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"expected a number of at least 0, got {value!r}")
    return value
