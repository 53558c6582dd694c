"""Who is measured?  In every one of these a second person is inside the window."""

from __future__ import annotations

import pytest

from drivers.patterns import Meaning
from station import kinds
from station.lane.action import Act
from tests.station.storyboard import ann, ben, cai, dan, day, resident, round_of, stranger


def test_code_then_reading() -> None:
    day("code, reading; the next scans while the green still shows").shows(ann).waits(2).reads(36.5, ann).expect(
        "admit", "resident", ann
    ).shows(ben).waits(1).here(ben, "open").reads(36.6, ben).expect("admit", of=ben).ends()


def test_reading_then_code() -> None:
    day("reading, code, and the next one at once").reads(36.5, ann).here(None, "open").waits(3).shows(ann).expect(
        "admit", of=ann
    ).reads(36.7, ben).shows(ben).expect("admit", of=ben).ends()


@pytest.mark.parametrize("first", [True, False])
def test_two_codes_before_a_reading_are_asked_about(first: bool) -> None:
    measured = ann if first else ben
    story = day("two codes").shows(ann).waits(2).shows(ben).asks("two_people").decided()
    story.reads(36.5, measured).asks("two_people").decided()
    story.presses(Act.READING_OF, person="0" if first else "1").expect("admit", of=measured)
    other = ben if first else ann
    story.here(other, "open").reads(36.6, other).expect("admit", of=other).ends()


def test_two_codes_answered_before_anybody_is_measured() -> None:
    story = (
        day("two codes, answer, reading").shows(ann).shows(ben).presses(Act.READING_OF, person="1").here(ben, "open")
    )
    story.reads(36.5, ben).expect("admit", of=ben).here(ann, "open").reads(36.6, ann).expect("admit", of=ann).ends()


def test_a_third_code_while_two_are_asked_about_changes_nothing() -> None:
    story = day("three codes").shows(ann).shows(ben).shows(cai).asks("two_people").noticed("one_by_one")
    story.reads(36.5, ann).presses(Act.READING_OF, person="0").expect("admit", of=ann).here(ben).ends()


@pytest.mark.parametrize(("mine", "other"), [(36.1, 36.9), (36.9, 36.1)])
def test_reading_then_two_codes_gives_it_to_the_first_and_measures_the_second(mine: float, other: float) -> None:
    day("reading, two codes").reads(mine, ann).shows(ann).expect("admit", of=ann).shows(ben).here(ben, "open").reads(
        other, ben
    ).expect("admit", of=ben).decided("admit", "admit").ends()


@pytest.mark.parametrize("older", [True, False])
def test_reading_reading_code_is_asked_about(older: bool) -> None:
    story = day("two readings, one code").reads(36.1, ann if older else ben).waits(2).reads(36.9, ben if older else ann)
    story.asks("whose_reading").shows(ann).asks("whose_reading").decided()
    story.presses(Act.READING_OF, person="0" if older else "1").expect("admit", of=ann)
    (left,) = story.recorded(kinds.VISIT_LEFT)
    assert left.personal is None
    story.ends()


def test_two_readings_of_one_person_without_a_code() -> None:
    story = day("measured twice").reads(36.1, ann).waits(1).reads(36.3, ann).asks("whose_reading")
    story.presses(Act.READING_OF, person="0").here(None, "open").shows(ann).expect("admit", of=ann)
    assert len(story.recorded(kinds.VISIT_DECIDED)[0].facts["readings"]) == 2
    story.ends()


def test_two_readings_of_two_people_without_a_code() -> None:
    story = day("the next steps up").reads(36.1, ann).waits(1).reads(36.3, ben).asks("whose_reading").waits(8)
    story.presses(Act.READING_OF, person="1").left("next_person").here(None, "open").shows(ben)
    story.expect("admit", of=ben).ends()


def test_a_third_reading_loses_none_of_the_others() -> None:
    story = (
        day("babble")
        .reads(36.1)
        .reads(36.2)
        .reads(36.3)
        .reads(36.4)
        .asks("whose_reading")
        .left("unclaimed", "unclaimed")
    )
    story.presses(Act.READING_OF, person="0").ends()


def test_a_code_out_of_the_window_does_not_get_the_reading() -> None:
    story = day("sixteen seconds").reads(36.5, ben).waits(16).shows(ann).here(ann, "open").left("no_code").decided()
    story.reads(36.6, ann).expect("admit", of=ann).ends()


