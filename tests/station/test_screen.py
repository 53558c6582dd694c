"""What the panel shows while the disk has not answered yet."""

from __future__ import annotations

from importlib import resources
from itertools import count

from station.facts import PersonClass
from station.lane.lane import Lane
from station.lane.pairing import measured, presented
from station.lane.person import Person
from station.lane.taken import Taken
from station.policy.file import parse_policy
from station.screen.panel import PanelKind
from station.screen.screen import Surroundings, view


def test_somebody_whose_entry_is_being_written_is_still_on_the_screen_and_not_yet_green() -> None:
    numbers = count(1)
    rules = resources.files("station").joinpath("regimes/low.toml").read_text("utf-8")
    lane = Lane(parse_policy(rules), lambda: str(next(numbers)))
    presented(lane, Person("r:li", PersonClass.RESIDENT, masked="李**", name="李建国"), 1_000, 1, 1_000)
    measured(lane, Taken(3650, "surface", "forehead", "t1", 1_500, 2), 1_500)
    panel = view(lane, Surroundings("东门", "", "Asia/Shanghai", "", 1_500, 1)).panel
    assert lane.visit is None
    assert lane.recording
    assert panel.kind is PanelKind.PARTIAL
    assert panel.person is not None
    assert panel.person.masked == "李**"
