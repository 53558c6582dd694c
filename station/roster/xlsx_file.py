"""The lines of a workbook's sheet, read as they come, never as a whole."""

from __future__ import annotations

import itertools
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from station.roster.cells import MAX_COLUMNS, Lines, from_value, shown
from station.roster.columns import is_header
from station.roster.errors import RosterFileError

#: 200,000 people with a dozen columns are about 200 MB of XML; a packed bomb is more.
MAX_UNPACKED = 512 * 1024 * 1024
#: Titles and dates stand above the headers, never more lines of them than this.
HEADER_WITHIN = 15
#: Warnings are silenced for so many lines at a time.
_TOGETHER = 500
#: What openpyxl and zipfile raise when a workbook is not what it says.
_DAMAGE = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
)


def xlsx_lines(path: Path, sheet: str | None) -> Lines:
    """The lines of the sheet called *sheet*, or of the first that has a roster's headers near its top.

    :raises RosterFileError: ``file_damaged``, ``file_large``, ``sheet_missing`` or ``header_missing``.
    """
    try:
        _weigh(path)
        workbook = _open(path)
        try:
            chosen = _choose(workbook, path, sheet)
            yield from _lines(chosen)
        finally:
            workbook.close()
    except _DAMAGE as error:
        if isinstance(error, RosterFileError):
            raise
        raise RosterFileError(
            "file_damaged", f"{path.name}: not a whole workbook ({type(error).__name__}); open it and save it again"
        ) from None


def _weigh(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(part.file_size for part in packed.infolist())
    if size > MAX_UNPACKED:
        raise RosterFileError("file_large", f"{path.name}: unpacks to {size} bytes, at most {MAX_UNPACKED}")


def _open(path: Path) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        # It warns of drop-down lists and styles that it does not read; nor do we.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)


def _choose(workbook: Any, path: Path, sheet: str | None) -> Any:
    sheets = workbook.worksheets
    if sheet is not None:
        named = [each for each in sheets if each.title == sheet]
        if not named:
            listed = ", ".join(each.title for each in sheets)
            raise RosterFileError("sheet_missing", f"{path.name}: no sheet {sheet!r}; it has {listed}")
        return named[0]
    for each in sheets:
        for _, _, cells in itertools.islice(_lines(each), HEADER_WITHIN):
            if is_header([shown(cell) for cell in cells]):
                return each
    raise RosterFileError(
        "header_missing", f"{path.name}: no sheet with headers in its first {HEADER_WITHIN} lines (姓名, 住址 …)"
    )


def _lines(sheet: Any) -> Lines:
    expected = sheet.max_row or 0
    rows: Iterator[tuple[object, ...]] = sheet.iter_rows(values_only=True, max_col=None)
    number = 0
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            some = list(itertools.islice(rows, _TOGETHER))
        if not some:
            return
        for row in some:
            number += 1
            share = min(1.0, number / expected) if expected else 0.0
            yield number, share, [from_value(value) for value in row[:MAX_COLUMNS]]
