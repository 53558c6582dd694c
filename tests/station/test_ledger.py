"""Who is inside and who is out: the ledger in the lane, its table in the journal, and what the screen asks."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.patterns import Meaning
from station import kinds
from station.facts import PassVerdict, PersonClass, Status, Whereabouts
from station.journal.draft import Draft
from station.journal.rebuild import rebuild_file
from station.lane.action import Act
from station.lane.lane import Lane
from station.lane.person import Person
from station.ledger.history import House, Limits
from station.ledger.ledger import COUNTED_MS, DAY_MS, LOOK_BACK_MS, MOST_KEPT, Ledger, keys_of
from station.ledger.table import SELECT, moves
from station.policy.file import parse_policy
from station.screen import party as party_screen
from station.screen.panel import PanelKind
from station.screen.people_board import PeopleBoard, overdue_minutes, people_board
from station.screen.screen import Surroundings, panel
from tests.station.journal_kit import identity, journal_at
from tests.station.storyboard import Day, ann, ben, day, resident, worker

TWO_HOURS = Limits(minutes_out=120)
PASSES = parse_policy(resources.files("station").joinpath("regimes/passes.toml").read_text("utf-8"))


def holder(name: str, limits: Limits = TWO_HOURS, **fields: Any) -> Person:
    """Somebody of the roster who shows their own pass."""
    fields = {"pass_id": name * 2, "pass_verdict": PassVerdict.VALID, "notes": ("pass_valid",), **fields}
    return resident(name, limits=limits, **fields)


he, liu = holder("he"), holder("liu")
ma = worker("ma")


def gate(title: str, only_gate: bool = True, short_trip_minutes: int = 10) -> Day:
    """A day at a gate that is the only one unless told otherwise."""
    story = day(title)
    story.lane.house = House(only_gate, short_trip_minutes * 60_000)
    return story


def goes(story: Day, person: Person, way: str) -> Day:
    """*person* walks through without a word; the green has gone when they are through."""
    story.presses(Act.DIRECTION, to=way)
    return story.shows(person).reads(36.4, person).expect("admit", of=person).waits(11)


def used(story: Day) -> dict[str, Any]:
    """The facts of the newest decision."""
    facts: dict[str, Any] = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    return facts


def board(story: Day, residents: int = 0) -> PeopleBoard:
    lane = story.lane
    return people_board(lane.ledger.last_moves(story.now_ms), residents, lane.house.only_gate, story.now_ms)


# -- out and back --------------------------------------------------------------------------------------------------


def test_who_leaves_with_a_pass_is_due_back_and_noted_when_late() -> None:
    story = goes(gate("row 9 and 17"), he, "out")
    (out,) = board(story).outside
    assert (out.masked, out.due_ms and out.due_ms - out.since_ms) == ("he*", 7_200_000)
    assert board(story).overdue == ()
    story.waits(7_200 + 7 * 60)
    (late,) = board(story).overdue
    assert overdue_minutes(late, story.now_ms) == 7
    facts = used(goes(story, he, "in"))
    assert facts["used"]["overdue_minutes"] == 7
    assert "overdue" in facts["notes"]
    assert board(story).outside == board(story).overdue == ()
    story.ends()


def test_who_is_back_in_time_is_not_noted() -> None:
    facts = used(goes(goes(gate("in time"), he, "out").waits(7_100), he, "in"))
    assert facts["used"]["overdue_minutes"] == 0
    assert facts["notes"] == ["pass_valid"]
    assert facts["used"]["whereabouts"] == Whereabouts.OUTSIDE


def test_found_by_name_on_the_way_back_ends_an_outing_with_a_pass() -> None:
    story = goes(gate("phone dead"), he, "out")
    found = replace(he, pass_id="", pass_verdict=PassVerdict.NONE, source="search", limits=Limits(), notes=())
    story.presses(Act.DIRECTION, to="in").presses(Act.IDENTIFY, found).reads(36.4, he).expect("admit", of=he)
    assert board(story).outside == ()


def test_without_a_clock_nobody_is_late() -> None:
    story = goes(gate("no clock"), he, "out").waits(9_000)
    story.lane.clock_known = False
    assert used(goes(story, he, "in"))["used"]["overdue_minutes"] == 0


# -- a copy, or an exit that nobody saw ----------------------------------------------------------------------------


def test_a_resident_inside_by_the_record_is_compared_and_let_in_with_one_tap() -> None:
    story = goes(gate("row 29"), liu, "in").waits(600)
    story.shows(liu).reads(36.3, liu).asks("recorded_inside")
    story.presses(Act.HOLDER, same="yes").expect("admit", of=liu)
    assert "exit_backfilled" in used(story)["notes"]
    assert used(story)["used"]["whereabouts"] == Whereabouts.INSIDE
    story.ends()


def doubtful_car(title: str) -> Day:
    """Two who are inside by the record, and one who is not, come in in one car."""
    story = goes(goes(gate(title), liu, "in").waits(600), he, "in").waits(600)
    story.presses(Act.DIRECTION, to="in").presses(Act.VEHICLE, kind="private").presses(Act.COMPANION)
    story.presses(Act.COMPANION).shows(ben).shows(liu).shows(he)
    return story.reads(36.3).reads(36.4).reads(36.5)


def strip(story: Day) -> str:
    line = party_screen.line(story.lane.visit) if story.lane.visit is not None else None
    return line.masked if line is not None else ""


def test_of_a_party_each_who_is_inside_by_the_record_is_compared() -> None:
    story = doubtful_car("a car").asks("recorded_inside")
    assert strip(story) == liu.masked
    story.presses(Act.HOLDER, same="yes").asks("recorded_inside")
    assert strip(story) == he.masked
    story.presses(Act.HOLDER, same="yes").expect("admit")
    personal = story.recorded(kinds.VISIT_DECIDED)[-1].personal
    assert personal is not None
    assert [one["resident"] for one in personal["people"]] == [ben.resident, liu.resident, he.resident]


def test_of_a_party_who_is_not_the_holder_is_refused_on_their_own_seat() -> None:
    story = doubtful_car("a copy in the car").presses(Act.HOLDER, same="yes").presses(Act.HOLDER, same="no")
    story.expect("deny", "pass_borrowed")
    assert used(story)["seat"] == 3
    personal = story.recorded(kinds.VISIT_DECIDED)[-1].personal
    assert personal is not None
    assert [one["resident"] for one in personal["people"]] == [ben.resident, liu.resident, ""]
    assert used(goes(story.waits(60), he, "out"))["notes"] == ["pass_valid"]  # the holder keeps every right


def test_whom_a_search_puts_in_the_place_of_somebody_compared_is_compared_too() -> None:
    story = goes(goes(gate("another"), liu, "in").waits(600), he, "in").waits(600)
    story.shows(liu).reads(36.3, liu).asks("recorded_inside")
    lane = story.lane
    assert lane.visit is not None
    lane.visit = replace(lane.visit, compared=(liu.key,), person=he)
    story.presses(Act.MASK, mask="worn").asks("recorded_inside")
    assert strip(story) == he.masked


def test_somebody_else_with_a_copy_is_refused_and_its_holder_keeps_every_right() -> None:
    story = goes(gate("row 1 and 28"), he, "in").waits(600)
    story.shows(he).reads(36.2).asks("recorded_inside").presses(Act.HOLDER, same="no")
    story.expect("deny", "pass_borrowed")
    facts, personal = used(story), story.recorded(kinds.VISIT_DECIDED)[-1].personal
    assert facts["used"]["pass_verdict"] == PassVerdict.BORROWED
    assert facts["class"] == PersonClass.UNKNOWN
    assert personal is not None
    assert (personal["resident"], personal["pass"]) == ("", "hehe")
    assert story.signals[-1] is Meaning.DENY
    assert used(goes(story.waits(60), he, "out"))["notes"] == ["pass_valid"]


def test_a_copy_with_a_fever_is_a_fever() -> None:
    story = goes(gate("fever first"), he, "in").waits(600).shows(he).reads(37.9)
    story.expect("retake", "above_line")


def test_an_outsider_with_a_copy_is_refused_without_a_question() -> None:
    story = goes(gate("copy of a work pass"), ma, "in").waits(600)
    story.presses(Act.DIRECTION, to="in").shows(ma).reads(36.2).expect("deny", "pass_borrowed")


def test_nothing_is_added_for_somebody_who_is_not_let_through() -> None:
    story = goes(gate("isolated"), he, "in").waits(600).shows(replace(he, status=Status.ISOLATION)).reads(36.2, he)
    assert used(story.expect("refer", "home_isolation"))["notes"] == ["pass_valid"]


def test_an_outsider_can_always_leave() -> None:
    story = goes(gate("out twice"), ma, "out").waits(600)
    assert used(goes(story, ma, "out"))["notes"] == ["entry_backfilled"]


def test_somebody_found_by_name_was_compared_already() -> None:
    found = replace(ann, source="search")
    story = goes(goes(gate("search"), found, "in").waits(600), found, "in")
    assert used(story)["notes"] == ["exit_backfilled"]


def test_no_answer_means_nobody_passed() -> None:
    story = goes(gate("walks off"), liu, "in").waits(600).shows(liu).reads(36.3, liu)
    story.asks("recorded_inside").waits(121).left("timeout").ends()


def test_an_answer_where_nothing_was_asked_is_refused() -> None:
    gate("stray").shows(ann).refuses("nothing_to_choose", Act.HOLDER, same="yes")
    gate("nobody").refuses("no_visit", Act.HOLDER, same="no")


def test_an_approved_exception_is_not_asked_again() -> None:
    story = goes(gate("exception"), liu, "in").waits(600).shows(liu).reads(36.3, liu).asks("recorded_inside")
    story.presses(Act.EXCEPTION, reason="known").expect("admit", "exception")


# -- several gates -------------------------------------------------------------------------------------------------


def test_with_several_gates_a_resident_passes_without_a_tap_and_the_screen_says_what_is_not_known() -> None:
    story = goes(goes(gate("other gate", only_gate=False), he, "in").waits(600), he, "in")
    assert used(story)["notes"] == ["pass_valid", "other_gate_unknown"]
    assert used(story)["used"]["whereabouts"] == Whereabouts.UNCERTAIN


def test_with_several_gates_an_outsider_is_compared() -> None:
    story = goes(gate("other gate", only_gate=False), ma, "in").waits(600)
    story.shows(ma).reads(36.2, ma).asks("maybe_other_gate").presses(Act.HOLDER, same="no")
    story.expect("deny", "pass_borrowed").waits(11)
    story.shows(ma).reads(36.2, ma).presses(Act.HOLDER, same="yes").expect("admit", "pass_valid", of=ma)


def test_nobody_walks_around_to_another_gate_within_three_minutes() -> None:
    story = goes(gate("too soon", only_gate=False), ma, "in").waits(60)
    story.shows(ma).reads(36.2).expect("deny", "pass_borrowed").waits(11)
    assert used(goes(goes(story, he, "in"), he, "in"))["notes"] == ["pass_valid", "other_gate_unknown"]


# -- outings -------------------------------------------------------------------------------------------------------


def closed_to_spent(story: Day) -> Day:
    """The regime in which a way out needs a pass."""
    story.lane.policy = PASSES
    return story


def test_no_outings_left_is_refused_on_the_way_out_and_never_on_the_way_home() -> None:
    once = holder("once", Limits(outings=1))
    story = goes(closed_to_spent(gate("spent")), once, "out").waits(1_200)
    goes(story, once, "in").waits(60).presses(Act.DIRECTION, to="out")
    story.shows(once).reads(36.4, once).expect("deny", "pass_spent")
    assert used(story)["used"]["outings_today"] == 1
    assert used(story)["notes"] == ["pass_spent"]
    story.waits(86_400 - 3_000)
    assert used(goes(story, once, "out"))["used"]["outings_today"] == 0


@pytest.mark.parametrize(("minutes", "counts"), [(10, 0), (0, 1)])
def test_a_trip_to_the_bins_need_not_count(minutes: int, counts: int) -> None:
    story = goes(gate("bins", short_trip_minutes=minutes), he, "out").waits(300)
    goes(story, he, "in").waits(60)
    assert used(goes(story, he, "out"))["used"]["outings_today"] == counts


def test_entries_of_an_outsider_are_counted_by_day() -> None:
    twice = worker("two")
    twice = replace(twice, limits=Limits(outings=2))
    story = gate("twice")
    for _ in range(2):
        goes(goes(story, twice, "in").waits(60), twice, "out").waits(60)
    story.presses(Act.DIRECTION, to="in").shows(twice).reads(36.4, twice).expect("deny", "pass_spent")


def test_a_pass_for_the_other_direction_is_refused_to_outsiders_only() -> None:
    out_only = Limits(enter=False)
    story = gate("wrong way").shows(replace(ma, limits=out_only)).reads(36.4, ma).expect("deny", "pass_wrong_way")
    assert used(goes(story.waits(11), replace(he, limits=out_only), "in"))["notes"] == ["pass_valid"]


# -- emergencies, voids, the disk ----------------------------------------------------------------------------------


def test_who_went_with_the_ambulance_has_no_limit_and_comes_back_without_a_word() -> None:
    story = gate("row 6 and 51").presses(Act.DIRECTION, to="out").presses(Act.EMERGENCY, people="5")
    (event,) = story.lane.unfilled.values()
    story.presses(Act.DETAILS, he, of=event.id, resident="he").presses(Act.DIRECTION, to="in")
    story.waits(64_000)
    (out,) = board(story).outside
    assert (out.trip, out.due_ms) == ("medical", None)
    facts = used(goes(story, he, "in"))
    assert (facts["notes"], facts["used"]["overdue_minutes"]) == (["pass_valid", "medical_trip"], 0)


def test_who_goes_shopping_is_due_back() -> None:
    story = gate("shopping").presses(Act.DIRECTION, to="out").shows(he).presses(Act.TRIP, trip="shopping")
    story.reads(36.4, he).expect("admit")
    (out,) = board(story).outside
    assert out.due_ms == story.now_ms + 120 * 60_000


def test_undoing_an_entry_undoes_the_move() -> None:
    story = gate("undo").presses(Act.DIRECTION, to="out").shows(he).reads(36.4, he).expect("admit")
    assert len(board(story).outside) == 1
    story.presses(Act.UNDO)
    assert board(story).outside == ()


def test_who_was_not_recorded_has_not_moved() -> None:
    story = gate("full card").presses(Act.DIRECTION, to="out").disk_fails().shows(he).reads(36.4, he)
    assert board(story).outside == ()
    assert story.lane.moving == {}
    story.asks("storage_full").disk_works().expect("admit", of=he)
    assert len(board(story).outside) == 1


def test_retake_refer_and_deny_move_nobody() -> None:
    story = gate("stays").presses(Act.DIRECTION, to="out").shows(he).reads(37.9, he).waits(301)
    story.shows(he).reads(38.1, he).expect("refer").waits(60)
    assert board(story).outside == ()


def test_the_board_counts_who_is_inside_and_which_visitors_have_not_left() -> None:
    story = goes(goes(goes(gate("board"), he, "out"), ma, "in"), ben, "in")
    found = board(story, residents=100)
    assert [line.masked for line in found.visitors] == ["ma*"]
    assert found.inside == 100 - 1 + 1
    assert board(story).inside is None
    assert board(goes(story.waits(60), ma, "out")).visitors == ()


# -- what the screen says ------------------------------------------------------------------------------------------


def shown(lane: Lane, now_ms: int) -> tuple[PanelKind, list[tuple[str, dict[str, str]]], list[str]]:
    found = panel(lane, Surroundings("东门", "", "Asia/Shanghai", "", now_ms, 1))
    return found.kind, [(word.code, dict(word.gaps)) for word in found.reasons], [key.word.code for key in found.keys]


def test_the_question_has_two_keys_and_the_late_return_its_minutes() -> None:
    story = goes(gate("screen"), he, "out").waits(7_200 + 420).presses(Act.DIRECTION, to="in")
    story.shows(he).reads(36.0, he)
    kind, reasons, _ = shown(story.lane, story.now_ms)
    assert kind is PanelKind.ADMIT
    assert ("overdue", {"n": "7"}) in reasons
    story.waits(700).shows(he).reads(36.0, he)
    kind, reasons, keys = shown(story.lane, story.now_ms)
    assert kind is PanelKind.ASK
    assert reasons == [("recorded_inside", {})]
    assert keys == ["holder_yes", "holder_no", "cancel"]


# -- parties, and the table on the disk ----------------------------------------------------------------------------


def decided(visit: str, way: str, personal: dict[str, Any] | None, **facts: Any) -> Draft:
    body = {"visit": visit, "outcome": "admit", "direction": way, "tag": 0, "class": "resident", "people": 1, **facts}
    return Draft(kinds.VISIT_DECIDED, body, personal=personal)


def one(resident: str = "", pass_id: str = "", masked: str = "李*", last4: str = "", **more: Any) -> dict[str, Any]:
    return {"masked": masked, "last4": last4, "place": "1-1-101", "resident": resident, "pass": pass_id, **more}


def test_a_party_moves_everybody_in_it() -> None:
    ledger = Ledger()
    people = [one("a", minutes_out=60), one("", "beef", **{"class": "visitor"}), one("", "", "王*", "1234"), one()]
    car = decided("1", "out", {"people": people}, people=4)
    ledger.entered(1, 2, car.kind, 5_000, car.facts, car.personal)
    moved = {move.key: move for move in ledger.last_moves(6_000)}
    assert set(moved) == {"r:a", "p:beef", "n:王*1234"}
    assert (moved["r:a"].due_ms, moved["r:a"].people) == (5_000 + 3_600_000, 1)
    assert (moved["p:beef"].due_ms, moved["p:beef"].klass) == (None, PersonClass.VISITOR)


def test_a_name_and_four_digits_count_only_where_nothing_surer_is_known() -> None:
    assert keys_of("a", "beef", "李*", "1234") == ("r:a", "p:beef")
    assert keys_of("", "", "李*", "1234") == ("n:李*1234",)
    assert keys_of("", "", "李*", "") == ()


def test_what_is_kept_of_one_person_is_bounded_and_the_last_two_moves_never_go() -> None:
    ledger = Ledger()
    for number in range(100):
        draft = decided("1", "out" if number % 2 else "in", one("a"))
        ledger.entered(1, number, draft.kind, 1_000 + number, draft.facts, draft.personal)
    assert len(ledger.of(["r:a"], 1_000)) == MOST_KEPT
    late = decided("1", "in", one("a"))
    ledger.entered(1, 200, late.kind, COUNTED_MS + 5_000, late.facts, late.personal)
    assert [move.seq for move in ledger.of(["r:a"], COUNTED_MS)] == [99, 200]
    assert ledger.of(["r:a"], COUNTED_MS + 5_001 + LOOK_BACK_MS) == ()


PEOPLE = st.sampled_from(
    [one("a", minutes_out=120), one("a", "beef"), one("", "beef"), one("", "", "王*", "1234"), None]
)
STEPS = st.one_of(
    st.tuples(st.just("go"), PEOPLE, st.sampled_from(["in", "out"]), st.sampled_from(["admit", "deny"])),
    st.tuples(st.just("party"), st.lists(PEOPLE.filter(bool), max_size=3), st.sampled_from(["in", "out"])),
    st.tuples(st.just("medical"), PEOPLE),
    st.tuples(st.just("void"), st.integers(1, 9)),
    st.tuples(st.just("later"), st.sampled_from([0, 1, 3, 20])),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_memory_disk_and_rebuild_say_the_same(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    journal = journal_at(folder)
    days, mirror = 0, Ledger()
    moment = journal._moment
    journal._moment = lambda: replace(moment(), at_ms=moment().at_ms + days * DAY_MS)
    for step in steps:
        match step:
            case ["later", more]:
                days += more
                continue
            case ["go", who, way, outcome]:
                draft = decided("1", way, who, outcome=outcome)
            case ["party", people, way]:
                draft = decided("1", way, {"people": people}, people=len(people))
            case ["medical", who]:
                facts = {"of": [1, 1], "visit": "1", "direction": "out", "trip": "medical", "complete": False}
                draft = Draft(kinds.DETAILS_ADDED, facts, personal=None if who is None else {"people": [who]})
            case ["void", seq]:
                draft = Draft(kinds.ENTRY_VOIDED, {"voids": [journal.epoch, seq], "visit": "1", "reason": "x"})
        written = journal.append(draft)
        mirror.entered(written.epoch, written.seq, written.kind, written.at_ms, draft.facts, draft.personal)
    now_ms = journal._moment().at_ms
    table = moves(tuple(row) for row in journal.rows(SELECT))
    journal.close()
    names = {move.key for move in table}
    recent = [move for move in table if move.at_ms >= now_ms - LOOK_BACK_MS]
    assert recent == sorted(
        (move for name in names for move in mirror.of([name], now_ms)),
        key=lambda move: (move.epoch, move.seq, move.key),
    )
    rebuild_file(folder / "journal.db")
    again = journal_at(folder, identity(sealing=True))
    assert moves(tuple(row) for row in again.rows(SELECT)) == table
    assert {move.key: move for move in Ledger(table).last_moves(now_ms)} == {
        move.key: move for move in mirror.last_moves(now_ms)
    }
    again.close()


def test_the_table_holds_nothing_that_its_entry_does_not(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    body = one("a", "beef", minutes_out=30, typed={"reason": "secret words"})
    journal.append(decided("1", "out", body))
    (row,) = journal.rows(SELECT)
    assert "secret" not in json.dumps(tuple(row))
    journal.close()


def test_a_voided_entry_leaves_the_table_and_what_is_two_weeks_old_too(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    moment, days = journal._moment, 0
    journal._moment = lambda: replace(moment(), at_ms=moment().at_ms + days * DAY_MS)
    first = journal.append(decided("1", "out", one("a")))
    second = journal.append(decided("2", "in", one("a")))
    voided = {"voids": [second.epoch, second.seq], "visit": "2", "reason": "operator"}
    journal.append(Draft(kinds.ENTRY_VOIDED, voided))
    assert [row[2] for row in journal.rows(SELECT)] == [first.seq]
    days = 13
    journal.append(decided("3", "out", one("b")))
    assert len(journal.rows(SELECT)) == 2
    days = 15
    journal.append(decided("4", "in", one("c")))
    assert [row[0] for row in journal.rows(SELECT)] == ["r:b", "r:c"]
    journal.close()
