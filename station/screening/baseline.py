"""What is normal at this gate just now.  Pure.

A fixed line finds hardly any fever on the skin of a forehead, because the camera, the season and the draught move all
readings together.  So each (device, site, mode, direction) keeps its own normal, from its last readings alone:

1. Nothing is learned before the person it came from is decided, and never from somebody who stood out.
2. Too few readings, or readings too scattered to show a fever, give no opinion.
3. A quiet night or a closed week leaves the last normal standing and widens it.
4. When most of the last people stood out, the gate has moved and not its people: no opinion until that has settled.

Who stands out from it is station/screening/standing.py.  How well both do, and how each number was chosen:
docs/screening.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist

from station.screening.robust import in_air, median, newest_median, quantile

#: Readings that are kept: half a day of a busy gate; twice as many or half as many decide nearly alike.
KEPT = 300
#: A reading counts half as much as one 30 people later, so that an evening's frost is learned from 30 people.
HALF_LIFE = 30
#: Where the middle of the 15 newest lies 1.5 spreads off the centre, the air has changed: that middle is the centre.
NEWEST, FAR = 15, 1.5
#: Fewer readings than these are no opinion.
FEWEST = 10
#: A rebuilt baseline reads no entry older than this.
LOOK_BACK_MS = 14 * 86_400_000

#: The spread that is assumed before there are readings, as if it had been seen in as many readings as the second says.
_SPREAD_CENTI, _SPREAD_READINGS = 45, 30
#: The narrowest spread; devices round to 0.1 °C and repeat themselves no better than this.
_NARROWEST_CENTI = 20
#: From this spread on, a fever cannot be told from a cold street.
WIDEST_CENTI = 100
#: A day without anybody adds 0.01 °C of doubt, at most 0.3 °C.
_DRIFT_CENTI_A_DAY, _DRIFT_CENTI = 1.0, 30.0
#: Of the last 20 people more than half standing out is more than any outlier-proof centre can bear.
_WATCHED, _MOVED = 20, 10
#: Where one standard deviation lies among what is kept: about two of a hundred well people stood out and are missing.
_HELD_SHARE = 0.02
_ONE_UP = NormalDist().cdf(1.0)


@dataclass(frozen=True, slots=True)
class Key:
    """Readings that may be compared: one device, body site, mode and direction.

    ``rested`` are those of people who came too cold and were measured again later: they have warmed up, and beside
    people straight from the frost all of them would stand out.
    """

    device: str
    site: str
    mode: str
    direction: str
    rested: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One reading that a baseline rests on; the ambient temperature where the device gives it."""

    centi_celsius: int
    at_ms: int
    ambient_centi: int | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The newest readings of one key.

    ``held`` are those of people who stood out; if most did, they are the new normal and the old one is forgotten.
    ``flags`` has a bit for each of the last 20 people, the newest lowest, set if they stood out.
    """

    points: tuple[Point, ...] = ()
    held: tuple[Point, ...] = ()
    flags: int = 0

    @property
    def moved(self) -> bool:
        """Whether most of the last people stood out, so that nothing can be said of the next."""
        return self.flags.bit_count() > _MOVED

    def fed(self, point: Point, stood_out: bool) -> Baseline:
        """This baseline after a person was decided; *stood_out* also where the reading was far too cold.

        The first reading of a visit is what to feed: later ones were only taken because it was high.
        """
        flags = (self.flags << 1 | stood_out) & ((1 << _WATCHED) - 1)
        if not stood_out:
            return replace(self, points=(*self.points, point)[-KEPT:], flags=flags)
        after = replace(self, held=(*self.held, point)[-_WATCHED:], flags=flags)
        return replace(after, points=after.held, held=()) if after.moved else after


@dataclass(frozen=True, slots=True)
class Normal:
    """The centre and the spread (one standard deviation, upwards) of a key's readings at one moment."""

    centre_centi: int
    spread_centi: int
    moved: bool = False

    @property
    def telling(self) -> bool:
        """Whether a fever could be seen against it."""
        return not self.moved and self.spread_centi < WIDEST_CENTI


def normal(baseline: Baseline, at_ms: int, ambient_centi: int | None = None) -> Normal | None:
    """The gate's normal at *at_ms* in air of *ambient_centi*; None while there are too few readings."""
    points = baseline.points
    if len(points) < FEWEST:
        return None
    values, doubt = in_air(
        [float(point.centi_celsius) for point in points],
        [None if point.ambient_centi is None else point.ambient_centi / 100 for point in points],
        None if ambient_centi is None else ambient_centi / 100,
    )
    centre = newest_median(values, HALF_LIFE)
    count = len(values)
    # Upwards only: cold foreheads scatter further and say nothing of fevers.
    upper = quantile(values, _ONE_UP / (1 - _HELD_SHARE)) - quantile(values, 0.5)
    known = (count * upper**2 + _SPREAD_READINGS * _SPREAD_CENTI**2) / (count + _SPREAD_READINGS)
    newest = median(values[-NEWEST:])
    centre = newest if abs(newest - centre) > FAR * math.sqrt(known) else centre
    # The newest by its time, not by its place: the clock may have been set back.
    quiet_ms = max(0, at_ms - max(point.at_ms for point in points))
    drift = min(_DRIFT_CENTI, _DRIFT_CENTI_A_DAY * quiet_ms / 86_400_000)
    spread = max(_NARROWEST_CENTI, math.sqrt(known + doubt**2 + drift**2))
    return Normal(round(centre), round(spread), baseline.moved)


@dataclass(slots=True)
class Baselines:
    """All baselines of a gate by key."""

    by_key: dict[Key, Baseline] = field(default_factory=dict)

    @classmethod
    def rebuilt(cls, fed: Sequence[tuple[Key, Point, bool]]) -> Baselines:
        """The baselines after everything in *fed*, oldest first, such as a journal's entries say.

        Nothing is used that is older than 14 days before the newest: a gate that was off for a month knows what was
        normal before, and no entry is needed longer than that.
        """
        since_ms = max((point.at_ms for _, point, _ in fed), default=0) - LOOK_BACK_MS
        baselines = cls()
        for key, point, stood_out in fed:
            if point.at_ms >= since_ms:
                baselines.feed(key, point, stood_out)
        return baselines

    def normal(self, key: Key, at_ms: int, ambient_centi: int | None = None) -> Normal | None:
        """The normal that a reading of *key* is compared with; None is no opinion."""
        return normal(self.by_key.get(key, Baseline()), at_ms, ambient_centi)

    def feed(self, key: Key, point: Point, stood_out: bool) -> None:
        """Learn from a person who was decided; see :meth:`Baseline.fed`."""
        self.by_key[key] = self.by_key.get(key, Baseline()).fed(point, stood_out)
