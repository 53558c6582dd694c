"""From the port to the outlet: find the protocol, read frames, settle them, say how the line is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import NoReturn

from drivers.events import Health, Heartbeat, Role, Site
from drivers.outlet import Outlet
from drivers.thermometer.attempt import attempt
from drivers.thermometer.notes import Note, codes, text
from drivers.thermometer.port import SerialPort
from drivers.thermometer.protocols import Garbage, Picture, Seen, Understood
from drivers.thermometer.questions import Questions
from drivers.thermometer.search import Found, Probe
from drivers.thermometer.settle import Settler
from drivers.thermometer.watch import ADVICE, LineWatch

log = logging.getLogger(__name__)

HEARTBEAT_NS = 1_000_000_000


class Pulse:
    """Sends a heartbeat every second, and at once when something has changed; logs the changes.

    Something is the health or a note's code: its temperatures change with every frame.
    """

    def __init__(self, device: str, port: str, outlet: Outlet, now_ns: int) -> None:
        self._device = device
        self._port = port
        self._outlet = outlet
        # The first second belongs to the device: a restart must not show it as silent on every screen.
        self._due_ns = now_ns + HEARTBEAT_NS
        self._said: tuple[Health, tuple[Note, ...]] | None = None

    def beat(self, health: Health, note: str, now_ns: int) -> None:
        """Say *health* and *note* if they are new or a second is over."""
        detail = ADVICE[health] or note
        says = (health, codes(detail))
        first_and_bad = self._said is None and health is not Health.OK
        if now_ns < self._due_ns and (says == self._said or first_and_bad):
            return
        if self._said is None or self._said[0] is not health:
            log.info("thermometer %s: %s", self._port, " - ".join(filter(None, (health.value, detail))))
        self._said = says
        self._due_ns = now_ns + HEARTBEAT_NS
        self._outlet.send(Heartbeat(self._device, now_ns, Role.THERMOMETER, health, self._port, detail))


class Session:
    """One open port for as long as it lives.  It ends only by an error or a signal.

    :param clock: nanoseconds since boot, as in ``observed_ns``.
    :param site: where the device is held, or ``None`` for what its protocol's row says.
    """

    def __init__(
        self,
        port: SerialPort,
        probes: Sequence[Probe],
        *,
        outlet: Outlet,
        pulse: Pulse,
        device: str,
        site: Site | None,
        clock: Callable[[], int],
    ) -> None:
        self._port = port
        self._probes = tuple(probes)
        self._outlet = outlet
        self._pulse = pulse
        self._device = device
        self._site = site
        self._clock = clock
        self._watch = LineWatch()

    def run(self) -> NoReturn:
        """Search, serve until there was no valid frame for three seconds, search again.

        A device that was switched off, or exchanged for another model on the same cable, is found again this way.

        :raises PortLost: when the port goes.
        :raises OutletError: when a reading cannot be handed over.
        """
        found = self._search(self._probes)
        while True:
            self._serve(found)
            found = self._search((found.probe, *self._probes))

    def _search(self, probes: Sequence[Probe]) -> Found:
        for probe in cycle(probes):
            found = attempt(self._port, probe, self._clock, self._heard)
            if found is not None:
                log.info("thermometer: %s at %d baud", found.protocol.name, probe.baud)
                return found
        raise AssertionError("a plan is never empty")

    def _heard(self, data: bytes, now_ns: int, understood: bool) -> None:
        if data:
            self._watch.bytes_came(now_ns)
        if understood:
            self._watch.frame_came(now_ns)
        self._pulse.beat(self._watch.health(now_ns), "", now_ns)

    def _serve(self, found: Found) -> None:
        settler = Settler(self._device, self._site or found.protocol.site)
        note = ""
        for understood, observed_ns in found.items:
            note = self._hear(settler, understood, observed_ns)
        decoder = found.decoder
        now_ns = self._clock()
        questions = Questions(self._port, found.probe.poll, decoder.asked, now_ns)
        while self._watch.health(now_ns) is Health.OK:
            questions.ask_if_due(now_ns)
            data, now_ns = self._port.read(), self._clock()
            if data:
                self._watch.bytes_came(now_ns)
            for item in decoder.feed(data) if data else decoder.flush():
                if not isinstance(item, Garbage):
                    self._watch.frame_came(now_ns)
                    note = self._hear(settler, item, now_ns)
            if not data:
                self._settle(settler, None, now_ns)
                note = note if Note.VIEWER_ONLY in codes(note) else settler.note
            self._pulse.beat(self._watch.health(now_ns), note, now_ns)

    def _hear(self, settler: Settler, item: Understood, now_ns: int) -> str:
        """Take what the device said; the note of the next heartbeat.  A picture settles into nothing."""
        if isinstance(item, Picture):
            return text(Note.VIEWER_ONLY, item.lowest_centi, item.highest_centi)
        self._settle(settler, item, now_ns)
        return settler.note

    def _settle(self, settler: Settler, item: Seen | None, now_ns: int) -> None:
        event = settler.tick(now_ns) if item is None else settler.feed(item, now_ns)
        if event is not None:
            self._outlet.send(event)
