"""``station hub init``: a hub from nothing."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.errors import HubFault
from sync.hub.home import Home, Office
from sync.hub.keys import load_key


@click.command("init")
@state_option
@click.option("--name", default="社区", help="Shown on the pages, as 幸福里社区.")
@click.option("--unit", default="community", help="The office's id, as orders name their issuer.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Where days begin at midnight.")
@click.option("--database", default="", help="An empty PostgreSQL, as postgresql://USER@HOST/NAME.  [default: a file]")
@click.option("--demo", is_flag=True, help="Throw-away keys; every page says so.")
def init(home: Home, name: str, unit: str, timezone: str, database: str, demo: bool) -> None:
    """Make keys, database and password in a new folder; prints its secrets once, as JSON.

    Example: python -m sync.hub init --state /var/lib/hub --name 幸福里社区
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise HubFault(f"--timezone: {timezone!r} is no time zone (as Asia/Shanghai)") from None
    made = home.create(Office(name, unit, timezone, demo, ""), now_ms(), database)
    root = home.keys.root
    click.echo(
        f"The root key lies in {root}. It decides whom every gate believes: copy it to paper and a USB stick, keep\n"
        "them in different places, and delete the file. The hub does not need it.\n"
        "The password opens the pages. The seal passphrase opens names, ID numbers and phones; the recovery key does\n"
        "so when the passphrase is lost, and belongs on paper in a safe. All three are shown only now.",
        err=True,
    )
    public = load_key(root).public_key().public_bytes_raw().hex()
    shown = {
        "root_public": public,
        "root_key_file": str(root),
        "password": made.password,
        "seal_passphrase": made.passphrase,
        "recovery_key": made.recovery.hex(),
    }
    click.echo(json.dumps(shown))
