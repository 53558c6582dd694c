"""Lists that go to gates whole: isolation, closed places, risk areas, notices."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from station.errors import StationError
from station.roster import place
from station.roster.isolation import ClosedRow, RiskLevel, RiskRow, Row, StatusKind, StatusRow, encode_isolation
from station.roster.notices import Notice, encode_notices
from station.wire.order import OrderKind
from sync.hub.doing import give_order, scope_of
from sync.hub.errors import HubFault
from sync.hub.given import isolation_for, notices_for
from sync.hub.site import For, access, here

lists = Blueprint("lists", __name__)

_Kind = TypeVar("_Kind", bound=StrEnum)

_DAY_MS = 86_400_000


@lists.get("/isolation")
@access(For.DOCTOR)
def isolation() -> str:
    """Who stays at home, what is closed, which areas are risky."""
    return _isolation("")


@lists.post("/isolation")
@access(For.OFFICE)
def change_isolation() -> AnyResponse | str:
    """Add a row, or take one out; the whole list goes to the gates."""
    try:
        with here().store.writing() as connection:
            scope = scope_of(connection)
            rows = isolation_for(connection, scope.gates)
            gone = request.form.get("gone", "")
            if gone:
                kept = [row for row in rows if name_of(row) != gone]
                if len(kept) == len(rows):
                    raise HubFault("list: the row is not there any more; look at the list again")
                rows = kept
            else:
                rows.append(_row())
            give_order(connection, OrderKind.ISOLATION, encode_isolation(rows), scope.audience)
    except (HubFault, StationError) as error:
        return _isolation(str(error))
    return redirect(url_for("lists.isolation"), 303)


@lists.get("/notices")
@access(For.VIEWER)
def notices() -> str:
    """The texts of the idle screens."""
    return _notices("")


@lists.post("/notices")
@access(For.OFFICE)
def change_notices() -> AnyResponse | str:
    """Add a notice, or take one out."""
    try:
        with here().store.writing() as connection:
            scope = scope_of(connection)
            held = notices_for(connection, scope.gates)
            gone = request.form.get("gone", "")
            if gone:
                held = [notice for notice in held if notice.id != gone]
            else:
                text = {"zh-Hans": " ".join(request.form.get("zh", "").split())}
                english = " ".join(request.form.get("en", "").split())
                if english:
                    text["en"] = english
                begin, end = _days()
                spoken = request.form.get("spoken") == "yes"
                held.append(Notice(secrets.token_hex(8), text, begin, end, spoken))
            give_order(connection, OrderKind.NOTICES, encode_notices(held), scope.audience)
    except (HubFault, StationError) as error:
        return _notices(str(error))
    return redirect(url_for("lists.notices"), 303)


def name_of(row: Row) -> str:
    """What a form calls *row*: the same for the same row, also when the list has changed around it."""
    values = (type(row).__name__, *(getattr(row, each) for each in row.__slots__))
    return hashlib.sha256(repr(values).encode()).hexdigest()[:24]


def _row() -> Row:
    what = " ".join(request.form.get("what", "").split())
    begin, end = _days()
    match request.form.get("kind", ""):
        case "household":
            return StatusRow(
                _choice(StatusKind, "status"),
                household=what,
                category=request.form.get("category", "").strip(),
                from_ms=begin,
                until_ms=end,
                responsible=request.form.get("responsible", "").strip(),
            )
        case "closed":
            area = what if what == "*" else place.area(what)
            return ClosedRow(area, from_ms=begin, until_ms=end, reason=request.form.get("category", "").strip())
        case "risk":
            return RiskRow(what, _choice(RiskLevel, "level"), begin, end)
    raise HubFault("kind: one of household, closed, risk")


def _choice(kind: type[_Kind], field: str) -> _Kind:
    """The value of *kind* that a field of the form names."""
    text = request.form.get(field, "")
    for value in kind:
        if value == text:
            return value
    raise HubFault(f"{field}: {text[:20]!r}: one of {', '.join(kind)}")


def _days() -> tuple[int, int | None]:
    """From the beginning of the first day to the end of the last, where the hub is."""
    begin = _day("from")
    end = _day("until")
    if end is not None and end + _DAY_MS <= (begin or 0):
        raise HubFault("until: before the beginning")
    return begin or 0, None if end is None else end + _DAY_MS


def _day(field: str) -> int | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    try:
        day = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise HubFault(f"{field}: {text[:20]!r}: a day as 2020-11-22") from None
    return int(day.replace(tzinfo=here().office.zone).timestamp() * 1000)


def _isolation(trouble: str) -> str:
    with here().store.reading() as connection:
        rows = isolation_for(connection, scope_of(connection).gates)
    return render_template(
        "isolation.html",
        people=[row for row in rows if isinstance(row, StatusRow)],
        closed=[row for row in rows if isinstance(row, ClosedRow)],
        risk=[row for row in rows if isinstance(row, RiskRow)],
        name_of=name_of,
        now_ms=here().now_ms(),
        statuses=[str(each) for each in StatusKind if each is not StatusKind.NONE],
        levels=[str(each) for each in RiskLevel],
        trouble=trouble,
    )


def _notices(trouble: str) -> str:
    with here().store.reading() as connection:
        held = notices_for(connection, scope_of(connection).gates)
    return render_template("notices.html", notices=held, trouble=trouble)
