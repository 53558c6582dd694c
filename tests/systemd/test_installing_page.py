from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.systemd.unit_files import ROOT, SYSTEMD, UNITS, values

PAGE = (ROOT / "docs/installing.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for cells in (line.strip("|").split("|") for line in PAGE.partition("<!-- units:")[2].splitlines())
    if cells[0].startswith(" `station")
}


def test_every_unit_is_in_the_table_and_no_other() -> None:
    assert set(ROWS) == {path.name for path in UNITS}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_user_and_folders_of_a_unit_are_as_the_table_says(path: Path) -> None:
    user, _, folders = ROWS[path.name]
    assert [user.strip("`")] == (values(path, "User") or ["–"])
    written = " ".join(values(path, "ReadWritePaths") + [f"/var/lib/{one}" for one in values(path, "StateDirectory")])
    assert re.findall(r"`([^`]+)`", folders) == written.split()


def test_every_variable_of_the_screen_is_explained() -> None:
    used = set(re.findall(r"KIOSK_[A-Z]+", (SYSTEMD / "station-kiosk").read_text(encoding="utf-8")))
    assert used == set(re.findall(r"KIOSK_[A-Z]+", PAGE))


def test_every_variable_of_the_hub_is_explained() -> None:
    used = set(re.findall(r"HUB_[A-Z]+", (SYSTEMD / "station-hub.service").read_text(encoding="utf-8")))
    assert used == set(re.findall(r"HUB_[A-Z]+", PAGE))


def test_the_options_of_the_installer_are_those_on_the_page() -> None:
    done = subprocess.run(["sh", str(SYSTEMD / "install.sh")], check=False, capture_output=True, text=True)
    asked = set(re.findall(r"--[a-z-]+", done.stderr)) | set(re.findall(r"install\.sh ([a-z]+)", done.stderr))
    page = set(re.findall(r"--no-[a-z]+", PAGE)) | set(re.findall(r"install\.sh ([a-z]+)", PAGE))
    assert asked == page


def test_every_package_that_is_fetched_is_named() -> None:
    script = (SYSTEMD / "install.sh").read_text(encoding="utf-8")
    words = re.findall(r"[\w-]+", PAGE)
    for wanted in re.findall(r"^\w*needed='([^']+)'", script, re.MULTILINE):
        assert [name for name in wanted.split() if name not in words] == []


def test_modes_of_the_journal_are_as_the_page_explains() -> None:
    rules = (SYSTEMD / "tmpfiles.d/station.conf").read_text(encoding="utf-8")
    assert "\nd /var/lib/station 2750 station-desk station\n" in rules
    assert "`2750 station-desk:station`" in PAGE
    assert "\nf /var/lib/station/journal.db 0640 station-desk station\n" in rules
    assert values(SYSTEMD / "station-desk.service", "UMask") == ["0077"]
