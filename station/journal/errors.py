"""What can be wrong with a journal's file: for its writer, and for whoever only reads it."""

from __future__ import annotations

from station.errors import StationError


class JournalFailed(StationError, OSError):
    """The entry was not written: disk full, damaged or failing.  Nothing of it is in the file."""

    code = "storage_full"


class JournalBroken(JournalFailed):
    """The file is damaged: it is kept as it is, and station/journal/salvage.py makes a sound one of what verifies."""

    code = "journal_damaged"


class JournalBusy(StationError, OSError):
    """Another desk has this journal."""

    code = "journal_busy"


class JournalUnavailable(StationError, OSError):
    """There is no journal to read now: no file yet, or the desk that owns it is down.  Wait and try again."""

    code = "journal_unavailable"


class JournalDamaged(JournalUnavailable):
    """The file is there and is no sound database."""

    code = "journal_damaged"
