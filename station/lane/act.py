"""What the operator's acts do to the lane, act by act; what they do in full is in station/lane/acts.  Pure.

:func:`act` raises :class:`~station.lane.action.ActionError` with a code for the screen when an act makes no sense now;
nothing has changed then.
"""

from __future__ import annotations

from collections.abc import Callable

from station.lane.action import Act, Action, ActionError
from station.lane.acts import brief, fever, gate, group, identity, measuring, said, taking_back
from station.lane.acts.meant import means_shown
from station.lane.lane import Lane
from station.lane.person import Person
from station.screen.log import ACTS as LOG_ACTS

#: Pressed for the person on the screen; if that was somebody else a moment ago, nothing is done.
_ABOUT_THE_VISIT = frozenset(
    {
        Act.CODE_SEEN,
        Act.MASK,
        Act.COMPANION,
        Act.FEWER,
        Act.VEHICLE,
        Act.SEAT,
        Act.TOGETHER,
        Act.REMEASURE,
        Act.PARK,
        Act.READING_OF,
        Act.HOLDER,
        Act.EXCEPTION,
        Act.DECLARE,
        Act.CANCEL,
        Act.TRIP,
        Act.SYMPTOMS,
    }
)
#: Of these, the ones that can also be meant for a visit that is finished and still shown.
_ABOUT_THE_SHOWN = frozenset({Act.MASK, Act.CANCEL, Act.TRIP, Act.SYMPTOMS, Act.EXCEPTION})

_ACTS: dict[Act, Callable[[Lane, Action, Person | None, int], None]] = {
    Act.DIRECTION: gate.turn_direction,
    Act.IDENTIFY: identity.identify,
    Act.CODE_SEEN: said.see_code,
    Act.MASK: said.note_mask,
    Act.COMPANION: group.one_more,
    Act.FEWER: group.one_fewer,
    Act.VEHICLE: group.sit_in_vehicle,
    Act.SEAT: group.choose_seat,
    Act.TOGETHER: group.belong_together,
    Act.REMEASURE: measuring.measure_again,
    Act.PARK: measuring.park,
    Act.RESUME: measuring.resume,
    Act.READING_OF: identity.say_whose,
    Act.HOLDER: identity.say_holder,
    Act.BY_HAND: measuring.type_reading,
    Act.EMERGENCY: brief.let_through,
    Act.DETAILS: brief.add_details,
    Act.DELIVERY: brief.count_delivery,
    Act.PAPER: brief.from_paper,
    Act.TRIP: said.note_trip,
    Act.EXCEPTION: said.except_for,
    Act.DECLARE: said.declared,
    Act.UNDO: taking_back.undo,
    Act.CANCEL: taking_back.cancel,
    Act.CALL_LEADER: gate.call_leader,
    Act.ANSWER: fever.take_up,
    Act.CASE_STEP: fever.take_step,
    Act.SILENCE: fever.silence_alarm,
    Act.CALLED: fever.note_call,
    Act.WIPE: gate.lock_for_wiping,
    **LOG_ACTS,
}


def act(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """Carry out *action*; *person* is who it names, where it names somebody.

    :raises ActionError: if it cannot be done now.
    """
    if action.visit and action.act in _ABOUT_THE_VISIT:
        stands_here = lane.visit is not None and str(action.visit) == lane.visit.id
        if not stands_here and not (action.act in _ABOUT_THE_SHOWN and means_shown(lane, action)):
            raise ActionError("other_visit", f"{action.act}: somebody else stands here now")
    _ACTS[action.act](lane, action, person, now_ms)
