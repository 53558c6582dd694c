"""交班小结 on the gate's screen: a page that changes nothing, for whoever takes over and for the leader; it prints."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, request
from flask.typing import ResponseReturnValue

from station.papers.html_page import write_table
from station.shift_sheets import PREVIOUS, THIS, Sheet
from station.web.access import Access, access
from station.web.desk_port import Desk
from station.web.page import Screens
from station.web.preferences import Preferences

#: Which shift, in which language, since when somebody is on duty → what is shown.
Sheets = Callable[[str, str, int | None], Sheet]


def no_sheets(_which: str, _language: str, _since_ms: int | None) -> Sheet:
    """What is shown where nobody counts."""
    return Sheet()


def add_shift(app: Flask, desk: Desk, screens: Screens, preferences: Callable[[], Preferences], sheets: Sheets) -> None:
    """The page at ``/gate/shift``: this shift, or with ``?which=previous`` the one before."""

    @app.get("/gate/shift")
    @access(Access.READ)
    def shift() -> ResponseReturnValue:
        view, language = desk.view(), preferences().language
        which = PREVIOUS if request.args.get("which") == PREVIOUS else THIS
        sheet = sheets(which, language, None if view.duty is None else view.duty.since_ms)
        words = {
            "view": view,
            "which": which,
            "sheet": sheet,
            "paper": sheet.paper,
            "write_table": write_table,
            "language": language,
        }
        return screens.piece("shift.html", preferences(), words)
