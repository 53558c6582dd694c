"""交班小结: the report of a shift as a paper.  Pure.

Whoever takes over reads the top: whose shift it was, and what is left to do; what passed is below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from station.papers.head import Head
from station.papers.layout import SHOWN, lay_out
from station.papers.paper import Cell, Paper, Table
from station.report import HandedOver, Shift, ShiftReport, day_of, local
from station.web.words import Catalogue

#: Counts that stand there also when they are nought: they are asked for by telephone.
ALWAYS = frozenset(SHOWN[:6])


def lay_out_shift(report: ShiftReport, head: Head, words: Catalogue, screen: Catalogue) -> Paper:
    """*report* as a paper: *words* are the papers', *screen* the gate's, whose names the rounds and steps have."""
    return _Layout(report, head, words, screen).paper(lay_out(report.made, head, words))


@dataclass(frozen=True, slots=True)
class _Layout:
    report: ShiftReport
    head: Head
    words: Catalogue
    screen: Catalogue

    def paper(self, plain: Paper) -> Paper:
        """*plain* is the same period as every report has it."""
        figures, _, isolation, *unknown = plain.tables
        _, chain, gaps, devices = plain.proof
        tables = (
            self._left(),
            *self._cases(),
            *self._happenings(),
            *self._rounds(),
            *self._supplies(),
            replace(figures, columns=figures.columns[:2], rows=self._counts()),
            *([isolation] if isolation.rows else []),
            *unknown,
            *(table for table in (gaps, devices) if table.rows),
            chain,
        )
        made = ((name, self.report.sha256() if name == self.words.say("sha256") else is_) for name, is_ in plain.foot)
        return replace(
            plain,
            facts=(*plain.facts, *self._who()),
            tables=tables,
            proof=(),
            foot=(*self._signed(), *made),
            chat=(plain.chat[0], *self._chat_who(), *plain.chat[1:], *self._chat_left()),
        )

    # -- who -----------------------------------------------------------------------------------------------------

    def _who(self) -> tuple[tuple[str, str], ...]:
        say, shift = self.words.say, self.report.shift
        if shift is None:
            return ((say("shift_operator"), say("shift_nobody")),)
        who = self._name(shift.operator, shift.began_ms) + (f" ({say('shift_stand_in')})" if shift.stand_in else "")
        rows = [(say("shift_operator"), who)]
        if shift.leader:
            rows.append((say("shift_leader"), self._name(shift.leader)))
        rows.append((say("shift_opened"), self._opened(shift)))
        rows.append((say("shift_relief"), self._relieved(shift)))
        return tuple(rows)

    def _opened(self, shift: Shift) -> str:
        parts = [self._at(shift.opened_ms) if shift.opened_ms is not None else self.words.say("shift_not_opened")]
        if shift.own_centi is not None:
            parts.append(f"{self.words.say('shift_own')} {shift.own_centi // 100}.{shift.own_centi % 100 // 10} °C")
        if shift.self_test:
            parts.append(self.words.say(f"shift_test_{shift.self_test}"))
        return " · ".join(parts)

    def _relieved(self, shift: Shift) -> str:
        say, handed = self.words.say, shift.handed
        if shift.ended_ms is None:
            return say("shift_goes_on")
        if handed is None:
            return f"{self._at(shift.ended_ms)} · {say('shift_not_handed')}"
        late = handed.late_minutes
        when = [] if late is None else [say("shift_late", n=late) if late else say("shift_on_time")]
        return " · ".join([self._name(handed.to, shift.ended_ms), self._at(shift.ended_ms), *when])

    def _name(self, id: str, at_ms: int | None = None) -> str:
        names, say = self.head.names, self.words.say
        plain = {"stand-in": say("shift_stand_in"), "unsigned": say("unsigned"), "station": say("system")}.get(id, id)
        return names.get(f"{id}@{at_ms}") or names.get(id) or plain

    def _signed(self) -> tuple[tuple[str, str], ...]:
        say, shift = self.words.say, self.report.shift
        if shift is None or shift.handed is None:
            return ()
        line = " ＿＿＿＿＿＿"
        return (
            (say("shift_from"), self._name(shift.operator, shift.began_ms) + line),
            (say("shift_to"), self._name(shift.handed.to, shift.ended_ms) + line),
        )

    # -- what is left to do --------------------------------------------------------------------------------------

    def _left(self) -> Table:
        say, deeds, made = self.words.say, self.report.deeds, self.report.made
        rows: list[tuple[Cell, ...]] = [(say("cases_open"), made.cases_open)]
        handed = None if self.report.shift is None else self.report.shift.handed
        if handed is not None:
            rows += [(say(f"handed_{name}"), getattr(handed, name)) for name in _HANDED]
        rows += [
            (say("handed_incidents"), deeds.open_incidents),
            (say("handed_findings"), deeds.open_findings),
            (say("handed_isolation"), deeds.open_isolation_cases),
            (say("outsiders_inside"), say("unknown") if made.outsiders_inside is None else made.outsiders_inside),
        ]
        if handed is not None:
            rows.append((say("handed_lost"), self._lost(handed)))
        note = "" if handed is not None else say("handed_later")
        return Table(say("handed"), (say("item"), say("number")), tuple(rows), note)

    def _lost(self, handed: HandedOver) -> str:
        return self.words.say("comma").join(handed.lost) or self.words.say("no_devices")

    def _cases(self) -> tuple[Table, ...]:
        say, screen, cases = self.words.say, self.screen.say, self.report.deeds.cases
        rows = tuple(
            (
                self._at(one.opened_ms),
                screen("symptoms" if one.cause == "symptoms" else "above_line"),
                "" if one.step_ms is None else f"{screen(f'step_{one.step}')} {self._at(one.step_ms)}",
                say("case_over" if one.ended else "case_open"),
                one.id,
            )
            for one in cases
        )
        columns = ("case_opened", "case_cause", "case_last", "detail", "case_number")
        return self._table("case_table", columns, rows)

    def _happenings(self) -> tuple[Table, ...]:
        screen, lines = self.screen.say, self.report.deeds.happenings
        rows = tuple(
            (
                self._at(one.at_ms),
                screen(one.about),
                self.words.say(one.what) if self.words.knows(one.what) else screen(one.what),
            )
            for one in lines
        )
        return self._table("happenings", ("case_time", "item", "detail"), rows)

    def _rounds(self) -> tuple[Table, ...]:
        screen, say, deeds = self.screen.say, self.words.say, self.report.deeds
        rows = tuple(
            (
                self._at(one.at_ms),
                screen(f"round_{one.what}"),
                screen(f"place_{one.place}") if one.place else "",
                screen(f"agent_{one.agent}") if one.agent else "",
            )
            for one in deeds.rounds
        )
        columns = (say("case_time"), say("item"), say("place"), say("agent"))
        note = say("more_lines", n=deeds.more) if deeds.more else "" if rows else say("no_rounds")
        return (Table(say("rounds"), columns, rows, note),)

    def _supplies(self) -> tuple[Table, ...]:
        screen = self.screen.say
        rows = tuple(
            (
                screen(f"item_{one.item}"),
                one.left,
                self.words.say("unknown") if one.days is None else one.days,
                self._at(one.at_ms),
            )
            for one in self.report.deeds.supplies
        )
        return self._table("supplies", ("item", "supply_left", "supply_days", "supply_counted"), rows)

    def _table(self, title: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> tuple[Table, ...]:
        say = self.words.say
        return (Table(say(title), tuple(say(name) for name in columns), rows),) if rows else ()

    # -- what passed ---------------------------------------------------------------------------------------------

    def _counts(self) -> tuple[tuple[Cell, ...], ...]:
        say, this, deeds = self.words.say, self.report.made.counts.body(), self.report.deeds
        rows: list[tuple[Cell, ...]] = [(say(name), this[name]) for name in SHOWN if this[name] or name in ALWAYS]
        if deeds.isolation_taken or deeds.isolation_unanswered:
            rows.append((say("isolation_taken"), deeds.isolation_taken))
            rows.append((say("isolation_unanswered"), deeds.isolation_unanswered))
        return tuple(rows)

    # -- for a chat ----------------------------------------------------------------------------------------------

    def _chat_who(self) -> tuple[str, ...]:
        shift, began = self.report.shift, self.report.made.period.from_ms
        span = f"{self._at(began)}–{self._at(self.report.made.period.end_ms)}"
        if shift is None:
            return (span,)
        return (f"{span} {self.words.say('shift_operator')} {self._name(shift.operator, shift.began_ms)}",)

    def _chat_left(self) -> tuple[str, ...]:
        say, deeds, shift = self.words.say, self.report.deeds, self.report.shift
        lines = []
        if shift is not None and shift.handed is not None:
            handed = shift.handed
            counts = {name: getattr(handed, name) for name in _HANDED}
            lines.append(say("chat_handed", to=self._name(handed.to, shift.ended_ms), **counts))
        screen, comma = self.screen.say, say("comma")
        lines.append(say("chat_rounds", n=len(deeds.rounds)))
        short = [f"{screen(f'item_{one.item}')} {one.left}" for one in deeds.supplies]
        return (*lines, *([f"{say('supplies')} {comma.join(short)}"] if short else []))

    def _at(self, at_ms: int) -> str:
        """A time of the shift; of another day than it began on with that day."""
        at, zone = local(at_ms, self.head.zone), self.head.zone
        same = day_of(at_ms, zone) == self.report.made.period.day
        return f"{at:%H:%M}" if same else f"{at:%m-%d %H:%M}"


#: What the desk counted when the shift was handed over, in the order in which it is read out.
_HANDED = ("parked", "overdue", "to_fill_in", "unsent")
