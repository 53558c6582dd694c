"""The lane: one queue of people at one gate.  Pure: calls and the time go in, effects come out.

state.py holds what the lane knows, resting.py who rests, and turns.py concludes visits; here the lane learns that time
passed and what the disk has.  pairing.py decides who is measured, and act.py does what the operator asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from drivers.patterns import Meaning
from station import kinds
from station.journal.draft import Appended, Draft
from station.lane import drafts
from station.lane.alerts import due_escalation, escalate
from station.lane.effects import Louder, OpenGate, Signal
from station.lane.marks import Handed, Shown, Undoable
from station.lane.turns import Turns
from station.lane.visit import Stage, move
from station.policy.policy import Outcome

#: Deliveries that are remembered: a rider every three minutes for two days.
MAX_HANDED = 1_000


@dataclass(slots=True)
class Lane(Turns):
    """The lane of one gate; the desk carries out :meth:`drain` after each call."""

    def seen_two_codes(self, now_ms: int) -> None:
        """Two different codes were in one image: nobody can say whose turn it is."""
        self.say("two_codes", now_ms)
        self.effects.append(Signal(Meaning.RETAKE, self.direction))

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
            if self.refused is not None and visit.person is not None and self.refused.visit.knows(visit.person):
                self.refused = None  # they came again, and nothing is left to except
            self.effects += [Signal(Meaning.ADMIT, visit.direction), *(() if self.drill else (OpenGate(),))]
        if self.shown is not None and self.shown.visit.id == visit.id:
            self.shown = replace(self.shown, entry=(appended.epoch, appended.seq))
        if self.refused is not None and self.refused.visit.id == visit.id:
            self.refused = replace(self.refused, entry=(appended.epoch, appended.seq))

    def _brief(self, visit: str, appended: Appended, now_ms: int) -> None:
        """A delivery, an emergency or a line from paper is on the disk."""
        self.undoable = Undoable(appended.epoch, appended.seq, visit, now_ms + self.timing.undo_ms)
        if appended.kind == kinds.GOODS_HANDED:
            self.handed.append(Handed(appended.epoch, appended.seq, visit, now_ms))
            del self.handed[:-MAX_HANDED]
        if self.shown is not None and self.shown.visit.id == visit:
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
