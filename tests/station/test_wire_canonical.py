"""One JSON text for one value, and a refusal for everything else."""

from __future__ import annotations

import json
from contextlib import suppress
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.wire.canonical import MAX_DEPTH, MAX_INTEGER, canonical, is_hex, is_version, parse
from station.wire.errors import WireError

#: What JSON escapes, what it does not, one to four bytes of UTF-8, and letters that sort differently as UTF-16.
TEXTS = st.text('ab"\\/\x01\n\x7f\u2028é℃\uffee\U0001f600', max_size=4)
LEAVES = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
VALUES = st.dictionaries(
    TEXTS,
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
    ),
    max_size=4,
)


@given(VALUES)
def test_a_value_comes_back_from_its_bytes(value: dict[str, Any]) -> None:
    assert parse(canonical(value)) == value


@given(VALUES)
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(VALUES)
def test_no_other_spelling_of_a_value_is_taken(value: dict[str, Any]) -> None:
    for text in (json.dumps(value, ensure_ascii=False), json.dumps(value, separators=(",", ":")), json.dumps(value)):
        if text.encode("utf-8", "surrogatepass") != canonical(value):
            with pytest.raises(WireError):
                parse(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200) | TEXTS.map(str.encode))
def test_parsing_raises_nothing_but_a_wire_error(source: bytes) -> None:
    with suppress(WireError):
        assert canonical(parse(source)) == source


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"[]",
        b"null",
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a": 1}',
        b'{"a":1} ',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":9223372036854775808}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":"\x01"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 20 + b"]" * 20 + b"}",
    ],
    ids=repr,
)
def test_what_is_not_exactly_canonical_is_refused(source: bytes) -> None:
    with pytest.raises(WireError):
        parse(source)


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": float("nan")},
        {"a": b"bytes"},
        {"a": {1, 2}},
        {1: "a"},
        {None: "a"},
        {"a": MAX_INTEGER + 1},
        {"a": -MAX_INTEGER - 1},
        {"a": 10**6000},
        {"a": "\ud800"},
        {"\udfff": 1},
        {"a": object()},
    ],
    ids=[
        *("float", "nan", "bytes", "set", "number as key", "none as key", "too large", "too small", "absurd"),
        *("lone surrogate", "lone surrogate as key", "object"),
    ],
)
def test_what_json_has_no_one_word_for_is_not_written(value: dict[Any, Any]) -> None:
    with pytest.raises(WireError):
        canonical(value)


def test_depth_is_bounded() -> None:
    value: dict[str, Any] = {}
    for _ in range(MAX_DEPTH):
        value = {"a": value}
    assert parse(canonical(value)) == value
    with pytest.raises(WireError, match="nested"):
        canonical({"a": value})
    deep: list[Any] = []
    for _ in range(MAX_DEPTH - 1):
        deep = [deep]
    assert parse(canonical({"a": deep})) == {"a": deep}
    innermost = deep
    while innermost:
        innermost = innermost[0]
    innermost.append("text counts as a level too")
    with pytest.raises(WireError, match="nested"):
        canonical({"a": deep})
    innermost[0] = deep
    with pytest.raises(WireError, match="nested"):
        canonical({"a": deep})


class Word(StrEnum):
    HELLO = "hello"


def test_what_is_text_by_inheritance_is_written_as_text() -> None:
    assert canonical({Word.HELLO: [Word.HELLO, True, None, (1, -MAX_INTEGER)]}) == (
        b'{"hello":["hello",true,null,[1,-9223372036854775807]]}'
    )


def test_the_message_names_the_place() -> None:
    for wrong in (1.5, {1: 2}, "\ud800", MAX_INTEGER + 1):
        with pytest.raises(WireError, match=r"value\.a\[1\]\.b"):
            canonical({"a": [0, {"b": wrong}]})


def test_only_control_characters_quote_and_backslash_are_escaped() -> None:
    assert canonical({"a": '\x00\x1f\n"\\/\x7f ℃'}) == '{"a":"\\u0000\\u001f\\n\\"\\\\/\x7f ℃"}'.encode()


@pytest.mark.parametrize("v", [True, 1.0, "1", None, 2, [1]])
def test_only_the_integer_is_the_version(v: object) -> None:
    assert is_version({"v": 1}, 1)
    assert not is_version({"v": v}, 1)
    assert not is_version({}, 1)


@pytest.mark.parametrize("text", ["AB", "a", "abc", " ab", "ab ", "a b", "gg", "", None, 1, "ａｂ"])
def test_hex_has_one_spelling(text: object) -> None:
    assert is_hex("ab", 1)
    assert not is_hex(text, 1)
