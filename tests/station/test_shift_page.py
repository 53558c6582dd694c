"""交班小结 at the gate: counted beside the desk by a process of its own, shown on a page that changes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from station import kinds
from station.config.file import load
from station.journal.draft import Draft
from station.papers.paper import paper_of
from station.screen.sheets import DutyLine
from station.shift_sheets import FRESH_S, PREVIOUS, THIS, Sheet, ShiftSheets
from station.web.app import create_app
from tests.station.fake_desk import FakeDesk
from tests.station.gallery import GALLERY, NOW_MS
from tests.station.journal_kit import journal_at, passage
from tests.station.report_kit import at
from tests.station.test_shift_report import laid_out, two_shifts

#: Generous: a process is started, on a machine that is busy with other tests.
LONG_S = 40.0


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The settings of a gate where wang handed over to zhao."""
    journal = journal_at(tmp_path)
    journal.append(Draft(kinds.OPERATOR_SIGNED_IN, {"operator": "wang"}, "wang", {"name": "王秀兰"}))
    journal.append(passage(1, people=1, readings=[]))
    over = {"operator": "zhao", "from": "wang"}
    journal.append(Draft(kinds.SHIFT_HANDED_OVER, over, "zhao", {"name": "赵国强", "from_name": "王秀兰"}))
    journal.append(passage(2, people=1, readings=[]))
    journal.append(passage(3, people=1, readings=[]))
    journal.close()
    path = tmp_path / "station.toml"
    path.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    return path


class Seconds:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def sheets_of(settings: Path, seconds: Seconds) -> ShiftSheets:
    return ShiftSheets(load(settings), lambda: at("10:00"), seconds)


def chat(sheet: Sheet) -> str:
    assert sheet.paper is not None, sheet
    return " ".join(sheet.paper.chat)


def test_a_sheet_is_counted_by_a_process_of_its_own(settings: Path) -> None:
    seconds = Seconds()
    sheets = sheets_of(settings, seconds)
    this = sheets.sheet(THIS, "zh-Hans", 1, LONG_S)
    assert "值守员 赵国强" in chat(this)
    assert "进2 出0" in chat(this)
    assert sheets.sheet(THIS, "zh-Hans", 1, 0.0) is this, "what was just counted is shown again"
    assert "值守员 王秀兰" in chat(sheets.sheet(PREVIOUS, "zh-Hans", 1, LONG_S))
    assert "On duty 赵国强" in chat(sheets.sheet(THIS, "en", 1, LONG_S))
    sheets.close()


def test_an_old_answer_or_one_of_another_shift_is_counted_again(settings: Path) -> None:
    seconds = Seconds()
    sheets = sheets_of(settings, seconds)
    first = sheets.sheet(THIS, "zh-Hans", 1, LONG_S)
    after = sheets.sheet(THIS, "zh-Hans", 2, LONG_S)
    assert after is not first, "somebody has taken over since"
    seconds.now_s = FRESH_S + 1
    assert sheets.sheet(THIS, "zh-Hans", 2, LONG_S) is not after
    sheets.close()


def test_whoever_asks_too_early_is_told_to_wait_and_none_is_none(settings: Path, tmp_path: Path) -> None:
    sheets = sheets_of(settings, Seconds())
    assert sheets.sheet(THIS, "zh-Hans", 1, 0.0) == Sheet(counting=True)
    assert sheets.sheet(THIS, "zh-Hans", 1, LONG_S).paper is not None
    (tmp_path / "empty").mkdir()
    journal_at(tmp_path / "empty").close()
    nobody = tmp_path / "nobody.toml"
    nobody.write_text(settings.read_text().replace(f'state = "{tmp_path}"', f'state = "{tmp_path}/empty"'))
    assert sheets_of(nobody, Seconds()).sheet(THIS, "zh-Hans", None, LONG_S) == Sheet()


def test_a_journal_that_cannot_be_read_is_said_and_nothing_is_counted_after_the_end(settings: Path) -> None:
    settings.with_name("journal.db").write_bytes(b"no database at all")
    sheets = sheets_of(settings, Seconds())
    assert sheets.sheet(THIS, "zh-Hans", 1, LONG_S) == Sheet(failed=True)
    sheets.close()
    assert sheets.sheet(PREVIOUS, "zh-Hans", 1, 0.0) == Sheet(counting=True)


def test_a_paper_comes_back_from_json_as_it_went() -> None:
    for paper in (laid_out(two_shifts()), laid_out(two_shifts(), 1, "en")):
        assert paper_of(json.loads(json.dumps(asdict(paper)))) == paper


DUTY = DutyLine("open", (), (), 1234)


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "移交事项"), ("en", "Handed over")])
def test_the_page_shows_the_shift_and_changes_nothing(language: str, word: str) -> None:
    asked: list[tuple[str, str, int | None]] = []

    def sheets(which: str, language: str, since_ms: int | None) -> Sheet:
        asked.append((which, language, since_ms))
        return Sheet(laid_out(two_shifts(), 0, language))

    desk = FakeDesk(replace(GALLERY["idle"], operator="王秀兰", duty=DUTY))
    client = create_app(desk, now_ms=lambda: NOW_MS, shift_sheets=sheets).test_client()
    client.set_cookie("language", language)
    page = client.get("/gate/shift?which=previous")
    text = page.get_data(as_text=True)
    assert (page.status_code, asked) == (200, [("previous", language, 1234)])
    assert word in text
    assert "王秀兰" in text
    # One script, and it only says that the page has painted.
    assert text.count("<script") == text.count('<script defer src="/static/alive.js">') == 1
    assert 'http-equiv="refresh" content="90;url=/gate"' in text, "left open it goes back to the lane"
    assert "[" not in text.partition("<body>")[2]  # no code without a word
    assert client.get("/gate/shift?which=x").status_code == 200
    assert asked[-1][0] == "this"
    assert desk.acts == []
    assert client.post("/gate/shift").status_code == 405


@pytest.mark.parametrize(
    ("sheet", "word", "refreshes"),
    [
        (Sheet(counting=True), "正在汇总，请稍候", True),
        (Sheet(), "没有这一班的记录", False),
        (Sheet(failed=True), "现在汇总不了，稍后再看", False),
    ],
)
def test_the_page_says_why_there_is_nothing_yet(sheet: Sheet, word: str, refreshes: bool) -> None:
    desk = FakeDesk(GALLERY["idle"])
    client = create_app(desk, now_ms=lambda: NOW_MS, shift_sheets=lambda *_: sheet).test_client()
    text = client.get("/gate/shift").get_data(as_text=True)
    assert word in text
    assert ('http-equiv="refresh" content="2"' in text) is refreshes


@pytest.mark.parametrize(("stage", "which"), [("opening", "previous"), ("open", "this")])
def test_the_way_there_is_under_more_while_somebody_is_on_duty(stage: str, which: str) -> None:
    desk = FakeDesk(replace(GALLERY["idle"], operator="王秀兰", duty=replace(DUTY, stage=stage)))
    client = create_app(desk, now_ms=lambda: NOW_MS).test_client()
    assert f'href="/gate/shift?which={which}"' in client.get("/gate").get_data(as_text=True)
    desk.publish(replace(GALLERY["idle"], operator=""))
    assert "/gate/shift" not in client.get("/gate").get_data(as_text=True)
