"""Passages as a gate's days have them: no two alike, and what is rare is rare.

Residents and others, both ways, with the ledger's and the gate's own normal's word on each; some are measured again,
some come in a vehicle.  What a device gives differs with every reading.  The same number gives the same passage.
"""

from __future__ import annotations

import random

from drivers.events import Mode, Site
from station import kinds
from station.facts import Direction, PassVerdict, PersonClass, Vehicle, Whereabouts
from station.journal.draft import Draft
from station.lane import drafts
from station.lane.facts import facts_of
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Visit
from station.ledger.history import History
from station.policy.policy import Decision, Lines, Outcome, Policy
from station.screening.standing import Standing, Verdict

POLICY = Policy("low", 12, "office", "0393-0000000", Lines(3730, 3500), (), "ab" * 32)
#: The desk marks every half hour that it is there: 48 of the plan's 607 entries a day.
_CHECKED_EVERY = 13
_FIRST_VISIT = 4_503_599_627_370_496
_CLASSES = (PersonClass.RESIDENT, PersonClass.VISITOR, PersonClass.WORKER, PersonClass.RETURNEE)
_OUTCOMES = (
    Decision(Outcome.ADMIT, "resident", "resident"),
    Decision(Outcome.RETAKE, "stands_out", "stands_out"),
    Decision(Outcome.DENY, "pass_expired", "visitor_pass"),
)


def everyday(number: int, at_ms: int) -> Draft:
    """What a gate writes at *at_ms* as its entry *number*: nearly always a passage."""
    if number % _CHECKED_EVERY == _CHECKED_EVERY - 1:
        return Draft(kinds.GATE_CHECKED, {"devices": 4, "working": 4 - number % 5 // 4})
    return a_passage(number, at_ms)


def a_passage(number: int, at_ms: int) -> Draft:
    """The passage *number*, decided at *at_ms*."""
    rng = random.Random(number)
    direction = rng.choice(tuple(Direction))
    people = 1 if rng.random() < 0.96 else rng.randint(2, 4)
    again = rng.random() < 0.08
    above_centi = round(rng.gauss(0, 28))
    normal_centi = 3380 + round(rng.gauss(0, 6))
    takes = [_taken(rng, at_ms - 900 * (people - at), at + 1, normal_centi, above_centi) for at in range(people)]
    visit = Visit(
        str(_FIRST_VISIT + number),
        direction,
        at_ms,
        person=_person(rng),
        round=tuple(takes),
        earlier=(_taken(rng, at_ms - 30_000, 1, normal_centi, 150),) if again else (),
        people=people,
        vehicle=Vehicle.PRIVATE if people > 1 else Vehicle.NONE,
        standing=Standing(Verdict.ORDINARY, above_centi),
        standing_before=Verdict.AGAIN if again else Verdict.UNKNOWN,
        history=History(
            rng.choice((Whereabouts.INSIDE, Whereabouts.OUTSIDE, Whereabouts.UNCERTAIN)),
            PassVerdict.VALID,
            rng.randint(1, 300) if rng.random() < 0.05 else 0,
            rng.choice((0, 0, 1, 1, 2)),
            ("exit_backfilled",) if rng.random() < 0.04 else (),
        ),
    )
    (decision,) = rng.choices(_OUTCOMES, (94, 4, 2))
    return drafts.decided(visit, facts_of(visit, POLICY.lines, True), decision, POLICY, rng.choice(("wang", "li-2")))


def inward(draft: Draft) -> int:
    """How many people *draft* let in."""
    facts = draft.facts
    return int(facts["people"]) if (facts.get("outcome"), facts.get("direction")) == ("admit", "in") else 0


def _person(rng: random.Random) -> Person:
    """One of 3,000 who live here, or of those who come to see them."""
    who = rng.randrange(3000)
    (klass,) = rng.choices(_CLASSES, (85, 8, 5, 2))
    place = f"{who // 300 + 1}-{who // 100 % 3 + 1}-{who % 100 + 101}"
    resident = f"r{18_000 + who}" if klass is PersonClass.RESIDENT else ""
    pass_id = rng.randbytes(8).hex()
    masked = rng.choice("王李张刘陈杨赵黄周吴") + "**"
    return Person(f"k:{who}", klass, masked, "", place, f"{who:04d}", resident, pass_id, PassVerdict.VALID)


def _taken(rng: random.Random, seen_ms: int, seat: int, normal_centi: int, above_centi: int) -> Taken:
    surface_centi = normal_centi + above_centi
    raw = (
        ("centi_celsius", surface_centi),
        ("frames", rng.randint(4, 12)),
        ("spread_centi", rng.randint(2, 40)),
        ("hex", rng.randbytes(7).hex(" ")),
    )
    return Taken(
        surface_centi,
        Mode.SURFACE,
        Site.FOREHEAD,
        "thermometer-1",
        seen_ms,
        1,
        rng.randint(900, 2200),
        raw=raw,
        seat=seat,
        cold_below_centi=normal_centi - 200,
        normal_centi=normal_centi,
    )
