"""A report as a few lines that somebody pastes into a chat.  Pure."""

from __future__ import annotations

from station.papers.said import Said
from station.report import local


def chat(said: Said) -> tuple[str, ...]:
    """The report as lines for a chat."""
    say, report, head = said.catalogue.say, said.report, said.head
    counts, day = report.counts, f"{local(report.period.from_ms, head.zone):%Y-%m-%d}"
    marks = " · ".join(said.marks())
    lines = [f"{said.gate()} {say('zero' if said.is_zero else head.form)} {day}"]
    if report.period.until_ms is not None:
        lines[0] += f" {said.catalogue.say('until_now', time=f'{local(report.period.until_ms, head.zone):%H:%M}')}"
    if said.is_zero:
        lines.append(say("nothing"))
    passages = {"in": counts.inward, "out": counts.outward, "measured": counts.measured, "back": counts.turned_back}
    lines.append(say("chat_passages", **passages))
    fevers = {"n": counts.abnormal, "community": counts.to_community, "open": report.cases_open}
    lines.append(say("chat_fevers", **fevers))
    vehicles = {"in": counts.vehicles_in, "out": counts.vehicles_out, "goods": counts.goods}
    lines.append(say("chat_vehicles", **vehicles))
    if report.isolation is not None:
        each = report.isolation
        lines.append(say("chat_isolation", care=each.under_care, new=each.new, released=each.released))
    if report.outsiders_inside:
        lines.append(say("chat_outsiders", n=report.outsiders_inside))
    unknown = report.unknown_day
    if unknown.inward or unknown.outward:
        lines.append(say("chat_unknown", **{"in": unknown.inward, "out": unknown.outward}))
    if report.gaps:
        lines.append(f"{say('gaps')} {said.gaps_in_short()}")
    if marks:
        lines.append(marks)
    if head.form == "daily" and head.state in ("confirmed", "automatic"):
        lines.append(say("chat_signed", by=said.who(head.prepared_by), checked=said.who(head.checked_by)))
    return tuple(lines)
