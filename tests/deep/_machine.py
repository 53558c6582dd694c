"""A gate's machine in a folder: Debian with systemd, the product installed by its own script, booted by nspawn."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
#: What a bare Raspberry Pi OS Lite has of it, and what the installer would fetch.
PACKAGES = "systemd,systemd-sysv,udev,dbus,python3,python3-venv,libzbar0"
#: A root user's environment as a technician's is, and nothing of ours.
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
#: A boot took 5 s; a machine that other tests keep busy may take ten times that.
BOOT_S = 60.0
#: Between two looks at a condition.
LOOK_S = 0.2


def missing() -> str:
    """Why there can be no machine here; empty if there can."""
    if os.geteuid() != 0:
        return "needs root"
    tools = {"mmdebstrap": "mmdebstrap", "systemd-nspawn": "systemd-container", "script": "bsdutils"}
    absent = [package for tool, package in tools.items() if shutil.which(tool) is None]
    return f"needs Debian's {', '.join(absent)}" if absent else ""


def make_root(folder: Path) -> None:
    """Debian of this machine's release, from the mirrors that apt is set up for."""
    codename = _codename()
    asked = [
        "apt-get",
        "indextargets",
        "--format",
        "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)",
        "Created-By: Packages",
    ]
    listed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    lines = {
        f"deb {uri} {release} {component}"
        for origin, uri, release, component in (line.split("|") for line in listed)
        if origin == "Debian" and release.startswith(codename)
    }
    assert lines, f"apt knows no mirror of Debian {codename}; apt-get update"
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "--mode=root", f"--include={PACKAGES}", codename]
    subprocess.run([*command, str(folder), *sorted(lines)], check=True)


def make_bundle(folder: Path) -> None:
    """What ``./run bundle`` packs, for this machine's processor."""
    wheels, source = folder / "wheels", folder / "source"
    for name in ("drivers", "station", "sync"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source)], check=True
    )
    shutil.rmtree(source)
    subprocess.run(
        [
            *[*pip, "download", "--no-deps", "--require-hashes", "--only-binary=:all:"],
            *["--dest", str(wheels), "-r", str(ROOT / "requirements.txt")],
        ],
        check=True,
    )
    shutil.copy(ROOT / "requirements.txt", folder)
    shutil.copytree(ROOT / "systemd", folder / "systemd")


def python_of(root: Path) -> tuple[int, int]:
    """The version of the Python in *root*."""
    (program,) = (path for path in (root / "usr/bin").glob("python3.*") if path.name.removeprefix("python3.").isdigit())
    return 3, int(program.name.removeprefix("python3."))


class Machine:
    """A booted machine; a context manager.  Commands run in it as root."""

    def __init__(self, root: Path, log: Path, binds: Sequence[tuple[str, str]] = ()) -> None:
        self.root = root
        self._log = log
        self._binds = [f"--bind={outside}:{inside}" for outside, inside in binds]
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def __enter__(self) -> Machine:
        nspawn = "systemd-nspawn --quiet --keep-unit --register=no --private-network"
        command = f"{nspawn} {' '.join(self._binds)} -bD {self.root}"
        with self._log.open("wb") as console:
            # script gives nspawn the terminal that it insists on.
            self._process = subprocess.Popen(
                ["script", "-qfec", command, "/dev/null"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        try:
            self.until(self._has_leader, "no systemd in the container", BOOT_S)
            self.until(self._answers, "systemd does not answer", BOOT_S)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        if self._leader:
            self.try_run("systemctl", "poweroff", "--no-block")
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in reversed(_descendants(self._process.pid)):
                os.kill(pid, 9)
            self._process.kill()
            self._process.wait()

    def run(self, *command: str) -> str:
        """What *command* prints; an error if it fails."""
        done = self._run(command)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def try_run(self, *command: str) -> str:
        """What *command* prints, whether it fails or not."""
        return self._run(command).stdout.strip()

    def fails(self, *command: str) -> str:
        """What *command* complains about; an error if it succeeds."""
        done = self._run(command)
        assert done.returncode != 0, f"{command}: succeeded\n{done.stdout}"
        return done.stderr.strip()

    def pid(self, unit: str) -> int:
        """The main process of *unit* as the machine numbers it, 0 if there is none."""
        return int(self.run("systemctl", "show", unit, "--property=MainPID", "--value"))

    def active(self, unit: str) -> bool:
        """Whether *unit* runs and has said so."""
        return self.try_run("systemctl", "is-active", unit) == "active"

    def inside(self, unit: str, user: str, groups: str, *command: str) -> tuple[str, ...]:
        """*command* as *unit* itself would run it: in its view of the files, as its user, with its groups."""
        drop = ("setpriv", f"--reuid={user}", f"--regid={user}", f"--groups={groups}", "--")
        return ("nsenter", "-t", str(self.pid(unit)), "-m", *drop, *command)

    def until(self, condition: Callable[[], bool], complaint: str, within_s: float) -> None:
        """Wait for *condition*; the log and the console are in the complaint."""
        give_up = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > give_up:
                said = self.try_run("journalctl", "-b", "-n", "40", "--no-pager") if self._leader else ""
                raise AssertionError(f"{complaint}\n{self._log.read_text(errors='replace')[-3000:]}\n{said}")
            # Nothing to be woken by: another machine's state is asked for.
            select.select([], [], [], LOOK_S)

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        enter = ["nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-n", "-p", "-C"]
        return subprocess.run([*enter, *command], check=False, capture_output=True, text=True, env=CLEAN, timeout=120)

    def _answers(self) -> bool:
        # Before its bus is there, systemctl says "offline".
        return self.try_run("systemctl", "is-system-running") in {"starting", "running", "degraded"}

    def _has_leader(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text(errors="replace")
        for pid in _descendants(self._process.pid):
            status = Path(f"/proc/{pid}/status").read_text()
            if any(line.startswith("NSpid:") and line.split()[1:][-1:] == ["1"] for line in status.splitlines()):
                self._leader = pid
                return True
        return False


def _codename() -> str:
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    raise AssertionError("/etc/os-release names no release")


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_descendants(child)]
    return found
