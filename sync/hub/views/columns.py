"""A table to take away, in the words of whoever reads it: titles, times and codes.  Pure.

The table itself has codes in its first row, times in milliseconds and the hub's own codes in its cells; a program asks
for it so (``?columns=codes``), and those names stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

Cell = str | int
#: A word by its key; the key itself where there is none.
Say = Callable[[str], str]

#: Columns whose cells are codes, with what stands before a code in its word's key.
_CODES = {"step": "", "direction": "", "outcome": "outcome_", "cause": "case_of_"}
_TRUTHS = frozenset({"online", "of_case"})


def in_words(rows: Sequence[Sequence[Cell]], word: Say, zone: tzinfo) -> list[list[Cell]]:
    """*rows* with a title for each column; times are those of *zone*."""
    if not rows:
        return []
    codes = [str(code) for code in rows[0]]
    told: list[list[Cell]] = [[word(f"column_{code.removesuffix('_ms')}") for code in codes]]
    for row in rows[1:]:
        told.append([_cell(code, cell, word, zone) for code, cell in zip(codes, row, strict=True)])
    return told


def _cell(code: str, cell: Cell, word: Say, zone: tzinfo) -> Cell:
    if cell == "":
        return cell
    if code.endswith("_ms"):
        return _moment(int(cell), zone)
    if code == "day":
        return f"{cell // 10_000:04d}-{cell // 100 % 100:02d}-{cell % 100:02d}" if isinstance(cell, int) else cell
    if code in _TRUTHS:
        return word("yes" if cell else "no")
    if code in _CODES:
        key = f"{_CODES[code]}{cell}"
        said = word(key)
        return str(cell) if said == key else said
    return cell


def _moment(at_ms: int, zone: tzinfo) -> str:
    """As spreadsheets read a time."""
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    except OverflowError:
        return str(at_ms)  # a gate whose clock is beyond the calendar
