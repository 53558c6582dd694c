"""Well-signed nonsense: whatever an issuer puts inside, it is read or refused, and nothing else happens."""

from __future__ import annotations

from typing import Any

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from station.credential import Now, TrustStore, dcc, fhir, hc1, shc
from station.credential.result import Refused

NOW_MS = 1_795_000_000_000
FIELDS = """
v t r nam fn gn fnt gnt dn sd tr sc df du type vc rid nbf exp fhirVersion fhirBundle resourceType Patient name given
family text Immunization Observation status completed final vaccineCode valueCodeableConcept coding system code
effectiveDateTime 260415000 2026-01-01 2026-01-01T00:00:00Z
"""
WORDS = st.sampled_from(FIELDS.split())
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | WORDS
TAGGED = st.builds(cbor2.CBORTag, st.sampled_from([0, 1, 1004]), PLAIN)
VALUES = st.recursive(
    PLAIN | TAGGED,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.integers(-260, 7), inner, max_size=5),
    max_leaves=6,
)
#: Nested values are slow to make; sixty of each at every run.
FEW = settings(max_examples=60, deadline=None)
MAPS = st.dictionaries(WORDS | st.sampled_from([1, 4, 5, 6, -260]), VALUES, max_size=6)


@FEW
@given(MAPS)
def test_european_content(content: dict[Any, Any]) -> None:
    try:
        found = dcc.entries(content)
    except Refused:
        return
    name = dcc.holder(content)
    assert name is None or (name and len(name) <= 80 and name.isprintable())
    dcc.health(found, NOW_MS, 1000)


@FEW
@given(MAPS)
def test_european_times(claims: dict[Any, Any]) -> None:
    try:
        hc1.check_times(claims, NOW_MS)
    except Refused:
        return
    assert 4 in claims


@FEW
@given(st.lists(MAPS, min_size=1, max_size=4))
def test_fhir_content(listed: list[dict[Any, Any]]) -> None:
    found = fhir.resources({"resourceType": "Bundle", "entry": [{"resource": resource} for resource in listed]})
    name = fhir.holder(found)
    assert name is None or (name and len(name) <= 80 and name.isprintable())
    fhir.health(found, frozenset(), NOW_MS, 1000)


@FEW
@given(MAPS, MAPS)
def test_card_claims(claims: dict[Any, Any], vc: dict[Any, Any]) -> None:
    for shape in (claims, {"nbf": 1, "vc": vc}, {"nbf": 1, "vc": {"type": [shc.CARD_TYPE], "credentialSubject": vc}}):
        try:
            shc.read_claims(shape, "kid", TrustStore(), Now(NOW_MS), {})
        except Refused:
            continue
        assert "vc" in shape
