"""``station hub program``: programs of others that may read."""

from __future__ import annotations

import json

import click

from sync.hub.access.program_keys import add_program, list_programs, remove_program
from sync.hub.commands.console import acting
from sync.hub.commands.options import name_option, now_ms, state_option, unit_option
from sync.hub.home import Home
from sync.hub.office import acts as office_acts


@click.group("program")
def program() -> None:
    """Programs of others that may read (docs/api.md).

    Example: python -m sync.hub program list --state /var/lib/hub
    """


@program.command("add")
@state_option
@name_option
@unit_option
def add_program_command(home: Home, name: str, unit: str) -> None:
    """Let a program read; prints its key once, as JSON.

    Example: python -m sync.hub program add --state /var/lib/hub --name dashboard --unit xfl
    """
    with acting(home, office_acts.PROGRAM_ADDED, {"program": name, "unit": unit}) as connection:
        key = add_program(connection, name, unit, now_ms())
    click.echo(json.dumps({"program": name, "key": key}))


@program.command("list")
@state_option
def list_programs_command(home: Home) -> None:
    """Print the programs, as JSON, one object for each.

    Example: python -m sync.hub program list --state /var/lib/hub
    """
    with home.open().reading() as connection:
        for one in list_programs(connection):
            click.echo(json.dumps({"program": one.name, "unit": one.unit}))


@program.command("remove")
@state_option
@name_option
def remove_program_command(home: Home, name: str) -> None:
    """Let a program read no more.

    Example: python -m sync.hub program remove --state /var/lib/hub --name dashboard
    """
    with acting(home, office_acts.PROGRAM_REMOVED, {"program": name}) as connection:
        remove_program(connection, name)
