"""The life of a day's report: drawn up after midnight, asked for, confirmed, or gone by itself.  Pure.

| stage | when | becomes |
|---|---|---|
| ``drafting`` | the figures are being counted | ``draft`` |
| ``draft`` | until the reminder | ``due``, ``confirmed`` |
| ``due`` | from the reminder until it goes by itself | ``confirmed``, ``automatic`` |
| ``overdue`` | nobody confirmed in time: it is to go now, unchecked | ``automatic`` |
| ``confirmed`` | somebody confirmed these figures | ``changed`` |
| ``automatic`` | these figures went unchecked; they can still be confirmed, late | ``confirmed``, ``changed`` |
| ``changed`` | a void or a paper entry changed the day since: the next version is to be confirmed | ``confirmed`` |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.report.sent import Sent


class Stage(StrEnum):
    """Where a day's report is."""

    DRAFTING = "drafting"
    DRAFT = "draft"
    DUE = "due"
    OVERDUE = "overdue"
    CONFIRMED = "confirmed"
    AUTOMATIC = "automatic"
    CHANGED = "changed"


#: Stages in which somebody is asked to press 确认上报, and the badge says so.
ASKING = frozenset({Stage.DUE, Stage.CHANGED})
#: Stages in which the key is there.
CONFIRMABLE = frozenset({Stage.DRAFT, Stage.DUE, Stage.AUTOMATIC, Stage.CHANGED})


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes after midnight: the reminder, and when the report goes by itself."""

    remind: int = 9 * 60 + 30
    send: int = 10 * 60 + 25

    @classmethod
    def of(cls, remind: str, send: str) -> Times:
        """From two times of day such as 09:30."""
        return cls(*(int(text[:2]) * 60 + int(text[3:]) for text in (remind, send)))


def stage(minute: int, sha256: str | None, sent: Sent | None, times: Times) -> Stage:
    """Where the report of the day before is at *minute* of today.

    *sha256* names its figures, None while they are being counted; *sent* is the newest version that went out.
    """
    if sha256 is None:
        return Stage.DRAFTING
    if sent is not None:
        return Stage(sent.state) if sent.sha256 == sha256 else Stage.CHANGED
    if minute < times.remind:
        return Stage.DRAFT
    return Stage.DUE if minute < times.send else Stage.OVERDUE
