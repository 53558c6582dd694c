"""What is missing of a gate's record or was away of it: in plain words, with what to do."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from station.report.watch import Watch
from sync.hub.database.store import Store
from sync.hub.gates.stations import heard
from sync.hub.intake.ingest import ingest
from sync.hub.views import watch
from sync.hub.words import load_words
from tests.sync.chain import MORNING_MS, Chain, visit
from tests.sync.desk import enter
from tests.sync.full_hub import HOUR_MS, MINUTE_MS, founded

ZONE = ZoneInfo("Asia/Shanghai")
#: Every cause that a gate's own report knows (docs/reports.md), but those that are no news to an office.
CAUSES = (
    *("power", "crash", "stopped", "card", "salvage", "storage", "network", "clock_unknown", "clock_jump", "silent"),
)


def lacking(chain: Chain) -> tuple[bytes, bytes]:
    """*chain* but for its entries 4 to 6."""
    return chain.batch(1, 3), chain.batch(7)


@pytest.mark.parametrize(
    ("silent_ms", "unsent", "cause", "todo"),
    [
        (14 * MINUTE_MS, 3, "断网 14 分前，还没有传上来", "打电话给值守员看网络"),
        (1_000, 3, "正在补传", "等几分钟"),
        (1_000, 0, "卡口说都传了，社区没有收到", "叫技术员看卡口的存储卡"),
    ],
)
def test_a_gap_says_how_much_why_and_what_to_do(
    app: Flask, shelf: Store, silent_ms: int, unsent: int, cause: str, todo: str
) -> None:
    for batch in lacking(Chain().grow(9)):
        ingest(shelf, "east", batch, MORNING_MS, ZONE)
    with shelf.writing() as connection:
        heard(connection, "east", MORNING_MS + HOUR_MS - silent_ms, unsent)
    page = enter(app, "viewer").get("/gates").text
    for words in ("4–6（3 条）", cause, todo):
        assert words in page


def test_a_gate_that_has_sent_everything_lacks_nothing(app: Flask, shelf: Store) -> None:
    ingest(shelf, "east", Chain().grow(9).batch(), MORNING_MS, ZONE)
    assert "没有缺号，各门记录齐全" in enter(app, "viewer").get("/gates").text


def test_what_a_gate_was_away_for_is_named_with_what_to_do(app: Flask, shelf: Store) -> None:
    chain = founded("east", 1, MORNING_MS - 20 * HOUR_MS)
    for half in range(8):
        chain.add("gate.checked", {}, at_ms=MORNING_MS - 20 * HOUR_MS + half * HOUR_MS // 2)
    gun = {"device": "gun-1", "role": "thermometer"}
    chain.add("device.lost", gun, at_ms=MORNING_MS - 16 * HOUR_MS)
    chain.add("device.back", gun, at_ms=MORNING_MS - 16 * HOUR_MS + 9 * MINUTE_MS)
    on_ms = MORNING_MS - 13 * HOUR_MS
    chain.add("service.started", {"last_seq": 9}, at_ms=on_ms, boot_id="second", boottime_ns=10**9)
    chain.add(facts=visit(), at_ms=on_ms + MINUTE_MS, boot_id="second", boottime_ns=61 * 10**9)
    ingest(shelf, "east", chain.batch(), MORNING_MS, ZONE)
    page = enter(app, "viewer").get("/gates").text
    away = page.split("停用和断网")[1]
    assert "停电或重启" in away
    assert "11月21日 16:09–19:00" in away
    assert "有纸质登记的请值守员补录" in away
    assert "测温枪 <small>gun-1</small>" in away
    assert "1 次，共 9 分" in away
    # of gates that are somebody else's there is nothing
    assert "停电或重启" not in enter(app, "west.office").get("/gates").text


def test_with_many_gates_today_is_left_for_those_of_a_unit(
    app: Flask, shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_TODAY", 1)
    chain = Chain().add("device.lost", {"device": "gun-1", "role": "thermometer"})
    ingest(shelf, "east", chain.batch(), MORNING_MS, ZONE)
    viewer = enter(app, "viewer")
    assert "gun-1" not in viewer.get("/gates").text
    assert "这里只看昨天" in viewer.get("/gates").text
    assert "gun-1" in viewer.get("/gates?unit=a").text


def test_every_cause_has_words_and_something_to_do() -> None:
    words = load_words()
    source = Path(Watch.__module__.replace(".", "/") + ".py")
    text = (Path(__file__).parents[2] / source).read_text(encoding="utf-8")
    assert {cause for cause in CAUSES if f'"{cause}"' not in text} == set()
    assert {cause for cause in CAUSES if f"do_{cause}" not in words} == set()
