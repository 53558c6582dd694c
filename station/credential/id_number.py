"""The resident ID number (GB 11643): is it typed or read rightly?  Never who stands there.

A wrong single digit and a swap of neighbours are always found; 9 of 100 random strings of the right shape pass.
"""

from __future__ import annotations

import datetime
import re

from station.credential.result import Credential, Format, Now, Reason, Verdict

NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
#: GB/T 2260 provinces, and 81, 82, 83 for residents from Hong Kong, Macau and Taiwan.
PROVINCES = frozenset(
    str(code)
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in (*codes, 71, 81, 82, 83)
)
#: Foreign permanent residents since 2023: 9, then the province.
FOREIGNER = "9"
#: Nobody has lived longer than 123 years.
MAX_YEARS = 130
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
#: China keeps one time, UTC+8, without summer time.
CHINA = datetime.timezone(datetime.timedelta(hours=8))


def check_digit(first17: str) -> str:
    """The last character (ISO 7064 MOD 11-2) for 17 digits."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def check(text: str, today: datetime.date | None) -> Reason:
    """NAMES_SOMEONE if *text* can be an ID number, otherwise what is wrong with it.

    The check digit is asked first: then a misreading is not reported as an impossible region or date.

    :param today: the date in China; ``None`` if nobody knows it, and then a birth in the future is not found.
    """
    if not NUMBER.fullmatch(text):
        return Reason.ALPHABET
    if check_digit(text[:17]) != text[17].upper():
        return Reason.WRONG_DIGIT
    if text[:2] not in PROVINCES and not (text[0] == FOREIGNER and text[1:3] in PROVINCES):
        return Reason.REGION
    try:
        born = datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return Reason.BIRTH_DATE
    if today is not None and born > today:
        return Reason.FUTURE_BIRTH
    if born.year < (today.year if today is not None else 2020) - MAX_YEARS:
        return Reason.BIRTH_DATE
    return Reason.NAMES_SOMEONE


def today_in_china(now: Now) -> datetime.date | None:
    """The date in China at *now*, or ``None`` if nobody knows the time."""
    if now.at_ms is None:
        return None
    return datetime.datetime.fromtimestamp(now.at_ms / 1000, CHINA).date()


def verify(text: str, today: datetime.date | None) -> Credential:
    """A Credential with the verdict LOOKUP and the last four characters, or MALFORMED.  Never raises."""
    found = check(text, today)
    if found is not Reason.NAMES_SOMEONE:
        return Credential(Format.ID_NUMBER, Verdict.MALFORMED, found)
    return Credential(Format.ID_NUMBER, Verdict.LOOKUP, found, id_last4=text[-4:].upper())
