"""What ``station doctor`` says of one finding: what it is and what to do, in simplified Chinese and in English.

Gaps in braces are filled by the check.  What is well needs nothing to be done.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One finding."""

    zh: str
    en: str
    todo_zh: str = ""
    todo_en: str = ""
