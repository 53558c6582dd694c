"""A day at the gate, told step by step: what is shown, measured, pressed, and what must come of it.

    day("fever and no code").reads(38.4).waits(2).shows(ann).asks("was_it_you")

The disk is a fake that behaves as the recorder does: it can be slow, and it can fail and keep what does not admit.
:meth:`Day.ends` holds what was recorded against what was measured: every reading in exactly one visit, none with
anybody but the person of whom it was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import pytest

from drivers.events import Mode, Site
from drivers.patterns import Meaning
from station import kinds
from station.facts import Direction, PassVerdict, PersonClass, Status
from station.journal.draft import Appended, Draft
from station.lane import pairing, unfilled
from station.lane.act import act
from station.lane.action import Act, Action, ActionError
from station.lane.effects import Calm, Effect, Louder, OpenGate, Record, Signal, Silence
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.timing import Timing
from station.lane.visit import Visit
from station.policy.file import parse_policy
from station.policy.policy import Policy

LOW = parse_policy(resources.files("station").joinpath("regimes/low.toml").read_text("utf-8"))
#: 08:00 of a November day in Shanghai.
MORNING_MS = 1_606_003_200_000
EPOCH = (1 << 32) | 7


def resident(name: str, **fields: Any) -> Person:
    """Somebody of the roster."""
    return Person(f"r:{name}", PersonClass.RESIDENT, f"{name}*", name, "1-1-101", "1234", name, **fields)


def worker(name: str, verdict: PassVerdict = PassVerdict.VALID) -> Person:
    """Somebody with a pass."""
    return Person(f"p:{name}", PersonClass.WORKER, f"{name}*", name, pass_id=name, pass_verdict=verdict)


def stranger(name: str) -> Person:
    """Somebody with a code that nobody knows."""
    return Person(f"x:{name}", notes=("unrecognised_code",))


ann, ben, cai, dan = (resident(name) for name in ("ann", "ben", "cai", "dan"))
isolated = resident("iso", status=Status.ISOLATION)


@dataclass(slots=True)
class Disk:
    """Where drafts go.  Slow: answers wait for :meth:`Day.disk_answers`.  Failing: keeps what does not admit."""

    working: bool = True
    slow: bool = False
    seq: int = 0
    kept: list[tuple[Draft, str]] = field(default_factory=list)
    pending: list[tuple[Draft, str]] = field(default_factory=list)
    entries: list[tuple[Appended, Draft]] = field(default_factory=list)

    def write(self, draft: Draft, at_ms: int) -> Appended:
        self.seq += 1
        appended = Appended(EPOCH, self.seq, draft.kind, at_ms, bytes(32))
        self.entries.append((appended, draft))
        return appended


@dataclass(slots=True)
class Day:
    """The lane, its disk, and everything that came out of it."""

    title: str
    lane: Lane
    now_ms: int = MORNING_MS
    disk: Disk = field(default_factory=Disk)
    signals: list[Meaning] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    owners: dict[str, str | None] = field(default_factory=dict)
    opened: int = 0

    # -- what happens ----------------------------------------------------------------------------------------

    def shows(self, person: Person, seconds_ago: float = 0) -> Day:
        """*person* holds a code before the camera."""
        seen_ms = self.now_ms - int(seconds_ago * 1000)
        return self._after(lambda: pairing.presented(self.lane, person, seen_ms, seen_ms, self.now_ms))

    def reads(self, celsius: float, of: Person | None = None, seconds_ago: float = 0) -> Day:
        """The thermometer settles on somebody; *of* is who it really was."""
        number = f"{len(self.owners):04x}"
        self.owners[number] = None if of is None else of.masked or of.key
        seen_ms = self.now_ms - int(seconds_ago * 1000)
        taken = Taken(
            round(celsius * 100),
            Mode.SURFACE,
            Site.FOREHEAD,
            "t1",
            seen_ms,
            seen_ms * 1_000_000,
            raw=(("hex", number),),
        )
        return self._after(lambda: pairing.measured(self.lane, taken, self.now_ms))

    def says(self, bound: str) -> Day:
        """The thermometer says LO or HI."""
        return self._after(lambda: pairing.out_of_range(self.lane, bound, self.now_ms))

    def waits(self, seconds: float) -> Day:
        """Time passes, a second at a time."""
        until_ms = self.now_ms + int(seconds * 1000)
        while self.now_ms < until_ms:
            self.now_ms = min(until_ms, self.now_ms + 1000)
            self._after(lambda: self.lane.ticked(self.now_ms))
        return self

    def presses(self, name: Act, who: Person | None = None, /, visit: str | int = 0, **arguments: str) -> Day:
        """The operator presses a key; by-hand temperatures are counted as readings."""
        if name is Act.BY_HAND:
            self.owners[f"hand {len(self.owners)}"] = None
        action = Action(name, "nonce", tuple(sorted(arguments.items())), int(visit))
        return self._after(lambda: act(self.lane, action, who, self.now_ms))

    def refuses(
        self, code: str, name: Act, who: Person | None = None, /, visit: str | int = 0, **arguments: str
    ) -> Day:
        """The same press is refused with *code*, and changes nothing."""
        before, owners = self._state(), dict(self.owners)
        with pytest.raises(ActionError) as refused:
            self.presses(name, who, visit, **arguments)
        self.owners = owners
        assert refused.value.code == code, f"{self.title}: {refused.value.code}, expected {code}"
        assert self._state() == before, f"{self.title}: {name} was refused and changed something"
        return self

    def disk_fails(self) -> Day:
        """From now on nothing can be written."""
        self.disk.working = False
        return self

    def disk_works(self) -> Day:
        """From now on it can, and what was kept is written first."""
        self.disk.working = True
        kept, self.disk.kept = self.disk.kept, []
        for draft, token in kept:
            appended = self.disk.write(draft, self.now_ms)
            self.lane.recorded(token, appended, self.now_ms)
            self._list(appended, draft)
        return self._after(lambda: None)

    def disk_is_slow(self) -> Day:
        """Answers wait until :meth:`disk_answers`."""
        self.disk.slow = True
        return self

    def disk_answers(self) -> Day:
        """The disk has caught up."""
        self.disk.slow = False
        pending, self.disk.pending = self.disk.pending, []
        for draft, token in pending:
            self._write(draft, token)
        return self._after(lambda: None)

    # -- what must be so -------------------------------------------------------------------------------------

    def expect(self, outcome: str, reason: str | None = None, of: Person | None = None) -> Day:
        """The newest decision on the disk."""
        decided = self.recorded(kinds.VISIT_DECIDED)
        assert decided, f"{self.title}: nothing was decided; {self._state()}"
        facts = decided[-1].facts
        assert facts["outcome"] == outcome, f"{self.title}: {facts['outcome']} {facts['reason']}, expected {outcome}"
        assert reason is None or facts["reason"] == reason, f"{self.title}: {facts['reason']}, expected {reason}"
        if of is not None:
            assert (decided[-1].personal or {}).get("masked", "") == of.masked, f"{self.title}: {decided[-1].personal}"
        return self

    def decided(self, *outcomes: str) -> Day:
        """All decisions so far, in order."""
        found = [draft.facts["outcome"] for draft in self.recorded(kinds.VISIT_DECIDED)]
        assert found == list(outcomes), f"{self.title}: {found}"
        return self

    def asks(self, reason: str) -> Day:
        """What the operator is asked now."""
        visit = self.lane.visit
        assert visit is not None, f"{self.title}: nobody is here"
        assert visit.ask == reason, f"{self.title}: {visit.stage} {visit.ask!r}, expected {reason!r}"
        return self

    def here(self, person: Person | None, stage: str | None = None) -> Day:
        """Who stands at the gate."""
        visit = self.lane.visit
        found = visit.person if visit is not None else None
        assert found == person, f"{self.title}: {found} stands here"
        assert stage is None or (visit is not None and visit.stage == stage), f"{self.title}: {visit}"
        return self

    def idle(self) -> Day:
        """Nobody is at the gate."""
        assert self.lane.visit is None, f"{self.title}: {self.lane.visit}"
        assert self.lane.following is None, f"{self.title}: {self.lane.following}"
        return self

    def rests(self, *people: Person | None) -> Day:
        """Who rests, in order."""
        found = [visit.person for visit in self.lane.waiting.values()]
        assert found == list(people), f"{self.title}: {found}"
        return self

    def noticed(self, code: str) -> Day:
        """The short word on the screen."""
        assert self.lane.notice is not None, f"{self.title}: nothing is said"
        assert self.lane.notice.code == code, f"{self.title}: {self.lane.notice.code}"
        return self

    def signalled(self, *meanings: Meaning) -> Day:
        """Every signal so far, in order."""
        assert self.signals == list(meanings), f"{self.title}: {self.signals}"
        return self

    def recorded(self, kind: str) -> list[Draft]:
        """The entries of *kind* on the disk."""
        return [draft for _, draft in self.disk.entries if draft.kind == kind]

    def left(self, *reasons: str) -> Day:
        """Why people went away undecided, all so far."""
        found = [draft.facts["reason"] for draft in self.recorded(kinds.VISIT_LEFT)]
        assert found == list(reasons), f"{self.title}: {found}"
        return self

    def ends(self) -> Day:
        """Everybody goes home; then the books are checked."""
        if not self.disk.working:
            self.disk_works()
        if self.disk.slow:
            self.disk_answers()
        self.waits(400).idle()  # a question, and who was behind it with questions of their own
        self.now_ms += 1_800_000
        self._after(lambda: self.lane.ticked(self.now_ms))
        self.idle().rests()
        assert not self.lane.recording, f"{self.title}: {self.lane.recording}"
        self.check_books()
        return self

    def check_books(self) -> None:
        """Every reading in exactly one visit, in that visit's last entry, and with nobody else."""
        visits: dict[str, list[Draft]] = {}
        for _, draft in self.disk.entries:
            if draft.kind in (kinds.VISIT_DECIDED, kinds.VISIT_LEFT, kinds.WAITING_LEFT):
                visits.setdefault(draft.facts["visit"], []).append(draft)
        for number, owner in self.owners.items():
            if number.startswith("hand"):
                continue
            holding = [drafts for drafts in visits.values() if any(number in _numbers(one) for one in drafts)]
            assert len(holding) == 1, f"{self.title}: reading {number} is in {len(holding)} visits"
            last = holding[0][-1]
            assert number in _numbers(last), f"{self.title}: reading {number} is not in the last entry of its visit"
            masked = (last.personal or {}).get("masked")
            assert None in (owner, masked) or masked == owner, f"{self.title}: {owner}'s reading stands with {masked}"
        by_hand = sum(1 for number in self.owners if number.startswith("hand"))
        readings = [body for ds in visits.values() for body in ds[-1].facts["readings"] if body["device"] != "paper"]
        found = {body["seen_ms"] for body in readings if body["by_hand"]}
        assert len(found) <= by_hand

    # -- inside ----------------------------------------------------------------------------------------------

    def _state(self) -> object:
        lane = self.lane
        brief = (lane.undoable, list(lane.handed), dict(lane.unfilled), self.disk.seq)
        return (lane.visit, lane.following, lane.shown, dict(lane.waiting), dict(lane.cases), lane.alarm, brief)

    def _after(self, step: Callable[[], object]) -> Day:
        step()
        while effects := self.lane.drain():
            for effect in effects:
                self._carry_out(effect)
        return self

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Record():
                if self.disk.slow:
                    self.disk.pending.append((effect.draft, effect.token))
                else:
                    self._write(effect.draft, effect.token)
            case Signal():
                self.signals.append(effect.meaning)
            case OpenGate():
                self.opened += 1
            case Louder() | Calm() | Silence():
                self.effects.append(effect)

    def _write(self, draft: Draft, token: str) -> None:
        if self.disk.working:
            appended = self.disk.write(draft, self.now_ms)
            self.lane.recorded(token, appended, self.now_ms)
            self._list(appended, draft)
            return
        admits = draft.kind == kinds.VISIT_DECIDED and draft.facts["outcome"] == "admit"
        if not admits or draft.facts["reason"] == "emergency" or draft.facts["source"] == "paper":
            self.disk.kept.append((draft, token))
        self.lane.record_failed(token)

    def _list(self, appended: Appended, draft: Draft) -> None:
        """What the projection of the journal says is to be filled in."""
        items, facts = self.lane.unfilled, draft.facts
        if facts.get("details_later"):
            item = unfilled.begun(appended.epoch, appended.seq, self.now_ms, facts, draft.personal)
        elif draft.kind == kinds.DETAILS_ADDED and f"{facts['of'][0]}-{facts['of'][1]}" in items:
            item = unfilled.added(items.pop(f"{facts['of'][0]}-{facts['of'][1]}"), facts, draft.personal)
        else:
            return
        if item is not None:
            items[item.id] = item


def _numbers(draft: Draft) -> set[str]:
    return {body["raw"].get("hex", "") for body in draft.facts["readings"]}


def counting() -> Callable[[], str]:
    """Ids 1, 2, 3 as decimal text."""
    numbers = iter(range(1, 1_000_000))
    return lambda: str(next(numbers))


def day(title: str, policy: Policy = LOW, timing: Timing | None = None) -> Day:
    """A gate at eight in the morning, nobody there."""
    return Day(title, Lane(policy, counting(), timing or Timing(), Direction.IN))


def round_of(visit: Visit | None) -> Iterable[float]:
    """The readings that count now, in degrees."""
    return [] if visit is None else [taken.centi_celsius / 100 for taken in visit.round]
