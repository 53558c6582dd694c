"""The office's chain, checked by whoever holds it."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.wire.entry import Entry, entry_hash, epoch_start, parse_header, verify_head


def check_chain(entries: Sequence[Entry]) -> None:
    """Make sure that *entries* are one epoch without a gap, each head signed by the key that founded it."""
    first = parse_header(entries[0].header)
    public = bytes.fromhex(first.facts["public_key"])
    old, before = first.facts["previous_epoch"], first.facts["previous_head"]
    head = epoch_start(first.station, first.epoch, public, old, before and bytes.fromhex(before))
    for number, entry in enumerate(entries, 1):
        assert parse_header(entry.header).seq == number
        head = entry_hash(head, entry.header)
        verify_head(Ed25519PublicKey.from_public_bytes(public), head, entry.sig)
