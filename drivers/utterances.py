"""What is to be said next.  Pure: the time comes in as milliseconds.

Promises:

1. A fever is never dropped, and nothing but the operator's hand cuts it short.
2. Of everything else only the newest is kept: words for somebody who has already gone would confuse the next.
3. A self-test gives way to everything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.spoken import Line

#: Two fevers waiting behind the one being spoken say, in the same words, all that a third would.
MAX_FEVERS = 2
#: Words that could not be spoken within this many milliseconds belong to nobody any more.
MAX_LATE_MS = 3000


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line at one loudness, not to begin before ``from_ms``."""

    line: Line
    percent: int
    from_ms: int = 0
    test: bool = False

    @property
    def may_be_cut(self) -> bool:
        """Whether something newer ends it."""
        return self.test or self.line is not Line.FEVER


class Utterances:
    """The waiting lines: at most two fevers, one other, and the rest of a self-test."""

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self._fevers: deque[Utterance] = deque()
        self._newest: Utterance | None = None
        self._tests: deque[Utterance] = deque()

    def add(self, utterance: Utterance) -> None:
        """Take one more; see the promises for what it replaces."""
        self._tests.clear()
        if utterance.line is not Line.FEVER:
            self._newest = utterance
        elif len(self._fevers) < MAX_FEVERS:
            self._fevers.append(utterance)

    def add_tests(self, utterances: Sequence[Utterance]) -> None:
        """Say all of these, one after another, when there is nothing else."""
        self._tests = deque(utterances)

    def clear(self) -> None:
        """Drop everything, on the operator's word."""
        self._fevers.clear()
        self._tests.clear()
        self._newest = None

    def due(self, now: int) -> Utterance | None:
        """Take out what is to be said now, if anything is."""
        if self._newest and now - self._newest.from_ms > MAX_LATE_MS:
            self._newest = None
        if self._fevers:
            return self._fevers.popleft() if self._fevers[0].from_ms <= now else None
        if self._newest:
            newest = self._newest if self._newest.from_ms <= now else None
            self._newest = None if newest else self._newest
            return newest
        return self._tests.popleft() if self._tests else None

    def next_due(self) -> int | None:
        """When :meth:`due` may next give something; ``None`` if nothing waits."""
        if self._fevers:
            return self._fevers[0].from_ms
        if self._newest:
            return self._newest.from_ms
        return self._tests[0].from_ms if self._tests else None
