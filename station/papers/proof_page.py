"""The second page of a report: entries, chain, gaps and devices, by which the first can be checked.  Pure."""

from __future__ import annotations

from station.papers.paper import Cell, Table
from station.papers.said import Said, from_ms
from station.report import Gap


def proof(said: Said) -> tuple[Table, ...]:
    """The second page: what the figures are counted from."""
    say, report = said.catalogue.say, said.report
    facts: tuple[tuple[Cell, ...], ...] = (
        (say("online"), said.duration(report.online_ms)),
        (say("readings"), report.counts.readings),
        (say("checks"), report.checks),
        (say("entries"), report.entries),
    )
    title = say("proof" if said.is_zero else "proof_daily")
    chain = tuple((f"{each.epoch >> 32}", each.first, each.last, each.head) for each in report.ranges)
    columns = (say("epoch"), say("first"), say("last"), say("head"))
    return (
        Table(title, (say("item"), said.this()), facts),
        Table(say("chain"), columns, chain, "" if chain else say("no_entries")),
        _gaps(said),
        _devices(said),
    )


def _gaps(said: Said) -> Table:
    say, report = said.catalogue.say, said.report
    rows = tuple(
        (say(gap.cause), said.at(gap.from_ms), said.at(gap.to_ms), _length(said, gap), _detail(said, gap))
        for gap in sorted(report.gaps, key=from_ms)
    )
    note = say("more_gaps", n=report.more_gaps) if report.more_gaps else "" if rows else say("no_gaps")
    columns = (say("cause"), say("from"), say("to"), say("how_long"), say("detail"))
    return Table(say("gaps"), columns, rows, note)


def _devices(said: Said) -> Table:
    say = said.catalogue.say
    rows = tuple(
        (
            f"{_role(said, device.role)} {device.device}".strip(),
            device.times,
            said.duration(device.total_ms),
            say("still" if device.still else "back"),
        )
        for device in said.report.devices
    )
    columns = (say("device"), say("times"), say("how_long"), say("detail"))
    return Table(say("devices"), columns, rows, "" if rows else say("no_devices"))


def _length(said: Said, gap: Gap) -> str:
    return said.duration(gap.to_ms - gap.from_ms)


def _detail(said: Said, gap: Gap) -> str:
    return said.catalogue.say("n_entries", n=gap.detail) if gap.cause == "missing" else gap.detail


def _role(said: Said, role: str) -> str:
    return said.catalogue.say(role) if said.catalogue.knows(role) else role
