"""What 值守记录 shows, for the gallery: keys and badges as a lane with a full notebook makes them."""

from __future__ import annotations

from dataclasses import replace

from station import kinds
from station.lane.action import Act
from station.lane.lane import Lane
from station.notebook.isolation import Isolated
from station.notebook.notebook import Note, Notebook
from station.notebook.round_times import RoundTimes
from station.screen import log as log_screen
from station.screen.screen import Surroundings, view
from station.screen.view import View
from tests.station.party_gallery import LI
from tests.station.storyboard import LOW, day

LISTED = tuple(
    Isolated(f"r-{n}", masked, last4)
    for n, (masked, last4) in enumerate(
        (("周**", "1302"), ("吴**", "5301"), ("欧阳**", "0412"), ("何*", "7788"), ("孙*", "0912"), ("曹*", "3302"))
    )
)


def log_lane(now_ms: int) -> Lane:
    """A lane at *now_ms* with everything in its notebook that the sheets can show."""
    notes: list[Note] = []

    def note(kind: str, ago_ms: int, personal: dict[str, str] | None = None, **facts: object) -> None:
        notes.append(Note(1, len(notes) + 1, now_ms - ago_ms, kind, facts, personal or {}))

    hour = 3_600_000
    note(kinds.ROUND_DONE, 30 * hour, what="daily", place="gate", agent="chlorine_500")
    note(kinds.ROUND_DONE, 5 * hour, what="waste")
    note(kinds.ROUND_DONE, 4 * 60_000, what="sanitiser")
    note(kinds.SUPPLIES_COUNTED, 9 * hour, item="masks", left=18)
    note(kinds.SUPPLIES_COUNTED, 9 * hour, item="masks", per_day=9, days=2)
    note(kinds.SUPPLIES_COUNTED, 9 * hour, item="sanitiser", left=12)
    note(kinds.INCIDENT_NOTED, hour, incident="21", what="mask_refused", visit="")
    note(kinds.INCIDENT_STEP, hour - 60_000, incident="21", step="leader_came", ends=False)
    note(kinds.INSPECTION_OPENED, 2 * hour, inspection="31", by="street")
    note(kinds.INSPECTION_FINDING, 2 * hour - 60_000, inspection="31", finding="32", what="no_disinfection")
    for masked, last4, ago, days in (("欧阳**", "0412", 9, 7), ("李**", "1234", 2, 3), ("王*", "0001", 1, 30)):
        who = {"resident": f"r-{last4}", "masked": masked, "last4": last4}
        back_ms = now_ms + (days - ago) * 24 * hour
        note(kinds.TRAVEL_ANNOUNCED, ago * 24 * hour, who, where="beyond", days=days, back_ms=back_ms)
    evening = {"day": "2026-11-22", "half": "evening", "answered": True, "high": False}
    for who, facts in (
        (LISTED[5], {"centi_celsius": 3650, "by": "doctor"}),
        (LISTED[0], {"centi_celsius": 3660, "by": "doctor"}),
        (LISTED[1], {"centi_celsius": 3640, "by": "doctor", "symptoms": ["cough"]}),
        (LISTED[3], {"answered": False}),
    ):
        ago_ms = 3 * 60_000 if who is LISTED[5] else hour
        note(kinds.ISOLATION_MEASURED, ago_ms, {"subject": who.subject, "masked": who.masked}, **{**evening, **facts})
    note(kinds.ISOLATION_CASE, hour, {"subject": LISTED[1].subject}, case="41", step="opened", causes=["symptoms"])
    numbers = iter(range(1, 100))
    lane = Lane(LOW, lambda: str(next(numbers)), rounds=RoundTimes(disinfect=9 * 60), isolated=LISTED)
    lane.notebook = Notebook(notes)
    return lane


LONG_ZH = "各位居民：七号楼今日起封闭管理，物资由社区统一配送，每户每天一次，需要买药请打社区电话。" * 3
LONG = "Dear residents, building seven is closed from today; the community brings food once a day to every flat. " * 3


def log_gallery(now_ms: int) -> dict[str, View]:
    """The idle gate with all of it, and a green light beside which 有症状 stands."""
    lane = log_lane(now_ms)
    around = Surroundings(
        "东门", "幸福里社区", "Asia/Shanghai", "0393-5550123", now_ms, 1, log_screen.badges(lane, now_ms)
    )
    refused = day("mask")
    refused.now_ms = now_ms
    refused.shows(LI).presses(Act.MASK, mask="none").reads(36.7, LI)
    turned_back = day("refused")
    turned_back.now_ms = now_ms
    turned_back.shows(LI).presses(Act.MASK, mask="none").reads(36.7, LI).presses(Act.MASK, mask="refused")
    returned = day("travel")
    returned.now_ms = now_ms - 7_200_000
    returned.presses(Act.TRAVEL, LI, where="beyond", days="7", resident=LI.resident).presses(Act.DIRECTION, to="out")
    returned.shows(LI).reads(36.5, LI).presses(Act.DIRECTION, to="in")
    returned.now_ms = now_ms
    returned.shows(LI).reads(36.4, LI)
    family = day("family")
    family.now_ms = now_ms - 7_200_000
    family.presses(Act.TRAVEL, LI, where="beyond", days="7", resident=LI.resident).presses(Act.DIRECTION, to="out")
    family.shows(LI).reads(36.5, LI).presses(Act.DIRECTION, to="in")
    family.now_ms = now_ms
    family.shows(LI).presses(Act.COMPANION).presses(Act.COMPANION).presses(Act.COMPANION)
    for celsius in (36.4, 36.5, 36.1, 36.6):
        family.waits(1).reads(celsius)
    noted, called = day("noted"), day("one by one")
    noted.now_ms = called.now_ms = now_ms
    noted.presses(Act.ROUND, what="waste")
    called.lane.say("one_by_one", now_ms)
    excepted = day("excepted")
    excepted.now_ms = now_ms - 60_000
    excepted.shows(LI).presses(Act.MASK, mask="none").reads(36.7, LI).presses(Act.MASK, mask="refused").waits(60)
    notices = (
        (
            ("zh-Hans", "核酸检测今晚19点到21点在广场，带身份证，戴好口罩。"),
            ("en", "Tests tonight from 7 to 9 on the square."),
        ),
        (("en", LONG), ("zh-Hans", LONG_ZH)),
    )
    quiet = day("quiet").lane
    told = replace(around, badges=(), bulletins=notices)
    return {
        "bulletin": replace(view(quiet, replace(told, now_ms=now_ms // 60_000 * 60_000)), operator="王秀兰"),
        "bulletin_long": replace(view(quiet, told), turn=1, operator="王秀兰"),
        "log": replace(view(lane, around), operator="王秀兰"),
        "ask_travel": replace(view(returned.lane, replace(around, badges=())), operator="王秀兰"),
        "ask_travel_family": replace(view(family.lane, replace(around, badges=())), operator="王秀兰"),
        "noted": replace(view(noted.lane, replace(around, badges=())), operator="王秀兰"),
        "notice_one_by_one": replace(view(called.lane, replace(around, badges=())), operator="王秀兰"),
        "idle_refused": replace(view(excepted.lane, replace(around, badges=())), operator="王秀兰"),
        "ask_no_mask": replace(view(refused.lane, replace(around, badges=())), operator="王秀兰"),
        "deny_no_mask": replace(view(turned_back.lane, replace(around, badges=())), operator="王秀兰"),
    }
