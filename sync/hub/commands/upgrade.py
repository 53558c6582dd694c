"""``station hub upgrade``: the database in this program's form."""

from __future__ import annotations

import click

from sync.hub.commands.options import state_option
from sync.hub.home import Home


@click.command("upgrade")
@state_option
def upgrade(home: Home) -> None:
    """Bring the database to this program's form; make a backup first.  Stop every hub on it before.

    Example: python -m sync.hub upgrade --state /var/lib/hub
    """
    home.office()
    home.upgrade()
