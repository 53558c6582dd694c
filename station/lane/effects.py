"""What the lane asks the desk to do.  Pure values; the desk carries them out in order."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.patterns import Meaning
from station.journal.draft import Draft


@dataclass(frozen=True, slots=True)
class Signal:
    """Show *meaning* now; ``rest`` sends somebody to rest before the next measurement."""

    meaning: Meaning
    direction: str = "in"
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Write *draft*; the desk answers with *token* once it is on the disk, or that it is not."""

    draft: Draft
    token: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No sound for so long; lamps stay."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Louder:
    """The fever alarm at its loudest."""


@dataclass(frozen=True, slots=True)
class Calm:
    """Nothing is alarming any more."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Drive lamps, buzzer and voice one after another, for a person to confirm."""


@dataclass(frozen=True, slots=True)
class OpenGate:
    """Release the gate once."""


Effect = Signal | Record | Silence | Louder | Calm | SelfTest | OpenGate
