from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from station.roster import ColumnMap
from station.roster.command import RosterRefused, delta, dry_run, random_id, snapshot
from station.roster.content import Delta, Snapshot, decode_roster
from station.roster.private import holds_number
from tests.station.roster_samples import id_number, resident, write_csv

HEADERS = ("姓名", "住址", "身份证号", "手机号", "备注")
FILE = (
    HEADERS,
    ("李敏", "5-1-202", id_number(41), "13800001234", "母亲电话 13900005678"),
    ("曾阳", "1-3-502", id_number(52), "", ""),
)
KNOWN = (
    resident(1, "李敏", "5-1-202", last4=id_number(41)[-4:], phone4="1234", readings=("li,min",)),
    resident(9, "何伟", "3-2-501"),
)


def test_a_dry_run_says_what_would_change(tmp_path: Path) -> None:
    preview = dry_run(write_csv(tmp_path / "花名册.csv", FILE), KNOWN, new_id=itertools.cycle(["n1"]).__next__)
    assert preview.diff is not None
    assert [person.id for person in preview.diff.new] == ["n1"]
    assert [person.id for person in preview.diff.gone] == ["r9"]
    assert preview.diff.same == 1
    chinese = list(preview.report("zh"))
    assert "新增 1  变更 0  离开 1  不变 1" in chinese
    assert any("花名册.csv" in line and "2 人" in line for line in chinese)
    assert any("备注" in line for line in chinese)
    assert any("离开的人很多" in line for line in chinese)
    assert "new 1  changed 0  gone 1  same 1" in list(preview.report("en"))


def test_a_report_shows_the_first_lines_and_how_many_more(tmp_path: Path) -> None:
    rows = [("姓名", "住址"), *(("王芳", f"{n}-1-101") for n in range(1, 10))]
    report = list(dry_run(write_csv(tmp_path / "a.csv", rows)).report("zh", first=3))
    assert sum("王芳" in line for line in report) == 3
    assert any("+6" in line for line in report)


def test_one_broken_row_and_nothing_is_taken(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*FILE, ("王**", "501", "1", "1", "")])
    preview = dry_run(path, KNOWN)
    assert (preview.residents, preview.diff) == ((), None)
    report = list(preview.report("zh"))
    assert sum("第4行" in line for line in report) == 4
    for make in (snapshot, lambda broken: delta(broken, 1, "ab" * 32)):
        with pytest.raises(RosterRefused) as refused:
            make(preview)
        assert refused.value.preview is preview
        assert "4 broken cells" in str(refused.value)


def test_the_order_holds_everybody_and_no_whole_number(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", FILE)
    for content in (snapshot(dry_run(path)), delta(dry_run(path, KNOWN), 7, "ab" * 32)):
        text = content.decode()
        assert "曾阳" in text
        for whole in (id_number(41), id_number(52), "13800001234", "13900005678"):
            assert whole not in text
            assert whole[:11] not in text


def test_a_snapshot_and_a_delta_say_the_same(tmp_path: Path) -> None:
    preview = dry_run(write_csv(tmp_path / "a.csv", FILE), KNOWN)
    whole, change = decode_roster(snapshot(preview)), decode_roster(delta(preview, 7, "ab" * 32))
    assert isinstance(whole, Snapshot)
    assert isinstance(change, Delta)
    left = {person.id: person for person in KNOWN if person.id not in change.gone}
    assert left | {person.id: person for person in change.put} == {person.id: person for person in whole.residents}
    assert change.people == whole.people


def test_a_second_import_of_the_same_file_changes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", FILE)
    first = dry_run(path)
    second = dry_run(path, first.residents, ColumnMap.from_json(first.imported.columns.to_json()))
    assert second.diff is not None
    assert second.diff.empty


def test_drawn_ids_look_like_no_number() -> None:
    drawn = [random_id() for _ in range(1_000)]
    assert len(set(drawn)) == 1_000
    assert not any(holds_number(each) for each in drawn)
