"""From a table of TOML to a frozen value, by the value's own fields.

Unknown keys are errors that name the file, the key and the key it may have meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

from station.errors import StationError


class ConfigError(StationError, ValueError):
    """A setting that cannot be used; the message names the file, the key and the value."""

    code = "config"


def read_table(kind: type, table: Any, source: str, place: str) -> Any:
    """The *kind* of frozen value that *table* says; *place* is what messages call it.

    :raises ConfigError: if a key or value is wrong or missing.
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{source}: {place}: expected a table, got {table!r}")
    hints = get_type_hints(kind)
    check_keys(table, list(hints), source, f"{place}.")
    for one in fields(kind):
        if one.name not in table and one.default is MISSING and one.default_factory is MISSING:
            raise ConfigError(f"{source}: {place}.{one.name} is missing")
    return kind(**{key: _value(hints[key], value, source, f"{place}.{key}") for key, value in table.items()})


def _value(kind: Any, value: Any, source: str, place: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if kind in (Path, Path | None) and isinstance(value, str) and value:
        return Path(value)
    if kind in (str, int, float, bool) and type(value) is kind:
        return value
    wanted = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "a path")
    raise ConfigError(f"{source}: {place}: expected {wanted}, got {value!r}")


def check_keys(table: Mapping[str, Any], names: list[str], source: str, place: str) -> None:
    """Every key of *table* is one of *names*.

    :raises ConfigError: if one is not, with the name that it may have meant.
    """
    for key in table:
        if key not in names:
            close = difflib.get_close_matches(key, names, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}"
            raise ConfigError(f"{source}: {place}{key}: unknown key{hint}")
