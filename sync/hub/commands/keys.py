"""``station hub keys``: what the office does with its keys once in years, or at once when one was lost."""

from __future__ import annotations

import json
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from station.wire.keyring import Purpose
from sync.hub.commands.options import now_ms, state_option
from sync.hub.custody.key_ends import days_left
from sync.hub.custody.keys import closed_for, keep_closed, load_key, read_secret
from sync.hub.custody.sealing import open_key, recover_key
from sync.hub.home import Home, spoken
from sync.hub.office.renewal import records_in_force, renew, renew_seal

_ROOT = click.option(
    "--root-key", type=click.Path(path_type=Path), help="The file with the root key.  [default: in the hub's folder]"
)
_PASSPHRASE = click.option(
    "--passphrase",
    envvar="SEAL_PASSPHRASE",
    prompt="Seal passphrase",
    hide_input=True,
    help="Opens the seal key; asked for when neither this nor SEAL_PASSPHRASE gives it.",
)


@click.group("keys")
def keys() -> None:
    """Show, renew and recover the office's keys.  Every command's --help has an example.

    Example: python -m sync.hub keys show --state /var/lib/hub
    """


@keys.command("show")
@state_option
def show(home: Home) -> None:
    """Print the keys that gates are told to trust, as JSON, one object for each.

    Example: python -m sync.hub keys show --state /var/lib/hub
    """
    for record in records_in_force(home.open()):
        line = {
            "id": record.id,
            "purpose": record.purpose,
            "scope": list(record.scope),
            "not_before_ms": record.not_before_ms,
            "not_after_ms": record.not_after_ms,
            "ends_in_days": days_left(record.not_after_ms, now_ms()),
        }
        click.echo(json.dumps(line))


@keys.command("renew")
@state_option
@click.option(
    "--purpose",
    required=True,
    type=click.Choice([str(each) for each in Purpose if each is not Purpose.SEAL]),
    help="Which key; for seal there is renew-seal.",
)
@click.option("--drop-old", is_flag=True, help="The old key may be in wrong hands: believe nothing it signs any more.")
@_ROOT
def renew_command(home: Home, purpose: str, drop_old: bool, root_key: Path | None) -> None:
    """Make the next key for one purpose and tell every gate; prints the order's number as JSON.

    Passes signed with a dropped key are to be issued anew.  Restart the hub afterwards.

    Example: python -m sync.hub keys renew --state /var/lib/hub --purpose receipt --root-key /media/stick/root.key
    """
    root = load_key(root_key or home.keys.root)
    order = renew(home.open(), home.keys, Purpose(purpose), root, home.office().unit, now_ms(), drop_old)
    click.echo(json.dumps({"kind": "keys", "number": order.number}))


@keys.command("renew-seal")
@state_option
@_ROOT
@_PASSPHRASE
def renew_seal_command(home: Home, root_key: Path | None, passphrase: str) -> None:
    """Make the next seal key and tell every gate; what was sealed before is still opened.

    Example: python -m sync.hub keys renew-seal --state /var/lib/hub --root-key /media/stick/root.key
    """
    root = load_key(root_key or home.keys.root)
    order = renew_seal(home.open(), home.keys, passphrase, root, home.office().unit, now_ms())
    click.echo(json.dumps({"kind": "keys", "number": order.number}))


@keys.command("passphrase")
@state_option
@_PASSPHRASE
def passphrase_command(home: Home, passphrase: str) -> None:
    """Give the seal key another passphrase; prints it once, as JSON.

    Example: python -m sync.hub keys passphrase --state /var/lib/hub
    """
    fresh = spoken(5)
    for path, closed in zip(home.keys.seal_files(), home.keys.closed_keys(), strict=True):
        recovery = X25519PublicKey.from_public_bytes(closed.recovery_public)
        keep_closed(path, closed_for(open_key(closed, passphrase), fresh, recovery))
    click.echo(json.dumps({"seal_passphrase": fresh}))


@keys.command("recover")
@state_option
@click.option(
    "--recovery-key", required=True, type=click.Path(path_type=Path), help="A file with the 64 hex digits from paper."
)
def recover(home: Home, recovery_key: Path) -> None:
    """Open the seal key with the key from paper, and give it another passphrase; prints it once, as JSON.

    Example: python -m sync.hub keys recover --state /var/lib/hub --recovery-key /dev/shm/paper.key
    """
    paper = X25519PrivateKey.from_private_bytes(read_secret(recovery_key))
    fresh = spoken(5)
    for path, closed in zip(home.keys.seal_files(), home.keys.closed_keys(), strict=True):
        keep_closed(path, closed_for(recover_key(closed, paper), fresh, paper.public_key()))
    click.echo(json.dumps({"seal_passphrase": fresh}))
