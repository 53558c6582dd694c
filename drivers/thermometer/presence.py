"""Whether somebody stands in front of the sensor: what one frame shows, and the stages of a presence.

Pure.  The stages and what moves them:

=========  ======================================================================================================
empty      nobody is there; frames of a person are gathered
taken      the person there has been measured; nothing more is said about them
unclear    since then the temperature has settled more than ``other_centi`` away **without anyone leaving**: the
           next person stepped in at once, or the first value was wrong (hair, a cap, too far away)
=========  ======================================================================================================

A wall in summer is as warm as skin.  The sensor sits in a housing and is a little warmer than what surrounds it, so
whatever is not at least ``above_ambient_centi`` warmer than the sensor itself counts as nobody.  Above some 34 °C in
the housing this hides people too, which the driver then says (``ambient.py``): no reading is better than the wall's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from drivers.events import Bound
from drivers.thermometer.protocols.frame import NoTarget, OutOfBounds, Seen


@dataclass(frozen=True, slots=True)
class Settling:
    """The numbers of a settled reading; temperatures in hundredths of a degree Celsius."""

    #: Displays of body thermometers begin at 28 or 32 °C and end at 42.9 or 45.  Foreheads that came in from -5 °C
    #: averaged 33.2 with a deviation of 1.45 (Dzien 2020), so 30.0 keeps nearly all of them and no indoor wall.
    lowest_centi: int = 3_000
    highest_centi: int = 4_500
    #: With a sum of eight bits, three wrong frames in a row that also agree do not happen by chance.
    frames: int = 3
    agree_centi: int = 30
    #: Someone who walks up warms the picture by several degrees a second; 0.3 °C within 0.4 s is standing still.
    settle_ms: int = 400
    #: Two frames and half a second of background: a turned head is not a new person, the gap in a queue is one.
    away_frames: int = 2
    away_ms: int = 500
    #: No frame at all for this long, and nobody can say who stands there now.
    gone_ms: int = 3_000
    #: Noise, drift and a shifting head stay below one degree.
    other_centi: int = 100
    above_ambient_centi: int = 50


class Sight(Enum):
    """What one frame shows."""

    NOBODY = "nobody"
    PERSON = "person"
    HIGH = "high"
    LOW = "low"  # only as the device's own word; a low value is a wall


class Stage(Enum):
    """What is known about the place in front of the sensor."""

    EMPTY = "empty"
    TAKEN = "taken"
    UNCLEAR = "unclear"


class Cause(Enum):
    """What can change the stage."""

    SETTLED = "settled"
    OTHER = "settled elsewhere"
    LEFT = "left"


#: Whatever is not here changes nothing.
TRANSITIONS: dict[tuple[Stage, Cause], Stage] = {
    (Stage.EMPTY, Cause.SETTLED): Stage.TAKEN,
    (Stage.TAKEN, Cause.OTHER): Stage.UNCLEAR,
    (Stage.TAKEN, Cause.LEFT): Stage.EMPTY,
    (Stage.UNCLEAR, Cause.LEFT): Stage.EMPTY,
}


def sight(item: Seen, numbers: Settling) -> Sight:
    """What *item* shows; total."""
    if isinstance(item, NoTarget):
        return Sight.NOBODY
    if isinstance(item, OutOfBounds):
        return Sight.HIGH if item.bound is Bound.HIGH else Sight.LOW
    surface, ambient = item.surface_centi, item.ambient_centi
    if surface < numbers.lowest_centi:
        return Sight.NOBODY
    if ambient is not None and surface < ambient + numbers.above_ambient_centi:
        return Sight.NOBODY
    return Sight.PERSON if surface <= numbers.highest_centi else Sight.HIGH
