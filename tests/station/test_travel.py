"""出行报备: a journey is told at the gate or to the office, and the return is recognised, asked about and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import kinds
from station.journal.rebuild import rebuild_file
from station.lane.action import Act
from station.lane.person import Person
from station.notebook.journeys import LONG_MS, Journey
from station.report.counts import Counts, count
from station.report.noted import Noted
from station.screen.elements import Key, Word
from station.screen.screen import Surroundings, view
from station.web.keys import way_to_log
from station.web.requests import parse_act
from tests.station.journal_kit import journal_at, tables
from tests.station.storyboard import Day, day, resident

WEI = resident("wei")
HOUR = 3_600
LIN = resident("lin")


def goes(story: Day, person: Person, to: str) -> Day:
    story.presses(Act.DIRECTION, to=to).shows(person).reads(36.5, person)
    return story


def told(title: str) -> Day:
    """A resident tells of a week's journey, and leaves an hour later."""
    story = day(title).presses(Act.TRAVEL, WEI, where="beyond", days="7", resident=WEI.resident).waits(10)
    return goes(story.waits(HOUR), WEI, "out").expect("admit", of=WEI).waits(3 * HOUR)


def screen_keys(story: Day) -> tuple[Key, ...]:
    return view(story.lane, Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1)).keys


def test_it_is_told_by_three_keys_and_a_name() -> None:
    story = day("keys")
    *_, opened = way_to_log(screen_keys(story), "sheet-travel-travel-key-log-1")
    assert len(opened.choices) == 4
    for where in opened.choices:
        for days in where.choices:
            given = dict(days.arguments)
            assert (days.act, given.pop("act")) == ("page:search", Act.TRAVEL)
            parse_act({"act": "travel", "nonce": "12345678", "arguments": {**given, "resident": "r-1"}})
    story.presses(Act.TRAVEL, WEI, where="abroad", days="30", resident=WEI.resident)
    (draft,) = story.recorded(kinds.TRAVEL_ANNOUNCED)
    assert draft.facts == {"where": "abroad", "days": 30, "back_ms": story.now_ms + 30 * 86_400_000}
    assert draft.personal == {"resident": WEI.resident, "masked": "wei*", "last4": "1234"}
    assert story.lane.notice is not None
    assert story.lane.notice.code == "travel_noted"


def test_nobody_of_the_roster_is_nobody() -> None:
    day("nobody").refuses("resident_unknown", Act.TRAVEL, where="city", days="1", resident="gone")


@pytest.mark.parametrize(("answer", "outcome", "reason"), [("no", "admit", "resident"), ("yes", "refer", "risk_area")])
def test_the_return_is_recognised_and_asked_about_with_one_touch(answer: str, outcome: str, reason: str) -> None:
    story = goes(told("return"), WEI, "in").asks("travel_asked")
    panel = view(story.lane, Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1)).panel
    assert panel.reasons == (Word("travel_asked"),)
    story.presses(Act.DECLARE, fact="risk_visited", value=answer).expect(outcome, reason, of=WEI)
    facts = story.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert "travel_return" in facts["notes"]
    assert (facts["used"]["travel_return"], facts["used"]["risk_visited"]) == (True, answer)
    counts = Counts()
    count(counts, Noted(1, 1, kinds.VISIT_DECIDED, 0, "synced", "", 0, "", facts, b""))
    assert counts.travel_returns == 1


def test_only_the_first_way_home_is_a_return_and_nobody_else_is_asked() -> None:
    story = goes(told("once"), LIN, "in").expect("admit", of=LIN).waits(60)
    goes(story, WEI, "in").asks("travel_asked").presses(Act.DECLARE, fact="risk_visited", value="no")
    story.expect("admit", of=WEI).waits(HOUR)
    goes(story, WEI, "out").expect("admit", of=WEI).waits(HOUR)
    goes(story, WEI, "in").expect("admit", of=WEI)
    assert "travel_return" not in story.recorded(kinds.VISIT_DECIDED)[-1].facts["notes"]


