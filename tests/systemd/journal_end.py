"""One end of a journal as another user: a desk that writes, or a road that reads.  Obeys one word a line on stdin.

python journal_end.py desk|road FOLDER UID GID GROUP UMASK
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.clock import Clock
from station.journal.draft import Draft
from station.journal.identity import Identity
from station.journal.reader import JournalReader
from station.journal.writer import Journal


def desk(path: Path) -> dict[str, Callable[[], object]]:
    journal = Journal(path, Identity("gate-1", Ed25519PrivateKey.from_private_bytes(b"1" * 32), "m"), Clock().moment)
    return {
        "append": lambda: journal.append(Draft("service.started", {"last_seq": journal.seq, "journal": 1})).seq,
        "tidy": journal.tidy,
        "close": journal.close,
    }


def road(path: Path) -> dict[str, Callable[[], object]]:
    reader = JournalReader(path)
    return {
        "read": lambda: reader.last_seq(reader.epochs()[-1]),
        "write": lambda: path.with_name("other").write_text("x"),
        "change": lambda: path.open("r+b").close(),
        "key": lambda: path.with_name("station.key").read_text(),
    }


def main() -> None:
    # The interpreter and the modules may lie where only root can read; they are loaded by now.
    role, folder, uid, gid, group, umask = sys.argv[1:]
    os.setgroups([int(group)])
    os.setgid(int(gid))
    os.setuid(int(uid))
    os.umask(int(umask, 8))
    try:
        words = {"desk": desk, "road": road}[role](Path(folder) / "journal.db")
    except Exception as error:
        print(type(error).__name__, flush=True)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            print(words[line.strip()](), flush=True)
        except Exception as error:
            print(type(error).__name__, flush=True)


if __name__ == "__main__":
    main()
