"""Revoked SMART Health Cards: for each issuer and key, the ids of cards that no longer hold.

An entry of a list is a card's ``rid``, alone or followed by ``.`` and a time in seconds: then only cards that
were valid from before that time are meant (SMART Health Cards Framework, "Revocation").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from station.errors import StationError

#: base64url, at most 24 characters (the Framework's own limit).
RID = re.compile(r"[A-Za-z0-9_-]{1,24}")
_ENTRY = re.compile(r"([A-Za-z0-9_-]{1,24})(?:\.([0-9]{1,12}))?")
#: The Framework advises to split lists long before this.
MAX_ENTRIES = 1_000_000


class CardListError(StationError, ValueError):
    """A published list that cannot be used; the one held before stays."""

    code = "card_list"


@dataclass(frozen=True, slots=True)
class CardRevocations:
    """``lists[issuer, kid][rid]`` = ``None`` (every card) or the second before which cards are revoked."""

    lists: Mapping[tuple[str, str], Mapping[str, int | None]] = field(default_factory=lambda: MappingProxyType({}))

    def revoked(self, issuer: str, kid: str, rid: str, not_before_ms: int) -> bool:
        """Whether the card *rid* of that key, valid from *not_before_ms*, is revoked."""
        held = self.lists.get((issuer, kid), {})
        if rid not in held:
            return False
        before_s = held[rid]
        return before_s is None or not_before_ms < before_s * 1000

    def with_list(self, issuer: str, kid: str, entries: Iterable[str]) -> CardRevocations:
        """These lists with that of one key replaced; entries that are no ids are left out."""
        return CardRevocations(MappingProxyType({**self.lists, (issuer, kid): _parse(entries)}))


def parse_list(document: Mapping[str, Any], version: int | None) -> tuple[str, tuple[str, ...]]:
    """The key id and the entries of a published list (``/.well-known/crl/<kid>.json``).

    :param version: the ``crlVersion`` that the issuer's key announces, if it does.
    :raises CardListError: for another method, an entry that is no id or whose id is there twice, or a list
        that is not the one announced.
    """
    kid, rids = document.get("kid"), document.get("rids")
    if document.get("method") != "rid" or not isinstance(kid, str) or not isinstance(rids, list):
        raise CardListError("crl: not a list of ids for one key")
    if len(rids) > MAX_ENTRIES or not all(isinstance(rid, str) and _ENTRY.fullmatch(rid) for rid in rids):
        raise CardListError(f"crl: an entry is no id, or there are more than {MAX_ENTRIES}")
    if len({rid.partition(".")[0] for rid in rids}) != len(rids):
        raise CardListError("crl: an id is there twice")
    if version is not None and document.get("ctr") != version:
        raise CardListError(f"crl: number {document.get('ctr')!r}, the key announces {version}")
    return kid, tuple(rids)


def _parse(entries: Iterable[str]) -> Mapping[str, int | None]:
    """One list; of two entries with the same id the one that revokes more counts."""
    found: dict[str, int | None] = {}
    for entry in entries:
        match = _ENTRY.fullmatch(entry)
        if match is None:
            continue
        rid, before = match[1], None if match[2] is None else int(match[2])
        held = found.get(rid, before)
        found[rid] = None if before is None or held is None else max(before, held)
    return MappingProxyType(found)


NO_CARDS = CardRevocations()
