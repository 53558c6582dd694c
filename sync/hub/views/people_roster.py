"""The roster: a spreadsheet in, what it would change, the order out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from station.errors import StationError
from station.roster.command import Preview, dry_run, snapshot
from station.roster.content import Snapshot, decode_roster
from station.roster.resident import Resident
from station.wire.order import OrderKind
from sync.hub.doing import Scope, give_order, in_force, scope_of
from sync.hub.errors import HubFault
from sync.hub.pages import spoken_language
from sync.hub.site import For, access, here

roster = Blueprint("roster", __name__)

_SUFFIXES = {".xlsx", ".csv"}


@roster.get("/roster")
@access(For.OFFICE)
def show() -> str:
    """How many are in the roster, and the form for another."""
    return _page("", None, False)


@roster.post("/roster")
@access(For.OFFICE)
def bring() -> str:
    """Say what a file would change; give it to the gates if that is wished."""
    upload, site = request.files.get("file"), here()
    try:
        if upload is None or not upload.filename:
            raise HubFault("file: choose one")
        suffix = Path(upload.filename).suffix.lower()
        if suffix not in _SUFFIXES:
            raise HubFault("file: .xlsx or .csv")
        with tempfile.TemporaryDirectory() as folder:
            # The reader wants a file; the name that somebody gave theirs is not used.
            path = Path(folder) / f"roster{suffix}"
            upload.save(path)
            with site.store.reading() as connection:
                known = _known(connection, scope_of(connection))
            preview = dry_run(path, known)
        publish = request.form.get("do") == "publish"
        if publish:
            content = snapshot(preview)
            with site.store.writing() as connection:
                give_order(connection, OrderKind.ROSTER, content, scope_of(connection).audience)
    except (HubFault, StationError) as error:
        return _page(str(error), None, False)
    return _page("", preview, publish)


def _known(connection: Connection, scope: Scope) -> list[Resident]:
    order = in_force(connection, OrderKind.ROSTER, scope)
    if order is None:
        return []
    held = decode_roster(order.content)
    if not isinstance(held, Snapshot):
        raise HubFault("roster: the newest one is only a change to another; publish a whole one by the command line")
    return list(held.residents)


def _page(trouble: str, preview: Preview | None, published: bool) -> str:
    with here().store.reading() as connection:
        order = in_force(connection, OrderKind.ROSTER, scope_of(connection))
    people = None
    if order is not None:
        held = decode_roster(order.content)
        people = held.people
    lines = [] if preview is None else list(preview.report(spoken_language()))
    return render_template("roster.html", order=order, people=people, lines=lines, trouble=trouble, published=published)
