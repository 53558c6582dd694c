"""The journal: append-only, chained, signed; everything else is derived from it.

Promises, each with a test named after it (tests/station/test_journal_promises.py):

1. What :meth:`Journal.append` returned from survives a power cut.
2. Nothing is changed.  Correction, void and forgetting are new entries naming the old.
3. ``seq`` grows by one and is never used again; (station, epoch, seq) names an entry for ever.
4. Anyone with the station's public key can check that nothing was altered or left out up to the last head they
   hold, also after personal parts were forgotten.

One append is one transaction and one fsync: SQLite in WAL mode with synchronous=FULL, and the checkpoint, which
needs more, only when :meth:`Journal.tidy` is called in a quiet moment.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from station import kinds
from station.clock import Moment
from station.draft import Appended, Draft
from station.errors import StationError
from station.forgetting import find_due, forget, waiting_for_receipt
from station.journal_reader import JournalReader, JournalUnavailable, Stored
from station.migrations import migrate
from station.projections import project, rebuild
from station.seal import seal
from station.wire.canonical import canonical
from station.wire.entry import (
    SALT_SIZE,
    Entry,
    Header,
    commit_personal,
    commit_sealed,
    encode_header,
    entry_hash,
    epoch_start,
    parse_header,
    sign_head,
)
from station.wire.receipt import Receipt

__all__ = [
    "Appended",
    "Draft",
    "Identity",
    "Journal",
    "JournalBroken",
    "JournalBusy",
    "JournalFailed",
    "JournalReader",
    "JournalUnavailable",
    "Stored",
]


#: Entries whose chain is checked at the start: half an hour of the worst crowd, some 5 ms.
TAIL = 300
#: The reason of a chain whose entries are practice: each has ``drill`` in its facts, and none counts anywhere.
DRILL = "drill"
#: "STNJ" in the file's header: what file(1) and a technician see.
APPLICATION_ID = 0x53544E4A


class JournalFailed(StationError, OSError):
    """The entry was not written: disk full, damaged or failing.  Nothing of it is in the file."""

    code = "storage_full"


class JournalBroken(JournalFailed):
    """The file is damaged: it is kept as it is, and station/salvage.py makes a sound one of what verifies."""

    code = "journal_damaged"


class JournalBusy(StationError, OSError):
    """Another desk has this journal."""

    code = "journal_busy"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: the station's id, its key, and the machine (a card moved to another Pi is another machine)."""

    station: str
    key: Ed25519PrivateKey
    machine: str
    seal_key: X25519PublicKey | None = None


