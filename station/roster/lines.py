"""Lists as lines of canonical JSON: the first line is the head, each further line one row.  Pure.

One list has one text: a field that is empty is left out, so two offices that mean the same write the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from station.roster.errors import ContentError
from station.roster.private import holds_number
from station.wire.canonical import canonical, parse
from station.wire.errors import WireError

VERSION = 1
#: The longest row is a notice in three languages, about 3 kB.
MAX_LINE = 8192
#: Three county seats of 55,887; an order's own limit of 64 MiB is not far above.
MAX_ROWS = 200_000
#: The year 9999 in milliseconds: later times break calendars further on.
MAX_MS = 253_402_300_799_000

#: Whether a value may stand in a field.
Check = Callable[[Any], bool]


def encode(head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The content with this *head* and these *rows*; empty fields are left out.

    :raises ContentError: if a value has no JSON form here.
    """
    try:
        lines = [canonical({"v": VERSION, **head})]
        lines += [canonical({name: value for name, value in row.items() if not _empty(value)}) for row in rows]
    except WireError as error:
        raise ContentError(f"list: {error}") from None
    return b"\n".join(lines) + b"\n"


def decode(content: bytes, name: str) -> tuple[dict[str, Any], Iterator[tuple[int, dict[str, Any]]]]:
    """The head of the list called *name*, and its rows with their line numbers, read as they are asked for.

    :raises ContentError: if the content does not begin with such a head; the iterator raises it at the first
        line that is not canonical JSON, and after :data:`MAX_ROWS`.
    """
    lines = _split(content)
    head = _object(next(lines, (1, b"")))
    if head.pop("v", None) != VERSION:
        raise ContentError(f"{name} line 1: unknown version; this program reads version {VERSION}")
    if head.pop("list", None) != name:
        raise ContentError(f"{name} line 1: list: expected {name!r}")
    return head, ((number, _object((number, line))) for number, line in lines)


def check(
    row: Mapping[str, Any], fields: Mapping[str, Check], required: Iterable[str], at: str, *, public: bool = False
) -> None:
    """Hold *row* against *fields*.

    :param public: the texts are for everybody to read, so the office's own phone number may stand in them.
    :raises ContentError: for a field that is unknown, missing, empty or not what it should be, and for any
        text that could hide an ID or phone number.
    """
    for name in required:
        if name not in row:
            raise ContentError(f"{at}: {name}: missing")
    for name, value in row.items():
        test = fields.get(name)
        if test is None:
            raise ContentError(f"{at}: {str(name)[:20]}: unknown field")
        if _empty(value) or not test(value):
            raise ContentError(f"{at}: {name}: not a value for this field")
        if not public and _holds_number(value):
            raise ContentError(f"{at}: {name}: holds a whole phone or ID number; only the last four may travel")


def is_text(most: int) -> Check:
    """A check for one printable line of at most *most* characters."""
    return lambda value: isinstance(value, str) and 1 <= len(value) <= most and value.isprintable()


def is_texts(most: int, each: Check) -> Check:
    """A check for a list of 1 to *most* different values that pass *each*."""
    return lambda value: (
        isinstance(value, list) and 1 <= len(value) <= most and all(map(each, value)) and len(set(value)) == len(value)
    )


def is_count(value: object, least: int, most: int) -> bool:
    """Whether *value* is a whole number from *least* to *most*."""
    return type(value) is int and least <= value <= most


def is_time(value: object) -> bool:
    """Whether *value* is a time in milliseconds."""
    return is_count(value, 0, MAX_MS)


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict | bytes) and not value)


def _holds_number(value: object) -> bool:
    if isinstance(value, str):
        return holds_number(value)
    return isinstance(value, list) and any(map(_holds_number, value))


def _split(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines one by one, so that a large order is never in memory twice."""
    number, start = 1, 0
    while start < len(content):
        end = content.find(b"\n", start)
        if end < 0:
            raise ContentError(f"list line {number}: cut short")
        if end - start > MAX_LINE:
            raise ContentError(f"list line {number}: {end - start} bytes, at most {MAX_LINE}")
        if number > MAX_ROWS + 1:
            raise ContentError(f"list: more than {MAX_ROWS} rows")
        yield number, content[start:end]
        number, start = number + 1, end + 1


def _object(line: tuple[int, bytes]) -> dict[str, Any]:
    try:
        return parse(line[1])
    except WireError:
        raise ContentError(f"list line {line[0]}: not canonical JSON") from None
