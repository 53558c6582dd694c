"""Modbus RTU, as much of it as a thermometer needs: read registers (03, 04), write one (06).

::

    request   address function register:2 count:2            CRC:2      (06: value in place of count)
    answer    address function size value:2 ...              CRC:2      (06: the request once more)
    refusal   address function|80 reason                     CRC:2

High byte first, but the CRC (polynomial A001, start FFFF) low byte first.

Source: MODBUS over Serial Line V1.02 and the MODBUS Application Protocol V1.1b3 of modbus.org; the exchange
``01 03 00 00 00 01 84 0A`` and ``01 03 02 00 DB F8 1F`` (219) from pyhys/minimalmodbus, discussion 55.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

READ_HOLDING, READ_INPUT, WRITE_ONE = 0x03, 0x04, 0x06
#: Reasons of a refusal.
NO_SUCH_FUNCTION, NO_SUCH_REGISTER = 0x01, 0x02
#: The most registers one answer can carry.
MAX_COUNT = 125
_REQUEST = 8


def _shifted(byte: int) -> int:
    """What the polynomial makes of *byte*."""
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_SHIFTED = tuple(_shifted(byte) for byte in range(256))


def crc16(data: bytes) -> bytes:
    """The two check bytes of *data*."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _SHIFTED[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def sound(data: bytes) -> bool:
    """Whether *data* ends in its own check bytes."""
    return crc16(data[:-2]) == data[-2:]


def request(address: int, function: int, register: int, value: int) -> bytes:
    """The request to read *value* registers from *register* on, or to write *value* there.

    :raises OverflowError: if a number does not fit.
    """
    body = bytes([address, function]) + register.to_bytes(2, "big") + value.to_bytes(2, "big")
    return body + crc16(body)


def answer_head(address: int, function: int, count: int) -> bytes:
    """How the answer with *count* registers begins."""
    return bytes([address, function, 2 * count])


def answer(address: int, function: int, values: Sequence[int]) -> bytes:
    """The answer that carries *values*, each from 0 to 65,535."""
    body = answer_head(address, function, len(values)) + b"".join(value.to_bytes(2, "big") for value in values)
    return body + crc16(body)


def respond(asked: bytes, address: int, registers: Mapping[int, int]) -> bytes:
    """What a slave at *address* with *registers* says to *asked*; nothing if it is not for it or damaged.

    A write is answered and otherwise the caller's business.
    """
    if len(asked) != _REQUEST or not sound(asked) or asked[0] != address:
        return b""
    function, register, value = asked[1], int.from_bytes(asked[2:4], "big"), int.from_bytes(asked[4:6], "big")
    if function not in (READ_HOLDING, READ_INPUT, WRITE_ONE):
        return _refusal(address, function, NO_SUCH_FUNCTION)
    wanted = range(register, register + (1 if function == WRITE_ONE else value))
    if not 0 < len(wanted) <= MAX_COUNT or any(place not in registers for place in wanted):
        return _refusal(address, function, NO_SUCH_REGISTER)
    if function == WRITE_ONE:
        return asked
    return answer(address, function, [registers[place] for place in wanted])


def _refusal(address: int, function: int, reason: int) -> bytes:
    body = bytes([address, function | 0x80, reason])
    return body + crc16(body)
