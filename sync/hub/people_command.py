"""``station hub account``, ``unit`` and ``program``: who may look and act, how the units hang together."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from station.wire.keyring import Purpose
from sync.hub import office_acts, office_chain
from sync.hub.accounts import Role, add_account, change_password, list_accounts, remove_account, role_of
from sync.hub.home import Home, spoken
from sync.hub.program_keys import add_program, list_programs, remove_program
from sync.hub.units import encode_units, parse_units, read_tree, write_tree

#: Who acts in the chain when nobody is logged in: whoever may use the hub's machine.
CONSOLE = "console"
_STATE = click.option(
    "--state",
    "home",
    required=True,
    type=click.Path(path_type=Path),
    help="The hub's folder.",
    callback=lambda *a: Home(a[2]),
)
_NAME = click.option("--name", required=True, help="As it is typed at the door: wang.")
_UNIT = click.option("--unit", default="", help="Sees this unit and what is below.  [default: everything]")


@click.group("account")
def account() -> None:
    """Who may look and act at the hub.

    Example: python -m sync.hub account list --state /var/lib/hub
    """


@account.command("add")
@_STATE
@_NAME
@click.option("--shown", default="", help="The person's name, as pages show it.")
@click.option("--role", required=True, type=click.Choice([role.word for role in Role]), help="What they may do.")
@_UNIT
def add(home: Home, name: str, shown: str, role: str, unit: str) -> None:
    """Make an account; prints its password once, as JSON.

    Example: python -m sync.hub account add --state /var/lib/hub --name wang --shown 王芳 --role office --unit xfl
    """
    password = spoken(4)

    def do(connection: Connection) -> dict[str, Any]:
        add_account(connection, name, shown, role_of(role), unit, password, _now_ms())
        return {"account": name, "role": role, "unit": unit}

    record(home, office_acts.ACCOUNT_ADDED, do)
    click.echo(json.dumps({"account": name, "password": password}))


@account.command("passwd")
@_STATE
@_NAME
def passwd(home: Home, name: str) -> None:
    """Give an account another password; prints it once, as JSON, and ends its sessions at once.

    Example: python -m sync.hub account passwd --state /var/lib/hub --name wang
    """
    password = spoken(4)

    def do(connection: Connection) -> dict[str, Any]:
        change_password(connection, name, password)
        return {"account": name}

    record(home, office_acts.ACCOUNT_PASSWORD, do)
    click.echo(json.dumps({"account": name, "password": password}))


@account.command("list")
@_STATE
def list_(home: Home) -> None:
    """Print the accounts, as JSON, one object for each.

    Example: python -m sync.hub account list --state /var/lib/hub
    """
    with home.open().reading() as connection:
        for one in list_accounts(connection):
            shown = {"account": one.name, "shown": one.shown, "role": one.role.word, "unit": one.unit}
            click.echo(json.dumps(shown, ensure_ascii=False))


@account.command("remove")
@_STATE
@_NAME
def remove(home: Home, name: str) -> None:
    """End an account and its sessions; what it did stays in the record.

    Example: python -m sync.hub account remove --state /var/lib/hub --name wang
    """

    def do(connection: Connection) -> dict[str, Any]:
        remove_account(connection, name)
        return {"account": name}

    record(home, office_acts.ACCOUNT_REMOVED, do)


@click.group("unit")
def unit() -> None:
    """The tree of units.

    Example: python -m sync.hub unit show --state /var/lib/hub
    """


@unit.command("import")
@_STATE
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say whether it could be.")
def import_(home: Home, file: Path, dry_run: bool) -> None:
    """Put the units of a CSV in the place of those there are; prints how many, as JSON.

    Example: python -m sync.hub unit import --state /var/lib/hub units.csv
    """
    units = parse_units(file.read_bytes())

    def do(connection: Connection) -> dict[str, Any]:
        write_tree(connection, units)
        return {"units": len(units)}

    if not dry_run:
        record(home, office_acts.UNITS_CHANGED, do)
    click.echo(json.dumps({"units": len(units)}))


@unit.command("show")
@_STATE
def show(home: Home) -> None:
    """Print the tree as the CSV that import takes.

    Example: python -m sync.hub unit show --state /var/lib/hub
    """
    with home.open().reading() as connection:
        click.echo(encode_units(read_tree(connection)), nl=False)


@click.group("program")
def program() -> None:
    """Programs of others that may read (docs/api.md).

    Example: python -m sync.hub program list --state /var/lib/hub
    """


@program.command("add")
@_STATE
@_NAME
@_UNIT
def add_program_command(home: Home, name: str, unit: str) -> None:
    """Let a program read; prints its key once, as JSON.

    Example: python -m sync.hub program add --state /var/lib/hub --name dashboard --unit xfl
    """
    made: list[str] = []

    def do(connection: Connection) -> dict[str, Any]:
        made.append(add_program(connection, name, unit, _now_ms()))
        return {"program": name, "unit": unit}

    record(home, office_acts.PROGRAM_ADDED, do)
    click.echo(json.dumps({"program": name, "key": made[0]}))


@program.command("list")
@_STATE
def list_programs_command(home: Home) -> None:
    """Print the programs, as JSON, one object for each.

    Example: python -m sync.hub program list --state /var/lib/hub
    """
    with home.open().reading() as connection:
        for one in list_programs(connection):
            click.echo(json.dumps({"program": one.name, "unit": one.unit}))


@program.command("remove")
@_STATE
@_NAME
def remove_program_command(home: Home, name: str) -> None:
    """Let a program read no more.

    Example: python -m sync.hub program remove --state /var/lib/hub --name dashboard
    """

    def do(connection: Connection) -> dict[str, Any]:
        remove_program(connection, name)
        return {"program": name}

    record(home, office_acts.PROGRAM_REMOVED, do)


def record(home: Home, kind: str, do: Callable[[Connection], dict[str, Any]]) -> None:
    """Do something and write it into the office's chain, both or neither; what it returns are the act's facts."""
    key, own = home.keys.signing_key(Purpose.ORDER), home.office().unit
    store = home.open()
    with store.writing() as connection:
        facts = do(connection)
        office_chain.append(connection, own, key, CONSOLE, kind, facts, _now_ms())
    store.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
