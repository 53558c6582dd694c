"""What can be wrong with bytes that came from elsewhere."""

from __future__ import annotations

from station.errors import StationError


class WireError(StationError, ValueError):
    """Bytes that are not what they should be; the message names the field and the value."""

    code = "wire"


class SignatureError(WireError):
    """The bytes are well formed, but nobody we trust signed them."""

    code = "signature"
