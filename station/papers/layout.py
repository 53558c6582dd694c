"""From a report to its paper: words in one language, figures, tables.  Pure."""

from __future__ import annotations

from station.papers.chat import chat
from station.papers.head import Head
from station.papers.paper import Cell, Chart, Paper, Table
from station.papers.proof_page import proof
from station.papers.said import Said
from station.report import Report, local
from station.web.words import Catalogue

#: The counts of the table, in order; ``readings`` stand in the proof, ``referred`` is the sum of two of these.
SHOWN = (
    "inward",
    "outward",
    "measured",
    "turned_back",
    "abnormal",
    "to_community",
    "cases_opened",
    "cases_closed",
    "returnees",
    "travel_returns",
    "vehicles_in",
    "vehicles_out",
    "goods",
    "emergency",
    "exceptions",
    "overdue",
    "retaken",
    "left",
    "by_hand",
    "paper",
    "voided",
)


def lay_out(report: Report, head: Head, catalogue: Catalogue) -> Paper:
    """*report* as a paper in the language of *catalogue*."""
    said, say = Said(report, head, catalogue), catalogue.say
    return Paper(
        catalogue.language,
        say("zero" if said.is_zero else head.form),
        " · ".join(said.marks()),
        _facts(said),
        (_figures(said), _state(said), *_isolation(said), *_unknown(said)),
        proof(said),
        _foot(said),
        say("nothing") if said.is_zero else "",
        _chart(said),
        chat(said),
    )


def _facts(said: Said) -> tuple[tuple[str, str], ...]:
    say = said.catalogue.say
    return (
        (say("gate"), f"{said.gate()} ({said.report.station})"),
        (say("period"), _period(said)),
        (say("gaps"), said.gaps_in_short()),
    )


def _period(said: Said) -> str:
    period, zone = said.report.period, said.head.zone
    begins = local(period.from_ms, zone)
    if period.until_ms is not None:
        now = local(period.until_ms, zone)
        until = said.catalogue.say("until_now", time=f"{now:%H:%M}")
        return f"{begins:%Y-%m-%d %H:%M} – {until} ({said.timezone()})"
    ends = local(period.to_ms, zone)
    midnight = (ends.hour, ends.minute) == (0, 0)
    end = "24:00" if midnight else f"{ends:%H:%M}"
    over = "" if midnight or ends.date() == begins.date() else f"{ends:%Y-%m-%d} "
    return f"{begins:%Y-%m-%d %H:%M} – {over}{end} ({said.timezone()})"


def _figures(said: Said) -> Table:
    say, report = said.catalogue.say, said.report
    day, total = report.counts.body(), report.total.body()
    rows = tuple((say(name), day[name], total[name]) for name in SHOWN)
    return Table(say("figures"), (say("item"), said.this(), say("total")), rows)


def _state(said: Said) -> Table:
    say, report = said.catalogue.say, said.report
    rows: list[tuple[Cell, ...]] = [
        (say("cases_open"), report.cases_open),
        (
            say("outsiders_inside"),
            say("unknown") if report.outsiders_inside is None else report.outsiders_inside,
        ),
    ]
    if said.head.unsent is not None:
        rows.append((say("unsent"), said.head.unsent))
    return Table(say("state"), (say("item"), say("number")), tuple(rows))


def _isolation(said: Said) -> tuple[Table, ...]:
    say, isolation = said.catalogue.say, said.report.isolation
    columns = (say("under_care"), say("new"), say("released"))
    if isolation is None:
        return (Table(say("isolation"), columns, (), say("none")),)
    return (Table(say("isolation"), columns, ((isolation.under_care, isolation.new, isolation.released),)),)


def _unknown(said: Said) -> tuple[Table, ...]:
    say, counts = said.catalogue.say, said.report.unknown_day.body()
    rows = tuple((say(name), counts[name]) for name in SHOWN if counts[name])
    return (Table(say("unknown_day"), (say("item"), said.this()), rows),) if rows else ()


def _chart(said: Said) -> Chart | None:
    say = said.catalogue.say
    if said.report.peak is None:
        return None
    return Chart(say("hours"), said.report.hours, say("in"), say("out"), _peak(said))


def _peak(said: Said) -> str:
    hour, people = said.report.peak or (0, 0)
    return said.catalogue.say("peak_is", **{"from": f"{hour:02d}:00", "to": f"{hour + 1:02d}:00", "n": people})


def _foot(said: Said) -> tuple[tuple[str, str], ...]:
    say, head = said.catalogue.say, said.head
    made = f"{local(head.made_ms, head.zone):%Y-%m-%d %H:%M}"
    foot = [(say("made"), made), (say("sha256"), said.report.sha256())]
    if head.form == "daily":
        signed = [
            (say("prepared_by"), said.who(head.prepared_by)),
            (say("checked_by"), said.who(head.checked_by)),
        ]
        foot = [*signed, *foot]
    return tuple(foot)
