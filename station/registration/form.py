"""One open form: what was answered, and what comes next.  Pure and immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from station.facts import PersonClass
from station.registration.answers import is_whole
from station.registration.questions import QUESTIONS, Need, needs


@dataclass(frozen=True, slots=True)
class Host:
    """The household that is visited, as the register says at this moment."""

    resident: str
    name: str = field(repr=False)
    place: str = field(repr=False)
    isolated: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Returning:
    """Somebody who was registered before: what the gate still knows of them."""

    registration: str
    entry: tuple[int, int]
    at_ms: int
    klass: PersonClass
    masked: str = ""
    last4: str = ""
    phone4: str = ""
    place: str = ""
    host: str = ""
    plate: str = ""
    purpose: str = ""
    due: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A registration under way.

    ``answers`` are in their normal form; ``left`` are questions put off or declined; ``at`` is one that the operator
    went to by hand.  ``visit`` stood at the gate when the form was opened ("" for nobody).  ``sealed`` says that the
    office has a key; without one only what the gate itself may show is asked.  ``completes`` is an earlier
    registration whose missing answers are filled in, and then only those are asked.
    """

    id: str
    regime: str
    sealed: bool
    opened_ms: int
    touched_ms: int
    visit: str = ""
    klass: PersonClass | None = None
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    left: frozenset[str] = frozenset()
    at: str = ""
    host: Host | None = field(default=None, repr=False)
    id_read: bool = False
    completes: Returning | None = field(default=None, repr=False)

    @property
    def begun(self) -> bool:
        """Whether anything would be lost with it."""
        return bool(self.answers) or self.klass is not None

    @property
    def surname_only(self) -> bool:
        """Whether the name that was given is no more than a surname."""
        return len(self.answers.get("name", "")) == 1


def asked(form: Form) -> tuple[str, ...]:
    """The questions that are put to this person, in order."""
    if form.completes is not None:
        return tuple(name for name in form.completes.due if _offered(form, name))
    if form.klass is None:
        return ("klass",)
    table = needs(form.klass, form.regime)
    return tuple(name for name, need in table.items() if need is not Need.EXTRA and _applies(form, name))


def extras(form: Form) -> tuple[str, ...]:
    """What can be added though nobody is asked for it."""
    if form.completes is not None or form.klass is None:
        return ()
    table = needs(form.klass, form.regime)
    return tuple(name for name, need in table.items() if need is Need.EXTRA and _applies(form, name))


def current(form: Form) -> str:
    """The question on the screen; empty when all are answered or put off."""
    if form.at:
        return form.at
    done = {*form.answers, *form.left}
    return next((name for name in asked(form) if name not in done), "")


def need_of(form: Form, question: str) -> Need:
    """How much *question* matters here."""
    if form.completes is not None or form.klass is None:
        return Need.LATER if form.completes is not None else Need.MUST
    return needs(form.klass, form.regime).get(question, Need.EXTRA)


def due(form: Form) -> tuple[str, ...]:
    """What is still to be filled in: put off, or answered by its last four or by a surname alone."""
    if form.klass is None:
        return ()
    table = needs(form.klass, form.regime)
    if form.completes is not None:
        return tuple(name for name in form.completes.due if name not in form.answers or _partial(form, name))
    return tuple(
        name
        for name, need in table.items()
        if form.sealed
        and (
            (name in form.left and need is Need.LATER and _applies(form, name))
            or (name in form.answers and _partial(form, name))
        )
    )


def put(form: Form, question: str, answer: str, now_ms: int, host: Host | None = None) -> Form:
    """*form* with one more answer."""
    if question == "klass":
        return replace(form, klass=PersonClass(answer), at="", touched_ms=now_ms)
    answers = {**form.answers, question: answer}
    if question == "risk" and answer == "none":
        answers = {name: value for name, value in answers.items() if name not in ("risk_area", "risk_days")}
    return replace(
        form,
        answers=answers,
        left=form.left - {question},
        at="",
        host=host if question == "host" else form.host,
        id_read=form.id_read and question != "id_number",
        touched_ms=now_ms,
    )


def put_off(form: Form, question: str, now_ms: int) -> Form:
    """*form* without an answer to *question*.

    :raises ValueError: for one that must be answered.
    """
    if need_of(form, question) is Need.MUST:
        raise ValueError(f"{question}: must be answered")
    answers = {name: value for name, value in form.answers.items() if name != question}
    host = None if question == "host" else form.host
    return replace(form, answers=answers, left=form.left | {question}, at="", host=host, touched_ms=now_ms)


def back(form: Form, now_ms: int) -> Form:
    """*form* at the question before the one on the screen; the class is before all others."""
    at = current(form)
    before = [name for name in asked(form) if name in form.answers or name in form.left]
    if at in before:
        before = before[: before.index(at)]
    if not before and form.completes is None:
        return replace(form, klass=None, at="", touched_ms=now_ms)
    return replace(form, at=before[-1] if before else at, touched_ms=now_ms)


def go_to(form: Form, question: str, now_ms: int) -> Form:
    """*form* at *question*, which can be asked of this person.

    :raises ValueError: for one that cannot.
    """
    if question not in (*asked(form), *extras(form)):
        raise ValueError(f"{question}: is not asked here")
    return replace(form, at=question, touched_ms=now_ms)


def _offered(form: Form, name: str) -> bool:
    return form.sealed or not QUESTIONS[name].sealed


def _applies(form: Form, name: str) -> bool:
    """Whether *name* still makes sense after the other answers."""
    whole_id = is_whole(form.answers.get("id_number", ""))
    if name in ("risk_area", "risk_days"):
        listed = name == "risk_area" or form.answers.get("risk_area", "") != NOT_LISTED
        return form.answers.get("risk") in ("returned", "contact") and listed
    if name == "sex" and "id_number" in form.answers:
        return False
    if name == "phone" and whole_id:
        return False
    if name == "signature" and form.id_read:
        return False
    if name == "phone" and not form.sealed and "id_number" in form.answers:
        return False
    return _offered(form, name)


def _partial(form: Form, name: str) -> bool:
    if name in ("id_number", "phone"):
        return not is_whole(form.answers[name])
    return name == "name" and form.surname_only and not is_whole(form.answers.get("id_number", ""))


#: The answer to ``risk_area`` for a place that no list names.
NOT_LISTED = "-"
