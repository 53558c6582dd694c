"""The lane as the gate's screen shows it.  Pure: lane and surroundings in, :class:`~station.screen.view.View` out.

Priority of the large panel: a fever nobody has answered (for as long as it holds the lane), then a finished visit
for the moment it is shown, then the visit at the gate, then a notice, then idle.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.lane import exceptions
from station.lane.lane import Lane
from station.screen import log as log_screen
from station.screen import party as party_screen
from station.screen.beside import Chip, Recent, Undo
from station.screen.bulletins import PAGE_MS, Texts
from station.screen.case_lines import case_line, sounding
from station.screen.elements import Badge, Key, Word
from station.screen.lane_keys import lane_keys
from station.screen.panel import Panel, PanelKind
from station.screen.panels.fever import fever_panel
from station.screen.panels.finished import finished_panel, may_be_cut
from station.screen.panels.keys import REGISTER, SEARCH
from station.screen.panels.lines import person_line
from station.screen.panels.visit import visit_panel
from station.screen.people_board import PeopleBoard
from station.screen.sheets import DutyLine, EnrolLine, ReportLine
from station.screen.view import View

#: The strip's places (ui/UI.md) and the lines of «just now».
CHIPS, RECENT = 6, 4


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the screen shows beside the lane."""

    gate: str
    community: str
    timezone: str
    phone: str
    now_ms: int
    version: int
    badges: tuple[Badge, ...] = ()
    recent: tuple[Recent, ...] = ()
    restarted_ms: int | None = None
    demo: bool = False
    people: PeopleBoard | None = None
    report: ReportLine | None = None
    registration: int = 0
    duty: DutyLine | None = None
    duty_keys: tuple[Key, ...] = ()
    bulletins: Texts = ()
    enrol: EnrolLine | None = None


_REPORT = Key("page:report", Word("daily_report"))
_KEYS = (
    SEARCH,
    REGISTER,
    Key("delivery", Word("delivery_key"), "action", "7"),
    Key("emergency", Word("emergency_key"), "stop", "8", (("people", "1"),), confirm=True),
    Key("page:more", Word("more"), "neutral"),
    Key("page:by_hand", Word("by_hand")),
    Key("page:people", Word("people_key")),
)


def view(lane: Lane, around: Surroundings) -> View:
    """Everything on the gate's screen now."""
    undo, shown = lane.undoable, panel(lane, around)
    idle = shown.kind is PanelKind.IDLE
    return View(
        version=around.version,
        gate=around.gate,
        community=around.community,
        now_ms=around.now_ms,
        timezone=around.timezone,
        direction=lane.direction,
        panel=shown,
        operator=lane.operator,
        badges=around.badges,
        keys=(
            *lane_keys(
                _KEYS if around.report is None else (*_KEYS, _REPORT),
                lane,
                around.now_ms,
                around.restarted_ms is not None,
            ),
            *exceptions.later(lane, around.now_ms),
            *log_screen.keys(lane, around.now_ms),
            *around.duty_keys,
        ),
        waiting=_chips(lane),
        recent=around.recent[:RECENT],
        undo=None if undo is None else Undo(undo.epoch, undo.seq, undo.until_ms),
        cases=tuple(case_line(case) for case in lane.cases.values()),
        alarm=sounding(lane.alarm, around.phone),
        wiped_until_ms=lane.wiped_until_ms,
        restarted_ms=around.restarted_ms,
        demo=around.demo,
        office_phone=around.phone,
        people=around.people,
        report=around.report,
        registration=around.registration,
        drill=lane.drill,
        duty=around.duty,
        bulletins=around.bulletins if idle else (),
        turn=around.now_ms // PAGE_MS if idle and around.bulletins else 0,
        enrol=around.enrol,
        away=log_screen.away(lane, around.now_ms),
    )


def panel(lane: Lane, around: Surroundings) -> Panel:
    """The large panel."""
    shown, visit, now_ms = lane.shown, lane.visit, around.now_ms
    if lane.alarm is not None and lane.alarm.holds_lane(now_ms):
        return fever_panel(lane, lane.alarm)
    if shown is not None and (visit is None or now_ms < shown.until_ms - may_be_cut(lane, shown)):
        return finished_panel(lane, shown)
    if visit is not None:
        return visit_panel(lane, visit)
    if lane.recording and lane.storage_ok:
        # Admitted as soon as the disk has it: whoever stands there is not gone meanwhile.
        waits, _ = list(lane.recording.values())[-1]
        person, event_ns = person_line(waits.person), waits.event_ns
        return Panel(PanelKind.PARTIAL, Word("ask"), person, event_ns=event_ns, visit=int(waits.id))
    if not lane.storage_ok:
        return Panel(PanelKind.CLOSED, Word("closed"), reasons=(Word("storage_full"), Word("red_still_works")))
    if lane.notice is not None:
        until_ms = lane.notice.until_ms
        # Said in large letters: «please wait» over «come closer» would be two orders at once.
        said = Word(lane.notice.code)
        return Panel(PanelKind.ASK, said, reasons=(said,), until_ms=until_ms)
    return Panel(PanelKind.IDLE, Word("scan_code"), missing=(Word("scan_code"), Word("measure")))


def _chips(lane: Lane) -> tuple[Chip, ...]:
    resting = sorted(lane.waiting.values(), key=lambda visit: visit.since_ms)
    return tuple(
        Chip(
            int(visit.id),
            party_screen.chip_name(visit),
            visit.tag,
            visit.since_ms,
            visit.ready_ms,
            visit.since_ms + lane.timing.waiting_ms,
        )
        for visit in resting[:CHIPS]
    )
