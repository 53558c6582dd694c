"""What the office's lists and reports are made of, kept up to date in the transaction that takes entries in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from sqlalchemy import Connection

from sync.hub.examination.run import Link, Run
from sync.hub.people.journeys import follow_journeys
from sync.hub.people.whereabouts import follow_people
from sync.hub.report.gate_days import spoil_days


def follow(connection: Connection, run: Run, fresh: Sequence[Link], now_ms: int, zone: tzinfo) -> None:
    """Follow the *fresh* links of *run*: who is where or away, and which days have to be drawn up again."""
    if fresh:
        follow_journeys(connection, run, fresh, follow_people(connection, run, fresh, now_ms))
        spoil_days(connection, run, fresh, now_ms, zone)
