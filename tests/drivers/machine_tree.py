"""A machine's /sys, /dev and /proc in a folder: USB adapters, cameras and scanners where the kernel would show them."""

from __future__ import annotations

from pathlib import Path

SCANNER = """I: Bus=0003 Vendor={vendor} Product={product} Version=0111
N: Name="{title}"
P: Phys=usb-0000:01:00.0-{socket}/input0
H: Handlers=sysrq kbd {event} leds
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe

"""


class Machine:
    """Starts with nothing plugged in."""

    def __init__(self, root: Path) -> None:
        self.sys, self.dev, self.proc = root / "sys", root / "dev", root / "proc"
        for folder in (self.sys / "class/tty", self.sys / "class/video4linux", self.dev, self.proc / "bus/input"):
            folder.mkdir(parents=True)
        (self.proc / "bus/input/devices").write_text("")

    def usb(self, socket: str, kind: str, title: str, serial: str = "") -> Path:
        """A USB device in *socket*, as 1-1.3; the folder of its first interface."""
        place = self.sys / "devices/pci0000:00" / socket
        place.mkdir(parents=True, exist_ok=True)
        vendor, product = kind.split(":")
        for name, text in (("idVendor", vendor), ("idProduct", product), ("product", title), ("serial", serial)):
            if text:
                (place / name).write_text(text + "\n")
        interface = place / f"{socket}:1.0"
        interface.mkdir(exist_ok=True)
        return interface

    def adapter(
        self, node: str, socket: str, kind: str = "1a86:7523", title: str = "USB Serial", serial: str = ""
    ) -> None:
        """A USB serial adapter, with the links udev makes: one by socket, and one by id that only the last one has."""
        interface = self.usb(socket, kind, title, serial)
        tty = self.sys / "class/tty" / node
        tty.mkdir()
        (tty / "device").symlink_to(interface)
        (self.dev / node).touch()
        model = f"usb-{kind.partition(':')[0]}_{title.replace(' ', '_')}"
        self.link("serial/by-path", f"pci-0000:01:00.0-usb-0:{socket}:1.0-port0", node)
        self.link("serial/by-id", f"{model}{'_' + serial if serial else ''}-if00-port0", node)
        self.link("station", f"thermometer-{socket}", node)

    def board_port(self, node: str, chip: str = "4") -> None:
        """A serial port of the board; chip 0 is none."""
        tty = self.sys / "class/tty" / node
        tty.mkdir()
        platform = self.sys / "devices/platform" / node
        platform.mkdir(parents=True)
        (tty / "device").symlink_to(platform)
        (tty / "type").write_text(f"{chip}\n")
        (self.dev / node).touch()

    def camera(self, node: str, title: str, socket: str = "", index: int = 0) -> None:
        """A node of a camera."""
        place = self.sys / "class/video4linux" / node
        place.mkdir()
        (place / "name").write_text(title + "\n")
        (place / "index").write_text(f"{index}\n")
        if socket:
            (place / "device").symlink_to(self.usb(socket, "046d:0825", title))
            self.link("v4l/by-path", f"pci-0000:01:00.0-usb-0:{socket}:1.0-video-index{index}", node)
            self.link("v4l/by-id", f"usb-046d_{title.replace(' ', '_')}-video-index{index}", node)
        (self.dev / node).touch()

    def scanner(self, event: str, socket: str, title: str = "Scanner 1900", kind: str = "0c2e:0b61") -> None:
        """A scanner that plays a keyboard."""
        vendor, product = kind.split(":")
        with (self.proc / "bus/input/devices").open("a") as list_:
            list_.write(SCANNER.format(vendor=vendor, product=product, title=title, socket=socket, event=event))
        (self.dev / "input").mkdir(exist_ok=True)
        (self.dev / "input" / event).touch()
        self.link("input/by-path", f"pci-0000:01:00.0-usb-0:{socket}:1.0-event-kbd", f"input/{event}")

    def link(self, folder: str, name: str, node: str) -> None:
        """A link of udev; an older one of that name is moved, as udev does."""
        place = self.dev / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(self.dev / node)
