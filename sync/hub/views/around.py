"""同时段人员 of a fever case, as a page and to take away."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, session
from sqlalchemy import Connection

from sync.hub.access.sessions import digest_of
from sync.hub.errors import HubFault
from sync.hub.fever.around import MINUTES, MOST_MINUTES, Around, read_around
from sync.hub.gates.stations import names_of
from sync.hub.people.full_names import full_names
from sync.hub.site import For, access, here, open_names
from sync.hub.unit.scope import Scope
from sync.hub.views.columns import Cell
from sync.hub.views.doing import scope_of
from sync.hub.views.exports import as_file

arounds = Blueprint("arounds", __name__)


@arounds.get("/around")
@access(For.DOCTOR)
def show() -> str:
    """Who passed around ``?station=&case=``, within ``?minutes=``."""
    site = here()
    keys = open_names().keys(digest_of(str(session.get("in", ""))), site.now_ms())
    minutes = _minutes()
    with site.store.reading() as connection:
        scope = scope_of(connection)
        around = _around(connection, scope, minutes)
        full = full_names(connection, scope, keys, site.now_ms()) if keys else {}
        gates = names_of(connection)
    return render_template(
        "around.html", around=around, minutes=minutes, most=MOST_MINUTES, full=full, gates=gates, are_open=bool(keys)
    )


@arounds.get("/around.<any(csv, xlsx):form>")
@access(For.DOCTOR)
def take(form: str) -> Response:
    """The same as a table; masked, whatever the session has opened."""
    with here().store.reading() as connection:
        around = _around(connection, scope_of(connection), _minutes())
        gates = names_of(connection)
    rows: list[list[Cell]] = [
        ["gate", "name", "of_case", "from_ms", "to_ms", "at_ms", "direction", "outcome", "person", "last4", "people"]
    ]
    for moment in around.moments:
        begins: list[Cell] = [moment.station, gates.get(moment.station, ""), int(moment.of_case)]
        for one in moment.people:
            was = one.passed
            end: list[Cell] = [was.at_ms, was.direction, was.outcome, was.masked, was.last4, was.people]
            rows.append([*begins, moment.from_ms, moment.to_ms, *end])
    return as_file(rows, "around", form)


def _around(connection: Connection, scope: Scope, minutes: int) -> Around:
    station, case = request.args.get("station", ""), request.args.get("case", "")
    around = read_around(connection, scope.gates, station, case, minutes)
    if around is None:
        raise HubFault("case: there is no such case, or its first entry has not come yet")
    return around


def _minutes() -> int:
    text = request.args.get("minutes", str(MINUTES)).strip()
    minutes = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else -1
    if not 0 <= minutes <= MOST_MINUTES:
        raise HubFault(f"minutes: {text[:10]!r}: a number from 0 to {MOST_MINUTES}")
    return minutes
