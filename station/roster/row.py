"""A person as one line of an order.  Pure."""

from __future__ import annotations

from typing import Any

from station.pinyin import MAX_READINGS
from station.roster import plate
from station.roster.errors import ContentError
from station.roster.lines import Check, check, is_texts
from station.roster.place import MAX_PLACE, is_normal
from station.roster.resident import (
    ID,
    LAST4,
    MAX_PLATES,
    MAX_TAGS,
    MAX_WORD,
    PHONE4,
    READING,
    Klass,
    Resident,
    household_of,
    is_name,
    is_word,
)

#: 40 characters of name are at most 40 syllables of 6 letters and a space.
MAX_READING = 280
#: A household's own number, or its compound and place.
MAX_HOUSEHOLD = MAX_WORD + 1 + MAX_PLACE


def is_id(value: object) -> bool:
    """Whether *value* can be the id of a person."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def is_hex(value: object, length: int) -> bool:
    """Whether *value* is so many lower-case hex digits."""
    return isinstance(value, str) and len(value) == length and all(sign in "0123456789abcdef" for sign in value)


#: Field → whether a value may stand in it; ``code`` is looked at apart.
FIELDS: dict[str, Check] = {
    "id": is_id,
    "name": lambda value: isinstance(value, str) and is_name(value),
    "place": lambda value: isinstance(value, str) and len(value) <= MAX_PLACE and is_normal(value),
    "compound": lambda value: isinstance(value, str) and is_word(value),
    "household": lambda value: isinstance(value, str) and is_word(value, MAX_HOUSEHOLD),
    "last4": lambda value: isinstance(value, str) and LAST4.fullmatch(value) is not None,
    "phone4": lambda value: isinstance(value, str) and PHONE4.fullmatch(value) is not None,
    "class": lambda value: isinstance(value, str) and value in set(Klass) and value != Klass.RESIDENT,
    "plates": is_texts(MAX_PLATES, lambda value: isinstance(value, str) and not plate.problem(value)),
    "tags": is_texts(MAX_TAGS, lambda value: isinstance(value, str) and is_word(value)),
    "py": is_texts(
        MAX_READINGS,
        lambda value: isinstance(value, str) and len(value) <= MAX_READING and READING.fullmatch(value) is not None,
    ),
}
#: A tag's code is random and may look like a number by chance.
_CODE = "code"


def to_row(person: Resident) -> dict[str, Any]:
    """*person* as a line; what is empty or usual is left out."""
    usual = household_of(person.place, person.compound)
    row: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "place": person.place,
        "compound": person.compound,
        "household": "" if person.household == usual else person.household,
        "last4": person.last4,
        "phone4": person.phone4,
        "class": "" if person.klass is Klass.RESIDENT else person.klass.value,
        "plates": list(person.plates),
        "tags": list(person.tags),
        _CODE: None if person.code is None else person.code.hex(),
        "py": list(person.readings),
    }
    return {name: value for name, value in row.items() if value}


def from_row(row: dict[str, Any], at: str) -> Resident:
    """The person of a line; *at* names the line in errors.

    :raises ContentError: at the first field that is wrong.
    """
    code = row.pop(_CODE, None)
    if code is not None and not is_hex(code, 16):
        raise ContentError(f"{at}: code: expected 16 hex digits")
    check(row, FIELDS, ("id", "name"), at)
    place, compound = row.get("place", ""), row.get("compound", "")
    usual = household_of(place, compound)
    if row.get("household") == usual:
        raise ContentError(f"{at}: household: left out where it is the place")
    return Resident(
        id=row["id"],
        name=row["name"],
        place=place,
        compound=compound,
        household=row.get("household", usual),
        last4=row.get("last4", ""),
        phone4=row.get("phone4", ""),
        klass=Klass(row.get("class", Klass.RESIDENT)),
        plates=tuple(row.get("plates", ())),
        tags=tuple(row.get("tags", ())),
        code=None if code is None else bytes.fromhex(code),
        readings=tuple(row.get("py", ())),
    )
