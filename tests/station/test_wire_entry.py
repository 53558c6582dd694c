"""Entries: what their bytes must be, what their commitments bind, and what stays true after forgetting."""

from __future__ import annotations

import hmac
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from station.seal import SealError, mask_name, seal, unseal
from station.wire.canonical import canonical
from station.wire.entry import (
    MAX_HEADER,
    MAX_PART,
    ClockState,
    Entry,
    Header,
    check_parts,
    commit_personal,
    commit_sealed,
    encode_header,
    entry_hash,
    epoch_start,
    is_station,
    parse_header,
    sign_head,
    verify_head,
)
from station.wire.errors import SignatureError, WireError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PERSONAL, SALT, SEALED = b'{"masked":"A*"}', bytes(range(32)), b"sealed bytes"
HEADER = Header(
    *("east", 1, 1, "visit.decided", 5, ClockState.RTC, "boot", 7, "wang", {"a": [1, None, True]}),
    commit_personal(PERSONAL, SALT),
    commit_sealed(SEALED),
)
BODY: dict[str, Any] = json.loads(encode_header(HEADER))
WHOLE = Entry(encode_header(HEADER), b"", PERSONAL, SALT, SEALED)

LEAVES = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text("ab/*é", max_size=3)
ANY = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text("ab", max_size=2), LEAVES, max_size=2)


def test_a_header_comes_back() -> None:
    assert parse_header(encode_header(HEADER)) == HEADER


@given(st.sampled_from(sorted(BODY)), ANY)
def test_a_header_with_any_value_anywhere_is_read_or_is_a_wire_error(name: str, value: object) -> None:
    source = canonical({**BODY, name: value})
    with suppress(WireError):
        assert encode_header(parse_header(source)) == source


@given(st.binary(max_size=64))
def test_any_bytes_are_a_wire_error(source: bytes) -> None:
    with pytest.raises(WireError):
        parse_header(source)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_commitment_is_an_hmac(personal: bytes, salt: bytes) -> None:
    assert commit_personal(personal, salt) == hmac.new(salt, b"station/personal/1" + personal, "sha256").hexdigest()


def test_every_flipped_bit_of_a_header_is_seen_in_its_hash() -> None:
    whole = encode_header(HEADER)
    head = entry_hash(bytes(32), whole)
    for at in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[at // 8] ^= 1 << at % 8
        assert entry_hash(bytes(32), bytes(damaged)) != head
        with suppress(WireError):
            assert parse_header(bytes(damaged)) != HEADER


def test_a_header_cut_anywhere_is_refused() -> None:
    whole = encode_header(HEADER)
    for length in range(len(whole)):
        with pytest.raises(WireError):
            parse_header(whole[:length])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "version 1"),
        ({"v": True}, "version 1"),
        ({"seq": 0}, "seq"),
        ({"seq": True}, "seq"),
        ({"epoch": -1}, "epoch"),
        ({"at_ms": -1}, "at_ms"),
        ({"boottime_ns": "1"}, "boottime_ns"),
        ({"kind": ""}, "kind"),
        ({"actor": None}, "actor"),
        ({"clock": "sundial"}, "clock"),
        ({"clock": []}, "clock"),
        ({"clock": {}}, "clock"),
        ({"facts": []}, "facts"),
        ({"personal_c": "AB" * 32}, "personal_c"),
        ({"sealed_c": "ab" * 31}, "sealed_c"),
        ({"sealed_c": 0}, "sealed_c"),
        ({"extra": 1}, "extra"),
        ({"station": "*"}, "station"),
        ({"station": "a/b"}, "station"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(WireError, match=message):
        parse_header(canonical({**BODY, **change}))


def test_a_header_too_long_is_neither_written_nor_read() -> None:
    with pytest.raises(WireError, match="at most"):
        encode_header(replace(HEADER, facts={"a": "x" * MAX_HEADER}))
    with pytest.raises(WireError, match="at most"):
        parse_header(b" " * (MAX_HEADER + 1))


@pytest.mark.parametrize("name", ["east-gate", "7", "office:street-3", "a" * 64, "A_b"])
def test_a_station_has_a_short_plain_name(name: str) -> None:
    assert is_station(name)


@pytest.mark.parametrize("name", ["", "*", "a/b", "a b", "a\n", "-a", "a" * 65, "东门", None, 1])
def test_no_other_name_is_a_station(name: object) -> None:
    assert not is_station(name)


# -- parts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        WHOLE,
        replace(WHOLE, sealed=None),
        replace(WHOLE, personal=None, salt=None),
        replace(WHOLE, personal=None, salt=None, sealed=None),
    ],
    ids=["whole", "sealed forgotten", "personal forgotten", "both forgotten"],
)
def test_parts_may_be_forgotten(entry: Entry) -> None:
    check_parts(entry, HEADER)


