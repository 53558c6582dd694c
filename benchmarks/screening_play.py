"""People played through the product's own rules and baseline, and through the two rules it is compared with.

Every player sees one person after the other and learns from somebody only when that person is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from benchmarks.screening_table import Visitor
from drivers.events import Mode, Site
from station.baseline import Baselines, Key, Normal, Point
from station.facts import Facts, PersonClass
from station.policy import Outcome, Policy, Rule, decide
from station.policy_file import parse_policy
from station.standing import Budget, Verdict, floor_centi, standing

REGIME = Path(__file__).parents[1] / "station" / "regimes" / "low.toml"
#: Below every reading: bare skin without a normal of its own has no cold line.
NO_FLOOR = -10_000


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one person: measured again, sent on, and after how many readings.

    Somebody ``unfinished`` still had no usable reading after the last: wrist, neck or a contact thermometer is next.
    """

    retaken: bool
    sent: bool
    taken: int
    normal: Normal | None = None
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Screened(Facts):
    """The facts with the baseline's opinion beside them."""

    standing: str = Verdict.UNKNOWN


Player: TypeAlias = Callable[[Iterable[Visitor]], list[Played]]


def shipped() -> Policy:
    """The shipped rules, with the baseline's two after those of the line."""
    policy = parse_policy(REGIME.read_text(encoding="utf-8"))
    names = [rule.name for rule in policy.rules]
    place = names.index("high-first") + 1
    ours = (
        Rule("baseline-check", Outcome.REFER, "above_baseline", (("standing", (Verdict.CHECK,)),)),
        Rule("baseline-again", Outcome.RETAKE, "above_baseline", (("standing", (Verdict.AGAIN,)),), rest=True),
    )
    return replace(policy, rules=(*policy.rules[:place], *ours, *policy.rules[place:]))


class Gate:
    """One gate: the shipped rules beside its baselines."""

    def __init__(self, budget: Budget | None = None, mode: str = "surface", with_baseline: bool = True) -> None:
        self.baselines = Baselines()
        self._budget = budget or Budget()
        self._policy = shipped()
        self._mode = mode
        self._with_baseline = with_baseline

    def visit(self, visitor: Visitor, direction: str = "in") -> Played:
        """Decide about *visitor*, then learn from them."""
        adjusted = self._mode == "adjusted"
        counted: list[int] = []
        fed: list[tuple[Key, Point]] = []
        high_before = cold_before = sent = False
        outcome, taken, now, stood_out = Outcome.RETAKE, 0, None, False
        for index, centi in enumerate(visitor.readings):
            taken += 1
            key = Key("gun", "forehead", self._mode, direction, rested=cold_before)
            now = self.baselines.normal(key, visitor.at_ms, visitor.ambient_centi) if self._with_baseline else None
            floor = floor_centi(now, self._policy.lines.cold_centi, adjusted)
            cold = centi is not None and floor is not None and centi < floor
            if centi is not None:
                point = Point(centi, visitor.at_ms, visitor.ambient_centi)
                if not any(before == key for before, _ in fed):
                    fed.append((key, point))
                counted = [] if cold else [*counted, centi]
            last = all(later is None for later in visitor.readings[index + 1 :])
            opinion = standing(now, counted, self._budget, adjusted, last)
            lines = replace(self._policy.lines, cold_centi=NO_FLOOR if floor is None else floor)
            facts = Screened(
                person=PersonClass.RESIDENT,
                measured=int(centi is not None),
                centi_celsius=centi,
                mode=Mode(self._mode),
                site=Site.FOREHEAD,
                attempt=taken,
                high_before=high_before,
                cold_before=cold_before,
                above_baseline_centi=opinion.above_centi,
                standing=Verdict.UNKNOWN if centi is None else opinion.verdict,
            )
            outcome = decide(replace(self._policy, lines=lines), facts).outcome
            if cold:
                self._learn(fed, not adjusted, adjusted)
                fed, cold_before = [], True
            stood_out = opinion.stood_out
            high_before = high_before or (centi is not None and centi >= lines.high_centi)
            sent = outcome is Outcome.REFER
            if outcome is not Outcome.RETAKE:
                break
        # Somebody over the line is no part of the normal, whether or not a second reading confirmed it.
        self._learn(fed, stood_out or sent or high_before, False)
        again = outcome is Outcome.RETAKE
        return Played(taken > 1 or again, sent, taken, now, again)

    def _learn(self, fed: list[tuple[Key, Point]], stood_out: bool, skip: bool) -> None:
        # A device that shows the body has an absolute line: what lies under it is never part of a normal.
        for key, point in () if skip else fed:
            self.baselines.feed(key, point, stood_out)


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
