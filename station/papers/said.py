"""How a report's gate, times, gaps and people are said in one language.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.papers.head import Head
from station.papers.names import named
from station.report import Gap, Report, local
from station.web.words import Catalogue

#: Gaps that are named on the first page and in a chat; more do not fit on a line.
MAX_SHORT = 3


@dataclass(frozen=True, slots=True)
class Said:
    """*report* with what stands around it, in the words of *catalogue*."""

    report: Report
    head: Head
    catalogue: Catalogue

    @property
    def is_zero(self) -> bool:
        """Whether it is the report of a day on which nothing happened."""
        return self.head.form == "daily" and self.report.is_zero

    def marks(self) -> list[str]:
        """What stands above the figures: whether they are real, whole, of which version and confirmed."""
        say, head = self.catalogue.say, self.head
        marks = [say("demo")] if head.demo else []
        if head.form != "daily":
            return marks
        if self.report.period.until_ms is not None:
            return [*marks, say("so_far")]
        return [*marks, say("version", n=head.version), say(head.state), *([say("late")] if head.late else [])]

    def gate(self) -> str:
        """The gate with its community."""
        head = self.head
        return f"{head.community}·{head.gate}" if head.community else head.gate

    def timezone(self) -> str:
        """The zone as people call it, where there is a word for it."""
        name = self.report.timezone
        return self.catalogue.say(name) if self.catalogue.knows(name) else name

    def gaps_in_short(self) -> str:
        """What the first page says of the gaps that the second lists: how many, and the longest with their causes."""
        say, gaps = self.catalogue.say, self.report.gaps
        if not gaps:
            return say("no_gaps")
        longest = sorted(sorted(gaps, key=_length_ms, reverse=True)[:MAX_SHORT], key=from_ms)
        listed = [f"{say(gap.cause)} {self.at(gap.from_ms)}–{self.at(gap.to_ms)}" for gap in longest]
        return say("gaps_in_short", n=len(gaps) + self.report.more_gaps, list=say("comma").join(listed))

    def at(self, at_ms: int) -> str:
        """A time of the day; the end of the period is 24:00."""
        at = local(at_ms, self.head.zone)
        return "24:00" if at_ms == self.report.period.to_ms else f"{at:%H:%M}"

    def duration(self, length_ms: int) -> str:
        """How long that is, in the two largest units."""
        minutes = length_ms // 60_000
        if minutes >= 60:
            return self.catalogue.say("hours_minutes", h=minutes // 60, m=minutes % 60)
        return (
            self.catalogue.say("minutes", m=minutes) if minutes else self.catalogue.say("seconds", s=length_ms // 1000)
        )

    def who(self, id: str) -> str:
        """Who is meant by an id of the duty, or the station itself."""
        return named(id, self.head.names, self.catalogue)

    def this(self) -> str:
        """What the figures of the period are called."""
        return self.catalogue.say("this_shift" if self.head.form == "shift" else "this_day")


def from_ms(gap: Gap) -> int:
    """Where *gap* begins, to sort by."""
    return gap.from_ms


def _length_ms(gap: Gap) -> int:
    return gap.to_ms - gap.from_ms
