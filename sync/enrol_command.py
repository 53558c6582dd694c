"""``station enrol``: let this gate into a community by the code that its hub shows."""

from __future__ import annotations

from pathlib import Path

import click

from station.config.file import load
from station.keys import load_or_make
from station.wire.invitation import parse_invitation
from sync.carriers.https import HttpsCarrier
from sync.enrol import Gate, ask, check, settle
from sync.errors import SyncError


@click.command("enrol", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--code", required=True, help="The text of the code that «station hub invite» shows.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path("/etc/station/station.toml"),
    show_default=True,
    help="Settings of the gate.",
)
def enrol(code: str, config_file: Path) -> None:
    """Use a hub's code: compare the fingerprint, get a token, pin the hub's key.  The key is made on this gate.

    Example: station enrol --code STATION-ENROL-1:eyJyb290Ij…
    """
    try:
        config = load(config_file)
        invitation = parse_invitation(code)
        paths, hub = config.paths, config.hub
        gate = Gate(
            config.station.id,
            config.station.name,
            load_or_make(paths.key),
            paths.root,
            hub.token_file,
            paths.orders,
            paths.sync,
        )
        check(invitation, gate)
        click.echo(f"Hub: {invitation.url}\nFingerprint of its root key: {invitation.fingerprint}")
        click.confirm("Does the hub itself show the same?", abort=True)
        # No token yet; the code in the body is what lets in.
        carrier = HttpsCarrier(invitation.url, lambda: "none", hub.ca_file)
        settle(ask(invitation, gate, carrier.enrol), gate)
    except (SyncError, ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{config.station.id} is let in. Restart the desk and the road: systemctl restart station.target")
    if config.hub.url.rstrip("/") != invitation.url.rstrip("/"):
        click.echo(f'Write into {config_file} before: [hub] url = "{invitation.url}"')
