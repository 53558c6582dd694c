"""From a report to its paper: words in one language, figures, tables.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from station.papers.names import named
from station.papers.paper import Cell, Chart, Paper, Table
from station.report import Gap, Report, local
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


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the figures.

    ``form`` is daily, shift or now; ``state`` draft, confirmed, automatic or changed.  ``prepared_by`` and
    ``checked_by`` are ids of people on duty, ``station`` for the system, empty where nobody did; ``names`` are their
    names by these ids, as far as they are known.
    """

    form: str
    gate: str
    zone: tzinfo
    made_ms: int
    community: str = ""
    state: str = "draft"
    version: int = 1
    prepared_by: str = "station"
    checked_by: str = ""
    late: bool = False
    demo: bool = False
    unsent: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def lay_out(report: Report, head: Head, catalogue: Catalogue) -> Paper:
    """*report* as a paper in the language of *catalogue*."""
    return _Layout(report, head, catalogue).paper()


@dataclass(frozen=True, slots=True)
class _Layout:
    report: Report
    head: Head
    catalogue: Catalogue
    is_zero: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_zero", self.head.form == "daily" and self.report.is_zero)

    def paper(self) -> Paper:
        say, head = self.catalogue.say, self.head
        return Paper(
            self.catalogue.language,
            say("zero" if self.is_zero else head.form),
            " · ".join(self._marks()),
            self._facts(),
            (self._figures(), self._state(), *self._isolation(), *self._unknown()),
            self._proof(),
            self._foot(),
            say("nothing") if self.is_zero else "",
            self._chart(),
            self._chat(),
        )

    def _marks(self) -> list[str]:
        say, head = self.catalogue.say, self.head
        marks = [say("demo")] if head.demo else []
        if head.form != "daily":
            return marks
        if self.report.period.until_ms is not None:
            return [*marks, say("so_far")]
        return [*marks, say("version", n=head.version), say(head.state), *([say("late")] if head.late else [])]

    def _facts(self) -> tuple[tuple[str, str], ...]:
        say = self.catalogue.say
        return (
            (say("gate"), f"{self._gate()} ({self.report.station})"),
            (say("period"), self._period()),
            (say("gaps"), self._gaps_in_short()),
        )

    def _gate(self) -> str:
        head = self.head
        return f"{head.community}·{head.gate}" if head.community else head.gate

    def _period(self) -> str:
        period, zone = self.report.period, self.head.zone
        begins = local(period.from_ms, zone)
        if period.until_ms is not None:
            now = local(period.until_ms, zone)
            until = self.catalogue.say("until_now", time=f"{now:%H:%M}")
            return f"{begins:%Y-%m-%d %H:%M} – {until} ({self._timezone()})"
        ends = local(period.to_ms, zone)
        midnight = (ends.hour, ends.minute) == (0, 0)
        end = "24:00" if midnight else f"{ends:%H:%M}"
        over = "" if midnight or ends.date() == begins.date() else f"{ends:%Y-%m-%d} "
        return f"{begins:%Y-%m-%d %H:%M} – {over}{end} ({self._timezone()})"

    def _timezone(self) -> str:
        """The zone as people call it, where there is a word for it."""
        name = self.report.timezone
        return self.catalogue.say(name) if self.catalogue.knows(name) else name

    def _gaps_in_short(self) -> str:
        """What the first page says of the gaps that the second lists: how many, and the longest with their causes."""
        say, gaps = self.catalogue.say, self.report.gaps
        if not gaps:
            return say("no_gaps")
        longest = sorted(sorted(gaps, key=_length_ms, reverse=True)[:MAX_SHORT], key=_from_ms)
        listed = [f"{say(gap.cause)} {self._at(gap.from_ms)}–{self._at(gap.to_ms)}" for gap in longest]
        return say("gaps_in_short", n=len(gaps) + self.report.more_gaps, list=say("comma").join(listed))

    def _figures(self) -> Table:
        say, report = self.catalogue.say, self.report
        day, total = report.counts.body(), report.total.body()
        rows = tuple((say(name), day[name], total[name]) for name in SHOWN)
        return Table(say("figures"), (say("item"), self._this(), say("total")), rows)

    def _this(self) -> str:
        """What the figures of the period are called."""
        return self.catalogue.say("this_shift" if self.head.form == "shift" else "this_day")

    def _state(self) -> Table:
        say, report = self.catalogue.say, self.report
        rows: list[tuple[Cell, ...]] = [
            (say("cases_open"), report.cases_open),
            (
                say("outsiders_inside"),
                say("unknown") if report.outsiders_inside is None else report.outsiders_inside,
            ),
        ]
        if self.head.unsent is not None:
            rows.append((say("unsent"), self.head.unsent))
        return Table(say("state"), (say("item"), say("number")), tuple(rows))

    def _isolation(self) -> tuple[Table, ...]:
        say, isolation = self.catalogue.say, self.report.isolation
        columns = (say("under_care"), say("new"), say("released"))
        if isolation is None:
            return (Table(say("isolation"), columns, (), say("none")),)
        return (Table(say("isolation"), columns, ((isolation.under_care, isolation.new, isolation.released),)),)

    def _unknown(self) -> tuple[Table, ...]:
        say, counts = self.catalogue.say, self.report.unknown_day.body()
        rows = tuple((say(name), counts[name]) for name in SHOWN if counts[name])
        return (Table(say("unknown_day"), (say("item"), self._this()), rows),) if rows else ()

    def _chart(self) -> Chart | None:
        say = self.catalogue.say
        if self.report.peak is None:
            return None
        return Chart(say("hours"), self.report.hours, say("in"), say("out"), self._peak())

    def _peak(self) -> str:
        hour, people = self.report.peak or (0, 0)
        return self.catalogue.say("peak_is", **{"from": f"{hour:02d}:00", "to": f"{hour + 1:02d}:00", "n": people})

    def _proof(self) -> tuple[Table, ...]:
        say, report = self.catalogue.say, self.report
        facts: tuple[tuple[Cell, ...], ...] = (
            (say("online"), self._duration(report.online_ms)),
            (say("readings"), report.counts.readings),
            (say("checks"), report.checks),
            (say("entries"), report.entries),
        )
        title = say("proof" if self.is_zero else "proof_daily")
        chain = tuple((f"{each.epoch >> 32}", each.first, each.last, each.head) for each in report.ranges)
        columns = (say("epoch"), say("first"), say("last"), say("head"))
        return (
            Table(title, (say("item"), self._this()), facts),
            Table(say("chain"), columns, chain, "" if chain else say("no_entries")),
            self._gaps(),
            self._devices(),
        )

    def _gaps(self) -> Table:
        say, report = self.catalogue.say, self.report
        rows = tuple(
            (say(gap.cause), self._at(gap.from_ms), self._at(gap.to_ms), self._length(gap), self._detail(gap))
            for gap in sorted(report.gaps, key=_from_ms)
        )
        note = say("more_gaps", n=report.more_gaps) if report.more_gaps else "" if rows else say("no_gaps")
        columns = (say("cause"), say("from"), say("to"), say("how_long"), say("detail"))
        return Table(say("gaps"), columns, rows, note)

    def _devices(self) -> Table:
        say = self.catalogue.say
        rows = tuple(
            (
                f"{self._role(device.role)} {device.device}".strip(),
                device.times,
                self._duration(device.total_ms),
                say("still" if device.still else "back"),
            )
            for device in self.report.devices
        )
        columns = (say("device"), say("times"), say("how_long"), say("detail"))
        return Table(say("devices"), columns, rows, "" if rows else say("no_devices"))

    def _foot(self) -> tuple[tuple[str, str], ...]:
        say, head = self.catalogue.say, self.head
        made = f"{local(head.made_ms, head.zone):%Y-%m-%d %H:%M}"
        foot = [(say("made"), made), (say("sha256"), self.report.sha256())]
        if head.form == "daily":
            signed = [
                (say("prepared_by"), self._who(head.prepared_by)),
                (say("checked_by"), self._who(head.checked_by)),
            ]
            foot = [*signed, *foot]
        return tuple(foot)

    def _chat(self) -> tuple[str, ...]:
        say, report, head = self.catalogue.say, self.report, self.head
        counts, day = report.counts, f"{local(report.period.from_ms, head.zone):%Y-%m-%d}"
        marks = " · ".join(self._marks())
        lines = [f"{self._gate()} {say('zero' if self.is_zero else head.form)} {day}"]
        if report.period.until_ms is not None:
            lines[0] += f" {self.catalogue.say('until_now', time=f'{local(report.period.until_ms, head.zone):%H:%M}')}"
        if self.is_zero:
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
            lines.append(f"{say('gaps')} {self._gaps_in_short()}")
        if marks:
            lines.append(marks)
        if head.form == "daily" and head.state in ("confirmed", "automatic"):
            lines.append(say("chat_signed", by=self._who(head.prepared_by), checked=self._who(head.checked_by)))
        return tuple(lines)

    def _at(self, at_ms: int) -> str:
        at = local(at_ms, self.head.zone)
        return "24:00" if at_ms == self.report.period.to_ms else f"{at:%H:%M}"

    def _length(self, gap: Gap) -> str:
        return self._duration(gap.to_ms - gap.from_ms)

    def _detail(self, gap: Gap) -> str:
        return self.catalogue.say("n_entries", n=gap.detail) if gap.cause == "missing" else gap.detail

    def _duration(self, length_ms: int) -> str:
        minutes = length_ms // 60_000
        if minutes >= 60:
            return self.catalogue.say("hours_minutes", h=minutes // 60, m=minutes % 60)
        return (
            self.catalogue.say("minutes", m=minutes) if minutes else self.catalogue.say("seconds", s=length_ms // 1000)
        )

    def _role(self, role: str) -> str:
        return self.catalogue.say(role) if self.catalogue.knows(role) else role

    def _who(self, id: str) -> str:
        return named(id, self.head.names, self.catalogue)


#: Gaps that are named on the first page and in a chat; more do not fit on a line.
MAX_SHORT = 3


def _from_ms(gap: Gap) -> int:
    return gap.from_ms


def _length_ms(gap: Gap) -> int:
    return gap.to_ms - gap.from_ms