def test_a_reading_out_of_the_window_is_asked_about() -> None:
    story = day("slow").shows(ann).waits(16).reads(36.5, ben).asks("whose_reading").decided()
    story.presses(Act.READING_OF, person="1").here(None, "open").shows(ben).expect("admit", of=ben).ends()


def test_a_code_shown_again_opens_the_window_again() -> None:
    day("still here").shows(ann).waits(14).shows(ann).waits(10).reads(36.5, ann).expect("admit", of=ann).ends()


def test_a_second_code_after_the_window_replaces_who_was_never_measured() -> None:
    day("gone").shows(ann).waits(17).shows(ben).here(ben, "open").reads(36.5, ben).expect("admit", of=ben).ends()


# -- resting -----------------------------------------------------------------------------------------------------


def test_code_and_reading_of_the_next_while_one_rests() -> None:
    story = day("parked; the lane goes on").shows(ann).reads(37.5, ann).expect("retake", "above_line").rests(ann).idle()
    story.shows(ben).reads(36.5, ben).expect("admit", of=ben).rests(ann)
    story.waits(300).shows(ann).here(ann, "open").rests().reads(36.4, ann).expect("admit", of=ann).ends()


def test_who_rests_is_not_measured_by_somebody_elses_reading() -> None:
    story = day("a reading out of nowhere").shows(ann).reads(37.5, ann).waits(400).reads(36.5, ben).rests(ann)
    story.here(None, "open").shows(ben).expect("admit", of=ben).rests(ann).ends()


def test_coming_back_by_code_too_early_changes_nothing() -> None:
    story = day("too early").shows(ann).reads(37.5, ann).waits(60).shows(ben).shows(ann).noticed("rest_more")
    story.rests(ann).here(ben, "open").reads(36.5, ben).expect("admit", of=ben).ends()


def test_coming_back_by_code_in_time_and_still_high() -> None:
    story = day("second high").shows(ann).reads(37.5, ann).waits(300).shows(ann).reads(37.4, ann)
    story.expect("refer", "fever", ann).signalled(Meaning.RETAKE, Meaning.FEVER)
    assert len(story.lane.cases) == 1
    story.ends()


def test_coming_back_measured_first_and_shown_after() -> None:
    story = day("reading, then the code of who rested").shows(ann).reads(37.5, ann).waits(300).reads(36.4, ann)
    story.here(None, "open").shows(ann).expect("admit", of=ann).rests().ends()
    story = (
        day("high, then the code of who rested")
        .shows(ann)
        .reads(37.5, ann)
        .waits(300)
        .reads(37.4, ann)
        .rests(ann, None)
    )
    story.shows(ann).asks("was_it_you").presses(Act.READING_OF, person="0").expect("refer", "fever", ann).rests().ends()
    story = day("somebody else's high").shows(ann).reads(37.5, ann).waits(300).reads(37.4, ben).shows(ann)
    story.presses(Act.READING_OF, person="1").here(ann, "open").reads(36.4, ann).expect("admit", of=ann).rests(None)
    story.ends()


def test_coming_back_by_chip() -> None:
    story = day("tap").shows(ann).reads(37.5, ann).waits(60)
    story.presses(Act.RESUME, waiting=next(iter(story.lane.waiting))).here(ann, "open").rests()
    story.reads(36.5, ann).expect("admit", of=ann).ends()


def test_coming_back_by_chip_without_a_name_keeps_what_was_read_before() -> None:
    story = day("no code, tap").reads(37.5, ann).rests(None).waits(300)
    story.presses(Act.RESUME, waiting=next(iter(story.lane.waiting))).reads(37.4, ann).expect("refer", "fever").ends()
    story = day("no code, tap, then a code").reads(37.5, ann).waits(300)
    story.presses(Act.RESUME, waiting=next(iter(story.lane.waiting))).shows(ann).here(ann, "open")
    story.reads(37.4, ann).expect("refer", "fever", ann).ends()


def test_coming_back_while_another_waits_to_be_measured_is_asked_about() -> None:
    # Ben's code is on, Ann has rested: the next reading may be of either.
    story = day("two people, one rested").shows(ann).reads(37.6, ann).waits(300).shows(ben).waits(2).shows(ann)
    story.asks("two_people").reads(36.5, ben).presses(Act.READING_OF, person="0").expect("admit", of=ben)
    story.here(ann, "open").reads(37.6, ann).expect("refer", "fever", ann).ends()
    story = day("the one who rested first").shows(ann).reads(37.6, ann).waits(300).shows(ben).waits(2).shows(ann)
    story.reads(37.6, ann).presses(Act.READING_OF, person="1").expect("refer", "fever", ann)
    story.here(ben, "open").reads(36.5, ben).expect("admit", of=ben).ends()


