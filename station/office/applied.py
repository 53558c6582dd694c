"""The orders in force, kept as the documents they came in and verified again at every start.

Keeping one is one rename, so a power cut leaves the old order or the new one.  The roster is not kept here: it
goes into the register.
"""

from __future__ import annotations

import os
from pathlib import Path

from station.office.orders import OrderInForce, OrderRefused
from station.wire.document import KeyLookup
from station.wire.errors import WireError
from station.wire.order import Order, OrderKind, open_order, read_order


class Applied:
    """The folder of orders in force, one file for each kind; the desk's alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, kind: OrderKind, keys: KeyLookup, journaled: str | None = None) -> Order | None:
        """The order of *kind* in force, None if there is none.

        The key that signed it may have been replaced since: an order whose content is the one that the journal says
        is in force (*journaled*, a SHA-256) was verified when it was applied, and stays.

        :raises WireError: if the file is damaged or no trusted key signed it.
        """
        path = self.folder / f"{kind}.doc"
        if not path.exists():
            return None
        source = path.read_bytes()
        order = read_order(source)
        if order.kind is not kind:
            raise WireError(f"{path.name}: holds an order of the kind {order.kind}")
        return order if order.sha256 == journaled else open_order(source, keys)

    def keep(self, order: Order, source: bytes) -> None:
        """Put *order* in force, whose number was found to be higher; *source* is the document it came in."""
        path = self.folder / f"{order.kind}.doc"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(source)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def check_number(order: Order, in_force: tuple[int, str] | None) -> None:
    """Make sure that *order* is newer than what is *in_force*: a number and the SHA-256 of a content.

    :raises OrderInForce: if it is the very one in force.
    :raises OrderRefused: if it is not newer.
    """
    if in_force is None or order.number > in_force[0]:
        return
    number, sha256 = in_force
    if order.number == number and order.sha256 == sha256:
        raise OrderInForce(f"{order.kind} {number}: is in force already")
    raise OrderRefused("order_old", f"{order.kind} {order.number}: number {number} is in force already")
