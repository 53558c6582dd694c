"""The pages of the gate.  Everything shown comes from the desk's view, everything pressed goes to the desk's lane.

Serve it on loopback with 32 threads (``waitress.create_server(app, host="127.0.0.1", threads=32)``): each open
stream holds one of them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from station.screen.view import View
from station.web.access import LOOPBACK, Access, access, enforce
from station.web.desk_port import Desk
from station.web.inspection import add_log
from station.web.page import Screens, payload
from station.web.plates import parse_tail
from station.web.preferences import CHOICES, Preferences, read
from station.web.refusals import refuse_with
from station.web.registration import add_registration
from station.web.requests import MAX_BODY, parse_act, parse_query, parse_scan, parse_version
from station.web.shift_page import Sheets, add_shift, no_sheets
from station.web.stream import HEARTBEAT_S, LIFETIME_S, STREAMS, Streams, follow

#: Rows a search shows; the 800 px screen has room for three of a gloved finger's height, others scroll.
MAX_FOUND = 12
#: A preference lasts until somebody changes it: a year.
COOKIE_S = 365 * 24 * 3600
#: How long a page that got no stream waits before it asks for one again.
RETRY_AFTER_S = 30

#: No inline script or style, nothing from elsewhere, in nobody's frame.
POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}

STATIC = Path(__file__).parent / "static"


def nobody_watches(version: int) -> None:
    """What becomes of a page's sign of life where no browser is supervised."""


def never_painted() -> float | None:
    """How long ago a page has painted, where nobody keeps it."""
    return None


def create_app(
    desk: Desk,
    *,
    now_ms: Callable[[], int],
    alive: Callable[[int], None] = nobody_watches,
    painted_s_ago: Callable[[], float | None] = never_painted,
    hosts: Collection[str] = LOOPBACK,
    streams: int = STREAMS,
    heartbeat_s: float = HEARTBEAT_S,
    lifetime_s: float = LIFETIME_S,
    scanned: Callable[[bytes], None] | None = None,
    shift_sheets: Sheets = no_sheets,
) -> Flask:
    """The web application for *desk*.

    *now_ms* is the station's wall clock; *alive* is called with the version on the screen each time a page has
    painted, and *painted_s_ago* is what the browser's watcher is told; *hosts* are the names under which the page may
    be opened.  *scanned* takes codes that a scanner types into the page; without it the page does not listen for
    scanners.  *shift_sheets* counts what the page of the shift shows.
    """
    app = Flask(__name__, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    screens, places, build = Screens(), Streams(streams), fingerprint(STATIC)

    def preferences() -> Preferences:
        return read(request.cookies)

    def show(
        view: View, have: Mapping[str, str], chosen: Preferences
    ) -> tuple[Mapping[str, object], Mapping[str, str]]:
        slots = screens.slots(view, chosen)
        changed = {name: html for name, html in slots.items() if have.get(name) != html}
        now = now_ms()
        return payload(view, changed, now, chosen.light(now, view.timezone), build), slots

    def refused(code: str, status: int) -> tuple[Response, int]:
        text = screens.catalogue(preferences().language).say(code)
        return jsonify(accepted=False, code=code, text=text, version=desk.view().version), status

    @app.get("/")
    @access(Access.READ)
    def root() -> ResponseReturnValue:
        return redirect("/gate")

    @app.get("/gate")
    @access(Access.READ)
    def gate() -> ResponseReturnValue:
        chosen = {name: request.args[name] for name in CHOICES if request.args.get(name) in CHOICES[name]}
        if not chosen:
            return screens.page(desk.view(), preferences(), build, now_ms(), scanned is not None)
        # A preference is kept and the address is clean again, so that a reload changes nothing.
        answer = redirect("/gate")
        for name, value in chosen.items():
            answer.set_cookie(name, value, max_age=COOKIE_S, httponly=True, samesite="Strict")
        return answer

    @app.get("/gate/stream")
    @access(Access.READ)
    def stream() -> ResponseReturnValue:
        leave = places.enter()
        if leave is None:
            answer, status = refused("streams_full", 503)
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer, status
        chosen = preferences()
        events = follow(
            desk, lambda view, have: show(view, have, chosen), now_ms, time.monotonic, heartbeat_s, lifetime_s
        )
        answer = Response(events, mimetype="text/event-stream")
        # Also for a page that went before its first event, whose generator never starts and so never ends.
        answer.call_on_close(leave)
        return answer

    @app.get("/gate/view")
    @access(Access.READ)
    def newest() -> ResponseReturnValue:
        view = desk.view()
        if parse_version(request.args.get("version")) == view.version:
            return Response(status=204)
        return jsonify(show(view, {}, preferences())[0])

    @app.post("/gate/act")
    @access(Access.PRESS)
    def act() -> ResponseReturnValue:
        answer = desk.act(parse_act(request.get_json()))
        text = screens.catalogue(preferences().language).say(answer.code)
        return jsonify(accepted=answer.accepted, code=answer.code, text=text, version=answer.version)

    if scanned is not None:

        @app.post("/gate/scan")
        @access(Access.PRESS)
        def scan() -> ResponseReturnValue:
            scanned(parse_scan(request.get_json()))
            return Response(status=204)

    @app.get("/gate/search")
    @access(Access.READ)
    def search() -> ResponseReturnValue:
        found = desk.search(parse_query(request.args.get("q", "")), MAX_FOUND + 1)
        return screens.found(found[:MAX_FOUND], len(found) > MAX_FOUND, preferences())

    @app.get("/gate/plates")
    @access(Access.READ)
    def plates() -> ResponseReturnValue:
        found = desk.plates(parse_tail(request.args.get("q", "")), MAX_FOUND)
        return screens.vehicles(found, preferences())

    add_registration(app, desk, screens, preferences)
    add_log(app, desk, screens, preferences, now_ms)
    add_shift(app, desk, screens, preferences, shift_sheets)

    @app.post("/gate/alive")
    @access(Access.PRESS)
    def painted() -> ResponseReturnValue:
        alive(parse_version(request.args.get("version")) or 0)
        return Response(status=204, headers={"X-Gate-Alarm": "1"} if desk.view().alarm is not None else None)

    @app.get("/gate/alive")
    @access(Access.READ)
    def last_painted() -> ResponseReturnValue:
        return jsonify(painted_s_ago=painted_s_ago())

    @app.after_request
    def harden(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        return answer

    refuse_with(app, refused)
    access(Access.READ)(app.view_functions["static"])
    enforce(app, hosts)
    return app


def fingerprint(folder: Path) -> str:
    """Names the content of *folder*: a page with another script than the server's loads itself again."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
