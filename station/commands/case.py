"""``station case``: the fever cases of this gate's journal, and one of them as a sheet of paper."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from station.case.record import KINDS, CaseRecord, cases, opened_entries
from station.commands.output import write_output
from station.config.config import Config
from station.config.file import load
from station.journal.reader import JournalReader
from station.papers.case_sheet import SheetHead, lay_out_case
from station.papers.words import words
from station.papers.write import WRITERS
from station.reporting import duty_names
from station.web import words as screen
from station.web.words import LANGUAGES

_config = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path("/etc/station/station.toml"),
    show_default=True,
    help="settings",
)
#: Formats that no terminal shows.
_BINARY = ("xlsx", "pdf")


@click.group()
def case() -> None:
    """Fever cases: list them, print one; the desk may run meanwhile."""


@case.command("list")
@_config
def list_cases(config_file: Path) -> None:
    """List the cases of the journal, the newest first; names are masked.

    Example: station case list
    """
    config = load(config_file)
    zone = ZoneInfo(config.station.timezone)
    for one in reversed(_read(config).values()):
        at = datetime.fromtimestamp(one.opened_ms / 1000, zone)
        state = "closed" if one.ended else "open"
        click.echo(f"{one.id}  {at:%Y-%m-%d %H:%M}  {one.masked or '-'}  {one.cause}  {state}")


@case.command()
@click.argument("id")
@click.option("--format", "kind", type=click.Choice([*WRITERS]), default="html", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write, whole or not at all.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@_config
def sheet(id: str, kind: str, out: Path | None, language: str, config_file: Path) -> None:
    """Print the case ID with all its readings and steps; the name is masked.

    Example: station case sheet 4711 --format pdf --out case-4711.pdf
    """
    config = load(config_file)
    found = _read(config).get(id)
    if found is None:
        raise click.ClickException(f"{id}: no such case in this journal; station case list says which there are")
    station = config.station
    gate = f"{station.community}·{station.name}" if station.community else station.name
    head = SheetHead(
        gate, ZoneInfo(station.timezone), time.time_ns() // 1_000_000, station.demo, duty_names(config.paths.journal)
    )
    content = WRITERS[kind](lay_out_case(found, head, words(language), screen.load(language)))
    if out is None and kind in _BINARY:
        out = Path(f"case-{id}.{kind}")
    if out is None:
        sys.stdout.buffer.write(content)
        return
    write_output(out, content)
    click.echo(f"{out}: {len(content)} bytes")


def _read(config: Config) -> dict[str, CaseRecord]:
    reader = JournalReader(config.paths.journal)
    try:
        return cases(opened_entries(reader.with_personal(KINDS)))
    finally:
        reader.close()
