"""Certificates and keys: read like `cryptography` reads them, and where it refuses."""

from __future__ import annotations

import base64
import datetime
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from station.credential import certificates, der, public_keys, trust_lists
from station.credential.trust import Purpose

KEY = ec.generate_private_key(ec.SECP256R1())
BORN = datetime.datetime(2021, 5, 3, 18, tzinfo=datetime.UTC)


def certificate(key: ec.EllipticCurvePrivateKey = KEY, years: int = 2, country: str = "AT") -> x509.Certificate:
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, country), x509.NameAttribute(NameOID.COMMON_NAME, "signer")]
    )
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(1234)
        .not_valid_before(BORN)
        .not_valid_after(BORN.replace(year=BORN.year + years))
        .add_extension(x509.ExtendedKeyUsage([ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def encoded(made: x509.Certificate) -> bytes:
    return made.public_bytes(Encoding.DER)


def spki(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("years", [2, 40])  # after 2049 the time has another form
def test_reads_what_cryptography_wrote(years: int) -> None:
    made = certificate(years=years)
    found = certificates.parse(encoded(made))
    assert found.kid == made.fingerprint(hashes.SHA256())[:8]
    assert found.public_key == spki(KEY)
    assert found.not_before_ms == made.not_valid_before_utc.timestamp() * 1000
    assert found.not_after_ms == made.not_valid_after_utc.timestamp() * 1000
    assert (found.country, found.usages) == ("AT", {"vaccination"})
    assert found.subject_key_id == found.authority_key_id
    assert found.signed == made.tbs_certificate_bytes
    assert found.signature == made.signature
    assert found.signature_algorithm == made.signature_algorithm_oid.dotted_string
    assert public_keys.verify_certificate(spki(KEY), found.signature_algorithm, found.signature, found.signed)
    other = spki(ec.generate_private_key(ec.SECP256R1()))
    assert not public_keys.verify_certificate(other, found.signature_algorithm, found.signature, found.signed)
    assert not public_keys.verify_certificate(spki(KEY), "1.2.3", found.signature, found.signed)


def test_reads_a_negative_serial_number() -> None:
    data = encoded(certificate())
    odd = data.replace(b"\x02\x02\x04\xd2", b"\x02\x02\xf4\xd2", 1)
    assert odd != data
    found = certificates.parse(odd)
    assert found.public_key == spki(KEY)


def test_lengths_in_more_bytes_than_needed() -> None:
    data = encoded(certificate())
    assert data[:2] == b"\x30\x82"
    assert certificates.parse(b"\x30\x84\x00\x00" + data[2:]).public_key == spki(KEY)


@given(st.binary(max_size=200))
def test_never_anything_but_a_der_error(data: bytes) -> None:
    for source in (data, b"\x30\x82" + len(data).to_bytes(2, "big") + data):
        with pytest.raises(der.DerError):
            certificates.parse(source)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_certificate_is_read_or_refused(at: int, value: int) -> None:
    data = bytearray(_SAMPLE)
    data[at % len(data)] = value
    try:
        certificates.parse(bytes(data))
    except der.DerError as why:
        assert why.code == "der"  # noqa: PT017 - both outcomes are allowed


_SAMPLE = encoded(certificate())


def test_keys_that_are_not_taken() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    for key in (spki(weak), spki(ed25519.Ed25519PrivateKey.generate()), b"", b"\x30\x00", b"x" * 91):
        assert public_keys.load(key) is None
        assert not public_keys.verify(key, "ES256", bytes(64), b"")
    assert public_keys.load(spki(ec.generate_private_key(ec.SECP256K1()))) is None


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def number(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def spelt_out(**changes: int) -> bytes:
    """The public key of KEY with P-256 written out in numbers."""
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    one = ec.derive_private_key(1, ec.SECP256R1()).public_key().public_numbers()
    curve = {
        "p": p,
        "a": p - 3,
        "b": 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        "x": one.x,
        "y": one.y,
        "n": ec.SECP256R1().group_order,
    } | changes
    field = tlv(0x30, tlv(0x06, bytes.fromhex("2a8648ce3d0101")) + number(curve["p"]))
    coefficients = tlv(0x30, b"".join(tlv(0x04, curve[name].to_bytes(32, "big")) for name in "ab"))
    generator = tlv(0x04, b"\x04" + curve["x"].to_bytes(32, "big") + curve["y"].to_bytes(32, "big"))
    parameters = tlv(0x30, number(1) + field + coefficients + generator + number(curve["n"]) + number(1))
    kind = tlv(0x30, tlv(0x06, bytes.fromhex("2a8648ce3d0201")) + parameters)
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return tlv(0x30, kind + tlv(0x03, b"\x00" + point))


def test_a_curve_in_numbers_is_the_named_one() -> None:
    r, s = decode_dss_signature(KEY.sign(b"signed", ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert public_keys.verify(spelt_out(), "ES256", signature, b"signed")
    assert not public_keys.verify(spelt_out(), "ES256", signature, b"other")


def test_a_curve_with_any_other_number_is_none() -> None:
    """With a generator of one's own anyone could make a private key for another's public key."""
    two = ec.derive_private_key(2, ec.SECP256R1()).public_key().public_numbers()
    for changes in ({"x": two.x, "y": two.y}, {"a": 5}, {"b": 7}, {"n": 11}, {"p": 2**255 - 19}):
        assert public_keys.load(spelt_out(**changes)) is None


def test_a_folder_of_certificates() -> None:
    made = certificate()
    pem = made.public_bytes(Encoding.PEM)
    found = trust_lists.from_certificates(
        [encoded(made), pem + pem, b"junk", b"-----BEGIN CERTIFICATE-----!-----END CERTIFICATE-----"]
    )
    assert (len(found.keys), found.unread) == (3, 2)
    assert {key.kid for key in found.keys} == {made.fingerprint(hashes.SHA256())[:8]}
    assert found.keys[0].scope == {"AT"}
    assert found.keys[0].usages == {"vaccination"}
    country = trust_lists.from_certificates([encoded(made)], Purpose.VDS_NC).keys[0]
    assert country.kid == certificates.parse(encoded(made)).subject_key_id


def who(usage: str, **changes: object) -> dict[str, object]:
    made = certificate()
    numbers = KEY.public_key().public_numbers()
    jwk: dict[str, object] = {"kty": "EC", "crv": "P-256", "x5c": [base64.b64encode(encoded(made)).decode()]}
    for name, value in (("x", numbers.x), ("y", numbers.y)):
        jwk[name] = base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
    kid = base64.b64encode(made.fingerprint(hashes.SHA256())[:8]).decode().replace("/", "%2F").replace("+", "%2B")
    return {"id": f"did:web:tng-cdn.who.int:v2:trustlist:DCC:AUT:{usage}#{kid}", "publicKeyJwk": jwk | changes}


def test_the_list_of_the_world_health_organization() -> None:
    document = {
        "verificationMethod": [who("DSC"), who("SCA"), who("DSC", x5c=[]), {"id": 5}, 5, who("DSC", x="!", x5c=["!"])]
    }
    found = trust_lists.from_did(json.loads(json.dumps(document)))
    kid = certificates.parse(encoded(certificate())).kid
    assert len(kid) == 8
    assert [key.purpose for key in found.keys] == [Purpose.HC1, Purpose.HC1]  # the authority's own key is not taken
    assert found.unread == 3
    with_chain, bare = found.keys
    assert (with_chain.scope, with_chain.usages) == ({"AUT"}, {"vaccination"})
    assert with_chain.not_after_ms is not None
    assert (bare.not_after_ms, bare.public_key) == (None, with_chain.public_key)


def test_object_identifiers() -> None:
    assert der.dotted(bytes.fromhex("550406")) == "2.5.4.6"
    assert der.dotted(bytes.fromhex("2a8648ce3d0301")) == "1.2.840.10045.3.1"
    assert der.dotted(b"\x00") == "0.0"
    for wrong in (b"", b"\x80", b"\x2a\x86"):
        with pytest.raises(der.DerError):
            der.dotted(wrong)
