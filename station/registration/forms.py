"""The forms that are open at this gate, in memory only: a restart, 擦屏 or ten quiet minutes end them.

Called from the web's threads, and by the lane when a card was read or the screen is wiped; one lock, no waiting.
"""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from station.credential.id_number import CHINA
from station.lane.action import ActionError
from station.lane.person import Person
from station.lane.whois import Residents, visiting
from station.registration import form as forms
from station.registration.answers import is_whole, parse_answer, parse_id
from station.registration.entry import Registered, declared_of, finished, returned
from station.registration.errors import AnswerRefused
from station.registration.form import Form, Host, Returning
from station.registration.questions import QUESTIONS, Kind
from station.registration.risk import risk
from station.roster.isolation import RiskRow

#: A gate has one screen; more than a handful of half-filled forms are forgotten ones.
MAX_OPEN = 6
#: Somebody who has not answered for so long has gone.
ABANDONED_MS = 600_000
#: A card that is read later than this after the last press is somebody passing, not an answer.
CARD_MS = 120_000
#: Somebody at the gate is kept in their place for so long after the last press on their form.
HELD_MS = 90_000


class Register(Residents, Protocol):
    """What of the community's register a form asks."""

    def risk_areas(self) -> list[RiskRow]:
        """The dated list of risk areas."""


class Known(Protocol):
    """Who was registered here before, within the retention."""

    def latest(self, limit: int) -> Sequence[Returning]:
        """The last who were registered, newest first."""

    def find(self, digits: str, limit: int) -> Sequence[Returning]:
        """Who fits the end of an ID or telephone number or of a plate, newest first."""

    def one(self, registration: str) -> Returning | None:
        """That registration."""

    def due(self, limit: int) -> Sequence[Returning]:
        """Who has something to be filled in, oldest first."""


