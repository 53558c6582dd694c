"""An act of the office that is done on the hub's own machine, where nobody is logged in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from station.wire.keyring import Purpose
from sync.hub.commands.options import now_ms
from sync.hub.home import Home
from sync.hub.office import chain as office_chain

#: Who acts in the chain when nobody is logged in: whoever may use the hub's machine.
CONSOLE = "console"


@contextmanager
def acting(home: Home, kind: str, facts: dict[str, Any]) -> Iterator[Connection]:
    """What is done within is written into the office's chain with its *facts*, both or neither."""
    key, own = home.keys.signing_key(Purpose.ORDER), home.office().unit
    store = home.open()
    with store.writing() as connection:
        yield connection
        office_chain.append(connection, own, key, CONSOLE, kind, facts, now_ms())
    store.close()
