"""What somebody not known is asked, and by whom it has to be asked.  Pure.

The list of questions is [002-4] (REQUIREMENTS: registered for someone not known).  Which of them keep somebody
waiting at the gate is ours: everything else can be added with 补充, or later.  Sources stand beside each table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from station.facts import PersonClass


class Need(StrEnum):
    """How much a question matters to one class of people."""

    MUST = "must"  # no registration without an answer
    LATER = "later"  # asked; may be left for later and is then due
    OFFER = "offer"  # asked; «no» is an answer
    EXTRA = "extra"  # not asked, can be added


class Kind(StrEnum):
    """Which screen asks it."""

    CHOICE = "choice"
    NAME = "name"
    AREA = "area"
    DIGITS = "digits"
    PLATE = "plate"
    HOST = "host"
    RISK_AREA = "risk_area"
    DAYS = "days"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Question:
    """One screen.  ``sealed`` answers are for the office alone and are not offered where it has sent no key."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    sealed: bool = False


#: Everybody else is in the roster, has a pass, or is an emergency.
CLASSES = (PersonClass.VISITOR, PersonClass.RETURNEE, PersonClass.WORKER, PersonClass.OFFICIAL)

#: Why somebody comes: REQUIREMENTS (买菜 就医 上班 务农 白事 …) and what the classes do.
PURPOSES = (
    "family", "caring", "repair", "moving", "work", "official", "medical", "shopping", "farming", "funeral",
    "school", "other",
)  # fmt: skip

QUESTIONS: Mapping[str, Question] = {
    question.name: question
    for question in (
        Question("klass", Kind.CHOICE, tuple(CLASSES)),
        Question("id_number", Kind.DIGITS),
        Question("name", Kind.NAME),
        Question("sex", Kind.CHOICE, ("female", "male"), sealed=True),
        Question("phone", Kind.DIGITS),
        Question("host", Kind.HOST),
        Question("purpose", Kind.CHOICE, PURPOSES),
        Question("origin", Kind.AREA, sealed=True),
        Question("returned", Kind.DAYS),
        Question("responsible", Kind.NAME, sealed=True),
        Question("plate", Kind.PLATE),
        Question("registered_home", Kind.AREA, sealed=True),
        Question("residence", Kind.AREA, sealed=True),
        Question("risk", Kind.CHOICE, ("none", "returned", "contact")),
        Question("risk_area", Kind.RISK_AREA),
        Question("risk_days", Kind.DAYS),
        Question("signature", Kind.SIGNATURE, sealed=True),
    )
}

_COMMON = {
    "id_number": Need.LATER,  # [002-4]
    "name": Need.MUST,  # [002-4]; the surname alone is enough to go on, the rest is then due [own]
    "sex": Need.LATER,  # [002-4]; an ID number says it
    "phone": Need.LATER,  # [002-4]; an ID number is enough to be found by [own]
    "registered_home": Need.EXTRA,  # [002-4]; the region of an ID number says it [own]
    "residence": Need.EXTRA,
    "responsible": Need.EXTRA,
    "plate": Need.EXTRA,  # a car that comes in is a party with its own seats
    "risk": Need.MUST,  # [002-4] 旅居史
    "risk_area": Need.MUST,
    "risk_days": Need.MUST,
    "signature": Need.MUST,  # [002-4] 实名签字; an ID card that was read counts as one [own]
}

#: What is asked, in the order of the questions, by class.
NEEDS: Mapping[PersonClass, Mapping[str, Need]] = {
    PersonClass.VISITOR: _COMMON | {"host": Need.LATER, "purpose": Need.LATER},  # [002-4]
    PersonClass.RETURNEE: _COMMON  # [002-4] 返乡人员
    | {"host": Need.LATER, "origin": Need.LATER, "returned": Need.LATER, "responsible": Need.LATER},
    PersonClass.WORKER: _COMMON | {"purpose": Need.LATER, "host": Need.EXTRA},  # [002-4], [002-5] 工作人员
    PersonClass.OFFICIAL: _COMMON | {"id_number": Need.EXTRA, "purpose": Need.LATER, "host": Need.EXTRA},  # [own]
}

#: Where the regime is low nobody is kept for what the office can do without [003: least burden].
_LOW = {"phone": Need.EXTRA, "sex": Need.EXTRA, "signature": Need.OFFER}


def needs(klass: PersonClass, regime: str) -> dict[str, Need]:
    """What somebody of *klass* is asked under *regime*, question → need, in the order of asking."""
    table = {**NEEDS[klass]} | (_LOW if regime == "low" else {})
    return {name: table[name] for name in QUESTIONS if name in table}
