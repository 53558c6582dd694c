"""Omega OS-MINIUSB and OS-MINI: the same pyrometer as Calex's, with its registers elsewhere.

::

    0E filtered   0F unfiltered   10 the sensor itself   11 status

An answer does not say which registers it carries, so the two families cannot be told apart by their bytes: asked for
these registers, a PyroUSB answers with its averages.  Each must be named.

Source: manualshive, Omega OS-MINIUSB page 8 and OS-MINI page 21.
"""

from __future__ import annotations

from functools import partial

from drivers.thermometer.protocols import calex_pyrousb, modbus

FIRST_REGISTER = 0x0E
QUERY = modbus.request(calex_pyrousb.ADDRESS, modbus.READ_INPUT, FIRST_REGISTER, calex_pyrousb.COUNT)

answer = partial(calex_pyrousb.respond, FIRST_REGISTER)
