"""发热处置单: one fever case as a sheet of paper, masked as everywhere at the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from station.case.record import CaseRecord, Done
from station.papers.names import named
from station.papers.paper import Cell, Paper, Table
from station.web.words import Catalogue


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What stands around the steps; *gate* with its community, *names* is who the ids on duty are."""

    gate: str
    zone: tzinfo
    made_ms: int
    demo: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def lay_out_case(case: CaseRecord, head: SheetHead, words: Catalogue, screen: Catalogue) -> Paper:
    """*case* as a paper: *words* are the papers', *screen* the gate's, whose names the steps have."""
    say = words.say

    def time(at_ms: int) -> str:
        return f"{datetime.fromtimestamp(at_ms / 1000, head.zone):%Y-%m-%d %H:%M:%S}"

    readings: tuple[tuple[Cell, ...], ...] = tuple(
        (
            number,
            time(at_ms),
            f"{centi // 100}.{centi % 100:02d} °C",
            screen.say(f"site_{site}"),
            say("case_by_hand" if by_hand else "case_measured"),
        )
        for number, (at_ms, centi, site, by_hand) in enumerate(case.readings, 1)
    )
    opened = Done("opened", case.opened_ms, "station")
    steps: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _step(one, words, screen),
            time(one.at_ms),
            _minutes(one.at_ms - case.opened_ms),
            _with(one, screen),
            named(one.actor, head.names, words),
        )
        for one in (opened, *case.steps)
    )
    cause = screen.say("symptoms" if case.cause == "symptoms" else "above_line")
    told = [screen.say(f"symptom_{name}") for name in case.complaints]
    last = case.steps[-1] if case.steps else opened
    return Paper(
        words.language,
        say("case_sheet"),
        " · ".join([say("demo")] * head.demo + [say("case_over" if case.ended else "case_open")]),
        (
            (say("gate"), head.gate),
            (say("case_who"), case.masked or say("case_nameless")),
            (say("case_cause"), " ".join([cause, *told])),
            (say("case_number"), case.id),
        ),
        (
            Table(
                say("case_readings"),
                (say("case_no"), say("case_time"), say("case_temperature"), say("case_site"), say("case_how")),
                readings,
                say("case_not_confirmed"),
            ),
            Table(
                say("case_steps"),
                (say("case_step"), say("case_time"), say("case_after"), say("case_with"), say("case_by")),
                steps,
            ),
        ),
        (),
        ((say("made"), time(head.made_ms)), (say("case_signed"), "")),
        chat=(f"{say('case_sheet')} {case.masked}", f"{_step(last, words, screen)} {time(last.at_ms)}"),
    )


def _step(one: Done, words: Catalogue, screen: Catalogue) -> str:
    if one.step in ("opened", "escalated", "called"):
        return words.say(f"case_{one.step}")
    return screen.say(f"step_{one.step}")


def _with(one: Done, screen: Catalogue) -> str:
    """What was measured or chosen with a step."""
    parts = []
    for name, value in one.codes.items():
        if name == "centi_celsius":
            parts.append(f"{value // 100}.{value % 100:02d} °C")
        else:
            parts.append(screen.say(f"{name}_{value}"))
    return " ".join([*parts, *one.typed.values()])


def _minutes(took_ms: int) -> str:
    return f"{took_ms // 60_000}:{took_ms // 1000 % 60:02d}"
