"""As much of DER (X.690) as certificates need, and lenient where real ones are wrong.

Some national signers are not what a strict parser accepts (negative serial numbers, odd extensions, lengths
in more bytes than needed).  A list of trusted keys is authentic as a whole, so here only the structure counts;
whether a signature is good is never decided with leniency.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.errors import StationError

BIT_STRING, OCTET_STRING, OID, SEQUENCE = 0x03, 0x04, 0x06, 0x30
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
#: A certificate is 1 to 2 kB; a hundred times that is something else.
MAX_BYTES = 131_072


class DerError(StationError, ValueError):
    """Bytes that are not the DER they should be."""

    code = "der"


@dataclass(frozen=True, slots=True)
class Item:
    """One value: its tag, its content and the bytes of the whole."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list[Item]:
        """The values that this one is made of.

        :raises DerError: if its content is not a row of values.
        """
        return items(self.content)

    def child(self, tag: int) -> Item:
        """The first of :meth:`children` with *tag*.

        :raises DerError: if there is none.
        """
        for item in self.children():
            if item.tag == tag:
                return item
        raise DerError(f"der: no value with tag {tag:#04x}")


def items(data: bytes) -> list[Item]:
    """The row of values that *data* is.

    :raises DerError: for a length that is open, too long or beyond the end, or a tag of several bytes.
    """
    if len(data) > MAX_BYTES:
        raise DerError(f"der: {len(data)} bytes, at most {MAX_BYTES}")
    found, at = [], 0
    while at < len(data):
        start, tag = at, data[at]
        at += 1
        if tag & 0x1F == 0x1F or at >= len(data):
            raise DerError("der: a tag of several bytes, or cut short")
        length = data[at]
        at += 1
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise DerError("der: an open or impossible length")
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise DerError("der: cut short")
        found.append(Item(tag, data[at : at + length], data[start : at + length]))
        at += length
    return found


def one(data: bytes, tag: int) -> Item:
    """The first value in *data*, which has to have *tag*; padding behind it is passed over.

    :raises DerError: if it has another tag, or there is none.
    """
    if not data:
        raise DerError("der: nothing there")
    for item in items(data):
        if item.tag != tag:
            break
        return item
    raise DerError(f"der: expected tag {tag:#04x}, got {data[0]:#04x}")


def dotted(content: bytes) -> str:
    """The dotted form of an object identifier's content.

    :raises DerError: if it is cut short.
    """
    if not content or content[-1] & 0x80:
        raise DerError("der: an object identifier cut short")
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
