"""The sum of confirmed cases by the plan: every border of days, cases and clusters, and what never counts."""

from __future__ import annotations

import ast
import re
from datetime import date, timedelta
from itertools import product

import pytest

from sync.hub.confirmed.risk import (
    CaseKind,
    Cases,
    Level,
    Place,
    PlaceKind,
    Sum,
    by_unit,
    first_day,
    level_of,
    sum_up,
    worth_a_line,
)
from sync.hub.unit.tree import Tree, Unit
from tests.sync.processes import ROOT

TODAY = date(2020, 11, 22)
FIVE = (PlaceKind.SCHOOL, PlaceKind.COMPOUND, PlaceKind.FACTORY, PlaceKind.VILLAGE, PlaceKind.CLINIC)


def case(
    back: int = 0,
    unit: str = "a",
    place: PlaceKind = PlaceKind.SCHOOL,
    kind: CaseKind = CaseKind.CONFIRMED,
    number: int = 1,
) -> Cases:
    """*number* cases that were told of *back* days ago."""
    return Cases(Place(unit, place), kind, TODAY - timedelta(days=back), number)


@pytest.mark.parametrize("back", range(-1, 31))
def test_a_case_counts_until_fourteen_whole_days_have_passed(back: int) -> None:
    found = sum_up([case(back)], TODAY)
    assert found.cases == (1 if back <= 14 else 0)
    assert found.lately == (1 if back <= 7 else 0)
    assert found.level is (Level.MEDIUM if back <= 14 else Level.LOW)
    assert (found.newest is None) == (back > 14)
    # what is read from the table is what counts, not a day less
    assert (TODAY - timedelta(days=back) >= first_day(TODAY)) == (back <= 14)


def test_the_days_are_those_of_the_calendar_also_over_a_month_and_a_leap_day() -> None:
    for today, told, counts in (
        (date(2020, 3, 1), date(2020, 2, 16), True),
        (date(2020, 3, 1), date(2020, 2, 15), False),
        (date(2021, 1, 3), date(2020, 12, 20), True),
        (date(2021, 1, 3), date(2020, 12, 19), False),
    ):
        found = sum_up([Cases(Place("a", PlaceKind.OTHER), CaseKind.CONFIRMED, told)], today)
        assert bool(found.cases) is counts, (today, told)


@pytest.mark.parametrize(
    ("cases", "level"),
    [(0, "low"), (1, "medium"), (4, "medium"), (5, "medium"), (9, "medium"), (10, "high"), (11, "high"), (50, "high")],
)
def test_ten_cases_are_high_and_nine_are_not(cases: int, level: str) -> None:
    # each in a place of its own, so that nothing is a cluster
    found = sum_up([case(unit=f"u{number}") for number in range(cases)], TODAY)
    assert (found.cases, found.clusters, found.level) == (cases, 0, level)
    assert sum_up([case(number=cases, place=PlaceKind.OTHER)] if cases else [], TODAY).level == level


def test_every_sum_of_cases_and_clusters_has_the_level_of_the_plan() -> None:
    for cases, clusters in product(range(13), range(4)):
        high, low = cases >= 10 or clusters >= 2, cases == 0 and clusters == 0
        assert level_of(cases, clusters) is (Level.HIGH if high else Level.LOW if low else Level.MEDIUM)


@pytest.mark.parametrize("place", list(PlaceKind))
@pytest.mark.parametrize("cases", [3, 4, 5, 6])
def test_five_cases_of_one_place_are_a_cluster_and_four_are_not(place: PlaceKind, cases: int) -> None:
    found = sum_up([case(back=number, place=place) for number in range(cases)], TODAY)
    assert found.clusters == (1 if cases >= 5 and place in FIVE else 0)
    assert found.level is Level.MEDIUM
    assert [(each.place, each.cases) for each in found.places] == [(Place("a", place), cases)]


def test_five_cases_of_several_places_are_no_cluster() -> None:
    by_kind = [case(place=place) for place in FIVE]
    by_place = [case(unit=f"u{number}") for number in range(5)]
    for cases in (by_kind, by_place, [case(number=4), case(unit="b", number=4)]):
        assert sum_up(cases, TODAY).clusters == 0


def test_a_case_of_a_cluster_that_is_over_is_no_part_of_it() -> None:
    assert sum_up([case(14), *(case() for _ in range(4))], TODAY).clusters == 1
    assert sum_up([case(15), *(case() for _ in range(4))], TODAY).clusters == 0


def test_two_clusters_are_high_one_is_not() -> None:
    assert sum_up([case(number=5)], TODAY).level is Level.MEDIUM
    found = sum_up([case(number=5), case(place=PlaceKind.CLINIC, number=5)], TODAY)
    assert (found.clusters, found.level) == (2, Level.HIGH)


