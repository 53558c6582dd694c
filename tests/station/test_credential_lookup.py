"""Roster codes and ID numbers: they name someone and prove nothing."""

from __future__ import annotations

import datetime
import random

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from station.credential import Format, Now, Reason, TrustStore, Verdict, id_number, recognise, roster_code
from station.credential.result import Refused

TODAY = datetime.date(2026, 11, 22)
NOON = Now(int(datetime.datetime(2026, 11, 22, 12, tzinfo=id_number.CHINA).timestamp() * 1000))
GOOD = "11010519491231002X"  # the worked example of GB 11643


def numbered(first17: str) -> str:
    return first17 + id_number.check_digit(first17)


@given(st.binary(min_size=8, max_size=8))
def test_roster_code_round_trip_in_every_way_of_writing(roster_id: bytes) -> None:
    text = roster_code.encode(roster_id)
    for written in (
        text,
        text.lower(),
        text.replace("-", ""),
        text.replace("-", " "),
        "VR1:" + text[4:].replace("0", "o"),
    ):
        found = recognise(written.encode(), TrustStore(), Now(None))
        assert (found.format, found.verdict, found.lookup_id) == (Format.ROSTER, Verdict.LOOKUP, roster_id)
        assert not found.proves


def test_roster_code_is_small() -> None:
    assert segno.make(roster_code.encode(b"\xff" * 8), error="m", micro=False, boost_error=False).version <= 2


def test_roster_code_finds_every_wrong_character_and_every_swap() -> None:
    code = roster_code.encode(bytes.fromhex("0123456789abcdef"))[4:].replace("-", "")
    wrong = [code[:at] + new + code[at + 1 :] for at in range(16) for new in roster_code.ALPHABET if new != code[at]]
    wrong += [code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(15) if code[at] != code[at + 1]]
    assert len(wrong) > 490
    for text in wrong:
        with pytest.raises(Refused) as why:
            roster_code.decode("VR1:" + text)
        assert why.value.reason is Reason.CHECK


@pytest.mark.parametrize(
    "rest", ["", "A", "U000-0000-0000-0000", "0" * 15, "0" * 17, "0" * 60, "000000000000000é", "000000000000000ß"]
)
def test_roster_code_refuses(rest: str) -> None:
    found = recognise(("VR1:" + rest).encode(), TrustStore(), Now(None))
    assert (found.format, found.verdict, found.reason) == (Format.ROSTER, Verdict.MALFORMED, Reason.ALPHABET)
    assert found.lookup_id is None


def test_roster_code_takes_8_bytes() -> None:
    with pytest.raises(ValueError, match="7 bytes"):
        roster_code.encode(b"1234567")


@pytest.mark.parametrize(
    "text",
    [GOOD, GOOD.lower(), numbered("44030620000229001"), numbered("81000019900101123"), numbered("93115619800101001")],
)
def test_id_number_well_typed(text: str) -> None:
    found = recognise(text.encode(), TrustStore(), NOON)
    assert (found.format, found.verdict, found.reason) == (Format.ID_NUMBER, Verdict.LOOKUP, Reason.NAMES_SOMEONE)
    assert found.id_last4 == text[-4:].upper()
    assert text[:14] not in repr(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("110105194912310021", Reason.WRONG_DIGIT),
        (numbered("00010519491231002"), Reason.REGION),
        (numbered("99999919491231002"), Reason.REGION),
        (numbered("11010519490229002"), Reason.BIRTH_DATE),
        (numbered("11010519491331002"), Reason.BIRTH_DATE),
        (numbered("11010518801231002"), Reason.BIRTH_DATE),
        (numbered("11010520261123002"), Reason.FUTURE_BIRTH),
        ("1101051949123100", Reason.ALPHABET),
        ("\uff11" * 17 + "X", Reason.ALPHABET),
    ],
)
def test_id_number_mistyped(text: str, reason: Reason) -> None:
    assert id_number.check(text, TODAY) is reason
    found = id_number.verify(text, TODAY)
    assert (found.verdict, found.reason, found.id_last4) == (Verdict.MALFORMED, reason, None)


def test_born_today_and_the_day_of_china() -> None:
    today = numbered("11010520261122002")
    assert id_number.check(today, TODAY) is Reason.NAMES_SOMEONE
    just_before = Now(int(datetime.datetime(2026, 11, 21, 23, 59, tzinfo=id_number.CHINA).timestamp() * 1000))
    assert recognise(today.encode(), TrustStore(), just_before).reason is Reason.FUTURE_BIRTH
    assert recognise(today.encode(), TrustStore(), Now(None)).reason is Reason.NAMES_SOMEONE


def test_every_single_wrong_digit_and_neighbour_swap_is_found() -> None:
    chance = random.Random(11643)
    for _ in range(300):
        good = numbered("110105" + f"{chance.randrange(1950, 2020)}1231" + f"{chance.randrange(1000):03d}")
        for at in range(18):
            new = chance.choice("0123456789X" if at == 17 else "0123456789")
            changed = good[:at] + new + good[at + 1 :]
            assert changed == good or id_number.check(changed, TODAY) is Reason.WRONG_DIGIT
        for at in range(16):
            swapped = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
            assert swapped == good or id_number.check(swapped, TODAY) is Reason.WRONG_DIGIT


@pytest.mark.parametrize("text", ["12345678", "1101051949123100", "0123456789012345678", "690123456789", "X" * 18])
def test_a_plain_number_is_not_recognised(text: str) -> None:
    assert recognise(text.encode(), TrustStore(), NOON).format is Format.UNRECOGNISED
