"""Inflate what a stranger compressed, up to a bound."""

from __future__ import annotations

import zlib

from station.credential.result import Reason, malformed

#: The largest known certificate inflates to under 4 kB; a bomb stops here, after 64 kB.
MAX_BYTES = 65_536
ZLIB, RAW_DEFLATE = zlib.MAX_WBITS, -zlib.MAX_WBITS


def inflate(data: bytes, kind: int) -> bytes:
    """The content of one whole *kind* (``ZLIB`` of RFC 1950 or ``RAW_DEFLATE`` of RFC 1951) stream.

    :raises Refused: MALFORMED/COMPRESSION for a stream that is broken, cut short or followed by something, and
        MALFORMED/TOO_LONG past the bound.
    """
    stream = zlib.decompressobj(kind)
    try:
        content = stream.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        raise malformed(Reason.COMPRESSION) from None
    if len(content) > MAX_BYTES:
        raise malformed(Reason.TOO_LONG)
    if not stream.eof or stream.unused_data:
        raise malformed(Reason.COMPRESSION)
    return content
