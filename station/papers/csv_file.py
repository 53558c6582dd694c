"""A report as CSV for a spreadsheet: UTF-8 with a byte order mark, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from station.papers.paper import Cell, Paper, Table

#: What a spreadsheet takes for the beginning of a formula, or drops before it looks again (OWASP, CSV injection).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(paper: Paper) -> bytes:
    """*paper*, one table after another with its title before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")

    def rows(lines: Iterable[Iterable[Cell]]) -> None:
        writer.writerows([safe(cell) for cell in line] for line in lines)

    rows([(paper.title, paper.mark)])
    rows([(paper.line,)] if paper.line else [])
    rows(paper.facts)
    for table in (*paper.tables, *_hours(paper), *paper.proof):
        rows([(), (table.title,), table.columns, *table.rows])
        rows([(table.note,)] if table.note else [])
    rows([(), *paper.foot])
    return text.getvalue().encode("utf-8-sig")


def safe(cell: Cell) -> Cell:
    """*cell* so that no spreadsheet takes it for a formula: a text that begins like one gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def _hours(paper: Paper) -> list[Table]:
    chart = paper.chart
    if chart is None:
        return []
    rows = tuple((f"{hour:02d}:00", inward, outward) for hour, (inward, outward) in enumerate(chart.hours))
    return [Table(chart.title, ("", chart.inward, chart.outward), rows, chart.summary)]
