"""Which formats there are, and a file that is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from station.errors import StationError
from station.papers.csv_file import write_csv
from station.papers.html_page import write_html
from station.papers.paper import Paper
from station.papers.pdf_file import write_pdf
from station.papers.text import write_text


class PaperNotWritten(StationError, OSError):
    """The file could not be written; nothing of it is there."""

    code = "paper_not_written"


def _xlsx(paper: Paper) -> bytes:
    from station.papers.xlsx_file import write_xlsx

    return write_xlsx(paper)


#: Format → what makes its bytes.
WRITERS: Mapping[str, Callable[[Paper], bytes]] = {
    "txt": write_text,
    "csv": write_csv,
    "html": write_html,
    "pdf": write_pdf,
    "xlsx": _xlsx,
}


def write_whole(path: Path, content: bytes) -> None:
    """*content* into the file at *path*: the old file or the new one, also after a power cut.

    :raises PaperNotWritten: if it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise PaperNotWritten(
            f"{path}: not written ({error.strerror}); is there room, and may you write there?"
        ) from None
