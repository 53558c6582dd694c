"""The base of every error a driver raises."""

from __future__ import annotations


class DriverError(Exception):
    """Something a device program cannot go on with; its message is for the technician.

    Each leaf is also a builtin exception and carries a stable ``code`` that a screen can translate.
    """

    code: str = "driver"
