"""What a step of the wall clock must not do: end somebody's rest, or a question, before its time.  Pure.

A machine without a battery clock starts in the past and is set once a server answers; a demo skips quiet hours.  The
lane keeps its waits in wall milliseconds, so that screen and entries agree; when the wall clock steps, every moment
that is still being waited for steps with it.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from station.lane.lane import Lane

T = TypeVar("T")

#: A disciplined clock is slewed by half a millisecond a second; what moves by more at once was set.
LEAST_STEP_MS = 1_500
#: Fields that say when something happened or ends; 0 and None mean never.
_MOMENTS = frozenset(
    {"touched_ms", "person_ms", "since_ms", "ready_ms", "until_ms", "silent_until_ms", "opened_ms", "seen_ms"}
)
#: What of the lane is waited for.
_OF_LANE = ("visit", "following", "shown", "refused", "notice", "alarm", "undoable")


class SteadyWall:
    """Notices steps: how far wall time has moved against *steady* time, which only runs.  Both in milliseconds."""

    def __init__(self, wall_ms: int, steady_ms: int) -> None:
        self._apart_ms = wall_ms - steady_ms

    def step_ms(self, wall_ms: int, steady_ms: int) -> int:
        """By how much the wall clock was set since the last call; 0 if it was not."""
        moved_ms = wall_ms - steady_ms - self._apart_ms
        if abs(moved_ms) < LEAST_STEP_MS:
            return 0
        self._apart_ms += moved_ms
        return moved_ms


def step(lane: Lane, by_ms: int) -> None:
    """The wall clock was set by *by_ms*: whoever waits in *lane* waits as long as before."""
    for name in _OF_LANE:
        setattr(lane, name, stepped(getattr(lane, name), by_ms))
    lane.waiting = {name: stepped(visit, by_ms) for name, visit in lane.waiting.items()}
    lane.cases = {name: stepped(case, by_ms) for name, case in lane.cases.items()}
    lane.recording = {token: (stepped(visit, by_ms), decision) for token, (visit, decision) in lane.recording.items()}
    if lane.wiped_until_ms is not None:
        lane.wiped_until_ms += by_ms


def stepped(value: T, by_ms: int) -> T:
    """*value*, a frozen record or None, with every moment in it moved by *by_ms*."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name in _MOMENTS:
            if old:
                changes[field.name] = old + by_ms
        elif is_dataclass(old):
            changes[field.name] = stepped(old, by_ms)
        elif isinstance(old, tuple) and any(is_dataclass(one) for one in old):
            changes[field.name] = tuple(stepped(one, by_ms) for one in old)
    return replace(value, **changes)
