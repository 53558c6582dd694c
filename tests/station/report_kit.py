"""Entries for reports, made by hand: a little chain whose clock goes where the test wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from station.report import Noted, Report, day_period, make_report, survey

ZONE = ZoneInfo("Asia/Shanghai")
DAY = "2020-11-22"


def at(clock: str, day: str = DAY) -> int:
    """The instant of a time such as 07:30 on *day*."""
    return int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE).timestamp() * 1000)


@dataclass
class Chain:
    """Entries one after another; the machine's running time goes with the wall unless told otherwise."""

    noted: list[Noted] = field(default_factory=list)
    epoch: int = 1 << 32
    seq: int = 0
    boot: str = "boot-1"
    clock: str = "synced"
    booted_ms: int = at("00:00") - 3_600_000

    def add(self, when: str | int, kind: str, on_day: str = DAY, /, **facts: Any) -> Noted:
        at_ms = at(when, on_day) if isinstance(when, str) else when
        self.seq += 1
        running_ns = (at_ms - self.booted_ms) * 1_000_000
        head = bytes([self.seq % 256]) * 32
        entry = Noted(self.epoch, self.seq, kind, at_ms, self.clock, self.boot, running_ns, "wang", facts, head)
        self.noted.append(entry)
        return entry

    def starts(self, when: str, day: str = DAY) -> Noted:
        if not self.noted:
            self.add(when, "epoch.opened", day, reason="first")
        return self.add(when, "service.started", day, last_seq=self.seq)

    def reboots(self, name: str, when: str, day: str = DAY) -> None:
        """The machine starts anew; what it says of the time is for the test to say."""
        self.boot, self.booted_ms = name, at(when, day)

    def checks(self, from_: str, to: str, day: str = DAY, every_minutes: int = 30) -> None:
        """The desk's own marks from one time to another."""
        until_ms, when_ms = at(to, day), at(from_, day)
        while when_ms < until_ms:
            self.add(when_ms, "gate.checked", devices=2, working=2)
            when_ms += every_minutes * 60_000

    def passes(self, when: str | int, outcome: str = "admit", direction: str = "in", **facts: Any) -> Noted:
        body = {
            "visit": str(facts.pop("visit", len(self.noted))),
            "outcome": outcome,
            "direction": direction,
            "people": 1,
            "reason": "resident",
            "class": "resident",
            "notes": [],
            "exception": False,
            "readings": [reading()],
            **facts,
        }
        return self.add(when, "visit.decided", facts.get("day", DAY), **{k: v for k, v in body.items() if k != "day"})

    def report(self, day: str = DAY, now: int | None = None, steady: bool = True) -> Report:
        period = day_period(day, ZONE, at("00:00", "2020-12-31") if now is None else now)
        return make_report("east", period, ZONE, survey(self.noted), self.noted, steady)


def reading(centi: int = 3650, by_hand: bool = False) -> dict[str, Any]:
    return {"centi_celsius": centi, "by_hand": by_hand, "site": "forehead"}


def quiet_day() -> Chain:
    """A day on which the gate stood, and nobody came."""
    chain = Chain()
    chain.starts("22:00", "2020-11-21")
    chain.checks("22:30", "23:59", "2020-11-21")
    chain.checks("00:00", "23:59")
    chain.checks("00:00", "02:00", "2020-11-23")
    return chain


def ordinary_day(more: Callable[[Chain], None] = lambda _chain: None) -> Chain:
    """A day with a little of everything."""
    chain = Chain()
    chain.starts("23:00", "2020-11-21")
    chain.checks("00:10", "07:00")
    for minute in range(10):
        chain.passes(f"07:{minute:02d}", direction="out")
    chain.passes("07:25", "retake", reason="first_high", visit="again", readings=[reading(3740)])
    chain.passes("07:31", visit="again", readings=[reading(3740), reading(3680)])
    chain.passes("07:44", people=5, vehicle=True, readings=[reading()] * 5)
    chain.passes("08:12", notes=["overdue_7"])
    chain.passes("08:30", **{"class": "worker"})
    chain.passes("09:05", "deny", reason="outsiders_not_admitted", **{"class": "visitor"})
    chain.add("09:06", "goods.handed_over", pieces=1, visit="g1")
    chain.passes("10:20", "refer", reason="risk_area", **{"class": "returnee"})
    chain.passes("10:40", "admit", reason="emergency", people=3, readings=[], **{"class": "emergency"})
    chain.passes("14:03", readings=[reading(3640, by_hand=True)])
    chain.passes("15:46", "refer", reason="fever", visit="fever", readings=[reading(3790), reading(3810)])
    chain.add("15:46", "case.opened", case="fever", visit="fever", cause="fever", direction="in")
    chain.add("17:35", "case.step", case="fever", step="closed", ends=True, details={})
    chain.passes("17:58", direction="out", **{"class": "worker"})
    chain.add("18:00", "visit.left", visit="gone", reason="timeout", direction="in", people=1, readings=[reading()])
    chain.checks("18:30", "23:59")
    more(chain)
    chain.checks("00:00", "01:00", "2020-11-23")
    return chain
