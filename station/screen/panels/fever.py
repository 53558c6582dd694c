"""The panel of a fever that nobody has answered.  Pure."""

from __future__ import annotations

from station.case.word import is_closed_unseen
from station.lane.alerts import Alarm
from station.lane.lane import Lane
from station.screen import party as party_screen
from station.screen.elements import Key, Word
from station.screen.panel import Panel, PanelKind, PersonLine
from station.screen.panels.lines import measured, rule_text


def fever_panel(lane: Lane, alarm: Alarm) -> Panel:
    """The fever of the newest case of *alarm*, with the key that answers it."""
    case = lane.cases.get(alarm.cases[-1])
    shown = lane.shown if lane.shown is not None and case is not None and lane.shown.visit.id == case.id else None
    visit = shown.visit if shown else None
    cause = Word("symptoms" if case is not None and case.cause == "symptoms" else "above_line")
    told = (Word("office_closed_unanswered"),) if is_closed_unseen(case) else ()
    keys: tuple[Key, ...] = ()
    if case is not None:
        keys = (Key("answer", Word("answer"), "stop", "3", (("case", case.id),), confirm=True),)
        if alarm.escalated and not case.called:
            keys += (Key("called", Word("phone_called"), "action", "9", (("case", case.id),)),)
    return Panel(
        PanelKind.FEVER,
        Word("fever"),
        party_screen.line_about(lane, shown) if shown else PersonLine(case.masked if case else ""),
        measured(visit, lane.policy) if visit else None,
        (*told, *((party_screen.about_seat(lane, shown) if shown else ()) or (cause,)), Word("keep_distance")),
        keys=keys,
        rule=rule_text(lane.policy, shown.decision.rule) if shown else None,
        event_ns=visit.event_ns if visit else None,
        entry=shown.entry if shown else None,
        visit=int(visit.id) if visit else 0,
    )
