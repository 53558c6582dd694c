"""Options that several commands of ``station pass`` share."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from station.commands.pass_errors import PassCommandError

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
ANY = click.Path(dir_okay=False, path_type=Path)
timezone_option = click.option(
    "--timezone", default="Asia/Shanghai", show_default=True, help="For days without a time."
)
book_option = click.option(
    "--book", required=True, type=EXISTING, help="The book of issued passes, or a file of codes."
)
ids_option = click.option(
    "--id", "ids", multiple=True, help="A pass, by the number on it or its beginning; several times."
)
name_option = click.option("--name", default="", help="The holder's name.")
household_option = click.option("--household", default="", help="As in the roster: 3-2-501.")


def zone_of(name: str) -> ZoneInfo:
    """The time zone *name*.

    :raises PassCommandError: if there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise PassCommandError(f"--timezone: {name!r} is no time zone (as Asia/Shanghai)") from None
