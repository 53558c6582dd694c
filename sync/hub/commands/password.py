"""``station hub password``: the first account's way back in."""

from __future__ import annotations

import json

import click

from sync.hub.commands.options import state_option
from sync.hub.home import Home


@click.command("password")
@state_option
def password(home: Home) -> None:
    """Set a new password for the office's page; prints it once, as JSON, and ends every session at the next start.

    Example: python -m sync.hub password --state /var/lib/hub
    """
    click.echo(json.dumps({"password": home.set_password(home.office())}))
