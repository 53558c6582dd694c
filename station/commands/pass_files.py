"""The files of ``station pass``: the book of issued passes and the list of revoked ones."""

from __future__ import annotations

import json
from pathlib import Path

from station.atomic import write_whole
from station.commands.pass_errors import PassCommandError
from station.credential import pass_book, revocations
from station.credential.pass_book import IssuedPass


def chosen_of(book: Path, ids: tuple[str, ...], name: str, household: str) -> list[IssuedPass]:
    """The passes in *book* that are asked for; all of them where nothing is.

    :raises PassCommandError: if the book holds none.
    """
    everyone = read_book(book)
    if not everyone:
        raise PassCommandError(f"{book}: holds no passes")
    return pass_book.find(everyone, ids, name, household) if ids or name or household else everyone


def read_book(book: Path) -> list[IssuedPass]:
    """Every pass in *book*.

    :raises PassCommandError: if it is no text.
    """
    try:
        return pass_book.parse_book(book.read_text("utf-8"))
    except UnicodeDecodeError:
        raise PassCommandError(f"{book}: is no text; a book is made by station pass issue") from None


def add_to_book(book: Path, issued: list[IssuedPass]) -> None:
    """Put *issued* into *book*, whole or not at all: a book cut within a line would lose the passes before it."""
    before = book.read_text("utf-8") if book.exists() else ""
    write_private(book, (before + "".join(map(pass_book.line_of, issued))).encode())


def write_private(path: Path, content: bytes) -> None:
    """*content* into *path*, whole or not at all, readable by its owner alone: names stand in it."""
    write_whole(path, content, 0o600)


def read_revocations(path: Path) -> revocations.Revocations:
    """The list of revoked passes at *path*, an empty one where there is none yet.

    :raises PassCommandError: if it is no such list.
    """
    if not path.exists():
        return revocations.Revocations(0, 0, 0)
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise PassCommandError(f"{path}: no list of revoked passes; it is made by station pass revoke")
    return revocations.parse(document)
