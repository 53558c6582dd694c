"""The office's book of issued passes: one line of JSON for each.  Pure.

The code of a pass holds everything that stands on it, so a line is the code, and the id by which it can be found
and revoked.  The book holds names: it stays at the office.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from station.credential import gate_pass
from station.credential.result import GatePass, Refused
from station.errors import StationError

#: A community has a few thousand passes out; ten times that is a book of 30 MB.
MAX_LINES = 100_000


class PassBookError(StationError, ValueError):
    """A book that cannot be read; the message names the line."""

    code = "pass_book"


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A pass as it was issued: its claims and its text."""

    claims: GatePass = field(repr=False)
    code: str = field(repr=False)


def line_of(issued: IssuedPass) -> str:
    """The line of *issued*, with its line end."""
    return json.dumps({"id": issued.claims.pass_id.hex(), "code": issued.code}, ensure_ascii=False) + "\n"


def parse_book(text: str) -> list[IssuedPass]:
    """The passes in a book, or in a file of bare codes, one a line.

    :raises PassBookError: at the first line that holds no pass.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if number > MAX_LINES:
            raise PassBookError(f"line {number}: more than {MAX_LINES} passes; divide the book")
        code = line.rstrip("\r\n")
        if code.lstrip().startswith("{"):
            try:
                code = json.loads(code)["code"]
            except (ValueError, KeyError, TypeError, RecursionError):
                raise PassBookError(f"line {number}: expected id and code of a pass, or the code alone") from None
        try:
            found.append(IssuedPass(gate_pass.read(str(code)), str(code)))
        except Refused as error:
            raise PassBookError(f"line {number}: not the code of a pass ({error.reason})") from None
    return found


def find(book: Iterable[IssuedPass], ids: Iterable[str], name: str = "", household: str = "") -> list[IssuedPass]:
    """Those of *book* with one of *ids* (hex, or its beginning of at least 4 digits), or of that name and household.

    :raises PassBookError: if an id is none, fits nothing or more than one, or nothing fits name and household.
    """
    everyone, found = list(book), []
    for wanted in ids:
        short = wanted.strip().lower().replace("-", "")
        if len(short) < 4 or set(short) - set("0123456789abcdef"):
            raise PassBookError(f"id: {wanted!r}: expected 4 to 16 hex digits, as printed on the pass")
        fits = [one for one in everyone if one.claims.pass_id.hex().startswith(short)]
        if len(fits) != 1:
            raise PassBookError(f"id: {wanted!r}: {len(fits)} passes of the book begin so; write more of it")
        found += fits
    if name or household:
        of = [
            one
            for one in everyone
            if (not name or one.claims.name == name) and (not household or one.claims.household == household)
        ]
        if not of:
            raise PassBookError(f"no pass in the book for {name or 'anybody'} in {household or 'any household'}")
        found += of
    return list({one.claims.pass_id: one for one in found}.values())
