"""The desk: the one owner of the lane.

Everything that happens at the gate comes through one queue and is handled by one thread: what drivers say, what the
operator presses, what the disk answers, and the time.  After each, the thread publishes an immutable view; the web's
threads read it and wait on their actions.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from drivers.events import Event, Heartbeat, OutOfRange, Reading, Scan
from station import clock_step, kinds, pairing
from station.action import Act, Action, ActionError, Answer
from station.asked import prove, seen_online
from station.badges import Condition, badges
from station.calibration import Calibration, adjusted
from station.clock import Clock, boottime_ns
from station.config import Config
from station.day_report import DayReport, Drafted
from station.decoder import Decoder, Seen
from station.draft import Draft
from station.duty import badge as duty_badge
from station.duty import sheet as duty_sheet
from station.duty.pins import Pins
from station.duty.post import ACTS, Around, Post
from station.effects import Record
from station.health import Devices, Edge
from station.lane import Lane
from station.lane_acts import act
from station.log_screen import badges as log_badges
from station.notebook import Notebook
from station.office import Office
from station.offsets import Offsets
from station.outputs import Outputs
from station.parts import Parts
from station.party_screen import to_fill_in
from station.people_board import PeopleBoard, people_board
from station.presence import Presence, anchor
from station.recorder import Recorder, Standing, Written
from station.registration import at_lane
from station.registration.entry import Registered
from station.registration.forms import Forms
from station.report.due import Times
from station.screen import Surroundings, view
from station.unfilled import from_body
from station.view import Recent, View
from station.visit import Person, Taken
from station.web.desk_port import Found, FoundVehicle
from station.wire.entry import ClockState

log = logging.getLogger(__name__)

#: An hour of the worst crowd fits many times; beyond it heartbeats are dropped first.
MAX_QUEUE = 1_000
#: The lane looks at the time this often, in real seconds; a countdown on the page runs by itself.
TICK_S = 0.1
#: How long a press waits for the lane before the page says «busy».
ACT_TIMEOUT_S = 3.0
#: Presses that are remembered, so that a form posted twice works once.
MAX_NONCES = 256
#: Acts about somebody whom the operator found.
_NAMES_A_RESIDENT = frozenset({Act.IDENTIFY, Act.DETAILS, Act.PAPER, Act.SIGN_IN, Act.HAND_OVER})
#: The line «restarted at» stays this long, or until somebody passes.
RESTARTED_SHOWN_MS = 120_000
#: Nobody is shown as overdue later than this.
BOARD_EVERY_MS = 30_000
#: That the journal was damaged stands there for every shift of a day.
SALVAGED_SHOWN_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class _Arrived:
    event: Event
    arrived_ns: int


@dataclass(frozen=True, slots=True)
class _Press:
    action: Action
    answer: Future[Answer]


@dataclass(frozen=True, slots=True)
class _Registration:
    registered: Registered
    answer: Future[Answer]


#: Everything that the lane's thread is handed.
_Item = _Arrived | _Press | _Registration | Written | Standing | Drafted | Seen


class Desk:
    """One gate.  :meth:`run` is the lane's thread; every other method may be called from any thread."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        lane: Lane,
        office: Office,
        outputs: Outputs,
        find: Callable[[str, int], list[Found]],
        forms: Forms,
        residents: Callable[[], int] = lambda: 0,
        offsets: Offsets | None = None,
        find_plates: Callable[[str, int], list[FoundVehicle]] = lambda _tail, _limit: [],
        post: Post | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._lane = lane
        self._office = office
        self._outputs = outputs
        self._find = find
        self._residents = residents
        self._people: tuple[tuple[int, int], PeopleBoard] | None = None
        self._offsets = offsets or Offsets(config.station.id)
        self._find_plates = find_plates
        self.forms = forms
        self._post = post or Post(lambda: office.rota)
        self._pins = Pins(lambda: office.rota, time.monotonic)
        self._recorder: Recorder | None = None
        expected = [(one.name, "thermometer") for one in config.thermometer]
        expected += [(one.name, "camera") for one in config.camera]
        expected += [(one.name, "wedge") for one in config.wedge]
        now_ms = clock.now_ms()
        self._devices = Devices(expected, int(config.desk.device_lost_s * 1000 * clock.rate), now_ms)
        self._wall = clock_step.SteadyWall(now_ms, clock.steady_ms())
        self._zone = ZoneInfo(config.station.timezone)
        self._queue: queue.Queue[_Item | None] = queue.Queue(MAX_QUEUE)
        self._nonces: OrderedDict[str, Answer] = OrderedDict()
        self._standing = Standing(0, 0, 0, None, ())
        self._parts = Parts()
        self.decoder: Decoder | None = None
        self._restarted_ms: int | None = None
        self._salvaged_ms: int | None = None
        self._started_ms = now_ms
        self._report = DayReport(Times.of(config.report.remind, config.report.send), self._zone, now_ms)
        self._presence = Presence(now_ms, self._clock_now_ms(now_ms) is not None)
        self._changed = threading.Condition()
        self._view = self._compose(1)
        self._beat: Callable[[], None] = lambda: None
        self._count: Callable[[str, int], None] = lambda _day, _now_ms: None

    # -- for the wiring --------------------------------------------------------------------------------------

    def attach(
        self,
        recorder: Recorder,
        restarted: bool,
        beat: Callable[[], None],
        count: Callable[[str, int], None] = lambda _day, _now_ms: None,
        salvaged_ms: int | None = None,
    ) -> None:
        """The recorder that answers to :meth:`deliver`; *beat* is called while the lane runs and the disk answers.

        *count* begins to count the report of a day, which comes back through :meth:`deliver`; *salvaged_ms* is when the
        journal was salvaged, if it was.
        """
        self._salvaged_ms = salvaged_ms
        self._count = count
        self._recorder = recorder
        self._restarted_ms = self._started_ms if restarted else None
        self._beat = beat

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

    def stop(self) -> None:
        """End :meth:`run`."""
        self._queue.put(None)

    def run(self) -> None:
        """Own the lane until :meth:`stop`."""
        if self._lane.alarm is not None:
            self._outputs.alarm()
        self._judge_offsets(self._clock.now_ms())  # before the first reading is taken
        while True:
            try:
                item = self._queue.get(timeout=TICK_S)
                if item is None:
                    break
                self._handle(item, self._clock.now_ms())
            except queue.Empty:
                pass
            now_ms = self._clock.now_ms()
            self._tick(now_ms)
            self._carry_out(now_ms)
            self._publish()
        if self.decoder is not None:
            self.decoder.close()

    # -- for the web -----------------------------------------------------------------------------------------

    def view(self) -> View:
        """The newest view."""
        return self._view

    def wait(self, version: int, timeout_s: float) -> View:
        """The newest view once it is newer than *version*, or what there is after *timeout_s*."""
        with self._changed:
            self._changed.wait_for(lambda: self._view.version > version, timeout_s)
            return self._view

    def act(self, action: Action) -> Answer:
        """Have the lane do *action*.

        :raises ActionError: if it cannot be done now, or the lane is too busy to answer.
        """
        press = _Press(self._pins.proved(action), Future())
        try:
            self._queue.put(press, timeout=ACT_TIMEOUT_S)
            return press.answer.result(ACT_TIMEOUT_S)
        except (queue.Full, FutureTimeout):
            raise ActionError("busy", "the lane does not answer; press again") from None

    def register(self, registered: Registered) -> Answer:
        """Have *registered* written down, and the person stand at the lane.

        :raises ActionError: if somebody else there comes first, or the lane is too busy to answer.
        """
        asked = _Registration(registered, Future())
        try:
            self._queue.put(asked, timeout=ACT_TIMEOUT_S)
            return asked.answer.result(ACT_TIMEOUT_S)
        except (queue.Full, FutureTimeout):
            raise ActionError("busy", "the lane does not answer; press again") from None

    def notes(self) -> Notebook:
        """What was written down beside the passages."""
        return self._lane.notebook

    def search(self, query: str, limit: int) -> list[Found]:
        """At most *limit* residents for what was typed, best first."""
        return self._find(query, limit)

    def plates(self, tail: str, limit: int) -> list[FoundVehicle]:
        """At most *limit* vehicles whose plate ends in *tail*."""
        return self._find_plates(tail, limit)

    # -- the lane's thread -----------------------------------------------------------------------------------

    def _handle(self, item: _Item, now_ms: int) -> None:
        match item:
            case _Arrived():
                self._happened(item.event, item.arrived_ns, now_ms)
            case _Press():
                self._pressed(item, now_ms)
            case _Registration():
                self._registered(item, now_ms)
            case Written():
                if item.appended is None:
                    self._lane.record_failed(item.token)
                else:
                    self._lane.recorded(item.token, item.appended, now_ms)
            case Standing():
                self._standing = item
                items = [from_body(json.loads(body)) for body in item.unfilled]
                self._lane.unfilled = {one.id: one for one in items}
            case Drafted():
                self._report.drafted(item)
            case Seen():
                seen_online(self._lane, item.person, item.colour, now_ms)

    def _happened(self, event: Event, arrived_ns: int, now_ms: int) -> None:
        match event:
            case Reading():
                taken = _taken(event, self._clock, arrived_ns, self._offsets.of(event.device))
                if not self._post.takes(self._lane, taken, self._around(now_ms)):
                    pairing.measured(self._lane, taken, now_ms)
            case Scan():
                self._scanned(event, arrived_ns, now_ms)
            case OutOfRange():
                pairing.out_of_range(self._lane, event.bound, now_ms)
            case Heartbeat():
                self._edge(self._devices.heard(event, now_ms), now_ms)

    def _scanned(self, scan: Scan, arrived_ns: int, now_ms: int) -> None:
        if scan.in_image > 1:
            self._lane.seen_two_codes(now_ms)
            return
        if scan.symbology == "wedge" and self.forms.card(scan.payload):
            return
        if duty_badge.is_badge(scan.payload):
            self._post.scanned(self._lane, scan.payload, self._around(now_ms))
            return
        payload = self._parts.add(scan.payload, now_ms)
        if payload is None:
            self._lane.say("more_parts", now_ms)
            return
        person = self._office.who(payload, self._clock_now_ms(now_ms))
        if prove(self._lane, person, now_ms):
            return
        pairing.presented(self._lane, person, self._clock.seen_ms(scan.observed_ns), arrived_ns, now_ms)
        if self.decoder is not None and "unrecognised_code" in person.notes:
            self.decoder.ask(payload, person.key)

    def seen(self, answer: Seen) -> None:
        """Hand the lane what a service has said of a code; dropped while the lane is too busy."""
        with suppress(queue.Full):
            self._queue.put_nowait(answer)

    def _pressed(self, press: _Press, now_ms: int) -> None:
        action = press.action
        known = self._nonces.get(action.nonce)
        if known is not None:
            press.answer.set_result(known)
            return
        try:
            if action.act is Act.CONFIRM_REPORT:
                self._lane.record(self._report.confirm(action, self._lane.actor, now_ms))
            elif action.act in ACTS:
                self._post.act(self._lane, action, self._named(action, now_ms), self._around(now_ms))
            else:
                act(self._lane, action, self._named(action, now_ms), now_ms)
        except ActionError as error:
            press.answer.set_exception(error)
            return
        if action.act is Act.WIPE:
            self.forms.wipe()
        press.answer.set_result(self._done(action.nonce, now_ms))

    def _registered(self, asked: _Registration, now_ms: int) -> None:
        registered = asked.registered
        known = self._nonces.get(registered.id)
        if known is not None:
            asked.answer.set_result(known)
            return
        try:
            at_lane.stand(self._lane, registered, now_ms)
        except ActionError as error:
            asked.answer.set_exception(error)
            return
        asked.answer.set_result(self._done(registered.id, now_ms))

    def _done(self, nonce: str, now_ms: int) -> Answer:
        """Remember that *nonce* was done, and let everybody see it."""
        answer = Answer(True, version=self._view.version + 1)
        self._nonces[nonce] = answer
        if len(self._nonces) > MAX_NONCES:
            self._nonces.popitem(last=False)
        self._carry_out(now_ms)
        self._publish()
        return answer

    def _named(self, action: Action, now_ms: int) -> Person | None:
        if action.act is Act.VEHICLE:
            return self._office.owner(action.get("plate")) if action.get("plate") else None
        if action.act not in _NAMES_A_RESIDENT:
            return None
        return self._office.resident(action.get("resident"), self._clock_now_ms(now_ms))

    def _tick(self, now_ms: int) -> None:
        self._notice_step(now_ms)
        self._lane.clock_known = self._clock_now_ms(now_ms) is not None
        at_lane.hold(self._lane, self.forms.held_visits(), now_ms)
        self._lane.ticked(now_ms)
        lane = self._lane
        self._outputs.ticked(now_ms, lane.visit is None and lane.shown is None and lane.notice is None)
        for edge in self._devices.ticked(now_ms):
            self._edge(edge, now_ms)
        for draft in self._office.ticked(now_ms):
            self._lane.record(draft)
        self._judge_offsets(now_ms)
        self._lane.policy, self._lane.closed = self._office.policy, self._office.closed
        self._lane.isolated = self._office.isolated
        self._tick_reports(now_ms)
        if self._restarted_ms is not None and now_ms >= self._restarted_ms + RESTARTED_SHOWN_MS:
            self._restarted_ms = None
        self._beat()

    def _notice_step(self, now_ms: int) -> None:
        by_ms = self._wall.step_ms(now_ms, self._clock.steady_ms())
        if by_ms == 0:
            return
        log.info("desk: the clock was set by %d s", by_ms // 1000)
        clock_step.step(self._lane, by_ms)
        self._devices.stepped(by_ms)
        self._post.stepped(by_ms, self._lane.clock_known)
        if self._clock_now_ms(now_ms) is not None:
            self._lane.record(anchor(self._clock.moment()))

    def _tick_reports(self, now_ms: int) -> None:
        """Marks that the gate is there, and yesterday's report; neither while nobody knows what day it is."""
        devices = self._devices.devices.values()
        for draft in self._presence.ticked(now_ms, devices, self._office.road.state, self._clock.moment()):
            self._lane.record(draft)
        if self._clock_now_ms(now_ms) is None:
            return
        day = self._report.wants(now_ms)
        if day is not None:
            self._count(day, now_ms)
        gone = self._report.ticked(now_ms)
        if gone is not None:
            log.info("report: nobody confirmed it; it goes as it is")
            self._lane.record(gone)

    def _judge_offsets(self, now_ms: int) -> None:
        known = self._clock_now_ms(now_ms) is not None
        for draft in self._offsets.ticked(self._office.keyring, now_ms, known):
            self._lane.record(draft)

    def _edge(self, edge: Edge | None, now_ms: int) -> None:
        if edge is None:
            return
        device = edge.device
        kind = kinds.DEVICE_BACK if device.working else kinds.DEVICE_LOST
        self._lane.record(Draft(kind, {"device": device.name, "role": device.role}))
        log.info("desk: %s %s %s", device.role, device.name, "back" if device.working else "lost")
        if not device.working:
            self._outputs.device(self._night(now_ms))

    def _carry_out(self, now_ms: int) -> None:
        night = self._night(now_ms)
        for effect in self._lane.drain():
            if not isinstance(effect, Record):
                self._outputs.carry_out(effect, night, now_ms)
                continue
            self._report.noticed(effect.draft)
            if self._recorder is not None and not self._recorder.submit(effect.draft, effect.token):
                self._lane.record_failed(effect.token)

    def _publish(self) -> None:
        before = self._view
        after = self._compose(before.version + 1)
        if replace(after, version=before.version, now_ms=before.now_ms) == before:
            return
        with self._changed:
            self._view = after
            self._changed.notify_all()

    def _compose(self, version: int) -> View:
        config, lane, now_ms = self._config, self._lane, self._clock.now_ms()
        duty = self._around(now_ms)
        condition = Condition(
            tuple(self._devices.devices.values()),
            self._clock.state(),
            self._office.road,
            self._standing.unsent,
            self._outputs.signals.health.state,
            self._outputs.voice.health.state,
            lane.storage_ok,
            self._office.refused_order,
            len(self._board(now_ms).overdue),
            tuple(self._offsets.states()),
            lane.screening.moved(now_ms),
            self._salvaged_ms is not None and now_ms < self._salvaged_ms + SALVAGED_SHOWN_MS,
            self._office.stale(self._clock_now_ms(now_ms)),
            self._office.closures,
            self._board(now_ms).away,
        )
        around = Surroundings(
            config.station.name,
            config.station.community,
            config.station.timezone,
            lane.policy.phone,
            now_ms,
            version,
            (
                *badges(condition),
                *self._post.badges(duty),
                *to_fill_in(lane),
                *log_badges(lane, now_ms),
                *(badge for badge in (self._report.badge(now_ms),) if badge),
            ),
            tuple(
                Recent(what, masked, at_ms, direction, bool(void))
                for _epoch, _seq, at_ms, what, direction, masked, void in self._standing.recent
            ),
            self._restarted_ms,
            config.station.demo,
            self._board(now_ms),
            self._post.signed(self._report.line(now_ms)),
            self.forms.revision,
            duty_sheet.duty_line(self._post, lane, duty),
            (duty_sheet.DUTY, duty_sheet.drill_key(self._post, lane, now_ms)),
            self._office.bulletins,
        )
        return view(lane, around)

    def _around(self, now_ms: int) -> Around:
        """What is handed over besides the lane."""
        devices = self._devices.devices.values()
        lost = tuple(device.name for device in devices if not device.working)
        known, overdue = self._clock_now_ms(now_ms) is not None, len(self._board(now_ms).overdue)
        return Around(now_ms, known, overdue, self._standing.unsent, lost, len(devices))

    def _board(self, now_ms: int) -> PeopleBoard:
        """Who is out; counted again when somebody has moved, and now and then because time makes people overdue."""
        lane, state = self._lane, (self._lane.ledger.version, now_ms // BOARD_EVERY_MS)
        if self._people is None or self._people[0] != state:
            moves = lane.ledger.last_moves(now_ms)
            self._people = state, people_board(moves, self._residents(), lane.house.only_gate, now_ms)
        return self._people[1]

    def _night(self, now_ms: int) -> bool:
        hour = datetime.fromtimestamp(now_ms / 1000, self._zone).hour
        begins, ends = self._config.desk.night_from, self._config.desk.night_to
        return hour >= begins or hour < ends if begins > ends else begins <= hour < ends

    def _clock_now_ms(self, now_ms: int) -> int | None:
        """The time for judging passes; None while nobody can say what time it is."""
        return None if self._clock.state() in (ClockState.UNKNOWN, ClockState.RESTORED) else now_ms


def _taken(reading: Reading, clock: Clock, arrived_ns: int, offset: Calibration | None = None) -> Taken:
    raw = reading.raw
    return Taken(
        adjusted(reading.centi_celsius, offset),
        reading.mode,
        reading.site,
        reading.device,
        clock.seen_ms(reading.observed_ns),
        arrived_ns,
        reading.ambient_centi,
        raw=(
            ("centi_celsius", raw.centi_celsius),
            ("frames", raw.frames),
            ("spread_centi", raw.spread_centi),
            ("hex", raw.hex),
        ),
        offset_centi=0 if offset is None else offset.offset_centi,
    )
