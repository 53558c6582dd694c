"""What the gate's screen says of people who pass together, and the keys that tell who sits where.  Pure."""

from __future__ import annotations

from station.lane import party
from station.lane.arrival import has_question
from station.lane.doubt import doubted
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Stage, Visit
from station.policy.policy import Lines, Outcome
from station.screen.elements import Key, Word
from station.screen.panel import PersonLine, Seat

#: Seats that have a key of their own; a coach is measured in its order.
MAX_KEYS = 12
#: Numpad keys that mean nothing else while a question stands on the screen.
_NUMPAD = {1: "1", 2: "2", 3: "3", 5: "5", 6: "6"}
#: Seats that fit on the panel.
MAX_SEATS = 8
COMPANION = Key("companion", Word("companion"), "action", "+")
FEWER = Key("fewer", Word("fewer"), "neutral", "-")
TOGETHER = Key("together", Word("together"), "action", "+")


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


def choose_key(visit: Visit) -> Key:
    """Opens the seats, to have another one measured next."""
    listed = tuple(_seat_key(seat) for seat in range(1, min(visit.people, MAX_KEYS) + 1))
    return Key("seat", Word("choose_seat"), "action", choices=listed)


def _seat_key(seat: int) -> Key:
    number = str(seat)
    return Key("seat", Word("seat_n", (("n", number),)), "action", _NUMPAD.get(seat, ""), (("seat", number),))
