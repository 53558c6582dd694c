"""Every command explains itself, and the pages that list commands and pages list all of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from station.cli import ELSEWHERE, cli
from tests.commands_table import PAGE, every, written

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "command"), every(), ids=[name for name, _ in every()])
def test_the_help_of_every_command_has_an_example_of_it(name: str, command: click.Command) -> None:
    said = command.get_help(click.Context(command, info_name=name))
    called = name.replace("station hub", "(station hub|python -m sync.hub)")
    assert re.search(rf"Example: {called}\b", " ".join(said.split()))


@pytest.mark.parametrize(
    "arguments", [["sync"], ["sync", "carry", "both"], ["drivers.thermometer"], ["drivers.camera"]]
)
def test_the_help_of_every_program_has_an_example_of_it(arguments: list[str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", *arguments, "--help"], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT
    )
    called = "station" if len(arguments) > 1 else "python -m"
    assert re.search(rf"(?i)examples?:\s+{called} {' '.join(arguments[-2:])}\b", answer.stdout)


def test_the_page_of_commands_says_what_their_help_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "python -m tests.commands_table writes it anew"


def test_the_front_page_names_every_command() -> None:
    listed = set(re.findall(r"`station (\w+)", README))
    assert listed == {*cli.commands, *ELSEWHERE}


def test_the_front_page_leads_to_every_page() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages - set(linked) == set()
    assert [link for link in linked if not (ROOT / link).exists()] == []
