"""``station hub serve``: the hub itself."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.errors import HubFault
from sync.hub.home import Home
from sync.hub.played import played_clock


@click.command("serve")
@state_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8081, show_default=True, help="0 takes a free one; the log names it.")
@click.option("--behind-tls", is_flag=True, help="A proxy on this machine ends https for us.")
@click.option("--demo-start", help="In a demo: the moment its clock begins at, as 2020-11-22T00:00.")
@click.option("--demo-start-ns", type=int, help="In a demo: CLOCK_BOOTTIME at that moment.  [default: now]")
@click.option("--demo-rate", default=1.0, help="In a demo: how much faster than life its clock runs.")
@click.option("--demo-skipped", type=click.Path(path_type=Path), help="In a demo: the file with what it has left out.")
def serve(
    home: Home,
    host: str,
    port: int,
    behind_tls: bool,
    demo_start: str | None,
    demo_start_ns: int | None,
    demo_rate: float,
    demo_skipped: Path | None,
) -> None:
    """Answer gates and the office until stopped.

    Example: python -m sync.hub serve --state /var/lib/hub --port 8081
    """
    from sync.hub.server import serve_forever

    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    office = home.office()
    clock, rate = now_ms, 1.0
    if demo_start is not None:
        if not office.demo:
            raise HubFault("--demo-start: only a hub made with init --demo may play with the time")
        clock, rate = played_clock(demo_start, demo_start_ns, demo_rate, office.zone, demo_skipped), demo_rate
    serve_forever(home, office, clock, rate, host, port, behind_tls)
