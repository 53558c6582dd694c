"""Trust never goes back, own and foreign keys never mix, and a list is searched right."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from station.credential import own_keys, revocations, trust_document
from station.credential.card_revocations import NO_CARDS
from station.credential.result import Now
from station.credential.revocations import Revocations, RevocationsError
from station.credential.trust import Bundle, KeyRecord, Purpose, TrustRefused, TrustStore, kid_of
from station.wire import keyring as wire
from station.wire.keyring import KeyRing

PUBLIC = bytes(range(32))
OWN = KeyRecord(kid_of(PUBLIC), Purpose.PASS, PUBLIC, frozenset({"12"}), 10, 20)
FOREIGN = KeyRecord(b"12345678", Purpose.HC1, b"spki", frozenset({"AT"}), None, 20, frozenset({"vaccination"}))


def keys(number: int, *records: KeyRecord, name: str = "keys") -> Bundle:
    return Bundle(name, number, 5, 1000, records)


def test_a_lower_number_is_refused_and_changes_nothing() -> None:
    store = TrustStore().with_bundle(keys(7, OWN))
    with pytest.raises(TrustRefused, match="number 6 refused, number 7 is held"):
        store.with_bundle(keys(6))
    assert store.keys(Purpose.PASS, OWN.kid) == (OWN,)


def test_the_same_number_only_with_the_same_content() -> None:
    store = TrustStore().with_bundle(keys(7, OWN))
    assert store.with_bundle(keys(7, OWN)).keys(Purpose.PASS, OWN.kid) == (OWN,)
    with pytest.raises(TrustRefused):
        store.with_bundle(keys(7))


def test_a_higher_number_replaces_the_whole_bundle_and_leaves_the_old_store_alone() -> None:
    old = TrustStore().with_bundle(keys(7, OWN)).with_bundle(keys(1, FOREIGN, name="dcc"))
    new = old.with_bundle(keys(8))
    assert new.keys(Purpose.PASS, OWN.kid) == ()
    assert new.keys(Purpose.HC1, FOREIGN.kid) == (FOREIGN,)
    assert old.keys(Purpose.PASS, OWN.kid) == (OWN,)
    assert new.of_purpose(Purpose.HC1) == (FOREIGN,)


def test_a_foreign_list_cannot_bring_a_pass_key_nor_the_other_way_round() -> None:
    with pytest.raises(TrustRefused, match="'dcc' may not hold a key for 'pass'"):
        keys(1, OWN, name="dcc")
    with pytest.raises(TrustRefused, match="'keys' may not hold a key for 'hc1'"):
        keys(1, FOREIGN)


def test_several_keys_with_one_id_in_several_bundles() -> None:
    twin = replace(FOREIGN, public_key=b"other")
    store = TrustStore().with_bundle(keys(1, FOREIGN, name="dcc")).with_bundle(keys(1, twin, name="who"))
    assert store.keys(Purpose.HC1, FOREIGN.kid) == (FOREIGN, twin)
    assert store.keys(Purpose.SHC, FOREIGN.kid) == ()


def test_stale_bundles_are_named() -> None:
    store = TrustStore().with_bundle(keys(1, OWN))
    assert store.stale_bundles(Now(999)) == ()
    assert store.stale_bundles(Now(1000)) == ("keys",)
    assert store.stale_bundles(Now(None)) == ()


def test_bundles_are_bounded() -> None:
    store = TrustStore()
    for number in range(16):
        store = store.with_bundle(keys(1, name=f"list-{number}"))
    with pytest.raises(TrustRefused, match="one more than 16"):
        store.with_bundle(keys(1, name="list-16"))


def test_a_document_comes_back_as_the_same_bundle() -> None:
    bundle = keys(3, FOREIGN, replace(FOREIGN, not_before_ms=1, not_after_ms=None), name="dcc")
    text = json.dumps(trust_document.document(bundle))
    assert trust_document.parse(json.loads(text)) == bundle


def test_pass_keys_of_a_keys_order() -> None:
    ring = KeyRing(
        (
            wire.KeyRecord("office pass 3", wire.Purpose.PASS, PUBLIC, ("12", "13"), 10, 20),
            wire.KeyRecord("order", wire.Purpose.ORDER, bytes(32), (), 10, 20),
            wire.KeyRecord("everywhere", wire.Purpose.PASS, bytes(32), (), 10, 20),
        )
    )
    bundle = own_keys.bundle(ring, 4, 5, 6)
    assert (bundle.name, bundle.number, len(bundle.keys)) == ("keys", 4, 2)
    assert bundle.keys[0] == replace(OWN, scope=frozenset({"12", "13"}))
    assert bundle.keys[1].speaks_for("99")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "xyz"}, "not hexadecimal"),
        ({"public_key": "?"}, "not base64"),
        ({"purpose": "passes"}, "'passes' is none of pass,"),
        ({"not_before_ms": True}, "expected a whole number, got True"),
        ({"not_after_ms": 1.5}, "expected a whole number"),
        ({"scope": "12"}, "expected a list"),
        ({"scope": [12]}, r"scope\[0\]: expected text"),
        ({"colour": 1}, r"keys\[0\].colour: unknown field"),
    ],
)
def test_documents_that_are_refused(change: dict[str, object], message: str) -> None:
    written = trust_document.document(keys(3, FOREIGN, name="dcc"))
    written["keys"][0] |= change
    with pytest.raises(trust_document.TrustDocumentError, match=message):
        trust_document.parse(written)


def test_a_document_cannot_bring_a_pass_key() -> None:
    written = trust_document.document(keys(3, FOREIGN, name="dcc"))
    written["keys"][0]["purpose"] = "pass"
    with pytest.raises(TrustRefused, match="may not hold"):
        trust_document.parse(written)


def test_a_document_with_a_missing_or_surplus_field() -> None:
    written = trust_document.document(keys(3, FOREIGN, name="dcc"))
    with pytest.raises(trust_document.TrustDocumentError, match=r"bundle\.sig: unknown"):
        trust_document.parse(written | {"sig": 1})
    del written["number"]
    with pytest.raises(trust_document.TrustDocumentError, match=r"bundle\.number: missing"):
        trust_document.parse(written)
    with pytest.raises(trust_document.TrustDocumentError, match=r"keys\[0\]: expected an object"):
        trust_document.parse(trust_document.document(keys(3)) | {"keys": [1]})
    with pytest.raises(trust_document.TrustDocumentError, match="expected a list"):
        trust_document.parse(trust_document.document(keys(3)) | {"keys": {}})


def test_membership_of_10_000_ids() -> None:
    chance = random.Random(64)
    ids = {chance.randbytes(8) for _ in range(10_000)} | {b"\x00" * 8, b"\xff" * 8}
    held = revocations.of(1, 0, 10, ids)
    assert len(held) == len(ids)
    assert all(pass_id in held for pass_id in ids)
    others = [chance.randbytes(8) for _ in range(10_000)]
    assert sum(other in held for other in others) == sum(other in ids for other in others)
    assert b"short" not in held
    assert b"\x00" * 8 not in revocations.NONE_YET


@pytest.mark.parametrize("ids", [b"1234567", b"2" * 8 + b"1" * 8, b"1" * 16])
def test_a_list_has_to_be_sorted_and_whole(ids: bytes) -> None:
    with pytest.raises(RevocationsError):
        Revocations(1, 0, 10, ids)


def test_a_list_as_a_document() -> None:
    held = revocations.of(4, 5, 6, [b"b" * 8, b"a" * 8, b"b" * 8])
    assert held.ids == b"a" * 8 + b"b" * 8
    written = json.loads(json.dumps(revocations.document(held)))
    assert revocations.parse(written) == held
    for change in ({"ids": "?"}, {"ids": 7}, {"number": -1}, {"number": True}, {"more": 1}):
        with pytest.raises(RevocationsError):
            revocations.parse(written | change)
    with pytest.raises(RevocationsError):
        revocations.of(1, 0, 1, [b"short"])


def test_revocations_never_go_back() -> None:
    store = TrustStore().with_revocations(revocations.of(4, 0, 9, [b"a" * 8]))
    with pytest.raises(TrustRefused, match="number 3 refused, 4 is held"):
        store.with_revocations(revocations.of(3, 0, 9, []))
    with pytest.raises(TrustRefused):
        store.with_revocations(revocations.of(4, 0, 9, []))
    assert b"a" * 8 in store.with_revocations(store.revocations).revocations
    assert store.revocations.stale(9)
    assert not store.revocations.stale(8)


def test_card_lists() -> None:
    cards = NO_CARDS.with_list(
        "https://a", "k1", ["abc", "def.1000", "not a rid!", "x" * 25, "two.5", "two", "old.7", "old.9"]
    )
    assert cards.revoked("https://a", "k1", "abc", 10**15)
    assert cards.revoked("https://a", "k1", "def", 999_999)
    assert not cards.revoked("https://a", "k1", "def", 1_000_000)
    assert cards.revoked("https://a", "k1", "two", 10**15)
    assert cards.revoked("https://a", "k1", "old", 8_999)
    assert not cards.revoked("https://a", "k2", "abc", 0)
    assert not cards.revoked("https://b", "k1", "abc", 0)
    assert not cards.revoked("https://a", "k1", "x" * 25, 0)
