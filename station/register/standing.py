"""What the community's lists say of people and places, asked of an open register.

What stands in the list in force counts.  Its dates are for the screen: a release is an order of its own, so no
date alone lets anybody out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from station.facts import Status
from station.notebook.isolation import Isolated
from station.notebook.journeys import Journey
from station.roster.isolation import ClosedRow, RiskLevel, RiskRow, StatusKind, StatusRow
from station.roster.place import within
from station.roster.resident import Resident
from station.screen.elements import Word
from station.seal import mask_name

_ROW = "person, household, status, category, from_ms, until_ms, responsible"
#: The heavier one counts where somebody has two.
_WEIGHT = {StatusKind.ISOLATION: 0, StatusKind.SELF_MONITORING: 1, StatusKind.TRAVEL: 2}
_STATUS = {StatusKind.ISOLATION: Status.ISOLATION, StatusKind.SELF_MONITORING: Status.SELF_MONITORING}
_WORDS = {Status.ISOLATION: "home_isolation", Status.SELF_MONITORING: "self_monitoring"}


def rows_of(db: sqlite3.Connection, resident: Resident) -> list[StatusRow]:
    """Everything the list says of *resident* or of their household, the heaviest first."""
    found = db.execute(
        f"SELECT {_ROW} FROM status WHERE person = ? UNION ALL SELECT {_ROW} FROM status WHERE household = ?",
        (resident.id, resident.household or "\0"),
    )
    rows = [StatusRow(StatusKind(row[2]), row[0], row[1], *row[3:]) for row in found]
    return sorted(rows, key=lambda row: _WEIGHT[row.status])


def status_of(db: sqlite3.Connection, resident: Resident) -> Status:
    """Isolation, self-monitoring or none, their own or their household's."""
    return next((_STATUS[row.status] for row in rows_of(db, resident) if row.status in _STATUS), Status.NONE)


def isolated(db: sqlite3.Connection) -> tuple[Isolated, ...]:
    """Everybody in isolation, masked; of a household whom the roster does not have its name stands for them."""
    found: dict[str, Isolated] = {}
    listed = db.execute(
        "SELECT person, household FROM status WHERE status = 'isolation' ORDER BY person, household"
    ).fetchall()
    for person, household in listed:
        condition, value = ("id = ?", person) if person else ("household = ?", household)
        rows = db.execute(f"SELECT id, name, last4 FROM resident WHERE {condition} ORDER BY row", (value,)).fetchall()
        for id, name, last4 in rows or [(person or household, "", (person or household)[-4:])]:
            found.setdefault(id, Isolated(id, mask_name(name), last4))
    return tuple(found.values())


def travelling(db: sqlite3.Connection) -> tuple[Journey, ...]:
    """Everybody with a journey in the list, 出行报备; of a household those whom the roster has."""
    found = db.execute(
        "SELECT status.person, from_ms, until_ms, name, last4 FROM status LEFT JOIN resident "
        "ON resident.id = status.person WHERE status = 'travel' AND person <> '' UNION ALL "
        "SELECT resident.id, from_ms, until_ms, name, last4 FROM status JOIN resident "
        "ON resident.household = status.household WHERE status = 'travel' AND status.household <> ''"
    )
    return tuple(
        Journey(id, from_ms, mask_name(name or ""), last4 or "", until_ms)
        for id, from_ms, until_ms, name, last4 in found
    )


def household_isolated(db: sqlite3.Connection, household: str) -> bool:
    """Whether nobody may visit *household*: it, or anybody in it, is in isolation."""
    if not household:
        return False
    (found,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM status WHERE status = 'isolation' AND household = :key) OR EXISTS ("
        "SELECT 1 FROM resident JOIN status ON status.person = resident.id "
        "WHERE resident.household = :key AND status.status = 'isolation')",
        {"key": household},
    ).fetchone()
    return bool(found)


def place_closed(db: sqlite3.Connection, place: str, compound: str = "") -> bool:
    """Whether *place* lies in a closed room, unit, building, lane or compound."""
    areas = ["*", *(place[:end] for end in range(1, len(place) + 1) if within(place, place[:end]))]
    marks = ", ".join("?" * len(areas))
    (found,) = db.execute(
        f"SELECT EXISTS (SELECT 1 FROM closed WHERE closed IN ({marks}) AND (compound = '' OR ? IN ('', compound)))",
        (*areas, compound),
    ).fetchone()
    return bool(found)


def closed_places(db: sqlite3.Connection) -> list[ClosedRow]:
    """What is closed, by its name."""
    found = db.execute("SELECT closed, compound, from_ms, until_ms, reason FROM closed ORDER BY closed, compound")
    return [ClosedRow(*row) for row in found]


def living_in(db: sqlite3.Connection, area: str, compound: str) -> list[str]:
    """The ids of who lives in *area*; an empty *compound* is every one."""
    begins = "" if area == "*" else area
    found = db.execute(
        "SELECT id, place FROM resident WHERE substr(place, 1, ?) = ? AND (? = '' OR compound IN ('', ?))",
        (len(begins), begins, compound, compound),
    )
    return [id for id, place in found if within(place, area)]


def words_for(db: sqlite3.Connection, residents: Sequence[Resident]) -> list[Word | None]:
    """The word beside each name that was found, None where there is nothing to say."""
    any_status, any_closed = db.execute(
        "SELECT EXISTS (SELECT 1 FROM status), EXISTS (SELECT 1 FROM closed)"
    ).fetchone()
    words: list[Word | None] = []
    for resident in residents:
        status = status_of(db, resident) if any_status else Status.NONE
        closed = any_closed and status is Status.NONE and place_closed(db, resident.place, resident.compound)
        word = "building_closed" if closed else _WORDS.get(status)
        words.append(None if word is None else Word(word))
    return words


def risk_area(db: sqlite3.Connection, name: str) -> RiskRow | None:
    """The area called *name* on the dated list."""
    row = db.execute("SELECT risk, level, from_ms, until_ms FROM risk_area WHERE risk = ?", (name,)).fetchone()
    return None if row is None else RiskRow(row[0], RiskLevel(row[1]), *row[2:])


def risk_areas(db: sqlite3.Connection) -> list[RiskRow]:
    """The dated list of risk areas, by name."""
    found = db.execute("SELECT risk, level, from_ms, until_ms FROM risk_area ORDER BY risk")
    return [RiskRow(row[0], RiskLevel(row[1]), *row[2:]) for row in found]


def unknown_subjects(db: sqlite3.Connection) -> int:
    """How many rows of the list name nobody in the roster: the gate cannot recognise them."""
    (count,) = db.execute(
        "SELECT count(*) FROM status WHERE NOT EXISTS ("
        "SELECT 1 FROM resident WHERE resident.id = status.person "
        "OR (resident.household = status.household AND resident.household <> ''))"
    ).fetchone()
    return int(count)
