"""Cars, families and people the operator joined: every seat its own reading, one entry, the worst decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.patterns import Meaning
from station import kinds
from station.facts import Direction, PassVerdict
from station.lane import party
from station.lane.action import Act
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.restore import restore, restore_brief
from station.lane.timing import Timing
from station.screen.panel import PanelKind
from station.screen.screen import Surroundings, view
from station.screen.view import View
from tests.station.journal_kit import journal_at, tables
from tests.station.storyboard import (
    LOW,
    Day,
    ann,
    ben,
    cai,
    counting,
    dan,
    day,
    isolated,
    resident,
    stranger,
    worker,
)

eva = resident("eva")


def car(title: str, people: int, kind: str = "private") -> Day:
    """A vehicle with so many seats stands at the gate; nobody has shown or measured anything."""
    story = day(title).presses(Act.VEHICLE, kind=kind, plate="豫J8K216")
    for _ in range(people - 1):
        story.presses(Act.COMPANION)
    return story


def screen(story: Day) -> View:
    return view(story.lane, Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1))


def seats(story: Day) -> list[int]:
    """Whose the readings of the newest decision are."""
    return sorted(body["seat"] for body in story.recorded(kinds.VISIT_DECIDED)[-1].facts["readings"])


# -- a car -----------------------------------------------------------------------------------------------------


def test_five_residents_in_a_car_are_one_entry_with_five_readings_and_five_passes() -> None:
    story = car("row 15", 5)
    story.lane.direction = Direction.OUT
    for person, celsius in ((ann, 36.2), (ben, 36.4)):
        story.shows(person).reads(celsius)
    story.shows(cai).says("low").decided()  # the third: no reading
    assert screen(story).panel.headline.code == "now_seat"
    story.reads(36.4).shows(dan).reads(36.5).decided().shows(eva).reads(36.3).decided("admit")
    (entry,) = story.recorded(kinds.VISIT_DECIDED)
    assert (entry.facts["people"], entry.facts["vehicle"], entry.facts["used"]["vehicle"]) == (5, "private", "private")
    assert seats(story) == [1, 2, 3, 4, 5]
    assert entry.personal is not None
    listed = [(one["seat"], one["masked"], one["resident"]) for one in entry.personal["people"]]
    assert listed == [(n, f"{name}*", name) for n, name in enumerate(("ann", "ben", "cai", "dan", "eva"), 1)]
    assert set(entry.personal["people"][0]) >= {"seat", "masked", "last4", "place", "resident", "pass"}
    assert entry.personal["plate"] == "216"
    assert entry.private == {"plate": "豫J8K216"}
    assert "216" not in str(entry.facts)
    story.ends()


def test_all_codes_first_and_then_all_readings() -> None:
    story = car("codes first", 3).shows(ann).shows(ben).waits(40).shows(cai).reads(36.1).waits(30).reads(36.2)
    story.reads(36.3).decided("admit").ends()
    assert seats(story) == [1, 2, 3]


def test_somebody_too_cold_is_measured_again_and_nobody_else() -> None:
    story = car("third again", 3).shows(ann).reads(36.4).shows(ben).reads(36.4).shows(cai).reads(33.4)
    story.expect("retake", "too_cold")
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["seat"] == 3
    panel = screen(story).panel
    assert (panel.headline.code, panel.headline.gaps) == ("again_seat", (("n", "3"),))
    assert [(seat.number, seat.state) for seat in panel.seats] == [(1, "done"), (2, "done"), (3, "next")]
    assert panel.person is not None
    assert panel.person.name == "cai"
    story.reads(36.3).decided("retake", "admit").ends()
    assert seats(story) == [1, 2, 3, 3]


def test_a_fever_is_of_one_seat_and_the_car_waits_aside_while_the_lane_goes_on() -> None:
    story = car("hot third", 4).shows(ann).reads(36.4).shows(ben).reads(36.5).shows(cai).reads(37.9)
    story.expect("retake", "above_line")
    assert [chip.masked for chip in screen(story).waiting] == ["216"]
    story.shows(worker("fix")).reads(36.2).expect("admit", of=worker("fix"))
    story.waits(301).shows(cai)
    assert story.lane.visit is not None
    assert story.lane.visit.next_seat == 3
    story.reads(38.1).expect("refer", "fever")
    facts = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert (facts["seat"], facts["people"]) == (3, 4)
    (case,) = story.lane.cases.values()
    assert case.masked == "cai*"
    panel = screen(story).panel
    assert panel.person is not None
    assert (panel.kind, panel.person.name) == (PanelKind.FEVER, "cai")
    assert story.signals[-1] is Meaning.FEVER
    story.ends()


def test_the_second_high_reading_of_another_seat_is_the_first_of_theirs() -> None:
    story = car("two of them", 2).shows(ann).shows(ben).reads(37.6).waits(301).shows(ann).reads(36.4)
    story.decided("retake").reads(37.7).decided("retake", "retake").waits(301).shows(ben).reads(37.8)
    story.expect("refer", "fever")
    assert next(iter(story.lane.cases.values())).masked == "ben*"
    story.ends()


@pytest.mark.parametrize(
    ("rider", "way", "reason"),
    [(isolated, "out", "home_isolation"), (worker("old", PassVerdict.EXPIRED), "in", "pass_expired")],
)
def test_whoever_fares_worst_decides_for_the_car(rider: Person, way: str, reason: str) -> None:
    story = car("one may not", 2).presses(Act.DIRECTION, to=way).shows(ann).shows(rider).reads(36.4).reads(36.5)
    story.expect("deny", reason)
    facts = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert (facts["seat"], facts["class"], facts["used"]["status"]) == (2, rider.klass, rider.status)
    panel = screen(story).panel
    assert panel.person is not None
    assert panel.person.masked == rider.masked
    assert panel.reasons[0].code == "seat_n"
    story.ends()


def test_what_is_only_missing_is_asked_after_everybody_is_measured() -> None:
    story = car("one unknown", 2).shows(ann).shows(stranger("q")).reads(36.4)
    assert story.lane.visit is not None
    assert story.lane.visit.expects_reading
    story.reads(36.5).asks("no_code").presses(Act.CODE_SEEN, colour="green").expect("admit").ends()


def test_children_have_readings_and_no_names() -> None:
    story = car("family", 3).shows(ann).reads(36.4).reads(36.6).reads(36.7).expect("admit", of=ann).ends()
    personal = story.recorded(kinds.VISIT_DECIDED)[-1].personal
    assert personal is not None
    assert [one["seat"] for one in personal["people"]] == [1]


def test_who_shows_a_code_after_being_measured_is_not_guessed() -> None:
    story = car("measure first", 3).reads(36.4).shows(ann).asks("which_seat")
    keys = [key.arguments for key in screen(story).panel.keys if key.act == "seat"]
    assert keys == [(("seat", number),) for number in "1234"]
    story.refuses("nothing_to_choose", Act.READING_OF, person="0").refuses("bad_seat", Act.SEAT, seat="9")
    story.reads(36.5).asks("which_seat").presses(Act.SEAT, seat="1").reads(36.6).decided("admit").ends()
    assert seats(story) == [1, 2, 3]
    personal = story.recorded(kinds.VISIT_DECIDED)[-1].personal
    assert personal is not None
    assert [(one["seat"], one["resident"]) for one in personal["people"]] == [(1, "ann")]


def test_a_code_too_many_is_the_next_person_or_one_more_seat() -> None:
    story = car("full", 1).shows(ann).shows(ben).asks("two_people").presses(Act.READING_OF, person="0").reads(36.4, ann)
    story.expect("admit", of=ann).here(ben).reads(36.5, ben).expect("admit", of=ben).ends()
    story = car("one more", 1).shows(ann).shows(ben).presses(Act.TOGETHER).reads(36.4).decided().reads(36.5)
    assert story.expect("admit").recorded(kinds.VISIT_DECIDED)[-1].facts["people"] == 2
    story.ends()


def test_a_seat_can_be_chosen_and_measured_again() -> None:
    story = car("the driver again", 3).shows(ann).reads(36.4).presses(Act.SEAT, seat="3").reads(36.5)
    story.presses(Act.SEAT, seat="1").reads(36.6).decided().reads(36.7).expect("admit").ends()
    assert seats(story) == [1, 1, 2, 3]
    story = car("nobody sits there", 2).shows(ann).refuses("bad_seat", Act.SEAT, seat="3")
    story.refuses("bad_seat", Act.SEAT, seat="0")


def test_one_less_until_somebody_is_measured_or_named() -> None:
    story = car("fewer", 4).shows(ann).reads(36.4).presses(Act.FEWER).presses(Act.FEWER).reads(36.5)
    assert story.expect("admit").recorded(kinds.VISIT_DECIDED)[-1].facts["people"] == 2
    story = car("no fewer", 3).shows(ann).shows(ben).presses(Act.FEWER).refuses("seat_taken", Act.FEWER)
    story.reads(36.4).reads(36.4).expect("admit").ends()
    story = car("the last child stays home", 2).shows(ann).reads(36.4).presses(Act.FEWER).expect("admit").ends()


def test_who_rests_is_not_taken_into_a_car_unseen() -> None:
    story = day("slips in").shows(ben).reads(37.9, ben).rests(ben).waits(295).presses(Act.VEHICLE, kind="taxi")
    story.presses(Act.COMPANION).shows(ann).waits(10).shows(ben).noticed("one_by_one").reads(36.2).reads(36.3)
    personal = story.expect("admit", of=ann).rests(ben).recorded(kinds.VISIT_DECIDED)[-1].personal
    assert personal is not None
    assert [one["resident"] for one in personal["people"]] == ["ann"]
    story.ends()
    story = day("measured first").reads(37.9).rests(None).presses(Act.VEHICLE, kind="taxi").shows(ann)
    story.noticed("one_by_one").here(None).ends()


def test_a_car_that_drives_off_leaves_its_readings_behind() -> None:
    story = car("gone", 3).shows(ann).reads(36.4).reads(36.5).waits(119).left().waits(2).idle().left("timeout")
    facts = story.recorded(kinds.VISIT_LEFT)[-1].facts
    assert [body["seat"] for body in facts["readings"]] == [1, 2]
    assert (facts["vehicle"], facts["people"]) == ("private", 3)
    car("never measured", 3).shows(ann).presses(Act.CANCEL).left().idle().ends()


def test_a_known_plate_names_its_owner_and_a_code_corrects_that() -> None:
    story = day("known").presses(Act.VEHICLE, ann, plate="豫J8K216").here(party.replace(ann, source="plate"))
    story.reads(36.4).expect("admit", of=ann).ends()
    story = day("her husband drives").presses(Act.VEHICLE, ann, plate="豫J8K216").shows(ben).reads(36.4, ben)
    story.expect("admit", of=ben).ends()


def test_a_vehicle_can_be_told_after_the_code_and_its_kind_corrected() -> None:
    story = day("lorry").shows(worker("liu")).presses(Act.VEHICLE, kind="private").presses(Act.VEHICLE, kind="work")
    story.refuses("bad_vehicle", Act.VEHICLE, kind="none").refuses("bad_vehicle", Act.VEHICLE, kind="tank")
    story.reads(33.4).expect("retake", "too_cold").reads(36.1).expect("admit", "pass_valid")
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["vehicle"] == "work"
    story.ends()


def test_nobody_can_be_driven_while_they_are_asked_about() -> None:
    story = day("asked").shows(ann).presses(Act.MASK, mask="none").reads(36.4, ann).asks("no_mask")
    story.refuses("not_now", Act.VEHICLE, kind="taxi").refuses("nothing_to_choose", Act.TOGETHER)


# -- on foot ---------------------------------------------------------------------------------------------------


def test_two_who_show_their_codes_belong_together() -> None:
    story = day("a couple").shows(ann).waits(1).shows(ben).asks("two_people").presses(Act.TOGETHER)
    story.reads(36.4).decided().reads(36.5).decided("admit").ends()
    entry = story.recorded(kinds.VISIT_DECIDED)[-1]
    assert (entry.facts["vehicle"], entry.facts["joined"], entry.facts["people"]) == ("none", True, 2)
    assert entry.personal is not None
    assert [one["resident"] for one in entry.personal["people"]] == ["ann", "ben"]


def test_together_is_no_answer_while_a_reading_waits_for_its_owner() -> None:
    story = day("whose").shows(ann).shows(ben).reads(36.4).asks("two_people").refuses("nothing_to_choose", Act.TOGETHER)
    assert "together" not in {key.act for key in screen(story).panel.keys}
    story.presses(Act.READING_OF, person="0").ends()


def test_one_more_before_anybody_came() -> None:
    story = day("two and one code").presses(Act.COMPANION).shows(ann).reads(36.4).decided().reads(36.5)
    assert story.expect("admit", of=ann).recorded(kinds.VISIT_DECIDED)[-1].facts["people"] == 2
    story.ends()


def test_a_family_under_one_pass_is_told_whom_to_measure_again() -> None:
    story = day("row 12").shows(ann)
    for _ in range(3):
        story.presses(Act.COMPANION)
    story.reads(36.4).reads(36.6).reads(33.7).reads(36.1).expect("retake", "too_cold")
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["seat"] == 3
    assert screen(story).panel.headline.gaps == (("n", "3"),)
    story.reads(36.7).expect("admit", of=ann).ends()
    assert seats(story) == [1, 2, 3, 3, 4]


@pytest.mark.parametrize("second", [12, 14])
def test_the_next_in_the_queue_is_not_taken_for_one_of_a_family(second: int) -> None:
    story = day("queue").shows(ann).presses(Act.COMPANION).reads(36.4).waits(second).shows(ben)
    story.asks("two_people").presses(Act.READING_OF, person="0").reads(36.5).expect("admit", of=ann)
    story.here(ben).reads(36.6, ben).expect("admit", of=ben).ends()


# -- restart ---------------------------------------------------------------------------------------------------


def written(story: Day, folder: Path) -> None:
    journal = journal_at(folder)
    for _, draft in story.disk.entries:
        journal.append(draft)
    journal.close()


def started_again(folder: Path, story: Day) -> Day:
    """What a new process makes of the journal."""
    journal = journal_at(folder)
    lane = Lane(LOW, counting(), Timing())
    known = {person.resident: person for person in (ann, ben, cai, dan)}
    restore(
        lane,
        [tuple(row) for row in journal.rows("SELECT visit, tag, since_ms, facts, personal FROM waiting")],
        [],
        known.get,
        story.now_ms,
    )
    restore_brief(
        lane,
        [tuple(row) for row in journal.rows("SELECT facts, personal FROM unfinished")],
        [tuple(row) for row in journal.rows("SELECT epoch, seq, visit, at_ms FROM handed")],
    )
    journal.close()
    return Day("after", lane, story.now_ms + 400_000).waits(1)


def test_what_was_measured_of_a_car_ends_in_an_entry_after_a_power_cut(tmp_path: Path) -> None:
    story = car("cut", 3).shows(ann).reads(36.4).shows(ben).reads(36.5)
    assert [len(draft.facts["readings"]) for draft in story.recorded(kinds.VISIT_MEASURED)] == [1, 2]
    written(story, tmp_path)
    after = started_again(tmp_path, story).left("restarted")
    (left,) = after.recorded(kinds.VISIT_LEFT)
    assert [body["centi_celsius"] for body in left.facts["readings"]] == [3640, 3650]
    written(after, tmp_path)
    assert tables(tmp_path)["unfinished"] == []


def test_a_parked_car_is_back_with_its_people_and_seats(tmp_path: Path) -> None:
    story = car("parked", 4).shows(ann).reads(36.4).shows(ben).reads(37.9).rests(ann)
    written(story, tmp_path)
    assert tables(tmp_path)["unfinished"] == []
    after = started_again(tmp_path, story)
    (visit,) = after.lane.waiting.values()
    assert [(seat, person.key) for seat, person in party.named(visit)] == [(1, "r:ann"), (2, "r:ben")]
    assert (visit.plate, visit.vehicle, visit.next_seat, visit.people) == ("216", "private", 2, 4)
    after.shows(ben).reads(36.6).reads(36.2).reads(36.3).expect("admit")
    assert seats(after) == [1, 2, 2, 3, 4]


def test_readings_after_a_rest_survive_too(tmp_path: Path) -> None:
    story = car("parked, back", 3).shows(ann).reads(37.9).waits(301).shows(ann).reads(36.4)
    written(story, tmp_path)
    after = started_again(tmp_path, story)
    (visit,) = after.lane.waiting.values()
    assert {one.centi_celsius for one in visit.readings} == {3790, 3640}
    assert visit.expects_reading
