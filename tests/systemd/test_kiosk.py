from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.systemd.unit_files import SYSTEMD

#: What a stand-in program says: its name and its arguments, one a line.
SAYS = '#!/bin/sh\nprintf "%s\\n" "$(basename "$0")" "$@"\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    for name in ("cage", "labwc", "chromium", "wlr-randr"):
        (tmp_path / name).write_text(SAYS, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def kiosk(programs: Path, **variables: str) -> list[str]:
    """What station-kiosk started, with the programs that there are."""
    environment = {"PATH": f"{programs}:{os.defpath}", "HOME": "/run/station-kiosk", **variables}
    done = subprocess.run(
        ["sh", str(SYSTEMD / "station-kiosk")], env=environment, check=False, capture_output=True, text=True
    )
    return done.stdout.splitlines() if done.returncode == 0 else [done.stderr.strip()]


def test_first_the_compositor_with_the_same_script_in_it(programs: Path) -> None:
    script = str(SYSTEMD / "station-kiosk")
    assert kiosk(programs, KIOSK_COMPOSITOR="cage") == ["cage", "-s", "--", script]
    assert kiosk(programs, KIOSK_COMPOSITOR="labwc") == ["labwc", "-C", "/run/station-kiosk", "-S", script]


def test_a_compositor_that_is_none_is_named(programs: Path) -> None:
    assert "weston" in kiosk(programs, KIOSK_COMPOSITOR="weston")[0]


def test_inside_of_it_the_browser_on_the_page(programs: Path) -> None:
    name, *arguments = kiosk(programs, WAYLAND_DISPLAY="wayland-0")
    assert (name, arguments[-1]) == ("chromium", "http://127.0.0.1:8080/gate")
    assert {
        "--kiosk",
        "--ozone-platform=wayland",
        "--noerrdialogs",
        "--no-first-run",
        "--disable-session-crashed-bubble",
        "--overscroll-history-navigation=0",
        "--disable-pinch",
        "--autoplay-policy=no-user-gesture-required",
        "--user-data-dir=/run/station-kiosk/chromium",
        "--force-device-scale-factor=1",
    } <= set(arguments)
    assert "--no-sandbox" not in arguments


def test_a_screen_may_be_turned_and_scaled(programs: Path) -> None:
    started = kiosk(
        programs,
        WAYLAND_DISPLAY="wayland-0",
        KIOSK_TRANSFORM="90",
        KIOSK_OUTPUT="DSI-2",
        KIOSK_SCALE="1.5",
        KIOSK_FLAGS="--disable-gpu --lang=zh-CN",
        KIOSK_URL="http://127.0.0.1:9000/gate",
    )
    assert started[:5] == ["wlr-randr", "--output", "DSI-2", "--transform", "90"]
    assert started[-3:] == ["--disable-gpu", "--lang=zh-CN", "http://127.0.0.1:9000/gate"]
    assert "--force-device-scale-factor=1.5" in started


def test_beside_the_browser_runs_what_feeds_its_watchdog(programs: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    watcher = tmp_path / "python"
    watcher.write_text(f'#!/bin/sh\nprintf "%s " "$@" > {told}.part && mv {told}.part {told}\n', encoding="utf-8")
    watcher.chmod(0o755)
    (programs / "chromium").write_text(f"#!/bin/sh\nwhile [ ! -e {told} ]; do :; done\n", encoding="utf-8")
    kiosk(programs, WAYLAND_DISPLAY="wayland-0", STATION_PYTHON=str(watcher), KIOSK_URL="http://127.0.0.1:9000/gate")
    assert told.read_text() == "-I -m station.painted http://127.0.0.1:9000/gate "


def test_a_missing_browser_is_said(tmp_path: Path) -> None:
    (tmp_path / "sh").symlink_to("/bin/sh")
    done = subprocess.run(
        ["/bin/sh", str(SYSTEMD / "station-kiosk")],
        env={"PATH": str(tmp_path), "HOME": "/run/station-kiosk", "WAYLAND_DISPLAY": "wayland-0"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr
