"""A report laid out as words and figures: what every format prints.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; ``rows`` may be empty, then ``note`` stands in their place, else under them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Passages by hour: (in, out) for each of the 24, with a summary for those who do not see it."""

    title: str
    hours: tuple[tuple[int, int], ...]
    inward: str
    outward: str
    summary: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One report.  ``mark`` is how far it is official; ``line`` a zero report's one line; ``proof`` begins page two."""

    language: str
    title: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    proof: tuple[Table, ...]
    foot: tuple[tuple[str, str], ...]
    line: str = ""
    chart: Chart | None = None
    chat: tuple[str, ...] = field(default=())
