"""Who stands out from the gate's own normal.  Pure.

An opinion only makes an outcome stricter: measure again, then a contact check (腋温复测).  It never raises an alarm,
and where the baseline says nothing, nothing changes.  docs/screening.md says how well it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from station.screening.baseline import Normal

#: Skin that lies this far under the gate's own normal is too cold to mean anything.
FLOOR_CENTI = 200
#: A person is measured at most four times before somebody takes a contact thermometer.
MOST_READINGS = 4

_NORMAL = NormalDist()


class Verdict(StrEnum):
    """How a person's readings stand to the gate's normal."""

    UNKNOWN = "unknown"  # no opinion
    ORDINARY = "ordinary"
    AGAIN = "again"  # stands out: measure again
    CHECK = "check"  # still stands out: contact thermometer

    @property
    def gravity(self) -> int:
        """Its place from the mildest to the gravest."""
        return tuple(Verdict).index(self)


@dataclass(frozen=True, slots=True)
class Budget:
    """How often the office bears to be wrong, in people of a thousand without a fever, and the adjusted margin.

    ``retake`` are measured again at least once, ``check`` get a contact check after that, ``certain`` get it without a
    third reading.  A device that shows the body instead of the skin squeezes its readings together by a rule of its
    own: there ``adjusted_margin_centi`` stands, as the policy has it.
    """

    retake_permille: int = 100
    check_permille: int = 25
    certain_permille: int = 5
    adjusted_margin_centi: int = 80

    def __post_init__(self) -> None:
        if not 0 < self.certain_permille <= self.check_permille <= self.retake_permille < 500:
            raise ValueError(f"baseline budget: expected 0 < certain <= check <= retake < 500 permille, got {self}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gate's normal says of a visit's readings so far.

    ``above_centi`` is their distance from the normal, None without one.  ``stood_out`` is what to feed after the
    decision: it is also known where no opinion is given.
    """

    verdict: Verdict = Verdict.UNKNOWN
    above_centi: int | None = None
    stood_out: bool = False


#: Of somebody who cannot be compared with anybody.
NO_OPINION = Standing()


def standing(
    now: Normal | None, readings: Sequence[int], budget: Budget, adjusted: bool = False, last: bool = False
) -> Standing:
    """How a visit's *readings* stand to the normal, oldest first, without those that were too cold.

    The first counts half as much as the others: they were only taken because it was high.  *last* says that no
    further reading can be had.
    """
    if now is None or not readings:
        return Standing()
    first, *others = readings
    mean = (first + 2 * sum(others)) / (1 + 2 * len(others))
    above = mean - now.centre_centi
    retake, check, certain = _margins(now, budget, adjusted)
    last = last or len(readings) >= MOST_READINGS
    if others and above >= (check if last else certain):
        verdict = Verdict.CHECK
    else:
        verdict = Verdict.AGAIN if above >= retake and not (others and last) else Verdict.ORDINARY
    if now.telling:
        return Standing(verdict, round(above), verdict is Verdict.CHECK)
    return Standing(Verdict.UNKNOWN, round(above), above >= check)


def floor_centi(now: Normal | None, cold_centi: int, adjusted: bool) -> int | None:
    """Below what a reading is too cold: the policy's line where the device shows the body, else under the normal.

    None where bare skin has no normal yet: 34 °C is an ordinary forehead to many cameras.
    """
    if adjusted:
        return cold_centi
    return None if now is None else now.centre_centi - FLOOR_CENTI


def _margins(now: Normal, budget: Budget, adjusted: bool) -> tuple[float, float, float]:
    """How far above the centre: again, check after four readings, check at once."""
    least = budget.adjusted_margin_centi if adjusted else 0
    shares = (budget.retake_permille, budget.check_permille, budget.certain_permille)
    again, check, certain = (max(least, now.spread_centi * _NORMAL.inv_cdf(1 - share / 1000)) for share in shares)
    return again, check, certain
