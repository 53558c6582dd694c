"""What the sheets show that open over the panel: 日报, 交班, 登记本站.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.screen.elements import Key, Level, Word


@dataclass(frozen=True, slots=True)
class ReportLine:
    """The report of the day before: 日报.

    ``stage`` is one of station.report.due.Stage; ``figures`` are (code, count); ``checked_by`` confirmed it, and
    ``can_confirm`` says whether 确认上报 is there.  ``sha256`` names the figures that a press confirms.
    """

    day: str
    stage: str
    version: int
    sha256: str
    zero: bool
    figures: tuple[tuple[str, int], ...]
    checked_by: str = ""
    can_confirm: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class CaseRead:
    """An open case that is handed over, and whether whoever takes over has looked at it; ``key`` says so."""

    masked: str
    opened_ms: int
    answered: bool
    read: bool
    key: Key


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One shift of the rota with the names of who stands at the gate and who leads; ``now`` says that it runs."""

    from_ms: int
    to_ms: int
    watch: tuple[str, ...]
    leader: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class DutyLine:
    """The duty at this moment: signing in, opening a shift, handing it over.

    ``stage`` is nobody, opening or open.  ``near`` are the people of this shift or the next as keys, ``people`` all;
    ``counts`` are what is handed over, with how each looks, ``cases`` must be read first; ``today`` is the day's rota.
    """

    stage: str
    near: tuple[Key, ...]
    people: tuple[Key, ...]
    since_ms: int | None = None
    leader: str = ""
    leader_phone: str = ""
    counts: tuple[tuple[Word, Level], ...] = ()
    cases: tuple[CaseRead, ...] = ()
    unread: int = 0
    own_centi: int | None = None
    own_verdict: str = ""
    own_until_ms: int | None = None
    self_test: str = ""
    today: tuple[ShiftLine, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolLine:
    """The sheet on which a hub's code is read (station/enrolment/enrolment.py), open as long as this is there.

    ``stage`` is show, compare, asking, failed or done; ``station`` is this gate's id; ``word`` says what is wrong.
    """

    stage: str
    station: str
    word: Word | None = None
    fingerprint: str = ""
    url: str = ""
    keys: tuple[Key, ...] = ()
