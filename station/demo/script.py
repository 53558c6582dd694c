"""A day as a storyboard: people, and visits whose steps are short lines.  Pure.

docs/days.md lists the steps.  The script says what to do and what must come of it; what did come of it is counted
by station/demo/witness.py, which never sees the script.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from station.errors import StationError


class ScriptError(StationError, ValueError):
    """A day that cannot be played; the message names the visit and the line."""

    code = "script"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the day.  ``code`` is pass, tag or none; ``minutes`` how long the pass holds from the start."""

    id: str
    name: str
    place: str = ""
    klass: str = "resident"
    code: str = "pass"
    last4: str = "0000"
    minutes: int = 720


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


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day.

    ``rest_minutes`` is what the office's policy says of it; ``expect`` are the totals that the witness must come to.
    """

    title: str
    rate: float
    start: str
    seed: int
    rest_minutes: int
    actors: tuple[Actor, ...]
    visits: tuple[Visit, ...]
    expect: Mapping[str, Any] = field(default_factory=dict)


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
}


def parse_day(text: str, source: str) -> Day:
    """The day in *text*.

    :raises ScriptError: naming the first visit and line that is wrong.
    """
    try:
        document = tomllib.loads(text)
        head = document["day"]
        return Day(
            head["title"],
            float(head.get("rate", 1)),
            head["start"],
            int(head.get("seed", 1)),
            int(head.get("rest_minutes", 5)),
            tuple(Actor(**one) for one in document.get("person", [])),
            tuple(_visit(one, source) for one in document.get("visit", [])),
            document.get("expect", {}),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ScriptError(f"{source}: {error}") from None


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
