"""What a driver says: readings, scans, heartbeats, and their form in one datagram.

One event is one JSON object in one datagram, at most :data:`MAX_DATAGRAM` bytes.  Temperatures are integers
in hundredths of a degree inside (``centi_celsius``) and degrees with two decimals in the datagram
(``celsius``), which people and scripts read.  ``observed_ns`` is CLOCK_BOOTTIME of this boot and is never scaled.

:func:`decode` is the door of the desk: it raises :class:`EventError` for anything that is not exactly one
of these events, and nothing else.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from drivers.errors import DriverError

#: A QR code holds at most 2,953 bytes; base64 and the other fields stay well below this.
MAX_DATAGRAM = 16_384
#: The longest device name and the longest explanation in a heartbeat, in characters.
MAX_NAME, MAX_DETAIL = 64, 200
#: Nothing a thermometer can mean lies outside of this (hundredths of a degree).
MIN_CENTI, MAX_CENTI = -10_000, 100_000


class EventError(DriverError, ValueError):
    """A datagram that is not an event of ours; the message names the field and the value."""

    code = "event"


class Site(StrEnum):
    """Where on the body a temperature was taken."""

    FOREHEAD = "forehead"
    WRIST = "wrist"
    NECK = "neck"
    CONTACT = "contact"


class Mode(StrEnum):
    """Skin as measured, or the device's own estimate of the body."""

    SURFACE = "surface"
    ADJUSTED = "adjusted"


class Bound(StrEnum):
    """Which end of its range a device reported instead of a temperature."""

    LOW = "low"
    HIGH = "high"


class Role(StrEnum):
    """What kind of device speaks."""

    THERMOMETER = "thermometer"
    CAMERA = "camera"
    WEDGE = "wedge"


class Health(StrEnum):
    """How a device is, as its own driver sees it."""

    OK = "ok"
    SILENT = "silent"  # open, but says nothing
    NOISE = "noise"  # says things that are no frames
    LOST = "lost"  # gone; the last word before the driver exits


@dataclass(frozen=True, slots=True)
class Raw:
    """What the device itself gave, before settling and calibration.

    ``centi_celsius`` is the surface temperature of the settled frame, ``spread_centi`` the distance between
    the lowest and the highest of the ``frames`` that agreed, ``hex`` the bytes of one of them.
    """

    centi_celsius: int
    frames: int
    spread_centi: int
    hex: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One settled temperature of one person."""

    device: str
    observed_ns: int
    centi_celsius: int
    site: Site
    mode: Mode
    raw: Raw
    ambient_centi: int | None = None


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """The device said LO or HI, or a value no living person has: an event, never a temperature."""

    device: str
    observed_ns: int
    bound: Bound
    raw: Raw


@dataclass(frozen=True, slots=True)
class Scan:
    """One presented code.  ``in_image`` counts the different codes that were in view with it."""

    device: str
    observed_ns: int
    payload: bytes
    symbology: str
    in_image: int = 1


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A driver is alive; ``detail`` tells the technician what to check when it is not well."""

    device: str
    observed_ns: int
    role: Role
    health: Health
    port: str
    detail: str = ""


Event = Reading | OutOfRange | Scan | Heartbeat
E = TypeVar("E", bound=StrEnum)


def encode(event: Event) -> bytes:
    """The datagram of *event*; :func:`decode` gives the same event back."""
    body: dict[str, Any] = {"device": event.device, "observed_ns": event.observed_ns}
    match event:
        case Reading():
            ambient = event.ambient_centi
            body |= {
                "kind": "reading",
                "celsius": event.centi_celsius / 100,
                "site": event.site,
                "mode": event.mode,
                "raw": _raw_body(event.raw),
                "ambient": None if ambient is None else ambient / 100,
            }
        case OutOfRange():
            body |= {"kind": "out_of_range", "bound": event.bound, "raw": _raw_body(event.raw)}
        case Scan():
            payload, encoding = _payload_body(event.payload)
            body |= {
                "kind": "scan",
                "payload": payload,
                "encoding": encoding,
                "symbology": event.symbology,
                "in_image": event.in_image,
            }
        case Heartbeat():
            body |= {
                "kind": "heartbeat",
                "role": event.role,
                "health": event.health,
                "port": event.port,
                "detail": event.detail[:MAX_DETAIL],
            }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(datagram: bytes) -> Event:
    """The event in *datagram*.

    :raises EventError: if it is anything else: too long, no JSON, unknown kind, missing, surplus or wrong field.
    """
    if len(datagram) > MAX_DATAGRAM:
        raise EventError(f"datagram: {len(datagram)} bytes, at most {MAX_DATAGRAM}")
    try:
        body = json.loads(datagram)
    except (ValueError, RecursionError) as error:
        raise EventError(f"datagram: not JSON ({type(error).__name__})") from None
    if not isinstance(body, dict):
        raise EventError("datagram: not a JSON object")
    fields = _Fields(body)
    event = _event(fields)
    fields.finish()
    return event


