"""Tables to take away: in words for people, in codes that stay for programs, with letters that Excel shows."""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from sync.hub.views.columns import in_words
from sync.hub.words import load_words
from tests.sync.chain import MORNING_MS, Chain, visit
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home
from tests.sync.processes import ROOT
from tests.sync.test_hub_around import send

#: Whoever reads a file by these names reads it next year.
CODES = {
    "/export/gates": "gate name last_word_ms online unsent inward outward measured turned_back referred",
    "/export/units": "unit name level gates silent inward outward measured turned_back referred",
    "/export/days": "day inward outward measured turned_back referred",
    "/export/fevers": "gate case person cause step opened_ms assigned",
    "/around": "gate name of_case from_ms to_ms at_ms direction outcome person last4 people",
}
QUERY = {"/around": "station=east&case=7"}


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("exports")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    chain = Chain().add(facts=visit(people=2), personal={"masked": "李**", "last4": "1234"}, at_ms=MORNING_MS - 60_000)
    chain.add("case.opened", {"case": "7", "cause": "fever"}, {"masked": "徐*"}, at_ms=MORNING_MS - 30_000)
    send(store, chain)
    yield make_app(store, new_home(folder / "office"))
    store.close()


def table(client: FlaskClient, path: str, columns: str = "") -> list[list[str]]:
    answer = client.get(f"{path}.csv?{QUERY.get(path, '')}&columns={columns}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf"), "without it Excel on Windows shows other letters"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", CODES)
def test_people_are_given_words_and_programs_codes_that_stay(app: Flask, path: str) -> None:
    client = enter(app, "manager")
    codes = table(client, path, "codes")
    assert codes[0] == CODES[path].split()
    words = table(client, path)
    assert len(words) == len(codes) > 1
    assert all(re.search(r"[\u4e00-\u9fff]", title) and not re.search("[a-z_]", title) for title in words[0]), words[0]
    # Of what stands below a title nothing is a code any more but ids and what people called things.
    known = {"step", "direction", "outcome", "cause", "online", "of_case"}
    coded = [at for at, code in enumerate(codes[0]) if code in known]
    assert all(re.search(r"[\u4e00-\u9fff]", row[at]) for row in words[1:] for at in coded)
    client.set_cookie("language", "en")
    english = table(client, path)
    assert not any(re.search(r"[\u4e00-\u9fff]", title) for title in english[0])
    assert table(client, path, "codes") == codes, "codes know no language"
    book = load_workbook(io.BytesIO(client.get(f"{path}.xlsx?{QUERY.get(path, '')}").data))
    assert [cell.value for cell in next(book.active.iter_rows())] == english[0]


def test_times_are_those_of_the_office() -> None:
    rows: list[list[Any]] = [["day", "at_ms", "people"], [20201122, MORNING_MS, 3], [20201122, "", 0], ["", 10**18, 0]]
    zone = datetime.timezone(datetime.timedelta(hours=8))
    told = in_words(rows, lambda key: key, zone)
    assert told[0] == ["column_day", "column_at", "column_people"]
    assert told[1:] == [
        ["2020-11-22", "2020-11-22 08:00:00", 3],
        ["2020-11-22", "", 0],
        ["", str(10**18), 0],
    ]


def test_every_column_has_a_title_and_is_in_the_docs() -> None:
    words, docs = load_words(), (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
    for codes in CODES.values():
        for code in codes.split():
            assert f"column_{code.removesuffix('_ms')}" in words
            assert f"`{code}`" in docs, code
    assert "columns=codes" in docs
