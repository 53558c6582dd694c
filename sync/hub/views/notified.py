"""Confirmed cases that the authorities told of: what they come to by the plan, the list, adding and withdrawing one.

Nothing here reaches a gate.  What cannot be done is said in the page's language.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Collection

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sync.hub.confirmed.notified import (
    LEAST_REASON,
    LEAST_SOURCE,
    MOST_DAYS_BACK,
    MOST_REASON,
    MOST_SOURCE,
    Notified,
    Unfit,
    add,
    asked,
    page_of,
    typed,
    withdraw,
)
from sync.hub.confirmed.risk import CaseKind, PlaceKind, Sum
from sync.hub.errors import HubFault
from sync.hub.office.acts import NOTIFIED_ADDED, NOTIFIED_WITHDRAWN
from sync.hub.site import For, access, here
from sync.hub.unit.scope import Scope
from sync.hub.views.board_of import risk_lines, risk_sums, today
from sync.hub.views.doing import act, make_room, me, scope_of
from sync.hub.views.pages import asked_page

notified = Blueprint("notified", __name__)


@notified.get("/notified")
@access(For.VIEWER)
def show() -> Response | str:
    """The sums and the list, of everything or of ``?unit=``; ``?page=2`` turns the page."""
    unit = request.args.get("unit", "")
    try:
        return _page(None, unit=unit)
    except HubFault:
        return Response(_page(Unfit("notified_no_unit", unit=unit[:40])), 400)


@notified.post("/notified")
@access(For.DOCTOR)
def put_down() -> AnyResponse | str:
    """Write down a case."""
    site, fields = here(), request.form.to_dict()
    try:
        _insist_on_keys()
        make_room()
        with site.store.writing() as connection:
            case = asked(fields, _units(scope_of(connection)), today(), site.now_ms(), me().name)
            if add(connection, case):
                act(connection, NOTIFIED_ADDED, case.facts, case.source)
    except Unfit as error:
        return _page(error, fields)
    return redirect(url_for("notified.show"), 303)


@notified.post("/notified/withdraw")
@access(For.DOCTOR)
def take_back() -> AnyResponse | str:
    """Withdraw a case with a reason; it stays in the list and counts no more."""
    site, record = here(), request.form.get("record", "")
    try:
        _insist_on_keys()
        reason = typed(request.form.get("reason", ""), "notified_reason_length", LEAST_REASON, MOST_REASON)
        make_room()
        with site.store.writing() as connection:
            case = withdraw(connection, record, _whose(scope_of(connection)), reason, site.now_ms(), me().name)
            act(connection, NOTIFIED_WITHDRAWN, case.facts, reason)
    except Unfit as error:
        return _page(error)
    return redirect(url_for("notified.show"), 303)


def _insist_on_keys() -> None:
    if here().keys is None:
        raise Unfit("notified_no_keys")


def _units(scope: Scope) -> list[str]:
    """The units that a case may belong to, parents first; the whole where nobody wrote a tree and no gate is in."""
    tree = scope.tree
    found = dict.fromkeys(
        id_
        for _, id_ in tree.walk(scope.unit)
        # Not what gates were enrolled with before the tree placed them elsewhere.
        if id_ not in tree.gates and (id_ in tree.units or tree.gates_below(id_))
    )
    return list(found) or [scope.unit]


def _whose(scope: Scope) -> Collection[str] | None:
    """The units whose cases the account sees, None for all: also those that the tree lost since."""
    return {scope.unit, *(id_ for _, id_ in scope.tree.walk(scope.unit))} if scope.unit else None


def _page(trouble: Unfit | None, fields: dict[str, str] | None = None, unit: str = "") -> str:
    day = today()
    with here().store.reading() as connection:
        scope = scope_of(connection, unit)
        sums, lines = risk_sums(connection, scope), risk_lines(connection, scope)
        listed = page_of(connection, _whose(scope), asked_page())
        units = _units(scope)
    # What was typed stays; whoever sends the same form twice has one case.
    kept = fields or {}
    repeated = trouble is not None and trouble.word in {"notified_sent_before", "notified_old_form"}
    return render_template(
        "notified.html",
        trouble=trouble or "",
        scope=scope,
        own=sums.get(scope.unit, Sum()),
        lines={below: each for below, each in lines.items() if below != scope.unit},
        listed=listed,
        units=units,
        places=list(PlaceKind),
        kinds=list(CaseKind),
        kept=kept,
        record=kept.get("record") if kept.get("record") and not repeated else secrets.token_hex(8),
        today=day,
        first=day - datetime.timedelta(days=MOST_DAYS_BACK),
        sizes=(LEAST_SOURCE, MOST_SOURCE, LEAST_REASON, MOST_REASON),
        lost=lambda case: _is_lost(scope, case),
    )


def _is_lost(scope: Scope, case: Notified) -> bool:
    """Whether the unit of *case* is not in the tree any more, so that only the whole counts it."""
    return bool(case.unit) and case.unit not in scope.tree
