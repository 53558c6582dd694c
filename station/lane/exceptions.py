"""特批放行: letting somebody through against the rules, with a reason that is a code and so names nobody.  Pure.

It takes no shift leader: nothing of duty is in the way of passage (docs/lane.md).  The entry names who was on duty.
"""

from __future__ import annotations

from dataclasses import replace

from station.lane import party
from station.lane.arrival import has_question
from station.lane.doubt import DOUBTS
from station.lane.exception_codes import REASONS
from station.lane.lane import Lane
from station.lane.visit import Stage, Visit
from station.policy.policy import Outcome
from station.screen.elements import Key, Word

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
