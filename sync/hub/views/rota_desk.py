"""The rota: who may be on duty at the gates, and the shifts of the coming days."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from argon2 import PasswordHasher
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from station.duty.rota import MAX_WATCH, Operator, Role, Rota, Shift, encode_rota
from station.errors import StationError
from station.wire.order import OrderKind
from sync.hub.errors import HubFault
from sync.hub.office.given import rota_for
from sync.hub.site import For, access, here
from sync.hub.views.doing import give_order, scope_of

rota = Blueprint("rota", __name__)

#: What a gate's smallest board checks in a third of a second; more than a gate takes would be refused there.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_PIN = re.compile(r"[0-9]{4,8}")


@rota.get("/rota")
@access(For.OFFICE)
def show() -> str:
    """Who is on the rota, and the shifts that are not over."""
    return _page("")


@rota.post("/rota")
@access(For.OFFICE)
def change() -> AnyResponse | str:
    """Put somebody or a shift on the rota, or take one off; the whole of it goes to the gates."""
    try:
        with here().store.writing() as connection:
            scope = scope_of(connection)
            held = _without_past(rota_for(connection, scope.gates), here().now_ms())
            give_order(connection, OrderKind.ROTA, encode_rota(_changed(held)), scope.audience)
    except (HubFault, StationError) as error:
        return _page(str(error))
    return redirect(url_for("rota.show"), 303)


def _changed(held: Rota) -> Rota:
    match request.form.get("do"):
        case "person":
            one = _person(held)
            return replace(held, operators={**held.operators, one.id: one})
        case "shift":
            watch = tuple(dict.fromkeys(request.form.getlist("watch")))[:MAX_WATCH]
            leader = request.form.get("leader", "")
            return replace(held, shifts=(*held.shifts, Shift(_moment("from"), _moment("to"), watch, leader)))
        case "gone_person":
            gone = request.form.get("id", "")
            if any(gone in (*shift.watch, shift.leader) for shift in held.shifts):
                raise HubFault(f"rota: {gone[:40]} still stands in a shift; take that off first")
            return replace(held, operators={id_: one for id_, one in held.operators.items() if id_ != gone})
        case "gone_shift":
            gone = request.form.get("id", "")
            return replace(held, shifts=tuple(shift for shift in held.shifts if name_of(shift) != gone))
    raise HubFault("do: one of person, shift, gone_person, gone_shift")


def name_of(shift: Shift) -> str:
    """What a form calls *shift*."""
    return f"{shift.from_ms}-{shift.to_ms}-{'-'.join(shift.watch)}"


def _person(held: Rota) -> Operator:
    """Somebody as the form has them; who is there already keeps a PIN and a badge that the form leaves out."""
    id_ = request.form.get("id", "").strip()
    pin = request.form.get("pin", "").strip()
    if pin and not _PIN.fullmatch(pin):
        raise HubFault("pin: 4 to 8 digits")
    before = held.operators.get(id_)
    role = request.form.get("role", "")
    if role not in set(Role):
        raise HubFault(f"role: {role[:20]!r}: one of {', '.join(Role)}")
    return Operator(
        id_,
        " ".join(request.form.get("name", "").split()),
        Role(role),
        request.form.get("phone", "").strip(),
        _HASHER.hash(pin) if pin else before.pin if before else "",
        before.badge if before else "",
    )


def _moment(field: str) -> int:
    text = request.form.get(field, "")
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise HubFault(f"{field}: {text[:20]!r}: a time as 2020-11-22T08:00") from None
    return int(at.replace(tzinfo=here().office.zone).timestamp() * 1000)


def _without_past(held: Rota, now_ms: int) -> Rota:
    return replace(held, shifts=tuple(shift for shift in held.shifts if shift.to_ms > now_ms))


def _page(trouble: str) -> str:
    with here().store.reading() as connection:
        held = rota_for(connection, scope_of(connection).gates)
    held = _without_past(held, here().now_ms())
    return render_template("rota.html", rota=held, roles=list(Role), name_of=name_of, trouble=trouble)
