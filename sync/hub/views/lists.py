"""Lists that go to gates whole: isolation, closed places, risk areas, notices."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from station.errors import StationError
from station.roster import place
from station.roster.isolation import ClosedRow, RiskLevel, RiskRow, Row, StatusKind, StatusRow, encode_isolation
from station.roster.notices import Notice, encode_notices
from station.wire.order import OrderKind
from sync.hub.errors import HubFault
from sync.hub.office.acts import ISOLATION_RELEASED, ISOLATION_STEP
from sync.hub.office.given import isolation_for, notices_for, residents_for
from sync.hub.people.care import STEPS, Cared, name_of, read_care
from sync.hub.people.half_days import Half
from sync.hub.site import For, access, here
from sync.hub.unit.scope import Scope
from sync.hub.views.doing import act, give_order, make_room, scope_of

lists = Blueprint("lists", __name__)

_Kind = TypeVar("_Kind", bound=StrEnum)

_DAY_MS = 86_400_000
#: A reason is a few words.
_LEAST_REASON, _MAX_REASON = 4, 200


@lists.get("/isolation")
@access(For.DOCTOR)
def isolation() -> str:
    """Who stays at home, what is closed, which areas are risky."""
    return _isolation("")


@lists.post("/isolation")
@access(For.OFFICE)
def change_isolation() -> AnyResponse | str:
    """Add a row, or take one out; the whole list goes to the gates."""
    make_room()
    try:
        with here().store.writing() as connection:
            scope = scope_of(connection)
            rows = isolation_for(connection, scope.gates)
            gone = request.form.get("gone", "")
            if gone:
                _release(connection, scope, _found(rows, gone))
                rows = [row for row in rows if name_of(row) != gone]
            else:
                rows.append(_row(connection, scope))
            give_order(connection, OrderKind.ISOLATION, encode_isolation(rows), scope.audience)
    except (HubFault, StationError) as error:
        return _isolation(str(error))
    return redirect(url_for("lists.isolation"), 303)


@lists.post("/isolation/step")
@access(For.DOCTOR)
def step() -> AnyResponse | str:
    """A step of a release was done; the next one then is asked for."""
    name, done = request.form.get("row", ""), request.form.get("step", "")
    try:
        with here().store.writing() as connection:
            scope = scope_of(connection)
            row = _found(isolation_for(connection, scope.gates), name)
            one = next((one for one in _care(connection, scope, [row])), None)
            if one is None or done != one.next_step:
                raise HubFault("step: that is not the next one; look at the list again")
            act(connection, ISOLATION_STEP, {"row": name, "step": done})
    except HubFault as error:
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


def _found(rows: Sequence[Row], name: str) -> Row:
    row = next((row for row in rows if name_of(row) == name), None)
    if row is None:
        raise HubFault("list: the row is not there any more; look at the list again")
    return row


def _care(connection: Connection, scope: Scope, rows: Sequence[Row]) -> list[Cared]:
    site = here()
    return read_care(connection, site.office.unit, scope.gates, rows, site.now_ms(), site.office.zone)


def _release(connection: Connection, scope: Scope, row: Row) -> None:
    """Write down who is released and by which steps; where some were left out, with a reason."""
    cared = _care(connection, scope, [row])
    if not cared:
        return
    reason = " ".join(request.form.get("reason", "").split())[:_MAX_REASON]
    if not cared[0].may_go and len(reason) < _LEAST_REASON:
        raise HubFault(f"reason: steps of the release are not done; {_LEAST_REASON} to {_MAX_REASON} characters why")
    facts = {"row": name_of(row), "steps": sorted(cared[0].steps)}
    act(connection, ISOLATION_RELEASED, facts, "" if cared[0].may_go else reason)


def _person(connection: Connection, scope: Scope, household: str, name: str) -> str:
    """The id in the roster of *name* who lives in *household*."""
    found = [
        one.id
        for one in residents_for(connection, scope.gates)
        if one.name == name and household in (one.household, one.place)
    ]
    if len(found) != 1:
        raise HubFault(
            f"person: {name[:20]!r} in {household[:20]!r}: {len(found)} such in the roster; write them as there"
        )
    return found[0]


def _row(connection: Connection, scope: Scope) -> Row:
    what = " ".join(request.form.get("what", "").split())
    begin, end = _days()
    match request.form.get("kind", ""):
        case "household":
            name = " ".join(request.form.get("name", "").split())
            person = _person(connection, scope, what, name) if name else ""
            return StatusRow(
                _choice(StatusKind, "status"),
                person=person,
                household="" if person else what,
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
        scope = scope_of(connection)
        rows = isolation_for(connection, scope.gates)
        cared = _care(connection, scope, rows)
    return render_template(
        "isolation.html",
        cared=cared,
        steps=STEPS,
        days_shown=sorted({half.day for one in cared for half in one.halves}, reverse=True),
        now_of=lambda state: sum(_now_half(one).state == state for one in cared),
        others=[row for row in rows if isinstance(row, StatusRow) and row.status is not StatusKind.ISOLATION],
        closed=[row for row in rows if isinstance(row, ClosedRow)],
        risk=[row for row in rows if isinstance(row, RiskRow)],
        name_of=name_of,
        now_ms=here().now_ms(),
        statuses=[str(each) for each in StatusKind if each is not StatusKind.NONE],
        levels=[str(each) for each in RiskLevel],
        trouble=trouble,
    )


def _now_half(one: Cared) -> Half:
    """The half of today that it is now."""
    return next((half for half in one.halves if half.state != "not_yet"), one.halves[0])


def _notices(trouble: str) -> str:
    with here().store.reading() as connection:
        held = notices_for(connection, scope_of(connection).gates)
    return render_template("notices.html", notices=held, trouble=trouble)
