"""What of a form was answered so far, for the line above every question."""

from __future__ import annotations

from station.credential.id_number import NUMBER
from station.registration.answers import is_whole
from station.registration.entry import mask_of
from station.registration.form import Form


def summary(form: Form) -> list[tuple[str, str]]:
    """What was answered so far in few words: (code of a word, or "" and plain text)."""
    answers = form.answers
    parts: list[tuple[str, str]] = []
    if form.klass is not None:
        parts.append((f"class_{form.klass}", ""))
    if "name" in answers:
        parts.append(("", mask_of(form)))
    number = answers.get("id_number") or answers.get("phone")
    if number:
        parts.append(("last_four", number[-4:]))
    if NUMBER.fullmatch(number or "") and is_whole(number or ""):
        parts.append(("id_read" if form.id_read else "id_typed", ""))
    if form.host is not None:
        parts.append(("", form.host.place))
        parts += [("no_visitors", "")] if form.host.isolated else []
    if "purpose" in answers:
        parts.append((f"purpose_{answers['purpose']}", ""))
    return parts
