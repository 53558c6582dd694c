"""The office's page, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sync.hub.access.accounts import Role
from sync.hub.board.board import Board
from sync.hub.board.figures import by_unit
from sync.hub.custody.key_ends import ending
from sync.hub.errors import HubFault
from sync.hub.office.renewal import records_of
from sync.hub.people.people import count_people
from sync.hub.report.unit_reports import confirmed_reports, is_late
from sync.hub.site import For, access, here
from sync.hub.troubles import load_troubles
from sync.hub.views.board_of import board_of, rising_hints, risk_lines
from sync.hub.views.doing import me, scope_of
from sync.hub.views.login import form_token
from sync.hub.words import LANGUAGES, load_words, say

pages = Blueprint("pages", __name__)

_COOKIE = "language"
#: When a page that is not finished is asked for again: long enough to read which gates it is about.
AGAIN_S = 3
_YEAR_S = 365 * 24 * 3600


@pages.get("/")
@access(For.VIEWER)
def show() -> str:
    """The board, of everything or of ``?unit=``."""
    site = here()
    with site.store.reading() as connection:
        scope = scope_of(connection, request.args.get("unit"))
        board = board_of(connection, scope)
        people = count_people(connection, scope.gates, site.now_ms())
        at = _local(site.now_ms())
        yesterday = (at.date() - timedelta(days=1)).isoformat()
        hints = rising_hints(connection, scope, board.gates)
        # Whoever may look after them: the others can do nothing about it.
        keys = ending(records_of(connection), site.now_ms()) if me().role >= Role.OFFICE else []
        reported = confirmed_reports(connection, site.office.unit, yesterday).get(scope.unit)
        risk = risk_lines(connection, scope)
    units = [row for row in by_unit(scope.tree, scope.unit, board.gates) if row.id != scope.unit]
    return render_template(
        "board.html",
        board=board,
        age=age_against(board.now_ms),
        scope=scope,
        units=units,
        hints=hints,
        risk=risk,
        people=people,
        keys=keys,
        reported=bool(reported),
        late=is_late(yesterday, at),
    )


@pages.get("/api/v1/board.json")
@access(For.VIEWER)
def give_board() -> Response:
    """The board for programs."""
    with here().store.reading() as connection:
        return jsonify(board_body(board_of(connection, scope_of(connection))))


@pages.get("/language/<any(zh, en):language>")
@access(For.ANYBODY)
def speak(language: str) -> AnyResponse:
    """Speak *language* from now on."""
    response = redirect(url_for("pages.show"), 303)
    response.set_cookie(_COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="Strict")
    return response


def again_soon(page: str, unfinished: bool) -> Response:
    """*page*; where it is *unfinished* the browser asks for it again by itself."""
    response = Response(page)
    if unfinished:
        response.headers["Refresh"] = str(AGAIN_S)
    return response


def asked_page() -> int:
    """Which page of a list ``?page=`` asks for; the first where that is no number."""
    text = request.args.get("page", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 1


def board_body(board: Board) -> dict[str, Any]:
    """*board* as JSON has it, with its sums."""
    return {**asdict(board), "online": board.online, "unsent": board.unsent}


def install_words(app: Flask) -> None:
    """Give the templates of *app* their words, times and settings."""
    words = load_words()

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        language = spoken_language()

        def w(key: str, **gaps: object) -> str:
            return say(words, language, key, gaps)

        other = next(each for each in LANGUAGES if each != language)
        return {
            "w": w,
            "language": language,
            "other": other,
            "office": here().office,
            "form_token": form_token,
            "me": g.get("account"),
            "may": _may,
        }

    @app.template_filter("moment")
    def moment(at_ms: int) -> str:
        local = _local(at_ms)
        if spoken_language() == "zh":
            return f"{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {local:%b %H:%M}"

    @app.template_filter("in_words")
    def in_words(trouble: str | HubFault) -> str:
        language = spoken_language()
        if isinstance(trouble, HubFault) and trouble.word:
            return say(words, language, trouble.word, trouble.gaps)
        if language != "zh":
            return str(trouble)
        return load_troubles().chinese(str(trouble)) or say(words, language, "trouble_unknown", {})

    @app.template_filter("day")
    def day(at_ms: int | None) -> str:
        return "–" if not at_ms else f"{_local(at_ms):%Y-%m-%d}"

    @app.template_filter("clock")
    def clock(at_ms: int | None) -> str:
        return "–" if at_ms is None else f"{_local(at_ms):%H:%M}"


def _may(role: str) -> bool:
    account = g.get("account")
    return account is not None and account.role >= Role[role]


def spoken_language() -> str:
    """The language that the browser chose."""
    chosen = request.cookies.get(_COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _local(at_ms: int) -> datetime:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(here().office.zone)
    except OverflowError:
        # A gate whose clock is beyond the calendar; its entries are signed and stay as they are.
        return datetime(9999, 12, 31, tzinfo=UTC)


def age_against(now_ms: int) -> Callable[[int], str]:
    """How long ago a moment was, in words."""
    words, language = load_words(), spoken_language()

    def age(at_ms: int) -> str:
        seconds = max(0, now_ms - at_ms) // 1000
        for key, unit in (("days_ago", 86_400), ("hours_ago", 3_600), ("minutes_ago", 60)):
            if seconds >= unit:
                return say(words, language, key, {"n": seconds // unit})
        return say(words, language, "seconds_ago", {"n": seconds})

    return age
