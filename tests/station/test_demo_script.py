"""A day is parsed whole or refused with the visit and the line; every step stands in docs/days.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from station.demo.run import differences
from station.demo.script import VERBS, ScriptError, only_rows, parse_day

ROOT = Path(__file__).resolve().parents[2]
HEAD = '[day]\ntitle = "t"\nstart = "2026-11-22T08:00:00"\n'


def test_every_day_in_the_project_can_be_played() -> None:
    days = [*ROOT.glob("tests/days/*.toml"), *ROOT.glob("station/demo/days/*.toml")]
    assert len(days) >= 2
    for path in days:
        day = parse_day(path.read_text("utf-8"), path.name)
        known = {actor.id for actor in day.actors}
        shown = {step.words[0] for visit in day.visits for step in visit.steps if step.verb == "show"}
        assert shown <= known, path.name


def test_the_first_day_reaches_all_four_outcomes_in_twelve_visits_or_more() -> None:
    day = parse_day((ROOT / "tests/days/first.toml").read_text("utf-8"), "first.toml")
    assert len(day.visits) >= 12
    assert all(day.expect["visits"][outcome] for outcome in ("admit", "retake", "refer", "deny"))


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ('["shwo li"]', r"'v'.*'shwo li'.*unknown verb"),
        ('["measure"]', r"'v'.*'measure'.*1 to 2 words"),
        ('["hide now"]', r"'v'.*'hide now'.*0 to 0 words"),
    ],
)
def test_a_wrong_line_is_named(steps: str, message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        parse_day(f'{HEAD}[[visit]]\ntitle = "v"\nsteps = {steps}\n', "day.toml")


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(ScriptError, match=r"day\.toml"):
        parse_day("[day]\ntitle = 1\n", "day.toml")


def test_every_step_is_documented() -> None:
    page = (ROOT / "docs/days.md").read_text("utf-8")
    documented = set(re.findall(r"`([a-z]+)[ `]", page))
    assert set(VERBS) <= documented


def test_a_difference_names_what_was_expected_and_what_was_counted() -> None:
    found = {"visits": {"admit": 1}, "alerts": 0, "entries": 5, "hub_entries": 4}
    assert differences({"visits": {"admit": 2}, "alerts": 0}, found, "") == [
        "visits.admit: expected 2, counted 1",
        "hub_entries: 4 of 5 entries",
    ]
    assert differences({"visits": {"admit": 1}}, found | {"hub_entries": 5}, "") == []


def test_some_rows_of_a_day_are_played_with_totals_of_their_own() -> None:
    visits = "".join(f'[[visit]]\ntitle = "{title}"\nsteps = ["hide"]\n' for title in ("before", "1 a", "2 b", "3 c"))
    day = parse_day(f'{HEAD}[expect]\nleft = 9\n[expect_rows."1-2"]\nleft = 1\n{visits}', "day.toml")
    some = only_rows(day, "1-2")
    assert [visit.title for visit in some.visits] == ["before", "1 a", "2 b"]
    assert some.expect == {"left": 1}
    assert only_rows(day, "3-3").expect == {}
    with pytest.raises(ScriptError, match="rows: 'all'"):
        only_rows(day, "all")


def test_the_whole_day_can_be_published_and_everybody_who_is_named_is_in_it() -> None:
    day = parse_day((ROOT / "tests/days/day.toml").read_text("utf-8"), "day.toml")
    actors, orders = {actor.id for actor in day.actors}, {order.id for order in day.orders}
    steps = [step for visit in day.visits for step in visit.steps]
    assert {word for step in steps if step.verb == "publish" for word in step.words} | set(day.at_start) <= orders
    assert {step.words[0] for step in steps if step.verb == "crowd"} == set(day.crowds)
    named = {word.partition("=")[2] for step in steps for word in step.words if word.startswith(("resident=", "host="))}
    assert named <= actors
