"""The window through which the web sees the gate: the newest view, made in the lane's thread and read in any."""

from __future__ import annotations

import threading
from dataclasses import replace

from station.desk.gate import Gate
from station.desk.premises import Premises
from station.duty import sheet as duty_sheet
from station.enrolment import screen as enrol_screen
from station.screen.badges import Condition, badges
from station.screen.beside import Recent
from station.screen.details import to_fill_in
from station.screen.elements import Badge
from station.screen.log import badges as log_badges
from station.screen.screen import Surroundings, view
from station.screen.view import View

#: That the journal was damaged stands there for every shift of a day.
SALVAGED_SHOWN_MS = 86_400_000


class Window:
    """The newest view of *gate* and its *premises*.  Any thread may look; :meth:`publish` belongs to the lane's."""

    def __init__(self, gate: Gate, premises: Premises) -> None:
        self._gate = gate
        self._premises = premises
        self._changed = threading.Condition()
        self._view = self._compose(1)

    @property
    def view(self) -> View:
        """The newest view."""
        return self._view

    def wait(self, version: int, timeout_s: float) -> View:
        """The newest view once it is newer than *version*, or what there is after *timeout_s*."""
        with self._changed:
            self._changed.wait_for(lambda: self._view.version > version, timeout_s)
            return self._view

    def publish(self) -> None:
        """Show the gate as it is now, if anything but the time has changed."""
        before = self._view
        after = self._compose(before.version + 1)
        if replace(after, version=before.version, now_ms=before.now_ms) == before:
            return
        with self._changed:
            self._view = after
            self._changed.notify_all()

    def _compose(self, version: int) -> View:
        gate, premises, now_ms = self._gate, self._premises, self._gate.clock.now_ms()
        station, lane, post = gate.config.station, gate.lane, gate.post
        duty, board = premises.around(now_ms), premises.board(now_ms)
        around = Surroundings(
            station.name,
            station.community,
            station.timezone,
            lane.policy.phone,
            now_ms,
            version,
            self._badges(now_ms),
            tuple(
                Recent(what, masked, at_ms, direction, bool(void))
                for _epoch, _seq, at_ms, what, direction, masked, void in premises.standing.recent
            ),
            premises.restarted_ms,
            station.demo,
            board,
            post.signed(premises.report.line(now_ms)),
            gate.forms.revision,
            duty_sheet.duty_line(post, lane, duty),
            (
                duty_sheet.DUTY,
                duty_sheet.drill_key(post, lane, now_ms),
                *enrol_screen.keys(post, gate.enrolment, now_ms),
            ),
            gate.office.lists.bulletins,
            None if gate.enrolment is None else gate.enrolment.line(),
        )
        return view(lane, around)

    def _badges(self, now_ms: int) -> tuple[Badge, ...]:
        gate, premises = self._gate, self._premises
        due = premises.report.badge(now_ms)
        return (
            *badges(self._condition(now_ms)),
            *gate.post.badges(premises.around(now_ms)),
            *to_fill_in(gate.lane),
            *log_badges(gate.lane, now_ms),
            *(() if due is None else (due,)),
        )

    def _condition(self, now_ms: int) -> Condition:
        gate, board = self._gate, self._premises.board(now_ms)
        return Condition(
            tuple(self._premises.devices.devices.values()),
            gate.clock.state(),
            gate.office.road,
            self._premises.standing.unsent,
            gate.outputs.signals.health.state,
            gate.outputs.voice.health.state,
            gate.lane.storage_ok,
            gate.office.refused_order,
            len(board.overdue),
            tuple(gate.offsets.states()),
            gate.lane.screening.moved(now_ms),
            gate.salvaged_ms is not None and now_ms < gate.salvaged_ms + SALVAGED_SHOWN_MS,
            gate.office.stale(gate.known_ms(now_ms)),
            gate.office.lists.closures,
            board.away,
            *self._premises.old_records(now_ms),
        )
