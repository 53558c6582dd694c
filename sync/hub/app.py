"""Put the hub together: views, doors, headers and what an error looks like."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from sync.hub.access.sessions import SESSION_S
from sync.hub.access.tries import TRIES_OF_ACCOUNT, Tries
from sync.hub.api import MAX_BODY, api, identify_station
from sync.hub.errors import HubBusy, HubFault, Refusal
from sync.hub.program.reading import reading
from sync.hub.site import For, Site, access, access_of, insist_on_access, install
from sync.hub.views.around import arounds
from sync.hub.views.enrol import enrolling
from sync.hub.views.exports import exports
from sync.hub.views.fevers import fevers
from sync.hub.views.lists import lists
from sync.hub.views.login import FormNotOurs, admit, login
from sync.hub.views.manage import manage
from sync.hub.views.notified import notified
from sync.hub.views.pages import install_words, pages
from sync.hub.views.passes import passes
from sync.hub.views.people_roster import roster
from sync.hub.views.reports import reports
from sync.hub.views.rota_desk import rota
from sync.hub.views.rules import rules
from sync.hub.views.travel import travels
from sync.hub.views.watch import watch

log = logging.getLogger("hub")

#: What a busy hub asks for: a batch takes a tenth of that.
RETRY_AFTER_S = 2
#: The statuses of refusals that pages have words of their own for; of any other it is what the browser sent.
SAID = frozenset({400, 401, 403, 404, 405, 409, 413, 429, 500, 503})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
#: The pages behind the board.
_DESKS = (
    watch,
    travels,
    fevers,
    arounds,
    notified,
    passes,
    lists,
    rules,
    roster,
    rota,
    reports,
    manage,
    enrolling,
    exports,
)


def create_app(site: Site, session_secret: bytes, behind_tls: bool = False) -> Flask:
    """The hub's web application around *site*.

    *behind_tls* if browsers reach it over https: the session cookie is then never sent without.

    :raises HubFault: if a view does not say whom it is for.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=session_secret,
        MAX_CONTENT_LENGTH=MAX_BODY,
        PERMANENT_SESSION_LIFETIME=SESSION_S,
        SESSION_COOKIE_NAME="office",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=behind_tls,
    )
    install(app, site)
    app.extensions["tries"] = Tries()
    app.extensions["tries_of_account"] = Tries(TRIES_OF_ACCOUNT)
    install_words(app)
    for blueprint in (api, reading, login, pages, *_DESKS):
        app.register_blueprint(blueprint)
    access(For.ANYBODY)(app.view_functions["static"])
    insist_on_access(app)
    _install_doors(app)
    _install_errors(app)
    return app


def _install_doors(app: Flask) -> None:
    @app.before_request
    def check() -> AnyResponse | None:
        if request.endpoint is None:
            return None
        whom = access_of(app.view_functions[request.endpoint])
        if whom is For.STATION:
            g.station = identify_station()
        elif whom is not None and whom is not For.ANYBODY:
            return admit(whom)
        return None

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _install_errors(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Any:
        return _answer(error.code, str(error), error.status, trouble=str(error))

    @app.errorhandler(HubBusy)
    def busy(error: HubBusy) -> Any:
        return *_answer(error.code, str(error), 503, word="http_503"), {"Retry-After": str(RETRY_AFTER_S)}

    @app.errorhandler(HubFault)
    def impossible(error: HubFault) -> Any:
        # What somebody asked for cannot be: a unit that is not theirs, in most cases.
        return _answer(error.code, str(error), 400, trouble=error)

    @app.errorhandler(FormNotOurs)
    def not_ours(error: FormNotOurs) -> Any:
        return _answer("form", error.description or "", 403, word="form_not_ours")

    @app.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        code = (error.name or "error").lower().replace(" ", "_")
        word = f"http_{error.code if error.code in SAID else 400}"
        return _answer(code, error.description or code, error.code, word=word)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Any:
        log.error("hub: %s failed", request.endpoint, exc_info=error)
        return _answer("fault", "hub: a fault of its own; its log says which", 500, word="http_500")


def _answer(code: str, message: str, status_code: int, **page: Any) -> tuple[Any, int]:
    """To a program code and message, to a person a page in their language."""
    if _is_api():
        return jsonify(code=code, message=message), status_code
    return render_template("refused.html", **page), status_code


def _is_api() -> bool:
    return request.path.startswith("/api/")
