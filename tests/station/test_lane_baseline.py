"""The gate's own normal in the lane: who stands out is measured again, then checked, and what is learned from whom."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.events import Mode, Site
from drivers.patterns import Meaning
from station import kinds
from station.lane.action import Act
from station.lane.facts import facts_of
from station.lane.lane import Lane
from station.lane.restore import restore
from station.lane.taken import Taken
from station.lane.visit import Visit, measure
from station.policy.policy import Outcome
from station.screening.baseline import Baseline, Key
from station.screening.screening import Screening, learned_of
from station.screening.standing import Verdict
from station.wire.canonical import canonical
from tests.station.storyboard import LOW, Day, ann, ben, counting, day, isolated, resident

HERE = Key("t1", "forehead", "surface", "in")


@cache
def learned(centre: int = 3600, people: int = 40) -> tuple[dict[str, Any], ...]:
    """What a gate learned from *people* whose foreheads read about *centre*."""
    lots = random.Random(1)
    return tuple(
        {
            "device": "t1",
            "site": "forehead",
            "mode": "surface",
            "direction": "in",
            "rested": False,
            "centi_celsius": round(centre + lots.gauss(0, 30)),
            "at_ms": 1_606_000_000_000 + number * 20_000,
            "ambient_centi": None,
            "stood_out": False,
        }
        for number in range(people)
    )


def used_gate(title: str, centre: int = 3600) -> Day:
    """A gate that has seen forty people this morning."""
    story = day(title)
    story.lane.screening = Screening.of(learned(centre))
    return story


def normal_at(story: Day) -> int:
    normal = story.lane.screening.baselines.normal(HERE, story.now_ms)
    assert normal is not None
    return normal.centre_centi


def test_an_ordinary_forehead_is_let_through_and_learned() -> None:
    story = used_gate("ordinary").shows(ann).reads(36.1, ann).expect("admit")
    facts = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert facts["used"]["standing"] == Verdict.ORDINARY
    assert facts["readings"][0]["normal_centi"] == normal_at(story)
    assert [(one["centi_celsius"], one["stood_out"]) for one in facts["learned"]] == [(3610, False)]
    assert story.lane.screening.baselines.by_key[HERE].points[-1].centi_celsius == 3610


def test_standing_out_under_the_line_rests_then_asks_for_a_contact_thermometer_and_never_alarms() -> None:
    story = used_gate("fever on cool skin").shows(ben).reads(37.2, ben).expect("retake", "above_baseline").rests(ben)
    story.waits(301).shows(ben).reads(37.2, ben).expect("retake", "contact_check").here(ben, "again")
    story.reads(36.0, ben).expect("retake", "contact_check")  # more skin answers nothing
    assert Meaning.FEVER not in story.signals
    assert story.lane.alarm is None
    assert story.opened == 0


def test_the_contact_thermometer_decides_over_the_line_a_case() -> None:
    story = used_gate("confirmed").shows(ben).reads(37.2, ben).waits(301).shows(ben).reads(37.2, ben)
    story.presses(Act.BY_HAND, centi_celsius="3790", site="contact").expect("refer", "fever", ben)
    assert story.signals[-1] is Meaning.FEVER
    assert len(story.lane.cases) == 1
    facts = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert (facts["rule"], facts["used"]["standing_before"]) == ("fever-contact", Verdict.CHECK)
    assert [one["stood_out"] for one in facts["learned"]] == [True]
    story.presses(Act.ANSWER, case=next(iter(story.lane.cases))).ends()


def test_the_contact_thermometer_decides_below_the_line_lets_through_and_says_so() -> None:
    story = used_gate("false one").shows(ben).reads(37.2, ben).waits(301).shows(ben).reads(37.2, ben)
    before = normal_at(story)
    story.presses(Act.BY_HAND, centi_celsius="3660", site="contact").expect("admit", "resident", ben)
    facts = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert facts["used"]["by_hand"]
    assert facts["used"]["standing_before"] == Verdict.CHECK
    # A contact reading is no part of any normal, and the forehead that stood out is kept out of it.
    assert [(one["centi_celsius"], one["stood_out"]) for one in facts["learned"]] == [(3720, True)]
    assert normal_at(story) == before
    story.ends()


def test_a_contact_thermometer_instead_of_the_rest_decides_too() -> None:
    story = used_gate("at once").shows(ben).reads(37.2, ben)
    story.presses(Act.RESUME, waiting=next(iter(story.lane.waiting)))
    story.presses(Act.BY_HAND, centi_celsius="3750", site="contact").expect("refer", "fever", ben)


def test_who_is_cooler_after_a_rest_is_let_through() -> None:
    story = used_gate("heated car").shows(ben).reads(37.0, ben).expect("retake", "above_baseline")
    story.waits(301).shows(ben).reads(35.9, ben).expect("admit", "resident", ben)
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"][0]["centi_celsius"] == 3700


def test_nothing_is_learned_before_a_visit_is_over_nor_from_who_was_high() -> None:
    story = used_gate("high").shows(ann).reads(37.5, ann)
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"] == []
    story.waits(301).shows(ann).reads(38.0, ann).expect("refer", "fever")
    assert [one["stood_out"] for one in story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"]] == [True]
    assert max(point.centi_celsius for point in story.lane.screening.baselines.by_key[HERE].points) < 3730


def test_nothing_is_learned_from_somebody_with_symptoms() -> None:
    story = used_gate("ill").shows(ann)
    assert story.lane.visit is not None
    story.lane.visit = replace(story.lane.visit, symptoms=True)
    story.reads(36.1, ann).expect("refer", "symptoms")
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"] == []


def test_who_stood_out_and_never_came_back_is_kept_out_of_the_normal() -> None:
    story = used_gate("walked away").shows(ben).reads(37.1, ben).waits(1900)
    (left,) = story.recorded(kinds.WAITING_LEFT)
    assert [one["stood_out"] for one in left.facts["learned"]] == [True]
    assert len(story.lane.screening.baselines.by_key[HERE].points) == 40


def test_a_new_gate_has_no_opinion_and_a_fixed_line_for_cold_skin() -> None:
    story = day("new gate").shows(ann).reads(36.9, ann).expect("admit")
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["used"]["standing"] == Verdict.UNKNOWN
    story.waits(5).shows(ben).reads(33.9, ben).expect("retake", "too_cold")


def test_where_skin_reads_low_34_is_an_ordinary_forehead_and_32_is_too_cold() -> None:
    story = used_gate("a camera that reads low", 3440).shows(ann).reads(34.0, ann).expect("admit")
    story.waits(5).shows(ben).reads(32.0, ben).expect("retake", "too_cold")
    used = story.recorded(kinds.VISIT_DECIDED)[-1].facts["used"]
    assert used["cold_below_centi"] == normal_at(story) - 200


def test_a_gate_whose_camera_reads_low_gets_to_know_it() -> None:
    story = day("33 degrees")
    for number in range(14):
        one = resident(f"p{number}")
        story.shows(one).reads(33.4 + number % 5 / 10, one).reads(33.5, one).waits(61)
        for chip in list(story.lane.waiting):
            story.presses(Act.RESUME, waiting=chip).presses(Act.BY_HAND, centi_celsius="3640", site="contact")
        story.expect("admit").waits(5)
    story.shows(ann).reads(33.5, ann).expect("admit").ends()


def test_after_a_cold_one_a_person_is_compared_with_others_who_had_to_rest() -> None:
    story = used_gate("from frost").shows(ann).reads(33.5, ann).expect("retake", "too_cold").reads(35.0, ann)
    story.expect("admit")
    rows = story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"]
    assert [(one["centi_celsius"], one["rested"], one["stood_out"]) for one in rows] == [
        (3350, False, True),
        (3500, True, False),
    ]


def test_of_a_group_only_who_stands_out_is_measured_again_and_the_next_one_after_them() -> None:
    story = used_gate("family").shows(ann).presses(Act.COMPANION).presses(Act.COMPANION)
    story.reads(37.0).reads(36.1).reads(37.2).expect("retake", "above_baseline").rests(ann)
    (visit,) = story.lane.waiting.values()
    assert [taken.centi_celsius for taken in visit.round] == [3700, 3610]
    story.waits(301).shows(ann).reads(36.0).expect("retake", "above_baseline")
    (visit,) = story.lane.waiting.values()
    assert [taken.centi_celsius for taken in visit.round] == [3610, 3600]
    story.waits(301).shows(ann).reads(35.9).expect("admit")
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"] == []
    story.ends()


def test_an_ordinary_group_is_learned_whole() -> None:
    story = used_gate("two").shows(ann).presses(Act.COMPANION).reads(36.2).reads(35.9).expect("admit")
    rows = story.recorded(kinds.VISIT_DECIDED)[-1].facts["learned"]
    assert [one["centi_celsius"] for one in rows] == [3620, 3590]


def test_a_reading_that_stood_out_counts_when_its_owner_is_found_later() -> None:
    story = used_gate("scans after the rest").shows(ben).reads(37.2, ben).rests(ben).waits(302)
    story.reads(37.25, ben).waits(2).shows(ben)
    story.expect("retake", "contact_check", ben).ends()


def test_an_offset_is_taken_out_before_anything_is_compared() -> None:
    story = used_gate("offset of half a degree")
    taken = Taken(3660, Mode.SURFACE, Site.FOREHEAD, "t1", story.now_ms, 0, offset_centi=50)
    visit = story.lane.screening.judged(measure(Visit("1", story.lane.direction, story.now_ms), taken), LOW.lines)
    facts = facts_of(visit, LOW.lines, True)
    assert facts.standing is Verdict.ORDINARY
    assert facts.above_baseline_centi == 3610 - normal_at(story)
    assert facts.cold_below_centi == normal_at(story) - 200 + 50
    assert learned_of(visit, False)[0]["centi_celsius"] == 3610


def test_what_a_gate_knows_is_a_fold_over_its_entries() -> None:
    story, lots = day("a morning"), random.Random(7)
    for number in range(60):
        one = resident(f"p{number}")
        story.shows(one).reads(round(lots.gauss(36.2, 0.5), 1), one).waits(30)
    story.ends()
    rows = [row for _, draft in story.disk.entries for row in draft.facts.get("learned", [])]
    again = Screening.of(json.loads(canonical({"rows": rows}))["rows"])
    assert again.baselines == story.lane.screening.baselines
    assert again.baselines.by_key[HERE] != Baseline()


def test_who_was_not_let_through_for_a_full_card_is_learned_once_when_they_are() -> None:
    story = used_gate("card full").disk_fails().shows(ann).reads(36.1, ann).asks("storage_full")
    assert len(story.lane.screening.baselines.by_key[HERE].points) == 40
    story.disk_works().expect("admit", None, ann)
    assert len(story.lane.screening.baselines.by_key[HERE].points) == 41
    assert story.lane.learning == {}


@pytest.mark.parametrize("celsius", [(37.2,), (37.2, 37.2), (33.0, 33.2), (37.5,)])
def test_who_rests_rests_on_after_a_restart_with_what_was_said_of_them(celsius: tuple[float, ...]) -> None:
    story = used_gate("restart")
    for one in celsius:
        story.waits(301).shows(ben).reads(one, ben)
    story.expect("retake").waits(61)
    (draft,) = story.recorded(kinds.VISIT_DECIDED)[-1:]
    (before,) = story.lane.waiting.values()
    lane = Lane(LOW, counting(), screening=Screening.of(learned()))
    facts, personal = canonical(draft.facts).decode(), canonical(draft.personal or {}).decode()
    restore(lane, [(before.id, before.tag, before.since_ms, facts, personal)], [], lambda _: ben, story.now_ms)
    (after,) = lane.waiting.values()
    assert _known(after) == _known(before)


def _known(visit: Visit) -> object:
    readings = [(one.centi_celsius, one.rested, one.cold_below_centi, one.normal_centi) for one in visit.earlier]
    return (
        readings,
        visit.round,
        visit.high_before,
        visit.cold_before,
        visit.standing_before,
        visit.since_ms,
    )


def test_isolation_is_still_refused_where_somebody_stands_out() -> None:
    story = used_gate("isolated").presses(Act.DIRECTION).shows(isolated).reads(36.9, isolated)
    story.expect("deny", "home_isolation")


CENTI = st.integers(2500, 4300)
STRICT = (Outcome.ADMIT, Outcome.RETAKE, Outcome.REFER)


@settings(max_examples=60)
@given(CENTI, CENTI, st.lists(CENTI, max_size=2), st.sampled_from([3300, 3440, 3600, 3680]), st.booleans())
def test_a_higher_last_reading_above_the_floor_is_never_laxer(
    one: int, other: int, before: list[int], centre: int, known: bool
) -> None:
    lower, higher = sorted((one, other))
    outcomes = []
    for last in (lower, higher):
        story = used_gate("property", centre) if known else day("property")
        for centi in (*before, last):
            story.shows(ann).reads(centi / 100, ann)
            used = story.recorded(kinds.VISIT_DECIDED)[-1].facts
            for chip in list(story.lane.waiting):
                story.presses(Act.RESUME, waiting=chip)
            if story.lane.visit is None:
                break
        outcomes.append((used["outcome"], used["reason"], used["readings"][-1]["centi_celsius"] == last))
    (low, why, reached), (high, _, _) = outcomes
    if reached and not why.startswith("too_cold"):
        assert STRICT.index(Outcome(high)) >= STRICT.index(Outcome(low))


@settings(max_examples=60)
@given(st.lists(st.integers(3400, 3900), min_size=1, max_size=4))
def test_beside_a_normal_nobody_is_let_through_who_was_not_without_it(centis: list[int]) -> None:
    def outcome(story: Day) -> list[str]:
        for centi in centis:
            story.shows(ann).reads(centi / 100, ann)
            for chip in list(story.lane.waiting):
                story.presses(Act.RESUME, waiting=chip)
            if story.lane.visit is None:
                break
        return [str(draft.facts["outcome"]) for draft in story.recorded(kinds.VISIT_DECIDED)]

    with_it, without = outcome(used_gate("with")), outcome(day("without"))
    first = next((place for place, one in enumerate(without) if one != "retake"), len(without))
    if "admit" in with_it:
        assert "refer" not in without[: with_it.index("admit") + 1]
        assert with_it.index("admit") >= first
