"""What a page gets instead of an answer: a status, a stable code, and the words for it in the page's language."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from station.lane.action import ActionError
from station.web.requests import RequestError

log = logging.getLogger(__name__)

#: Codes for what Flask itself refuses.
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "bad_request"}


def refuse_with(app: Flask, refused: Callable[[str, int], tuple[Response, int]]) -> None:
    """Answer every failure of *app* with ``refused(code, status)``."""

    @app.errorhandler(RequestError)
    def unreadable(error: RequestError) -> tuple[Response, int]:
        return refused(error.code, 400)

    @app.errorhandler(ActionError)
    def impossible(error: ActionError) -> tuple[Response, int]:
        return refused(error.code, 409)

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> tuple[Response, int]:
        status = error.code or 500
        # access.py puts its own code where a description would stand.
        return refused(str(error.description) if status == 403 else CODES.get(status, "internal"), status)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[Response, int]:
        # The page shows one line; what was asked stays out of the log, it may name somebody.
        log.error("web: %s failed: %s", request.endpoint, type(error).__name__, exc_info=error)
        return refused("internal", 500)
