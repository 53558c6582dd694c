"""Questions of the regimes at the gate: 是否离市, whose pass is this, resident or visitor; and what answers them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station import kinds
from station.facts import Answer, Direction, Facts, HealthProof, PassVerdict, Status, choices
from station.lane.action import Act
from station.lane.asked import declare, prove
from station.lane.declared import VALUES, Declared
from station.lane.person import Person
from station.lane.visit import Visit
from station.proofs import Proof
from station.screen.panel import PanelKind
from station.screen.questions import ANSWERS
from station.screen.screen import Surroundings, panel
from station.web.requests import RequestError, parse_act
from tests.station.storyboard import Day, ann, ben, day, isolated, resident, stranger, worker
from tests.station.test_regimes import POLICIES


def regime(name: str, title: str, direction: Direction = Direction.IN) -> Day:
    story = day(title, POLICIES[name])
    story.lane.direction = direction
    return story


def keys(story: Day) -> list[str]:
    around = Surroundings("东门", "幸福里", "Asia/Shanghai", "1", story.now_ms, 1)
    return [key.word.code for key in panel(story.lane, around).keys]


def test_every_answer_is_a_fact_with_its_values() -> None:
    for name, kind in VALUES.items():
        assert choices(name) == tuple(kind)
    assert set(Declared().facts()) == set(VALUES)
    assert Facts(**Declared().facts()) == Facts()


@pytest.mark.parametrize(("fact", "value"), [("leaving", "yes"), ("leaving_city", "maybe"), ("person", "resident")])
def test_what_is_no_question_or_no_answer_is_refused(fact: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{fact}|{value}"):
        declare(Visit("1", Direction.IN, 0), fact, value)
    story = regime("high", "a slip", Direction.OUT).shows(ann).reads(36.5)
    story.refuses("bad_argument", Act.DECLARE, fact=fact, value=value)


def test_the_page_can_send_these_answers_only() -> None:
    body = {"act": "declare", "nonce": "12345678", "arguments": {"fact": "leaving_city", "value": "yes"}}
    assert parse_act(body).get("value") == "yes"
    with pytest.raises(RequestError):
        parse_act({**body, "arguments": {"fact": "status", "value": "none"}})


def test_every_question_of_the_regimes_has_keys_that_answer_it() -> None:
    asked = {rule.reason for policy in POLICIES.values() for rule in policy.rules if rule.outcome == "ask"}
    by_search = {"no_code", "no_pass", "unknown_key", "proof_forged", "no_mask", "who_is_it"}
    assert asked == set(ANSWERS) | by_search


def test_leaving_in_the_high_regime_takes_one_tap_and_leaving_the_city_a_test() -> None:
    story = regime("high", "shopping", Direction.OUT).shows(ann).reads(36.5).asks("leaving_city")
    assert keys(story)[:2] == ["leaving_no", "leaving_yes"]
    story.presses(Act.DECLARE, fact="leaving_city", value="no").expect("admit", "resident", ann)
    story.shows(ben).waits(4).reads(36.5).presses(Act.DECLARE, fact="leaving_city", value="yes").asks("test_needed")
    story.presses(Act.DECLARE, fact="test_shown", value="no").expect("deny", "test_needed", ben).ends()
    used = story.recorded(kinds.VISIT_DECIDED)[-1].facts["used"]
    assert (used["leaving_city"], used["test_shown"]) == ("yes", "no")


def test_a_certificate_shown_to_the_question_belongs_to_who_is_asked() -> None:
    tested = Person("h:1", proof=Proof(HealthProof.VALID, test_hours=30), notes=("proof_hc1",))
    story = regime("high", "tested", Direction.OUT).shows(ann).reads(36.5)
    assert not prove(story.lane, tested, story.now_ms)
    story.presses(Act.DECLARE, fact="leaving_city", value="yes").asks("test_needed")
    assert prove(story.lane, tested, story.now_ms)
    story.asks("compare_name").presses(Act.DECLARE, fact="pass_checked", value="yes").expect("admit", "test_seen", ann)
    used = story.recorded(kinds.VISIT_DECIDED)[-1].facts["used"]
    assert (used["test_hours"], used["health_proof"]) == (30, "valid")
    assert not prove(story.lane, tested, story.now_ms)


def test_a_copy_of_a_residents_pass_is_looked_at() -> None:
    copied = replace(ann, pass_verdict=PassVerdict.BORROWED)
    story = regime("medium", "screenshot").shows(copied).reads(36.2).asks("compare_pass")
    assert keys(story)[:2] == ["holder_yes", "holder_no"]
    story.presses(Act.DECLARE, fact="pass_checked", value="no").expect("deny", "pass_borrowed")
    story.waits(11).shows(copied).reads(36.2).presses(Act.DECLARE, fact="pass_checked", value="yes")
    story.expect("admit", "resident", ann).ends()


def test_whom_the_operator_finds_by_name_is_not_the_one_who_was_compared() -> None:
    revoked = replace(ann, pass_verdict=PassVerdict.REVOKED)
    story = regime("medium", "corrected").shows(revoked).reads(36.5).asks("compare_pass")
    # Found by name, with the same doubtful pass: nobody has compared them yet.
    story.presses(Act.IDENTIFY, replace(ben, pass_verdict=PassVerdict.REVOKED)).asks("compare_pass")
    story.presses(Act.IDENTIFY, ben).expect("admit", "resident", ben).ends()


def test_a_green_code_alone_is_asked_where_they_live() -> None:
    story = regime("medium", "resident without a pass").reads(36.4).presses(Act.CODE_SEEN, colour="green")
    story.asks("who_is_it")
    assert keys(story)[:2] == ["search", "visitor_key"]
    story.presses(Act.IDENTIFY, ann).expect("admit", "resident", ann)
    story.waits(4).reads(36.4).presses(Act.CODE_SEEN, colour="green").shows(ben).expect("admit", "resident", ben)
    story.waits(4).reads(36.4).presses(Act.CODE_SEEN, colour="green")
    story.presses(Act.DECLARE, fact="person", value="visitor").expect("deny", "outsiders_not_admitted").ends()
    assert story.recorded(kinds.VISIT_DECIDED)[-1].facts["class"] == "visitor"


def test_only_somebody_unknown_can_be_called_a_visitor() -> None:
    story = regime("passes", "no pass", Direction.OUT).shows(ann).reads(36.4).asks("no_pass")
    story.refuses("bad_argument", Act.DECLARE, fact="person", value="visitor")
    story = regime("medium", "a stranger's code").shows(stranger("s")).reads(36.4).asks("no_code")
    story.presses(Act.DECLARE, fact="person", value="visitor").expect("deny", "outsiders_not_admitted").ends()


def test_somebody_in_isolation_may_go_to_a_clinic_and_nowhere_else() -> None:
    story = regime("medium", "parcel", Direction.OUT).shows(isolated)
    assert keys(story)[0] == "to_clinic_key"
    story.reads(36.5).expect("deny", "home_isolation", isolated)
    story.waits(11).shows(isolated).presses(Act.TRIP, trip="medical").reads(36.5)
    story.expect("admit", "to_clinic", isolated).ends()
    assert "to_clinic_key" not in keys(regime("medium", "in").shows(isolated))


def test_without_a_clock_the_operator_reads_the_dates() -> None:
    story = regime("medium", "no clock").shows(worker("ma", PassVerdict.CLOCK_UNKNOWN)).reads(36.5)
    story.asks("clock_unknown").presses(Act.DECLARE, fact="pass_checked", value="yes").expect("admit", "pass_checked")
    story.ends()


def test_a_closed_compound_lets_in_nobody_though_nobody_says_who_they_are() -> None:
    story = regime("low", "all closed")
    story.lane.closed = True
    story.reads(36.5).presses(Act.CODE_SEEN, colour="green")
    assert story.lane.visit is not None
    home = replace(ann, place_closed=True)
    story.presses(Act.IDENTIFY, home).expect("refer", "building_closed", home)
    story.waits(11).shows(worker("ma")).reads(36.5).expect("deny", "building_closed").ends()


def test_a_denied_person_stands_on_the_panel_with_the_rule() -> None:
    closed = resident("qian", place_closed=True)
    story = regime("medium", "closed building", Direction.OUT).shows(closed).reads(36.4)
    around = Surroundings("东门", "幸福里", "Asia/Shanghai", "1", story.now_ms, 1)
    shown = panel(story.lane, around)
    assert (shown.kind, shown.headline.code) == (PanelKind.DENY, "cannot_leave")
    assert shown.rule is not None
    assert "打下面的电话" in dict(shown.rule.text)["zh-Hans"]


def test_answers_are_of_one_visit() -> None:
    assert Declared().said("leaving_city", "yes").of_another() == Declared(leaving_city=Answer.YES)
    assert Declared().said("pass_checked", "yes").of_another() == Declared()
    story = regime("high", "the next one", Direction.OUT).shows(ann).reads(36.5)
    story.presses(Act.DECLARE, fact="leaving_city", value="no").waits(4)
    story.shows(ben).reads(36.5).asks("leaving_city")
    assert story.lane.visit is not None
    assert story.lane.visit.declared.leaving_city is Answer.UNKNOWN


def test_a_note_of_what_is_known_stands_beside_a_name() -> None:
    monitored = resident("mo", status=Status.SELF_MONITORING)
    regime("medium", "monitored").shows(monitored).reads(36.5).expect("admit", "resident", monitored).ends()


def test_without_a_pass_somebody_is_looked_up_or_goes_to_a_clinic() -> None:
    story = regime("passes", "ill", Direction.OUT).shows(ann).reads(36.4).asks("no_pass")
    assert keys(story)[:2] == ["search", "to_clinic_key"]
    story.presses(Act.TRIP, trip="medical").expect("admit", "to_clinic", ann).ends()
    left_at_home = replace(ann, pass_verdict=PassVerdict.VALID)
    story = regime("passes", "left at home", Direction.OUT).shows(ann).reads(36.4).asks("no_pass")
    story.presses(Act.IDENTIFY, left_at_home).expect("admit", "pass_valid", ann).ends()
