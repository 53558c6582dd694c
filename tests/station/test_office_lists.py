"""What the office's lists change at the gate: revoked passes, foreign keys, closed places, who visits whom."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from station.credential import revocations
from station.credential.gate_pass import issue
from station.credential.result import GatePass
from station.credential.trust import OWN_BUNDLE, Bundle
from station.credential.trust_document import document
from station.credential.trust_order import decode_trust, encode_trust
from station.errors import StationError
from station.facts import Direction, HealthProof, PassVerdict, PersonClass, Status
from station.lane.facts import facts_of
from station.lane.person import Person
from station.lane.visit import Visit, identify, measure
from station.lane.whois import visiting
from station.policy.policy import decide
from station.register import Register
from station.risk import is_risk
from station.roster.content import encode_snapshot
from station.roster.isolation import ClosedRow, RiskLevel, RiskRow, Row, StatusKind, StatusRow, encode_isolation
from station.roster.notices import Notice, encode_notices
from station.roster.passes import KnownPass, encode_passes
from station.roster.resident import Resident
from station.screen.badges import Condition, Road, badges
from station.screen.closures import badges_of
from station.screen.elements import Level
from station.wire.canonical import canonical
from station.wire.entry import ClockState
from station.wire.order import Order, OrderKind, sign_order
from tests.station import test_credential_hc1 as hc1
from tests.station.storyboard import MORNING_MS, ann, day
from tests.station.test_office import CLAIMS, ORDER, PASS, ROOT, Gate, codes, keys_order, policy_order
from tests.station.test_policy import TEXT
from tests.station.test_regimes import POLICIES

LI = Resident("r1", "李建国", "3-2-501", "", "3-2-501", "123X")
QIAN = Resident("r2", "钱进", "7-1-101", "", "7-1-101", "2222")
CAO = Resident("r3", "曹霞", "7-2-302", "", "7-2-302", "3333")
WU = Resident("r4", "吴秀梅", "5-1-301", "", "5-1-301", "4444")
ZHOU = Resident("r5", "周强", "2-1-302", "", "", "5555")
LI_PASS = replace(CLAIMS, name="李建国", household="3-2-501", purpose=1)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path)
    made.give(keys_order(), ROOT)
    give(made, OrderKind.ROSTER, 1, encode_snapshot([LI, QIAN, CAO, WU, ZHOU]))
    return made


def give(gate: Gate, kind: OrderKind, number: int, content: bytes) -> list[str]:
    """The office sends an order; what came of it."""
    order = Order(kind, number, ("*",), "office", MORNING_MS, content)
    gate.drop(f"order-{kind}-{number:012d}.doc", sign_order(order, ORDER))
    drafts = gate.look()
    deadline = time.monotonic() + 10
    while gate.files() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
        drafts += gate.look()
    return codes(drafts)


def isolate(gate: Gate, number: int, *rows: Row) -> list[str]:
    return give(gate, OrderKind.ISOLATION, number, encode_isolation(rows))


def revoke(gate: Gate, number: int, *ids: bytes, stale_after_ms: int = 2**52) -> list[str]:
    listed = revocations.of(number, MORNING_MS, stale_after_ms, ids)
    return give(gate, OrderKind.REVOCATIONS, number, canonical(revocations.document(listed)))


def show(gate: Gate, claims: GatePass) -> Person:
    return gate.office.people.who(issue(claims, PASS).encode(), MORNING_MS)


def decided(regime: str, person: Person, direction: Direction = Direction.IN) -> tuple[str, str]:
    """What becomes of *person*, measured at 36.5."""
    story = day("one", POLICIES[regime])
    story.lane.direction = direction
    story.shows(person).reads(36.5)
    if story.lane.visit is not None:
        return "ask", story.lane.visit.ask
    facts = story.recorded("visit.decided")[-1].facts
    return facts["outcome"], facts["reason"]


# -- revoked passes ------------------------------------------------------------------------------------------------


def test_a_revoked_pass_is_refused_to_an_outsider_and_proves_no_resident(gate: Gate) -> None:
    assert show(gate, CLAIMS).pass_verdict is PassVerdict.VALID
    assert revoke(gate, 3, CLAIMS.pass_id) == ["applied"]
    worker, resident = show(gate, CLAIMS), show(gate, LI_PASS)
    assert (worker.pass_verdict, resident.pass_verdict) == (PassVerdict.REVOKED, PassVerdict.REVOKED)
    for regime in ("low", "medium", "high", "passes"):
        assert decided(regime, worker) == ("deny", "pass_revoked")
        assert decided(regime, resident) == ("ask", "compare_pass")
        found = gate.office.people.resident("r1")
        assert found is not None
        assert decided(regime, found) == ("admit", "resident")
    other = replace(CLAIMS, pass_id=b"12345678")
    assert show(gate, other).pass_verdict is PassVerdict.VALID


def test_a_list_of_revoked_passes_never_goes_back_and_survives_a_restart(gate: Gate) -> None:
    revoke(gate, 3, CLAIMS.pass_id)
    assert revoke(gate, 2) == ["order_old"]
    assert revoke(gate, 3) == ["order_old"]
    assert gate.start(gate.journaled()) == []
    assert show(gate, CLAIMS).pass_verdict is PassVerdict.REVOKED
    assert revoke(gate, 4) == ["applied"]
    assert show(gate, CLAIMS).pass_verdict is PassVerdict.VALID


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", canonical({"ids": "x", "issued_at_ms": 1, "number": 1, "stale_after_ms": 1})]
)
def test_a_list_that_is_none_is_refused_and_the_old_one_stays(gate: Gate, content: bytes) -> None:
    revoke(gate, 3, CLAIMS.pass_id)
    assert give(gate, OrderKind.REVOCATIONS, 4, content) != ["applied"]
    assert show(gate, CLAIMS).pass_verdict is PassVerdict.REVOKED
    assert gate.office.refused_order


def test_a_list_that_is_too_old_is_said(gate: Gate) -> None:
    assert gate.office.stale(MORNING_MS) == ()
    revoke(gate, 1, stale_after_ms=MORNING_MS + 1000)
    assert gate.office.stale(MORNING_MS + 999) == ()
    assert gate.office.stale(MORNING_MS + 1000) == ("revocations_stale",)
    assert gate.office.stale(None) == ()


# -- foreign keys --------------------------------------------------------------------------------------------------

DCC = Bundle("dcc", 4, 0, 2**52, (hc1.SIGNER,))


def trust(gate: Gate, number: int, *bundles: Bundle) -> list[str]:
    return give(gate, OrderKind.TRUST, number, encode_trust(bundles))


def test_a_foreign_certificate_is_a_name_to_compare_and_what_it_proves(gate: Gate) -> None:
    at_ms = hc1.NOW.at_ms
    text = hc1.make({**hc1.NAME, **hc1.VACCINATED}).encode()
    before = gate.office.people.who(text, at_ms)
    assert (before.proof and before.proof.worth, before.name) == (HealthProof.UNPROVEN, "")
    assert trust(gate, 1, DCC) == ["applied"]
    person = gate.office.people.who(text, at_ms)
    assert person.proof is not None
    assert (person.proof.worth, person.proof.vaccinated) == (HealthProof.VALID, True)
    assert (person.klass, person.masked, person.name) == (PersonClass.UNKNOWN, "G**", "Gabriele Musterfrau")
    assert person.notes == ("proof_hc1",)
    assert person.proof.until_ms == hc1.ENDS_S * 1000
    assert decided("low", person) == ("ask", "compare_name")
    assert decided("medium", person) == ("ask", "who_is_it")
    assert gate.office.people.who(text, None).proof == replace(
        person.proof, worth=HealthProof.UNPROVEN, vaccinated=False, until_ms=None
    )


def test_foreign_lists_are_whole_and_never_go_back(gate: Gate) -> None:
    text, at_ms = hc1.make({**hc1.NAME, **hc1.VACCINATED}).encode(), hc1.NOW.at_ms
    trust(gate, 1, DCC, replace(DCC, name="who", keys=()))
    assert set(gate.office.trust.bundles) == {OWN_BUNDLE, "dcc", "who"}
    assert trust(gate, 2, replace(DCC, number=3)) == ["trust"]
    assert trust(gate, 4, replace(DCC, keys=())) == ["trust"]
    gate.start(gate.journaled())
    assert set(gate.office.trust.bundles) == {OWN_BUNDLE, "dcc", "who"}
    assert trust(gate, 5, replace(DCC, name="who", number=4, keys=())) == ["applied"]
    assert set(gate.office.trust.bundles) == {OWN_BUNDLE, "who"}
    person = gate.office.people.who(text, at_ms)
    assert person.proof is not None
    assert person.proof.worth is HealthProof.UNPROVEN
    # Nothing of it touches our own keys.
    assert show(gate, CLAIMS).pass_verdict is PassVerdict.VALID


def test_no_foreign_list_can_make_a_pass_good(gate: Gate) -> None:
    own = gate.office.trust.bundles[OWN_BUNDLE]
    for number, bundle in enumerate((own, replace(own, number=9)), 1):
        assert trust(gate, number, bundle) == ["trust"]
    sneaked = canonical({"v": 1, "bundles": [{**document(own), "name": "dcc"}], "cards": []})
    assert give(gate, OrderKind.TRUST, 3, sneaked) == ["trust"]


@pytest.mark.parametrize(
    "content",
    [
        {"v": 2, "bundles": [], "cards": []},
        {"v": 1, "bundles": []},
        {"v": 1, "bundles": {}, "cards": []},
        {"v": 1, "bundles": [1], "cards": []},
        {"v": 1, "bundles": [document(DCC), document(DCC)], "cards": []},
        {"v": 1, "bundles": [], "cards": [{"issuer": "x", "key": "k"}]},
        {"v": 1, "bundles": [], "cards": [{"issuer": "x", "key": "k", "rids": ["a b"]}]},
    ],
)
def test_a_trust_order_that_is_none_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(StationError):
        decode_trust(canonical(content))


def test_revoked_cards_come_with_the_trust_order() -> None:
    bundles, cards = decode_trust(encode_trust([DCC], [("https://x.example", "k", ["abc", "def.1600000000"])]))
    assert bundles == (DCC,)
    assert cards.revoked("https://x.example", "k", "abc", 0)
    assert not cards.revoked("https://x.example", "k", "ghi", 0)


def test_old_foreign_lists_are_said(gate: Gate) -> None:
    trust(gate, 1, replace(DCC, stale_after_ms=MORNING_MS))
    assert gate.office.stale(MORNING_MS - 1) == ()
    assert gate.office.stale(MORNING_MS) == ("trust_stale",)
    condition = Condition(
        (), ClockState.SYNCED, Road(), 0, "ok", "ok", True, False, stale=gate.office.stale(MORNING_MS)
    )
    assert [(badge.word.code, badge.level) for badge in badges(condition)] == [("trust_stale", Level.WARN)]


def test_what_counts_of_a_certificate_is_said_by_the_policy(gate: Gate) -> None:
    both = hc1.make({**hc1.NAME, **hc1.VACCINATED, **hc1.TESTED}).encode()
    trust(gate, 1, DCC)
    lax = gate.office.people.who(both, hc1.NOW.at_ms)
    gate.give(policy_order(9, TEXT.replace("[[rule]]", "[proofs]\none_entry = true\ntest_hours = 24\n[[rule]]", 1)))
    strict = gate.office.people.who(both, hc1.NOW.at_ms)
    assert lax.proof is not None
    assert strict.proof is not None
    assert (lax.proof.worth, strict.proof.worth) == (HealthProof.VALID, HealthProof.UNPROVEN)
    assert gate.office.trust.test_lasts_ms == 24 * 3_600_000
    gate.start(gate.journaled())
    assert gate.office.trust.one_group


def test_two_signatures_of_one_certificate_are_one_person(gate: Gate) -> None:
    """(r, n - s) verifies too: whoever shows both is not two people."""
    trust(gate, 1, DCC)
    one, other = (hc1.make({**hc1.NAME, **hc1.VACCINATED}).encode() for _ in range(2))
    assert one != other
    assert gate.office.people.who(one, hc1.NOW.at_ms).key == gate.office.people.who(other, hc1.NOW.at_ms).key
    another = hc1.make({"nam": {"fn": "Li", "gn": "Ann"}, **hc1.VACCINATED}).encode()
    assert gate.office.people.who(another, hc1.NOW.at_ms).key != gate.office.people.who(one, hc1.NOW.at_ms).key


def test_nothing_of_a_certificate_stands_in_an_entry_but_its_worth(gate: Gate) -> None:
    trust(gate, 1, DCC)
    text = hc1.make({**hc1.NAME, **hc1.VACCINATED})
    person = gate.office.people.who(text.encode(), hc1.NOW.at_ms)
    story = day("certificate").shows(person).reads(36.5).asks("compare_name")
    story.presses("declare", fact="pass_checked", value="yes").expect("admit", "health_proof")  # type: ignore[arg-type]  # as the page sends it
    (draft,) = story.recorded("visit.decided")
    written = json.dumps([draft.facts, draft.personal], ensure_ascii=False)
    for secret in ("Musterfrau", "Gabriele", text[:24], "2026-01-01"):
        assert secret not in written
    assert draft.facts["used"]["vaccinated"] is True


# -- closed places, isolation, risk areas --------------------------------------------------------------------------


def test_a_building_closed_at_noon_stops_its_people_and_is_said(gate: Gate) -> None:
    before = show(gate, LI_PASS)
    assert gate.office.lists.closures == ()
    assert isolate(gate, 1, ClosedRow("7")) == ["applied"]
    qian, cao = gate.office.people.resident("r2"), gate.office.people.resident("r3")
    assert qian is not None
    assert cao is not None
    for regime in ("low", "medium", "high", "passes"):
        assert decided(regime, qian, Direction.OUT) == ("deny", "building_closed")
        assert decided(regime, cao) == ("refer", "building_closed")
    assert show(gate, LI_PASS) == before
    (closed,) = gate.office.lists.closures
    assert (closed.area, closed.people) == ("7", {"r2", "r3"})
    said = [(badge.word.code, dict(badge.word.gaps)) for badge in badges_of(gate.office.lists.closures, {"r3", "r1"})]
    assert said == [("closed_building", {"place": "7", "n": "2"}), ("closed_outside", {"n": "1"})]
    gate.start(gate.journaled())
    assert gate.office.lists.closures == (closed,)
    isolate(gate, 2)
    assert gate.office.lists.closures == ()
    assert not gate.office.lists.closed


def test_a_holder_of_a_pass_goes_to_no_closed_place_either(gate: Gate) -> None:
    isolate(gate, 1, ClosedRow("7-2"))
    nurse = show(gate, replace(CLAIMS, household="7-2-302", name="护工"))
    assert nurse.place_closed
    assert decided("medium", nurse) == ("deny", "building_closed")
    assert not show(gate, replace(CLAIMS, household="7-1-302", name="护工")).place_closed


def test_a_closed_compound_concerns_also_who_says_nothing(gate: Gate) -> None:
    isolate(gate, 1, ClosedRow("*"))
    assert gate.office.lists.closed
    assert gate.office.lists.closures[0].people == {"r1", "r2", "r3", "r4", "r5"}
    assert [badge.word.code for badge in badges_of(gate.office.lists.closures, None)] == ["closed_compound"]
    visit = measure(Visit("1", Direction.IN, 0), day("x").reads(36.5).lane.visit.round[0])  # type: ignore[union-attr]  # it was measured
    assert facts_of(visit, POLICIES["low"].lines, True, gate.office.lists.closed).place_closed
    elsewhere = identify(visit, ann, 0, None)
    assert not facts_of(elsewhere, POLICIES["low"].lines, True, gate.office.lists.closed).place_closed


def guest_of(gate: Gate, host: str) -> Person:
    """Somebody unknown who wants to see the resident called *host*."""
    with Register(gate.folder / "register.db", read_only=True) as register:
        found = register.resident(host)
        assert found is not None
        return visiting(Person("v:1"), found, register)


def test_nobody_visits_a_household_in_isolation(gate: Gate) -> None:
    isolate(
        gate,
        1,
        StatusRow(StatusKind.ISOLATION, household="5-1-301"),
        StatusRow(StatusKind.ISOLATION, person="r5"),
        StatusRow(StatusKind.SELF_MONITORING, person="r1"),
    )
    for host in ("r4", "r5"):  # by household, and somebody who has none
        guest = guest_of(gate, host)
        assert (guest.klass, guest.host_isolated) == (PersonClass.VISITOR, True)
        for regime in ("low", "medium", "high", "passes"):
            assert decided(regime, guest) == ("deny", "no_visitors")
    free = guest_of(gate, "r1")
    assert not free.host_isolated
    isolated, watched = gate.office.people.resident("r5"), gate.office.people.resident("r1")
    assert isolated is not None
    assert watched is not None
    assert decided("medium", isolated, Direction.OUT) == ("deny", "home_isolation")
    assert (watched.status, watched.notes) == (Status.SELF_MONITORING, ("self_monitoring",))
    assert decided("medium", watched) == ("admit", "resident")


def test_a_guest_of_a_closed_building_is_turned_away(gate: Gate) -> None:
    isolate(gate, 1, ClosedRow("7"))
    guest = guest_of(gate, "r2")
    assert decided("low", guest) == ("deny", "building_closed")


def test_the_dated_list_decides_where_somebody_comes_from(gate: Gate) -> None:
    isolate(gate, 1, RiskRow("天津市滨海新区", RiskLevel.MEDIUM, MORNING_MS - 5 * 86_400_000))
    with Register(gate.folder / "register.db", read_only=True) as register:
        areas = register.risk_areas()
    assert is_risk(areas, "天津滨海新区", date(2020, 11, 19), date(2020, 11, 22))
    home = gate.office.people.resident("r1")
    assert home is not None
    assert decided("medium", replace(home, risk_origin=True)) == ("refer", "risk_area")


def test_notices_and_known_passes_go_into_the_register(gate: Gate) -> None:
    notice = encode_notices([Notice("n1", {"zh-Hans": "请戴口罩", "en": "Wear a mask"})])
    known = encode_passes([KnownPass(b"12345678", 0, MORNING_MS, resident="r1")])
    assert give(gate, OrderKind.NOTICES, 1, notice) == ["applied"]
    assert give(gate, OrderKind.PASSES, 1, known) == ["applied"]
    assert give(gate, OrderKind.PASSES, 1, known) == []
    assert give(gate, OrderKind.PASSES, 1, encode_passes([])) == ["order_old"]
    assert give(gate, OrderKind.NOTICES, 2, b"nothing") != ["applied"]
    with Register(gate.folder / "register.db", read_only=True) as register:
        assert [one.id for one in register.notices(MORNING_MS)] == ["n1"]
        assert register.known_pass(b"12345678") is not None
    missing = gate.start({kind: sha for kind, sha in gate.journaled().items() if kind != "notices"})
    assert [draft.facts["kind"] for draft in missing] == ["notices"]


def test_a_pass_that_was_left_at_home_is_on_the_list(gate: Gate) -> None:
    hour_ms = 3_600_000
    spans = {
        b"11111111": (-hour_ms, hour_ms),
        b"22222222": (-hour_ms, 2 * hour_ms),
        b"33333333": (hour_ms, 9 * hour_ms),
    }
    known = [
        KnownPass(id, MORNING_MS + a, MORNING_MS + b, resident="r1", minutes_out=120) for id, (a, b) in spans.items()
    ]
    give(gate, OrderKind.PASSES, 1, encode_passes(known))
    found = gate.office.people.resident("r1", MORNING_MS)
    assert found is not None
    assert (found.pass_id, found.pass_verdict) == (b"22222222".hex(), PassVerdict.VALID)
    assert (found.notes, found.limits.minutes_out) == (("pass_on_list",), 120)
    assert decided("passes", found, Direction.OUT) == ("admit", "pass_valid")
    revoke(gate, 1, b"22222222")
    other = gate.office.people.resident("r1", MORNING_MS)
    assert other is not None
    assert other.pass_id == b"11111111".hex()
    for at_ms in (None, MORNING_MS - 2 * hour_ms, MORNING_MS + 10 * hour_ms):
        none = gate.office.people.resident("r1", at_ms)
        assert none is not None
        assert none.pass_verdict is PassVerdict.NONE
        assert decided("passes", none, Direction.OUT) == ("ask", "no_pass")
        assert decided("passes", none) == ("admit", "resident")
    assert gate.office.people.resident("nobody", MORNING_MS) is None


def test_decisions_over_what_was_known_can_be_made_again(gate: Gate) -> None:
    """A guest of a closed building: everything the rules used stands in the facts."""
    isolate(gate, 1, ClosedRow("7"))
    guest = guest_of(gate, "r2")
    visit = identify(Visit("1", Direction.IN, 0), guest, 0, None)
    facts = facts_of(visit, POLICIES["low"].lines, True)
    assert decide(POLICIES["low"], replace(facts, centi_celsius=3650, measured=1)).reason == "building_closed"
