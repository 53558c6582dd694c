"""Let this gate into a community by the code that its hub shows and our own camera reads.  Pure.

Lives in the lane's thread.  A code is read only while the sheet on the screen is open; at any other time it is a code
like any other that nobody knows.  Nobody is asked anything before a person has compared the fingerprints, and nothing
is pinned before the answer was found to fit the code: the road, which asks, is not believed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Act, ActionError
from station.screen.elements import Key, Word
from station.screen.sheets import EnrolLine
from station.wire.entrance import GIVEN, REFUSED, Outcome, Request, fitting_keys, request_of
from station.wire.errors import WireError
from station.wire.invitation import PREFIX, Invitation, parse_invitation, root_mark
from station.wire.order import Order

#: From the office to the gate and back; a sheet that somebody forgot reads no codes for longer.
OPEN_MS = 300_000
#: As long as a code lasts at a hub, and what clocks of two machines may differ by.
LASTS_MS, SKEW_MS = 900_000, 300_000
#: The road looks twice a second and asks for twenty seconds at most: one that says nothing for so long does not run.
SILENT_MS = 60_000


class Stage(StrEnum):
    """How far it is."""

    CLOSED = "closed"
    SHOW = "show"  # the code is to be shown to the camera
    COMPARE = "compare"  # the fingerprints are to be compared
    ASKING = "asking"  # the road asks the hub
    FAILED = "failed"  # another code is needed
    DONE = "done"


class Files(Protocol):
    """What passes between desk and road, and what is pinned."""

    def ask(self, request: Request | None) -> None:
        """Leave *request* for the road, or take it away.

        :raises OSError: if it cannot be written.
        """

    def asked(self) -> Request | None:
        """The request that lies there."""

    def outcome(self) -> Outcome | None:
        """What the road said last."""

    def pin(self, root: bytes) -> None:
        """Write the root public key, whole or not at all.

        :raises OSError: if it cannot be written.
        """


@dataclass(frozen=True, slots=True)
class Self:
    """This gate: its id and name, its key, and the hub that its settings name (none, or a folder)."""

    station: str
    name: str
    key: Ed25519PrivateKey
    url: str = ""
    by_folder: bool = False


_ANSWERS = (
    Key(Act.ENROL, Word("enrol_same"), "action", "1", (("do", "same"),), confirm=True),
    Key(Act.ENROL, Word("enrol_differs"), "stop", "2", (("do", "other"),)),
)
_BACK = Key(Act.ENROL, Word("back"), "neutral", "Escape", (("do", "close"),))
#: What the road was told → what the screen says.
_WORDS = {
    "invitation": "enrol_used",
    "url": "enrol_url",
    "ca_file": "enrol_tls",
    "tls": "enrol_tls",
    "unreachable": "enrol_no_line",
    "timeout": "enrol_no_line",
    "cut": "enrol_no_line",
    "portal": "enrol_portal",
    "no_hub": "enrol_no_hub",
    "busy": "enrol_busy",
    "fault": "enrol_busy",
    "disk": "enrol_disk",
}


class Enrolment:
    """One gate's door.  *granted* puts a pinned root key and its ``keys`` order to use."""

    def __init__(
        self,
        gate: Self,
        files: Files,
        root: bytes | None,
        granted: Callable[[bytes, bytes, Order], None],
        new_id: Callable[[], str],
    ) -> None:
        self._gate = gate
        self._files = files
        self._mark = "" if root is None else root_mark(root)
        self._granted = granted
        self._new_id = new_id
        self.stage = Stage.CLOSED
        self._word: Word | None = None
        self._invitation: Invitation | None = None
        self._request: Request | None = None
        self._clock_off = False
        self._until_ms = 0
        self._since_ms = 0
        self._left = self._resume()

    @property
    def enrolled(self) -> bool:
        """Whether this gate belongs to a community."""
        return bool(self._mark)

    def _resume(self) -> list[Draft]:
        """Finish what a power cut broke off between the hub's answer and ours; whatever else lay there is gone."""
        request, outcome = self._files.asked(), self._files.outcome()
        if request is None:
            return []
        try:
            if outcome is not None and outcome.id == request.id and outcome.state == GIVEN:
                return [self._settle(request, outcome, "station")]
            self._files.ask(None)
        except (WireError, OSError):
            # The sheet says so as soon as somebody opens it again.
            return []
        return []

    # -- what is pressed and shown -----------------------------------------------------------------------------

    def open(self, now_ms: int) -> None:
        """The sheet is open: the next code is read."""
        self._close()
        self.stage, self._until_ms = Stage.SHOW, now_ms + OPEN_MS
        if self._gate.by_folder:
            self._fail("enrol_by_stick")

    def close(self) -> None:
        """The sheet is closed, whatever was going on."""
        self._close()

    def scanned(self, payload: bytes, now_ms: int, clock_ms: int | None) -> bool:
        """Whether *payload* was for us; *clock_ms* is the time where somebody knows it."""
        if self.stage is Stage.CLOSED or not payload.startswith(PREFIX.encode()):
            return False
        if self.stage not in (Stage.SHOW, Stage.FAILED):
            return True  # the camera sees the same code again and again
        try:
            invitation = parse_invitation(payload.decode("ascii"))
        except (WireError, UnicodeDecodeError):
            self._fail("enrol_damaged")
            return True
        self._until_ms = now_ms + OPEN_MS
        if invitation.station != self._gate.station:
            self._fail("enrol_other_gate", ("gate", invitation.station), ("own", self._gate.station))
        elif self._mark and invitation.root != self._mark:
            self._fail("enrol_other_hub")
        elif self._gate.url and invitation.url.rstrip("/") != self._gate.url.rstrip("/"):
            self._fail("enrol_other_address")
        else:
            self.stage, self._invitation = Stage.COMPARE, invitation
            self._clock_off = clock_ms is None or not -LASTS_MS - SKEW_MS < clock_ms - invitation.until_ms < SKEW_MS
            self._word = Word("enrol_clock") if self._clock_off else None
        return True

    def answer(self, same: bool, now_ms: int) -> None:
        """Somebody compared the fingerprints.

        :raises ActionError: if there is nothing to compare.
        """
        if self.stage is not Stage.COMPARE or self._invitation is None:
            raise ActionError("not_now", "enrol: no code was read")
        if not same:
            self._fail("enrol_not_the_same")
            return
        gate, invitation = self._gate, self._invitation
        request = request_of(invitation, self._new_id(), gate.name, gate.key)
        try:
            self._files.ask(request)
        except OSError:
            self._fail("enrol_disk")
            return
        self.stage, self._request, self._word = Stage.ASKING, request, None
        # As long as the code lasts the road goes on asking.
        self._since_ms, self._until_ms = now_ms, now_ms + LASTS_MS

    def ticked(self, now_ms: int, clock_ms: int | None, actor: str) -> list[Draft]:
        """Look whether the road has an answer; what is to be written about it."""
        if self.stage is Stage.CLOSED:
            left, self._left = self._left, []
            return left
        if now_ms >= self._until_ms:
            self._close()
            return []
        if self.stage is not Stage.ASKING or self._request is None:
            return []
        request, outcome = self._request, self._files.outcome()
        if outcome is None or outcome.id != request.id:
            self._word = Word("enrol_no_road") if now_ms >= self._since_ms + SILENT_MS else None
            return []
        if outcome.state == GIVEN:
            return self._given(request, outcome, now_ms, actor)
        word = self._why(outcome.code, clock_ms)
        if outcome.state == REFUSED:
            self._fail(word)
        else:
            self._word = Word(word)
        return []

    def line(self) -> EnrolLine | None:
        """The sheet as the screen shows it; None while it is closed."""
        if self.stage is Stage.CLOSED:
            return None
        shown = self._invitation if self.stage in (Stage.COMPARE, Stage.ASKING, Stage.DONE) else None
        fingerprint, url = ("", "") if shown is None else (shown.fingerprint, shown.url)
        keys = (*(_ANSWERS if self.stage is Stage.COMPARE else ()), _BACK)
        return EnrolLine(self.stage, self._gate.station, self._word, fingerprint, url, keys)

    # -- inside ------------------------------------------------------------------------------------------------

    def _given(self, request: Request, outcome: Outcome, now_ms: int, actor: str) -> list[Draft]:
        try:
            draft = self._settle(request, outcome, actor)
        except WireError:
            self._fail("enrol_unfit")
            return []
        except OSError:
            self._fail("enrol_disk")
            return []
        self.stage, self._word, self._until_ms = Stage.DONE, None, now_ms + OPEN_MS
        return [draft]

    def _settle(self, request: Request, outcome: Outcome, actor: str) -> Draft:
        order = fitting_keys(outcome.root, request.root, outcome.keys)
        self._files.pin(outcome.root)
        self._mark = request.root
        self._granted(outcome.root, outcome.keys, order)
        self._files.ask(None)
        self._request = None
        return Draft(kinds.STATION_ENROLLED, {"root": request.root, "url": request.url}, actor)

    def _why(self, code: str, clock_ms: int | None) -> str:
        """What went wrong, in words; where our own clock explains it, that."""
        if code == "tls" and self._clock_off:
            return "enrol_clock"
        over = self._invitation is not None and clock_ms is not None and clock_ms > self._invitation.until_ms
        if code == "invitation" and over:
            return "enrol_over"
        return _WORDS.get(code, "enrol_unfit")

    def _fail(self, word: str, *gaps: tuple[str, str]) -> None:
        self._withdraw()
        self.stage, self._word, self._invitation = Stage.FAILED, Word(word, gaps), None

    def _close(self) -> None:
        self._withdraw()
        self.stage, self._word, self._invitation = Stage.CLOSED, None, None

    def _withdraw(self) -> None:
        """Take the request away: what the hub may still grant is then used by nobody."""
        if self._request is not None:
            self._request = None
            try:
                self._files.ask(None)
            except OSError:
                # The next start finds it, and drops it.
                return
