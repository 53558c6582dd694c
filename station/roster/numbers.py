"""ID and phone numbers of a row: the whole number comes in here and nowhere else, its last four go out.  Pure."""

from __future__ import annotations

import datetime
import re
import unicodedata

from station.credential import id_number
from station.credential.result import Reason
from station.roster import private
from station.roster.errors import Broken
from station.roster.resident import LAST4, PHONE4

_SPACES = re.compile(r"[\s\-–—]+")
_BETWEEN = re.compile(r"[,，、;；/|\n]+")
_OTHER_DOCUMENT = re.compile(r"[A-Z]{1,3}[0-9]{6,10}(\([0-9A]\))?|[A-Z0-9]{8,12}")
_ID_REASONS = {
    Reason.WRONG_DIGIT: "id_digit",
    Reason.REGION: "id_region",
    Reason.BIRTH_DATE: "id_birth",
    Reason.FUTURE_BIRTH: "id_birth",
}


def last_of_id(text: str, today: datetime.date | None) -> str:
    """The last four characters of an ID number (checked), another document's number, or a masked one."""
    bare = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    if "*" in bare:
        if re.fullmatch(r"[0-9]{0,10}\*+[0-9]{3}[0-9X]", bare):
            return private.last_four(bare)
        raise Broken("id_masked")
    if re.fullmatch(r"[0-9]{17}[0-9X]", bare):
        reason = id_number.check(bare, today)
        if reason is Reason.NAMES_SOMEONE:
            return private.last_four(bare)
        raise Broken("cell_rounded" if bare.endswith("000") else _ID_REASONS.get(reason, "id_shape"))
    if re.fullmatch(r"[0-9]{15}", bare):
        raise Broken("id_old")
    if re.fullmatch(r"[0-9]+X?", bare):
        raise Broken("id_length")
    if re.fullmatch(r"[0-9OIL]{17}[0-9XOIL]", bare):
        raise Broken("id_letters")
    if _OTHER_DOCUMENT.fullmatch(bare):
        return private.last_four(re.sub(r"[()]", "", bare))
    raise Broken("id_shape")


def last_of_phone(text: str) -> str:
    """The last four digits of a phone number; of the first where several stand in the cell."""
    first = _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())[0]
    bare = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", _SPACES.sub("", first).replace("(", "").replace(")", ""))
    if "*" in bare:
        if re.fullmatch(r"[0-9]{0,3}\*+[0-9]{4}", bare):
            return private.last_four(bare)
        raise Broken("phone_masked")
    if not bare.isascii() or not bare.isdigit():
        raise Broken("phone_signs")
    if len(bare) == 11 and bare[0] == "1" and bare[1] not in "3456789":
        raise Broken("phone_start")
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[2-9][0-9]{6,7}", bare):
        raise Broken("phone_length")
    return private.last_four(bare)


def last4(text: str) -> str:
    """Four characters, as the file has them."""
    bare = unicodedata.normalize("NFKC", text).upper().strip()
    if private.holds_number(bare):
        raise Broken("last4_whole")
    # A spreadsheet drops the zeros in front of a number.
    bare = bare.zfill(4) if bare.isdigit() else bare
    if not LAST4.fullmatch(bare):
        raise Broken("last4_shape")
    return bare


def phone4(text: str) -> str:
    """Four digits, as the file has them."""
    bare = last4(text)
    if not PHONE4.fullmatch(bare):
        raise Broken("last4_shape")
    return bare
