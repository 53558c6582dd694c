"""What programs read answers what its OpenAPI document declares, and docs/api.md names every address."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert

from sync.hub.access.program_keys import add_program, remove_program
from sync.hub.confirmed.notified import Notified, add
from sync.hub.confirmed.risk import CaseKind, Place, PlaceKind
from sync.hub.database import tables
from sync.hub.database.store import Store
from sync.hub.gates.stations import heard
from sync.hub.intake.ingest import ingest
from sync.hub.program.reading import ADDRESSES
from sync.hub.program.shapes import openapi
from tests.sync.chain import MORNING_MS, Chain, key
from tests.sync.conftest import create_known
from tests.sync.desk import furnish, make_app, new_home
from tests.sync.processes import ROOT

ZONE = ZoneInfo("Asia/Shanghai")
TYPES = {"string": str, "integer": int, "boolean": bool, "null": type(None), "array": list, "object": dict}


@pytest.fixture(scope="module")
def shelf(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = create_known(Path(shutil.copy(template, tmp_path_factory.mktemp("reading") / "hub.db")))
    furnish(made)
    chain = Chain().add("case.opened", {"case": "7", "cause": "fever"}, personal={"masked": "徐*"}).grow(5)
    for batch in (chain.batch(1, 4), chain.batch(6)):
        ingest(made, "east", batch, MORNING_MS, ZONE)
    # More fevers than two quiet weeks let expect, of one household; and a case that the authorities told of.
    fevers = Chain("west", private=key(2))
    for case in ("71", "72", "73"):
        fevers.add("case.opened", {"case": case, "cause": "fever"}, {"masked": "徐*", "place": "3-2-501"})
    ingest(made, "west", fevers.batch(), MORNING_MS, ZONE)
    told = Place("b", PlaceKind.SCHOOL)
    with made.writing() as connection:
        for day in range(8, 22):
            counts = {"inward": 0, "outward": 0, "measured": 100, "turned_back": 0, "referred": 0}
            connection.execute(insert(tables.tally), {"station": "west", "day": 20201100 + day, "hour": 8, **counts})
        for number in range(6):
            kind = CaseKind.IMPORTED if number == 5 else CaseKind.CONFIRMED
            day = date(2020, 11, 20 - number)
            record = f"{number:016x}"
            add(connection, Notified(record, told.unit, told.kind, kind, day, "疾控 徐医生", MORNING_MS, "clerk"))
        heard(connection, "east", MORNING_MS, 3)
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(shelf: Store, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_app(shelf, new_home(tmp_path_factory.mktemp("reading") / "office"))


@pytest.fixture(scope="module")
def keys(shelf: Store) -> dict[str, str]:
    with shelf.writing() as connection:
        return {unit: add_program(connection, f"program.{unit or 'all'}", unit, MORNING_MS) for unit in ("", "a", "b")}


def read(app: Flask, path: str, key: str) -> Any:
    return app.test_client().get(path, headers={"Authorization": f"Bearer {key}"})


def faults(value: Any, schema: Any, at: str = "$") -> list[str]:
    """Where *value* is not what *schema* says, in the part of JSON Schema that ours use."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(type(value) is TYPES[kind] for kind in kinds):
        return [f"{at}: {value!r} is no {kinds}"]
    found = []
    if isinstance(value, list):
        for number, each in enumerate(value):
            found += faults(each, schema["items"], f"{at}[{number}]")
    if isinstance(value, dict):
        found += [f"{at}.{name}: unexpected or missing" for name in set(value) ^ set(schema["properties"])]
        for name, each in value.items():
            found += faults(each, schema["properties"].get(name, {"type": []}), f"{at}.{name}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of the choices")
    if type(value) is int and value < schema.get("minimum", value):
        found.append(f"{at}: {value} is too small")
    return found


