"""From the fields of a form or a list to the claims of a pass.  Pure.

The office's command line and its page call the same function, so both say the same about a field that cannot be.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from station.credential.pass_claims import MAX_HOUSEHOLD, MAX_NAME, MAX_PLATES, MAX_SMALL
from station.credential.result import GatePass
from station.errors import StationError
from station.roster import place, plate
from station.roster.errors import PlaceError
from station.roster.resident import household_of, is_name, normal_name

#: What a pass is for, by the number on it; station/lane/whois.py says who that makes its holder to the rules.
PURPOSES: Mapping[str, int] = {"resident": 1, "worker": 2, "official": 3, "visitor": 4}
_PURPOSE_WORDS = {"居民": 1, "本社区居民": 1, "务工": 2, "工作人员": 2, "公务": 3, "来访": 4}
_WAYS = {
    "both": (True, True), "out": (True, False), "in": (False, True),
    "出入": (True, True), "双向": (True, True), "出": (True, False), "进": (False, True),
}  # fmt: skip
#: A pass for longer than a year is a slip of the finger; keys are replaced sooner.
LONGEST_S = 366 * 86_400
#: Whoever may stay out longer than a week is away, not out.
MOST_MINUTES = 7 * 1440
MOST_OUTINGS = 99
FIELDS = ("name", "household", "last4", "purpose", "ways", "from", "until", "minutes_out", "outings", "plates")


class PassFieldError(StationError, ValueError):
    """A field that no pass can have; the message names the field, the value and what to write instead."""

    code = "pass_field"

    def __init__(self, field: str, value: str, advice: str) -> None:
        super().__init__(f"{field}: {value[:40]!r}: {advice}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Issuing:
    """What the office decides for all passes of one go: its site's number, its time zone, and the time now."""

    site: int
    zone: datetime.tzinfo
    now_s: int


def request(fields: Mapping[str, str], issuing: Issuing, pass_id: bytes) -> GatePass:
    """The claims for *fields*, which are texts as somebody typed them; *pass_id* is 8 random bytes.

    :raises PassFieldError: at the first field that cannot be.
    """
    unknown = [name for name in fields if name not in FIELDS]
    if unknown:
        raise PassFieldError(unknown[0], fields[unknown[0]], f"no such field; there are {', '.join(FIELDS)}")
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    if not 0 <= issuing.site <= 0xFFFF_FFFF:
        raise PassFieldError("site", str(issuing.site), "the number of your site, 0 to 4294967295")
    begin = _time(given, "from", issuing, end=False) if "from" in given else issuing.now_s
    until = _time(given, "until", issuing, end=True)
    if until <= begin:
        raise PassFieldError("until", given["until"], "is not after the beginning of the pass")
    if until <= issuing.now_s:
        raise PassFieldError("until", given["until"], "is over already; write a day that comes")
    if until - begin > LONGEST_S:
        raise PassFieldError("until", given["until"], "more than a year; issue a new pass when this one ends")
    leave, enter = _ways(given)
    return GatePass(
        pass_id=pass_id,
        site=issuing.site,
        not_before_s=begin,
        expires_s=until,
        name=_name(given),
        id_last4=_last4(given),
        household=_household(given),
        purpose=_purpose(given),
        leave=leave,
        enter=enter,
        max_minutes_out=_count(given, "minutes_out", MOST_MINUTES, "whole minutes, such as 120"),
        entries_allowed=_count(given, "outings", MOST_OUTINGS, "how often a day, such as 2"),
        plates=_plates(given),
    )


def _name(given: Mapping[str, str]) -> str:
    name = normal_name(given.get("name", ""))
    if not is_name(name):
        raise PassFieldError("name", given.get("name", ""), f"the holder's name, 1 to {MAX_NAME} letters, no digits")
    return name


