"""Tables to take away: CSV with a byte order mark, or XLSX, in the language of the pages; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from flask import Blueprint, Response, request

from sync.hub.board.figures import by_day, by_unit
from sync.hub.errors import Refusal
from sync.hub.examination.meaning import NAMES
from sync.hub.office.case_desk import handlings
from sync.hub.site import For, access, here
from sync.hub.unit.units import safe_cell
from sync.hub.views.board_of import board_of
from sync.hub.views.columns import Cell, in_words
from sync.hub.views.doing import scope_of
from sync.hub.views.pages import spoken_language
from sync.hub.words import load_words, say

exports = Blueprint("exports", __name__)

_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@exports.get("/export/<any(gates, units, days, fevers):what>.<any(csv, xlsx):form>")
@access(For.VIEWER)
def take(what: str, form: str) -> Response:
    """One table as a file."""
    return as_file(_rows(what), what, form)


def as_file(rows: Sequence[Sequence[Cell]], name: str, form: str) -> Response:
    """*rows* to take away as *name*; *form* is ``csv`` or ``xlsx``.  With ``?columns=codes`` they stay as they are."""
    if request.args.get("columns") != "codes":
        words, language = load_words(), spoken_language()
        rows = in_words(rows, lambda key: say(words, language, key, {}), here().office.zone)
    content = to_csv(rows) if form == "csv" else to_xlsx(rows)
    headers = {"Content-Disposition": f"attachment; filename={name}.{form}"}
    return Response(content, mimetype=_TYPES[form], headers=headers)


def to_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """*rows* as spreadsheets of this country open them."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def to_xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    """*rows* as a workbook."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(at, column, cell)
    return out.getvalue()


def _rows(what: str) -> list[list[Cell]]:
    site = here()
    try:
        with site.store.reading() as connection:
            scope = scope_of(connection, request.args.get("unit"))
            board = board_of(connection, scope)
            if what == "days":
                days = by_day(connection, scope.only)
                return [["day", *NAMES], *[_row(day, *counts) for day, counts in days.items()]]
            handled = handlings(connection, site.office.unit) if what == "fevers" else {}
    except ValueError as error:
        raise Refusal("unit", str(error)) from None
    rows: list[list[Cell]]
    match what:
        case "gates":
            rows = [["gate", "name", "last_word_ms", "online", "unsent", *NAMES]]
            for gate in board.gates:
                rows.append(
                    _row(gate.station, gate.name, gate.last_word_ms, int(gate.online), gate.unsent, *gate.counts)
                )
            return rows
        case "units":
            rows = [["unit", "name", "level", "gates", "silent", *NAMES]]
            for node in by_unit(scope.tree, scope.unit, board.gates):
                rows.append(_row(node.id, node.name, node.level, node.gates, node.silent, *node.counts))
            return rows
    rows = [["gate", "case", "person", "cause", "step", "opened_ms", "assigned"]]
    for fever in board.fevers:
        whose = handled.get((fever.station, fever.case))
        assigned = whose.assigned if whose else ""
        rows.append(_row(fever.gate, fever.case, fever.masked, fever.cause, fever.step, fever.opened_ms, assigned))
    return rows


def _row(*cells: Cell | None) -> list[Cell]:
    return ["" if cell is None else cell for cell in cells]
