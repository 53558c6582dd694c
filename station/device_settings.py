"""What ``station devices --write-config`` adds to the settings."""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from drivers.attached import Attached
from drivers.thermometer.identify import Heard
from drivers.thermometer.protocols import PROTOCOLS
from station.config.file import parse
from station.devices import VIEWERS, Inventory
from station.errors import StationError

#: Each list of devices in the settings, and the key that says which device is meant.
_LISTS: Final = {"thermometer": "port", "camera": "source", "wedge": "path"}


class DevicesError(StationError, ValueError):
    """Settings that could not be added to; the message names the file and what is wrong with it."""

    code = "devices"


def additions(document: Mapping[str, Any], inventory: Inventory) -> tuple[str, list[str]]:
    """The tables that *document* (settings, parsed) has not yet, as TOML, and the names of what is added.

    A device is there already if any of its names is.  A scanner is written as a comment: it looks like the operator's
    own keyboard, and a grabbed keyboard types nothing.
    """
    taken = {str(table.get("name")) for kind in _LISTS for table in _tables(document, kind)}
    known = {str(table.get(key)) for kind, key in _LISTS.items() for table in _tables(document, kind)}
    known |= {str(Path(name).resolve()) for name in known if name.startswith("/")}
    known |= {str(table.get("match")).lower() for table in _tables(document, "wedge")}
    text, added = "", []
    for port, identity in inventory.ports:
        if identity is None or identity.heard is not Heard.FAMILY or identity.protocol in VIEWERS:
            continue
        if not _is_known(port, known):
            added.append(_free("thermometer", taken))
            site = PROTOCOLS[identity.protocol].site.value
            values = {"name": added[-1], "port": port.name, "protocol": identity.protocol, "baud": identity.baud}
            text += _table("thermometer", values | {"site": site})
    for camera in inventory.cameras:
        if not _is_known(camera, known):
            added.append(_free("camera", taken))
            text += _table("camera", {"name": added[-1], "source": camera.name})
    for keyboard in inventory.keyboards:
        if not known & {keyboard.name, str(keyboard.device.node), keyboard.device.match}:
            values = {"name": "scanner", "path": keyboard.name}
            body = _table("wedge", values).replace("\n", "\n# ").removesuffix("# ")
            text += f"\n# A scanner? It looks like a keyboard: {_plain(keyboard.device.name)}{body}"
    return text, added


def write(file: Path, inventory: Inventory) -> list[str]:
    """Add what *file* has not yet, below what is there; the names of what was added.

    The file is written whole or not at all, keeps its owner and mode, and must be good settings afterwards.

    :raises DevicesError: if it is no settings file, or cannot be read or written.
    """
    try:
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        document = tomllib.loads(old)
        text, added = additions(document, inventory)
        if not text or text in old:
            return []
        fresh = old + ("" if not old or old.endswith("\n") else "\n") + text
        if "station" in document:
            parse(tomllib.loads(fresh), str(file))
        _replace(file, fresh)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DevicesError(f"{file}: cannot be added to ({error})") from None
    return added


def _replace(file: Path, text: str) -> None:
    fresh = file.with_name(file.name + ".new")
    with fresh.open("w", encoding="utf-8") as output:
        if file.exists():
            status = file.stat()
            os.fchmod(output.fileno(), status.st_mode & 0o7777)
            with contextlib.suppress(PermissionError):
                os.fchown(output.fileno(), status.st_uid, status.st_gid)
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    fresh.replace(file)


def _is_known(attached: Attached, known: Iterable[str]) -> bool:
    return bool({attached.name, *attached.aliases} & set(known))


def _tables(document: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    tables = document.get(kind, [])
    return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    taken.add(free)
    return free


def _table(kind: str, values: Mapping[str, object]) -> str:
    rows = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
    return f"\n[[{kind}]]\n{rows}"


def _toml(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + _plain(str(value)).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
