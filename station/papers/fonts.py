"""A Chinese font that ReportLab can embed: TrueType outlines, so not Noto CJK."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from station.errors import StationError

#: Where fontconfig looks on Debian, and files that have TrueType outlines (packages fonts-wqy-microhei and -zenhei).
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
NAMES = ("wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf")


class FontMissing(StationError, FileNotFoundError):
    """There is no Chinese font to print with."""

    code = "font_missing"


def find_font(folders: Iterable[Path] = FOLDERS) -> Path:
    """The file of a Chinese font.

    :raises FontMissing: if there is none; a PDF without it would be boxes.
    """
    folders = tuple(folders)
    for name in NAMES:
        for folder in folders:
            found = next(iter(sorted(folder.rglob(name))), None)
            if found is not None:
                return found
    raise FontMissing(
        f"pdf: no Chinese font ({', '.join(NAMES)}) under {', '.join(map(str, folders))}; "
        "install fonts-wqy-microhei, or ask for --format html and print that"
    )
