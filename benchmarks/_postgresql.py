"""A PostgreSQL of our own: made in a temporary folder, on a socket in it, gone when it is closed.

Used by benchmarks and tests.  PostgreSQL refuses to run as root, so root starts it as the user that Debian's package
makes.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

#: initdb takes two seconds, a start a third of one.
_PATIENCE_S = 30.0


def why_not() -> str:
    """Why there can be no cluster here, empty if there can."""
    if _program("initdb") is None:
        return "PostgreSQL is not installed (apt-get install postgresql)"
    try:
        import psycopg  # noqa: F401  # only whether it is there
    except ImportError:
        return "psycopg is not installed (pip install psycopg[binary])"
    if os.geteuid() == 0 and not _user():
        return "there is no user postgres to run it as"
    return ""


def _program(name: str) -> str | None:
    """Debian keeps the server's programs out of the PATH."""
    found = shutil.which(name)
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(newest[-1]) if newest else found


def _user() -> dict[str, Any]:
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        return {}
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Cluster:
    """A running server without a single database but its own."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._as: dict[str, Any] = {"cwd": self.folder}
        if os.geteuid() == 0:
            self._as |= _user()
            os.chown(self.folder, self._as["user"], self._as["group"])
        self._number = 0
        initdb, server = _program("initdb"), _program("postgres")
        assert initdb is not None
        assert server is not None
        command = [initdb, "-D", "data", "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(command, **self._as, check=True, stdout=subprocess.DEVNULL)
        options = [f"-c{setting}" for setting in ("listen_addresses=", f"unix_socket_directories={self.folder}")]
        options += [f"-c{setting}" for setting in settings]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [server, "-D", "data", *options], **self._as, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        self._wait()

    @property
    def pid(self) -> int:
        """Of the server that starts the others."""
        return self._server.pid

    def url(self, database: str = "postgres") -> str:
        """Where *database* is."""
        return f"postgresql://hub@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        self._number += 1
        name = f"hub{self._number}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def close(self) -> None:
        """End it at once and leave nothing behind."""
        self._server.send_signal(signal.SIGQUIT)  # at once, whoever is connected
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._server.wait(_PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + _PATIENCE_S
        pause = threading.Event()
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError as error:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"postgresql: {error}\n{(self.folder / 'log').read_text()}") from error
                pause.wait(0.05)
            else:
                return
