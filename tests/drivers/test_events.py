"""Events and their datagrams: the same event comes back, and nothing else ever comes out."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.datagram import decode, encode
from drivers.events import (
    MAX_CENTI,
    MIN_CENTI,
    Bound,
    Event,
    Health,
    Heartbeat,
    Mode,
    OutOfRange,
    Raw,
    Reading,
    Role,
    Scan,
    Site,
)
from drivers.fields import MAX_DATAGRAM, EventError

RAW = Raw(3412, 6, 12, "a5 01")
READING = Reading("t1", 7, 3655, Site.FOREHEAD, Mode.SURFACE, RAW, 1840)
SCAN = Scan("c1", 8, b"VG1:abc", "QRCode")
EVENTS: list[Event] = [
    READING,
    Reading("t1", 0, -500, Site.WRIST, Mode.ADJUSTED, RAW),
    OutOfRange("t1", 2**62, Bound.HIGH, RAW),
    SCAN,
    Scan("c1", 8, b"", "QRCode", 2),
    Scan("c1", 8, '码\n"quoted"\x00'.encode(), "QRCode"),
    Scan("c1", 8, b"\xff\xfe\x00", "Aztec"),
    Heartbeat("t1", 9, Role.THERMOMETER, Health.SILENT, "/dev/ttyUSB0", "is it switched on?"),
    Heartbeat("w1", 9, Role.WEDGE, Health.OK, "", ""),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back(event: Event) -> None:
    assert decode(encode(event)) == event


@given(st.integers(MIN_CENTI, MAX_CENTI), st.none() | st.integers(MIN_CENTI, MAX_CENTI))
def test_every_hundredth_of_a_degree_comes_back(centi: int, ambient: int | None) -> None:
    reading = Reading("t1", 1, centi, Site.NECK, Mode.SURFACE, RAW, ambient)
    assert decode(encode(reading)) == reading


@given(st.binary(max_size=2953))
def test_every_code_that_fits_a_symbol_comes_back(payload: bytes) -> None:
    assert decode(encode(Scan("c1", 1, payload, "QRCode"))) == Scan("c1", 1, payload, "QRCode")


@pytest.mark.parametrize("byte", [b"\x01", b"\x7f", b'"', b"\\", b"\xff", b"a", "码".encode()], ids=repr)
def test_the_fullest_symbol_fits_the_datagram(byte: bytes) -> None:
    scan = Scan("c" * 64, 2**63 - 1, (byte * 2953)[:2953], "QRCode", 100)
    datagram = encode(scan)
    assert len(datagram) <= MAX_DATAGRAM
    assert decode(datagram) == scan


def test_people_read_degrees() -> None:
    body = json.loads(encode(READING))
    assert (body["celsius"], body["ambient"], body["kind"]) == (36.55, 18.4, "reading")


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_error(source: bytes) -> None:
    with pytest.raises(EventError):
        decode(source)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=3), LEAVES, max_size=2)


@given(st.sampled_from([READING, SCAN, EVENTS[2], EVENTS[7]]), st.data())
def test_any_value_in_any_field_is_an_event_or_an_event_error(event: Event, data: st.DataObject) -> None:
    body: dict[str, Any] = json.loads(encode(event))
    body[data.draw(st.sampled_from(sorted(body)))] = data.draw(VALUES)
    with suppress(EventError):
        decode(json.dumps(body).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("event", "change", "message"),
    [
        (READING, {"kind": "weather"}, "kind: unknown 'weather'"),
        (READING, {"kind": 1}, "kind"),
        (READING, {"device": ""}, "device"),
        (READING, {"device": "x" * 65}, "device"),
        (READING, {"device": "\ud800"}, "surrogate"),
        (READING, {"observed_ns": -1}, "observed_ns"),
        (READING, {"observed_ns": 1.0}, "observed_ns"),
        (READING, {"observed_ns": True}, "observed_ns"),
        (READING, {"observed_ns": 2**63}, "observed_ns"),
        (READING, {"celsius": "36.5"}, "celsius"),
        (READING, {"celsius": True}, "celsius"),
        (READING, {"celsius": None}, "celsius"),
        (READING, {"celsius": float("nan")}, "celsius"),
        (READING, {"celsius": float("inf")}, "celsius"),
        (READING, {"celsius": 10**400}, "celsius"),
        (READING, {"celsius": 1001}, "celsius"),
        (READING, {"site": "ear"}, "'ear' is none of forehead"),
        (READING, {"mode": None}, "mode"),
        (READING, {"raw": []}, "raw"),
        (READING, {"raw": {}}, "centi_celsius: missing"),
        (READING, {"raw": {**json.loads(encode(READING))["raw"], "more": 1}}, "more: unknown"),
        (READING, {"raw": {**json.loads(encode(READING))["raw"], "hex": "x" * 257}}, "hex"),
        (READING, {"ambient": "cold"}, "ambient"),
        (READING, {"more": 1}, "more: unknown field"),
        (SCAN, {"encoding": "hex"}, "encoding"),
        (SCAN, {"payload": "=a=", "encoding": "base64"}, "not base64"),
        (SCAN, {"payload": "码", "encoding": "base64"}, "not base64"),
        (SCAN, {"payload": "\ud800"}, "payload"),
        (SCAN, {"in_image": 0}, "in_image"),
        (EVENTS[2], {"bound": "up"}, "bound"),
        (EVENTS[7], {"health": "fine"}, "health"),
        (EVENTS[7], {"role": "cook"}, "role"),
        (EVENTS[7], {"detail": "x" * 201}, "detail"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(event: Event, change: dict[str, Any], message: str) -> None:
    body = {**json.loads(encode(event)), **change}
    with pytest.raises(EventError, match=message):
        decode(json.dumps(body).encode())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_a_missing_field_is_named(event: Event) -> None:
    whole = json.loads(encode(event))
    for name in whole:
        with pytest.raises(EventError, match=name):
            decode(json.dumps({key: value for key, value in whole.items() if key != name}).encode())


@pytest.mark.parametrize(
    "datagram", [b"", b"[]", b"null", b"[" * 10_000, b'{"a":' * 3_000, b" " * (MAX_DATAGRAM + 1), b"9" * 5000]
)
def test_what_is_no_event_is_refused(datagram: bytes) -> None:
    with pytest.raises(EventError):
        decode(datagram)


def test_a_long_explanation_is_cut_to_what_is_read() -> None:
    beat = decode(encode(Heartbeat("t1", 1, Role.CAMERA, Health.LOST, "p", "x" * 500)))
    assert isinstance(beat, Heartbeat)
    assert len(beat.detail) == 200
