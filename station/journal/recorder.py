"""The one thread that touches the journal, so that a slow card never keeps the lane from an alarm.

Drafts are written in the order they came.  One that cannot be written is answered once with None, then kept and
tried again until it can, unless it was to admit somebody: who was not let through has not passed.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from station import kinds
from station.journal.draft import Appended, Draft
from station.journal.errors import JournalBroken, JournalFailed
from station.journal.other_chain import OtherChain
from station.journal.writer import Journal
from station.wire.errors import WireError
from station.wire.receipt import Receipt

log = logging.getLogger(__name__)

#: Twice the worst hour (700 passages): what a card that fails for an hour makes wait.
MAX_DRAFTS = 2_000
#: How long a failing card is left in peace before the next try.
RETRY_S = 1.0
#: A checkpoint is due when nothing was written for so long.
QUIET_S = 2.0
#: In a crowd nobody is quiet for hours: after so many entries the log, some 6 MB by then, is folded in regardless.
TIDY_AFTER = 500


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to one draft: the entry, or None if it is not on the disk yet."""

    token: str
    appended: Appended | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the journal stands, for the screen."""

    epoch: int
    seq: int
    unsent: int
    last_receipt_ms: int | None
    recent: tuple[tuple[int, int, int, str, str, str, int], ...]
    unfilled: tuple[str, ...] = ()
    other: OtherChain = field(default_factory=OtherChain)


class Recorder:
    """Writes drafts and receipts; answers through *answer* and *standing*, which must not wait.

    *when_quiet* is work on the journal for a moment when nobody writes: a short piece of it, and whether it changed
    anything.  *when_broken* is told when the file is damaged: only a new start can salvage it.
    """

    def __init__(
        self,
        journal: Journal,
        answer: Callable[[Written], None],
        standing: Callable[[Standing], None],
        now_ms: Callable[[], int],
        when_quiet: Callable[[], bool] = lambda: False,
        when_broken: Callable[[], None] = lambda: None,
    ) -> None:
        self._when_broken = when_broken
        self._when_quiet = when_quiet
        self._journal = journal
        self._answer = answer
        self._standing = standing
        self._now_ms = now_ms
        self._queue: queue.Queue[tuple[Draft, str] | Receipt | None] = queue.Queue(MAX_DRAFTS)
        self._held: list[tuple[Draft, str]] = []
        self._since_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Write what is waiting, then stop."""
        self._queue.put(None)
        self._thread.join()

    def busy_s(self) -> float:
        """How long the disk has not answered; 0 while nothing is being written."""
        since_s = self._since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    def submit(self, draft: Draft, token: str) -> bool:
        """Have *draft* written; False, and no answer will come, when too much waits already."""
        try:
            self._queue.put_nowait((draft, token))
        except queue.Full:
            return False
        return True

    def receive(self, receipt: Receipt) -> None:
        """Note what the hub holds; a receipt that does not fit our chain opens a new epoch.

        The lane calls this and must not wait: a receipt too many is dropped, the next one says the same and more.
        """
        with suppress(queue.Full):
            self._queue.put_nowait(receipt)

    def _run(self) -> None:
        self._tell()
        untidy = 0
        while True:
            self._since_s = None
            try:
                item = self._queue.get(timeout=RETRY_S if self._held else QUIET_S)
            except queue.Empty:
                if self._held:
                    self._retry()
                elif untidy:
                    self._tidy()
                    untidy = 0
                else:
                    self._since_s = time.monotonic()
                    if self._when_quiet():
                        self._tell()
                continue
            self._since_s = time.monotonic()
            untidy += 1
            if item is None:
                self._retry()
                return
            if isinstance(item, Receipt):
                self._receive(item)
            else:
                self._write(*item)
            self._tell()
            if untidy >= TIDY_AFTER:
                self._tidy()
                untidy = 0

    def _write(self, draft: Draft, token: str) -> None:
        if self._held:
            # Order is kept: nothing overtakes what could not be written.
            self._keep(draft, token)
            self._retry()
            return
        try:
            appended = self._journal.append(draft)
        except JournalFailed as error:
            log.error("%s", error)
            self._keep(draft, token)
            if isinstance(error, JournalBroken):
                self._when_broken()
        except WireError as error:
            # A fault of ours that another try does not mend; what comes after it must still be written.
            log.error("journal: a %s entry cannot be written (%s)", draft.kind, error)
            self._answer(Written(token, None))
        else:
            self._answer(Written(token, appended))

    def _keep(self, draft: Draft, token: str) -> None:
        admits = draft.kind == kinds.VISIT_DECIDED and draft.facts["outcome"] == "admit"
        passed = admits and (draft.facts["reason"] == "emergency" or draft.facts.get("source") == "paper")
        if (not admits or passed) and len(self._held) < MAX_DRAFTS:
            self._held.append((draft, token))
        self._answer(Written(token, None))

    def _retry(self) -> None:
        while self._held:
            draft, token = self._held[0]
            try:
                appended = self._journal.append(draft)
            except JournalFailed:
                return
            except WireError as error:
                log.error("journal: a %s entry cannot be written (%s)", draft.kind, error)
                del self._held[0]
                continue
            del self._held[0]
            self._answer(Written(token, appended))
            if not self._held:
                log.info("journal: writing again")
        self._tell()

    def _tidy(self) -> None:
        try:
            self._journal.tidy()
        except JournalFailed as error:
            # Nothing is lost by it; if the card is failing, the next append says so.
            log.warning("%s", error)

    def _receive(self, receipt: Receipt) -> None:
        try:
            forked = self._journal.accept_receipt(receipt, self._now_ms()) == "fork"
            # The receipt of an epoch that was left for this very reason comes again and again.
            if forked and receipt.epoch == self._journal.epoch:
                log.error("journal: the hub holds another chain under our name; a new epoch is opened")
                self._journal.open_epoch("drill" if self._journal.in_drill else "receipt")
        except (JournalFailed, sqlite3.Error) as error:
            log.error("journal: receipt not noted (%s)", error)

    def _tell(self) -> None:
        journal = self._journal
        try:
            recent = journal.rows(
                "SELECT epoch, seq, at_ms, what, direction, masked, void FROM recent"
                " ORDER BY epoch DESC, seq DESC LIMIT 8"
            )
            unfilled = journal.rows("SELECT body FROM unfilled ORDER BY epoch, seq")
            self._standing(
                Standing(
                    journal.epoch,
                    journal.seq,
                    journal.unsent(),
                    journal.last_receipt_ms(),
                    tuple(tuple(row) for row in recent),
                    tuple(row[0] for row in unfilled),
                    journal.other_chain(),
                )
            )
        except sqlite3.Error as error:
            log.error("journal: cannot be read (%s)", error)
