"""Ask an authorised service for the colour of a mainland health code, beside the lane and never for the operator.

Off unless the settings name an address.  One question at a time; what takes longer than the limit, or fails in any way,
is no answer: the operator looks at the code as without this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from station.code_answer import MAX_ANSWER, colour, question
from station.facts import HealthCode

log = logging.getLogger(__name__)


class Service(Protocol):
    """Whoever may say the colour of a code: another province's service is another one of these."""

    def colour(self, payload: bytes) -> HealthCode | None:
        """The colour of the code *payload*; None for no answer, whatever the cause.  Takes at most the time allowed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The answer about the code of the person whose key it is."""

    person: str
    colour: HealthCode


class HttpService:
    """A service at *url*, asked by POST as station/code_answer.py says."""

    def __init__(self, url: str, app_id: str, secret_file: Path, timeout_s: float) -> None:
        self._url, self._app_id, self._secret_file, self._timeout_s = url, app_id, secret_file, timeout_s
        self._working = True

    def colour(self, payload: bytes) -> HealthCode | None:
        """The colour of the code *payload*; None for no answer."""
        # Half a second of importing that only a gate with such a service pays for.
        import urllib3

        try:
            body = question(payload, self._app_id, self._secret_file.read_text("utf-8").strip())
            if body is None:
                return None
            answer = urllib3.request(
                "POST",
                self._url,
                body=body,
                headers={"Content-Type": "application/json"},
                timeout=urllib3.Timeout(total=self._timeout_s),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                content = answer.read(MAX_ANSWER + 1) if answer.status == 200 else b""
            finally:
                answer.close()
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            self._edge(False, type(error).__name__)
            return None
        self._edge(answer.status == 200, str(answer.status))
        return colour(content)

    def _edge(self, working: bool, why: str) -> None:
        if working is not self._working:
            self._working = working
            log.warning("decoder: %s (%s)", "back" if working else "lost", why)


class Decoder:
    """Asks *service* in a thread of its own; *tell* gets each answer there is."""

    def __init__(self, service: Service, tell: Callable[[Seen], None]) -> None:
        self._service = service
        self._tell = tell
        self._worker = ThreadPoolExecutor(1, "decoder")
        self._asked: Future[None] | None = None

    def ask(self, payload: bytes, person: str) -> None:
        """Ask about *payload*, shown by *person*; while another question is open the operator looks by themselves."""
        if self._asked is None or self._asked.done():
            self._asked = self._worker.submit(self._answer, payload, person)

    def close(self) -> None:
        """Ask nothing more."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _answer(self, payload: bytes, person: str) -> None:
        found = self._service.colour(payload)
        if found is not None:
            self._tell(Seen(person, found))
