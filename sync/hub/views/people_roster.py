"""The roster: a spreadsheet, or a household that is typed; what it would change, and the order out."""

from __future__ import annotations

import csv
import re
import tempfile
from pathlib import Path

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from station.errors import StationError
from station.roster.command import Preview, dry_run, snapshot
from station.roster.content import Snapshot, decode_roster
from station.roster.resident import Resident
from station.wire.order import OrderKind
from sync.hub.errors import HubFault
from sync.hub.office.orders import in_force
from sync.hub.site import For, access, here
from sync.hub.unit.scope import Scope
from sync.hub.views.doing import give_order, scope_of
from sync.hub.views.pages import spoken_language

roster = Blueprint("roster", __name__)

_SUFFIXES = {".xlsx", ".csv"}
#: More people than live in one home are typed into a spreadsheet.
_MOST_TYPED = 20
_TYPED = re.compile(r"(?P<name>.*?)(?:[ ,，]+(?P<last4>[0-9]{3}[0-9Xx]))?")


@roster.get("/roster")
@access(For.OFFICE)
def show() -> str:
    """How many are in the roster, and the form for another."""
    return _page("", None, False)


@roster.post("/roster")
@access(For.OFFICE)
def bring() -> str:
    """Say what a file would change; give it to the gates if that is wished."""
    upload = request.files.get("file")
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
            return _look(path, others_stay=False)
    except (HubFault, StationError) as error:
        return _page(str(error), None, False)


@roster.post("/roster/household")
@access(For.OFFICE)
def add() -> str:
    """The same with a household that is typed: everybody else stays, and who is known by name and number moves."""
    place, lines = request.form.get("place", "").strip(), request.form.get("people", "").splitlines()
    typed = [found for line in lines if line.strip() and (found := _TYPED.fullmatch(line.strip())) is not None]
    try:
        if not place or not 1 <= len(typed) <= _MOST_TYPED:
            raise HubFault(f"household: its place as 3-2-501, and 1 to {_MOST_TYPED} people, one a line")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "typed.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = [(one["name"], place, (one["last4"] or "").upper()) for one in typed]
                csv.writer(file).writerows([("姓名", "住址", "身份证后四位"), *rows])
            return _look(path, others_stay=True)
    except (HubFault, StationError) as error:
        return _page(str(error), None, False)


def _look(path: Path, others_stay: bool) -> str:
    """What the file at *path* would change; it is given to the gates if that is wished.

    :raises StationError: if it cannot be, or a row is broken.
    """
    with here().store.reading() as connection:
        known = _known(connection, scope_of(connection))
    preview = dry_run(path, known, others_stay=others_stay)
    publish = request.form.get("do") == "publish"
    if publish:
        content = snapshot(preview)
        with here().store.writing() as connection:
            give_order(connection, OrderKind.ROSTER, content, scope_of(connection).audience)
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
