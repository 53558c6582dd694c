"""``station roster``: the office's list of residents."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.progress import Progress

from station.commands.output import write_json
from station.register import Register
from station.roster.columns import ColumnMap
from station.roster.command import Preview, dry_run, snapshot
from station.roster.resident import Resident


@click.group()
def roster() -> None:
    """The list of residents: read the office's file, show what would change, make it an order."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "only_show", is_flag=True, help="Only show what would change.")
@click.option("--known", type=click.Path(exists=True, path_type=Path), help="register.db to compare with.")
@click.option("--columns", type=click.Path(path_type=Path), help="The column map: read if there, written after.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the order's content goes.  [default: FILE.roster]")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def import_(
    file: Path, only_show: bool, known: Path | None, columns: Path | None, out: Path | None, language: str
) -> None:
    """Read FILE (CSV or XLSX), all or nothing; every broken row is named.

    The content that is written holds no whole ID or phone number.  The office then signs it for its gates:
    station hub publish --kind roster --content FILE.roster

    Example: station roster import 名册.xlsx --dry-run
    """
    kept = ColumnMap.from_json(json.loads(columns.read_text("utf-8"))) if columns and columns.exists() else None
    preview = _preview(file, known, kept)
    for line in preview.report(language):
        click.echo(line)
    if preview.diff is None:
        raise SystemExit(1)
    if columns is not None:
        write_json(columns, preview.imported.columns.to_json())
    if not only_show:
        target = out or file.with_suffix(".roster")
        fresh = target.with_name(target.name + ".new")
        fresh.write_bytes(snapshot(preview))
        fresh.replace(target)
        click.echo(f"{target}: station hub publish --kind roster --content {target}")


def _preview(file: Path, known: Path | None, columns: ColumnMap | None) -> Preview:
    people: tuple[Resident, ...] = ()
    if known is not None:
        with Register(known, read_only=True) as register:
            people = tuple(register.residents())
    with Progress(transient=True) as bar:
        task = bar.add_task(file.name, total=1.0)
        return dry_run(file, people, columns, progress=lambda _rows, share: bar.update(task, completed=share))
