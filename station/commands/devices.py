"""``station devices``: what is plugged in, and what of it is a thermometer."""

from __future__ import annotations

from pathlib import Path

import click

from station import devices as attached
from station.commands.output import json_option, write_json
from station.device_settings import write


@click.command()
@click.option("--probe", is_flag=True, help="Listen on the USB serial ports; nothing is sent.")
@click.option("--ask", is_flag=True, help="Listen, then send the known families' questions to what says nothing.")
@click.option("--port", "named", multiple=True, metavar="P", help="Probe only this port; may be given several times.")
@click.option(
    "--write-config",
    "settings",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add what was found to this file; nothing in it is changed.",
)
@json_option
def devices(probe: bool, ask: bool, named: tuple[str, ...], settings: Path | None, out: Path | None) -> None:
    """List serial ports, cameras and scanners by names that stay; find thermometers.

    Example: station devices --probe --write-config /etc/station/station.toml
    """
    inventory = attached.take()
    if probe or ask or named or settings is not None:
        inventory = attached.probed(inventory, ask, named)
    for line in attached.lines(inventory):
        click.echo(line)
    if settings is not None:
        added = write(settings, inventory)
        click.echo(f"{settings}: " + (f"added {', '.join(added)}" if added else "no recognised device is new"))
    write_json(out, attached.to_json(inventory))
