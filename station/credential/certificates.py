"""X.509 certificates of signers (RFC 5280), read for what the gate needs of them."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass

from station.credential import der

_COUNTRY, _USAGE, _SUBJECT_KEY, _AUTHORITY_KEY = "2.5.4.6", "2.5.29.37", "2.5.29.14", "2.5.29.35"
KID_BYTES = 8
_TIME = re.compile(r"(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{4})?")
#: What a European signer may sign, in its usual and its first spelling (an arc with a 0 too many).
_HEALTH_USAGES = {
    f"1.3.6.1.4.1.{arc}1847.2021.1.{number}": name
    for arc in ("", "0.")
    for number, name in ((1, "test"), (2, "vaccination"), (3, "recovery"))
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What counts of a certificate.

    ``public_key`` is DER SubjectPublicKeyInfo; times are milliseconds since 1970, both ends included;
    ``purposes`` are the object identifiers of its extended key usage, ``usages`` the kinds of entry (test,
    vaccination, recovery) that these limit a European signer to.
    """

    kid: bytes
    public_key: bytes
    not_before_ms: int
    not_after_ms: int
    country: str
    purposes: frozenset[str]
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    signed: bytes
    signature_algorithm: str
    signature: bytes

    @property
    def usages(self) -> frozenset[str]:
        """The kinds of European entry that it may sign; empty = all."""
        return frozenset(_HEALTH_USAGES[oid] for oid in self.purposes if oid in _HEALTH_USAGES)


def parse(data: bytes) -> Certificate:
    """The certificate in the DER bytes *data*.

    :raises der.DerError: if it has not the structure of one.
    """
    whole = der.one(data, der.SEQUENCE)
    parts = whole.children()
    if len(parts) < 3:
        raise der.DerError("certificate: fewer than three parts")
    fields = parts[0].children()
    if fields and fields[0].tag == 0xA0:
        fields = fields[1:]
    if len(fields) < 6 or any(field.tag != der.SEQUENCE for field in fields[1:6]):
        raise der.DerError("certificate: not the fields of one")
    _serial, _algorithm, _issuer, validity, subject, public_key = fields[:6]
    times = validity.children()
    if len(times) < 2:
        raise der.DerError("certificate: no validity")
    extensions = _extensions(fields[6:])
    algorithm = parts[1].child(der.OID)
    return Certificate(
        kid=hashlib.sha256(data).digest()[:KID_BYTES],
        public_key=public_key.whole,
        not_before_ms=_time_ms(times[0]),
        not_after_ms=_time_ms(times[1]),
        country=_country(subject),
        purposes=_purposes(extensions.get(_USAGE)),
        subject_key_id=_key_id(extensions.get(_SUBJECT_KEY)),
        authority_key_id=_authority(extensions.get(_AUTHORITY_KEY)),
        signed=parts[0].whole,
        signature_algorithm=der.dotted(algorithm.content),
        signature=parts[2].content[1:],
    )


def check_form(data: bytes) -> None:
    """Make sure that what lies around a certificate's signed part has one form only (RFC 5280 §4.1.1).

    For certificates that come in a code: the signature does not cover these bytes, so they could be changed.

    :raises der.DerError: if something follows, or the algorithm outside is not the one that was signed.
    """
    whole = der.one(data, der.SEQUENCE)
    parts = whole.children()
    if whole.whole != data or len(parts) != 3 or parts[2].tag != der.BIT_STRING or parts[2].content[:1] != b"\0":
        raise der.DerError("certificate: something around it that does not belong there")
    if parts[1].whole not in [field.whole for field in parts[0].children()[:3]]:
        raise der.DerError("certificate: another algorithm outside than inside")


def _time_ms(item: der.Item) -> int:
    match = _TIME.fullmatch(item.content.decode("ascii", "replace"))
    if match is None or (len(match[1]) == 4) is not (item.tag == der.GENERALIZED_TIME):
        raise der.DerError("certificate: a time that is none")
    year = int(match[1])
    if item.tag == der.UTC_TIME:
        year += 1900 if year >= 50 else 2000  # RFC 5280 §4.1.2.5.1
    month, day, hour, minute, second = (int(match[at] or 0) for at in range(2, 7))
    offset = datetime.timedelta()
    if match[7] not in (None, "Z"):
        minutes = int(match[7][1:3]) * 60 + int(match[7][3:5])
        offset = datetime.timedelta(minutes=-minutes if match[7][0] == "-" else minutes)
    try:
        at = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC) - offset
    except (ValueError, OverflowError):
        raise der.DerError("certificate: a time that is none") from None
    return int(at.timestamp()) * 1000


def _country(subject: der.Item) -> str:
    for relative in subject.children():
        for pair in relative.children():
            values = pair.children()
            if len(values) == 2 and values[0].tag == der.OID and der.dotted(values[0].content) == _COUNTRY:
                return values[1].content.decode("latin-1")[:3].upper()
    return ""


def _extensions(fields: list[der.Item]) -> dict[str, bytes]:
    """The content of each extension; one that cannot be read is as if it were not there."""
    found: dict[str, bytes] = {}
    for field in fields:
        if field.tag != 0xA3:
            continue
        for extension in der.one(field.content, der.SEQUENCE).children():
            values = extension.children()
            if values and values[0].tag == der.OID and values[-1].tag == der.OCTET_STRING:
                found.setdefault(der.dotted(values[0].content), values[-1].content)
    return found


def _purposes(content: bytes | None) -> frozenset[str]:
    if content is None:
        return frozenset()
    listed = der.one(content, der.SEQUENCE).children()
    return frozenset(der.dotted(item.content) for item in listed if item.tag == der.OID)


def _key_id(content: bytes | None) -> bytes | None:
    return None if content is None else der.one(content, der.OCTET_STRING).content


def _authority(content: bytes | None) -> bytes | None:
    if content is None:
        return None
    for item in der.one(content, der.SEQUENCE).children():
        if item.tag == 0x80:
            return item.content
    return None
