"""Run a public suite of test vectors: ``station credential suite KIND DIR``.

Pure like the rest: the caller reads the folder into ``{path below it: content}`` and, where it can decode
pictures, says how.  The answer is the JSON of the command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from station.credential.result import Credential, Verdict

#: Gives the bytes of the one QR code in an image file, or ``None`` if none can be read.
PictureReader = Callable[[bytes], bytes | None]
Files = Mapping[str, bytes]


@dataclass(slots=True)
class Tally:
    """What was asked of the vectors and what came out; ``flags`` are single steps, ``verdicts`` accept or refuse."""

    flags_checked: int = 0
    flags_right: int = 0
    verdicts_checked: int = 0
    verdicts_right: int = 0
    forged_accepted: int = 0
    mismatches: list[dict[str, Any]] = field(default_factory=list)

    def flag(self, vector: str, name: str, expected: bool, got: bool, reason: str) -> None:
        """Count one step of a vector."""
        self.flags_checked += 1
        self.flags_right += expected is got
        if expected is not got:
            self._mismatch(vector, f"{name}={expected}", str(got), reason)

    def verdict(self, vector: str, expected: bool, found: Credential, counts: bool | None = None) -> None:
        """Count one verdict: *expected* says whether the vector has to be accepted.

        :param counts: whether it was accepted, where that is not the same as VALID.
        """
        accepted = found.verdict is Verdict.VALID if counts is None else counts
        self.verdicts_checked += 1
        self.verdicts_right += expected is accepted
        self.forged_accepted += accepted and not expected
        if expected is not accepted:
            self._mismatch(vector, "accept" if expected else "refuse", found.verdict.value, found.reason.value)

    def reason(self, vector: str, expected: frozenset[str], got: str) -> None:
        """Count whether a refusal has one of the *expected* reasons."""
        self.flags_checked += 1
        self.flags_right += got in expected
        if got not in expected:
            self._mismatch(vector, " or ".join(sorted(expected)), got, "refused for another reason")

    def _mismatch(self, vector: str, expected: str, got: str, reason: str) -> None:
        self.mismatches.append({"vector": vector, "expected": expected, "got": got, "reason": reason})

    def document(self) -> dict[str, Any]:
        """The JSON of the command."""
        return {
            "flags": {"checked": self.flags_checked, "right": self.flags_right},
            "verdicts": {"checked": self.verdicts_checked, "right": self.verdicts_right},
            "forged_accepted": self.forged_accepted,
            "mismatches": self.mismatches,
        }
