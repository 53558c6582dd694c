"""The lane: one queue of people at one gate.  Pure: calls and the time go in, effects come out.

This module holds what the lane knows and concludes visits; station/pairing.py decides who is measured, and
station/lane_acts.py does what the operator asks for.  A visit with a reading always ends in an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from drivers.patterns import Meaning
from station import drafts, kinds, party
from station.alerts import HOLD_LANE_MS, Alarm, due_escalation, escalate, raise_alarm
from station.case import Case
from station.draft import Appended, Draft
from station.effects import Effect, Louder, OpenGate, Record, Signal
from station.facts import Direction, Facts
from station.history import House, recall
from station.isolation import Isolated
from station.ledger import Ledger, concerns
from station.notebook import KINDS as NOTES
from station.notebook import Notebook
from station.policy import Decision, Outcome, Policy, Temperature, temperature
from station.round_times import RoundTimes
from station.screening import Screening
from station.unfilled import Unfilled
from station.visit import Person, Stage, Taken, Visit, again, facts_of, identify, measure, move


@dataclass(frozen=True, slots=True)
class Timing:
    """The lane's waits, in milliseconds of the station's clock (ui/UI.md, DESIGN §3)."""

    pairing_ms: int = 15_000
    open_ms: int = 20_000
    ask_ms: int = 120_000
    again_ms: int = 60_000
    waiting_ms: int = 1_800_000
    admit_shown_ms: int = 3_000
    refusal_shown_ms: int = 10_000
    undo_ms: int = 10_000


#: The strip has six places; whoever comes after waits beside it, is still recorded, and moves up.
MAX_WAITING = 24
#: Deliveries that are remembered: a rider every three minutes for two days.
MAX_HANDED = 1_000
#: Tags are two digits so that they can be read aloud.
MAX_TAG = 99
#: As many as the recorder keeps waiting: what is learned from each once it is on the disk.
MAX_LEARNING = 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished visit that the panel still shows."""

    visit: Visit
    decision: Decision
    until_ms: int
    entry: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A short word about something that led to no visit, such as two codes in one image."""

    code: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last entry, while it can be taken back."""

    epoch: int
    seq: int
    visit: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery at the gate that counts, as its entry names it."""

    epoch: int
    seq: int
    visit: str
    at_ms: int


@dataclass(slots=True)
class Lane:
    """Everything about the lane at one moment.

    *new_id* names visits and records; the desk carries out :meth:`drain` after each call.  ``waiting`` are
    resting, ``recording`` are admitted as soon as the disk has them, ``goods`` are deliveries, emergencies and
    what stood on paper, on their way there; ``handed`` are the deliveries of the last days, ``unfilled`` what is to
    be told in full (the desk keeps it as the journal has it), ``kept`` the newest ``visit.measured``.
    ``following`` is who showed a code while somebody else was still being asked about; ``moving`` are drafts that
    change the ledger once they are written.  ``closed`` says that the whole compound is.  ``operator`` is the name
    of who is on duty, ``on_duty`` their id.  In a ``drill`` nobody moves in the ledger, nothing is learned, and the
    gate stays shut but for 急.
    """

    policy: Policy
    new_id: Callable[[], str]
    timing: Timing = field(default_factory=Timing)
    direction: Direction = Direction.IN
    operator: str = ""
    on_duty: str = ""
    drill: bool = False
    clock_known: bool = True
    closed: bool = False
    storage_ok: bool = True
    visit: Visit | None = None
    following: Visit | None = None
    shown: Shown | None = None
    notice: Notice | None = None
    waiting: dict[str, Visit] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    alarm: Alarm | None = None
    undoable: Undoable | None = None
    recording: dict[str, tuple[Visit, Decision]] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    next_tag: int = 1
    wiped_until_ms: int | None = None
    goods: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    house: House = field(default_factory=House)
    moving: dict[str, Draft] = field(default_factory=dict)
    kept: tuple[str, int] = ("", 0)
    handed: list[Handed] = field(default_factory=list)
    unfilled: dict[str, Unfilled] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"
    offer_trip: bool = False
    screening: Screening = field(default_factory=Screening)
    learning: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notebook: Notebook = field(default_factory=Notebook)
    rounds: RoundTimes = field(default_factory=RoundTimes)
    isolated: tuple[Isolated, ...] = ()

    @property
    def actor(self) -> str:
        """Who is on duty, as an entry names them."""
        return self.on_duty or "unsigned"

    def drain(self) -> list[Effect]:
        """The effects since the last call, in order."""
        effects, self.effects = self.effects, []
        return effects

    def say(self, code: str, now_ms: int) -> None:
        """Show a short word about something that led to no visit."""
        self.notice = Notice(code, now_ms + self.timing.refusal_shown_ms)

    def seen_two_codes(self, now_ms: int) -> None:
        """Two different codes were in one image: nobody can say whose turn it is."""
        self.say("two_codes", now_ms)
        self.effects.append(Signal(Meaning.RETAKE, self.direction))

    def record(self, draft: Draft) -> str:
        """Have *draft* written; :meth:`recorded` or :meth:`record_failed` answers with the token."""
        token = self.new_id()
        if (concerns(draft.kind, draft.facts) or draft.kind in NOTES) and not self.drill:
            self.moving[token] = draft
        self.effects.append(Record(draft, token))
        if draft.facts.get("learned") and not self.drill:
            self.learning[token] = draft.facts["learned"]
            if len(self.learning) > MAX_LEARNING:
                del self.learning[next(iter(self.learning))]
        return token

    # -- the life of a visit ---------------------------------------------------------------------------------

    def begin(self, person: Person | None, seen_ms: int, event_ns: int | None, now_ms: int) -> Visit:
        """A new visit, not yet settled."""
        visit = Visit(self.new_id(), self.direction, now_ms)
        return visit if person is None else identify(visit, person, seen_ms, event_ns)

    def settle(self, visit: Visit, now_ms: int) -> None:
        """Decide *visit* as far as it can be, and make it the current one where it is not finished."""
        visit = self.screening.judged(self._recalled(visit), self.policy.lines)
        facts, decision = party.judge(self.policy, visit, self.see)
        if decision.outcome is Outcome.RETAKE and self._is_unmeasured(facts):
            stage = Stage.AGAIN if visit.stage is Stage.AGAIN else Stage.OPEN
            self.visit = visit if visit.stage is stage else move(visit, stage, ask="")
            self._keep_unfinished(visit)
        elif decision.reason == "no_code" and visit.person is None:
            self.visit = visit if visit.stage is Stage.OPEN else move(visit, Stage.OPEN, ask="")
        elif decision.outcome is Outcome.ASK:
            self.ask(visit, decision.reason)
        elif decision.outcome is Outcome.ADMIT and not self.storage_ok:
            self.ask(visit, "storage_full")
        elif decision.outcome is Outcome.ADMIT and self._is_doubtful(visit):
            self.ask(visit, visit.history.doubt if visit.history else "")
        else:
            self.visit = None
            self._conclude(visit, facts, decision, now_ms)

    def ask(self, visit: Visit, reason: str) -> Visit:
        """Make *visit* the current one and ask the operator about it."""
        asked = replace(visit, ask=reason) if visit.stage is Stage.ASK else move(visit, Stage.ASK, ask=reason)
        self.visit = asked
        return asked

    def leave(self, reason: str) -> None:
        """The current visit ends undecided."""
        visit, self.visit = self.visit, None
        if visit is not None:
            self.part(visit, reason)

    def part(self, visit: Visit, reason: str) -> None:
        """*visit* ends undecided.

        Somebody who was already told to be measured again keeps a chip; a reading that led to nothing is an entry;
        without a reading there is nothing to write.
        """
        if visit.since_ms and visit.expects_reading:
            if visit.held is not None:
                self.strand(visit.held, reason)
            self._rest(move(visit, Stage.RESTING, rival=None, held=None, ask="", claims=""))
        elif visit.readings or visit.held is not None:
            self.record(drafts.left(visit, reason, self.actor))

    def strand(self, taken: Taken, reason: str) -> None:
        """A reading that nobody can be given is an entry by itself."""
        alone = measure(self.begin(None, taken.seen_ms, None, taken.seen_ms), taken)
        self.record(drafts.left(alone, reason, self.actor))

    def follow(self, visit: Visit, now_ms: int) -> None:
        """*visit* comes next; who was to come next and did not leaves.

        What need not wait for the disk does not wait for its turn either: a refusal, and a first high reading.
        """
        if self.following is not None and self.following.id != visit.id:
            self.part(self.following, "next_person")
        self.following = visit
        if visit.rival is not None or visit.held is not None:
            return
        visit = self.screening.judged(self._recalled(visit), self.policy.lines)
        facts, decision = party.judge(self.policy, visit, self.see)
        refused = decision.outcome in (Outcome.REFER, Outcome.DENY) or decision.rest
        if refused and not self._is_unmeasured(facts):
            self.following = None
            self._conclude(visit, facts, decision, now_ms)

    def stand_up(self, visit: Visit, now_ms: int) -> Visit:
        """Somebody who rested is here again."""
        del self.waiting[visit.id]
        return move(visit, Stage.OPEN, touched_ms=now_ms, person_ms=now_ms)

    def resume(self, visit: Visit, now_ms: int) -> None:
        """Somebody who rested stands here again: make room, and make them the current visit."""
        standing = self.stand_up(visit, now_ms)
        self.leave("next_person")
        self.visit = standing

    def ticked(self, now_ms: int) -> None:
        """Time passed."""
        if self.shown is not None and now_ms >= self.shown.until_ms:
            self.shown = None
        if self.notice is not None and now_ms >= self.notice.until_ms:
            self.notice = None
        if self.wiped_until_ms is not None and now_ms >= self.wiped_until_ms:
            self.wiped_until_ms = None
        if self.undoable is not None and now_ms >= self.undoable.until_ms:
            self.undoable = None
        self._expire(now_ms)
        self._escalate(now_ms)

    # -- the disk's answers ----------------------------------------------------------------------------------

    def recorded(self, token: str, appended: Appended, now_ms: int) -> None:
        """The entry behind *token* is on the disk."""
        moving = self.moving.pop(token, None)
        if moving is not None:
            entry = (appended.epoch, appended.seq, appended.kind, appended.at_ms)
            self.ledger.entered(*entry, moving.facts, moving.personal)
            self.notebook.entered(*entry, moving.facts, moving.personal)
        self.screening.learn(self.learning.pop(token, ()))
        pending = self.recording.pop(token, None)
        if not self.storage_ok:
            self.storage_ok = True
            if self.visit is not None and self.visit.ask == "storage_full":
                self.settle(self.visit, now_ms)
        until_ms = now_ms + self.timing.undo_ms
        if token in self.goods:
            self._brief(self.goods.pop(token), appended, now_ms)
        if pending is None:
            return
        visit, decision = pending
        if decision.outcome is not Outcome.REFER:
            self.undoable = Undoable(appended.epoch, appended.seq, visit.id, until_ms)
        if decision.outcome is Outcome.ADMIT:
            done = move(visit, Stage.DECIDED)
            self.shown = Shown(done, decision, now_ms + self.timing.admit_shown_ms)
            self.effects += [Signal(Meaning.ADMIT, visit.direction), *(() if self.drill else (OpenGate(),))]
        if self.shown is not None and self.shown.visit.id == visit.id:
            self.shown = replace(self.shown, entry=(appended.epoch, appended.seq))

    def record_failed(self, token: str) -> None:
        """The entry behind *token* is not on the disk: nobody is admitted until one can be written."""
        if self.storage_ok:
            # This draft is kept until it can be written: its answer is how we learn that storage works again.
            self.record(Draft(kinds.STORAGE_FAILED, {}))
        self.storage_ok = False
        self.goods.pop(token, None)
        visit, decision = self.recording.pop(token, (None, None))
        if visit is None or decision is None or decision.outcome is not Outcome.ADMIT:
            return
        self.moving.pop(token, None)
        # Who was not let through is decided again; every other entry is kept and written later.
        self.learning.pop(token, None)
        if self.visit is None:
            self.ask(visit, "storage_full")
        else:
            self.record(drafts.left(visit, "storage_full", self.actor))

    def free_tag(self) -> int:
        """The next number that nobody who waits has; there are more numbers than places."""
        used = {visit.tag for visit in self.waiting.values()}
        while self.next_tag in used:
            self.next_tag = self.next_tag % MAX_TAG + 1
        tag, self.next_tag = self.next_tag, self.next_tag % MAX_TAG + 1
        return tag

    # -- inside ----------------------------------------------------------------------------------------------

    def _recalled(self, visit: Visit) -> Visit:
        """*visit* with what the ledger knew of its person when it was last touched."""
        if visit.person is None:
            return visit
        history = recall(
            visit.person.shown, visit.direction, self.ledger, self.house, visit.touched_ms, self.clock_known
        )
        return replace(visit, history=history)

    def _is_doubtful(self, visit: Visit) -> bool:
        """Whether the operator is to look who that is before they are let through."""
        return visit.history is not None and bool(visit.history.doubt) and not (visit.compared or visit.exception)

    def see(self, visit: Visit) -> Facts:
        """*visit* as the rules see it, with what the ledger knows of whoever it is about."""
        return facts_of(self._recalled(visit), self.policy.lines, self.clock_known, self.closed)

    def _brief(self, visit: str, appended: Appended, now_ms: int) -> None:
        """A delivery, an emergency or a line from paper is on the disk."""
        self.undoable = Undoable(appended.epoch, appended.seq, visit, now_ms + self.timing.undo_ms)
        if appended.kind == kinds.GOODS_HANDED:
            self.handed.append(Handed(appended.epoch, appended.seq, visit, now_ms))
            del self.handed[:-MAX_HANDED]
        if self.shown is not None and self.shown.visit.id == visit:
            self.shown = replace(self.shown, entry=(appended.epoch, appended.seq))

    def _keep_unfinished(self, visit: Visit) -> None:
        """Of several people who take a while, what is measured already survives a power cut."""
        mark = (visit.id, len(visit.readings))
        if visit.people > 1 and visit.round and mark != self.kept:
            self.kept = mark
            self.record(drafts.measured(visit, self.actor))

    def _is_unmeasured(self, facts: Facts) -> bool:
        return temperature(self.policy.lines, facts) is Temperature.MISSING

    def _conclude(self, visit: Visit, facts: Facts, decision: Decision, now_ms: int) -> None:
        if decision.outcome is Outcome.RETAKE:
            self._retake(visit, facts, decision, now_ms)
        elif decision.outcome is Outcome.ADMIT:
            token = self.record(self._decided(visit, facts, decision))
            self.recording[token] = (move(visit, Stage.RECORDING), decision)
        else:
            self._refuse(move(visit, Stage.DECIDED), facts, decision, now_ms)
        self._let_follow(now_ms)

    def _decided(self, visit: Visit, facts: Facts, decision: Decision) -> Draft:
        seat = party.seat_of(self.policy, visit, self.see)
        return drafts.decided(visit, facts, decision, self.policy, self.actor, seat)

    def _refuse(self, visit: Visit, facts: Facts, decision: Decision, now_ms: int) -> None:
        """Refer or deny: the signal first, the record beside it."""
        meaning = Meaning.DENY
        if decision.outcome is Outcome.REFER:
            meaning = Meaning.FEVER if decision.reason in ("fever", "symptoms") else Meaning.REFER
        self.effects.append(Signal(meaning, visit.direction))
        held_ms = HOLD_LANE_MS if meaning is Meaning.FEVER else self.timing.refusal_shown_ms
        self.shown = Shown(visit, decision, now_ms + held_ms)
        token = self.record(self._decided(visit, facts, decision))
        self.recording[token] = (visit, decision)
        if meaning is Meaning.FEVER:
            patient = party.on_seat(visit, party.seat_of(self.policy, visit, self.see))
            self.open_case(visit, decision.reason, patient, now_ms)

    def open_case(self, visit: Visit, cause: str, patient: Person | None, now_ms: int) -> None:
        """A fever case about *patient* begins, and sounds until somebody answers."""
        self.cases[visit.id] = Case(visit.id, cause, now_ms, patient.masked if patient else "")
        self.record(drafts.case_opened(visit, cause, patient))
        self.alarm = raise_alarm(self.alarm, visit.id, now_ms)

    def _retake(self, visit: Visit, facts: Facts, decision: Decision, now_ms: int) -> None:
        self.effects.append(Signal(Meaning.RETAKE, visit.direction, decision.rest))
        visit = self._tagged(visit) if decision.rest else visit
        self.record(self._decided(visit, facts, decision))
        after = again(visit, decision.rest, self.policy.lines, now_ms)
        if decision.rest:
            self.shown = Shown(replace(after, round=visit.round), decision, now_ms + self.timing.refusal_shown_ms)
            self._rest(after)
        else:
            self.visit = replace(after, ask=decision.reason)

    def _tagged(self, visit: Visit) -> Visit:
        if visit.tag:
            return visit
        return replace(visit, tag=self.free_tag())

    def _rest(self, visit: Visit) -> None:
        if len(self.waiting) >= MAX_WAITING:
            oldest = min(self.waiting.values(), key=lambda other: other.since_ms)
            del self.waiting[oldest.id]
            self.record(drafts.waiting_left(oldest))
        self.waiting[visit.id] = self._tagged(visit)

    def _let_follow(self, now_ms: int) -> None:
        if self.following is None or self.visit is not None:
            return
        following, self.following = self.following, None
        # Who has shown and measured everything waits for the answer about somebody else, however long it takes.
        is_whole = following.person is not None and not following.expects_reading
        if now_ms >= following.touched_ms + (self.timing.ask_ms if is_whole else self.timing.open_ms):
            self.part(following, "timeout")
            return
        following = replace(following, touched_ms=now_ms, person_ms=now_ms)
        if following.rival is not None and following.person is not None:
            self.ask(following, "two_people")
        elif following.held is not None:
            self.ask(following, "whose_reading")
        else:
            self.settle(following, now_ms)

    def _expire(self, now_ms: int) -> None:
        timing = self.timing
        for visit in list(self.waiting.values()):
            if now_ms >= visit.since_ms + timing.waiting_ms:
                del self.waiting[visit.id]
                self.record(drafts.waiting_left(visit))
        if self.visit is not None:
            slow = {Stage.ASK: timing.ask_ms, Stage.AGAIN: timing.again_ms}
            open_ms = timing.ask_ms if self.visit.is_party else timing.open_ms
            limit_ms = slow.get(self.visit.stage, open_ms)
            if now_ms >= self.visit.touched_ms + limit_ms:
                self.leave("timeout")
        self._let_follow(now_ms)

    def _escalate(self, now_ms: int) -> None:
        due = due_escalation(self.alarm, now_ms)
        if self.alarm is None or not due:
            return
        self.alarm = escalate(self.alarm, due)
        for case in due:
            self.cases[case] = replace(self.cases[case], escalated=True)
            self.record(Draft(kinds.CASE_ESCALATED, {"case": case, "delivered": False}))
        self.effects.append(Louder())
