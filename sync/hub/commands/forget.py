"""``station hub forget``: the nightly end of what need not be kept."""

from __future__ import annotations

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.home import Home


@click.command("forget")
@state_option
@click.option("--days", default=30, show_default=True, type=click.IntRange(1), help="How long the parts are kept.")
@click.option(
    "--skeleton-days",
    default=730,
    show_default=True,
    type=click.IntRange(365),
    help="How long headers, hashes and signatures are kept.",
)
def forget_command(home: Home, days: int, skeleton_days: int) -> None:
    """Forget personal and sealed parts that came more than so many days ago; run it every night.

    Example: python -m sync.hub forget --state /var/lib/hub --days 30
    """
    from sync.hub.forget import forget

    store = home.open()
    forget(store, now_ms(), days, skeleton_days)
    store.close()
