"""Orders and receipts: verified, whole or not at all, in force after a restart; and everything that is refused."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from station import kinds
from station.credential.gate_pass import issue
from station.credential.result import GatePass
from station.credential.trust import kid_of
from station.facts import PassVerdict, PersonClass
from station.journal.draft import Draft
from station.lane.person import Person
from station.lane.whois import salted
from station.office.applied import Applied
from station.office.office import LOOK_EVERY_MS, Office
from station.office.orders import MAX_REFUSED, Orders
from station.register import Register
from station.roster import Resident
from station.roster.content import encode_snapshot
from station.screen.badges import Road
from station.seal import seal_key_id
from station.wire.document import key_id
from station.wire.keyring import KeyRecord, Purpose, encode_keys
from station.wire.order import Order, OrderKind, sign_order
from station.wire.receipt import Receipt, sign_receipt
from tests.station.storyboard import LOW, MORNING_MS
from tests.station.test_policy import TEXT

ROOT, ORDER, RECEIPT, PASS, NEXT = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(1, 6))
RESIDENT = Resident("r1", "李建国", "3-2-501", "c1", "3-2-501", "123X")


def record(purpose: Purpose, key: Ed25519PrivateKey, *scope: str) -> KeyRecord:
    public = key.public_key()
    return KeyRecord(key_id(public), purpose, public.public_bytes_raw(), scope, 0, 2**53)


KEYS = (record(Purpose.ORDER, ORDER), record(Purpose.RECEIPT, RECEIPT), record(Purpose.PASS, PASS))


def keys_order(number: int = 1, records: Sequence[KeyRecord] = KEYS) -> Order:
    return Order(OrderKind.KEYS, number, ("*",), "office", MORNING_MS, encode_keys(records))


def policy_order(number: int = 1, text: str = TEXT) -> Order:
    return Order(OrderKind.POLICY, number, ("*",), "office", MORNING_MS, text.encode())


def roster_order(number: int = 1, resident: Resident = RESIDENT) -> Order:
    return Order(OrderKind.ROSTER, number, ("*",), "office", MORNING_MS, encode_snapshot([resident]))


def receipt(seq: int = 1) -> Receipt:
    return Receipt("east", 5, seq, bytes(32), seq, (), MORNING_MS)


@dataclass
class Gate:
    """An office on a real folder, and what it wrote."""

    folder: Path
    has_hub: bool = True
    heard: list[Receipt] = field(default_factory=list)
    written: list[Draft] = field(default_factory=list)
    refuse_receipts: bool = False

    def __post_init__(self) -> None:
        self.now_ms = MORNING_MS
        self.start({})

    def start(self, journaled: dict[str, str]) -> list[Draft]:
        """Begin, or begin again after a power cut."""
        self.office = Office(
            LOW,
            Register(self.folder / "register.db"),
            Applied(self.folder / "applied"),
            Orders(self.folder / "orders", "east", ROOT.public_key()),
            self.folder / "status.json",
            salted(bytes(16)),
            self.has_hub,
        )
        self.office.receive = self.heard.append
        return self.office.load(journaled)

    def journaled(self) -> dict[str, str]:
        return {d.facts["kind"]: d.facts["sha256"] for d in self.written if d.kind == kinds.ORDER_APPLIED}

    def drop(self, name: str, source: bytes) -> None:
        (self.folder / "orders" / name).write_bytes(source)

    def give(self, order: Order, key: Ed25519PrivateKey = ORDER, name: str | None = None) -> list[Draft]:
        """The road drops *order*; what is written about it."""
        self.drop(name or f"order-{order.kind}-{order.number:012d}.doc", sign_order(order, key))
        drafts, deadline = self.look(), time.monotonic() + 10
        while order.kind in (OrderKind.ROSTER, OrderKind.ISOLATION) and self.files() and time.monotonic() < deadline:
            threading.Event().wait(0.01)
            drafts += self.look()
        return drafts

    def look(self) -> list[Draft]:
        self.now_ms += LOOK_EVERY_MS
        drafts = self.office.ticked(self.now_ms)
        self.written += drafts
        return drafts

    def files(self, where: str = "orders") -> list[str]:
        return sorted(path.name for path in (self.folder / where).iterdir() if path.name != "refused")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path)
    assert [draft.kind for draft in made.give(keys_order(), ROOT)] == [kinds.ORDER_APPLIED]
    return made


def codes(drafts: Sequence[Draft]) -> list[str]:
    return [draft.facts.get("code", "applied") for draft in drafts]


def test_an_order_is_applied_written_down_and_gone_from_the_folder(gate: Gate) -> None:
    order = policy_order(12, TEXT.replace('"low"', '"medium"'))
    (draft,) = gate.give(order)
    assert draft == Draft(kinds.ORDER_APPLIED, {"kind": "policy", "number": 12, "sha256": order.sha256})
    assert (gate.office.policy.regime, gate.office.policy.number) == ("medium", 12)
    assert gate.office.policy.sha256 == order.sha256
    assert gate.files() == []
    assert gate.files("applied") == ["keys.doc", "policy.doc"]
    assert not gate.office.refused_order


def test_keys_come_first_though_their_file_does_not(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.drop("order-a-000000000001.doc", b"x")
    gate.drop("order-policy-000000000002.doc", sign_order(policy_order(2), ORDER))
    gate.drop("order-keys-000000000001.doc", sign_order(keys_order(), ROOT))
    drafts = gate.look()
    assert [draft.facts["kind"] for draft in drafts if draft.kind == kinds.ORDER_APPLIED] == ["keys", "policy"]


def test_who_writes_seals_to_the_newest_key_as_soon_as_it_comes(gate: Gate) -> None:
    told: list[bytes | None] = []
    gate.office.seal_to = told.append
    first, second = (X25519PrivateKey.from_private_bytes(bytes([n]) * 32).public_key() for n in (7, 8))
    seals = [
        KeyRecord(seal_key_id(one).hex(), Purpose.SEAL, one.public_bytes_raw(), (), 0, 2**53) for one in (first, second)
    ]
    gate.give(keys_order(2, (*KEYS, seals[0])), ROOT)
    gate.give(keys_order(3, (*KEYS, *seals)), ROOT)
    gate.give(keys_order(4), ROOT)
    assert told == [first.public_bytes_raw(), second.public_bytes_raw(), None]


def test_before_the_keys_are_there_everything_else_waits(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.drop("receipt-5.doc", sign_receipt(receipt(), RECEIPT))
    assert gate.give(policy_order()) == []
    assert gate.files() == ["order-policy-000000000001.doc", "receipt-5.doc"]
    gate.give(keys_order(), ROOT)
    assert gate.files() == []
    assert gate.heard == [receipt()]


REFUSED: dict[str, tuple[Callable[[Gate], list[Draft]], str]] = {
    "a number lower than the one in force": (lambda g: g.give(policy_order(4)), "order_old"),
    "the number in force": (lambda g: g.give(policy_order(5, TEXT + "#")), "order_old"),
    "keys with a lower number": (lambda g: g.give(keys_order(0), ROOT), "order_old"),
    "a roster with the number in force": (lambda g: g.give(roster_order(5, replace(RESIDENT, id="r2"))), "order_old"),
    "a key of nobody": (lambda g: g.give(policy_order(), NEXT), "signature"),
    "a receipt key": (lambda g: g.give(policy_order(), RECEIPT), "signature"),
    "keys not by the root": (lambda g: g.give(keys_order(9), ORDER), "signature"),
    "a policy by the root": (lambda g: g.give(policy_order(), ROOT), "signature"),
    "another station": (lambda g: g.give(replace(policy_order(), audience=("west",))), "order_other_station"),
    "a name of another kind": (lambda g: g.give(policy_order(), name="order-roster-000000000001.doc"), "wire"),
    "keys by the order key under a longer name": (
        lambda g: g.give(keys_order(9), ORDER, "order-keys-x-000000000009.doc"),
        "wire",
    ),
    "keys by the order key under another name": (
        lambda g: g.give(keys_order(9), ORDER, "order-policy-000000000009.doc"),
        "wire",
    ),
    "a rota that is none": (lambda g: g.give(replace(policy_order(), kind=OrderKind.ROTA)), "rota_bad"),
    "a kind that is not used yet": (
        lambda g: g.give(replace(policy_order(), kind=OrderKind.PASS_STATE)),
        "order_unknown",
    ),
    "a policy with a slip": (lambda g: g.give(policy_order(2, TEXT.replace("outcome", "outcom", 1))), "policy"),
    "a policy that is no text": (lambda g: g.give(replace(policy_order(), content=b"\xff")), "policy"),
    "a policy of absurd depth": (lambda g: g.give(policy_order(2, "a = " + "[" * 9_999)), "policy"),
    "keys that are none": (lambda g: g.give(replace(keys_order(9), content=b"{}"), ROOT), "wire"),
    "a roster that is none": (lambda g: g.give(replace(roster_order(), content=b"nothing")), ""),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_wrong_order_is_put_aside_and_changes_nothing(gate: Gate, why: str) -> None:
    give, code = REFUSED[why]
    before: tuple[Any, ...] = ()

    def state() -> tuple[Any, ...]:
        applied = {name: (gate.folder / "applied" / name).read_bytes() for name in gate.files("applied")}
        return (gate.office.policy, gate.office.keyring, gate.office.trust, applied, gate.office.people.resident("r1"))

    if "in force" in why:
        gate.give(policy_order(5))
        gate.give(roster_order(5))
        gate.written.clear()
    before = state()
    (draft,) = give(gate)
    assert draft.kind == kinds.ORDER_REFUSED
    assert draft.facts["code"] == code or not code
    assert state() == before
    assert gate.office.refused_order
    assert gate.files() == []
    assert gate.files("orders/refused") == [draft.facts["file"]]
    # The next good one is applied all the same, and the mark is gone.
    assert codes(gate.give(policy_order(99))) == ["applied"]
    assert not gate.office.refused_order


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "huge", "folder", "pipe", "link"])
def test_a_damaged_file_is_put_aside(gate: Gate, damage: str) -> None:
    whole = sign_order(policy_order(), ORDER)
    path = gate.folder / "orders" / "order-policy-000000000001.doc"
    match damage:
        case "cut":
            path.write_bytes(whole[:-1])
        case "flipped":
            path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
        case "empty":
            path.touch()
        case "huge":
            with path.open("wb") as file:
                file.truncate(80 * 1024 * 1024)
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            (gate.folder / "elsewhere").write_bytes(whole)
            path.symlink_to(gate.folder / "elsewhere")
    (draft,) = gate.look()
    assert draft.kind == kinds.ORDER_REFUSED
    assert gate.office.policy is LOW
    assert gate.files() == []


def test_what_cannot_be_put_aside_does_not_stop_the_gate(gate: Gate) -> None:
    aside = gate.folder / "orders" / "refused" / "order-policy-000000000001.doc"
    (aside / "in the way").mkdir(parents=True)
    assert [len(gate.give(policy_order(1), NEXT)) for _ in range(2)] == [1, 0]
    assert codes(gate.give(policy_order(2))) == ["applied"]


def test_refused_files_are_bounded(gate: Gate) -> None:
    for number in range(MAX_REFUSED + 5):
        gate.drop(f"order-policy-{number:012d}.doc", b"x")
        gate.look()
    assert len(gate.files("orders/refused")) == MAX_REFUSED


def test_the_same_refusal_is_written_down_once(gate: Gate) -> None:
    assert [len(gate.give(policy_order(), NEXT)) for _ in range(3)] == [1, 0, 0]


def test_a_file_name_that_is_no_text_is_written_down_all_the_same(gate: Gate) -> None:
    (Path(os.fsdecode(os.fsencode(gate.folder / "orders") + b"/\xff.doc"))).write_bytes(b"x")
    (draft,) = gate.look()
    assert draft.facts["file"] == "?.doc"


def test_a_receipt_is_noted_and_never_an_entry(gate: Gate) -> None:
    gate.drop("receipt-5.doc", sign_receipt(receipt(7), RECEIPT))
    assert gate.look() == []
    assert gate.heard == [receipt(7)]
    # Not even a refused one: each entry would bring the next receipt.
    gate.drop("receipt-5.doc", sign_receipt(receipt(8), NEXT))
    assert gate.look() == []
    assert (gate.heard, gate.office.refused_order) == ([receipt(7)], True)
    assert gate.files() == []
    gate.drop("receipt-5.doc", sign_receipt(receipt(9), RECEIPT))
    gate.look()
    assert not gate.office.refused_order


def test_what_was_in_force_is_in_force_after_a_restart(gate: Gate) -> None:
    gate.give(policy_order(12, TEXT.replace('"low"', '"medium"')))
    gate.give(roster_order(3))
    assert gate.start(gate.journaled()) == []
    assert (gate.office.policy.regime, gate.office.policy.number) == ("medium", 12)
    assert len(gate.office.keyring.records) == 3
    assert gate.office.people.resident("r1") is not None
    assert codes(gate.give(policy_order(11))) == ["order_old"]


ONCE_MORE = {"keys": keys_order(), "policy": policy_order(12), "roster": roster_order(3)}


@pytest.mark.parametrize("kind", ONCE_MORE)
def test_what_is_in_force_may_come_once_more_and_is_no_wrong_order(gate: Gate, kind: str) -> None:
    # A power cut between an order and the end of its file; a road that has lost its place; a stick beside the line.
    order, key = ONCE_MORE[kind], ROOT if kind == "keys" else ORDER
    gate.give(order, key)
    for start in (False, True):
        if start:
            assert gate.start(gate.journaled()) == []
        assert gate.give(order, key) == []
        assert gate.files() == []
        assert not gate.office.refused_order
        assert not (gate.folder / "orders" / "refused").exists()
    assert [draft.facts["kind"] for draft in gate.written].count(kind) == 1


def test_an_entry_that_a_power_cut_kept_from_being_written_is_written_at_the_next_start(gate: Gate) -> None:
    gate.give(policy_order(12))
    gate.give(roster_order(3))
    for missing in ("keys", "policy", "roster"):
        journaled = {kind: sha for kind, sha in gate.journaled().items() if kind != missing}
        (draft,) = gate.start(journaled)
        assert (draft.kind, draft.facts["kind"]) == (kinds.ORDER_APPLIED, missing)
        assert draft in gate.written


def test_after_a_change_of_keys_the_old_policy_is_still_in_force(gate: Gate) -> None:
    gate.give(policy_order(12, TEXT.replace('"low"', '"medium"')))
    gate.give(keys_order(2, (record(Purpose.ORDER, NEXT), record(Purpose.RECEIPT, RECEIPT))), ROOT)
    assert codes(gate.give(policy_order(13))) == ["signature"]
    gate.start(gate.journaled())
    assert gate.office.policy.regime == "medium"
    assert not gate.office.refused_order
    assert codes(gate.give(policy_order(14), NEXT)) == ["applied"]
    # What nobody journalled and nobody trusted has signed is not taken up.
    gate.start({})
    assert (gate.office.policy.number, gate.office.refused_order) == (14, False)
    (gate.folder / "applied" / "policy.doc").write_bytes(sign_order(policy_order(99, TEXT + "#"), ORDER))
    gate.start(gate.journaled())
    assert (gate.office.policy.number, gate.office.refused_order) == (LOW.number, True)


def test_a_document_in_force_of_another_kind_or_damaged_is_said(gate: Gate) -> None:
    gate.give(policy_order(12))
    folder = gate.folder / "applied"
    for source in ((folder / "keys.doc").read_bytes(), b"", b"x" * 100):
        (folder / "policy.doc").write_bytes(source)
        gate.start(gate.journaled())
        assert gate.office.refused_order
        assert gate.office.policy is LOW


def test_a_key_of_another_scope_does_not_speak_to_this_gate(gate: Gate) -> None:
    gate.give(keys_order(2, (record(Purpose.ORDER, ORDER, "west"), record(Purpose.ORDER, NEXT, "east"))), ROOT)
    assert codes(gate.give(policy_order(5))) == ["signature"]
    assert codes(gate.give(policy_order(6), NEXT)) == ["applied"]


def test_two_orders_for_the_register_at_once_are_both_applied_and_written_down(gate: Gate) -> None:
    isolation = Order(OrderKind.ISOLATION, 4, ("*",), "office", MORNING_MS, b"")
    gate.drop("order-isolation-000000000004.doc", sign_order(isolation, ORDER))
    gate.give(roster_order(3))
    while gate.files():
        gate.look()
    told = {draft.facts.get("kind", draft.facts.get("file")): draft.kind for draft in gate.written[1:]}
    assert told == {"roster": kinds.ORDER_APPLIED, "order-isolation-000000000004.doc": kinds.ORDER_REFUSED}


def test_an_order_that_cannot_be_kept_is_not_in_force_either(gate: Gate) -> None:
    (gate.folder / "applied" / "policy.new").mkdir()
    assert gate.give(policy_order(12))[0].kind == kinds.ORDER_REFUSED
    assert gate.office.policy is LOW
    (gate.folder / "applied" / "policy.new").rmdir()
    assert codes(gate.give(policy_order(12))) == ["applied"]


# -- the road ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "road"),
    [
        ('{"state": "ok", "since_ms": 5}', Road("ok", 5)),
        ('{"state": "refused", "since_ms": 5}', Road("refused", 5)),
        ('{"state": "dancing", "since_ms": 5}', Road("offline", 5)),
        ('{"state": "ok", "since_ms": "5"}', Road("offline")),
        ('{"state": "ok"}', Road("offline")),
        ("[]", Road("offline")),
        ("[" * 5000, Road("offline")),
        ("\xff", Road("offline")),
        (" " * 5000 + '{"state": "ok", "since_ms": 5}', Road("offline")),
        (None, Road("offline")),
    ],
)
def test_the_road_says_how_it_is(gate: Gate, status: str | None, road: Road) -> None:
    if status is not None:
        (gate.folder / "status.json").write_text(status, encoding="latin-1")
    gate.look()
    assert gate.office.road == road


def test_without_a_hub_there_is_no_road(tmp_path: Path) -> None:
    gate = Gate(tmp_path, has_hub=False)
    (tmp_path / "status.json").write_text(json.dumps({"state": "ok", "since_ms": 5}))
    gate.look()
    assert gate.office.road == Road("none")


def test_the_folder_is_looked_at_now_and_then(gate: Gate) -> None:
    gate.drop("order-policy-000000000009.doc", sign_order(policy_order(9), ORDER))
    assert gate.office.ticked(gate.now_ms) == []
    assert gate.office.ticked(gate.now_ms + LOOK_EVERY_MS - 1) == []
    assert len(gate.office.ticked(gate.now_ms + LOOK_EVERY_MS)) == 1


# -- who is it -----------------------------------------------------------------------------------------------------

CLAIMS = GatePass(
    expires_s=MORNING_MS // 1000 + 3600,
    not_before_s=MORNING_MS // 1000 - 3600,
    pass_id=bytes(range(8)),
    site=7,
    name="马师傅",
    purpose=2,
)


def test_a_pass_of_ours_says_who_it_is(gate: Gate) -> None:
    person = gate.office.people.who(issue(CLAIMS, PASS).encode(), MORNING_MS)
    assert (person.klass, person.pass_verdict, person.masked) == (PersonClass.WORKER, PassVerdict.VALID, "马**")
    assert person.pass_id == bytes(range(8)).hex()


@pytest.mark.parametrize(
    ("at_ms", "verdict"),
    [
        (MORNING_MS + 7_200_000, PassVerdict.EXPIRED),
        (MORNING_MS - 7_200_000, PassVerdict.NOT_YET),
        (None, PassVerdict.CLOCK_UNKNOWN),
    ],
)
def test_a_pass_out_of_its_time_says_so(gate: Gate, at_ms: int | None, verdict: PassVerdict) -> None:
    assert gate.office.people.who(issue(CLAIMS, PASS).encode(), at_ms).pass_verdict is verdict


def nameless(person: Person) -> tuple[PassVerdict, tuple[str, ...]]:
    assert (person.klass, person.masked, person.name, person.pass_id) == (PersonClass.UNKNOWN, "", "", "")
    return person.pass_verdict, person.notes


def test_a_pass_that_nobody_trusted_has_signed_names_nobody(gate: Gate) -> None:
    unknown = gate.office.people.who(issue(CLAIMS, NEXT).encode(), MORNING_MS)
    assert nameless(unknown) == (PassVerdict.UNKNOWN_KEY, ("unknown_key",))
    # Of a key that we know, but which did not sign it.
    forged = gate.office.people.who(
        issue(CLAIMS, NEXT, kid_of(PASS.public_key().public_bytes_raw())).encode(), MORNING_MS
    )
    assert nameless(forged) == (PassVerdict.FORGED, ("pass_forged",))
    # A torn or smudged one is nobody's forgery.
    torn = gate.office.people.who(issue(CLAIMS, PASS)[:-5].encode(), MORNING_MS)
    assert nameless(torn) == (PassVerdict.NONE, ("pass_unreadable",))


def test_a_pass_of_a_key_that_was_taken_back_since_is_asked_about(gate: Gate) -> None:
    text = issue(CLAIMS, PASS).encode()
    assert gate.office.people.who(text, MORNING_MS).pass_verdict is PassVerdict.VALID
    gate.give(keys_order(2, KEYS[:2]), ROOT)
    assert nameless(gate.office.people.who(text, MORNING_MS)) == (PassVerdict.UNKNOWN_KEY, ("unknown_key",))
    ended = replace(record(Purpose.PASS, PASS), not_after_ms=MORNING_MS - 600_000)
    gate.give(keys_order(3, (*KEYS[:2], ended)), ROOT)
    assert nameless(gate.office.people.who(text, MORNING_MS)) == (PassVerdict.UNKNOWN_KEY, ("unknown_key",))


def test_a_residents_pass_is_the_resident(gate: Gate) -> None:
    gate.give(roster_order())
    claims = replace(CLAIMS, name="李建国", household="3-2-501", purpose=1)
    person = gate.office.people.who(issue(claims, PASS).encode(), MORNING_MS)
    assert (person.klass, person.resident, person.key) == (PersonClass.RESIDENT, "r1", "r:r1")
    assert (person.masked, person.notes) == ("李**", ("pass_valid",))
    found = gate.office.people.resident("r1")
    assert found is not None
    assert (found.key, found.source, found.masked) == ("r:r1", "search", "李**")
    assert gate.office.people.resident("nobody") is None


def test_a_strangers_code_is_nothing_but_a_difference(gate: Gate) -> None:
    codes_ = [b"https://example.org/1", b"https://example.org/2", b"\xff\x00", b"", "码".encode() * 900]
    people = [gate.office.people.who(code, MORNING_MS) for code in codes_]
    assert all(person.klass is PersonClass.UNKNOWN and not person.masked for person in people)
    for one, other in itertools.combinations(people, 2):
        assert one.key != other.key
    assert gate.office.people.who(codes_[0], MORNING_MS) == people[0]
    assert all("example" not in repr(person) for person in people)
    assert salted(b"1" * 16)(codes_[0]) != salted(b"2" * 16)(codes_[0])
