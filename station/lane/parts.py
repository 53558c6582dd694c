"""A health card of several codes, collected as they are shown one after the other.  Pure: the time comes in.

Such cards are no longer made and are still carried (station/credential/shc.py).  What is collected lies in memory only,
for as long as it takes to scroll to the next code, and is forgotten as soon as the card is whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from station.credential.result import Refused
from station.credential.shc import MAX_CHUNK, MAX_CHUNKS, join

#: From one code to the next: longer, and the next one may be somebody else's.
NEXT_PART_MS = 20_000
_PART = re.compile(rb"shc:/([0-9]{1,2})/([0-9]{1,2})/[0-9]{1,%d}" % (2 * MAX_CHUNK))


@dataclass(slots=True)
class Parts:
    """The codes of one card so far; at most :data:`~station.credential.shc.MAX_CHUNKS` of bounded length."""

    _held: dict[int, str] = field(default_factory=dict)
    _total: int = 0
    _until_ms: int = 0

    def add(self, payload: bytes, now_ms: int) -> bytes | None:
        """The code to judge: *payload* itself, or the whole card with its last part; None while parts are missing."""
        match = _PART.fullmatch(payload.strip())
        if match is None:
            self._held.clear()
            return payload
        index, total = int(match[1]), int(match[2])
        if not 1 <= index <= total <= MAX_CHUNKS or total == 1:
            return payload  # breaks its own format, or is a whole card: the reader says so
        text = payload.strip().decode("ascii")
        if now_ms >= self._until_ms or total != self._total or self._held.get(index, text) != text:
            self._held.clear()
        self._held[index], self._total, self._until_ms = text, total, now_ms + NEXT_PART_MS
        if len(self._held) < total:
            return None
        texts = list(self._held.values())
        self._held.clear()
        try:
            return join(texts).encode("ascii")
        except Refused:
            return payload
