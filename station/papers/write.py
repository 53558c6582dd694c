"""Which formats a paper can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from station.papers.csv_file import write_csv
from station.papers.html_page import write_html
from station.papers.paper import Paper
from station.papers.pdf_file import write_pdf
from station.papers.text import write_text


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
