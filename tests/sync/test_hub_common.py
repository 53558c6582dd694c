"""What fevers share is said in words, the nearest alone, and never across units."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sync.hub.database.shelf import DAY_MS
from sync.hub.fever.common import WINDOW_MS, Lately, in_common
from sync.hub.fever.lately import cases_lately
from sync.hub.intake.ingest import ingest
from tests.sync.chain import MORNING_MS, Chain
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home
from tests.sync.full_hub import ZONE, person

UNITS = {"east": "a", "south": "a", "west": "b"}


def case(id_: str, place: str = "", station: str = "east", at_ms: int = 0) -> Lately:
    return Lately(station, id_, "徐*", place, at_ms or int(id_) * DAY_MS, False)


def said(*cases: Lately) -> list[tuple[str, str, str]]:
    return [(one.kind, one.name, "".join(each.case for each in one.cases)) for one in in_common(cases, UNITS)]


def test_one_household_is_not_said_again_as_building_and_unit() -> None:
    assert said(case("2", "3-2-501"), case("1", "3-2-501", "south")) == [("household", "3-2-501", "12")]
    three = said(case("1", "3-2-501"), case("2", "3-2-501"), case("3", "3-1-101"), case("4", "和平巷12号"))
    assert three == [("household", "3-2-501", "12"), ("building", "3", "123"), ("unit", "a", "1234")]


def test_the_same_room_of_another_unit_is_another_room() -> None:
    assert said(case("1", "3-2-501"), case("2", "3-2-501", "west")) == []
    assert said(case("1"), case("2")) == [("unit", "a", "12")]
    assert said(case("1"), case("2", station="elsewhere")) == []


def test_at_one_gate_each_counts_from_the_one_before() -> None:
    times = [0, WINDOW_MS, 2 * WINDOW_MS, 3 * WINDOW_MS + 1, 10 * WINDOW_MS]
    cases = [case(str(number), at_ms=DAY_MS + at) for number, at in enumerate(times)]
    assert ("gate", "east", "012") in said(*cases)
    assert [one for one in said(*cases) if one[0] == "gate"] == [("gate", "east", "012")]
    two_gates = [case("1", at_ms=5), case("2", station="south", at_ms=6)]
    assert [one for one in said(*two_gates) if one[0] == "gate"] == []


def test_a_family_that_came_together_is_said_as_both() -> None:
    assert [one[0] for one in said(case("1", "3-2-501", at_ms=5), case("2", "3-2-501", at_ms=6))] == [
        "household",
        "gate",
    ]


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("common")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    chain = Chain()
    opened = (
        ("1", MORNING_MS - 15 * DAY_MS, person("旧*")),
        ("2", MORNING_MS - 13 * DAY_MS, person("徐*")),
        ("3", MORNING_MS, person("徐**")),
        ("4", MORNING_MS, {"masked": "x" * 100, "place": ["3-2-501"]}),
    )
    for id_, at_ms, who in opened:
        chain.add("case.opened", {"case": id_, "visit": id_, "cause": "fever"}, who, at_ms=at_ms)
    chain.add("case.step", {"case": "2", "step": "ruled_out", "ends": True}, at_ms=MORNING_MS)
    store.make_room(MORNING_MS // DAY_MS)
    ingest(store, "east", chain.batch(), MORNING_MS, ZONE)
    yield make_app(store, new_home(folder / "office"))
    store.close()


def test_cases_of_two_weeks_are_listed_closed_ones_too(app: Flask) -> None:
    with app.extensions["hub"].store.reading() as connection:
        found = cases_lately(connection, ["east"], MORNING_MS)
        assert cases_lately(connection, ["west"], MORNING_MS) == []
    assert [(one.case, one.masked, one.place, one.ended) for one in found] == [
        ("3", "徐**", "3-2-501", False),
        ("4", "", "", False),
        ("2", "徐*", "3-2-501", True),
    ]


def test_the_page_says_it_and_calls_it_no_outbreak(app: Flask) -> None:
    page = enter(app, "doctor").get("/fevers").text
    for words in ("同一户 3-2-501</b> · 2 例", "近 14 天的发热 3", "已办结", "不是聚集性疫情", "case=2"):
        assert words in page
    assert "旧*" not in page.partition("近 14 天的发热")[2]
    other = enter(app, "west.office").get("/fevers").text
    assert "3-2-501" not in other
