"""Many frames, one reading.  Pure: time comes in with each frame, in nanoseconds.

Promises:

1. One presence gives at most one reading; a person who steps away and comes back gives another one.
2. A reading is the median of at least ``frames`` frames in a row, all within ``agree_centi`` of each other and
   watched for ``settle_ms``; its raw value, spread and bytes are those of real frames.  Nothing is clamped,
   smoothed or corrected.  33 °C from a frosty street is a reading: what it means is for the policy.
3. Values no living person has, and the device's own LO and HI, are told once while somebody or something is there
   and never become a temperature.
4. A wall is not a person (:func:`drivers.thermometer.presence.sight`).

When the temperature settles somewhere else **without anyone leaving** (stage *unclear*), no second reading is given,
because nobody can say whose it is: as the same person's it would replace a fever by a normal value or the other way
round, as the next person's it would be attached to somebody it was not taken from.  Instead :attr:`Settler.note` asks
for one step back, which ends the stage; it goes out with every heartbeat.  Whoever was second has no reading until
then, and so cannot be admitted by the first one's.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers.events import MAX_CENTI, MIN_CENTI, Bound, OutOfRange, Raw, Reading, Site
from drivers.thermometer.ambient import Surroundings
from drivers.thermometer.notes import Note, join, text
from drivers.thermometer.presence import TRANSITIONS, Cause, Settling, Sight, Stage, sight
from drivers.thermometer.protocols.frame import Frame, NoTarget, OutOfBounds, Seen

_NS_PER_MS = 1_000_000
#: A run goes on after it has settled, to notice another level; four seconds at 14 Hz are enough for that.
_LONGEST_RUN = 64
#: What stands for a temperature in the raw part of a bare LO or HI: nothing can be mistaken for these.
_BEYOND = {Bound.LOW: MIN_CENTI, Bound.HIGH: MAX_CENTI}

STEP_BACK = text(Note.STEP_BACK)


@dataclass(frozen=True, slots=True)
class _Sample:
    item: Frame | OutOfBounds
    observed_ns: int

    @property
    def centi_celsius(self) -> int:
        return self.item.surface_centi if isinstance(self.item, Frame) else _BEYOND[self.item.bound]


class Settler:
    """Turns the frames of one device into readings.

    It starts *empty*: someone who stands there while the driver restarts is measured again.
    """

    def __init__(self, device: str, site: Site, numbers: Settling | None = None) -> None:
        self._device = device
        self._site = site
        self._numbers = numbers or Settling()
        self._stage = Stage.EMPTY
        self._showing = Sight.NOBODY
        self._run: deque[_Sample] = deque(maxlen=_LONGEST_RUN)  # the last frames in a row that show the same
        self._away_since_ns: int | None = None
        self._away_frames = 0
        self._told: set[Bound] = set()  # ends of the range told since the place was last clear
        self._settled_centi = 0
        self._last_ns = 0
        self._surroundings = Surroundings()

    @property
    def stage(self) -> Stage:
        """What is known now."""
        return self._stage

    @property
    def note(self) -> str:
        """What has to be done or known at the gate, or nothing; see :mod:`drivers.thermometer.notes`."""
        step_back = [STEP_BACK] if self._stage is Stage.UNCLEAR else []
        return join([*step_back, *self._surroundings.notes])

    def feed(self, item: Seen, observed_ns: int) -> Reading | OutOfRange | None:
        """Take one frame seen at *observed_ns*; times never go back."""
        self._forget_if_gone(observed_ns)
        self._last_ns = observed_ns
        if isinstance(item, Frame):
            self._surroundings.feel(item.ambient_centi)
        shows = sight(item, self._numbers)
        if shows is not self._showing:
            self._run.clear()
            self._showing = shows
        if shows in (Sight.NOBODY, Sight.LOW):
            self._count_away(observed_ns)
        else:
            self._away_since_ns = None
        if shows is Sight.NOBODY or isinstance(item, NoTarget):
            return None
        self._run.append(_Sample(item, observed_ns))
        while shows is Sight.PERSON and self._spread() > self._numbers.agree_centi:
            self._run.popleft()
        return self._judge(observed_ns)

    def tick(self, now_ns: int) -> Reading | OutOfRange | None:
        """Time passes without a frame: a run may have lasted long enough, or the frames have stopped."""
        return None if self._forget_if_gone(now_ns) else self._judge(now_ns)

    def _count_away(self, observed_ns: int) -> None:
        if self._away_since_ns is None:
            self._away_since_ns, self._away_frames = observed_ns, 0
        self._away_frames += 1
        if self._away_frames < self._numbers.away_frames:
            return
        if observed_ns - self._away_since_ns < self._numbers.away_ms * _NS_PER_MS:
            return
        if self._showing is Sight.NOBODY:
            self._told.clear()
        elif self._stage is not Stage.EMPTY:
            self._told = {Bound.LOW}  # a device that says LO to the wall would say it after each person
        self._move(Cause.LEFT)

    def _forget_if_gone(self, now_ns: int) -> bool:
        if now_ns - self._last_ns <= self._numbers.gone_ms * _NS_PER_MS:
            return False
        self._run.clear()
        self._showing = Sight.NOBODY
        self._away_since_ns = None
        self._surroundings.feel(None)
        self._told.clear()
        self._move(Cause.LEFT)
        return True

    def _move(self, cause: Cause) -> None:
        self._stage = TRANSITIONS.get((self._stage, cause), self._stage)

    def _spread(self) -> int:
        centis = [seen.centi_celsius for seen in self._run]
        return max(centis) - min(centis)

    def _judge(self, now_ns: int) -> Reading | OutOfRange | None:
        """What the run says, if it is long enough in frames and in time."""
        if len(self._run) < self._numbers.frames:
            return None
        if now_ns - self._run[0].observed_ns < self._numbers.settle_ms * _NS_PER_MS:
            return None
        # The upper one of two middle frames: a reading is never rounded down.
        middle = sorted(self._run, key=lambda seen: seen.centi_celsius)[len(self._run) // 2]
        if self._stage is Stage.EMPTY:
            return self._say(middle)
        elsewhere = abs(middle.centi_celsius - self._settled_centi) > self._numbers.other_centi
        if elsewhere and self._showing is not Sight.LOW:
            self._move(Cause.OTHER)
        return None

    def _say(self, middle: _Sample) -> Reading | OutOfRange | None:
        item, observed_ns = middle.item, self._run[-1].observed_ns
        raw = Raw(middle.centi_celsius, len(self._run), self._spread(), item.data.hex())
        bound = self._bound(item)
        if bound is None and isinstance(item, Frame):
            self._move(Cause.SETTLED)
            self._settled_centi = item.surface_centi
            return Reading(
                device=self._device,
                observed_ns=observed_ns,
                centi_celsius=item.centi_celsius,
                site=self._site,
                mode=item.mode,
                raw=raw,
                ambient_centi=item.ambient_centi,
            )
        if bound is None or bound in self._told:
            return None
        self._told.add(bound)
        return OutOfRange(self._device, observed_ns, bound, raw)

    def _bound(self, item: Frame | OutOfBounds) -> Bound | None:
        """Which end of the range *item* lies beyond, or ``None`` for a temperature a person can have."""
        if isinstance(item, OutOfBounds):
            return item.bound
        # A device that estimates the body may say something impossible about possible skin.
        if max(item.surface_centi, item.centi_celsius) > self._numbers.highest_centi:
            return Bound.HIGH
        return Bound.LOW if item.centi_celsius < self._numbers.lowest_centi else None
