"""A bundle of foreign keys as JSON: what an order of the kind ``trust`` carries and a memory stick brings.

::

    {"name": "dcc", "number": 7, "issued_at_ms": …, "stale_after_ms": …,
     "keys": [{"id": "69d32aafc7d992e7", "purpose": "hc1", "public_key": base64, "scope": ["AT"],
               "not_before_ms": …, "not_after_ms": null, "usages": ["vaccination"]}]}

``id`` is hexadecimal, ``public_key`` DER SubjectPublicKeyInfo.  Unknown fields are errors, so that a misspelt
limit cannot be ignored.  Our own keys come with an order of the kind ``keys``: :mod:`station.credential.own_keys`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from station.credential.trust import Bundle, KeyRecord, Purpose
from station.errors import StationError

#: All signers of the world are about 800; a list of ten times that still loads within a second.
MAX_KEYS = 8_192
#: A name, a URL or an id in a bundle.
MAX_TEXT = 512
_BUNDLE_FIELDS = frozenset({"name", "number", "issued_at_ms", "stale_after_ms", "keys"})
_KEY_FIELDS = frozenset({"id", "purpose", "public_key", "scope", "not_before_ms", "not_after_ms", "usages"})


class TrustDocumentError(StationError, ValueError):
    """A bundle that cannot be read; the message has the path and the value."""

    code = "trust_document"


def parse(document: Mapping[str, Any]) -> Bundle:
    """The bundle in a parsed JSON *document*.

    :raises TrustDocumentError: for a field that is missing, unknown or wrong.
    :raises station.credential.trust.TrustRefused: for a key that may sign gate passes.
    """
    _exactly(document, _BUNDLE_FIELDS, "bundle")
    keys = document["keys"]
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise TrustDocumentError(f"keys: expected a list of at most {MAX_KEYS}")
    return Bundle(
        _text(document["name"], "name"),
        _whole(document["number"], "number"),
        _whole(document["issued_at_ms"], "issued_at_ms"),
        _whole(document["stale_after_ms"], "stale_after_ms"),
        tuple(_key(key, f"keys[{at}]") for at, key in enumerate(keys)),
    )


def document(bundle: Bundle) -> dict[str, Any]:
    """The JSON object that :func:`parse` reads."""
    return {
        "name": bundle.name,
        "number": bundle.number,
        "issued_at_ms": bundle.issued_at_ms,
        "stale_after_ms": bundle.stale_after_ms,
        "keys": [
            {
                "id": key.kid.hex(),
                "purpose": key.purpose.value,
                "public_key": base64.b64encode(key.public_key).decode("ascii"),
                "scope": sorted(key.scope),
                "not_before_ms": key.not_before_ms,
                "not_after_ms": key.not_after_ms,
                "usages": sorted(key.usages),
            }
            for key in bundle.keys
        ],
    }


def _key(key: Any, path: str) -> KeyRecord:
    if not isinstance(key, dict):
        raise TrustDocumentError(f"{path}: expected an object")
    _exactly(key, _KEY_FIELDS, path)
    try:
        purpose = Purpose(_text(key["purpose"], f"{path}.purpose"))
    except ValueError:
        raise TrustDocumentError(f"{path}.purpose: {key['purpose']!r} is none of {', '.join(Purpose)}") from None
    try:
        kid = bytes.fromhex(_text(key["id"], f"{path}.id"))
        public_key = base64.b64decode(_text(key["public_key"], f"{path}.public_key", 4096), validate=True)
    except (binascii.Error, ValueError) as error:
        if isinstance(error, TrustDocumentError):
            raise
        raise TrustDocumentError(f"{path}: id is not hexadecimal or public_key not base64") from None
    not_before = _whole_or_none(key["not_before_ms"], f"{path}.not_before_ms")
    not_after = _whole_or_none(key["not_after_ms"], f"{path}.not_after_ms")
    scope, usages = _names(key["scope"], f"{path}.scope"), _names(key["usages"], f"{path}.usages")
    return KeyRecord(kid, purpose, public_key, scope, not_before, not_after, usages)


def _exactly(found: Mapping[str, Any], fields: frozenset[str], path: str) -> None:
    for name in sorted(set(found) - fields):
        raise TrustDocumentError(f"{path}.{name}: unknown field")
    for name in sorted(fields - set(found)):
        raise TrustDocumentError(f"{path}.{name}: missing")


def _text(value: Any, path: str, most: int = MAX_TEXT) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise TrustDocumentError(f"{path}: expected text of at most {most} characters")
    return value


def _whole(value: Any, path: str) -> int:
    if type(value) is not int or value < 0:
        raise TrustDocumentError(f"{path}: expected a whole number, got {value!r}")
    return value


def _whole_or_none(value: Any, path: str) -> int | None:
    return None if value is None else _whole(value, path)


def _names(value: Any, path: str) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > 64:
        raise TrustDocumentError(f"{path}: expected a list of at most 64 names")
    return frozenset(_text(name, f"{path}[{at}]") for at, name in enumerate(value))
