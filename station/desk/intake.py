"""What the gate's devices say, on its way to the lane: a reading, a code, a value out of range, a heartbeat.

Belongs to the lane's thread.
"""

from __future__ import annotations

from drivers.events import Event, Heartbeat, OutOfRange, Reading, Scan
from station.calibration import Calibration, adjusted
from station.clock import Clock
from station.decoder import Decoder
from station.desk.gate import Gate
from station.desk.premises import Premises
from station.duty import badge as duty_badge
from station.lane import pairing
from station.lane.asked import prove
from station.lane.parts import Parts
from station.lane.taken import Taken


class Intake:
    """Takes events of devices to the lane of *gate*; *decoder* is asked about codes that nobody knows."""

    def __init__(self, gate: Gate, premises: Premises) -> None:
        self._gate = gate
        self._premises = premises
        self._parts = Parts()
        self.decoder: Decoder | None = None

    def happened(self, event: Event, arrived_ns: int, now_ms: int) -> None:
        """*event* left its driver and arrived at *arrived_ns*."""
        gate = self._gate
        match event:
            case Reading():
                taken = _taken(event, gate.clock, arrived_ns, gate.offsets.of(event.device))
                if not gate.post.takes(gate.lane, taken, self._premises.around(now_ms)):
                    pairing.measured(gate.lane, taken, now_ms)
            case Scan():
                self._scanned(event, arrived_ns, now_ms)
            case OutOfRange():
                pairing.out_of_range(gate.lane, event.bound, now_ms)
            case Heartbeat():
                self._premises.edge(self._premises.devices.heard(event, now_ms), now_ms)

    def _scanned(self, scan: Scan, arrived_ns: int, now_ms: int) -> None:
        gate = self._gate
        if scan.in_image > 1:
            gate.lane.seen_two_codes(now_ms)
            return
        if gate.enrolment is not None and gate.enrolment.scanned(scan.payload, now_ms, gate.known_ms(now_ms)):
            return
        if scan.symbology == "wedge" and gate.forms.card(scan.payload):
            return
        if duty_badge.is_badge(scan.payload):
            gate.post.scanned(gate.lane, scan.payload, self._premises.around(now_ms))
            return
        payload = self._parts.add(scan.payload, now_ms)
        if payload is None:
            gate.lane.say("more_parts", now_ms)
            return
        person = gate.office.people.who(payload, gate.known_ms(now_ms))
        if prove(gate.lane, person, now_ms):
            return
        pairing.presented(gate.lane, person, gate.clock.seen_ms(scan.observed_ns), arrived_ns, now_ms)
        if self.decoder is not None and "unrecognised_code" in person.notes:
            self.decoder.ask(payload, person.key)


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
