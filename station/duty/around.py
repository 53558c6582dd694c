"""What of the gate is handed over besides its lane.  Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Around:
    """What of the gate is handed over besides the lane: counts, and the devices that do not answer."""

    now_ms: int
    clock_known: bool = True
    overdue: int = 0
    unsent: int = 0
    lost: tuple[str, ...] = ()
    devices: int = 0