@pytest.mark.parametrize("kind", [CaseKind.IMPORTED, CaseKind.ASYMPTOMATIC])
def test_imported_and_asymptomatic_cases_count_nowhere(kind: CaseKind) -> None:
    found = sum_up([case(kind=kind, number=20), case(14, kind=kind), case(15, kind=kind)], TODAY)
    assert (found.cases, found.lately, found.clusters, found.places) == (0, 0, 0, ())
    assert (found.level, found.report_at_once, found.newest) == (Level.LOW, False, None)
    assert (found.imported, found.asymptomatic) == ((21, 0) if kind is CaseKind.IMPORTED else (0, 21))
    # and none makes four confirmed ones a cluster
    assert sum_up([case(number=4), case(kind=kind, number=9)], TODAY).clusters == 0


@pytest.mark.parametrize(
    ("backs", "at_once"),
    [((), False), ((0,), False), ((0, 0), True), ((0, 7), True), ((0, 8), False), ((7, 7), True), ((8, 8, 8), False)],
)
def test_two_cases_of_seven_days_are_reported_at_once(backs: tuple[int, ...], at_once: bool) -> None:
    found = sum_up([case(back) for back in backs], TODAY)
    assert found.report_at_once is at_once
    assert found.cases == len(backs)
    # in two places of a unit just so
    apart = sum_up([case(back, place=place) for back, place in zip(backs, FIVE, strict=False)], TODAY)
    assert apart.report_at_once is at_once


def tree() -> Tree:
    units = [
        Unit("s", "街道"),
        Unit("a", "东区", "", ("s",)),
        Unit("b", "西区", "", ("s",)),
        Unit("both", "两区共管", "", ("a", "b")),
    ]
    return Tree({unit.id: unit for unit in units}, {"east": "a"})


def test_a_case_counts_in_its_unit_and_once_in_each_above() -> None:
    sums = by_unit([case(unit="a"), case(unit="both"), case(unit="b", number=5)], tree().above, TODAY)
    assert {unit: each.cases for unit, each in sums.items()} == {"": 7, "s": 7, "a": 2, "b": 6, "both": 1}
    assert {unit: each.clusters for unit, each in sums.items()} == {"": 1, "s": 1, "a": 0, "b": 1, "both": 0}


def test_a_case_of_a_unit_that_the_tree_lost_still_counts_in_the_whole() -> None:
    sums = by_unit([case(unit="gone"), case(unit="a")], tree().above, TODAY)
    assert (sums[""].cases, sums["s"].cases, sums["gone"].cases) == (2, 1, 1)


def test_what_is_above_a_unit() -> None:
    assert tree().above("both") == {"both", "a", "b", "s", ""}
    assert tree().above("east") == {"east", "a", "s", ""}
    assert tree().above("") == {""}


def test_of_units_with_the_same_cases_the_nearest_is_named_and_what_is_due_first() -> None:
    cases = [case(10, "both", number=3), case(1, "b", number=2), case(20, "s")]
    sums = by_unit(cases, tree().above, TODAY)
    lines = worth_a_line(sums, ["", "s", "a", "both", "b", "both", "east"])
    assert [(unit, each.cases, each.report_at_once) for unit, each in lines.items()] == [
        ("b", 5, True),
        ("both", 3, False),
    ]
    # more cases stand before fewer, and what is due before more that are not
    lines = worth_a_line(by_unit([case(10, "a", number=9), case(1, "both", number=2)], tree().above, TODAY), "sab")
    assert [(unit, each.cases) for unit, each in lines.items()] == [("a", 11), ("b", 2)]
    lines = worth_a_line(by_unit([case(10, "a", number=9), case(1, "b", number=2)], tree().above, TODAY), "ab")
    assert list(lines) == ["b", "a"]


def test_no_case_is_no_line() -> None:
    imported = by_unit([case(kind=CaseKind.IMPORTED), case(15)], tree().above, TODAY)
    assert imported["a"].imported == 1
    assert worth_a_line(imported, ["", "s", "a"]) == {}
    assert Sum().level is Level.LOW


def test_no_fever_of_a_gate_can_become_a_case() -> None:
    # what writes, reads and sums the cases knows of no table and no module of what gates sent
    folder = ROOT / "sync" / "hub" / "confirmed"
    for path in (folder / "risk.py", folder / "notified.py"):
        source = path.read_text(encoding="utf-8")
        names = {
            name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("sync", "station"))
            for name in (node.module or "", *(alias.name for alias in node.names))
        }
        assert names <= {
            *("sync.hub.errors", "HubFault"),
            *("sync.hub.confirmed.risk", "CaseKind", "Cases", "Place", "PlaceKind", "first_day"),
            *("sync.hub.database.tables", "notified_case", "sync.hub.words", "load_words", "say"),
        }
        assert not re.search(r"\b(?:FROM|INTO|UPDATE) (?!notified_case)[a-z_]+\b", source)


def test_the_page_says_the_rule_with_the_numbers_that_are_used() -> None:
    page = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
    rule = page.split("## Confirmed cases", 1)[1].split("\n## ", 1)[0]
    for words in ("| none | low |", "| 1 to 9 | medium |", "| 10 or more | high |", "two clusters"):
        assert words in rule
