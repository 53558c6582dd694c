"""特批放行 on the live panels: where it helps, with a code for a reason, also for somebody just turned back."""

from __future__ import annotations

from importlib import resources

import pytest

from station import kinds
from station.lane.action import Act
from station.lane.exception_codes import REASONS
from station.lane.exceptions import LATER_MS
from station.policy.file import parse_policy
from station.report.counts import Counts, count
from station.report.noted import Noted
from station.report.survey import survey
from station.screen.elements import Key
from station.web.requests import parse_act
from station.web.words import LANGUAGES, load
from tests.station.storyboard import Day, ann, ben, day, isolated, stranger
from tests.station.test_beside import screen

CLOSED = parse_policy(resources.files("station").joinpath("regimes/closed.toml").read_text("utf-8"))


def key_of(story: Day) -> Key | None:
    return next((key for key in screen(story).panel.keys if key.act == Act.EXCEPTION), None)


def refused() -> Day:
    """Somebody whom the rules turn back: a mask refused."""
    return day("refused").shows(ann).presses(Act.MASK, mask="none").reads(36.7, ann).presses(Act.MASK, mask="refused")


def test_it_stands_where_something_is_asked_and_its_reason_is_a_code() -> None:
    story = day("asked").shows(stranger("q")).reads(36.5).asks("no_code")
    key = key_of(story)
    assert key is not None
    assert [dict(choice.arguments)["reason"] for choice in key.choices] == list(REASONS)
    for choice in key.choices:
        parse_act({"act": choice.act, "nonce": "12345678", "arguments": dict(choice.arguments)})
    story.presses(Act.EXCEPTION, reason="office_approved").expect("admit", "exception")
    (entry,) = story.recorded(kinds.VISIT_DECIDED)
    assert (entry.facts["exception"], entry.facts["exception_reason"]) == (True, "office_approved")
    assert (entry.personal, entry.private) == (None, None)
    story.ends()


def test_somebody_just_turned_back_is_let_through_and_the_refusal_does_not_count() -> None:
    story = refused()
    assert screen(story).panel.kind == "deny"
    key, visit = key_of(story), screen(story).panel.visit
    assert key is not None
    story.presses(Act.EXCEPTION, visit=visit, reason="leader_approved").expect("admit", "exception", of=ann)
    deny, admit = (draft for _, draft in story.disk.entries if draft.kind == kinds.VISIT_DECIDED)
    (void,) = story.recorded(kinds.ENTRY_VOIDED)
    assert (deny.facts["outcome"], admit.facts["outcome"]) == ("deny", "admit")
    assert deny.facts["visit"] == admit.facts["visit"] == void.facts["visit"]
    assert admit.facts["readings"] == deny.facts["readings"]
    entries = [
        Noted(one.epoch, one.seq, one.kind, one.at_ms, "synced", "", 0, "", draft.facts, b"")
        for one, draft in story.disk.entries
    ]
    found, counts = survey(entries), Counts()
    for noted in entries:
        if found.counts(noted):
            count(counts, noted)
    assert (counts.inward, counts.turned_back, counts.exceptions, counts.measured) == (1, 0, 1, 1)


def test_it_is_not_offered_where_no_exception_helps() -> None:
    fever = day("fever").shows(ann).reads(37.9, ann).waits(301).shows(ann).reads(38.2, ann)
    assert key_of(fever) is None
    closed = day("closed")
    closed.lane.policy = CLOSED
    closed.shows(stranger("v")).reads(36.5)
    assert key_of(closed) is None
    at_home = day("isolation")
    at_home.presses(Act.DIRECTION, to="out").shows(isolated).reads(36.5, isolated)
    assert screen(at_home).panel.kind == "deny"
    assert key_of(at_home) is None


def test_nobody_is_let_through_in_another_ones_place() -> None:
    story = refused()
    visit = screen(story).panel.visit
    story.shows(ben)
    story.refuses("not_now", Act.EXCEPTION, visit=visit, reason="repair")
    assert key_of(story) is None
    story.reads(36.4, ben).expect("admit", of=ben)
    story.waits(30).refuses("no_visit", Act.EXCEPTION, reason="repair")


def test_a_question_about_who_stands_there_comes_first() -> None:
    story = day("two").shows(ann).shows(ben)
    assert key_of(story) is None
    story.refuses("not_now", Act.EXCEPTION, reason="repair")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_word(reason: str) -> None:
    assert all(load(language).knows(f"reason_{reason}") for language in LANGUAGES)


def later_key(story: Day) -> Key | None:
    """The key for who was turned back last, which waits under 更多."""
    return next((key for key in screen(story).keys if key.word.code == "exception_for"), None)


def test_the_last_refusal_can_be_excepted_for_some_minutes_and_names_its_visit() -> None:
    story = refused()
    visit = str(screen(story).panel.visit)
    assert later_key(story) is None  # it stands on the panel
    story.waits(60)
    assert screen(story).panel.kind == "idle"
    key = later_key(story)
    assert key is not None
    assert dict(key.word.gaps)["name"] == "ann*"
    for choice in key.choices:
        parse_act({"act": choice.act, "nonce": "12345678", "arguments": dict(choice.arguments)})
    # Who stands here now comes first, and is not meant.
    story.shows(ben)
    assert later_key(story) is None
    story.refuses("not_now", Act.EXCEPTION, of=visit, reason="repair")
    story.reads(36.4, ben).expect("admit", of=ben).waits(5)
    story.presses(Act.EXCEPTION, of=visit, reason="leader_approved").expect("admit", "exception", of=ann)
    (void,) = story.recorded(kinds.ENTRY_VOIDED)
    admit = story.recorded(kinds.VISIT_DECIDED)[-1]
    assert void.facts["visit"] == admit.facts["visit"] == visit
    assert (admit.facts["exception"], admit.facts["exception_reason"]) == (True, "leader_approved")
    story.refuses("not_now", Act.EXCEPTION, of=visit, reason="repair")


def test_a_refusal_that_is_old_or_over_cannot_be_excepted() -> None:
    old = refused().waits(10 + LATER_MS // 1000 + 1)
    assert later_key(old) is None
    undone = refused().presses(Act.UNDO).waits(15)
    assert later_key(undone) is None
    again = refused().waits(15).shows(ann).presses(Act.MASK, mask="given").reads(36.5, ann).expect("admit", of=ann)
    assert later_key(again.waits(15)) is None
    at_home = day("isolation").presses(Act.DIRECTION, to="out").shows(isolated).reads(36.5, isolated).waits(15)
    assert at_home.lane.refused is not None
    assert later_key(at_home) is None
