from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.keystrokes import EV_KEY, EV_SYN, MAX_CHARACTERS, PAUSE_NS, SYN_DROPPED, Key, Keystrokes
from tests.drivers.wedge_events import ALT, CTRL, ENTER, SHIFT, pressed, typed

STEP_NS = 2_000_000
PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "


class Typing:
    """Keys at a scanner's pace, and the codes that came of them."""

    def __init__(self) -> None:
        self.keystrokes = Keystrokes()
        self.now_ns = 0

    def does(self, *keys: Key, pause_ns: int = STEP_NS) -> list[bytes]:
        codes = []
        for key in keys:
            self.now_ns += pause_ns
            codes.append(self.keystrokes.feed(key, self.now_ns))
        return [code for code in codes if code is not None]


@given(st.text(PRINTABLE, min_size=1, max_size=60))
def test_every_ascii_character_comes_back(text: str) -> None:
    assert Typing().does(*typed(text)) == [text.encode()]


def test_a_gate_pass_and_an_id_number() -> None:
    codes = ["VG1:6BFOXN%TS3DH0YOJ58S $/+W*M.-", "11010119900307123X"]
    assert Typing().does(*typed(codes[0]), *typed(codes[1])) == [code.encode() for code in codes]


def test_the_keypad_tab_and_the_keypads_enter() -> None:
    # 7 and 0 of the keypad, then Tab; 1 of the keypad, then its Enter.
    assert Typing().does(*pressed(71, 82, 15), *pressed(79, 96)) == [b"70", b"1"]


@pytest.mark.parametrize("hold", [CTRL, ALT, 97, 100, 125])
def test_what_is_typed_under_ctrl_or_alt_spoils_the_code_and_not_the_next(hold: int) -> None:
    typing = Typing()
    keys = [*typed("12", end=None), Key(EV_KEY, hold, 1), *typed("3", end=None), Key(EV_KEY, hold, 0), *typed("4")]
    assert typing.does(*keys) == []
    assert typing.keystrokes.unreadable == 1
    assert typing.does(*typed("56")) == [b"56"]


def test_a_key_without_a_character_spoils_the_code() -> None:
    typing = Typing()
    assert typing.does(*typed("12", end=None), *pressed(59), *typed("34")) == []
    assert typing.keystrokes.unreadable == 1


def test_events_the_kernel_dropped_spoil_the_code_and_release_shift() -> None:
    typing = Typing()
    dropped = Key(EV_SYN, SYN_DROPPED, 0)
    assert typing.does(*typed("12", end=None), Key(EV_KEY, SHIFT, 1), dropped, *typed("34")) == []
    assert typing.does(*typed("ab")) == [b"ab"]


def test_a_key_that_is_stuck_types_once() -> None:
    assert Typing().does(*pressed(2), *[Key(EV_KEY, 2, 2)] * 50, *pressed(ENTER)) == [b"1"]


def test_lock_keys_are_no_part_of_a_code() -> None:
    assert Typing().does(*pressed(58), *typed("ab", end=None), *pressed(69, 58, ENTER)) == [b"ab"]


def test_enter_alone_is_no_code() -> None:
    typing = Typing()
    assert typing.does(*pressed(ENTER, ENTER, 15)) == []
    assert typing.keystrokes.unreadable == 0


def test_a_pause_ends_what_was_begun() -> None:
    typing = Typing()
    typing.does(*typed("11", end=None))
    typing.now_ns += PAUSE_NS
    assert typing.does(*typed("22")) == [b"22"]
    assert typing.keystrokes.unreadable == 1


def test_a_spoilt_code_without_its_enter_does_not_spoil_the_next_for_ever() -> None:
    typing = Typing()
    typing.does(*pressed(59))
    typing.now_ns += PAUSE_NS
    assert typing.does(*typed("22")) == [b"22"]


def test_the_longest_code_and_one_more() -> None:
    assert Typing().does(*typed("7" * MAX_CHARACTERS)) == [b"7" * MAX_CHARACTERS]
    typing = Typing()
    assert typing.does(*typed("7" * (MAX_CHARACTERS + 500))) == []
    assert typing.does(*typed("8")) == [b"8"]


def test_no_events_make_it_raise() -> None:
    rng, typing = random.Random(1), Typing()
    for _ in range(30_000):
        kind = rng.choice((EV_SYN, EV_KEY, EV_KEY, EV_KEY, 4, 17, 65_535))
        key = Key(
            kind, rng.choice((rng.randrange(128), rng.randrange(65_536))), rng.choice((0, 1, 1, 2, -5, 2**31 - 1))
        )
        for code in typing.does(key):
            assert code.isascii()
            assert 0 < len(code) <= MAX_CHARACTERS
