"""出行报备: who is announced away, back by when, overdue, by unit; masked, as gates show them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from sync.hub.gates.stations import names_of
from sync.hub.people.journeys import MOST, read_journeys
from sync.hub.site import For, access, here
from sync.hub.views.doing import scope_of
from sync.hub.views.pages import age_against

travels = Blueprint("travels", __name__)


@travels.get("/travel")
@access(For.VIEWER)
def show() -> str:
    """Everybody who is away, of everything or of ``?unit=``."""
    site = here()
    now_ms = site.now_ms()
    with site.store.reading() as connection:
        scope = scope_of(connection, request.args.get("unit"))
        journeys = read_journeys(connection, scope.gates, now_ms)
        gates = names_of(connection)
    units = {each.station: scope.tree.name(scope.tree.parents(each.station)[0]) for each in journeys}
    by_unit: dict[str, int] = {}
    for each in journeys:
        by_unit[units[each.station]] = by_unit.get(units[each.station], 0) + 1
    return render_template(
        "travel.html",
        journeys=journeys,
        overdue=sum(each.overdue(now_ms) for each in journeys),
        by_unit=by_unit,
        units=units,
        gates=gates,
        now_ms=now_ms,
        age=age_against(now_ms),
        most=MOST,
        scope=scope,
    )
