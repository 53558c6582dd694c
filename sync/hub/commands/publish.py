"""``station hub publish``: a file as the next order of its kind."""

from __future__ import annotations

import json
from pathlib import Path

import click

from station.wire.document import MAX_DOCUMENT
from station.wire.errors import WireError
from station.wire.keyring import Purpose, parse_keys
from station.wire.order import EVERY_STATION, OrderKind
from sync.hub.commands.console import CONSOLE
from sync.hub.commands.options import now_ms, state_option
from sync.hub.custody.keys import load_key
from sync.hub.errors import HubFault
from sync.hub.home import Home
from sync.hub.office import chain as office_chain
from sync.hub.office.acts import ORDER_PUBLISHED, published
from sync.hub.office.orders import publish


@click.command("publish")
@state_option
@click.option("--kind", required=True, type=click.Choice([str(kind) for kind in OrderKind]), help="What it is about.")
@click.option(
    "--content", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file to sign."
)
@click.option("--audience", multiple=True, help="A station's id; several times for several.  [default: every station]")
@click.option("--base", type=int, help="For a roster that only changes another: that one's number.")
@click.option("--root-key", type=click.Path(path_type=Path), help="For --kind keys: the file with the root key.")
def publish_command(
    home: Home, kind: str, content: Path, audience: tuple[str, ...], base: int | None, root_key: Path | None
) -> None:
    """Sign a file as the next order of its kind; gates fetch it within seconds.  Prints its number as JSON.

    Example: python -m sync.hub publish --state /var/lib/hub --kind policy --content policy.toml
    """
    order_kind = OrderKind(kind)
    source = content.read_bytes()
    if len(source) > MAX_DOCUMENT // 2:
        raise HubFault(f"{content}: {len(source)} bytes, at most {MAX_DOCUMENT // 2}")
    if base is not None and order_kind is not OrderKind.ROSTER:
        raise HubFault("--base: only a roster can be a change to another")
    if order_kind is OrderKind.KEYS:
        key = load_key(root_key or home.keys.root)
        try:
            parse_keys(source)
        except WireError as error:
            raise HubFault(f"{content}: {error}") from None
    else:
        key = home.keys.signing_key(Purpose.ORDER)
    own, at_ms = home.office().unit, now_ms()
    with home.open().writing() as connection:
        order = publish(connection, order_kind, source, audience or (EVERY_STATION,), own, key, at_ms, base)
        signer = home.keys.signing_key(Purpose.ORDER)
        office_chain.append(connection, own, signer, CONSOLE, ORDER_PUBLISHED, published(order), at_ms)
    click.echo(json.dumps({"kind": kind, "number": order.number, "sha256": order.sha256}))
