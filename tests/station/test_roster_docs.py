"""docs/roster.md says what the program does: its tables are the program's, its examples are read by it."""

from __future__ import annotations

import re
from pathlib import Path

from station.roster.advice import ADVICE
from station.roster.columns import HEADERS
from station.roster.content import decode_roster
from station.roster.isolation import decode_isolation
from station.roster.notices import decode_notices
from station.roster.passes import decode_passes
from station.roster.row import FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "roster.md").read_text(encoding="utf-8")


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose head begins with *first*."""
    table = PAGE.split(f"\n| {first} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_every_code_of_a_broken_row_is_listed_with_its_advice() -> None:
    assert rows("code") == [[f"`{code}`", *advice] for code, advice in ADVICE.items()]


def test_every_header_is_listed() -> None:
    assert rows("field") == [[f"`{field}`", ", ".join(headers)] for field, headers in HEADERS.items()]


def test_every_field_of_a_person_is_listed() -> None:
    table = PAGE.split("| field | is |", 1)[1].split("\n\n", 1)[0]
    named = {name for line in table.splitlines()[2:] for name in re.findall(r"`([a-z0-9]+)`", line.split("|")[1])}
    assert named == {*FIELDS, "code"}


def test_the_examples_are_read() -> None:
    blocks = [block.strip() + "\n" for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)]
    decoders = {
        "roster": decode_roster,
        "isolation": decode_isolation,
        "passes": decode_passes,
        "notices": decode_notices,
    }
    seen = set()
    for block in blocks:
        name = re.search(r'"list":"([a-z]+)"', block)
        assert name is not None
        found = decoders[name[1]](block.replace("…64 hex digits…", "ab" * 32).encode())
        if hasattr(found, "residents"):
            assert len(list(found.residents)) == 2
        seen.add(name[1])
    assert seen == set(decoders)
