"""The frozen bytes of everything that a gate and its community exchange: how wire_vectors.json was made.

    python tests/station/wire_vectors.py > tests/station/wire_vectors.json

Everything here is fixed: keys, times, salts.  A difference between this program and the file means that cards and
hubs in the field could no longer be read; the file is never made again for a version that has been out.
"""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.wire.batch import BatchHead, encode_batch
from station.wire.canonical import canonical
from station.wire.document import key_id
from station.wire.entry import (
    ClockState,
    Entry,
    Header,
    commit_personal,
    commit_sealed,
    encode_header,
    entry_hash,
    epoch_start,
    sign_head,
)
from station.wire.keyring import KeyRecord, Purpose, encode_keys
from station.wire.order import Order, OrderKind, sign_order
from station.wire.receipt import Receipt, sign_receipt

STATION = "east-gate"
EPOCH, EARLIER = (2 << 32) | 0x01020304, (1 << 32) | 0x0A0B0C0D
AT_MS = 1_606_003_200_000
SALT = bytes(range(32))
SEALED = bytes.fromhex("0011223344556677") + b"not really sealed"
PERSONAL = {"masked": "李**", "place": "1-1-101"}
FACTS = {"outcome": "admit", "readings": [{"centi_celsius": 3650}], "text": '"\\\u0001\u007f℃\U0001f600', "none": None}


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def header() -> Header:
    return Header(
        station=STATION,
        epoch=EPOCH,
        seq=1,
        kind="visit.decided",
        at_ms=AT_MS,
        clock=ClockState.SYNCED,
        boot_id="5f0c0000-0000-4000-8000-000000000001",
        boottime_ns=123_456_789_012,
        actor="unsigned",
        facts=FACTS,
        personal_c=commit_personal(canonical(PERSONAL), SALT),
        sealed_c=commit_sealed(SEALED),
    )


def entry() -> Entry:
    head = entry_hash(start(), encode_header(header()))
    return Entry(encode_header(header()), sign_head(key(1), head), canonical(PERSONAL), SALT, SEALED)


def start() -> bytes:
    return epoch_start(STATION, EPOCH, public(key(1)), EARLIER, bytes(32))


def forgotten() -> Entry:
    """The next entry, its parts forgotten."""
    bare = Header(STATION, EPOCH, 2, "service.started", AT_MS, ClockState.UNKNOWN, "boot", 0, "station", {})
    head = entry_hash(entry_hash(start(), encode_header(header())), encode_header(bare))
    return Entry(encode_header(bare), sign_head(key(1), head))


def batch() -> bytes:
    return encode_batch(BatchHead(STATION, EPOCH, 1, 2, start()), [entry(), forgotten()])


def receipt() -> Receipt:
    return Receipt(STATION, EPOCH, 2, bytes(range(32)), 9, (4, 7), AT_MS)


def records() -> list[KeyRecord]:
    return [
        KeyRecord(key_id(key(2).public_key()), Purpose.RECEIPT, public(key(2)), (), 0, 2**53),
        KeyRecord(key_id(key(3).public_key()), Purpose.ORDER, public(key(3)), (STATION,), AT_MS, AT_MS + 1),
    ]


def order() -> Order:
    return Order(OrderKind.ROSTER, 12, (STATION, "west"), "street-3", AT_MS, b"content\nof any bytes\xff", 11)


def vectors() -> dict[str, str]:
    """Each name with its bytes in hex.  Of the batch what is inside: compressing may change with the library."""
    import zlib

    return {
        "header": encode_header(header()).hex(),
        "personal_c": str(header().personal_c),
        "sealed_c": str(header().sealed_c),
        "epoch_start_after_another": start().hex(),
        "epoch_start_first": epoch_start(STATION, EARLIER, public(key(1)), None, None).hex(),
        "hash": entry_hash(start(), encode_header(header())).hex(),
        "sig": entry().sig.hex(),
        "batch_magic": batch()[:4].hex(),
        "batch_inside": zlib.decompress(batch()[4:]).hex(),
        "batch_whole": batch().hex(),
        "receipt": sign_receipt(receipt(), key(2)).hex(),
        "receipt_of_nothing": sign_receipt(Receipt(STATION, EPOCH, 0, None, 0, (), AT_MS), key(2)).hex(),
        "keys": encode_keys(records()).hex(),
        "order": sign_order(order(), key(3)).hex(),
        "key_id": key_id(key(1).public_key()),
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=1))
