"""A folder that people carry: a USB stick, or a share of the local network.

``checkpoint-carry/`` in it holds ``to-hub/STATION-EPOCH-FIRST-LAST.box`` and ``from-hub/STATION/`` with receipts and
orders.  Everything in it may have been put there by anybody: nothing is followed, nothing larger than what we write
is read, and what is not ours is left alone.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from station.atomic import write_whole
from station.wire.document import MAX_DOCUMENT
from sync.box import MAX_BOX
from sync.errors import HubRefused

#: The file that makes a stick ours: one that holds it is carried as soon as it is plugged in.
MARKER = "README.txt"
#: 500 entries each: years of 184 gates.
MAX_BOXES = 100_000
#: A receipt for every epoch a gate ever had and one order of each kind; more is not ours.
MAX_DOCUMENTS = 1_000
_BOX = re.compile(r"((?!-)[A-Za-z0-9-]{1,32})-([0-9]{1,19})-([0-9]{12})-([0-9]{12})\.box")
_STATION = re.compile(r"(?!-)[A-Za-z0-9-]{1,32}")
_NOTE = """\
本文件夹在大门工作站和社区之间传送记录。请勿改动其中文件；记录已加密，只有社区能打开。
大门：station carry out 盘符，再 station carry in 盘符。社区：station hub carry 盘符。

This folder carries records between a gate and its community.  Please leave its files as they are; the records are
sealed, and only the community can open them.
Gate: station carry out FOLDER, and station carry in FOLDER.  Community: station hub carry FOLDER.
"""


@dataclass(frozen=True, slots=True, order=True)
class BoxName:
    """What a box's file name says: whose entries, and from which to which."""

    station: str
    epoch: int
    first: int
    last: int

    @property
    def file_name(self) -> str:
        """As it is called in ``to-hub``."""
        return f"{self.station}-{self.epoch}-{self.first:012d}-{self.last:012d}.box"


class CarryFolder:
    """The ``checkpoint-carry`` folder in *place*.

    :raises HubRefused: if *place* is no folder, or what should be ours in it is a link to elsewhere.
    """

    def __init__(self, place: Path) -> None:
        if not place.is_dir():
            raise HubRefused("no_folder", f"{place}: no such folder; is the stick plugged in?", whole_road=True)
        self.path = place / "checkpoint-carry"
        self._is_ours(self.path)

    @property
    def marked(self) -> bool:
        """Whether this place was prepared for carrying."""
        return (self.path / MARKER).is_file()

    def prepare(self) -> None:
        """Make the folders and the note that says what they are for."""
        self._folder("to-hub")
        self._folder("from-hub")
        if not self.marked:
            write_whole(self.path / MARKER, _NOTE.encode())

    def boxes(self) -> list[BoxName]:
        """The boxes for the hub, in order of station, epoch and seq."""
        found = []
        for entry in self._listed(self.path / "to-hub", MAX_BOXES):
            match = _BOX.fullmatch(entry)
            if match is not None:
                found.append(BoxName(match[1], int(match[2]), int(match[3]), int(match[4])))
        return sorted(found)

    def put_box(self, name: BoxName, box: bytes) -> None:
        """Write *box* whole."""
        write_whole(self._folder("to-hub") / name.file_name, box)

    def read_box(self, name: BoxName) -> bytes:
        """The bytes of the box called *name*.

        :raises HubRefused: if it is no plain file of a box's size.
        """
        return read_plain(self.path / "to-hub" / name.file_name, MAX_BOX)

    def drop_box(self, name: BoxName) -> None:
        """The hub has what was in it."""
        (self.path / "to-hub" / name.file_name).unlink(missing_ok=True)

    def set_aside(self, name: BoxName) -> None:
        """Keep a box that the hub could not use, where the next carry does not see it."""
        aside = self._folder("refused")
        (self.path / "to-hub" / name.file_name).replace(aside / name.file_name)

    def stations(self) -> list[str]:
        """The stations that something lies ready for."""
        return [name for name in self._listed(self.path / "from-hub", MAX_DOCUMENTS) if _STATION.fullmatch(name)]

    def put_document(self, station: str, name: str, document: bytes) -> None:
        """Write what the hub sends to *station*."""
        write_whole(self._folder("from-hub", station) / name, document)

    def documents(self, station: str) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of what lies ready for *station*, receipts and orders, in order of name.

        :raises HubRefused: at a file that is no plain file of a document's size.
        """
        folder = self.path / "from-hub" / station
        self._is_ours(folder)
        for name in sorted(self._listed(folder, MAX_DOCUMENTS)):
            if name.endswith(".doc"):
                yield name, read_plain(folder / name, MAX_DOCUMENT)

    def _folder(self, *parts: str) -> Path:
        path = self.path
        for part in ("", *parts):
            path = path / part if part else path
            self._is_ours(path)
            path.mkdir(exist_ok=True)
        return path

    def _is_ours(self, path: Path) -> None:
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise HubRefused("no_folder", f"{path}: is no folder of its own; use another stick", whole_road=True)

    def _listed(self, folder: Path, limit: int) -> list[str]:
        self._is_ours(folder)
        if not folder.exists():
            return []
        names = []
        with os.scandir(folder) as entries:
            for entry in entries:
                names.append(entry.name)
                if len(names) > limit:
                    raise HubRefused("too_many", f"{folder}: more than {limit} files; use another stick")
        return names


def read_plain(path: Path, limit: int) -> bytes:
    """The bytes of a plain file of at most *limit* bytes, never through a link.

    :raises HubRefused: if it is something else or larger.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            raise HubRefused("no_file", f"{path.name}: no plain file, or larger than {limit} bytes")
        return file.read(limit)
