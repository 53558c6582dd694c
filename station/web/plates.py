"""The pad on which number plates are typed, and what may be typed on it.  Pure."""

from __future__ import annotations

import re

from station.web.requests import RequestError

#: Twelve keys of 20 mm fit beside the list; what volunteers type first, the end of a plate, is on the first pages.
#: Letters without I and O, which plates do not have (GA 36); the near provinces before the far ones.
PAGES: tuple[tuple[str, str], ...] = (
    ("0–9", "1234567890"),
    ("A–M", "ABCDEFGHJKLM"),
    ("N–Z", "NPQRSTUVWXYZ"),
    ("豫鲁冀", "豫鲁冀京苏皖鄂晋陕浙粤沪"),
    ("津川渝", "津川渝湘赣闽辽吉黑蒙甘宁"),
    ("青新藏", "青新藏桂云贵琼学警挂使领"),
)
_TAIL = re.compile(rf"[{''.join(signs for _, signs in PAGES)}]{{1,9}}")


def parse_tail(text: str) -> str:
    """The end of a plate, or all of it, as the pad gives it.

    :raises RequestError: when it is anything else.
    """
    plain = text.strip().upper()
    if not _TAIL.fullmatch(plain):
        raise RequestError("bad_argument", "q: expected 1 to 9 signs of a number plate")
    return plain
