"""Many people of a day who do the same: their names, places and temperatures are drawn from the day's seed.  Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

_SURNAMES = "王李张刘陈杨黄吴赵周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
_GIVEN = "伟芳娜敏静磊洋艳勇军杰娟涛明超霞平刚英华玉兰红建国秀梅云峰丽波鹏婷浩宇晨欣怡佳琪"
#: Buildings of the demo's compound; 7 is closed during the day.
_BUILDINGS = (1, 2, 3, 4, 5, 6, 8, 9)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many people between *lowest* and *highest* °C; ``together`` of them pass under one scan."""

    id: str
    count: int
    lowest: float
    highest: float
    together: int = 1
    minutes_out: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Who passes under one scan: who shows the code, and everybody's temperature."""

    id: str
    name: str
    place: str
    last4: str
    degrees: tuple[float, ...]


def groups(crowd: Crowd, seed: int, floor: int) -> tuple[Group, ...]:
    """Everybody of *crowd*; *floor* keeps two crowds from living in the same rooms.

    No two of one crowd live together, so that a name in a room is one person.
    """
    chance = random.Random(f"{seed}/{crowd.id}")
    return tuple(
        Group(
            f"{crowd.id}-{number}",
            chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2)))),
            _home(number, floor),
            f"{chance.randrange(10_000):04d}",
            tuple(
                round(chance.randint(round(crowd.lowest * 10), round(crowd.highest * 10)) / 10, 1)
                for _ in range(min(crowd.together, crowd.count - first))
            ),
        )
        for number, first in enumerate(range(0, crowd.count, crowd.together))
    )


def _home(number: int, floor: int) -> str:
    """Six units a building and one room a unit, then the next room."""
    unit, building = divmod(number, len(_BUILDINGS))
    return f"{_BUILDINGS[building]}-{unit % 6 + 1}-{floor * 100 + 10 + unit // 6}"
