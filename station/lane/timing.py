"""How long the lane waits for what.  Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The lane's waits, in milliseconds of the station's clock (ui/UI.md, DESIGN §3)."""

    pairing_ms: int = 15_000
    open_ms: int = 20_000
    ask_ms: int = 120_000
    again_ms: int = 60_000
    waiting_ms: int = 1_800_000
    admit_shown_ms: int = 3_000
    refusal_shown_ms: int = 10_000
    undo_ms: int = 10_000
