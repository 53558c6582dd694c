from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from station.roster import ColumnMap, RosterFileError, read, xlsx_file
from station.roster.columns import HEADERS, guess, plain
from tests.station.roster_samples import id_number, write_csv, write_xlsx

ROWS = (
    ("姓名", "住址", "身份证号", "手机号", "备注"),
    ("李建国", "3号楼2单元501", id_number(41), "13800001234", "户主"),
    ("曾阳", "1-3-502", id_number(52), "139 0000 5678", ""),
)


def names(path: Path, columns: ColumnMap | None = None) -> list[tuple[str, str, str, str]]:
    return [(row.name, row.place, row.last4, row.phone4) for row in read(path, columns).rows]


EXPECTED = [
    ("李建国", "3-2-501", id_number(41)[-4:], "1234"),
    ("曾阳", "1-3-502", id_number(52)[-4:], "5678"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_with_every_sign_between(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write_csv(tmp_path / "roster.csv", ROWS, encoding, delimiter)
    assert names(path) == EXPECTED


def test_a_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "roster.xlsx", {"说明": [["本表由社区填写"]], "花名册": ROWS})
    imported = read(path)
    assert names(path) == EXPECTED
    assert (imported.form, imported.people, imported.unused, imported.ok) == ("xlsx", 2, ("备注",), True)


def test_titles_above_the_headers_and_empty_rows_between(tmp_path: Path) -> None:
    rows = [["幸福里小区居民花名册"], [], ["填表日期：", "2020年2月10日"], *ROWS[:2], ["", "", "", "", ""], ROWS[2]]
    assert names(write_csv(tmp_path / "a.csv", rows)) == EXPECTED
    assert names(write_xlsx(tmp_path / "a.xlsx", {"表": rows})) == EXPECTED


def test_numbers_of_a_workbook_are_read_as_typed(tmp_path: Path) -> None:
    rows = [["姓名", "楼号", "单元", "房号", "手机号"], ["李敏", 5, 1, 202, 13800001234]]
    path = write_xlsx(tmp_path / "a.xlsx", {"表": rows})
    assert names(path) == [("李敏", "5-1-202", "", "1234")]


def test_a_rows_number_is_the_spreadsheets_own(tmp_path: Path) -> None:
    rows = [["标题"], ROWS[0], ROWS[1], [], ["", "3-2-502", "", "", ""]]
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", {"表": rows})):
        (problem,) = read(path).problems
        assert (problem.row, problem.column, problem.code) == (5, "姓名", "name_missing")
        assert str(problem.row) in problem.line("zh")
        assert path.name in problem.line("zh")


def test_empty_cells_mean_as_above_only_where_the_map_says_so(tmp_path: Path) -> None:
    rows = [["姓名", "住址"], ["何伟", "3-2-501"], ["何小伟", ""]]
    path = write_csv(tmp_path / "a.csv", rows)
    assert [problem.code for problem in read(path).problems] == ["place_missing"]
    filled = ColumnMap({"name": "姓名", "place": "住址"}, fill_down=("place",))
    assert [row.place for row in read(path, filled).rows] == ["3-2-501", "3-2-501"]


def test_the_map_that_was_used_reads_the_next_file_whatever_its_order(tmp_path: Path) -> None:
    kept = read(write_csv(tmp_path / "a.csv", ROWS)).columns
    assert ColumnMap.from_json(kept.to_json()) == kept
    turned = [tuple(reversed(row)) for row in ROWS]
    assert names(write_csv(tmp_path / "b.csv", turned), ColumnMap.from_json(kept.to_json())) == EXPECTED


def test_a_map_reads_headers_that_nobody_would_guess(tmp_path: Path) -> None:
    rows = [["Resident", "Where"], ["John Smith", "A-1203"]]
    path = write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(RosterFileError) as refused:
        read(path)
    assert refused.value.code == "header_missing"
    assert names(path, ColumnMap({"name": "Resident", "place": "Where"})) == [("John Smith", "A-1203", "", "")]


def test_progress_goes_up_to_the_end(tmp_path: Path) -> None:
    rows = [ROWS[0], *((f"王{chr(0x4E00 + n)}", f"{n % 90 + 1}-1-101", "", "", "") for n in range(1_200))]
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", {"表": rows})):
        seen: list[tuple[int, float]] = []
        assert read(path, progress=lambda *step, seen=seen: seen.append(step)).ok
        assert len(seen) >= 3
        assert seen == sorted(seen)
        assert seen[-1] == (1_200, 1.0)


def refusal(path: Path, columns: ColumnMap | None = None) -> str:
    with pytest.raises(RosterFileError) as refused:
        read(path, columns)
    assert "花" in str(refused.value) or path.name in str(refused.value) or "column" in str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7 ...", "file_form"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_old"),
        (b"PK\x03\x04" + b"\0" * 100, "file_damaged"),
        ("姓名,住址\n".encode() + b"\xff\xfe\xff\x81", "file_encoding"),
        ('姓名,住址\n李敏,"5-1-202\n王芳,5-1-203\n'.encode(), "file_quotes"),
        ("姓名,住址\n".encode(), "file_empty"),
        ("名单\n李敏\n".encode(), "header_missing"),
        ("姓名,手机号\n李敏,13800001234\n".encode(), "column_needed"),
        ("姓名,住址,住址\n李敏,5-1-202,5-1-202\n".encode(), "column_twice"),
    ],
)
def test_a_file_that_is_no_roster_says_why(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "花名册"
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_missing_column_or_sheet_of_the_map_is_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": ROWS})
    assert refusal(path, ColumnMap({"name": "姓名", "place": "门牌"})) == "header_missing"
    assert refusal(path, ColumnMap({"name": "姓名", "place": "住址"}, sheet="二月")) == "sheet_missing"
    assert refusal(path, ColumnMap({"place": "住址"})) == "column_needed"


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"\0" * 1_000)
        # What a bomb's directory says of it.
        packed.filelist[0].file_size = xlsx_file.MAX_UNPACKED + 1
    assert refusal(path) == "file_large"


def test_a_workbook_cut_short_is_damaged(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": ROWS})
    whole = path.read_bytes()
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert refusal(path) == "file_damaged"


@pytest.mark.parametrize(
    "kept", [{}, {"columns": {"colour": "x"}}, {"columns": {}, "fill_down": ["x"]}, {"columns": 3}]
)
def test_a_broken_map_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(RosterFileError) as refused:
        ColumnMap.from_json(kept)
    assert refused.value.code == "mapping"


def test_headers_are_known_with_their_signs_and_no_word_means_two_fields() -> None:
    assert guess(["*姓 名", "身份证号码（18位）", "联系电话:", "备注", "ＩＤ Number"]) == {
        "name": "*姓 名",
        "id_number": "身份证号码（18位）",
        "phone": "联系电话:",
    }
    words = [word for headers in HEADERS.values() for word in headers]
    assert len(set(words)) == len(words)
    assert [plain(word) for word in words] == words


def test_of_two_headers_for_one_field_the_usual_word_wins() -> None:
    assert guess(["姓名", "电话", "手机号", "地址", "住址"]) == {"name": "姓名", "phone": "手机号", "place": "住址"}
