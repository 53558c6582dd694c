"""The offset of one thermometer: named, dated, signed, and never silent.  Pure.

Promises:

1. A device's raw value is never changed: the offset is added to what is decided on, and an entry has both.
2. There is no offset without what it was compared with, when, and by whom; none beyond :data:`MAX_OFFSET_CENTI`.
3. Every change, and its removal, is an entry ``device.calibrated`` (:func:`changes`).
4. A signature covers the station, the device and every field: an offset copied to another device is refused.

The offset is the desk's business.  The driver settles raw values: what is a person and what is a wall does not depend
on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.errors import StationError
from station.wire.canonical import canonical

DOMAIN = b"station/calibration/1"
#: Cheap modules are stated to ±2 °C; one that is further off is broken or held wrongly, and no number mends that.
MAX_OFFSET_CENTI = 200
#: Once a year is what calibration services and makers commonly ask for.
VALID_DAYS = 365
#: The longest name of a comparison and of whoever made it, in characters.
MAX_NAME = 60
_SIGNATURE_DIGITS = 128


class CalibrationError(StationError, ValueError):
    """An offset that cannot be used; the message names the field, the value and what is wanted."""

    code = "calibration"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was found out about *device*.

    ``offset_centi`` is added to its readings.  ``name`` says what it was compared with (``black body 37.0``), ``day``
    when, ``by`` is the admin's id (never a name: it goes into a part of the journal that stays for ever).
    ``signature`` is Ed25519 over :func:`statement`, empty where nobody has signed.
    """

    device: str
    offset_centi: int
    name: str
    day: date
    by: str
    signature: bytes = b""


def parse(device: str, offset_centi: int, name: str, day: str, by: str, signature: str) -> Calibration | None:
    """The calibration in a device's settings, ``None`` if there is none at all.

    :raises CalibrationError: if it is incomplete or cannot be used.
    """
    if not offset_centi and not any((name, day, by, signature)):
        return None
    if not -MAX_OFFSET_CENTI <= offset_centi <= MAX_OFFSET_CENTI:
        raise CalibrationError(
            f"offset_centi: {offset_centi} is beyond ±{MAX_OFFSET_CENTI} (2 °C); exchange such a device instead"
        )
    for field, value in (("offset_name", name), ("offset_by", by)):
        if not 0 < len(value) <= MAX_NAME or not value.isprintable():
            raise CalibrationError(f"{field}: {value!r}: an offset needs 1 to {MAX_NAME} characters here")
    try:
        measured = date.fromisoformat(day)
    except ValueError:
        raise CalibrationError(f"offset_date: {day!r} is no day; write it as 2020-11-22") from None
    try:
        signed = bytes.fromhex(signature)
    except ValueError:
        signed = b"?"
    if signed and len(signature) != _SIGNATURE_DIGITS:
        raise CalibrationError(
            f"offset_signature: expected {_SIGNATURE_DIGITS} hex digits, got {len(signature)} characters"
        )
    return Calibration(device, offset_centi, name, measured, by, signed)


def statement(station: str, calibration: Calibration) -> bytes:
    """What is signed: everything but the signature, and for which station."""
    return DOMAIN + canonical({"station": station, **facts(calibration)})


def sign(station: str, calibration: Calibration, key: Ed25519PrivateKey) -> str:
    """The signature of *key*'s owner, in hex, for the settings."""
    return key.sign(statement(station, calibration)).hex()


def check(station: str, calibration: Calibration, key: Ed25519PublicKey) -> None:
    """Make sure that *key*'s owner has signed exactly this.

    :raises CalibrationError: if not; the offset must not be used then.
    """
    try:
        key.verify(calibration.signature, statement(station, calibration))
    except InvalidSignature:
        raise CalibrationError(
            f"{calibration.device}: offset {calibration.offset_centi}: not signed by the admin for this device; "
            "have it signed again, or take it out"
        ) from None


def adjusted(centi_celsius: int, calibration: Calibration | None) -> int:
    """What is decided on: the device's value with its offset."""
    return centi_celsius if calibration is None else centi_celsius + calibration.offset_centi


def overdue(calibration: Calibration, today: date) -> bool:
    """Whether it is more than a year old, or from the future: then the clock or the date is wrong."""
    return not timedelta() <= today - calibration.day <= timedelta(days=VALID_DAYS)


def facts(calibration: Calibration) -> dict[str, Any]:
    """The entry ``device.calibrated``, and what is signed: nothing that names a person."""
    return {
        "device": calibration.device,
        "offset_centi": calibration.offset_centi,
        "name": calibration.name,
        "day": calibration.day.isoformat(),
        "by": calibration.by,
    }


def changes(recorded: Mapping[str, Mapping[str, Any]], configured: Iterable[Calibration]) -> list[dict[str, Any]]:
    """The entries to append at a start, oldest device name first.

    *recorded* holds the facts of the last ``device.calibrated`` of each device, from the journal.  A device whose
    offset was taken out gets an entry with the offset 0 and no name.
    """
    now = {calibration.device: facts(calibration) for calibration in configured}
    removed = {
        device: {"device": device, "offset_centi": 0, "name": "", "day": "", "by": ""}
        for device, last in recorded.items()
        if device not in now and last.get("name")
    }
    return [wanted for device, wanted in sorted((now | removed).items()) if dict(recorded.get(device, {})) != wanted]
