"""Where the chain of a journal stands."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from station.journal.errors import JournalBroken
from station.wire.entry import entry_hash, parse_header

#: Entries whose chain is checked at the start: half an hour of the worst crowd, some 5 ms.
TAIL = 300
#: The reason of a chain whose entries are practice: each has ``drill`` in its facts, and none counts anywhere.
DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of the newest epoch; epoch 0 is that of a file in which nothing stands yet."""

    epoch: int = 0
    seq: int = 0
    hash: bytes = b""
    drill: bool = False


def read_head(db: sqlite3.Connection) -> Head:
    """The head that the file really has."""
    (epoch,) = db.execute("SELECT max(epoch) FROM epoch").fetchone()
    if epoch is None:
        return Head()
    seq, newest = db.execute(
        "SELECT seq, hash FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (epoch,)
    ).fetchone()
    first = db.execute("SELECT header FROM entry WHERE epoch = ? AND seq = 1", (epoch,)).fetchone()
    return Head(epoch, seq, newest, first is not None and parse_header(first[0]).facts.get("reason") == DRILL)


def check_tail(db: sqlite3.Connection, epoch: int, path: Path) -> None:
    """Make sure that the newest entries are what was written: a power cut damages what was written last.

    :raises JournalBroken: if they are not.
    """
    rows = db.execute(
        "SELECT header, hash FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT ?", (epoch, TAIL)
    ).fetchall()
    for (header, head), (_, before) in pairwise(rows):
        if entry_hash(before, header) != head:
            raise JournalBroken(f"{path}: damaged (the chain breaks within the last {TAIL} entries)")
