"""A gate's end of the road on foot: sealed batches out, receipts and orders in.

Both may be broken off at any moment and done again.  What was carried out counts as sent only when a receipt for it
has come back, so a stick may be lost: the next one carries the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from station.atomic import write_whole
from station.journal.reader import JournalReader
from station.wire.batch import MAX_ENTRIES
from station.wire.document import key_id
from station.wire.errors import WireError
from station.wire.keyring import Purpose, parse_keys
from station.wire.order import OrderKind, open_order
from sync.answer import Held, OrderName, check_order, read_order_name, read_receipt
from sync.batch import Span, envelope, take
from sync.box import close_box
from sync.carriers.folder import BoxName, CarryFolder, read_plain
from sync.cursor import Cursor, load_cursor, save_cursor
from sync.errors import HubRefused, SyncError
from sync.outbox import read_span

#: The office's keys in our own copy: the desk's is not ours to read.
KEYS_FILE = "keys.doc"
_MAX_KEYS = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a gate's road finds things: the journal, the folder for orders, its own state, the pinned root key."""

    journal: JournalReader
    orders: Path
    state: Path
    root: Path

    @property
    def cursor(self) -> Path:
        """How far the hub has acknowledged."""
        return self.state / "cursor.json"


@dataclass(frozen=True, slots=True)
class Brought:
    """What came in: receipts and orders that went to the desk, and what was left lying, with the reason."""

    receipts: int
    orders: int
    left: tuple[str, ...]


def waiting(gate: Gate) -> int:
    """How many entries no receipt has acknowledged."""
    sent = load_cursor(gate.cursor).sent
    return sum(max(0, gate.journal.last_seq(epoch) - sent.get(epoch, 0)) for epoch in gate.journal.epochs())


def carry_out(gate: Gate, folder: CarryFolder, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write what the hub does not have yet, and this folder does not hold yet, as boxes; how many entries.

    *progress* hears how many entries each box holds.

    :raises HubRefused: without the hub's transport key.
    :raises JournalUnavailable: if the journal cannot be read.
    :raises OSError: if the folder takes no more; what was written before stays and is whole.
    """
    key = transport_key(gate)
    station, sent = gate.journal.station(), load_cursor(gate.cursor).sent
    folder.prepare()
    lying = [name for name in folder.boxes() if name.station == station]
    count = 0
    for epoch in gate.journal.epochs():
        after = _through(sent.get(epoch, 0), [name for name in lying if name.epoch == epoch])
        last = gate.journal.last_seq(epoch)
        while after < last:
            span = Span(epoch, after, MAX_ENTRIES)
            entries = take(read_span(gate.journal, span))
            batch = envelope(station, span, gate.journal.head(epoch, after), entries)
            name = BoxName(station, epoch, after + 1, after + len(entries))
            folder.put_box(name, close_box(batch, key))
            after = name.last
            count += len(entries)
            progress(len(entries))
    return count


def carry_in(gate: Gate, folder: CarryFolder) -> Brought:
    """Bring what the hub has for this gate into ``orders/``, for the desk to verify and apply.

    :raises HubRefused: if the folder is not to be trusted as a folder.
    """
    station, cursor = gate.journal.station(), load_cursor(gate.cursor)
    receipts = orders = 0
    left = []
    for name, document in _keys_first(folder.documents(station)):
        try:
            if name.startswith("receipt-"):
                receipts += _receipt(gate, cursor, station, name, document)
            else:
                orders += _order(gate, cursor, name, document)
        except (SyncError, WireError, ValueError) as error:
            left.append(f"{name}: {error}")
    save_cursor(gate.cursor, cursor)
    return Brought(receipts, orders, tuple(left))


def transport_key(gate: Gate) -> X25519PublicKey:
    """The hub's transport key, from the newest ``keys`` order that the pinned root key has signed.

    :raises HubRefused: if none has come yet, or it names no such key.
    """
    try:
        root = Ed25519PublicKey.from_public_bytes(bytes.fromhex(gate.root.read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise HubRefused("no_root", f"{gate.root}: no root key ({error}); enrol the station", whole_road=True) from None
    try:
        document = read_plain(gate.state / KEYS_FILE, _MAX_KEYS)
    except FileNotFoundError:
        raise HubRefused(
            "no_keys", "no keys from the hub yet: let the hub write this folder first, then carry in", whole_road=True
        ) from None
    order = open_order(document, lambda id_: [root] if key_id(root) == id_ else [])
    records = parse_keys(order.content).of(Purpose.TRANSPORT)
    if order.kind is not OrderKind.KEYS or not records:
        raise HubRefused("no_keys", "the hub's keys name none for carrying; the office renews them", whole_road=True)
    return X25519PublicKey.from_public_bytes(records[-1].public)


def _through(sent: int, lying: list[BoxName]) -> int:
    """How far a folder that holds the boxes *lying* already goes without a gap, from *sent* on."""
    for name in sorted(lying):
        if name.first <= sent + 1:
            sent = max(sent, name.last)
    return sent


def _receipt(gate: Gate, cursor: Cursor, station: str, name: str, document: bytes) -> int:
    epoch = int(name.removeprefix("receipt-").removesuffix(".doc"))
    held = read_receipt(document, station, epoch)
    if not _is_ours(gate.journal, held):
        raise HubRefused("other_chain", "speaks of another chain of entries than this card's")
    write_whole(gate.orders / f"receipt-{epoch}.doc", document)
    cursor.sent[epoch] = held.contiguous_seq
    return 1


def _order(gate: Gate, cursor: Cursor, file_name: str, document: bytes) -> int:
    name: OrderName = read_order_name(file_name)
    if name.number <= cursor.orders.get(name.kind, -1):
        return 0
    line, _, _ = document.partition(b"\n")
    check_order(line + b"\n", len(document), name)
    write_whole(gate.orders / name.file_name, document)
    if name.kind == OrderKind.KEYS:
        write_whole(gate.state / KEYS_FILE, document)
    cursor.orders[name.kind] = name.number
    return 1


def _is_ours(journal: JournalReader, held: Held) -> bool:
    if held.epoch not in journal.epochs() or held.contiguous_seq > journal.last_seq(held.epoch):
        return False
    return held.contiguous_seq == 0 or journal.head(held.epoch, held.contiguous_seq) == held.head


def _keys_first(documents: Iterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Keys before what they sign; within a kind the oldest first, as each number builds on those before."""
    return sorted(documents, key=lambda each: (not each[0].startswith("order-keys-"), each[0]))
