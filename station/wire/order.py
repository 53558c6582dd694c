"""What the office tells its gates: a signed body, and content that the body commits to.

A kind of order has one number that only grows.  All kinds but the roster are full snapshots, so the highest
number wins and an older one can be dropped unread; a roster may be a change to the snapshot ``base``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.wire.canonical import is_version, parse
from station.wire.document import Document, KeyLookup, open_document, sign_document, split_document
from station.wire.entry import is_hash
from station.wire.errors import WireError

DOMAIN = b"station/order/1"
VERSION = 1
EVERY_STATION = "*"


class OrderKind(StrEnum):
    """What an order is about; ``keys`` is signed by the office's root key, all others by an order key."""

    POLICY = "policy"
    KEYS = "keys"
    REVOCATIONS = "revocations"
    ISOLATION = "isolation"
    NOTICES = "notices"
    TRUST = "trust"
    PASSES = "passes"
    ROTA = "rota"
    ROSTER = "roster"
    CASE = "case"
    PASS_STATE = "pass-state"


@dataclass(frozen=True, slots=True)
class Order:
    """One order.  ``audience`` holds station ids, or :data:`EVERY_STATION`; ``at_ms`` is a lower bound for now."""

    kind: OrderKind
    number: int
    audience: tuple[str, ...]
    issuer: str
    at_ms: int
    content: bytes
    base: int | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hex: what the journal and the register call this order."""
        return hashlib.sha256(self.content).hexdigest()

    def addresses(self, station: str) -> bool:
        """Whether *station* is meant."""
        return EVERY_STATION in self.audience or station in self.audience


def sign_order(order: Order, key: Ed25519PrivateKey) -> bytes:
    """The document of *order*."""
    body: dict[str, Any] = {
        "v": VERSION,
        "kind": order.kind,
        "number": order.number,
        "audience": list(order.audience),
        "issuer": order.issuer,
        "at_ms": order.at_ms,
        "base": order.base,
        "content_sha256": order.sha256,
        "content_length": len(order.content),
    }
    return sign_document(DOMAIN, body, key, order.content)


def open_order(source: bytes, keys: KeyLookup) -> Order:
    """The order in *source*, verified, its content the one that was signed.

    :raises SignatureError: if no trusted key signed it.
    :raises WireError: if it is no order, or its content is another.
    """
    document = split_document(source)
    return _order(document, open_document(DOMAIN, document, keys))


def read_order(source: bytes) -> Order:
    """The order in *source*, its signature not looked at: for a document that was verified when it came.

    :raises WireError: if it is no order, or its content is not the one its body names.
    """
    document = split_document(source)
    return _order(document, parse(document.body))


def _order(document: Document, body: dict[str, Any]) -> Order:
    names = {"v", "kind", "number", "audience", "issuer", "at_ms", "base", "content_sha256", "content_length"}
    if not is_version(body, VERSION) or set(body) != names:
        raise WireError("order: unknown version or field")
    if body["kind"] not in tuple(OrderKind):
        raise WireError(f"kind: unknown {body['kind']!r}; a newer program may know it")
    for name in ("number", "at_ms", "content_length"):
        if type(body[name]) is not int or body[name] < 0:
            raise WireError(f"{name}: expected an integer of at least 0")
    if body["base"] is not None and (type(body["base"]) is not int or not 0 <= body["base"] < body["number"]):
        raise WireError("base: expected a number below the order's own, or null")
    audience = body["audience"]
    if not isinstance(audience, list) or not all(isinstance(station, str) for station in audience):
        raise WireError("audience: expected a list of station ids")
    if not isinstance(body["issuer"], str) or not is_hash(body["content_sha256"]):
        raise WireError("order: issuer or content_sha256 is wrong")
    order = Order(
        OrderKind(body["kind"]),
        body["number"],
        tuple(audience),
        body["issuer"],
        body["at_ms"],
        document.content,
        body["base"],
    )
    if len(document.content) != body["content_length"] or order.sha256 != body["content_sha256"]:
        raise WireError("content: is not the content that was signed")
    return order
