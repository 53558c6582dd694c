"""Receipts, orders and keys: who signed what, for what, and nothing taken for something else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from station.wire import order as order_module
from station.wire import receipt as receipt_module
from station.wire.canonical import canonical
from station.wire.document import MAX_DOCUMENT, MAX_LINE, key_id, open_document, sign_document, split_document
from station.wire.entry import sign_head
from station.wire.errors import SignatureError, WireError
from station.wire.keyring import KeyRecord, KeyRing, Purpose, encode_keys, parse_keys
from station.wire.order import EVERY_STATION, Order, OrderKind, open_order, read_order, sign_order
from station.wire.receipt import Receipt, open_receipt, sign_receipt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
RECEIPT = Receipt("east", 5, 3, bytes(32), 9, (4, 7), 11)
ORDER = Order(OrderKind.POLICY, 3, ("east", "west"), "office", 11, b"content\nwith lines\xff")


def trusting(*keys: Ed25519PrivateKey) -> Callable[[str], list[Ed25519PublicKey]]:
    return lambda id_: [key.public_key() for key in keys if key_id(key.public_key()) == id_]


def resigned(document: bytes, domain: bytes, change: dict[str, Any]) -> bytes:
    """The same document with another body, properly signed."""
    taken = split_document(document)
    return sign_document(domain, {**json.loads(taken.body), **change}, KEY, taken.content)


def test_a_receipt_comes_back() -> None:
    assert open_receipt(sign_receipt(RECEIPT, KEY), trusting(KEY)) == RECEIPT


def test_an_order_comes_back() -> None:
    for order in (ORDER, replace(ORDER, content=b""), replace(ORDER, kind=OrderKind.ROSTER, base=2)):
        assert open_order(sign_order(order, KEY), trusting(KEY)) == order
        assert read_order(sign_order(order, KEY)) == order


def test_no_document_passes_for_another_kind() -> None:
    with pytest.raises(SignatureError):
        open_order(sign_receipt(RECEIPT, KEY), trusting(KEY))
    with pytest.raises(SignatureError):
        open_receipt(sign_order(ORDER, KEY), trusting(KEY))


def test_the_body_of_one_kind_signed_as_another_is_no_document() -> None:
    receipt_body = json.loads(split_document(sign_receipt(RECEIPT, KEY)).body)
    order_body = json.loads(split_document(sign_order(ORDER, KEY)).body)
    with pytest.raises(WireError):
        open_order(sign_document(order_module.DOMAIN, receipt_body, KEY), trusting(KEY))
    with pytest.raises(WireError):
        open_receipt(sign_document(receipt_module.DOMAIN, order_body, KEY), trusting(KEY))


def test_a_signature_over_a_head_is_no_signature_over_a_document() -> None:
    # A station signs whatever head its chain comes to; no head may ever be read as a document.
    document = split_document(sign_order(ORDER, KEY))
    forged = replace(document, sig=sign_head(KEY, document.body))
    with pytest.raises(SignatureError):
        open_document(order_module.DOMAIN, forged, trusting(KEY))


@pytest.mark.parametrize("document", [sign_receipt(RECEIPT, KEY), sign_order(ORDER, KEY)], ids=["receipt", "order"])
def test_a_document_damaged_anywhere_is_refused(document: bytes) -> None:
    opened = open_order if b"content" in document else open_receipt
    for at in range(len(document)):
        with pytest.raises(WireError):
            opened(document[:at], trusting(KEY))
        for bit in range(8):
            damaged = bytearray(document)
            damaged[at] ^= 1 << bit
            with pytest.raises(WireError):
                opened(bytes(damaged), trusting(KEY))
    with pytest.raises(WireError):
        opened(document + b"\0", trusting(KEY)) if opened is open_order else opened(b"\0" + document, trusting(KEY))


def test_nobody_elses_signature_counts() -> None:
    for keys in (trusting(), trusting(OTHER), lambda _: [OTHER.public_key()]):
        with pytest.raises(SignatureError):
            open_receipt(sign_receipt(RECEIPT, KEY), keys)


def test_two_keys_under_one_id_are_both_tried() -> None:
    assert open_receipt(sign_receipt(RECEIPT, KEY), lambda _: [OTHER.public_key(), KEY.public_key()]) == RECEIPT


@given(st.binary(max_size=200))
def test_any_bytes_are_a_wire_error(source: bytes) -> None:
    for attempt in (source, source + b"\n", b"{}\n" + source):
        with pytest.raises(WireError):
            split_document(attempt)


@pytest.mark.parametrize(
    "line",
    [
        {"body": "{}", "key": "00" * 8},
        {"body": "{}", "key": "00" * 8, "sig": "00" * 64, "more": "x"},
        {"body": {}, "key": "00" * 8, "sig": "00" * 64},
        {"body": "{}", "key": "00" * 7, "sig": "00" * 64},
        {"body": "{}", "key": "00" * 8, "sig": "00" * 63},
        {"body": "{}", "key": "00" * 8, "sig": "0A" * 64},
        {"body": "{}", "key": "00" * 8, "sig": "00 " * 64},
    ],
    ids=str,
)
def test_an_envelope_has_one_form(line: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        split_document(canonical(line) + b"\n")


def test_a_document_or_line_too_long_is_not_parsed() -> None:
    with pytest.raises(WireError, match="at most"):
        split_document(bytes(MAX_DOCUMENT + 1))
    with pytest.raises(WireError, match="one line"):
        split_document(b" " * (MAX_LINE + 1) + b"\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "version"),
        ({"v": True}, "version"),
        ({"station": 1}, "station"),
        ({"epoch": -1}, "epoch"),
        ({"contiguous_seq": True}, "contiguous_seq"),
        ({"contiguous_seq": 0}, "hash_at"),
        ({"contiguous_seq": 10}, "highest_seq"),
        ({"hash_at_contiguous_seq": None}, "hash_at"),
        ({"hash_at_contiguous_seq": "AB" * 32}, "hash_at"),
        ({"highest_seq": 2}, "highest_seq"),
        ({"quarantined": [0]}, "quarantined"),
        ({"quarantined": [True]}, "quarantined"),
        ({"quarantined": {}}, "quarantined"),
        ({"at_ms": None}, "at_ms"),
        ({"more": 1}, "field"),
    ],
    ids=str,
)
def test_a_wrong_receipt_is_refused_though_it_is_signed(change: dict[str, Any], message: str) -> None:
    with pytest.raises(WireError, match=message):
        open_receipt(resigned(sign_receipt(RECEIPT, KEY), receipt_module.DOMAIN, change), trusting(KEY))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": True}, "version"),
        ({"kind": "weather"}, "weather"),
        ({"kind": []}, "kind"),
        ({"number": -1}, "number"),
        ({"number": True}, "number"),
        ({"base": True}, "base"),
        ({"base": -1}, "base"),
        ({"base": 3}, "base"),
        ({"audience": "east"}, "audience"),
        ({"audience": [1]}, "audience"),
        ({"issuer": None}, "issuer"),
        ({"content_sha256": "00"}, "content_sha256"),
        ({"content_sha256": "00" * 32}, "content"),
        ({"content_length": 3}, "content"),
        ({"more": 1}, "field"),
    ],
    ids=str,
)
def test_a_wrong_order_is_refused_though_it_is_signed(change: dict[str, Any], message: str) -> None:
    with pytest.raises(WireError, match=message):
        open_order(resigned(sign_order(ORDER, KEY), order_module.DOMAIN, change), trusting(KEY))


def test_an_order_is_for_its_audience() -> None:
    assert ORDER.addresses("east")
    assert not ORDER.addresses("south")
    assert replace(ORDER, audience=(EVERY_STATION,)).addresses("south")
    assert not replace(ORDER, audience=()).addresses("east")


# -- keys ------------------------------------------------------------------------------------------------------


def record(purpose: Purpose = Purpose.ORDER, key: Ed25519PrivateKey = KEY, scope: tuple[str, ...] = ()) -> KeyRecord:
    public = key.public_key()
    return KeyRecord(key_id(public), purpose, public.public_bytes_raw(), scope, 1, 2)


def test_keys_come_back() -> None:
    records = (record(), record(Purpose.RECEIPT, OTHER, ("east", "street-3")))
    assert parse_keys(encode_keys(records)) == KeyRing(records)
    assert parse_keys(encode_keys([])) == KeyRing()


def test_a_key_is_good_for_its_purpose_alone() -> None:
    ring = KeyRing((record(Purpose.RECEIPT),))
    assert open_receipt(sign_receipt(RECEIPT, KEY), ring.lookup(Purpose.RECEIPT)) == RECEIPT
    with pytest.raises(SignatureError):
        open_order(sign_order(ORDER, KEY), ring.lookup(Purpose.ORDER))


def test_a_key_speaks_to_its_scope_alone() -> None:
    ring = KeyRing((record(Purpose.RECEIPT, scope=("east",)),))
    document = sign_receipt(RECEIPT, KEY)
    assert open_receipt(document, ring.lookup(Purpose.RECEIPT, "east")) == RECEIPT
    for station in ("west", ""):
        with pytest.raises(SignatureError):
            open_receipt(document, ring.lookup(Purpose.RECEIPT, station))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "ab"),
        ("id", None),
        ("id", "00" * 8),
        ("purpose", "pasS"),
        ("purpose", []),
        ("public", "00" * 31),
        ("public", "AB" * 32),
        ("public", 5),
        ("scope", "east"),
        ("scope", [1]),
        ("not_before_ms", True),
        ("not_before_ms", -1),
        ("not_before_ms", 3),
        ("not_after_ms", "2"),
        ("more", 1),
    ],
)
def test_a_wrong_key_is_refused_by_place(name: str, value: object) -> None:
    body = json.loads(encode_keys([record(), record()]))
    body["keys"][1][name] = value
    with pytest.raises(WireError, match=r"keys\[1\]"):
        parse_keys(canonical(body))


@pytest.mark.parametrize("body", [{}, {"v": 1}, {"v": 2, "keys": []}, {"v": 1, "keys": {}}, {"v": 1, "keys": [1]}])
def test_what_is_no_list_of_keys_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        parse_keys(canonical(body))
