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

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from station import kinds
from station.clock import Moment
from station.journal import receipts as journal_receipts
from station.journal.draft import Appended, Draft
from station.journal.entry import Place, compose, insert
from station.journal.epoch import found_epoch, founding_facts, why_new_epoch
from station.journal.file import JournalFile, opening
from station.journal.forgetting import find_due, forget, waiting_for_receipt
from station.journal.head import DRILL, Head, check_tail, read_head
from station.journal.identity import Identity
from station.journal.other_chain import OtherChain, other_chain, unsent
from station.journal.projections import project
from station.wire.receipt import Receipt


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
        self._file = JournalFile(path)
        try:
            with opening(path):
                self._head = read_head(self._file.db)
                check_tail(self._file.db, self.epoch, path)
                reason = why_new_epoch(self._file.db, self.epoch, identity) if salvaged is None else "salvage"
            self._head_is_known = True
            if reason:
                self.open_epoch(reason)
        except BaseException:
            self._file.close()
            raise

    @property
    def epoch(self) -> int:
        """The chain that is written on."""
        return self._head.epoch

    @property
    def seq(self) -> int:
        """The newest entry's."""
        return self._head.seq

    @property
    def in_drill(self) -> bool:
        """Whether the chain is practice."""
        return self._head.drill

    def close(self) -> None:
        """Checkpoint and let go of the file."""
        self._file.close()

    def append(self, draft: Draft) -> Appended:
        """Write *draft* as the next entry; it is on the disk when this returns.

        :raises JournalFailed: if it is not; the journal is as it was before.
        :raises WireError: if the draft cannot be written in canonical JSON (a bug in the caller).
        """
        if draft.kind == kinds.EPOCH_OPENED:
            return self.open_epoch(draft.facts["reason"], draft.actor)
        with self._file.transaction("entry not written") as db:
            appended = self._write(db, draft, self._next(db))
        self._stands_at(appended, self.in_drill)
        return appended

    def open_epoch(self, reason: str, actor: str = "station") -> Appended:
        """Begin a new chain that names the one before; its first entry is ``epoch.opened``.

        :raises JournalFailed: if it could not be written; the old epoch goes on.
        """
        with self._file.transaction("no new epoch could be opened") as db:
            before = self._take_head(db)
            number = max(before.epoch >> 32, self._least_number) + 1
            epoch = (number << 32) | int.from_bytes(self._random_bytes(4), "big")
            start = found_epoch(db, epoch, self.identity, before)
            facts = founding_facts(reason, self.identity, before)
            appended = self._write(db, Draft(kinds.EPOCH_OPENED, facts, actor), Place(epoch, 1, start))
        self._stands_at(appended, reason == DRILL)
        return appended

    def accept_receipt(self, receipt: Receipt, received_ms: int) -> str:
        """Note what the hub holds: ``"ok"``, ``"other"`` or ``"fork"`` (station/journal/receipts.py)."""
        return journal_receipts.accept(self._file.db, self.identity.station, receipt, received_ms)

    def unsent(self) -> int:
        """How many entries the hub has not yet confirmed, but for old epochs that it contradicts."""
        return unsent(self._file.db, self.epoch)

    def other_chain(self) -> OtherChain:
        """How it is with the old epochs that the hub contradicts."""
        return other_chain(self._file.db, self.epoch)

    def last_receipt_ms(self) -> int | None:
        """When the newest receipt came, by our clock."""
        return journal_receipts.last_ms(self._file.db)

    def forget(self, before_ms: int, limit: int, alone: bool = False) -> int:
        """Delete personal and sealed parts of at most *limit* entries older than *before_ms* that a receipt covers.

        ``personal.forgotten`` is written in the same transaction.  *alone*: nobody will ever give a receipt.

        :return: how many entries lost their parts; 0 when there is nothing more to forget.
        :raises JournalFailed: if it cannot be written; nothing was deleted then.
        """
        with self._file.transaction("personal parts not forgotten") as db:
            due = find_due(db, before_ms, self._moment().at_ms, limit, alone)
            if due is not None:
                forget(db, due, before_ms)
                facts = {"through": [due.epoch, due.seq], "entries": due.entries, "before_ms": before_ms}
                appended = self._write(db, Draft(kinds.PERSONAL_FORGOTTEN, facts), self._next(db))
        if due is None:
            return 0
        self._stands_at(appended, self.in_drill)
        return due.entries

    def forgets_later(self, before_ms: int) -> int:
        """How many entries older than *before_ms* keep their parts until a receipt covers them."""
        return waiting_for_receipt(self._file.db, before_ms)

    def scrub(self) -> bool:
        """Empty the WAL, in which deleted parts still stand; False while a reader keeps it, or JournalFailed."""
        return self._file.scrub()

    def rows(self, sql: str, *arguments: Any) -> list[sqlite3.Row]:
        """Read a projection."""
        return self._file.db.execute(sql, arguments).fetchall()

    def tidy(self) -> None:
        """Checkpoint the WAL; call it when nobody waits for an append.  JournalFailed if it fails; nothing is lost."""
        self._file.tidy()

    def seal_to(self, public: bytes | None) -> None:
        """Seal private parts to this X25519 key from the next entry on; None: there is no key, and none is kept."""
        key = None if public is None else X25519PublicKey.from_public_bytes(public)
        # One assignment, so that the writing thread sees the old identity or the new one.
        self.identity = replace(self.identity, seal_key=key)

    def _take_head(self, db: sqlite3.Connection) -> Head:
        """The head that the file really has.

        From here to :meth:`_stands_at` nobody knows it: a failed fsync tells nothing, and what the file then holds is
        read again before the next entry.
        """
        if not self._head_is_known:
            self._head = read_head(db)
        self._head_is_known = False
        return self._head

    def _next(self, db: sqlite3.Connection) -> Place:
        head = self._take_head(db)
        return Place(head.epoch, head.seq + 1, head.hash, head.drill)

    def _write(self, db: sqlite3.Connection, draft: Draft, place: Place) -> Appended:
        composed = compose(draft, place, self.identity, self._moment(), self._random_bytes)
        insert(db, composed)
        project(db, place.epoch, place.seq, composed.header, draft.personal)
        return composed.appended

    def _stands_at(self, appended: Appended, drill: bool) -> None:
        self._head = Head(appended.epoch, appended.seq, appended.hash, drill)
        self._head_is_known = True
