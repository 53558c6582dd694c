"""Read a journal without touching it: for the road, for verifying, for whoever wants to recount.

A reader holds no lock between calls: each method is one short read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.duty import table as duty_table
from station.journal.errors import JournalDamaged, JournalUnavailable
from station.journal.migrations import STEPS, NewerJournal
from station.ledger.table import SELECT
from station.wire.entry import Entry

#: How many entries one read takes when walking the whole journal.
PAGE = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it stands in the file."""

    epoch: int
    seq: int
    kind: str
    hash: bytes
    entry: Entry


class JournalReader:
    """A read-only view of the journal at *path*.

    :raises JournalUnavailable: from every method while there is nothing to read.
    :raises NewerJournal: if the file was written by a newer program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def station(self) -> str:
        """The station's id, from its newest epoch."""
        rows = self._read("SELECT station FROM epoch ORDER BY epoch DESC LIMIT 1")
        if not rows:
            raise JournalUnavailable(f"{self.path}: no epoch yet; the desk has not opened it")
        return str(rows[0][0])

    def epochs(self) -> list[int]:
        """Every epoch in the file, oldest first."""
        return [row[0] for row in self._read("SELECT epoch FROM epoch ORDER BY epoch")]

    def public_key(self, epoch: int) -> bytes:
        """The station's public key in *epoch*, 32 bytes."""
        return bytes(self._one("SELECT public_key FROM epoch WHERE epoch = ?", epoch)[0])

    def head(self, epoch: int, seq: int) -> bytes:
        """The head of the chain after *seq*; seq 0 gives what stands before the first entry."""
        if seq == 0:
            return bytes(self._one("SELECT start FROM epoch WHERE epoch = ?", epoch)[0])
        return bytes(self._one("SELECT hash FROM entry WHERE epoch = ? AND seq = ?", epoch, seq)[0])

    def last_seq(self, epoch: int) -> int:
        """The newest entry of *epoch*, 0 if it has none."""
        return int(self._one("SELECT coalesce(max(seq), 0) FROM entry WHERE epoch = ?", epoch)[0])

    def read(self, epoch: int, after_seq: int, limit: int) -> list[Stored]:
        """At most *limit* entries of *epoch* after *after_seq*, in order."""
        rows = self._read(
            "SELECT epoch, seq, kind, hash, header, sig, personal, salt, sealed FROM entry"
            " WHERE epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
            epoch,
            after_seq,
            limit,
        )
        return [Stored(row[0], row[1], row[2], row[3], Entry(*row[4:])) for row in rows]

    def headers(self, kinds_wanted: Sequence[str] = ()) -> Iterator[tuple[bytes, bytes]]:
        """Header and head of every entry of every epoch, oldest first, or of those of *kinds_wanted*.

        Read in pages: the road and the desk never wait for it.
        """
        return self._paged("header, hash", *_of_kinds(kinds_wanted))

    def with_personal(self, kinds_wanted: Sequence[str]) -> Iterator[tuple[bytes, bytes | None]]:
        """Header and personal part of every entry of *kinds_wanted*, oldest first, read in pages."""
        return self._paged("header, personal", *_of_kinds(kinds_wanted))

    def about(self, kinds_wanted: Sequence[str], begins: int, ends: int) -> Iterator[tuple[bytes, bytes | None]]:
        """As :meth:`with_personal`, and only what can tell of the time from *begins* until *ends* (milliseconds).

        That is what was written then, and what was written in from paper at any time.
        """
        chosen, values = _of_kinds(kinds_wanted)
        told = " AND (at_ms BETWEEN ? AND ? OR instr(header, ?))"
        return self._paged("header, personal", chosen + told, (*values, begins, ends, b'"observed_at_ms":'))

    def _paged(self, columns: str, chosen: str, values: Sequence[int | str | bytes]) -> Iterator[tuple[Any, Any]]:
        after = (0, 0)
        while True:
            rows = self._read(
                f"SELECT {columns}, epoch, seq FROM entry WHERE (epoch, seq) > (?, ?){chosen}"
                " ORDER BY epoch, seq LIMIT ?",
                *after,
                *values,
                PAGE,
            )
            yield from ((row[0], row[1]) for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1][2:]

    def urgent(self, epoch: int, after_seq: int) -> list[int]:
        """The seqs of entries after *after_seq* that must not wait (station.kinds.URGENT)."""
        return [
            row[0]
            for row in self._read(
                "SELECT seq FROM entry WHERE kind IN ('case.opened', 'case.escalated')"
                " AND epoch = ? AND seq > ? ORDER BY seq",
                epoch,
                after_seq,
            )
        ]

    def passages(self) -> list[tuple]:  # type: ignore[type-arg]  # as in station/ledger/table.py
        """Every row of the pass ledger, oldest first."""
        return self._read(SELECT)

    def duty(self) -> tuple | None:  # type: ignore[type-arg]  # as in station/duty/table.py
        """Who is on duty, None while nobody has signed in."""
        rows = self._read(duty_table.SELECT)
        return rows[0] if rows else None

    def data_version(self) -> int:
        """A number that changes when anybody has written to the file."""
        return int(self._read("PRAGMA data_version")[0][0])

    def _one(self, sql: str, *arguments: int) -> tuple[bytes, ...]:
        rows = self._read(sql, *arguments)
        if not rows:
            raise JournalUnavailable(f"{self.path}: no such epoch or entry: {arguments}")
        return rows[0]

    def _read(self, sql: str, *arguments: int | str | bytes) -> list[tuple]:  # type: ignore[type-arg]  # rows differ by query
        try:
            if self._db is None:
                self._db = _open(self.path)
            return self._db.execute(sql, arguments).fetchall()
        except sqlite3.OperationalError as error:
            self.close()
            raise JournalUnavailable(f"{self.path}: cannot be read now ({error}); is the desk running?") from error
        except sqlite3.DatabaseError as error:
            self.close()
            raise JournalDamaged(f"{self.path}: damaged ({error}); keep the file and call the technician") from error


def _of_kinds(kinds: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A condition of SQL and its values; empty for every kind."""
    return (f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else "", tuple(kinds))


def _open(path: Path) -> sqlite3.Connection:
    # As a URI because only that can say "read only"; a path may hold its special characters.
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2, check_same_thread=False)
    try:
        (number,) = db.execute("PRAGMA user_version").fetchone()
        if number > len(STEPS):
            raise NewerJournal(f"{path}: written by a newer program (schema {number}); install the newer version")
        if number == 0:
            raise sqlite3.OperationalError("not a journal yet")
    except BaseException:
        db.close()
        raise
    return db
