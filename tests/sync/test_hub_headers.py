"""The fast reader of headers says what the strict one says, or leaves the word to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.wire.canonical import MAX_DEPTH, canonical
from station.wire.entry import Header, parse_header
from station.wire.errors import WireError
from sync.hub.headers import Said, read_header
from tests.sync.chain import Chain

GOOD: dict[str, Any] = json.loads(Chain().add(personal={"masked": "李**"}).entries[1].header)
NAMES = [name for name in Header.__dataclass_fields__ if name != "v"]

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def same(source: bytes) -> bool:
    """Whether both readers agree about *source*; whether it is a header at all."""
    try:
        strict = parse_header(source)
    except WireError:
        with pytest.raises(WireError):
            read_header(source)
        return False
    fast = read_header(source)
    assert [getattr(fast, name) for name in NAMES] == [getattr(strict, name) for name in NAMES]
    assert _types(fast.facts) == _types(strict.facts)
    return True


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    return [_types(inner) for inner in value] if isinstance(value, list) else type(value)


def test_what_gates_write_is_read_fast() -> None:
    for entry in Chain().add(personal={"masked": "李**"}, sealed=b"x").add("case.opened", {"case": "c"}).entries:
        assert isinstance(read_header(entry.header), Said)
        assert same(entry.header)


@given(st.sampled_from(sorted(GOOD)), values)
def test_any_value_in_any_field_is_judged_alike(name: str, value: Any) -> None:
    same(json.dumps({**GOOD, name: value}, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode())
    text = json.dumps({**GOOD, name: value}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    same(text.encode("utf-8", "surrogatepass"))


@given(st.integers(0, 2000), st.binary(max_size=3))
def test_any_damage_is_judged_alike(at: int, instead: bytes) -> None:
    source = canonical(GOOD)
    same(source[:at] + instead + source[at + 1 :])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"seq":2', b'"seq":2.0'),
        (b'"seq":2', b'"seq":2e0'),
        (b'"seq":2', b'"seq":02'),
        (b'"seq":2', b'"seq": 2'),
        (b'"seq":2', b'"seq":2,"seq":2'),
        (b'"seq":2', b'"seq":9223372036854775808'),
        (b'"v":1', b'"v":true'),
        (b'"v":1', b'"v":1,"w":1'),
        (b'"people":1', b'"people":-0'),
        (b'"people":1', b'"people":1.5'),
        (b'"people":1', b'"people":NaN'),
        (b'"people":1', b'"people":18446744073709551615'),
        (b'"station":"east"', b'"station":"e/st"'),
        (b'"station":"east"', b'"station":"\\u0065ast"'),
        (b'"clock":"synced"', b'"clock":"late"'),
    ],
)
def test_what_is_no_header_stays_none(before: bytes, after: bytes) -> None:
    source = canonical(GOOD)
    assert source.count(before) == 1
    assert not same(source.replace(before, after))


@pytest.mark.parametrize("depth", [5, 6, 7, 8, MAX_DEPTH - 3, MAX_DEPTH - 2, MAX_DEPTH - 1, 500, 100_000])
def test_both_go_to_the_same_depth(depth: int) -> None:
    source = canonical(GOOD).replace(b'"people":1', b'"people":' + b"[" * depth + b"]" * depth)
    assert same(source) is (depth <= MAX_DEPTH - 1)


@pytest.mark.parametrize("ends", [b"\n", b" "])
def test_a_commitment_is_hex_to_its_end(ends: bytes) -> None:
    source = canonical(GOOD)
    whole = source.index(b'"personal_c":"') + 14
    assert not same(source[: whole + 63] + ends.replace(b"\n", b"\\n") + source[whole + 64 :])
