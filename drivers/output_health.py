"""How an output (lamps and buzzer, or the voice) is, in a form the screen can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: The longest reason handed to the screen, in characters: a tool's own error text can be pages.
MAX_REASON = 200


class OutputState(StrEnum):
    """Whether what is asked of an output reaches the people at the gate."""

    OK = "ok"
    MOCK = "mock"  # chosen by configuration: pins that remember and light nothing
    NO_HARDWARE = "no_hardware"  # nothing to drive: the screen alone must carry the meaning
    FAILED = "failed"  # there is hardware and the last attempt to drive some of it went wrong


@dataclass(frozen=True, slots=True)
class OutputHealth:
    """One output's state; ``reason`` names the part, the fault and what to check (at most 200 characters)."""

    state: OutputState
    reason: str = ""

    def __post_init__(self) -> None:
        """Cut the reason to its bound."""
        object.__setattr__(self, "reason", self.reason[:MAX_REASON])
