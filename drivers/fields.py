"""The fields of a datagram, taken out one by one.  Pure."""

from __future__ import annotations

import base64
from enum import StrEnum
from typing import Any, TypeVar

from drivers.errors import DriverError
from drivers.events import MAX_CENTI, MAX_NAME, MIN_CENTI

#: A QR code holds at most 2,953 bytes; base64 and the other fields stay well below this.
MAX_DATAGRAM = 16_384

E = TypeVar("E", bound=StrEnum)


class EventError(DriverError, ValueError):
    """A datagram that is not an event of ours; the message names the field and the value."""

    code = "event"


class Fields:
    """Takes fields out of a JSON object one by one, so that what is left over is an error.

    :raises EventError: by every method, at a field that is missing or is not what is asked for.
    """

    def __init__(self, body: dict[str, Any]) -> None:
        self._left = dict(body)

    def _take(self, name: str) -> Any:
        if name not in self._left:
            raise EventError(f"{name}: missing")
        return self._left.pop(name)

    def finish(self) -> None:
        """Nothing is left over."""
        if self._left:
            raise EventError(f"{sorted(self._left)[0][:MAX_NAME]}: unknown field")

    def text(self, name: str, most: int) -> str:
        """Text of at most *most* characters."""
        value = self._take(name)
        if not isinstance(value, str) or len(value) > most:
            raise EventError(f"{name}: expected text of at most {most} characters")
        try:
            value.encode()
        except UnicodeEncodeError:
            # JSON can spell half a character; it is no text, and nothing further in could write it down.
            raise EventError(f"{name}: text with a lone surrogate") from None
        return value

    def integer(self, name: str, least: int, most: int) -> int:
        """A whole number from *least* to *most*."""
        value: Any = self._take(name)
        if type(value) is not int or not least <= value <= most:
            raise EventError(f"{name}: expected an integer from {least} to {most}")
        return value

    def centi(self, name: str) -> int:
        """Degrees Celsius, as hundredths of a degree."""
        value = self._take(name)
        if type(value) not in (int, float) or not MIN_CENTI <= value * 100 <= MAX_CENTI:
            raise EventError(f"{name}: expected degrees Celsius")
        return round(float(value) * 100)

    def centi_or_none(self, name: str) -> int | None:
        """The same, or None for a null."""
        if self._left.get(name, 0) is None:
            del self._left[name]
            return None
        return self.centi(name)

    def choice(self, name: str, kind: type[E]) -> E:
        """One of the values of *kind*."""
        value = self.text(name, MAX_NAME)
        try:
            return kind(value)
        except ValueError:
            raise EventError(f"{name}: {value!r} is none of {', '.join(kind)}") from None

    def mapping(self, name: str) -> dict[str, Any]:
        """An object, still to be taken apart."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise EventError(f"{name}: expected an object")
        return value

    def payload(self) -> bytes:
        """The bytes of a code, by ``payload`` and ``encoding``."""
        text, encoding = self.text("payload", MAX_DATAGRAM), self.text("encoding", MAX_NAME)
        try:
            if encoding == "utf-8":
                return text.encode("utf-8")
            if encoding == "base64":
                return base64.b64decode(text, validate=True)
        except ValueError:
            # What base64 refuses, and text with characters that base64 has no business with.
            raise EventError(f"payload: not {encoding}") from None
        raise EventError(f"encoding: {encoding!r} is neither utf-8 nor base64")
