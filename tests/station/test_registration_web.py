"""The address of the forms: what it takes, what it refuses, what it shows, and what it never says."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from station.lane.action import ActionError
from station.registration.forms import Forms
from station.registration.returning import VisitorsUnavailable
from station.web.app import create_app
from station.web.make_pinyin import TARGET, lines
from tests.station import taps_table
from tests.station.fake_desk import FakeDesk
from tests.station.gallery import NOW_MS
from tests.station.registration_people import FakeVisitors, fake_forms
from tests.station.test_registration_answers import GOOD
from tests.station.test_registration_forms import ANSWERS

OURS = {"Origin": "http://localhost", "X-Gate": "1"}


class Page:
    """One page in front of a form."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.client: FlaskClient = create_app(desk, now_ms=lambda: NOW_MS).test_client()
        self.form = ""
        self.question = ""
        self.html = ""

    def post(self, body: object) -> tuple[int, dict[str, Any]]:
        answer = self.client.post("/gate/registration", json=body, headers=OURS)
        return answer.status_code, answer.get_json()

    def step(self, do: str, **more: object) -> dict[str, Any]:
        status, body = self.post({"do": do, "form": self.form, **more})
        assert status == 200, body
        if "form" in body and "html" in body:
            self.form, self.html, self.question = body["form"], body["html"], body.get("question", "")
        return body

    def answer(self, value: str) -> dict[str, Any]:
        return self.step("answer", question=self.question, value=value)

    def refused(self, do: str, **more: object) -> str:
        status, body = self.post({"do": do, "form": self.form, **more})
        assert status in (400, 409), body
        assert "[" not in body["text"], body
        return str(body["code"])


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def page(desk: FakeDesk) -> Page:
    page = Page(desk)
    page.step("open", visit=7)
    return page


def test_a_visitor_is_registered_question_by_question(page: Page, desk: FakeDesk) -> None:
    page.answer("visitor")
    asked = []
    while page.form:
        asked.append(page.question)
        page.answer(ANSWERS[page.question] if page.question != "id_number" else "6626")
    assert asked == ["id_number", "name", "phone", "host", "purpose", "risk", "signature"]
    (registered,) = desk.registered
    assert registered.visit == "7"
    assert registered.person is not None
    assert registered.person.masked == "周*"


def test_each_screen_says_what_was_answered_so_far_with_a_masked_name(page: Page) -> None:
    page.answer("visitor")
    page.answer("6626")
    page.answer("周婷")
    page.answer("13800138000")
    page.answer("r-531-1")
    assert "什么事由" in page.html
    for word in ("来访", "周*", "尾号6626", "5-1-301", "不准探视"):
        assert word in page.html, word
    assert "周婷" not in page.html


def test_an_answer_that_is_wrong_keeps_the_question(page: Page, desk: FakeDesk) -> None:
    page.answer("visitor")
    wrong = GOOD[:10] + str((int(GOOD[10]) + 1) % 10) + GOOD[11:]
    assert page.refused("answer", question="id_number", value=wrong) == "id_wrong_digit"
    page.step("show")
    assert page.question == "id_number"
    assert desk.registered == []


def test_a_busy_lane_keeps_the_form_and_it_is_sent_later(page: Page, desk: FakeDesk) -> None:
    page.answer("visitor")
    desk.refuse = ActionError("lane_busy", "somebody else")
    while page.question != "signature":
        page.answer(ANSWERS[page.question])
    assert page.refused("answer", question="signature", value=ANSWERS["signature"]) == "lane_busy"
    page.step("show")
    assert "先办完门口这位" in page.html
    assert page.refused("finish") == "lane_busy"
    desk.refuse = None
    assert page.step("finish")["text"] == "已登记 请测温"
    assert len(desk.registered) == 1
    assert page.post({"do": "finish", "form": desk.registered[0].id})[1]["code"] == "form_gone"


def test_who_came_before_takes_one_step(page: Page, desk: FakeDesk) -> None:
    assert "周*" in page.html
    assert "尾号6626" in page.html
    page.step("same", registration="31")
    assert desk.registered[0].draft.facts["same_as"] is not None
    assert page.form == ""


def test_where_nobody_came_before_nothing_is_said_of_those_who_did(page: Page, desk: FakeDesk) -> None:
    assert "来过的人" in page.html
    desk.forms.known = Broken()
    page.step("open")
    assert "来的是谁" in page.html
    assert "来过的人" not in page.html
    assert "没有找到" not in page.html, "nobody was looked for yet"


def test_a_card_brings_up_who_came_before_with_that_ending(page: Page, desk: FakeDesk) -> None:
    assert desk.forms.card(GOOD.encode())
    page.step("show")
    assert "是这位吗" in page.html
    assert ("周*" in page.html, "马**" in page.html) == (True, False)
    page.answer("visitor")
    assert page.question == "name"
    assert "姓什么" in page.html


def test_households_and_earlier_people_are_found_in_the_body_of_a_press(page: Page) -> None:
    page.answer("visitor")
    page.step("go", question="host")
    assert "孙磊" in page.step("host", value="75")["list"]
    assert "没有找到" in page.step("host", value="999999")["list"]
    assert "没有找到" in page.step("host", value="孙")["list"]
    assert page.refused("host", value="<孙>") == "bad_argument"
    page.step("open")
    page.step("lookup")
    assert "马**" in page.step("find", value="0417")["list"]
    assert page.refused("find", value="04%") == "bad_argument"


