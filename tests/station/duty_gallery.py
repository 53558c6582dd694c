"""States of the duty's sheets, made by the real post: nobody on duty, a shift being opened, handed over, a drill."""

from __future__ import annotations

from dataclasses import replace

from station.case.case import Case
from station.duty.around import Around
from station.duty.post import Post
from station.duty.rota import Operator, Role, Rota, Shift
from station.duty.sheet import DUTY, drill_key, duty_line
from station.lane.action import Act, Action
from station.screen.elements import Badge, Level, Word
from station.screen.screen import Surroundings
from station.screen.screen import view as compose
from station.screen.view import View
from tests.station.party_gallery import NOW_MS
from tests.station.storyboard import day

HOUR_MS = 3_600_000
_NAMES = ("王秀兰", "赵国强", "欧阳海燕", "马建军", "李秀英", "陈桂芳", "刘建华", "孙桂英", "周玉梅", "吴国栋")
ROTA = Rota(
    {
        "li": Operator("li", "李主任", Role.LEADER, "13800001234", pin="set"),
        **{f"o{n}": Operator(f"o{n}", name, pin="set" if n % 2 else "") for n, name in enumerate(_NAMES)},
    },
    (
        Shift(NOW_MS - 6 * HOUR_MS, NOW_MS + 600_000, ("o0",), "li"),
        Shift(NOW_MS + 600_000, NOW_MS + 6 * HOUR_MS, ("o1", "o2"), "li"),
    ),
)
LONE = Badge(Word("thermometer_ok"), Level.OK)


class Desk:
    """A lane and its post at the gallery's evening."""

    def __init__(self, rota: Rota = ROTA, **around: object) -> None:
        self.lane = day("duty").lane
        self.post = Post(lambda: rota)
        self.around = replace(Around(NOW_MS, devices=3), **around)  # type: ignore[arg-type]  # as Around has them

    def does(self, act: Act, at_ms: int = NOW_MS, **arguments: str) -> Desk:
        action = Action(act, "n", tuple(sorted(arguments.items())))
        self.post.act(self.lane, action, None, replace(self.around, now_ms=at_ms))
        self.lane.drain()
        return self

    def opened(self) -> Desk:
        early_ms = NOW_MS - 6 * HOUR_MS
        self.does(Act.SIGN_IN, early_ms, operator="o0").does(Act.SELF_TEST_SEEN, early_ms, result="ok")
        self.does(Act.OWN_TEMPERATURE, early_ms, centi_celsius="3640")
        self.lane.notice = None
        return self

    def case(self, number: int, masked: str) -> Desk:
        self.lane.cases[str(number)] = Case(str(number), "fever", NOW_MS - number * 372_000, masked)
        return self

    def view(self, *badges: Badge) -> View:
        line = duty_line(self.post, self.lane, self.around)
        around = Surroundings(
            "东门",
            "幸福里社区",
            "Asia/Shanghai",
            "0393-5550123",
            NOW_MS,
            1,
            (LONE, *self.post.badges(self.around), *badges),
            duty=line,
            duty_keys=(DUTY, drill_key(self.post, self.lane, NOW_MS)),
        )
        return compose(self.lane, around)


def duty_gallery() -> dict[str, View]:
    """Every state, by name."""
    opening = Desk(lost=("t1",)).does(Act.SIGN_IN, operator="o0")
    measured = (
        Desk().does(Act.SIGN_IN, operator="o0").does(Act.SELF_TEST).does(Act.OWN_TEMPERATURE, centi_celsius="3760")
    )
    measured.lane.notice = None
    supplies = Badge(Word("supplies", (("n", "2"),)), Level.NOTE)
    many = Desk(overdue=3, unsent=1204, lost=("t1", "c1")).opened()
    for number, masked in enumerate(("徐**", "曾**", "欧阳**"), 1):
        many.case(number, masked)
    many.does(Act.READ_CASE, case="2")
    return {
        "duty_nobody": Desk().view(),
        "duty_no_rota": Desk(Rota()).view(),
        "duty_opening": opening.view(),
        "duty_test": Desk().does(Act.SIGN_IN, operator="o0").does(Act.SELF_TEST).does(Act.OWN_TEMPERATURE).view(),
        "duty_high": measured.view(),
        "duty_hand_over": Desk(overdue=2, unsent=12).opened().view(),
        "duty_cases": many.view(supplies),
        "duty_drill": Desk()
        .does(Act.SIGN_IN, operator="o2")
        .does(Act.DRILL, operator="li", proven="pin", to="on")
        .view(),
    }
