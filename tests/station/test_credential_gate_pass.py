"""The gate pass: its promises, every verdict, every boundary, and forgeries of every kind we could think of."""

from __future__ import annotations

import random
from dataclasses import replace

import cbor2
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.credential import base45, cbor, cose, families, gate_pass, pass_claims, revocations, trust
from station.credential.result import Credential, GatePass, Now, Reason, Refused, Verdict, Warn
from station.credential.trust import kid_of

BEGIN_S, END_S = 1_795_000_000, 1_795_086_400
NOW = Now(BEGIN_S * 1000 + 5_000)
FAR_MS = 4_000_000_000_000
SITE = 12
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
FULL = GatePass(
    pass_id=bytes.fromhex("f19a020304050607"),
    site=SITE,
    not_before_s=BEGIN_S,
    expires_s=END_S,
    name="欧阳建国",
    id_last4="123X",
    household="12-3-1804",
    purpose=3,
    leave=True,
    enter=True,
    max_minutes_out=180,
    entries_allowed=2,
    plates=("京A12345",),
)
#: 5,000 in the everyday run; tests/deep/test_credential_mutation.py does 100,000.
MUTATIONS = 5_000


def record(key: Ed25519PrivateKey, **changes: object) -> trust.KeyRecord:
    public = key.public_key().public_bytes_raw()
    plain = trust.KeyRecord(kid_of(public), trust.Purpose.PASS, public, frozenset({str(SITE)}), 0, FAR_MS)
    return replace(plain, **changes)  # type: ignore[arg-type]


def store(*records: trust.KeyRecord, stale_after_ms: int = FAR_MS) -> trust.TrustStore:
    return trust.TrustStore().with_bundle(trust.Bundle("keys", 1, 0, stale_after_ms, records))


FRESH = revocations.of(1, 0, FAR_MS, [b"\xff" * 8, b"\x00" * 8])
STORE = store(record(KEY))


def check(
    text: str, keys: trust.TrustStore = STORE, now: Now = NOW, revoked: revocations.Revocations = FRESH
) -> Credential:
    return gate_pass.verify(text, keys, now, revoked)


def outcome(text: str, **arguments: object) -> tuple[Verdict, Reason]:
    found = check(text, **arguments)  # type: ignore[arg-type]
    return found.verdict, found.reason


def forge(
    claims: object = None,
    *,
    protected: object = None,
    unprotected: object = None,
    aad: bytes = gate_pass.AAD,
    payload: bytes | None = None,
    protected_bytes: bytes | None = None,
    signer: Ed25519PrivateKey = KEY,
) -> str:
    """A pass signed with the right key over whatever the arguments say."""
    if protected_bytes is None:
        plain = {1: -8, 4: kid_of(KEY.public_key().public_bytes_raw())}
        protected_bytes = cbor2.dumps(plain if protected is None else protected, canonical=True)
    if payload is None:
        payload = cbor2.dumps(good_claims() if claims is None else claims, canonical=True)
    signature = signer.sign(cose.to_be_signed(protected_bytes, payload, aad))
    return "VG1:" + base45.encode(cbor2.dumps([protected_bytes, unprotected or {}, payload, signature]))


def good_claims(own: dict[int, object] | None = None, **changes: object) -> dict[int, object]:
    claims: dict[int, object] = {1: SITE, 4: END_S, 5: BEGIN_S, 7: b"12345678", -70001: {1: "张三", 6: 3} | (own or {})}
    for number, value in changes.items():
        claims[int(number.removeprefix("c"))] = value
    return claims


TEXT = gate_pass.issue(FULL, KEY)


def test_a_full_pass_is_valid_and_comes_back_whole() -> None:
    found = check(TEXT)
    assert (found.verdict, found.reason, found.warnings) == (Verdict.VALID, Reason.OK, ())
    assert found.gate_pass == FULL
    assert (found.holder, found.id_last4, found.issuer) == ("欧阳建国", "123X", "12")
    assert found.expires_ms == END_S * 1000
    assert found.key_id == kid_of(KEY.public_key().public_bytes_raw()).hex()
    assert found.proves


def test_the_forge_of_these_tests_makes_good_passes() -> None:
    assert outcome(forge()) == (Verdict.VALID, Reason.OK)


def test_a_full_pass_fits_version_9_m() -> None:
    code = segno.make(TEXT, error="m", micro=False, boost_error=False)
    assert (code.version <= 9, code.error, code.mode) == (True, "M", "alphanumeric")


def test_a_pass_with_nothing_but_the_mandatory_claims() -> None:
    bare = GatePass(b"abcdefgh", SITE, BEGIN_S, END_S)
    found = check(gate_pass.issue(bare, KEY))
    assert (found.verdict, found.gate_pass, found.holder) == (Verdict.VALID, bare, None)


