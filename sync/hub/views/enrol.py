"""Let a gate in from the page: the code that its camera reads, and the fingerprint that somebody there compares."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy import Connection, Row, select

from station.wire.invitation import Invitation, encode_invitation
from sync.carriers.https import base_of
from sync.errors import SyncError
from sync.hub.database.tables import station as stations
from sync.hub.errors import HubFault
from sync.hub.gates.enrolment import check_root, invite
from sync.hub.gates.stations import check_id
from sync.hub.office.acts import GATE_INVITED
from sync.hub.site import For, access, here
from sync.hub.views.doing import act, me, scope_of
from sync.hub.views.pages import age_against

enrolling = Blueprint("enrolling", __name__)

#: As long as a gate's own request may name it.
_MAX_NAME = 40


@enrolling.get("/gates/enrol")
@access(For.ADMIN)
def show() -> str:
    """The form, and which gates are in."""
    return _page()


@enrolling.post("/gates/enrol")
@access(For.ADMIN)
def show_code() -> str:
    """Make a code and show it: this once, as its token is kept nowhere."""
    form = request.form
    id_, name = form.get("station", "").strip(), " ".join(form.get("name", "").split())
    url, unit = form.get("url", "").strip().rstrip("/"), form.get("unit", "").strip()
    site = here()
    try:
        if site.keys is None:
            raise HubFault("enrol: this hub lets nobody in")
        check_id(id_)
        base_of(url)
        if not 1 <= len(name) <= _MAX_NAME or not name.isprintable():
            raise HubFault(f"name: 1 to {_MAX_NAME} characters")
        root = site.keys.root_public(form.get("root", "").strip())
        check_root(site.store, root)
        with site.store.writing() as connection:
            unit = _insist(connection, id_, unit)
            act(connection, GATE_INVITED, {"station": id_, "unit": unit})
            invited = invite(connection, id_, name, unit, url, root, site.now_ms())
        site.keys.keep_root_public(root)
    except SyncError as error:
        return _page(str(error))
    return _page(invited=invited, called=name)


@enrolling.get("/gates/enrol/state")
@access(For.ADMIN)
def state() -> Response:
    """When ``?station=`` was let in last, for the page that shows its code; 0 if never."""
    with here().store.reading() as connection:
        listed = {row.station: row.enrolled_ms for row in _gates(connection)}
    return jsonify(enrolled_ms=listed.get(request.args.get("station", ""), 0))


def _insist(connection: Connection, id_: str, unit: str) -> str:
    """An admin of a unit lets gates into it and what is below, and takes none from elsewhere; the gate's unit."""
    known = connection.execute(select(stations.c.station).where(stations.c.station == id_)).first() is not None
    scope = scope_of(connection)
    if known and id_ not in scope.gates:
        raise HubFault(f"station: {id_!r} is a gate of another unit")
    if unit:
        scope_of(connection, unit)
    return unit or me().unit or here().office.unit


def _gates(connection: Connection) -> list[Row[Any]]:
    gates = scope_of(connection).gates
    rows = connection.execute(select(stations).order_by(stations.c.enrolled_ms.desc(), stations.c.station))
    return [row for row in rows if row.station in gates]


def _page(trouble: str = "", invited: Invitation | None = None, called: str = "") -> str:
    site = here()
    with site.store.reading() as connection:
        gates, tree = _gates(connection), scope_of(connection).tree
    paths, picture = tree.paths(me().unit), ""
    if invited is not None:
        code = segno.make(encode_invitation(invited), error="m", micro=False)
        picture = code.svg_data_uri(border=4, scale=6, light="#ffffff")
    return render_template(
        "enrol.html",
        gates=gates,
        paths=paths,
        unit_of={gate.station: paths.get(tree.parents(gate.station)[0], gate.unit) for gate in gates},
        invited=invited,
        called=called,
        picture=picture,
        trouble=trouble,
        address=request.form.get("url") or request.url_root.rstrip("/"),
        asks_root=site.keys is not None and not site.keys.has_root_public,
        now_ms=site.now_ms(),
        age=age_against(site.now_ms()),
    )
