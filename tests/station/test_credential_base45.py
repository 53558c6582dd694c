"""Base45: the examples of RFC 9285, every length, and everything a strict reader refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.credential import base45
from station.credential.result import Reason, Refused

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
EDGES = [(b"", ""), (b"\xff", "U5"), (b"\xff\xff", "FGW")]


@pytest.mark.parametrize(("data", "text"), RFC_9285 + EDGES)
def test_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=300))
def test_round_trip_and_no_space_at_the_end(data: bytes) -> None:
    text = base45.encode(data)
    assert base45.decode(text) == data
    assert not text.endswith(" ")


@given(st.text(alphabet=base45.ALPHABET, max_size=60))
def test_one_text_for_one_content(text: str) -> None:
    try:
        data = base45.decode(text)
    except Refused:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "A",  # one character over
        "BB8A",
        "GGW",  # 65536
        ":::",
        "V5",  # 256; U5 is 255
        "bb8",  # lower case
        "BB\n",
        "BB\uff18",  # full width
        "ab,",
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(Refused) as why:
        base45.decode(text)
    assert why.value.reason is Reason.BASE45
