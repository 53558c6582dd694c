"""``station hub unit``: how the units hang together."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sync.hub.commands.console import acting
from sync.hub.commands.options import state_option
from sync.hub.home import Home
from sync.hub.office import acts as office_acts
from sync.hub.unit.units import encode_units, parse_units, read_tree, write_tree


@click.group("unit")
def unit() -> None:
    """The tree of units.

    Example: python -m sync.hub unit show --state /var/lib/hub
    """


@unit.command("import")
@state_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say whether it could be.")
def import_(home: Home, file: Path, dry_run: bool) -> None:
    """Put the units of a CSV in the place of those there are; prints how many, as JSON.

    Example: python -m sync.hub unit import --state /var/lib/hub units.csv
    """
    units = parse_units(file.read_bytes())
    if not dry_run:
        with acting(home, office_acts.UNITS_CHANGED, {"units": len(units)}) as connection:
            write_tree(connection, units)
    click.echo(json.dumps({"units": len(units)}))


@unit.command("show")
@state_option
def show(home: Home) -> None:
    """Print the tree as the CSV that import takes.

    Example: python -m sync.hub unit show --state /var/lib/hub
    """
    with home.open().reading() as connection:
        click.echo(encode_units(read_tree(connection)), nl=False)
