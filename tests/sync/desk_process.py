"""A gate's desk as a process of its own, on the folder that an agent serves; killed as a power cut would."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from drivers.events import Mode, Raw, Reading, Site
from drivers.outlet import Inbox
from station.clock import boottime_ns
from tests.sync.processes import PATIENCE_S, ROOT

_nonces = (f"desk-nonce-{number}" for number in count())


class DeskProcess:
    """The desk of the gate «east» with the private key *key* (hex) in the folder *state*; *root* is its hub's."""

    def __init__(self, state: Path, root: bytes, key: str) -> None:
        self.state = state
        self._run = state.parent / "run"
        self.config = state.parent / "station.toml"
        state.mkdir(exist_ok=True)
        (state / "root.pub").write_text(root.hex() + "\n")
        (state / "station.key").write_text(key + "\n")
        self.config.write_text(
            f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{state}"\nruntime = "{self._run}"\n'
            '[web]\nport = 0\n[hub]\nurl = "http://127.0.0.1:1"\n'
            '[signals]\nbackend = "null"\n[voice]\nenabled = false\n',
            encoding="utf-8",
        )
        self._process: subprocess.Popen[str] | None = None

    def start(self, under: Sequence[str] = ()) -> None:
        """Begin and wait until it serves; *under* is a program that runs it."""
        self.begin(under)
        process = self._running()
        assert process.stdout is not None
        line = next((line for line in process.stdout if "http://" in line), "")
        assert line, "the desk did not start"
        self.address = line.strip().rpartition(" at ")[2].removesuffix("/gate")

    def begin(self, under: Sequence[str] = ()) -> None:
        """Begin, and wait for nothing."""
        command = [*under, sys.executable, "-m", "station", "desk", "--config", str(self.config)]
        # A session of its own: what runs it may not outlive it.
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def freeze(self) -> None:
        """Stop it where it stands; it neither ends nor goes on."""
        os.killpg(self._running().pid, signal.SIGSTOP)

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None

    def dies(self) -> str:
        """Wait until something else has killed it; what it said."""
        said, _ = self._running().communicate(timeout=PATIENCE_S)
        self._process = None
        return said

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def view(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/gate/view")))

    def shows(self) -> str:
        """All that stands on the screen."""
        return "".join(map(str, self.view()["html"].values()))

    def press(self, act: str, visit: int = 0, **arguments: str) -> str:
        body = {"act": act, "nonce": next(_nonces), "arguments": arguments, "visit": visit}
        headers = {"Content-Type": "application/json", "X-Gate": "1", "Origin": self.address}
        request = urllib.request.Request(f"{self.address}/gate/act", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return str(json.load(answer)["code"])
        except urllib.error.HTTPError as error:
            with error:
                return str(json.load(error)["code"])

    def reads(self, centi: int) -> None:
        inbox = Inbox(self._run / "inbox")
        inbox.send(Reading("t1", boottime_ns(), centi, Site.FOREHEAD, Mode.SURFACE, Raw(centi, 3, 0, "00")))
        inbox.close()

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The facts of the journal's entries of *kind*, oldest first."""
        with closing(sqlite3.connect(f"file:{self.state / 'journal.db'}?mode=ro", uri=True, timeout=PATIENCE_S)) as db:
            query = "SELECT header FROM entry WHERE kind = ? ORDER BY epoch, seq"
            return [json.loads(header)["facts"] for (header,) in db.execute(query, (kind,))]

    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the desk does not run"
        return self._process
