"""One JSON text for one value: sorted keys, no spaces, UTF-8, integers only.

Signatures and hashes are over these bytes.  Floats are refused because two machines may write one number in
two ways; lone surrogates because they are no text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from station.wire.errors import WireError

#: SQLite's and most databases' largest integer; a larger one would come back as something else.
MAX_INTEGER = 2**63 - 1
#: Our deepest object has five levels; the parser's own limit is about a thousand.
MAX_DEPTH = 16

#: One for all: making it anew costs more than a short value takes.  Circles are too deep for :func:`_is_plain`.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))

_KEYS = frozenset({str})
_LEAVES = frozenset({str, bool, type(None)})


def canonical(value: dict[str, Any]) -> bytes:
    """The bytes of *value*.

    :raises WireError: for a float, an integer beyond 63 bits, a key or text that is no text, or anything
        that JSON has no word for.
    """
    if not _is_plain((value,), 0):
        # Slower, and it names the place.
        _check(value, "value", 0)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        _check(value, "value", 0)
        raise


def parse(source: bytes) -> dict[str, Any]:
    """The value of *source*, which must be exactly the bytes that :func:`canonical` writes.

    :raises WireError: if it is anything else.
    """
    try:
        value = json.loads(source.decode("utf-8"), parse_float=_refuse_float, parse_constant=_refuse_float)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise WireError("not a JSON object")
    if canonical(value) != source:
        raise WireError("JSON is not in canonical form (sorted keys, no spaces, no duplicates)")
    return value


def is_version(body: dict[str, Any], version: int) -> bool:
    """Whether *body* says that it is of *version*; ``true``, which Python counts as 1, is no version."""
    return type(body.get("v")) is int and body["v"] == version


def is_hex(value: object, size: int) -> bool:
    """Whether *value* is *size* bytes in lower-case hex: one text for one value, as everywhere here."""
    return isinstance(value, str) and len(value) == 2 * size and not set(value) - set("0123456789abcdef")


def _refuse_float(text: str) -> NoReturn:
    raise WireError(f"number {text[:40]}: only integers are allowed")


def _is_plain(values: Iterable[Any], depth: int) -> bool:
    """Whether *values* are surely nothing but what :func:`_check` allows; of text, the encoding itself tells the rest.

    Every entry passes here before it is written, so what it is most likely to hold is asked first.
    """
    if depth > MAX_DEPTH:
        return False
    for value in values:
        kind = type(value)
        if kind is int:
            if not -MAX_INTEGER <= value <= MAX_INTEGER:
                return False
        elif kind is dict:
            if not (_KEYS.issuperset(map(type, value)) and _is_plain(value.values(), depth + 1)):
                return False
        elif kind is list or kind is tuple:
            if not _is_plain(value, depth + 1):
                return False
        elif kind not in _LEAVES and not isinstance(value, str):
            return False
    return True


def _check(value: object, place: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise WireError(f"{place}: nested deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise WireError(f"{place}: an integer of {value.bit_length()} bits, at most 63 are allowed")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{place}[{index}]", depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise WireError(f"{place}: key {key!r} is no text")
            _check_text(key, place)
            _check(item, f"{place}.{key}", depth + 1)
    else:
        raise WireError(f"{place}: {type(value).__name__} is not allowed, only text, integers, true, false and null")


def _check_text(value: str, place: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise WireError(f"{place}: text with a lone surrogate") from None
