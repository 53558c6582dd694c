"""What the desk knows of the gate around its lane: its devices, where the journal stands, who is out, today's report.

Belongs to the lane's thread.
"""

from __future__ import annotations

import json
import logging

from station import kinds
from station.desk.gate import Gate
from station.desk.health import Devices, Edge
from station.duty.around import Around
from station.journal.draft import Draft
from station.journal.other_chain import SAID_MS
from station.journal.recorder import Standing
from station.lane.unfilled import from_body
from station.report.day import DayReport
from station.report.due import Times
from station.screen.people_board import PeopleBoard, people_board

log = logging.getLogger(__name__)

#: Nobody is shown as overdue later than this.
BOARD_EVERY_MS = 30_000


class Premises:
    """The surroundings of the lane of *gate*, from *now_ms* on."""

    def __init__(self, gate: Gate, now_ms: int) -> None:
        config = gate.config
        expected = [(one.name, "thermometer") for one in config.thermometer]
        expected += [(one.name, "camera") for one in config.camera]
        expected += [(one.name, "wedge") for one in config.wedge]
        self._gate = gate
        self._people: tuple[tuple[int, int], PeopleBoard] | None = None
        self.devices = Devices(expected, int(config.desk.device_lost_s * 1000 * gate.clock.rate), now_ms)
        self.standing = Standing(0, 0, 0, None, ())
        self.report = DayReport(Times.of(config.report.remind, config.report.send), gate.zone, now_ms)
        self.restarted_ms = now_ms if gate.restarted else None

    def stands(self, standing: Standing) -> None:
        """The journal stands there now; what is to be told in full is as it has it."""
        self.standing = standing
        items = [from_body(json.loads(body)) for body in standing.unfilled]
        self._gate.lane.unfilled = {one.id: one for one in items}

    def edge(self, edge: Edge | None, now_ms: int) -> None:
        """A device broke or is back, if *edge* says so: it is written down, and a broken one is heard."""
        if edge is None:
            return
        device = edge.device
        kind = kinds.DEVICE_BACK if device.working else kinds.DEVICE_LOST
        self._gate.lane.record(Draft(kind, {"device": device.name, "role": device.role}))
        log.info("desk: %s %s %s", device.role, device.name, "back" if device.working else "lost")
        if not device.working:
            self._gate.outputs.device(self._gate.is_night(now_ms))

    def board(self, now_ms: int) -> PeopleBoard:
        """Who is out; counted again when somebody has moved, and now and then because time makes people overdue."""
        lane = self._gate.lane
        state = (lane.ledger.version, now_ms // BOARD_EVERY_MS)
        if self._people is None or self._people[0] != state:
            moves = lane.ledger.last_moves(now_ms)
            self._people = state, people_board(moves, self._gate.register.count(), lane.house.only_gate, now_ms)
        return self._people[1]

    def old_records(self, now_ms: int) -> tuple[int, bool]:
        """How many records of chains that the hub contradicts wait for it, and whether it came to have all of late."""
        other = self.standing.other
        return other.waiting, other.since_ms is not None and now_ms < other.since_ms + SAID_MS

    def around(self, now_ms: int) -> Around:
        """What is handed over besides the lane."""
        devices = self.devices.devices.values()
        lost = tuple(device.name for device in devices if not device.working)
        known, overdue = self._gate.known_ms(now_ms) is not None, len(self.board(now_ms).overdue)
        return Around(now_ms, known, overdue, self.standing.unsent, lost, len(devices))
