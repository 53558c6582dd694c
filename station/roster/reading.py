"""A file → everybody in it, or everything that is wrong with it: all or nothing."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from station import pinyin
from station.roster import cells
from station.roster.cells import Cell, Lines
from station.roster.columns import ColumnMap, guess, is_header, plain, positions
from station.roster.csv_file import csv_lines, encoding_of
from station.roster.errors import RosterFileError
from station.roster.lines import MAX_ROWS
from station.roster.problem import Problem
from station.roster.resident import Resident
from station.roster.rows import RowParser
from station.roster.xlsx_file import HEADER_WITHIN, xlsx_lines

#: Called with the rows read so far and the share of the file that is read (0 to 1).
Progress = Callable[[int, float], None]
#: Often enough for a bar that moves, seldom enough to cost nothing.
PROGRESS_EVERY = 500
#: More problems than rows mean the wrong file; every row of the largest roster can be named.
MAX_PROBLEMS = MAX_ROWS
#: Ten county seats of 55,887 people with all their columns.
MAX_FILE = 128 * 1024 * 1024
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass(frozen=True, slots=True)
class Import:
    """What a file holds.

    ``rows`` is everybody, and empty as soon as one row is broken; ``problems`` names each broken cell.
    ``columns`` is the map that was used, to be kept for the next time; ``unused`` are headers nobody asked for.
    """

    file: str
    form: str
    columns: ColumnMap
    unused: tuple[str, ...]
    people: int
    rows: tuple[Resident, ...] = field(repr=False)
    problems: tuple[Problem, ...] = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether everybody in the file can be taken."""
        return not self.problems


def read(
    path: Path | str,
    columns: ColumnMap | None = None,
    *,
    progress: Progress | None = None,
    today: datetime.date | None = None,
    readings: Callable[[str], tuple[str, ...]] = pinyin.readings,
) -> Import:
    """Everybody in the CSV or XLSX file at *path*.

    :param columns: the map kept from last time; guessed from the headers without it.
    :param today: the date in China, to refuse births in the future.
    :raises RosterFileError: if the file cannot be read as a roster at all.
    :raises OSError: if it cannot be opened.
    """
    path = Path(path)
    form, lines = _open(path, columns.sheet if columns else None)
    headers = _headers(path, lines, columns)
    found = columns or ColumnMap(guess(headers))
    where = positions(headers, found.columns)
    if "place" not in where and not {"building", "room"} <= set(where):
        raise RosterFileError(
            "column_needed",
            f"{path.name}: no column of places (住址, or 楼号 and 房号); it has {', '.join(headers)[:200]}",
        )
    parser = RowParser(path.name, headers, where, found.fill_down, today, readings)
    rows, people = _people(path, lines, parser, progress)
    used = set(where.values())
    unused = tuple(header for at, header in enumerate(headers) if at not in used and header.strip())
    problems = tuple(parser.problems)
    return Import(path.name, form, found, unused, people, () if problems else tuple(rows), problems)


def _open(path: Path, sheet: str | None) -> tuple[str, Lines]:
    size = path.stat().st_size
    if size == 0:
        raise RosterFileError("file_empty", f"{path.name}: the file is empty")
    if size > MAX_FILE:
        raise RosterFileError("file_large", f"{path.name}: {size} bytes, at most {MAX_FILE}; split it by compound")
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLE):
        raise RosterFileError("file_old", f"{path.name}: an old .xls or a locked workbook; save it as .xlsx, unlocked")
    if start.startswith(_PDF):
        raise RosterFileError("file_form", f"{path.name}: a PDF; a roster is .xlsx or .csv")
    if start.startswith(_ZIP):
        return "xlsx", xlsx_lines(path, sheet)
    encoding = encoding_of(path)
    return f"csv {encoding}", csv_lines(path, encoding)


def _headers(path: Path, lines: Lines, columns: ColumnMap | None) -> list[str]:
    """The line of headers, read past the titles above it."""
    wanted = {plain(header) for header in columns.columns.values()} if columns else set()
    seen: list[str] = []
    for _, _, line in itertools.islice(lines, HEADER_WITHIN):
        headers = [cells.shown(cell) for cell in line]
        if (wanted and wanted <= set(map(plain, headers))) or (not wanted and is_header(headers)):
            return headers
        seen = seen or [header for header in headers if header.strip()]
    raise RosterFileError(
        "header_missing",
        f"{path.name}: no headers in the first {HEADER_WITHIN} lines; looked for "
        f"{'、'.join(sorted(wanted)) or '姓名、住址 …'}, found {', '.join(seen)[:200]}",
    )


def _people(path: Path, lines: Lines, parser: RowParser, progress: Progress | None) -> tuple[list[Resident], int]:
    rows: list[Resident] = []
    people = 0
    for number, share, line in lines:
        if not _blank(line):
            people += 1
        if people > MAX_ROWS or len(parser.problems) > MAX_PROBLEMS:
            raise RosterFileError("file_large", f"{path.name}: more than {MAX_ROWS} people or broken cells; split it")
        person = parser.parse(number, line)
        if person is not None and not parser.problems:
            rows.append(person)
        elif parser.problems:
            rows.clear()
        if progress is not None and number % PROGRESS_EVERY == 0:
            progress(people, share)
    if people == 0:
        raise RosterFileError("file_empty", f"{path.name}: nobody below the headers")
    if progress is not None:
        progress(people, 1.0)
    return rows, people


def _blank(line: Sequence[Cell]) -> bool:
    return not any(cells.shown(cell).strip() for cell in line)
