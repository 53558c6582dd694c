"""What the operator asks of the lane, each once: presses, and registrations that are finished.

Belongs to the lane's thread; whoever asked waits for the answer in a thread of the web.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from station.desk.gate import Gate
from station.desk.premises import Premises
from station.duty.post import ACTS
from station.enrolment import screen as enrol_screen
from station.lane.act import act
from station.lane.action import Act, Action, ActionError, Answer
from station.lane.person import Person
from station.registration import at_lane
from station.registration.entry import Registered

#: Presses that are remembered, so that a form posted twice works once.
MAX_NONCES = 256
#: Acts about somebody whom the operator found.
_NAMES_A_RESIDENT = frozenset({Act.IDENTIFY, Act.DETAILS, Act.PAPER, Act.SIGN_IN, Act.HAND_OVER, Act.TRAVEL})


@dataclass(frozen=True, slots=True)
class Press:
    """An action, and where its answer is waited for."""

    action: Action
    answer: Future[Answer]


@dataclass(frozen=True, slots=True)
class Registration:
    """Somebody who was registered, and where the answer is waited for."""

    registered: Registered
    answer: Future[Answer]


class Presses:
    """Does what is asked of *gate*; *show* lets everybody see it and says which view that is."""

    def __init__(self, gate: Gate, premises: Premises, show: Callable[[int], int]) -> None:
        self._gate = gate
        self._premises = premises
        self._show = show
        self._done: OrderedDict[str, Answer] = OrderedDict()

    def press(self, press: Press, now_ms: int) -> None:
        """Do the action of *press*."""
        self._once(press.action.nonce, press.answer, lambda: self._act(press.action, now_ms), now_ms)

    def register(self, asked: Registration, now_ms: int) -> None:
        """Let whoever was registered stand at the lane."""
        lane, registered = self._gate.lane, asked.registered
        self._once(registered.id, asked.answer, lambda: at_lane.stand(lane, registered, now_ms), now_ms)

    def _once(self, name: str, answer: Future[Answer], do: Callable[[], None], now_ms: int) -> None:
        known = self._done.get(name)
        if known is not None:
            answer.set_result(known)
            return
        try:
            do()
        except ActionError as error:
            answer.set_exception(error)
            return
        given = self._done[name] = Answer(True, version=self._show(now_ms))
        if len(self._done) > MAX_NONCES:
            self._done.popitem(last=False)
        answer.set_result(given)

    def _act(self, action: Action, now_ms: int) -> None:
        gate = self._gate
        if action.act is Act.CONFIRM_REPORT:
            gate.lane.record(self._premises.report.confirm(action, gate.lane.actor, now_ms))
        elif action.act is Act.ENROL:
            enrol_screen.act(gate.post, gate.enrolment, action, now_ms)
        elif action.act in ACTS:
            gate.post.act(gate.lane, action, self._named(action, now_ms), self._premises.around(now_ms))
        else:
            act(gate.lane, action, self._named(action, now_ms), now_ms)
        if action.act is Act.WIPE:
            gate.forms.wipe()

    def _named(self, action: Action, now_ms: int) -> Person | None:
        if action.act is Act.VEHICLE:
            return self._gate.office.people.owner(action.get("plate")) if action.get("plate") else None
        if action.act not in _NAMES_A_RESIDENT:
            return None
        return self._gate.office.people.resident(action.get("resident"), self._gate.known_ms(now_ms))
