"""The table of commands in docs/commands.md, from the commands' own help.

``python -m tests.commands_table`` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from station.cli import cli
from sync.hub.__main__ import main as hub

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
BEGIN, END = "<!-- commands: written by tests/commands_table.py -->\n", "<!-- end of commands -->\n"

#: These only hand over to another program, whose commands stand below.
HANDED_ON = {"station carry", "station enrol", "station hub", "station sync"}


def commands(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command under *group*, with all words that are typed for it."""
    if not isinstance(group, click.Group):
        yield name, group
        return
    context = click.Context(group)
    for each in group.list_commands(context):
        command = group.get_command(context, each)
        assert command is not None
        yield from commands(command, f"{name} {each}")


def every() -> list[tuple[str, click.Command]]:
    """All commands of the gate and of the hub."""
    return [*commands(cli, "station"), *commands(hub, "station hub")]


def table() -> str:
    """One line for each command: the first paragraph of its help."""
    rows = ["| command | does |\n", "|---|---|\n"]
    for name, command in every():
        if name not in HANDED_ON:
            rows.append(f"| `{name}` | {' '.join((command.help or '').split(chr(10) * 2)[0].split())} |\n")
    return "".join(rows)


def written(page: str) -> str:
    """*page* with the table as it should be."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