def test_coming_back_while_another_is_asked_about_does_not_drop_them() -> None:
    story = (
        day("mask").shows(ann).reads(37.6, ann).waits(300).shows(ben).presses(Act.MASK, mask="none").reads(36.5, ben)
    )
    story.asks("no_mask").shows(ann).asks("no_mask").here(ben).reads(36.4, ann)
    story.presses(Act.MASK, mask="given").expect("admit", of=ann)
    assert [draft.facts["outcome"] for draft in story.recorded(kinds.VISIT_DECIDED)] == ["retake", "admit", "admit"]
    story.ends()


def test_who_never_comes_back_is_written_down_with_what_was_read() -> None:
    story = day("left").shows(ann).reads(37.5, ann).waits(100).shows(ben).reads(36.5, ben)
    story.ends()
    (left,) = story.recorded(kinds.WAITING_LEFT)
    assert left.facts["reason"] == "left_without_retake"
    assert [body["centi_celsius"] for body in left.facts["readings"]] == [3750]


# -- too cold ----------------------------------------------------------------------------------------------------


def test_a_cold_one_is_measured_again_right_here() -> None:
    story = day("frost").shows(ann).reads(33.2, ann).expect("retake", "too_cold").here(ann, "again").waits(5)
    story.reads(36.1, ann).expect("admit", of=ann).ends()


def test_a_cold_one_makes_room_for_the_next_and_keeps_a_chip() -> None:
    story = day("cold, then the next").shows(ann).reads(33.2, ann).waits(2).shows(ben).rests(ann).here(ben, "open")
    story.reads(36.5, ben).expect("admit", of=ben).shows(ann).here(ann, "open").reads(36.1, ann)
    story.expect("admit", of=ann).ends()


def test_a_second_cold_one_is_not_normal_either() -> None:
    story = day("cold twice").shows(ann).reads(33.2, ann).reads(33.3, ann).expect("retake", "too_cold_again")
    story.here(ann, "again").presses(Act.BY_HAND, centi_celsius="3640", site="contact").expect("admit", of=ann).ends()


def test_a_cold_stranger_shows_a_code_in_time() -> None:
    story = day("cold, no code yet").reads(33.2, ann).here(None, "again").waits(3).shows(ann).here(ann)
    story.reads(36.1, ann).expect("admit", of=ann).ends()


def test_a_reading_long_after_the_cold_one_is_asked_about() -> None:
    story = day("cold, 20 s").shows(ann).reads(33.2, ann).waits(20).reads(36.5, ben).asks("whose_reading")
    story.presses(Act.READING_OF, person="1").rests(ann).shows(ben).expect("admit", of=ben).ends()


# -- was it you? -------------------------------------------------------------------------------------------------


def test_a_high_reading_without_a_code_and_then_a_code_is_asked_about() -> None:
    story = day("high, no code, code").reads(37.8, ann).rests(None).waits(4).shows(ann).asks("was_it_you")
    story.presses(Act.READING_OF, person="0").noticed("rest_more").rests(ann).idle()
    story.waits(300).shows(ann).reads(37.9, ann).expect("refer", "fever", ann).ends()


def test_it_was_somebody_else() -> None:
    story = day("high, no code, the next").reads(37.8, ann).waits(4).shows(ben).asks("was_it_you").reads(36.5, ben)
    story.presses(Act.READING_OF, person="1").expect("admit", of=ben).rests(None).ends()


def test_a_high_reading_is_not_washed_away_by_measuring_again_before_the_code() -> None:
    story = day("high, again, code").reads(37.8, ann).waits(3).reads(36.9, ann).waits(2).shows(ann).asks("was_it_you")
    story.decided("retake").presses(Act.READING_OF, person="0").rests(ann).left("same_person").decided("retake").ends()


