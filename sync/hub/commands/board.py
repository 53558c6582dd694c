"""``station hub board``: the office's page as JSON."""

from __future__ import annotations

import json

import click

from sync.hub.board.board import read_board
from sync.hub.commands.options import now_ms, state_option
from sync.hub.home import Home


@click.command("board")
@state_option
def board(home: Home) -> None:
    """Print what the office's page shows, as JSON.

    Example: python -m sync.hub board --state /var/lib/hub
    """
    from sync.hub.views.pages import board_body

    office = home.office()
    with home.open().reading() as connection:
        shown = read_board(connection, now_ms(), office.zone, demo=office.demo)
    click.echo(json.dumps(board_body(shown), ensure_ascii=False))
