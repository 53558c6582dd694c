"""How the way to the hub is, as the program that goes it writes it down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from station.screen.badges import Road

#: The road's status is a few hundred bytes; anything longer is not ours.
MAX_STATUS = 4_096


def read_road(status_file: Path, before: Road) -> Road:
    """What *status_file* says of the road; offline since *before* where it cannot be read."""
    try:
        body: Any = json.loads(status_file.read_bytes()[:MAX_STATUS])
        state, since_ms = body["state"], body["since_ms"]
        if type(since_ms) is not int:
            raise TypeError("since_ms is no time")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Road("offline", before.since_ms)
    return Road(state if state in ("ok", "offline", "refused") else "offline", since_ms)
