"""What can go wrong with the register's file."""

from __future__ import annotations

from station.errors import StationError


class RegisterFailed(StationError, OSError):
    """The register's file cannot be opened, read or written; the message has the path and what to check."""

    code = "register_failed"


class NewerRegister(StationError, RuntimeError):
    """The file was written by a newer program; an older one must not touch it."""

    code = "register_newer"
