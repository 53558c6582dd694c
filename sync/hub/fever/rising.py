"""发热增多提示: whether a unit has more fevers today than its last fourteen days let expect.  Pure.

A hint to look and never a diagnosis or a cluster: those are confirmed elsewhere.  The rule is an exact test of two
counts.  Of all fevers since two weeks ago, each falls on today with the share that today has of the people measured,
if nothing has changed; the alarm comes where at least as many as today's would do so at most once in a thousand days.
Today counts as a whole usual day however early it is, so that looking often raises no more alarms than looking once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb

#: The days before today that it is held against.
DAYS = 14
#: A gate that measured nobody on half of them has no usual day, and neither raises an alarm nor hides one.
LEAST_DAYS = 7
#: At most so often a day of a unit where nothing has changed raises an alarm.
FALSE_ALARMS = Fraction(1, 1000)
#: Beyond so many cases the exact sums take longer than a page may, and the normal curve says the same: 3.5 deviations
#: (squared, 49/4) are once in four thousand days.
_MOST_EXACT = 300


@dataclass(frozen=True, slots=True)
class GateDays:
    """One gate: people measured and fevers, today and on each day before (newest first, :data:`DAYS` of them)."""

    measured_today: int
    fevers_today: int
    measured: tuple[int, ...]
    fevers: tuple[int, ...]

    @property
    def has_usual(self) -> bool:
        """Whether it was there on enough of the days before."""
        return sum(people > 0 for people in self.measured) >= LEAST_DAYS


@dataclass(frozen=True, slots=True)
class Rising:
    """More than usual: ``fevers`` today and ``before`` in :data:`DAYS` days, at the ``gates`` that had a usual day."""

    fevers: int
    before: int
    gates: frozenset[str]


def rising(days: Mapping[str, GateDays], gates: Collection[str]) -> Rising | None:
    """The hint for a unit with *gates*, None where there is none; *days* by gate."""
    counted = {gate: days[gate] for gate in gates if gate in days and days[gate].has_usual}
    today, before = sum(one.fevers_today for one in counted.values()), sum(sum(one.fevers) for one in counted.values())
    measured = sum(sum(one.measured) for one in counted.values())
    usual = sum(ceil(sum(one.measured) / sum(people > 0 for people in one.measured)) for one in counted.values())
    share = max(usual, sum(one.measured_today for one in counted.values()))
    if not is_more(today, before, share, measured):
        return None
    return Rising(today, before, frozenset(counted))


def hints(days: Mapping[str, GateDays], units: Mapping[str, Collection[str]]) -> dict[str, Rising]:
    """The hints of *units* by their ids, parents first; of those with the same gates only the last, nearest to them."""
    found: dict[frozenset[str], tuple[str, Rising]] = {}
    for unit, gates in units.items():
        hint = rising(days, gates)
        if hint is not None:
            found[hint.gates] = unit, hint
    return dict(found.values())


def is_more(today: int, before: int, measured_today: int, measured_before: int) -> bool:
    """Whether *today* fevers of *measured_today* people are more than *before* of *measured_before* let expect."""
    if today == 0 or measured_today <= 0 or measured_before <= 0:
        return False
    here, there, cases = measured_today, measured_before, today + before
    if cases > _MOST_EXACT:
        above = today * (here + there) - cases * here
        return above > 0 and 4 * above**2 >= 49 * cases * here * there
    # Whole numbers: no case in which the last bit decides.
    tail: int = sum(comb(cases, k) * here**k * there ** (cases - k) for k in range(today, cases + 1))
    all_of_them: int = (here + there) ** cases
    return tail * FALSE_ALARMS.denominator <= FALSE_ALARMS.numerator * all_of_them
