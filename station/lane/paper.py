"""补录: a passage that was written on paper while there was no power, as a marked entry.  Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from drivers.events import Mode, Site
from station import typed
from station.facts import Direction, Facts
from station.journal.draft import Draft
from station.lane import drafts
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Visit, measure
from station.policy.policy import Decision, Outcome, Policy

#: The device of a reading that stood on paper.
DEVICE = "paper"


def when_ms(text: str, now_ms: int, timezone: str) -> int | None:
    """The newest moment before *now_ms* at which a clock here showed *text* (``1914``), None if none ever does."""
    if not (text.isdecimal() and len(text) == 4 and int(text[:2]) < 24 and int(text[2:]) < 60):
        return None
    zone = ZoneInfo(timezone)
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    then = now.replace(hour=int(text[:2]), minute=int(text[2:]), second=0, microsecond=0)
    if then > now:
        # Somebody writes in after midnight what was noted before.
        then -= timedelta(days=1)
    return int(then.timestamp() * 1000)


def reading(centi_celsius: int, observed_ms: int) -> Taken:
    """A temperature as it stood on paper."""
    return Taken(centi_celsius, Mode.SURFACE, Site.FOREHEAD, DEVICE, observed_ms, 0, by_hand=True)


def visit_of(id: str, direction: Direction, person: Person | None, taken: Taken) -> Visit:
    """The visit that stood on paper."""
    seen_ms = taken.seen_ms
    return measure(Visit(id, direction, seen_ms, person=person, person_ms=seen_ms), taken)


def draft(visit: Visit, facts: Facts, policy: Policy, actor: str, who: str) -> Draft:
    """The entry: who was let through then has passed, whatever the rules say now.

    A temperature over the line is no passage: whoever wrote it down had them wait.
    """
    high = facts.centi_celsius is not None and facts.centi_celsius >= policy.lines.high_centi
    outcome = Outcome.REFER if high else Outcome.ADMIT
    whole = drafts.decided(visit, facts, Decision(outcome, "from_paper", "from_paper"), policy, actor)
    body = whole.facts | {"source": "paper", "observed_at_ms": visit.round[0].seen_ms}
    personal = dict(whole.personal or {})
    if harmless := typed.kept({"who": who}):
        personal["typed"] = harmless
    return Draft(whole.kind, body, actor, personal or None, drafts.private_of(whole.private, who=who))
