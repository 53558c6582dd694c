"""What the hub says no to, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sync.errors import SyncError


class Refusal(SyncError, ValueError):
    """A request that is wrong and will be wrong again; ``status`` is its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, int]]:
        return type(self), (self.code, str(self), self.status)


class HubBusy(SyncError, TimeoutError):
    """Everything is occupied or the disk does not answer; the same request is worth another try."""

    code = "busy"


class HubFault(SyncError, RuntimeError):
    """The hub cannot be set up or started; the message says what to do.

    One that has a ``word`` is said on pages by that one of their words, its gaps filled with ``gaps``; the message of
    any other is looked up (sync/hub/troubles.py).
    """

    code = "hub"
    word: str = ""
    gaps: Mapping[str, object] = MappingProxyType({})
