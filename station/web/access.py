"""Who may call what.  Every endpoint says so with :func:`access`, or the app refuses to be built.

The page is served to one machine.  Another site open in the same browser must neither read it nor press its keys:
the Host is ours (no rebound name), a press comes from our own page (Origin, a header that no form can send).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, request

from station.errors import StationError

View = TypeVar("View", bound=Callable[..., object])

#: The names under which a machine knows itself.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Sent with every press; a form or an image of another site cannot send it without asking first.
PRESS_HEADER = "X-Gate"


class Access(Enum):
    """What an endpoint is for."""

    READ = "read"  # shows something; any page of ours may
    PRESS = "press"  # changes something; only our own script may


class AccessMissing(StationError, TypeError):
    """An endpoint without an access annotation; the message names it."""

    code = "access_missing"


def access(level: Access) -> Callable[[View], View]:
    """Annotate a view function with what it is for."""

    def annotate(view: View) -> View:
        view.__dict__["access"] = level
        return view

    return annotate


def enforce(app: Flask, hosts: Collection[str] = LOOPBACK) -> None:
    """Check every request of *app* by its endpoint's annotation; *hosts* are names without a port.

    Call it when all endpoints are there.

    :raises AccessMissing: when one has no annotation.
    """
    for endpoint, view in app.view_functions.items():
        if not isinstance(view.__dict__.get("access"), Access):
            raise AccessMissing(f"endpoint {endpoint} has no access annotation; add @access(...) to it")

    @app.before_request
    def check() -> None:
        if urlsplit(f"//{request.host}").hostname not in hosts:
            abort(403, "foreign_host")
        # "none" is an address typed by a person; browsers too old for the header send nothing.
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            abort(403, "foreign_origin")
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and view.__dict__["access"] is Access.PRESS:
            ours = f"{request.scheme}://{request.host}"
            if request.headers.get("Origin") != ours or PRESS_HEADER not in request.headers:
                abort(403, "foreign_origin")
