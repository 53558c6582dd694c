"""New Zealand passes made here: prefix, headers, claims, issuer."""

from __future__ import annotations

import base64
import random

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from station.credential import Credential, Now, Reason, TrustStore, Verdict, cose, recognise
from station.credential.trust import Bundle
from station.credential.trust_lists import from_did

NOW = Now(1_795_000_000_000)
DID = "did:web:pass.example.nz"
KEY = ec.generate_private_key(ec.SECP256R1())
#: 2,000 in the everyday run; tests/deep/test_credential_mutation.py does 100,000.
MUTATIONS = 2_000
VC = {
    "@context": ["https://www.w3.org/2018/credentials/v1", "https://nzcp.covid19.health.nz/contexts/v1"],
    "version": "1.0.0",
    "type": ["VerifiableCredential", "PublicCovidPass"],
    "credentialSubject": {"givenName": "Jack", "familyName": "Sparrow", "dob": "1960-04-16"},
}


def coordinate(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()


def document(asserted: bool = True) -> dict[str, object]:
    numbers = KEY.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": coordinate(numbers.x), "y": coordinate(numbers.y)}
    method = {"id": f"{DID}#key-1", "type": "JsonWebKey2020", "controller": DID, "publicKeyJwk": jwk}
    return {"id": DID, "verificationMethod": [method], "assertionMethod": [method["id"]] if asserted else []}


STORE = TrustStore().with_bundle(Bundle("nz", 1, 0, 2**52, from_did(document()).keys))


def make(
    *, protected: object = None, unprotected: object = None, key: ec.EllipticCurvePrivateKey = KEY, **changes: object
) -> str:
    claims: dict[object, object] = {1: DID, 4: 1_800_000_000, 5: 1_790_000_000, 7: bytes(16), "vc": VC}
    claims |= {int(name[1:]) if name[1:].isdigit() else name: value for name, value in changes.items()}
    payload = cbor2.dumps({name: value for name, value in claims.items() if value is not None})
    protected_bytes = cbor2.dumps({4: b"key-1", 1: -7} if protected is None else protected)
    r, s = decode_dss_signature(key.sign(cose.to_be_signed(protected_bytes, payload), ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    message = cbor2.CBORTag(18, [protected_bytes, unprotected or {}, payload, signature])
    return "NZCP:/1/" + base64.b32encode(cbor2.dumps(message)).rstrip(b"=").decode()


def check(text: str, trust: TrustStore = STORE, now: Now = NOW) -> Credential:
    return recognise(text.encode(), trust, now)


def outcome(text: str, trust: TrustStore = STORE, now: Now = NOW) -> tuple[Verdict, Reason]:
    found = check(text, trust, now)
    return found.verdict, found.reason


def test_a_good_pass() -> None:
    found = check(make())
    assert (found.verdict, found.holder, found.issuer, found.key_id) == (Verdict.VALID, "Jack Sparrow", DID, "key-1")
    assert found.health is not None
    assert found.health.unknown


def test_headers_have_to_be_protected() -> None:
    assert outcome(make(protected={4: "key-1", 1: -7})) == (Verdict.VALID, Reason.OK)
    assert outcome(make(protected={1: -7}, unprotected={4: b"key-1"})) == (Verdict.MALFORMED, Reason.HEADER)
    assert outcome(make(protected={4: b"key-1"}, unprotected={1: -7})) == (Verdict.MALFORMED, Reason.ALGORITHM)
    assert outcome(make(protected={4: b"key-1", 1: -37})) == (Verdict.MALFORMED, Reason.ALGORITHM)


def test_keys_and_issuers() -> None:
    assert outcome(make(protected={4: b"key-2", 1: -7})) == (Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    assert outcome(make(c1="did:web:other")) == (Verdict.UNKNOWN_KEY, Reason.ISSUER_UNKNOWN)
    assert outcome(make(key=ec.generate_private_key(ec.SECP256R1()))) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    assert from_did(document(asserted=False)).keys == ()


@pytest.mark.parametrize(
    ("at_ms", "verdict"),
    [
        (1_789_999_999_999, Verdict.NOT_YET_VALID),
        (1_790_000_000_000, Verdict.VALID),
        (1_799_999_999_999, Verdict.VALID),
        (1_800_000_000_000, Verdict.EXPIRED),
        (None, Verdict.CLOCK_UNKNOWN),
    ],
)
def test_times(at_ms: int | None, verdict: Verdict) -> None:
    assert check(make(), now=Now(at_ms)).verdict is verdict


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"c4": None}, Reason.CLAIMS),
        ({"c5": None}, Reason.CLAIMS),
        ({"c7": None}, Reason.CLAIMS),
        ({"c7": bytes(15)}, Reason.CLAIMS),
        ({"c4": True}, Reason.CLAIMS),
        ({"c1": 5}, Reason.CLAIMS),
        ({"vc": None}, Reason.CONTENT),
        ({"vc": VC | {"version": "2.0.0"}}, Reason.CONTENT),
        ({"vc": VC | {"type": ["VerifiableCredential"]}}, Reason.CONTENT),
        ({"vc": VC | {"@context": []}}, Reason.CONTENT),
        ({"vc": VC | {"credentialSubject": {"dob": "1960-04-16"}}}, Reason.CONTENT),
        ({"vc": VC | {"credentialSubject": {"givenName": "Jack"}}}, Reason.CONTENT),
    ],
)
def test_claims(changes: dict[str, object], reason: Reason) -> None:
    assert outcome(make(**changes)) == (Verdict.MALFORMED, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NZCP:/2/ABCD", (Verdict.UNRECOGNISED, Reason.NOT_OURS)),
        ("NZCP:/1/", (Verdict.MALFORMED, Reason.BASE32)),
        ("NZCP:/1/abcd", (Verdict.MALFORMED, Reason.BASE32)),
        ("NZCP:/1/ABC=", (Verdict.MALFORMED, Reason.BASE32)),
        ("NZCP:/1/A", (Verdict.MALFORMED, Reason.BASE32)),
        ("NZCP:/1/AB", (Verdict.MALFORMED, Reason.BASE32)),  # bits left over that are not 0
        ("NZCP:/1/AA", (Verdict.MALFORMED, Reason.COSE)),
        ("NZCP:/1/" + "A" * 4296, (Verdict.MALFORMED, Reason.TOO_LONG)),
    ],
)
def test_texts(text: str, expected: tuple[Verdict, Reason]) -> None:
    assert outcome(text) == expected


def test_a_pass_changed_in_one_character_is_never_valid() -> None:
    text, chance, unread = make(), random.Random(7), 0
    for _ in range(MUTATIONS):
        at, new = chance.randrange(len(text)), chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=")
        if text[at] == new:
            continue
        found = check(text[:at] + new + text[at + 1 :])
        assert found.verdict is not Verdict.VALID
        unread += found.reason is Reason.INTERNAL
    assert unread == 0
