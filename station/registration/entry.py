"""What a finished form becomes: an entry of the journal, and a person whom the rules can judge.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from station import kinds
from station.facts import PersonClass
from station.journal.draft import Draft
from station.lane.person import Person
from station.registration.answers import born_of, is_whole, sex_of
from station.registration.form import NOT_LISTED, Form, Host, Returning, due
from station.registration.risk import Declared
from station.seal import mask_name

#: Enough to tell the cars of a day apart, and no more.
PLATE_TAIL = 4
#: Of a surname alone nobody knows how many characters follow.
UNKNOWN_REST = "**"


@dataclass(frozen=True, slots=True)
class Registered:
    """A finished registration on its way to the lane.

    ``person`` stands there as soon as it is recorded, None where only an earlier registration was completed;
    ``visit`` is who stood there when the form was opened.
    """

    id: str
    draft: Draft
    person: Person | None
    visit: str


def finished(form: Form, risk_origin: bool) -> Registered:
    """The entry and the person of *form*, which has an answer to all it must have.

    *risk_origin* is what the community's list says of the declaration.

    :raises ValueError: for a form without a class (a bug in the caller).
    """
    if form.klass is None:
        raise ValueError("registration: without a class")
    if form.completes is not None:
        return Registered(form.id, _completed(form, form.completes), None, "")
    declared = declared_of(form)
    host = form.host
    body = _body(form, form.klass, declared, risk_origin, host)
    personal = _personal(form)
    draft = Draft(kinds.VISITOR_REGISTERED, body, personal=personal, private=_private(form))
    return Registered(form.id, draft, _person(form.id, form.klass, personal, host, risk_origin), form.visit)


def returned(form: Form, known: Returning, host: Host | None) -> Registered:
    """*known* has come again, as the operator confirms, who also says that they were in no risk area.

    Nothing is asked a second time: the office has it in the entry that ``same_as`` names.
    """
    body = _body(form, known.klass, Declared("none"), False, host)
    body |= {"answered": ["risk"], "due": list(known.due), "details_later": bool(known.due)}
    body |= {"same_as": list(known.entry), "purpose": known.purpose}
    personal = {
        "masked": known.masked,
        "last4": known.last4,
        "phone4": known.phone4,
        "place": known.place if host is None else host.place,
        "host": known.host,
        "plate": known.plate,
    }
    draft = Draft(kinds.VISITOR_REGISTERED, body, personal=personal)
    person = _person(form.id, known.klass, personal, host, False)
    # Whoever comes again is the same person to the lane, so a rest from an hour ago is still theirs.
    return Registered(form.id, draft, replace(person, key=key_of(known.registration)), form.visit)


def key_of(registration: str) -> str:
    """What tells a registered person from others at the lane."""
    return f"v:{registration}"


def declared_of(form: Form) -> Declared:
    """What the visitor said of the last fourteen days."""
    area = form.answers.get("risk_area", "")
    days = form.answers.get("risk_days")
    what = form.answers.get("risk", "unasked")
    return Declared(what, "" if area == NOT_LISTED else area, None if days is None else int(days))


def mask_of(form: Form) -> str:
    """The name as the gate may show it."""
    name = form.answers.get("name", "")
    return name + UNKNOWN_REST if form.surname_only else mask_name(name)


def _body(form: Form, klass: PersonClass, declared: Declared, risk_origin: bool, host: Host | None) -> dict[str, Any]:
    missing = due(form)
    days = form.answers.get("returned")
    return {
        "registration": form.id,
        "class": klass,
        "regime": form.regime,
        "answered": sorted(form.answers),
        "due": list(missing),
        "details_later": bool(missing),
        "purpose": form.answers.get("purpose", ""),
        "declared": declared.what,
        "declared_listed": bool(declared.area),
        "declared_days_ago": declared.days_ago,
        "returned_days_ago": None if days is None else int(days),
        "risk_origin": risk_origin,
        "host": host is not None,
        "host_isolated": host is not None and host.isolated,
        "host_closed": host is not None and host.closed,
        "id_read": form.id_read,
        "signed": "signature" in form.answers,
        "same_as": None,
    }


def _personal(form: Form) -> dict[str, Any]:
    return {
        "masked": mask_of(form),
        "last4": form.answers.get("id_number", "")[-4:],
        "phone4": form.answers.get("phone", "")[-4:],
        "place": "" if form.host is None else form.host.place,
        "host": "" if form.host is None else form.host.resident,
        "plate": form.answers.get("plate", "")[-PLATE_TAIL:],
    }


def _private(form: Form) -> dict[str, Any] | None:
    """Everything in full, for the office alone."""
    if not form.sealed:
        return None
    answers = form.answers
    private: dict[str, Any] = {name: value for name, value in answers.items() if value != NOT_LISTED}
    number = answers.get("id_number", "")
    if number:
        private |= {"sex": sex_of(number)}
    if is_whole(number):
        private |= {"born": born_of(number), "region": number[:6]}
    if form.host is not None:
        private |= {"host": form.host.resident, "host_name": form.host.name, "host_place": form.host.place}
    return private


def _completed(form: Form, known: Returning) -> Draft:
    missing = due(form)
    facts = {
        "registration": known.registration,
        "completes": list(known.entry),
        "answered": sorted(form.answers),
        "due": list(missing),
        "details_later": bool(missing),
    }
    given = _personal(form)
    personal = {
        "masked": given["masked"] or known.masked,
        "last4": given["last4"] or known.last4,
        "phone4": given["phone4"] or known.phone4,
        "place": given["place"] or known.place,
        "host": given["host"] or known.host,
        "plate": given["plate"] or known.plate,
    }
    return Draft(kinds.VISITOR_COMPLETED, facts, personal=personal, private=_private(form))


def _person(id: str, klass: PersonClass, personal: dict[str, Any], host: Host | None, risk_origin: bool) -> Person:
    return Person(
        key=key_of(id),
        klass=klass,
        masked=personal["masked"],
        place=personal["place"],
        last4=personal["last4"] or personal["phone4"],
        place_closed=host is not None and host.closed,
        host_isolated=host is not None and host.isolated,
        risk_origin=risk_origin,
        source="registration",
        notes=(str(klass),),
    )
