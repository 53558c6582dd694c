"""One cell of a file: text, or what a spreadsheet made of it.  Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Excel keeps 15 digits of a number and writes zeros for the rest.
EXACT_DIGITS = 15
#: A dozen columns are usual; Excel's own limit is 16,384.
MAX_COLUMNS = 256
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that is no longer what was typed; ``code`` is the broken row's, ``text`` is what stands there now."""

    code: str
    text: str


Cell = str | Odd
#: Numbered from 1 as a spreadsheet numbers them, with the share of the file that is read (0 to 1).
Line = tuple[int, float, Sequence[Cell]]
Lines = Iterator[Line]


def from_text(text: str) -> Cell:
    """A cell of text; the apostrophe with which people force text in a spreadsheet is dropped."""
    bare = text.strip().removeprefix("'").removeprefix("\ufeff")
    if bare[:1].isdigit() and _SCIENTIFIC.fullmatch(bare):
        return Odd("cell_rounded", bare)
    if bare[:1] == "#" and _ERROR.fullmatch(bare):
        return Odd("cell_formula", bare)
    return bare


def from_value(value: object) -> Cell:
    """A cell of a workbook."""
    if value is None:
        return ""
    if isinstance(value, str):
        return from_text(value)
    if isinstance(value, bool):
        return Odd("cell_truth", str(value).upper())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**EXACT_DIGITS else Odd("cell_rounded", str(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return Odd("cell_date", str(value))
    return str(value)


def shown(cell: Cell) -> str:
    """The text of *cell*, whatever became of it."""
    return cell.text if isinstance(cell, Odd) else cell
