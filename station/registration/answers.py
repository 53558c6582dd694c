"""Answers as they come from the page, checked and in their normal form.  Pure.

A message here never holds the answer: what somebody typed stays out of every log.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

from station.credential import id_number
from station.credential.result import Reason
from station.registration.errors import AnswerRefused
from station.registration.questions import QUESTIONS, Kind
from station.registration.signature import parse_signature
from station.risk import DAYS_BACK
from station.roster import plate as plates
from station.roster.resident import is_name, is_word, normal_name

#: A province, city, street and number.
MAX_AREA = 80
#: Four characters at the end of a number: enough to be found again, the rest is due.
LAST4 = re.compile(r"[0-9]{3}[0-9X]")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[2-9][0-9]{6,7}")
_SPACES = re.compile(r"[\s\-]+")
#: What is wrong with an ID number, in words of the screen.
_ID_WRONG = {
    Reason.WRONG_DIGIT: "id_wrong_digit",
    Reason.REGION: "id_wrong_region",
    Reason.BIRTH_DATE: "id_wrong_birth",
    Reason.FUTURE_BIRTH: "id_future_birth",
}


def parse_answer(question: str, text: str, today: datetime.date | None) -> str:
    """*text* as the answer to *question*, in its normal form.

    :param today: the date in China, None while nobody knows it.
    :raises AnswerRefused: saying what is wrong.
    """
    kind = QUESTIONS[question].kind
    if kind is Kind.SIGNATURE:
        return parse_signature(text)
    bare = unicodedata.normalize("NFKC", text).strip()
    match kind:
        case Kind.CHOICE:
            return _choice(question, bare)
        case Kind.DIGITS if question == "id_number":
            return parse_id(bare, today)
        case Kind.DIGITS:
            return _phone(bare)
        case Kind.NAME:
            return _name(bare)
        case Kind.PLATE:
            return _plate(bare)
        case Kind.DAYS:
            return _days(bare)
        case _:
            return _words(bare)


def parse_id(text: str, today: datetime.date | None) -> str:
    """A whole ID number, or its last four characters.

    The check is one of typing: it never says who stands there.

    :raises AnswerRefused: ``id_length``, ``id_wrong_digit``, ``id_wrong_region``, ``id_wrong_birth`` or
        ``id_future_birth``.
    """
    bare = _SPACES.sub("", text).upper()
    if LAST4.fullmatch(bare):
        return bare
    if not id_number.NUMBER.fullmatch(bare):
        raise AnswerRefused("id_length", "id_number: expected 18 characters, or the last four")
    found = id_number.check(bare, today)
    if found is not Reason.NAMES_SOMEONE:
        raise AnswerRefused(_ID_WRONG.get(found, "id_length"), f"id_number: {found}")
    return bare


def is_whole(number: str) -> bool:
    """Whether an answer to ``id_number`` or ``phone`` is more than its last four."""
    return len(number) > 4


def sex_of(number: str) -> str:
    """``male`` or ``female``, as the last digit but one of an ID number says (GB 11643)."""
    return "male" if int(number[-2]) % 2 else "female"


def born_of(number: str) -> str:
    """The date of birth in a whole ID number, ``1990-01-31``."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def _choice(question: str, text: str) -> str:
    if text not in QUESTIONS[question].choices:
        raise AnswerRefused("bad_argument", f"{question}: not one of its choices")
    return text


def _phone(text: str) -> str:
    bare = re.sub(r"^(\+86|0086)", "", _SPACES.sub("", text))
    if not (_PHONE.fullmatch(bare) or re.fullmatch(r"[0-9]{4}", bare)):
        raise AnswerRefused("phone_wrong", "phone: no telephone number, nor the last four of one")
    return bare


def _name(text: str) -> str:
    name = normal_name(text)
    if not is_name(name):
        raise AnswerRefused("name_wrong", "name: expected letters of any script")
    return name


def _plate(text: str) -> str:
    plate = plates.normalise(text)
    if plates.problem(plate):
        raise AnswerRefused("plate_wrong", f"plate: {plates.problem(plate)}")
    return plate


def _days(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > DAYS_BACK:
        raise AnswerRefused("bad_argument", f"days: expected 0 to {DAYS_BACK}")
    return str(int(text))


def _words(text: str) -> str:
    if not is_word(text, MAX_AREA):
        raise AnswerRefused("bad_argument", f"expected one line of at most {MAX_AREA} characters")
    return text
