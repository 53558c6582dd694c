"""Registering somebody, one question a screen.

One address takes every step as the body of a press, so that nothing typed stands in an address or a log; the answer
is the next screen.  What a form holds is kept by the desk (:mod:`station.registration.forms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from station.credential.id_number import NUMBER
from station.registration import form as forms
from station.registration.answers import is_whole
from station.registration.entry import Registered, mask_of
from station.registration.form import NOT_LISTED, Form, Returning
from station.registration.forms import Forms
from station.registration.questions import CLASSES, QUESTIONS, Kind, Need
from station.registration.returning import VisitorsUnavailable
from station.registration.signature import MAX_PATH
from station.risk import DAYS_BACK
from station.roster.plate import PROVINCES
from station.web.access import Access, access
from station.web.desk_port import Desk
from station.web.page import Screens
from station.web.preferences import Preferences
from station.web.requests import MAX_TEXT, MAX_WHOLE, RequestError, parse_query

#: Longer than any name, address or number that is typed.
MAX_VALUE = MAX_TEXT
#: Rows of people who came before; three fit, the rest scrolls.
MAX_KNOWN = 12
#: Rows of a search for the household, as many as the gate's own search shows.
MAX_HOSTS = 12
_FORM = re.compile(r"[0-9]{1,16}")
_WORD = re.compile(r"[a-z_]{1,24}")
_DIGITS = re.compile(r"[0-9A-Z]{1,6}")

#: Every step, with what it must come with.
STEPS: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "show": ("form",),
    "answer": ("form", "question", "value"),
    "later": ("form", "question"),
    "back": ("form",),
    "go": ("form", "question"),
    "extras": ("form",),
    "lookup": ("form",),
    "find": ("form", "value"),
    "host": ("form", "value"),
    "same": ("form", "registration"),
    "finish": ("form",),
    "due": ("form",),
    "complete": ("registration",),
}

#: Digits of a telephone with the letters on them.
PAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"), ("7", "PQRS"), ("8", "TUV"),
    ("9", "WXYZ"),
)  # fmt: skip
#: Number plates have no I and no O.
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
#: What is offered before anything is typed where a place is asked.
AREAS = (
    "本县", "本市", "河南", "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏",
    "浙江", "安徽", "福建", "江西", "山东", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏",
    "陕西", "甘肃", "青海", "宁夏", "新疆", "香港", "澳门", "台湾", "国外",
)  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Step:
    """One press on a form."""

    do: str
    form: str = ""
    question: str = ""
    value: str = ""
    registration: str = ""
    visit: int = 0


def parse_step(body: Any) -> Step:
    """The step in a JSON *body*.

    :raises RequestError: at the first thing that is wrong; never with what was typed.
    """
    if not isinstance(body, dict) or body.keys() - {"do", "form", "question", "value", "registration", "visit"}:
        raise RequestError("bad_request", "expected an object of do, form, question, value, registration and visit")
    visit = body.pop("visit", 0)
    if type(visit) is not int or not 0 <= visit <= MAX_WHOLE:
        raise RequestError("bad_request", "visit: expected a whole number")
    if not all(isinstance(value, str) for value in body.values()):
        raise RequestError("bad_argument", "expected texts")
    step = Step(**{"do": "", **body}, visit=visit)
    if step.do not in STEPS:
        raise RequestError("unknown_act", "do: none of ours")
    for name in STEPS[step.do]:
        if not getattr(step, name):
            raise RequestError("missing_argument", f"{step.do}: {name} is missing")
    for name, shape in (("form", _FORM), ("registration", _FORM), ("question", _WORD)):
        if getattr(step, name) and not shape.fullmatch(getattr(step, name)):
            raise RequestError("bad_argument", f"{step.do}: {name}: this value cannot be")
    most = MAX_PATH if step.question == "signature" else MAX_VALUE
    if len(step.value) > most or not step.value.isprintable():
        raise RequestError("bad_argument", f"{step.do}: value: at most {most} printable characters")
    return step


@dataclass(frozen=True, slots=True)
class Choice:
    """One large key of a question: what it answers, and the word or the plain text on it."""

    value: str
    code: str = ""
    text: str = ""
    gap: str = ""


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
            choices=self._choices(question),
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
        choices = [Choice(name, f"q_{name}") for name in forms.extras(form)]
        return self._draw(form, "extras", "", choices=choices)

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

    def _choices(self, question: str) -> list[Choice]:
        asked = QUESTIONS[question]
        if asked.kind is Kind.CHOICE:
            return [Choice(value, f"{question}_{value}") for value in asked.choices]
        if asked.kind is Kind.DAYS:
            words = {0: "days_today", 1: "days_yesterday"}
            return [Choice(str(n), words.get(n, "days_ago"), gap=str(n)) for n in range(DAYS_BACK + 1)]
        if asked.kind is Kind.RISK_AREA:
            rows = sorted({row.risk for row in self._forms.register.risk_areas()})
            return [*(Choice(area, text=area) for area in rows), Choice(NOT_LISTED, "not_listed")]
        return []

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


def summary(form: Form) -> list[tuple[str, str]]:
    """What was answered so far in few words: (code of a word, or "" and plain text)."""
    answers = form.answers
    parts: list[tuple[str, str]] = []
    if form.klass is not None:
        parts.append((f"class_{form.klass}", ""))
    if "name" in answers:
        parts.append(("", mask_of(form)))
    number = answers.get("id_number") or answers.get("phone")
    if number:
        parts.append(("last_four", number[-4:]))
    if NUMBER.fullmatch(number or "") and is_whole(number or ""):
        parts.append(("id_read" if form.id_read else "id_typed", ""))
    if form.host is not None:
        parts.append(("", form.host.place))
        parts += [("no_visitors", "")] if form.host.isolated else []
    if "purpose" in answers:
        parts.append((f"purpose_{answers['purpose']}", ""))
    return parts
