"""A real journal in a folder, and ways to do to it what must not be done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from station.clock import Moment
from station.journal.draft import Appended, Draft
from station.journal.identity import Identity
from station.journal.reader import JournalReader
from station.journal.verify import Held, Verdict, verify
from station.journal.writer import Journal
from station.wire.entry import ClockState

KEY = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
OFFICE = X25519PrivateKey.from_private_bytes(bytes([9]) * 32)
MORNING_MS = 1_606_003_200_000


def ticking() -> Callable[[], Moment]:
    """A clock that is one second later each time."""
    count = 0

    def moment() -> Moment:
        nonlocal count
        count += 1
        return Moment(MORNING_MS + 1000 * count, ClockState.SYNCED, "boot", count)

    return moment


def counted(start: int = 0) -> Callable[[int], bytes]:
    """Bytes that are no two times the same, and the same in every run."""
    count = start

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return count.to_bytes(size, "big")

    return draw


def identity(
    station: str = "east", machine: str = "pi-1", key: Ed25519PrivateKey = KEY, sealing: bool = False
) -> Identity:
    return Identity(station, key, machine, OFFICE.public_key() if sealing else None)


def journal_at(folder: Path, who: Identity | None = None, lots: int = 0) -> Journal:
    return Journal(folder / "journal.db", who or identity(sealing=True), ticking(), counted(lots))


def passage(number: int = 1, outcome: str = "admit", visit: str = "", **facts: Any) -> Draft:
    body = {"visit": visit or str(number), "outcome": outcome, "direction": "in", "tag": 3, **facts}
    return Draft("visit.decided", body, "wang", {"masked": f"李{number}"}, {"name": f"李建{number}"})


def fill(journal: Journal, count: int) -> list[Appended]:
    return [journal.append(passage(number)) for number in range(count)]


def verdict(folder: Path, key: bytes | None = PUBLIC, held: Held | None = None) -> Verdict:
    reader = JournalReader(folder / "journal.db")
    try:
        return verify(reader, key, held)
    finally:
        reader.close()


def tamper(folder: Path, *statements: str) -> None:
    """Change the file behind the journal's back."""
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def tables(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every projection, as it stands in the file."""
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        names = (
            *("waiting", "fever_case", "recent", "applied", "passage", "unfinished", "unfilled", "handed", "visitor"),
            *("note", "duty"),
        )
        return {name: sorted(db.execute(f"SELECT * FROM {name}")) for name in names}


def stored(folder: Path) -> Iterator[tuple[int, int]]:
    """(epoch, seq) of every entry."""
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        yield from db.execute("SELECT epoch, seq FROM entry ORDER BY epoch, seq").fetchall()
