"""The hub's end of the road on foot: take in what a stick brought, put on it what its gates need.

A box leaves the stick only after the hub holds what was in it and the receipt for it lies on the stick; broken off
at any moment, the same stick is simply carried again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from station.wire.batch import decode_batch
from station.wire.errors import WireError
from station.wire.receipt import Receipt, sign_receipt
from sync.answer import OrderName
from sync.box import open_box
from sync.carriers.folder import BoxName, CarryFolder
from sync.errors import HubRefused
from sync.hub.database.store import Store
from sync.hub.errors import Refusal
from sync.hub.intake.ingest import ingest
from sync.hub.office.orders import newer_orders, order_document


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a stick brought: boxes taken in, and those set aside with the reason."""

    boxes: int
    aside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """What the hub works with here: its store, its keys (those that open boxes newest first), its time and its zone."""

    store: Store
    transport: Sequence[X25519PrivateKey]
    receipt: Ed25519PrivateKey
    now_ms: Callable[[], int]
    zone: tzinfo


def take_in(counter: Counter, folder: CarryFolder, progress: Callable[[], None] = lambda: None) -> TakenIn:
    """Take in every box of *folder* and answer with receipts; *progress* hears of each box.

    :raises HubBusy: if the hub could not write; what was taken in before stays so, and the rest stays on the stick.
    """
    aside: list[tuple[str, str]] = []
    count = 0
    for name in folder.boxes():
        try:
            held = _take(counter, folder.read_box(name))
        except (HubRefused, Refusal, WireError) as error:
            if getattr(error, "code", "") == "other_hub":
                # Somebody else's: it goes on its way untouched.
                aside.append((name.file_name, str(error)))
                continue
            folder.set_aside(name)
            aside.append((name.file_name, str(error)))
        else:
            folder.put_document(held.station, f"receipt-{held.epoch}.doc", sign_receipt(held, counter.receipt))
            folder.drop_box(name)
            count += 1
        progress()
    return TakenIn(count, tuple(aside))


def hand_out(counter: Counter, folder: CarryFolder, stations: Sequence[str]) -> int:
    """Put the orders in force for *stations* into *folder*; how many documents."""
    count = 0
    for station in stations:
        with counter.store.reading() as connection:
            needed = newer_orders(connection, station, {})
        for each in needed:
            name = OrderName(each["kind"], each["number"])
            with counter.store.reading() as connection:
                document = order_document(connection, station, name.kind, name.number)
            if document is not None:
                folder.put_document(station, name.file_name, document)
                count += 1
    return count


def _take(counter: Counter, box: bytes) -> Receipt:
    batch = _open(box, counter.transport)
    # Whose it is stands inside; the signature over it is checked against that station's keys.
    station = decode_batch(batch).head.station
    return ingest(counter.store, station, batch, counter.now_ms(), counter.zone)


def _open(box: bytes, keys: Sequence[X25519PrivateKey]) -> bytes:
    for key in keys[:-1]:
        with contextlib.suppress(HubRefused):
            return open_box(box, key)
    return open_box(box, keys[-1])


def stations_on(folder: CarryFolder, boxes: Sequence[BoxName]) -> list[str]:
    """The stations that this stick goes to and fro for."""
    return sorted({name.station for name in boxes} | set(folder.stations()))
