"""docs/devices.md says what the table of families says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from drivers.camera.hint import Hint
from drivers.thermometer.notes import Note
from drivers.thermometer.protocols import PROTOCOLS, Protocol
from drivers.wedge import UNREADABLE

PAGE = (Path(__file__).parents[2] / "docs" / "devices.md").read_text(encoding="utf-8")
CELLS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]
WORDS = tomllib.loads((Path(__file__).parents[2] / "station/web/translations/zh-Hans.toml").read_text(encoding="utf-8"))
ROWS = {cells[0].strip("`"): cells for cells in CELLS if len(cells) == 6 and cells[0] != "`protocol`"}


def test_every_family_has_its_row_and_no_row_is_left_over() -> None:
    assert list(ROWS) == list(PROTOCOLS)


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_a_row_says_what_the_table_says(protocol: Protocol) -> None:
    _, title, bauds, auto, reading, _ = ROWS[protocol.name]
    assert title == protocol.title
    assert tuple(map(int, bauds.split(", "))) == protocol.bauds
    assert auto.startswith("yes") is protocol.search
    assert ("last" in auto) is (protocol.poll is not None and protocol.poll.ambiguous)
    assert reading == ("**none**" if protocol.name == "gy_mcu90640" else protocol.mode.value)


def test_every_code_of_a_heartbeat_is_explained() -> None:
    for note in Note:
        assert f"| `{note}` |" in PAGE
    for hint in Hint:
        assert f"| `{hint}` | {WORDS['badge'][hint]} |" in PAGE
    assert f"`{UNREADABLE.split(':')[0]}`" in PAGE


def test_every_option_of_the_command_is_shown() -> None:
    from station.commands.devices import devices

    options = {name for parameter in devices.params for name in parameter.opts if name.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", PAGE))
