"""The reasons for letting somebody through against the rules, as codes.  Pure."""

from __future__ import annotations

#: What the keys offer; whatever else comes is words, which may name somebody.
REASONS = ("leader_approved", "office_approved", "medical", "repair")


def code_of(reason: str) -> str:
    """*reason* if a key of ours chose it, else nothing."""
    return reason if reason in REASONS else ""


def typed_of(reason: str) -> str:
    """*reason* if somebody typed it, else nothing."""
    return "" if reason in REASONS else reason
