"""The files that pass between desk and road while a gate is let in, and the pinned root key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from station.atomic import whole_file
from station.config.config import Config
from station.wire.entrance import (
    MAX_OUTCOME,
    MAX_REQUEST,
    Outcome,
    Request,
    encode_request,
    parse_address,
    parse_outcome,
    parse_request,
)
from station.wire.errors import WireError

#: The road belongs to the folder's group and reads what the desk writes.
_MODE = 0o640
ADDRESS_FILE, OUTCOME_FILE = "hub.json", "entrance.json"


@dataclass(frozen=True, slots=True)
class EnrolmentFiles:
    """The desk's *request*, the *road*'s own folder, and the file of the *root* key."""

    request: Path
    road: Path
    root: Path

    def ask(self, request: Request | None) -> None:
        """Leave *request* for the road, or take it away."""
        if request is None:
            self.request.unlink(missing_ok=True)
        else:
            _write(self.request, encode_request(request))

    def asked(self) -> Request | None:
        """The request that lies there."""
        try:
            return parse_request(_read(self.request, MAX_REQUEST))
        except (OSError, WireError):
            return None

    def outcome(self) -> Outcome | None:
        """What the road said last."""
        try:
            return parse_outcome(_read(self.road / OUTCOME_FILE, MAX_OUTCOME))
        except (OSError, WireError):
            return None

    def pin(self, root: bytes) -> None:
        """Write the root public key."""
        _write(self.root, f"{root.hex()}\n".encode())

    @property
    def address(self) -> str:
        """The hub that this gate was let in by, empty if by none."""
        try:
            return parse_address(_read(self.road / ADDRESS_FILE, MAX_REQUEST))
        except (OSError, WireError):
            return ""


def files_of(config: Config) -> EnrolmentFiles:
    """The files of the gate that *config* describes."""
    return EnrolmentFiles(config.paths.request, config.paths.sync, config.paths.root)


def hub_address(config: Config) -> str:
    """The hub of the settings, else the one whose code let this gate in and whose key is pinned; empty for none."""
    return config.hub.url or (files_of(config).address if config.paths.root.exists() else "")


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)


def _write(path: Path, content: bytes) -> None:
    with whole_file(path, _MODE) as file:
        # Whatever our umask: the road is to read it.
        os.fchmod(file.fileno(), _MODE)
        file.write(content)
