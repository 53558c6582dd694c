"""Which keys stand in the row under the panel, and which wait under 更多.  Pure.

The desk says what can be done; here is only where it goes.  The row has five places, so that each key is wider
than two gloved fingers.  更多 is always in it, and so is 急 while the desk offers it: those two never move.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from station.lane.action import Act
from station.screen.beside import Alarm
from station.screen.elements import Key, Word
from station.screen.sheets import ReportLine
from station.screen.view import View

#: Places in the row: five keys of 150 px on the 800 px screen are 29 mm wide.
ROW = 5

#: Acts that begin so are done by the page itself; docs/screens.md lists them.
PAGE = "page:"

#: What the name in the header does; never drawn as a key.
_ON_THE_NAME = frozenset({Act.SIGN_IN.value, "page:duty"})

#: The argument that every key of 值守记录 has behind which more keys stand (station/notebook/rounds.py).
LOG = "log"

MORE = Key("page:more", Word("more"))
RULE = Key("page:rule", Word("show_rule"))
#: What a gate can always do, whether or not the desk offers it in this state.
ALWAYS = (
    Key("page:search", Word("search"), key="*"),
    Key("page:by_hand", Word("by_hand")),
    Key(Act.CALL_LEADER, Word("call_leader")),
    Key(Act.WIPE, Word("wipe")),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the keys of one view stand.  ``sign_in`` is the name in the header, when it can be pressed."""

    row: tuple[Key, ...]
    more: tuple[Key, ...]
    sign_in: Key | None


def lay_out(view: View) -> Layout:
    """The keys of *view* in their places.

    What belongs to a state is added: the rule behind a refusal, silence for an alarm, and what is always possible.
    """
    offered = [*view.panel.keys]
    if view.panel.rule is not None:
        offered.insert(0, next((key for key in offered if key.act == RULE.act), RULE))
    if view.alarm is not None:
        offered.append(Key(Act.SILENCE, Word("silence"), key="Space"))
    offered += view.keys
    offered += [key for key in ALWAYS if all(key.act != other.act for other in offered)]
    keys = [key for key in _once(offered) if key.act not in {Act.DIRECTION, *_ON_THE_NAME, MORE.act}]
    fixed = [MORE, *(key for key in keys if key.act == Act.EMERGENCY)][:2]
    free = [key for key in keys if key not in fixed]
    places = ROW - len(fixed)
    sign_in = next((key for key in view.keys if key.act in _ON_THE_NAME), None)
    return Layout((*free[:places], *fixed), tuple(free[places:]), sign_in)


def _once(keys: Iterable[Key]) -> Iterator[Key]:
    """The first of all keys that would do the same."""
    seen: set[tuple[object, ...]] = set()
    for key in keys:
        does = (key.act, key.arguments, key.choices)
        if does not in seen:
            seen.add(does)
            yield key


def with_choices(keys: Iterable[Key]) -> Iterator[Key]:
    """Every key that opens choices, in these and in their choices."""
    for key in keys:
        if key.choices:
            yield key
            yield from with_choices(key.choices)


def sheet(key: Key) -> str:
    """The id of the sheet that *key* opens, or ``""`` for a key that acts at once."""
    if log_page(key):
        return "sheet-log"
    if key.choices:
        return _named(key)
    if key.act.startswith(PAGE):
        return "sheet-" + key.act.removeprefix(PAGE)
    return ""


def log_page(key: Key) -> str:
    """The name under which the page asks for what stands behind *key* of 值守记录; ``""`` for every other key.

    A sheet that comes back after each press has a name of its own, which its words do not change.
    """
    name = dict(key.arguments).get(LOG) if key.choices else None
    return "" if name is None else _named(key) if name == "1" else f"sheet-log-{name}"


def way_to_log(keys: Iterable[Key], name: str) -> tuple[Key, ...]:
    """The keys pressed one after the other to open the sheet of that name, its own last; empty where there is none."""
    for key in keys:
        if log_page(key) == name:
            return (key,)
        deeper = way_to_log(key.choices, name)
        if deeper:
            return (key, *deeper)
    return ()


def _named(key: Key) -> str:
    named = "-".join((key.act, key.word.code, *(value for pair in key.arguments for value in pair)))
    return "sheet-" + re.sub(r"[^a-z0-9]+", "-", named.lower())


def confirm_report(line: ReportLine) -> Key:
    """确认上报 for exactly the figures of *line*."""
    about = (("day", line.day), ("sha256", line.sha256))
    return Key(Act.CONFIRM_REPORT, Word("confirm_report"), "action", arguments=about, confirm=True)


def counts_down(key: Key, alarm: Alarm | None) -> int | None:
    """Until when the alarm is silent, for the key that silences it: 静音 1:47."""
    return alarm.silent_until_ms if alarm is not None and key.act == Act.SILENCE else None
