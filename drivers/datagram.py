"""One event in one datagram: a JSON object of at most :data:`~drivers.fields.MAX_DATAGRAM` bytes.  Pure.

Temperatures are degrees with two decimals in it (``celsius``), which people and scripts read.

:func:`decode` is the door of the desk: it raises :class:`~drivers.fields.EventError` for anything that is not exactly
one of these events, and nothing else.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from drivers.events import (
    MAX_CENTI,
    MAX_DETAIL,
    MAX_NAME,
    MIN_CENTI,
    Bound,
    Event,
    Health,
    Heartbeat,
    Mode,
    OutOfRange,
    Raw,
    Reading,
    Role,
    Scan,
    Site,
)
from drivers.fields import MAX_DATAGRAM, EventError, Fields


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
    fields = Fields(body)
    event = _event(fields)
    fields.finish()
    return event


def _event(fields: Fields) -> Event:
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
    fields = Fields(body)
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
