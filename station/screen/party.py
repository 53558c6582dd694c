"""What the gate's screen says of people who pass together, and the keys of what is told in full later.  Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from station.facts import Direction, Trip, Vehicle
from station.lane import party
from station.lane.arrival import has_question
from station.lane.doubt import doubted
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.unfilled import Unfilled
from station.lane.visit import Stage, Visit
from station.policy.policy import Lines, Outcome
from station.screen.elements import Badge, Key, Level, Word
from station.screen.panel import PersonLine, Seat

#: Seats that have a key of their own; a coach is measured in its order.
MAX_KEYS = 12
#: Numpad keys that mean nothing else while a question stands on the screen.
_NUMPAD = {1: "1", 2: "2", 3: "3", 5: "5", 6: "6"}
#: Services that an emergency can be.
SERVICES = ("ambulance", "fire", "police", "other")
#: Seats that fit on the panel.
MAX_SEATS = 8
#: An emergency is opened by 急, not from the list of vehicles.
KINDS = (Vehicle.PRIVATE, Vehicle.TAXI, Vehicle.OFFICIAL, Vehicle.WORK, Vehicle.GOODS)
#: As many open events as one sheet has places, the oldest first.
MAX_LISTED = 13

COMPANION = Key("companion", Word("companion"), "action", "+")
FEWER = Key("fewer", Word("fewer"), "neutral", "-")
TOGETHER = Key("together", Word("together"), "action", "+")
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
    items = list(lane.unfilled.values())[:MAX_LISTED]
    if items:
        listed = tuple(_item_key(item, lane.timezone, now_ms) for item in items)
        waits = Word("to_fill_in", (("n", str(len(lane.unfilled))),))
        changed.append(Key("details", waits, "warn", choices=listed))
    visit = lane.visit
    if visit is not None and visit.is_party:
        changed.append(PLATE)
    if visit is None:
        changed.append(COMPANION)
    changed += [TRIP, PAPER] if visit is not None or lane.shown is not None else [PAPER]
    if count:
        changed.append(Key("delivery", Word("delivery_less"), "neutral", "", (("pieces", "-1"),)))
    return tuple(changed)


def to_fill_in(lane: Lane) -> tuple[Badge, ...]:
    """The mark in the header while something waits to be told in full."""
    count = len(lane.unfilled)
    return (Badge(Word("to_fill_in", (("n", str(count)),)), Level.NOTE),) if count else ()


def handed_today(lane: Lane, now_ms: int) -> int:
    """How many deliveries since midnight here."""
    midnight = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(lane.timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    since_ms = midnight.timestamp() * 1000
    return sum(1 for one in lane.handed if one.at_ms >= since_ms)


def group_keys(visit: Visit, *others: Key) -> tuple[Key, ...]:
    """The keys while several are being measured; *others* are what the state offers besides."""
    return (COMPANION, FEWER, choose_key(visit), *others)


def seat_keys(visit: Visit) -> tuple[Key, ...]:
    """The answers to «which seat?»."""
    if visit.rival is None:
        return ()
    seats = party.open_seats(visit, visit.rival)[:MAX_KEYS]
    more = Key("seat", Word("one_more"), "neutral", "+", (("seat", str(visit.people + 1)),))
    return (*(_seat_key(seat) for seat in seats), more)


def seats(visit: Visit, lines: Lines) -> tuple[Seat, ...]:
    """Every seat with what became of it."""
    if visit.people == 1:
        return ()
    read = {taken.seat: taken for taken in visit.round}
    waiting = visit.stage in (Stage.OPEN, Stage.AGAIN, Stage.ASK) and visit.expects_reading
    people = dict(party.named(visit))
    found = []
    for seat in range(1, visit.people + 1):
        if seat in read:
            state = "done" if party.in_range(read[seat], lines) else "off"
        elif waiting and seat == visit.next_seat:
            state = "next"
        else:
            state = "missing"
        found.append(Seat(seat, state, people[seat].masked if seat in people else ""))
    # A coach does not fit: the seats around the one that matters.
    matters = next((seat.number for seat in found if seat.state in ("next", "off")), 1)
    begin = max(0, min(matters - MAX_SEATS // 2, len(found) - MAX_SEATS))
    return tuple(found[begin : begin + MAX_SEATS])


def newest(visit: Visit) -> Taken | None:
    """While several are being measured: the reading that was taken last."""
    if visit.people == 1 or visit.stage not in (Stage.OPEN, Stage.AGAIN) or not visit.readings:
        return None
    return sorted(visit.readings, key=lambda taken: taken.seen_ms)[-1]


def line(visit: Visit) -> PersonLine | None:
    """Who stands on the operator's strip: of a party whoever is measured next, else the one it is about."""
    person = doubted(visit) or visit.person
    if visit.people > 1 and visit.expects_reading and visit.is_party:
        person = party.on_seat(visit, visit.next_seat)
    return _line(visit, person)


def line_about(lane: Lane, shown: Shown) -> PersonLine | None:
    """Who a decision is about: of a party whoever sits where the reason is."""
    visit = shown.visit
    seat = party.seat_of(lane.policy, visit, lane.see) if visit.is_party else 0
    return _line(visit, party.on_seat(visit, seat))


def _line(visit: Visit, person: Person | None) -> PersonLine | None:
    if person is None:
        return PersonLine(visit.plate[-party.PLATE_TAIL :], visit.plate) if visit.plate else None
    return PersonLine(person.masked, person.name, person.place, person.last4)


def whose_turn(visit: Visit, headline: Word) -> Word:
    """The headline while several are measured: who is next, and whether they are measured again."""
    if visit.people == 1 or not visit.expects_reading or has_question(visit):
        return headline
    again = visit.next_seat in party.read_seats(visit)
    return Word("again_seat" if again else "now_seat", (("n", str(visit.next_seat)),))


def chip_name(visit: Visit) -> str:
    """What stands on the chip of whoever stepped aside: a vehicle by the end of its plate."""
    return visit.plate[-party.PLATE_TAIL :] or (visit.person.masked if visit.person else "")


def about_seat(lane: Lane, shown: Shown) -> tuple[Word, ...]:
    """Of whom of several a decision is."""
    if shown.decision.outcome is Outcome.ADMIT:
        return ()
    seat = party.seat_of(lane.policy, shown.visit, lane.see)
    return (Word("seat_n", (("n", str(seat)),)),) if seat else ()


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


def offers_trip(lane: Lane, visit: Visit) -> bool:
    """Whether 事由 stands ready in the row for whoever goes out."""
    return lane.offer_trip and visit.direction is Direction.OUT and visit.trip is Trip.NONE


def _item(lane: Lane, shown: Shown) -> Unfilled | None:
    return lane.unfilled.get(f"{shown.entry[0]}-{shown.entry[1]}") if shown.entry is not None else None


def choose_key(visit: Visit) -> Key:
    """Opens the seats, to have another one measured next."""
    listed = tuple(_seat_key(seat) for seat in range(1, min(visit.people, MAX_KEYS) + 1))
    return Key("seat", Word("choose_seat"), "action", choices=listed)


def _seat_key(seat: int) -> Key:
    number = str(seat)
    return Key("seat", Word("seat_n", (("n", number),)), "action", _NUMPAD.get(seat, ""), (("seat", number),))


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
