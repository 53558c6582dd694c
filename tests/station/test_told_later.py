"""急 and its details, deliveries, what stood on paper, and what people go out for."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from station import kinds
from station.clock import Moment
from station.facts import Direction, Facts, Trip, parse_facts
from station.journal.draft import Draft
from station.journal.rebuild import rebuild_file
from station.journal.writer import Journal
from station.lane.action import Act
from station.lane.paper import when_ms
from station.lane.unfilled import FORGOTTEN_AFTER_MS, Unfilled, added, begun, from_body, to_body
from station.policy.file import parse_policy
from station.policy.policy import Outcome, decide
from station.register import Register
from station.roster.plate import PROVINCES
from station.screen.elements import Key
from station.screen.lane_keys import handed_today
from station.screen.screen import Surroundings, view
from station.screen.view import View
from station.web.keys import lay_out, with_choices
from station.web.plates import PAGES, parse_tail
from station.web.requests import RequestError
from station.wire.entry import ClockState
from tests.station.journal_kit import counted, identity, journal_at, tables
from tests.station.storyboard import LOW, MORNING_MS, Day, ann, ben, day
from tests.station.test_policy import TEXT
from tests.station.test_register import WEI, YUN, roster_order

SHANGHAI = "Asia/Shanghai"


def screen(story: Day, restarted_ms: int | None = None) -> View:
    return view(story.lane, Surroundings("东门", "", SHANGHAI, "", story.now_ms, 1, restarted_ms=restarted_ms))


def keys_of(story: Day, act: str) -> list[Key]:
    """Every key that does *act*, those behind others too."""
    layout = lay_out(screen(story))
    everything = [*layout.row, *layout.more]
    nested = [choice for key in with_choices(everything) for choice in key.choices]
    return [key for key in (*everything, *nested) if key.act == act and not key.choices]


def only(story: Day) -> Unfilled:
    (item,) = story.lane.unfilled.values()
    return item


# -- 急 --------------------------------------------------------------------------------------------------------


def test_the_barrier_opens_first_and_everything_else_is_told_later() -> None:
    story = day("row 5").presses(Act.EMERGENCY, people="1")
    assert story.opened == 1
    assert [key.word.code for key in screen(story).panel.keys] == ["one_person_more", "one_person_less", "details"]
    of = only(story).id
    for _ in range(2):
        story.presses(Act.DETAILS, of=of, people="+1")
    story.presses(Act.DETAILS, of=of, service="ambulance").presses(Act.DETAILS, of=of, plate="豫J120X1")
    assert (only(story).people, only(story).service, only(story).plate) == (3, "ambulance", "0X1")
    assert screen(story).panel.headline.gaps == (("n", "3"),)
    story.presses(Act.DETAILS, of=of, complete="1")
    assert story.lane.unfilled == {}
    story.refuses("details_gone", Act.DETAILS, of=of, people="+1")
    entry = story.recorded(kinds.VISIT_DECIDED)[0].facts
    assert (entry["vehicle"], entry["details_later"]) == ("emergency", True)
    drafts = story.recorded(kinds.DETAILS_ADDED)
    assert all(draft.facts["of"] == [int(part) for part in of.split("-")] for draft in drafts)
    assert [draft.private for draft in drafts if draft.private] == [{"plate": "豫J120X1"}]
    assert "120X1" not in str([draft.facts for draft in drafts])


def test_what_the_emergency_entry_used_decides_the_same_again() -> None:
    story = day("again").presses(Act.EMERGENCY, people="2")
    used = story.recorded(kinds.VISIT_DECIDED)[0].facts["used"]
    assert decide(LOW, parse_facts(used)).reason == "emergency"


def test_residents_who_leave_with_it_are_out_for_the_hospital() -> None:
    story = day("row 6").presses(Act.DIRECTION, to="out").presses(Act.EMERGENCY)
    for person in (ann, ben):
        story.presses(Act.DETAILS, person, of=only(story).id, resident=person.resident)
    assert only(story).names == ("ann*", "ben*")
    drafts = story.recorded(kinds.DETAILS_ADDED)
    assert [(draft.facts["trip"], draft.facts["direction"], draft.facts["complete"]) for draft in drafts] == [
        ("medical", "out", False)
    ] * 2
    assert [draft.personal["people"][0]["resident"] for draft in drafts if draft.personal] == ["ann", "ben"]
    story.refuses("resident_unknown", Act.DETAILS, of=only(story).id, resident="nobody")
    story = day("in").presses(Act.EMERGENCY).presses(Act.DETAILS, ann, of="4294967303-1", resident="ann")
    assert "trip" not in story.recorded(kinds.DETAILS_ADDED)[0].facts


def test_an_emergency_by_mistake_is_taken_back_with_its_item() -> None:
    story = day("mistake").presses(Act.EMERGENCY).waits(5).presses(Act.UNDO)
    assert story.lane.unfilled == {}
    assert [draft.facts["reason"] for draft in story.recorded(kinds.ENTRY_VOIDED)] == ["operator"]
    story = day("too late").presses(Act.EMERGENCY).waits(11).refuses("nothing_to_undo", Act.UNDO)
    assert only(story).people == 1


def test_the_number_of_people_has_its_bounds() -> None:
    story = day("bounds").presses(Act.EMERGENCY)
    of = only(story).id
    story.refuses("bad_people", Act.DETAILS, of=of, people="-1").refuses("bad_people", Act.DETAILS, of=of, people="61")
    story.refuses("missing_argument", Act.DETAILS, of=of)


def test_the_list_is_on_the_screen_with_its_times_and_stays_after_the_panel() -> None:
    story = day("list").presses(Act.EMERGENCY).waits(60).presses(Act.EMERGENCY).waits(12)
    assert screen(story).panel.kind == "idle"
    (listed,) = [key for key in screen(story).keys if key.act == "details"]
    assert listed.word.gaps == (("n", "2"),)
    assert [dict(key.word.gaps)["time"] for key in listed.choices] == ["08:00", "08:01"]


def test_the_next_person_is_not_kept_waiting_by_an_emergency_on_the_screen() -> None:
    story = day("goes on").presses(Act.EMERGENCY).waits(2).shows(ann).reads(36.4, ann).expect("admit", of=ann)
    assert screen(story).panel.visit == int(story.recorded(kinds.VISIT_DECIDED)[-1].facts["visit"])


def test_an_emergency_survives_a_disk_that_fails() -> None:
    story = day("full card").disk_fails().presses(Act.EMERGENCY).waits(3)
    assert story.opened == 1
    story.disk_works()
    assert only(story).what == "emergency"


def test_the_journal_keeps_the_list_over_a_restart(tmp_path: Path) -> None:
    story = day("kept").presses(Act.EMERGENCY).presses(Act.EMERGENCY).presses(Act.DELIVERY).presses(Act.DELIVERY)
    first, second = story.lane.unfilled
    story.presses(Act.DETAILS, of=first, complete="1").presses(Act.DETAILS, ann, of=second, people="4")
    story.presses(Act.DELIVERY, pieces="-1")
    journal = journal_at(tmp_path)
    # The journal numbers its entries by itself: the names in the drafts are brought in line.
    places: dict[int, list[int]] = {}
    for appended, draft in story.disk.entries:
        facts = dict(draft.facts)
        for name in ("of", "voids"):
            if name in facts:
                facts[name] = places[facts[name][1]]
        stands = journal.append(Draft(draft.kind, facts, draft.actor, draft.personal))
        places[appended.seq] = [stands.epoch, stands.seq]
    kept = [from_body(json.loads(row[0])) for row in journal.rows("SELECT body FROM unfilled")]
    assert [(item.people, item.names) for item in kept] == [(4, ("ann*",))]
    assert len(journal.rows("SELECT seq FROM handed")) == 1
    before = tables(tmp_path)
    journal.close()
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before


def test_whatever_says_details_later_is_on_the_list_until_it_is_complete() -> None:
    facts = {"visit": "9", "reason": "visitor", "direction": "in", "details_later": True}
    item = begun(1, 2, 3, facts, {"masked": "周*"})
    assert item == Unfilled(1, 2, 3, "9", "visitor", "in", 1, names=("周*",))
    assert from_body(to_body(item)) == item
    assert begun(1, 2, 3, facts | {"details_later": False}, None) is None
    assert added(item, {"complete": True}, None) is None
    again = added(item, {"complete": False, "people": 2}, {"people": [{"masked": "周*"}, {"masked": "王*"}]})
    assert again is not None
    assert (again.people, again.names) == (2, ("周*", "王*"))


def test_the_list_forgets_before_the_shortest_retention_ends(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    late = {"visit": "1", "outcome": "admit", "reason": "emergency", "details_later": True}
    journal.append(Draft(kinds.VISIT_DECIDED, late))
    journal.close()
    later = Moment(MORNING_MS + FORGOTTEN_AFTER_MS + 60_000, ClockState.SYNCED, "boot", 9)
    journal = Journal(tmp_path / "journal.db", identity(), lambda: later, counted(9))
    journal.append(Draft(kinds.VISIT_DECIDED, late | {"visit": "2"}))
    journal.close()
    assert [json.loads(row[3])["visit"] for row in tables(tmp_path)["unfilled"]] == ["2"]


# -- deliveries ------------------------------------------------------------------------------------------------


def test_deliveries_are_counted_today_on_their_key() -> None:
    story = day("row 26")
    for _ in range(20):
        story.presses(Act.DELIVERY).waits(3)
    assert handed_today(story.lane, story.now_ms) == 20
    assert [key.word.gaps for key in screen(story).keys if key.word.code == "delivery_count"] == [(("n", "20"),)]
    story.presses(Act.DELIVERY, pieces="-1")
    assert handed_today(story.lane, story.now_ms) == 19
    voided = story.recorded(kinds.ENTRY_VOIDED)[-1].facts
    assert voided["visit"] == story.recorded(kinds.GOODS_HANDED)[-1].facts["visit"]
    story.refuses("nothing_to_undo", Act.UNDO)
    midnight = datetime(2020, 11, 23, tzinfo=ZoneInfo(SHANGHAI)).timestamp() * 1000
    assert handed_today(story.lane, int(midnight) - 1) == 19
    assert handed_today(story.lane, int(midnight)) == 0


def test_one_taken_back_within_ten_seconds_does_not_count() -> None:
    story = day("undo").presses(Act.DELIVERY).presses(Act.DELIVERY).presses(Act.UNDO)
    assert handed_today(story.lane, story.now_ms) == 1
    story.presses(Act.DELIVERY, pieces="-1").refuses("nothing_to_undo", Act.DELIVERY, pieces="-1")
    assert len(story.recorded(kinds.ENTRY_VOIDED)) == 2


# -- from paper ------------------------------------------------------------------------------------------------


def test_three_on_paper_count_when_they_passed(tmp_path: Path) -> None:
    story = day("row 46")
    for time, to, centi, person in (
        ("0712", "in", "3620", ann),
        ("0715", "in", "3640", None),
        ("0721", "out", "3630", ben),
    ):
        who = {"resident": person.resident} if person else {"who": "0412"}
        story.presses(Act.PAPER, person, time=time, to=to, centi_celsius=centi, **who)
    entries = story.decided("admit", "admit", "admit").recorded(kinds.VISIT_DECIDED)
    assert story.opened == 0
    assert story.signals == []
    assert [draft.facts["source"] for draft in entries] == ["paper"] * 3
    assert [draft.facts["observed_at_ms"] - MORNING_MS for draft in entries] == [
        -48 * 60_000,
        -45 * 60_000,
        -39 * 60_000,
    ]
    assert [(draft.facts["direction"], draft.facts["class"]) for draft in entries] == [
        ("in", "resident"),
        ("in", "unknown"),
        ("out", "resident"),
    ]
    (body,) = entries[0].facts["readings"]
    assert (body["centi_celsius"], body["device"], body["by_hand"]) == (3620, "paper", True)
    assert entries[1].personal == {"typed": {"who": "0412"}}
    assert entries[0].personal is not None
    assert entries[0].personal["masked"] == "ann*"
    journal = journal_at(tmp_path)
    for draft in entries:
        journal.append(draft)
    journal.close()


def test_a_line_from_paper_is_taken_back_and_a_high_one_is_not_a_passage() -> None:
    story = day("mistyped").presses(Act.PAPER, ann, time="0712", to="in", centi_celsius="3620", resident="ann")
    story.presses(Act.UNDO)
    assert len(story.recorded(kinds.ENTRY_VOIDED)) == 1
    story.presses(Act.PAPER, ann, time="0712", to="in", centi_celsius="3790", resident="ann").noticed("paper_high")
    story.expect("refer", "from_paper").refuses("nothing_to_undo", Act.UNDO)
    assert story.lane.cases == {}


def test_paper_that_cannot_be_is_refused() -> None:
    story = day("refused")
    for typed in ("2400", "1260", "12:0", "712", "abcd"):
        story.refuses("bad_time", Act.PAPER, ann, time=typed, to="in", centi_celsius="3620")
    story.refuses("bad_temperature", Act.PAPER, ann, time="0712", to="in", centi_celsius="2000")
    story.refuses("bad_direction", Act.PAPER, ann, time="0712", to="up", centi_celsius="3620")
    story.refuses("resident_unknown", Act.PAPER, time="0712", to="in", centi_celsius="3620", resident="x")


def test_a_time_is_the_newest_one_that_has_been() -> None:
    at = datetime(2020, 11, 23, 0, 10, tzinfo=ZoneInfo(SHANGHAI))
    now_ms = int(at.timestamp() * 1000)
    assert when_ms("0010", now_ms, SHANGHAI) == now_ms
    assert when_ms("2355", now_ms, SHANGHAI) == now_ms - 15 * 60_000
    assert when_ms("0011", now_ms, SHANGHAI) == now_ms - 86_400_000 + 60_000


def test_the_screen_offers_the_paper_after_a_restart() -> None:
    assert lay_out(screen(day("up"), MORNING_MS)).row[0].act == "page:paper"
    layout = lay_out(screen(day("up")))
    assert "page:paper" not in [key.act for key in layout.row]
    assert "page:paper" in [key.act for key in layout.more]


def test_paper_is_kept_when_the_card_fails() -> None:
    story = day("card").disk_fails().presses(Act.PAPER, ann, time="0712", to="in", centi_celsius="3620", resident="ann")
    story.decided().disk_works().decided("admit")
    assert story.opened == 0


# -- what for --------------------------------------------------------------------------------------------------


def test_what_for_is_one_tap_before_or_after() -> None:
    story = day("before").presses(Act.DIRECTION, to="out").shows(ann).presses(Act.TRIP, trip="shopping").reads(36.4)
    facts = story.expect("admit").recorded(kinds.VISIT_DECIDED)[-1].facts
    assert (facts["trip"], facts["used"]["trip"]) == ("shopping", "shopping")
    story.waits(4).shows(ben).reads(36.4).presses(Act.TRIP, trip="farming").refuses("bad_trip", Act.TRIP, trip="x")
    (noted,) = story.recorded(kinds.DETAILS_ADDED)
    shown = story.lane.shown
    assert shown is not None
    assert shown.entry is not None
    assert (noted.facts["trip"], noted.facts["of"]) == ("farming", list(shown.entry))
    assert "trip" not in story.recorded(kinds.VISIT_DECIDED)[-1].facts
    story.waits(5).refuses("no_visit", Act.TRIP, trip="farming").ends()


def test_a_policy_may_ask_for_it() -> None:
    head, _, rules = TEXT.partition('[[rule]]\nname = "resident"')
    asks = '[[rule]]\nname = "trip"\noutcome = "ask"\nreason = "trip"\nsource = "[own]"\n'
    asks += 'when = { direction = "out", trip = "none" }\n\n'
    policy = parse_policy(head + asks + '[[rule]]\nname = "resident"' + rules)
    story = day("asked", policy).presses(Act.DIRECTION, to="out").shows(ann).reads(36.4).asks("trip")
    assert {dict(key.arguments)["trip"] for key in keys_of(story, "trip")} == {*Trip} - {Trip.NONE}
    story.presses(Act.TRIP, trip="medical").expect("admit").ends()
    day("in", policy).shows(ann).reads(36.4).expect("admit")
    assert decide(policy, Facts(direction=Direction.OUT)).outcome is Outcome.RETAKE


def test_the_key_stands_ready_only_where_it_is_wanted_and_only_for_who_goes_out() -> None:
    story = day("wanted").presses(Act.DIRECTION, to="out").shows(ann)
    assert "trip" not in [key.act for key in lay_out(screen(story)).row]
    story.lane.offer_trip = True
    assert lay_out(screen(story)).row[0].act == "trip"
    story.presses(Act.DIRECTION, to="in")
    assert "trip" not in [key.act for key in lay_out(screen(story)).row]


# -- plates ----------------------------------------------------------------------------------------------------


def test_a_plate_is_found_by_its_end(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.db")
    register.apply(roster_order(1, (WEI, YUN)), 1)
    (found,) = register.plates("216")
    assert (found.plate, set(found.names)) == ("豫J8K216", {"何伟", "何云"})
    assert [one.plate for one in register.plates("豫A52Q19")] == ["豫A52Q19"]
    assert register.plates("999") == register.plates("%") == register.plates("_16") == []
    register.close()


def test_every_sign_of_a_plate_is_on_the_pad_once() -> None:
    signs = "".join(signs for _, signs in PAGES)
    assert len(set(signs)) == len(signs)
    assert set(PROVINCES) | set("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") <= set(signs)
    assert all(len(page) <= 12 for _, page in PAGES)
    assert parse_tail(" k216 ") == "K216"
    for wrong in ("", "216;", "%", "豫J8K2161111"):
        with pytest.raises(RequestError):
            parse_tail(wrong)


def test_a_list_item_of_another_day_says_which() -> None:
    story = day("yesterday").presses(Act.EMERGENCY)
    story.now_ms += 86_400_000
    (listed,) = [key for key in screen(story).keys if key.act == "details"]
    assert dict(listed.choices[0].word.gaps)["time"] == "11-22 08:00"


def test_who_goes_along_is_asked_only_of_what_goes_out() -> None:
    for direction, asked in (("in", False), ("out", True)):
        story = day("along").presses(Act.DIRECTION, to=direction).presses(Act.EMERGENCY)
        assert any(key.word.code == "goes_along" for key in keys_of(story, "page:search")) == asked


def test_what_stood_on_paper_does_not_undo_where_somebody_is_by_now(tmp_path: Path) -> None:
    story = day("back since").shows(ann).reads(36.4, ann)
    story.presses(Act.PAPER, ann, time="0712", to="out", centi_celsius="3620", resident="ann")
    story.presses(Act.PAPER, ben, time="0712", to="out", centi_celsius="3620", resident="ben")
    now = {move.key: (move.direction, move.at_ms - MORNING_MS) for move in story.lane.ledger.last_moves(story.now_ms)}
    assert now["r:ann"][0] is Direction.IN
    assert now["r:ben"] == (Direction.OUT, -48 * 60_000)
    journal = journal_at(tmp_path)
    for _, draft in story.disk.entries:
        journal.append(draft)
    journal.close()
    assert {(row[0], row[4]) for row in tables(tmp_path)["passage"]} == {("r:ann", "in"), ("r:ben", "out")}
