"""Real processes: a hub and an agent, started as systemd would start them, and killed as a power cut would."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sync.hub.custody.keys import load_key
from sync.hub.gates.stations import enrol
from sync.hub.home import Home, Office, Secrets
from tests.sync.chain import MORNING_MS, key, public

ROOT = Path(__file__).parents[2]
OFFICE = Office("幸福里社区", "community", "Asia/Shanghai", False, "")
#: Longer than any honest wait on a busy machine.
PATIENCE_S = 60.0


def eventually(what: Callable[[], Any], message: str = "", patience_s: float = PATIENCE_S) -> Any:
    """Wait until *what* gives something true, and give it back."""
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < deadline, message or f"never became true: {what}"
        pause.wait(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def programs_of(root: Path) -> dict[str, str]:
    """An environment in which a process runs the programs in *root* and no other copy."""
    return {**os.environ, "PYTHONPATH": str(root)}


def run_hub(*arguments: str) -> dict[str, Any]:
    """One command of the hub, its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "sync.hub", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


@dataclass
class HubProcess:
    """A hub in *state*, run from the programs in *root*; starts on the same port again."""

    state: Path
    port: int
    tokens: dict[str, str]
    password: str
    root_public: bytes
    process: subprocess.Popen[str] | None = field(default=None)
    root: Path = ROOT

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "sync.hub", "serve", "--state", str(self.state), "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=self.root, env=programs_of(self.root), stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("hub: http://"):
            self.kill()
            raise AssertionError(f"the hub did not start: {line!r}")

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def request(
        self, method: str, path: str, body: bytes | None = None, station: str | None = "east", **headers: str
    ) -> tuple[int, bytes]:
        if station is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens[station]}")
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


@cache
def _first_home() -> tuple[Path, Secrets]:
    """A hub's folder to be copied: to make its keys and its database and to hash its password takes half a second."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    atexit.register(shutil.rmtree, folder)
    return folder, Home(folder / "hub").create(OFFICE, MORNING_MS)


def copied_home(path: Path) -> tuple[Home, Secrets]:
    """A new hub in *path* and what was told when it was made; all of a process have the same keys."""
    folder, told = _first_home()
    shutil.copytree(folder / "hub", path)
    return Home(path), told


def make_hub(state: Path, url: str = "") -> HubProcess:
    """A new hub that knows «east» (key 1) and «west» (key 2), not yet running; on the PostgreSQL at *url* if given."""
    home, made = (Home(state), Home(state).create(OFFICE, MORNING_MS, url)) if url else copied_home(state)
    store = home.open()
    tokens = {}
    with store.writing() as connection:
        for number, (station, name) in enumerate((("east", "东门"), ("west", "西门")), 1):
            tokens[station] = enrol(connection, station, name, "community", public(key(number)), MORNING_MS)
    store.close()
    root = load_key(home.keys.root).public_key().public_bytes_raw()
    return HubProcess(state, free_port(), tokens, made.password, root)


@dataclass
class AgentProcess:
    """A gate's folder *state* with journal.db, orders/ and sync/, and the agent that serves it."""

    state: Path
    url: str
    token: str
    process: subprocess.Popen[str] | None = field(default=None)
    root: Path = ROOT

    @property
    def journal(self) -> Path:
        return self.state / "journal.db"

    @property
    def orders(self) -> Path:
        return self.state / "orders"

    @property
    def sync(self) -> Path:
        return self.state / "sync"

    def command(self, *more: str) -> list[str]:
        self.sync.mkdir(parents=True, exist_ok=True)
        (self.sync / "token").write_text(self.token + "\n")
        places = ("--journal", self.journal, "--orders", self.orders, "--state", self.sync, "--url", self.url)
        return [sys.executable, "-m", "sync", *map(str, places), "--token-file", str(self.sync / "token"), *more]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(), cwd=self.root, env=programs_of(self.root), stdout=subprocess.PIPE, text=True
        )

    def once(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command("--once"),
            cwd=self.root,
            env=programs_of(self.root),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S * 2,
        )

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit status and what it logged."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        logged, _ = self.process.communicate(timeout=PATIENCE_S)
        status, self.process = self.process.returncode, None
        return status, logged

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def status(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.sync / "status.json").read_bytes()))
        except FileNotFoundError:
            return {}


def pss_kb(pid: int) -> int:
    """The memory of a process, what it shares counted in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise AssertionError(os.strerror(0))
