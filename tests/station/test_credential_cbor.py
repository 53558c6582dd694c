"""The CBOR door and COSE_Sign1: bounds, tags, keys, and the structure that is signed."""

from __future__ import annotations

import hashlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.credential import cbor, cose
from station.credential.result import Reason, Refused


def reason_of(data: bytes, **rules: object) -> Reason:
    with pytest.raises(Refused) as why:
        cbor.load(data, **rules)  # type: ignore[arg-type]
    return why.value.reason


@pytest.mark.parametrize(
    "hexadecimal",
    [
        "",
        "0102",  # something follows
        "a201020103",  # a key twice
        "a20102f503",  # 1 and true are one key in Python
        "a1f502",  # true as a key
        "a1f93c0002",  # 1.0 as a key
        "a1800102",  # a list as a key
        "bf0102ff",  # open map
        "9f01ff",  # open list
        "5f4101ff",  # open bytes
        "7f6161ff",  # open text
        "61ff",  # not UTF-8
        "9b7fffffffffffffff",  # a list said to be enormous
        "5b7fffffffffffffff",
        "ba7fffffff",
        "81" * 17 + "01",  # too deep
        "f810",  # a simple value in two bytes
        "1c",  # reserved
        "ff",  # a stop without a start
    ],
)
def test_refuses(hexadecimal: str) -> None:
    assert reason_of(bytes.fromhex(hexadecimal)) is Reason.CBOR


def test_depth_is_counted_exactly() -> None:
    assert cbor.load(b"\x81" * 3 + b"\x01", max_depth=3) == [[[1]]]
    assert reason_of(b"\x81" * 4 + b"\x01", max_depth=3) is Reason.CBOR


@given(st.binary(max_size=20), st.binary(min_size=1, max_size=40))
def test_nothing_may_follow(value: bytes, rest: bytes) -> None:
    data = cbor2.dumps(value)
    assert cbor.load(data) == value
    assert reason_of(data + rest) is Reason.CBOR
    assert reason_of(data + b"\x58\x20" + hashlib.sha256(data).digest()) is Reason.CBOR
    assert reason_of(data[:-1]) is Reason.CBOR


def test_size_is_bounded_before_anything_is_read() -> None:
    assert reason_of(b"\x00" * (cbor.MAX_BYTES + 1)) is Reason.TOO_LONG


def test_no_tag_comes_in_unless_named() -> None:
    tags = [*range(1, 300), 1004, 1010, 1040, 43000, 55799, 70000, 2**32, 2**64 - 1]
    for tag in tags:
        for value in (b"", 0, "2020-01-01", [1, 2], {}):
            assert reason_of(cbor2.dumps(cbor2.CBORTag(tag, value))) is Reason.CBOR


def test_a_named_tag_stays_a_tag() -> None:
    found = cbor.load(cbor2.dumps(cbor2.CBORTag(0, "2021-06-01")), tags=frozenset({0}))
    assert found == cbor2.CBORTag(0, "2021-06-01")
    assert reason_of(cbor2.dumps(cbor2.CBORTag(1, 5)), tags=frozenset({0})) is Reason.CBOR


def test_open_lengths_only_where_a_format_says_so() -> None:
    assert cbor.load(bytes.fromhex("bf0102ff"), indefinite=True) == {1: 2}
    assert reason_of(bytes.fromhex("bf01020103ff"), indefinite=True) is Reason.CBOR


@given(st.binary(max_size=80))
def test_never_anything_but_an_item_or_a_refusal(data: bytes) -> None:
    for indefinite in (False, True):
        try:
            cbor.load(data, indefinite=indefinite, tags=frozenset({0, 18}))
        except Refused as why:
            assert why.reason is Reason.CBOR  # noqa: PT017 - both outcomes are allowed, this one only with its reason


@pytest.mark.parametrize("value", [True, False, 1.0, "1", None, b"\x01"])
def test_only_an_integer_is_a_whole_number(value: object) -> None:
    assert cbor.whole_number(value) is None


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (5, 5000),
        (1.5, 1500),
        (1624.0014, 1_624_001),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        ("5", None),
    ],
)
def test_seconds(value: object, ms: int | None) -> None:
    assert cbor.seconds_to_ms(value) == ms


def test_the_signed_structure_is_that_of_the_rfc() -> None:
    assert cose.to_be_signed(
        b"\xa1\x01\x27", b"hi", b"VG1"
    ).hex() == "846a5369676e61747572653143a10127435647314268 69".replace(" ", "")


def test_parts_of_a_message() -> None:
    data = cose.sign({1: -8}, b"payload", b"", lambda signed: signed[:4])
    message = cose.parse(data)
    assert (message.protected, message.unprotected, message.payload) == ({1: -8}, {}, b"payload")
    assert message.signature == cose.to_be_signed(message.protected_bytes, b"payload")[:4]
    wrapped = cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, cbor2.loads(data))))
    assert cose.parse(wrapped, tags=(61, 18)) == message
    assert cose.parse(data, tags=(61, 18)) == message
    with pytest.raises(Refused):
        cose.parse(wrapped)
    with pytest.raises(Refused):  # the tags the other way round
        cose.parse(cbor2.dumps(cbor2.CBORTag(18, cbor2.CBORTag(61, cbor2.loads(data)))), tags=(61, 18))


@pytest.mark.parametrize(
    "parts",
    [
        [b"\xa0", {}, b"", b"", b""],
        [b"\xa0", {}, b""],
        {0: b"\xa0"},
        [{}, {}, b"", b""],
        [b"\xa0", [], b"", b""],
        [b"\xa0", {}, None, b""],
        [b"\xa0", {}, "x", b""],
        [b"\xa0", {}, b"", 1],
        [b"\x80", {}, b"", b""],
        7,
    ],
)
def test_what_is_no_message(parts: object) -> None:
    with pytest.raises(Refused) as why:
        cose.parse(cbor2.dumps(parts))
    assert why.value.reason is Reason.COSE