def _last4(given: Mapping[str, str]) -> str | None:
    text = given.get("last4", "").upper()
    if re.fullmatch(r"[0-9]{17}[0-9X]", text):
        raise PassFieldError("last4", "…" + text[-4:], "only the last four of the ID number go on a pass")
    if text and not re.fullmatch(r"[0-9]{3}[0-9X]", text):
        raise PassFieldError("last4", text, "the last four of the ID number: three digits and a digit or X")
    return text or None


def _household(given: Mapping[str, str]) -> str | None:
    text = given.get("household", "")
    if not text:
        return None
    try:
        compound, where = place.normalise(text)
        text = household_of(where, compound)
    except PlaceError:
        # The number that an office gives a household need not be a place.
        text = " ".join(text.split())
    if len(text) > MAX_HOUSEHOLD or not text.isprintable():
        raise PassFieldError(
            "household", text, f"as in the roster, such as 3-2-501, at most {MAX_HOUSEHOLD} characters"
        )
    return text


def _purpose(given: Mapping[str, str]) -> int | None:
    text = given.get("purpose", "")
    if not text:
        return None
    number = PURPOSES.get(text.lower(), _PURPOSE_WORDS.get(text))
    if number is None and text.isdecimal() and int(text) <= MAX_SMALL:
        number = int(text)
    if number is None:
        raise PassFieldError("purpose", text, f"one of {', '.join(PURPOSES)}, or a number of your site's list")
    return number


def _ways(given: Mapping[str, str]) -> tuple[bool, bool]:
    text = given.get("ways", "both")
    if text.lower() not in _WAYS:
        raise PassFieldError("ways", text, "one of both, out, in")
    return _WAYS[text.lower()]


def _count(given: Mapping[str, str], field: str, most: int, advice: str) -> int | None:
    text = given.get(field, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= most):
        raise PassFieldError(field, text, f"{advice}, 1 to {most}; leave it out for no limit")
    return int(text)


def _plates(given: Mapping[str, str]) -> tuple[str, ...]:
    plates = tuple(dict.fromkeys(plate.normalise(text) for text in re.split(r"[,，;；、]", given.get("plates", ""))))
    plates = tuple(text for text in plates if text)
    for text in plates:
        if plate.problem(text):
            raise PassFieldError("plates", text, "no number plate; write it as 豫J8K216, several with commas")
    if len(plates) > MAX_PLATES:
        raise PassFieldError("plates", ",".join(plates), f"at most {MAX_PLATES} plates on one pass")
    return plates


def _time(given: Mapping[str, str], field: str, issuing: Issuing, end: bool) -> int:
    """Seconds since 1970 of a day or a time; the *end* of a day is its midnight."""
    text = given.get(field, "")
    advice = "a day such as 2020-11-30, or a time such as 2020-11-30T18:00"
    try:
        at = datetime.datetime.fromisoformat(text)
        whole_day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None
        if at.tzinfo is None:
            at = at.replace(tzinfo=issuing.zone)
        return int((at + datetime.timedelta(days=1) if end and whole_day else at).timestamp())
    except (ValueError, OverflowError, OSError):
        raise PassFieldError(field, text, advice) from None


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line of a list that makes no pass, and why."""

    line: int
    problem: str


def request_many(
    rows: Mapping[int, Mapping[str, str]], issuing: Issuing, new_id: Callable[[], bytes]
) -> tuple[list[GatePass], list[BrokenLine]]:
    """The passes of a whole list, line number → fields; if one line is broken, there are no passes but all faults."""
    passes: list[GatePass] = []
    broken: list[BrokenLine] = []
    seen: dict[Any, int] = {}
    for line, fields in rows.items():
        try:
            made = request(fields, issuing, new_id())
        except PassFieldError as error:
            broken.append(BrokenLine(line, str(error)))
            continue
        holder = (made.name, made.household, made.id_last4)
        if holder in seen:
            broken.append(BrokenLine(line, f"the same holder as in line {seen[holder]}; take one of them out"))
        seen.setdefault(holder, line)
        passes.append(made)
    return ([], broken) if broken else (passes, [])
