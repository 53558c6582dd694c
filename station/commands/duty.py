"""``station duty``: badges and PINs for the rota, and who is on duty."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from station.commands.output import json_option, write_json
from station.config.file import load
from station.credential.roster_code import ID_BYTES
from station.duty import badge as badges
from station.journal.reader import JournalReader

#: What one check may cost on a small board: a third of a second, 19 MB.
_ROUNDS, _MEMORY_KIB, _LANES = 2, 19_456, 1


@click.group()
def duty() -> None:
    """Duty at the gate: badges and PINs for the rota, who is on duty."""


@duty.command()
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="Write the code here, as .svg or .png.")
@json_option
def badge(qr: Path | None, out: Path | None) -> None:
    """Make a badge: what to print as a QR code or write to a tag, and what goes into the rota.

    The badge is random and is kept nowhere; who loses theirs gets another.

    Example: station duty badge --qr wang.svg
    """
    if qr is not None and qr.suffix not in (".svg", ".png"):
        raise click.BadParameter(f"{qr}: expected a name that ends in .svg or .png", param_hint="--qr")
    tag = os.urandom(ID_BYTES)
    made = {"badge": badges.encode(tag), "rota": badges.fingerprint(tag)}
    if qr is not None:
        import segno

        segno.make(made["badge"], error="m", micro=False).save(str(qr), scale=8, border=4)
    if out is not None:
        write_json(out, made)
        return
    click.echo(f"{made['badge']}\nrota: {made['rota']}")


@duty.command()
@click.option("--pin", prompt=True, hide_input=True, confirmation_prompt=True, help="4 to 8 digits; asked for.")
def pin(pin: str) -> None:
    """Print the hash of a PIN for the rota.

    Example: station duty pin
    """
    if not (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 8):
        raise click.BadParameter("expected 4 to 8 digits", param_hint="--pin")
    from argon2 import PasswordHasher

    click.echo(PasswordHasher(_ROUNDS, _MEMORY_KIB, _LANES).hash(pin))


@duty.command()
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path("/etc/station/station.toml"),
    show_default=True,
    help="settings",
)
@json_option
def now(config_file: Path, out: Path | None) -> None:
    """Say who is on duty, by the journal; the desk may run meanwhile.

    Example: station duty now
    """
    config = load(config_file)
    reader = JournalReader(config.paths.journal)
    try:
        row = reader.duty()
    finally:
        reader.close()
    found: dict[str, Any] = {"operator": "", "since_ms": None, "opened_ms": None, "at_ms": time.time_ns() // 1_000_000}
    if row is not None:
        found |= {"operator": row[0], "since_ms": row[2], "opened_ms": row[3]}
    if out is not None:
        write_json(out, found)
    elif row is None:
        click.echo("nobody has signed in")
    else:
        zone = ZoneInfo(config.station.timezone)
        since = datetime.fromtimestamp(row[2] / 1000, zone).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{row[1] or row[0]} since {since}{'' if row[3] else ', shift not opened'}")
