"""What the community has told this gate: keys, policy, roster, revocations; and how the way to it is.

Lives in the lane's thread.  An order changes something here only after it was verified, and whole.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.credential import revocations
from station.credential.own_keys import bundle
from station.credential.result import Now
from station.credential.trust import TrustStore
from station.credential.trust_order import decode_trust
from station.duty.rota import Rota, parse_rota
from station.errors import StationError
from station.journal.draft import Draft
from station.keys import seal_key
from station.office.applied import Applied, check_number
from station.office.drafts import told
from station.office.lists import IN_REGISTER, Lists
from station.office.orders import MAX_REFUSED, OrderRefused, Orders, Refusal, is_receipt
from station.office.people import People
from station.office.register import Register
from station.office.road import read_road
from station.policy.file import PolicyError, parse_policy
from station.policy.policy import Policy
from station.screen.badges import Road
from station.wire.canonical import parse
from station.wire.case_order import Handled, parse_cases
from station.wire.keyring import KeyRing, parse_keys
from station.wire.order import Order, OrderKind
from station.wire.receipt import Receipt

log = logging.getLogger(__name__)

#: How often the folder of orders and the road's status are looked at, in real milliseconds.
LOOK_EVERY_MS = 500
#: Our own keys end by their own dates, not with the document that brought them.
NEVER_STALE_MS = 2**62


class Office:
    """Everything the office decides, as it is in force now."""

    def __init__(
        self,
        policy: Policy,
        register: Register,
        applied: Applied,
        orders: Orders,
        status_file: Path,
        tell_apart: Callable[[bytes], str],
        has_hub: bool,
    ) -> None:
        self.trust = TrustStore()
        self._rule(policy)
        self.rota = Rota()
        self.people = People(register, tell_apart, lambda: self.trust)
        self.lists = Lists(register)
        self.handled: Mapping[str, Handled] = {}
        self.refused_order = False
        self.road = Road("offline" if has_hub else "none")
        self._in_force: dict[OrderKind, tuple[int, str]] = {}
        # As many refusals are remembered as refused files are kept.
        self._told: deque[tuple[str, str]] = deque(maxlen=MAX_REFUSED)
        self._applied = applied
        self._orders = orders
        self._status_file = status_file
        self.receive: Callable[[Receipt], None] = _unheard
        self.seal_to: Callable[[bytes | None], None] = _unsealed
        self._has_hub = has_hub
        self._next_look_ms = 0

    @property
    def keyring(self) -> KeyRing:
        """The office's keys in force."""
        return self._orders.keyring

    def load(self, journaled: Mapping[str, str]) -> list[Draft]:
        """Take up what was in force before the last stop; what is damaged is left out and said.

        *journaled* is what the journal says is in force, kind → SHA-256: a power cut may have come between an order
        and its entry, and the missing entries are returned.
        """
        missing = []
        for kind in (OrderKind.KEYS, *(kind for kind in OrderKind if kind is not OrderKind.KEYS)):
            try:
                order = self._applied.load(kind, self._orders.keys_for(kind), journaled.get(kind))
                if order is not None:
                    self._understand(order)()
                    self._in_force[kind] = order.number, order.sha256
                    if journaled.get(kind) != order.sha256:
                        missing.append(told(order))
            except (StationError, OSError) as error:
                log.error("office: the %s order in force cannot be used: %s", kind, error)
                self.refused_order = True
        return missing + self.lists.load(journaled)

    def stale(self, at_ms: int | None) -> tuple[str, ...]:
        """Which lists of keys and revoked passes are too old at *at_ms*, as codes for badges."""
        if at_ms is None:
            return ()
        revoked = self.trust.revocations
        found = ["revocations_stale"] if revoked.number and revoked.stale(at_ms) else []
        return (*found, "trust_stale") if self.trust.stale_bundles(Now(at_ms)) else tuple(found)

    def let_in(self, root: bytes, source: bytes, order: Order) -> None:
        """The hub with the *root* key let this gate in: its ``keys`` order, the document *source*, is taken up next.

        :raises OSError: if it cannot be written.
        """
        self._has_hub, self._orders.root = True, Ed25519PublicKey.from_public_bytes(root)
        if order.number > self._in_force.get(OrderKind.KEYS, (-1, ""))[0]:
            self._orders.drop(order, source)

    def ticked(self, now_ms: int, clock_ms: int | None = None) -> list[Draft]:
        """Look at what the road has brought, now and then; what is to be written about it.

        *clock_ms* is the time where somebody knows it: by it keys end.
        """
        if now_ms < self._next_look_ms:
            return []
        self._next_look_ms = now_ms + LOOK_EVERY_MS
        if self._has_hub:
            self.road = read_road(self._status_file, self.road)
        self.lists.ticked(now_ms)
        drafts = []
        taken_in = partial(self._apply, now_ms=now_ms)
        for taken in self._orders.take(taken_in, self.receive, clock_ms):
            self.refused_order = isinstance(taken, Refusal)
            # A receipt is never an entry, not even a refused one: it would bring the next receipt, without end.
            if isinstance(taken, Order) or (isinstance(taken, Refusal) and self._is_news(taken)):
                drafts.append(self.lists.counted(told(taken)))
        return drafts

    def _is_news(self, refusal: Refusal) -> bool:
        """Whether the journal does not say so yet: the road may bring the same order again and again."""
        news = (refusal.file, refusal.code)
        if is_receipt(refusal.file) or news in self._told:
            return False
        self._told.append(news)
        return True

    def _apply(self, order: Order, source: bytes, now_ms: int) -> None:
        if order.kind in IN_REGISTER:
            self.lists.apply(order, now_ms)
            return
        check_number(order, self._in_force.get(order.kind))
        take_up = self._understand(order)
        self._applied.keep(order, source)
        self._in_force[order.kind] = order.number, order.sha256
        take_up()

    def _understand(self, order: Order) -> Callable[[], None]:
        """What puts *order* in force, and cannot fail any more.

        :raises StationError: if the order makes no sense; nothing has changed then.
        """
        match order.kind:
            case OrderKind.KEYS:
                keyring = parse_keys(order.content)
                own = bundle(keyring, order.number, order.at_ms, NEVER_STALE_MS)
                return partial(self._trust, keyring, self.trust.with_bundle(own), order.at_ms)
            case OrderKind.POLICY:
                return partial(self._rule, _policy(order))
            case OrderKind.REVOCATIONS:
                # The number under which the list was issued counts, as with a policy.
                listed = replace(revocations.parse(parse(order.content)), number=order.number)
                return partial(setattr, self, "trust", self.trust.with_revocations(listed))
            case OrderKind.ROTA:
                return partial(setattr, self, "rota", parse_rota(order.content))
            case OrderKind.CASE:
                return partial(setattr, self, "handled", parse_cases(order.content, self._orders.station))
            case OrderKind.TRUST:
                return partial(setattr, self, "trust", self.trust.with_foreign(*decode_trust(order.content)))
        raise OrderRefused("order_unknown", f"{order.kind} {order.number}: this program does not use it yet")

    def _rule(self, policy: Policy) -> None:
        self.policy, self.trust = policy, self.trust.with_limits(policy.proofs)

    def _trust(self, keyring: KeyRing, trust: TrustStore, issued_ms: int) -> None:
        self._orders.keyring, self._orders.issued_ms, self.trust = keyring, issued_ms, trust
        self.seal_to(seal_key(keyring))


def _policy(order: Order) -> Policy:
    try:
        text = order.content.decode("utf-8")
    except UnicodeDecodeError:
        raise PolicyError(f"policy {order.number}: not UTF-8") from None
    # The number under which it was issued counts; the one in its text is the author's own.
    return replace(parse_policy(text), number=order.number)


def _unsealed(public: bytes | None) -> None:
    """The key to seal to, before the wiring has said who seals: it asks the keyring itself then."""


def _unheard(receipt: Receipt) -> None:
    """A receipt before the wiring has said who notes it; the next one says the same and more."""
    raise OrderRefused("order_too_early", f"receipt of epoch {receipt.epoch}: nobody notes it yet")
