"""What the community has told this gate: keys, policy, roster, revocations; and how the way to it is.

Lives in the lane's thread.  An order changes something here only after it was verified, and whole.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import kinds
from station.credential import revocations
from station.credential.families import recognise
from station.credential.own_keys import bundle
from station.credential.result import Now
from station.credential.trust import TrustStore
from station.credential.trust_order import decode_trust
from station.duty.rota import Rota, parse_rota
from station.errors import StationError
from station.journal.draft import Draft
from station.keys import seal_key
from station.lane.visit import Person
from station.lane.whois import Residents, is_certificate, of_certificate, of_code, of_resident, visiting, with_known
from station.notebook.isolation import Isolated
from station.notebook.journeys import Journey
from station.office.applied import Applied, check_number
from station.office.orders import MAX_REFUSED, OrderPending, OrderRefused, Orders, Refusal, is_receipt
from station.policy.file import PolicyError, parse_policy
from station.policy.policy import Policy
from station.register import RegisterFailed
from station.register.records import Vehicle
from station.roster.isolation import ClosedRow
from station.roster.notices import Notice
from station.roster.passes import KnownPass
from station.screen.badges import Road
from station.screen.bulletins import Texts
from station.screen.closures import Closure, closure, is_everywhere
from station.wire.canonical import parse
from station.wire.case_order import Handled, parse_cases
from station.wire.keyring import KeyRing, parse_keys
from station.wire.order import Order, OrderKind
from station.wire.receipt import Receipt

log = logging.getLogger(__name__)

#: How often the folder of orders and the road's status are looked at, in real milliseconds.
LOOK_EVERY_MS = 500
#: Notices begin and end by the minute, not by the second; in real milliseconds.
NOTICES_EVERY_MS = 20_000
#: Our own keys end by their own dates, not with the document that brought them.
NEVER_STALE_MS = 2**62
#: The road's status is a few hundred bytes; anything longer is not ours.
MAX_STATUS = 4_096
#: Twice the longest name the road gives a file.
MAX_FILE = 100


class Register(Residents, Protocol):
    """What of the register the office changes."""

    def applied(self, kind: str) -> tuple[int, str] | None:
        """Number and content hash of the order of *kind* in force."""

    def apply(self, order: Order, now_ms: int) -> None:
        """Put *order* in force, whole or not at all."""

    def vehicle(self, plate: str) -> Vehicle | None:
        """The vehicle with that number plate."""

    def passes_of(self, resident: str) -> list[KnownPass]:
        """The passes that the office has issued to somebody, the one that lasts longest first."""

    def closed_places(self) -> list[ClosedRow]:
        """What is closed."""

    def living_in(self, area: str, compound: str) -> list[str]:
        """The ids of the residents of a closed place."""

    def travelling(self) -> tuple[Journey, ...]:
        """Who has told the office of a journey."""

    def isolated(self) -> tuple[Isolated, ...]:
        """Everybody in isolation, masked."""

    def notices(self, at_ms: int) -> list[Notice]:
        """What the idle screen shows at that time."""


#: Orders that the register keeps; all others are kept as their document.
_IN_REGISTER = frozenset({OrderKind.ROSTER, OrderKind.ISOLATION, OrderKind.NOTICES, OrderKind.PASSES})


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
        self.closures: tuple[Closure, ...] = ()
        self.isolated: tuple[Isolated, ...] = ()
        self.travelling: tuple[Journey, ...] = ()
        self.handled: Mapping[str, Handled] = {}
        self.bulletins: Texts = ()
        self.spoken: frozenset[str] = frozenset()
        self._next_notices_ms = 0
        self.refused_order = False
        self.road = Road("offline" if has_hub else "none")
        self._in_force: dict[OrderKind, tuple[int, str]] = {}
        # As many refusals are remembered as refused files are kept.
        self._told: deque[tuple[str, str]] = deque(maxlen=MAX_REFUSED)
        self._register = register
        self._applied = applied
        self._orders = orders
        self._status_file = status_file
        self._tell_apart = tell_apart
        self.receive: Callable[[Receipt], None] = _unheard
        self.seal_to: Callable[[bytes | None], None] = _unsealed
        self._has_hub = has_hub
        self._next_look_ms = 0
        self._worker = ThreadPoolExecutor(1, "register")
        self._aside: dict[str, Future[None]] = {}
        self._care: dict[str, int] = {}

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
                        missing.append(_draft(order))
            except (StationError, OSError) as error:
                log.error("office: the %s order in force cannot be used: %s", kind, error)
                self.refused_order = True
        for kind in _IN_REGISTER:
            in_force = self._register.applied(kind)
            if in_force is not None and journaled.get(kind) != in_force[1]:
                missing.append(_applied(kind, *in_force))
        self._look_at_closed()
        return missing

    @property
    def closed(self) -> bool:
        """Whether the whole compound is closed."""
        return is_everywhere(self.closures)

    def stale(self, at_ms: int | None) -> tuple[str, ...]:
        """Which lists of keys and revoked passes are too old at *at_ms*, as codes for badges."""
        if at_ms is None:
            return ()
        revoked = self.trust.revocations
        found = ["revocations_stale"] if revoked.number and revoked.stale(at_ms) else []
        return (*found, "trust_stale") if self.trust.stale_bundles(Now(at_ms)) else tuple(found)

    def who(self, payload: bytes, at_ms: int | None) -> Person:
        """Who showed *payload*, at a time that is None while nobody knows it."""
        credential = recognise(payload, self.trust, Now(at_ms))
        if is_certificate(credential):
            return of_certificate(payload, credential, at_ms, self.trust.test_lasts_ms, self._tell_apart)
        return of_code(payload, credential, self._register, self._tell_apart)

    def resident(self, id: str, at_ms: int | None = None) -> Person | None:
        """The resident called *id*, as the operator found them, with the pass that they may have left at home.

        Without a time no pass is looked for: which of them holds cannot be said.
        """
        resident = self._register.resident(id)
        if resident is None:
            return None
        person = of_resident(resident, self._register, "search")
        if at_ms is None:
            return person
        known = (one for one in self._register.passes_of(id) if one.from_ms <= at_ms < one.until_ms)
        held = next((one for one in known if one.id not in self.trust.revocations), None)
        return person if held is None else with_known(person, held)

    def owner(self, plate: str) -> Person | None:
        """Whose vehicle that is, where it is one resident's alone."""
        known = self._register.vehicle(plate)
        if known is None or len(known.owners) != 1:
            return None
        return of_resident(known.owners[0], self._register, "plate")

    def visitor_of(self, visitor: Person, host: str) -> Person | None:
        """*visitor*, who wants to see the resident called *host*; None if there is no such resident."""
        found = self._register.resident(host)
        return None if found is None else visiting(visitor, found, self._register)

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
        self.road = self._read_status()
        self._read_notices(now_ms)
        drafts = []
        taken_in = partial(self._apply, now_ms=now_ms)
        for taken in self._orders.take(taken_in, self.receive, clock_ms):
            self.refused_order = isinstance(taken, Refusal)
            # A receipt is never an entry, not even a refused one: it would bring the next receipt, without end.
            if isinstance(taken, Order) or (isinstance(taken, Refusal) and self._is_news(taken)):
                drafts.append(self._counted(_draft(taken)))
        return drafts

    def _counted(self, draft: Draft) -> Draft:
        """*draft* with 在管, 新增 and 解除, where it is a new list of isolation that it tells of."""
        if draft.kind != kinds.ORDER_APPLIED or draft.facts["kind"] != OrderKind.ISOLATION:
            return draft
        care, self._care = self._care, {}
        return replace(draft, facts=draft.facts | care)

    def _is_news(self, refusal: Refusal) -> bool:
        """Whether the journal does not say so yet: the road may bring the same order again and again."""
        told = (refusal.file, refusal.code)
        if is_receipt(refusal.file) or told in self._told:
            return False
        self._told.append(told)
        return True

    def _apply(self, order: Order, source: bytes, now_ms: int) -> None:
        if order.kind in _IN_REGISTER:
            if order.sha256 not in self._aside:
                check_number(order, self._register.applied(order.kind))
            self._apply_aside(order, now_ms)
            return
        check_number(order, self._in_force.get(order.kind))
        take_up = self._understand(order)
        self._applied.keep(order, source)
        self._in_force[order.kind] = order.number, order.sha256
        take_up()

    def _apply_aside(self, order: Order, now_ms: int) -> None:
        """A roster takes seconds on a small card: it is applied in a thread of its own while the lane goes on.

        :raises OrderPending: until it is in force, and again when the card could not take it.
        """
        running = self._aside.get(order.sha256)
        if running is None:
            self._aside[order.sha256] = self._worker.submit(self._register.apply, order, now_ms)
        if running is None or not running.done():
            raise OrderPending(f"{order.kind} {order.number}: is being applied")
        del self._aside[order.sha256]
        before = {one.subject for one in self.isolated}
        try:
            running.result()
        except RegisterFailed as error:
            raise OrderPending(str(error)) from error
        self._look_at_closed()
        self._next_notices_ms = 0
        if order.kind is OrderKind.ISOLATION:
            after = {one.subject for one in self.isolated}
            self._care = {"under_care": len(after), "new": len(after - before), "released": len(before - after)}

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

    def _read_notices(self, now_ms: int) -> None:
        """What the idle screen shows; each has its own beginning and end."""
        if now_ms < self._next_notices_ms:
            return
        self._next_notices_ms = now_ms + NOTICES_EVERY_MS
        try:
            notices = self._register.notices(now_ms)
            self.bulletins = tuple(tuple(sorted(one.text.items())) for one in notices)
            self.spoken = frozenset(one.id for one in notices if one.spoken)
        except RegisterFailed as error:
            log.error("office: the notices cannot be read: %s", error)

    def _look_at_closed(self) -> None:
        try:
            rows = self._register.closed_places()
            self.closures = tuple(closure(row, self._register.living_in(row.closed, row.compound)) for row in rows)
            self.isolated, self.travelling = self._register.isolated(), self._register.travelling()
        except RegisterFailed as error:
            # The header alone loses by it: whether somebody's place is closed is asked for each of them.
            log.error("office: what is closed cannot be read: %s", error)

    def _trust(self, keyring: KeyRing, trust: TrustStore, issued_ms: int) -> None:
        self._orders.keyring, self._orders.issued_ms, self.trust = keyring, issued_ms, trust
        self.seal_to(seal_key(keyring))

    def _read_status(self) -> Road:
        if not self._has_hub:
            return Road("none")
        try:
            body: Any = json.loads(self._status_file.read_bytes()[:MAX_STATUS])
            state, since_ms = body["state"], body["since_ms"]
            if type(since_ms) is not int:
                raise TypeError("since_ms is no time")
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return Road("offline", self.road.since_ms)
        return Road(state if state in ("ok", "offline", "refused") else "offline", since_ms)


def _policy(order: Order) -> Policy:
    try:
        text = order.content.decode("utf-8")
    except UnicodeDecodeError:
        raise PolicyError(f"policy {order.number}: not UTF-8") from None
    # The number under which it was issued counts; the one in its text is the author's own.
    return replace(parse_policy(text), number=order.number)


def _draft(taken: Order | Refusal) -> Draft:
    if isinstance(taken, Refusal):
        return Draft(kinds.ORDER_REFUSED, {"file": taken.file[:MAX_FILE], "code": taken.code})
    return _applied(taken.kind, taken.number, taken.sha256)


def _applied(kind: str, number: int, sha256: str) -> Draft:
    return Draft(kinds.ORDER_APPLIED, {"kind": kind, "number": number, "sha256": sha256})


def _unsealed(public: bytes | None) -> None:
    """The key to seal to, before the wiring has said who seals: it asks the keyring itself then."""


def _unheard(receipt: Receipt) -> None:
    """A receipt before the wiring has said who notes it; the next one says the same and more."""
    raise OrderRefused("order_too_early", f"receipt of epoch {receipt.epoch}: nobody notes it yet")
