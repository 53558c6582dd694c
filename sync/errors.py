"""Every error on the road to the hub.  Two questions of each: whose fault is it, and is another try worth it?"""

from __future__ import annotations


class SyncError(Exception):
    """Something the road cannot go on with; the message names the thing, the value and what to do."""

    code: str = "sync"


class HubRefused(SyncError, ValueError):
    """The hub itself said no, and will say no again: a person has to do something.

    ``whole_road`` is true where nothing at all will be accepted (an unknown token), false where it is about what
    was sent.
    """

    def __init__(self, code: str, message: str, whole_road: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.whole_road = whole_road


class BatchTooLarge(HubRefused):
    """The hub, or something on the way to it, takes no request of this size."""


class HubUnavailable(SyncError, ConnectionError):
    """No answer that can be used came back; the same request is worth another try.

    ``retry_after_s`` is what the hub asked for, None if it did not.
    """

    def __init__(self, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s
