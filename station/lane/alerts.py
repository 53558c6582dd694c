"""The alarm of unanswered fevers: it sounds until somebody answers, and gets louder.  Pure.

Figures of ui/UI.md: silence for two minutes with a countdown while lamps and screen stay; a case that nobody
answered for 60 s makes it louder, and the shift leader and the office are called; the lane is free again after 30 s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SILENCE_MS = 120_000
ESCALATE_MS = 60_000
HOLD_LANE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Ringing:
    """One case that nobody has answered since ``since_ms``; ``told`` once others were called because of it."""

    case: str
    since_ms: int
    told: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """Everything unanswered, oldest first; never empty."""

    ringing: tuple[Ringing, ...]
    silent_until_ms: int | None = None

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases, oldest first."""
        return tuple(one.case for one in self.ringing)

    @property
    def since_ms(self) -> int:
        """Since when the newest of them rings."""
        return self.ringing[-1].since_ms

    @property
    def escalated(self) -> bool:
        """Whether others were called because of any of them."""
        return any(one.told for one in self.ringing)

    def holds_lane(self, now_ms: int) -> bool:
        """Whether the red panel still fills the screen."""
        return now_ms < self.since_ms + HOLD_LANE_MS


def raise_alarm(alarm: Alarm | None, case: str, now_ms: int) -> Alarm:
    """The alarm with one more case; a new case ends the silence of the old."""
    before = () if alarm is None else alarm.ringing
    return Alarm((*before, Ringing(case, now_ms)))


def answer(alarm: Alarm | None, case: str) -> Alarm | None:
    """The alarm without *case*; None when nobody is left unanswered."""
    if alarm is None:
        return None
    ringing = tuple(one for one in alarm.ringing if one.case != case)
    return replace(alarm, ringing=ringing) if ringing else None


def silence(alarm: Alarm, now_ms: int) -> Alarm:
    """The alarm without its sound for two minutes."""
    return replace(alarm, silent_until_ms=now_ms + SILENCE_MS)


def due_escalation(alarm: Alarm | None, now_ms: int) -> tuple[str, ...]:
    """The cases that nobody has answered for too long and nobody has been told of yet."""
    ringing = () if alarm is None else alarm.ringing
    return tuple(one.case for one in ringing if not one.told and now_ms >= one.since_ms + ESCALATE_MS)


def escalate(alarm: Alarm, cases: tuple[str, ...]) -> Alarm:
    """The alarm, louder because of *cases*; silence ends."""
    return Alarm(tuple(replace(one, told=True) if one.case in cases else one for one in alarm.ringing))
