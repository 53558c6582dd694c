"""What a European certificate (schema 1.x) says: kinds of entry, name, health.

The JSON schema is not enforced: real certificates of 2021 have partial birth dates and empty fields.  What is
used is checked where it is used; the rest is not looked at.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import cbor2

from station.credential.result import Health, Reason, display_name, malformed

GROUPS: Mapping[str, str] = {"v": "vaccination", "t": "test", "r": "recovery"}
#: SNOMED CT "not detected", the schema's only code for a negative result.
NOT_DETECTED = "260415000"
#: The later specification allows one entry; those of June 2021 held several, one for each dose or test.
MAX_ENTRIES = 16


def entries(certificate: Any) -> dict[str, list[Mapping[str, Any]]]:
    """The entries of *certificate* by kind (vaccination, test, recovery); kinds without entries are left out.

    :raises Refused: MALFORMED/CONTENT if there are none, too many, or they are no maps.
    """
    if not isinstance(certificate, dict):
        raise malformed(Reason.CONTENT)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for letter, kind in GROUPS.items():
        listed = certificate.get(letter)
        if listed is None or listed == []:
            continue
        # Belgium's first tests held the entry itself in place of a list of one.
        rows = [listed] if isinstance(listed, dict) else listed
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise malformed(Reason.CONTENT)
        found[kind] = rows
    if not 1 <= sum(map(len, found.values())) <= MAX_ENTRIES:
        raise malformed(Reason.CONTENT)
    return found


def holder(certificate: Mapping[str, Any]) -> str | None:
    """The name as written, or in its transcription if that is all there is."""
    name = certificate.get("nam")
    if not isinstance(name, dict):
        return None
    written = display_name(name.get("gn"), name.get("fn"))
    if written is not None:
        return written
    plain = display_name(name.get("gnt"), name.get("fnt"))
    return None if plain is None else plain.replace("<", " ")


def health(found: Mapping[str, list[Mapping[str, Any]]], at_ms: int, test_lasts_ms: int) -> Health:
    """What *found* entries state at *at_ms*.

    A vaccination counts when its series is complete (dose number ≥ doses in the series), a recovery between
    its two dates, a negative test until *test_lasts_ms* after the sample.
    """
    samples = [_time_ms(row.get("sc")) for row in found.get("test", ()) if row.get("tr") == NOT_DETECTED]
    taken = [sample for sample in samples if sample is not None and sample <= at_ms]
    today = datetime.datetime.fromtimestamp(at_ms / 1000, datetime.UTC).date().isoformat()
    return Health(
        vaccinated=any(_complete(row.get("dn"), row.get("sd")) for row in found.get("vaccination", ())),
        tested_negative_until_ms=max(taken) + test_lasts_ms if taken else None,
        recovered=any(_within(row.get("df"), row.get("du"), today) for row in found.get("recovery", ())),
    )


def text_of(value: Any) -> Any:
    """*value*, or the text inside a tag for a time (0) or a date (1004), which some issuers put around them."""
    return value.value if isinstance(value, cbor2.CBORTag) and value.tag in (0, 1004) else value


def _complete(dose: Any, series: Any) -> bool:
    return type(dose) is int and type(series) is int and 1 <= series <= dose


def _within(begin: Any, end: Any, today: str) -> bool:
    days = [text_of(day)[:10] for day in (begin, end) if isinstance(text_of(day), str)]
    return len(days) == 2 and days[0] <= today <= days[1]


def _time_ms(value: Any) -> int | None:
    text = text_of(value)
    if not isinstance(text, str):
        return None
    try:
        at = datetime.datetime.fromisoformat(text)
        if at.tzinfo is None:
            return None  # an hour of nowhere
        return int(at.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
