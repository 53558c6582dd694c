from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from station.roster import Klass, Resident
from station.roster.diff import compare, identify
from tests.station.roster_samples import resident


def bare(name: str, place: str, last4: str = "", **more: object) -> Resident:
    """A row of a file without numbers of its own."""
    return Resident("", name, place, household=place, last4=last4, **more)  # type: ignore[arg-type]  # mixed by keyword


def ids(rows: Iterable[Resident], known: Iterable[Resident], columns: Iterable[str] = ()) -> list[str]:
    draw = itertools.count(1)
    return [person.id for person in identify(rows, list(known), lambda: f"new{next(draw)}", list(columns))]


KNOWN = [resident(1, "李敏", "5-1-202"), resident(2, "李敏", "6-1-101"), resident(3, "曾阳", "1-3-502")]


def test_the_same_person_keeps_the_id() -> None:
    rows = [bare("曾阳", "1-3-502", "0003"), bare("李敏", "6-1-101", "0002"), bare("李敏", "5-1-202", "0001")]
    assert ids(rows, KNOWN) == ["r3", "r2", "r1"]


def test_somebody_who_moved_is_known_by_name_and_last_four() -> None:
    assert ids([bare("曾阳", "2-2-202", "0003")], KNOWN) == ["r3"]


def test_somebody_whose_number_was_put_right_is_known_by_name_and_place() -> None:
    assert ids([bare("曾阳", "1-3-502", "0030")], KNOWN) == ["r3"]


def test_where_two_could_be_meant_nobody_is() -> None:
    twins = [resident(1, "李敏", "5-1-202", last4="0009"), resident(2, "李敏", "6-1-101", last4="0009")]
    assert ids([bare("李敏", "7-1-101", "0009")], twins) == ["new1"]
    assert ids([bare("李敏", "7-1-101", "0001"), bare("李敏", "8-1-101", "0001")], KNOWN) == ["new1", "new2"]


def test_two_people_with_everything_the_same_stay_two() -> None:
    twins = [resident(1, "李敏", "5-1-202", last4=""), resident(2, "李敏", "5-1-202", last4="")]
    assert sorted(ids([bare("李敏", "5-1-202"), bare("李敏", "5-1-202")], twins)) == ["r1", "r2"]
    assert sorted(ids([bare("李敏", "5-1-202")] * 3, twins)) == ["new1", "r1", "r2"]


def test_the_offices_own_id_wins_over_any_likeness() -> None:
    own = resident(3, "张强", "9-9-901")
    assert ids([own, bare("曾阳", "1-3-502", "0003")], KNOWN) == ["r3", "new1"]


def test_a_drawn_id_is_new_and_looks_like_no_number() -> None:
    draws = iter(["r1", "13800001234", "fresh"])
    (found,) = identify([bare("王芳", "1-1-101")], KNOWN, lambda: next(draws))
    assert found.id == "fresh"
    with pytest.raises(ValueError, match="new_id"):
        identify([bare("王芳", "1-1-101")], KNOWN, lambda: "r1")


def test_what_the_file_has_no_column_for_is_kept() -> None:
    known = [
        resident(1, "李敏", "5-1-202", plates=("豫J8K216",), code=b"house-01", klass=Klass.RETURNEE, tags=("孕妇",))
    ]
    row = bare("李敏", "5-1-202", "0001")
    (kept,) = identify([row], known, lambda: "x", ["name", "place"])
    assert (kept.plates, kept.code, kept.klass, kept.tags) == (("豫J8K216",), b"house-01", "returnee", ("孕妇",))
    (cleared,) = identify([row], known, lambda: "x", ["name", "place", "plates", "class"])
    assert (cleared.plates, cleared.klass, cleared.tags) == ((), "resident", ("孕妇",))


def test_somebody_who_moved_leaves_the_tag_to_the_household() -> None:
    known = [resident(1, "李敏", "5-1-202", code=b"house-01")]
    (moved,) = identify([bare("李敏", "6-1-101", "0001")], known, lambda: "x")
    assert (moved.id, moved.household, moved.code) == ("r1", "6-1-101", None)


def test_new_changed_gone_and_same() -> None:
    rows = [KNOWN[0], resident(2, "李敏", "6-1-102"), resident(4, "王芳", "1-1-101")]
    diff = compare(KNOWN, rows)
    assert [person.id for person in diff.new] == ["r4"]
    assert [(change.before.id, change.fields) for change in diff.changed] == [("r2", ("place", "household"))]
    assert [person.id for person in diff.gone] == ["r3"]
    assert (diff.same, diff.people, diff.empty) == (1, 3, False)
    assert compare(KNOWN, KNOWN).empty


def test_a_file_that_would_empty_the_register_alarms() -> None:
    many = [resident(n, "王芳", f"{n}-1-101") for n in range(1, 11)]
    assert not compare(many, many[:8]).alarming
    assert compare(many, many[:7]).alarming
