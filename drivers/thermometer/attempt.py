"""One probe of a search, tried on an open port."""

from __future__ import annotations

from collections.abc import Callable

from drivers.thermometer.port import SerialPort
from drivers.thermometer.questions import Questions
from drivers.thermometer.search import Found, Listener, Probe

_NS_PER_MS = 1_000_000


def attempt(
    port: SerialPort, probe: Probe, clock: Callable[[], int], heard: Callable[[bytes, int, bool], None]
) -> Found | None:
    """Try *probe* for as long as it is worth.

    :param clock: nanoseconds since boot.
    :param heard: is told of every read: its bytes, when, and whether something in them was understood.
    :raises PortLost: when the port goes.
    """
    port.set_baud(probe.baud)
    if probe.send is not None:
        port.write(probe.send)
    listener = Listener(probe)
    began_ns = now_ns = clock()
    questions = Questions(port, probe.poll, listener.asked, began_ns)
    while now_ns - began_ns < listener.listen_ms * _NS_PER_MS:
        questions.ask_if_due(now_ns)
        data, now_ns = port.read(), clock()
        frames = listener.frames
        found = listener.feed(data, now_ns)
        heard(data, now_ns, listener.frames > frames)
        if found is not None:
            return found
    return None
