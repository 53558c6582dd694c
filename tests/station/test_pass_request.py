"""From what somebody typed to the claims of a pass, and to the page that is printed."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.commands.pass_list import PassListError, list_rows
from station.credential import gate_pass, pass_sheet
from station.credential.pass_book import IssuedPass, PassBookError, find, line_of, parse_book
from station.credential.pass_request import PURPOSES, Issuing, PassFieldError, request, request_many
from station.credential.pass_sheet import LANGUAGES, LOOKS, Form
from station.facts import PersonClass
from station.lane.whois import PURPOSE_CLASS

KEY = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW_S = int(datetime.datetime(2020, 11, 22, 8, tzinfo=SHANGHAI).timestamp())
OFFICE = Issuing(1, SHANGHAI, NOW_S)
FULL = {
    "name": "欧阳建国",
    "household": "3号楼2单元501",
    "last4": "041x",
    "purpose": "resident",
    "until": "2020-12-31",
    "minutes_out": "120",
    "outings": "2",
    "plates": "豫J·8K216",
}


def made(**changes: str) -> IssuedPass:
    claims = request(FULL | changes, OFFICE, bytes(range(8)))
    return IssuedPass(claims, gate_pass.issue(claims, KEY))


def test_a_full_form_becomes_a_full_pass() -> None:
    claims = made().claims
    assert (claims.name, claims.household, claims.id_last4, claims.purpose) == ("欧阳建国", "3-2-501", "041X", 1)
    assert (claims.max_minutes_out, claims.entries_allowed, claims.plates) == (120, 2, ("豫J8K216",))
    assert (claims.leave, claims.enter, claims.not_before_s) == (True, True, NOW_S)
    end = datetime.datetime.fromtimestamp(claims.expires_s, SHANGHAI)
    assert (end.isoformat(), gate_pass.read(made().code)) == ("2021-01-01T00:00:00+08:00", claims)


def test_a_name_of_four_characters_fits_the_small_code() -> None:
    assert pass_sheet.code_of(made(plates="").code).designator == "9-M"


def test_what_is_left_empty_is_no_limit() -> None:
    claims = request({"name": "Ann Lee", "until": "2020-11-23T18:00", "outings": " "}, OFFICE, bytes(8))
    limits = (claims.max_minutes_out, claims.entries_allowed, claims.household, claims.id_last4, claims.purpose)
    assert limits == (None,) * 5
    assert claims.plates == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "name: '': the holder's name"),
        ({"name": "李4"}, "name: '李4'"),
        ({"last4": "12"}, "last4: '12': the last four"),
        ({"last4": "110101199003072205"}, "last4: '…2205': only the last four"),
        ({"household": "x" * 25}, "household: 'xxxx"),
        ({"purpose": "fun"}, "purpose: 'fun': one of resident, worker, official, visitor"),
        ({"purpose": "65536"}, "purpose: '65536'"),
        ({"ways": "up"}, "ways: 'up': one of both, out, in"),
        ({"until": ""}, "until: '': a day such as"),
        ({"until": "tomorrow"}, "until: 'tomorrow': a day such as"),
        ({"until": "9999-12-31"}, "until: '9999-12-31': "),
        ({"until": "2020-11-21"}, "until: '2020-11-21': is not after the beginning"),
        ({"from": "2020-11-01", "until": "2020-11-20"}, "until: '2020-11-20': is over already"),
        ({"until": "2021-12-31"}, "until: '2021-12-31': more than a year"),
        ({"from": "soon"}, "from: 'soon': a day such as"),
        ({"minutes_out": "2h"}, "minutes_out: '2h': whole minutes, such as 120, 1 to 10080"),
        ({"minutes_out": "0"}, "minutes_out: '0'"),
        ({"outings": "100"}, "outings: '100'"),
        ({"outings": "²"}, "outings: '²'"),
        ({"plates": "豫J8K216,ABC"}, "plates: 'ABC': no number plate"),
        ({"plates": "豫J8K211,豫J8K212,豫J8K213,豫J8K214"}, "at most 3 plates"),
        ({"colour": "red"}, "colour: 'red': no such field"),
    ],
)
def test_a_field_that_cannot_be_is_named_with_what_to_write(changes: dict[str, str], says: str) -> None:
    with pytest.raises(PassFieldError, match=re.escape(says)):
        request(FULL | changes, OFFICE, bytes(8))


def test_a_site_that_cannot_be_is_named() -> None:
    with pytest.raises(PassFieldError, match="site: '-1'"):
        request(FULL, replace(OFFICE, site=-1), bytes(8))


def test_every_purpose_makes_its_holder_somebody_to_the_rules() -> None:
    assert {PURPOSE_CLASS[number] for number in PURPOSES.values()} == {PersonClass(name) for name in PURPOSES}


# -- lists ---------------------------------------------------------------------------------------------------------


def listed(tmp_path: Path, text: str, encoding: str = "utf-8", **common: str) -> dict[int, dict[str, str]]:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return list_rows(path, common)


def test_a_list_of_the_office_is_read_as_it_is(tmp_path: Path) -> None:
    text = "姓名,楼号,单元,房号,身份证号,每日次数\n何伟,3,2,501,110101199003072205,1\n\n李敏,5,1,202,,\n"
    rows = listed(tmp_path, text, "gb18030", until="2020-12-31", outings="2")
    assert rows == {
        2: {"name": "何伟", "household": "3-2-501", "last4": "2205", "outings": "1", "until": "2020-12-31"},
        4: {"name": "李敏", "household": "5-1-202", "outings": "2", "until": "2020-12-31"},
    }
    passes, broken = request_many(rows, OFFICE, iter([bytes(8), bytes([1] * 8)]).__next__)
    assert broken == []
    assert [(one.name, one.entries_allowed) for one in passes] == [("何伟", 1), ("李敏", 2)]


def test_one_broken_line_and_nobody_gets_a_pass(tmp_path: Path) -> None:
    rows = listed(tmp_path, "姓名,地址,有效期至\n何伟,3-2-501,2020-12-31\n李敏,5-1-202,2019\n何伟,3-2-501,2020-12-31\n")
    passes, broken = request_many(rows, OFFICE, lambda: bytes(8))
    assert passes == []
    assert [fault.line for fault in broken] == [3, 4]
    assert "until: '2019'" in broken[0].problem
    assert "same holder as in line 2" in broken[1].problem


@pytest.mark.parametrize(("text", "says"), [("地址\n3-2-501\n", "no column of names"), ("姓名\n", "nobody is listed")])
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PassListError, match=says):
        listed(tmp_path, text)


# -- the book ------------------------------------------------------------------------------------------------------


def test_a_book_gives_back_what_was_issued_and_takes_bare_codes_too() -> None:
    issued = made()
    assert parse_book(line_of(issued) + "\n" + issued.code + "\r\n") == [issued, issued]


@pytest.mark.parametrize(
    ("text", "says"), [("VG1:ABC", "line 1: not the code"), ("\n{", "line 2: expected id"), ('{"code": 3}', "line 1")]
)
def test_a_book_that_is_none_names_the_line(text: str, says: str) -> None:
    with pytest.raises(PassBookError, match=says):
        parse_book(text)


def test_passes_are_found_by_the_beginning_of_their_number_or_by_their_holder() -> None:
    one = made()
    other = IssuedPass(replace(one.claims, pass_id=bytes([0, 1, 9, 9, 9, 9, 9, 9]), household="1-1-101"), one.code)
    book = [one, other]
    assert find(book, ["0001-02"]) == [one]
    assert find(book, ["0001020304050607"], "欧阳建国") == [one, other]
    assert find(book, [], "欧阳建国", "1-1-101") == [other]
    for ids, name, says in (
        (["0001"], "", "2 passes"),
        (["ffff"], "", "0 passes"),
        (["xyz1"], "", "hex"),
        ([], "何", "no pass"),
    ):
        with pytest.raises(PassBookError, match=says):
            find(book, ids, name)


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_needs_nothing_but_itself_and_says_every_limit(form: Form, language: str) -> None:
    html = pass_sheet.page([made()], form, "幸福里社区", SHANGHAI, language)
    assert "<script" not in html
    assert re.findall(r"(?:src|href|url)\s*[=(]", html) == []
    for said in (
        "欧阳建国",
        "3-2-501",
        "041X",
        "120",
        "豫J8K216",
        "0001020304050607",
        "2020-12-31 24:00",
        "幸福里社区",
    ):
        assert said in html, said
    assert html.count("<svg") == 1
    assert "℃" not in html


def test_what_stands_on_a_page_is_never_markup() -> None:
    evil = made(household="<b>1&2</b>")
    html = pass_sheet.page([evil], Form.A6, "<script>alert(1)</script>", SHANGHAI)
    assert "<script" not in html
    assert "&lt;b&gt;1&amp;2&lt;/b&gt;" in html


def test_on_paper_a_module_is_half_a_millimetre_or_more() -> None:
    modules = pass_sheet.code_of(made(plates="豫J8K216,豫JL3307,豫JD12345").code).symbol_size(border=pass_sheet.QUIET)[
        0
    ]
    assert all(look.code / modules >= 0.5 for form, look in LOOKS.items() if form is not Form.PHONE)


def test_four_passes_stand_on_one_sheet() -> None:
    html = pass_sheet.page([made()] * 5, Form.A4, "", SHANGHAI)
    assert html.count('class="sheet cut"') == 2
    assert html.count('class="pass"') == 5
