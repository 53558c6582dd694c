"""Names in full, opened for one session and for half an hour: the seal keys are in memory and nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from station.seal import unseal
from station.wire.errors import WireError

#: Long enough to call a handful of people.
OPEN_MS = 30 * 60 * 1000
#: More sessions than an office has; the one opened first is closed.
_MOST = 20
_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Opened:
    keys: Sequence[X25519PrivateKey]
    until_ms: int


class OpenNames:
    """Which sessions have names in full, by the hash of their token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_session: dict[bytes, _Opened] = {}

    def open(self, session: bytes, keys: Sequence[X25519PrivateKey], now_ms: int) -> None:
        """*session* may read what was sealed to *keys*."""
        with self._lock:
            self._by_session.pop(session, None)
            while len(self._by_session) >= _MOST:
                self._by_session.pop(next(iter(self._by_session)))
            self._by_session[session] = _Opened(keys, now_ms + OPEN_MS)

    def close(self, session: bytes) -> None:
        """*session* may not any more."""
        with self._lock:
            self._by_session.pop(session, None)

    def keys(self, session: bytes, now_ms: int) -> Sequence[X25519PrivateKey]:
        """The keys that *session* may use now, none if it may not."""
        with self._lock:
            opened = self._by_session.get(session)
            if opened is None or opened.until_ms <= now_ms:
                self._by_session.pop(session, None)
                return ()
            return opened.keys


def name_in(sealed: bytes | None, keys: Sequence[X25519PrivateKey], station: str, epoch: int, seq: int) -> str:
    """The name in a sealed part, empty if none of *keys* opens it or there is none."""
    for key in keys if sealed is not None else ():
        try:
            body = json.loads(unseal(sealed or b"", key, station, epoch, seq))
        except (WireError, ValueError, RecursionError):
            continue
        name = body.get("name", "") if isinstance(body, dict) else ""
        return name[:_MAX_SHOWN] if isinstance(name, str) else ""
    return ""
