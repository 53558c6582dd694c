"""The tree of units as it is kept, and as a CSV that the office writes in any spreadsheet."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from sync.hub.database import tables
from sync.hub.errors import HubFault
from sync.hub.unit.tree import Tree, Unit, faults_of

#: A county with 184 compounds, 78 grids and each building has about 5,000 nodes.
MAX_UNITS = 20_000
#: 20,000 lines of 200 bytes.
MAX_FILE = 4 * 1024 * 1024
COLUMNS = ("unit", "name", "level", "parents", "responsible_unit", "person", "phone", "valid_from")
#: The same in the words of the plans; a file may use either.
_CHINESE = ("编号", "名称", "层级", "上级", "责任单位", "责任人", "电话", "生效日期")
#: A station's id, or any short code of the office's own.
_ID = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff._-]{0,39}")
_MAX_TEXT = 60
_MAX_FAULTS = 20


def read_tree(connection: Connection) -> Tree:
    """The tree with every gate there is."""
    parents: dict[str, list[str]] = {}
    for row in connection.execute(select(tables.unit_parent).order_by(tables.unit_parent.c.parent)):
        parents.setdefault(row.unit, []).append(row.parent)
    units = {
        row.unit: Unit(
            row.unit,
            row.name,
            row.level,
            tuple(parents.get(row.unit, ())),
            row.responsible_unit,
            row.person,
            row.phone,
            row.valid_from,
        )
        for row in connection.execute(select(tables.unit))
    }
    station = tables.station
    rows = connection.execute(select(station.c.station, station.c.unit, station.c.name)).all()
    return Tree(units, {row.station: row.unit for row in rows}, {row.station: row.name for row in rows})


def write_tree(connection: Connection, units: Sequence[Unit]) -> None:
    """Put *units* in the place of those there are.

    :raises HubFault: naming what keeps them from being a tree.
    """
    gates = connection.scalars(select(tables.station.c.station)).all()
    stations = set(connection.scalars(select(tables.station.c.unit)).all())
    faults = faults_of(units, {*gates, *stations})
    if faults:
        raise HubFault("; ".join(faults[:_MAX_FAULTS]))
    connection.execute(delete(tables.unit_parent))
    connection.execute(delete(tables.unit))
    for unit in units:
        row = {
            "unit": unit.id,
            "name": unit.name,
            "level": unit.level,
            "responsible_unit": unit.responsible_unit,
            "person": unit.person,
            "phone": unit.phone,
            "valid_from": unit.valid_from,
        }
        connection.execute(insert(tables.unit), row)
        for parent in unit.parents:
            connection.execute(insert(tables.unit_parent), {"unit": unit.id, "parent": parent})


def parse_units(source: bytes) -> list[Unit]:
    """The units in a CSV with the columns :data:`COLUMNS`; several parents are separated by ``;``.

    :raises HubFault: naming lines and what is wrong with them.
    """
    if len(source) > MAX_FILE:
        raise HubFault(f"units: {len(source)} bytes, at most {MAX_FILE}")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = source.decode("gb18030")
        except UnicodeDecodeError:
            raise HubFault("units: neither UTF-8 nor GB18030; save it as CSV UTF-8") from None
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise HubFault(f"units: no CSV ({error})") from None
    if not lines:
        raise HubFault("units: the file is empty")
    heads = [_head(each) for each in lines[0]]
    missing = [name for name in ("unit", "name") if name not in heads]
    if missing or None in heads:
        raise HubFault(f"units line 1: expected the columns {', '.join(COLUMNS)}")
    units, faults = [], []
    for number, line in enumerate(lines[1:], 2):
        cells = [" ".join(cell.split()) for cell in line]
        if not any(cells):
            continue
        fields = dict(zip([str(head) for head in heads], cells, strict=False))
        wrong = _wrong(fields)
        if wrong:
            faults.append(f"line {number}: {wrong}")
            continue
        parents = tuple(
            dict.fromkeys(part.strip() for part in re.split("[;；]", fields.pop("parents", "")) if part.strip())
        )
        units.append(Unit(id=fields.pop("unit"), parents=parents, **fields))
    if faults:
        raise HubFault("units: " + "; ".join(faults[:_MAX_FAULTS]))
    if len(units) > MAX_UNITS:
        raise HubFault(f"units: {len(units)}, at most {MAX_UNITS}")
    return units


def encode_units(tree: Tree) -> bytes:
    """The tree as CSV with a byte order mark, as spreadsheets expect it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for unit in sorted(tree.units.values(), key=lambda unit: unit.id):
        parents = ";".join(unit.parents)
        cells = (unit.id, unit.name, unit.level, parents, unit.responsible_unit, unit.person, unit.phone)
        writer.writerow([*map(safe_cell, cells), unit.valid_from])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def safe_cell(cell: str) -> str:
    """*cell* so that no spreadsheet takes it for a formula."""
    return "'" + cell if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _head(cell: str) -> str | None:
    cell = cell.strip().lower()
    if cell in COLUMNS:
        return cell
    return COLUMNS[_CHINESE.index(cell)] if cell in _CHINESE else None


def _wrong(fields: dict[str, str]) -> str:
    if not _ID.fullmatch(fields.get("unit", "")):
        return f"unit: {fields.get('unit', '')[:40]!r}: 1 to 40 letters, digits, points and hyphens"
    if not fields.get("name"):
        return "name: is empty"
    for name, value in fields.items():
        if len(value) > _MAX_TEXT or not value.isprintable():
            return f"{name}: at most {_MAX_TEXT} characters that can be printed"
    day = fields.get("valid_from", "")
    if day:
        try:
            datetime.date.fromisoformat(day)
        except ValueError:
            return f"valid_from: {day[:20]!r}: a day as 2020-11-22"
    return ""
