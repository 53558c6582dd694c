"""``station hub init``: a hub from nothing."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.custody.keys import load_key
from sync.hub.errors import HubFault
from sync.hub.home import Home, Office


@click.command("init")
@state_option
@click.option("--name", default="社区", help="Shown on the pages, as 幸福里社区.")
@click.option("--unit", default="community", help="The office's id, as orders name their issuer.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Where days begin at midnight.")
@click.option("--database", default="", help="An empty PostgreSQL, as postgresql://USER@HOST/NAME.  [default: a file]")
@click.option("--demo", is_flag=True, help="Throw-away keys; every page says so.")
@click.option("--account", "accounts", multiple=True, help="One more account, as NAME:ROLE:SHOWN; may be repeated.")
def init(home: Home, name: str, unit: str, timezone: str, database: str, demo: bool, accounts: tuple[str, ...]) -> None:
    """Make keys, database and password in a new folder; prints its secrets once, as JSON.

    Example: python -m sync.hub init --state /var/lib/hub --name 幸福里社区
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise HubFault(f"--timezone: {timezone!r} is no time zone (as Asia/Shanghai)") from None
    asked = [_account(text) for text in accounts]
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
    shown: dict[str, object] = {
        "root_public": public,
        "root_key_file": str(root),
        "password": made.password,
        "seal_passphrase": made.passphrase,
        "recovery_key": made.recovery.hex(),
    }
    if asked:
        from sync.hub.commands import account

        shown["accounts"] = {each[0]: account.made(home, each[0], each[2], each[1]) for each in asked}
    click.echo(json.dumps(shown))


def _account(text: str) -> tuple[str, str, str]:
    """Name, role and the name that pages show, of ``wang:office:王芳``: looked at before anything is made."""
    from sync.hub.access.accounts import role_of

    name, _, rest = text.partition(":")
    role, _, shown = rest.partition(":")
    if not name or not shown:
        raise HubFault(f"--account: {text[:80]!r}: expected NAME:ROLE:SHOWN, as wang:office:王芳")
    role_of(role)
    return name, role, shown
