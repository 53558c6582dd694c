"""docs/hub.md says what the programs do: every command, option, request and code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from sync.hub.__main__ import main
from tests.sync.processes import ROOT

PAGE = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")


def sources(*folders: str) -> str:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return "".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_on_the_page_and_explains_itself(name: str) -> None:
    assert f"`{name}`" in PAGE
    command = main.commands[name]
    assert "Example: python -m sync.hub " in (command.help or "")
    for option in command.params:
        if isinstance(option, click.Argument):
            continue
        assert isinstance(option, click.Option)
        assert option.help, f"{name} {option.name}"


def test_every_refusal_is_on_the_page() -> None:
    codes = set(re.findall(r'Refusal\(\s*"(\w+)"', sources("sync/hub")))
    assert len(codes) > 6
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_every_way_the_road_can_fail_is_on_the_page() -> None:
    codes = set(
        re.findall(r'(?:HubRefused|HubUnavailable|BatchTooLarge)\(\s*"(\w+)"', sources("sync", "sync/carriers"))
    )
    codes |= {"busy", "fault"}
    # These end the agent with a message before there is a road.
    codes -= {"url", "ca_file"}
    assert len(codes) > 12
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_every_request_is_on_the_page() -> None:
    paths = re.findall(r'@api\.\w+\("(/\w+)', Path(ROOT / "sync" / "hub" / "api.py").read_text(encoding="utf-8"))
    assert len(paths) == 5
    assert {path for path in paths if f"/api/v1{path}" not in PAGE} == set()
