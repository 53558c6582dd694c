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

from station.facts import (
    Direction,
    Facts,
    HealthCode,
    Mask,
    PassVerdict,
    PersonClass,
    Status,
    choices,
    facts_body,
    parse_facts,
)
from station.policy.file import PolicyError, parse_policy
from station.policy.policy import (
    Decision,
    Outcome,
    Policy,
    Temperature,
    decide,
    explain,
    stricter_than_plan,
    temperature,
)
from station.screening.standing import Verdict
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
    (
        "fever-contact",
        replace(RESIDENT, centi_celsius=3730, by_hand=True, standing_before=Verdict.AGAIN),
        Outcome.REFER,
        "fever",
    ),
    ("high-first", replace(RESIDENT, centi_celsius=3730, standing_before=Verdict.CHECK), Outcome.RETAKE, "above_line"),
    ("high-first", replace(RESIDENT, centi_celsius=3730, by_hand=True), Outcome.RETAKE, "above_line"),
    ("high-first", replace(RESIDENT, centi_celsius=3730, standing=Verdict.CHECK), Outcome.RETAKE, "above_line"),
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
    ("exception", replace(STRANGER, exception=True, standing=Verdict.CHECK), Outcome.ADMIT, "exception"),
    ("baseline-check", replace(RESIDENT, standing=Verdict.CHECK), Outcome.RETAKE, "contact_check"),
    ("baseline-again", replace(RESIDENT, standing=Verdict.AGAIN), Outcome.RETAKE, "above_baseline"),
    ("mask", replace(RESIDENT, standing=Verdict.AGAIN, mask=Mask.NONE), Outcome.ASK, "no_mask"),
    ("otherwise", replace(STRANGER, standing=Verdict.CHECK), Outcome.ASK, "no_code"),
    ("symptoms", replace(RESIDENT, standing=Verdict.CHECK, symptoms=True), Outcome.REFER, "symptoms"),
    (
        "pass-forged",
        replace(STRANGER, standing=Verdict.CHECK, pass_verdict=PassVerdict.FORGED),
        Outcome.DENY,
        "pass_forged",
    ),
    (
        "resident",
        replace(RESIDENT, standing=Verdict.ORDINARY, standing_before=Verdict.CHECK),
        Outcome.ADMIT,
        "resident",
    ),
    ("resident", replace(RESIDENT, centi_celsius=3300, cold_below_centi=3250), Outcome.ADMIT, "resident"),
    ("cold", replace(RESIDENT, centi_celsius=3600, cold_below_centi=3610), Outcome.RETAKE, "too_cold"),
    ("mask", replace(RESIDENT, mask=Mask.NONE), Outcome.ASK, "no_mask"),
    ("resident", replace(RESIDENT, mask=Mask.GIVEN), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, person=PersonClass.RETURNEE), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, pass_verdict=PassVerdict.EXPIRED), Outcome.ADMIT, "resident"),
    ("resident", replace(RESIDENT, pass_verdict=PassVerdict.CLOCK_UNKNOWN), Outcome.ADMIT, "resident"),
    ("pass-forged", replace(STRANGER, pass_verdict=PassVerdict.FORGED), Outcome.DENY, "pass_forged"),
    ("pass-revoked", replace(WORKER, pass_verdict=PassVerdict.REVOKED), Outcome.DENY, "pass_revoked"),
    ("pass-borrowed", replace(WORKER, pass_verdict=PassVerdict.BORROWED), Outcome.DENY, "pass_borrowed"),
    ("pass-expired", replace(WORKER, pass_verdict=PassVerdict.EXPIRED), Outcome.DENY, "pass_expired"),
    ("pass-not-yet", replace(WORKER, pass_verdict=PassVerdict.NOT_YET), Outcome.DENY, "pass_not_yet"),
    ("pass-spent", replace(WORKER, pass_verdict=PassVerdict.SPENT), Outcome.DENY, "pass_spent"),
    ("pass-wrong-way", replace(WORKER, pass_verdict=PassVerdict.WRONG_WAY), Outcome.DENY, "pass_wrong_way"),
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
    if choices(name) is not None:
        return st.sampled_from([getattr(parse_facts({name: value}), name) for value in choices(name) or ()])
    if name == "test_hours":
        return st.none() | st.integers(0, 400)
    if name == "centi_celsius":
        return st.none() | st.integers(2000, 4500)
    if name == "cold_below_centi":
        return st.none() | st.integers(2500, 3650)
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
    known |= {"instead_of_admit"}
    assert {why for _, why in lines} <= known


