"""People played through the gate's own lane, and through the two rules it is compared with.

Every player sees one person after the other and learns from somebody only when that person is done.  The product is
station/lane/lane.py itself with the shipped rules: what a person's readings lead to here, they lead to at a gate.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeAlias

from benchmarks.screening_table import Visitor
from drivers.events import Mode, Site
from station import kinds
from station.facts import Direction, PersonClass
from station.journal.draft import Appended
from station.lane import pairing
from station.lane.effects import Record
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.taken import Taken
from station.policy.file import parse_policy
from station.policy.policy import Policy
from station.screening.baseline import Baselines, Normal
from station.screening.screening import Screening
from station.screening.standing import Budget

REGIME = Path(__file__).parents[1] / "station" / "regimes" / "low.toml"
#: Below every reading: bare skin without a normal of its own has no cold line.
NO_FLOOR = -10_000


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one person: measured again, sent on, and after how many readings.

    Sent is a contact check or a referral.  Somebody ``unfinished`` still had no usable reading after the last: wrist,
    neck or a contact thermometer is next.
    """

    retaken: bool
    sent: bool
    taken: int
    normal: Normal | None = None
    unfinished: bool = False


Player: TypeAlias = Callable[[Iterable[Visitor]], list[Played]]


def shipped(budget: Budget | None = None) -> Policy:
    """The shipped rules, with another *budget* where one is given."""
    policy = parse_policy(REGIME.read_text(encoding="utf-8"))
    if budget is None:
        return policy
    shares = {
        "retake_permille": budget.retake_permille,
        "check_permille": budget.check_permille,
        "certain_permille": budget.certain_permille,
        "baseline_margin_centi": budget.adjusted_margin_centi,
    }
    return replace(policy, lines=replace(policy.lines, **shares))


class Deaf(Screening):
    """A gate that learns nothing and so has no normal."""

    def learn(self, learned: Iterable[object]) -> None:
        """Nothing."""


class Gate:
    """One gate: its lane, where the disk always answers at once."""

    def __init__(self, budget: Budget | None = None, mode: str = "surface", with_baseline: bool = True) -> None:
        numbers = count(1)
        policy = shipped(budget)
        if not with_baseline:
            policy = replace(policy, lines=replace(policy.lines, cold_skin_centi=NO_FLOOR))
        self._lane = Lane(policy, lambda: str(next(numbers)), screening=Screening() if with_baseline else Deaf())
        self._mode = Mode(mode)
        self._people = count(1)

    @property
    def baselines(self) -> Baselines:
        """What it has learned."""
        return self._lane.screening.baselines

    def visit(self, visitor: Visitor, direction: str = "in") -> Played:
        """One person comes, rests as often as they are told to, and goes."""
        lane, now_ms = self._lane, visitor.at_ms
        lane.direction = Direction(direction)
        person = Person(f"r:{next(self._people)}", PersonClass.RESIDENT)
        pairing.presented(lane, person, now_ms, None, now_ms)
        outcomes: list[tuple[str, str]] = []
        normal, taken = None, 0
        for centi in visitor.readings:
            taken += 1
            if centi is None:
                pairing.out_of_range(lane, "low", now_ms)
                continue
            self._stand_up(now_ms)
            one = Taken(centi, self._mode, Site.FOREHEAD, "gun", now_ms, 0, visitor.ambient_centi)
            if lane.visit is not None:
                normal = lane.screening.normal_of(lane.visit, replace(one, rested=lane.visit.cold_before))
            pairing.measured(lane, one, now_ms)
            outcomes = self._answer(now_ms)
            if outcomes[-1][0] != "retake" or outcomes[-1][1] == "contact_check":
                break
        outcome, reason = outcomes[-1] if outcomes else ("retake", "no_reading")
        self._go(now_ms)
        sent = outcome == "refer" or reason == "contact_check"
        again = outcome == "retake" and not sent
        return Played(taken > 1 or again, sent, taken, normal, again)

    def _stand_up(self, now_ms: int) -> None:
        for resting in list(self._lane.waiting.values()):
            self._lane.resume(resting, now_ms)

    def _answer(self, now_ms: int) -> list[tuple[str, str]]:
        """The disk has what was drafted; the decisions among it."""
        decided = []
        while effects := self._lane.drain():
            for effect in effects:
                if isinstance(effect, Record):
                    facts = effect.draft.facts
                    if effect.draft.kind == kinds.VISIT_DECIDED:
                        decided.append((str(facts["outcome"]), str(facts["reason"])))
                    self._lane.recorded(effect.token, Appended(1, 1, effect.draft.kind, now_ms, b""), now_ms)
        return decided

    def _go(self, now_ms: int) -> None:
        """Whoever still waits is gone for good."""
        for later_ms in (self._lane.timing.again_ms, 2 * self._lane.timing.waiting_ms):
            self._lane.ticked(now_ms + later_ms)
        self._answer(now_ms)


def product(visitors: Iterable[Visitor], budget: Budget | None = None) -> list[Played]:
    """The product: rules and baseline."""
    gate = Gate(budget)
    return [gate.visit(visitor) for visitor in visitors]


def fixed_line(visitors: Iterable[Visitor]) -> list[Played]:
    """The shipped rules alone: a first reading over 37.3 °C is taken again, a second one refers."""
    gate = Gate(with_baseline=False)
    return [gate.visit(visitor) for visitor in visitors]


def mean_of_ten(visitors: Iterable[Visitor], over_centi: int = 100) -> list[Played]:
    """At least 1 °C over the mean of the last ten people; measured again, and sent if the next reading is too."""
    latest: deque[int] = deque(maxlen=10)
    played = []
    for visitor in visitors:
        line = sum(latest) / len(latest) + over_centi if latest else None
        high = 0
        taken = 0
        for centi in visitor.readings:
            taken += 1
            if centi is None:
                continue
            if line is None or centi < line:
                break
            high += 1
            if high == 2:
                break
        played.append(Played(taken > 1, high == 2, taken))
        first = next((centi for centi in visitor.readings if centi is not None), None)
        if first is not None:
            latest.append(first)
    return played


RULES: dict[str, Player] = {"product": product, "fixed-line": fixed_line, "last-10-mean+1": mean_of_ten}
