"""What is wrong with an answer."""

from __future__ import annotations

from station.lane.action import ActionError


class AnswerRefused(ActionError):
    """An answer that cannot be; ``code`` says what is wrong with it, in words of the screen, never the answer."""
