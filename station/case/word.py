"""What the screen says of the office's doings in a case.  Pure."""

from __future__ import annotations

from station.case.case import Case


def office_word(case: Case) -> tuple[str, str, int] | None:
    """A code, who of the office, and when; None while the office has not said anything."""
    told = case.told
    if told is not None and told.closed_ms:
        return "case_office_closed", told.closed_by, told.closed_ms
    if told is not None and told.assigned_ms:
        return "case_taken", told.assigned, told.assigned_ms
    return None


def is_closed_unseen(case: Case | None) -> bool:
    """Whether the office closed it while nobody at the gate has answered."""
    return case is not None and case.told is not None and bool(case.told.closed_ms) and not case.answered
