"""Where a benchmark leaves its figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from station.commands.output import OutputNotWritten, write_json


def write_result(path: Path | None, result: Any) -> int:
    """*result* as JSON into the file at *path*, if there is one; the exit status: 0, or 1 if it could not."""
    try:
        write_json(path, result)
    except OutputNotWritten as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0
