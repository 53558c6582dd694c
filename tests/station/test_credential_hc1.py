"""European certificates made here, with every way in which real ones differ, and forgeries of them."""

from __future__ import annotations

import datetime
import random
import zlib
from dataclasses import replace

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from station.credential import Credential, Now, Reason, TrustStore, Verdict, base45, certificates, cose, recognise
from station.credential.trust import Bundle, KeyRecord, Purpose
from station.credential.trust_lists import record_of

ISSUED_S, ENDS_S = 1_790_000_000, 1_800_000_000
NOW = Now(1_795_000_000_000)
BORN = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
ENDS = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
#: 2,000 in the everyday run; tests/deep/test_credential_mutation.py does 100,000.
MUTATIONS = 2_000
VACCINATED = {"v": [{"dn": 2, "sd": 2, "dt": "2026-01-01"}]}
TESTED = {"t": [{"tr": "260415000", "sc": "2026-11-17T06:00:00Z"}]}
RECOVERED = {"r": [{"df": "2026-01-01", "du": "2026-12-31"}]}
NAME = {"nam": {"fn": "Musterfrau", "gn": "Gabriele", "fnt": "MUSTERFRAU", "gnt": "GABRIELE"}}


def signer(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *usages: str) -> KeyRecord:
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "AT")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(5).not_valid_before(BORN).not_valid_after(ENDS)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(map(ObjectIdentifier, usages)), critical=False)
    return record_of(certificates.parse(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)), Purpose.HC1)


KEY = ec.generate_private_key(ec.SECP256R1())
SIGNER = signer(KEY)


def store(*records: KeyRecord) -> TrustStore:
    return TrustStore().with_bundle(Bundle("dcc", 1, 0, 2**52, records))


STORE = store(SIGNER)


