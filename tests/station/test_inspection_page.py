"""迎检: the page for inspectors shows what was done, names nobody who passed, and changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.web.app import create_app
from station.web.inspection import sections
from tests.station.fake_desk import FakeDesk
from tests.station.gallery import GALLERY, NOW_MS
from tests.station.log_gallery import LISTED, log_lane


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
    assert "<script" not in text
    assert "[" not in text.split("<body>")[1]  # no code without a word
    assert not any(one.masked in text for one in LISTED)
    assert desk.acts == []
    assert client.post("/gate/inspection").status_code == 405
