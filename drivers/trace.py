"""What the outputs really did, one JSON line per change, for a reader outside of the process."""

from __future__ import annotations

import json
import logging
from pathlib import Path

log = logging.getLogger(__name__)

#: Some 6 MB: an alarm left flashing for nine hours, after which a demo's disk is worth more than its trace.
MAX_LINES = 100_000


class Trace:
    """Appends to a file, each line at once.  A disk that fails ends the trace, never the signals."""

    def __init__(self, path: Path) -> None:
        """Open *path* for appending.

        :raises OSError: if it cannot be opened: a trace that was asked for and cannot be written is a wrong setting.
        """
        self._path = path
        self._file = path.open("a", encoding="ascii", buffering=1)
        self._left = MAX_LINES

    def write(self, output: str, on: bool, observed_ns: int) -> None:
        """One change of one output; *observed_ns* is CLOCK_BOOTTIME."""
        if self._left == 0:
            return
        self._left -= 1
        try:
            self._file.write(json.dumps({"output": output, "on": on, "observed_ns": observed_ns}) + "\n")
        except OSError as error:
            self._left = 0
            log.warning("signals: trace %s ends: %s", self._path, error)

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:  # a full disk refuses the last line again here
            log.warning("signals: trace %s: %s", self._path, error)
