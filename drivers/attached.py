"""What is attached to this machine: serial ports and cameras, by names that stay the same.

Read from the kernel's own tree; nothing is opened and nothing is sent.  The roots are arguments, so that a tree in a
folder can stand for a machine.

A USB serial number makes a good name, but many adapters have none (CH340, PL2303) and some have all the same (0001).
Two such adapters get *one* link under ``/dev/serial/by-id``, which points to whichever came last.  A name by id is
therefore used only for an adapter whose number nobody else here has; all others are named by their socket.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SYS, DEV, PROC = Path("/sys"), Path("/dev"), Path("/proc")
#: What the kernel calls a serial port without a chip behind it (include/uapi/linux/serial.h: PORT_UNKNOWN).
_NO_CHIP = "0"
#: Nodes of a Raspberry Pi's own camera port; and those of its codecs, which are no cameras.
_PI_CAMERA = re.compile(r"unicam|rp1-cfe")
_PI_OTHER = re.compile(r"bcm2835|pispbe|rpi-?hevc|rpivid")


@dataclass(frozen=True, slots=True)
class Attached:
    """One port or camera.

    ``node`` is its device file now, ``name`` the one to write into settings, ``aliases`` all names it has.  ``title``
    is what it calls itself, ``usb`` its ``vendor:product`` or nothing, ``console`` whether the system itself talks
    there: then nobody else may.
    """

    node: Path
    name: str
    aliases: frozenset[str]
    title: str
    usb: str = ""
    console: bool = False


def serial_ports(sys: Path = SYS, dev: Path = DEV, proc: Path = PROC) -> list[Attached]:
    """Every serial port with hardware behind it."""
    consoles = _consoles(proc)
    rows = []
    for place in sorted((sys / "class/tty").glob("*")):
        if not (place / "device").exists() or _text(place / "type") == _NO_CHIP:
            continue
        usb = _usb(place / "device")
        if usb is None and not re.fullmatch(r"tty(AMA|S|O|mxc|HS|THS)\d+", place.name):
            continue
        rows.append((place.name, usb))
    numbers = Counter(usb[:2] for _, usb in rows if usb is not None)
    found = []
    for name, usb in rows:
        kind, number, title = usb or ("", "", "on the board")
        links = _links(dev, "serial", name)
        by_id = bool(number) and numbers[kind, number] == 1
        found.append(_attached(dev, name, links, by_id, title, kind, name in consoles))
    return found


def cameras(sys: Path = SYS, dev: Path = DEV) -> list[Attached]:
    """Every camera: USB ones by their first node, and ``picamera2:0`` for a Raspberry Pi's own port."""
    rows = [
        (place.name, _text(place / "name"), _usb(place / "device"))
        for place in sorted((sys / "class/video4linux").glob("video*"))
        if _text(place / "index") in ("0", "")
    ]
    titles = Counter(title for _, title, _ in rows)
    found = []
    for name, title, usb in rows:
        if _PI_CAMERA.search(title):
            ribbon = dev / name
            found.append(Attached(ribbon, "picamera2:0", frozenset({"picamera2:0", "picamera2", str(ribbon)}), title))
        elif not _PI_OTHER.search(title):
            links = _links(dev, "v4l", name)
            found.append(_attached(dev, name, links, titles[title] == 1, title, usb[0] if usb else "", False))
    return found


def links_to(node: Path, folder: Path) -> list[str]:
    """The links in *folder* that lead to *node*, as they are written."""
    try:
        return sorted(str(link) for link in folder.iterdir() if link.is_symlink() and link.resolve() == node.resolve())
    except OSError:
        return []


def _attached(
    dev: Path, name: str, links: dict[str, str], by_id: bool, title: str, usb: str, console: bool
) -> Attached:
    node = dev / name
    order = ("by-id", "by-path") if by_id else ("by-path",)
    best = next((links[kind] for kind in order if kind in links), str(node))
    ours = links_to(node, dev / "station")
    return Attached(node, best, frozenset({str(node), *links.values(), *ours}), title, usb, console)


def _links(dev: Path, kind: str, name: str) -> dict[str, str]:
    """The link by id and the one by path that lead to the node *name*, where udev has made them."""
    found = {}
    for folder in ("by-id", "by-path"):
        leading = links_to(dev / name, dev / kind / folder)
        # Newer udev writes a socket twice, "usbv2-" being the longer one.
        if leading:
            found[folder] = min(leading, key=len)
    return found


def _usb(device: Path) -> tuple[str, str, str] | None:
    """``vendor:product``, serial number and title of the USB device that *device* is a part of."""
    place = device.resolve()
    for folder in (place, *place.parents):
        vendor, product = _text(folder / "idVendor"), _text(folder / "idProduct")
        if vendor and product:
            title = " ".join(filter(None, (_text(folder / "manufacturer"), _text(folder / "product"))))
            return f"{vendor}:{product}", _text(folder / "serial"), title or "USB"
    return None


def _consoles(proc: Path) -> frozenset[str]:
    """Ports on which the kernel or a login prompt talks."""
    running = [line.split()[0] for line in _text(proc / "consoles").splitlines() if line.strip()]
    wanted = re.findall(r"\bconsole=([A-Za-z]+\d+)", _text(proc / "cmdline"))
    return frozenset(running) | frozenset(wanted)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
