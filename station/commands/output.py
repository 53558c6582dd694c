"""How commands write their JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from station.atomic import write_whole
from station.errors import StationError

#: Whoever may look at a folder may look at what a command was asked to put there.
_MODE = 0o644


class OutputNotWritten(StationError, OSError):
    """The file could not be written; what stood there before still does."""

    code = "output_not_written"


json_option = click.option(
    "--json", "out", type=click.Path(path_type=Path), help="Write the result there, whole or not at all."
)


def write_json(path: Path | None, value: Any) -> None:
    """*value* into the file at *path*, if there is one, whole or not at all.

    :raises OutputNotWritten: if it cannot be written.
    """
    if path is not None:
        write_output(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def write_output(path: Path, content: bytes) -> None:
    """*content* into the file at *path*: the old file or the new one, also after a power cut.

    :raises OutputNotWritten: if it cannot be written.
    """
    try:
        write_whole(path, content, _MODE)
    except OSError as error:
        raise OutputNotWritten(
            f"{path}: cannot be written ({error.strerror}); is there room, and may you write there?"
        ) from None
