"""What the passing of time asks of the desk: silent devices, a clock that was set, the office's orders, reports due.

Belongs to the lane's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from station.case.case import tell
from station.desk.gate import Gate
from station.desk.premises import Premises
from station.lane import clock_step
from station.presence import Presence, anchor
from station.registration import at_lane

log = logging.getLogger(__name__)

#: The line «restarted at» stays this long, or until somebody passes.
RESTARTED_SHOWN_MS = 120_000


class Upkeep:
    """Looks after *gate* and its *premises*; *count* begins to count the report of a day, by a time."""

    def __init__(self, gate: Gate, premises: Premises, now_ms: int) -> None:
        self._gate = gate
        self._premises = premises
        self._wall = clock_step.SteadyWall(now_ms, gate.clock.steady_ms())
        self._presence = Presence(now_ms, gate.known_ms(now_ms) is not None)
        self.count: Callable[[str, int], None] = lambda _day, _now_ms: None

    def ticked(self, now_ms: int) -> None:
        """It is *now_ms*."""
        gate, premises, lane = self._gate, self._premises, self._gate.lane
        self._notice_step(now_ms)
        lane.clock_known = gate.known_ms(now_ms) is not None
        at_lane.hold(lane, gate.forms.held_visits(), now_ms)
        lane.ticked(now_ms)
        gate.outputs.ticked(now_ms, lane.visit is None and lane.shown is None and lane.notice is None)
        for edge in premises.devices.ticked(now_ms):
            premises.edge(edge, now_ms)
        self._see_to_office(now_ms)
        self.judge_offsets(now_ms)
        lane.policy, lane.closed = gate.office.policy, gate.office.lists.closed
        lane.isolated, lane.travelling = gate.office.lists.isolated, gate.office.lists.travelling
        self._see_to_reports(now_ms)
        if premises.restarted_ms is not None and now_ms >= premises.restarted_ms + RESTARTED_SHOWN_MS:
            premises.restarted_ms = None

    def judge_offsets(self, now_ms: int) -> None:
        """Which offsets of thermometers are in force, and what is to be written of them."""
        known = self._gate.known_ms(now_ms) is not None
        for draft in self._gate.offsets.ticked(self._gate.office.keyring, now_ms, known):
            self._gate.lane.record(draft)

    def _see_to_office(self, now_ms: int) -> None:
        """What the road brought, and what became of a hub's code; a fever has the screen to itself."""
        gate, lane = self._gate, self._gate.lane
        for draft in gate.office.ticked(now_ms, gate.known_ms(now_ms)):
            lane.record(draft)
        tell(lane.cases, gate.office.handled)
        if gate.enrolment is None:
            return
        if lane.alarm is not None:
            gate.enrolment.close()
        for draft in gate.enrolment.ticked(now_ms, gate.known_ms(now_ms), lane.actor):
            lane.record(draft)

    def _notice_step(self, now_ms: int) -> None:
        gate = self._gate
        by_ms = self._wall.step_ms(now_ms, gate.clock.steady_ms())
        if by_ms == 0:
            return
        log.info("desk: the clock was set by %d s", by_ms // 1000)
        clock_step.step(gate.lane, by_ms)
        self._premises.devices.stepped(by_ms)
        gate.post.stepped(by_ms, gate.lane.clock_known)
        if gate.known_ms(now_ms) is not None:
            gate.lane.record(anchor(gate.clock.moment()))

    def _see_to_reports(self, now_ms: int) -> None:
        """Marks that the gate is there, and yesterday's report; neither while nobody knows what day it is."""
        gate, report = self._gate, self._premises.report
        devices = self._premises.devices.devices.values()
        for draft in self._presence.ticked(now_ms, devices, gate.office.road.state, gate.clock.moment()):
            gate.lane.record(draft)
        if gate.known_ms(now_ms) is None:
            return
        day = report.wants(now_ms)
        if day is not None:
            self.count(day, now_ms)
        gone = report.ticked(now_ms)
        if gone is not None:
            log.info("report: nobody confirmed it; it goes as it is")
            gate.lane.record(gone)
