"""A visit as the rules see it.  Pure."""

from __future__ import annotations

from collections.abc import Callable

from station.facts import Air, Direction, Facts, HealthProof, PassVerdict, PersonClass, Status
from station.lane.taken import Taken, is_cold
from station.lane.visit import Visit
from station.ledger.history import History
from station.policy.policy import Lines
from station.screening.standing import Verdict


def facts_of(visit: Visit, lines: Lines, clock_known: bool, closed: bool = False) -> Facts:
    """*visit* as the rules see it; *closed* says that the whole compound is, for whoever has no place in it."""
    person = visit.person
    history = visit.history or History(verdict=PassVerdict.NONE if person is None else person.pass_verdict)
    proof = None if person is None else person.proof
    taken = deciding(visit, lines)
    return Facts(
        direction=visit.direction,
        person=PersonClass.UNKNOWN if person is None else person.klass,
        pass_verdict=history.verdict,
        health_code=visit.health_code,
        mask=visit.mask,
        status=Status.NONE if person is None else person.status,
        host_isolated=person is not None and person.host_isolated,
        place_closed=closed if person is None or not person.place else person.place_closed,
        risk_origin=person is not None and person.risk_origin,
        symptoms=visit.symptoms,
        exception=bool(visit.exception),
        clock_known=clock_known,
        people=visit.people,
        measured=len(visit.round),
        centi_celsius=None if taken is None else taken.centi_celsius,
        mode=None if taken is None else taken.mode,
        site=None if taken is None else taken.site,
        by_hand=taken is not None and taken.by_hand,
        attempt=len(visit.readings),
        high_before=visit.high_before and _was(visit, taken, lambda one: one.centi_celsius >= lines.high_centi),
        cold_before=visit.cold_before and _was(visit, taken, lambda one: is_cold(one, lines)),
        whereabouts=history.whereabouts,
        travel_return=visit.direction is Direction.IN and "travel_return" in history.notes,
        overdue_minutes=history.overdue_minutes,
        outings_today=history.outings_today,
        health_proof=HealthProof.NONE if proof is None else proof.worth,
        vaccinated=proof is not None and proof.vaccinated,
        recovered=proof is not None and proof.recovered,
        test_hours=None if proof is None else proof.test_hours,
        **visit.declared.facts(),
        vehicle=visit.vehicle,
        trip=visit.trip,
        above_baseline_centi=visit.standing.above_centi,
        standing=visit.standing.verdict,
        standing_before=visit.standing_before if _was(visit, taken, lambda _: True) else Verdict.UNKNOWN,
        cold_below_centi=None if taken is None else taken.cold_below_centi,
        air=Air.UNKNOWN if taken is None else taken.air,
    )


def deciding(visit: Visit, lines: Lines) -> Taken | None:
    """The reading that lies worst: the highest, or the lowest where that is too cold and none is high."""
    if not visit.round:
        return None
    highest = max(visit.round, key=lambda taken: taken.centi_celsius)
    cold = [taken for taken in visit.round if is_cold(taken, lines)]
    if highest.centi_celsius < lines.high_centi and cold:
        return min(cold, key=lambda taken: taken.centi_celsius)
    return highest


def _was(visit: Visit, taken: Taken | None, off: Callable[[Taken], bool]) -> bool:
    """Of several people: whether it was *taken*'s own seat that was off before, and not another one's."""
    if visit.people == 1 or taken is None or not visit.earlier:
        return True
    return any(one.seat == taken.seat and off(one) for one in visit.earlier)
