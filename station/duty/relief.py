"""One shift relieves another: what is written of who comes and who goes.  Pure."""

from __future__ import annotations

from station.duty.around import Around
from station.duty.on_duty import OnDuty
from station.duty.rota import Role, Rota
from station.lane.lane import Lane

#: Somebody who is not on the rota and takes over all the same: 顶岗.
STAND_IN = "stand-in"
#: Later than this the relief is late.
LATE_MS = 60_000


def late_minutes(rota: Rota, on: OnDuty, around: Around) -> int:
    """How long the relief is late; 0 while it is not, or nobody knows."""
    planned = rota.planned(on.id, on.since_ms) if on.id and around.clock_known else None
    if planned is None or around.now_ms - planned.to_ms < LATE_MS:
        return 0
    return (around.now_ms - planned.to_ms) // 60_000


def coming(rota: Rota, id: str, by: str, around: Around) -> dict[str, object]:
    """The facts of *id* who comes on duty, shown *by* what."""
    known, planned = rota.operators.get(id), rota.at(around.now_ms) if around.clock_known else None
    expected = rota.expected(around.now_ms) if around.clock_known else ()
    # Without a rota nobody can say whose turn it is.
    stand_in = id == STAND_IN or (planned is not None and id not in expected)
    return {
        "operator": id,
        "role": Role.OPERATOR if known is None else known.role,
        "by": by,
        "stand_in": stand_in,
        "leader": planned.leader if planned is not None else "",
    }


def going(rota: Rota, gone: OnDuty, lane: Lane, around: Around) -> dict[str, object]:
    """The facts of *gone* who goes, and of what they leave at *lane* and around it."""
    return {
        "from": gone.id,
        "began_ms": gone.since_ms,
        "opened": gone.opened_ms is not None,
        "late_minutes": late_minutes(rota, gone, around) if around.clock_known else None,
        "cases": list(gone.read),
        "parked": len(lane.waiting),
        "overdue": around.overdue,
        "unsent": around.unsent,
        "lost": list(around.lost),
        "to_fill_in": len(lane.unfilled),
    }