def _event(fields: _Fields) -> Event:
    kind = fields.text("kind", MAX_NAME)
    device = fields.text("device", MAX_NAME)
    if not device:
        raise EventError("device: has no name")
    observed_ns = fields.integer("observed_ns", 0, 2**63 - 1)
    match kind:
        case "reading":
            return Reading(
                device,
                observed_ns,
                fields.centi("celsius"),
                fields.choice("site", Site),
                fields.choice("mode", Mode),
                _raw(fields.mapping("raw")),
                fields.centi_or_none("ambient"),
            )
        case "out_of_range":
            bound = fields.choice("bound", Bound)
            return OutOfRange(device, observed_ns, bound, _raw(fields.mapping("raw")))
        case "scan":
            payload = fields.payload()
            symbology = fields.text("symbology", MAX_NAME)
            return Scan(device, observed_ns, payload, symbology, fields.integer("in_image", 1, 100))
        case "heartbeat":
            role, health = fields.choice("role", Role), fields.choice("health", Health)
            port, detail = fields.text("port", MAX_DETAIL), fields.text("detail", MAX_DETAIL)
            return Heartbeat(device, observed_ns, role, health, port, detail)
    raise EventError(f"kind: unknown {kind!r}")


def _raw_body(raw: Raw) -> dict[str, int | str]:
    return {
        "centi_celsius": raw.centi_celsius,
        "frames": raw.frames,
        "spread_centi": raw.spread_centi,
        "hex": raw.hex,
    }


def _raw(body: dict[str, Any]) -> Raw:
    fields = _Fields(body)
    raw = Raw(
        fields.integer("centi_celsius", MIN_CENTI, MAX_CENTI),
        fields.integer("frames", 0, 1_000_000),
        fields.integer("spread_centi", 0, MAX_CENTI - MIN_CENTI),
        fields.text("hex", 256),
    )
    fields.finish()
    return raw


def _payload_body(payload: bytes) -> tuple[str, str]:
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    # Control characters take six bytes each in JSON: a code full of them would outgrow the datagram.
    if text is None or len(json.dumps(text, ensure_ascii=False)) > MAX_DATAGRAM // 2:
        return base64.b64encode(payload).decode("ascii"), "base64"
    return text, "utf-8"


class _Fields:
    """Takes fields out of a JSON object one by one, so that what is left over is an error."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._left = dict(body)

    def _take(self, name: str) -> Any:
        if name not in self._left:
            raise EventError(f"{name}: missing")
        return self._left.pop(name)

    def finish(self) -> None:
        if self._left:
            raise EventError(f"{sorted(self._left)[0][:MAX_NAME]}: unknown field")

    def text(self, name: str, most: int) -> str:
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
        value: Any = self._take(name)
        if type(value) is not int or not least <= value <= most:
            raise EventError(f"{name}: expected an integer from {least} to {most}")
        return value

    def centi(self, name: str) -> int:
        value = self._take(name)
        if type(value) not in (int, float) or not MIN_CENTI <= value * 100 <= MAX_CENTI:
            raise EventError(f"{name}: expected degrees Celsius")
        return round(float(value) * 100)

    def centi_or_none(self, name: str) -> int | None:
        if self._left.get(name, 0) is None:
            del self._left[name]
            return None
        return self.centi(name)

    def choice(self, name: str, kind: type[E]) -> E:
        value = self.text(name, MAX_NAME)
        try:
            return kind(value)
        except ValueError:
            raise EventError(f"{name}: {value!r} is none of {', '.join(kind)}") from None

    def mapping(self, name: str) -> dict[str, Any]:
        value = self._take(name)
        if not isinstance(value, dict):
            raise EventError(f"{name}: expected an object")
        return value

    def payload(self) -> bytes:
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
