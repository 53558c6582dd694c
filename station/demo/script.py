"""A day as a storyboard: people, and visits whose steps are short lines.  Pure.

docs/days.md lists the steps.  The script says what to do and what must come of it; what did come of it is counted
by station/demo/witness.py, which never sees the script.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from station.demo.crowd import Crowd, Group, groups
from station.errors import StationError

#: The rooms of the first crowd are on this floor; everybody with a name of their own lives below.
_FLOOR = 8
#: Passes of a crowd hold two days.
_CROWD_MINUTES = 2_880


class ScriptError(StationError, ValueError):
    """A day that cannot be played; the message names the visit and the line."""

    code = "script"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the day.

    ``code`` is pass, tag or none; ``minutes`` how long the pass holds from the start, ``minutes_out`` how long it lets
    them stay outside.
    """

    id: str
    name: str
    place: str = ""
    klass: str = "resident"
    code: str = "pass"
    last4: str = "0000"
    minutes: int = 720
    minutes_out: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What the office publishes: ``rows`` of the list of isolation, the rota, or the policy with another ``number``.

    Of a rota ``rows`` are the operators, with a ``pin`` as it is typed and ``badge = true`` for who has one; ``shifts``
    have ``from`` and ``to`` as times here, ``watch`` and ``leader``.
    """

    id: str
    kind: str = "isolation"
    rows: tuple[Mapping[str, Any], ...] = ()
    shifts: tuple[Mapping[str, Any], ...] = ()
    number: int = 1


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may look or act at the hub; ``role`` as `station hub account add` has it."""

    name: str
    shown: str
    role: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate by its id and name; what a day lists beside its own, no hub has let in, and nothing is played there."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line: a verb and its words."""

    verb: str
    words: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One scene of the day."""

    title: str
    steps: tuple[Step, ...]

    @property
    def row(self) -> int | None:
        """The number in front of the title."""
        found = re.match(r"\d+", self.title)
        return int(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day.

    ``rest_minutes`` is what the office's policy says of it, ``number`` its number; ``at_start`` are the orders that are
    in force before the day begins.  ``counted_from`` is when the day begins that is counted, "" for all of it.
    ``noise_centi`` is how far a frame of a thermometer is off at most.  ``expect`` are the totals that the witness must
    come to.
    """

    title: str
    rate: float
    start: str
    seed: int
    rest_minutes: int
    actors: tuple[Actor, ...]
    visits: tuple[Visit, ...]
    expect: Mapping[str, Any] = field(default_factory=dict)
    regime: str = "low"
    number: int = 1
    only_gate: bool = False
    counted_from: str = ""
    noise_centi: int = 10
    at_start: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    crowds: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    expect_rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()
    gates: tuple[Gate, ...] = ()


#: verb → least and most words after it
VERBS: Mapping[str, tuple[int, int]] = {
    "show": (1, 2),  # who [and another, in one picture]
    "hide": (0, 0),
    "measure": (1, 2),  # degrees [thermometer]
    "leave": (0, 1),  # [thermometer]: whoever stands there goes
    "see": (1, 2),  # panel [reason]
    "press": (1, 9),  # act key=value …
    "find": (2, 2),  # what is typed, and who is picked
    "wait": (1, 1),  # minutes of the day
    "until": (1, 1),  # HH:MM: the hours up to then are left out
    "unplug": (1, 1),  # thermometer
    "replug": (1, 2),  # thermometer [as another family]
    "hold": (1, 1),  # program: stopped until
    "release": (1, 1),  # program
    "kill": (1, 1),  # program: kill -9
    "swallow": (0, 0),  # the hub's next answer is lost and the hub killed
    "badge": (1, 1),  # code: shown in the header
    "nobadge": (1, 1),
    "waiting": (1, 1),  # so many people rest
    "measured": (1, 1),  # so many of a group are measured
    "crowd": (1, 3),  # which [from the how manieth scan, to which]
    "register": (1, 12),  # question=answer …
    "publish": (1, 9),  # orders
    "dark": (0, 0),  # a power cut
    "light": (0, 0),
}


def parse_day(text: str, source: str) -> Day:
    """The day in *text*.

    :raises ScriptError: naming the first visit and line that is wrong.
    """
    try:
        document = tomllib.loads(text)
        head = document["day"]
        seed = int(head.get("seed", 1))
        crowds = tuple(Crowd(**one) for one in document.get("crowd", []))
        met = {crowd.id: groups(crowd, seed, floor) for floor, crowd in enumerate(crowds, _FLOOR)}
        return Day(
            head["title"],
            float(head.get("rate", 1)),
            head["start"],
            seed,
            int(head.get("rest_minutes", 5)),
            (
                *(Actor(**one) for one in document.get("person", [])),
                *(_of_crowd(crowd, group) for crowd in crowds for group in met[crowd.id]),
            ),
            tuple(_visit(one, source) for one in document.get("visit", [])),
            document.get("expect", {}),
            head.get("regime", "low"),
            int(head.get("number", 1)),
            bool(head.get("only_gate", False)),
            head.get("counted_from", ""),
            int(head.get("noise_centi", 10)),
            tuple(head.get("orders", ())),
            tuple(Order(**one) for one in document.get("order", [])),
            met,
            document.get("expect_rows", {}),
            tuple(Account(**one) for one in document.get("account", [])),
            tuple(Gate(**one) for one in document.get("gate", [])),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ScriptError(f"{source}: {error}") from None


def only_rows(day: Day, rows: str) -> Day:
    """*day* with those visits alone whose title begins with a number in *rows* (1-34), and those without a number.

    Its totals are then expected only as far as ``[expect_rows."1-34"]`` says.

    :raises ScriptError: if *rows* is no such range.
    """
    found = re.fullmatch(r"(\d{1,3})-(\d{1,3})", rows)
    if found is None:
        raise ScriptError(f"rows: {rows!r}: expected a range such as 1-34")
    first, last = int(found[1]), int(found[2])
    visits = tuple(visit for visit in day.visits if visit.row is None or first <= visit.row <= last)
    return replace(day, visits=visits, expect=day.expect_rows.get(rows, {}))


def _of_crowd(crowd: Crowd, group: Group) -> Actor:
    return Actor(
        group.id, group.name, group.place, last4=group.last4, minutes=_CROWD_MINUTES, minutes_out=crowd.minutes_out
    )


def _visit(table: Mapping[str, Any], source: str) -> Visit:
    title = table["title"]
    return Visit(title, tuple(_step(line, f"{source}: {title!r}") for line in table["steps"]))


def _step(line: str, place: str) -> Step:
    verb, *words = line.split()
    if verb not in VERBS:
        raise ScriptError(f"{place}: {line!r}: unknown verb; known are {', '.join(VERBS)}")
    least, most = VERBS[verb]
    if not least <= len(words) <= most:
        raise ScriptError(f"{place}: {line!r}: {least} to {most} words after {verb}")
    return Step(verb, tuple(words), line)
