"""What a scanned code is: our own pass, a roster card, an ID number, a health certificate, or nothing known.

Pure: no clock, no files, no log.  :func:`recognise` is the one door; everything it may use comes in as an
argument.
"""

from __future__ import annotations

from station.credential.families import recognise
from station.credential.result import Credential, Format, GatePass, Health, Now, Reason, Verdict, Warn
from station.credential.trust import TrustStore

__all__ = [
    "Credential",
    "Format",
    "GatePass",
    "Health",
    "Now",
    "Reason",
    "TrustStore",
    "Verdict",
    "Warn",
    "recognise",
]
