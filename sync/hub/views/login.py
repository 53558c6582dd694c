"""The door: account and password, a session kept here, a limit on tries; and what a form must come with."""

from __future__ import annotations

import hmac
import math
import secrets
import threading
import time

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from sync.hub.access.accounts import MAX_PASSWORD, OFFICE, Account, Role, find_account, matches, office_account
from sync.hub.access.program_keys import program_of
from sync.hub.access.sessions import SESSION_S, close_session, open_session, who_is_in
from sync.hub.access.tries import Tries
from sync.hub.errors import Refusal
from sync.hub.site import For, access, here

login = Blueprint("login", __name__)

_hashing = threading.Lock()
#: Longer ones are no account's name, and would only fill the memory of tries.
_MAX_NAME = 32


class FormNotOurs(Forbidden):
    """A form that this session was not shown: of another site, or of a page from before."""

    description = "form: not one that this session was shown"


@login.get("/login")
@access(For.ANYBODY)
def ask() -> str:
    """The form; whoever was in until a moment ago is told why they see it."""
    return _form("session_over" if _token() and _who() is None else "")


@login.post("/login")
@access(For.ANYBODY)
def enter() -> Response | AnyResponse:
    """Let somebody in who knows the password."""
    if not form_is_ours():
        return Response(_form("form_expired"), 400)
    by_address: Tries = current_app.extensions["tries"]
    by_account: Tries = current_app.extensions["tries_of_account"]
    address = request.remote_addr or ""
    name = request.form.get("account", "").strip().lower()[:_MAX_NAME] or OFFICE
    password = request.form.get("password", "")
    # One at a time: each takes 64 MiB, and the count of tries stays right.
    with _hashing:
        wait_s = max(by_address.wait_s(address, time.monotonic()), by_account.wait_s(name, time.monotonic()))
        if wait_s > 0:
            response = Response(_form("too_many_tries"), 429)
            response.headers["Retry-After"] = str(math.ceil(wait_s))
            return response
        account = _account(name)
        # Where there is no such account a password is hashed all the same: the time tells nothing.
        known = len(password) <= MAX_PASSWORD and matches((account or _office()).password, password)
        if account is None or not known:
            by_address.failed(address, time.monotonic())
            by_account.failed(name, time.monotonic())
            return Response(_form("wrong_password"), 401)
    site = here()
    with site.store.writing() as connection:
        # A played clock runs faster; a day on duty is one of life.
        token = open_session(connection, account, site.now_ms(), int(SESSION_S * 1000 * site.rate))
    # A session from before is not carried over: somebody else may know its cookie.
    session.clear()
    session["in"] = token
    session["form"] = secrets.token_urlsafe(16)
    return redirect(url_for("pages.show"), 303)


@login.post("/logout")
@access(For.VIEWER)
def leave() -> AnyResponse:
    """End the session."""
    if form_is_ours():
        with here().store.writing() as connection:
            close_session(connection, _token())
        session.clear()
    return redirect(url_for("login.ask"), 303)


def admit(whom: For) -> AnyResponse | None:
    """Let the request through to a view for *whom*, or send it to the door; the account is then in ``g.account``.

    :raises Refusal: if a program is asked for its key or may not.
    :raises Forbidden: if the account may not.
    :raises FormNotOurs: if the form is not ours.
    """
    is_api = request.path.startswith("/api/")
    if whom is For.PROGRAM and "Authorization" in request.headers:
        g.account = _program()
        return None
    account = _who()
    if account is None:
        if is_api:
            raise Refusal("login", "login: this is for the office", 401)
        return redirect(url_for("login.ask"), 303)
    g.account = account
    if account.role < (whom.role or Role.VIEWER):
        if is_api:
            raise Refusal("role", f"role: {account.role.word} may not do this", 403)
        raise Forbidden
    if request.method not in {"GET", "HEAD", "OPTIONS"} and request.endpoint != "login.leave" and not form_is_ours():
        # Only a page of ours knows what stands in the session; leaving answers for itself.
        raise FormNotOurs
    return None


def form_token() -> str:
    """What a form of this session must come with."""
    if "form" not in session:
        session["form"] = secrets.token_urlsafe(16)
    return str(session["form"])


def form_is_ours() -> bool:
    """Whether the request came from a form that this session was shown."""
    ours = session.get("form")
    return isinstance(ours, str) and hmac.compare_digest(ours.encode(), request.form.get("form", "").encode())


def _who() -> Account | None:
    token, site = _token(), here()
    if not token:
        return None
    with site.store.reading() as connection:
        return who_is_in(connection, token, site.office.password, site.now_ms())


def _program() -> Account:
    scheme, _, key = request.headers["Authorization"].partition(" ")
    with here().store.reading() as connection:
        program = program_of(connection, key) if scheme.lower() == "bearer" else None
    if program is None:
        raise Refusal("key", "key: not known here, or removed", 401)
    return Account(program.name, program.name, Role.VIEWER, program.unit, "")


def _token() -> str:
    token = session.get("in", "")
    return token if isinstance(token, str) else ""


def _account(name: str) -> Account | None:
    if name == OFFICE:
        return _office()
    with here().store.reading() as connection:
        return find_account(connection, name)


def _office() -> Account:
    return office_account(here().office.password)


def _form(trouble: str) -> str:
    return render_template("login.html", trouble=trouble)
