"""The keys that answer a question about one person: what a press declares.  Pure."""

from __future__ import annotations

from station.facts import PersonClass, Status
from station.lane.visit import Visit
from station.screen.elements import Key, Word


def _declare(fact: str, value: str, word: str, look: str, key: str = "") -> Key:
    return Key("declare", Word(word), look, key, (("fact", fact), ("value", value)))


_ESSENTIAL = (
    _declare("essential", "yes", "essential_yes", "action", "1"),
    _declare("essential", "no", "essential_no", "warn", "2"),
)
_COMPARE = (
    _declare("pass_checked", "yes", "holder_yes", "action", "1"),
    _declare("pass_checked", "no", "holder_no", "stop", "2"),
)
VISITOR = _declare("person", PersonClass.VISITOR, "visitor_key", "warn", "5")
TO_CLINIC = Key("trip", Word("to_clinic_key"), "action", "6", (("trip", "medical"),))

#: Reason of an ``ask`` → its answers; every other question is answered by a search or by the colour of a code.
ANSWERS: dict[str, tuple[Key, ...]] = {
    "leaving_city": (
        _declare("leaving_city", "no", "leaving_no", "action", "1"),
        _declare("leaving_city", "yes", "leaving_yes", "warn", "2"),
    ),
    "essential_trip": _ESSENTIAL,
    "test_needed": (
        _declare("test_shown", "yes", "test_yes", "action", "1"),
        _declare("test_shown", "no", "test_no", "stop", "2"),
    ),
    "compare_pass": _COMPARE,
    "compare_name": _COMPARE,
    "travel_asked": (
        _declare("risk_visited", "no", "risk_visited_no", "action", "1"),
        _declare("risk_visited", "yes", "risk_visited_yes", "warn", "2"),
    ),
    "clock_unknown": (
        _declare("pass_checked", "yes", "dates_good", "action", "1"),
        _declare("pass_checked", "no", "dates_bad", "stop", "2"),
    ),
}

#: Questions about a person: of several each is asked, and the worst answer counts for all of them.
EACH = frozenset({"travel_asked", "test_needed", "essential_trip", "leaving_city"})


def beside(visit: Visit) -> tuple[Key, ...]:
    """What may be said of who stands here before anybody asks: that they are on their way to a clinic."""
    if visit.person is not None and visit.person.status is Status.ISOLATION and visit.direction == "out":
        return (TO_CLINIC,)
    return ()
