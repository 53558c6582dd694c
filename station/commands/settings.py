"""The option that names the settings, for every command that reads them."""

from __future__ import annotations

from pathlib import Path

import click

#: Where the installer puts them.
CONFIG = Path("/etc/station/station.toml")

config_option = click.option(
    "--config", "config_file", type=click.Path(path_type=Path), default=CONFIG, show_default=True, help="settings"
)
