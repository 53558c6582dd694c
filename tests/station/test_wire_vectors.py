"""The bytes on cards and hubs in the field: each must stay as it is for ever."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from station.wire.batch import decode_batch
from station.wire.entry import check_parts, parse_header, verify_head
from station.wire.keyring import KeyRing, parse_keys
from station.wire.order import open_order
from station.wire.receipt import open_receipt
from tests.station import wire_vectors as made

FROZEN: dict[str, str] = json.loads(Path(__file__).with_name("wire_vectors.json").read_text())


@pytest.mark.parametrize("name", FROZEN)
def test_the_bytes_are_those_of_the_first_version(name: str) -> None:
    if name == "batch_whole":
        # Compressed bytes may differ between builds of zlib; what is inside is compared, and that this one opens.
        assert decode_batch(bytes.fromhex(FROZEN[name])) == decode_batch(made.batch())
        return
    assert made.vectors()[name] == FROZEN[name]


def test_every_vector_is_frozen() -> None:
    assert set(made.vectors()) == set(FROZEN)


def test_the_frozen_entry_is_what_the_design_says_word_by_word() -> None:
    # Put together here from nothing but hashlib and the words of the design.
    header = bytes.fromhex(FROZEN["header"])
    personal = '{"masked":"李**","place":"1-1-101"}'.encode()
    founding = (
        b'{"epoch":8606843652,"previous_epoch":4463463437,"previous_head":"' + b"00" * 32 + b'","public_key":"'
        b'8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c","station":"east-gate"}'
    )
    start = hashlib.sha256(b"station/epoch/1" + founding).digest()
    assert start.hex() == FROZEN["epoch_start_after_another"]
    digest = hashlib.sha256(b"station/entry/1" + start + hashlib.sha256(header).digest())
    assert digest.hexdigest() == FROZEN["hash"]
    salted = hmac.new(bytes(range(32)), b"station/personal/1" + personal, "sha256").hexdigest()
    assert salted == FROZEN["personal_c"]
    assert hashlib.sha256(b"station/sealed/1" + made.SEALED).hexdigest() == FROZEN["sealed_c"]
    made.key(1).public_key().verify(bytes.fromhex(FROZEN["sig"]), b"station/head/1" + digest.digest())


def test_the_frozen_bytes_are_read_back() -> None:
    header = parse_header(bytes.fromhex(FROZEN["header"]))
    assert header == made.header()
    batch = decode_batch(bytes.fromhex(FROZEN["batch_whole"]))
    assert batch.entries == (made.entry(), made.forgotten())
    check_parts(batch.entries[0], header)
    verify_head(made.key(1).public_key(), bytes.fromhex(FROZEN["hash"]), batch.entries[0].sig)
    assert parse_keys(bytes.fromhex(FROZEN["keys"])) == KeyRing(tuple(made.records()))
    assert open_receipt(bytes.fromhex(FROZEN["receipt"]), lambda _: [made.key(2).public_key()]) == made.receipt()
    assert open_order(bytes.fromhex(FROZEN["order"]), lambda _: [made.key(3).public_key()]) == made.order()
