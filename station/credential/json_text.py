"""The door for JSON from strangers: strict UTF-8, no key twice, no NaN, bounded."""

from __future__ import annotations

import base64
import json
import string
from typing import Any, NoReturn

from station.credential.result import Reason, malformed

#: As for CBOR: sixteen times what the largest known card inflates to.
MAX_BYTES = 65_536
_URL = frozenset(string.ascii_letters + string.digits + "-_")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("a constant that JSON does not have")


def load(data: bytes) -> Any:
    """The one JSON value that *data* is; a byte-order mark or anything around the value, even a space, is an error.

    :raises Refused: MALFORMED with TOO_LONG or JSON.
    """
    if len(data) > MAX_BYTES:
        raise malformed(Reason.TOO_LONG)
    if data != data.strip():
        raise malformed(Reason.JSON)
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise malformed(Reason.JSON) from None


def base64url(text: object) -> bytes:
    """The bytes of base64url without padding (RFC 7515 §2), read strictly: one text for one content.

    :raises Refused: MALFORMED/BASE64.
    """
    if not isinstance(text, str) or not set(text) <= _URL or len(text) % 4 == 1:
        raise malformed(Reason.BASE64)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != text:
        raise malformed(Reason.BASE64)
    return data
