"""The table of code families, and the one door through which every scanned code goes.

A new family is one new file and one row here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.credential import gate_pass, hc1, id_number, nzcp, roster_code, shc, vds_nc
from station.credential.result import Credential, Format, Now, Reason, Verdict
from station.credential.trust import TrustStore

#: A QR code holds at most 4,296 characters; a health card of several codes joined is not read as one.
MAX_PAYLOAD = 8_192


@dataclass(frozen=True, slots=True)
class Family:
    """How one family is known and what reads it."""

    format: Format
    claims: Callable[[str], bool]
    read: Callable[[str, TrustStore, Now], Credential]


def _begins(prefix: str) -> Callable[[str], bool]:
    return lambda text: text.startswith(prefix)


FAMILIES: tuple[Family, ...] = (
    Family(
        Format.VG1,
        _begins(gate_pass.PREFIX),
        lambda text, trust, now: gate_pass.verify(text, trust, now, trust.revocations),
    ),
    Family(
        Format.ROSTER,
        lambda text: text[: len(roster_code.PREFIX)].upper() == roster_code.PREFIX,
        lambda text, _trust, _now: roster_code.verify(text),
    ),
    Family(Format.HC1, _begins(hc1.PREFIX), hc1.verify),
    Family(Format.SHC, _begins(shc.PREFIX), shc.verify),
    Family(Format.NZCP, _begins(nzcp.PREFIX), nzcp.verify),
    Family(Format.VDS_NC, vds_nc.looks_like, vds_nc.verify),
    Family(
        Format.ID_NUMBER,
        lambda text: id_number.NUMBER.fullmatch(text) is not None,
        lambda text, _trust, now: id_number.verify(text, id_number.today_in_china(now)),
    ),
)


def recognise(payload: bytes, trust: TrustStore, now: Now, families: tuple[Family, ...] = FAMILIES) -> Credential:
    """What the scanned *payload* is and what it is worth at *now*.

    The first of *families* that claims it reads it.  Never raises, whatever the bytes: a stranger's code must
    not stop the gate.
    """
    if len(payload) > MAX_PAYLOAD:
        return Credential(Format.UNRECOGNISED, Verdict.UNRECOGNISED, Reason.TOO_LONG)
    try:
        # Scanners end a code with a line end.  Base45 never ends in a space, so nothing of a code is lost.
        text = payload.decode("utf-8").rstrip("\r\n\t ")
    except UnicodeDecodeError:
        return Credential(Format.UNRECOGNISED, Verdict.UNRECOGNISED, Reason.NOT_OURS)
    for family in families:
        if family.claims(text):
            try:
                return family.read(text, trust, now)
            except Exception:
                # Every family reads everything by itself; if one does not, the person is asked and the gate goes on.
                return Credential(family.format, Verdict.MALFORMED, Reason.INTERNAL)
    return Credential(Format.UNRECOGNISED, Verdict.UNRECOGNISED, Reason.NOT_OURS)
