"""What the lane keeps for a while beside its visits: what was shown, said, written and handed over.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.lane.visit import Visit
from station.policy.policy import Decision


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished visit that the panel still shows."""

    visit: Visit
    decision: Decision
    until_ms: int
    entry: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A short word about something that led to no visit, such as two codes in one image."""

    code: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last entry, while it can be taken back."""

    epoch: int
    seq: int
    visit: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery at the gate that counts, as its entry names it."""

    epoch: int
    seq: int
    visit: str
    at_ms: int
