"""What is told in full later: emergencies and parties that were let through first.  Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from station.facts import Direction
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.unfilled import Unfilled
from station.screen.elements import Badge, Key, Level, Word

#: Services that an emergency can be.
SERVICES = ("ambulance", "fire", "police", "other")
#: As many open events as one sheet has places, the oldest first.
MAX_LISTED = 13


def to_fill_in(lane: Lane) -> tuple[Badge, ...]:
    """The mark in the header while something waits to be told in full."""
    count = len(lane.unfilled)
    return (Badge(Word("to_fill_in", (("n", str(count)),)), Level.NOTE),) if count else ()


def unfilled_keys(lane: Lane, now_ms: int) -> tuple[Key, ...]:
    """The key that lists what is still to be told; none where nothing is."""
    items = list(lane.unfilled.values())[:MAX_LISTED]
    if not items:
        return ()
    listed = tuple(_item_key(item, lane.timezone, now_ms) for item in items)
    return (Key("details", Word("to_fill_in", (("n", str(len(lane.unfilled))),)), "warn", choices=listed),)


def emergency_words(lane: Lane, shown: Shown) -> tuple[Word, tuple[Word, ...]]:
    """How many were let through, and who came, as far as it is told."""
    item = _item(lane, shown)
    if item is None:
        return Word("emergency_pass"), ()
    came = (Word(f"service_{item.service}"),) if item.service else ()
    return Word("emergency_people", (("n", str(item.people)),)), came


def emergency_keys(lane: Lane, shown: Shown) -> tuple[Key, ...]:
    """What can be told of an emergency at once, as soon as it is on the disk."""
    item = _item(lane, shown)
    if item is None:
        return ()
    of = (("of", item.id),)
    return (
        Key("details", Word("one_person_more"), "action", "+", (*of, ("people", "+1"))),
        Key("details", Word("one_person_less"), "neutral", "-", (*of, ("people", "-1"))),
        Key("details", Word("details"), "action", "", of, choices=_detail_keys(item)),
    )


def _item(lane: Lane, shown: Shown) -> Unfilled | None:
    return lane.unfilled.get(f"{shown.entry[0]}-{shown.entry[1]}") if shown.entry is not None else None


def _item_key(item: Unfilled, timezone: str, now_ms: int) -> Key:
    zone = ZoneInfo(timezone)
    then, now = (datetime.fromtimestamp(at_ms / 1000, zone) for at_ms in (item.at_ms, now_ms))
    # Of another day: which one.
    time = then.strftime("%H:%M" if then.date() == now.date() else "%m-%d %H:%M")
    known = item.plate or (item.names[0] if item.names else "")
    gaps = (("time", time), ("n", str(item.people)))
    named = Word("unfilled_event", (*gaps, ("name", known)))
    word = Word("unfilled_emergency", gaps) if item.what == "emergency" else named
    return Key("details", word, "warn", "", (("of", item.id),), choices=_detail_keys(item))


def _detail_keys(item: Unfilled) -> tuple[Key, ...]:
    of, count = (("of", item.id),), (("n", str(item.people)),)
    services = tuple(
        Key(
            "details",
            Word(f"service_{name}"),
            "warn" if name == item.service else "action",
            str(number),
            (*of, ("service", name)),
        )
        for number, name in enumerate(SERVICES, 1)
    )
    return (
        *(services if item.what == "emergency" else ()),
        Key("details", Word("people_plus", count), "action", "+", (*of, ("people", "+1"))),
        Key("details", Word("people_minus", count), "neutral", "-", (*of, ("people", "-1"))),
        Key("page:plate", Word("plate"), "warn" if item.plate else "action", "", (("act", "details"), *of)),
        *(
            (Key("page:search", Word("goes_along"), "action", "", (("act", "details"), *of)),)
            if item.what == "emergency" and item.direction == Direction.OUT
            else ()
        ),
        Key("details", Word("details_done"), "neutral", "", (*of, ("complete", "1")), confirm=True),
    )
