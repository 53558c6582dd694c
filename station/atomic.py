"""Write a file whole or not at all: temp in the same folder, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: The desk, which is another user of the same group, reads what we write.
_MODE = 0o640
_SUFFIX = ".part"


@contextlib.contextmanager
def whole_file(path: Path, mode: int = _MODE) -> Iterator[BinaryIO]:
    """A file that appears as *path* when the block ends, and never if it raises.

    The temp name holds the process id, so two agents do not write into one file.
    """
    temp = path.with_name(f".{path.name}.{os.getpid()}{_SUFFIX}")
    try:
        with open(os.open(temp, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode), "r+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temp.replace(path)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes, mode: int = _MODE) -> None:
    """Make *path* hold *content*."""
    with whole_file(path, mode) as file:
        file.write(content)


def sweep(folder: Path, older_than_s: float) -> None:
    """Remove what a power cut left half written in *folder* before *older_than_s* (seconds since 1970)."""
    for temp in folder.glob(f".*{_SUFFIX}"):
        with contextlib.suppress(FileNotFoundError):
            if temp.stat().st_mtime < older_than_s:
                temp.unlink()


def sync_folder(folder: Path) -> None:
    """Have the names in *folder* on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
