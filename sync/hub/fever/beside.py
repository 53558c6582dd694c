"""Who was at a gate around a moment: the gate's own list 同时段人员, of entries that came here.  Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from station.case.record import Passed, around
from station.ledger.ledger import keys_of
from station.wire.entry import parse_header
from station.wire.errors import WireError

#: A masked name is a surname and two stars; more than that is not one.
_MAX_TEXT = 20
#: What no gate writes, and anybody can sign who has a gate's key.
_FAULTS = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody who was at the gate then; ``key`` is what ledgers call them, empty where nobody knows."""

    passed: Passed
    key: str


def person_key(personal: Mapping[str, Any]) -> str:
    """What the ledgers call the one in *personal*, empty where nothing is known of them."""
    return next(iter(person_keys(personal)), "")


def person_keys(personal: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that the ledgers may call the one in *personal*, the surest first."""
    resident, pass_id, masked, last4 = (_text(personal.get(name)) for name in ("resident", "pass", "masked", "last4"))
    return keys_of(resident, pass_id, masked, last4)


def opened_personal(source: bytes | None) -> dict[str, Any]:
    """The personal part, empty where it is forgotten or is not what a gate writes."""
    try:
        body = json.loads(source or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def beside(rows: Iterable[tuple[bytes, bytes | None]], visit: object, begins: int, ends: int) -> list[Beside]:
    """Who else was there from *begins* until *ends* (milliseconds) but *visit*, as *rows* (header, personal) come.

    As ``station people --around`` has them, without practice; what cannot be read is nobody.
    """
    found: list[Beside] = []
    for source, personal in rows:
        try:
            header = parse_header(source)
            if header.facts.get("drill") is True:
                continue
            # Entries of a program that names no visit are somebody else's.
            header.facts.setdefault("visit", "")
            body = opened_personal(personal)
            people = body.get("people") or [body]
            passed = list(around([(header, body)], visit, begins, ends))  # type: ignore[arg-type]  # compared alone
            # Of a party everybody is a line, in the order of the entry.
            found += [Beside(one, person_key(who)) for one, who in zip(passed, people, strict=bool(passed))]
        except (WireError, *_FAULTS):
            continue
    return [one for one in found if _is_sound(one.passed)]


def _is_sound(one: Passed) -> bool:
    texts = (one.direction, one.outcome, one.masked, one.last4)
    return (
        all(isinstance(text, str) and len(text) <= _MAX_TEXT and text.isprintable() for text in texts)
        and type(one.people) is int
        and type(one.at_ms) is int
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