def test_what_is_due_can_be_found_and_filled_in(page: Page, desk: FakeDesk) -> None:
    page.step("due")
    assert "欧阳**" in page.html
    page.step("complete", registration="22")
    assert page.question == "phone"
    assert page.answer("13800138000")["text"] == "已补好"
    assert desk.registered[0].draft.kind == "visitor.completed"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "bad_request"),
        ({}, "unknown_act"),
        ({"do": "publish"}, "unknown_act"),
        ({"do": "show"}, "missing_argument"),
        ({"do": "show", "form": "1 OR 1"}, "bad_argument"),
        ({"do": "show", "form": 1}, "bad_argument"),
        ({"do": "show", "form": "1", "more": "x"}, "bad_request"),
        ({"do": "show", "form": "424242"}, "form_gone"),
        ({"do": "open", "visit": -1}, "bad_request"),
        ({"do": "open", "visit": True}, "bad_request"),
        ({"do": "complete", "registration": "999"}, "registration_unknown"),
        ({"do": "complete", "registration": "../x"}, "bad_argument"),
    ],
)
def test_what_cannot_be_read_is_refused(desk: FakeDesk, body: object, code: str) -> None:
    status, answer = Page(desk).post(body)
    assert (status, answer["code"]) in {(400, code), (409, code)}
    assert "[" not in answer["text"]


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        ("klass", "resident", "bad_argument"),
        ("name", "x" * 201, "bad_argument"),
        ("name", "周\x00婷", "bad_argument"),
        ("name", "<b>", "name_wrong"),
        ("origin", "河南", "bad_argument"),  # not asked of a visitor
        ("__class__", "x", "bad_argument"),
        ("signature", "M1 1" + "L9 9" * 4000, "bad_argument"),
    ],
)
def test_an_answer_is_bounded_and_belongs_to_a_question(page: Page, question: str, value: str, code: str) -> None:
    page.answer("visitor")
    assert page.refused("answer", question=question, value=value) == code


def test_nothing_typed_stands_in_an_address_or_a_log(
    page: Page, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page.answer("visitor")
        page.answer(GOOD)
        page.answer("周婷")
        page.refused("answer", question="host", value="r-unknown-secret")
        desk.forms.known = Broken()
        page.step("open")
        page.client.get("/gate/registration?value=secret")
    for secret in (GOOD, "周婷", "secret", GOOD[-4:]):
        assert secret not in caplog.text
    assert "来的是谁" in page.html, "a journal that cannot be read keeps nobody from being registered"


class Broken(FakeVisitors):
    """A journal that cannot be read."""

    def latest(self, limit: int) -> Any:
        raise VisitorsUnavailable(f"journal.db: no {limit} rows")

    find = due = latest


def test_html_in_a_name_is_text(page: Page, desk: FakeDesk) -> None:
    nasty = '<img src=x onerror="x">\'"'
    desk.forms.known = FakeVisitors([FakeVisitors().people[0].__class__("5", (1, 5), 0, "visitor", nasty, nasty)])  # type: ignore[arg-type]
    page.step("open")
    assert "<img" not in page.html
    assert page.html.count("&lt;img") >= 2


def test_without_a_key_the_first_screen_says_so_and_no_pad_asks_for_more() -> None:
    desk = FakeDesk()
    desk.forms = fake_forms(sealed=False)
    page = Page(desk)
    page.step("open")
    assert "社区未发密钥" in page.html
    page.answer("returnee")
    asked = []
    while page.form:
        asked.append(page.question)
        page.answer({**ANSWERS, "id_number": "6626", "name": "周"}[page.question])
    assert {"phone", "origin", "signature", "responsible"}.isdisjoint(asked)
    assert desk.registered[0].draft.private is None


def test_the_forms_of_the_fake_desk_are_the_real_ones(desk: FakeDesk) -> None:
    assert type(desk.forms) is Forms


# -- characters ------------------------------------------------------------------------------------------------


def test_the_dictionary_is_what_its_program_makes() -> None:
    assert TARGET.read_text(encoding="utf-8") == "\n".join(lines()) + "\n", "run: python -m station.web.make_pinyin"


def test_the_dictionary_has_every_syllable_surnames_by_their_own_reading_and_characters_of_names() -> None:
    first, ranked, *rest = TARGET.read_text(encoding="utf-8").splitlines()
    book = dict(line.split(" ") for line in rest)
    assert len(book) >= 400
    assert all(re.fullmatch("[a-z]+", syllable) for syllable in book)
    for surname, syllable in (
        ("单", "shan"),
        ("曾", "zeng"),
        ("仇", "qiu"),
        ("解", "xie"),
        ("覃", "qin"),
        ("区", "ou"),
    ):
        assert surname in book[syllable]
    for sign, syllable in (("玥", "yue"), ("喆", "zhe"), ("翀", "chong"), ("堃", "kun"), ("婷", "ting"), ("吕", "lv")):
        assert sign in book[syllable]
    assert first.split(" ")[:5] == ["王", "李", "张", "刘", "陈"]
    assert "欧阳" in first.split(" ")
    assert len(set(ranked)) == len(ranked)
    assert sum(len(signs) for signs in book.values()) > 7_000


def test_the_page_says_what_is_asked_and_how_many_touches_it_takes() -> None:
    text = taps_table.PAGE.read_text(encoding="utf-8")
    assert text == taps_table.rewritten(text), "run: python -m tests.station.taps_table"
    assert all(one.at_most is None or one.touches <= one.at_most for one in taps_table.PASSAGES)
