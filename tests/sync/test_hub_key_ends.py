"""Before the office's keys end the board says which, when, what then, and the command that renews them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from station.wire.keyring import KeyRecord, Purpose
from sync.hub.__main__ import main
from sync.hub.custody.key_ends import DAY_MS, WARN_MS, ending
from sync.hub.custody.keys import VALID_MS, load_key
from sync.hub.database.store import Store
from sync.hub.home import Home
from sync.hub.office.renewal import renew
from tests.sync.chain import MORNING_MS
from tests.sync.desk import enter, furnish, make_app, new_home

END_MS = MORNING_MS + VALID_MS


def record(purpose: Purpose, ends_ms: int) -> KeyRecord:
    return KeyRecord("00" * 8, purpose, bytes(32), (), 0, ends_ms)


def test_it_is_said_from_ninety_days_before_and_after_the_end() -> None:
    records = [record(Purpose.ORDER, END_MS), record(Purpose.PASS, END_MS + DAY_MS)]
    assert ending(records, END_MS - WARN_MS - 1) == []
    first = ending(records, END_MS - WARN_MS)
    assert [(each.purpose, each.days, each.over) for each in first] == [(Purpose.ORDER, 90, False)]
    both = ending(records, END_MS + 1)
    assert [(each.purpose, each.days, each.over) for each in both] == [
        (Purpose.ORDER, -1, True),
        (Purpose.PASS, 0, False),
    ]


def test_a_renewed_key_ends_nothing_while_the_old_one_still_stands_beside_it() -> None:
    records = [record(Purpose.ORDER, END_MS), record(Purpose.ORDER, END_MS + VALID_MS)]
    assert ending(records, END_MS + 1) == []
    assert ending([], END_MS) == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return new_home(tmp_path_factory.mktemp("key_ends") / "office")


@pytest.fixture(scope="module")
def store(home: Home) -> Iterator[Store]:
    made = home.open()
    furnish(made)
    yield made
    made.close()


def board(store: Store, home: Home, now_ms: int, who: str = "clerk", language: str = "zh") -> str:
    app: Flask = make_app(store, home, now_ms)
    client = enter(app, who)
    client.set_cookie("language", language)
    return client.get("/").text


def test_the_board_says_it_in_words_to_who_can_do_something(store: Store, home: Home) -> None:
    assert "密钥" not in board(store, home, END_MS - WARN_MS - DAY_MS)
    page = board(store, home, END_MS - 30 * DAY_MS)
    for words in (
        "▲ 命令密钥 2023-11-22 到期，还有 30 天。",
        "到期后卡口不收新的名册、名单、通知和规定，原有的照用。",
        "<code>station hub keys renew --purpose order</code>",
        "<code>station hub keys renew-seal</code>",
    ):
        assert words in page
    over = board(store, home, END_MS + 3 * DAY_MS)
    assert "✕ 出入证密钥 已在 2023-11-22 到期。" in over
    assert "密钥" not in board(store, home, END_MS, "viewer")
    english = board(store, home, END_MS - 30 * DAY_MS, language="en")
    assert "The receipt key ends on 2023-11-22, in 30 days." in english


def test_after_it_is_renewed_nothing_is_said_of_it_any_more(tmp_path: Path) -> None:
    home = new_home(tmp_path / "office")
    store = home.open()
    furnish(store)
    now_ms = END_MS - 30 * DAY_MS
    renew(store, home.keys, Purpose.ORDER, load_key(home.keys.root), "community", now_ms)
    page = board(store, home, now_ms)
    assert "命令密钥" not in page
    assert "出入证密钥" in page
    store.close()


def test_the_command_says_in_how_many_days(home: Home) -> None:
    shown = CliRunner().invoke(main, ["keys", "show", "--state", str(home.path)])
    lines = [json.loads(line) for line in shown.output.splitlines()]
    assert {line["purpose"] for line in lines} == {str(each) for each in Purpose}
    # Made on a day of 2020: how long ago is a matter of when this runs.
    assert all(isinstance(line["ends_in_days"], int) for line in lines)
