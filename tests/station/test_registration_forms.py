"""Open forms: what is asked next, what is due, what ends a form, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.facts import PersonClass
from station.lane.action import ActionError
from station.registration import form as forms
from station.registration.form import Form, Returning
from station.registration.forms import ABANDONED_MS, CARD_MS, HELD_MS, MAX_OPEN, Forms
from station.registration.questions import CLASSES, QUESTIONS, Need, needs
from tests.station.registration_people import PEOPLE, Clock, fake_forms
from tests.station.test_registration_answers import GOOD

PATH = "M10 10L500 150L700 20"
#: An answer to every question.
ANSWERS = {
    "id_number": GOOD,
    "name": "周婷",
    "sex": "female",
    "phone": "13800138000",
    "host": "r-221-1",
    "purpose": "family",
    "origin": "河南郑州",
    "returned": "3",
    "responsible": "张桂兰",
    "plate": "豫A52Q19",
    "registered_home": "河南信阳",
    "residence": "河南郑州",
    "risk": "none",
    "risk_area": "郑州市二七区",
    "risk_days": "3",
    "signature": PATH,
}


def fill(held: Forms, klass: str, **changes: str | None) -> Form:
    """A form with every question answered that it asks; an answer of None is put off."""
    form = held.open()
    form = held.answer(form.id, "klass", klass)
    while question := forms.current(form):
        answer = {**ANSWERS, **changes}[question]
        form = held.put_off(form.id, question) if answer is None else held.answer(form.id, question, answer)
    return form


@pytest.mark.parametrize("klass", CLASSES)
@pytest.mark.parametrize("regime", ["low", "medium", "high", "closed"])
@pytest.mark.parametrize("sealed", [True, False])
def test_every_form_comes_to_an_end_and_asks_nothing_it_may_not(klass: str, regime: str, sealed: bool) -> None:
    held = fake_forms(sealed=sealed, regime=regime)
    form = fill(held, klass)
    assert set(form.answers) == set(forms.asked(form))
    assert forms.due(form) == ()
    registered = held.finish(form.id)
    assert (registered.draft.private is not None) == sealed
    if not sealed:
        assert not any(QUESTIONS[name].sealed for name in form.answers)


def test_who_is_asked_what_is_a_table_over_all_questions() -> None:
    for klass in CLASSES:
        table = needs(klass, "medium")
        assert {"name", "risk", "signature"} <= {name for name, need in table.items() if need is Need.MUST}
        assert set(table) <= set(QUESTIONS)
    assert needs(PersonClass.VISITOR, "low")["signature"] is Need.OFFER
    assert needs(PersonClass.RETURNEE, "high")["origin"] is Need.LATER


def test_a_whole_number_makes_sex_and_telephone_needless() -> None:
    assert {"sex", "phone"}.isdisjoint(fill(fake_forms(), "visitor").answers)
    half = fill(fake_forms(), "visitor", id_number="6626").answers
    assert ("sex" in half, "phone" in half) == (False, True)
    assert {"sex", "phone"} <= set(fill(fake_forms(), "visitor", id_number=None).answers)


def test_what_is_put_off_or_only_half_there_is_due() -> None:
    form = fill(fake_forms(), "visitor", id_number="6626", name="周", phone=None, purpose=None)
    assert set(forms.due(form)) == {"id_number", "name", "phone", "purpose"}


def test_a_surname_beside_a_whole_number_is_enough() -> None:
    assert forms.due(fill(fake_forms(), "visitor", name="周")) == ()


def test_what_must_be_answered_cannot_be_put_off() -> None:
    held = fake_forms()
    form = held.answer(held.open().id, "klass", "visitor")
    for question in ("name", "risk", "signature"):
        with pytest.raises(ActionError) as refused:
            held.put_off(form.id, question)
        assert refused.value.code == "answer_needed"
    with pytest.raises(ActionError) as refused:
        held.finish(form.id)
    assert refused.value.code == "answer_needed"


def test_back_goes_one_question_back_and_keeps_the_answers() -> None:
    held = fake_forms()
    form = held.answer(held.open().id, "klass", "visitor")
    form = held.answer(form.id, "id_number", "6626")
    form = held.answer(form.id, "name", "周婷")
    assert forms.current(form) == "phone"
    assert forms.current(held.back(form.id)) == "name"
    assert forms.current(held.back(form.id)) == "id_number"
    assert forms.current(held.back(form.id)) == "klass"
    form = held.answer(form.id, "klass", "worker")
    assert form.answers["name"] == "周婷"
    assert forms.current(form) == "phone"


def test_an_extra_is_asked_only_by_hand_and_may_be_left_out() -> None:
    held = fake_forms()
    form = held.answer(held.open().id, "klass", "visitor")
    assert "plate" in forms.extras(form)
    assert forms.current(held.go_to(form.id, "plate")) == "plate"
    assert forms.current(held.put_off(form.id, "plate")) == "id_number"
    held.answer(form.id, "plate", "豫A52Q19")
    with pytest.raises(ActionError):
        held.go_to(form.id, "origin")  # asked of returnees only
    with pytest.raises(ActionError):
        held.answer(form.id, "origin", "河南")


def test_the_declared_area_must_be_on_the_list_or_none_of_it() -> None:
    held = fake_forms()
    form = held.answer(held.open().id, "klass", "visitor")
    form = held.answer(form.id, "risk", "returned")
    with pytest.raises(ActionError):
        held.answer(form.id, "risk_area", "月球")
    assert "risk_days" in forms.asked(held.answer(form.id, "risk_area", "郑州市二七区"))
    assert "risk_days" not in forms.asked(held.answer(form.id, "risk_area", forms.NOT_LISTED))
    form = held.answer(form.id, "risk", "none")
    assert "risk_area" not in form.answers


@pytest.mark.parametrize(
    ("changes", "risk_origin"),
    [
        ({}, False),
        ({"risk": "returned"}, True),
        ({"risk": "contact", "risk_days": "14"}, True),
        ({"risk": "returned", "risk_area": "许昌市禹州市"}, True),  # was there while it was listed, perhaps
        ({"risk": "returned", "risk_area": forms.NOT_LISTED}, False),
    ],
)
def test_the_person_at_the_lane_has_the_declared_origin(changes: dict[str, str | None], risk_origin: bool) -> None:
    held = fake_forms()
    registered = held.finish(fill(held, "visitor", **changes).id)
    assert registered.person is not None
    assert registered.person.risk_origin is risk_origin
    assert registered.draft.facts["risk_origin"] is risk_origin


def test_the_household_is_asked_of_the_register_when_it_is_named() -> None:
    held = fake_forms()
    people = [held.finish(fill(held, "visitor", host=host).id).person for host in ("r-221-1", "r-531-1", "r-711-1")]
    assert [person and person.host_isolated for person in people] == [False, True, False]
    assert [person and person.place_closed for person in people] == [False, False, True]
    form = held.answer(held.open().id, "klass", "visitor")
    with pytest.raises(ActionError) as refused:
        held.answer(form.id, "host", "r-nobody")
    assert refused.value.code == "resident_unknown"


def test_facts_name_nobody_and_the_masked_part_holds_no_whole_number() -> None:
    held = fake_forms()
    draft = held.finish(fill(held, "returnee", id_number="6626").id).draft
    clear = str(draft.facts) + str(draft.personal)
    for secret in ("周婷", "婷", "13800138000", "豫A52Q19", "河南", "张桂兰", PATH, "M10"):
        assert secret not in clear, secret
    assert draft.personal == {
        "masked": "周*",
        "last4": "6626",
        "phone4": "8000",
        "place": "2-2-301",
        "host": "r-221-1",
        "plate": "",
    }
    assert draft.private is not None
    assert draft.private["signature"] == PATH
    assert draft.private["name"] == "周婷"
    assert not any(text in str(draft.facts) for text in ("6626", "8000", "2-2-301", "r-221-1"))


def test_without_a_key_only_what_the_gate_may_show_is_kept() -> None:
    held = fake_forms(sealed=False)
    form = fill(held, "visitor")
    assert (form.answers["id_number"], form.answers["name"]) == (GOOD[-4:], "周")
    draft = held.finish(form.id).draft
    assert draft.private is None
    assert (draft.personal or {})["masked"] == "周**"
    assert draft.facts["due"] == []


# -- who came before -------------------------------------------------------------------------------------------


def test_who_comes_again_is_the_same_person_and_is_asked_nothing() -> None:
    held = fake_forms()
    known = PEOPLE[0]
    registered = held.same(held.open().id, known.registration)
    facts = registered.draft.facts
    assert facts["same_as"] == list(known.entry)
    assert (facts["class"], facts["purpose"], facts["declared"]) == ("visitor", "family", "none")
    assert registered.draft.private is None
    assert registered.person is not None
    assert (registered.person.masked, registered.person.key) == ("周*", f"v:{known.registration}")


def test_who_comes_again_to_a_household_now_in_isolation_is_judged_by_today() -> None:
    held = fake_forms()
    person = held.same(held.open().id, PEOPLE[3].registration).person
    assert person is not None
    assert person.host_isolated


def test_somebody_unknown_cannot_come_again() -> None:
    held = fake_forms()
    with pytest.raises(ActionError) as refused:
        held.same(held.open().id, "999")
    assert refused.value.code == "registration_unknown"


def test_what_is_due_is_completed_and_nothing_else_is_asked() -> None:
    held = fake_forms()
    known = next(one for one in PEOPLE if one.due)
    form = held.open_completion(known.registration)
    assert forms.asked(form) == ("phone",)
    form = held.answer(form.id, "phone", "13800138000")
    registered = held.finish(form.id)
    assert registered.person is None
    assert registered.draft.kind == "visitor.completed"
    assert registered.draft.facts["completes"] == list(known.entry)
    assert registered.draft.facts["due"] == []
    assert (registered.draft.personal or {})["masked"] == known.masked
    assert (registered.draft.personal or {})["phone4"] == "8000"
    with pytest.raises(ActionError):
        held.open_completion(PEOPLE[0].registration)  # nothing is due of it


def test_a_half_answer_stays_due() -> None:
    held = fake_forms()
    form = held.open_completion(next(one for one in PEOPLE if one.due).registration)
    form = held.answer(form.id, "phone", "8000")
    assert held.finish(form.id).draft.facts["due"] == ["phone"]


# -- the life of a form ----------------------------------------------------------------------------------------


def gone(held: Forms, id: str) -> bool:
    try:
        held.get(id)
    except ActionError as error:
        return error.code == "form_gone"
    return False


def test_a_form_is_abandoned_after_ten_quiet_minutes() -> None:
    clock = Clock()
    held = fake_forms(clock)
    form = held.answer(held.open().id, "klass", "visitor")
    clock.now_ms += ABANDONED_MS - 1
    held.answer(form.id, "name", "周婷")
    clock.now_ms += ABANDONED_MS - 1
    assert not gone(held, form.id)
    clock.now_ms += 1
    assert gone(held, form.id)


def test_only_so_many_are_open_and_the_oldest_gives_way() -> None:
    held = fake_forms()
    ids = [held.answer(held.open().id, "klass", "visitor").id for _ in range(MAX_OPEN + 2)]
    assert [gone(held, id) for id in ids] == [True, True] + [False] * MAX_OPEN
    assert len(held.others(ids[-1])) == MAX_OPEN - 1


def test_a_first_screen_that_was_closed_again_is_not_kept() -> None:
    held = fake_forms()
    first, _second = held.open(), held.open()
    assert gone(held, first.id)


def test_wiping_the_screen_forgets_all_of_them() -> None:
    held = fake_forms()
    form = held.answer(held.open().id, "klass", "visitor")
    before = held.revision
    held.wipe()
    assert gone(held, form.id)
    assert held.revision > before
    assert held.others("") == ()


def test_a_form_shows_nothing_of_its_answers_in_a_log() -> None:
    form = fill(fake_forms(), "visitor", id_number="6626")
    assert not any(text in repr(form) for text in ("周婷", "6626", "13800138000", "张桂兰"))


# -- a card that is read ---------------------------------------------------------------------------------------


def test_a_card_answers_the_form_that_was_touched_last_and_is_its_signature() -> None:
    held = fake_forms()
    held.answer(held.open().id, "klass", "worker")
    form = held.open()
    before = held.revision
    assert held.card(GOOD.encode())
    assert held.revision == before + 1
    form = held.get(form.id)
    assert (form.answers["id_number"], form.id_read) == (GOOD, True)
    form = held.answer(form.id, "klass", "visitor")
    assert "signature" not in forms.asked(form)
    assert not held.card(GOOD.encode()), "one card is enough"


def test_typing_the_number_over_takes_the_signature_back() -> None:
    held = fake_forms()
    form = held.open()
    held.card(GOOD.encode())
    form = held.answer(form.id, "klass", "visitor")
    form = held.go_to(form.id, "id_number")
    form = held.answer(form.id, "id_number", "6626")
    assert "signature" in forms.asked(form)


@pytest.mark.parametrize(
    "payload",
    [b"VG1:ABC", GOOD[:-1].encode(), b"\xff" * 18, b"", GOOD[:3].encode() + b"9" + GOOD[4:].encode(), b"6626"],
)
def test_anything_else_that_is_scanned_goes_on_to_the_lane(payload: bytes) -> None:
    held = fake_forms()
    form = held.open()
    assert not held.card(payload)
    assert held.get(form.id).answers == {}


def test_a_card_long_after_the_last_press_is_somebody_passing() -> None:
    clock = Clock()
    held = fake_forms(clock)
    assert not held.card(GOOD.encode())
    held.open()
    clock.now_ms += CARD_MS
    assert not held.card(GOOD.encode())


def test_without_a_key_a_card_leaves_its_last_four() -> None:
    held = fake_forms(sealed=False)
    form = held.open()
    assert held.card(GOOD.encode())
    assert held.get(form.id).answers == {"id_number": GOOD[-4:]}


def test_somebody_at_the_gate_is_held_for_a_while_and_not_for_ever() -> None:
    clock = Clock()
    held = fake_forms(clock)
    held.open("77")
    assert held.held_visits() == {"77"}
    clock.now_ms += HELD_MS
    assert held.held_visits() == frozenset()


def test_earlier_people_are_masked() -> None:
    assert "周*" not in repr(replace(fake_forms().open(), completes=PEOPLE[0]))
    assert isinstance(PEOPLE[0], Returning)
