"""A registered person steps up to the lane, which has gone on meanwhile.  Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from station.facts import PersonClass
from station.lane.action import ActionError
from station.lane.arrival import give, has_question
from station.lane.effects import Record
from station.lane.lane import Lane
from station.lane.pairing import presented
from station.lane.visit import Stage, Visit
from station.registration.entry import Registered, key_of


def stand(lane: Lane, registered: Registered, now_ms: int) -> None:
    """Write *registered* down, and let the person stand at the gate under the ordinary rules.

    A reading that was already there is theirs only if it was theirs when the form was opened.

    :raises ActionError: ``lane_busy`` while somebody else there has to be dealt with first; nothing has changed.
    """
    draft = replace(registered.draft, actor=lane.actor)
    if registered.person is None:
        lane.record(draft)
        return
    if not _is_free(lane, registered):
        raise ActionError("lane_busy", "registered: somebody else is being asked about")
    draft = replace(draft, facts=draft.facts | {"direction": lane.direction})
    before = len(lane.effects)
    token = lane.new_id()
    if _is_ours(lane, registered) and lane.visit is not None:
        give(lane, replace(lane.visit, person=None), registered.person, now_ms, None, now_ms)
    else:
        presented(lane, registered.person, now_ms, None, now_ms)
    # Who somebody is stands in the journal before what became of them.
    lane.effects.insert(before, Record(draft, token))
    lane.goods[token] = registered.id  # can be taken back for ten seconds, as a delivery can


def hold(lane: Lane, visits: Collection[str], now_ms: int) -> None:
    """Keep the place of somebody unknown who is just being registered, until somebody else comes."""
    if lane.visit is not None and lane.visit.id in visits and _is_unknown(lane.visit):
        lane.visit = replace(lane.visit, touched_ms=now_ms)


def step_back(lane: Lane, registration: str) -> None:
    """The registration was taken back: who was registered does not stand there any more."""
    if lane.visit is not None and lane.visit.person is not None and lane.visit.person.key == key_of(registration):
        lane.leave("voided")


def _is_unknown(visit: Visit) -> bool:
    """Whether nobody knows who that is: no code at all, or one that says nothing."""
    return visit.person is None or visit.person.klass is PersonClass.UNKNOWN


def _is_ours(lane: Lane, registered: Registered) -> bool:
    return lane.visit is not None and lane.visit.id == registered.visit and _is_unknown(lane.visit)


def _is_free(lane: Lane, registered: Registered) -> bool:
    visit = lane.visit
    if visit is None:
        return True
    if has_question(visit):
        return False
    if _is_ours(lane, registered):
        return True
    if visit.person is None:
        return False  # a reading of somebody else
    return visit.stage is not Stage.ASK or lane.following is None
