"""What a resident can be found by: every beginning that somebody may type.  Pure.

A search asks for terms of one kind that begin with what was typed, so inside a name means: a term of its own for
the rest of the name from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from station.register.folding import fold
from station.roster.place import MAX_PLACE
from station.roster.resident import Resident

#: To be raised with every change here; the index of an older file is made anew.
VERSION = 1
#: The shortest end of a number plate that is worth a term.
PLATE_TAIL = 3
_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


class Kind(IntEnum):
    """What a term is of; each is one range of the index."""

    NAME = 0
    NAME_INSIDE = 1
    LETTERS = 2  # initials; the name in full; surname in full and initials; initial and given name in full
    SURNAME = 3
    LETTERS_INSIDE = 4  # of the given name
    PLACE = 5  # 3-2-501, 3-501; a lane's name and number
    COMPACT = 6  # 32501, 3501
    ROOM = 7
    LAST4 = 8
    PHONE4 = 9
    PLATE = 10  # whole, and each of its ends
    PAD = 11  # initials and name in full on a telephone's keys


# Plain integers: a roster has a million terms, and an enumeration's members cost half a second.
_NAME, _NAME_INSIDE, _LETTERS, _SURNAME, _LETTERS_INSIDE, _PLACE = (kind.value for kind in list(Kind)[:6])
_COMPACT, _ROOM, _LAST4, _PHONE4, _PLATE, _PAD = (kind.value for kind in list(Kind)[6:])


def terms_of(person: Resident) -> frozenset[tuple[int, str]]:
    """Every kind and term of *person*, folded."""
    return frozenset(pair for pair in _all(person) if pair[1])


def pad(letters: str) -> str:
    """*letters* on the keys of a telephone: ``sl`` → ``75``."""
    return letters.translate(_KEYS)


def _all(person: Resident) -> Iterator[tuple[int, str]]:
    name = fold(person.name).replace(" ", "")
    yield _NAME, name
    for at in range(1, len(name)):
        yield _NAME_INSIDE, name[at:]
    for reading in person.readings:
        yield from _letters(reading)
    yield from _place(fold(person.place), fold(person.compound))
    yield _LAST4, person.last4.lower()
    yield _PHONE4, person.phone4
    for plate in person.plates:
        folded = fold(plate)
        for at in range(len(folded) - PLATE_TAIL + 1):
            yield _PLATE, folded[at:]


def _letters(reading: str) -> Iterator[tuple[int, str]]:
    """The ways to type one reading; ü is typed as v, u or yu."""
    spellings = (reading, reading.replace("v", "u"), reading.replace("v", "yu")) if "v" in reading else (reading,)
    for spelled in spellings:
        first, comma, rest = spelled.partition(",")
        surname, given = first.split(), rest.replace(",", " ").split()
        whole, initials = "".join(surname + given), "".join(syllable[0] for syllable in surname + given)
        for form in (whole, initials):
            yield _LETTERS, form
            yield _PAD, pad(form)
        if not comma:
            # Not divided: each word after the first is a beginning too.
            for at in range(1, len(surname)):
                yield _LETTERS_INSIDE, "".join(surname[at:])
            continue
        yield _SURNAME, "".join(surname)
        given_initials = "".join(syllable[0] for syllable in given)
        yield _LETTERS, "".join(surname) + given_initials
        yield _LETTERS, "".join(syllable[0] for syllable in surname) + "".join(given)
        yield _LETTERS_INSIDE, given_initials
        for at in range(len(given)):
            yield _LETTERS_INSIDE, "".join(given[at:])


def _place(place: str, compound: str) -> Iterator[tuple[int, str]]:
    yield _PLACE, compound
    parts = place.split("-")
    if len(parts) == 1:
        # A lane: by its name, and by the number that follows.
        yield _PLACE, place
        for at in range(1, min(len(place), MAX_PLACE)):
            if place[at].isdigit() and not place[at - 1].isdigit():
                yield _PLACE, place[at:]
        return
    yield _ROOM, parts[-1]
    for form in (parts, [parts[0], parts[-1]]):
        yield _PLACE, "-".join(form)
        yield _COMPACT, "".join(form)
