"""Everybody in isolation as the office follows them: measured morning and evening, missed, released step by step.

Who is on the list is the orders' business (:mod:`sync.hub.office.given`); what was measured the gates wrote; the
steps of a release are the office's own acts.  The end of a time releases nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, select

from station.roster.isolation import Row, StatusKind, StatusRow
from station.seal import mask_name
from sync.hub.database import tables
from sync.hub.database.recent import recent
from sync.hub.examination.headers import read_header
from sync.hub.office.acts import ISOLATION_STEP
from sync.hub.office.chain import chain_of
from sync.hub.office.given import residents_for
from sync.hub.people.half_days import DAY_MS, LOOK_BACK_MS, Half, day_of, days_between, halves_of

#: The steps of a release in their order (REQUIREMENTS: 期满 → 上报 → 体检 → 同意 → certificate → a signed order).
STEPS = ("reported", "examined", "agreed", "certified")
#: Half days that a line shows: today and the two days before.
SHOWN_DAYS = 3
#: As many steps as an office takes in a month with 100 people.
_MOST_ACTS = 1_000


@dataclass(frozen=True, slots=True)
class Cared:
    """Somebody in isolation.  ``day_n`` of ``days`` it is; ``steps`` done with who did them and when.

    ``missed`` counts the halves of all days so far; ``doctor`` is opened or told while they are a case for the doctor.
    """

    subject: str
    row: StatusRow
    masked: str = field(repr=False)
    last4: str = field(repr=False)
    household: str = field(repr=False)
    day_n: int | None
    days: int | None
    over: bool
    halves: tuple[Half, ...]
    missed: int
    doctor: str
    steps: Mapping[str, tuple[str, int]]

    @property
    def next_step(self) -> str:
        """The step of the release that comes next; empty while the time is not over, and once all are done."""
        return next((step for step in STEPS if step not in self.steps), "") if self.over else ""

    @property
    def may_go(self) -> bool:
        """Whether everything is done that a release needs."""
        return self.over and all(step in self.steps for step in STEPS)


def name_of(row: Row) -> str:
    """What a form calls *row*: the same for the same row, also when the list has changed around it."""
    values = (type(row).__name__, *(getattr(row, each) for each in row.__slots__))
    return hashlib.sha256(repr(values).encode()).hexdigest()[:24]


def read_care(
    connection: Connection, office: str, gates: Collection[str], rows: Iterable[Row], now_ms: int, zone: tzinfo
) -> list[Cared]:
    """Everybody in isolation by *rows*, those first of whom something is missing."""
    listed = [row for row in rows if isinstance(row, StatusRow) and row.status is StatusKind.ISOLATION]
    if not listed:
        return []
    noted, cases = _noted(connection, gates, now_ms)
    done = _steps(connection, office)
    known = residents_for(connection, gates)
    found = []
    for row in listed:
        people = [one for one in known if one.id == row.person or (row.household and one.household == row.household)]
        called = row.person or row.household
        who = [(one.id, mask_name(one.name), one.last4, one.household or one.place) for one in people]
        for subject, masked, last4, household in who or [(called, "", called[-4:], row.household)]:
            halves = halves_of(row, noted.get(subject, {}), now_ms, zone)
            found.append(
                Cared(
                    subject,
                    row,
                    masked,
                    last4,
                    household,
                    days_between(row.from_ms, now_ms, zone) + 1 if row.from_ms else None,
                    days_between(row.from_ms, row.until_ms, zone) if row.from_ms and row.until_ms else None,
                    row.until_ms is not None and row.until_ms <= now_ms,
                    tuple(half for half in halves if half.day >= day_of(now_ms - (SHOWN_DAYS - 1) * DAY_MS, zone)),
                    sum(half.state == "missed" for half in halves),
                    cases.get(subject, ""),
                    done.get(name_of(row), {}),
                )
            )
    return sorted(found, key=_urgency)


def _urgency(one: Cared) -> tuple[int, str, str]:
    states = {half.state for half in one.halves}
    order = 0 if one.doctor == "opened" else 1 if "missed" in states else 2 if one.over else 3
    return order, one.household, one.subject


def _noted(
    connection: Connection, gates: Collection[str], now_ms: int
) -> tuple[dict[str, dict[tuple[str, str], list[Mapping[str, Any]]]], dict[str, str]]:
    """What gates noted of whom, by day and half; and who is a case for the doctor."""
    noted: dict[str, dict[tuple[str, str], list[Mapping[str, Any]]]] = {}
    case_of: dict[tuple[str, str], str] = {}
    cases: dict[str, str] = {}
    for entry in recent(connection, gates, ("isolation.measured", "isolation.case"), now_ms - LOOK_BACK_MS):
        facts, subject = entry.facts, _subject(entry.personal)
        if entry.kind == "isolation.case":
            key = entry.station, str(facts.get("case"))
            subject = case_of.setdefault(key, subject)
            if facts.get("step") == "closed":
                cases.pop(subject, None)
            elif subject:
                cases[subject] = str(facts.get("step"))
        elif subject:
            at = str(facts.get("day")), str(facts.get("half"))
            noted.setdefault(subject, {}).setdefault(at, []).append(facts)
    return noted, cases


def _subject(personal: bytes | None) -> str:
    try:
        subject = json.loads(personal or b"{}").get("subject", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return subject if isinstance(subject, str) else ""


def _steps(connection: Connection, office: str) -> dict[str, dict[str, tuple[str, int]]]:
    entry = tables.entry
    query = (
        select(entry.c.header)
        .where(entry.c.station == chain_of(office), entry.c.kind == ISOLATION_STEP)
        .order_by(entry.c.epoch.desc(), entry.c.seq.desc())
        .limit(_MOST_ACTS)
    )
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for header in reversed(connection.scalars(query).all()):
        said = read_header(header)
        found.setdefault(str(said.facts["row"]), {})[str(said.facts["step"])] = said.actor, said.at_ms
    return found
