"""The post: who is on duty at this gate, their shift, and how it is handed over.  Pure.

Lives in the lane's thread.  Nothing here is ever in the way of passage: whatever is refused or not finished, the lane
goes on, and what is done meanwhile is done by whoever is on duty, or ``unsigned``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from station import kinds
from station.duty import badge
from station.duty.around import Around
from station.duty.drill import Drill
from station.duty.on_duty import OnDuty
from station.duty.proof import Proof
from station.duty.relief import STAND_IN, coming, going, late_minutes
from station.duty.rota import Operator, Rota
from station.journal.draft import Draft
from station.lane.action import Act, Action, ActionError
from station.lane.effects import SelfTest
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.taken import Taken
from station.policy.policy import Outcome
from station.screen.elements import Badge, Level, Word
from station.screen.sheets import ReportLine

#: Acts that say who does them, and may come with a PIN (station/duty/pins.py).
PROVES = frozenset({Act.SIGN_IN, Act.HAND_OVER, Act.DRILL, Act.ENROL})
#: Acts that are done here.
ACTS = PROVES - {Act.ENROL} | {Act.READ_CASE, Act.SELF_TEST, Act.SELF_TEST_SEEN, Act.OWN_TEMPERATURE}
#: How long the gate's thermometer waits for whoever opens a shift: who is meant must not be forgotten meanwhile.
OWN_MS = 20_000


@dataclass(slots=True)
class Post:
    """The duty of one gate under the *rota* in force."""

    rota: Callable[[], Rota]
    on: OnDuty = field(default_factory=OnDuty)
    drill: Drill = field(default_factory=Drill)
    own_until_ms: int | None = None
    proof: Proof = field(default_factory=Proof)

    def take_up(self, lane: Lane, rows: Iterable[tuple[str, str, int, int | None]]) -> None:
        """Go on where the journal says that we were: *rows* are (operator, name, since_ms, opened_ms), at most one."""
        for id, name, since_ms, opened_ms in rows:
            self.on = OnDuty(id, name, since_ms, opened_ms)
        self.drill.handed = tuple(lane.handed)
        self._show(lane)

    # -- what the operator does ------------------------------------------------------------------------------

    def act(self, lane: Lane, action: Action, person: Person | None, around: Around) -> None:
        """Do *action*, one of :data:`ACTS`; *person* is who of the roster it names.

        :raises ActionError: if it cannot be done now; nothing has changed then.
        """
        match action.act:
            case Act.SIGN_IN:
                self._sign_in(lane, *self._who(action, person, around.now_ms), around)
            case Act.HAND_OVER:
                self._hand_over(lane, *self._who(action, person, around.now_ms), around)
            case Act.READ_CASE:
                self._read(lane, action.get("case"))
            case Act.SELF_TEST:
                self._self_test(lane)
            case Act.SELF_TEST_SEEN:
                self.on = replace(self._opening(), self_test=action.get("result"))
                self._open(lane, around)
            case Act.OWN_TEMPERATURE:
                self._own(lane, action, around)
            case Act.DRILL:
                self._may_lead(action, around.now_ms)
                (self.drill.begin if action.get("to") == "on" else self.drill.end)(lane)

    def scanned(self, lane: Lane, payload: bytes, around: Around) -> None:
        """Somebody showed their badge: where nobody is on duty they sign in; else it stands for their PIN for a minute.

        A badge alone never ends somebody's shift: a leader who walks past would.
        """
        who = self.rota().of_badge(badge.read(payload))
        if who is None:
            lane.say("badge_unknown", around.now_ms)
        elif not self.on.id:
            self._sign_in(lane, who.id, who.name, "badge", around)
        elif who.id != self.on.id:
            self.proof.badge_shown(who.id, around.now_ms)
            lane.say("badge_seen", around.now_ms)

    def takes(self, lane: Lane, taken: Taken, around: Around) -> bool:
        """Whether *taken* is the own temperature of whoever opens a shift, and not somebody's at the lane."""
        wanted = self.own_until_ms is not None and around.now_ms < self.own_until_ms
        self.own_until_ms = None
        if not wanted or lane.visit is not None or lane.recording or not self.on.is_opening:
            return False
        self._measured(lane, taken.centi_celsius, {**taken.body()}, around)
        return True

    def stepped(self, by_ms: int, was_known: bool) -> None:
        """The wall clock was set by *by_ms*: what is waited for is waited for as long as before.

        Since when somebody is on duty is put right too, unless the time *was known* then: the rota is held against it.
        """
        if self.own_until_ms is not None:
            self.own_until_ms += by_ms
        self.proof.stepped(by_ms)
        opened_ms = self.on.opened_ms
        if self.on.id and not was_known:
            opened_ms = None if opened_ms is None else opened_ms + by_ms
            self.on = replace(self.on, since_ms=self.on.since_ms + by_ms, opened_ms=opened_ms)

    # -- what is seen ----------------------------------------------------------------------------------------

    def name_of(self, id: str) -> str:
        """The name behind the id of an actor, as far as the rota knows it."""
        known = self.rota().operators.get(id)
        return known.name if known is not None else self.on.name if id == self.on.id and self.on.name else id

    def signed(self, line: ReportLine | None) -> ReportLine | None:
        """*line* with the name of whoever confirmed it."""
        if line is None or line.checked_by in ("", "unsigned"):
            return line
        return replace(line, checked_by=self.name_of(line.checked_by))

    def badges(self, around: Around) -> tuple[Badge, ...]:
        """The marks in the header: the relief is late, or a shift is not opened yet."""
        late = self.late_minutes(around)
        if late:
            return (Badge(Word("relief_late", (("n", str(late)),)), Level.NOTE),)
        return (Badge(Word("shift_not_opened"), Level.NOTE),) if self.on.is_opening else ()

    def late_minutes(self, around: Around) -> int:
        """How long the relief is late; 0 while it is not, or nobody knows."""
        return late_minutes(self.rota(), self.on, around)

    # -- inside ----------------------------------------------------------------------------------------------

    def _opening(self) -> OnDuty:
        if not self.on.is_opening:
            raise ActionError("no_shift_to_open", "shift: nobody has signed in whose shift is not open yet")
        return self.on

    def _who(self, action: Action, person: Person | None, now_ms: int) -> tuple[str, str, str]:
        """Who that is: id, name where the rota does not have it, and how they showed it.

        :raises ActionError: if that is nobody, or their PIN is missing.
        """
        if action.get("resident"):
            if person is None:
                raise ActionError("resident_unknown", f"{action.act}: no such resident")
            return STAND_IN, person.masked, "named"
        id = action.get("operator")
        if id == STAND_IN:
            return STAND_IN, "", "unnamed"
        known = self.rota().operators.get(id)
        if known is None:
            raise ActionError("operator_missing", f"{action.act}: {id!r} is not on the rota")
        return id, known.name, self.proof.of(known, action, now_ms)

    def _may_lead(self, action: Action, now_ms: int) -> None:
        """Make sure that a shift leader wants it; where the rota names none, whoever is there.

        :raises ActionError: ``leader_needed``, or as of their proof.
        """
        if any(one.leads for one in self.rota().operators.values()):
            self.insist(action, now_ms, "leader_needed", lambda one: one.leads)

    def insist(self, action: Action, now_ms: int, code: str, may: Callable[[Operator], bool]) -> None:
        """Make sure that somebody who *may* wants it: whoever is on duty, or who is named and shows who they are.

        :raises ActionError: *code*, or as of their proof.
        """
        operators = self.rota().operators
        on_duty = operators.get(self.on.id)
        if on_duty is not None and may(on_duty):
            return
        named = operators.get(action.get("operator"))
        if named is None or not may(named):
            raise ActionError(code, f"{action.act}: who wants it may not")
        self.proof.of(named, action, now_ms)

    def _sign_in(self, lane: Lane, id: str, name: str, by: str, around: Around) -> None:
        if self.on.id:
            raise ActionError("already_on_duty", "sign_in: somebody is on duty; they hand over")
        facts = coming(self.rota(), id, by, around)
        lane.record(Draft(kinds.OPERATOR_SIGNED_IN, facts, id, {"name": name} if name else None))
        self._begin(lane, id, name, around)

    def _hand_over(self, lane: Lane, id: str, name: str, by: str, around: Around) -> None:
        gone = self.on
        if not gone.id:
            raise ActionError("nobody_on_duty", "hand_over: nobody is on duty; sign in")
        if gone.id == id and id != STAND_IN:
            raise ActionError("already_on_duty", f"hand_over: {id} is on duty already")
        if lane.drill:
            raise ActionError("drill_running", "hand_over: end the drill first")
        if any(case not in gone.read for case in lane.cases):
            raise ActionError("case_unread", "hand_over: whoever takes over taps each open case first")
        facts = coming(self.rota(), id, by, around) | going(self.rota(), gone, lane, around)
        names = {"name": name, "from_name": self.name_of(gone.id)}
        lane.record(Draft(kinds.SHIFT_HANDED_OVER, facts, id, names))
        self._begin(lane, id, name, around)

    def _begin(self, lane: Lane, id: str, name: str, around: Around) -> None:
        self.on, self.own_until_ms = OnDuty(id, name, around.now_ms), None
        self._show(lane)

    def _show(self, lane: Lane) -> None:
        lane.on_duty = self.on.id
        lane.operator = (self.on.name or self.name_of(self.on.id)) if self.on.id else ""

    def _read(self, lane: Lane, case: str) -> None:
        if case not in lane.cases:
            raise ActionError("case_unknown", f"read_case: no open case {case!r}")
        self.on = self.on.reading(case, lane.cases)

    def _self_test(self, lane: Lane) -> None:
        on = self._opening()
        held = lane.shown is not None and lane.shown.decision.outcome is Outcome.REFER
        if lane.alarm is not None or held:
            raise ActionError("not_now", "self_test: somebody is being held; lamps and buzzer are theirs")
        self.on = replace(on, self_test="running")
        lane.effects.append(SelfTest())

    def _own(self, lane: Lane, action: Action, around: Around) -> None:
        self._opening()
        typed = action.get("centi_celsius")
        if not typed:
            self.own_until_ms = around.now_ms + OWN_MS
            return
        self.own_until_ms = None
        self._measured(lane, int(typed), {"site": action.get("site") or "contact", "by_hand": True}, around)

    def _measured(self, lane: Lane, centi: int, reading: dict[str, object], around: Around) -> None:
        self.on = on = self.on.measured(centi, lane.policy.lines)
        facts = {"operator": on.id, "verdict": on.own_verdict, "reading": {**reading, "centi_celsius": centi}}
        lane.record(Draft(kinds.OPERATOR_MEASURED, facts, on.id))
        lane.say(f"own_{on.own_verdict}", around.now_ms)
        self._open(lane, around)

    def _open(self, lane: Lane, around: Around) -> None:
        """The shift is open as soon as temperature and self-test are there, and that is normal."""
        on = self.on
        if not on.may_open:
            return
        facts = {
            "operator": on.id,
            "own_centi": on.own_centi,
            "self_test": on.self_test,
            "devices": around.devices,
            "lost": list(around.lost),
        }
        lane.record(Draft(kinds.SHIFT_OPENED, facts, on.id))
        self.on = replace(on, opened_ms=around.now_ms)
        lane.say("shift_opened", around.now_ms)