def test_going_out_is_never_a_return_and_a_void_unsays_the_journey() -> None:
    story = day("void").presses(Act.TRAVEL, WEI, where="city", days="1", resident=WEI.resident)
    goes(story, WEI, "out").expect("admit", of=WEI)
    note = story.lane.notebook.of(kinds.TRAVEL_ANNOUNCED)[0].id
    story.presses(Act.UNDO_NOTE, note=note).waits(60)
    goes(story, WEI, "in").expect("admit", of=WEI)
    assert "travel_return" not in story.recorded(kinds.VISIT_DECIDED)[-1].facts["notes"]


def test_a_journey_told_to_the_office_counts_from_its_day_on() -> None:
    story = day("office")
    story.lane.travelling = (Journey(WEI.resident, story.now_ms + 2 * HOUR * 1000),)
    goes(story, WEI, "out").waits(HOUR)
    goes(story, WEI, "in").expect("admit", of=WEI).waits(2 * HOUR)
    goes(story, WEI, "out").waits(HOUR)
    goes(story, WEI, "in").asks("travel_asked")


def test_somebody_who_tells_of_it_on_the_way_in_is_not_back_yet() -> None:
    story = day("on the way in").presses(Act.TRAVEL, WEI, where="city", days="3", resident=WEI.resident).waits(60)
    goes(story, WEI, "in").expect("admit", of=WEI).waits(60)
    # An exit that nobody saw: half a day later they are back all the same.
    other = day("missed exit").presses(Act.TRAVEL, LIN, where="city", days="3", resident=LIN.resident)
    other.waits(LONG_MS // 1000)
    goes(other, LIN, "in").asks("travel_asked")


def test_restart_and_rebuild_know_the_journey(tmp_path: Path) -> None:
    story = told("kept")
    journal = journal_at(tmp_path)
    for _, draft in story.disk.entries:
        journal.append(draft)
    journal.close()
    before = tables(tmp_path)
    assert [row for row in before["note"] if "travel.announced" in str(row)]
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before


def away(story: Day) -> list[tuple[str, str, int | None]]:
    listed = view(story.lane, Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1)).away
    return [(one.masked, one.last4, one.due_ms) for one in listed]


def test_who_is_announced_away_is_listed_until_they_are_back_and_the_overdue_come_first() -> None:
    story = told("listed")
    back_ms = story.recorded(kinds.TRAVEL_ANNOUNCED)[0].facts["back_ms"]
    office = Journey(LIN.resident, story.now_ms, "林*", "0412", story.now_ms + HOUR * 1000)
    later, nobody = (
        Journey("later", story.now_ms + 40 * 24 * HOUR * 1000),
        Journey("forever", story.now_ms - 1, "周*", "1302"),
    )
    story.lane.travelling = (nobody, later, office)
    # Who has said no day of return comes last; whose journey has not begun is not away.
    assert away(story) == [("林*", "0412", office.back_ms), ("wei*", "1234", back_ms), ("周*", "1302", None)]
    # The masked name alone: no name, no place.
    assert "1-1-101" not in repr(view(story.lane, Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1)).away)
    goes(story, WEI, "in").presses(Act.DECLARE, fact="risk_visited", value="no").expect("admit", of=WEI)
    assert [who for who, *_ in away(story)] == ["林*", "周*"]
    story.waits(20 * 24 * HOUR)
    assert [who for who, *_ in away(story)] == ["周*"]


def test_an_announcement_that_was_taken_back_lists_nobody() -> None:
    story = day("taken back").presses(Act.TRAVEL, WEI, where="city", days="1", resident=WEI.resident).waits(1)
    assert [who for who, *_ in away(story)] == ["wei*"]
    story.presses(Act.UNDO_NOTE, note=story.lane.notebook.of(kinds.TRAVEL_ANNOUNCED)[0].id).waits(1)
    assert away(story) == []


def test_of_several_each_is_asked_and_the_screen_says_so() -> None:
    story = told("family").presses(Act.DIRECTION, to="in").shows(WEI).presses(Act.COMPANION)
    story.reads(36.5).waits(1).reads(36.4).asks("travel_asked")
    panel = view(story.lane, Surroundings("东门", "", "Asia/Shanghai", "", story.now_ms, 1)).panel
    assert panel.reasons == (Word("travel_asked"), Word("ask_each", (("n", "2"),)))
    story.presses(Act.DECLARE, fact="risk_visited", value="yes").expect("refer", "risk_area")
