"""Building, unit and room in one way of writing: ``3-2-501``.  Pure.

A place without units is ``3-501``.  Lanes and villages keep their own words (``和平巷12号``), without spaces.
"""

from __future__ import annotations

import re
import unicodedata

from station.roster.errors import PlaceError

#: ``12-3-1804`` has nine; a lane's name and number stay below this too.  A pass allows as many.
MAX_PLACE = 24
_NUMERALS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十]{1,3}(?=号楼|号|栋|幢|座|楼|单元|室)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－_/\\,，、;；.#＃~", "-"))
_BUILDING, _UNIT, _ROOM = r"([A-Z]?\d{1,3}[A-Z]?|[A-Z])", r"(\d{1,2}|[A-Z])", r"([A-Z]?\d{1,4}[A-Z]?)"
_AFTER_BUILDING = r"(?:号楼|楼栋|号|栋|幢|座|楼|-|\s)+"
_AFTER_UNIT = r"(?:单元|单|门|-|\s)+"
_AFTER_ROOM = r"(?:号房|室|房|号|户)?"
_FULL = re.compile(_BUILDING + _AFTER_BUILDING + _UNIT + _AFTER_UNIT + _ROOM + _AFTER_ROOM)
_NO_UNIT = re.compile(_BUILDING + _AFTER_BUILDING + _ROOM + _AFTER_ROOM)
_NO_ROOM = re.compile(_BUILDING + r"(?:(?:号楼|栋|幢|座|楼)(?:" + _UNIT + r"(?:单元|单|门))?|-" + _UNIT + r"单元)-?")
_COMPOUND = re.compile(r"([㐀-鿿]{1,11}(?:小区|家属院|大院|社区|花园|公寓|里|园|苑|庭|城|院|府))-?(?=[A-Z0-9])(.+)")
_HANZI = re.compile(r"[㐀-鿿]")
_ZEROS = re.compile(r"(^|-)0+(?=[0-9])")
_WORDS_TYPED = re.compile(r"号楼|楼栋|单元|号房|[号栋幢座楼单门室房户\s]")
_TYPED = re.compile(r"(?:[A-Z]?\d{1,6}[A-Z]?|[A-Z](?=-))(?:-[A-Z]?\d{0,4}[A-Z]?){0,2}")
#: Nearly every place there is.
_USUAL = re.compile(r"[1-9][0-9]{0,2}-(?:[1-9][0-9]?-)?[1-9][0-9]{0,3}")
_NUMBER = re.compile(r"\d+")


def normalise(text: str) -> tuple[str, str]:
    """The compound (often empty) and the place that *text* names.

    :raises PlaceError: ``place_missing``, ``place_too_long``, ``place_room_missing``, ``place_building_missing``
        or ``place_unclear``.
    """
    plain = _plain(text)
    if not plain:
        raise PlaceError("place_missing")
    compound = ""
    named = _COMPOUND.fullmatch(plain)
    if named and (_FULL.fullmatch(named[2]) or _NO_UNIT.fullmatch(named[2])):
        compound, plain = named[1], named[2]
    for shape in (_FULL, _NO_UNIT):
        found = shape.fullmatch(plain)
        if found:
            return compound, "-".join(_trim(part) for part in found.groups())
    if _NO_ROOM.fullmatch(plain):
        raise PlaceError("place_room_missing")
    if re.fullmatch(r"\d{1,4}(?:室|房|户)?", plain):
        raise PlaceError("place_building_missing")
    if not _HANZI.search(plain):
        raise PlaceError("place_unclear")
    free = re.sub(r"\s", "", plain)
    if free != plain:
        return normalise(free)
    if len(free) > MAX_PLACE:
        raise PlaceError("place_too_long")
    return "", free


def from_parts(building: str, unit: str, room: str) -> str:
    """The place of three columns; an empty *unit* is a building without units.

    :raises PlaceError: ``building_missing``, ``room_missing``, or ``building_unclear``, ``unit_unclear``,
        ``room_unclear``.
    """
    if not building.strip():
        raise PlaceError("building_missing")
    if not room.strip():
        raise PlaceError("room_missing")
    parts = []
    for name, text, words, shape in (
        ("building", building, r"号楼|楼栋|[号栋幢座楼#-]", _BUILDING),
        ("unit", unit, r"单元|[单门-]", _UNIT),
        ("room", room, r"号房|[室房号户-]", _ROOM),
    ):
        # The number sign has become a dash in _plain.
        bare = re.sub(words, "", _plain(text if name == "room" else _with_word(text)))
        if not bare and name == "unit":
            continue
        if not re.fullmatch(shape, bare):
            raise PlaceError(f"{name}_unclear")
        parts.append(_trim(bare))
    return "-".join(parts)


def is_normal(place: str) -> bool:
    """Whether *place* is already as :func:`normalise` writes it, without a compound."""
    if _USUAL.fullmatch(place):
        return True
    try:
        return normalise(place) == ("", place)
    except PlaceError:
        return False


def typed(text: str) -> str:
    """What somebody has typed of a place so far, in dashes and lower case; empty if it cannot be one.

    ``3号楼2单`` → ``3-2``, ``3 2 5`` → ``3-2-5``.
    """
    dashed = re.sub(r"-+", "-", _WORDS_TYPED.sub("-", _plain(text))).strip("-")
    return _trim(dashed).lower() if _TYPED.fullmatch(dashed) else ""


def area(text: str) -> str:
    """The area that *text* names: ``7号楼`` → ``7``, ``*`` is everything; unchanged where it is none."""
    return typed(text).upper() or text.strip()


def is_area(text: str) -> bool:
    """Whether *text* is a building, a building and unit, a place, or ``*``, as :func:`area` writes it."""
    return text == "*" or (len(text) <= MAX_PLACE and any(is_normal(text + rooms) for rooms in ("", "-1", "-1-1")))


def natural_key(place: str) -> str:
    """A key that sorts 2-1-101 before 10-1-101."""
    return _NUMBER.sub(lambda digits: digits[0].zfill(6), place)


def within(place: str, within_area: str) -> bool:
    """Whether *place* lies in an area: it is that place, or a room of that building, unit or lane."""
    if within_area in ("*", place):
        return True
    if not place.startswith(within_area):
        return False
    following = place[len(within_area)]
    same_number = within_area[-1].isdigit() and following.isdigit()
    return following == "-" or (_HANZI.search(within_area) is not None and not same_number)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    return re.sub(r"\s+", " ", _CHINESE_NUMBER.sub(lambda words: str(_value(words[0])), folded))


def _with_word(text: str) -> str:
    """A bare 三 is a number in a column of its own."""
    return text + "号" if re.fullmatch(r"\s*[一二两三四五六七八九十]{1,3}\s*", text) else text


def _value(words: str) -> int:
    tens, ten, ones = words.rpartition("十")
    value = 0
    for sign in ones:
        value = value * 10 + _NUMERALS[sign]
    return value + (10 * (_NUMERALS.get(tens, 1) if tens else 1) if ten else 0)


def _trim(dashed: str) -> str:
    return _ZEROS.sub(r"\1", dashed)
