"""What every command of the hub asks for, and the time it goes by."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sync.hub.home import Home

state_option = click.option(
    "--state",
    "home",
    required=True,
    type=click.Path(path_type=Path),
    help="The hub's folder.",
    callback=lambda *a: Home(a[2]),
)
name_option = click.option("--name", required=True, help="As it is typed at the door: wang.")
unit_option = click.option("--unit", default="", help="Sees this unit and what is below.  [default: everything]")


def now_ms() -> int:
    """Milliseconds since 1970, by this machine's clock."""
    return time.time_ns() // 1_000_000
