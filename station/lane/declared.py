"""What an operator was told of a visit, by one key each: 是否离市, whether the pass is their own.  Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from station.facts import Answer

#: What the page may send, and what it may say of each: the facts of these names (docs/policy.md).
VALUES: dict[str, type[StrEnum]] = {
    "essential": Answer,
    "leaving_city": Answer,
    "test_shown": Answer,
    "pass_checked": Answer,
    "risk_visited": Answer,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """The answers so far; each has the name of its fact."""

    essential: Answer = Answer.UNKNOWN
    leaving_city: Answer = Answer.UNKNOWN
    test_shown: Answer = Answer.UNKNOWN
    pass_checked: Answer = Answer.UNKNOWN
    risk_visited: Answer = Answer.UNKNOWN

    def facts(self) -> dict[str, Any]:
        """The answers as facts."""
        return asdict(self)

    def said(self, fact: str, value: str) -> Declared:
        """These with the answer *value* for *fact*.

        :raises ValueError: if there is no such question, or no such answer to it.
        """
        if fact not in VALUES:
            raise ValueError(f"declared: {fact!r} is none of {', '.join(VALUES)}")
        answers: dict[str, Any] = {fact: VALUES[fact](value)}
        return replace(self, **answers)

    def of_another(self) -> Declared:
        """These when the visit turns out to be somebody else's: nobody has held that person against a pass."""
        return replace(self, pass_checked=Answer.UNKNOWN, risk_visited=Answer.UNKNOWN)


#: Before anybody was asked anything.
NOTHING_SAID = Declared()
