"""The European vectors: one JSON per certificate with the result expected of each step.

The vector's own certificate is the trust, its VALIDATIONCLOCK the time, several entries are allowed.  Flags on
the JSON schema and on the issuer's side (encoding, valid object) are left out; so is the picture where nobody
reads pictures.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

from station.credential import base45, cbor, certificates, compression, dcc, der, hc1, public_keys
from station.credential.result import Now, Reason, Refused, Verdict
from station.credential.suite import Files, PictureReader, Tally
from station.credential.trust import Bundle, KeyRecord, Purpose, TrustStore
from station.credential.trust_lists import record_of

#: A vector has no lists that could be stale.
_FOREVER_MS = 2**52
#: Refusals by the clock; a vector that says nothing of EXPIRATIONCHECK says nothing of these.
_TIME = frozenset({Verdict.EXPIRED, Verdict.NOT_YET_VALID})
_TIME_REASONS = frozenset({Reason.KEY_NOT_YET, Reason.KEY_ENDED})


def run(files: Files, read_picture: PictureReader | None) -> Tally:
    """Every JSON file among *files* that is a vector of this suite."""
    tally = Tally()
    for path in sorted(files):
        if path.endswith(".json"):
            vector = _vector(files[path])
            if vector is not None:
                _flags(path, vector, read_picture, tally)
                _verdict(path, vector, tally)
    return tally


def _vector(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return None
    known = isinstance(document, dict) and isinstance(document.get("TESTCTX"), dict)
    return document if known and isinstance(document.get("EXPECTEDRESULTS"), dict) else None


def _flags(path: str, vector: dict[str, Any], read_picture: PictureReader | None, tally: Tally) -> None:
    steps: dict[str, Callable[[dict[str, Any]], None]] = {
        "EXPECTEDUNPREFIX": _unprefix,
        "EXPECTEDB45DECODE": _base45,
        "EXPECTEDCOMPRESSION": _inflate,
        "EXPECTEDDECODE": _decode,
        "EXPECTEDVALIDJSON": _compare,
        "EXPECTEDVERIFY": _signature,
        "EXPECTEDKEYUSAGE": _usage,
        "EXPECTEDEXPIRATIONCHECK": _expiration,
    }
    if read_picture is not None:
        steps["EXPECTEDPICTUREDECODE"] = lambda found: _picture(found, read_picture)
    for name, step in steps.items():
        expected = vector["EXPECTEDRESULTS"].get(name)
        if not isinstance(expected, bool):
            continue
        try:
            step(vector)
        except _Absent as why:
            tally.flag(path, name, expected, False, str(why))
        except Refused as why:
            tally.flag(path, name, expected, False, why.reason.value)
        else:
            tally.flag(path, name, expected, True, Reason.OK.value)


def _verdict(path: str, vector: dict[str, Any], tally: Tally) -> None:
    """Text, certificate and clock in; accept or refuse out.  A vector without certificate cannot be asked."""
    flags = vector["EXPECTEDRESULTS"]
    try:
        key, at_ms = _key(vector), _clock(vector)
    except _Absent:
        return
    steps = {name: value for name, value in flags.items() if name not in _OUTSIDE and isinstance(value, bool)}
    expected = all(steps.values())
    trust = TrustStore().with_bundle(Bundle("vector", 1, 0, _FOREVER_MS, (key,)))
    found = hc1.verify(_text(vector), trust, Now(at_ms))
    accepted = found.verdict is Verdict.VALID
    if "EXPECTEDEXPIRATIONCHECK" not in flags and (found.verdict in _TIME or found.reason in _TIME_REASONS):
        accepted = True
    tally.verdict(path, expected, found, accepted)


#: Not about the text, or about the JSON schema, or about making certificates, or misspelt in the suite itself.
_OUTSIDE = frozenset(
    {
        "EXPECTEDPICTUREDECODE",
        "EXPECTEDSCHEMAVALIDATION",
        "EXPECTEDVALIDOBJECT",
        "EXPECTEDENCODE",
        "EXPTECTEDEXPIRED",
        "EXPECTEDRESULTS",
    }
)


class _Absent(Exception):
    """The vector lacks what the step would need."""


def _text(vector: Mapping[str, Any]) -> str:
    text = vector.get("PREFIX")
    if not isinstance(text, str):
        raise _Absent("the vector has no PREFIX")
    return text


def _key(vector: Mapping[str, Any]) -> KeyRecord:
    written = vector["TESTCTX"].get("CERTIFICATE")
    if not isinstance(written, str):
        raise _Absent("the vector has no CERTIFICATE")
    try:
        return record_of(certificates.parse(public_keys.from_base64(written)), Purpose.HC1)
    except (ValueError, der.DerError):
        raise _Absent("the vector's CERTIFICATE cannot be read") from None


def _clock(vector: Mapping[str, Any]) -> int:
    written = vector["TESTCTX"].get("VALIDATIONCLOCK")
    try:
        at = datetime.datetime.fromisoformat(written)
    except (TypeError, ValueError):
        raise _Absent("the vector has no VALIDATIONCLOCK") from None
    return int((at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).timestamp() * 1000)


def _hexadecimal(written: Any) -> bytes:
    try:
        return bytes.fromhex(written)
    except (TypeError, ValueError):
        raise Refused(Verdict.MALFORMED, Reason.CONTENT) from None


def _must(true: bool) -> None:
    if not true:
        raise Refused(Verdict.MALFORMED, Reason.CONTENT)


def _unprefix(vector: dict[str, Any]) -> None:
    _must(_text(vector).startswith(hc1.PREFIX))


def _base45(vector: dict[str, Any]) -> None:
    base45.decode(_text(vector).removeprefix(hc1.PREFIX))


def _inflate(vector: dict[str, Any]) -> None:
    compression.inflate(base45.decode(_text(vector).removeprefix(hc1.PREFIX)), compression.ZLIB)


def _decode(vector: dict[str, Any]) -> None:
    """The certificate in the text decodes, and so does the vector's own CBOR where it has one."""
    message, _kid = hc1.parse(hc1.open_text(_text(vector)))
    hc1.claims_of(message)
    if "CBOR" in vector:
        cbor.load(_hexadecimal(vector["CBOR"]), tags=hc1.TAGS, indefinite=True)


