"""A report as a workbook: figures on the first sheet, hours and proof on their own."""

from __future__ import annotations

import io
from collections.abc import Iterable

from xlsxwriter import Workbook

from station.papers.paper import Cell, Paper, Table

#: Widths of the first columns, in characters; a head of the chain has 64 but is for machines.
_WIDTHS = (26, 14, 14, 40, 20)


def write_xlsx(paper: Paper) -> bytes:
    """*paper* as XLSX; a text is always a text there, never a formula or a link."""
    target = io.BytesIO()
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bg_color": "#DDE5F0", "border": 1})
        cell = book.add_format({"border": 1})
        large = book.add_format({"bold": True, "font_size": 16})
        first = _Sheet(book, paper.title, cell)
        first.line([paper.title, paper.mark], large)
        if paper.line:
            first.line([paper.line], large)
        for fact in paper.facts:
            first.line(fact)
        for table in paper.tables:
            first.table(table, bold, head)
        first.line([])
        for foot in paper.foot:
            first.line(foot)
        if paper.chart is not None:
            rows = tuple((f"{hour:02d}:00", *pair) for hour, pair in enumerate(paper.chart.hours))
            chart = paper.chart
            hours = Table(chart.title, ("", chart.inward, chart.outward), rows, chart.summary)
            _Sheet(book, chart.title, cell).table(hours, bold, head)
        if paper.proof:
            proof = _Sheet(book, paper.proof[0].title, cell)
            for table in paper.proof:
                proof.table(table, bold, head)
        book.set_properties({"title": paper.title})
    return target.getvalue()


class _Sheet:
    """One worksheet, written from the top down, as constant memory demands."""

    def __init__(self, book: Workbook, name: str, cell: object) -> None:
        self._sheet = book.add_worksheet(name[:31])
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._cell = cell
        self._row = 0

    def line(self, cells: Iterable[Cell], form: object = None) -> None:
        for column, value in enumerate(cells):
            if isinstance(value, int):
                self._sheet.write_number(self._row, column, value, form)
            else:
                self._sheet.write_string(self._row, column, value, form)
        self._row += 1

    def table(self, table: Table, bold: object, head: object) -> None:
        if self._row:
            self._row += 1
        self.line([table.title], bold)
        if table.rows:
            self.line(table.columns, head)
        for row in table.rows:
            self.line(row, self._cell)
        if table.note:
            self.line([table.note])
