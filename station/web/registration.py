"""Registering somebody, one question a screen.

One address takes every step as the body of a press, so that nothing typed stands in an address or a log; the answer
is the next screen.  What a form holds is kept by the desk (:mod:`station.registration.forms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from station.registration import form as forms
from station.registration.entry import Registered, mask_of
from station.registration.form import Form, Returning
from station.registration.forms import Forms
from station.registration.questions import CLASSES, QUESTIONS, Kind, Need
from station.registration.returning import VisitorsUnavailable
from station.roster.plate import PROVINCES
from station.web.access import Access, access
from station.web.desk_port import Desk
from station.web.page import Screens
from station.web.preferences import Preferences
from station.web.registration_offers import AREAS, PAD, PLATE_LETTERS, Choice, choices
from station.web.registration_step import Step, parse_step
from station.web.registration_summary import summary
from station.web.requests import RequestError, parse_query

#: Rows of people who came before; three fit, the rest scrolls.
MAX_KNOWN = 12
#: Rows of a search for the household, as many as the gate's own search shows.
MAX_HOSTS = 12
_DIGITS = re.compile(r"[0-9A-Z]{1,6}")


#: Which template draws which kind of question.
_TEMPLATES = {
    Kind.CHOICE: "choice",
    Kind.RISK_AREA: "choice",
    Kind.DAYS: "choice",
    Kind.NAME: "text",
    Kind.AREA: "text",
    Kind.DIGITS: "digits",
    Kind.PLATE: "plate",
    Kind.HOST: "lookup",
    Kind.SIGNATURE: "signature",
}


def add_registration(app: Flask, desk: Desk, screens: Screens, preferences: Callable[[], Preferences]) -> None:
    """The address of the forms: ``POST /gate/registration``."""

    @app.post("/gate/registration")
    @access(Access.PRESS)
    def registration() -> ResponseReturnValue:
        page = FormPage(desk, screens, preferences())
        return jsonify({"accepted": True, "code": "ok", "text": "", **page.step(parse_step(request.get_json()))})


class FormPage:
    """Does one step and draws what comes next, in one language."""

    def __init__(self, desk: Desk, screens: Screens, preferences: Preferences) -> None:
        self._desk = desk
        self._forms: Forms = desk.forms
        self._screens = screens
        self._preferences = preferences
        held = desk.forms
        self._steps: Mapping[str, Callable[[Step], dict[str, object]]] = {
            "open": lambda step: self._show(held.open(str(step.visit) if step.visit else "")),
            "show": lambda step: self._show(held.get(step.form)),
            "answer": lambda step: self._next(held.answer(step.form, step.question, step.value)),
            "later": lambda step: self._next(held.put_off(step.form, step.question)),
            "back": lambda step: self._show(held.back(step.form)),
            "go": lambda step: self._show(held.go_to(step.form, step.question)),
            "extras": lambda step: self._extras(held.get(step.form)),
            "lookup": lambda step: self._lookup(held.get(step.form), self._known()),
            "find": lambda step: self._found_list(held.get(step.form), step.value),
            "host": lambda step: self._hosts(step.value),
            "same": lambda step: self._send(held.same(step.form, step.registration), step.form),
            "finish": lambda step: self._send(held.finish(step.form), step.form),
            "due": lambda step: self._lookup(held.get(step.form), self._due(), due=True),
            "complete": lambda step: self._show(held.open_completion(step.registration)),
        }

    def step(self, step: Step) -> dict[str, object]:
        """What the page is told: ``form``, ``question``, ``html`` and sometimes ``list``; no form when it is done.

        :raises ActionError: when the step cannot be done now; the form is as it was.
        """
        return self._steps[step.do](step)

    # -- what becomes of a step --------------------------------------------------------------------------------

    def _next(self, form: Form) -> dict[str, object]:
        """The next question; the last answer sends the form, as long as the lane takes it."""
        if forms.current(form):
            return self._show(form)
        return self._send(self._forms.finish(form.id), form.id)

    def _send(self, registered: Registered, id: str) -> dict[str, object]:
        self._desk.register(registered)
        self._forms.drop(id)
        done = "completed_done" if registered.person is None else "registered_done"
        text = self._screens.catalogue(self._preferences.language).say(done)
        return {"form": "", "html": "", "text": text}

    # -- drawing -----------------------------------------------------------------------------------------------

    def _show(self, form: Form) -> dict[str, object]:
        question = forms.current(form)
        if question == "klass":
            return self._start(form)
        if not question:
            return self._draw(form, "done", "")
        kind = QUESTIONS[question].kind
        return self._draw(
            form,
            _TEMPLATES[kind],
            question,
            choices=choices(question, self._forms.register.risk_areas),
            typed="" if kind is Kind.SIGNATURE else self._typed(form, question),
            pad=PAD,
            provinces=PROVINCES,
            letters=PLATE_LETTERS,
            first=AREAS if kind is Kind.AREA else (),
            mode="host",
            auto=question == "name" and form.id_read,
        )

    def _start(self, form: Form) -> dict[str, object]:
        last4 = form.answers.get("id_number", "")[-4:]
        known = self._find(last4) if last4 else self._known()
        return self._draw(
            form,
            "start",
            "klass",
            classes=[Choice(klass, f"class_{klass}") for klass in CLASSES],
            known=known,
            read=bool(last4),
            others=self._forms.others(form.id),
            due=len(self._due()),
        )

    def _extras(self, form: Form) -> dict[str, object]:
        return self._draw(form, "extras", "", choices=[Choice(name, f"q_{name}") for name in forms.extras(form)])

    def _lookup(self, form: Form, known: Sequence[Returning], *, due: bool = False) -> dict[str, object]:
        return self._draw(form, "lookup", "", mode="due" if due else "find", known=known, pad=PAD, typed="")

    def _found_list(self, form: Form, value: str) -> dict[str, object]:
        if not _DIGITS.fullmatch(value):
            raise RequestError("bad_argument", "find: expected digits")
        return {"form": form.id, "list": self._render("known", known=self._find(value), mode="find")}

    def _hosts(self, value: str) -> dict[str, object]:
        found = self._desk.search(parse_query(value), MAX_HOSTS + 1)
        return {"list": self._render("hosts", residents=found[:MAX_HOSTS], more=len(found) > MAX_HOSTS)}

    def _draw(self, form: Form, template: str, question: str, **more: object) -> dict[str, object]:
        need = forms.need_of(form, question) if question else Need.MUST
        html = self._render(
            template,
            **{
                "form": form,
                "question": question,
                "need": need,
                "summary": summary(form),
                "extras": forms.extras(form),
                "completes": form.completes is not None,
                "known": (),
                "mode": "",
                **more,
            },
        )
        return {"form": form.id, "question": question, "html": html}

    def _render(self, template: str, **more: object) -> str:
        zone = ZoneInfo(self._desk.view().timezone)

        def day(at_ms: int) -> str:
            return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%m-%d")

        words = {"mask_of": mask_of, "day": day, **more}
        return self._screens.piece(f"registration/{template}.html", self._preferences, words)

    # -- what is offered ---------------------------------------------------------------------------------------

    def _typed(self, form: Form, question: str) -> str:
        """What stands in the field when the screen is shown: an earlier answer, or what an ID number says."""
        return form.answers.get(question, "")

    def _known(self) -> Sequence[Returning]:
        return self._ask(lambda: self._forms.known.latest(MAX_KNOWN))

    def _find(self, digits: str) -> Sequence[Returning]:
        return self._ask(lambda: self._forms.known.find(digits, MAX_KNOWN))

    def _due(self) -> Sequence[Returning]:
        return self._ask(lambda: self._forms.known.due(MAX_KNOWN))

    @staticmethod
    def _ask(question: Callable[[], Sequence[Returning]]) -> Sequence[Returning]:
        try:
            return question()
        except VisitorsUnavailable:
            # Whoever came before is then registered anew: slower, and nothing is lost.
            return ()