class Journal:
    """The one writer of the file at *path*.

    *moment* tells the time of each entry, *random_bytes* gives salts and epoch names.  *salvaged* is for a file
    that was made from a damaged one: the highest number an epoch had there.

    :raises JournalBusy: if another process has it.
    :raises NewerJournal: if a newer program wrote it.
    :raises JournalBroken: if it is damaged.
    :raises JournalFailed: if it cannot be opened or its first entry cannot be written.
    """

    def __init__(
        self,
        path: Path,
        identity: Identity,
        moment: Callable[[], Moment],
        random_bytes: Callable[[int], bytes] = os.urandom,
        salvaged: int | None = None,
    ) -> None:
        self.path = path
        self._least_number = salvaged or 0
        self.identity = identity
        self._moment = moment
        self._random_bytes = random_bytes
        self._public = identity.key.public_key().public_bytes_raw()
        self.epoch, self._seq, self._head = 0, 0, b""
        self.in_drill = False
        with ExitStack() as undo:
            lock = take_lock(path)
            undo.callback(os.close, lock)
            try:
                self._db = _open(path)
                undo.callback(self._db.close)
                migrate(self._db, str(path))
                self._load_head()
                self._check_tail()
                reason = self._why_new_epoch() if salvaged is None else "salvage"
            except sqlite3.Error as error:
                if is_damage(error):
                    raise JournalBroken(f"{path}: damaged ({error})") from error
                raise JournalFailed(f"{path}: cannot be opened ({error}); check the card and its free space") from error
            if reason:
                self.open_epoch(reason)
            undo.pop_all()
        self._lock = lock

    @property
    def seq(self) -> int:
        """The newest entry's."""
        return self._seq

    def close(self) -> None:
        """Checkpoint and let go of the file."""
        self._db.close()
        os.close(self._lock)

    def append(self, draft: Draft) -> Appended:
        """Write *draft* as the next entry; it is on the disk when this returns.

        :raises JournalFailed: if it is not; the journal is as it was before.
        :raises WireError: if the draft cannot be written in canonical JSON (a bug in the caller).
        """
        if draft.kind == kinds.EPOCH_OPENED:
            return self.open_epoch(draft.facts["reason"], draft.actor)
        with self._transaction("entry not written"):
            appended, entry, header = self._compose(draft, self.epoch, self._seq + 1, self._head)
            self._insert(appended, entry)
            project(self._db, appended.epoch, appended.seq, header, draft.personal)
        self._seq, self._head = appended.seq, appended.hash
        return appended

    def open_epoch(self, reason: str, actor: str = "station") -> Appended:
        """Begin a new chain that names the one before; its first entry is ``epoch.opened``.

        :raises JournalFailed: if it could not be written; the old epoch goes on.
        """
        with self._transaction("no new epoch could be opened"):
            old_epoch, old_head = (self.epoch, self._head) if self.epoch else (None, None)
            number = max(self.epoch >> 32, self._least_number) + 1
            epoch = (number << 32) | int.from_bytes(self._random_bytes(4), "big")
            start = epoch_start(self.identity.station, epoch, self._public, old_epoch, old_head)
            facts = {
                "reason": reason,
                "public_key": self._public.hex(),
                "previous_epoch": old_epoch,
                "previous_head": None if old_head is None else old_head.hex(),
            }
            appended, entry, header = self._compose(Draft(kinds.EPOCH_OPENED, facts, actor), epoch, 1, start)
            self._db.execute(
                "INSERT INTO epoch (epoch, station, public_key, start, machine) VALUES (?, ?, ?, ?, ?)",
                (epoch, self.identity.station, self._public, start, self.identity.machine),
            )
            self._insert(appended, entry)
            project(self._db, epoch, 1, header, None)
        self.epoch, self._seq, self._head, self.in_drill = epoch, 1, appended.hash, reason == DRILL
        return appended

    def accept_receipt(self, receipt: Receipt, received_ms: int) -> str:
        """Note what the hub holds.

        :return: ``"ok"``; ``"other"`` for an epoch or station that is not in this file; ``"fork"`` if the hub
            holds another chain under our name, or more than we ever wrote: a new epoch is then to be opened.
        """
        if receipt.station != self.identity.station:
            return "other"
        row = self._db.execute("SELECT max(seq) FROM entry WHERE epoch = ?", (receipt.epoch,)).fetchone()
        if row[0] is None:
            return "other"
        if receipt.highest_seq > row[0]:
            return "fork"
        if receipt.contiguous_seq:
            ours = self._db.execute(
                "SELECT hash FROM entry WHERE epoch = ? AND seq = ?", (receipt.epoch, receipt.contiguous_seq)
            ).fetchone()
            if ours is None or ours[0] != receipt.hash_at_contiguous_seq:
                return "fork"
        # One that was long under way on a stick must not undo a newer one; a hub that was restored may go back.
        self._db.execute(
            "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (epoch) DO UPDATE SET"
            " contiguous_seq = excluded.contiguous_seq, highest_seq = excluded.highest_seq,"
            " quarantined = excluded.quarantined, at_ms = excluded.at_ms, received_ms = excluded.received_ms"
            " WHERE excluded.at_ms >= at_ms OR excluded.contiguous_seq > contiguous_seq",
            (
                receipt.epoch,
                receipt.contiguous_seq,
                receipt.highest_seq,
                len(receipt.quarantined),
                receipt.at_ms,
                received_ms,
            ),
        )
        return "ok"

    def unsent(self) -> int:
        """How many entries the hub has not yet confirmed, over all epochs."""
        (count,) = self._db.execute(
            "SELECT sum((SELECT max(seq) FROM entry WHERE entry.epoch = epoch.epoch) - coalesce(contiguous_seq, 0))"
            " FROM epoch LEFT JOIN receipt USING (epoch)"
        ).fetchone()
        return int(count)

    def last_receipt_ms(self) -> int | None:
        """When the newest receipt came, by our clock."""
        (at_ms,) = self._db.execute("SELECT max(received_ms) FROM receipt").fetchone()
        return None if at_ms is None else int(at_ms)

    def forget(self, before_ms: int, limit: int, alone: bool = False) -> int:
        """Delete personal and sealed parts of at most *limit* entries older than *before_ms* that a receipt covers.

        ``personal.forgotten`` is written in the same transaction.  *alone*: nobody will ever give a receipt.

        :return: how many entries lost their parts; 0 when there is nothing more to forget.
        :raises JournalFailed: if it cannot be written; nothing was deleted then.
        """
        with self._transaction("personal parts not forgotten"):
            due = find_due(self._db, before_ms, self._moment().at_ms, limit, alone)
            if due is not None:
                forget(self._db, due, before_ms)
                facts = {"through": [due.epoch, due.seq], "entries": due.entries, "before_ms": before_ms}
                draft = Draft(kinds.PERSONAL_FORGOTTEN, facts)
                appended, entry, header = self._compose(draft, self.epoch, self._seq + 1, self._head)
                self._insert(appended, entry)
                project(self._db, appended.epoch, appended.seq, header, None)
        if due is None:
            return 0
        self._seq, self._head = appended.seq, appended.hash
        return due.entries

    def forgets_later(self, before_ms: int) -> int:
        """How many entries older than *before_ms* keep their parts until a receipt covers them."""
        return waiting_for_receipt(self._db, before_ms)

    def scrub(self) -> bool:
        """Empty the WAL, in which deleted parts still stand; False while a reader keeps it.

        :raises JournalFailed: if that fails.
        """
        try:
            busy, _written, _copied = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise JournalFailed(f"{self.path}: the log cannot be emptied ({error})") from error
        return not busy

    def rows(self, sql: str, *arguments: Any) -> list[sqlite3.Row]:
        """Read a projection."""
        return self._db.execute(sql, arguments).fetchall()

    def tidy(self) -> None:
        """Checkpoint the WAL; call it when nobody waits for an append.

        :raises JournalFailed: if that fails; nothing is lost by it.
        """
        try:
            _busy, written, copied = self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if written == copied:
                # The first commit after this begins the WAL anew and syncs its header too: paid here, not by a visit.
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        except sqlite3.Error as error:
            raise JournalFailed(f"{self.path}: no checkpoint ({error})") from error

    def _why_new_epoch(self) -> str:
        """Why the chain in the file is not ours to go on with; empty if it is."""
        if self.epoch == 0:
            return "first"
        station, machine, public = self._db.execute(
            "SELECT station, machine, public_key FROM epoch WHERE epoch = ?", (self.epoch,)
        ).fetchone()
        if station != self.identity.station:
            return "station"
        if public != self._public:
            return "key"
        return "" if machine == self.identity.machine else "machine"

    def _check_tail(self) -> None:
        """Make sure that the newest entries are what was written: a power cut damages what was written last.

        :raises JournalBroken: if they are not.
        """
        rows = self._db.execute(
            "SELECT header, hash FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT ?", (self.epoch, TAIL)
        ).fetchall()
        for (header, head), (_, before) in pairwise(rows):
            if entry_hash(before, header) != head:
                raise JournalBroken(f"{self.path}: damaged (the chain breaks within the last {TAIL} entries)")

    def _load_head(self) -> None:
        row = self._db.execute("SELECT max(epoch) FROM epoch").fetchone()
        if row[0] is None:
            return
        self.epoch = row[0]
        self._seq, self._head = self._db.execute(
            "SELECT seq, hash FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (self.epoch,)
        ).fetchone()
        first = self._db.execute("SELECT header FROM entry WHERE epoch = ? AND seq = 1", (self.epoch,)).fetchone()
        self.in_drill = first is not None and parse_header(first[0]).facts.get("reason") == DRILL

    def seal_to(self, public: bytes | None) -> None:
        """Seal private parts to this X25519 key from the next entry on; None: there is no key, and none is kept."""
        key = None if public is None else X25519PublicKey.from_public_bytes(public)
        # One assignment, so that the writing thread sees the old identity or the new one.
        self.identity = replace(self.identity, seal_key=key)

    def _compose(self, draft: Draft, epoch: int, seq: int, prev: bytes) -> tuple[Appended, Entry, Header]:
        moment, identity = self._moment(), self.identity
        personal = salt = sealed = None
        if draft.personal is not None:
            personal, salt = canonical(draft.personal), self._random_bytes(SALT_SIZE)
        if draft.private is not None and identity.seal_key is not None:
            sealed = seal(canonical(draft.private), identity.seal_key, identity.station, epoch, seq)
        header = Header(
            station=identity.station,
            epoch=epoch,
            seq=seq,
            kind=draft.kind,
            at_ms=moment.at_ms,
            clock=moment.clock,
            boot_id=moment.boot_id,
            boottime_ns=moment.boottime_ns,
            actor=draft.actor,
            facts=draft.facts | {"drill": True} if self.in_drill and seq > 1 else draft.facts,
            personal_c=None if personal is None or salt is None else commit_personal(personal, salt),
            sealed_c=None if sealed is None else commit_sealed(sealed),
        )
        encoded = encode_header(header)
        head = entry_hash(prev, encoded)
        entry = Entry(encoded, sign_head(identity.key, head), personal, salt, sealed)
        return Appended(epoch, seq, draft.kind, moment.at_ms, head), entry, header

    def _insert(self, appended: Appended, entry: Entry) -> None:
        self._db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                appended.epoch,
                appended.seq,
                appended.kind,
                appended.at_ms,
                entry.header,
                appended.hash,
                entry.sig,
                entry.personal,
                entry.salt,
                entry.sealed,
            ),
        )

    @contextmanager
    def _transaction(self, failure: str) -> Iterator[None]:
        """One transaction at the head that the file really has; whatever goes wrong inside leaves the file as it was.

        :raises JournalFailed: beginning with *failure*, if the file cannot be written.
        """
        try:
            if not self._head:
                self._load_head()
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            # A failed fsync tells nothing: what the file now holds is read again before the next append.
            self._head = b""
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                if is_damage(error):
                    # The next start salvages, even where it would not come upon the damage by itself.
                    with suppress(OSError):
                        mark_broken(self.path).touch()
                    raise JournalBroken(f"{self.path}: {failure}; damaged ({error})") from error
                raise JournalFailed(f"{self.path}: {failure} ({error}); check the card and its free space") from error
            raise

    def _roll_back(self) -> None:
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            self._db.close()
            with suppress(sqlite3.Error):
                self._db = _open(self.path)


