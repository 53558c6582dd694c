"""``station policy``: whether a policy can be used, and what it says."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from station.policy.file import PolicyError, parse_policy
from station.policy.policy import Policy
from station.policy.words import lines_of

#: The longest shipped one has 20 kB; what does not fit a document of 1 MB was never a policy.
MAX_FILE = 1_048_576
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def policy() -> None:
    """Rules: check a policy before it is sent, and read it."""


@policy.command()
@_file
def check(file: Path) -> None:
    """Say what is wrong with the policy in FILE, by place and value; status 0 if a gate would take it.

    Example: station policy check medium.toml
    """
    try:
        found = _read(file)
    except PolicyError as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(1)
    click.echo(f"{file}: {found.regime} {found.number}, {len(found.rules)} rules, can be used")


@policy.command()
@_file
@click.option("--language", default="zh-Hans", show_default=True, help="of the sentences for the person")
def explain(file: Path, language: str) -> None:
    """Write the rules of FILE in the order in which they are asked, and which of them are the office's own.

    Example: station policy explain station/regimes/medium.toml --language en
    """
    for line in lines_of(_read(file), language):
        click.echo(line)


def _read(file: Path) -> Policy:
    if file.stat().st_size > MAX_FILE:
        raise PolicyError(f"policy: larger than {MAX_FILE} bytes")
    try:
        return parse_policy(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise PolicyError("policy: not UTF-8") from None
