"""The row of keys under the lane: vehicles, deliveries, reasons to go out, events from paper.  Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from station.facts import Direction, Trip, Vehicle
from station.lane.lane import Lane
from station.lane.visit import Visit
from station.screen.details import unfilled_keys
from station.screen.elements import Key, Word
from station.screen.party import COMPANION

#: An emergency is opened by 急, not from the list of vehicles.
KINDS = (Vehicle.PRIVATE, Vehicle.TAXI, Vehicle.OFFICIAL, Vehicle.WORK, Vehicle.GOODS)
PAPER = Key("page:paper", Word("from_paper"), "action")
PLATE = Key("page:plate", Word("plate"), "action", "", (("act", "vehicle"),))
VEHICLE = Key(
    "vehicle",
    Word("vehicle_key"),
    "action",
    "6",
    choices=(
        *(
            Key("vehicle", Word(f"vehicle_{kind}"), "action", str(number), (("kind", kind),))
            for number, kind in enumerate(KINDS, 1)
        ),
        Key("page:plate", Word("known_plate"), "action", "0", (("act", "vehicle"),)),
    ),
)
TRIPS = tuple(
    Key("trip", Word(f"reason_{trip}"), "action", "", (("trip", trip),)) for trip in Trip if trip != Trip.NONE
)
TRIP = Key("trip", Word("purpose"), "action", "5", choices=TRIPS)


def lane_keys(keys: tuple[Key, ...], lane: Lane, now_ms: int, restarted: bool) -> tuple[Key, ...]:
    """The keys of the idle lane *keys* with those for vehicles, deliveries and what is to be filled in."""
    count = handed_today(lane, now_ms)
    changed: list[Key] = [PAPER] if restarted else []
    for key in keys:
        if key.act == "delivery" and count:
            changed.append(Key(key.act, Word("delivery_count", (("n", str(count)),)), key.look, key.key))
        else:
            changed.append(key)
        if key.act == "delivery":
            changed.append(VEHICLE)
    changed += unfilled_keys(lane, now_ms)
    visit = lane.visit
    if visit is not None and visit.is_party:
        changed.append(PLATE)
    if visit is None:
        changed.append(COMPANION)
    changed += [TRIP, PAPER] if visit is not None or lane.shown is not None else [PAPER]
    if count:
        changed.append(Key("delivery", Word("delivery_less"), "neutral", "", (("pieces", "-1"),)))
    return tuple(changed)


def handed_today(lane: Lane, now_ms: int) -> int:
    """How many deliveries since midnight here."""
    midnight = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(lane.timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    since_ms = midnight.timestamp() * 1000
    return sum(1 for one in lane.handed if one.at_ms >= since_ms)


def offers_trip(lane: Lane, visit: Visit) -> bool:
    """Whether 事由 stands ready in the row for whoever goes out."""
    return lane.offer_trip and visit.direction is Direction.OUT and visit.trip is Trip.NONE
