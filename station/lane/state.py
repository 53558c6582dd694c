"""Everything that the lane knows at one moment, and what it says and has written down.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from station.case.case import Case
from station.facts import Direction, Facts
from station.journal.draft import Draft
from station.lane.alerts import Alarm
from station.lane.effects import Effect, Record
from station.lane.facts import facts_of
from station.lane.marks import Handed, Notice, Shown, Undoable
from station.lane.timing import Timing
from station.lane.unfilled import Unfilled
from station.lane.visit import Visit
from station.ledger.history import House, recall
from station.ledger.ledger import Ledger, concerns
from station.notebook.isolation import Isolated
from station.notebook.journeys import NOTE as RETURN
from station.notebook.journeys import Journey, comes_back, told_at_gate
from station.notebook.notebook import KINDS as NOTES
from station.notebook.notebook import Notebook
from station.notebook.round_times import RoundTimes
from station.policy.policy import Decision, Policy
from station.screening.screening import Screening

#: As many as the recorder keeps waiting: what is learned from each once it is on the disk.
MAX_LEARNING = 2_000


@dataclass(slots=True)
class LaneState:
    """Everything about the lane at one moment.

    *new_id* names visits and records; the desk carries out :meth:`drain` after each call.  ``waiting`` are
    resting, ``recording`` are admitted as soon as the disk has them, ``goods`` are deliveries, emergencies and
    what stood on paper, on their way there; ``handed`` are the deliveries of the last days, ``unfilled`` what is to
    be told in full (the desk keeps it as the journal has it), ``kept`` the newest ``visit.measured``.
    ``refused`` is who was turned back last, ``following`` who showed a code while somebody else was still being asked
    about; ``moving`` are drafts that change the ledger once they are written.  ``closed`` says that the whole compound
    is.  ``operator`` is the name of who is on duty, ``on_duty`` their id.  In a ``drill`` nobody moves in the ledger,
    nothing is learned, and the gate stays shut but for 急.
    """

    policy: Policy
    new_id: Callable[[], str]
    timing: Timing = field(default_factory=Timing)
    direction: Direction = Direction.IN
    operator: str = ""
    on_duty: str = ""
    drill: bool = False
    clock_known: bool = True
    closed: bool = False
    storage_ok: bool = True
    visit: Visit | None = None
    following: Visit | None = None
    shown: Shown | None = None
    refused: Shown | None = None
    notice: Notice | None = None
    waiting: dict[str, Visit] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    alarm: Alarm | None = None
    undoable: Undoable | None = None
    recording: dict[str, tuple[Visit, Decision]] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    next_tag: int = 1
    wiped_until_ms: int | None = None
    goods: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    house: House = field(default_factory=House)
    moving: dict[str, Draft] = field(default_factory=dict)
    kept: tuple[str, int] = ("", 0)
    handed: list[Handed] = field(default_factory=list)
    unfilled: dict[str, Unfilled] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"
    offer_trip: bool = False
    screening: Screening = field(default_factory=Screening)
    learning: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notebook: Notebook = field(default_factory=Notebook)
    rounds: RoundTimes = field(default_factory=RoundTimes)
    isolated: tuple[Isolated, ...] = ()
    travelling: tuple[Journey, ...] = ()

    @property
    def actor(self) -> str:
        """Who is on duty, as an entry names them."""
        return self.on_duty or "unsigned"

    def drain(self) -> list[Effect]:
        """The effects since the last call, in order."""
        effects, self.effects = self.effects, []
        return effects

    def say(self, code: str, now_ms: int) -> None:
        """Show a short word about something that led to no visit."""
        self.notice = Notice(code, now_ms + self.timing.refusal_shown_ms)

    def record(self, draft: Draft) -> str:
        """Have *draft* written; :meth:`recorded` or :meth:`record_failed` answers with the token."""
        token = self.new_id()
        if (concerns(draft.kind, draft.facts) or draft.kind in NOTES) and not self.drill:
            self.moving[token] = draft
        self.effects.append(Record(draft, token))
        if draft.facts.get("learned") and not self.drill:
            self.learning[token] = draft.facts["learned"]
            if len(self.learning) > MAX_LEARNING:
                del self.learning[next(iter(self.learning))]
        return token

    def see(self, visit: Visit) -> Facts:
        """*visit* as the rules see it, with what the ledger knows of whoever it is about."""
        return facts_of(self._recalled(visit), self.policy.lines, self.clock_known, self.closed)

    def _recalled(self, visit: Visit) -> Visit:
        """*visit* with what the ledger knew of its person when it was last touched."""
        if visit.person is None:
            return visit
        history = recall(
            visit.person.shown, visit.direction, self.ledger, self.house, visit.touched_ms, self.clock_known
        )
        journeys = chain(self.travelling, told_at_gate(self.notebook))  # looked at only for who comes home
        if comes_back(journeys, self.ledger, visit.person, visit.direction, visit.touched_ms):
            history = replace(history, notes=(*history.notes, RETURN))
        return replace(visit, history=history)
