"""``station hub enrol`` and ``revoke``: which gates have a token."""

from __future__ import annotations

import json

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.errors import HubFault
from sync.hub.gates.stations import enrol, revoke
from sync.hub.home import Home


@click.command("enrol")
@state_option
@click.option("--station", required=True, help="Its id, as in its station.toml.")
@click.option("--name", required=True, help="As people call the gate: 东门.")
@click.option("--public-key", required=True, help="The station's Ed25519 public key, 64 hex digits.")
@click.option("--unit", default="", help="The unit it belongs to.")
def enrol_command(home: Home, station: str, name: str, public_key: str, unit: str) -> None:
    """Let a gate in; prints its token once, as JSON.

    Example: python -m sync.hub enrol --state /var/lib/hub --station east --name 东门 --public-key HEX
    """
    try:
        key = bytes.fromhex(public_key)
    except ValueError:
        raise HubFault("--public-key: expected hex digits") from None
    with home.open().writing() as connection:
        token = enrol(connection, station, name, unit or home.office().unit, key, now_ms())
    click.echo(json.dumps({"station": station, "name": name, "token": token}, ensure_ascii=False))


@click.command("revoke")
@state_option
@click.option("--station", required=True, help="Whose token ends.")
def revoke_command(home: Home, station: str) -> None:
    """End a gate's token; what it sent stays.

    Example: python -m sync.hub revoke --state /var/lib/hub --station east
    """
    with home.open().writing() as connection:
        if not revoke(connection, station):
            raise HubFault(f"station: {station!r} is not known here")