@given(ANY_FACTS, st.integers(LINES.cold_centi, 4500), st.integers(0, 1000))
def test_a_higher_temperature_above_the_cold_line_is_never_laxer(facts: Facts, centi: int, more: int) -> None:
    lower, higher = replace(facts, centi_celsius=centi), replace(facts, centi_celsius=centi + more)
    if temperature(LINES, lower) is not Temperature.COLD:
        assert passes(higher) <= passes(lower)


#: From laxest to strictest; a retake ends in one of the others, so it stands between what admits and what does not.
STRICTER = (Outcome.ADMIT, Outcome.ASK, Outcome.RETAKE, Outcome.DENY, Outcome.REFER)


@given(ANY_FACTS, st.sampled_from(Verdict), st.sampled_from(Verdict))
def test_the_gates_own_normal_only_makes_an_outcome_stricter(facts: Facts, standing: Verdict, before: Verdict) -> None:
    without = replace(facts, standing=Verdict.UNKNOWN, standing_before=Verdict.UNKNOWN)
    alone = decide(LOW, without)
    beside = decide(LOW, replace(facts, standing=standing, standing_before=before))
    assert STRICTER.index(beside.outcome) >= STRICTER.index(alone.outcome)
    if alone.outcome is not Outcome.REFER and beside.outcome is Outcome.REFER:
        assert facts.by_hand  # never a red alarm by itself: the contact thermometer said so
        assert facts.centi_celsius is not None
        assert facts.centi_celsius >= LINES.high_centi


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
            *(choices(name) or ())
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


def test_rules_that_only_look_alike_both_stand() -> None:
    two = 'name = "two"'
    for one, other in (
        ('mask = "none"', 'mask = ["none", "given"]'),
        ('mask = "none", people = 2', 'mask = "none"'),
        ("people = [2, 3]", "people = { at_least = 2 }"),
        ("people = { at_least = 2 }", "people = { at_least = 3 }"),
    ):
        assert len(parsed(rule(one), rule(other, name=two.partition(" = ")[2])).rules) == 3


def test_what_counts_of_a_certificate_is_the_policys() -> None:
    assert (LOW.proofs.test_hours, LOW.proofs.one_entry) == (48, False)
    stricter = parsed(head=HEAD + "[proofs]\ntest_hours = 24\none_entry = true\n")
    assert (stricter.proofs.test_hours, stricter.proofs.one_entry) == (24, True)


def test_an_office_sees_where_its_rules_are_stricter_than_the_plan() -> None:
    policy = parsed(
        rule(name='"ours"'),
        rule("symptoms = true", name='"theirs"', source='"[002-5] 口罩必戴"'),
        rule('mask = "given"', name='"lax"', outcome='"retake"'),
    )
    assert [one.name for one in stricter_than_plan(policy)] == ["ours"]
    assert {one.name for one in stricter_than_plan(LOW)} == {"place-closed-clinic", "place-closed-home", "isolation-in"}


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
        (HEAD + rule() + rule(name='"two"') + LAST, r"rule\[1\] 'two': never applies, 'one' before it"),
        (
            HEAD + rule('mask = ["none", "given"]') + rule('mask = "none", people = 2', name='"two"') + LAST,
            "'two': never",
        ),
        (HEAD + rule("people = { at_least = 2 }") + rule("people = [2, 3]", name='"two"') + LAST, "'two': never"),
        (HEAD + "[proofs]\ntest_hour = 1\n" + LAST, "unknown key 'test_hour' .did you mean 'test_hours'"),
        (HEAD + "[proofs]\ntest_hours = 0\n" + LAST, "test_hours: 0 is not from 1 to 336"),
        (HEAD + "[proofs]\none_entry = 1\n" + LAST, "one_entry.*1"),
        (HEAD.replace("[policy]", "proofs = 1\n[policy]") + LAST, "proofs: expected a table"),
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
