"""What each meaning looks and sounds like: a table, and the arithmetic of on and off.  Pure.

Five rhythms, because people confuse more than six.  *Rhythm* carries the meaning and pitch only helps: an active
buzzer has one pitch.  The burst of the alarm (3 + 2 pulses, twice) and its repetition within 2.5 to 15 s follow the
style of IEC 60601-1-8 as published second-hand; no conformity is claimed.  The flash of 2 Hz at 50 % lies inside that
standard's band for red (1.4 to 2.8 Hz) and under the 3 flashes a second of WCAG 2.3.1.

All times are milliseconds from the moment a pattern began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Meaning(StrEnum):
    """What the lamps and the buzzer say."""

    IDLE = "idle"
    ADMIT = "admit"
    RETAKE = "retake"
    REFER = "refer"
    FEVER = "fever"
    DENY = "deny"
    DEVICE = "device"


class Lamp(StrEnum):
    """The lamps of the mast."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


#: Names of the outputs that are no lamps.
BUZZER, GATE = "buzzer", "gate"


@dataclass(frozen=True, slots=True)
class Train:
    """Spans of *on*, as (start, end), and how often they come.

    Spans are in order and do not touch; the end of the last may be ``None``: on until something else is shown.
    With a ``period_ms`` the spans begin again ``times`` times, ``None`` meaning without end.
    """

    spans: tuple[tuple[int, int | None], ...]
    period_ms: int | None = None
    times: int | None = 1

    @property
    def burst_ms(self) -> int:
        """How long one set of spans lasts; 0 for one that stays on."""
        return self.spans[-1][1] or 0

    def is_on(self, at_ms: int) -> bool:
        """Whether the output is on at *at_ms*."""
        turn, within = divmod(at_ms, self.period_ms) if self.period_ms else (0, at_ms)
        if self.times is not None and turn >= self.times:
            return False
        return any(start <= within and (end is None or within < end) for start, end in self.spans)

    def next_edge(self, at_ms: int) -> int | None:
        """The first moment after *at_ms* at which the output changes, or ``None`` if it never does again."""
        turn = at_ms // self.period_ms if self.period_ms else 0
        last = turn + 1 if self.times is None else min(turn + 1, self.times - 1)
        for each in range(turn, last + 1):
            for edge in (edge for span in self.spans for edge in span if edge is not None):
                moment = each * (self.period_ms or 0) + edge
                if moment > at_ms:
                    return moment
        return None

    def bursts_done(self, at_ms: int) -> int:
        """How many times the last span has ended by *at_ms*."""
        if not self.burst_ms:
            return 0
        turn, within = divmod(at_ms, self.period_ms) if self.period_ms else (0, at_ms)
        done = turn + (within >= self.burst_ms)
        return done if self.times is None else min(done, self.times)


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp and when it is lit."""

    lamp: Lamp
    train: Train


@dataclass(frozen=True, slots=True)
class Sound:
    """When the buzzer sounds, and its pitch where it has one."""

    train: Train
    hertz: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one meaning looks and sounds like.

    ``louder`` replaces the sound of an alarm that nobody answers.  ``tick`` replaces it at night on a buzzer that
    cannot be turned down.
    """

    light: Light | None = None
    sound: Sound | None = None
    louder: Sound | None = None
    tick: Sound | None = None


def _pulses(on_ms: int, gap_ms: int, start: int, count: int) -> tuple[tuple[int, int], ...]:
    """*count* pulses, the first at *start*."""
    step = on_ms + gap_ms
    return tuple((start + n * step, start + n * step + on_ms) for n in range(count))


def _alarm(on_ms: int) -> tuple[tuple[int, int], ...]:
    """Three pulses, two pulses, a pause, and the same again, on a grid of 240 ms."""
    gap = 240 - on_ms
    groups = ((0, 3), (840, 2), (1680, 3), (2520, 2))
    return tuple(span for start, count in groups for span in _pulses(on_ms, gap, start, count))


_STEADY = Train(((0, None),))
_FLASH = Train(((0, 250),), period_ms=500, times=None)

#: The table.  ``idle`` is nothing at all; ``device`` has no lamp and leaves the lamps as they are.
PATTERNS: Mapping[Meaning, Pattern] = MappingProxyType(
    {
        Meaning.IDLE: Pattern(),
        Meaning.ADMIT: Pattern(
            Light(Lamp.GREEN, Train(((0, 3000),))),
            Sound(Train(((0, 80),)), 880),
            tick=Sound(Train(((0, 20),)), 880),
        ),
        Meaning.RETAKE: Pattern(
            Light(Lamp.AMBER, _STEADY),
            Sound(Train(_pulses(200, 200, 0, 3), period_ms=7000, times=4), 520),
        ),
        # Somebody is to be held, as with a fever, but nobody's life waits on the answer: the same burst, once.
        Meaning.REFER: Pattern(Light(Lamp.RED, _FLASH), Sound(Train(_alarm(120)), 930)),
        Meaning.FEVER: Pattern(
            Light(Lamp.RED, _FLASH),
            Sound(Train(_alarm(120), period_ms=7000, times=None), 930),
            # The same rhythm on the same grid with longer pulses and less rest, but enough for the spoken words.
            louder=Sound(Train(_alarm(180), period_ms=6000, times=None), 930),
        ),
        Meaning.DENY: Pattern(Light(Lamp.RED, _STEADY), Sound(Train(_pulses(300, 300, 0, 2)), 300)),
        Meaning.DEVICE: Pattern(sound=Sound(Train(((0, 150),)), 220)),
    }
)

#: Meanings that hold somebody at the gate: they are never turned down at night.
ALARMS = frozenset({Meaning.FEVER, Meaning.REFER})


@dataclass(frozen=True, slots=True)
class SelfTestStep:
    """One output of the self-test; a person at the mast confirms that it was seen or heard."""

    output: str
    train: Train
    hertz: int = 0


#: The self-test, one output after the other.  The gate relay is not in it: it would open the gate.
SELF_TEST: tuple[SelfTestStep, ...] = (
    SelfTestStep(Lamp.RED, Train(((0, 800),))),
    SelfTestStep(Lamp.AMBER, Train(((1000, 1800),))),
    SelfTestStep(Lamp.GREEN, Train(((2000, 2800),))),
    SelfTestStep(BUZZER, Train(_pulses(200, 200, 3000, 2)), 880),
)
#: How long the self-test lasts.
SELF_TEST_MS = max(step.train.burst_ms for step in SELF_TEST)
