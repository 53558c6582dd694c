"""A policy in words, for whoever answers for it.  Pure.

::

    1. emergency: person is emergency -> admit (emergency)  [P] barrier first, details later
"""

from __future__ import annotations

from collections.abc import Iterator

from station.policy.policy import Outcome, Policy, Rule, Span, is_own, stricter_than_plan


def lines_of(policy: Policy, language: str) -> Iterator[str]:
    """*policy* line by line: its head, its rules in order with the sentence for the person, and what is its own."""
    high, cold = policy.lines.high_centi / 100, policy.lines.cold_centi / 100
    yield f"{policy.regime} {policy.number}, {policy.issuer}, {policy.phone}"
    yield f"high from {high} °C on, cold below {cold} °C; the first rule that applies decides"
    for number, rule in enumerate(policy.rules, 1):
        yield f"{number}. {in_words(rule)}"
        yield f"   {rule.source}"
        if dict(rule.text).get(language):
            yield f"   {dict(rule.text)[language]}"
    yield from _own(policy)


def in_words(rule: Rule) -> str:
    """One rule: its name, its conditions, and what comes of it."""
    conditions = " and ".join(_condition(fact, wanted) for fact, wanted in rule.when) or "everybody else"
    rest = ", after a rest" if rule.rest else ""
    instead = ", where the rules below would admit" if rule.instead_of_admit else ""
    return f"{rule.name}: {conditions} -> {rule.outcome} ({rule.reason}){rest}{instead}"


def _own(policy: Policy) -> Iterator[str]:
    stricter = stricter_than_plan(policy)
    yield f"stricter than any plan: {_names(stricter)}"
    yield f"let through by no plan: {_names(rule for rule in policy.rules if _lets_through(rule))}"


def _lets_through(rule: Rule) -> bool:
    return rule.outcome is Outcome.ADMIT and is_own(rule)


def _names(rules: Iterator[Rule] | tuple[Rule, ...]) -> str:
    return ", ".join(rule.name for rule in rules) or "none"


def _condition(fact: str, wanted: tuple[object, ...] | Span) -> str:
    if isinstance(wanted, Span):
        bounds = [] if wanted.at_least is None else [f"at least {wanted.at_least}"]
        bounds += [] if wanted.below is None else [f"below {wanted.below}"]
        return f"{fact} is {' and '.join(bounds)}"
    if wanted in ((True,), (False,)):
        return fact if wanted == (True,) else f"not {fact}"
    return f"{fact} is {' or '.join(str(value) for value in wanted)}"