def test_directions() -> None:
    for leave, enter in ((True, False), (False, True)):
        found = check(gate_pass.issue(replace(FULL, leave=leave, enter=enter), KEY)).gate_pass
        assert found is not None
        assert (found.leave, found.enter) == (leave, enter)


@pytest.mark.parametrize(
    ("at_ms", "verdict"),
    [
        (BEGIN_S * 1000 - 120_001, Verdict.NOT_YET_VALID),
        (BEGIN_S * 1000 - 120_000, Verdict.VALID),
        (END_S * 1000 + 119_999, Verdict.VALID),
        (END_S * 1000 + 120_000, Verdict.EXPIRED),
        (0, Verdict.NOT_YET_VALID),
        (-1, Verdict.NOT_YET_VALID),
        (FAR_MS - 1, Verdict.EXPIRED),
    ],
)
def test_time_boundaries(at_ms: int, verdict: Verdict) -> None:
    found = check(TEXT, now=Now(at_ms))
    assert found.verdict is verdict
    assert found.holder == "欧阳建国"  # the screen says whose pass has expired


def test_without_a_clock_neither_valid_nor_expired() -> None:
    assert outcome(TEXT, now=Now(None)) == (Verdict.CLOCK_UNKNOWN, Reason.NO_CLOCK)
    assert check(TEXT, now=Now(None)).gate_pass == FULL


