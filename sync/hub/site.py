"""What every view of the hub works with, and who may call which.

A view says whom it is for with :func:`access`; one that says nothing keeps the hub from starting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app

from sync.hub.access.accounts import Role
from sync.hub.custody.keys import KeyFolder
from sync.hub.custody.names import OpenNames
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.examination.examiner import Reader, read_batch
from sync.hub.home import Office

View = TypeVar("View", bound=Callable[..., Any])
_EXTENSION = "hub"


class For(Enum):
    """Whom a view is for."""

    ANYBODY = "anybody"
    STATION = "station"  # a gate's token
    PROGRAM = "program"  # a program's key, or anybody who is in
    VIEWER = "viewer"  # whoever is in
    DOCTOR = "doctor"
    OFFICE = "office"
    ADMIN = "admin"

    @property
    def role(self) -> Role | None:
        """The least role that may call it, None where it is not for accounts."""
        return Role[self.name] if self.name in Role.__members__ else None


@dataclass(frozen=True, slots=True)
class Site:
    """A running hub.  ``rate`` is how much faster than life its clock runs: 1 but in a demo.

    Without ``keys`` the pages show, nothing can be done and nobody is let in.
    """

    store: Store
    office: Office
    receipt_key: Ed25519PrivateKey
    now_ms: Callable[[], int]
    rate: float = 1.0
    reader: Reader = read_batch
    keys: KeyFolder | None = None


def access(whom: For) -> Callable[[View], View]:
    """Say whom a view is for."""

    def mark(view: View) -> View:
        view.access = whom  # type: ignore[attr-defined]  # read by access_of
        return view

    return mark


def access_of(view: Callable[..., Any] | None) -> For | None:
    """Whom *view* is for, None if it does not say."""
    return getattr(view, "access", None)


def insist_on_access(app: Flask) -> None:
    """Make sure that every view of *app* says whom it is for.

    :raises HubFault: naming the one that does not.
    """
    for endpoint, view in app.view_functions.items():
        if access_of(view) is None:
            raise HubFault(f"{endpoint}: does not say whom it is for; decorate it with @access")


def install(app: Flask, site: Site) -> None:
    """Make *site* what :func:`here` gives inside *app*."""
    app.extensions[_EXTENSION] = site
    app.extensions["open_names"] = OpenNames()


def here() -> Site:
    """The hub that the current request is for."""
    site: Site = current_app.extensions[_EXTENSION]
    return site


def open_names() -> OpenNames:
    """Which sessions have opened names in full."""
    opened: OpenNames = current_app.extensions["open_names"]
    return opened
