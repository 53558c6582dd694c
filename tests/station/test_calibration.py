from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.calibration import (
    MAX_OFFSET_CENTI,
    Calibration,
    CalibrationError,
    adjusted,
    changes,
    check,
    facts,
    overdue,
    parse,
    sign,
)
from station.wire.entry import Header, encode_header

DAY = date(2020, 11, 20)
GUN = Calibration("forehead", 25, "black body 37.0", DAY, "admin-2")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def settings(**changed: object) -> Calibration | None:
    values = {"offset_centi": 25, "name": "black body 37.0", "day": "2020-11-20", "by": "admin-2", "signature": ""}
    return parse("forehead", **{**values, **changed})  # type: ignore[arg-type]


def test_settings_without_any_offset_are_none() -> None:
    assert parse("forehead", 0, "", "", "", "") is None


def test_a_complete_offset_is_taken_and_a_check_that_found_none_is_kept_too() -> None:
    assert settings() == GUN
    assert settings(offset_centi=0) == replace(GUN, offset_centi=0)
    assert settings(signature="ab" * 64) == replace(GUN, signature=b"\xab" * 64)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"offset_centi": MAX_OFFSET_CENTI + 1}, "offset_centi: 201 is beyond"),
        ({"offset_centi": -MAX_OFFSET_CENTI - 1}, "offset_centi: -201 is beyond"),
        ({"name": ""}, "offset_name: ''"),
        ({"name": "x" * 61}, "offset_name"),
        ({"by": ""}, "offset_by: ''"),
        ({"by": "a\nb"}, "offset_by"),
        ({"day": "yesterday"}, "offset_date: 'yesterday'"),
        ({"day": ""}, "offset_date"),
        ({"signature": "zz"}, "offset_signature"),
        ({"signature": "ab" * 63}, "offset_signature"),
    ],
)
def test_an_offset_is_complete_or_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(CalibrationError, match=message):
        settings(**changed)


@pytest.mark.parametrize("offset", [-MAX_OFFSET_CENTI, -1, 0, 1, MAX_OFFSET_CENTI])
def test_the_offset_is_added_exactly_and_a_device_without_one_is_left_alone(offset: int) -> None:
    assert adjusted(3652, replace(GUN, offset_centi=offset)) == 3652 + offset
    assert adjusted(3652, None) == 3652


def test_a_signature_holds_for_this_station_this_device_and_every_field() -> None:
    signed = replace(GUN, signature=bytes.fromhex(sign("gate-1", GUN, KEY)))
    check("gate-1", signed, KEY.public_key())
    others = [
        replace(signed, device="wrist"),
        replace(signed, offset_centi=26),
        replace(signed, name="black body 37.1"),
        replace(signed, day=DAY + timedelta(days=1)),
        replace(signed, by="admin-3"),
        replace(signed, signature=b""),
    ]
    for other in others:
        with pytest.raises(CalibrationError, match="not signed"):
            check("gate-1", other, KEY.public_key())
    for station, key in (("gate-2", KEY), ("gate-1", Ed25519PrivateKey.generate())):
        with pytest.raises(CalibrationError, match="not signed"):
            check(station, signed, key.public_key())


def test_it_is_due_again_after_a_year_and_a_day_to_come_is_none() -> None:
    assert [overdue(GUN, DAY + timedelta(days=days)) for days in (0, 365, 366, -1)] == [False, False, True, True]


def test_every_change_is_an_entry_and_nothing_else_is() -> None:
    wrist = Calibration("wrist", -10, "axillary, 20 people", DAY, "admin-2")
    first = changes({}, [wrist, GUN])
    assert first == [facts(GUN), facts(wrist)]
    recorded = {entry["device"]: entry for entry in first}
    assert changes(recorded, [GUN, wrist]) == []
    moved = replace(GUN, offset_centi=30)
    assert changes(recorded, [moved, wrist]) == [facts(moved)]


def test_taking_an_offset_out_is_an_entry_once() -> None:
    gone = {"device": "forehead", "offset_centi": 0, "name": "", "day": "", "by": ""}
    assert changes({"forehead": facts(GUN)}, []) == [gone]
    assert changes({"forehead": gone}, []) == []
    assert changes({"forehead": gone}, [GUN]) == [facts(GUN)]


def test_the_entry_fits_into_a_header() -> None:
    body = facts(GUN)
    header = Header(
        station="gate-1",
        epoch=1,
        seq=1,
        kind="device.calibrated",
        at_ms=0,
        clock="synced",  # type: ignore[arg-type]
        boot_id="b",
        boottime_ns=0,
        actor="",
        facts=body,
        personal_c=None,
        sealed_c=None,
    )
    assert b'"offset_centi":25' in encode_header(header)
