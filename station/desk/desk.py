"""The desk: the one owner of the lane.

Everything that happens at the gate comes through one queue and is handled by one thread: what drivers say, what the
operator presses, what the disk answers, and the time.  After each, the thread publishes an immutable view; the web's
threads read it and wait on their actions.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass

from drivers.events import Event, Heartbeat
from station.clock import boottime_ns
from station.decoder import Decoder, Seen
from station.desk.gate import Gate
from station.desk.intake import Intake
from station.desk.premises import Premises
from station.desk.presses import Press, Presses, Registration
from station.desk.upkeep import Upkeep
from station.desk.window import Window
from station.duty.pins import Pins
from station.journal.recorder import Recorder, Standing, Written
from station.lane.action import Action, ActionError, Answer
from station.lane.asked import seen_online
from station.lane.effects import Record
from station.notebook.notebook import Notebook
from station.registration.entry import Registered
from station.registration.forms import Forms
from station.report.day import Drafted
from station.screen.view import View
from station.web.desk_port import Found, FoundVehicle

log = logging.getLogger(__name__)

#: An hour of the worst crowd fits many times; beyond it heartbeats are dropped first.
MAX_QUEUE = 1_000
#: The lane looks at the time this often, in real seconds; a countdown on the page runs by itself.
TICK_S = 0.1
#: How long a press waits for the lane before the page says «busy».
ACT_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class _Arrived:
    event: Event
    arrived_ns: int


#: Everything that the lane's thread is handed.
_Item = _Arrived | Press | Registration | Written | Standing | Drafted | Seen


class Desk:
    """The desk of *gate*.  :meth:`run` is the lane's thread; every other method may be called from any thread."""

    def __init__(self, gate: Gate) -> None:
        now_ms = gate.clock.now_ms()
        self._gate = gate
        self._premises = Premises(gate, now_ms)
        self._upkeep = Upkeep(gate, self._premises, now_ms)
        self._intake = Intake(gate, self._premises)
        self._presses = Presses(gate, self._premises, self._show)
        self._window = Window(gate, self._premises)
        self._pins = Pins(lambda: gate.office.rota, time.monotonic)
        self._queue: queue.Queue[_Item | None] = queue.Queue(MAX_QUEUE)
        self._recorder: Recorder | None = None
        self._beat: Callable[[], None] = lambda: None

    # -- for the wiring --------------------------------------------------------------------------------------

    def attach(
        self, recorder: Recorder, beat: Callable[[], None], count: Callable[[str, int], None] | None = None
    ) -> None:
        """The recorder that answers to :meth:`deliver`; *beat* is called while the lane runs and the disk answers.

        *count* begins to count the report of a day, which comes back through :meth:`deliver`.
        """
        self._recorder = recorder
        self._beat = beat
        if count is not None:
            self._upkeep.count = count

    def use_decoder(self, decoder: Decoder) -> None:
        """Ask *decoder*, which answers to :meth:`seen`, about codes that nobody knows."""
        self._intake.decoder = decoder

    def arrived(self, event: Event) -> None:
        """Hand *event*, which has just left its driver, to the lane."""
        self.deliver(_Arrived(event, boottime_ns()))

    def deliver(self, item: _Arrived | Written | Standing | Drafted) -> None:
        """Hand *item* to the lane; a heartbeat may be dropped when too much waits, nothing else is."""
        if isinstance(item, _Arrived) and isinstance(item.event, Heartbeat):
            try:
                self._queue.put_nowait(item)
            except queue.Full:
                log.warning("desk: the queue is full; a heartbeat is dropped")
        else:
            self._queue.put(item)

    def seen(self, answer: Seen) -> None:
        """Hand the lane what a service has said of a code; dropped while the lane is too busy."""
        with suppress(queue.Full):
            self._queue.put_nowait(answer)

    def stop(self) -> None:
        """End :meth:`run`."""
        self._queue.put(None)

    def run(self) -> None:
        """Own the lane until :meth:`stop`."""
        gate = self._gate
        if gate.lane.alarm is not None:
            gate.outputs.alarm()
        self._upkeep.judge_offsets(gate.clock.now_ms())  # before the first reading is taken
        while True:
            try:
                item = self._queue.get(timeout=TICK_S)
                if item is None:
                    break
                self._handle(item, gate.clock.now_ms())
            except queue.Empty:
                pass
            now_ms = gate.clock.now_ms()
            self._upkeep.ticked(now_ms)
            self._beat()
            self._carry_out(now_ms)
            self._window.publish()
        if self._intake.decoder is not None:
            self._intake.decoder.close()

    # -- for the web -----------------------------------------------------------------------------------------

    @property
    def forms(self) -> Forms:
        """The registrations that are open."""
        return self._gate.forms

    def view(self) -> View:
        """The newest view."""
        return self._window.view

    def wait(self, version: int, timeout_s: float) -> View:
        """The newest view once it is newer than *version*, or what there is after *timeout_s*."""
        return self._window.wait(version, timeout_s)

    def act(self, action: Action) -> Answer:
        """Have the lane do *action*.

        :raises ActionError: if it cannot be done now, or the lane is too busy to answer.
        """
        return self._ask(Press(self._pins.proved(action), Future()))

    def register(self, registered: Registered) -> Answer:
        """Have *registered* written down, and the person stand at the lane.

        :raises ActionError: if somebody else there comes first, or the lane is too busy to answer.
        """
        return self._ask(Registration(registered, Future()))

    def notes(self) -> Notebook:
        """What was written down beside the passages."""
        return self._gate.lane.notebook

    def search(self, query: str, limit: int) -> list[Found]:
        """At most *limit* residents for what was typed, best first."""
        return self._gate.register.search(query, limit)

    def plates(self, tail: str, limit: int) -> list[FoundVehicle]:
        """At most *limit* vehicles whose plate ends in *tail*."""
        return self._gate.register.plates(tail, limit)

    def _ask(self, asked: Press | Registration) -> Answer:
        try:
            self._queue.put(asked, timeout=ACT_TIMEOUT_S)
            return asked.answer.result(ACT_TIMEOUT_S)
        except (queue.Full, FutureTimeout):
            raise ActionError("busy", "the lane does not answer; press again") from None

    # -- the lane's thread -----------------------------------------------------------------------------------

    def _handle(self, item: _Item, now_ms: int) -> None:
        lane = self._gate.lane
        match item:
            case _Arrived():
                self._intake.happened(item.event, item.arrived_ns, now_ms)
            case Press():
                self._presses.press(item, now_ms)
            case Registration():
                self._presses.register(item, now_ms)
            case Written():
                if item.appended is None:
                    lane.record_failed(item.token)
                else:
                    lane.recorded(item.token, item.appended, now_ms)
            case Standing():
                self._premises.stands(item)
            case Drafted():
                self._premises.report.drafted(item)
            case Seen():
                seen_online(lane, item.person, item.colour, now_ms)

    def _show(self, now_ms: int) -> int:
        """Let everybody see what was just done; in which view it is seen."""
        version = self._window.view.version + 1
        self._carry_out(now_ms)
        self._window.publish()
        return version

    def _carry_out(self, now_ms: int) -> None:
        gate = self._gate
        night = gate.is_night(now_ms)
        for effect in gate.lane.drain():
            if not isinstance(effect, Record):
                gate.outputs.carry_out(effect, night, now_ms)
                continue
            self._premises.report.noticed(effect.draft)
            if self._recorder is not None and not self._recorder.submit(effect.draft, effect.token):
                gate.lane.record_failed(effect.token)
