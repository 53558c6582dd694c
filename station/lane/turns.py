"""Whose turn it is, and how it ends: each visit from the first code or reading to its entry.  Pure.

A visit with a reading always ends in an entry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from drivers.patterns import Meaning
from station.case.case import Case
from station.facts import Facts
from station.journal.draft import Draft
from station.lane import drafts, party
from station.lane.alerts import HOLD_LANE_MS, raise_alarm
from station.lane.doubt import doubt_about
from station.lane.effects import Signal
from station.lane.marks import Shown
from station.lane.person import Person
from station.lane.resting import Resting
from station.lane.taken import Taken
from station.lane.visit import Stage, Visit, again, identify, measure, move
from station.policy.policy import Decision, Outcome, Temperature, temperature


@dataclass(slots=True)
class Turns(Resting):
    """The visits at the gate, one after the other."""

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
        elif decision.outcome is Outcome.ADMIT and (doubt := doubt_about(visit, self._recalled)) is not None:
            self.ask(replace(visit, doubted=doubt[0].key), doubt[1])
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
            self.rest(move(visit, Stage.RESTING, rival=None, held=None, ask="", claims=""))
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

    def resume(self, visit: Visit, now_ms: int) -> None:
        """Somebody who rested stands here again: make room, and make them the current visit."""
        standing = self.stand_up(visit, now_ms)
        self.leave("next_person")
        self.visit = standing

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

    def _keep_unfinished(self, visit: Visit) -> None:
        """Of several people who take a while, what is measured already survives a power cut."""
        mark = (visit.id, len(visit.readings))
        if visit.people > 1 and visit.round and mark != self.kept:
            self.kept = mark
            self.record(drafts.measured(visit, self.actor))

    def _is_unmeasured(self, facts: Facts) -> bool:
        return temperature(self.policy.lines, facts) is Temperature.MISSING

    # -- how a visit ends --------------------------------------------------------------------------------------

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
        if decision.outcome is Outcome.DENY:
            self.refused = self.shown
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
        visit = self.tagged(visit) if decision.rest else visit
        self.record(self._decided(visit, facts, decision))
        after = again(visit, decision.rest, self.policy.lines, now_ms)
        if decision.rest:
            self.shown = Shown(replace(after, round=visit.round), decision, now_ms + self.timing.refusal_shown_ms)
            self.rest(after)
        else:
            self.visit = replace(after, ask=decision.reason)
