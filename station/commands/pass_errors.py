"""What ``station pass`` refuses to do."""

from __future__ import annotations

from station.errors import StationError


class PassCommandError(StationError, ValueError):
    """What was asked for cannot be done; the message says what to change."""

    code = "pass_command"
