"""迎检: what inspectors ask for on one page that changes nothing and prints; nobody is named but who is on duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from station import kinds
from station.duty.relief import STAND_IN
from station.notebook.incidents import ENDS
from station.notebook.inspections import inspections
from station.notebook.notebook import Note, Notebook
from station.notebook.round_times import clock, day_of
from station.notebook.supplies import ITEMS, days_left, left_of
from station.screen.elements import Word
from station.screen.view import View
from station.web.access import Access, access
from station.web.desk_port import Desk
from station.web.page import Screens
from station.web.preferences import Preferences

#: Rounds, inspections and incidents of so many days; older ones stand in the journal.
LOOK_BACK_MS = 7 * 86_400_000
#: Lines of one table: rounds are made some six times a day.
MAX_LINES = 60

#: Who came on duty is of interest for today and the night before.
DUTY_BACK_MS = 36 * 3_600_000
_DUTY = (kinds.OPERATOR_SIGNED_IN, kinds.SHIFT_HANDED_OVER)

Cell = str | Word
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the page; without rows it says that there is none."""

    title: Word
    columns: tuple[Word, ...]
    rows: tuple[Row, ...]


def sections(view: View, notebook: Notebook, now_ms: int) -> tuple[Section, ...]:
    """The tables of the page, in the order in which they are asked for."""
    zone = ZoneInfo(view.timezone)
    since_ms = now_ms - LOOK_BACK_MS

    def at(at_ms: int | None) -> str:
        return "" if at_ms is None else clock(at_ms, now_ms, zone)

    rounds = [
        (
            at(note.at_ms),
            Word(f"round_{note.facts['what']}"),
            Word(f"place_{note.facts['place']}") if "place" in note.facts else "",
            Word(f"agent_{note.facts['agent']}") if "agent" in note.facts else "",
        )
        for note in reversed(notebook.of(kinds.ROUND_DONE, since_ms=since_ms))
    ]
    findings = [
        (at(one.at_ms), Word(f"inspection_{one.by}"), Word(f"finding_{found.what}"), at(found.right_ms) or Word("open"))
        for one in reversed(inspections(notebook))
        for found in one.findings
    ]
    incidents = [
        (
            at(note.facts.get("observed_at_ms", note.at_ms)),
            Word(f"incident_{note.facts['what']}")
            if note.kind == kinds.INCIDENT_NOTED
            else Word(("end_" if note.facts["step"] in ENDS else "step_") + note.facts["step"]),
        )
        for note in reversed(notebook.of(kinds.INCIDENT_NOTED, kinds.INCIDENT_STEP, since_ms=since_ms))
    ]
    supplies = [
        (Word(f"item_{item}"), str(left), "" if days_left(notebook, item) is None else str(days_left(notebook, item)))
        for item in ITEMS
        if (left := left_of(notebook, item)) is not None
    ]
    today = day_of(now_ms, zone)
    taken = [note for note in notebook.of(kinds.ISOLATION_MEASURED) if note.facts["day"] == today]
    measured = sum("centi_celsius" in note.facts for note in taken)
    time, what = Word("column_time"), Word("column_what")
    return (
        *_duty(view, notebook, at),
        Section(Word("report_yesterday"), (what, Word("column_count")), _report(view)),
        Section(
            Word("rounds_key"), (time, what, Word("column_place"), Word("column_agent")), tuple(rounds[:MAX_LINES])
        ),
        Section(Word("findings"), (time, Word("column_by"), what, Word("column_right")), tuple(findings[:MAX_LINES])),
        Section(Word("supplies_key"), (what, Word("column_left"), Word("column_days")), tuple(supplies)),
        Section(Word("incidents_key"), (time, what), tuple(incidents[:MAX_LINES])),
        Section(
            Word("isolation_key"), (what, Word("column_count")), ((Word("isolation_readings_today"), str(measured)),)
        ),
    )


def _duty(view: View, notebook: Notebook, at: Callable[[int | None], str]) -> tuple[Section, ...]:
    """The day's rota, and who really came on duty since yesterday; who stood in is marked."""
    rota = [
        (
            f"{at(one.from_ms)}–{at(one.to_ms)}",
            "、".join(one.watch),
            one.leader,
            Word("shift_now") if one.now else "",
        )
        for one in (view.duty.today if view.duty is not None else ())
    ]
    came = [
        (
            at(note.at_ms),
            note.personal.get("name") or note.facts.get("operator", "") if not _nameless(note) else Word("stand_in"),
            Word("stand_in") if note.facts.get("stand_in") is True else "",
            note.personal.get("from_name", ""),
        )
        for note in reversed(notebook.of(*_DUTY, since_ms=view.now_ms - DUTY_BACK_MS))
    ]
    time = Word("column_time")
    return (
        Section(
            Word("rota_today"), (time, Word("column_watch"), Word("shift_leader"), Word("column_state")), tuple(rota)
        ),
        Section(
            Word("took_over"),
            (time, Word("column_watch"), Word("stand_in"), Word("column_from")),
            tuple(came[:MAX_LINES]),
        ),
    )


def _nameless(note: Note) -> bool:
    return not note.personal.get("name") and note.facts.get("operator") == STAND_IN


def _report(view: View) -> tuple[Row, ...]:
    if view.report is None:
        return ()
    stage = {"due": "report_due_now", "changed": "report_changed_now"}.get(
        view.report.stage, f"report_{view.report.stage}"
    )
    state: Row = (Word("report_of", (("day", view.report.day),)), Word(stage))
    return (state, *((Word(f"report_{name}"), str(count)) for name, count in view.report.figures))


def add_log(
    app: Flask, desk: Desk, screens: Screens, preferences: Callable[[], Preferences], now_ms: Callable[[], int]
) -> None:
    """``/gate/inspection``; at ``/gate/log`` the sheets of the duty log, at ``/gate/pads`` those to type on."""

    @app.get("/gate/pads")
    @access(Access.READ)
    def pads() -> ResponseReturnValue:
        return screens.pads(preferences())

    @app.get("/gate/inspection")
    @access(Access.READ)
    def inspection() -> ResponseReturnValue:
        view, now = desk.view(), now_ms()
        zone = ZoneInfo(view.timezone)
        words = {
            "view": view,
            "sections": sections(view, desk.notes(), now),
            "made": f"{day_of(now, zone)} {clock(now, now, zone)}",
            "language": preferences().language,
        }
        return screens.piece("inspection.html", preferences(), words)

    @app.get("/gate/log")
    @access(Access.READ)
    def log() -> ResponseReturnValue:
        html = screens.log(desk.view(), request.args.get("page", ""), preferences())
        if html is None:
            abort(404, "page_gone")
        return html
