"""What the screens show of the lane at one moment: immutable, built by the lane's one thread, read by many.

Words are codes here; station/web/translations has them in every language.  Times are wall milliseconds of the
station's clock, so that a page can count down by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.screen.people_board import PeopleBoard


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


class Level(StrEnum):
    """How a badge looks."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Word:
    """A code with what fills its gaps: ``Word("unsent", (("n", "12"),))`` → «未上传 12»."""

    code: str
    gaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """One small mark in the header."""

    word: Word
    level: Level
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One large button.  ``act`` and ``arguments`` are what a press sends; ``key`` is its key on the numpad.

    A key with ``choices`` opens them instead of sending anything: the reasons of an exception, the colours of a
    code, who signs in.  An ``act`` that begins with "page:" is the page's own (docs/screens.md).
    """

    act: str
    word: Word
    look: str = "neutral"  # neutral | action | warn | stop
    key: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    confirm: bool = False  # held for one second, or pressed twice
    choices: tuple[Key, ...] = ()


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


@dataclass(frozen=True, slots=True)
class RuleText:
    """The rule behind a refusal, large enough to be read by the person: 看规定."""

    name: str
    text: tuple[tuple[str, str], ...]  # language -> sentence
    issuer: str
    phone: str
    source: str


@dataclass(frozen=True, slots=True)
class Chip:
    """Somebody who rests before the next measurement: 待复测."""

    waiting: int
    masked: str
    tag: int
    since_ms: int
    ready_ms: int
    until_ms: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the last visits, masked: 刚才."""

    outcome: str
    masked: str
    at_ms: int
    direction: str
    void: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """The last entry can be taken back without a reason until then."""

    epoch: int
    seq: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a fever case: done at a time, or to be done next."""

    step: str
    done_ms: int | None
    next: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An open case beside the lane; ``office`` is what the office did with it: a code, who of it, and when."""

    case: int
    masked: str
    opened_ms: int
    answered: bool
    steps: tuple[CaseStep, ...]
    keys: tuple[Key, ...] = ()
    office: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A fever that nobody has answered yet sounds until somebody does."""

    since_ms: int
    silent_until_ms: int | None = None
    escalated: bool = False
    phone: str = ""


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


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the gate's screen.  ``version`` grows by one with every change."""

    version: int
    gate: str
    community: str
    now_ms: int
    timezone: str
    direction: str
    panel: Panel
    operator: str = ""
    badges: tuple[Badge, ...] = ()
    keys: tuple[Key, ...] = ()
    waiting: tuple[Chip, ...] = ()
    recent: tuple[Recent, ...] = ()
    undo: Undo | None = None
    cases: tuple[CaseLine, ...] = ()
    alarm: Alarm | None = None
    wiped_until_ms: int | None = None
    restarted_ms: int | None = None
    demo: bool = False
    drill: bool = False  # 演练: marks the whole screen
    office_phone: str = ""
    people: PeopleBoard | None = None  # who is out: 在外名单
    report: ReportLine | None = None
    duty: DutyLine | None = None  # who is on duty, and handing over: 交班
    bulletins: tuple[tuple[tuple[str, str], ...], ...] = ()  # the office's notices by language, while nobody is here
    turn: int = 0  # which page of them is on
    registration: int = 0  # grows when an open form has changed by itself: a card was read, the screen was wiped
    enrol: EnrolLine | None = None  # a hub's code is read, or what came of it: 登记本站
