"""The hub's pages in this process: an office with keys, two units with a gate each, and whoever is wanted let in."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from station.wire.keyring import Purpose
from sync.hub.access.accounts import Role, find_account
from sync.hub.access.sessions import open_session
from sync.hub.app import create_app
from sync.hub.database import tables
from sync.hub.database.store import Store
from sync.hub.home import Home
from sync.hub.site import Site
from sync.hub.unit.tree import Unit
from sync.hub.unit.units import write_tree
from tests.sync.chain import MORNING_MS
from tests.sync.processes import copied_home

#: Hashing as a hub does it takes a tenth of a second; what is tested here is who may do what.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: One account for each role that sees everything, and one of the office for the unit of each gate.
ACCOUNTS = {
    "viewer": (Role.VIEWER, ""),
    "doctor": (Role.DOCTOR, ""),
    "clerk": (Role.OFFICE, ""),
    "manager": (Role.ADMIN, ""),
    "east.office": (Role.OFFICE, "a"),
    "west.office": (Role.OFFICE, "b"),
    "east.admin": (Role.ADMIN, "a"),
}
PASSPHRASE: dict[Path, str] = {}


def new_home(path: Path) -> Home:
    """An office with its keys; its passphrase is in :data:`PASSPHRASE`."""
    home, told = copied_home(path)
    PASSPHRASE[path] = told.passphrase
    return home


def furnish(store: Store) -> None:
    """Accounts, and the units: ``a`` with the gate east, ``b`` with the gate west, both below the street ``s``."""
    units = [
        Unit("s", "城关街道", "街道", (), "街道办", "赵主任", "0370-1111111"),
        Unit("a", "东区", "社区", ("s",), "东区居委会", "钱主任", "0370-2222222"),
        Unit("b", "西区", "社区", ("s",), "西区居委会", "孙主任", "0370-3333333"),
        Unit("east", "东门", "卡口", ("a",)),
        Unit("west", "西门", "卡口", ("b",)),
    ]
    with store.writing() as connection:
        write_tree(connection, units)
        for name, (role, unit) in ACCOUNTS.items():
            row = {"account": name, "shown": name, "role": role.word, "unit": unit, "since_ms": MORNING_MS}
            connection.execute(insert(tables.account), {**row, "password": QUICK.hash(f"{name}-password")})


def make_app(store: Store, home: Home, now_ms: int = MORNING_MS) -> Flask:
    """The hub's application on *store* with the keys of *home*; its office's password is hashed quickly."""
    office = dataclasses.replace(home.office(), password=QUICK.hash("office-password"))
    site = Site(store, office, home.keys.signing_key(Purpose.RECEIPT), lambda: now_ms, keys=home.keys)
    app = create_app(site, b"secret" * 6)
    app.config["PROPAGATE_EXCEPTIONS"] = None
    return app


def enter(app: Flask, name: str) -> FlaskClient:
    """Somebody who is in as *name*."""
    client = app.test_client()
    site: Site = app.extensions["hub"]
    with site.store.writing() as connection:
        account = find_account(connection, name)
        assert account is not None
        token = open_session(connection, account, site.now_ms(), 3_600_000)
    with client.session_transaction() as session:
        session["in"], session["form"] = token, "form-token"
    return client


def post(client: FlaskClient, path: str, follow: bool = False, language: str = "en", **fields: Any) -> Any:
    """Send a form with its token; what cannot be done is answered as the errors are written, unless in *language*.

    Without a *language* the client speaks its own.
    """
    if language:
        client.set_cookie("language", language)
    answer = client.post(path, data={"form": "form-token", **fields}, follow_redirects=follow)
    if language:
        client.delete_cookie("language")
    return answer


def trouble(answer: Any) -> str:
    """What the page says could not be done, empty if nothing."""
    found = re.search(r'class="card trouble" role="alert">▲ ([^<]*)<', answer.text)
    return found[1] if found else ""
