"""What the outputs are to do at a moment, from what was asked of them.  Pure: the time comes in as milliseconds.

Promises:

1. A later meaning replaces an earlier one, except ``device``, which never touches a lamp or a sound still going on.
2. Silence takes the sound only, never a lamp; it ends by itself and the alarm sounds again.
3. A new alarm is heard although an older one was silenced; a *resumed* one keeps its silence.
   Silence and loudness reach an unanswered alarm also while the lane shows something else over it.
4. The gate closes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.errors import DriverError
from drivers.patterns import ALARMS, BUZZER, GATE, PATTERNS, SELF_TEST, SELF_TEST_MS, Light, Meaning, Sound

#: An alarm that can be set to nothing is no alarm.
MIN_VOLUME = 20


#: How long a lamp goes out when its meaning is said again, so that two people at a green lamp are told apart.
AGAIN_GAP_MS = 150


class VolumeError(DriverError, ValueError):
    """A loudness that cannot be used; the message names the key and the value."""

    code = "signals.volume"


@dataclass(frozen=True, slots=True)
class Drive:
    """How an output that is on is driven: loudness 1 to 100, and the pitch of a tonal buzzer."""

    percent: int = 100
    hertz: int = 0


@dataclass(frozen=True, slots=True)
class Volume:
    """Loudness of the buzzer by day and by night, and whether it can be turned down at all (``tonal``).

    :raises VolumeError: unless 20 <= ``day_percent`` <= 100 and 0 <= ``night_percent`` <= 100.
    """

    day_percent: int = 100
    night_percent: int = 30
    tonal: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be heard."""
        for name, least in (("day_percent", MIN_VOLUME), ("night_percent", 0)):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= 100:
                raise VolumeError(f"{name}: expected a whole number from {least} to 100, got {value!r}")


