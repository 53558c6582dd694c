"""What a hub shows to let one gate in: where it is, a token for once, and by which root key it is known.  Pure.

A text for a QR code: ``STATION-ENROL-1:`` and canonical JSON in base64url.  It is no secret for long: the token works
once and ends after minutes.  Whoever reads it compares :attr:`Invitation.fingerprint` with what the hub itself shows.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.wire.canonical import canonical, is_version, parse
from station.wire.errors import WireError

PREFIX = "STATION-ENROL-1:"
VERSION = 1
#: Half of a SHA-256: nobody finds a second key with the same, and eight groups of four can be compared by eye.
FINGERPRINT_SIZE = 16
#: An address of a hub and four short fields; a longer text is not ours.
_MAX_TEXT = 1_000
_FIELDS = ("station", "url", "token", "root", "until_ms")
_DOMAIN = b"station/enrol/1"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Which ``station`` is let in, ``url`` of the hub, the one-time ``token``, and until when (ms since 1970) it works.

    ``root`` is the first 16 bytes of the root public key's SHA-256, in hex.
    """

    station: str
    url: str
    token: str
    root: str
    until_ms: int

    @property
    def fingerprint(self) -> str:
        """The root key as people compare it: eight groups of four digits."""
        return grouped(self.root)


def root_mark(root: bytes) -> str:
    """What an invitation says of the *root* public key."""
    return hashlib.sha256(root).digest()[:FINGERPRINT_SIZE].hex()


def grouped(mark: str) -> str:
    """*mark* in groups of four."""
    return " ".join(mark[at : at + 4] for at in range(0, len(mark), 4))


def encode_invitation(invitation: Invitation) -> str:
    """The text of the QR code."""
    body = {
        "v": VERSION,
        "station": invitation.station,
        "url": invitation.url,
        "token": invitation.token,
        "root": invitation.root,
        "until_ms": invitation.until_ms,
    }
    return PREFIX + base64.urlsafe_b64encode(canonical(body)).decode().rstrip("=")


def parse_invitation(text: str) -> Invitation:
    """The invitation in *text*.

    :raises WireError: if it is none; the message does not repeat it.
    """
    text = text.strip()
    if not text.startswith(PREFIX) or len(text) > _MAX_TEXT:
        raise WireError("invitation: not the code of a hub that lets a gate in")
    coded = text.removeprefix(PREFIX)
    try:
        body = parse(base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise WireError("invitation: cannot be read; show the code again") from None
    station, url, token, root, until_ms = (body.get(name) for name in _FIELDS)
    sound = is_version(body, VERSION) and set(body) == {"v", *_FIELDS} and isinstance(station, str)
    if not (sound and isinstance(url, str) and url.startswith(("https://", "http://")) and type(until_ms) is int):
        raise WireError("invitation: of another version, or damaged")
    if not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise WireError("invitation: token is none")
    if not (isinstance(root, str) and re.fullmatch(rf"[0-9a-f]{{{2 * FINGERPRINT_SIZE}}}", root)):
        raise WireError("invitation: root is no fingerprint")
    return Invitation(str(station), url, token, root, until_ms)


def sign_entrance(token: str, name: str, key: Ed25519PrivateKey) -> bytes:
    """The proof that who uses *token* has the private *key*, so that nobody enrols another's."""
    return key.sign(_entrance(token, name))


def verify_entrance(signature: bytes, token: str, name: str, public: Ed25519PublicKey) -> None:
    """Make sure that :func:`sign_entrance` made *signature*.

    :raises cryptography.exceptions.InvalidSignature: if it did not.
    """
    public.verify(signature, _entrance(token, name))


def _entrance(token: str, name: str) -> bytes:
    return _DOMAIN + canonical({"name": name, "token": token})