def _compare(vector: dict[str, Any]) -> None:
    message, _kid = hc1.parse(hc1.open_text(_text(vector)))
    content = hc1.claims_of(message)[hc1.HCERT].get(hc1.DCC)
    if "JSON" not in vector:
        raise _Absent("the vector has no JSON")
    _must(_plain(content) == _plain(vector["JSON"]))


def _signature(vector: dict[str, Any]) -> None:
    key = _key(vector)
    message, kid = hc1.parse(hc1.open_text(_text(vector)))
    hc1.signers_of(message, (key,) if key.kid == kid else ())


def _usage(vector: dict[str, Any]) -> None:
    key = _key(vector)
    message, _kid = hc1.parse(hc1.open_text(_text(vector)))
    found = dcc.entries(hc1.claims_of(message)[hc1.HCERT].get(hc1.DCC))
    hc1.check_usage(frozenset(found), [key])


def _expiration(vector: dict[str, Any]) -> None:
    message, _kid = hc1.parse(hc1.open_text(_text(vector)))
    hc1.check_times(hc1.claims_of(message), _clock(vector))


def _picture(vector: dict[str, Any], read_picture: PictureReader) -> None:
    written = vector.get("2DCODE")
    if not isinstance(written, str):
        raise _Absent("the vector has no 2DCODE")
    try:
        seen = read_picture(public_keys.from_base64(written))
    except ValueError:
        seen = None
    _must(seen is not None and seen.decode("latin-1") == _text(vector))


def _plain(value: Any) -> Any:
    """*value* without the tags around times, and each time as the moment it means, for a comparison with JSON."""
    value = dcc.text_of(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and "T" in value:
        try:
            at = datetime.datetime.fromisoformat(value)
        except ValueError:
            return value
        return at if at.tzinfo else value
    return value
