"""How commands write their JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

json_option = click.option(
    "--json", "out", type=click.Path(path_type=Path), help="Write the result there, whole or not at all."
)


def write_json(path: Path | None, value: Any) -> None:
    """*value* into the file at *path*, if there is one, whole or not at all."""
    if path is None:
        return
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)
