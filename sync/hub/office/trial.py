"""A policy tried on what happened: whom it would have let through yesterday, and whom not.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from station.facts import parse_facts
from station.policy.policy import Policy, decide

#: So many differences are told by reason; more of them say nothing new.
MAX_REASONS = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """``was`` and ``would`` are people by outcome; ``changes`` people by (outcome then, outcome now, its reason)."""

    visits: int
    unreadable: int
    was: Mapping[str, int]
    would: Mapping[str, int]
    changes: tuple[tuple[str, str, str, int], ...]


def try_policy(policy: Policy, decisions: Iterable[Mapping[str, Any]]) -> Trial:
    """*policy* on the facts of decisions; of a visit that was decided more than once the last counts."""
    last: dict[object, Mapping[str, Any]] = {}
    for number, facts in enumerate(decisions):
        visit = facts.get("visit")
        last[(visit, facts.get("seat")) if visit is not None else number] = facts
    was: Counter[str] = Counter()
    would: Counter[str] = Counter()
    changes: Counter[tuple[str, str, str]] = Counter()
    unreadable = 0
    for facts in last.values():
        try:
            again = decide(policy, parse_facts(facts["used"]))
            people, before = int(facts["people"]), str(facts["outcome"])
        except (KeyError, TypeError, ValueError):
            unreadable += 1
            continue
        was[before] += people
        would[str(again.outcome)] += people
        if before != str(again.outcome):
            changes[before, str(again.outcome), again.reason] += people
    listed = tuple((*key, people) for key, people in changes.most_common(MAX_REASONS))
    return Trial(len(last), unreadable, dict(was), dict(would), listed)