def test_a_high_reading_is_not_washed_away_by_searching_for_somebody_who_rests() -> None:
    story = day("rested, strange code, search").shows(ann).reads(37.8, ann).waits(400)
    story.shows(stranger("q")).reads(36.9, ann).asks("no_code").presses(Act.IDENTIFY, ann, resident="ann")
    story.expect("admit", "resident", ann).rests()
    assert len(story.recorded(kinds.VISIT_DECIDED)[-1].facts["readings"]) == 2
    story.ends()
    story = day("resting, strange code, search").shows(ann).reads(37.8, ann).waits(20)
    story.shows(stranger("q")).reads(36.9, ann).presses(Act.IDENTIFY, ann, resident="ann").noticed("rest_more")
    story.decided("retake").rests(ann).ends()


def test_a_high_reading_long_ago_is_not_asked_about() -> None:
    story = day("16 s later").reads(37.8, ann).waits(16).shows(ben).here(ben, "open").reads(36.5, ben)
    story.expect("admit", of=ben).rests(None).ends()


# -- groups ------------------------------------------------------------------------------------------------------


def test_a_family_is_admitted_when_all_are_measured() -> None:
    story = day("four").shows(ann)
    for _ in range(3):
        story.presses(Act.COMPANION)
    story.reads(36.4).reads(36.6).waits(9).reads(36.7).decided().reads(36.1).expect("admit", of=ann)
    assert story.recorded(kinds.VISIT_DECIDED)[0].facts["people"] == 4
    story.ends()


def test_one_high_of_a_group_sends_them_to_rest_at_once() -> None:
    story = day("one of three").shows(ann).presses(Act.COMPANION).presses(Act.COMPANION).reads(36.4).reads(37.6)
    story.expect("retake", "above_line").rests(ann).shows(ben).reads(36.5, ben).expect("admit", of=ben)
    story.waits(300).shows(ann).here(ann, "open")
    assert round_of(story.lane.visit) == [36.4]
    story.reads(36.3).here(ann, "open").reads(36.2).expect("admit", of=ann).ends()


def test_one_cold_of_a_group_is_measured_again_alone() -> None:
    story = (
        day("one cold of two").shows(ann).presses(Act.COMPANION).reads(36.4).reads(33.1).expect("retake", "too_cold")
    )
    assert round_of(story.lane.visit) == [36.4]
    story.reads(36.0).expect("admit", of=ann).ends()
    story = day("one cold of two, the next scans").shows(ann).presses(Act.COMPANION).reads(36.4).reads(33.1).shows(ben)
    story.rests(ann).reads(36.5, ben).expect("admit", of=ben).shows(ann).reads(36.0).expect("admit", of=ann).ends()


def test_a_strangers_code_in_the_middle_of_a_group_is_asked_about() -> None:
    story = day("group and next").shows(ann).presses(Act.COMPANION).reads(36.4, ann).shows(ben).asks("two_people")
    story.reads(36.6, ben).presses(Act.READING_OF, person="1").expect("admit", of=ben).here(ann, "open")
    assert round_of(story.lane.visit) == [36.4]
    story.reads(36.3, ann).expect("admit", of=ann).ends()


def test_a_late_reading_of_a_group_can_be_added() -> None:
    story = day("slow second").shows(ann).presses(Act.COMPANION).reads(36.4, ann).waits(17).reads(36.3, ann)
    story.asks("whose_reading").presses(Act.READING_OF, person="0").expect("admit", of=ann)
    assert len(story.recorded(kinds.VISIT_DECIDED)[0].facts["readings"]) == 2
    story.ends()


# -- while somebody is asked about -------------------------------------------------------------------------------


def test_the_next_scans_and_measures_while_one_is_asked_for_a_mask() -> None:
    story = day("mask").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann).asks("no_mask")
    story.waits(3).shows(ben).waits(2).reads(36.6, ben).asks("no_mask").here(ann).decided().waits(40)
    story.presses(Act.MASK, mask="given").decided("admit", "admit").expect("admit", of=ben).ends()


def test_the_next_measures_and_scans_while_one_is_asked_about() -> None:
    story = day("mask").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann)
    story.reads(36.6, ben).waits(2).shows(ben).presses(Act.CANCEL).left("cancelled").expect("admit", of=ben).ends()


def test_next_and_next_but_one_are_not_mixed_up() -> None:
    story = day("two codes behind").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann)
    story.shows(ben).shows(cai).reads(36.6, cai).presses(Act.MASK, mask="given").expect("admit", of=ann)
    story.asks("two_people").presses(Act.READING_OF, person="1").expect("admit", of=cai).here(ben)
    story.reads(36.7, ben).expect("admit", of=ben).ends()


