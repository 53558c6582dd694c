"""What a heartbeat's detail says about a thermometer that is well: short texts that begin with a stable code.

A screen that knows a code shows its own words for it; whoever reads the detail itself reads English.  Several notes
stand in one detail, joined by :data:`JOIN`.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

JOIN = " | "


class Note(StrEnum):
    """The codes."""

    STEP_BACK = "step_back"  # another temperature without anyone leaving
    AMBIENT_COLD = "ambient_cold"  # below 16 °C around the sensor
    AMBIENT_WARM = "ambient_warm"  # above 35 °C
    SKIN_HIDDEN = "skin_hidden"  # so warm that skin cannot be told from walls
    VIEWER_ONLY = "viewer_only"  # a thermal camera that gives no readings


_TEXT = {
    Note.STEP_BACK: "another temperature without anyone leaving: step back, then measure again",
    Note.AMBIENT_COLD: "{:.1f} °C around the sensor, below 16: skin reads low; warm the place",
    Note.AMBIENT_WARM: "{:.1f} °C around the sensor, above 35: shade it or move it",
    Note.SKIN_HIDDEN: "{:.1f} °C around the sensor: skin cannot be told from walls",
    Note.VIEWER_ONLY: "a picture, {:.1f} to {:.1f} °C; this device gives no readings",
}
_CODES = frozenset(Note)


def text(note: Note, *centi_celsius: int) -> str:
    """*note* with its temperatures, at most 90 characters, so that two of them fit into one detail."""
    return f"{note}: {_TEXT[note].format(*(centi / 100 for centi in centi_celsius))}"


def join(notes: Iterable[str]) -> str:
    """One detail of several texts, the most urgent first."""
    return JOIN.join(notes)


def codes(detail: str) -> tuple[Note, ...]:
    """The codes in a heartbeat's *detail*, in their order; total."""
    heads = (part.partition(":")[0] for part in detail.split(JOIN))
    return tuple(Note(head) for head in heads if head in _CODES)
