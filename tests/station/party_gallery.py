"""States of the screen with several people, made by the real lane: cars, families, 急, deliveries, a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from station.facts import Direction, PersonClass
from station.lane.action import Act
from station.lane.person import Person
from station.screen.details import to_fill_in as marks
from station.screen.screen import Surroundings
from station.screen.screen import view as compose
from station.screen.view import View
from tests.station.storyboard import Day, day

#: The gallery's evening.
NOW_MS = int(datetime(2026, 11, 22, 14, 41, tzinfo=UTC).timestamp() * 1000)


def living(name: str, place: str, last4: str) -> Person:
    """Somebody of the roster."""
    masked = name[0] + "*" * (len(name) - 1)
    return Person(f"r:{name}", PersonClass.RESIDENT, masked, name, place, last4, name, notes=("pass_valid",))


LI, WANG, SUN, HE, ZHOU = (
    living(name, place, last4)
    for name, place, last4 in (
        ("李敏", "5号楼1单元202", "3001"),
        ("王芳", "3号楼2单元501", "0412"),
        ("孙磊", "6号楼1单元201", "0912"),
        ("何伟", "3号楼2单元501", "7788"),
        ("周婷", "2号楼2单元301", "5555"),
    )
)


def car(story: Day, people: int = 5) -> Day:
    """A private car with so many people, two of whom have shown their passes and are measured."""
    story.presses(Act.VEHICLE, kind="private", plate="豫J8K216")
    for _ in range(people - 1):
        story.presses(Act.COMPANION)
    return story.shows(WANG).reads(36.2).shows(HE).reads(36.4)


def family(story: Day) -> Day:
    """A mother with three children under one pass; one is measured."""
    story.shows(LI)
    for _ in range(3):
        story.presses(Act.COMPANION)
    return story.reads(36.4)


def cold_child(story: Day) -> Day:
    return family(story).reads(36.6).reads(34.1).reads(36.1)


def hot_seat(story: Day) -> Day:
    return car(story).reads(37.9)


def fever(story: Day) -> Day:
    hot_seat(story).waits(301)
    story.presses(Act.RESUME, waiting=next(iter(story.lane.waiting)))
    return story.reads(38.1)


def which_seat(story: Day) -> Day:
    story.presses(Act.VEHICLE, kind="taxi").presses(Act.COMPANION).presses(Act.COMPANION)
    return story.reads(36.5).shows(SUN)


def together(story: Day) -> Day:
    return story.shows(LI).waits(1).shows(ZHOU)


def ambulance(story: Day) -> Day:
    story.presses(Act.DIRECTION, to="out").presses(Act.EMERGENCY, people="1")
    return story.presses(Act.DETAILS, of=next(iter(story.lane.unfilled)), people="+1")


def to_fill_in(story: Day) -> Day:
    ambulance(story).waits(60)
    story.presses(Act.EMERGENCY).presses(Act.DELIVERY).waits(12)
    return story


STORIES: dict[str, Callable[[Day], Day]] = {
    "party_car": car,
    "party_family": family,
    "party_cold": cold_child,
    "party_hot": hot_seat,
    "party_fever": fever,
    "party_parked": lambda story: hot_seat(story).waits(20),
    "party_which_seat": which_seat,
    "party_together": together,
    "party_admitted": lambda story: car(story).reads(36.4).reads(36.5).reads(36.3),
    "party_coach": lambda story: car(story, 14).reads(36.5),
    "emergency": ambulance,
    "to_fill_in": to_fill_in,
    "deliveries": lambda story: [story.presses(Act.DELIVERY) for _ in range(21)][-1].waits(12),
    "trip": lambda story: replace_lane(story).shows(LI),
}


def replace_lane(story: Day) -> Day:
    """The same gate with 事由 ready for whoever goes out."""
    story.lane.offer_trip, story.lane.direction = True, Direction.OUT
    return story


def shown(story: Day, **changes: object) -> View:
    """What the screen shows at the end of *story*, with everything around it as in the gallery."""
    badges = marks(story.lane)
    around = Surroundings("东门", "幸福里社区", "Asia/Shanghai", "0393-5550123", story.now_ms, 1, badges)
    moved = NOW_MS - story.now_ms
    return replace(_later(compose(story.lane, around), moved), operator="王秀兰", **changes)  # type: ignore[arg-type]  # the caller's


def party_gallery() -> dict[str, View]:
    """A view for every story."""
    made = {}
    for name, tell in STORIES.items():
        story = day(name)
        story.now_ms = NOW_MS - 600_000
        made[name] = shown(tell(story))
    restarted = Surroundings("东门", "幸福里社区", "Asia/Shanghai", "", NOW_MS, 1, restarted_ms=NOW_MS - 60_000)
    made["restarted_paper"] = replace(compose(day("restarted").lane, restarted), operator="王秀兰")
    return made


def _later(view: View, by_ms: int) -> View:
    """*view* moved in time, so that what counts down is not over."""
    panel = view.panel if view.panel.until_ms is None else replace(view.panel, until_ms=view.panel.until_ms + by_ms)
    chips = tuple(
        replace(chip, since_ms=chip.since_ms + by_ms, ready_ms=chip.ready_ms + by_ms, until_ms=chip.until_ms + by_ms)
        for chip in view.waiting
    )
    undo = None if view.undo is None else replace(view.undo, until_ms=view.undo.until_ms + by_ms)
    cases = tuple(replace(case, opened_ms=case.opened_ms + by_ms) for case in view.cases)
    alarm = None if view.alarm is None else replace(view.alarm, since_ms=view.alarm.since_ms + by_ms)
    return replace(view, now_ms=NOW_MS, panel=panel, waiting=chips, undo=undo, cases=cases, alarm=alarm)