def _open(path: Path) -> sqlite3.Connection:
    # The road reads the file as a member of its group; SQLite gives the log beside it the same mode.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640))
        path.chmod(0o640)
    except OSError as error:
        raise sqlite3.OperationalError(str(error)) from error
    db = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
    try:
        # Fetching the row is what makes SQLite report an I/O error of these statements.
        mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise sqlite3.OperationalError(f"journal_mode is {mode}, not wal")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        db.execute("PRAGMA secure_delete = ON").fetchone()
        db.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        db.close()
        raise
    return db


def is_damage(error: sqlite3.Error) -> bool:
    """Whether *error* says that the file is damaged, not that it cannot be written now."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def mark_broken(path: Path) -> Path:
    """The file whose presence says that the journal at *path* was found damaged."""
    return path.with_name(path.name + ".broken")


def take_lock(path: Path) -> int:
    """The handle that holds the journal at *path* for this process.

    :raises JournalBusy: if another has it.
    """
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise JournalBusy(f"{path}: another desk is using this journal; stop it first") from None
    return handle


def rebuild_file(path: Path) -> int:
    """Make the projections of the journal at *path* anew; how many entries were read.

    :raises JournalBusy: while a desk has it.
    :raises JournalFailed: if it cannot be read or written.
    """
    lock = take_lock(path)
    try:
        with closing(_open(path)) as db:
            migrate(db, str(path))
            return rebuild(db)
    except sqlite3.Error as error:
        raise JournalFailed(f"{path}: cannot be rebuilt ({error})") from error
    finally:
        os.close(lock)
