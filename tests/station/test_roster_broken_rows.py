"""Every kind of broken row is named by file, row, column, value and what to do; nothing of its file is taken."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from station.credential import roster_code
from station.roster import read
from station.roster.advice import ADVICE
from tests.station.roster_samples import GOOD, HEADERS, id_number, write_csv, write_xlsx

TAG = roster_code.encode(b"house-01")
#: One wrong character in the code of a tag.
MISREAD_TAG = TAG[:-1] + ("0" if TAG[-1] != "0" else "1")

#: code, the cells that differ from a good row, and the column that is to blame.
BROKEN: list[tuple[str, dict[str, str], str]] = [
    ("name_missing", {"姓名": ""}, "姓名"),
    ("name_missing", {"姓名": "无"}, "姓名"),
    ("name_number", {"姓名": "李建国13800001234"}, "姓名"),
    ("name_total", {"姓名": "合计 120 人"}, "姓名"),
    ("name_placeholder", {"姓名": "未知"}, "姓名"),
    ("name_masked", {"姓名": "李**"}, "姓名"),
    ("name_digits", {"姓名": "李建国2"}, "姓名"),
    ("name_several", {"姓名": "李建国、王芳"}, "姓名"),
    ("name_several", {"姓名": "李建国\n王芳"}, "姓名"),
    ("name_long", {"姓名": "买买提" * 14}, "姓名"),
    ("name_signs", {"姓名": "李建国★"}, "姓名"),
    ("header_again", {"姓名": "姓名"}, "姓名"),
    ("cell_formula", {"姓名": "#N/A"}, "姓名"),
    ("cell_formula", {"住址": "#REF!"}, "住址"),
    ("text_lost", {"姓名": "??国"}, "姓名"),
    ("text_lost", {"姓名": "李建�"}, "姓名"),
    ("text_control", {"姓名": "李\x07建国"}, "姓名"),
    ("text_private_sign", {"姓名": "李\ue863国"}, "姓名"),
    ("place_missing", {"住址": ""}, "住址"),
    ("place_room_missing", {"住址": "3号楼2单元"}, "住址"),
    ("place_building_missing", {"住址": "501"}, "住址"),
    ("place_unclear", {"住址": "3-2-501-8-9"}, "住址"),
    ("place_too_long", {"住址": "从东门进去第二个路口往左走到底再往右数的第三家" + "旁边"}, "住址"),
    ("place_number", {"住址": "3-2-501 电话13800001234"}, "住址"),
    ("compound_number", {"小区": "幸福里110105194912310021"}, "小区"),
    ("compound_long", {"小区": "幸福" * 17}, "小区"),
    ("id_masked", {"身份证号": "4109021980********"}, "身份证号"),
    ("id_digit", {"身份证号": "110105194912310021"}, "身份证号"),
    ("id_region", {"身份证号": id_number(1, region="990902")}, "身份证号"),
    ("id_birth", {"身份证号": id_number(1, born="19800231")}, "身份证号"),
    ("id_birth", {"身份证号": id_number(1, born="20300101")}, "身份证号"),
    ("id_old", {"身份证号": "110105491231002"}, "身份证号"),
    ("id_length", {"身份证号": "11010519491231002"}, "身份证号"),
    ("id_length", {"身份证号": "1101051949123100212"}, "身份证号"),
    ("id_letters", {"身份证号": "11O105194912310O2X"}, "身份证号"),
    ("id_shape", {"身份证号": "身份证在家"}, "身份证号"),
    ("cell_rounded", {"身份证号": "1.10105E+17"}, "身份证号"),
    ("cell_rounded", {"身份证号": "110105194912310000"}, "身份证号"),
    ("last4_shape", {"身份证号": "", "身份证后四位": "12-X"}, "身份证后四位"),
    ("last4_whole", {"身份证号": "", "身份证后四位": "11010519491231002X"}, "身份证后四位"),
    ("last4_differs", {"身份证后四位": "1234"}, "身份证后四位"),
    ("phone_masked", {"手机号": "138****"}, "手机号"),
    ("phone_signs", {"手机号": "1380000123l"}, "手机号"),
    ("phone_start", {"手机号": "12800001234"}, "手机号"),
    ("phone_length", {"手机号": "1380000123"}, "手机号"),
    ("cell_rounded", {"手机号": "1.38E+10"}, "手机号"),
    ("class_unknown", {"类别": "亲戚"}, "类别"),
    ("plate_province", {"车牌号": "河J8K216"}, "车牌号"),
    ("plate_letter", {"车牌号": "豫J·8KI16"}, "车牌号"),
    ("plate_shape", {"车牌号": "豫J·8K2"}, "车牌号"),
    ("plate_many", {"车牌号": "、".join(f"豫J8K21{n}" for n in range(7))}, "车牌号"),
    ("tag_long", {"标签": "需要送餐" * 9}, "标签"),
    ("tag_many", {"标签": "、".join("一二三四五六七八九")}, "标签"),
    ("tag_number", {"标签": "女儿 138-0000-1234"}, "标签"),
    ("code_shape", {"门牌码": "VR1:1234"}, "门牌码"),
    ("code_check", {"门牌码": MISREAD_TAG}, "门牌码"),
    ("own_id_number", {"编号": "11010519491231002X"}, "编号"),
    ("own_id_shape", {"编号": "第一号"}, "编号"),
    ("household_number", {"户号": "410902001001000012"}, "户号"),
    ("household_long", {"户号": "户" * 33}, "户号"),
]


def row(**changes: str) -> list[str]:
    return [(GOOD | changes)[header] for header in HEADERS]


def test_the_good_row_is_good(tmp_path: Path) -> None:
    imported = read(write_csv(tmp_path / "花名册.csv", [HEADERS, row()]))
    assert imported.ok
    assert [(person.name, person.last4, person.plates) for person in imported.rows] == [
        ("李建国", "002X", ("豫J8K216",))
    ]


@pytest.mark.parametrize(("code", "changes", "column"), BROKEN, ids=[f"{n}-{kind[0]}" for n, kind in enumerate(BROKEN)])
def test_a_broken_row_is_named(tmp_path: Path, code: str, changes: dict[str, str], column: str) -> None:
    good = row(编号="a2", 身份证号=id_number(2))
    path = write_csv(tmp_path / "花名册.csv", [HEADERS, good, row(**changes), row(编号="a3", 身份证号=id_number(3))])
    imported = read(path, today=datetime.date(2020, 2, 10))
    assert [(problem.file, problem.row, problem.column, problem.code) for problem in imported.problems] == [
        ("花名册.csv", 3, column, code)
    ]
    assert imported.rows == ()
    assert imported.people == 3
    chinese, english = imported.problems[0].line("zh"), imported.problems[0].line("en")
    assert ADVICE[code][0] in chinese
    assert ADVICE[code][1] in english


def test_there_are_more_than_fifty_kinds() -> None:
    assert len(BROKEN) >= 50


@pytest.mark.parametrize(
    ("code", "rows", "column"),
    [
        ("own_id_twice", [row(), row(身份证号=id_number(2), 姓名="王芳")], "编号"),
        ("id_twice", [row(), row(编号="a2", 姓名="王芳")], "身份证号"),
        ("row_twice", [row(编号="", 身份证号=""), row(编号="", 身份证号="")], "姓名"),
        ("code_twice", [row(门牌码=TAG), row(编号="a2", 身份证号="", 住址="3-2-502", 门牌码=TAG)], "门牌码"),
        ("phone4_differs", [row(), row(编号="a2", 身份证号="", 姓名="王芳")], "手机后四位"),
        ("row_long", [row(), [*row(编号="a2", 身份证号="", 姓名="王芳"), "", "多出来"]], ""),
    ],
)
def test_what_only_shows_beside_other_rows(tmp_path: Path, code: str, rows: list[list[str]], column: str) -> None:
    headers = [*HEADERS, "手机后四位"]
    ends = ["", "9999" if code == "phone4_differs" else ""]
    listed = [
        headers,
        *([*cells[: len(HEADERS)], end, *cells[len(HEADERS) :]] for cells, end in zip(rows, ends, strict=True)),
    ]
    (problem,) = read(write_csv(tmp_path / "a.csv", listed)).problems
    assert (problem.code, problem.row, problem.column) == (code, 3, column)


@pytest.mark.parametrize(
    ("code", "cells", "column"),
    [
        ("building_missing", ("", "2", "501"), "楼号"),
        ("room_missing", ("3", "2", ""), "房号"),
        ("building_unclear", ("第三", "2", "501"), "楼号"),
        ("unit_unclear", ("3", "左", "501"), "单元"),
        ("room_unclear", ("3", "2", "楼上"), "房号"),
        ("place_missing", ("", "", ""), "楼号"),
    ],
)
def test_a_place_in_columns(tmp_path: Path, code: str, cells: tuple[str, str, str], column: str) -> None:
    path = write_csv(tmp_path / "a.csv", [("姓名", "楼号", "单元", "房号"), ("李敏", *cells)])
    (problem,) = read(path).problems
    assert (problem.code, problem.column) == (code, column)


def test_what_a_workbook_made_of_a_cell(tmp_path: Path) -> None:
    headers = ("姓名", "住址", "身份证号", "手机号")
    rows = [
        ("李敏", datetime.datetime(2020, 3, 2), "", ""),
        ("王芳", "5-1-202", 110105194912310021, ""),
        ("张强", "5-1-203", "", True),
    ]
    problems = read(write_xlsx(tmp_path / "a.xlsx", {"表": [headers, *rows]})).problems
    assert [(problem.row, problem.column, problem.code) for problem in problems] == [
        (2, "住址", "cell_date"),
        (3, "身份证号", "cell_rounded"),
        (4, "手机号", "cell_truth"),
    ]


def test_every_broken_row_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    rows = [row(**{"编号": f"b{n}"} | changes) for n, (_, changes, _) in enumerate(BROKEN) if "编号" not in changes]
    problems = read(write_csv(tmp_path / "a.csv", [HEADERS, *rows]), today=datetime.date(2020, 2, 10)).problems
    assert {problem.row for problem in problems} >= set(range(2, 2 + len(rows)))


def test_a_report_shows_no_whole_number(tmp_path: Path) -> None:
    rows = [row(**{"编号": f"b{n}"} | changes) for n, (_, changes, _) in enumerate(BROKEN)]
    report = "\n".join(problem.line() for problem in read(write_csv(tmp_path / "a.csv", [HEADERS, *rows])).problems)
    for whole in ("13800001234", "138-0000-1234", "110105194912310021", "11010519491231002", "410902001001000012"):
        assert whole not in report
    assert "****" in report


def test_every_code_has_advice_and_every_advice_is_reached() -> None:
    reached = {code for code, _, _ in BROKEN} | {
        "own_id_twice", "id_twice", "row_twice", "code_twice", "phone4_differs", "row_long", "building_missing",
        "room_missing", "building_unclear", "unit_unclear", "room_unclear", "cell_date", "cell_truth",
    }  # fmt: skip
    assert reached == set(ADVICE)
    assert all(chinese and english for chinese, english in ADVICE.values())


@pytest.mark.parametrize(
    ("column", "text", "field", "expected"),
    [
        ("身份证号", "1101051949 1231 002x", "last4", "002X"),
        ("身份证号", "'11010519491231002X", "last4", "002X"),
        ("身份证号", "１１０１０５１９４９１２３１００２Ｘ", "last4", "002X"),
        ("身份证号", "110105********002X", "last4", "002X"),
        ("身份证号", "E12345678", "last4", "5678"),
        ("身份证号", "H1234567(8)", "last4", "5678"),
        ("身份证号", "暂无", "last4", ""),
        ("手机号", "+86 138-0000-1234", "phone4", "1234"),
        ("手机号", "13800001234/13900005678", "phone4", "1234"),
        ("手机号", "0393-8881234", "phone4", "1234"),
        ("手机号", "8881234", "phone4", "1234"),
        ("手机号", "138****1234", "phone4", "1234"),
        ("姓名", "李　明", "name", "李明"),
        ("姓名", "买买提•吐尔逊", "name", "买买提·吐尔逊"),
        ("姓名", "李建国（户主）", "name", "李建国"),
        ("姓名", "John  Smith", "name", "John Smith"),
        ("类别", "返乡", "klass", "returnee"),
        ("类别", "", "klass", "resident"),
        ("车牌号", "豫j-8k216，豫A D12345", "plates", ("豫J8K216", "豫AD12345")),
        ("标签", "独居老人、无手机", "tags", ("独居老人", "无手机")),
        ("门牌码", TAG.lower(), "code", b"house-01"),
        ("门牌码", TAG.removeprefix("VR1:"), "code", b"house-01"),
    ],
)
def test_what_people_write_is_understood(tmp_path: Path, column: str, text: str, field: str, expected: object) -> None:
    imported = read(write_csv(tmp_path / "a.csv", [HEADERS, row(**{column: text})]))
    assert imported.problems == ()
    assert getattr(imported.rows[0], field) == expected


def test_somebody_who_works_here_needs_no_room(tmp_path: Path) -> None:
    imported = read(write_csv(tmp_path / "a.csv", [HEADERS, row(类别="物业", 住址="")]))
    assert imported.ok
    assert (imported.rows[0].klass, imported.rows[0].place, imported.rows[0].household) == ("worker", "", "")
