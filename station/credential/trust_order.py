"""The content of an order of the kind ``trust``: every foreign list that counts, whole.

Canonical JSON ``{"v": 1, "bundles": […], "cards": [{"issuer", "key", "rids"}]}``: each bundle as in
:mod:`station.credential.trust_document`, ``rids`` the ids of revoked SMART Health Cards of one issuer's key
(:mod:`station.credential.card_revocations`).  A bundle that is not listed does not count any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from station.credential import trust_document
from station.credential.card_revocations import NO_CARDS, CardRevocations, parse_list
from station.credential.trust import Bundle
from station.credential.trust_document import TrustDocumentError
from station.wire.canonical import canonical, is_version, parse

VERSION = 1
_CARD_FIELDS = {"issuer", "key", "rids"}


def encode_trust(bundles: Iterable[Bundle], cards: Iterable[tuple[str, str, Iterable[str]]] = ()) -> bytes:
    """The content with these *bundles*, and with (issuer, key id, revoked ids) of *cards*.

    :raises StationError: if a gate would not take it.
    """
    content = canonical(
        {
            "v": VERSION,
            "bundles": [trust_document.document(bundle) for bundle in bundles],
            "cards": [{"issuer": issuer, "key": key, "rids": list(rids)} for issuer, key, rids in cards],
        }
    )
    decode_trust(content)
    return content


def decode_trust(content: bytes) -> tuple[tuple[Bundle, ...], CardRevocations]:
    """The bundles and the revoked cards in *content*.

    :raises StationError: at the first thing that is wrong.
    """
    document = parse(content)
    if not is_version(document, VERSION) or set(document) != {"v", "bundles", "cards"}:
        raise TrustDocumentError("trust: expected v 1, bundles and cards and nothing else")
    bundles, listed = document["bundles"], document["cards"]
    if not isinstance(bundles, list) or not isinstance(listed, list):
        raise TrustDocumentError("trust: bundles and cards are lists")
    found = tuple(_bundle(bundle, f"bundles[{at}]") for at, bundle in enumerate(bundles))
    if len({bundle.name for bundle in found}) != len(found):
        raise TrustDocumentError("trust: a bundle's name is there twice")
    cards = NO_CARDS
    for at, card in enumerate(listed):
        cards = _with_card(cards, card, f"cards[{at}]")
    return found, cards


def _bundle(document: Any, place: str) -> Bundle:
    if not isinstance(document, dict):
        raise TrustDocumentError(f"{place}: expected an object")
    return trust_document.parse(document)


def _with_card(cards: CardRevocations, card: Any, place: str) -> CardRevocations:
    if not isinstance(card, dict) or set(card) != _CARD_FIELDS or not isinstance(card["issuer"], str):
        raise TrustDocumentError(f"{place}: expected issuer, key and rids")
    key, rids = parse_list({"method": "rid", "kid": card["key"], "rids": card["rids"]}, None)
    return cards.with_list(card["issuer"], key, rids)
