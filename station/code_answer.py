"""What an authorised service says of a mainland health code, and what we ask it.  Pure.

The shape is that of the gate documents of 2020 (docs/credentials.md): the code's text goes out, a grade comes back.
Whatever is not exactly a grade of a code that has not run out is no answer, and so never green.
"""

from __future__ import annotations

import json
from typing import Any

from station.facts import HealthCode

#: An answer has a few hundred bytes.
MAX_ANSWER = 16_384
_GRADES = {"00": HealthCode.GREEN, "01": HealthCode.YELLOW, "10": HealthCode.RED}


def question(payload: bytes, app_id: str, secret: str) -> bytes | None:
    """The body of the request about the scanned *payload*, None if it is no text."""
    try:
        code = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        return None
    return json.dumps({"appId": app_id, "secretKey": secret, "code_content": code}).encode()


def colour(answer: bytes) -> HealthCode | None:
    """The colour in *answer*, None if it does not say one for sure."""
    try:
        body: Any = json.loads(answer[: MAX_ANSWER + 1]) if len(answer) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        return None
    if isinstance(body, dict) and isinstance(body.get("data"), dict):
        body = body["data"]
    if not isinstance(body, dict) or body.get("qrcode_expired") is not False:
        return None
    grade = body.get("risk_assessment_grade")
    return _GRADES.get(grade) if isinstance(grade, str) else None
