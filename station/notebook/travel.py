"""出行报备 at the gate: where somebody goes and when they come back, by key.  Pure.

Who is back is recognised by station/notebook/journeys.py.
"""

from __future__ import annotations

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Action, ActionError
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook.rounds import LOG
from station.screen.elements import Key, Word

#: Where to, as codes: within the city, the province, beyond, abroad.  The address itself is the office's to ask.
WHERE = ("city", "province", "beyond", "abroad")
#: For how many days; what lies between is rounded up.
DAYS = (1, 2, 3, 5, 7, 14, 30)
_DAY_MS = 86_400_000


def announced(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """*person* says where they go and when they come back.

    :raises ActionError: if nobody of the roster is named.
    """
    if person is None or not person.resident:
        raise ActionError("resident_unknown", "travel: no such resident")
    days = int(action.get("days"))
    facts = {"where": action.get("where"), "days": days, "back_ms": now_ms + days * _DAY_MS}
    personal = {"resident": person.resident, "masked": person.masked, "last4": person.last4}
    lane.record(Draft(kinds.TRAVEL_ANNOUNCED, facts, lane.actor, personal))
    lane.say("travel_noted", now_ms)


def key() -> Key:
    """出行报备: where to, for how long, then who."""
    places = tuple(
        Key("travel", Word(f"travel_{where}"), "action", "", (*LOG, ("where", where)), choices=_days(where))
        for where in WHERE
    )
    return Key("travel", Word("travel_key"), "action", "", LOG, choices=places)


def _days(where: str) -> tuple[Key, ...]:
    about = (("act", "travel"), ("where", where))
    return tuple(
        Key("page:search", Word("travel_days", (("n", str(days)),)), "action", "", (*about, ("days", str(days))))
        for days in DAYS
    )
