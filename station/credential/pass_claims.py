"""The claims of a gate pass on the wire: GatePass ↔ deterministic CBOR.

Standard claims (RFC 8392): 1 site, 4 end, 5 begin, 7 the 8-byte pass id, all four always.  The private claim
-70001 (below -65536, free for private use) holds the rest under small numbers; see ``docs/credentials.md``.
An unknown claim or field is an error: a limit that this version does not know must not be passed over.
"""

from __future__ import annotations

import re
from typing import Any

from station.credential import cbor
from station.credential.result import GatePass, Reason, malformed

ISS, EXP, NBF, CTI, OWN = 1, 4, 5, 7, -70001
NAME, LAST4, HOUSEHOLD, PURPOSE, DIRECTION, MINUTES_OUT, ENTRIES, PLATES = 1, 3, 4, 5, 6, 7, 8, 9
OUT, IN = 1, 2
PASS_ID_BYTES = 8
#: Long enough for a name in Latin letters; four Chinese characters is what the small code is sized for.
MAX_NAME = 40
#: ``12-3-1804`` and the like.
MAX_HOUSEHOLD = 24
#: A household's cars; a plate with its province character is 7 or 8 characters.
MAX_PLATES, MAX_PLATE = 3, 10
#: Codes and counts fit in two bytes; an outing longer than 65,535 minutes (45 days) is no outing.
MAX_SMALL = 0xFFFF
#: The year 9999: later times break calendars further on.
MAX_TIME_S = 253_402_300_799
_LAST4 = re.compile(r"[0-9]{3}[0-9X]")


def encode(gate_pass: GatePass) -> bytes:
    """The claims as deterministic CBOR.

    :raises Refused: MALFORMED/CLAIMS if :func:`decode` would not take them back.
    """
    own: dict[int, Any] = {}
    for number, value in (
        (NAME, gate_pass.name),
        (LAST4, gate_pass.id_last4),
        (HOUSEHOLD, gate_pass.household),
        (PURPOSE, gate_pass.purpose),
        (MINUTES_OUT, gate_pass.max_minutes_out),
        (ENTRIES, gate_pass.entries_allowed),
        (PLATES, list(gate_pass.plates) or None),
    ):
        if value is not None:
            own[number] = value
    own[DIRECTION] = OUT * gate_pass.leave + IN * gate_pass.enter
    claims = {
        ISS: gate_pass.site,
        EXP: gate_pass.expires_s,
        NBF: gate_pass.not_before_s,
        CTI: gate_pass.pass_id,
        OWN: own,
    }
    payload = cbor.dump(claims)
    decode(payload)
    return payload


def decode(payload: bytes) -> GatePass:
    """The claims in *payload*.

    :raises Refused: MALFORMED with CBOR, NOT_DETERMINISTIC (another encoding of the same claims) or CLAIMS
        (a claim missing, unknown, of another type or out of range).
    """
    claims = cbor.load(payload, max_depth=4)
    if not isinstance(claims, dict) or set(claims) != {ISS, EXP, NBF, CTI, OWN}:
        raise malformed(Reason.CLAIMS)
    if cbor.dump(claims) != payload:
        raise malformed(Reason.NOT_DETERMINISTIC)
    own = claims[OWN]
    if not isinstance(own, dict) or not {DIRECTION} <= set(own) <= {
        NAME, LAST4, HOUSEHOLD, PURPOSE, DIRECTION, MINUTES_OUT, ENTRIES, PLATES,
    }:  # fmt: skip
        raise malformed(Reason.CLAIMS)
    direction = _between(own[DIRECTION], OUT, OUT | IN)
    begin, end = _between(claims[NBF], 0, MAX_TIME_S), _between(claims[EXP], 0, MAX_TIME_S)
    pass_id, last4 = claims[CTI], _text(own.get(LAST4), 4)
    if begin >= end or type(pass_id) is not bytes or len(pass_id) != PASS_ID_BYTES:
        raise malformed(Reason.CLAIMS)
    if last4 is not None and not _LAST4.fullmatch(last4):
        raise malformed(Reason.CLAIMS)
    return GatePass(
        pass_id=pass_id,
        site=_between(claims[ISS], 0, 0xFFFF_FFFF),
        not_before_s=begin,
        expires_s=end,
        name=_text(own.get(NAME), MAX_NAME),
        id_last4=last4,
        household=_text(own.get(HOUSEHOLD), MAX_HOUSEHOLD),
        purpose=_small(own.get(PURPOSE)),
        leave=bool(direction & OUT),
        enter=bool(direction & IN),
        max_minutes_out=_small(own.get(MINUTES_OUT)),
        entries_allowed=_small(own.get(ENTRIES)),
        plates=_plates(own),
    )


def _between(value: Any, least: int, most: int) -> int:
    whole = cbor.whole_number(value)
    if whole is None or not least <= whole <= most:
        raise malformed(Reason.CLAIMS)
    return whole


def _small(value: Any) -> int | None:
    return None if value is None else _between(value, 0, MAX_SMALL)


def _text(value: Any, most: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= most or not value.isprintable():
        raise malformed(Reason.CLAIMS)
    return value


def _plates(own: dict[Any, Any]) -> tuple[str, ...]:
    plates = own.get(PLATES, [])
    if not isinstance(plates, list) or len(plates) > MAX_PLATES or (PLATES in own and not plates):
        raise malformed(Reason.CLAIMS)
    texts = [_text(plate, MAX_PLATE) for plate in plates]
    if None in texts:
        raise malformed(Reason.CLAIMS)
    return tuple(text for text in texts if text is not None)
