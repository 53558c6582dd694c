"""What never travels to a gate: whole ID and phone numbers.  Pure.

Only the last four characters are kept.  :func:`holds_number` is the net under that rule: a text that could
hide a phone or ID number is refused in every field, whatever the column was called.
"""

from __future__ import annotations

import re
import unicodedata

#: A mobile number, the shortest of them.
SHORTEST = 11
_GAP = r"[\s\-.·()]{0,2}"
#: A mobile number has 11 digits, an ID number 15 or 18; no name, place, plate or mark of ours comes near.
_UNBROKEN = r"\d{11}"
#: 138-1234-5678, and 410902 19900101 123X, without catching two dates beside each other.
_MOBILE = rf"(?<!\d)1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
_IDENTITY = rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\d])"
_NUMBER = re.compile(f"{_UNBROKEN}|{_MOBILE}|{_IDENTITY}")
_DIGITS = re.compile(r"\d")


def holds_number(text: str) -> bool:
    """Whether *text* could hold a phone or ID number: 11 digits in a row, or the shape of one with gaps in it.

    Full-width digits count.
    """
    return len(text) >= SHORTEST and _NUMBER.search(unicodedata.normalize("NFKC", text)) is not None


def shown(text: str, most: int = 40) -> str:
    """*text* for a report about a broken cell: every digit starred but the last two where it may be a number.

    The office finds the row by its number; the report may be printed or sent on.
    """
    if holds_number(text):
        last = len(text) - 2
        text = "".join("*" if _DIGITS.match(sign) and at < last else sign for at, sign in enumerate(text))
    text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def last_four(number: str) -> str:
    """The last four characters of an ID or phone number, in upper case."""
    return number[-4:].upper()
