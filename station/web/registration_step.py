"""One press on a form of a registration, as it comes from the page: parsed at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from station.registration.signature import MAX_PATH
from station.web.requests import MAX_TEXT, MAX_WHOLE, RequestError

#: Longer than any name, address or number that is typed.
MAX_VALUE = MAX_TEXT
_FORM = re.compile(r"[0-9]{1,16}")
_WORD = re.compile(r"[a-z_]{1,24}")

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
