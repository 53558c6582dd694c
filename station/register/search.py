"""Who fits what was typed, best first: a few short ranges of the index, never a scan.

Every range is read up to a bound, so a single letter in a county costs no more than a whole name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from station.register.query import Group, Part, Probe, interpretations

#: One person can stand in a range several times (readings, ends of a plate); four times the rows give enough people.
_SPARE = 4
#: With several parts, so many rows of the rarest are held against the others; in a compound of 3,000 no surname
#: has more, in a county one more letter or digit makes it fewer.
MAX_SCANNED = 1_000
_RANGE = "SELECT resident FROM term WHERE kind = ? AND term >= ? AND term < ? ORDER BY term, resident LIMIT ?"
_BOTH = (
    "SELECT resident.row FROM ("
    "SELECT resident, term FROM term WHERE kind = ? AND term >= ? AND term < ? ORDER BY term, resident LIMIT ?"
    ") AS found JOIN resident ON resident.row = found.resident WHERE {} ORDER BY found.term, resident.row LIMIT ?"
)


def search(db: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """The rows of at most *limit* residents who fit *text*, best first."""
    for parts in interpretations(text):
        groups = _one(db, parts[0], limit) if len(parts) == 1 else _several(db, parts, limit)
        chosen = share(groups, limit)
        if chosen:
            return chosen
    return []


def share(groups: Sequence[Sequence[int]], limit: int) -> list[int]:
    """*limit* rows from *groups* in their order, half of the places for the first, half of the rest for the next …

    What a group leaves is given to the others, so a list of rooms does not drown the one number that fits.
    """
    seen: set[int] = set()
    distinct = []
    for group in groups:
        distinct.append([row for row in dict.fromkeys(group) if row not in seen])
        seen.update(group)
    filled = [group for group in distinct if group]
    takes, left = [], limit
    for at, group in enumerate(filled):
        fair = max(1, (left + 1) // 2) if at < len(filled) - 1 else left
        takes.append(min(len(group), fair, left))
        left -= takes[-1]
    for at, group in enumerate(filled):
        more = min(left, len(group) - takes[at])
        takes[at] += more
        left -= more
    return [row for group, take in zip(filled, takes, strict=True) for row in group[:take]]


def _one(db: sqlite3.Connection, part: Part, limit: int) -> list[list[int]]:
    return [list(_of_group(db, group, limit)) for group in part]


def _of_group(db: sqlite3.Connection, group: Group, limit: int) -> Iterable[int]:
    found: dict[int, None] = {}
    for probe in group:
        for (row,) in db.execute(_RANGE, (probe.kind, probe.text, probe.end, limit * _SPARE)):
            found.setdefault(row)
        if len(found) >= limit:
            break
    return found


def _several(db: sqlite3.Connection, parts: Sequence[Part], limit: int) -> list[list[int]]:
    """The people of the rarest part whom all the others fit."""
    weights = [[_weight(db, probe) for group in part for probe in group] for part in parts]
    rarest = min(range(len(parts)), key=lambda at: sum(weights[at]))
    conditions, values = [], []
    for at, part in enumerate(parts):
        if at != rarest:
            probes = [probe for group in part for probe in group]
            conditions.append("(" + " OR ".join("instr(resident.terms, ?)" for _ in probes) + ")")
            values += [_within_terms(probe) for probe in probes]
    statement = _BOTH.format(" AND ".join(conditions))
    left, weight_of = MAX_SCANNED, iter(weights[rarest])
    groups = []
    for group in parts[rarest]:
        rows: dict[int, None] = {}
        for probe in group:
            scanned = min(next(weight_of), left)
            if scanned and len(rows) < limit:
                bounds = (probe.kind, probe.text, probe.end, scanned)
                rows.update((row, None) for (row,) in db.execute(statement, (*bounds, *values, limit * _SPARE)))
                left -= scanned
        groups.append(list(rows))
    return groups


def _weight(db: sqlite3.Connection, probe: Probe) -> int:
    """How many rows of the index *probe* has, counted no further than :data:`MAX_SCANNED`."""
    statement = "SELECT count(*) FROM (SELECT 1 FROM term WHERE kind = ? AND term >= ? AND term < ? LIMIT ?)"
    return int(db.execute(statement, (probe.kind, probe.text, probe.end, MAX_SCANNED)).fetchone()[0])


def _within_terms(probe: Probe) -> str:
    """What :func:`pack` has written where *probe* fits."""
    return f"\n{chr(_FIRST + probe.kind)}{probe.text}" + ("\n" if probe.exact else "")


#: ``A`` for the first kind: a sign that no folded term holds before its text.
_FIRST = 65


def pack(terms: Iterable[tuple[int, str]]) -> str:
    """*terms* as one text, kept beside the person."""
    return "\n" + "".join(f"{chr(_FIRST + kind)}{term}\n" for kind, term in sorted(terms))


def unpack(packed: str) -> Iterator[tuple[int, str]]:
    """The terms in *packed*."""
    for line in packed.split("\n"):
        if line:
            yield ord(line[0]) - _FIRST, line[1:]
