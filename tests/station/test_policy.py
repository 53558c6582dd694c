"""Deciding: the low regime as a table, order conflicts, closed failure, and the laws that hold for all facts."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.events import Mode, Site
from station.facts import (
    Direction,
    Facts,
    HealthCode,
    Mask,
    PassVerdict,
    PersonClass,
    Status,
    Trip,
    Vehicle,
    facts_body,
    parse_facts,
)
from station.policy import Decision, Outcome, Policy, Temperature, decide, explain, temperature
from station.policy_file import PolicyError, parse_policy
from station.wire.canonical import canonical, parse

TEXT = resources.files("station").joinpath("regimes/low.toml").read_text("utf-8")
LOW = parse_policy(TEXT)
LINES = LOW.lines
#: A resident, measured, 36.5, nothing else known.
RESIDENT = Facts(person=PersonClass.RESIDENT, centi_celsius=3650, measured=1, attempt=1)
STRANGER = replace(RESIDENT, person=PersonClass.UNKNOWN)
WORKER = replace(RESIDENT, person=PersonClass.WORKER)

TABLE: list[tuple[str, Facts, Outcome, str]] = [
    ("emergency", Facts(person=PersonClass.EMERGENCY), Outcome.ADMIT, "emergency"),
    ("no-reading", Facts(), Outcome.RETAKE, "no_reading"),
    ("no-reading", Facts(person=PersonClass.RESIDENT), Outcome.RETAKE, "no_reading"),
    ("no-reading", replace(RESIDENT, people=2), Outcome.RETAKE, "no_reading"),
    ("fever", replace(RESIDENT, centi_celsius=3730, high_before=True), Outcome.REFER, "fever"),
    ("fever", replace(STRANGER, centi_celsius=3730, high_before=True), Outcome.REFER, "fever"),
    ("high-first", replace(RESIDENT, centi_celsius=3730), Outcome.RETAKE, "above_line"),
    ("high-first", replace(RESIDENT, centi_celsius=3730, people=3), Outcome.RETAKE, "above_line"),
    ("resident", replace(RESIDENT, centi_celsius=3729), Outcome.ADMIT, "resident"),
    ("symptoms", replace(RESIDENT, symptoms=True), Outcome.REFER, "symptoms"),
    ("cold", replace(RESIDENT, centi_celsius=3499), Outcome.RETAKE, "too_cold"),
    ("cold-again", replace(RESIDENT, centi_celsius=3499, cold_before=True), Outcome.RETAKE, "too_cold_again"),
    ("cold", replace(RESIDENT, centi_celsius=3499, cold_before=True, by_hand=True), Outcome.RETAKE, "too_cold"),
    ("resident", replace(RESIDENT, centi_celsius=3500, cold_before=True), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, high_before=True), Outcome.ADMIT, "resident"),
    (
        "isolation-out",
        replace(RESIDENT, status=Status.ISOLATION, direction=Direction.OUT),
        Outcome.DENY,
        "home_isolation",
    ),
    ("isolation-in", replace(RESIDENT, status=Status.ISOLATION), Outcome.REFER, "home_isolation"),
    ("resident", replace(RESIDENT, status=Status.SELF_MONITORING), Outcome.ADMIT, "resident"),
    ("code-red-or-yellow", replace(STRANGER, health_code=HealthCode.YELLOW), Outcome.REFER, "health_code"),
    ("code-red-or-yellow", replace(RESIDENT, health_code=HealthCode.RED), Outcome.REFER, "health_code"),
    ("risk-area", replace(STRANGER, risk_origin=True), Outcome.REFER, "risk_area"),
    ("exception", replace(STRANGER, exception=True), Outcome.ADMIT, "exception"),
    ("mask", replace(RESIDENT, mask=Mask.NONE), Outcome.ASK, "no_mask"),
    ("resident", replace(RESIDENT, mask=Mask.GIVEN), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, person=PersonClass.RETURNEE), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, pass_verdict=PassVerdict.EXPIRED), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, pass_verdict=PassVerdict.CLOCK_UNKNOWN), Outcome.ADMIT, "resident"),
    ("pass-forged", replace(STRANGER, pass_verdict=PassVerdict.FORGED), Outcome.DENY, "pass_forged"),
    ("pass-revoked", replace(WORKER, pass_verdict=PassVerdict.REVOKED), Outcome.DENY, "pass_revoked"),
    ("pass-revoked", replace(WORKER, pass_verdict=PassVerdict.BORROWED), Outcome.DENY, "pass_revoked"),
    ("pass-time", replace(WORKER, pass_verdict=PassVerdict.EXPIRED), Outcome.DENY, "pass_expired"),
    ("pass-time", replace(WORKER, pass_verdict=PassVerdict.NOT_YET), Outcome.DENY, "pass_expired"),
    ("pass-time", replace(WORKER, pass_verdict=PassVerdict.SPENT), Outcome.DENY, "pass_expired"),
    ("pass-clock", replace(WORKER, pass_verdict=PassVerdict.CLOCK_UNKNOWN), Outcome.ASK, "clock_unknown"),
    ("pass", replace(WORKER, pass_verdict=PassVerdict.VALID), Outcome.ADMIT, "pass_valid"),
    ("green", replace(STRANGER, health_code=HealthCode.GREEN), Outcome.ADMIT, "green_code"),
    ("otherwise", STRANGER, Outcome.ASK, "no_code"),
    ("otherwise", WORKER, Outcome.ASK, "no_code"),
]


@pytest.mark.parametrize(("rule", "facts", "outcome", "reason"), TABLE)
def test_the_low_regime(rule: str, facts: Facts, outcome: Outcome, reason: str) -> None:
    decision = decide(LOW, facts)
    assert (decision.rule, decision.outcome, decision.reason) == (rule, outcome, reason)


def test_every_rule_of_the_low_regime_is_in_the_table() -> None:
    assert {rule for rule, *_ in TABLE} == {rule.name for rule in LOW.rules}


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ({"centi_celsius": 3800, "high_before": True}, {"status": Status.ISOLATION, "direction": Direction.OUT}),
        ({"centi_celsius": 3800, "high_before": True}, {"exception": True}),
        ({"centi_celsius": 3800, "high_before": True}, {"pass_verdict": PassVerdict.FORGED}),
        ({"centi_celsius": 3800}, {"symptoms": True}),
        ({"symptoms": True}, {"centi_celsius": 3300}),
        ({"symptoms": True}, {"exception": True}),
        ({"centi_celsius": 3300}, {"exception": True}),
        ({"status": Status.ISOLATION}, {"exception": True}),
        ({"health_code": HealthCode.RED}, {"exception": True}),
        ({"risk_origin": True}, {"exception": True}),
        ({"exception": True}, {"mask": Mask.NONE}),
        ({"exception": True}, {"pass_verdict": PassVerdict.EXPIRED}),
        ({"mask": Mask.NONE}, {"pass_verdict": PassVerdict.VALID}),
        ({"mask": Mask.NONE}, {"health_code": HealthCode.GREEN}),
        ({"pass_verdict": PassVerdict.FORGED}, {"health_code": HealthCode.GREEN}),
        ({"pass_verdict": PassVerdict.EXPIRED}, {"health_code": HealthCode.GREEN}),
        ({"pass_verdict": PassVerdict.CLOCK_UNKNOWN}, {"health_code": HealthCode.GREEN}),
    ],
    ids=str,
)
def test_of_two_reasons_the_stronger_decides(stronger: dict[str, Any], weaker: dict[str, Any]) -> None:
    alone = decide(LOW, replace(STRANGER, **stronger))
    assert alone.rule != decide(LOW, replace(STRANGER, **weaker)).rule
    assert decide(LOW, replace(STRANGER, **{**weaker, **stronger})) == alone


@pytest.mark.parametrize("person", [PersonClass.RESIDENT, PersonClass.RETURNEE])
@pytest.mark.parametrize("verdict", [PassVerdict.EXPIRED, PassVerdict.SPENT, PassVerdict.NOT_YET])
def test_a_resident_coming_home_is_not_turned_away_for_a_pass(person: PersonClass, verdict: PassVerdict) -> None:
    assert decide(LOW, replace(RESIDENT, person=person, pass_verdict=verdict)).outcome is Outcome.ADMIT


@pytest.mark.parametrize(
    ("centi", "measured", "people", "where"),
    [
        (None, 0, 1, Temperature.MISSING),
        (3499, 1, 1, Temperature.COLD),
        (3500, 1, 1, Temperature.NORMAL),
        (3729, 1, 1, Temperature.NORMAL),
        (3730, 1, 1, Temperature.HIGH),
        (3650, 1, 2, Temperature.MISSING),
        (3400, 1, 2, Temperature.MISSING),
        (3730, 1, 2, Temperature.HIGH),
    ],
)
def test_where_a_reading_lies(centi: int | None, measured: int, people: int, where: Temperature) -> None:
    assert temperature(LINES, Facts(centi_celsius=centi, measured=measured, people=people)) is where


# -- laws ------------------------------------------------------------------------------------------------------


def fact(name: str, kind: Any) -> st.SearchStrategy[Any]:
    enums: dict[str, Any] = {
        "direction": Direction,
        "person": PersonClass,
        "pass_verdict": PassVerdict,
        "health_code": HealthCode,
        "mask": Mask,
        "status": Status,
        "vehicle": Vehicle,
        "trip": Trip,
    }
    if name in enums:
        return st.sampled_from(enums[name])
    if name in ("mode", "site"):
        return st.none() | st.sampled_from(list(Mode if name == "mode" else Site))
    if name == "centi_celsius":
        return st.none() | st.integers(2000, 4500)
    if name == "above_baseline_centi":
        return st.none() | st.integers(-500, 500)
    return st.booleans() if kind == "bool" else st.integers(0, 3)


ANY_FACTS = st.builds(Facts, **{field.name: fact(field.name, field.type) for field in dataclasses.fields(Facts)})


def passes(facts: Facts) -> bool:
    """Laxer is what lets somebody through; all else keeps them here, for whatever reason comes first."""
    return decide(LOW, facts).outcome is Outcome.ADMIT


@given(ANY_FACTS)
def test_every_visit_is_decided_and_explained_alike(facts: Facts) -> None:
    decision = decide(LOW, facts)
    lines = explain(LOW, facts)
    assert [rule for rule, _ in lines] == list(LOW.rules)
    first = next(rule for rule, why in lines if why == "applies")
    assert decision == Decision(first.outcome, first.reason, first.name, first.rest)
    known = {field.name for field in dataclasses.fields(Facts)} | {"temperature", "stands_out", "applies"}
    assert {why for _, why in lines} <= known


@given(ANY_FACTS, st.integers(LINES.cold_centi, 4500), st.integers(0, 1000))
def test_a_higher_temperature_above_the_cold_line_is_never_laxer(facts: Facts, centi: int, more: int) -> None:
    lower, higher = replace(facts, centi_celsius=centi), replace(facts, centi_celsius=centi + more)
    assert passes(higher) <= passes(lower)


@given(ANY_FACTS)
def test_a_missing_fact_is_never_laxer_than_a_good_one(facts: Facts) -> None:
    good = replace(
        facts,
        person=PersonClass.RESIDENT,
        pass_verdict=PassVerdict.VALID,
        health_code=HealthCode.GREEN,
        centi_celsius=3650,
        measured=facts.people,
    )
    missing = {
        "person": PersonClass.UNKNOWN,
        "pass_verdict": PassVerdict.NONE,
        "health_code": HealthCode.NONE,
        "centi_celsius": None,
        "measured": max(0, facts.people - 1),
    }
    for name, value in missing.items():
        assert passes(replace(good, **{name: value})) <= passes(good), name


@given(ANY_FACTS)
def test_nobody_is_admitted_unmeasured_but_in_an_emergency(facts: Facts) -> None:
    decision = decide(LOW, facts)
    if decision.outcome is Outcome.ADMIT and facts.person is not PersonClass.EMERGENCY:
        assert temperature(LINES, facts) is Temperature.NORMAL


@given(ANY_FACTS)
def test_a_decision_can_be_made_again_from_what_the_entry_holds(facts: Facts) -> None:
    held = parse(canonical(facts_body(facts)))
    assert parse_facts(held) == facts
    assert decide(parse_policy(TEXT), parse_facts(held)) == decide(LOW, facts)


def test_facts_of_another_version_are_read() -> None:
    assert parse_facts({"person": "worker", "weather": "rain"}) == Facts(person=PersonClass.WORKER)
    with pytest.raises(ValueError, match="ghost"):
        parse_facts({"person": "ghost"})


def test_no_fact_can_hold_a_name() -> None:
    # Everything in clear is a number, a truth or a word from a list.
    for name, value in json.loads(canonical(facts_body(RESIDENT))).items():
        assert not isinstance(value, str) or value in {
            *Direction, *PersonClass, *PassVerdict, *HealthCode, *Mask, *Status, *Mode, *Site, *Vehicle, *Trip
        }, name  # fmt: skip


# -- the file --------------------------------------------------------------------------------------------------

HEAD = """
[policy]
regime = "test"
number = 3
issuer = "office"
phone = "1"
[lines]
high = 37.3
cold = 35.0
"""
LAST = '[[rule]]\nname = "otherwise"\noutcome = "ask"\nreason = "no_code"\nsource = "[own]"\n'


def rule(when: str = 'mask = "none"', **change: str) -> str:
    keys = {"name": '"one"', "outcome": '"deny"', "reason": '"why"', "source": '"[own]"', **change}
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()) + f"when = {{ {when} }}\n"


def parsed(*rules: str, head: str = HEAD) -> Policy:
    return parse_policy(head + "".join(rules) + LAST)


def test_a_policy_is_read() -> None:
    policy = parsed(rule('mask = ["none", "given"], people = { at_least = 2, below = 5 }, symptoms = true'))
    assert (policy.regime, policy.number, policy.issuer, policy.phone) == ("test", 3, "office", "1")
    assert (policy.lines.high_centi, policy.lines.cold_centi) == (3730, 3500)
    assert (policy.lines.baseline_margin_centi, policy.lines.rest_ms) == (80, 300_000)
    facts = Facts(mask=Mask.GIVEN, people=2, symptoms=True)
    assert decide(policy, facts).rule == "one"
    for other in ({"mask": Mask.WORN}, {"people": 1}, {"people": 5}, {"symptoms": False}):
        assert decide(policy, replace(facts, **other)).rule == "otherwise"


def test_a_policy_is_named_by_its_very_text() -> None:
    assert parse_policy(TEXT).sha256 == LOW.sha256 != parse_policy(TEXT + "\n# a word\n").sha256
    assert len(LOW.sha256) == 64


def test_standing_out_from_the_gates_normal_is_a_condition() -> None:
    policy = parsed(rule("stands_out = true", outcome='"retake"'))
    for above, name in ((None, "otherwise"), (79, "otherwise"), (80, "one")):
        assert decide(policy, Facts(above_baseline_centi=above)).rule == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml =", "not TOML"),
        ("a = " + "[" * 5000, "not TOML"),
        ("[policy]\nnumber = " + "9" * 5000, "not TOML"),
        ("", r"needs \[policy\]"),
        (HEAD, "at least one"),
        (HEAD + "rule = 1", "needs"),
        (HEAD + "[polcy]\n" + LAST, "unknown key 'polcy' .did you mean 'policy'"),
        (HEAD.replace("number = 3", "number = -3") + LAST, "policy.number.*-3"),
        (HEAD.replace("number = 3", 'number = "3"') + LAST, "policy.number.*'3'"),
        (HEAD.replace("number = 3", "number = true") + LAST, "policy.number.*True"),
        (HEAD.replace('"office"', '""') + LAST, "policy.issuer"),
        (HEAD.replace("phone", "fone") + LAST, "unknown key 'fone' .did you mean 'phone'"),
        (HEAD.replace("37.3", '"37.3"') + LAST, "lines.high.*'37.3'"),
        (HEAD.replace("37.3", "37.305") + LAST, "two decimals"),
        (HEAD.replace("37.3", "nan") + LAST, "lines.high: NaN"),
        (HEAD.replace("37.3", "inf") + LAST, "lines.high: Infinity"),
        (HEAD.replace("37.3", "1e999999") + LAST, "lines.high"),
        (HEAD.replace("37.3", "true") + LAST, "lines.high"),
        (HEAD.replace("37.3", "98.6") + LAST, "cold 35.0 and high 98.6"),
        (HEAD.replace("37.3", "35.0") + LAST, "cold 35.0 and high 35.0"),
        (HEAD.replace("cold", "cald") + LAST, "unknown key 'cald' .did you mean 'cold'"),
        (HEAD + "rest_minutes = 1.5\n" + LAST, "rest_minutes"),
        (HEAD + LAST.replace('"ask"', '"admit"').replace("no_code", "x"), "must not admit"),
        (HEAD + rule(), "last rule must have no conditions"),
        (HEAD + LAST.replace("otherwise", "a") + LAST, r"rule\[0\] 'a': no conditions"),
        (HEAD + rule() + rule() + LAST, r"rule\[1\].*'one' is used twice"),
        (HEAD + rule(outcom='"x"') + LAST, r"rule\[0\] 'one': unknown key 'outcom' .did you mean 'outcome'"),
        (HEAD + rule(outcome='"let_in"') + LAST, "'let_in' is none of admit"),
        (HEAD + rule(source='""') + LAST, "source"),
        (HEAD + rule(rest="true") + LAST, "only goes with retake"),
        (HEAD + rule(rest="1", outcome='"retake"') + LAST, "only goes with retake"),
        (HEAD + rule(text='"sorry"') + LAST, "tables"),
        (HEAD + rule(text="{ en = 1 }") + LAST, "sentence"),
        (HEAD + rule(reason='"fever"') + LAST, "'fever' goes with refer, not with deny"),
        (HEAD + rule('maks = "none"') + LAST, "unknown fact 'maks' .did you mean 'mask'"),
        (HEAD + rule('mask = "nome"') + LAST, "'nome' is none of unchecked"),
        (HEAD + rule('site = "forhead"') + LAST, "'forhead' is none of forehead"),
        (HEAD + rule("mask = []") + LAST, "empty list"),
        (HEAD + rule("symptoms = 1") + LAST, "1 is none of true, false"),
        (HEAD + rule('symptoms = "true"') + LAST, "'true' is none of true, false"),
        (HEAD + rule("mask = { at_least = 1 }") + LAST, "are for numbers"),
        (HEAD + rule("temperature = { at_least = 3730 }") + LAST, "are for numbers"),
        (HEAD + rule("people = true") + LAST, "True is no whole number"),
        (HEAD + rule('centi_celsius = "3730"') + LAST, "no whole number"),
        (HEAD + rule("centi_celsius = { at_least = 37.3 }") + LAST, "expected integers"),
        (HEAD + rule("centi_celsius = {}") + LAST, "expected integers"),
        (HEAD + rule("people = { atleast = 1 }") + LAST, "unknown key 'atleast' .did you mean 'at_least'"),
    ],
    ids=str,
)
def test_a_wrong_policy_is_refused_by_place(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse_policy(text)


@given(st.text('[]{}="\n.#policyrulewhen 0123456789', max_size=60))
def test_any_text_is_a_policy_error(text: str) -> None:
    for attempt in (text, HEAD + text, HEAD + rule() + text + "\n" + LAST):
        with suppress(PolicyError):
            parse_policy(attempt)
