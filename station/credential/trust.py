"""Whose signatures count: numbered bundles of keys, and the lists of what was revoked.

Pure and immutable: an order gives a new store, the old one is untouched.  Promises:

1. A bundle never goes back: a lower number than the one held is refused, and so is the same number with
   another content.
2. The bundle ``keys`` (the office's own, signed by the root) holds only keys for passes; every other bundle
   only foreign ones.  A list of foreign keys can therefore never make a gate pass good.
3. Several keys may share an id; all of them are tried.

The signature of a bundle is checked where orders are checked, before its content comes here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from station.credential.card_revocations import NO_CARDS, CardRevocations
from station.credential.result import Now
from station.credential.revocations import NONE_YET, Revocations
from station.errors import StationError
from station.policy.policy import Proofs

#: The bundle of our own keys.
OWN_BUNDLE = "keys"
ANYONE = "*"
KID_BYTES = 4
HOUR_MS = 3_600_000
#: Bundles of one gate: own keys, one list for each foreign family, a few spare.
MAX_BUNDLES = 16


class Purpose(StrEnum):
    """What a key may sign."""

    PASS = "pass"
    HC1 = "hc1"
    SHC = "shc"
    NZCP = "nzcp"
    VDS_NC = "vds_nc"


def kid_of(public_key: bytes) -> bytes:
    """The id of an own key: the first 4 bytes of SHA-256 of its 32 raw bytes."""
    return hashlib.sha256(public_key).digest()[:KID_BYTES]


class TrustRefused(StationError, ValueError):
    """A bundle that may not replace what is held; the message names the bundle and both numbers."""

    code = "trust"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One public key and what it may speak for.

    ``public_key`` is the raw 32 bytes of an own key and DER SubjectPublicKeyInfo of a foreign one.  ``scope``
    holds what the key may name as its issuer: site numbers in decimal for passes, a URL, a DID or a country
    for others; ``*`` is anyone.  ``usages`` limits a health key to some kinds of certificate; empty = all.
    Times are milliseconds since 1970, ``None`` = the list does not say.
    """

    kid: bytes
    purpose: Purpose
    public_key: bytes
    scope: frozenset[str]
    not_before_ms: int | None
    not_after_ms: int | None
    usages: frozenset[str] = frozenset()

    def speaks_for(self, issuer: str) -> bool:
        """Whether a credential that names *issuer* may be signed with this key."""
        return ANYONE in self.scope or issuer in self.scope


@dataclass(frozen=True, slots=True)
class Bundle:
    """A numbered list of keys, whole: the next number replaces all of it."""

    name: str
    number: int
    issued_at_ms: int
    stale_after_ms: int
    keys: tuple[KeyRecord, ...]

    def __post_init__(self) -> None:
        own = self.name == OWN_BUNDLE
        for key in self.keys:
            if (key.purpose is Purpose.PASS) is not own:
                raise TrustRefused(f"trust: bundle {self.name!r} may not hold a key for {key.purpose.value!r}")


_Index = Mapping[tuple[Purpose, bytes], tuple[KeyRecord, ...]]


def _index(bundles: Mapping[str, Bundle]) -> _Index:
    found: dict[tuple[Purpose, bytes], tuple[KeyRecord, ...]] = {}
    for bundle in bundles.values():
        for key in bundle.keys:
            at = (key.purpose, key.kid)
            found[at] = (*found.get(at, ()), key)
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """All keys and revocations of one gate at one moment.

    ``test_lasts_ms`` is how long the office lets a negative test count from its sample; ``one_group`` refuses a
    European certificate with several entries, as the later edition of its specification does.
    """

    bundles: Mapping[str, Bundle] = field(default_factory=lambda: MappingProxyType({}))
    revocations: Revocations = NONE_YET
    cards: CardRevocations = NO_CARDS
    test_lasts_ms: int = 48 * HOUR_MS
    one_group: bool = False
    _keys: _Index = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)

    def with_bundle(self, bundle: Bundle) -> TrustStore:
        """A store in which *bundle* replaces the one of the same name.

        :raises TrustRefused: if its number is lower, or the same with another content, or there are too many.
        """
        held = self.bundles.get(bundle.name)
        if held is not None and (bundle.number < held.number or (bundle.number == held.number and bundle != held)):
            raise TrustRefused(
                f"trust: bundle {bundle.name!r} number {bundle.number} refused, number {held.number} is held"
            )
        bundles = {**self.bundles, bundle.name: bundle}
        if len(bundles) > MAX_BUNDLES:
            raise TrustRefused(f"trust: bundle {bundle.name!r} would be one more than {MAX_BUNDLES}")
        return replace(self, bundles=MappingProxyType(bundles), _keys=_index(bundles))

    def with_revocations(self, revocations: Revocations) -> TrustStore:
        """A store with a newer list of revoked passes.

        :raises TrustRefused: if its number is lower, or the same with another content.
        """
        held = self.revocations
        if revocations.number < held.number or (revocations.number == held.number and revocations != held):
            raise TrustRefused(f"trust: revocations number {revocations.number} refused, {held.number} is held")
        return replace(self, revocations=revocations)

    def with_foreign(self, bundles: Iterable[Bundle], cards: CardRevocations) -> TrustStore:
        """A store whose foreign lists are these *bundles* and *cards*, whole; our own keys stay.

        :raises TrustRefused: for the name of our own keys, a number lower than the one held, or too many.
        """
        store = replace(self, cards=cards)
        named = set()
        for bundle in bundles:
            if bundle.name == OWN_BUNDLE:
                raise TrustRefused(f"trust: bundle {bundle.name!r} comes with the office's keys alone")
            named.add(bundle.name)
            store = store.with_bundle(bundle)
        kept = {name: held for name, held in store.bundles.items() if name in named or name == OWN_BUNDLE}
        return replace(store, bundles=MappingProxyType(kept), _keys=_index(kept))

    def with_limits(self, proofs: Proofs) -> TrustStore:
        """A store that lets certificates count as the office's policy says."""
        return replace(self, test_lasts_ms=proofs.test_hours * HOUR_MS, one_group=proofs.one_entry)

    def with_cards(self, cards: CardRevocations) -> TrustStore:
        """A store with other lists of revoked foreign cards."""
        return replace(self, cards=cards)

    def keys(self, purpose: Purpose, kid: bytes) -> tuple[KeyRecord, ...]:
        """Every key with that purpose and id."""
        return self._keys.get((purpose, kid), ())

    def of_purpose(self, purpose: Purpose) -> tuple[KeyRecord, ...]:
        """Every key with that purpose."""
        return tuple(key for bundle in self.bundles.values() for key in bundle.keys if key.purpose is purpose)

    def stale_bundles(self, now: Now) -> tuple[str, ...]:
        """The names of the bundles that are too old to be relied on without a word; none if the time is unknown."""
        if now.at_ms is None:
            return ()
        return tuple(sorted(name for name, held in self.bundles.items() if now.at_ms >= held.stale_after_ms))
