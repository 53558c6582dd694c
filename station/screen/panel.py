"""The large panel: who stands here, what was measured, what it means and what is to be done.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.screen.elements import Key, Word


class PanelKind(StrEnum):
    """What fills the large panel."""

    IDLE = "idle"
    PARTIAL = "partial"  # something came, something is still missing
    ASK = "ask"  # something other than a temperature is missing: the operator is asked
    ADMIT = "admit"
    RETAKE = "retake"
    REFER = "refer"  # to the community, without a fever
    FEVER = "fever"
    DENY = "deny"
    CLOSED = "closed"  # the journal cannot be written: nobody is admitted


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Who it is: ``masked`` may face the queue, ``name`` and ``place`` stand on the operator's strip only."""

    masked: str
    name: str = ""
    place: str = ""
    last4: str = ""
    proven: bool = False  # by a health certificate that is good, until:
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One temperature of the visit, as shown to the operator."""

    centi_celsius: int
    attempt: int
    line_centi: int
    site: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """One of several people who are measured: ``state`` is done, off, next or missing."""

    number: int
    state: str
    masked: str = ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """The rule behind a refusal, large enough to be read by the person: 看规定."""

    name: str
    text: tuple[tuple[str, str], ...]  # language -> sentence
    issuer: str
    phone: str
    source: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The large panel.

    ``headline`` is for the person; ``reasons`` are the short line under it; ``missing`` says what is still to
    come; ``people`` and ``measured`` count a group, ``seats`` are its people.  ``rule`` is shown by 看规定.
    ``event_ns`` is when the last event that this panel needed came in from its driver (CLOCK_BOOTTIME), for measuring
    how long the decision took.  ``visit`` is a number of the desk's own for who stands here; the page hands it back
    with every act, so that a press that was meant for the person before is not taken for this one.  0 is nobody.
    """

    kind: PanelKind
    headline: Word
    person: PersonLine | None = None
    temperature: Measured | None = None
    reasons: tuple[Word, ...] = ()
    missing: tuple[Word, ...] = ()
    people: int = 1
    measured: int = 0
    keys: tuple[Key, ...] = ()
    rule: RuleText | None = None
    until_ms: int | None = None
    event_ns: int | None = None
    entry: tuple[int, int] | None = None
    visit: int = 0
    seats: tuple[Seat, ...] = ()