def test_every_answer_is_what_the_document_says(app: Flask, keys: dict[str, str]) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document == openapi(ADDRESSES)
    empty = []
    for path, item in document["paths"].items():
        declared = item["get"]["responses"]
        answer = read(app, path, keys[""])
        assert answer.status_code == 200
        assert faults(answer.json, declared["200"]["content"]["application/json"]["schema"]) == []
        empty += [path] if not answer.json else []
        for other, status in ((read(app, path, "nobody's"), "401"), (read(app, path + "?unit=b", keys["a"]), "404")):
            assert str(other.status_code) == status
            assert faults(other.json, declared[status]["content"]["application/json"]["schema"]) == []
    assert empty == []


def test_a_wrong_answer_would_be_noticed() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}}
    assert faults({"n": 1}, schema) == []
    assert faults("b", {"type": "string", "enum": ["a"]})
    for wrong in ({"n": -1}, {"n": True}, {"n": None}, {}, {"n": 1, "m": 1}, []):
        assert faults(wrong, schema)


def test_a_program_sees_its_unit_and_no_name(app: Flask, keys: dict[str, str]) -> None:
    for address in ADDRESSES:
        text = read(app, address.path, keys["b"]).get_data(as_text=True)
        assert "east" not in text
        assert "徐" not in read(app, address.path, keys[""]).get_data(as_text=True)
    assert [gate["gate"] for gate in read(app, "/api/v1/gates", keys["a"]).json] == ["east"]
    assert [unit["unit"] for unit in read(app, "/api/v1/units", keys["a"]).json] == ["a"]
    # the street counts a gate of either side once
    street = read(app, "/api/v1/units?unit=s", keys[""]).json[0]
    assert (street["unit"], street["gates"], street["counts"]["inward"]) == ("s", 2, 4)


def test_a_program_reads_the_sum_of_confirmed_cases_and_no_fever_is_in_it(app: Flask, keys: dict[str, str]) -> None:
    rows = {row["unit"]: row for row in read(app, "/api/v1/risk", keys[""]).json}
    assert set(rows) >= {"", "s", "a", "b"}
    assert "west" not in rows
    own = {"unit": "b", "name": "西区", "cases": 5, "lately": 5, "clusters": 1, "report_at_once": True}
    assert rows["b"] == {**own, "equals": "medium", "imported": 1, "asymptomatic": 0, "newest_day": 20201120}
    # what is above sums it, and a fever at the gate east makes no case of its unit
    assert (rows[""]["cases"], rows["s"]["clusters"], rows[""]["name"]) == (5, 1, "幸福里社区")
    nothing = {"cases": 0, "lately": 0, "clusters": 0, "report_at_once": False, "imported": 0, "asymptomatic": 0}
    assert read(app, "/api/v1/risk", keys["a"]).json == [
        {"unit": "a", "name": "东区", "equals": "low", "newest_day": None, **nothing}
    ]


def test_a_program_reads_the_hints_and_what_fevers_share_of_its_units_alone(app: Flask, keys: dict[str, str]) -> None:
    assert read(app, "/api/v1/rising", keys["b"]).json == [{"unit": "b", "name": "西区", "fevers": 3, "before": 0}]
    cases = [{"gate": "west", "case": case} for case in ("71", "72", "73")]
    found = read(app, "/api/v1/fevers/shared", keys["b"]).json
    assert found == [
        {"kind": "household", "unit": "b", "gate": "", "cases": cases},
        {"kind": "gate", "unit": "b", "gate": "west", "cases": cases},
    ]
    for path in ("/api/v1/rising", "/api/v1/fevers/shared"):
        assert read(app, path, keys["a"]).json == []
        assert "501" not in read(app, path, keys[""]).get_data(as_text=True)


def test_a_program_does_nothing_else(app: Flask, keys: dict[str, str], shelf: Store) -> None:
    for path in ("/", "/people", "/api/v1/board.json", "/api/v1/orders", "/export/gates.csv"):
        assert read(app, path, keys[""]).status_code in {303, 401}
    with shelf.writing() as connection:
        key = add_program(connection, "short", "", MORNING_MS)
        remove_program(connection, "short")
    assert read(app, "/api/v1/gates", key).status_code == 401


def test_the_page_names_every_address_and_field() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for address in ADDRESSES:
        assert f"`GET {address.path}`" in page
        for name in address.schema["items"]["properties"]:
            assert f"`{name}`" in page, (address.path, name)
