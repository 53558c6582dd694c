"""What the road drops into ``orders/``: receipts and orders, verified here and nowhere before.

An order is applied whole or not at all, only if its number is higher than the one in force and it is meant for
this gate.  A refused file is put aside under ``orders/refused`` with its reason, and the screen says so.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.errors import StationError
from station.wire.document import MAX_DOCUMENT, KeyLookup, key_id
from station.wire.errors import WireError
from station.wire.keyring import KeyRing, Purpose
from station.wire.order import Order, OrderKind, open_order
from station.wire.receipt import Receipt, open_receipt

log = logging.getLogger(__name__)

#: Refused files kept for the technician; the oldest goes first.
MAX_REFUSED = 20


class OrderRefused(StationError, ValueError):
    """An order that is not applied; ``code`` says why on the screen."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OrderPending(StationError, RuntimeError):
    """An order that is still being applied, or that the card could not take now: its file stays for the next look."""

    code = "order_pending"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was put aside."""

    file: str
    code: str
    message: str


class Orders:
    """The folder, and the keys that open what lies in it.

    *root* is the office's pinned root key: it alone signs ``keys`` orders.  :attr:`keyring` is what the newest of
    them says; the desk sets it after applying one.
    """

    def __init__(self, folder: Path, station: str, root: Ed25519PublicKey | None) -> None:
        self.folder = folder
        self.station = station
        self.keyring = KeyRing()
        self._root = root
        folder.mkdir(parents=True, exist_ok=True)

    def take(
        self, apply: Callable[[Order, bytes], None], receive: Callable[[Receipt], None]
    ) -> Iterator[Order | Receipt | Refusal]:
        """Handle every file now there, ``keys`` first; yields what was applied, noted or refused.

        *apply* raises a StationError to refuse, OrderPending to be asked again at the next look; the file is removed
        only after it returned.
        """
        for path in sorted(self.folder.glob("*.doc"), key=lambda path: (not _is_keys(path.name), path.name)):
            if not self.keyring.records and not _is_keys(path.name):
                continue  # nothing can be opened before the office's keys are here; it waits for them
            try:
                source = _read(path)
                if is_receipt(path.name):
                    receipt = open_receipt(source, self.keyring.lookup(Purpose.RECEIPT, self.station))
                    receive(receipt)
                    yield receipt
                else:
                    order = open_order(source, self.keys_for(_kind_in(path.name)))
                    self._check(order, path.name)
                    apply(order, source)
                    yield order
                path.unlink()
            except OrderPending:
                continue
            except (StationError, OSError) as error:
                yield self._refuse(path, error)

    def keys_for(self, kind: str) -> KeyLookup:
        """Whose signature an order of *kind* must carry: the root's for ``keys``, an order key's for all others."""
        if kind == OrderKind.KEYS:
            root = self._root
            return lambda id_: [root] if root is not None and key_id(root) == id_ else []
        return self.keyring.lookup(Purpose.ORDER, self.station)

    def _check(self, order: Order, name: str) -> None:
        # The name chose the keys, so it must name this very kind: no more and no less.
        if _kind_in(name) != order.kind:
            raise WireError(f"{name}: holds an order of the kind {order.kind}")
        if not order.addresses(self.station):
            raise OrderRefused("order_other_station", f"{name}: not meant for {self.station}")

    def _refuse(self, path: Path, error: Exception) -> Refusal:
        code = getattr(error, "code", "order")
        name, message = _readable(path.name), _readable(str(error))
        log.warning("orders: %s refused: %s", name, message)
        # A card that is full or failing must not stop the lane: what could not be moved is refused again.
        with suppress(OSError):
            aside = self.folder / "refused"
            aside.mkdir(exist_ok=True)
            path.replace(aside / path.name)
            old = sorted(aside.iterdir(), key=lambda one: one.stat().st_mtime)
            for one in old[:-MAX_REFUSED]:
                one.unlink(missing_ok=True)
        return Refusal(name, code, message)


def _readable(text: str) -> str:
    """*text* that a log and an entry can hold: a file's name is any bytes, and may be no text."""
    return text.encode("utf-8", "replace").decode()


def _is_keys(name: str) -> bool:
    return _kind_in(name) == OrderKind.KEYS


def is_receipt(name: str) -> bool:
    """Whether a file of that name holds a receipt."""
    return name.startswith("receipt-")


def _read(path: Path) -> bytes:
    """The bytes of a file that the road dropped; nothing else it could put there is opened."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_DOCUMENT:
        raise WireError(f"{path.name}: no file, or larger than {MAX_DOCUMENT} bytes")
    return path.read_bytes()


def _kind_in(name: str) -> str:
    """The kind that the name of an order's file claims: ``order-policy-000000000012.doc``."""
    return name.removeprefix("order-").rpartition("-")[0]
