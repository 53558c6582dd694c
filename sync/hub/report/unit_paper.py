"""From a unit's report to its paper: figures, gates, proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from station.papers.layout import SHOWN
from station.papers.paper import Cell, Chart, Paper, Table
from station.report import local
from station.report.counts import peak
from sync.hub.report.unit_report import GateLine, UnitReport

#: What a chat is told of a day and in total, beside the passages.
_CHAT = ("abnormal", "to_community", "cases_opened", "returnees")
#: A word by its code, its gaps filled: ``say("version", n=2)``.
Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a report is: ``state`` draft, confirmed or changed; who checked it; ``made_ms`` when this was drawn."""

    made_ms: int
    zone: tzinfo
    state: str = "draft"
    version: int = 1
    checked_by: str = ""
    late: bool = False
    demo: bool = False


def lay_out_unit(report: UnitReport, standing: Standing, language: str, paper_word: Say, hub_word: Say) -> Paper:
    """*report* as a paper; *paper_word* says the words of the gates' reports, *hub_word* those of the hub's pages."""
    return _Layout(report, standing, language, paper_word, hub_word).paper()


@dataclass(frozen=True, slots=True)
class _Layout:
    report: UnitReport
    standing: Standing
    language: str
    say: Say
    w: Say

    def paper(self) -> Paper:
        report, say = self.report, self.say
        over = report.period.until_ms is None
        return Paper(
            self.language,
            say("zero" if report.is_zero else "daily" if over else "now"),
            " · ".join(self._marks()),
            ((self.w("unit"), report.name), (say("period"), self._period())),
            (self._figures(), self._state(), self._isolation(), self._gates()),
            (self._proof(), self._gaps()),
            self._foot(),
            say("nothing") if report.is_zero else "",
            self._chart(),
            self._chat(),
        )

    def _marks(self) -> list[str]:
        say, standing = self.say, self.standing
        marks = [say("demo")] if standing.demo else []
        if self.report.period.until_ms is not None:
            return [*marks, say("so_far")]
        return [
            *marks,
            say("version", n=standing.version),
            say(standing.state),
            *([say("late")] if standing.late else []),
            *([self.w("lacking_n", n=len(self.report.lacking))] if self.report.lacking else []),
        ]

    def _period(self) -> str:
        period, zone = self.report.period, self.standing.zone
        begins = f"{local(period.from_ms, zone):%Y-%m-%d %H:%M}"
        if period.until_ms is None:
            return f"{begins} – 24:00"
        return f"{begins} – {self.say('until_now', time=f'{local(period.until_ms, zone):%H:%M}')}"

    def _figures(self) -> Table:
        say, counts, total = self.say, self.report.counts, self.report.total
        note = self.w("total_since", day=self.report.since) if self.report.since else self.w("total_of_day")
        rows = tuple((say(name), counts[name], total[name]) for name in SHOWN)
        return Table(say("figures"), (say("item"), say("this_day"), say("total")), rows, note)

    def _state(self) -> Table:
        say = self.say
        return Table(say("state"), (say("item"), say("this_day")), ((say("cases_open"), self.report.cases_open),))

    def _isolation(self) -> Table:
        say, each = self.say, self.report.isolation
        columns = (say("under_care"), say("new"), say("released"))
        return Table(say("isolation"), columns, ((each.under_care, each.new, each.released),))

    def _gates(self) -> Table:
        say, w = self.say, self.w
        columns = (w("gate"), w("in"), w("out"), w("measured"), w("turned_back"), say("abnormal"), w("state"))
        rows = tuple(self._gate(line) for line in self.report.gates)
        return Table(self.w("gates"), columns, rows, "" if rows else w("none"))

    def _gate(self, line: GateLine) -> tuple[Cell, ...]:
        names = ("inward", "outward", "measured", "turned_back", "abnormal")
        if line.day is None or not line.day.entries:
            return (line.name, *("–" for _ in names), self._how(line))
        return (line.name, *(line.day.counts[name] for name in names), self._how(line))

    def _how(self, line: GateLine) -> str:
        said = [self.w(line.trouble, n=line.day.missing if line.day else 0)] if line.trouble else []
        said.append(self.w(line.handed.state) + (f" {self.w('late')}" if line.handed.late else ""))
        return " · ".join(said)

    def _proof(self) -> Table:
        say, w = self.say, self.w
        columns = (
            w("gate"),
            say("online"),
            say("readings"),
            say("checks"),
            say("entries"),
            say("first"),
            say("last"),
            say("head"),
        )
        rows: list[tuple[Cell, ...]] = []
        for line in self.report.gates:
            day = line.day
            if day is None or not day.ranges:
                rows.append((line.name, *("–" for _ in columns[1:])))
                continue
            for at, each in enumerate(day.ranges):
                shared = (self._duration(day.online_ms), day.counts["readings"], day.checks, day.entries)
                first: tuple[Cell, ...] = (line.name, *shared) if at == 0 else ("", "", "", "", "")
                rows.append((*first, each.first, each.last, each.head[:16]))
        return Table(say("proof" if self.report.is_zero else "proof_daily"), columns, tuple(rows))

    def _gaps(self) -> Table:
        say, w = self.say, self.w
        rows = []
        for line in self.report.gates:
            for gap in line.day.gaps if line.day else ():
                detail = say("n_entries", n=gap.detail) if gap.cause == "missing" else gap.detail
                long = self._duration(gap.to_ms - gap.from_ms)
                rows.append((line.name, say(gap.cause), self._at(gap.from_ms), self._at(gap.to_ms), long, detail))
        columns = (w("gate"), say("cause"), say("from"), say("to"), say("how_long"), say("detail"))
        return Table(say("gaps"), columns, tuple(rows), "" if rows else say("no_gaps"))

    def _foot(self) -> tuple[tuple[str, str], ...]:
        say, standing = self.say, self.standing
        made = f"{local(standing.made_ms, standing.zone):%Y-%m-%d %H:%M}"
        return (
            (say("prepared_by"), say("system")),
            (say("checked_by"), standing.checked_by or say("nobody")),
            (say("made"), made),
            (say("sha256"), self.report.sha256()),
        )

    def _chart(self) -> Chart | None:
        say, hours = self.say, self.report.hours
        most = peak([list(pair) for pair in hours])
        if most is None:
            return None
        hour, people = most
        summary = say("peak_is", **{"from": f"{hour:02d}:00", "to": f"{hour + 1:02d}:00", "n": people})
        return Chart(say("hours"), hours, say("in"), say("out"), summary)

    def _chat(self) -> tuple[str, ...]:
        say, report = self.say, self.report
        lines = [f"{report.name} {say('zero' if report.is_zero else 'daily')} {report.period.day}"]
        if report.period.until_ms is not None:
            now = f"{local(report.period.until_ms, self.standing.zone):%H:%M}"
            lines = [f"{report.name} {say('now')} {report.period.day} {say('until_now', time=now)}"]
        if report.is_zero:
            lines.append(say("nothing"))
        for word, counts in (("this_day", report.counts), ("total", report.total)):
            passages = {"in": counts["inward"], "out": counts["outward"]}
            more = {"measured": counts["measured"], "back": counts["turned_back"]}
            lines.append(f"{say(word)} {say('chat_passages', **passages, **more)}")
            told = [f"{self.w('count_' + name)} {counts[name]}" for name in _CHAT]
            lines.append(f"{say(word)} {' '.join(told)}")
        lines.append(f"{say('cases_open')} {report.cases_open}")
        each = report.isolation
        lines.append(say("chat_isolation", care=each.under_care, new=each.new, released=each.released))
        for line in report.lacking:
            lines.append(f"▲ {line.name} {self._how(line)}")
        lines.append(" · ".join(self._marks()))
        return tuple(lines)

    def _at(self, at_ms: int) -> str:
        return "24:00" if at_ms == self.report.period.to_ms else f"{local(at_ms, self.standing.zone):%H:%M}"

    def _duration(self, length_ms: int) -> str:
        minutes = length_ms // 60_000
        if minutes >= 60:
            return self.say("hours_minutes", h=minutes // 60, m=minutes % 60)
        return self.say("minutes", m=minutes)
