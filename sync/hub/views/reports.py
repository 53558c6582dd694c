"""Daily reports of gates: who has confirmed, who has not, what goes to the street when it asks now."""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from sync.hub.board import Board
from sync.hub.doing import Scope, scope_of
from sync.hub.figures import by_day, since_ever
from sync.hub.recent import recent
from sync.hub.site import For, access, here
from sync.hub.views.board_of import board_of

reports = Blueprint("reports", __name__)

_KINDS = ("report.confirmed", "report.sent_automatically")
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Handed:
    """What a gate has handed in for a day: ``state`` is missing, automatic, confirmed; ``late`` after 10:25."""

    gate: str
    state: str = "report_missing"
    at_ms: int | None = None
    version: int = 0
    late: bool = False
    zero: bool = False
    sha256: str = ""


@reports.get("/reports")
@access(For.VIEWER)
def show() -> str:
    """Yesterday's reports, or those of ``?day=2020-11-21``; and the figures of now, to be copied."""
    site = here()
    today = datetime.datetime.fromtimestamp(site.now_ms() / 1000, site.office.zone).date()
    day = today - datetime.timedelta(days=1)
    with contextlib.suppress(KeyError, ValueError):
        day = datetime.date.fromisoformat(request.args["day"])
    with site.store.reading() as connection:
        scope = scope_of(connection, request.args.get("unit"))
        board = board_of(connection, scope)
        handed = _handed(connection, scope, board, day.isoformat(), site.now_ms())
        ever, days = since_ever(connection, scope.only), by_day(connection, scope.only)
    return render_template("reports.html", day=day, handed=handed, board=board, ever=ever, days=days, scope=scope)


def _handed(connection: Connection, scope: Scope, board: Board, day: str, now_ms: int) -> list[Handed]:
    found: dict[str, Handed] = {gate.station: Handed(gate.name) for gate in board.gates}
    begin = int(datetime.datetime.fromisoformat(day).timestamp() * 1000) - _DAY_MS
    for entry in recent(connection, scope.gates, _KINDS, min(begin, now_ms)):
        facts = entry.facts
        before = found.get(entry.station)
        if before is None or facts.get("day") != day or int(facts.get("version", 0)) < before.version:
            continue
        found[entry.station] = Handed(
            before.gate,
            "report_confirmed" if entry.kind == _KINDS[0] else "report_automatic",
            entry.at_ms,
            int(facts.get("version", 0)),
            facts.get("late") is True,
            facts.get("zero") is True,
            str(facts.get("sha256", ""))[:12],
        )
    return sorted(found.values(), key=lambda each: (each.state != "report_missing", each.gate))
