"""The board as the account sees it."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.hub.board import Board, read_board
from sync.hub.doing import Scope
from sync.hub.site import here


def board_of(connection: Connection, scope: Scope) -> Board:
    """Today at the gates of *scope*."""
    site = here()
    return read_board(connection, site.now_ms(), site.office.zone, site.rate, site.office.demo, scope.only)
