"""The content of a ``case`` order: how far the office is with one gate's fever cases.  Pure.

A full snapshot for one station: a document that was lost on its way is made good by the next.  Nobody ill is named
and no reason is told, only who of the office took a case up or closed it, as the office calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from station.wire.canonical import canonical, is_version, parse
from station.wire.errors import WireError

VERSION = 1
#: More than a gate has open at once; what ended there needs no word any more.
MAX_CASES = 100
#: An account, or a short name of the office's own.
MAX_WHO = 32
_CASE = re.compile(r"[0-9]{1,16}")


@dataclass(frozen=True, slots=True)
class Handled:
    """What the office did with the case called ``case``: to whom it gave it, who closed it, and when (0: not)."""

    case: str
    assigned: str = ""
    assigned_ms: int = 0
    closed_by: str = ""
    closed_ms: int = 0


def encode_cases(station: str, handled: Iterable[Handled]) -> bytes:
    """The content of an order for *station*."""
    listed = sorted((asdict(one) for one in handled), key=lambda one: int(one["case"]))
    return canonical({"v": VERSION, "station": station, "cases": listed})


def parse_cases(content: bytes, station: str) -> dict[str, Handled]:
    """What *content* says of the cases of *station*, by their ids.

    :raises WireError: naming the first thing that is wrong.
    """
    body = parse(content)
    listed = body.get("cases")
    if not is_version(body, VERSION) or set(body) != {"v", "station", "cases"} or not isinstance(listed, list):
        raise WireError("case: unknown version or field")
    if body["station"] != station:
        raise WireError(f"case: about the gate {body['station']!r}, and this is {station!r}")
    if len(listed) > MAX_CASES:
        raise WireError(f"case: {len(listed)} cases, at most {MAX_CASES}")
    found = [_handled(item, f"cases[{index}]") for index, item in enumerate(listed)]
    return {one.case: one for one in found}


def _handled(item: object, place: str) -> Handled:
    names = {"case", "assigned", "assigned_ms", "closed_by", "closed_ms"}
    if not isinstance(item, dict) or set(item) != names:
        raise WireError(f"{place}: expected {', '.join(sorted(names))}")
    if not isinstance(item["case"], str) or not _CASE.fullmatch(item["case"]):
        raise WireError(f"{place}.case: no id of a case")
    for name in ("assigned", "closed_by"):
        who = item[name]
        if not isinstance(who, str) or len(who) > MAX_WHO or not who.isprintable():
            raise WireError(f"{place}.{name}: expected at most {MAX_WHO} characters")
    for name in ("assigned_ms", "closed_ms"):
        if type(item[name]) is not int or item[name] < 0:
            raise WireError(f"{place}.{name}: expected a time")
    return Handled(**item)
