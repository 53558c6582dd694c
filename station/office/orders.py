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
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.atomic import write_whole
from station.errors import StationError
from station.wire.document import MAX_DOCUMENT, KeyLookup, key_id, split_document
from station.wire.errors import SignatureError, WireError
from station.wire.keyring import KeyRing, Purpose
from station.wire.order import Order, OrderKind, open_order
from station.wire.receipt import Receipt, open_receipt

log = logging.getLogger(__name__)

Opened = TypeVar("Opened", Order, Receipt)

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


class OrderInForce(StationError, RuntimeError):
    """The order in force once more: a power cut came before its file was gone, or the road has lost its place."""

    code = "order_in_force"


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
        #: When the root key signed :attr:`keyring`: it is that late at least.
        self.issued_ms = 0
        self.root = root
        self._early = ""
        folder.mkdir(parents=True, exist_ok=True)

    def take(
        self,
        apply: Callable[[Order, bytes], None],
        receive: Callable[[Receipt], None],
        clock_ms: int | None = None,
    ) -> Iterator[Order | Receipt | Refusal]:
        """Handle every file now there, ``keys`` first; yields what was applied, noted or refused.

        *clock_ms* is the time where somebody knows it: keys that have ended then open nothing any more.
        *apply* raises a StationError to refuse, OrderPending to be asked again at the next look, OrderInForce where
        nothing is to be done; the file is removed only after it returned.
        """
        for path in sorted(self.folder.glob("*.doc"), key=lambda path: (not _is_keys(path.name), path.name)):
            if not self.keyring.records and not _is_keys(path.name):
                continue  # nothing can be opened before the office's keys are here; it waits for them
            try:
                source = _read(path)
                if is_receipt(path.name):
                    receipt = self._opened(source, Purpose.RECEIPT, open_receipt, path.name, clock_ms)
                    receive(receipt)
                    yield receipt
                else:
                    order = self._order(source, path.name, clock_ms)
                    self._check(order, path.name)
                    apply(order, source)
                    yield order
                path.unlink()
            except OrderPending:
                continue
            except OrderInForce:
                with suppress(OSError):
                    path.unlink()
            except (StationError, OSError) as error:
                yield self._refuse(path, error)

    def drop(self, order: Order, source: bytes) -> None:
        """Put *order*, the document *source*, where the road would.

        :raises OSError: if it cannot be written.
        """
        write_whole(self.folder / f"order-{order.kind}-{order.number:012d}.doc", source)

    def keys_for(self, kind: str) -> KeyLookup:
        """Whose signature an order of *kind* must carry: the root's for ``keys``, an order key's for all others."""
        if kind == OrderKind.KEYS:
            root = self.root
            return lambda id_: [root] if root is not None and key_id(root) == id_ else []
        return self.keyring.lookup(Purpose.ORDER, self.station)

    def _order(self, source: bytes, name: str, clock_ms: int | None) -> Order:
        if _is_keys(name):
            return open_order(source, self.keys_for(OrderKind.KEYS))
        return self._opened(source, Purpose.ORDER, open_order, name, clock_ms)

    def _opened(
        self,
        source: bytes,
        purpose: Purpose,
        opened: Callable[[bytes, KeyLookup], Opened],
        name: str,
        clock_ms: int | None,
    ) -> Opened:
        """What *source* holds, once a key for *purpose* that holds now has signed it.

        :raises OrderRefused: if one of ours did whose time is over.
        :raises OrderPending: if one of ours did whose time has not come: by our clock, which may be slow.
        """
        ring = self.keyring
        try:
            return opened(source, ring.lookup(purpose, self.station, clock_ms, self.issued_ms))
        except SignatureError:
            opened(source, ring.lookup(purpose, self.station))
        id_ = split_document(source).key
        now_ms = max(clock_ms or 0, self.issued_ms)
        if any(record.id == id_ and record.not_before_ms > now_ms for record in ring.of(purpose)):
            if self._early != name:
                log.warning("orders: %s: its key begins later; it waits. Is the clock slow?", _readable(name))
            self._early = name
            raise OrderPending(f"{name}: signed with key {id_}, whose time has not come")
        raise OrderRefused("key_over", f"{name}: signed with key {id_}, whose time is over; the office renews it")

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
