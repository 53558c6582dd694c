"""What somebody typed → what to look for, in which order.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from station.register.folding import fold
from station.register.terms import Kind
from station.roster import place
from station.roster.plate import PROVINCES

#: Longer than any name with its place.
MAX_QUERY = 40
#: Name, compound, place, number: nobody types more pieces.
MAX_PARTS = 4
_CHUNKS = re.compile(r"[\s,，;；、]+")
_PLATE_START = re.compile(rf"[{PROVINCES}][a-z][a-z0-9]*")
_NAME_AND_MORE = re.compile(r"([a-z]+|[^\x00-\x7f]+)([0-9][0-9a-z-]*|(?<=[^\x00-\x7f])[a-z]+)")
#: A room has three digits; with fewer a building is meant.
_ROOM_DIGITS = 3
#: The end of an ID or phone number.
_END_DIGITS = 4
#: Beyond every character, so that a range ends after all terms with a beginning.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Probe:
    """One range of the index: terms of *kind* that are *text* (*exact*) or begin with it."""

    kind: Kind
    text: str
    exact: bool = False

    @property
    def end(self) -> str:
        """The first text after the range."""
        return self.text + ("\0" if self.exact else _LAST)


#: Probes for one thing that may be meant (a name, a place, a number), the closest first.
Group = tuple[Probe, ...]
#: What one piece of the text may mean, the likeliest first.
Part = tuple[Group, ...]


def interpretations(text: str) -> Iterator[tuple[Part, ...]]:
    """The ways to understand *text*, the likeliest first; the first with a result counts.

    Every part of an interpretation must fit the same person.
    """
    chunks = [chunk for chunk in _CHUNKS.split(fold(text[:MAX_QUERY]).strip()) if chunk][:MAX_PARTS]
    if not chunks:
        return
    tried: set[tuple[str, ...]] = set()
    for pieces in (_joined(chunks), chunks, _runs(chunks)):
        if not pieces or tuple(pieces) in tried:
            continue
        tried.add(tuple(pieces))
        understand = _part if len(pieces) == 1 else _narrowing
        parts = tuple(part for part in map(understand, pieces) if part)
        if len(parts) == len(pieces):
            yield parts


def _joined(chunks: Sequence[str]) -> list[str]:
    """Neighbours of one sort as one piece: ``li jian guo``, ``李 建国``, ``3 2 501``."""
    found: list[str] = []
    for chunk in chunks:
        sort = _sort(chunk)
        if found and sort and sort == _sort(found[-1]):
            found[-1] += ("-" if sort == "place" else "") + chunk
        else:
            found.append(chunk)
    return found


def _runs(chunks: Iterable[str]) -> list[str]:
    """A name and what follows it without a space: ``lm5``, ``李jg``, ``李敏5-1``; nothing where there is none."""
    runs: list[str] = []
    for chunk in chunks:
        divided = _NAME_AND_MORE.fullmatch(chunk)
        runs += divided.groups() if divided else [chunk]
    return runs[:MAX_PARTS]


def _sort(chunk: str) -> str:
    if chunk.isascii() and chunk.isalpha():
        return "letters"
    if place.typed(chunk):
        return "place"
    return "" if any(sign.isascii() for sign in chunk) else "characters"


def _part(chunk: str) -> Part:
    """What one piece may mean."""
    if chunk.isascii() and chunk.isalpha():
        return _of_letters(chunk)
    if chunk.isascii() and chunk.isdigit():
        return _of_digits(chunk)
    typed = place.typed(chunk)
    places = _of_place(typed) if typed else ()
    if chunk.isascii():
        bare = chunk.replace("-", "").replace(".", "")
        number = (Probe(Kind.LAST4, bare, exact=True),) if re.fullmatch(r"[0-9]{3}x", bare) else ()
        plates = (Probe(Kind.PLATE, bare),) if len(bare) > 1 and bare.isalnum() and not bare.isdigit() else ()
        return tuple(group for group in (number, places, plates) if group)
    names = (Probe(Kind.NAME, chunk, exact=True), Probe(Kind.NAME, chunk), Probe(Kind.NAME_INSIDE, chunk))
    plates = (Probe(Kind.PLATE, chunk),) if _PLATE_START.fullmatch(chunk) else ()
    return tuple(group for group in (plates, places, names, (Probe(Kind.PLACE, chunk),)) if group)


def _narrowing(chunk: str) -> Part:
    """What one of several pieces may mean: beside a name a digit is a building, not the end of anything."""
    if not (chunk.isascii() and chunk.isdigit()):
        return _part(chunk)
    trimmed = chunk.lstrip("0") or chunk
    places = [Probe(Kind.PLACE, trimmed + "-")]
    if len(chunk) > 1:
        places += [Probe(Kind.COMPACT, trimmed), Probe(Kind.ROOM, trimmed)]
    ends = (Probe(Kind.LAST4, chunk), Probe(Kind.PHONE4, chunk)) if len(chunk) >= _ROOM_DIGITS else ()
    groups = (ends, tuple(places)) if len(chunk) == _END_DIGITS else (tuple(places), ends)
    return tuple(group for group in groups if group)


def _of_letters(chunk: str) -> Part:
    names = (
        Probe(Kind.LETTERS, chunk, exact=True),
        Probe(Kind.SURNAME, chunk, exact=True),
        Probe(Kind.LETTERS, chunk),
        Probe(Kind.LETTERS_INSIDE, chunk),
        Probe(Kind.NAME, chunk),
    )
    return (names, (Probe(Kind.PLACE, chunk + "-"),)) if len(chunk) == 1 else (names,)


def _of_digits(chunk: str) -> Part:
    """Digits may be a building, a room, all of a place, the end of a number or plate, or keys of a telephone."""
    count = len(chunk)
    trimmed = chunk.lstrip("0") or chunk
    building = (Probe(Kind.PLACE, trimmed + "-"),)
    exact = (Probe(Kind.COMPACT, trimmed, exact=True), Probe(Kind.ROOM, trimmed, exact=True))
    begun = (Probe(Kind.COMPACT, trimmed), Probe(Kind.ROOM, trimmed), Probe(Kind.PLACE, trimmed))
    places = (*building, *exact, *begun) if count < _ROOM_DIGITS else (*exact, *building, *begun)
    keys = () if set(chunk) & {"0", "1"} else (Probe(Kind.PAD, chunk, exact=True), Probe(Kind.PAD, chunk))
    plates = (Probe(Kind.PLATE, chunk),) if count > 1 else ()
    ends = (Probe(Kind.LAST4, chunk),), (Probe(Kind.PHONE4, chunk),)
    if count == 1:
        order: tuple[Group, ...] = (places, keys, *ends)
    elif count < _END_DIGITS:
        order = (keys, places, *ends, plates)
    elif count == _END_DIGITS:
        order = (*ends, places, keys, plates)
    else:
        order = (places, keys, plates)
    return tuple(group for group in order if group)


def _of_place(typed: str) -> Group:
    found = (Probe(Kind.PLACE, typed, exact=True), Probe(Kind.PLACE, typed + "-"), Probe(Kind.PLACE, typed))
    return found if "-" in typed else (*found, Probe(Kind.COMPACT, typed))
