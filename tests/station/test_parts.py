"""Health cards of several codes, and what a certificate is worth to the rules."""

from __future__ import annotations

import itertools

import pytest

from station.credential import recognise
from station.credential.result import Credential, Format, Health, Now, Reason, Verdict
from station.facts import HealthProof
from station.lane.parts import NEXT_PART_MS, Parts
from station.proofs import notes_of, proof_of
from tests.station import test_credential_shc as shc
from tests.station.storyboard import MORNING_MS

HOUR_MS = 3_600_000


def codes(jws: str, count: int) -> list[bytes]:
    """A card in *count* codes."""
    text = shc.digits(jws)
    size = -(-len(text) // (2 * count)) * 2
    return [f"shc:/{at + 1}/{count}/{text[at * size : (at + 1) * size]}".encode() for at in range(count)]


@pytest.mark.parametrize("count", [2, 3])
def test_a_card_is_whole_with_its_last_code_in_whatever_order(count: int) -> None:
    for order in itertools.permutations(codes(shc.card(), count)):
        parts = Parts()
        *before, last = order
        assert [parts.add(code, 0) for code in before] == [None] * (count - 1)
        whole = parts.add(last, NEXT_PART_MS - 1)
        assert whole is not None
        assert recognise(whole, shc.STORE, shc.NOW).verdict is Verdict.VALID
        # Forgotten as soon as it was whole.
        assert parts.add(last, NEXT_PART_MS) is None


def test_a_code_that_is_shown_twice_counts_once() -> None:
    first, second = codes(shc.card(), 2)
    parts = Parts()
    assert [parts.add(first, 0), parts.add(first, 10)] == [None, None]
    assert parts.add(second, 20) is not None


def test_the_next_code_comes_soon_or_the_card_begins_again() -> None:
    first, second = codes(shc.card(), 2)
    parts = Parts()
    assert [parts.add(first, 0), parts.add(second, NEXT_PART_MS)] == [None, None]
    assert parts.add(first, NEXT_PART_MS + 1) is not None


def test_a_code_of_something_else_begins_again() -> None:
    one, longer = codes(shc.card(), 2), codes(shc.card(), 3)
    for between in (longer[0], b"VG1:something", b""):
        parts = Parts()
        assert parts.add(one[0], 0) is None
        parts.add(between, 1)
        assert parts.add(one[1], 2) is None, between


def test_halves_of_two_cards_never_make_a_good_one() -> None:
    one, other = codes(shc.card(), 2), codes(shc.card(shc.claims(nbf=1_789_000_000)), 2)
    parts = Parts()
    assert [parts.add(one[0], 0), parts.add(other[0], 1)] == [None, None]
    mixed = parts.add(one[1], 2)
    assert mixed is not None
    assert not recognise(mixed, shc.STORE, shc.NOW).proves


@pytest.mark.parametrize(
    "payload",
    [
        b"shc:/0/2/10",
        b"shc:/3/2/10",
        b"shc:/1/37/10",
        b"shc:/1/1/10",
        b"shc:/123",
        b"VG1:x",
        b"\xff",
        b"shc:/1/2/" + b"1" * 3000,
    ],
)
def test_what_is_no_part_is_judged_as_it_is(payload: bytes) -> None:
    assert Parts().add(payload, 0) == payload


def credential(verdict: Verdict = Verdict.VALID, health: Health | None = None, kind: Format = Format.HC1) -> Credential:
    return Credential(kind, verdict, Reason.OK, holder="Ann", health=health, expires_ms=MORNING_MS + 1)


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        (credential(health=Health(vaccinated=True)), HealthProof.VALID),
        (credential(health=Health(recovered=True)), HealthProof.VALID),
        (credential(health=Health(tested_negative_until_ms=MORNING_MS + 1)), HealthProof.VALID),
        (credential(health=Health(tested_negative_until_ms=MORNING_MS)), HealthProof.EXPIRED),
        (credential(health=Health()), HealthProof.UNPROVEN),
        (credential(health=Health(), kind=Format.NZCP), HealthProof.VALID),
        (credential(), HealthProof.UNPROVEN),
        (credential(Verdict.EXPIRED), HealthProof.EXPIRED),
        (credential(Verdict.REVOKED), HealthProof.EXPIRED),
        (credential(Verdict.BAD_SIGNATURE), HealthProof.FORGED),
        *((credential(verdict), HealthProof.UNPROVEN) for verdict in Verdict if verdict in (
            Verdict.UNKNOWN_KEY, Verdict.KEY_NOT_VALID, Verdict.MALFORMED, Verdict.INCOMPLETE, Verdict.CLOCK_UNKNOWN,
            Verdict.NOT_YET_VALID, Verdict.UNRECOGNISED,
        )),
    ],
)  # fmt: skip
def test_only_a_good_signature_under_something_that_counts_today_is_a_proof(
    found: Credential, worth: HealthProof
) -> None:
    proof = proof_of(found, MORNING_MS, 48 * HOUR_MS)
    assert proof.worth is worth
    wrong = () if worth is HealthProof.VALID else (f"proof_{worth}",)
    assert notes_of(found, proof) == (f"proof_{found.format}", *wrong)
    if worth is not HealthProof.VALID:
        assert not proof.vaccinated
        assert not proof.recovered
    without_clock = proof_of(found, None, 48 * HOUR_MS)
    assert without_clock.worth is not HealthProof.VALID
    assert without_clock.test_hours is None


@pytest.mark.parametrize(
    ("age_ms", "hours"),
    [(0, 0), (1, 1), (HOUR_MS, 1), (HOUR_MS + 1, 2), (168 * HOUR_MS, 168), (168 * HOUR_MS + 1, 169)],
)
def test_the_age_of_a_test_is_rounded_up(age_ms: int, hours: int) -> None:
    for lasts_ms in (HOUR_MS, 48 * HOUR_MS):
        health = Health(tested_negative_until_ms=MORNING_MS - age_ms + lasts_ms)
        proof = proof_of(credential(health=health), MORNING_MS, lasts_ms)
        assert proof.test_hours == hours


def test_a_certificate_before_its_time_is_not_now() -> None:
    whole = f"shc:/{shc.digits(shc.card())}".encode()
    early = recognise(whole, shc.STORE, Now(1_780_000_000_000))
    assert proof_of(early, 1_780_000_000_000, HOUR_MS).worth is HealthProof.UNPROVEN
