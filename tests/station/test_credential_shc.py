"""SMART Health Cards made here: header, encoding, several codes, issuers, revocation, times."""

from __future__ import annotations

import base64
import json
import random
import zlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from station.credential import Credential, Now, Reason, TrustStore, Verdict, recognise, shc
from station.credential.card_revocations import NO_CARDS, CardListError, parse_list
from station.credential.result import Refused
from station.credential.trust import Bundle
from station.credential.trust_lists import from_jwks, thumbprint

NOW = Now(1_795_000_000_000)
ISSUER = "https://clinic.example/issuer"
KEY = ec.generate_private_key(ec.SECP256R1())
#: 2,000 in the everyday run; tests/deep/test_credential_mutation.py does 100,000.
MUTATIONS = 2_000


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, object]:
    numbers = key.public_key().public_numbers()
    found: dict[str, object] = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256"}
    found |= {"x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}
    return found | {"kid": thumbprint(found)}


JWK = jwk(KEY)
KID = str(JWK["kid"])
STORE = TrustStore().with_bundle(Bundle("shc", 1, 0, 2**52, from_jwks(ISSUER, {"keys": [JWK]}).keys))
BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {"resource": {"resourceType": "Patient", "name": [{"family": "Anyperson", "given": ["John", "B."]}]}},
        {"resource": {"resourceType": "Immunization", "status": "completed"}},
        {"resource": {"resourceType": "Immunization", "status": "completed"}},
    ],
}
TYPES = ["https://smarthealth.cards#health-card", "https://smarthealth.cards#covid19"]


def claims(**changes: object) -> dict[str, object]:
    vc = {"type": TYPES, "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": BUNDLE}}
    found: dict[str, object] = {"iss": ISSUER, "nbf": 1_790_000_000.25, "vc": vc} | changes
    return {name: value for name, value in found.items() if value is not None}


def card(
    payload: object = None,
    *,
    header: object = None,
    key: ec.EllipticCurvePrivateKey = KEY,
    packed: bytes | None = None,
    signature: bytes | None = None,
) -> str:
    head = header if header is not None else {"zip": "DEF", "alg": "ES256", "kid": KID}
    if packed is None:
        deflate = zlib.compressobj(wbits=-15)
        packed = deflate.compress(json.dumps(claims() if payload is None else payload).encode()) + deflate.flush()
    signed = f"{b64(json.dumps(head).encode())}.{b64(packed)}"
    if signature is None:
        r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{signed}.{b64(signature)}"


def digits(jws: str) -> str:
    return "".join(f"{ord(character) - 45:02d}" for character in jws)


def check(jws: str, trust: TrustStore = STORE, now: Now = NOW) -> Credential:
    return recognise(("shc:/" + digits(jws)).encode(), trust, now)


def outcome(jws: str, trust: TrustStore = STORE, now: Now = NOW) -> tuple[Verdict, Reason]:
    found = check(jws, trust, now)
    return found.verdict, found.reason


def test_a_good_card() -> None:
    found = check(card())
    assert (found.verdict, found.holder, found.issuer, found.key_id) == (
        Verdict.VALID,
        "John B. Anyperson",
        ISSUER,
        KID,
    )
    assert found.health is not None
    assert found.health.vaccinated
    assert found.expires_ms is None


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"zip": "DEF", "alg": "ES256"}, Reason.HEADER),
        ({"zip": "DEF", "kid": KID}, Reason.ALGORITHM),
        ({"zip": "DEF", "kid": KID, "alg": "none"}, Reason.ALGORITHM),
        ({"zip": "DEF", "kid": KID, "alg": "HS256"}, Reason.ALGORITHM),
        ({"alg": "ES256", "kid": KID}, Reason.HEADER),
        ({"zip": "DEF", "alg": "ES256", "kid": 5}, Reason.HEADER),
        ({"zip": "DEF", "alg": "ES256", "kid": KID, "crit": ["b64"]}, Reason.HEADER),
        ([1], Reason.HEADER),
    ],
)
def test_headers(header: object, reason: Reason) -> None:
    assert outcome(card(header=header)) == (Verdict.MALFORMED, reason)


def test_signatures() -> None:
    assert outcome(card(key=ec.generate_private_key(ec.SECP256R1()))) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    der = KEY.sign(b"x", ec.ECDSA(hashes.SHA256()))
    assert outcome(card(signature=der))[1] in (Reason.JWS, Reason.SIGNATURE)
    assert outcome(card(signature=bytes(64))) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


@pytest.mark.parametrize("issuer", [ISSUER + "/", ISSUER.replace("https", "http"), "https://other.example", ""])
def test_an_issuer_is_its_exact_address(issuer: str) -> None:
    assert outcome(card(claims(iss=issuer))) == (Verdict.UNKNOWN_KEY, Reason.ISSUER_UNKNOWN)


