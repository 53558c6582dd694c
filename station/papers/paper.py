"""A report laid out as words and figures: what every format prints.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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


def paper_of(body: dict[str, Any]) -> Paper:
    """The paper that ``dataclasses.asdict`` and JSON made *body* of.

    :raises KeyError: if a part is missing.
    :raises TypeError: if one is of another kind, or is too many.
    """
    chart = body["chart"]
    tables = {name: tuple(_table_of(table) for table in body[name]) for name in ("tables", "proof")}
    pairs = {name: tuple((key, value) for key, value in body[name]) for name in ("facts", "foot")}
    hours = None if chart is None else Chart(**(chart | {"hours": tuple((i, o) for i, o in chart["hours"])}))
    return Paper(**(body | tables | pairs | {"chart": hours, "chat": tuple(body["chat"])}))


def _table_of(body: dict[str, Any]) -> Table:
    return Table(body["title"], tuple(body["columns"]), tuple(map(tuple, body["rows"])), body["note"])
