from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.roster import place
from station.roster.errors import PlaceError


@pytest.mark.parametrize(
    "text",
    [
        "3-2-501", "3 2 501", "3/2/501", "3.2.501", "3_2_501", "3—2—501", "３－２－５０１", "３号楼２单元５０１室",
        "3号楼2单元501", "3号楼2单元501室", "3栋2单元501", "3幢2单元501号", "3座2门501", "3#2-501", "3#楼2单元501",
        "3号2单元501户", "三号楼二单元501", "03-02-0501", " 3 号楼 2 单元 501 ", "3-2单元-501",
    ],
)  # fmt: skip
def test_a_room_in_every_way_of_writing(text: str) -> None:
    assert place.normalise(text) == ("", "3-2-501")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3号楼501", "3-501"),
        ("A座1203", "A-1203"),
        ("十二号楼3单元1804室", "12-3-1804"),
        ("二十号楼1单元101", "20-1-101"),
        ("3号楼A单元501A", "3-A-501A"),
        ("和平巷12号", "和平巷12号"),
        ("王庄村 3组 12号", "王庄村3组12号"),
        ("门卫室", "门卫室"),
    ],
)
def test_other_places(text: str, expected: str) -> None:
    assert place.normalise(text) == ("", expected)


def test_the_compound_is_told_from_the_room() -> None:
    assert place.normalise("幸福里小区3号楼2单元501室") == ("幸福里小区", "3-2-501")
    assert place.normalise("东风家属院5-1-301") == ("东风家属院", "5-1-301")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "place_missing"),
        ("3号楼2单元", "place_room_missing"),
        ("12栋", "place_room_missing"),
        ("501", "place_building_missing"),
        ("501室", "place_building_missing"),
        ("???", "place_unclear"),
        ("3-2-501-7", "place_unclear"),
        ("很" * 25, "place_too_long"),
    ],
)
def test_what_is_no_place_says_why(text: str, code: str) -> None:
    with pytest.raises(PlaceError) as refused:
        place.normalise(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("columns", "expected"),
    [(("3", "2", "501"), "3-2-501"), (("3号楼", "二单元", "0501室"), "3-2-501"), (("三", "", "501"), "3-501")],
)
def test_a_place_in_three_columns(columns: tuple[str, str, str], expected: str) -> None:
    assert place.from_parts(*columns) == expected


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (("", "2", "501"), "building_missing"),
        (("3", "2", ""), "room_missing"),
        (("三十号院", "2", "501"), "building_unclear"),
        (("3", "左边", "501"), "unit_unclear"),
        (("3", "2", "楼上"), "room_unclear"),
    ],
)
def test_a_broken_column_of_a_place_is_named(columns: tuple[str, str, str], code: str) -> None:
    with pytest.raises(PlaceError) as refused:
        place.from_parts(*columns)
    assert refused.value.code == code


def test_what_was_typed_so_far() -> None:
    steps = {
        "3": "3", "3号": "3", "3号楼": "3", "3号楼2": "3-2", "3号楼2单": "3-2", "3号楼2单元": "3-2",
        "3号楼2单元5": "3-2-5", "3-": "3", "3 2": "3-2", "3.2.501": "3-2-501", "a座12": "a-12", "b3": "b3",
    }  # fmt: skip
    assert {text: place.typed(text) for text in steps} == steps
    assert [place.typed(text) for text in ("sl", "李", "", "和平巷12", "3-2-501-7-9")] == [""] * 5


def test_rooms_sort_by_number() -> None:
    rooms = ["10-1-101", "2-1-1001", "2-1-101", "2-10-101"]
    assert sorted(rooms, key=place.natural_key) == ["2-1-101", "2-1-1001", "2-10-101", "10-1-101"]


def test_a_place_lies_in_its_building_and_in_no_other() -> None:
    assert all(place.within("7-2-302", area) for area in ("*", "7", "7-2", "7-2-302"))
    assert not any(place.within("7-2-302", area) for area in ("70", "7-20", "7-2-30", "2", "3-302"))
    assert place.within("和平巷12号", "和平巷")
    assert not place.within("和平巷12号", "和平巷1")


def test_what_can_be_closed() -> None:
    assert all(place.is_area(area) for area in ("*", "7", "7-2", "7-2-302", "A", "和平巷"))
    assert not any(place.is_area(area) for area in ("", "7-", "07", "7号楼", "7-2-302-1", "-"))
    assert [place.area(text) for text in ("7号楼", "7栋2单元", "*")] == ["7", "7-2", "*"]


@given(st.text(alphabet="0123456789-号楼单元室 栋AB和平巷#零十三", max_size=30))
def test_normal_stays_normal(text: str) -> None:
    try:
        _, normal = place.normalise(text)
    except PlaceError:
        return
    assert place.is_normal(normal)
    assert place.normalise(normal)[1] == normal
