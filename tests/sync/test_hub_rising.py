"""发热增多提示: no more false alarms than it says, none by looking often, none from a gate that was not there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from math import ceil, exp
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert

from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.fever.fever_days import read_gate_days
from sync.hub.fever.rising import DAYS, FALSE_ALARMS, GateDays, hints, is_more, rising
from sync.hub.intake.ingest import ingest
from tests.sync.chain import MORNING_MS, Chain, visit
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home
from tests.sync.processes import ROOT

ZONE = ZoneInfo("Asia/Shanghai")
#: A gate like any other: 600 people measured a day, no fever.
QUIET = GateDays(600, 0, (600,) * DAYS, (0,) * DAYS)


def least(before: int, here: int = 1, there: int = DAYS) -> int:
    return next(today for today in range(1, 1000) if is_more(today, before, here, there))


def test_how_many_fevers_it_takes_is_as_the_page_has_it() -> None:
    page = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert len(told) == 7
    assert {int(before): least(int(before)) for before, _ in told} == {
        int(before): int(today) for before, today in told
    }


def false_alarm_rate(a_day: float, days: int = DAYS) -> float:
    """How often a day raises an alarm where every day has *a_day* fevers on average (Poisson) and the same traffic."""
    most = ceil(a_day * days + 12 * (a_day * days) ** 0.5 + 12)
    before = _poisson(a_day * days, most)
    today = _poisson(a_day, most)
    rate = 0.0
    for held, chance in enumerate(before):
        least = next((n for n in range(1, most) if is_more(n, held, 1, days)), most)
        rate += chance * sum(today[least:])
    return rate


def _poisson(mean: float, most: int) -> list[float]:
    chances = [exp(-mean)]
    for n in range(1, most + 1):
        chances.append(chances[-1] * mean / n)
    return chances


def test_false_alarms_are_as_rare_as_the_page_says() -> None:
    page = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| ([\d.]+) a day \| 1 in ([\d,]+) days \|$", page, re.MULTILINE)
    assert len(told) == 4
    for a_day, days in told:
        rate = false_alarm_rate(float(a_day))
        assert 0 < rate <= FALSE_ALARMS
        assert round(1 / rate, -2) == int(days.replace(",", ""))


def test_one_or_two_fevers_are_never_more_whatever_was_before() -> None:
    for fevers in (1, 2):
        for people in (1, 600, 5_000):
            today = replace(QUIET, fevers_today=fevers, measured_today=people)
            assert rising({"east": today}, ["east"]) is None
    three = rising({"east": replace(QUIET, fevers_today=3)}, ["east"])
    assert three is not None
    assert (three.fevers, three.before) == (3, 0)


def test_looking_early_in_the_day_alarms_no_sooner_than_the_whole_day_would() -> None:
    before = (1,) * DAYS
    for today in range(20):
        early, late = (
            rising({"east": GateDays(people, today, (600,) * DAYS, before)}, ["east"]) for people in (5, 600)
        )
        assert early == late
        assert (early is not None) == (today >= least(DAYS))


def test_with_more_people_it_takes_more_fevers() -> None:
    usual, crowd = (GateDays(people, 7, (600,) * DAYS, (1,) * DAYS) for people in (600, 1200))
    assert rising({"east": usual}, ["east"]) is not None
    assert rising({"east": crowd}, ["east"]) is None


@pytest.mark.parametrize("there", [0, 6, 7])
def test_a_gate_that_was_silent_before_neither_alarms_nor_hides_another(there: int) -> None:
    measured = (600,) * there + (0,) * (DAYS - there)
    fresh = GateDays(600, 9, measured, (0,) * DAYS)
    assert (rising({"new": fresh}, ["new"]) is not None) == (there >= 7)
    if there < 7:
        days = {"new": fresh, "east": replace(QUIET, fevers_today=3)}
        found = rising(days, ["new", "east", "never"])
        assert found is not None
        assert (found.fevers, found.gates) == (3, frozenset({"east"}))


def test_many_cases_are_worked_out_otherwise_and_say_the_same() -> None:
    # from here on by the normal curve, which goes on where the exact sums leave off
    assert (least(250), least(280)) == (34, 37)
    for before in (300, 3_000, 30_000):
        usual = before // DAYS
        assert not is_more(usual, before, 1, DAYS)
        assert not is_more(int(usual + 2 * usual**0.5), before, 1, DAYS)
        assert is_more(int(usual + 5 * usual**0.5), before, 1, DAYS)


def test_a_unit_with_the_gates_of_its_only_child_is_not_named_twice() -> None:
    days = {"east": replace(QUIET, fevers_today=4), "west": QUIET}
    units = {"street": ["east", "west"], "estate": ["east"], "building": ["east"]}
    assert list(hints(days, units)) == ["street", "building"]


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[Store]:
    made = create_known(Path(shutil.copy(template, tmp_path / "hub.db")))
    furnish(made)
    with made.writing() as connection:
        # Two weeks of passages without a fever, as counted when they came.
        for day in range(8, 22):
            counts = {"inward": 50, "outward": 50, "measured": 100, "turned_back": 0, "referred": 0}
            row = {"station": "east", "day": 20201100 + day, "hour": 8, **counts}
            connection.execute(insert(tables.tally), row)
    yield made
    made.close()


def fevers(store: Store, causes: list[str], at_ms: int = MORNING_MS) -> None:
    chain = Chain()
    for number, cause in enumerate(causes):
        about = {"visit": str(number), "reason": "fever"}
        chain.add(facts=visit("refer") | about, at_ms=at_ms)
        chain.add("case.opened", {"case": str(number), "visit": str(number), "cause": cause}, at_ms=at_ms)
    store.make_room(MORNING_MS // DAY_MS)
    ingest(store, "east", chain.batch(), MORNING_MS, ZONE)


@pytest.fixture
def app(store: Store, tmp_path: Path) -> Flask:
    return make_app(store, new_home(tmp_path / "office"))


def test_the_board_hints_in_amber_and_calls_it_no_diagnosis(store: Store, app: Flask) -> None:
    fevers(store, ["fever", "fever", "symptoms", "symptoms"])
    board = enter(app, "viewer")
    assert "发热增多提示" not in board.get("/").text
    store.make_room(MORNING_MS // DAY_MS)
    with store.writing() as connection:
        row = {"station": "east", "case_id": "9", "cause": "fever", "opened_ms": MORNING_MS, "ended": False}
        connection.execute(insert(tables.fever), row)
    page = board.get("/").text
    assert "▲ 发热增多提示：东区 今天 3 例，前 14 天共 0 例。" in page
    assert "不是诊断" in page
    # who sees the other gate alone is told nothing
    assert "发热增多提示" not in enter(app, "west.office").get("/").text


def test_a_fever_belongs_to_the_day_where_the_hub_is(store: Store) -> None:
    midnight_ms = MORNING_MS - 8 * 3_600_000
    fevers(store, ["fever"] * 2, midnight_ms - 1)
    with store.reading() as connection:
        days = read_gate_days(connection, MORNING_MS, ZONE, ["east", "west"])
    assert list(days) == ["east"]
    assert (days["east"].fevers_today, days["east"].fevers) == (0, (2,) + (0,) * 13)
    assert days["east"].measured == (102,) + (100,) * 13