def test_without_a_clock_a_forgery_is_still_a_forgery() -> None:
    assert outcome(forge(signer=OTHER), now=Now(None)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


@pytest.mark.parametrize("now", [NOW, Now(None), Now(END_S * 2000)])
def test_revoked_whatever_the_time(now: Now) -> None:
    revoked = revocations.of(2, 0, FAR_MS, [FULL.pass_id, b"\xff" * 8])
    assert outcome(TEXT, now=now, revoked=revoked) == (Verdict.REVOKED, Reason.REVOKED)


def test_key_verdicts() -> None:
    begin_ms = BEGIN_S * 1000
    cases = [
        (trust.TrustStore(), Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN),
        (store(record(OTHER)), Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN),
        (store(record(KEY, scope=frozenset({"13"}))), Verdict.KEY_NOT_VALID, Reason.KEY_SCOPE),
        (store(record(KEY, scope=frozenset())), Verdict.KEY_NOT_VALID, Reason.KEY_SCOPE),
        (store(record(KEY, scope=frozenset({"*"}))), Verdict.VALID, Reason.OK),
        (store(record(KEY, not_after_ms=NOW.at_ms - 120_000)), Verdict.KEY_NOT_VALID, Reason.KEY_ENDED),  # type: ignore[operator]
        (store(record(KEY, not_after_ms=NOW.at_ms - 119_999)), Verdict.VALID, Reason.OK),  # type: ignore[operator]
        (store(record(KEY, not_before_ms=begin_ms + 120_000)), Verdict.VALID, Reason.OK),
        (store(record(KEY, not_before_ms=begin_ms + 120_001)), Verdict.KEY_NOT_VALID, Reason.KEY_NOT_YET),
    ]
    for keys, verdict, reason in cases:
        assert outcome(TEXT, keys=keys) == (verdict, reason), keys


def test_a_pass_that_begins_before_its_key_did_was_dated_back() -> None:
    later = Now(BEGIN_S * 1000 + 80_000_000)
    keys = store(record(KEY, not_before_ms=BEGIN_S * 1000 + 40_000_000))
    assert outcome(TEXT, keys=keys, now=later) == (Verdict.KEY_NOT_VALID, Reason.KEY_NOT_YET)


def test_two_keys_with_the_same_id() -> None:
    kid = record(KEY).kid
    for records in ((record(OTHER, kid=kid), record(KEY)), (record(KEY), record(OTHER, kid=kid))):
        assert outcome(TEXT, keys=store(*records)) == (Verdict.VALID, Reason.OK)
    assert outcome(TEXT, keys=store(record(OTHER, kid=kid))) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


def test_one_key_listed_twice_counts_where_either_does() -> None:
    ended = record(KEY, not_after_ms=1)
    assert outcome(TEXT, keys=store(ended, record(KEY))) == (Verdict.VALID, Reason.OK)
    assert outcome(TEXT, keys=store(ended, record(KEY, scope=frozenset({"13"})))) == (
        Verdict.KEY_NOT_VALID,
        Reason.KEY_ENDED,
    )


def test_a_broken_key_in_the_list_is_no_key() -> None:
    broken = record(KEY, public_key=b"\x00" * 31)
    assert outcome(TEXT, keys=store(broken)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


def test_stale_lists_are_said_beside_a_valid_pass() -> None:
    old = revocations.of(1, 0, NOW.at_ms or 0, [])
    assert check(TEXT, revoked=old).warnings == (Warn.REVOCATIONS_STALE,)
    assert check(TEXT, revoked=old).verdict is Verdict.VALID
    assert check(TEXT, keys=store(record(KEY), stale_after_ms=5)).warnings == (Warn.TRUST_STALE,)
    assert check(TEXT, revoked=revocations.NONE_YET).warnings == (Warn.REVOCATIONS_STALE,)


def test_a_signature_of_the_same_key_for_something_else_is_none() -> None:
    for aad in (b"", b"VG2", b"station/order/1"):
        assert outcome(forge(aad=aad)) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


@pytest.mark.parametrize("algorithm", [-7, -37, 8, 0, -8.0, True, "EdDSA", None, -19])
def test_any_other_algorithm(algorithm: object) -> None:
    text = forge(protected={1: algorithm, 4: record(KEY).kid})
    assert outcome(text) == (Verdict.MALFORMED, Reason.ALGORITHM)


def test_headers_in_the_wrong_place() -> None:
    kid = record(KEY).kid
    for protected, unprotected in (
        ({1: -8}, {4: kid}),
        ({4: kid}, {1: -8}),
        ({}, {1: -8, 4: kid}),
        ({1: -8, 4: kid}, {4: kid}),
        ({1: -8, 4: kid}, {1: -8}),
        ({1: -8, 4: kid}, {33: b"x"}),
        ({1: -8, 4: kid, 2: [99]}, {}),
        ({1: -8, 4: kid.hex()}, {}),
        ({1: -8, 4: kid + b"\x00"}, {}),
        ({1: -8, 4: kid[:3]}, {}),
    ):
        text = forge(protected=protected, unprotected=unprotected)
        assert outcome(text) == (Verdict.MALFORMED, Reason.HEADER), (protected, unprotected)


@pytest.mark.parametrize(
    "claims",
    [
        good_claims(c4=True),
        good_claims(c5=True),
        good_claims(c4=float(END_S)),
        good_claims(c5=float(BEGIN_S)),
        good_claims(c4=str(END_S)),
        good_claims(c4=None),
        good_claims(c4=BEGIN_S),  # ends as it begins
        good_claims(c4=2**40),
        good_claims(c5=-1),
        good_claims(c1=-1),
        good_claims(c1=2**32),
        good_claims(c1="12"),
        good_claims(c1=True),
        good_claims(c7=b"1234567"),
        good_claims(c7="12345678"),
        good_claims(c6=BEGIN_S),
        good_claims(c2="x"),
        {k: v for k, v in good_claims().items() if k != 4},
        {k: v for k, v in good_claims().items() if k != 7},
        {k: v for k, v in good_claims().items() if k != -70001},
        good_claims() | {-70001: [1]},
        good_claims() | {-70001: {1: "张三"}},  # no direction
        good_claims({6: 0}),
        good_claims({6: 4}),
        good_claims({6: True}),
        good_claims({1: ""}),
        good_claims({1: "x" * 41}),
        good_claims({1: "张\n三"}),
        good_claims({1: "张\u202e三"}),
        good_claims({1: b"x"}),
        good_claims({2: b"12345678"}),  # an ID's hash has no place in a pass
        good_claims({3: "123"}),
        good_claims({3: "12X3"}),
        good_claims({3: "\uff11\uff12\uff13\uff14"}),
        good_claims({4: "x" * 25}),
        good_claims({5: -1}),
        good_claims({5: True}),
        good_claims({7: 65536}),
        good_claims({8: 1.0}),
        good_claims({9: []}),
        good_claims({9: ["A"] * 4}),
        good_claims({9: [None]}),
        good_claims({9: "京A12345"}),
        good_claims({10: 1}),
        good_claims({"name": 1}),  # type: ignore[dict-item]
        [1, 2],
        7,
    ],
)
def test_claims_of_a_wrong_kind_are_refused_although_well_signed(claims: object) -> None:
    assert outcome(forge(claims)) == (Verdict.MALFORMED, Reason.CLAIMS)
    assert check(forge(claims)).holder is None


def test_other_encodings_of_the_same_claims() -> None:
    claims = good_claims()
    backwards = cbor2.dumps(dict(reversed(list(claims.items()))))
    long_length = cbor2.dumps(claims, canonical=True).replace(b"\x48" + b"12345678", b"\x58\x08" + b"12345678")
    for payload in (backwards, long_length):
        assert cbor.load(payload) == claims
        assert outcome(forge(payload=payload)) == (Verdict.MALFORMED, Reason.NOT_DETERMINISTIC)
    kid = record(KEY).kid
    swapped = cbor2.dumps({4: kid, 1: -8})
    assert outcome(forge(protected_bytes=swapped)) == (Verdict.MALFORMED, Reason.NOT_DETERMINISTIC)
    whole = base45.decode(TEXT[4:])
    longer = b"\x98\x04" + whole[1:]
    assert outcome("VG1:" + base45.encode(longer)) == (Verdict.MALFORMED, Reason.NOT_DETERMINISTIC)


@pytest.mark.parametrize(
    "payload",
    [
        bytes.fromhex("a2010c010d"),  # a claim twice
        b"\xbf" + cbor2.dumps(good_claims())[1:] + b"\xff",  # open map
        cbor2.dumps(cbor2.CBORTag(61, good_claims())),
        b"\x81" * 200,
        b"",
    ],
)
def test_cbor_that_does_not_come_in(payload: bytes) -> None:
    assert outcome(forge(payload=payload)) == (Verdict.MALFORMED, Reason.CBOR)


def test_wrappings_of_other_formats() -> None:
    message = cbor2.loads(base45.decode(TEXT[4:]))
    for tag in (18, 61, 55799):
        text = "VG1:" + base45.encode(cbor2.dumps(cbor2.CBORTag(tag, message)))
        assert outcome(text) == (Verdict.MALFORMED, Reason.CBOR)


def test_truncated_at_every_character() -> None:
    for length in range(4, len(TEXT)):
        assert check(TEXT[:length]).verdict in (Verdict.MALFORMED, Verdict.BAD_SIGNATURE)


def test_oversized_and_nested() -> None:
    assert outcome("VG1:" + "0" * 5000) == (Verdict.MALFORMED, Reason.TOO_LONG)
    assert outcome("VG1:" + base45.encode(b"\x81" * 300)) == (Verdict.MALFORMED, Reason.CBOR)
    assert outcome("VG1:") == (Verdict.MALFORMED, Reason.CBOR)
    assert outcome("vg1:" + TEXT[4:]) == (Verdict.UNRECOGNISED, Reason.NOT_OURS)


def test_signature_of_another_length_or_value() -> None:
    parts = cbor2.loads(base45.decode(TEXT[4:]))
    for signature in (parts[3][:-1], parts[3] + b"\x00", b""):
        text = "VG1:" + base45.encode(cbor2.dumps([*parts[:3], signature]))
        assert outcome(text) == (Verdict.MALFORMED, Reason.HEADER)
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(parts[3][32:], "little") + order  # the classic second signature of the same message
    again = parts[3][:32] + s.to_bytes(32, "little")
    text = "VG1:" + base45.encode(cbor2.dumps([*parts[:3], again]))
    assert outcome(text) == (Verdict.BAD_SIGNATURE, Reason.SIGNATURE)


def test_an_issuer_cannot_sign_what_a_gate_would_refuse() -> None:
    for wrong in (
        replace(FULL, name=""),
        replace(FULL, expires_s=BEGIN_S),
        replace(FULL, leave=False, enter=False),
        replace(FULL, plates=("京A12345",) * 4),
        replace(FULL, pass_id=b"short"),
        replace(FULL, entries_allowed=70_000),
    ):
        with pytest.raises(Refused):
            gate_pass.issue(wrong, KEY)


def test_nothing_personal_in_a_repr() -> None:
    shown = repr(check(TEXT)) + repr(FULL)
    for secret in ("欧阳", "123X", "1804", "京A"):
        assert secret not in shown


def test_a_pass_changed_in_one_character_is_never_valid() -> None:
    """Replace, remove or insert one character anywhere; through the same door as a scan."""
    chance = random.Random(20)
    keys = STORE.with_revocations(FRESH)
    alphabet = base45.ALPHABET + "abcxyz_\u00e9\u4e2d\x00"
    unread = 0
    for _ in range(MUTATIONS):
        at, new = chance.randrange(len(TEXT)), chance.choice(alphabet)
        kind = chance.randrange(8)
        text = TEXT[:at] + TEXT[at + 1 :] if kind == 0 else TEXT[:at] + new + TEXT[at + (kind != 1) :]
        if text == TEXT:
            continue
        found = families.recognise(text.encode(), keys, NOW)
        assert found.verdict is not Verdict.VALID, (at, new, kind)
        assert found.holder is None
        unread += found.reason is Reason.INTERNAL
    assert unread == 0


def test_the_limits_of_the_claims_are_taken_at_their_edges() -> None:
    edge = replace(
        FULL,
        site=2**32 - 1,
        name="x" * pass_claims.MAX_NAME,
        household="y" * pass_claims.MAX_HOUSEHOLD,
        purpose=0,
        max_minutes_out=0xFFFF,
        entries_allowed=0,
        plates=("粤Z12345港",) * 3,
        expires_s=pass_claims.MAX_TIME_S,
    )
    found = check(gate_pass.issue(edge, KEY), keys=store(record(KEY, scope=frozenset({"*"}))))
    assert (found.verdict, found.gate_pass) == (Verdict.VALID, edge)
