"""Tell the service manager how the desk is (sd_notify(3)); silent where there is none."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Send *state* such as ``READY=1`` or ``WATCHDOG=1``; an unreachable manager is not our trouble."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        try:
            door.connect(address)
            door.sendall(state.encode())
        except OSError:
            return
