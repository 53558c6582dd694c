"""The table of suites that can be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from station.credential import suite_dcc, suite_nzcp, suite_shc
from station.credential.suite import Files, PictureReader, Tally

SUITES: Mapping[str, Callable[[Files, PictureReader | None], Tally]] = {
    "dcc": suite_dcc.run,
    "shc": suite_shc.run,
    "nzcp": suite_nzcp.run,
}


def run_suite(kind: str, files: Files, read_picture: PictureReader | None = None) -> dict[str, Any]:
    """The JSON of ``station credential suite``.

    :param kind: one of :data:`SUITES`.
    :param files: ``{path below the folder, with "/": content}``.
    :param read_picture: how to read the QR code in an image file; without it, steps on pictures are left out.
    :raises KeyError: for another kind.
    """
    return SUITES[kind](files, read_picture).document()
