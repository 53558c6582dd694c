"""What an order about notices holds: the texts of the idle screen.  Pure.

Always a full snapshot; head ``{"list":"notices","rows":N,"v":1}``, each line a notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from station.roster.errors import ContentError
from station.roster.lines import Check, check, decode, encode, is_count, is_time
from station.roster.row import is_id

NAME = "notices"
#: More would never come round on an idle screen.
MAX_NOTICES = 50
#: Two minutes read aloud.
MAX_TEXT = 600
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class Notice:
    """One text in its languages (``zh-Hans``, ``en``), shown from and until a time, also spoken if it says so."""

    id: str
    text: Mapping[str, str]
    from_ms: int = 0
    until_ms: int | None = None
    spoken: bool = False


def encode_notices(notices: Iterable[Notice]) -> bytes:
    """The content with these *notices*, in the order they are shown.

    :raises ContentError: if the gate would not take one of them.
    """
    rows = [
        {
            "id": notice.id,
            "text": dict(notice.text),
            "from_ms": notice.from_ms,
            "until_ms": notice.until_ms,
            "spoken": notice.spoken or None,
        }
        for notice in notices
    ]
    content = encode({"list": NAME, "rows": len(rows)}, rows)
    decode_notices(content)
    return content


def decode_notices(content: bytes) -> tuple[Notice, ...]:
    """The notices in *content*.

    :raises ContentError: at the first thing that is wrong.
    """
    head, lines = decode(content, NAME)
    if set(head) != {"rows"} or not is_count(head["rows"], 0, MAX_NOTICES):
        raise ContentError(f"notices line 1: expected rows, at most {MAX_NOTICES}, and nothing else")
    notices = []
    for number, row in lines:
        check(row, _FIELDS, ("id", "text"), f"notices line {number}", public=True)
        notices.append(Notice(**row))
    if len({notice.id for notice in notices}) != len(notices) or len(notices) != head["rows"]:
        raise ContentError("notices: an id comes twice, or the head promises another number of rows")
    return tuple(notices)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _LANGUAGE.fullmatch(language) and isinstance(text, str) and 1 <= len(text) <= MAX_TEXT
        for language, text in value.items()
    )


_FIELDS: dict[str, Check] = {
    "id": is_id,
    "text": _is_text,
    "from_ms": is_time,
    "until_ms": is_time,
    "spoken": lambda value: value is True,
}
