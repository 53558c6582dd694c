"""What one check of a code costs (``./run bench credential``), each family through the same door as a scan.

The codes are made here, with keys of their own; the ICAO family is left out because its size varies most.  Times are
wall milliseconds of one thread.  With ``--pictures DIR`` it also shows the pictures in a folder of EU vectors (their
``2DCODE``, a PNG in base64) to the camera's decoder, and holds what it reads against the vector's own text.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cbor2
import cv2
import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks._result import write_result
from station.credential import GatePass, Now, TrustStore, base45, cose, gate_pass, recognise, revocations, trust

NOW = Now(1_795_000_000_000)
BEGIN_S, END_S = 1_794_990_000, 1_795_090_000
FOREVER_MS = 2**52
ISSUER = "https://clinic.example/issuer"
DID = "did:web:pass.example.nz"


def key_of(purpose: trust.Purpose, kid: bytes, key: ec.EllipticCurvePrivateKey, scope: str) -> trust.KeyRecord:
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return trust.KeyRecord(kid, purpose, encoded, frozenset({scope}), None, None)


def raw_signature(key: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def own_pass(key: ed25519.Ed25519PrivateKey) -> str:
    claims = GatePass(
        b"pass-id1", 12, BEGIN_S, END_S, "欧阳建国", "123X", "12-3-1804", 3, True, True, 180, 2, ("京A12345",)
    )
    return gate_pass.issue(claims, key)


def sign1(key: ec.EllipticCurvePrivateKey, protected: dict[int, Any], claims: dict[Any, Any]) -> bytes:
    head, payload = cbor2.dumps(protected), cbor2.dumps(claims)
    signature = raw_signature(key, cose.to_be_signed(head, payload))
    return cbor2.dumps(cbor2.CBORTag(18, [head, {}, payload, signature]))


def european(key: ec.EllipticCurvePrivateKey) -> str:
    entry = {
        "tg": "840539006",
        "vp": "1119349007",
        "mp": "EU/1/20/1528",
        "ma": "ORG-100030215",
        "dn": 2,
        "sd": 2,
        "dt": "2026-02-18",
        "co": "AT",
        "is": "Ministry of Health",
        "ci": "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B",
    }
    name = {"fn": "Musterfrau", "gn": "Gabriele", "fnt": "MUSTERFRAU", "gnt": "GABRIELE"}
    certificate = {"ver": "1.3.0", "nam": name, "dob": "1998-02-26", "v": [entry]}
    claims = {1: "AT", 4: END_S, 6: BEGIN_S, -260: {1: certificate}}
    return "HC1:" + base45.encode(zlib.compress(sign1(key, {1: -7, 4: b"dcc-kid8"}, claims)))


def zealand(key: ec.EllipticCurvePrivateKey) -> str:
    vc = {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://nzcp.covid19.health.nz/contexts/v1"],
        "version": "1.0.0",
        "type": ["VerifiableCredential", "PublicCovidPass"],
        "credentialSubject": {"givenName": "Jack", "familyName": "Sparrow", "dob": "1960-04-16"},
    }
    claims = {1: DID, 4: END_S, 5: BEGIN_S, 7: bytes(16), "vc": vc}
    return "NZCP:/1/" + base64.b32encode(sign1(key, {4: b"key-1", 1: -7}, claims)).rstrip(b"=").decode()


def smart_card(key: ec.EllipticCurvePrivateKey) -> str:
    dose = {"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2026-01-01", "lotNumber": "1"}
    person = {"resourceType": "Patient", "name": [{"family": "Anyperson", "given": ["John", "B."]}]}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in (person, dose, dose)]}
    subject = {"fhirVersion": "4.0.1", "fhirBundle": bundle}
    claims = {
        "iss": ISSUER,
        "nbf": BEGIN_S,
        "vc": {"type": ["https://smarthealth.cards#health-card"], "credentialSubject": subject},
    }
    deflate = zlib.compressobj(wbits=-15)
    packed = deflate.compress(json.dumps(claims).encode()) + deflate.flush()
    header = json.dumps({"zip": "DEF", "alg": "ES256", "kid": "card-key"}).encode()
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (header, packed))
    jws = signed + b"." + base64.urlsafe_b64encode(raw_signature(key, signed)).rstrip(b"=")
    return "shc:/" + "".join(f"{byte - 45:02d}" for byte in jws)


def store(own: ed25519.Ed25519PrivateKey, key: ec.EllipticCurvePrivateKey) -> TrustStore:
    public = own.public_key().public_bytes_raw()
    kid = trust.kid_of(public)
    ours = trust.KeyRecord(kid, trust.Purpose.PASS, public, frozenset({"12"}), 0, FOREVER_MS)
    foreign = (
        key_of(trust.Purpose.HC1, b"dcc-kid8", key, "AT"),
        key_of(trust.Purpose.NZCP, b"key-1", key, DID),
        key_of(trust.Purpose.SHC, b"card-key", key, ISSUER),
    )
    revoked = revocations.of(1, 0, FOREVER_MS, [n.to_bytes(8, "big") for n in range(100_000)])
    return (
        TrustStore()
        .with_bundle(trust.Bundle("keys", 1, 0, FOREVER_MS, (ours,)))
        .with_bundle(trust.Bundle("foreign", 1, 0, FOREVER_MS, foreign))
        .with_revocations(revoked)
    )


def measure(text: str, held: TrustStore, rounds: int) -> dict[str, Any]:
    payload, spent = text.encode(), []
    for _ in range(rounds):
        begun = time.perf_counter_ns()
        found = recognise(payload, held, NOW)
        spent.append((time.perf_counter_ns() - begun) / 1e6)
        if not found.proves:
            raise SystemExit(f"credential: {found.format} came out as {found.verdict} ({found.reason})")
    spent.sort()
    return {
        "characters": len(text),
        "median_ms": statistics.median(spent),
        "p95_ms": spent[int(len(spent) * 0.95)],
    }


def read_pictures(folder: Path) -> dict[str, Any]:
    """How many pictures there are, how many were read at all and as the vector's own text, and which were not."""
    from drivers.camera.decode import decode

    images, read, missed = 0, 0, []
    for path in sorted(folder.rglob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        text, picture = vector.get("PREFIX"), vector.get("2DCODE")
        if not text or not picture:
            continue
        images += 1
        grey = cv2.imdecode(np.frombuffer(base64.b64decode(picture), np.uint8), cv2.IMREAD_GRAYSCALE)
        found = () if grey is None else decode(np.asarray(grey, np.uint8))
        read += bool(found)
        if text.encode() not in [symbol.payload for symbol in found]:
            missed.append(str(path.relative_to(folder)))
    return {"images": images, "read": read, "right": images - len(missed), "missed": missed}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench credential", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000, help="checks of each family (2000)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there as well")
    parser.add_argument("--pictures", metavar="DIR", type=Path, help="a folder of EU vectors with pictures")
    options = parser.parse_args(arguments)
    own, key = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    held = store(own, key)
    makers: dict[str, Callable[[], str]] = {
        "vg1": lambda: own_pass(own),
        "hc1": lambda: european(key),
        "nzcp": lambda: zealand(key),
        "shc": lambda: smart_card(key),
    }
    figures = {name: measure(make(), held, options.rounds) for name, make in makers.items()}
    found: dict[str, Any] = {"rounds": options.rounds, "families": figures}
    if options.pictures:
        found["pictures"] = read_pictures(options.pictures)
    print(json.dumps(found, indent=2))
    return write_result(options.json, found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
