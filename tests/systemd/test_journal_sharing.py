"""Two users, one journal: what tmpfiles.d/station.conf arranges, with SQLite and with the kernel's own checks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.systemd.unit_files import ROOT, SYSTEMD

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be two other users")

#: Nobody's on any machine that the tests run on.
DESK, ROAD, GROUP = 61_001, 61_002, 61_010


class End:
    """A desk or a road in a process of its own, as a user of its own."""

    def __init__(self, role: str, folder: Path) -> None:
        uid = DESK if role == "desk" else ROAD
        command = [sys.executable, "-m", "tests.systemd.journal_end", role, str(folder)]
        command += [str(uid), str(uid), str(GROUP), "077"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.said = self._answer()

    def ask(self, word: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        return self._answer()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


Start = Callable[[str], End]


@pytest.fixture
def folder() -> Iterator[Path]:
    # pytest's own folders are closed to other users.
    path = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="station-"))
    try:
        arrange(path)
        yield path
    finally:
        shutil.rmtree(path)


def arrange(state: Path) -> None:
    """Do to *state* what the file for systemd-tmpfiles says of the folder and of the journal."""
    lines = [line.split() for line in (SYSTEMD / "tmpfiles.d/station.conf").read_text("utf-8").splitlines()]
    owners = {"station-desk": DESK, "station": GROUP}
    for kind, path, mode, user, group in (line for line in lines if line and line[0] in {"d", "f"}):
        if path not in {"/var/lib/station", "/var/lib/station/journal.db"}:
            continue
        place = state / Path(path).relative_to("/var/lib/station")
        if kind == "f":
            place.touch()
        os.chown(place, owners[user], owners[group])
        place.chmod(int(mode, 8))


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    ends: list[End] = []

    def begin(role: str) -> End:
        ends.append(End(role, folder))
        return ends[-1]

    yield begin
    for end in ends:
        end.kill()


def test_the_road_reads_what_the_desk_writes(start: Start) -> None:
    desk, road = start("desk"), start("road")
    assert (desk.said, road.said) == ("ready", "ready")
    first = int(road.ask("read"))
    assert int(desk.ask("append")) == first + 1
    assert int(road.ask("read")) == first + 1
    desk.ask("tidy")
    assert int(road.ask("read")) == first + 1


def test_the_road_can_change_and_make_nothing(folder: Path, start: Start) -> None:
    start("desk")
    key = folder / "station.key"
    key.touch(0o600)
    os.chown(key, DESK, GROUP)
    road = start("road")
    assert [road.ask(word) for word in ("write", "change", "key")] == ["PermissionError"] * 3


def test_a_killed_desk_comes_back_beside_a_road_that_goes_on(start: Start) -> None:
    desk, road = start("desk"), start("road")
    last = int(desk.ask("append"))
    assert int(road.ask("read")) == last
    desk.kill()
    assert int(road.ask("read")) == last
    # A road that starts while the desk is dead reads what a crash left behind, or waits; it never hinders the desk.
    late = start("road")
    assert late.ask("read") in {str(last), "JournalUnavailable"}
    desk = start("desk")
    assert desk.said == "ready"
    assert int(desk.ask("append")) == last + 1
    assert (int(road.ask("read")), int(late.ask("read"))) == (last + 1, last + 1)


def test_after_an_orderly_end_the_road_waits_and_leaves_nothing(folder: Path, start: Start) -> None:
    desk = start("desk")
    last = int(desk.ask("append"))
    desk.ask("close")
    before = sorted(path.name for path in folder.iterdir())
    road = start("road")
    assert road.ask("read") == "JournalUnavailable"
    assert sorted(path.name for path in folder.iterdir()) == before
    assert start("desk").said == "ready"
    assert int(road.ask("read")) == last


def test_in_a_folder_that_the_road_could_write_it_would_keep_the_desk_out(folder: Path, start: Start) -> None:
    desk = start("desk")
    desk.ask("append")
    desk.ask("close")
    desk.kill()
    folder.chmod(0o2770)
    road = start("road")
    road.ask("read")
    assert (folder / "journal.db-shm").stat().st_uid == ROAD
    again = start("desk")
    assert again.said == "JournalFailed" or again.ask("append") == "JournalFailed"
