"""The office's own keys, from a ``keys`` order to a bundle that can check passes."""

from __future__ import annotations

from station.credential.trust import ANYONE, OWN_BUNDLE, Bundle, KeyRecord, Purpose, kid_of
from station.wire import keyring


def bundle(ring: keyring.KeyRing, number: int, issued_at_ms: int, stale_after_ms: int) -> Bundle:
    """The pass keys of *ring*, which came with the order *number*; the other keys have no business here.

    The id of a key in a pass is worked out from the key itself, whatever the document calls it.  The scope of a
    pass key is the site numbers in decimal that its passes may name; an empty scope is every site.
    """
    return Bundle(
        OWN_BUNDLE,
        number,
        issued_at_ms,
        stale_after_ms,
        tuple(
            KeyRecord(
                kid_of(record.public),
                Purpose.PASS,
                record.public,
                frozenset(record.scope or (ANYONE,)),
                record.not_before_ms,
                record.not_after_ms,
            )
            for record in ring.of(keyring.Purpose.PASS)
        ),
    )
