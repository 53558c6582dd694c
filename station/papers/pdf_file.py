"""A report as PDF, drawn by a process of its own so that the desk's machine keeps its memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from station.errors import StationError
from station.papers.fonts import find_font
from station.papers.paper import Paper

#: A year's list on a slow card; a report takes a second.
TIMEOUT_S = 120.0


class PdfFailed(StationError, RuntimeError):
    """The PDF could not be drawn."""

    code = "pdf_failed"


def write_pdf(paper: Paper, font: Path | None = None) -> bytes:
    """*paper* as PDF.

    :raises FontMissing: if there is no Chinese font on this machine.
    :raises PdfFailed: if the process that draws it fails, or needs more memory than it may have.
    """
    chosen = find_font() if font is None else font
    command = [sys.executable, "-m", "station.papers.pdf_draw", str(chosen)]
    source = json.dumps(asdict(paper), ensure_ascii=False).encode("utf-8")
    try:
        done = subprocess.run(command, input=source, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise PdfFailed(f"pdf: not drawn within {TIMEOUT_S:.0f} s; ask for --format html instead") from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise PdfFailed(f"pdf: not drawn ({last[0]}); ask for --format html instead")
    return done.stdout
