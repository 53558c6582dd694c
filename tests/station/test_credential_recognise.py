"""The door: every bytes give a Credential, and only the right ones a proof."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.credential import Credential, Format, Now, Reason, TrustStore, Verdict, base45, families, recognise
from station.credential.describe import verify_command

PREFIXES = ["", "VG1:", "VR1:", "HC1:", "shc:/", "shc:/1/2/", "NZCP:/1/", '{"data":', "110105", "\ufeff", " "]


def sane(found: Credential) -> bool:
    return not found.proves and found.holder is None and found.reason is not Reason.INTERNAL


@settings(max_examples=300)
@given(st.sampled_from(PREFIXES), st.binary(max_size=400), st.sampled_from([None, 0, 1_795_000_000_000]))
def test_never_raises_for_any_bytes(prefix: str, rest: bytes, at_ms: int | None) -> None:
    assert sane(recognise(prefix.encode() + rest, TrustStore(), Now(at_ms)))


@settings(max_examples=300)
@given(st.sampled_from(PREFIXES), st.text(max_size=300))
def test_never_raises_for_any_text(prefix: str, rest: str) -> None:
    assert sane(recognise((prefix + rest).encode("utf-8", "replace"), TrustStore(), Now(0)))


@settings(max_examples=300)
@given(st.sampled_from(["VG1:", "HC1:"]), st.binary(max_size=400))
def test_never_raises_for_any_content_in_good_base45(prefix: str, content: bytes) -> None:
    assert sane(recognise((prefix + base45.encode(content)).encode(), TrustStore(), Now(0)))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\n",
        b"https://example.org/enrol?token=1",
        b"WIFI:S:x;;",
        b"\xff\xfe",
        "健康码".encode(),
        b"VG2:ABC",
        b"vg1:BB8",
    ],
)
def test_unrecognised(payload: bytes) -> None:
    found = recognise(payload, TrustStore(), Now(0))
    assert (found.format, found.verdict, found.reason) == (Format.UNRECOGNISED, Verdict.UNRECOGNISED, Reason.NOT_OURS)


def test_oversized_is_not_even_read() -> None:
    found = recognise(b"VG1:" + b"0" * families.MAX_PAYLOAD, TrustStore(), Now(0))
    assert (found.verdict, found.reason) == (Verdict.UNRECOGNISED, Reason.TOO_LONG)


def test_a_line_end_of_the_scanner_is_no_part_of_the_code() -> None:
    number = b"11010519491231002X"
    assert recognise(number + b"\r\n", TrustStore(), Now(0)) == recognise(number, TrustStore(), Now(0))


def test_a_family_that_breaks_does_not_stop_the_gate() -> None:
    def breaks(_text: str, _trust: TrustStore, _now: Now) -> Credential:
        raise RuntimeError

    table = (families.Family(Format.VG1, lambda _text: True, breaks),)
    found = recognise(b"x", TrustStore(), Now(0), table)
    assert (found.verdict, found.reason) == (Verdict.MALFORMED, Reason.INTERNAL)


def test_the_json_of_verify() -> None:
    ticks = itertools.count(1_000_000, 250_000)
    written = verify_command(b"nothing known", TrustStore(), Now(0), lambda: next(ticks))
    assert json.loads(json.dumps(written)) == {
        "format": "unrecognised",
        "verdict": "unrecognised",
        "reason": "not_ours",
        "holder": None,
        "key_id": None,
        "ms": 0.25,
    }


def test_every_family_has_one_row() -> None:
    formats = [family.format for family in families.FAMILIES]
    assert len(formats) == len(set(formats))
    assert Verdict.VALID.value == "valid"