def raw(key: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def make(
    content: object = None,
    *,
    key: ec.EllipticCurvePrivateKey = KEY,
    kid: bytes | None = None,
    protected: object = None,
    unprotected: object = None,
    wrap: tuple[int, ...] = (18,),
    payload: bytes | None = None,
    signature: bytes | None = None,
    **claims: object,
) -> str:
    stated: dict[object, object] = {1: "AT", 4: ENDS_S, 6: ISSUED_S, -260: {1: content or {**NAME, **VACCINATED}}}
    stated |= {int(name[1:]): value for name, value in claims.items()}
    payload = payload or cbor2.dumps({k: v for k, v in stated.items() if v is not None})
    head = {1: -7, 4: SIGNER.kid if kid is None else kid} if protected is None else protected
    protected_bytes = cbor2.dumps(head)
    if signature is None:
        signature = raw(key, cose.to_be_signed(protected_bytes, payload))
    return text_of([protected_bytes, unprotected or {}, payload, signature], wrap)


def text_of(message: object, wrap: tuple[int, ...] = (18,)) -> str:
    for tag in wrap:
        message = cbor2.CBORTag(tag, message)
    return "HC1:" + base45.encode(zlib.compress(cbor2.dumps(message)))


def check(text: str, trust: TrustStore = STORE, now: Now = NOW) -> Credential:
    return recognise(text.encode(), trust, now)


def outcome(text: str, trust: TrustStore = STORE, now: Now = NOW) -> tuple[Verdict, Reason]:
    found = check(text, trust, now)
    return found.verdict, found.reason


OK = (Verdict.VALID, Reason.OK)


def test_a_good_certificate() -> None:
    found = check(make())
    assert (found.verdict, found.holder, found.issuer) == (Verdict.VALID, "Gabriele Musterfrau", "AT")
    assert (found.key_id, found.expires_ms) == (SIGNER.kid.hex(), ENDS_S * 1000)
    assert found.health is not None
    assert found.health.vaccinated
    assert not found.health.unknown
    assert "Musterfrau" not in repr(found)


@pytest.mark.parametrize("wrap", [(), (18,), (18, 61)])
def test_tags_may_be_there_or_not(wrap: tuple[int, ...]) -> None:
    assert outcome(make(wrap=wrap)) == OK


def test_other_tags_may_not() -> None:
    assert outcome(make(wrap=(17,))) == (Verdict.MALFORMED, Reason.CBOR)


def test_headers_protected_or_not_and_protected_wins() -> None:
    kid = SIGNER.kid
    assert outcome(make(protected={1: -7}, unprotected={4: kid})) == OK
    assert outcome(make(protected={}, unprotected={1: -7, 4: kid})) == OK
    assert outcome(make(unprotected={4: b"foo"})) == OK
    wrong = make(protected={1: -7, 4: b"foo"}, unprotected={4: kid})
    assert outcome(wrong) == (Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    assert outcome(make(protected={1: -7})) == (Verdict.MALFORMED, Reason.HEADER)
    assert outcome(make(protected={4: kid})) == (Verdict.MALFORMED, Reason.ALGORITHM)


@pytest.mark.parametrize("algorithm", [-8, -35, 5, -7.0, True, "ES256"])
def test_other_algorithms(algorithm: object) -> None:
    assert outcome(make(protected={1: algorithm, 4: SIGNER.kid})) == (Verdict.MALFORMED, Reason.ALGORITHM)


def test_the_algorithm_has_to_fit_the_key() -> None:
    assert outcome(make(protected={1: -37, 4: SIGNER.kid})) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


def test_rsa_with_pss() -> None:
    key = rsa.generate_private_key(65537, 2048)
    record = signer(key)
    protected_bytes = cbor2.dumps({1: -37, 4: record.kid})
    payload = cbor2.dumps({4: ENDS_S, -260: {1: VACCINATED}})
    signed = cose.to_be_signed(protected_bytes, payload)
    for salt, expected in ((32, OK), (20, (Verdict.BAD_SIGNATURE, Reason.SIGNATURE))):
        signature = key.sign(signed, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())
        assert outcome(text_of([protected_bytes, {}, payload, signature]), store(record)) == expected
    plain = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    assert outcome(text_of([protected_bytes, {}, payload, plain]), store(record))[0] is Verdict.BAD_SIGNATURE


def test_es256_on_p384_as_some_signers_do() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    record = signer(key)
    assert outcome(make(key=key, kid=record.kid), store(record)) == OK


@pytest.mark.parametrize(
    ("at_ms", "verdict"),
    [
        (ISSUED_S * 1000 - 1, Verdict.NOT_YET_VALID),
        (ISSUED_S * 1000, Verdict.VALID),
        (ENDS_S * 1000, Verdict.VALID),  # the end itself still counts
        (ENDS_S * 1000 + 1, Verdict.EXPIRED),
        (None, Verdict.CLOCK_UNKNOWN),
    ],
)
def test_time_boundaries(at_ms: int | None, verdict: Verdict) -> None:
    assert check(make(), now=Now(at_ms)).verdict is verdict


def test_times_as_fractions_tagged_and_wrong() -> None:
    assert check(make(c4=1_795_000_000.5), now=Now(1_795_000_000_500)).verdict is Verdict.VALID
    assert check(make(c4=1_795_000_000.5), now=Now(1_795_000_000_501)).verdict is Verdict.EXPIRED
    assert outcome(make(c4=cbor2.CBORTag(1, ENDS_S))) == OK
    assert outcome(make(c5=1_795_000_001)) == (Verdict.NOT_YET_VALID, Reason.NOT_YET)
    for wrong in (True, "1800000000", float("nan"), float("inf"), [1]):
        assert outcome(make(c4=wrong)) == (Verdict.MALFORMED, Reason.CLAIMS)
        assert outcome(make(c6=wrong)) == (Verdict.MALFORMED, Reason.CLAIMS)
    assert outcome(make(c4=None)) == (Verdict.MALFORMED, Reason.CLAIMS)


def test_the_signers_own_validity_both_ends_included() -> None:
    now_ms = 1_795_000_000_000
    for changes, expected in (
        ({"not_before_ms": now_ms}, OK),
        ({"not_before_ms": now_ms + 1}, (Verdict.KEY_NOT_VALID, Reason.KEY_NOT_YET)),
        ({"not_after_ms": now_ms - 999}, OK),
        ({"not_after_ms": now_ms - 1000}, (Verdict.KEY_NOT_VALID, Reason.KEY_ENDED)),
        ({"not_before_ms": None, "not_after_ms": None}, OK),
    ):
        assert outcome(make(), store(replace(SIGNER, **changes))) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("arc", ["1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."])
def test_key_usage(arc: str) -> None:
    contents = {"1": TESTED, "2": VACCINATED, "3": RECOVERED}
    for usage in contents:
        record = signer(KEY, arc + usage, "1.3.6.1.5.5.7.3.2")
        for kind, content in contents.items():
            expected = OK if kind == usage else (Verdict.KEY_NOT_VALID, Reason.KEY_USAGE)
            assert outcome(make({**NAME, **content}, kid=record.kid), store(record)) == expected
    both = signer(KEY, arc + "1", arc + "2")
    assert outcome(make({**TESTED, **VACCINATED}, kid=both.kid), store(both)) == OK
    assert outcome(make({**TESTED, **RECOVERED}, kid=both.kid), store(both))[1] is Reason.KEY_USAGE
    foreign = signer(KEY, "1.3.6.1.5.5.7.3.2")
    assert outcome(make(kid=foreign.kid), store(foreign)) == OK


def test_several_signers_with_one_id() -> None:
    other = replace(signer(ec.generate_private_key(ec.SECP256R1())), kid=SIGNER.kid)
    for records in ((other, SIGNER), (SIGNER, other)):
        assert outcome(make(), store(*records)) == OK
    assert outcome(make(), store(other)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


def test_several_entries_are_a_matter_of_policy() -> None:
    several = make({**NAME, **VACCINATED, **TESTED})
    assert outcome(several) == OK
    assert outcome(several, replace(STORE, one_group=True)) == (Verdict.MALFORMED, Reason.CONTENT)
    assert outcome(make(), replace(STORE, one_group=True)) == OK


@pytest.mark.parametrize(
    "content", [{"nam": {}}, {"v": []}, {"v": None}, {"v": "x"}, {"v": [1]}, {"v": [{}] * 17}, [1], "x", 5]
)
def test_content_without_a_usable_entry(content: object) -> None:
    assert outcome(make(content)) == (Verdict.MALFORMED, Reason.CONTENT)


def health(content: object, now: Now = NOW) -> tuple[bool, int | None, bool]:
    found = check(make(content), now=now).health
    assert found is not None
    return found.vaccinated, found.tested_negative_until_ms, found.recovered


def test_health_facts() -> None:
    sample_ms = 1_794_895_200_000  # 2026-11-17T06:00:00Z
    lasts_ms = 48 * 3_600_000
    assert health(VACCINATED) == (True, None, False)
    assert health({"v": [{"dn": 1, "sd": 2}]}) == (False, None, False)
    assert health({"v": [{"dn": 3, "sd": 2}]}) == (True, None, False)
    assert health({"v": [{"dn": True, "sd": 1}]}) == (False, None, False)
    assert health({"v": [{"dn": 0, "sd": 0}]}) == (False, None, False)
    assert health(TESTED) == (False, sample_ms + lasts_ms, False)
    assert health({"t": TESTED["t"][0]}) == (False, sample_ms + lasts_ms, False)  # not in a list
    assert health({"t": [{"tr": "260373001", "sc": "2026-11-17T06:00:00Z"}]}) == (False, None, False)
    assert health({"t": [{"tr": "260415000", "sc": "2027-11-17T06:00:00Z"}]}) == (False, None, False)
    assert health({"t": [{"tr": "260415000", "sc": "2026-11-17T06:00:00"}]}) == (False, None, False)
    tagged = cbor2.CBORTag(0, "2026-11-17T06:00:00Z")
    assert health({"t": [{"tr": "260415000", "sc": tagged}]}) == (False, sample_ms + lasts_ms, False)
    assert health(RECOVERED) == (False, None, True)
    assert health({"r": [{"df": "2026-01-01", "du": "2026-11-17"}]}) == (False, None, False)
    assert health({"r": [{"df": 1, "du": None}]}) == (False, None, False)


def test_names() -> None:
    assert check(make({"nam": {"fnt": "DI<CAPRIO", "gnt": "MARIA"}, **VACCINATED})).holder == "MARIA DI CAPRIO"
    assert check(make({"nam": {"fn": "x" * 500}, **VACCINATED})).holder == "x" * 80
    assert check(make({"nam": {"fn": "a\n\u202eb"}, **VACCINATED})).holder == "a  b"
    assert check(make({"nam": [1], **VACCINATED})).holder is None


def test_other_contents_of_the_container() -> None:
    link = make(payload=cbor2.dumps({4: ENDS_S, 6: ISSUED_S, -260: {5: [{"u": "vhlink:/x"}]}}))
    assert outcome(link) == (Verdict.UNRECOGNISED, Reason.ONLINE_ONLY)
    found = check(make(payload=cbor2.dumps({4: ENDS_S, 6: ISSUED_S, -260: {-6: {"n": "A B"}}})))
    assert (found.verdict, found.holder) == (Verdict.VALID, "A B")
    assert found.health is not None
    assert found.health.unknown
    empty = make(payload=cbor2.dumps({4: ENDS_S, -260: {3: 5}}))
    assert outcome(empty) == (Verdict.MALFORMED, Reason.CONTENT)


def test_open_maps_and_doubled_keys() -> None:
    inner = cbor2.dumps({4: ENDS_S, 6: ISSUED_S, -260: {1: VACCINATED}})
    assert outcome(make(payload=b"\xbf" + inner[1:] + b"\xff")) == OK
    assert outcome(make(payload=b"\xa4\x04\x01" + inner[1:])) == (Verdict.MALFORMED, Reason.CBOR)
    assert outcome(make(payload=cbor2.dumps([1]))) == (Verdict.MALFORMED, Reason.CLAIMS)
    assert outcome(make(payload=cbor2.dumps({4: ENDS_S}))) == (Verdict.MALFORMED, Reason.CLAIMS)


def test_compression() -> None:
    packed = base45.decode(make()[4:])
    for data, reason in (
        (zlib.decompress(packed), Reason.COMPRESSION),
        (packed[:-1], Reason.COMPRESSION),
        (packed + b"x", Reason.COMPRESSION),
        (zlib.compress(bytes(10_000_000), 9)[:2800], Reason.TOO_LONG),
    ):
        assert outcome("HC1:" + base45.encode(data)) == (Verdict.MALFORMED, reason)
    assert outcome("HC1:" + "0" * 4296) == (Verdict.MALFORMED, Reason.TOO_LONG)


def test_unknown_key_and_wrong_signature_lengths() -> None:
    assert outcome(make(), TrustStore()) == (Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    assert outcome(make(signature=b"")) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    assert outcome(make(signature=bytes(64))) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    assert outcome(make(signature=b"\xff" * 64)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


def test_nothing_is_said_before_the_signature_is_good() -> None:
    found = check(make(key=ec.generate_private_key(ec.SECP256R1())))
    assert (found.verdict, found.holder, found.health, found.issuer) == (Verdict.BAD_SIGNATURE, None, None, None)


def test_a_certificate_changed_in_one_character_is_never_valid() -> None:
    text, chance, unread = make({**NAME, **VACCINATED}), random.Random(5), 0
    for _ in range(MUTATIONS):
        at, new = chance.randrange(len(text)), chance.choice(base45.ALPHABET)
        if text[at] == new:
            continue
        found = check(text[:at] + new + text[at + 1 :])
        assert found.verdict is not Verdict.VALID
        unread += found.reason is Reason.INTERNAL
    assert unread == 0
