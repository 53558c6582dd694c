"""The laws of every regime, held against everybody of whom the regimes' own tests speak, at every temperature.

Facts drawn at random are refused for one reason or another nearly always: a policy that let a fever of 41 through went
by unseen.  Here nobody is drawn.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.facts import Facts
from station.policy.policy import Outcome, Temperature, decide, temperature
from tests.station.test_regimes import ORDER, POLICIES, REGIMES, TABLE, THROUGH, lets_through

#: Everybody whom a sentence of the requirements is about, once, all of a group measured.
EVERYBODY = tuple(
    dict.fromkeys(replace(facts, measured=facts.people) for facts in (*THROUGH, *(row[2] for row in TABLE)))
)
#: From a frozen forehead to a burning one, and both sides of the lines.
CENTI = (2500, 3000, 3400, 3499, 3500, 3600, 3650, 3700, 3729, 3730, 3731, 3750, 3800, 3850, 3900, 4000, 4100, 4500)
#: Who is let through whatever the thermometer says, because somebody takes it upon themselves.
RESPONSIBLE = ("emergency", "exception")


def at(facts: Facts, centi: int) -> Facts:
    return replace(facts, centi_celsius=centi)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("by_hand", [False, True])
def test_above_the_floor_a_higher_temperature_never_lets_through_whom_a_lower_kept(regime: str, by_hand: bool) -> None:
    lines, kept_by_it = POLICIES[regime].lines, 0
    for facts in (replace(one, by_hand=by_hand, attempt=1 + by_hand) for one in EVERYBODY):
        above = [centi for centi in CENTI if temperature(lines, at(facts, centi)) is not Temperature.COLD]
        through = [lets_through(regime, at(facts, centi)) for centi in above]
        assert through == sorted(through, reverse=True), facts
        kept_by_it += through[0] and not through[-1]
        if decide(POLICIES[regime], at(facts, lines.high_centi)).rule not in RESPONSIBLE:
            assert not any(is_in for is_in, centi in zip(through, above, strict=True) if centi >= lines.high_centi), (
                facts
            )
    # In full closure nobody is let through but by somebody who answers for it.
    assert kept_by_it or regime == "closed", "some are let through at 36.5 and kept at 45"


@pytest.mark.parametrize(("milder", "stricter"), ORDER)
def test_a_stricter_regime_lets_nobody_through_whom_the_milder_keeps(milder: str, stricter: str) -> None:
    alike = differ = 0
    for facts in EVERYBODY:
        for centi in CENTI:
            mild, strict = lets_through(milder, at(facts, centi)), lets_through(stricter, at(facts, centi))
            assert strict <= mild, (facts, centi)
            alike += mild and strict
            differ += mild and not strict
    assert differ, "it is stricter with somebody"
    assert alike or stricter == "closed", "and not with everybody"


@pytest.mark.parametrize("regime", REGIMES)
def test_whoever_was_not_measured_is_let_through_by_nobody_but_who_answers_for_it(regime: str) -> None:
    policy, asked = POLICIES[regime], 0
    for facts in EVERYBODY:
        whole = decide(policy, at(facts, 3650))
        for missing in (replace(facts, centi_celsius=None, measured=0), replace(at(facts, 3650), people=2, measured=1)):
            found = decide(policy, missing)
            assert found.outcome is not Outcome.ADMIT or found.rule in RESPONSIBLE, missing
            asked += whole.outcome is Outcome.ADMIT and found.outcome is not Outcome.ADMIT
    assert asked or regime == "closed", "some are let through only because they were measured"
