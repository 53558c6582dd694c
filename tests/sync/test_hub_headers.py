"""The fast readers of headers say what the strict one says, or leave the word to it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._passages import everyday
from station.wire.canonical import MAX_DEPTH, canonical
from station.wire.entry import Header, parse_header
from station.wire.errors import WireError
from sync.hub.examination.headers import Said, read_at_door, read_header
from sync.hub.examination.meaning import meaning_of
from sync.hub.examination.visit_facts import Learned, Reading, Used, VisitFacts
from tests.sync.chain import MORNING_MS, Chain

GOOD: dict[str, Any] = json.loads(Chain().add(personal={"masked": "李**"}).entries[1].header)
ENVELOPE = [name for name in Header.__dataclass_fields__ if name not in {"v", "facts"}]

#: A visit as a gate writes it, of two people in a vehicle.
VISIT: dict[str, Any] = {**GOOD, "facts": json.loads(canonical(everyday(55, MORNING_MS).facts)), "personal_c": None}

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def same(source: bytes) -> bool:
    """Whether all readers agree about *source*; whether it is a header at all."""
    try:
        strict = parse_header(source)
    except WireError:
        for read in (read_header, read_at_door):
            with pytest.raises(WireError):
                read(source)
        return False
    for fast in (read_header(source), read_at_door(source)):
        facts = msgspec.to_builtins(fast.facts)
        assert facts == strict.facts
        assert _types(facts) == _types(strict.facts)
        assert [getattr(fast, name) for name in ENVELOPE] == [getattr(strict, name) for name in ENVELOPE]
        assert _meaning(fast) == _meaning(strict)
    return True


def _meaning(header: Any) -> object:
    try:
        return meaning_of(header.kind, header.facts)
    except WireError as error:
        return str(error)


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    return [_types(inner) for inner in value] if isinstance(value, list) else type(value)


def encoded(header: dict[str, Any], escaped: bool) -> bytes:
    """*header* as JSON with sorted keys, whatever it holds."""
    text = json.dumps(header, ensure_ascii=escaped, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def test_what_gates_write_is_read_fast() -> None:
    for entry in Chain().add(personal={"masked": "李**"}, sealed=b"x").add("case.opened", {"case": "c"}).entries:
        assert isinstance(read_header(entry.header), Said)
        assert same(entry.header)


@given(st.sampled_from(sorted(GOOD)), values)
def test_any_value_in_any_field_is_judged_alike(name: str, value: Any) -> None:
    for escaped in (True, False):
        same(encoded({**GOOD, name: value}, escaped))


@given(st.sampled_from(sorted(VISIT["facts"])), values, st.booleans())
def test_any_value_in_any_fact_of_a_visit_is_judged_alike(name: str, value: Any, escaped: bool) -> None:
    same(encoded({**VISIT, "facts": {**VISIT["facts"], name: value}}, escaped))


@given(st.sampled_from(("readings", "learned", "used")), st.text(max_size=3), values, st.data())
def test_any_value_further_in_is_judged_alike(name: str, other: str, value: Any, data: st.DataObject) -> None:
    facts = json.loads(json.dumps(VISIT["facts"]))
    inner = facts[name] if name == "used" else facts[name][-1]
    inner[data.draw(st.sampled_from((*sorted(inner), other)))] = value
    same(encoded({**VISIT, "facts": facts}, False))


@given(st.sets(st.sampled_from(sorted(VISIT["facts"]))), st.sets(st.sampled_from(sorted(VISIT["facts"]["used"]))))
def test_a_visit_may_lack_any_fact(without: set[str], unused: set[str]) -> None:
    facts = {name: value for name, value in VISIT["facts"].items() if name not in without}
    if "used" in facts:
        facts["used"] = {name: value for name, value in facts["used"].items() if name not in unused}
    assert same(encoded({**VISIT, "facts": facts}, False))
    read = read_at_door(encoded({**VISIT, "facts": facts}, False)).facts
    assert isinstance(read, VisitFacts)
    assert {name: msgspec.to_builtins(read.get(name)) for name in VISIT["facts"] if read.get(name) is not None} == {
        name: value for name, value in facts.items() if value is not None
    }


@given(st.integers(0, 1_000_000))
def test_every_passage_of_a_day_is_read_by_its_names(number: int) -> None:
    draft = everyday(number, MORNING_MS)
    source = canonical({**GOOD, "kind": draft.kind, "facts": draft.facts})
    assert same(source)
    assert isinstance(read_at_door(source).facts, VisitFacts) is draft.kind.startswith("visit.")


@pytest.mark.parametrize("record", [VisitFacts, Reading, Learned, Used])
def test_names_stand_in_canonical_order(record: type[msgspec.Struct]) -> None:
    names = [field.encode_name for field in msgspec.structs.fields(record)]
    assert names == sorted(names)


@given(st.sampled_from((GOOD, VISIT)), st.integers(0, 2500), st.binary(max_size=3))
def test_any_damage_is_judged_alike(header: dict[str, Any], at: int, instead: bytes) -> None:
    source = canonical(header)
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
