"""Parse at the door: what is let through, what is refused, and with which code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.lane.action import Act, Action
from station.web.requests import ARGUMENTS, RequestError, parse_act, parse_query, parse_version

NONCE = "0f8fad5b-d9cb-469f-a165-70867728950e"

GOOD: list[tuple[str, dict[str, str]]] = [
    ("direction", {"to": "out"}),
    ("identify", {"resident": "r-325-1"}),
    ("code_seen", {"colour": "yellow"}),
    ("mask", {"mask": "given"}),
    ("companion", {}),
    ("remeasure", {}),
    ("park", {}),
    ("resume", {"waiting": "12"}),
    ("reading_of", {"person": "1"}),
    ("by_hand", {"centi_celsius": "3640", "site": "contact"}),
    ("emergency", {}),
    ("emergency", {"people": "3"}),
    ("delivery", {}),
    ("delivery", {"pieces": "-1"}),
    ("fewer", {}),
    ("vehicle", {"kind": "private", "plate": "豫J8K216"}),
    ("vehicle", {"plate": "216"}),
    ("seat", {"seat": "3"}),
    ("together", {}),
    ("details", {"of": "4294967303-5", "people": "+1"}),
    ("details", {"of": "4294967303-5", "people": "12", "service": "fire", "plate": "J120X1", "complete": "1"}),
    ("paper", {"time": "1914", "to": "in", "centi_celsius": "3640", "resident": "r-1"}),
    ("trip", {"trip": "shopping"}),
    ("exception", {"reason": "带班同意"}),
    ("declare", {"fact": "leaving_city", "value": "yes"}),
    ("undo", {}),
    ("undo", {"epoch": "4294967303", "seq": "42", "reason": "reason_wrong_person"}),
    ("cancel", {}),
    ("call_leader", {}),
    ("holder", {"same": "no"}),
    ("answer", {"case": "7"}),
    ("answer", {"case": "7", "step": "answered"}),
    ("case_step", {"case": "7", "step": "told"}),
    ("case_step", {"case": "7", "step": "to_clinic", "clinic": "县医院发热门诊", "vehicle": "豫J·120X1"}),
    ("silence", {}),
    ("called", {"case": "7"}),
    ("symptoms", {"which": "cough"}),
    ("round", {"what": "daily", "place": "gate", "agent": "chlorine_500"}),
    ("supplies", {"item": "masks", "left": "18"}),
    ("incident", {"incident": "12", "step": "police_called", "time": "1746"}),
    ("inspection", {"inspection": "12", "finding": "no_disinfection"}),
    ("travel", {"where": "beyond", "days": "7", "resident": "r-512-2"}),
    ("undo_note", {"note": "4294967303-42"}),
    ("isolation", {"subject": "r-1", "centi_celsius": "3650", "by": "doctor", "site": "contact"}),
    ("sign_in", {"operator": "王秀兰"}),
    ("sign_in", {"operator": "wang", "pin": "2468"}),
    ("sign_in", {"resident": "r-512-2"}),
    ("hand_over", {"operator": "zhao", "pin": "24681357"}),
    ("read_case", {"case": "7"}),
    ("self_test", {}),
    ("self_test_seen", {"result": "faulty"}),
    ("own_temperature", {}),
    ("own_temperature", {"centi_celsius": "3640", "site": "contact"}),
    ("drill", {"to": "on"}),
    ("drill", {"to": "off", "operator": "li", "pin": "1234"}),
    ("enrol", {"do": "open", "operator": "li", "pin": "1234"}),
    ("enrol", {"do": "same"}),
    ("wipe", {}),
    ("confirm_report", {"day": "2020-11-22", "sha256": "ab" * 32}),
]

BAD: list[tuple[str, object, str]] = [
    ("not an object", [], "bad_request"),
    ("nothing", None, "bad_request"),
    ("an extra field", {"act": "wipe", "nonce": NONCE, "user": "x"}, "bad_request"),
    ("no nonce", {"act": "wipe"}, "bad_nonce"),
    ("a short nonce", {"act": "wipe", "nonce": "1234567"}, "bad_nonce"),
    ("a long nonce", {"act": "wipe", "nonce": "a" * 65}, "bad_nonce"),
    ("a nonce with a line break", {"act": "wipe", "nonce": NONCE + "\n"}, "bad_nonce"),
    ("a nonce that is a number", {"act": "wipe", "nonce": 12345678}, "bad_nonce"),
    ("no act", {"nonce": NONCE}, "unknown_act"),
    ("an act of nobody's", {"act": "open_gate", "nonce": NONCE}, "unknown_act"),
    ("an act that is a list", {"act": ["wipe"], "nonce": NONCE}, "unknown_act"),
    ("a page's own act", {"act": "page:search", "nonce": NONCE}, "unknown_act"),
    ("arguments that are a list", {"act": "wipe", "nonce": NONCE, "arguments": []}, "bad_request"),
    ("an argument too many", {"act": "wipe", "nonce": NONCE, "arguments": {"a": "1"}}, "unknown_argument"),
    ("a missing argument", {"act": "identify", "nonce": NONCE}, "missing_argument"),
    ("a direction up", {"act": "direction", "nonce": NONCE, "arguments": {"to": "up"}}, "bad_argument"),
    ("a number for a text", {"act": "resume", "nonce": NONCE, "arguments": {"waiting": 3}}, "bad_argument"),
    ("a negative number", {"act": "resume", "nonce": NONCE, "arguments": {"waiting": "-3"}}, "bad_argument"),
    ("foreign digits", {"act": "resume", "nonce": NONCE, "arguments": {"waiting": "٣"}}, "bad_argument"),
    ("a huge number", {"act": "resume", "nonce": NONCE, "arguments": {"waiting": str(2**53)}}, "bad_argument"),
    ("a long id", {"act": "identify", "nonce": NONCE, "arguments": {"resident": "r" * 65}}, "bad_argument"),
    ("an id with a line break", {"act": "identify", "nonce": NONCE, "arguments": {"resident": "a\nb"}}, "bad_argument"),
    ("a long name", {"act": "sign_in", "nonce": NONCE, "arguments": {"operator": "王" * 33}}, "bad_argument"),
    ("a PIN of letters", {"act": "sign_in", "nonce": NONCE, "arguments": {"pin": "12a4"}}, "bad_argument"),
    ("an answer that is neither", {"act": "enrol", "nonce": NONCE, "arguments": {"do": "maybe"}}, "bad_argument"),
    ("a proof by the page", {"act": "hand_over", "nonce": NONCE, "arguments": {"proven": "pin"}}, "unknown_argument"),
    ("an empty reason", {"act": "exception", "nonce": NONCE, "arguments": {"reason": ""}}, "bad_argument"),
    ("a blank reason", {"act": "exception", "nonce": NONCE, "arguments": {"reason": "  "}}, "bad_argument"),
    ("a long reason", {"act": "exception", "nonce": NONCE, "arguments": {"reason": "x" * 201}}, "bad_argument"),
    ("a reason that writes backwards", {"act": "exception", "nonce": NONCE, "arguments": {"reason": "a\u202eb"}},
     "bad_argument"),
    ("a report of no day", {"act": "confirm_report", "nonce": NONCE, "arguments": {"day": "1", "sha256": "ab" * 32}},
     "bad_argument"),
    ("61 people", {"act": "emergency", "nonce": NONCE, "arguments": {"people": "61"}}, "bad_argument"),
    ("nobody", {"act": "emergency", "nonce": NONCE, "arguments": {"people": "0"}}, "bad_argument"),
    ("a visit that is a text", {"act": "wipe", "nonce": NONCE, "visit": "7"}, "bad_request"),
    ("a visit that is true", {"act": "wipe", "nonce": NONCE, "visit": True}, "bad_request"),
    ("thirteen arguments", {"act": "case_step", "nonce": NONCE, "arguments": {f"a{n}": "1" for n in range(13)}},
     "bad_request"),
    ("a step's argument with a strange name",
     {"act": "case_step", "nonce": NONCE, "arguments": {"case": "1", "step": "told", "<b>": "1"}}, "unknown_argument"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "arguments"), GOOD)
def test_lets_through(act: str, arguments: dict[str, str]) -> None:
    body = {"act": act, "nonce": NONCE, "arguments": arguments, "visit": 7}
    assert parse_act(body) == Action(Act(act), NONCE, tuple(sorted(arguments.items())), 7)


@pytest.mark.parametrize(("body", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_refuses(body: object, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse_act(body)
    assert refused.value.code == code


@pytest.mark.parametrize("centi", ["2999", "4501", "364", "36.4", "", "nan", "037", "99999"])
def test_a_typed_temperature_is_taken_as_it_is_or_not_at_all(centi: str) -> None:
    body = {"act": "by_hand", "nonce": NONCE, "arguments": {"centi_celsius": centi, "site": "contact"}}
    with pytest.raises(RequestError) as refused:
        parse_act(body)
    assert refused.value.code == "bad_temperature"


def test_every_act_has_its_arguments() -> None:
    assert set(ARGUMENTS) == set(Act)
    assert {act for act, _ in GOOD} == set(Act)


def test_what_the_page_leaves_out_is_empty() -> None:
    assert parse_act({"act": "wipe", "nonce": NONCE}) == Action(Act.WIPE, NONCE)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=6)  # fmt: skip


@given(JSON, st.sampled_from([*Act, "x"]), JSON)
def test_nothing_but_an_action_or_a_refusal_comes_of_anything(arguments: object, act: str, visit: object) -> None:
    try:
        action = parse_act({"act": act, "nonce": NONCE, "arguments": arguments, "visit": visit})
    except RequestError:
        return
    assert all(value == value.strip() and value.isprintable() for _, value in action.arguments)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("SL", "sl"),
        ("3-2-501", "3-2-501"),
        (" 75 ", "75"),
        ("0412", "0412"),
        ("李敏", "李敏"),
        ("李敏 5-1", "李敏 5-1"),
        ("豫J·8K216", "豫j·8k216"),
        ("３号楼", "3号楼"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_a_query_is_letters_and_digits(typed: str, query: str) -> None:
    assert parse_query(typed) == query


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        "· .",
        "a%",
        "' or 1=1",
        "x" * 41,
        "李" * 41,
        "<b>",
        "a\nb",
        "李*",
        "a\x00",
        "\ud800",
        "a_b",
        "ﷺ" * 3,
    ],
)
def test_refuses_other_queries(typed: str) -> None:
    with pytest.raises(RequestError):
        parse_query(typed)


def test_a_version_is_a_number_or_absent() -> None:
    assert parse_version(None) is None
    assert parse_version("12") == 12
    with pytest.raises(RequestError):
        parse_version("twelve")
