"""Read a header as :func:`station.wire.entry.parse_header` does, in a twelfth of its time or less.  Pure.

Whatever is read here the strict reader reads too, and to the same values: the bytes are parsed against one typed
record and written again, and only bytes that come out exactly as they went in are believed.  Everything else goes to
the strict reader, which has the last word and the better message.

At the door, where every entry passes, the facts of a visit are read by their names
(:mod:`sync.hub.examination.visit_facts`), in a third of the time again.
"""

from __future__ import annotations

from functools import lru_cache
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

import msgspec

from station.wire.canonical import MAX_INTEGER
from station.wire.entry import MAX_HEADER, ClockState, Header, is_station, parse_header
from sync.hub.examination.visit_facts import Integer, VisitFacts

_Facts = TypeVar("_Facts")
_Natural = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
_Text = Annotated[str, msgspec.Meta(min_length=1)]
#: No longer than any id, so that those in memory have a bound.
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Hash = Annotated[str, msgspec.Meta(min_length=64, max_length=64)]


def _values(depth: int) -> Any:
    """The type of a value that is nested at most *depth* deep; no floats anywhere."""
    plain: Any = Integer | str | bool | None
    nested = plain
    for _ in range(depth):
        nested = plain | GenericAlias(list, (nested,)) | GenericAlias(dict, (str, nested))
    return nested


#: Levels below ``facts``: the deepest there are have three (readings, a reading, its raw values).  Each level more
#: doubles the type, and with all that are allowed a program would need two seconds to begin.
_LEVELS = 6

if TYPE_CHECKING:
    _Value = Any
else:
    _Value = _values(_LEVELS)


class Said(msgspec.Struct, Generic[_Facts], forbid_unknown_fields=True, gc=False):
    """The fields of a header in canonical order."""

    actor: _Text
    at_ms: _Natural
    boot_id: _Text
    boottime_ns: _Natural
    clock: ClockState
    epoch: _Natural
    facts: _Facts
    kind: _Text
    personal_c: _Hash | None
    sealed_c: _Hash | None
    seq: Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
    station: _Id
    v: Literal[1]


#: Facts of any kind, and those of a visit.
_any = msgspec.json.Decoder(Said[dict[str, _Value]]).decode
_visit = msgspec.json.Decoder(Said[VisitFacts]).decode
_encode = msgspec.json.Encoder(order="deterministic").encode
#: What whoever parses has no answer for; a commitment that is no hex is a ValueError.
_FAULTS = (msgspec.MsgspecError, ValueError, RecursionError)
#: Of 184 gates of a county; a pattern takes five times as long.
_is_station = lru_cache(1024)(is_station)


def read_header(source: bytes) -> Said[dict[str, Any]] | Header:
    """The header in *source*.

    :raises WireError: unless it is exactly a header of this version.
    """
    try:
        said = _any(source)
        if _is_believed(said, source):
            return said
    except _FAULTS:
        pass
    return parse_header(source)


def read_at_door(source: bytes) -> Said[VisitFacts] | Said[dict[str, Any]] | Header:
    """As :func:`read_header`, in less time if it is of a visit; nobody may ask its facts for more than to ``get``.

    :raises WireError: as that does.
    """
    try:
        said = _visit(source)
        if _is_believed(said, source):
            return said
    except _FAULTS:
        pass
    return read_header(source)


def _is_believed(said: Said[Any], source: bytes) -> bool:
    return (
        _encode(said) == source
        and len(source) <= MAX_HEADER
        and _is_station(said.station)
        and _is_hex(said.personal_c)
        and _is_hex(said.sealed_c)
    )


def _is_hex(commitment: str | None) -> bool:
    # A fifth of a pattern's time.
    return commitment is None or bytes.fromhex(commitment).hex() == commitment
