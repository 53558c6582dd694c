"""Something that the community signed: one line of canonical JSON, and content behind it where there is any.

The line is ``{"body": TEXT, "key": KEY_ID, "sig": HEX}`` and a newline.  ``TEXT`` is itself canonical JSON; the
signature is Ed25519 over the kind's own prefix and these bytes, so a receipt can never pass for an order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.wire.canonical import canonical, is_hex, parse
from station.wire.errors import SignatureError, WireError

#: An order's largest content is a roster: 55,887 people are about 8 MB.
MAX_DOCUMENT = 64 * 1024 * 1024
#: A receipt with a hundred quarantined entries is below 4 KiB.
MAX_LINE = 65_536
KEY_ID_SIZE = 8
SIGNATURE_SIZE = 64

#: Given a key id, the public keys that may have signed under it (ids are short: there may be two).
KeyLookup = Callable[[str], Iterable[Ed25519PublicKey]]


@dataclass(frozen=True, slots=True)
class Document:
    """A signed body, not yet verified, and what follows it."""

    body: bytes
    key: str
    sig: bytes
    content: bytes


def key_id(public: Ed25519PublicKey) -> str:
    """Sixteen hex digits that name *public*: the beginning of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:KEY_ID_SIZE].hex()


def sign_document(domain: bytes, body: dict[str, Any], key: Ed25519PrivateKey, content: bytes = b"") -> bytes:
    """The bytes of a document about *domain*."""
    text = canonical(body)
    line = {"body": text.decode(), "key": key_id(key.public_key()), "sig": key.sign(domain + text).hex()}
    return canonical(line) + b"\n" + content


def split_document(source: bytes) -> Document:
    """Take *source* apart without trusting any of it.

    :raises WireError: if it is not a document.
    """
    if len(source) > MAX_DOCUMENT:
        raise WireError(f"document: {len(source)} bytes, at most {MAX_DOCUMENT}")
    line, newline, content = source.partition(b"\n")
    if not newline or len(line) > MAX_LINE:
        raise WireError("document: does not begin with one line of JSON")
    envelope = parse(line)
    if set(envelope) != {"body", "key", "sig"} or not all(isinstance(text, str) for text in envelope.values()):
        raise WireError("document: expected body, key and sig")
    if not is_hex(envelope["key"], KEY_ID_SIZE) or not is_hex(envelope["sig"], SIGNATURE_SIZE):
        raise WireError(f"document: key or sig is not {2 * KEY_ID_SIZE} or {2 * SIGNATURE_SIZE} hex digits")
    return Document(envelope["body"].encode(), envelope["key"], bytes.fromhex(envelope["sig"]), content)


def open_document(domain: bytes, document: Document, keys: KeyLookup) -> dict[str, Any]:
    """The body of *document*, once one of *keys* is found to have signed it.

    :raises SignatureError: if none has.
    :raises WireError: if the body is not canonical JSON.
    """
    for key in keys(document.key):
        try:
            key.verify(document.sig, domain + document.body)
        except InvalidSignature:
            continue
        return parse(document.body)
    raise SignatureError(f"key: no trusted key {document.key} signed this document")