def test_two_readings_behind_are_not_given_to_one_code() -> None:
    story = day("two readings behind").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann)
    story.reads(36.6, ben).reads(36.7, cai).shows(cai).presses(Act.MASK, mask="given").expect("admit", of=ann)
    story.asks("whose_reading").presses(Act.READING_OF, person="1").expect("admit", of=cai).ends()


def test_a_reading_behind_long_ago_is_not_given_to_a_code_now() -> None:
    story = day("stale behind").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann)
    story.reads(36.6, ben).waits(16).shows(cai).left("next_person").presses(Act.MASK, mask="given").here(cai, "open")
    story.reads(36.7, cai).expect("admit", of=cai).ends()


def test_who_is_whole_and_waits_is_not_displaced() -> None:
    story = day("whole").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann).shows(ben).reads(36.6, ben)
    story.shows(cai).noticed("one_by_one").shows(ben).waits(60).presses(Act.CANCEL).expect("admit", of=ben)
    story.shows(cai).reads(36.7, cai).expect("admit", of=cai).ends()


def test_a_fever_behind_does_not_wait_for_its_turn() -> None:
    story = day("second high behind").shows(ben).reads(37.6, ben).waits(300)
    story.shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann).asks("no_mask").shows(ben).reads(37.8, ben)
    story.expect("refer", "fever", ben).asks("no_mask").here(ann)
    assert Meaning.FEVER in story.signals
    story.presses(Act.MASK, mask="given").expect("admit", of=ann).ends()


def test_a_first_high_behind_rests_at_once() -> None:
    story = day("first high behind").shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann).reads(37.8, ben)
    story.rests(None).expect("retake", "above_line").asks("no_mask").ends()


def test_who_is_next_comes_up_however_the_question_ends() -> None:
    for ending in ("cancel", "timeout", "exception"):
        story = day(ending).shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann)
        if ending == "timeout":
            story.waits(118).shows(ben).waits(3)
        else:
            story.shows(ben)
        if ending == "cancel":
            story.presses(Act.CANCEL)
        if ending == "exception":
            story.presses(Act.EXCEPTION, reason="doctor")
        story.here(ben, "open").reads(36.6, ben).expect("admit", of=ben).ends()


# -- a question comes first --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "press",
    [
        (Act.CODE_SEEN, {"colour": "green"}),
        (Act.MASK, {"mask": "none"}),
        (Act.COMPANION, {}),
        (Act.EXCEPTION, {"reason": "x"}),
        (Act.BY_HAND, {"centi_celsius": "3650", "site": "contact"}),
        (Act.PARK, {}),
    ],
    ids=lambda press: press[0],
)
def test_nothing_else_is_done_before_it_is_clear_who_is_who(press: tuple[Act, dict[str, str]]) -> None:
    name, arguments = press
    two_readings = day("two readings").reads(36.5, ann).reads(36.6, ben)
    two_codes = day("two codes").shows(ann).shows(ben).reads(36.5)
    claim = day("claim").reads(37.8, ann).shows(ben)
    for story in (two_readings, two_codes, claim):
        story.refuses("not_now", name, **arguments).ends()


def test_a_search_in_the_middle_of_a_question_is_one_person_too_many() -> None:
    story = day("search").shows(ann).shows(ben).presses(Act.IDENTIFY, cai, resident="cai").noticed("one_by_one")
    story.asks("two_people").ends()


def test_nobody_asked_is_nothing_to_choose() -> None:
    day("idle").refuses("nothing_to_choose", Act.READING_OF, person="0").shows(ann).refuses(
        "nothing_to_choose", Act.READING_OF, person="0"
    )


def test_a_strip_that_is_full_gives_up_its_oldest() -> None:
    story = day("crowd")
    people = [resident(f"p{number}") for number in range(26)]
    for person in people:
        story.shows(person).reads(37.6, person).waits(1)
    assert len(story.lane.waiting) == 24
    assert len(story.recorded(kinds.WAITING_LEFT)) == 2
    tags = [visit.tag for visit in story.lane.waiting.values()]
    assert len(set(tags)) == 24
    # Room is made for whoever comes back before anybody is put on the strip.
    story.shows(dan).reads(33.0, dan).here(dan, "again").waits(300)
    oldest = next(iter(story.lane.waiting))
    story.shows(dan).reads(33.0, dan).presses(Act.RESUME, waiting=oldest).ends()
