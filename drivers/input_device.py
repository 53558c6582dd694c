"""Input devices of the kernel (evdev): find one, take it for oneself, read its events.

No library: the package evdev has no wheel for a Raspberry Pi, and what is needed of it is one struct and two ioctls
(include/uapi/linux/input.h).
"""

from __future__ import annotations

import fcntl
import os
import select
import stat
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from drivers.errors import DriverError
from drivers.keystrokes import EV_KEY, Key

#: struct input_event on 64 bits: two longs of time, type, code, value.
EVENT = struct.Struct("@llHHi")
#: Events taken at once: the kernel's own buffer holds 64 and more of a fast scanner.
_AT_ONCE = 256
#: _IOW('E', 0x90, int): only we get its events, no console, no desktop and no input method.
_EVIOCGRAB = 0x40044590
#: The major number of /dev/input/event* (Documentation/admin-guide/devices.txt).
_INPUT_MAJOR = 13
#: What a device must have to type a code: the digits' row and Enter.
_TYPES_CODES = (2, 11, 28)


class InputLost(DriverError, OSError):
    """The input device is not there, is held by somebody else, or went away; the message says what to check."""

    code = "input-lost"


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One input device: its node, what it calls itself, ``vendor:product``, where it is plugged in, and whether it
    can type a code.  A keyboard can, too: by its keys a scanner cannot be told from one."""

    node: Path
    name: str
    match: str
    place: str
    types_codes: bool


def devices(proc: Path = Path("/proc"), dev: Path = Path("/dev")) -> list[InputDevice]:
    """Every input device of this machine, in the kernel's order; none if the kernel names none."""
    try:
        text = (proc / "bus/input/devices").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = (_device(block.splitlines(), dev) for block in text.split("\n\n"))
    return [device for device in found if device is not None]


def matching(match: str, found: Sequence[InputDevice]) -> InputDevice:
    """The one device of *found* that is *match* (``VENDOR:PRODUCT``, hexadecimal) and can type a code.

    :raises InputLost: if there is none, or several that only their path tells apart.
    """
    alike = [device for device in found if device.match == match.lower() and device.types_codes]
    if len(alike) == 1:
        return alike[0]
    if not alike:
        raise InputLost(f"scanner: no input device {match} that types; is it plugged in? see: station devices")
    nodes = ", ".join(str(device.node) for device in alike)
    raise InputLost(
        f"scanner: {match} is there {len(alike)} times ({nodes}); name one by --device-path /dev/input/by-path/…"
    )


def _device(lines: Sequence[str], dev: Path) -> InputDevice | None:
    fields = {line[0]: line[3:] for line in lines if line[1:3] == ": " and line[0] not in "BH"}
    identity = dict(part.split("=", 1) for part in fields.get("I", "").split() if "=" in part)
    handlers = next((line.split("=", 1)[1].split() for line in lines if line.startswith("H: Handlers=")), [])
    event = next((handler for handler in handlers if handler.startswith("event")), None)
    if event is None:
        return None
    keys = next((line.split("=", 1)[1] for line in lines if line.startswith("B: KEY=")), "0")
    return InputDevice(
        node=dev / "input" / event,
        name=fields.get("N", "").removeprefix("Name=").strip('"'),
        match=f"{identity.get('Vendor', '')}:{identity.get('Product', '')}".lower(),
        place=fields.get("P", "").removeprefix("Phys="),
        types_codes=all(_has(keys, code) for code in _TYPES_CODES),
    )


def _has(bitmap: str, code: int) -> bool:
    """Whether a bitmap of the kernel, words of 64 bits with the last one first, has *code*."""
    words = bitmap.split()[::-1]
    word = words[code // 64] if code // 64 < len(words) else "0"
    return bool(int(word, 16) >> code % 64 & 1)


class InputReader:
    """The events of the device at *path*, which nobody else gets meanwhile.

    A fifo or a pty with recorded events is read as well; there is nothing to grab then.

    :raises InputLost: if it cannot be opened or grabbed, and from :meth:`read` once it has gone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError as error:
            raise InputLost(
                f"scanner: {path} cannot be opened ({error.strerror}); check its plug and its path"
            ) from error
        self._rest = b""
        self._live = is_input_device(self._file)
        try:
            if self._live:
                fcntl.ioctl(self._file, _EVIOCGRAB, 1)
        except OSError as error:
            os.close(self._file)
            raise InputLost(f"scanner: {path} is taken by another program ({error.strerror})") from error

    def read(self, timeout_s: float) -> Iterator[Key]:
        """The events that come within *timeout_s*; none is normal, a scanner is silent most of the day."""
        ready, _, _ = select.select([self._file], [], [], timeout_s)
        if not ready:
            return iter(())
        try:
            data = os.read(self._file, EVENT.size * _AT_ONCE)
        except BlockingIOError:
            return iter(())
        except OSError as error:
            raise InputLost(
                f"scanner: {self._path} has gone; check its plug and its cable ({error.strerror})"
            ) from error
        if not data:
            raise InputLost(f"scanner: {self._path} has gone; check its plug and its cable (its events have ended)")
        whole = self._rest + data
        cut = len(whole) - len(whole) % EVENT.size
        self._rest = whole[cut:]
        events = (Key(*fields[2:]) for fields in EVENT.iter_unpack(whole[:cut]))
        return (event for event in events if event.type in (EV_KEY, 0))

    def close(self) -> None:
        """Let go of the device; the kernel ends the grab."""
        os.close(self._file)

    def __enter__(self) -> InputReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_input_device(file: int) -> bool:
    """Whether the open *file* is one of the kernel's input devices."""
    status = os.fstat(file)
    return stat.S_ISCHR(status.st_mode) and os.major(status.st_rdev) == _INPUT_MAJOR