def test_keys_belong_to_their_issuer() -> None:
    other = "https://other.example"
    stranger = ec.generate_private_key(ec.SECP256R1())
    trust = STORE.with_bundle(Bundle("other", 1, 0, 2**52, from_jwks(other, {"keys": [jwk(stranger)]}).keys))
    assert outcome(card(claims(iss=other)), trust) == (Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    header = {"zip": "DEF", "alg": "ES256", "kid": jwk(stranger)["kid"]}
    assert outcome(card(header=header, key=stranger), trust) == (Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)


@pytest.mark.parametrize(
    ("changes", "at_ms", "expected"),
    [
        ({}, 1_790_000_000_250, Verdict.VALID),
        ({}, 1_790_000_000_249, Verdict.NOT_YET_VALID),
        ({"exp": 1_795_000_000}, 1_794_999_999_999, Verdict.VALID),
        ({"exp": 1_795_000_000}, 1_795_000_000_000, Verdict.EXPIRED),
        ({"exp": 1_790_000_000}, 1_795_000_000_000, Verdict.MALFORMED),
        ({"nbf": 1_790_000_000_000}, 1_795_000_000_000, Verdict.MALFORMED),
        ({"nbf": True}, 1_795_000_000_000, Verdict.MALFORMED),
        ({"nbf": None}, 1_795_000_000_000, Verdict.MALFORMED),
        ({"exp": "soon"}, 1_795_000_000_000, Verdict.MALFORMED),
        ({}, None, Verdict.CLOCK_UNKNOWN),
    ],
)
def test_times(changes: dict[str, object], at_ms: int | None, expected: Verdict) -> None:
    assert check(card(claims(**changes)), now=Now(at_ms)).verdict is expected


def revocable(rid: object, begin_s: int = 1_790_000_000) -> str:
    made = claims(nbf=begin_s)
    assert isinstance(made["vc"], dict)
    made["vc"]["rid"] = rid
    return card(made)


def test_revocation() -> None:
    trust = STORE.with_cards(NO_CARDS.with_list(ISSUER, KID, ["abc", "old.1790000001"]))
    assert outcome(revocable("abc"), trust) == (Verdict.REVOKED, Reason.REVOKED)
    assert outcome(revocable("abc"), trust, Now(None)) == (Verdict.REVOKED, Reason.REVOKED)
    assert outcome(revocable("old"), trust) == (Verdict.REVOKED, Reason.REVOKED)
    assert outcome(revocable("old", 1_790_000_001), trust) == (Verdict.VALID, Reason.OK)
    assert outcome(revocable("other"), trust) == (Verdict.VALID, Reason.OK)
    assert outcome(revocable("abc")) == (Verdict.VALID, Reason.OK)
    for wrong in (5, "", "x" * 25, "a.b"):
        assert outcome(revocable(wrong), trust) == (Verdict.MALFORMED, Reason.CLAIMS)


def test_published_lists() -> None:
    good = {"kid": KID, "method": "rid", "ctr": 3, "rids": ["abc", "def.5"]}
    assert parse_list(good, 3) == (KID, ("abc", "def.5"))
    assert parse_list(good, None) == (KID, ("abc", "def.5"))
    for change in (
        {"method": "index"},
        {"kid": 5},
        {"rids": ["abc", "abc.5"]},
        {"rids": ["a=="]},
        {"rids": ["x" * 25]},
        {"rids": "abc"},
        {"ctr": 2},
    ):
        with pytest.raises(CardListError):
            parse_list(good | change, 3)


def test_payload_encodings() -> None:
    deflate = zlib.compressobj(wbits=-15)
    text = json.dumps(claims())
    for payload, reason in (
        (text.encode(), Reason.COMPRESSION),
        (zlib.compress(text.encode()), Reason.COMPRESSION),
        (deflate.compress(b"\xef\xbb\xbf" + text.encode()) + deflate.flush(), Reason.JSON),
    ):
        assert outcome(card(packed=payload)) == (Verdict.MALFORMED, reason)
    for document, reason in (
        (json.dumps(claims()), Reason.CLAIMS),  # a text in place of the object
        ([1], Reason.CLAIMS),
        (claims(iss=5), Reason.CLAIMS),
        (claims(vc=[]), Reason.CONTENT),
        (claims(vc={"type": ["x"]}), Reason.CONTENT),
        (claims(vc={"type": TYPES, "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": {}}}), Reason.CONTENT),
    ):
        assert outcome(card(document)) == (Verdict.MALFORMED, reason)
    bomb = zlib.compressobj(9, wbits=-15)
    packed = bomb.compress(b'{"iss":"' + b" " * 1_000_000) + bomb.flush()
    assert outcome(card(packed=packed)) == (Verdict.MALFORMED, Reason.TOO_LONG)


