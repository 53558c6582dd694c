"""The gate's register: who lives here, what the office's lists say of them, and the search for a name or a room."""

from __future__ import annotations

from station.register.errors import NewerRegister, RegisterFailed
from station.register.store import Register

__all__ = ["NewerRegister", "Register", "RegisterFailed"]
