"""What is to be written into the journal, and what then stands there.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written.  ``personal`` the gate may show again, ``private`` only the office may read."""

    kind: str
    facts: dict[str, Any]
    actor: str = "station"
    personal: dict[str, Any] | None = None
    private: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that is on the disk."""

    epoch: int
    seq: int
    kind: str
    at_ms: int
    hash: bytes
