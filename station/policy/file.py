"""Read a policy from TOML, and refuse one that is not complete, closed and spelt right.  Pure.

Every message has the place and the value::

    rule[2] 'fever': unknown key 'outcom' (did you mean 'outcome'?)
    rule[9] 'otherwise': the last rule must have no conditions and must not admit
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from station.errors import StationError
from station.facts import Facts, choices
from station.policy.policy import Lines, Outcome, Policy, Proofs, Rule, Span, Temperature


class PolicyError(StationError, ValueError):
    """The policy cannot be used; the old one stays.  The message names the place and the value."""

    code = "policy"


#: A fortnight: no plan lets an older test count.
MAX_TEST_HOURS = 336
_TRUTH: tuple[object, ...] = (True, False)
_DERIVED: dict[str, tuple[object, ...]] = {"temperature": tuple(Temperature), "stands_out": _TRUTH}
_FACTS = {field.name: field.type for field in fields(Facts)}
#: What the lane itself does something about: a rule with such a reason must have the outcome that goes with it.
RESERVED: dict[str, Outcome] = {
    "emergency": Outcome.ADMIT,
    "no_reading": Outcome.RETAKE,
    "fever": Outcome.REFER,
    "symptoms": Outcome.REFER,
    "no_code": Outcome.ASK,
    "contact_check": Outcome.RETAKE,
}
#: The keys of the budget, and what they are called in :class:`~station.policy.policy.Lines`.
_SHARES = {
    "baseline_retake": "retake_permille",
    "baseline_check": "check_permille",
    "baseline_certain": "certain_permille",
}


def parse_policy(text: str) -> Policy:
    """The policy in *text*.

    :raises PolicyError: at the first thing that is wrong.
    """
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        # tomllib also lets through what int() and its own recursion say of absurd input.
        raise PolicyError(f"policy: not TOML: {error}") from None
    _known(document, ("policy", "lines", "proofs", "rule"), "policy file")
    head, lines, rules = (document.get(name) for name in ("policy", "lines", "rule"))
    if not isinstance(head, dict) or not isinstance(lines, dict) or not isinstance(rules, list) or not rules:
        raise PolicyError("policy: needs [policy], [lines] and at least one [[rule]]")
    _known(head, ("regime", "number", "issuer", "phone"), "policy")
    parsed = tuple(_rule(rule, f"rule[{index}]") for index, rule in enumerate(rules))
    _check_closed(parsed)
    return Policy(
        _text(head, "regime", "policy"),
        _whole(head, "number", "policy"),
        _text(head, "issuer", "policy"),
        _text(head, "phone", "policy"),
        _lines(lines),
        parsed,
        hashlib.sha256(text.encode()).hexdigest(),
        _proofs(document.get("proofs", {})),
    )


def _lines(table: Mapping[str, Any]) -> Lines:
    _known(table, ("high", "cold", "cold_skin", "baseline_margin", "rest_minutes", *_SHARES), "lines")
    high, cold = _centi(table, "high"), _centi(table, "cold")
    if not 3000 <= cold < high <= 4300:
        raise PolicyError(f"lines: cold {cold / 100} and high {high / 100} must be 30 <= cold < high <= 43 °C")
    margin = _centi(table, "baseline_margin") if "baseline_margin" in table else Lines(high, cold).baseline_margin_centi
    rest_ms = _whole(table, "rest_minutes", "lines") * 60_000 if "rest_minutes" in table else Lines(high, cold).rest_ms
    skin = _centi(table, "cold_skin") if "cold_skin" in table else Lines(high, cold).cold_skin_centi
    if not 2500 <= skin < high:
        raise PolicyError(f"lines: cold_skin {skin / 100} must be 25 <= cold_skin < high °C")
    shares = {name: _whole(table, key, "lines") for key, name in _SHARES.items() if key in table}
    parsed = Lines(high, cold, margin, rest_ms, skin, **shares)
    try:
        _ = parsed.budget
    except ValueError as error:
        raise PolicyError(f"lines: {error}") from None
    return parsed


def _proofs(table: Any) -> Proofs:
    if not isinstance(table, dict):
        raise PolicyError("proofs: expected a table")
    _known(table, ("test_hours", "one_entry"), "proofs")
    usual = Proofs()
    hours = _whole(table, "test_hours", "proofs") if "test_hours" in table else usual.test_hours
    if not 1 <= hours <= MAX_TEST_HOURS:
        raise PolicyError(f"proofs.test_hours: {hours} is not from 1 to {MAX_TEST_HOURS}")
    one_entry = table.get("one_entry", usual.one_entry)
    if not isinstance(one_entry, bool):
        raise PolicyError(f"proofs.one_entry: expected true or false, got {one_entry!r}")
    return Proofs(hours, one_entry)


def _rule(table: Any, place: str) -> Rule:
    if not isinstance(table, dict):
        raise PolicyError(f"{place}: expected a table")
    name = _text(table, "name", place)
    place = f"{place} {name!r}"
    _known(table, ("name", "outcome", "reason", "when", "rest", "instead_of_admit", "source", "text"), place)
    outcome = _text(table, "outcome", place)
    if outcome not in tuple(Outcome):
        raise PolicyError(f"{place}.outcome: {outcome!r} is none of {', '.join(Outcome)}")
    reason = _text(table, "reason", place)
    if RESERVED.get(reason, outcome) != outcome:
        raise PolicyError(f"{place}.reason: {reason!r} goes with {RESERVED[reason]}, not with {outcome}")
    rest, when, text = table.get("rest", False), table.get("when", {}), table.get("text", {})
    if not isinstance(rest, bool) or (rest and outcome != Outcome.RETAKE):
        raise PolicyError(f"{place}.rest: true only goes with retake")
    instead_of_admit = table.get("instead_of_admit", False)
    if not isinstance(instead_of_admit, bool) or (instead_of_admit and outcome != Outcome.RETAKE):
        raise PolicyError(f"{place}.instead_of_admit: true only goes with retake")
    if not isinstance(when, dict) or not isinstance(text, dict):
        raise PolicyError(f"{place}: when and text are tables")
    if not all(isinstance(sentence, str) for sentence in text.values()):
        raise PolicyError(f"{place}.text: expected a sentence for each language")
    return Rule(
        name,
        Outcome(outcome),
        reason,
        tuple((fact, _condition(fact, wanted, f"{place}.when")) for fact, wanted in when.items()),
        rest,
        instead_of_admit,
        _text(table, "source", place),
        tuple(text.items()),
    )


def _condition(fact: str, wanted: Any, place: str) -> tuple[object, ...] | Span:
    if fact not in _FACTS and fact not in _DERIVED:
        raise PolicyError(f"{place}: unknown fact {fact!r}{_nearest(fact, [*_FACTS, *_DERIVED])}")
    place = f"{place}.{fact}"
    allowed = _DERIVED.get(fact) or choices(fact) or (_TRUTH if _FACTS[fact] == "bool" else None)
    if isinstance(wanted, dict):
        if allowed is not None:
            raise PolicyError(f"{place}: at_least and below are for numbers; this is one of {_listed(allowed)}")
        _known(wanted, ("at_least", "below"), place)
        bounds = [wanted.get(name) for name in ("at_least", "below")]
        if not wanted or any(bound is not None and type(bound) is not int for bound in bounds):
            raise PolicyError(f"{place}: expected integers for at_least and below")
        return Span(*bounds)
    values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    for value in values:
        # True == 1 in Python; a truth must be written as one, and a number as one.
        if allowed is None and type(value) is not int:
            raise PolicyError(f"{place}: {value!r} is no whole number; at_least and below are allowed too")
        if allowed is not None and not any(value == one and type(value) in (bool, str) for one in allowed):
            raise PolicyError(f"{place}: {value!r} is none of {_listed(allowed)}")
    if not values:
        raise PolicyError(f"{place}: an empty list never holds")
    return values


def _listed(allowed: Iterable[object]) -> str:
    return ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in allowed)


def _check_closed(rules: tuple[Rule, ...]) -> None:
    *before, last = rules
    if last.when or last.outcome is Outcome.ADMIT or last.instead_of_admit:
        place = f"rule[{len(rules) - 1}] {last.name!r}"
        raise PolicyError(f"{place}: the last rule must have no conditions and must not admit")
    names: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.name in names:
            raise PolicyError(f"rule[{index}]: the name {rule.name!r} is used twice")
        names.add(rule.name)
    for index, rule in enumerate(before):
        if not rule.when:
            raise PolicyError(f"rule[{index}] {rule.name!r}: no conditions; the rules after it would never apply")
        for earlier in before[:index]:
            if _covers(earlier, rule):
                raise PolicyError(f"rule[{index}] {rule.name!r}: never applies, {earlier.name!r} before it always does")


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether whatever *later* is about, *earlier* decides: each of its conditions is one of *later*'s, or wider."""
    narrow = dict(later.when)
    return all(fact in narrow and _within(narrow[fact], wanted) for fact, wanted in earlier.when)


