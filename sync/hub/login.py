"""The office's door: one password, a session cookie, a limit on tries."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
import time

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from sync.hub.site import For, access, here
from sync.hub.tries import Tries

login = Blueprint("login", __name__)

#: One day on duty; then the password is asked for again.
SESSION_S = 12 * 3600
#: Ours have 19 characters; a longer text is no password and not worth hashing.
_MAX_PASSWORD = 200
_hashing = threading.Lock()


@login.get("/login")
@access(For.ANYBODY)
def ask() -> str:
    """The form."""
    return _form("")


@login.post("/login")
@access(For.ANYBODY)
def enter() -> Response | AnyResponse:
    """Let somebody in who knows the password."""
    if not _form_is_ours():
        return Response(_form("form_expired"), 400)
    tries: Tries = current_app.extensions["tries"]
    address = request.remote_addr or ""
    password = request.form.get("password", "")
    # One at a time: each takes 64 MiB, and the count of tries stays right.
    with _hashing:
        wait_s = tries.wait_s(address, time.monotonic())
        if wait_s > 0:
            response = Response(_form("too_many_tries"), 429)
            response.headers["Retry-After"] = str(math.ceil(wait_s))
            return response
        if len(password) > _MAX_PASSWORD or not _matches(here().office.password, password):
            tries.failed(address, time.monotonic())
            return Response(_form("wrong_password"), 401)
    # A session from before is not carried over: somebody else may know its cookie.
    session.clear()
    session["office"] = _mark()
    session["form"] = secrets.token_urlsafe(16)
    return redirect(url_for("pages.show"), 303)


@login.post("/logout")
@access(For.OFFICE)
def leave() -> AnyResponse:
    """End the session."""
    if _form_is_ours():
        session.clear()
    return redirect(url_for("login.ask"), 303)


def office_is_in() -> bool:
    """Whether the session is one that the office's present password opened; its age is in its signature."""
    mark = session.get("office")
    return isinstance(mark, str) and hmac.compare_digest(mark, _mark())


def form_token() -> str:
    """What a form of this session must come with."""
    if "form" not in session:
        session["form"] = secrets.token_urlsafe(16)
    return str(session["form"])


def _form_is_ours() -> bool:
    ours = session.get("form")
    return isinstance(ours, str) and hmac.compare_digest(ours.encode(), request.form.get("form", "").encode())


def _form(trouble: str) -> str:
    return render_template("login.html", trouble=trouble)


def _matches(hashed: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _mark() -> str:
    """Changes with the password, so that a new one ends every session."""
    return hashlib.sha256(here().office.password.encode()).hexdigest()[:32]