class Forms:
    """All open forms.  *sealed* says whether the office has sent a key; *now_ms* is the station's clock."""

    def __init__(
        self,
        register: Register,
        known: Known,
        *,
        sealed: Callable[[], bool],
        regime: Callable[[], str],
        now_ms: Callable[[], int],
        clock_known: Callable[[], bool],
        new_id: Callable[[], str],
    ) -> None:
        self.register = register
        self.known = known
        self._sealed = sealed
        self._regime = regime
        self._now_ms = now_ms
        self._clock_known = clock_known
        self._new_id = new_id
        self._lock = threading.RLock()
        self._open: OrderedDict[str, Form] = OrderedDict()
        #: Grows with every change that the page did not make itself.
        self.revision = 0

    # -- for the page ------------------------------------------------------------------------------------------

    def open(self, visit: str = "") -> Form:
        """A new form, for who stands at the gate as *visit*; the oldest gives way when too many are open."""
        now_ms = self._now_ms()
        with self._lock:
            self._expire(now_ms)
            # A first screen that was closed again is nothing to keep.
            for id in [id for id, form in self._open.items() if not form.begun]:
                del self._open[id]
            while len(self._open) >= MAX_OPEN:
                self._open.popitem(last=False)
            form = Form(self._new_id(), self._regime(), self._sealed(), now_ms, now_ms, visit)
            return self._keep(form)

    def open_completion(self, registration: str) -> Form:
        """A form for what is still due of an earlier *registration*.

        :raises ActionError: ``registration_unknown`` if there is none, or nothing is due of it.
        """
        known = self.known.one(registration)
        if known is None or not known.due:
            raise ActionError("registration_unknown", "registration: nothing is due of it")
        form = self.open()
        with self._lock:
            return self._keep(replace(form, klass=known.klass, completes=known))

    def get(self, id: str) -> Form:
        """The open form called *id*.

        :raises ActionError: ``form_gone`` if it was wiped, abandoned or sent.
        """
        with self._lock:
            self._expire(self._now_ms())
            if id not in self._open:
                raise ActionError("form_gone", "registration: this form is not open any more")
            return self._open[id]

    def others(self, id: str) -> tuple[Form, ...]:
        """Forms that were begun and wait, but for the one called *id*; newest first."""
        with self._lock:
            return tuple(form for form in reversed(self._open.values()) if form.begun and form.id != id)

    def answer(self, id: str, question: str, text: str) -> Form:
        """The form with an answer more.

        :raises ActionError: if the form is gone, or (as ``AnswerRefused``) the answer cannot be.
        """
        form = self._asked(id, question)
        if not text:
            raise AnswerRefused("missing_argument", f"{question}: no answer")
        host = None
        if QUESTIONS[question].kind is Kind.HOST:
            host = self.host(text)
            if host is None:
                raise AnswerRefused("resident_unknown", "host: no such resident")
        elif QUESTIONS[question].kind is Kind.RISK_AREA:
            if text != forms.NOT_LISTED and text not in {row.risk for row in self.register.risk_areas()}:
                raise AnswerRefused("bad_argument", "risk_area: not on the list")
        else:
            text = parse_answer(question, text, self.today())
            if not form.sealed and question in ("id_number", "phone"):
                text = text[-4:]
            if not form.sealed and question == "name":
                text = text[:1]
        with self._lock:
            return self._keep(forms.put(form, question, text, self._now_ms(), host))

    def put_off(self, id: str, question: str) -> Form:
        """The form without an answer to *question*.

        :raises ActionError: ``answer_needed`` for one that must be answered.
        """
        form = self._asked(id, question)
        try:
            return self._kept(forms.put_off(form, question, self._now_ms()))
        except ValueError as error:
            raise AnswerRefused("answer_needed", str(error)) from None

    def back(self, id: str) -> Form:
        """The form at the question before."""
        return self._kept(forms.back(self.get(id), self._now_ms()))

    def go_to(self, id: str, question: str) -> Form:
        """The form at *question*."""
        try:
            return self._kept(forms.go_to(self.get(id), question, self._now_ms()))
        except ValueError as error:
            raise ActionError("bad_argument", str(error)) from None

    def drop(self, id: str) -> None:
        """Forget that form."""
        with self._lock:
            self._open.pop(id, None)

    def finish(self, id: str) -> Registered:
        """What the form has become; it stays open until :meth:`drop`, in case the lane is busy.

        :raises ActionError: ``answer_needed`` while something must still be answered.
        """
        form = self.get(id)
        if form.klass is None or forms.current(form):
            raise AnswerRefused("answer_needed", f"registration: {forms.current(form)} is not answered yet")
        return finished(form, risk(self.register.risk_areas(), declared_of(form), self._now_ms()))

    def same(self, id: str, registration: str) -> Registered:
        """Somebody who was registered before has come again, and was in no risk area.

        :raises ActionError: ``registration_unknown``, or ``form_gone``.
        """
        form, known = self.get(id), self.known.one(registration)
        if known is None:
            raise ActionError("registration_unknown", "registration: is not known any more")
        host = self.host(known.host) if known.host else None
        return returned(form, known, host)

    def host(self, resident: str) -> Host | None:
        """The household of the resident of that id, as it stands now."""
        found = self.register.resident(resident)
        if found is None:
            return None
        seen = visiting(Person("host"), found, self.register)
        return Host(found.id, found.name, found.place, seen.host_isolated, seen.place_closed)

    def today(self) -> datetime.date | None:
        """The date in China, None while nobody knows it."""
        if not self._clock_known():
            return None
        return datetime.datetime.fromtimestamp(self._now_ms() / 1000, CHINA).date()

    # -- for the lane ------------------------------------------------------------------------------------------

    def card(self, payload: bytes) -> bool:
        """An ID-card reader typed *payload*: whether it was the answer of an open form."""
        now_ms = self._now_ms()
        with self._lock:
            form = next(reversed(self._open.values()), None)
            waits = form is not None and now_ms < form.touched_ms + CARD_MS
            if form is None or not waits or is_whole(form.answers.get("id_number", "")):
                return False
            try:
                number = parse_id(payload.decode("ascii"), self.today())
            except (UnicodeDecodeError, AnswerRefused):
                return False
            if not is_whole(number):
                return False
            kept = number if form.sealed else number[-4:]
            answered = forms.put(form, "id_number", kept, now_ms)
            self._keep(replace(answered, id_read=True))
            self.revision += 1
            return True

    def held_visits(self) -> frozenset[str]:
        """Who stands at the gate and is just being registered."""
        now_ms = self._now_ms()
        with self._lock:
            return frozenset(
                form.visit for form in self._open.values() if form.visit and now_ms < form.touched_ms + HELD_MS
            )

    def wipe(self) -> None:
        """擦屏: forget all forms."""
        with self._lock:
            self.revision += bool(self._open)
            self._open.clear()

    # -- inside ------------------------------------------------------------------------------------------------

    def _asked(self, id: str, question: str) -> Form:
        form = self.get(id)
        asked: Iterable[str] = ("klass", *forms.asked(form), *forms.extras(form))
        if question not in asked:
            raise ActionError("bad_argument", "registration: this is not asked here")
        return form

    def _keep(self, form: Form) -> Form:
        self._open[form.id] = form
        self._open.move_to_end(form.id)
        return form

    def _kept(self, form: Form) -> Form:
        with self._lock:
            return self._keep(form)

    def _expire(self, now_ms: int) -> None:
        for id in [id for id, form in self._open.items() if now_ms >= form.touched_ms + ABANDONED_MS]:
            del self._open[id]