class Showing:
    """The state between two calls.  Every call takes the current time and times never go backwards."""

    def __init__(self, volume: Volume) -> None:
        """Begin with everything off."""
        self._volume = volume
        self._meaning = Meaning.IDLE
        self._light: Light | None = None
        self._light_from = 0
        self._sound: Sound | None = None
        self._sound_from = 0
        self._percent = 100
        self._notice = False  # the sound is a device notice, not the meaning's own
        self._unanswered: Meaning | None = None  # an alarm without end that nothing has cleared yet
        self._loud = False
        self._silenced: frozenset[Meaning] = frozenset()
        self._silent_until: int | None = None
        self._gate_until: int | None = None
        self._test_from: int | None = None
        self._bursts = 0

    def show(self, meaning: Meaning, now: int, *, night: bool = False, resumed: bool = False) -> None:
        """Begin *meaning*; *resumed* means the same alarm goes on after something else was shown."""
        if meaning is Meaning.DEVICE:
            self._show_notice(now, night)
            return
        if meaning is Meaning.IDLE:
            self._loud, self._unanswered = False, None
            self._silenced, self._silent_until = frozenset(), None
        elif not resumed:
            self._silenced -= {meaning}
        if PATTERNS[meaning].louder:
            self._unanswered = meaning
        self._test_from = None
        begins = now + AGAIN_GAP_MS if self._is_lit(meaning, now) else now
        self._meaning = meaning
        self._light, self._light_from = PATTERNS[meaning].light, begins
        self._start_sound(meaning, now, night)

    def silence(self, for_ms: int, now: int) -> None:
        """Take the sound of what is shown now, and of an unanswered alarm under it, for *for_ms*."""
        wanted = {self._unanswered, self._meaning if self._is_sounding(now) and not self._notice else None}
        if silenced := frozenset(meaning for meaning in wanted if meaning):
            self._silenced, self._silent_until = silenced, now + for_ms

    def louder(self, now: int) -> None:
        """Make the unanswered alarm more pressing, until everything is cleared."""
        if self._unanswered is None or self._loud:
            return
        self._loud = True
        if self._meaning is self._unanswered:
            self._start_sound(self._meaning, now, night=False)

    def set_volume(self, volume: Volume) -> None:
        """Use *volume* from the next sound on."""
        self._volume = volume

    def open_gate(self, for_ms: int, now: int) -> None:
        """Hold the gate open until *for_ms* from now, or longer if it was asked for longer before."""
        self._gate_until = max(now + for_ms, self._gate_until or 0)

    def close_gate(self) -> None:
        """Close the gate now."""
        self._gate_until = None

    def self_test(self, now: int) -> None:
        """Drive each output in turn; the next meaning ends it."""
        self._test_from = now

    def step(self, now: int) -> Mapping[str, Drive]:
        """The outputs that are on at *now*, by name; all others are off."""
        self._expire(now)
        on: dict[str, Drive] = {}
        if self._gate_until is not None:
            on[GATE] = Drive()
        if self._test_from is not None:
            elapsed = now - self._test_from
            on |= {step.output: Drive(100, step.hertz) for step in SELF_TEST if step.train.is_on(elapsed)}
            return on
        if self._light and self._light.train.is_on(now - self._light_from):
            on[self._light.lamp] = Drive()
        if self._sound and not self._is_silent() and self._sound.train.is_on(now - self._sound_from):
            on[BUZZER] = Drive(self._percent, self._sound.hertz)
        return on

    def next_change(self, now: int) -> int | None:
        """The first moment after *now* at which :meth:`step` may give something else."""
        moments = [self._gate_until, self._silent_until]
        if self._test_from is not None:
            edges = (step.train.next_edge(now - self._test_from) for step in SELF_TEST)
            moments += [self._test_from + edge for edge in edges if edge is not None]
            moments.append(self._test_from + SELF_TEST_MS)
        for part, start in ((self._light, self._light_from), (self._sound, self._sound_from)):
            edge = part.train.next_edge(now - start) if part else None
            moments.append(None if edge is None else start + edge)
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    def finished_burst(self, now: int) -> tuple[Meaning, int] | None:
        """The meaning and the number of the burst that ended since the last call, if it was to be heard."""
        if self._sound is None or self._notice:
            return None
        done = self._sound.train.bursts_done(now - self._sound_from)
        if done <= self._bursts:
            return None
        self._bursts = done
        return None if self._is_silent() or self._test_from is not None else (self._meaning, done)

    def _show_notice(self, now: int, night: bool) -> None:
        if not self._is_sounding(now) and self._test_from is None:
            self._start_sound(Meaning.DEVICE, now, night)

    def _start_sound(self, meaning: Meaning, now: int, night: bool) -> None:
        pattern = PATTERNS[meaning]
        quiet = night and meaning not in ALARMS
        self._percent = self._volume.night_percent if quiet else self._volume.day_percent
        self._sound = pattern.sound
        if quiet and not self._volume.tonal and self._percent < self._volume.day_percent:
            self._sound = pattern.tick or pattern.sound
        if self._loud and pattern.louder:
            self._sound, self._percent = pattern.louder, 100
        if self._percent == 0:
            self._sound = None
        self._sound_from, self._bursts, self._notice = now, 0, meaning is Meaning.DEVICE

    def _is_lit(self, meaning: Meaning, now: int) -> bool:
        """Whether the lamp of *meaning* is already on: it then goes out for a moment, or nobody sees it said again."""
        light = PATTERNS[meaning].light
        if light is None or light is not self._light or light.train.period_ms is not None:
            return False
        elapsed = now - self._light_from
        # One that went out a moment ago may still be lit to the eye, and to a thread that is late.
        return light.train.is_on(elapsed) or light.train.is_on(elapsed - AGAIN_GAP_MS)

    def _is_sounding(self, now: int) -> bool:
        """Whether a sound is on or still to come."""
        return self._sound is not None and self._sound.train.next_edge(now - self._sound_from) is not None

    def _is_silent(self) -> bool:
        return self._meaning in self._silenced and not self._notice

    def _expire(self, now: int) -> None:
        if self._gate_until is not None and now >= self._gate_until:
            self._gate_until = None
        if self._test_from is not None and now - self._test_from >= SELF_TEST_MS:
            self._test_from = None
        if self._silent_until is not None and now >= self._silent_until:
            if self._is_silent() and self._sound and self._sound.train.times is None:
                self._sound_from, self._bursts = self._silent_until, 0  # from its beginning, not from mid-rhythm
            self._silenced, self._silent_until = frozenset(), None
