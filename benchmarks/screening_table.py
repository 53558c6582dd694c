"""The people of a screening table (CSV): readings and retakes of each, the oral reference, and when they came."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path

#: What the table holds outside of these is no temperature of skin (°C).
LEAST, MOST = 20.0, 45.0
_DATES = ("%y-%m-%d", "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y", "%Y/%m/%d")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person: four readings (hundredths of a degree, None where one is missing) and the oral temperature."""

    at_ms: int
    readings: tuple[int | None, ...]
    oral_centi: int | None
    ambient_centi: int | None = None


def read(paths: list[Path], column: str) -> list[Visitor]:
    """Everybody in *paths* as one stream in order of Date and Time.

    :raises ValueError: if a file has no column *column*1 or a row no date.
    """
    visitors = [visitor for path in paths for visitor in _rows(path, column)]
    return sorted(visitors, key=lambda visitor: visitor.at_ms)


def _rows(path: Path, column: str) -> list[Visitor]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    wanted = [f"{column}{number}" for number in range(1, 5)]
    header = next((index for index, row in enumerate(rows) if wanted[0] in map(str.strip, row)), None)
    if header is None:
        raise ValueError(f"{path}: no column {wanted[0]}; the names stand in one row, such as T_FHCC1 or T_FH_Max1")
    place = {name.strip(): index for index, name in enumerate(rows[header]) if name.strip()}
    missing = [name for name in (*wanted, "aveOralM", "Date", "Time") if name not in place]
    if missing:
        raise ValueError(f"{path}: no column {', '.join(missing)}")

    def cell(row: list[str], name: str) -> str:
        return row[place[name]].strip() if name in place and place[name] < len(row) else ""

    found = []
    for number, row in enumerate(rows[header + 1 :], header + 2):
        if not any(text.strip() for text in row):
            continue
        found.append(
            Visitor(
                _at_ms(cell(row, "Date"), cell(row, "Time"), f"{path}:{number}"),
                tuple(_centi(cell(row, name)) for name in wanted),
                _centi(cell(row, "aveOralM")),
                _centi(cell(row, "T_atm"), -50.0),
            )
        )
    return found


def _centi(text: str, least: float = LEAST) -> int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value * 100) if least <= value <= MOST else None


def _at_ms(date: str, time: str, place: str) -> int:
    for date_form in _DATES:
        for time_form in _TIMES:
            try:
                at = datetime.datetime.strptime(f"{date} {time}", f"{date_form} {time_form}")
            except ValueError:
                continue
            return int(at.replace(tzinfo=datetime.UTC).timestamp() * 1000)
    raise ValueError(f"{place}: {date!r} {time!r} is no date and time")
