"""Settings: every mistake is named with its file, its key and what was probably meant; every key is documented."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from station.config.check import RANGES
from station.config.config import LISTS, TABLES
from station.config.file import load
from station.config.values import ConfigError

DOC = Path(__file__).parents[2] / "docs" / "settings.md"
STATION = '[station]\nid = "east"\nname = "东门"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_least_that_is_needed(tmp_path: Path) -> None:
    config = load(written(tmp_path, STATION))
    assert (config.station.id, config.station.direction, config.clock.rate) == ("east", "in", 1.0)
    assert config.paths.journal == Path("/var/lib/station/journal.db")
    assert (config.thermometer, config.camera) == ((), ())


def test_everything_lands_where_it_belongs(tmp_path: Path) -> None:
    text = STATION + (
        f'[paths]\nstate = "{tmp_path}"\n[clock]\nrate = 1\n[desk]\nask_s = 60\n[signals]\nred = 17\n'
        '[[thermometer]]\nname = "t1"\nport = "/dev/t1"\nsite = "wrist"\n'
        '[[thermometer]]\nname = "t2"\nport = "/dev/t2"\n'
        '[[camera]]\nname = "c1"\nsource = "/dev/video0"\n'
    )
    config = load(written(tmp_path, text))
    assert config.paths.root == tmp_path / "root.pub"
    assert (config.desk.ask_s, config.signals.red) == (60, 17)
    assert [(one.name, one.site) for one in config.thermometer] == [("t1", "wrist"), ("t2", "forehead")]
    assert config.camera[0].source == "/dev/video0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"\[station\] with id and name is missing"),
        ("[station", "not TOML"),
        ('[station]\nid = "east"\n', r"station\.name is missing"),
        (STATION + 'directoin = "in"', r"station\.directoin: unknown key; did you mean 'direction'"),
        (STATION + "[xyzzy]", "xyzzy: unknown key; known are station"),
        (STATION + "[desks]", "desks: unknown key; did you mean 'desk'"),
        (STATION + "[desk]\npairing = 3", r"desk\.pairing: unknown key; did you mean 'pairing_s'"),
        (STATION + 'direction = "up"', r"station\.direction: 'up'"),
        (STATION + "direction = 1", r"station\.direction: expected text, got 1"),
        (STATION + 'timezone = "Mars/Base"', r"station\.timezone: 'Mars/Base' is no time zone such as Asia/Shanghai"),
        (STATION + 'timezone = "/etc/passwd"', r"station\.timezone"),
        (STATION + 'demo = "yes"', r"station\.demo: expected true or false, got 'yes'"),
        (STATION.replace("east", "the east"), r"station\.id: 'the east'"),
        (STATION.replace("east", "东门"), r"station\.id"),
        (STATION.replace("east", "-east"), r"station\.id"),
        (STATION.replace("east", ""), r"station\.id"),
        (STATION + "[desk]\nask_s = true", r"desk\.ask_s: expected a whole number, got True"),
        (STATION + "[desk]\nask_s = 1.5", r"desk\.ask_s: expected a whole number, got 1.5"),
        (STATION + "[desk]\nask_s = 0", r"desk\.ask_s: 0 is not from 1 to"),
        (STATION + "[desk]\nnight_from = 24", r"desk\.night_from: 24 is not from 0 to 23"),
        (STATION + '[clock]\nrate = "fast"', r"clock\.rate: expected a number, got 'fast'"),
        (STATION + "[clock]\nrate = 60", "only a demo"),
        (STATION + "demo = true\n[clock]\nrate = 0", "not above 0"),
        (STATION + "demo = true\n[clock]\nrate = nan", "not above 0"),
        (STATION + 'demo = true\n[clock]\nstart = "today"', r"clock\.start: 'today'"),
        (STATION + "[web]\nport = 70000", r"web\.port: 70000"),
        (STATION + '[signals]\nbackend = "magic"', r"signals\.backend: 'magic' is none of auto"),
        (STATION + "[signals]\nred = 28", r"signals\.red: 28 is not from 0 to 27"),
        (STATION + "[signals]\nred = 17\ngate = 17", "red and gate are both on pin 17"),
        (STATION + '[hub]\nurl = "hub.example.cn"', r"hub\.url: 'hub\.example\.cn' does not begin with https://"),
        (
            STATION + "[[thermometer]]\nname = 'a'\nport = 'p'\nprotocol = 'gy_614'",
            "thermometer 'a': protocol: 'gy_614' is none of auto, .*gy_614v",
        ),
        (STATION + "[voice]\nvolume = 101", r"voice\.volume: 101"),
        (STATION + "[paths]\nstate = 5", r"paths\.state: expected a path, got 5"),
        (STATION + '[paths]\nstate = ""', r"paths\.state: expected a path"),
        (STATION + "[thermometer]\nname = 'a'", r"thermometer: write \[\[thermometer\]\]"),
        (STATION + "thermometer = [1]", r"station\.thermometer: unknown key"),
        (STATION + "[[thermometer]]\nname = 'a'", r"thermometer\[0\]\.port is missing"),
        (STATION + "[[thermometer]]\nname = 'a'\nport = 'p'\nsite = 'ear'", "'ear' is none of forehead"),
        (
            STATION + "[[thermometer]]\nname = 'a'\nport = 'p'\n[[camera]]\nname = 'a'\nsource = 's'",
            "'a': 1 to 32 characters, each used once",
        ),
        (STATION + "[[camera]]\nname = ''\nsource = 's'", "device name ''"),
        (STATION + "[[camera]]\nname = 'c'\nsauce = 's'", r"camera\[0\]\.sauce: unknown key; did you mean 'source'"),
    ],
    ids=str,
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError, match=message) as found:
        load(path)
    assert str(found.value).startswith(f"{path}: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read .No such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'[station]\nname = "\xe4"')
    with pytest.raises(ConfigError, match="not TOML"):
        load(tmp_path / "latin.toml")


def test_every_whole_number_has_a_range() -> None:
    whole = {
        f"{table}.{key}" for table, kind in TABLES.items() for key, hint in get_type_hints(kind).items() if hint is int
    }
    assert set(RANGES) == whole


def documented() -> dict[str, set[str]]:
    """The keys in the tables of docs/settings.md, by section."""
    sections: dict[str, set[str]] = {}
    section = ""
    for line in DOC.read_text("utf-8").splitlines():
        if heading := re.match(r"## `\[+(\w+)\]+`", line):
            section = heading[1]
        elif row := re.match(r"\| `(\w+)` \|", line):
            sections.setdefault(section, set()).add(row[1])
    return sections


def test_every_key_is_documented_and_no_other() -> None:
    keys = {name: {one.name for one in fields(kind)} for name, kind in {**TABLES, **LISTS}.items()}
    assert documented() == keys
