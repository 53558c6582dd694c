"""The journal's file: one writer's hold on it, its settings, and transactions that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from station.journal.errors import JournalBroken, JournalBusy, JournalFailed
from station.journal.migrations import migrate

#: "STNJ" in the file's header: what file(1) and a technician see.
APPLICATION_ID = 0x53544E4A


class JournalFile:
    """The file at *path*, held by this process and of the newest schema.  ``db`` is the way to it now.

    :raises JournalBusy: if another process has it.
    :raises NewerJournal: if a newer program wrote it.
    :raises JournalBroken: if it is damaged.
    :raises JournalFailed: if it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with ExitStack() as undo:
            self._lock = take_lock(path)
            undo.callback(os.close, self._lock)
            with opening(path):
                self.db = open_file(path)
                undo.callback(self.db.close)
                migrate(self.db, str(path))
            undo.pop_all()

    def close(self) -> None:
        """Checkpoint and let go of the file."""
        self.db.close()
        os.close(self._lock)

    @contextmanager
    def transaction(self, failure: str) -> Iterator[sqlite3.Connection]:
        """One transaction; whatever goes wrong inside leaves the file as it was.

        :raises JournalFailed: beginning with *failure*, if the file cannot be written.
        """
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield self.db
            self.db.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                if is_damage(error):
                    # The next start salvages, even where it would not come upon the damage by itself.
                    with suppress(OSError):
                        mark_broken(self.path).touch()
                    raise JournalBroken(f"{self.path}: {failure}; damaged ({error})") from error
                raise JournalFailed(f"{self.path}: {failure} ({error}); check the card and its free space") from error
            raise

    def scrub(self) -> bool:
        """Empty the WAL, in which deleted parts still stand; False while a reader keeps it.

        :raises JournalFailed: if that fails.
        """
        try:
            busy, _written, _copied = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise JournalFailed(f"{self.path}: the log cannot be emptied ({error})") from error
        return not busy

    def tidy(self) -> None:
        """Checkpoint the WAL; call it when nobody waits for an append.

        :raises JournalFailed: if that fails; nothing is lost by it.
        """
        try:
            _busy, written, copied = self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if written == copied:
                # The first commit after this begins the WAL anew and syncs its header too: paid here, not by a visit.
                self.db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        except sqlite3.Error as error:
            raise JournalFailed(f"{self.path}: no checkpoint ({error})") from error

    def _roll_back(self) -> None:
        try:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
        except sqlite3.Error:
            self.db.close()
            with suppress(sqlite3.Error):
                self.db = open_file(self.path)


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """What SQLite says while the file at *path* is opened, as what it means to a desk.

    :raises JournalBroken: if the file is damaged.
    :raises JournalFailed: if it cannot be opened.
    """
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error):
            raise JournalBroken(f"{path}: damaged ({error})") from error
        raise JournalFailed(f"{path}: cannot be opened ({error}); check the card and its free space") from error


def open_file(path: Path) -> sqlite3.Connection:
    """The file at *path*, made if it is new, with the settings that the journal's promises need.

    :raises sqlite3.Error: if it cannot be opened.
    """
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
