"""待补事件: what was let through first and is told in full later.  Pure.

An entry that says ``details_later`` (急, or a form that waited) opens an item; ``details.added`` entries that name it
add to it, and one that says ``complete`` closes it.  The list is a fold over entries, so it survives a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

#: Items older than the shortest retention are dropped from the list; their personal parts are forgotten by then.
FORGOTTEN_AFTER_MS = 14 * 86_400_000
#: Names that one item shows; whoever else was added stands in the entries.
MAX_NAMES = 12


@dataclass(frozen=True, slots=True)
class Unfilled:
    """One event to be told in full.

    ``what`` is the reason it was let through for, ``service`` who came (ambulance, fire, police, other), ``plate`` the
    end of a number plate, ``names`` masked.
    """

    epoch: int
    seq: int
    at_ms: int
    visit: str
    what: str
    direction: str = "in"
    people: int = 1
    service: str = ""
    plate: str = ""
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """How a press names it: ``EPOCH-SEQ``."""
        return f"{self.epoch}-{self.seq}"


def begun(
    epoch: int, seq: int, at_ms: int, facts: Mapping[str, Any], personal: Mapping[str, Any] | None
) -> Unfilled | None:
    """The item that an entry opens, None where it says everything."""
    if not facts.get("details_later"):
        return None
    direction, people = str(facts.get("direction", "in")), int(facts.get("people", 1))
    begin = Unfilled(epoch, seq, at_ms, str(facts.get("visit", "")), str(facts.get("reason", "")), direction, people)
    return _with_personal(begin, personal)


def added(item: Unfilled, facts: Mapping[str, Any], personal: Mapping[str, Any] | None) -> Unfilled | None:
    """*item* after a ``details.added``; None when nothing is missing any more."""
    if facts["complete"]:
        return None
    more = replace(item, people=facts.get("people", item.people), service=facts.get("service", item.service))
    return _with_personal(more, personal)


def to_body(item: Unfilled) -> dict[str, Any]:
    """*item* as a table keeps it."""
    return asdict(item)


def from_body(body: Mapping[str, Any]) -> Unfilled:
    """What :func:`to_body` gave."""
    return Unfilled(**{**body, "names": tuple(body["names"])})


def nameless(item: Unfilled) -> Unfilled:
    """*item* once the personal part of its entry is forgotten."""
    return replace(item, plate="", names=())


def _with_personal(item: Unfilled, personal: Mapping[str, Any] | None) -> Unfilled:
    body = personal or {}
    names = [one.get("masked", "") for one in body.get("people", ())] or [body.get("masked", "")]
    known = (*item.names, *(name for name in names if name and name not in item.names))
    return replace(item, plate=body.get("plate", item.plate), names=known[:MAX_NAMES])
