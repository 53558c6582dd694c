"""``station hub invite``: a code that lets one gate in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.errors import HubFault
from sync.hub.home import Home


@click.command("invite")
@state_option
@click.option("--station", required=True, help="Its id, as in its station.toml.")
@click.option("--name", required=True, help="As people call the gate: 东门.")
@click.option("--url", required=True, help="Where the gate reaches this hub: https://hub.example.cn")
@click.option("--unit", default="", help="The unit it belongs to.")
@click.option("--root-public", default="", help="The root public key, if root.key is not in keys/ any more.")
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="Write the code here, as .svg or .png.")
def invite_command(home: Home, station: str, name: str, url: str, unit: str, root_public: str, qr: Path | None) -> None:
    """Show a code that lets one gate in, once, for 15 minutes; its text and the key's fingerprint as JSON.

    Example: python -m sync.hub invite --state /var/lib/hub --station east --name 东门 --url https://hub.example.cn
    """
    from station.wire.invitation import encode_invitation
    from sync.hub.gates.enrolment import check_root, invite

    try:
        root = bytes.fromhex(root_public) or home.keys.root_public()
    except ValueError:
        raise HubFault("--root-public: expected hex digits") from None
    store = home.open()
    check_root(store, root)
    home.keys.keep_root_public(root)
    with store.writing() as connection:
        invited = invite(connection, station, name, unit or home.office().unit, url, root, now_ms())
    text = encode_invitation(invited)
    if qr is not None:
        import segno

        if qr.suffix not in (".svg", ".png"):
            raise HubFault(f"--qr: {qr}: expected a name that ends in .svg or .png")
        segno.make(text, error="m", micro=False).save(str(qr), scale=8, border=4)
    click.echo(json.dumps({"code": text, "fingerprint": invited.fingerprint, "until_ms": invited.until_ms}))
