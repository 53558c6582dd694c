"""The office's notices on the idle screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.screen.bulletins import PAGE_EM, PAGE_MS, Texts, page
from station.screen.screen import Surroundings, view
from station.web.fit import em
from tests.station.storyboard import ann, day

SHORT: Texts = ((("zh-Hans", "今晚核酸"), ("en", "Tests tonight")), (("zh-Hans", "明天停水"),))


def test_one_at_a_time_and_each_comes_round() -> None:
    assert [page(SHORT, "zh-Hans", turn) for turn in range(3)] == ["今晚核酸", "明天停水", "今晚核酸"]
    # In the language there is rather than not at all.
    assert [page(SHORT, "en", turn) for turn in range(2)] == ["Tests tonight", "明天停水"]
    assert page((), "en", 7) == ""


NUMBERED = [
    "".join(f"第{n}条：请戴好口罩，保持距离。" for n in range(30)),
    " ".join(f"No. {n}: wear a mask, keep away from others." for n in range(14)),
    "".join(chr(0x4E00 + n) for n in range(600)),
]


@pytest.mark.parametrize("text", NUMBERED)
def test_a_long_one_is_cut_into_pages_that_fit_and_nothing_is_lost(text: str) -> None:
    texts: Texts = ((("en", text),),)
    pages = [page(texts, "en", 0)]
    while (following := page(texts, "en", len(pages))) != pages[0]:
        pages.append(following)
    assert len(pages) > 3
    assert all(em(one) <= PAGE_EM for one in pages)
    assert "".join(pages).replace(" ", "") == text.replace(" ", "")


def test_only_while_nobody_is_at_the_gate() -> None:
    story = day("idle")
    around = Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1, bulletins=SHORT)
    shown = view(story.lane, around)
    assert (shown.bulletins, shown.turn) == (SHORT, story.now_ms // PAGE_MS)
    later = view(story.lane, replace(around, now_ms=story.now_ms + PAGE_MS))
    assert later.turn == shown.turn + 1
    story.shows(ann)
    assert (view(story.lane, around).bulletins, view(story.lane, around).turn) == ((), 0)
