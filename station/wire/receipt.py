"""The hub's word for what it holds of one epoch of one station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.wire.canonical import is_version
from station.wire.document import KeyLookup, open_document, sign_document, split_document
from station.wire.entry import is_hash
from station.wire.errors import WireError

DOMAIN = b"station/receipt/1"
VERSION = 1
#: The screen says «100 or more» past this; the hub's own pages list them all.
MAX_QUARANTINED = 100
#: A card that was copied more often than that is no accident.
MAX_FORKED = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything up to ``contiguous_seq`` is held; ``hash_at_contiguous_seq`` says which everything.

    Nothing is held without a gap where ``contiguous_seq`` is 0; the hash is None then.  ``highest_seq`` is the
    last entry held at all.  ``quarantined`` are entries that were kept but could not be read.  ``at_ms`` is the
    hub's time and no more than a lower bound for ours.  ``forked`` are the last (seq, hash) of other chains of this
    epoch that are held without a gap beside this one, or where the gate itself says that it ended earlier.
    """

    station: str
    epoch: int
    contiguous_seq: int
    hash_at_contiguous_seq: bytes | None
    highest_seq: int
    quarantined: tuple[int, ...]
    at_ms: int
    forked: tuple[tuple[int, bytes], ...] = ()


def sign_receipt(receipt: Receipt, key: Ed25519PrivateKey) -> bytes:
    """The document of *receipt*."""
    head = receipt.hash_at_contiguous_seq
    body: dict[str, Any] = {
        "v": VERSION,
        "station": receipt.station,
        "epoch": receipt.epoch,
        "contiguous_seq": receipt.contiguous_seq,
        "hash_at_contiguous_seq": None if head is None else head.hex(),
        "highest_seq": receipt.highest_seq,
        "quarantined": list(receipt.quarantined[:MAX_QUARANTINED]),
        "at_ms": receipt.at_ms,
    }
    if receipt.forked:
        # Of hardly any epoch: where there is none, the receipt is as it always was.
        body["forked"] = [{"seq": seq, "hash": head.hex()} for seq, head in receipt.forked[:MAX_FORKED]]
    return sign_document(DOMAIN, body, key)


def open_receipt(source: bytes, keys: KeyLookup) -> Receipt:
    """The receipt in *source*, verified.

    :raises SignatureError: if no trusted key signed it.
    :raises WireError: if it is no receipt.
    """
    body = open_document(DOMAIN, split_document(source), keys)
    names = {"v", "station", "epoch", "contiguous_seq", "hash_at_contiguous_seq", "highest_seq", "quarantined", "at_ms"}
    if not is_version(body, VERSION) or set(body) - {"forked"} != names:
        raise WireError("receipt: unknown version or field")
    if not isinstance(body["station"], str):
        raise WireError("station: expected text")
    for name in ("epoch", "contiguous_seq", "highest_seq", "at_ms"):
        if type(body[name]) is not int or body[name] < 0:
            raise WireError(f"{name}: expected an integer of at least 0")
    if body["highest_seq"] < body["contiguous_seq"]:
        raise WireError("highest_seq: below contiguous_seq")
    head = body["hash_at_contiguous_seq"]
    if (head is None) != (body["contiguous_seq"] == 0) or (head is not None and not is_hash(head)):
        raise WireError("hash_at_contiguous_seq: expected 64 hex digits, or null at 0")
    quarantined = body["quarantined"]
    if not isinstance(quarantined, list) or not all(type(seq) is int and seq >= 1 for seq in quarantined):
        raise WireError("quarantined: expected a list of seqs")
    return Receipt(
        body["station"],
        body["epoch"],
        body["contiguous_seq"],
        None if head is None else bytes.fromhex(head),
        body["highest_seq"],
        tuple(quarantined),
        body["at_ms"],
        _forked(body.get("forked", [])),
    )


def _forked(listed: Any) -> tuple[tuple[int, bytes], ...]:
    if not isinstance(listed, list) or len(listed) > MAX_FORKED:
        raise WireError(f"forked: expected a list of at most {MAX_FORKED}")
    for item in listed:
        if not isinstance(item, dict) or set(item) != {"seq", "hash"} or not is_hash(item["hash"]):
            raise WireError("forked: expected seq and hash")
        if type(item["seq"]) is not int or item["seq"] < 1:
            raise WireError("forked: expected a seq")
    return tuple((item["seq"], bytes.fromhex(item["hash"])) for item in listed)
