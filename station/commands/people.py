"""``station people``: who is out, who is overdue, which visitors have not left."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from station import kinds
from station.case.record import Passed, around, opened_entries, times_of
from station.commands.output import json_option, write_json
from station.commands.settings import config_option
from station.config.config import Config
from station.config.file import load
from station.journal.reader import JournalReader
from station.ledger.ledger import Ledger
from station.ledger.table import moves
from station.register import Register
from station.screen.people_board import PersonOut, is_medical, overdue_minutes, people_board


@click.command()
@config_option
@click.option("--outside", "only", flag_value="outside", help="Only who lives here and is out.")
@click.option("--overdue", "only", flag_value="overdue", help="Only who should be back.")
@click.option("--visitors", "only", flag_value="visitors", help="Only visitors and workers who have not left.")
@click.option("--at-ms", type=int, help="Judge at this time.  [default: now]")
@click.option("--around", "visit", help="Only who was at the gate around this visit or case: its id.")
@click.option(
    "--minutes", type=click.IntRange(0, 240), default=15, show_default=True, help="How far around, for --around."
)
@json_option
def people(
    config_file: Path, only: str | None, at_ms: int | None, visit: str | None, minutes: int, out: Path | None
) -> None:
    """List who this gate's journal knows to be out, overdue or visiting; the desk may run meanwhile.

    Names are masked as everywhere at the gate.

    Example: station people --overdue
    """
    config = load(config_file)
    if visit is not None:
        _around(config, visit, minutes, out)
        return
    now_ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    reader = JournalReader(config.paths.journal)
    try:
        last = Ledger(moves(reader.passages())).last_moves(now_ms)
    finally:
        reader.close()
    board = people_board(last, _residents(config.paths.register), config.station.only_gate, now_ms)
    lists = {"outside": board.outside, "overdue": board.overdue, "visitors": board.visitors}
    chosen = {only: lists[only]} if only else lists
    found: dict[str, Any] = {
        "at_ms": now_ms,
        "only_gate": board.only_gate,
        "inside": board.inside,
        "counts": {name: len(lines) for name, lines in lists.items()},
        **{name: [_body(line, now_ms) for line in lines] for name, lines in chosen.items()},
    }
    write_json(out, found)
    if board.inside is not None:
        click.echo(f"inside: {board.inside}")
    zone = ZoneInfo(config.station.timezone)
    for name, lines in chosen.items():
        click.echo(f"{name}: {len(lines)}")
        for line in lines:
            click.echo("  " + _text(line, zone, now_ms))
    if not board.only_gate:
        click.echo("by this gate's record alone: station.only_gate is not set, other gates are not counted")


def _around(config: Config, visit: str, minutes: int, out: Path | None) -> None:
    """同时段人员: a list for the office and no list of contacts; who that is, the authorities judge."""
    reader = JournalReader(config.paths.journal)
    try:
        wanted = (kinds.VISIT_DECIDED,)
        times = times_of((header for header, _head in reader.headers(wanted)), visit)
        found: list[Passed] = []
        if times is not None:
            begins, ends = times[0] - minutes * 60_000, times[1] + minutes * 60_000
            found += around(opened_entries(reader.about(wanted, begins, ends)), visit, begins, ends)
    finally:
        reader.close()
    if times is None:
        raise click.ClickException(f"{visit}: no visit of that id in this journal; station case list says the cases'")
    write_json(out, {"visit": visit, "minutes": minutes, "people": [asdict(one) for one in found]})
    click.echo(f"around {visit}, {minutes} min before and after: {sum(one.people for one in found)}")
    zone = ZoneInfo(config.station.timezone)
    for one in found:
        at = datetime.fromtimestamp(one.at_ms / 1000, zone)
        together = f", {one.people} together" if one.people > 1 else ""
        click.echo(f"  {at:%m-%d %H:%M:%S} {one.direction} {one.outcome}  {one.masked or '-'} {one.last4}{together}")


def _body(line: PersonOut, now_ms: int) -> dict[str, Any]:
    return asdict(line) | {"overdue_minutes": overdue_minutes(line, now_ms)}


def _text(line: PersonOut, zone: ZoneInfo, now_ms: int) -> str:
    def clock(at_ms: int) -> str:
        return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%m-%d %H:%M")

    until = "medical, no limit" if is_medical(line) else "no limit"
    if line.due_ms is not None:
        late = overdue_minutes(line, now_ms)
        until = f"due {clock(line.due_ms)}" + (f", {late} min overdue" if line.due_ms < now_ms else "")
    elif line.klass not in ("resident", "returnee"):
        until = line.klass
    together = f", {line.people} together" if line.people > 1 else ""
    return f"{line.masked or '-'} {line.last4} {line.place}  since {clock(line.since_ms)}, {until}{together}"


def _residents(path: Path) -> int:
    if not path.exists():
        return 0
    with Register(path, read_only=True) as register:
        return register.count()
