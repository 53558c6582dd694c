"""Make what is derived from a journal's entries anew."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from station.journal.errors import JournalFailed
from station.journal.file import open_file, take_lock
from station.journal.migrations import migrate
from station.journal.projections import rebuild


def rebuild_file(path: Path) -> int:
    """Make the projections of the journal at *path* anew; how many entries were read.

    :raises JournalBusy: while a desk has it.
    :raises JournalFailed: if it cannot be read or written.
    """
    lock = take_lock(path)
    try:
        with closing(open_file(path)) as db:
            migrate(db, str(path))
            return rebuild(db)
    except sqlite3.Error as error:
        raise JournalFailed(f"{path}: cannot be rebuilt ({error})") from error
    finally:
        os.close(lock)
