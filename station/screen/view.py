"""What the screens show of the lane at one moment: immutable, built by the lane's one thread, read by many.

Times are wall milliseconds of the station's clock, so that a page can count down by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.screen.beside import Alarm, CaseLine, Chip, Recent, Undo
from station.screen.elements import Badge, Key
from station.screen.panel import Panel
from station.screen.people_board import PeopleBoard, PersonOut
from station.screen.sheets import DutyLine, EnrolLine, ReportLine


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the gate's screen.  ``version`` grows by one with every change."""

    version: int
    gate: str
    community: str
    now_ms: int
    timezone: str
    direction: str
    panel: Panel
    operator: str = ""
    badges: tuple[Badge, ...] = ()
    keys: tuple[Key, ...] = ()
    waiting: tuple[Chip, ...] = ()
    recent: tuple[Recent, ...] = ()
    undo: Undo | None = None
    cases: tuple[CaseLine, ...] = ()
    alarm: Alarm | None = None
    wiped_until_ms: int | None = None
    restarted_ms: int | None = None
    demo: bool = False
    drill: bool = False  # 演练: marks the whole screen
    office_phone: str = ""
    people: PeopleBoard | None = None  # who is out: 在外名单
    report: ReportLine | None = None
    duty: DutyLine | None = None  # who is on duty, and handing over: 交班
    bulletins: tuple[tuple[tuple[str, str], ...], ...] = ()  # the office's notices by language, while nobody is here
    turn: int = 0  # which page of them is on
    registration: int = 0  # grows when an open form has changed by itself: a card was read, the screen was wiped
    away: tuple[PersonOut, ...] = ()  # who has announced a journey and is not back: 出行报备, overdue first
    enrol: EnrolLine | None = None  # a hub's code is read, or what came of it: 登记本站
