"""Draws one PDF: ``python -m station.papers.pdf_draw FONT`` with a paper as JSON on stdin and the PDF on stdout.

It draws straight onto the canvas, row by row: a table of thousands of rows is never held as objects.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

#: Address space, far above what a report needs and far below what would starve the desk beside it.
MAX_BYTES = 512 * 1024 * 1024
FONT = "chinese"
LEFT, RIGHT, TOP, BOTTOM = 15 * mm, A4[0] - 15 * mm, A4[1] - 15 * mm, 17 * mm
SIZE, LEADING, PAD = 10.0, 12.6, 4.0
INK, GREY, SHADE, IN, OUT = "#111827", "#6B7A90", "#DDE5F0", "#1756A9", "#C77700"


class Pen:
    """A place on a page that moves down and turns the page at its end."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.page = 1
        self.y = TOP

    def room(self, height: float) -> bool:
        """Make room for *height*; whether a new page was begun."""
        if self.y - height >= BOTTOM:
            return False
        self.turn()
        return True

    def turn(self) -> None:
        """Begin a new page."""
        self.number()
        self.canvas.showPage()
        self.page += 1
        self.y = TOP

    def number(self) -> None:
        """The page's number at its foot."""
        self.canvas.setFont(FONT, 8)
        self.canvas.setFillColor(GREY)
        self.canvas.drawCentredString(A4[0] / 2, 9 * mm, str(self.page))

    def line(self, text: str, size: float = SIZE, gap: float = 0) -> None:
        """One text over the whole width, on as many lines as it needs."""
        for part in wrapped(text, size, RIGHT - LEFT):
            self.room(size * 1.4)
            self.canvas.setFont(FONT, size)
            self.canvas.setFillColor(INK)
            self.canvas.drawString(LEFT, self.y - size, part)
            self.y -= size * 1.4
        self.y -= gap


def wrapped(text: str, size: float, width: float) -> list[str]:
    """*text* cut into lines of at most *width*; Chinese breaks anywhere, and so does a long number."""
    if stringWidth(text, FONT, size) <= width:
        return [text]
    lines, current, used = [], "", 0.0
    for char in text:
        wide = stringWidth(char, FONT, size)
        if used + wide > width and current:
            lines.append(current)
            current, used = "", 0.0
        current, used = current + char, used + wide
    return [*lines, current]


def draw_table(pen: Pen, table: dict[str, Any]) -> None:
    """One titled table; its head again on every page."""
    pen.room(SIZE * 5)
    pen.y -= 6
    pen.line(table["title"], 12, 1)
    rows, columns = table["rows"], table["columns"]
    if rows:
        widths = column_widths(columns, rows)
        draw_row(pen, columns, widths, head=True)
        for row in rows:
            if draw_row(pen, row, widths, columns=columns):
                continue
    if table["note"]:
        pen.line(table["note"])


def column_widths(columns: list[str], rows: list[list[Any]]) -> list[float]:
    """Each column as wide as the longest of its first 50 cells, within what the page has; the last takes the rest."""
    most = [stringWidth(name, FONT, SIZE) for name in columns]
    for row in rows[:50]:
        most = [max(wide, stringWidth(str(cell), FONT, SIZE)) for wide, cell in zip(most, row, strict=True)]
    width, limit = RIGHT - LEFT, (RIGHT - LEFT) * 0.55
    wanted = [min(wide + 2 * PAD, limit) for wide in most]
    spare = width - sum(wanted)
    if spare < 0:
        return [wide * width / sum(wanted) for wide in wanted]
    return [wide + spare / len(wanted) for wide in wanted]


def draw_row(
    pen: Pen, row: list[Any], widths: list[float], head: bool = False, columns: list[str] | None = None
) -> bool:
    """One row; whether it began a page."""
    cells = [wrapped(str(cell), SIZE, wide - 2 * PAD) for cell, wide in zip(row, widths, strict=True)]
    height = max(map(len, cells)) * LEADING + 2
    turned = pen.room(height)
    if turned and columns is not None:
        draw_row(pen, columns, widths, head=True)
    canvas, x = pen.canvas, LEFT
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.5)
    for value, lines, wide in zip(row, cells, widths, strict=True):
        canvas.setFillColor(SHADE)
        canvas.rect(x, pen.y - height, wide, height, fill=1 if head else 0)
        canvas.setFont(FONT, SIZE)
        canvas.setFillColor(INK)
        for number, text in enumerate(lines):
            y = pen.y - (number + 1) * LEADING + 2.5
            if isinstance(value, int):
                canvas.drawRightString(x + wide - PAD, y, text)
            else:
                canvas.drawString(x + PAD, y, text)
        x += wide
    pen.y -= height
    return turned


def draw_chart(pen: Pen, chart: dict[str, Any]) -> None:
    """Passages by hour as pairs of bars."""
    pen.room(48 * mm)
    pen.y -= 6
    pen.line(chart["title"], 12, 2)
    most = max(1, *(max(pair) for pair in chart["hours"]))
    height, step = 26 * mm, (RIGHT - LEFT) / 24
    base, canvas = pen.y - height, pen.canvas
    canvas.setStrokeColor(GREY)
    canvas.line(LEFT, base, RIGHT, base)
    for hour, pair in enumerate(chart["hours"]):
        x = LEFT + hour * step
        for at, (value, colour) in enumerate(zip(pair, (IN, OUT), strict=True)):
            if value:
                canvas.setFillColor(colour)
                canvas.rect(x + 2 + at * step * 0.42, base, step * 0.38, height * value / most, stroke=0, fill=1)
        if hour % 3 == 0:
            canvas.setFont(FONT, 8)
            canvas.setFillColor(INK)
            canvas.drawString(x + 2, base - 10, f"{hour:02d}")
    pen.y = base - 14
    for name, colour, x in ((chart["inward"], IN, LEFT), (chart["outward"], OUT, LEFT + 25 * mm)):
        canvas.setFillColor(colour)
        canvas.rect(x, pen.y - 9, 8, 8, stroke=0, fill=1)
        canvas.setFont(FONT, 9)
        canvas.setFillColor(INK)
        canvas.drawString(x + 11, pen.y - 8.5, name)
    canvas.drawString(LEFT + 50 * mm, pen.y - 8.5, chart["summary"])
    pen.y -= 16


def draw(paper: dict[str, Any], font: str) -> bytes:
    """The PDF of *paper*."""
    registerFont(TTFont(FONT, font))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, pageCompression=1)
    canvas.setTitle(paper["title"])
    pen = Pen(canvas)
    pen.line(paper["title"], 20, 2)
    if paper["mark"]:
        pen.line(paper["mark"], 12, 3)
    for name, value in paper["facts"]:
        pen.line(f"{name}  {value}")
    if paper["line"]:
        pen.y -= 10
        pen.line(paper["line"], 26, 4)
    for table in paper["tables"]:
        draw_table(pen, table)
    if paper["chart"]:
        draw_chart(pen, paper["chart"])
    pen.y -= 6
    for name, value in paper["foot"]:
        pen.line(f"{name}  {value}", 9)
    if paper["proof"]:
        pen.turn()
        for table in paper["proof"]:
            draw_table(pen, table)
    pen.number()
    canvas.save()
    return target.getvalue()


def main() -> None:
    """Draw what stands on stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    sys.stdout.buffer.write(draw(json.load(sys.stdin), sys.argv[1]))


if __name__ == "__main__":
    main()
