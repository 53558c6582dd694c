"""What ``station roster import FILE [--dry-run]`` does, without the command line around it.

Runs where the office's file is.  What comes out is the content of an order, without a whole number in it; the
caller signs it or drops it into ``orders/``.
"""

from __future__ import annotations

import base64
import datetime
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from station.errors import StationError
from station.roster.columns import ColumnMap
from station.roster.content import encode_delta, encode_snapshot
from station.roster.diff import Change, Diff, compare, identify
from station.roster.reading import Import, Progress, read
from station.roster.resident import Resident

#: Lines of each kind that a report shows before it says how many more there are.
FIRST = 5


class RosterRefused(StationError, ValueError):
    """The file has broken rows: nothing of it is taken.  ``preview`` names them."""

    code = "roster_refused"

    def __init__(self, preview: Preview) -> None:
        count = len(preview.imported.problems)
        super().__init__(
            f"{preview.imported.file}: {count} broken cells, nothing was taken; put them right and try again"
        )
        self.preview = preview


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do: what was read, everybody with an id, and the change to those already known.

    ``residents`` and ``diff`` are empty while a row is broken.
    """

    imported: Import
    residents: tuple[Resident, ...] = ()
    diff: Diff | None = None

    def report(self, language: str = "en", first: int = FIRST) -> Iterator[str]:
        """The preview as lines of text, in ``zh`` or ``en``, with the *first* of each kind."""
        chinese = language.startswith("zh")
        imported = self.imported
        yield f"{imported.file} ({imported.form}): " + (
            f"{imported.people} 人" if chinese else f"{imported.people} people"
        )
        if imported.unused:
            yield ("未使用的列：" if chinese else "columns not used: ") + ", ".join(imported.unused)
        if self.diff is None:
            count = len(imported.problems)
            yield f"{count} 处错误，整个文件未导入：" if chinese else f"{count} broken cells, nothing is taken:"
            yield from (f"  {problem.line(language)}" for problem in imported.problems)
            return
        words = ("新增", "变更", "离开", "不变") if chinese else ("new", "changed", "gone", "same")
        diff = self.diff
        counts = (len(diff.new), len(diff.changed), len(diff.gone), diff.same)
        yield "  ".join(f"{word} {count}" for word, count in zip(words, counts, strict=True))
        for word, people in ((words[0], diff.new), (words[2], diff.gone)):
            yield from _some(word, [_person(person) for person in people[:first]], len(people))
        yield from _some(words[1], [_change(change) for change in diff.changed[:first]], len(diff.changed))
        if diff.alarming:
            yield (
                "注意：离开的人很多，请确认文件是完整的" if chinese else "careful: many would go; is the file complete?"
            )


def dry_run(
    path: Path | str,
    known: Collection[Resident] = (),
    columns: ColumnMap | None = None,
    *,
    progress: Progress | None = None,
    today: datetime.date | None = None,
    new_id: Callable[[], str] | None = None,
    others_stay: bool = False,
) -> Preview:
    """What importing the file at *path* would change, compared with who is *known* now.  Writes nothing.

    :param columns: the column map kept from last time; guessed without it.
    :param progress: called with rows and the share of the file read, for a bar.
    :param others_stay: the file has some people only; everybody else stays as they are.
    :raises RosterFileError: if the file cannot be read as a roster at all.
    """
    imported = read(path, columns, progress=progress, today=today)
    if not imported.ok:
        return Preview(imported)
    residents = identify(imported.rows, known, new_id or random_id, tuple(imported.columns.columns))
    if others_stay:
        residents = tuple(
            ({person.id: person for person in known} | {person.id: person for person in residents}).values()
        )
    return Preview(imported, residents, compare(known, residents))


def snapshot(preview: Preview) -> bytes:
    """The content of the order that brings everybody of *preview*.

    :raises RosterRefused: if a row is broken.
    """
    if preview.diff is None:
        raise RosterRefused(preview)
    return encode_snapshot(preview.residents)


def delta(preview: Preview, base: int, base_sha256: str) -> bytes:
    """The content of the order that changes the roster *base*, from which the known people came.

    :raises RosterRefused: if a row is broken.
    """
    if preview.diff is None:
        raise RosterRefused(preview)
    return encode_delta(preview.diff.delta(base, base_sha256))


def random_id() -> str:
    """A new id: 64 random bits in 13 letters and digits, made from nothing the person has."""
    return base64.b32encode(secrets.token_bytes(8)).decode().rstrip("=").lower()


def _some(word: str, lines: list[str], count: int) -> Iterator[str]:
    yield from (f"  {word}: {line}" for line in lines)
    if count > len(lines):
        yield f"  {word}: … +{count - len(lines)}"


def _person(person: Resident) -> str:
    where = " ".join(part for part in (person.compound, person.place) if part)
    return f"{person.name} {where} {person.last4}".rstrip()


def _change(change: Change) -> str:
    parts = [
        f"{name} {_shown(getattr(change.before, name))} → {_shown(getattr(change.after, name))}"
        for name in change.fields
    ]
    return f"{_person(change.before)}: " + ", ".join(parts)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value)) or "—"
    return value.hex() if isinstance(value, bytes) else str(value or "—")
