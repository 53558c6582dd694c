"""One person of a roster, as the gate knows them.  Pure.

Whole ID and phone numbers have no field here: the last four characters are all that ever leaves the office.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

#: A name in Latin letters fits; a pass allows as many.
MAX_NAME = 40
#: The name of a compound, a household or a mark.
MAX_WORD = 32
#: More cars or marks than anybody has are a mistake in the file.
MAX_PLATES, MAX_TAGS = 6, 8
ID = re.compile(r"[0-9A-Za-z._-]{1,32}")
LAST4 = re.compile(r"[0-9A-Z]{4}")
PHONE4 = re.compile(r"[0-9]{4}")
#: Syllables with spaces, a comma after the surname: ``ou yang,xiu``.
READING = re.compile(r"[a-z]+(?: [a-z]+)*(?:,[a-z]+(?: [a-z]+)*)*")
_DOTS = re.compile(r"\s*[·•・‧∙]\s*")
_BETWEEN_HANZI = re.compile(r"(?<=[㐀-鿿\U00020000-\U0003ffff〇])\s+(?=[㐀-鿿\U00020000-\U0003ffff〇])")
_NAME_SIGNS = frozenset("· '-.’")


class Klass(StrEnum):
    """What somebody is to the compound."""

    RESIDENT = "resident"
    RETURNEE = "returnee"
    VISITOR = "visitor"
    WORKER = "worker"
    OFFICIAL = "official"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Resident:
    """One person of the roster.

    ``place`` is ``building-unit-room`` (:mod:`station.roster.place`); ``household`` names who lives together
    and is the place unless the office has numbers of its own.  ``last4`` ends the ID number, ``phone4`` the
    phone number.  ``code`` are the 8 bytes of a household's tag; ``readings`` the name in pinyin, each way it
    can be read.
    """

    id: str
    name: str = field(repr=False)
    place: str = field(default="", repr=False)
    compound: str = ""
    household: str = field(default="", repr=False)
    last4: str = field(default="", repr=False)
    phone4: str = field(default="", repr=False)
    klass: Klass = Klass.RESIDENT
    plates: tuple[str, ...] = field(default=(), repr=False)
    tags: tuple[str, ...] = ()
    code: bytes | None = field(default=None, repr=False)
    readings: tuple[str, ...] = field(default=(), repr=False)


def household_of(place: str, compound: str) -> str:
    """The household of everybody at *place* where the office gave it no number of its own."""
    return f"{compound}/{place}" if place and compound else place


def normal_name(text: str) -> str:
    """*text* as a name is written here: one kind of middle dot, no spaces between Hanzi."""
    name = _DOTS.sub("·", " ".join(unicodedata.normalize("NFKC", text).split()))
    return _BETWEEN_HANZI.sub("", name)


def is_name(name: str) -> bool:
    """Whether *name* is a name in its normal form: letters of any script, dots, dashes, spaces; no digits."""
    if not 1 <= len(name) <= MAX_NAME or normal_name(name) != name:
        return False
    return all(sign in _NAME_SIGNS or unicodedata.category(sign)[0] in "LM" for sign in name) and any(
        unicodedata.category(sign)[0] == "L" for sign in name
    )


def is_word(text: str, most: int = MAX_WORD) -> bool:
    """Whether *text* is one short printable piece without spaces around it."""
    return 1 <= len(text) <= most and text.isprintable() and text == text.strip()
