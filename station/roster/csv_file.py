"""The lines of a CSV file in the encodings that offices write: UTF-8, GB18030, UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from station.roster.cells import MAX_COLUMNS, Lines, from_text
from station.roster.errors import RosterFileError

#: csv's own limit is 131,072; a roster's longest cell is an address.
MAX_CELL = 10_000
_CHUNK = 1 << 20
_DELIMITERS = ",\t;，|"


def encoding_of(path: Path) -> str:
    """UTF-8 if the whole file is; otherwise GB18030, if the whole file is that.

    :raises RosterFileError: ``file_encoding``.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _is_whole(path, encoding):
            return encoding
    raise RosterFileError("file_encoding", f"{path.name}: neither UTF-8 nor GB18030; save it again as CSV UTF-8")


def csv_lines(path: Path, encoding: str) -> Lines:
    """The lines of the file, blank ones too.

    :raises RosterFileError: ``file_quotes`` or ``file_encoding`` where the file breaks off.
    """
    size = path.stat().st_size
    number = 0
    csv.field_size_limit(MAX_CELL)
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
            delimiter = _delimiter(file.read(65_536))
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for number, line in enumerate(reader, 1):
                yield number, min(1.0, raw.tell() / size), [from_text(cell) for cell in line[:MAX_COLUMNS]]
    except csv.Error as error:
        raise RosterFileError(
            "file_quotes", f"{path.name}: broken in line {number + 1} ({error}); look for a lone quotation mark"
        ) from None
    except UnicodeDecodeError:
        raise RosterFileError("file_encoding", f"{path.name}: not {encoding} after line {number}") from None


def _is_whole(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The sign that stands most often in the fullest of the first lines."""
    lines = text.splitlines()[:20]
    return max(_DELIMITERS, key=lambda sign: max((line.count(sign) for line in lines), default=0))
