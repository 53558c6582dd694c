"""A desk that behaves: remembers what was pressed, does each nonce once, answers late or not at all when told to.

Run it to look at the screens: ``python -m tests.station.fake_desk --port 8080 --show fever``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import waitress.server
from flask import Flask

from station.lane.action import Act, Action, ActionError, Answer
from station.notebook.notebook import Notebook
from station.registration.entry import Registered
from station.registration.forms import Forms
from station.screen.elements import Word
from station.screen.view import View
from station.web.desk_port import Found, FoundVehicle
from tests.station.gallery import GALLERY, NOW_MS
from tests.station.log_gallery import log_lane
from tests.station.registration_people import fake_forms

#: Keys of a telephone pad.
PAD = {
    letter: digit
    for digit, letters in zip("23456789", ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), strict=True)
    for letter in letters
}

ROSTER = [
    ("sl", Found("r-601-1", "孙磊", "6号楼1单元201", "0912")),
    ("lm", Found("r-512-2", "李敏", "5号楼1单元202", "3001", Word("self_monitoring"))),
    ("ljg", Found("r-325-1", "李建国", "3号楼2单元501", "0412")),
    ("xj", Found("r-334-1", "徐静", "3号楼3单元401", "7788")),
    ("pj", Found("r-111-1", "<b>彭\"杰'</b>", "1号楼1单元101' OR '1'='1", "1111")),
    *((f"s{c}", Found(f"r-{c}", f"石{c}", "9号楼1单元101", "5555")) for c in "abcdefghijklmno"),
]  # fmt: skip


VEHICLES = [
    FoundVehicle("豫J8K216", "3号楼2单元501", ("李建国", "王芳")),
    FoundVehicle("豫JD12216", "5号楼1单元202", ("李敏",)),
]


class FakeDesk:
    """Shows one view at a time; :attr:`acts` are all acts it was asked to do, each nonce once."""

    def __init__(self, view: View | None = None) -> None:
        self.acts: list[Action] = []
        self.asked = 0
        self.refuse: ActionError | None = None
        self.failure: Exception | None = None
        self.alive: list[int] = []
        self.registered: list[Registered] = []
        self.forms: Forms = fake_forms()
        self._answers: dict[str, Answer] = {}
        self._changed = threading.Condition()
        self._view = replace(view or GALLERY["idle"], version=1)

    def view(self) -> View:
        with self._changed:
            return self._view

    def publish(self, view: View) -> View:
        """Show *view*, under the next version."""
        with self._changed:
            self._view = replace(view, version=self._view.version + 1)
            self._changed.notify_all()
            return self._view

    def wait(self, version: int, timeout_s: float) -> View:
        with self._changed:
            self._changed.wait_for(lambda: self._view.version > version, timeout_s)
            return self._view

    def act(self, action: Action) -> Answer:
        with self._changed:
            self.asked += 1
            if self.refuse is not None:
                raise self.refuse
            if action.nonce in self._answers:
                return self._answers[action.nonce]
            self.acts.append(action)
            self._do(action)
            answer = Answer(True, "leader_called" if action.act is Act.CALL_LEADER else "ok", self._view.version)
            self._answers[action.nonce] = answer
            return answer

    def _do(self, action: Action) -> None:
        if action.act is Act.DIRECTION:
            self.publish(replace(self._view, direction=action.get("to")))
        elif action.act is Act.SILENCE and self._view.alarm is not None:
            self.publish(replace(self._view, alarm=replace(self._view.alarm, silent_until_ms=now_ms() + 107_000)))
        elif action.act is Act.UNDO:
            self.publish(replace(self._view, undo=None))

    def register(self, registered: Registered) -> Answer:
        with self._changed:
            if self.refuse is not None:
                raise self.refuse
            self.registered.append(registered)
            return Answer(True, version=self._view.version)

    def notes(self) -> Notebook:
        return log_lane(now_ms()).notebook

    def search(self, query: str, limit: int) -> list[Found]:
        if self.failure is not None:
            raise self.failure

        def matches(initials: str, found: Found) -> bool:
            pad = "".join(PAD[letter] for letter in initials)
            room = "".join(c for c in found.place if c.isdigit())
            return any(text.startswith(query) for text in (initials, pad, room)) or found.last4.endswith(query)

        return [found for initials, found in ROSTER if matches(initials, found)][:limit]

    def plates(self, tail: str, limit: int) -> list[FoundVehicle]:
        return [one for one in VEHICLES if one.plate.endswith(tail)][:limit]


_started = time.monotonic()


def now_ms() -> int:
    """The gallery's evening, going on."""
    return NOW_MS + int((time.monotonic() - _started) * 1000)


@contextmanager
def served(make: Callable[[], Flask], port: int = 0) -> Iterator[str]:
    """The address at which an app is served on loopback, as the desk serves it."""
    sockets: dict[int, Any] = {}
    server = waitress.server.create_server(make(), map=sockets, host="127.0.0.1", port=port, threads=32)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # In its own loop: a socket closed by another thread while it is polled is a race.
        server.trigger.pull_trigger(lambda: [each.close() for each in list(sockets.values())])
        thread.join(5)
        server.task_dispatcher.shutdown(timeout=2)


def main() -> None:
    """Serve one state of the gallery until Ctrl-C; each press goes on to the next one."""
    import argparse

    from station.web.app import create_app

    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--port", type=int, default=8080)
    arguments.add_argument("--show", choices=GALLERY, default="idle")
    chosen = arguments.parse_args()
    desk = FakeDesk(GALLERY[chosen.show])
    with served(lambda: create_app(desk, now_ms=now_ms), chosen.port) as address:
        print(f"{address}/gate")
        threading.Event().wait()


if __name__ == "__main__":
    main()
