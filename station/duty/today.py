"""The rota of one day, as the page for inspectors shows it: names and times, no telephone number.  Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from station.duty.rota import Rota
from station.notebook.round_times import day_of
from station.screen.sheets import ShiftLine


def shifts_today(rota: Rota, now_ms: int, timezone: str) -> tuple[ShiftLine, ...]:
    """The shifts that touch the day at *now_ms*, in their order; an id that nobody has stays as it is."""
    zone = ZoneInfo(timezone)
    day = day_of(now_ms, zone)

    def name(id: str) -> str:
        known = rota.operators.get(id)
        return id if known is None else known.name

    return tuple(
        ShiftLine(
            one.from_ms,
            one.to_ms,
            tuple(name(id) for id in one.watch),
            name(one.leader) if one.leader else "",
            one.from_ms <= now_ms < one.to_ms,
        )
        for one in rota.shifts
        if day_of(one.from_ms, zone) <= day <= day_of(one.to_ms - 1, zone)
    )
