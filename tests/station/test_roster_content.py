from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.roster import ContentError, Klass, Resident
from station.roster.content import Delta, Snapshot, decode_roster, encode_delta, encode_snapshot
from tests.station.roster_samples import resident

PEOPLE = (
    Resident(
        "a.1-x",
        "欧阳修文",
        "3-2-501",
        "幸福里小区",
        "户7",
        "002X",
        "1234",
        Klass.RETURNEE,
        ("豫J8K216", "豫AD12345"),
        ("独居老人",),
        b"house-01",
        ("ou yang,xiu wen",),
    ),
    resident(2, "曾阳", "10-1-101", readings=("zeng,yang", "ceng,yang")),
    resident(3, "买买提·吐尔逊", "2-1-101", readings=("mai mai ti,tu er xun",)),
    Resident("w1", "Tom O'Neil", "", klass=Klass.WORKER, readings=("tom,oneil",)),
)


def everybody(content: bytes) -> list[Resident]:
    roster = decode_roster(content)
    assert isinstance(roster, Snapshot)
    found = list(roster.residents)
    assert len(found) == roster.people
    return found


def test_a_snapshot_comes_back_as_it_was() -> None:
    assert set(everybody(encode_snapshot(PEOPLE))) == set(PEOPLE)


def test_a_snapshot_is_in_the_order_of_its_rooms_whatever_the_order_it_was_given_in() -> None:
    content = encode_snapshot(PEOPLE)
    assert encode_snapshot(reversed(PEOPLE)) == content
    assert [person.place for person in everybody(content)] == ["", "2-1-101", "10-1-101", "3-2-501"]


def test_a_name_without_readings_is_given_them() -> None:
    (found,) = everybody(encode_snapshot([resident(1, "曾阳")]))
    assert found.readings == ("zeng,yang", "ceng,yang")


def test_a_delta_comes_back_as_it_was() -> None:
    delta = Delta(7, "ab" * 32, 120, PEOPLE[1:3], ("gone1", "gone2"))
    found = decode_roster(encode_delta(delta))
    assert isinstance(found, Delta)
    assert (found.base, found.base_sha256, found.people, found.gone) == (7, "ab" * 32, 120, ("gone1", "gone2"))
    assert set(found.put) == set(PEOPLE[1:3])


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def joined(rows: list[dict[str, Any]]) -> bytes:
    texts = (json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows)
    return ("\n".join(texts) + "\n").encode()


def read_out(content: bytes) -> None:
    roster = decode_roster(content)
    if isinstance(roster, Snapshot):
        list(roster.residents)


def refused(content: bytes) -> str:
    with pytest.raises(ContentError) as why:
        read_out(content)
    return str(why.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "李*"), ("name", "李建国2"), ("name", " 李敏"), ("name", 5), ("name", ""), ("name", None),
        ("id", "a b"), ("id", ""), ("id", "13800001234"), ("id", 7),
        ("place", "3号楼2单元501"), ("place", "03-2-501"), ("place", "很" * 25), ("place", ["3-2-501"]),
        ("compound", "x\ny"), ("compound", "幸福13800001234"),
        ("household", "3-2-501"), ("household", "410902001001000012"),
        ("last4", "123"), ("last4", "002x"), ("last4", "11010519491231002X"), ("last4", 1234),
        ("phone4", "12345"), ("phone4", "13800001234"), ("phone4", "00X1"),
        ("class", "king"), ("class", "resident"), ("class", ["worker"]),
        ("plates", "豫J8K216"), ("plates", ["豫J8K21I"]), ("plates", []), ("plates", ["豫J8K216", "豫J8K216"]),
        ("plates", [["豫J8K216"]]), ("plates", [f"豫J8K2{n}" for n in range(10, 17)]),
        ("tags", ["138-0000-1234"]), ("tags", [1]), ("code", "zz"), ("code", 5), ("code", "AB" * 8),
        ("py", ["Li,min"]), ("py", ["li,"]), ("py", [f"li,m{'i' * n}" for n in range(9)]),
        ("phone", "13800001234"), ("id_number", "11010519491231002X"), ("remark", "x"),
    ],
)  # fmt: skip
def test_a_person_with_a_wrong_field_is_refused_and_never_named(field: str, value: object) -> None:
    rows = lines(encode_snapshot([resident(1, "李敏")]))
    rows[1][field] = value
    why = refused(joined(rows))
    assert "李" not in why
    assert "1380" not in why
    assert "1101" not in why


@pytest.mark.parametrize(
    "head",
    [
        {"v": 2}, {"list": "isolation"}, {"people": 3}, {"people": -1}, {"people": "2"}, {"people": True}, {"more": 1},
        {"base": 1}, {"base": 1, "base_sha256": "ab" * 32, "put": 1, "gone": 1},
    ],
)  # fmt: skip
def test_a_head_that_is_not_true_is_refused(head: dict[str, object]) -> None:
    rows = lines(encode_snapshot(PEOPLE[1:3]))
    rows[0] |= head
    refused(joined(rows))


def test_nobody_comes_twice() -> None:
    rows = lines(encode_snapshot([PEOPLE[1]]))
    rows[0]["people"] = 2
    assert "twice" in refused(joined([*rows, rows[1]]))
    with pytest.raises(ContentError):
        encode_snapshot([PEOPLE[1], PEOPLE[1]])
    with pytest.raises(ContentError):
        encode_delta(Delta(1, "ab" * 32, 1, (PEOPLE[1],), (PEOPLE[1].id,)))


def test_only_the_one_way_of_writing_is_read() -> None:
    content = encode_snapshot(PEOPLE)
    for other in (
        content[:-1],
        content + b"\n",
        content.replace(b'"v":1', b'"v": 1'),
        content.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + content,
        content.replace("曾".encode(), b"\\u66fe"),
        b"",
        b"\n",
    ):
        refused(other)


def test_a_line_and_a_list_have_their_limits() -> None:
    content = encode_snapshot(PEOPLE)
    assert "at most" in refused(content + b'{"id":"' + b"a" * 9_000 + b'"}\n')


@given(st.binary(max_size=300))
def test_bytes_from_anywhere_are_refused_and_nothing_worse(tail: bytes) -> None:
    content = encode_snapshot(PEOPLE[1:3])
    for source in (tail, content + tail, content[: len(tail)] + tail):
        try:
            roster = decode_roster(source)
            found = list(roster.residents) if isinstance(roster, Snapshot) else roster.put
        except ContentError:
            continue
        assert set(found) <= set(PEOPLE)


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=4))
def test_a_changed_roster_is_refused_or_says_something_else(at: int, change: bytes) -> None:
    content = encode_snapshot(PEOPLE)
    at %= len(content)
    changed = content[:at] + change + content[at + len(change) :]
    try:
        found = everybody(changed)
    except ContentError:
        return
    assert changed == content or set(found) != set(PEOPLE)
