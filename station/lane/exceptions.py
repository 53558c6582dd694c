"""特批放行: letting somebody through against the rules, with a reason that is a code and so names nobody.  Pure.

It takes no shift leader: nothing of duty is in the way of passage (docs/lane.md).  The entry names who was on duty.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from station.lane import party
from station.lane.arrival import has_question
from station.lane.doubt import DOUBTS
from station.lane.exception_codes import REASONS
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.visit import Stage, Visit
from station.notebook.round_times import clock
from station.policy.policy import Outcome
from station.screen.elements import Key, Word

#: How long after the panel has gone somebody who was turned back is let through with a touch: until the leader has come
#: or the office has answered, and while they still stand there to be seen.
LATER_MS = 5 * 60_000

KEY = Key(
    "exception",
    Word("exception_key"),
    "warn",
    choices=tuple(Key("exception", Word(f"reason_{one}"), "warn", "", (("reason", one),)) for one in REASONS),
)


def offered(lane: Lane, visit: Visit) -> tuple[Key, ...]:
    """The key, where an exception would let *visit* through: not over a fever, a closed place or full closure."""
    answered = visit.stage is Stage.DECIDED
    if visit.exception or not (answered or (visit.ask not in DOUBTS and not has_question(visit))):
        return ()
    _, decision = party.judge(lane.policy, replace(visit, exception=REASONS[0]), lane.see)
    return (KEY,) if decision.outcome is Outcome.ADMIT else ()


def refused_of(lane: Lane, visit: str, now_ms: int) -> Shown | None:
    """Who was turned back last, in that *visit*, while it can still be excepted and nobody else stands here."""
    last = lane.refused
    if last is None or last.entry is None or last.visit.id != visit or lane.visit is not None:
        return None
    return last if now_ms < last.until_ms + LATER_MS else None


def later(lane: Lane, now_ms: int) -> tuple[Key, ...]:
    """The key for whoever was turned back last, once the panel says no more of them."""
    last = lane.refused
    if last is None or refused_of(lane, last.visit.id, now_ms) is None or not offered(lane, last.visit):
        return ()
    if lane.shown is not None and lane.shown.visit.id == last.visit.id:
        return ()
    of = (("of", last.visit.id),)
    who = last.visit.person.masked if last.visit.person is not None else ""
    time = clock(last.until_ms - lane.timing.refusal_shown_ms, now_ms, ZoneInfo(lane.timezone))
    word = Word("exception_for", (("name", who), ("time", time)))
    choices = tuple(replace(one, arguments=(*of, *one.arguments)) for one in KEY.choices)
    return (Key("exception", word, "warn", "", of, choices=choices),)