def _within(narrow: tuple[object, ...] | Span, wide: tuple[object, ...] | Span) -> bool:
    if isinstance(narrow, Span):
        return narrow == wide
    return all(wide.holds(value) if isinstance(wide, Span) else value in wide for value in narrow)


def _known(table: Mapping[str, Any], names: Iterable[str], place: str) -> None:
    for key in table:
        if key not in names:
            raise PolicyError(f"{place}: unknown key {key!r}{_nearest(key, names)}")


def _nearest(word: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(names), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise PolicyError(f"{place}.{key}: expected text, got {value!r}")
    return value


def _whole(table: Mapping[str, Any], key: str, place: str) -> int:
    value = table.get(key)
    if type(value) is not int or value < 0:
        raise PolicyError(f"{place}.{key}: expected a whole number, got {value!r}")
    return value


def _centi(table: Mapping[str, Any], key: str) -> int:
    value = table.get(key)
    if type(value) not in (int, Decimal) or value is None:
        raise PolicyError(f"lines.{key}: expected degrees Celsius such as 37.3, got {value!r}")
    # Asked first of all: nan, inf and absurd numbers are no degrees and cannot be multiplied or cut off.
    if not Decimal(value).is_finite() or not 0 <= value <= 100:
        raise PolicyError(f"lines.{key}: {value} is no temperature")
    centi = value * 100
    if centi != int(centi):
        raise PolicyError(f"lines.{key}: {value} has more than two decimals")
    return int(centi)
