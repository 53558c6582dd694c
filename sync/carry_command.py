"""``station carry``: a gate's journal onto a USB stick or a shared folder, and what the hub answered back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from station.config.file import load
from station.journal.reader import JournalReader
from sync.carriers.folder import CarryFolder
from sync.carry import Brought, Gate, carry_in, carry_out, waiting
from sync.errors import SyncError
from sync.progress import progress

_CONFIG = click.option(
    "--config",
    "gate",
    type=click.Path(path_type=Path),
    default=Path("/etc/station/station.toml"),
    show_default=True,
    help="Settings of the gate.",
    callback=lambda *each: _gate(each[2]),
)
_PLACE = click.argument("place", type=click.Path(file_okay=False, path_type=Path))


class _Commands(click.Group):
    """Shows faults as one line instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SyncError, ValueError, OSError) as error:
            raise click.ClickException(str(error)) from None


@click.group("carry", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def carry() -> None:
    """Carry the journal by hand where there is no line: out onto a stick, to the hub, and its answer in again."""


@carry.command("out")
@_PLACE
@_CONFIG
def out(place: Path, gate: Gate) -> None:
    """Write what the hub does not have yet, sealed, into the folder PLACE; prints the number of entries as JSON.

    Example: station carry out /media/stick
    """
    click.echo(json.dumps({"entries": _out(place, gate), "waiting": waiting(gate)}))


@carry.command("in")
@_PLACE
@_CONFIG
def in_(place: Path, gate: Gate) -> None:
    """Bring the hub's receipts and orders from the folder PLACE; prints what came as JSON.

    Example: station carry in /media/stick
    """
    brought = _in(place, gate)
    click.echo(json.dumps({"receipts": brought.receipts, "orders": brought.orders, "waiting": waiting(gate)}))


@carry.command("both")
@_PLACE
@_CONFIG
@click.option("--if-marked", is_flag=True, help="Do nothing unless PLACE was used for carrying before.")
def both(place: Path, gate: Gate, if_marked: bool) -> None:
    """In, then out: what happens by itself when a stick that was used before is plugged in.

    Example: station carry both --if-marked /media/stick
    """
    if if_marked and not CarryFolder(place).marked:
        click.echo(f"{place}: no stick of ours; left alone", err=True)
        return
    brought = _in(place, gate)
    entries = _out(place, gate)
    click.echo(json.dumps({"receipts": brought.receipts, "orders": brought.orders, "entries": entries}))


def _in(place: Path, gate: Gate) -> Brought:
    brought = carry_in(gate, CarryFolder(place))
    for reason in brought.left:
        click.echo(f"left on the stick: {reason}", err=True)
    return brought


def _out(place: Path, gate: Gate) -> int:
    with progress("entries", waiting(gate)) as advance:
        return carry_out(gate, CarryFolder(place), advance)


def _gate(config_file: Path) -> Gate:
    try:
        paths = load(config_file).paths
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    for folder in (paths.orders, paths.sync):
        folder.mkdir(parents=True, exist_ok=True)
    return Gate(JournalReader(paths.journal), paths.orders, paths.sync, paths.root)
