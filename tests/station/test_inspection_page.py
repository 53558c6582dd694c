"""迎检: the page for inspectors shows what was done, names nobody who passed, and changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station import kinds
from station.duty.relief import STAND_IN
from station.duty.sheet import duty_line
from station.lane.action import Act
from station.notebook.notebook import Note, Notebook
from station.screen.elements import Word
from station.web.app import create_app
from station.web.inspection import sections
from tests.station.fake_desk import FakeDesk
from tests.station.gallery import GALLERY, NOW_MS
from tests.station.log_gallery import LISTED, log_lane
from tests.station.test_duty import Gate


def test_everything_that_was_written_down_stands_in_its_table() -> None:
    found = {one.title.code: one for one in sections(GALLERY["report_due"], log_lane(NOW_MS).notebook, NOW_MS)}
    assert [row[1:] for row in found["findings"].rows]
    assert len(found["rounds_key"].rows) == 3
    assert found["findings"].rows[0][3] != ""
    assert [str(cell) for cell in found["supplies_key"].rows[0][1:]] == ["18", "2"]
    assert found["isolation_key"].rows[0][1] == "3"
    assert len(found["incidents_key"].rows) == 2
    assert found["report_yesterday"].rows


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "消杀未记"), ("en", "Disinfection not recorded")])
def test_the_page_is_read_only_and_names_nobody_in_isolation(language: str, word: str) -> None:
    desk = FakeDesk(replace(GALLERY["report_due"], operator="王秀兰"))
    client = create_app(desk, now_ms=lambda: NOW_MS).test_client()
    client.set_cookie("language", language)
    page = client.get("/gate/inspection")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert word in text
    assert "王秀兰" in text
    # One script, and it only says that the page has painted.
    assert text.count("<script") == text.count('<script defer src="/static/alive.js">') == 1
    assert "[" not in text.partition("<body>")[2]  # no code without a word
    assert not any(one.masked in text for one in LISTED)
    assert desk.acts == []
    assert client.post("/gate/inspection").status_code == 405


def test_inspectors_see_the_days_rota_who_is_on_and_who_stood_in() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="zhao", proven="pin")
    gate.does(Act.HAND_OVER, operator="wang")  # her shift is over: 顶岗
    gate.does(Act.HAND_OVER, operator=STAND_IN)
    line = duty_line(gate.post, gate.day.lane, gate.now)
    shown = replace(GALLERY["idle"], duty=line, now_ms=gate.day.now_ms, timezone="Asia/Shanghai")
    found = {one.title.code: one for one in sections(shown, gate.day.lane.notebook, gate.day.now_ms)}
    rota, took = found["rota_today"].rows, found["took_over"].rows
    # The night shift touches the day too; 带班 stands beside, and the shift that runs is marked.
    assert [row[1:] for row in rota] == [
        ("王秀兰", "李主任", ""),
        ("赵国强", "李主任", Word("shift_now")),
        ("马建军", "", ""),
    ]
    assert [row[1:] for row in took] == [
        (Word("stand_in"), Word("stand_in"), "王秀兰"),
        ("王秀兰", Word("stand_in"), "赵国强"),
        ("赵国强", "", ""),
    ]
    assert "138" not in str(rota) + str(took)


def test_after_names_are_forgotten_the_id_stands_there() -> None:
    notebook = Notebook([Note(1, 1, NOW_MS, kinds.OPERATOR_SIGNED_IN, {"operator": "wang", "stand_in": False})])
    found = {one.title.code: one for one in sections(GALLERY["idle"], notebook, NOW_MS)}
    assert [row[1] for row in found["took_over"].rows] == ["wang"]
