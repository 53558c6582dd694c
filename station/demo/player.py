"""Plays a day: devices, fingers and misfortunes, as its script says."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import urllib3

from drivers.simulator.camera import MjpegCamera
from drivers.simulator.picture import code_picture
from drivers.simulator.thermometer import PtyThermometer
from station.clock import Clock, Skipped
from station.demo.page import PATIENCE_S, Page
from station.demo.proxy import Wire
from station.demo.script import Day, Step, Visit
from station.demo.world import ZONE
from station.errors import StationError
from station.supervisor import Supervisor

log = logging.getLogger(__name__)


#: Further back than this means tomorrow.
HALF_DAY_MS = 12 * 3_600_000
#: After hours were left out the programs look at the time once more.
SETTLE_S = 0.5
#: A thermometer takes somebody for the next one after half a second of nobody (drivers/thermometer/presence.py), and
#: says so to nobody.
STEP_ASIDE_S = 0.8

#: So soon the day rests when somebody takes its gate over.
_LOOK_S = 0.2

#: What a press can name that only the page knows: where it stands in what the page shows.
_ON_PAGE = {
    "UNFILLED": r'"of": ?"(\d+-\d+)"',
    "REPORT": r'"sha256": ?"([0-9a-f]{64})"',
}
#: What the key 撤销 names, so that it never takes back something else than it says.
_UNDO = {name: rf'data-act="undo"[^>]*?"{name}": ?"(\d+)"' for name in ("epoch", "seq")}
#: The same in the duty log, whose sheets are opened first: what they are about, and where it stands there.
_IN_LOG = {
    "INSPECTION": ("inspection", r'"inspection": ?"(\d+)"'),
    "FINDING": ("inspection", r'"right": ?"(\d+)"'),
    "INCIDENT": ("incident", r'"incident": ?"(\d+)"'),
}


class DayFailed(StationError, AssertionError):
    """Something the day expects did not happen; the message names the visit and the line."""

    code = "day_failed"


@dataclass(slots=True)
class Stage:
    """Everything that a player can reach."""

    page: Page
    camera: MjpegCamera
    thermometers: Mapping[str, PtyThermometer]
    supervisor: Supervisor
    wire: Wire
    codes: Mapping[str, str]
    rate: float
    clock: Clock
    skipped: Skipped
    publish: Callable[[str], None]


class Player:
    """Plays visits one after the other; ``failures`` collects what did not hold."""

    def __init__(
        self, day: Day, stage: Stage, stopping: threading.Event, going: Callable[[], bool] = lambda: True
    ) -> None:
        self._stopping = stopping
        self._going = going
        self._day = day
        self._stage = stage
        self._rng = np.random.default_rng(day.seed)
        self._here = next(iter(stage.thermometers), "")
        self.failures: list[str] = []
        self.presses = 0
        self._verbs: dict[str, Callable[..., None]] = {
            "show": self._show,
            "hide": self._hide,
            "measure": self._measure,
            "leave": self._leave,
            "see": self._see,
            "press": self._press,
            "find": self._find,
            "wait": self._wait,
            "until": self._until,
            "unplug": self._unplug,
            "replug": self._replug,
            "hold": stage.supervisor.hold,
            "release": stage.supervisor.release,
            "kill": stage.supervisor.kill,
            "swallow": self._swallow,
            "badge": lambda code: self._badge(code, True),
            "nobadge": lambda code: self._badge(code, False),
            "waiting": self._waiting,
            "measured": self._measured,
            "crowd": self._crowd,
            "register": self._register,
            "publish": self._publish,
            "dark": self._dark,
            "light": self._light,
        }

    def play(self) -> None:
        """The whole day; a visit that fails is left at its line and the day goes on.

        It ends at the next step once *going* says that it does not go on any more.
        """
        for visit in self._day.visits:
            if not self._stopping.is_set() and self._going():
                self._visit(visit)

    def _visit(self, visit: Visit) -> None:
        log.info("day: %s", visit.title)
        for step in visit.steps:
            if not self._going():
                log.info("day: somebody took the gate over")
                return
            try:
                self._do(step)
            except (DayFailed, urllib3.exceptions.HTTPError) as failure:
                self.failures.append(f"{visit.title}: {step.line}: {failure}")
                log.error("day: %s: %s: %s", visit.title, step.line, failure)
                self._clear_stage()
                return

    def _do(self, step: Step) -> None:
        self._verbs[step.verb](*step.words)

    def _clear_stage(self) -> None:
        """Everybody goes, so that the next visit begins with an empty gate."""
        self._hide()
        for thermometer in self._stage.thermometers.values():
            thermometer.leave()
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            self._stage.page.press("cancel", {})

    def _show(self, who: str, other: str | None = None) -> None:
        second = None if other is None else self._code(other)
        self._stage.camera.show(code_picture(self._code(who), self._rng, second=second))

    def _code(self, who: str) -> str:
        # Whoever is not of this day shows the text itself: a stranger's code.
        return self._stage.codes.get(who) or who

    def _hide(self) -> None:
        self._stage.camera.clear()

    def _measure(self, degrees: str, thermometer: str = "") -> None:
        self._here = thermometer or self._here
        self._stage.thermometers[self._here].present(round(float(degrees) * 100))

    def _leave(self, thermometer: str = "") -> None:
        self._stage.thermometers[thermometer or self._here].leave()
        self._stopping.wait(STEP_ASIDE_S)

    def _see(self, panel: str, reason: str = "") -> None:
        def wanted(view: Mapping[str, object]) -> bool:
            return view["stage"] == panel and (not reason or reason in _codes(view))

        if not self._stage.page.next(wanted):
            latest = self._stage.page.latest
            raise DayFailed(f"the page shows {latest.get('stage')} {sorted(_codes(latest))} after {PATIENCE_S:.0f} s")

    def _press(self, act: str, *arguments: str) -> None:
        self.presses += 1
        given = dict(argument.split("=", 1) for argument in arguments)
        for name, value in given.items():
            if value in ("WAITING", "CASE", *_ON_PAGE, *_IN_LOG):
                given[name] = self._number(value)
        before = self._undo_key()
        if act == "undo":
            given = before
        status, answer = self._stage.page.press(act, given)
        if status != 200:
            raise DayFailed(f"the desk answers {status} {answer.get('code')}")
        # A volunteer sees that a delivery is written down before the next key.
        if act == "delivery" and not self._stage.page.until(lambda _: self._undo_key() not in ({}, before)):
            raise DayFailed("the page does not say that the delivery is written down")

    def _undo_key(self) -> dict[str, str]:
        """What the page's key 撤销 would take back; empty where it stands not."""
        key = {name: self._stage.page.shown(pattern) for name, pattern in _UNDO.items()}
        return key if all(key.values()) else {}

    def _number(self, what: str) -> str:
        """The number of the first chip, case or unfilled event that the page shows, or the name of its figures."""
        if what in _ON_PAGE:
            page, where = self._stage.page, _ON_PAGE[what]
            if not page.until(lambda _: bool(page.shown(where))):
                raise DayFailed(f"the page shows no {what.lower()}")
            return page.shown(where)
        if what in _IN_LOG:
            return self._logged(what)
        shown = self._stage.page.latest.get({"WAITING": "waiting", "CASE": "cases"}[what])
        if not isinstance(shown, list) or not shown:
            raise DayFailed(f"the page shows no {what.lower()}")
        return str(shown[0])

    def _logged(self, what: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := self._stage.page.logged(*_IN_LOG[what])):
            if time.monotonic() > deadline:
                raise DayFailed(f"the duty log shows no {what.lower()}")
            self._stopping.wait(0.2)
        return found

    def _find(self, query: str, who: str) -> None:
        html = self._stage.page.search(query)
        if who not in html:
            raise DayFailed(f"the search for {query} does not show {who}")
        self.presses += len(query)
        self._press("identify", f"resident={who}")

    def _register(self, *answers: str) -> None:
        """The form as it is asked; what the line does not answer is put off, or left out where that cannot be."""
        given = {name: value.replace("_", " ") for name, value in (answer.split("=", 1) for answer in answers)}
        visit = int(self._stage.page.latest["marks"]["visit"] or 0)
        answer = self._form({"do": "open", "visit": visit})
        self.presses += 1
        while answer["form"]:
            question = answer["question"]
            step = {"do": "answer", "value": given[question]} if question in given else {"do": "later"}
            answer = self._form({**step, "form": answer["form"], "question": question})
            self.presses += 1

    def _form(self, step: dict[str, Any]) -> dict[str, Any]:
        status, answer = self._stage.page.register(step)
        if status != 200:
            raise DayFailed(f"registration: {step.get('question', 'open')}: {status} {answer.get('code')}")
        return answer

    def _publish(self, *orders: str) -> None:
        for order in orders:
            self._stage.publish(order)

    def _crowd(self, which: str, first: str = "1", last: str = "") -> None:
        """One scan after the other; who has company is measured, then the company under the same scan."""
        everybody = self._day.crowds[which]
        for group in everybody[int(first) - 1 : int(last or len(everybody))]:
            if self._stopping.is_set():
                return
            self._show(group.id)
            self._see("partial", "measure")
            self._hide()
            for _ in group.degrees[1:]:
                self._press("companion")
            for number, degrees in enumerate(group.degrees, 1):
                self._measure(str(degrees))
                if number < len(group.degrees):
                    self._measured(str(number))
                    self._leave()
            self._see("admit")
            self._leave()

    def _dark(self) -> None:
        """No power at the gate: nothing is told to end, it is just gone."""
        for name in self._at_the_gate():
            self._stage.supervisor.kill(name)
            self._stage.supervisor.hold(name)

    def _light(self) -> None:
        for name in self._at_the_gate():
            self._stage.supervisor.release(name)

    def _at_the_gate(self) -> list[str]:
        others = tuple(f"{gate.id}-" for gate in self._day.gates)
        return [name for name in self._stage.supervisor.programs if name != "hub" and not name.startswith(others)]

    def _wait(self, minutes: str) -> None:
        until_s = time.monotonic() + float(minutes) * 60 / self._stage.rate
        while self._going() and (left_s := until_s - time.monotonic()) > 0:
            # A hand that takes the gate over is looked for now and then.
            if self._stopping.wait(min(left_s, _LOOK_S)):
                return

    def _until(self, time_of_day: str) -> None:
        """Leave out what lies between now and *time_of_day*, today or tomorrow; a time that has come already is now."""
        now_ms = self._stage.clock.now_ms()
        now = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(ZONE))
        hour, minute = map(int, time_of_day.split(":"))
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        ahead_ms = int((then - now).total_seconds() * 1000)
        if ahead_ms < -HALF_DAY_MS:
            ahead_ms += 2 * HALF_DAY_MS
        if ahead_ms > 0:
            self._stage.skipped.skip(ahead_ms)
            self._stopping.wait(SETTLE_S)

    def _unplug(self, name: str) -> None:
        self._stage.thermometers[name].unplug()

    def _replug(self, name: str) -> None:
        self._stage.thermometers[name].replug()

    def _swallow(self) -> None:
        self._stage.wire.swallow(lambda: self._stage.supervisor.kill("hub"))

    def _badge(self, code: str, shown: bool) -> None:
        if not self._stage.page.until(lambda view: (code in _codes(view)) is shown, 20):
            raise DayFailed(f"the header {'never shows' if shown else 'still shows'} {code}")

    def _measured(self, number: str) -> None:
        if not self._stage.page.until(lambda view: view["measured"] == int(number)):
            raise DayFailed(f"{self._stage.page.latest['measured']} are measured")

    def _waiting(self, number: str) -> None:
        if not self._stage.page.until(lambda view: len(view["waiting"]) == int(number)):
            raise DayFailed(f"{len(self._stage.page.latest['waiting'])} people rest")


def _codes(view: Mapping[str, object]) -> set[str]:
    codes = view.get("codes", [])
    return set(codes) if isinstance(codes, list) else set()
