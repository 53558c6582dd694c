"""``station hub account``: who may look and act."""

from __future__ import annotations

import json

import click

from sync.hub.access.accounts import Role, add_account, change_password, list_accounts, remove_account, role_of
from sync.hub.commands.console import acting
from sync.hub.commands.options import name_option, now_ms, state_option, unit_option
from sync.hub.home import Home, spoken
from sync.hub.office import acts as office_acts


@click.group("account")
def account() -> None:
    """Who may look and act at the hub.

    Example: python -m sync.hub account list --state /var/lib/hub
    """


@account.command("add")
@state_option
@name_option
@click.option("--shown", default="", help="The person's name, as pages show it.")
@click.option("--role", required=True, type=click.Choice([role.word for role in Role]), help="What they may do.")
@unit_option
def add(home: Home, name: str, shown: str, role: str, unit: str) -> None:
    """Make an account; prints its password once, as JSON.

    Example: python -m sync.hub account add --state /var/lib/hub --name wang --shown 王芳 --role office --unit xfl
    """
    click.echo(json.dumps({"account": name, "password": made(home, name, shown, role, unit)}))


def made(home: Home, name: str, shown: str, role: str, unit: str = "") -> str:
    """Make an account, and give back its password.

    :raises HubFault: if it cannot be: the message says why.
    """
    password = spoken(4)
    with acting(home, office_acts.ACCOUNT_ADDED, {"account": name, "role": role, "unit": unit}) as connection:
        add_account(connection, name, shown, role_of(role), unit, password, now_ms())
    return password


@account.command("passwd")
@state_option
@name_option
def passwd(home: Home, name: str) -> None:
    """Give an account another password; prints it once, as JSON, and ends its sessions at once.

    Example: python -m sync.hub account passwd --state /var/lib/hub --name wang
    """
    password = spoken(4)
    with acting(home, office_acts.ACCOUNT_PASSWORD, {"account": name}) as connection:
        change_password(connection, name, password)
    click.echo(json.dumps({"account": name, "password": password}))


@account.command("list")
@state_option
def list_(home: Home) -> None:
    """Print the accounts, as JSON, one object for each.

    Example: python -m sync.hub account list --state /var/lib/hub
    """
    with home.open().reading() as connection:
        for one in list_accounts(connection):
            shown = {"account": one.name, "shown": one.shown, "role": one.role.word, "unit": one.unit}
            click.echo(json.dumps(shown, ensure_ascii=False))


@account.command("remove")
@state_option
@name_option
def remove(home: Home, name: str) -> None:
    """End an account and its sessions; what it did stays in the record.

    Example: python -m sync.hub account remove --state /var/lib/hub --name wang
    """
    with acting(home, office_acts.ACCOUNT_REMOVED, {"account": name}) as connection:
        remove_account(connection, name)
