"""``station key``: what the office needs to know of this station's key."""

from __future__ import annotations

from pathlib import Path

import click

from station.commands.settings import config_option
from station.config.file import load
from station.keys import load_or_make


@click.command()
@config_option
def key(config_file: Path) -> None:
    """Print the station's public key, 64 hex digits, for enrolling it; the key is made if there is none yet.

    Example: station key
    """
    paths = load(config_file).paths
    click.echo(load_or_make(paths.key).public_key().public_bytes_raw().hex())
