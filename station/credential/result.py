"""What every code becomes: one :class:`Credential`, whoever issued it.

A Credential never holds the scanned text.  What names a person stays out of its ``repr``, so that a stray
log line cannot carry a name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from station.errors import StationError


class Format(StrEnum):
    """Which family a code belongs to."""

    VG1 = "vg1"
    ROSTER = "roster"
    ID_NUMBER = "id_number"
    HC1 = "hc1"
    SHC = "shc"
    NZCP = "nzcp"
    VDS_NC = "vds_nc"
    UNRECOGNISED = "unrecognised"


class Verdict(StrEnum):
    """What the gate may make of a code.  Only ``VALID`` is a proof; ``LOOKUP`` names someone and proves nothing."""

    VALID = "valid"
    LOOKUP = "lookup"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_VALID = "key_not_valid"
    BAD_SIGNATURE = "bad_signature"
    MALFORMED = "malformed"
    INCOMPLETE = "incomplete"
    CLOCK_UNKNOWN = "clock_unknown"
    UNRECOGNISED = "unrecognised"


class Reason(StrEnum):
    """The stable code of why; each is explained in docs/credentials.md."""

    OK = "ok"
    NAMES_SOMEONE = "names_someone"
    NOT_OURS = "not_ours"
    TOO_LONG = "too_long"
    ALPHABET = "alphabet"
    BASE32 = "base32"
    BASE45 = "base45"
    BASE64 = "base64"
    COMPRESSION = "compression"
    CBOR = "cbor"
    NOT_DETERMINISTIC = "not_deterministic"
    JSON = "json"
    COSE = "cose"
    JWS = "jws"
    HEADER = "header"
    ALGORITHM = "algorithm"
    CLAIMS = "claims"
    CONTENT = "content"
    ONLINE_ONLY = "online_only"
    CERTIFICATE = "certificate"
    CHECK = "check"
    WRONG_DIGIT = "wrong_digit"
    REGION = "region"
    BIRTH_DATE = "birth_date"
    FUTURE_BIRTH = "future_birth"
    CHUNK_MISSING = "chunk_missing"
    KEY_UNKNOWN = "key_unknown"
    ISSUER_UNKNOWN = "issuer_unknown"
    SIGNATURE = "signature"
    KEY_SCOPE = "key_scope"
    KEY_USAGE = "key_usage"
    KEY_NOT_YET = "key_not_yet"
    KEY_ENDED = "key_ended"
    REVOKED = "revoked"
    NO_CLOCK = "no_clock"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    INTERNAL = "internal"


class Warn(StrEnum):
    """Something the screen shows beside a verdict without changing it."""

    REVOCATIONS_STALE = "revocations_stale"
    TRUST_STALE = "trust_stale"


class Refused(StationError, ValueError):
    """A code is not what it has to be; carries the verdict and the stable reason, never the code's text."""

    code = "credential"

    def __init__(self, verdict: Verdict, reason: Reason) -> None:
        super().__init__(f"credential: {verdict} ({reason})")
        self.verdict = verdict
        self.reason = reason


def malformed(reason: Reason) -> Refused:
    """The refusal of bytes that break their own format."""
    return Refused(Verdict.MALFORMED, reason)


@dataclass(frozen=True, slots=True)
class Now:
    """The time of day, or ``None`` when nobody knows it (no clock since the start)."""

    at_ms: int | None


@dataclass(frozen=True, slots=True)
class GatePass:
    """The claims of one of our own passes; ``docs/credentials.md`` gives the number of each on the wire.

    ``pass_id`` is 8 bytes, ``site`` the number of the issuing site, times are whole seconds since 1970
    (valid from ``not_before_s`` until just before ``expires_s``).  ``purpose`` is a number of the site's
    list; ``leave`` and ``enter`` are the directions allowed; ``None`` means that the pass sets no such limit.
    """

    pass_id: bytes
    site: int
    not_before_s: int
    expires_s: int
    name: str | None = field(default=None, repr=False)
    id_last4: str | None = field(default=None, repr=False)
    household: str | None = field(default=None, repr=False)
    purpose: int | None = None
    leave: bool = True
    enter: bool = True
    max_minutes_out: int | None = None
    entries_allowed: int | None = None
    plates: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Health:
    """What a verified foreign health certificate states; nothing else of it is kept.

    All false and ``None`` means that the certificate states none of these.  ``tested_negative_until_ms`` is the
    time of the sample plus the office's own span (:attr:`station.credential.trust.TrustStore.test_lasts_ms`).
    """

    vaccinated: bool = False
    tested_negative_until_ms: int | None = None
    recovered: bool = False

    @property
    def unknown(self) -> bool:
        """Whether the certificate states nothing that a rule could use."""
        return not self.vaccinated and not self.recovered and self.tested_negative_until_ms is None


@dataclass(frozen=True, slots=True)
class Credential:
    """A code as the gate understands it.

    ``holder``, ``gate_pass`` and ``health`` are only given when the signature was good, so that nothing a
    stranger made up is shown as a name.  ``key_id`` is the hexadecimal or textual id that the code itself claims.
    ``lookup_id`` (8 bytes) names a roster entry, ``id_last4`` the end of a typed or read ID number.
    """

    format: Format
    verdict: Verdict
    reason: Reason
    holder: str | None = field(default=None, repr=False)
    key_id: str | None = None
    gate_pass: GatePass | None = None
    health: Health | None = None
    issuer: str | None = None
    expires_ms: int | None = None
    lookup_id: bytes | None = None
    id_last4: str | None = field(default=None, repr=False)
    warnings: tuple[Warn, ...] = ()

    @property
    def proves(self) -> bool:
        """Whether this is a proof, and not only a name to look up."""
        return self.verdict is Verdict.VALID


def refused(family: Format, why: Refused, **known: Any) -> Credential:
    """The Credential of a refusal, with whatever else is *known* of the code."""
    return Credential(family, why.verdict, why.reason, **known)


#: A name on a certificate; the European schema allows 80 characters each for two parts.
MAX_NAME = 80


def display_name(*parts: object) -> str | None:
    """The non-empty texts among *parts*, joined, on one line and of bounded length; ``None`` if there are none."""
    joined = " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
    return "".join(c if c.isprintable() else " " for c in joined[:MAX_NAME]) or None
