"""Devices in the settings: offsets and scanners, and the programs that are started for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from station.config.config import Config
from station.config.file import parse
from station.config.values import ConfigError
from station.up import programs

STATION = {"station": {"id": "gate-1", "name": "East"}}
OFFSET = {"offset_centi": 25, "offset_name": "black body 37.0", "offset_date": "2020-11-20", "offset_by": "admin-2"}


def gun(**more: Any) -> Config:
    return parse({**STATION, "thermometer": [{"name": "forehead", "port": "/dev/x", **more}]}, "station.toml")


def scanner(**more: Any) -> Config:
    return parse({**STATION, "wedge": [{"name": "counter", **more}]}, "station.toml")


def test_a_thermometer_without_an_offset_has_no_calibration() -> None:
    assert gun().thermometer[0].calibration is None


def test_an_offset_is_a_calibration() -> None:
    calibration = gun(**OFFSET).thermometer[0].calibration
    assert calibration is not None
    assert (calibration.device, calibration.offset_centi, calibration.by) == ("forehead", 25, "admin-2")


@pytest.mark.parametrize(
    "wrong", [{"offset_name": ""}, {"offset_date": "soon"}, {"offset_centi": 900}, {"offset_by": ""}]
)
def test_half_an_offset_is_an_error_that_names_file_device_and_key(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=rf"station\.toml: thermometer 'forehead': {next(iter(wrong))}"):
        gun(**{**OFFSET, **wrong})


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ({}, "give path or match"),
        ({"path": "/dev/input/event3", "match": "0c2e:0b61"}, "one of them only"),
        ({"match": "honeywell"}, "is no VENDOR:PRODUCT"),
        ({"match": "0c2e:0b61", "mach": "x"}, "did you mean 'match'"),
    ],
)
def test_a_scanner_is_named_in_one_way(which: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        scanner(**which)


def test_a_scanner_shares_no_name_with_another_device() -> None:
    with pytest.raises(ConfigError, match="each used once"):
        parse(
            {**STATION, "wedge": [{"name": "a", "match": "1111:2222"}], "camera": [{"name": "a", "source": "0"}]}, "f"
        )


@pytest.mark.parametrize(
    ("which", "options"),
    [
        ({"match": "0C2E:0b61"}, ["--match", "0C2E:0b61"]),
        ({"path": "/dev/input/by-path/x"}, ["--device-path", "/dev/input/by-path/x"]),
    ],
)
def test_a_scanner_gets_its_program(which: dict[str, Any], options: list[str]) -> None:
    (program,) = [one for one in programs(scanner(**which), Path("station.toml")) if one.name == "wedge-counter"]
    command = list(program.command)
    assert "drivers.wedge" in command
    at = command.index(options[0])
    assert command[at : at + 2] == options
    assert command[command.index("--device") + 1] == "counter"
    assert "--inbox" in command
