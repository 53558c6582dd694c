"""Check a signature with a foreign public key (DER SubjectPublicKeyInfo)."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from station.credential import der
from station.credential.json_text import base64url
from station.credential.result import Refused

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "ES256": hashes.SHA256(),
    "ES384": hashes.SHA384(),
    "ES512": hashes.SHA512(),
    "PS256": hashes.SHA256(),
}
#: The signatures of certificates: ecdsa-with-SHA* and sha*WithRSAEncryption.
_CERTIFICATE_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "1.2.840.10045.4.3.2": hashes.SHA256(),
    "1.2.840.10045.4.3.3": hashes.SHA384(),
    "1.2.840.10045.4.3.4": hashes.SHA512(),
    "1.2.840.113549.1.1.11": hashes.SHA256(),
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
}
_NAMED_CURVES: Mapping[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
MIN_RSA_BITS = 2048
#: More bits take longer to check than a person waits, and no list has them.
MAX_RSA_BITS = 8192
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
#: Field prime of each curve → the curve, for keys that spell their parameters out.
_PRIMES = {
    2**256 - 2**224 + 2**192 + 2**96 - 1: ec.SECP256R1(),
    2**384 - 2**128 - 2**96 + 2**32 - 1: ec.SECP384R1(),
    2**521 - 1: ec.SECP521R1(),
}


def verify(public_key: bytes, algorithm: str, signature: bytes, signed: bytes) -> bool:
    """Whether *signature* over *signed* was made with that key.

    :param algorithm: a JOSE name: ES256, ES384, ES512 (two numbers of the curve's size each, RFC 7518 §3.4) or
        PS256 (salt as long as the hash, RFC 8230).  As in COSE, the curve follows from the key, not the name:
        some signers use ES256 with P-384.
    """
    digest, key = _HASHES.get(algorithm), load(public_key)
    if digest is None or key is None:
        return False
    try:
        if algorithm.startswith("ES") and isinstance(key, ec.EllipticCurvePublicKey):
            size = (key.curve.key_size + 7) // 8
            if len(signature) != 2 * size:
                return False
            r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(digest))
            return True
        if algorithm.startswith("PS") and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH), digest)
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def verify_certificate(public_key: bytes, algorithm: str, signature: bytes, signed: bytes) -> bool:
    """Whether the DER *signature* over a certificate's fields was made with that key; *algorithm* is an OID."""
    digest, key = _CERTIFICATE_HASHES.get(algorithm), load(public_key)
    if digest is None or key is None:
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and ".10045." in algorithm:
            key.verify(signature, signed, ec.ECDSA(digest))
            return True
        if isinstance(key, rsa.RSAPublicKey) and ".113549." in algorithm:
            key.verify(signature, signed, padding.PKCS1v15(), digest)
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


# One gate sees few issuers a day; loading a key takes about as long as checking a signature.
@functools.lru_cache(maxsize=256)
def load(public_key: bytes) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None:
    """The key in *public_key*; ``None`` if it is of another kind, too weak, or unreadable."""
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        return _spelt_out(public_key)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        return key
    return None


def from_jwk(jwk: Mapping[str, Any]) -> bytes | None:
    """The SubjectPublicKeyInfo of a JSON Web Key (RFC 7517) of kind EC or RSA; ``None`` for any other."""
    try:
        curve = _NAMED_CURVES.get(str(jwk.get("crv")))
        if jwk.get("kty") == "EC" and curve is not None:
            x, y = (int.from_bytes(base64url(jwk.get(name)), "big") for name in ("x", "y"))
            key: Any = ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
        elif jwk.get("kty") == "RSA":
            n, e = (int.from_bytes(base64url(jwk.get(name)), "big") for name in ("n", "e"))
            key = rsa.RSAPublicNumbers(e, n).public_key()
        else:
            return None
    except (Refused, ValueError, UnsupportedAlgorithm):
        return None
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded if load(encoded) is not None else None


def from_base64(text: str) -> bytes:
    """The bytes of ordinary base64, as certificates are written in lists (line ends allowed).

    :raises ValueError: if it is none.
    """
    return base64.b64decode("".join(text.split()), validate=True)


def _spelt_out(public_key: bytes) -> ec.EllipticCurvePublicKey | None:
    """An EC key whose curve is written out in numbers instead of named: Japan's signers do that.

    Every number is compared with the named curve, the generator too: with another generator anyone could make a
    private key for a public one.
    """
    try:
        algorithm, point = der.one(public_key, der.SEQUENCE).children()[:2]
        kind, parameters = algorithm.children()[:2]
        if der.dotted(kind.content) != _EC_PUBLIC_KEY or parameters.tag != der.SEQUENCE:
            return None
        _version, field, coefficients, generator, order = parameters.children()[:5]
        prime = int.from_bytes(field.children()[1].content, "big")
        curve = _PRIMES.get(prime)
        if curve is None or not _same_curve(curve, prime, coefficients, generator, order):
            return None
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, point.content[1:])
    except (der.DerError, ValueError, IndexError):
        return None


def _same_curve(
    curve: ec.EllipticCurve, prime: int, coefficients: der.Item, generator: der.Item, order: der.Item
) -> bool:
    a, b = (int.from_bytes(item.content, "big") for item in coefficients.children()[:2])
    one = ec.derive_private_key(1, curve).public_key().public_numbers()  # 1 · G is the generator itself
    size = (curve.key_size + 7) // 8
    x, y = one.x, one.y
    plain = b"\x04" + x.to_bytes(size, "big") + y.to_bytes(size, "big")
    packed = bytes([2 + (y & 1)]) + x.to_bytes(size, "big")
    on_curve = (x**3 + a * x + b - y * y) % prime == 0
    return (
        a == prime - 3
        and on_curve  # fixes b, because a and the generator are right
        and generator.content in (plain, packed)
        and int.from_bytes(order.content, "big") == curve.group_order
    )
