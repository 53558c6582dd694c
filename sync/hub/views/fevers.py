"""Fevers, live: open cases, to whom the office gave them, and closing one for the office."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from station.wire.order import OrderKind
from sync.hub.database import tables
from sync.hub.errors import HubFault
from sync.hub.fever.common import in_common
from sync.hub.fever.lately import cases_lately
from sync.hub.office.acts import CASE_ASSIGNED, CASE_CLOSED
from sync.hub.office.case_desk import handlings
from sync.hub.office.case_orders import cases_of
from sync.hub.site import For, access, here
from sync.hub.views.board_of import board_of
from sync.hub.views.doing import act, give_order, make_room, scope_of
from sync.hub.views.pages import age_against

fevers = Blueprint("fevers", __name__)

#: As an account's name, or a short code of the office's own: an id, as actors in a chain are.
_MAX_TO = 32
_LEAST_REASON, _MAX_REASON = 4, 200


@fevers.get("/fevers")
@access(For.VIEWER)
def show() -> str:
    """The open cases."""
    return _page("")


@fevers.post("/fevers")
@access(For.DOCTOR)
def deal() -> AnyResponse | str:
    """Give a case to somebody, or close it for the office with a reason."""
    station, case = request.form.get("station", ""), request.form.get("case", "")
    to = request.form.get("to", "").strip()
    reason = " ".join(request.form.get("reason", "").split())
    try:
        if request.form.get("do") == "close" and not _LEAST_REASON <= len(reason) <= _MAX_REASON:
            raise HubFault(f"reason: {_LEAST_REASON} to {_MAX_REASON} characters")
        if request.form.get("do") != "close" and not (1 <= len(to) <= _MAX_TO and to.isprintable()):
            raise HubFault(f"to: 1 to {_MAX_TO} characters")
        make_room()
        with here().store.writing() as connection:
            _insist(connection, station, case)
            if request.form.get("do") == "close":
                act(connection, CASE_CLOSED, {"station": station, "case": case}, reason)
            else:
                act(connection, CASE_ASSIGNED, {"station": station, "case": case, "to": to})
            content = cases_of(connection, station, here().office.unit)
            give_order(connection, OrderKind.CASE, content, (station,))
    except HubFault as error:
        return _page(str(error))
    return redirect(url_for("fevers.show"), 303)


def _insist(connection: Connection, station: str, case: str) -> None:
    fever = tables.fever
    known = select(fever.c.case_id).where(fever.c.station == station, fever.c.case_id == case)
    if station not in scope_of(connection).gates or connection.execute(known).first() is None:
        raise HubFault("case: there is no such case")


def _page(trouble: str) -> str:
    with here().store.reading() as connection:
        scope = scope_of(connection, request.args.get("unit"))
        board = board_of(connection, scope)
        handled = handlings(connection, here().office.unit)
        lately = cases_lately(connection, scope.gates, board.now_ms)
    unit_of = {gate: scope.tree.parents(gate)[0] for gate in scope.gates}
    return render_template(
        "fevers.html",
        board=board,
        handled=handled,
        trouble=trouble,
        age=age_against(board.now_ms),
        scope=scope,
        lately=lately,
        shared=in_common(lately, unit_of),
        gates={gate.station: gate.name for gate in board.gates},
    )
