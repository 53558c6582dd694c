from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from station.config.config import Config
from station.config.file import parse
from station.config.values import ConfigError
from station.install import environment_file, instances, main, write_devices
from tests.systemd.unit_files import SYSTEMD, values


def config(**document: Any) -> Config:
    # With no hub for ever there is no road either: what is looked at here are devices.
    return parse({"station": {"id": "gate-1", "name": "东门"}, "retention": {"alone": True}, **document}, "test.toml")


THERMOMETER = {"name": "forehead", "port": "/dev/station/thermometer"}
WEDGE = {"name": "counter", "match": "0c2e:0b61"}
CAMERA = {"name": "codes", "source": "/dev/station/camera"}


def test_one_instance_for_each_device() -> None:
    wanted = instances(config(thermometer=[THERMOMETER], camera=[CAMERA], wedge=[WEDGE]))
    assert [(one.unit, one.file) for one in wanted] == [
        ("station-thermometer@forehead.service", "thermometer-forehead.env"),
        ("station-camera@codes.service", "camera-codes.env"),
        ("station-wedge@counter.service", "wedge-counter.env"),
    ]


def test_a_scanner_is_named_by_its_numbers_or_by_its_place() -> None:
    alike, placed = instances(config(wedge=[WEDGE, {"name": "door", "path": "/dev/input/by-path/a b"}]))
    assert (alike.variables["WHICH"], placed.variables["WHICH"]) == (
        "--match=0c2e:0b61",
        "--device-path=/dev/input/by-path/a b",
    )


def test_the_road_runs_unless_there_will_never_be_a_hub() -> None:
    assert instances(config()) == []
    # without a hub it waits for the code of one
    for tables in ({"retention": {}}, {"hub": {"url": "https://hub.example"}}):
        assert [one.unit for one in instances(config(**tables))] == ["station-sync.service"]


@pytest.mark.parametrize("name", ["额温", "left one", "a/b", "-dash", "a--b", "x.y", "a@b", "%i"])
def test_devices_whose_names_systemd_would_not_take_are_numbered(name: str) -> None:
    wanted = instances(config(thermometer=[THERMOMETER, {"name": name, "port": "/dev/ttyUSB1"}]))
    assert [one.unit for one in wanted] == ["station-thermometer@1.service", "station-thermometer@2.service"]
    assert wanted[1].variables["DEVICE"] == name


@pytest.mark.parametrize(
    ("source", "network"),
    [
        ("/dev/video0", False),
        ("picamera2:1", False),
        ("http://10.0.0.7/mjpeg", True),
        ("https://c.example/", True),
        ("rtsp://u:p@10.0.0.7/1", True),
    ],
)
def test_only_network_cameras_get_a_network(source: str, network: bool) -> None:
    (one,) = instances(config(camera=[{"name": "codes", "source": source}]))
    assert one.network is network


def test_the_units_ask_for_exactly_what_is_written() -> None:
    wanted = instances(config(thermometer=[THERMOMETER], camera=[CAMERA], wedge=[WEDGE]))
    templates = ["station-thermometer@.service", "station-camera@.service", "station-wedge@.service"]
    for one, template in zip(wanted, templates, strict=True):
        command = values(SYSTEMD / template, "ExecStart")[0]
        asked = {word.strip("${}") for word in command.split() if word.startswith("$")}
        assert asked == set(one.variables)
        assert values(SYSTEMD / template, "EnvironmentFile") == [
            "/etc/station/devices/" + re.sub(r"-\w+\.", "-%i.", one.file)
        ]


def test_a_speed_is_two_words_or_none() -> None:
    (fixed,) = instances(config(thermometer=[THERMOMETER | {"baud": 9600}]))
    (searched,) = instances(config(thermometer=[THERMOMETER]))
    assert (fixed.variables["BAUD"], searched.variables["BAUD"]) == ("--baud 9600", "")


@pytest.mark.parametrize("value", ["额温", 'say "36"', "a\\b", "$HOME and `id`", "# no comment", " edges ", "100%n"])
def test_values_come_back_as_they_were(value: str) -> None:
    # systemd's rules for double quotes are the shell's, which shlex knows but for $ and `.
    line = environment_file({"DEVICE": value}).splitlines()[1]
    assert shlex.split(line.replace("\\$", "$").replace("\\`", "`")) == [f"DEVICE={value}"]


@pytest.mark.parametrize("value", ["two\nlines", "a\tb", "\0", "\x1b[31m"])
def test_values_that_would_break_the_file_are_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="DEVICE"):
        environment_file({"DEVICE": value})


def test_files_of_devices_that_are_gone_go(tmp_path: Path) -> None:
    write_devices(instances(config(thermometer=[THERMOMETER], camera=[CAMERA])), tmp_path)
    write_devices(instances(config(camera=[CAMERA])), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["camera-codes.env"]
    assert (tmp_path / "camera-codes.env").stat().st_mode & 0o777 == 0o600


def test_settings_that_are_wrong_change_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings, devices = tmp_path / "station.toml", tmp_path / "devices"
    settings.write_text('[station]\nid = "gate-1"\nnam = "东门"\n', encoding="utf-8")
    assert main(["--config", str(settings), "--devices", str(devices)]) == 1
    assert not devices.exists()
    assert "did you mean 'name'" in capsys.readouterr().err


def test_the_units_are_printed_for_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(
        '[station]\nid = "gate-1"\nname = "东门"\n[[camera]]\nname = "codes"\nsource = "rtsp://10.0.0.7/1"\n',
        encoding="utf-8",
    )
    assert main(["--config", str(settings), "--devices", str(tmp_path / "devices")]) == 0
    assert capsys.readouterr().out == "station-camera@codes.service network\nstation-sync.service\n"
