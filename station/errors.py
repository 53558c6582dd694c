"""The base of every error the station raises."""

from __future__ import annotations


class StationError(Exception):
    """Something the station cannot go on with; the message names the thing, the value and what to do.

    Each leaf is also a builtin exception and carries a stable ``code`` that a screen can translate.
    """

    code: str = "station"
