"""Who is in isolation, one by one: measured, missed, a case for the doctor, and released step by step."""

from __future__ import annotations

import io
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.roster.isolation import StatusRow
from sync.hub.database.store import Store
from sync.hub.home import Home
from sync.hub.intake.ingest import ingest
from sync.hub.office.given import isolation_for
from sync.hub.people.care import STEPS, Cared, read_care
from tests.sync.chain import MORNING_MS, Chain
from tests.sync.desk import enter, make_app, post, trouble

ZONE = ZoneInfo("Asia/Shanghai")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ROSTER = "姓名,楼号,单元,房号\n周强,2,1,302\n吴秀梅,5,1,301\n李平,5,1,301\n"


@pytest.fixture
def app(shelf: Store, home: Home) -> Flask:
    """At half past ten in the morning: who was not measured by ten was missed."""
    return make_app(shelf, home, MORNING_MS + 2 * HOUR_MS + HOUR_MS // 2)


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    made = enter(app, "clerk")
    file = (io.BytesIO(ROSTER.encode("utf-8-sig")), "roster.csv")
    assert not trouble(post(made, "/roster", do="publish", file=file))
    return made


def isolate(client: FlaskClient, household: str, name: str = "", **more: str) -> str:
    fields = {"kind": "household", "what": household, "name": name, "status": "isolation", **more}
    return trouble(post(client, "/isolation", **fields))


def measured(chain: Chain, subject: str, day: str, half: str, **facts: Any) -> Chain:
    facts = {"day": day, "half": half, "answered": True, "high": False, **facts}
    return chain.add("isolation.measured", facts, {"subject": subject, "masked": "x", "last4": ""})


def cared(store: Store, now_ms: int) -> dict[str, Cared]:
    with store.reading() as connection:
        rows = isolation_for(connection, ("east", "west"))
        found = read_care(connection, "community", ("east", "west"), rows, now_ms, ZONE)
        return {one.masked + one.household: one for one in found}


def test_a_household_is_its_people_and_one_person_may_be_chosen(clerk: FlaskClient, shelf: Store) -> None:
    assert not isolate(clerk, "5-1-301", **{"from": "2020-11-20"})
    assert not isolate(clerk, "2-1-302", "周强", **{"from": "2020-11-14", "until": "2020-11-28"})
    assert not isolate(clerk, "9-9-909")
    found = cared(shelf, MORNING_MS)
    assert set(found) == {"吴**5-1-301", "李*5-1-301", "周*2-1-302", "9-9-909"}
    assert (found["周*2-1-302"].day_n, found["周*2-1-302"].days) == (9, 15)
    assert isolate(clerk, "2-1-302", "周平").startswith("person:")
    with shelf.reading() as connection:
        rows = [row for row in isolation_for(connection, ("east",)) if isinstance(row, StatusRow)]
    # whom a gate is told of one person is the roster's id and no name
    assert [bool(row.person) for row in rows] == [False, True, False]


def test_who_was_measured_who_was_missed_and_who_did_not_answer(clerk: FlaskClient, shelf: Store) -> None:
    isolate(clerk, "5-1-301", **{"from": "2020-11-21"})
    isolate(clerk, "2-1-302", **{"from": "2020-11-21"})
    people = {one.masked: one.subject for one in cared(shelf, MORNING_MS).values()}
    chain = measured(Chain(), people["周*"], "2020-11-22", "morning", centi_celsius=3650, by="doctor")
    measured(chain, people["周*"], "2020-11-21", "evening", answered=False)
    measured(
        chain, people["吴**"], "2020-11-21", "evening", centi_celsius=3790, by="self", high=True, symptoms=["cough"]
    )
    case = {"subject": people["吴**"], "masked": "x", "last4": ""}
    chain.add("isolation.case", {"case": "9", "step": "opened", "causes": ["temperature"]}, case)
    ingest(shelf, "east", chain.batch(), MORNING_MS, ZONE)
    found = {one.masked: one for one in cared(shelf, MORNING_MS + 2 * HOUR_MS + 1).values()}

    def states(who: str) -> dict[tuple[str, str], str]:
        return {(half.day[-2:], half.half): half.state for half in found[who].halves}

    morning, evening = ("22", "morning"), ("21", "evening")
    assert (states("周*")[morning], states("周*")[evening], states("周*")["21", "morning"]) == (
        "taken",
        "no_answer",
        "missed",
    )
    assert states("周*")["22", "evening"] == "not_yet"
    assert (states("吴**")[evening], states("吴**")[morning]) == ("taken", "missed")
    assert (found["吴**"].missed, found["吴**"].doctor) == (2, "opened")
    page = clerk.get("/isolation").text
    assert "这半天：已测 1，待测 0，漏测 2，没有应答 0" in page
    assert "▲ 37.9 自测 干咳" in page
    assert "▲ 要报村医" in page
    # whoever is a case for the doctor stands first
    assert page.index("吴**") < page.index("周*")
    before_ten = {one.masked: one for one in cared(shelf, MORNING_MS + HOUR_MS).values()}
    assert before_ten["吴**"].halves[1].state == "due"


def test_a_release_goes_step_by_step_and_only_after_the_time(clerk: FlaskClient, app: Flask, shelf: Store) -> None:
    isolate(clerk, "9-9-909", **{"from": "2020-11-01", "until": "2020-11-21"})
    isolate(clerk, "8-8-808", **{"from": "2020-11-21", "until": "2020-12-04"})
    page = clerk.get("/isolation").text
    over, running = (page.split(household)[1].split("</tr>")[0] for household in ("9-9-909", "8-8-808"))
    row = re.findall(r'name="row" value="(\w+)"', over)[0]
    assert 'name="step"' not in running
    assert "reason" in trouble(post(clerk, "/isolation", gone=row))
    assert trouble(post(clerk, "/isolation/step", row=row, step="agreed")).startswith("step")
    doctor = enter(app, "doctor")
    for step in STEPS:
        assert not trouble(post(doctor, "/isolation/step", row=row, step=step))
        assert trouble(post(doctor, "/isolation/step", row=row, step=step)).startswith("step")
    assert "doctor 11月22日" in doctor.get("/isolation").text
    assert post(clerk, "/isolation", gone=row).status_code == 303
    assert set(cared(shelf, MORNING_MS)) == {"8-8-808"}
    record = clerk.get("/record").text
    assert record.count("解除手续") == 4
    assert "解除隔离" in record


def test_whoever_is_let_go_early_is_let_go_for_a_reason_that_is_recorded(clerk: FlaskClient, shelf: Store) -> None:
    isolate(clerk, "8-8-808", until="2020-12-04")
    row = re.findall(r'name="gone" value="(\w+)"', clerk.get("/isolation").text)[0]
    assert trouble(post(clerk, "/isolation", gone=row, reason="no"))
    assert post(clerk, "/isolation", gone=row, reason="转集中隔离").status_code == 303
    assert cared(shelf, MORNING_MS) == {}
    assert "转集中隔离" in clerk.get("/record").text


def test_what_another_unit_has_is_not_there(clerk: FlaskClient, app: Flask) -> None:
    isolate(enter(app, "east.office"), "7-7-707", until="2020-11-21")
    row = re.findall(r'name="row" value="(\w+)"', clerk.get("/isolation").text)[0]
    west = enter(app, "west.office")
    assert "7-7-707" not in west.get("/isolation").text
    assert trouble(post(west, "/isolation/step", row=row, step="reported")).startswith("list")
    assert trouble(post(west, "/isolation", gone=row, reason="转集中隔离")).startswith("list")