def chunked(jws: str, total: int) -> list[str]:
    size = -(-len(jws) // total)
    return [f"shc:/{n + 1}/{total}/{digits(jws[n * size : (n + 1) * size])}" for n in range(total)]


def test_a_card_of_several_codes_in_any_order() -> None:
    codes = chunked(card(), 3)
    assert shc.verify(shc.join(codes[::-1]), STORE, NOW).verdict is Verdict.VALID
    single = recognise(codes[1].encode(), STORE, NOW)
    assert (single.verdict, single.reason) == (Verdict.INCOMPLETE, Reason.CHUNK_MISSING)
    assert recognise(chunked(card(), 1)[0].encode(), STORE, NOW).verdict is Verdict.VALID


def test_codes_that_do_not_belong_together() -> None:
    codes = chunked(card(), 3)
    for texts, reason in (
        (codes[:2], Reason.CHUNK_MISSING),
        ([], Reason.CHUNK_MISSING),
        ([codes[0], codes[2], codes[0]], Reason.HEADER),
        ([codes[0], codes[1].replace("2/3", "2/4")], Reason.HEADER),
        ([codes[0].replace("1/3", "4/3")], Reason.HEADER),
        ([codes[0].replace("1/3", "0/3")], Reason.HEADER),
        (["shc:/1/99/12"], Reason.HEADER),
        (["shc:/5676"], Reason.HEADER),
        (["shc:/1/2/" + "0" * 2384, "shc:/2/2/00"], Reason.TOO_LONG),
    ):
        with pytest.raises(Refused) as why:
            shc.join(texts)
        assert why.value.reason is reason, texts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("shc:/", Reason.HEADER),
        ("shc:/123", Reason.ALPHABET),
        ("shc:/9999", Reason.ALPHABET),
        ("shc:/12x4", Reason.HEADER),
        ("shc:/0102", Reason.JWS),
        ("shc:/\u0661\u0662", Reason.HEADER),
        ("shc:/" + "0" * 8188, Reason.TOO_LONG),
    ],
)
def test_numeric_codes(text: str, reason: Reason) -> None:
    assert shc.verify(text, STORE, NOW).reason is reason


@pytest.mark.parametrize(
    ("resources", "vaccinated", "tested"),
    [
        ([{"resourceType": "Immunization", "status": "completed"}], False, False),
        ([{"resourceType": "Immunization", "status": "completed"}] * 2, True, False),
        ([{"resourceType": "Immunization", "status": "not-done"}] * 2, False, False),
        (
            [
                {
                    "resourceType": "Immunization",
                    "status": "completed",
                    "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "212"}]},
                }
            ],
            True,
            False,
        ),
        (
            [
                {
                    "resourceType": "Observation",
                    "status": "final",
                    "effectiveDateTime": "2026-11-17",
                    "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260415000"}]},
                }
            ],
            False,
            True,
        ),
        ([{"resourceType": "Observation", "status": "final", "valueCodeableConcept": [1]}], False, False),
    ],
)
def test_health_facts(resources: list[object], vaccinated: bool, tested: bool) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources]}
    vc = {"type": TYPES, "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": bundle}}
    found = check(card(claims(vc=vc))).health
    assert found is not None
    assert (found.vaccinated, found.tested_negative_until_ms is not None) == (vaccinated, tested)


def test_key_sets_take_only_what_the_framework_allows() -> None:
    wrong = [
        JWK | {"kid": "x"},
        JWK | {"alg": "ES384"},
        JWK | {"use": "enc"},
        {"kty": "RSA"},
        5,
        JWK | {"x": "!"},
        JWK | {"crv": []},
    ]
    found = from_jwks(ISSUER, {"keys": [*wrong, JWK]})
    assert (len(found.keys), found.unread) == (1, len(wrong))
    assert from_jwks(ISSUER, {"keys": 5}).keys == ()


def test_a_card_changed_in_one_character_is_never_valid() -> None:
    text, chance, unread = "shc:/" + digits(card()), random.Random(6), 0
    for _ in range(MUTATIONS):
        at, new = chance.randrange(len(text)), chance.choice("0123456789/")
        if text[at] == new:
            continue
        found = recognise((text[:at] + new + text[at + 1 :]).encode(), STORE, NOW)
        assert found.verdict is not Verdict.VALID
        unread += found.reason is Reason.INTERNAL
    assert unread == 0
