"""The settings file: one TOML file, parsed once into frozen values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from station.config.check import check
from station.config.config import LISTS, TABLES, Config
from station.config.values import ConfigError, check_keys, read_table


def load(path: Path) -> Config:
    """The settings in the file at *path*.

    :raises ConfigError: if it cannot be read or a key or value is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); give --config FILE") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    return parse(document, str(path))


def parse(document: Mapping[str, Any], source: str) -> Config:
    """The settings in *document*; *source* is what messages call it."""
    check_keys(document, [*TABLES, *LISTS], source, "")
    if "station" not in document:
        raise ConfigError(f"{source}: [station] with id and name is missing")
    values: dict[str, Any] = {}
    for name, kind in TABLES.items():
        if name in document:
            values[name] = read_table(kind, document[name], source, name)
    for name, kind in LISTS.items():
        items = document.get(name, [])
        if not isinstance(items, list):
            raise ConfigError(f"{source}: {name}: write [[{name}]], once for each device")
        values[name] = tuple(read_table(kind, item, source, f"{name}[{at}]") for at, item in enumerate(items))
    config = Config(**values)
    check(config, source)
    return config
