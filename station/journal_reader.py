"""Read a journal without touching it: for the road, for verifying, for whoever wants to recount.

A reader holds no lock between calls: each method is one short read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import kinds
from station.duty import table as duty_table
from station.errors import StationError
from station.ledger_table import SELECT
from station.migrations import STEPS, NewerJournal
from station.wire.entry import Entry, Header, check_parts, entry_hash, epoch_start, parse_header, verify_head
from station.wire.errors import WireError

#: How many entries one read takes when walking the whole journal.
_PAGE = 500


class JournalUnavailable(StationError, OSError):
    """There is no journal to read now: no file yet, or the desk that owns it is down.  Wait and try again."""

    code = "journal_unavailable"


class JournalDamaged(JournalUnavailable):
    """The file is there and is no sound database."""

    code = "journal_damaged"


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
        chosen = f" AND kind IN ({', '.join('?' * len(kinds_wanted))})" if kinds_wanted else ""
        after = (0, 0)
        while True:
            rows = self._read(
                f"SELECT header, hash, epoch, seq FROM entry WHERE (epoch, seq) > (?, ?){chosen}"
                " ORDER BY epoch, seq LIMIT ?",
                *after,
                *kinds_wanted,
                _PAGE,
            )
            yield from ((row[0], row[1]) for row in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][2:]

    def with_personal(self, kinds_wanted: Sequence[str]) -> Iterator[tuple[bytes, bytes | None]]:
        """Header and personal part of every entry of *kinds_wanted*, oldest first, read in pages."""
        marks, after = ", ".join("?" * len(kinds_wanted)), (0, 0)
        while True:
            rows = self._read(
                f"SELECT header, personal, epoch, seq FROM entry WHERE (epoch, seq) > (?, ?) AND kind IN ({marks})"
                " ORDER BY epoch, seq LIMIT ?",
                *after,
                *kinds_wanted,
                _PAGE,
            )
            yield from ((row[0], row[1]) for row in rows)
            if len(rows) < _PAGE:
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

    def passages(self) -> list[tuple]:  # type: ignore[type-arg]  # as in station/ledger_table.py
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

    def _read(self, sql: str, *arguments: int | str) -> list[tuple]:  # type: ignore[type-arg]  # rows differ by query
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a journal found.  ``fault`` is empty when everything is as it was written.

    Of ``forgotten`` entries the parts are gone; ``announced`` is up to where the journal itself says so, by epoch, and
    ``unannounced`` how many parts are gone beyond that.
    """

    station: str
    epochs: int
    entries: int
    forgotten: int
    head: str
    fault: str = ""
    announced: dict[int, int] = field(default_factory=dict)
    unannounced: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing was altered or left out."""
        return not self.fault


@dataclass(frozen=True, slots=True)
class Held:
    """A head that somebody outside of the gate holds: the hub's from its receipts, or one written down."""

    epoch: int
    seq: int
    hash: bytes


def verify(reader: JournalReader, public_key: bytes | None = None, held: Held | None = None) -> Verdict:
    """Walk every epoch: each hash, each signature, each part that is there, each link to the epoch before.

    *public_key* is the station's own, from elsewhere: without it only a journal's agreement with itself is shown.
    Without *held* nobody can tell whether the newest entries were cut off.

    :raises JournalUnavailable: if there is no journal to read.
    """
    announced = _announced(reader)
    walk = _Walk(public_key, announced)
    station, epochs, fault = reader.station(), reader.epochs(), ""
    try:
        for epoch in epochs:
            walk.epoch(reader, epoch)
        if held is not None:
            _check_held(reader, held)
    except (WireError, JournalDamaged) as error:
        fault = str(error)
    head = walk.head.hex()
    return Verdict(station, len(epochs), walk.entries, walk.forgotten, head, fault, announced, walk.unannounced)


def _announced(reader: JournalReader) -> dict[int, int]:
    """Up to where parts were forgotten, by epoch, as the entries say that the walk is about to verify."""
    found: dict[int, int] = {}
    for source, _head in reader.headers((kinds.PERSONAL_FORGOTTEN,)):
        try:
            epoch, seq = parse_header(source).facts["through"]
            found[epoch] = max(seq, found.get(epoch, 0))
        except (WireError, KeyError, TypeError, ValueError):
            continue  # the walk says which entry it is that makes no sense
    return found


def _check_held(reader: JournalReader, held: Held) -> None:
    try:
        head = reader.head(held.epoch, held.seq)
    except JournalDamaged:
        raise
    except JournalUnavailable:
        raise WireError(f"entry {held.epoch}/{held.seq}: was there, and is not any more") from None
    if head != held.hash:
        raise WireError(f"entry {held.epoch}/{held.seq}: leads to another head than the one that is held")


class _Walk:
    """What was seen so far; ``last`` and ``head`` are the epoch before and its last hash."""

    def __init__(self, trusted: bytes | None, announced: dict[int, int]) -> None:
        self.entries = self.forgotten = self.unannounced = 0
        self._announced = announced
        self.last: int | None = None
        self.head = b""
        self._trusted = trusted

    def epoch(self, reader: JournalReader, epoch: int) -> None:
        """Walk *epoch*, whose first entry must name what stands before it.

        :raises WireError: at the first thing that is not as it was written.
        """
        own = reader.public_key(epoch)
        if len(own) != 32 or (self._trusted is not None and own != self._trusted):
            raise WireError(f"epoch {epoch}: its public key is not the station's")
        key = Ed25519PublicKey.from_public_bytes(own)
        prev, seq, station = reader.head(epoch, 0), 0, ""
        while page := reader.read(epoch, seq, _PAGE):
            for stored in page:
                seq += 1
                try:
                    header = parse_header(stored.entry.header)
                    station = station or header.station
                    if (stored.seq, stored.kind) != (seq, header.kind):
                        raise WireError(f"{epoch}/{seq} is missing, or filed under another name")
                    if (header.station, header.epoch, header.seq) != (station, epoch, seq):
                        raise WireError("header: names another entry")
                    if seq == 1:
                        self._check_start(header, own, prev)
                    prev = entry_hash(prev, stored.entry.header)
                    if prev != stored.hash:
                        raise WireError("hash: the chain does not lead here")
                    verify_head(key, prev, stored.entry.sig)
                    check_parts(stored.entry, header)
                except WireError as error:
                    raise WireError(f"entry {epoch}/{stored.seq}: {error}") from None
                self._count(stored.entry, header)
        if seq == 0:
            raise WireError(f"epoch {epoch}: has no entries")
        self.last, self.head = epoch, prev

    def _count(self, entry: Entry, header: Header) -> None:
        self.entries += 1
        committed = header.personal_c is not None or header.sealed_c is not None
        gone = committed and entry.personal is None and entry.sealed is None
        self.forgotten += gone
        self.unannounced += gone and header.seq > self._announced.get(header.epoch, 0)

    def _check_start(self, header: Header, own: bytes, start: bytes) -> None:
        before = None if self.last is None else self.head
        facts = header.facts
        named = (facts.get("public_key"), facts.get("previous_epoch"), facts.get("previous_head"))
        if header.kind != kinds.EPOCH_OPENED or named != (
            own.hex(),
            self.last,
            None if before is None else before.hex(),
        ):
            raise WireError("epoch.opened: does not name the epoch before it, or its last head")
        if epoch_start(header.station, header.epoch, own, self.last, before) != start:
            raise WireError("epoch.opened: does not found this chain")
