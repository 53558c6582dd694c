"""What an act brings with it, as the lane's own kinds.  Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from station.lane.action import Action, ActionError

E = TypeVar("E", bound=StrEnum)

#: Nobody brings more people than this under one scan; a coach is several groups.
MAX_PEOPLE = 60
#: As long as what the page lets an operator type.
MAX_TYPED = 200


def typed_centi(action: Action) -> int:
    """The temperature that was typed, in hundredths of a degree.

    :raises ActionError: if it is none that a person can have.
    """
    typed = action.get("centi_celsius")
    if not (typed.isdecimal() and len(typed) == 4 and 3000 <= int(typed) <= 4500):
        raise ActionError("bad_temperature", f"{action.act}: {typed!r} is no temperature from 30.00 to 45.00")
    return int(typed)


def choice(kind: type[E], value: str, name: str) -> E:
    """What *value* stands for in *kind*; *name* is what it is called in the answer.

    :raises ActionError: if it stands for nothing there.
    """
    try:
        return kind(value)
    except ValueError:
        raise ActionError(f"bad_{name}", f"{name}: {value!r} is none of {', '.join(kind)}") from None
