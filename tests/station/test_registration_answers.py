"""Answers: what is taken, what is refused and with which word, and that no refusal repeats what was typed."""

from __future__ import annotations

import datetime

import pytest

from station.credential.id_number import check_digit
from station.registration.answers import born_of, parse_answer, sex_of
from station.registration.errors import AnswerRefused
from station.registration.questions import QUESTIONS, Kind
from station.registration.risk import Declared, risk
from station.registration.signature import MAX_POINTS, MAX_STROKES, parse_signature
from station.roster.isolation import RiskLevel, RiskRow
from station.web.words import load

TODAY = datetime.date(2026, 11, 22)


def number(first17: str) -> str:
    return first17 + check_digit(first17)


GOOD = number("41302219900108662")  # … 6626


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        ("klass", "visitor", "visitor"),
        ("sex", "female", "female"),
        ("id_number", GOOD, GOOD),
        ("id_number", f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:]} ", GOOD),
        ("id_number", "118x", "118X"),
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "03935550123", "03935550123"),
        ("phone", "8000", "8000"),
        ("name", " 欧阳 娜娜 ", "欧阳娜娜"),
        ("name", "买买提江・阿卜杜热西提", "买买提江·阿卜杜热西提"),
        ("plate", "豫a·52q19", "豫A52Q19"),
        ("returned", "03", "3"),
        ("residence", "河南濮阳", "河南濮阳"),
    ],
)
def test_an_answer_is_taken_in_its_normal_form(question: str, typed: str, answer: str) -> None:
    assert parse_answer(question, typed, TODAY) == answer


@pytest.mark.parametrize(
    ("question", "typed", "code"),
    [
        ("id_number", GOOD[:-1], "id_length"),
        ("id_number", GOOD[:10] + str((int(GOOD[10]) + 1) % 10) + GOOD[11:], "id_wrong_digit"),
        ("id_number", GOOD[:12] + GOOD[13] + GOOD[12] + GOOD[14:], "id_wrong_digit"),
        ("id_number", number("99302219900115662"), "id_wrong_region"),
        ("id_number", number("41302219900230662"), "id_wrong_birth"),
        ("id_number", number("41302220261123662"), "id_future_birth"),
        ("id_number", "X118", "id_length"),
        ("phone", "12800138000", "phone_wrong"),
        ("phone", "138001380", "phone_wrong"),
        ("name", "李4", "name_wrong"),
        ("name", "·", "name_wrong"),
        ("plate", "豫A52O19", "plate_wrong"),
        ("plate", "A52Q19", "plate_wrong"),
        ("returned", "15", "bad_argument"),
        ("returned", "-1", "bad_argument"),
        ("purpose", "robbery", "bad_argument"),
        ("residence", "x" * 81, "bad_argument"),
        ("residence", "a\nb", "bad_argument"),
        ("signature", "", "signature_unreadable"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_what_is_wrong_and_without_repeating_it(
    question: str, typed: str, code: str
) -> None:
    with pytest.raises(AnswerRefused) as refused:
        parse_answer(question, typed, TODAY)
    assert refused.value.code == code
    assert load("zh-Hans").knows(code)
    assert len(typed) < 4 or typed not in str(refused.value)


def test_a_birth_in_the_future_is_not_found_while_nobody_knows_the_date() -> None:
    assert parse_answer("id_number", number("41302220261123662"), None)


def test_an_id_number_says_sex_and_birth() -> None:
    assert (sex_of(GOOD), born_of(GOOD)) == ("female", "1990-01-08")
    assert sex_of(GOOD[-4:]) == "female"
    assert sex_of(number("41302219900108663")) == "male"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("M10 10", "signature_missing"),
        ("M10 10L11 11", "signature_missing"),
        ("M10 10M900 290", "signature_missing"),  # two dots, however far apart
        ("L10 10L900 200", "signature_unreadable"),
        ("M10 10L900 200Z", "signature_unreadable"),
        ("M10 10L1001 200", "signature_unreadable"),
        ("M10 10L900 301", "signature_unreadable"),
        ("M10 10 L900 200", "signature_unreadable"),
        ('M10 10L900 200"><script>', "signature_unreadable"),
        ("M1 1L9 9" * (MAX_STROKES + 1), "signature_long"),
        ("M1 1" + "L9 9" * MAX_POINTS, "signature_long"),
        ("M1 1" + "L999 299" * MAX_POINTS, "signature_long"),
    ],
)
def test_a_signature_is_bounded_and_is_nothing_but_strokes(path: str, code: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        parse_signature(path)
    assert refused.value.code == code


def test_a_signature_is_kept_as_it_was_written() -> None:
    path = "M0 0L500 150M700 20L1000 300L0 300"
    assert parse_signature(path) == path


NOW_MS = 1_795_000_000_000
DAY_MS = 86_400_000
LISTED = RiskRow("郑州市二七区", RiskLevel.HIGH, NOW_MS - 3 * DAY_MS)
ENDED = RiskRow("许昌市禹州市", RiskLevel.MEDIUM, NOW_MS - 30 * DAY_MS, NOW_MS - 6 * DAY_MS)
COMING = RiskRow("信阳市固始县", RiskLevel.MEDIUM, NOW_MS + DAY_MS)


@pytest.mark.parametrize(
    ("declared", "counts"),
    [
        (Declared(), False),
        (Declared("none"), False),
        (Declared("returned", "郑州市二七区", 2), True),
        (Declared("contact", "郑州市二七区", 14), True),  # before it was listed counts too
        (Declared("returned", "郑州市二七区", 15), False),
        (Declared("returned", "", 2), False),
        (Declared("returned", "开封市", 2), False),
        (Declared("returned", "许昌市禹州市", 5), True),  # who left after the listing had ended was there before
        (Declared("returned", "许昌市禹州市", 7), True),
        (Declared("returned", "信阳市固始县", 1), False),  # not listed yet
        (Declared("returned", "郑州市二七区"), True),  # no day said: today
    ],
)
def test_a_declaration_is_held_against_the_dated_list(declared: Declared, counts: bool) -> None:
    assert risk([LISTED, ENDED, COMING], declared, NOW_MS) is counts


def test_every_question_and_every_choice_has_words() -> None:
    words = load("en")
    for question in QUESTIONS.values():
        codes = [f"q_{question.name}"]
        if question.kind is Kind.CHOICE:
            codes += [f"{'class' if question.name == 'klass' else question.name}_{value}" for value in question.choices]
        if question.kind is Kind.DIGITS:
            codes.append(f"h_{question.name}")
        assert [code for code in codes if not words.knows(code)] == []
