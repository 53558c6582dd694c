"""The desk as the web sees it.  The real desk and the one in the tests both answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from station.lane.action import Action, Answer
from station.notebook.notebook import Notebook
from station.registration.entry import Registered
from station.registration.forms import Forms
from station.screen.elements import Word
from station.screen.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """One resident that a search found.  ``resident`` is what an identify act sends back; ``status`` may be blank."""

    resident: str
    name: str
    place: str
    last4: str
    status: Word | None = None


@dataclass(frozen=True, slots=True)
class FoundVehicle:
    """One vehicle of the roster, with where its people live and their names."""

    plate: str
    place: str = ""
    names: tuple[str, ...] = ()


class Desk(Protocol):
    """What the pages ask of the desk.  Called from many threads at once."""

    @property
    def forms(self) -> Forms:
        """The registrations that are open."""

    def view(self) -> View:
        """The newest view; never waits."""

    def wait(self, version: int, timeout_s: float) -> View:
        """The newest view as soon as it is newer than *version*, or whatever there is after *timeout_s*."""

    def act(self, action: Action) -> Answer:
        """Do *action* on the lane and say what came of it, within three seconds.

        The same nonce is done once, however often it is asked.

        :raises ActionError: when it cannot be done now; its code is shown to the operator.
        """

    def register(self, registered: Registered) -> Answer:
        """Write *registered* down and let the person stand at the lane; once, however often it is asked.

        :raises ActionError: when somebody else there has to be dealt with first.
        """

    def notes(self) -> Notebook:
        """What was written down beside the passages."""

    def search(self, query: str, limit: int) -> list[Found]:
        """At most *limit* residents, best first.

        *query* is lower-case letters of any script or digits: a name or its beginning, initials in pinyin, a room, a
        number plate.  Digits are keys of a telephone pad (7 5 finds "sl"), a building and room written without
        hyphens (32501), and the last four of the phone.
        """

    def plates(self, tail: str, limit: int) -> list[FoundVehicle]:
        """At most *limit* vehicles of the roster whose plate ends in *tail*, in capitals."""
