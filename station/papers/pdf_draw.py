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
CHART_HEIGHT = 46 * mm
INK, GREY, SHADE, IN, OUT = "#111827", "#6B7A90", "#DDE5F0", "#1756A9", "#C77700"
#: The bars of those who left are light with a border, so that a copier without colours keeps the two apart.
FILLS = {IN: IN, OUT: "#FBE3BD"}


class Pen:
    """A place on a page that moves down and turns the page at its end."""

    def __init__(self, canvas: Canvas, foot: str = "") -> None:
        self.canvas = canvas
        self.foot = foot
        self.page = 1
        self.y = TOP

    def has_room(self, height: float) -> bool:
        """Whether *height* fits on this page."""
        return bool(self.y - height >= BOTTOM)

    def room(self, height: float) -> bool:
        """Make room for *height*; whether a new page was begun."""
        if self.has_room(height):
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
        """What this is a page of, and its number, at its foot: pages part."""
        self.canvas.setFont(FONT, 8)
        self.canvas.setFillColor(GREY)
        self.canvas.drawString(LEFT, 9 * mm, wrapped(self.foot, 8, RIGHT - LEFT - 10 * mm)[0])
        self.canvas.drawRightString(RIGHT, 9 * mm, str(self.page))

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


def joined(texts: list[str], size: float) -> list[str]:
    """*texts* beside each other, as many on a line as have room."""
    lines: list[str] = []
    for text in texts:
        both = f"{lines[-1]}        {text}" if lines else text
        if lines and stringWidth(both, FONT, size) <= RIGHT - LEFT:
            lines[-1] = both
        else:
            lines.append(text)
    return lines


def draw_table(pen: Pen, table: dict[str, Any]) -> None:
    """One titled table; its head again on every page."""
    rows, columns = table["rows"], table["columns"]
    widths = column_widths(columns, rows) if rows else []
    # A title is never parted from its first row, nor from the words that stand in the place of rows.
    first = sum(row_height(row, widths) for row in (columns, rows[0])) if rows else SIZE * 1.4
    pen.room(6 + 12 * 1.4 + 1 + first)
    pen.y -= 6
    pen.line(table["title"], 12, 1)
    if rows:
        draw_row(pen, columns, widths, rows[0])
        for row in rows:
            draw_row(pen, row, widths, columns=columns)
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


def row_height(row: list[Any], widths: list[float]) -> float:
    """How high *row* is, its longest cell wrapped."""
    lines = (wrapped(str(cell), SIZE, wide - 2 * PAD) for cell, wide in zip(row, widths, strict=True))
    return max(map(len, lines)) * LEADING + 2


def draw_row(
    pen: Pen, row: list[Any], widths: list[float], below: list[Any] | None = None, columns: list[str] | None = None
) -> None:
    """One row; the head of a table has a row *below*, over whose numbers its words stand.

    Where it begins a page, *columns* are drawn again above it.
    """
    cells = [wrapped(str(cell), SIZE, wide - 2 * PAD) for cell, wide in zip(row, widths, strict=True)]
    height = max(map(len, cells)) * LEADING + 2
    if pen.room(height) and columns is not None:
        draw_row(pen, columns, widths, row)
    canvas, x = pen.canvas, LEFT
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.5)
    for value, lines, wide in zip(row if below is None else below, cells, widths, strict=True):
        canvas.setFillColor(SHADE)
        canvas.rect(x, pen.y - height, wide, height, fill=0 if below is None else 1)
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


def draw_chart(pen: Pen, chart: dict[str, Any]) -> None:
    """Passages by hour as pairs of bars."""
    pen.room(CHART_HEIGHT)
    pen.y -= 6
    pen.line(chart["title"], 12, 10)
    most = max(1, *(max(pair) for pair in chart["hours"]))
    height, step = 24 * mm, (RIGHT - LEFT) / 24
    base, canvas = pen.y - height, pen.canvas
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, base, RIGHT, base)
    canvas.setDash(1, 2)
    canvas.line(LEFT, base + height, RIGHT, base + height)
    canvas.setDash()
    canvas.setFont(FONT, 8)
    canvas.setFillColor(GREY)
    canvas.drawString(LEFT, base + height + 2, str(most))
    for hour, pair in enumerate(chart["hours"]):
        x = LEFT + hour * step
        for at, (value, colour) in enumerate(zip(pair, (IN, OUT), strict=True)):
            if value:
                canvas.setFillColor(FILLS[colour])
                canvas.setStrokeColor(colour)
                canvas.rect(x + 2 + at * step * 0.42, base, step * 0.38, height * value / most, stroke=1, fill=1)
        if hour % 3 == 0:
            canvas.setFont(FONT, 8)
            canvas.setFillColor(INK)
            canvas.drawString(x + 2, base - 10, f"{hour:02d}")
    pen.y = base - 14
    for name, colour, x in ((chart["inward"], IN, LEFT), (chart["outward"], OUT, LEFT + 25 * mm)):
        canvas.setFillColor(FILLS[colour])
        canvas.setStrokeColor(colour)
        canvas.rect(x, pen.y - 9, 8, 8, stroke=1, fill=1)
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
    about = [paper["title"], *(value for _, value in paper["facts"][:2]), paper["mark"]]
    pen = Pen(canvas, " · ".join(part for part in about if part))
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
    # Whoever signed stands under the figures, all on one page; the chart goes to the next where it would part them.
    signed = joined([f"{name}  {value}" for name, value in paper["foot"]], 9)
    room_for_both = pen.has_room(CHART_HEIGHT + 12 + len(signed) * 9 * 1.4)
    if paper["chart"] and room_for_both:
        draw_chart(pen, paper["chart"])
    pen.y -= 6
    pen.room(len(signed) * 9 * 1.4)
    for text in signed:
        pen.line(text, 9)
    if paper["proof"]:
        pen.turn()
    if paper["chart"] and not room_for_both:
        draw_chart(pen, paper["chart"])
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
