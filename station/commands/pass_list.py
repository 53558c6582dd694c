"""A list of people who are to get passes: CSV as offices write it, the roster's own columns and the limits beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from station.credential.pass_request import FIELDS
from station.errors import StationError
from station.roster import columns
from station.roster.cells import shown
from station.roster.csv_file import csv_lines, encoding_of

#: What stands over the limits; the holder's columns are those of the roster (station/roster/columns.py).
_HEADERS: Mapping[str, str] = {
    "事由": "purpose", "purpose": "purpose", "方向": "ways", "ways": "ways",
    "开始": "from", "起": "from", "from": "from", "有效期至": "until", "截止": "until", "until": "until",
    "在外分钟": "minutes_out", "最长分钟": "minutes_out", "minutesout": "minutes_out",
    "每日次数": "outings", "次数": "outings", "outings": "outings",
}  # fmt: skip
#: Nobody prints more passes in one go; a compound has 3,000 people.
MAX_ROWS = 10_000


class PassListError(StationError, ValueError):
    """A list that cannot be read; the message says what it lacks."""

    code = "pass_list"


def list_rows(path: Path, common: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Line number → fields of every line of the file at *path*; what a line leaves empty is as in *common*.

    :raises PassListError: without a column of names, or with too many lines.
    :raises RosterFileError: if it is no CSV file.
    """
    where: dict[str, int] = {}
    rows: dict[int, dict[str, str]] = {}
    for number, _, cells in csv_lines(path, encoding_of(path)):
        texts = [shown(cell).strip() for cell in cells]
        if not any(texts):
            continue
        if not where:
            where = _places(texts)
            if "name" not in where:
                raise PassListError(
                    f"{path.name} line {number}: no column of names (姓名); it has {', '.join(texts)[:200]}"
                )
            continue
        given = {field: texts[at] for field, at in where.items() if at < len(texts) and texts[at]}
        rows[number] = {field: value for field, value in common.items() if value} | _fields(given)
        if len(rows) > MAX_ROWS:
            raise PassListError(f"{path.name}: more than {MAX_ROWS} lines; divide it")
    if not rows:
        raise PassListError(f"{path.name}: nobody is listed")
    return rows


def _places(headers: Sequence[str]) -> dict[str, int]:
    found = {field: headers.index(header) for field, header in columns.guess(headers).items()}
    for at, header in enumerate(headers):
        field = _HEADERS.get(columns.plain(header))
        if field is not None:
            found.setdefault(field, at)
    return found


def _fields(given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a pass among the *given* columns: a whole ID number gives its end, three columns one place."""
    found = {field: value for field, value in given.items() if field in FIELDS}
    if "last4" not in found and "id_number" in given:
        found["last4"] = given["id_number"][-4:]
    if "household" not in found:
        parts = [given[part] for part in ("building", "unit", "room") if part in given]
        where = given.get("place") or "-".join(parts)
        if where:
            found["household"] = where
    return found
