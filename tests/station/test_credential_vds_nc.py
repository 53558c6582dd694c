"""ICAO seals made here: the chain, the signature over canonical JSON, and signers that are none."""

from __future__ import annotations

import base64
import datetime
import json
import random
import string

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from station.credential import Credential, Now, Reason, TrustStore, Verdict, recognise
from station.credential.trust import Bundle, Purpose
from station.credential.trust_lists import from_certificates

NOW = Now(1_795_000_000_000)
AUTHORITY, SIGNER = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
DOSE = {"vd": [{"dvc": "2021-09-15", "seq": 1}]}
DATA = {
    "hdr": {"t": "icao.vacc", "v": 1, "is": "UTO"},
    "msg": {"pid": {"n": "CITIZEN JANE", "dob": "1961-05-15"}, "ve": [DOSE, DOSE]},
}


def certificate(
    key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, purpose: str | None, until: int = 2030
) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "UT")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    builder = builder.not_valid_after(datetime.datetime(until, 1, 1, tzinfo=datetime.UTC))
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    builder = builder.add_extension(authority, critical=False)
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ObjectIdentifier(purpose)]), critical=True)
    return builder.sign(by, hashes.SHA384()).public_bytes(Encoding.DER)


SEAL = "2.23.136.1.1.14.2"
COUNTRY = certificate(AUTHORITY, AUTHORITY, None)
SIGNERS = certificate(SIGNER, AUTHORITY, SEAL)


def store(*listed: bytes) -> TrustStore:
    return TrustStore().with_bundle(Bundle("icao", 1, 0, 2**52, from_certificates(listed, Purpose.VDS_NC).keys))


STORE = store(COUNTRY)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def make(
    data: object = None, *, signer: bytes = SIGNERS, key: ec.EllipticCurvePrivateKey = SIGNER, **sig: object
) -> dict[str, object]:
    body = DATA if data is None else data
    signed = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    value = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return {"data": body, "sig": {"alg": "ES256", "cer": b64(signer), "sigvl": b64(value)} | sig}


def check(document: object, trust: TrustStore = STORE, now: Now = NOW) -> Credential:
    return recognise(json.dumps(document, ensure_ascii=False).encode(), trust, now)


def outcome(document: object, trust: TrustStore = STORE, now: Now = NOW) -> tuple[Verdict, Reason]:
    found = check(document, trust, now)
    return found.verdict, found.reason


def test_a_good_seal() -> None:
    found = check(make())
    assert (found.verdict, found.holder, found.issuer) == (Verdict.VALID, "CITIZEN JANE", "UTO")
    assert found.health is not None
    assert found.health.vaccinated
    assert outcome([make()]) == (Verdict.VALID, Reason.OK)


def test_spaces_and_order_do_not_matter_because_the_canonical_text_is_signed() -> None:
    turned = {"sig": make()["sig"], "data": {"msg": DATA["msg"], "hdr": DATA["hdr"]}}
    assert recognise(json.dumps(turned, indent=1).encode(), STORE, NOW).verdict is Verdict.VALID


def test_one_dose_is_no_series() -> None:
    found = check(make(DATA | {"msg": {"ve": [DOSE]}}))
    assert found.health is not None
    assert (found.verdict, found.health.unknown) == (Verdict.VALID, True)


def test_signers() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    forged = certificate(stranger, stranger, SEAL)
    passport = certificate(SIGNER, AUTHORITY, "2.23.136.1.1.3")
    assert outcome(make(), TrustStore()) == (Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    assert outcome(make(signer=forged, key=stranger)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    assert outcome(make(signer=passport)) == (Verdict.KEY_NOT_VALID, Reason.KEY_USAGE)
    assert outcome(make(signer=certificate(SIGNER, AUTHORITY, None))) == (Verdict.KEY_NOT_VALID, Reason.KEY_USAGE)
    assert outcome(make(signer=certificate(SIGNER, AUTHORITY, SEAL, 2025))) == (
        Verdict.KEY_NOT_VALID,
        Reason.KEY_ENDED,
    )
    assert outcome(make(), store(certificate(AUTHORITY, AUTHORITY, None, 2025))) == (
        Verdict.KEY_NOT_VALID,
        Reason.KEY_ENDED,
    )
    assert outcome(make(key=stranger)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    assert outcome(make(), now=Now(None)) == (Verdict.CLOCK_UNKNOWN, Reason.NO_CLOCK)


def test_a_listed_signer_counts_with_the_validity_of_the_list() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    longer = certificate(SIGNER, stranger, SEAL, 2040)  # the same key in another's certificate
    ended = store(certificate(SIGNER, AUTHORITY, SEAL, 2025))
    assert outcome(make(), store(SIGNERS)) == (Verdict.VALID, Reason.OK)
    assert outcome(make(signer=longer), ended) == (Verdict.KEY_NOT_VALID, Reason.KEY_ENDED)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (make(alg="ES999"), Reason.ALGORITHM),
        (make(alg=None), Reason.ALGORITHM),
        (make(alg=["ES256"]), Reason.ALGORITHM),
        (make(cer="!"), Reason.BASE64),
        (make(cer="AAAA"), Reason.CERTIFICATE),
        (make(sigvl="!"), Reason.BASE64),
        (make({"hdr": 5, "msg": {}}), Reason.CONTENT),
        ({"data": 5, "sig": {"sigvl": 1}}, Reason.JSON),
        ([make(), make()], Reason.JSON),
    ],
)
def test_malformed(document: object, reason: Reason) -> None:
    assert outcome(document) == (Verdict.MALFORMED, reason)


def test_changed_data() -> None:
    document = make()
    document["data"] = DATA | {"hdr": {"t": "icao.vacc", "v": 1, "is": "AUS"}}
    assert outcome(document) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    text = json.dumps(make())
    doubled = text.replace('"data":', '"data": {}, "data":', 1)
    assert recognise(doubled.encode(), STORE, NOW).reason is Reason.JSON


def test_a_seal_changed_in_one_character_is_never_valid() -> None:
    text, chance, unread = json.dumps(make(), ensure_ascii=False), random.Random(8), 0
    for _ in range(2_000):
        at, new = chance.randrange(len(text)), chance.choice(string.ascii_letters + string.digits + '{}[]":,-_\\')
        if text[at] in (new, " "):
            continue  # a space between two parts is no content
        found = recognise((text[:at] + new + text[at + 1 :]).encode(), STORE, NOW)
        assert found.verdict is not Verdict.VALID, (at, new)
        unread += found.reason is Reason.INTERNAL
    assert unread == 0
