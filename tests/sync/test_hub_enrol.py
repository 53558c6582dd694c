"""The page that lets a gate in: a code for an admin, for gates of their own unit, gone once it was used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from station.wire.invitation import PREFIX, grouped, root_mark
from sync.hub.database.tables import invitation
from sync.hub.gates.stations import enrol
from sync.hub.home import Home
from sync.hub.site import Site
from tests.sync.chain import MORNING_MS
from tests.sync.desk import enter, furnish, make_app, new_home, post, trouble
from tests.sync.processes import ROOT

NORTH = {"station": "north", "name": "北门", "url": "https://hub.example.cn/"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "office")


@pytest.fixture
def app(home: Home) -> Iterator[Flask]:
    # The keys order in force must be this office's own, as on a real hub.
    store = home.open()
    furnish(store)
    yield make_app(store, home)
    store.close()


def invited(app: Flask) -> int:
    """How many codes are open."""
    site: Site = app.extensions["hub"]
    with site.store.reading() as connection:
        return len(connection.execute(select(invitation)).all())


def test_the_page_shows_a_code_and_the_fingerprint_of_the_root_key(app: Flask, home: Home) -> None:
    client = enter(app, "manager")
    page = post(client, "/gates/enrol", language="zh", **NORTH)
    assert trouble(page) == ""
    assert grouped(root_mark(home.keys.root_public())) in page.text
    assert "data:image/svg+xml" in page.text
    assert PREFIX not in unquote(page.text), "the token stands in the picture alone"
    assert invited(app) == 1
    assert client.get("/gates/enrol/state?station=north").json == {"enrolled_ms": 0}
    assert "出示登记二维码" in client.get("/record").text
    # it tells them to press the key that the gate's screen has
    gate = (ROOT / "station" / "web" / "translations" / "zh-Hans.toml").read_text(encoding="utf-8")
    same = re.search(r'^enrol_same = "(.+)"$', gate, re.MULTILINE)
    assert same is not None
    assert f"才按“{same[1]}”" in page.text
    assert f"<h2>登记 {NORTH['name']}</h2>" in page.text


def test_units_are_shown_by_their_names_along_the_tree(app: Flask) -> None:
    with app.extensions["hub"].store.writing() as connection:
        enrol(connection, "east", "东门", "a", bytes(32), MORNING_MS)
    page = enter(app, "manager").get("/gates/enrol").text
    assert '<option value="s">城关街道</option>' in page
    assert '<option value="a">城关街道 › 东区</option>' in page
    assert "东门</option>" not in page, "a gate is no unit"
    assert '<td class="word">城关街道 › 东区</td>' in page
    own = enter(app, "east.admin").get("/gates/enrol").text
    assert '<option value="a">东区</option>' in own
    assert 'value="b"' not in own


def test_nobody_lets_a_gate_of_others_in(app: Flask) -> None:
    east = enter(app, "east.admin")
    with app.extensions["hub"].store.writing() as connection:
        enrol(connection, "west", "西门", "b", bytes(32), MORNING_MS)
    assert "another unit" in trouble(post(east, "/gates/enrol", **{**NORTH, "station": "west"}))
    assert "not one of yours" in trouble(post(east, "/gates/enrol", **NORTH, unit="b"))
    assert invited(app) == 0
    assert trouble(post(east, "/gates/enrol", **NORTH)) == ""
    assert "西门" not in east.get("/gates/enrol").text
    assert east.get("/gates/enrol/state?station=west").json == {"enrolled_ms": 0}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("station", "北门", "letters, digits"),
        ("name", " ", "1 to 40"),
        ("url", "http://hub.example.cn", "in clear"),
        ("url", "hub", "no http"),
    ],
)
def test_what_no_gate_could_use_is_not_shown(app: Flask, field: str, value: str, said: str) -> None:
    assert said in trouble(post(enter(app, "manager"), "/gates/enrol", **{**NORTH, field: value}))
    assert invited(app) == 0


def test_with_the_root_key_away_its_public_half_is_enough(app: Flask, home: Home) -> None:
    public = home.keys.root_public()
    home.keys.root.unlink()
    client = enter(app, "manager")
    assert trouble(post(client, "/gates/enrol", **NORTH)) == ""
    home.keys.root_pub.unlink()
    assert 'name="root"' in client.get("/gates/enrol").text
    assert "64 hex digits" in trouble(post(client, "/gates/enrol", **NORTH, root="11"))
    assert "did not sign" in trouble(post(client, "/gates/enrol", **NORTH, root="11" * 32))
    assert trouble(post(client, "/gates/enrol", **NORTH, root=public.hex())) == ""
    assert 'name="root"' not in client.get("/gates/enrol").text
