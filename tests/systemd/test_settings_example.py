from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from station.config.config import LISTS, TABLES
from station.config.file import load
from tests.systemd.unit_files import SYSTEMD

EXAMPLE = SYSTEMD / "station.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def shown(line: str) -> str:
    """The key that *line* gives a value to, be it commented out; empty if it is none."""
    key, equals, _ = line.removeprefix("# ").partition(" = ")
    return key if equals and key.isidentifier() else ""


def test_the_example_is_good_as_it_is() -> None:
    config = load(EXAMPLE)
    assert config.thermometer
    assert config.camera


@pytest.mark.parametrize("table", [*TABLES, *LISTS])
def test_every_key_of_a_table_is_there_with_a_comment_above(table: str) -> None:
    head = f"[[{table}]]" if table in LISTS else f"[{table}]"
    # What most gates do not have is there as a comment.
    lines = TEXT.replace("\n# [[", "\n[[").partition(f"\n{head}\n")[2].partition("\n[")[0].splitlines()
    keys = {}
    for above, line in zip(["", *lines], lines, strict=False):
        if key := shown(line):
            keys[key] = above
    kind = {**TABLES, **LISTS}[table]
    assert set(keys) == {one.name for one in fields(kind)}
    assert [key for key, above in keys.items() if not above.startswith("# ") or shown(above)] == []


def test_what_is_left_out_has_the_value_shown() -> None:
    document: dict[str, Any] = tomllib.loads(TEXT)
    for table, kind in TABLES.items():
        for one in fields(kind):
            if one.default is not MISSING and one.name in document[table]:
                written = document[table][one.name]
                assert type(one.default)(written) == one.default, f"{table}.{one.name}"


def test_what_is_only_shown_is_good_too(tmp_path: Path) -> None:
    begin = TEXT.index("# [[wedge]]")
    shown_lines = [
        line.removeprefix("# ") for line in TEXT[begin:].splitlines() if line.startswith("# [[") or shown(line)
    ]
    chosen = "\n".join(line for line in shown_lines if not line.startswith("path"))
    (tmp_path / "station.toml").write_text(TEXT[:begin] + chosen, encoding="utf-8")
    assert load(tmp_path / "station.toml").wedge[0].match == "0c2e:0b61"


def test_units_and_settings_agree_on_the_places() -> None:
    paths = load(EXAMPLE).paths
    assert (paths.state, paths.inbox) == (Path("/var/lib/station"), Path("/run/station/inbox"))
    assert load(EXAMPLE).hub.token_file.parent == paths.sync


def test_a_key_without_a_comment_would_be_found() -> None:
    assert shown("# trace = 1") == "trace"
    assert shown("# The amber lamp.") == ""