@pytest.mark.parametrize(
    "entry",
    [
        replace(WHOLE, personal=PERSONAL + b" "),
        replace(WHOLE, salt=bytes(32)),
        replace(WHOLE, salt=SALT + b"\0"),
        replace(WHOLE, salt=SALT[:31]),
        replace(WHOLE, salt=None),
        replace(WHOLE, personal=None),
        replace(WHOLE, sealed=SEALED + b"\0"),
        replace(WHOLE, sealed=b""),
        replace(WHOLE, sealed=bytes(MAX_PART + 1)),
        replace(WHOLE, personal=SEALED, sealed=PERSONAL),
    ],
)
def test_another_part_does_not_match(entry: Entry) -> None:
    with pytest.raises(WireError):
        check_parts(entry, HEADER)


def test_a_part_that_was_never_committed_to_is_refused() -> None:
    bare = replace(HEADER, personal_c=None, sealed_c=None)
    with pytest.raises(WireError, match="personal"):
        check_parts(replace(WHOLE, sealed=None), bare)
    with pytest.raises(WireError, match="sealed"):
        check_parts(replace(WHOLE, personal=None, salt=None), bare)


def test_a_salt_that_hmac_would_pad_is_another_salt() -> None:
    # HMAC fills short keys with zeros: the length of the salt is what keeps that from being a second preimage.
    salt = bytes(31) + b"\0"
    header = replace(HEADER, personal_c=commit_personal(PERSONAL, salt))
    assert commit_personal(PERSONAL, salt[:31]) == header.personal_c
    with pytest.raises(WireError):
        check_parts(replace(WHOLE, salt=salt[:31]), header)


def test_without_its_salt_a_commitment_says_nothing() -> None:
    assert commit_personal(PERSONAL, bytes(32)) != commit_personal(PERSONAL, SALT)
    assert commit_personal(PERSONAL, SALT) != commit_sealed(PERSONAL)


# -- chain -----------------------------------------------------------------------------------------------------


def test_the_chain_binds_what_was_before() -> None:
    first, second = entry_hash(bytes(32), b"a"), entry_hash(bytes(31) + b"\1", b"a")
    assert first != second
    assert entry_hash(first, b"b") != entry_hash(second, b"b")


def test_the_start_of_an_epoch_binds_everything_it_names() -> None:
    public = KEY.public_key().public_bytes_raw()
    starts = {
        epoch_start("east", 5, public, None, None),
        epoch_start("west", 5, public, None, None),
        epoch_start("east", 6, public, None, None),
        epoch_start("east", 5, bytes(32), None, None),
        epoch_start("east", 5, public, 4, bytes(32)),
        epoch_start("east", 5, public, 3, bytes(32)),
        epoch_start("east", 5, public, 4, bytes(31) + b"\1"),
    }
    assert len(starts) == 7


def test_a_head_is_signed_by_its_station_and_nobody_else() -> None:
    head = bytes(range(32))
    sig = sign_head(KEY, head)
    verify_head(KEY.public_key(), head, sig)
    other = Ed25519PrivateKey.generate().public_key()
    for key, wrong_head, wrong_sig in [
        (other, head, sig),
        (KEY.public_key(), bytes(32), sig),
        (KEY.public_key(), head, bytes(64)),
        (KEY.public_key(), head, b""),
        (KEY.public_key(), head, sig + b"\0"),
        (KEY.public_key(), head, KEY.sign(head)),
        (KEY.public_key(), head, KEY.sign(b"station/entry/1" + head)),
    ]:
        with pytest.raises(SignatureError):
            verify_head(key, wrong_head, wrong_sig)


# -- sealing ---------------------------------------------------------------------------------------------------


def test_what_is_sealed_is_opened_by_the_office_alone_and_in_its_own_entry_alone() -> None:
    office = X25519PrivateKey.generate()
    sealed = seal(b"full name", office.public_key(), "east", 5, 7)
    assert unseal(sealed, office, "east", 5, 7) == b"full name"
    assert b"full name" not in sealed
    for station, epoch, seq in [("west", 5, 7), ("east", 6, 7), ("east", 5, 8), ("east", 57, 0)]:
        with pytest.raises(SealError):
            unseal(sealed, office, station, epoch, seq)
    with pytest.raises(SealError, match="not this one"):
        unseal(sealed, X25519PrivateKey.generate(), "east", 5, 7)


def test_a_sealed_part_damaged_or_cut_anywhere_is_not_opened() -> None:
    office = X25519PrivateKey.generate()
    sealed = seal(b"full name", office.public_key(), "east", 5, 7)
    for at in range(len(sealed)):
        with pytest.raises(SealError):
            unseal(sealed[:at], office, "east", 5, 7)
        damaged = bytearray(sealed)
        damaged[at] ^= 0x40
        with pytest.raises(SealError):
            unseal(bytes(damaged), office, "east", 5, 7)


def test_the_same_words_sealed_twice_are_two_texts() -> None:
    office = X25519PrivateKey.generate().public_key()
    assert seal(b"x", office, "east", 5, 7) != seal(b"x", office, "east", 5, 7)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李建国", "李**"),
        ("李四", "李*"),
        ("欧阳修之文", "欧**"),
        ("Ann Lee", "A**"),
        ("王", "王"),
        ("", ""),
        (" 李 ", "李"),
    ],
)
def test_a_mask_keeps_the_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked
