"""What the FHIR bundle inside a SMART Health Card says: name and health.

Only the few fields that are used are looked at; profiles and minimisation rules are the issuer's business.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from station.credential.result import Health, Reason, display_name, malformed

#: The Framework's cards hold a handful of resources; a code of 22 × 22 modules cannot hold many more.
MAX_RESOURCES = 64
_CVX = "http://hl7.org/fhir/sid/cvx"
#: Vaccines against COVID-19 in the CVX table of the CDC.
_COVID_CVX = frozenset(
    str(code) for codes in (range(207, 214), range(217, 231), range(300, 314), range(500, 522)) for code in codes
)
#: The one among them whose first series is a single dose (Ad26.COV2.S).
_SINGLE_DOSE_CVX = "212"
_COVID_TYPE = "https://smarthealth.cards#covid19"
#: "Not detected" and "negative" in SNOMED CT and LOINC.
_NEGATIVE = frozenset({"260415000", "260385009", "LA6577-6"})


def resources(bundle: Any) -> list[Mapping[str, Any]]:
    """The resources in *bundle*.

    :raises Refused: MALFORMED/CONTENT if it is no bundle, or has none or too many.
    """
    listed = bundle.get("entry") if isinstance(bundle, dict) and bundle.get("resourceType") == "Bundle" else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_RESOURCES:
        raise malformed(Reason.CONTENT)
    found = [row.get("resource") if isinstance(row, dict) else None for row in listed]
    if not all(isinstance(resource, dict) for resource in found):
        raise malformed(Reason.CONTENT)
    return [resource for resource in found if resource is not None]


def holder(found: list[Mapping[str, Any]]) -> str | None:
    """The name of the patient."""
    for resource in found:
        names = resource.get("name")
        if resource.get("resourceType") == "Patient" and isinstance(names, list) and names:
            name = names[0]
            if isinstance(name, dict):
                given = name.get("given")
                parts = given if isinstance(given, list) else []
                return display_name(*parts, name.get("family")) or display_name(name.get("text"))
    return None


def health(found: list[Mapping[str, Any]], types: frozenset[str], at_ms: int, test_lasts_ms: int) -> Health:
    """What *found* resources of a card with *types* state at *at_ms*.

    A card does not say how many doses make a series: two completed ones count, or one of the single-dose kind.
    """
    doses = [set(_codes(resource.get("vaccineCode"))) for resource in found if _completed(resource)]
    covid = [codes for codes in doses if _COVID_TYPE in types or any((_CVX, code) in codes for code in _COVID_CVX)]
    samples = [_time_ms(resource.get("effectiveDateTime")) for resource in found if _negative(resource)]
    taken = [sample for sample in samples if sample is not None and sample <= at_ms]
    return Health(
        vaccinated=len(covid) >= 2 or any((_CVX, _SINGLE_DOSE_CVX) in codes for codes in covid),
        tested_negative_until_ms=max(taken) + test_lasts_ms if taken else None,
    )


def _completed(resource: Mapping[str, Any]) -> bool:
    return resource.get("resourceType") == "Immunization" and resource.get("status") == "completed"


def _negative(resource: Mapping[str, Any]) -> bool:
    return (
        resource.get("resourceType") == "Observation"
        and resource.get("status") in ("final", "amended", "corrected")
        and any(code in _NEGATIVE for _system, code in _codes(resource.get("valueCodeableConcept")))
    )


def _codes(concept: Any) -> Iterator[tuple[str, str]]:
    coding = concept.get("coding") if isinstance(concept, dict) else None
    for entry in coding if isinstance(coding, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("code"), str):
            yield str(entry.get("system")), entry["code"]


def _time_ms(value: Any) -> int | None:
    """A FHIR dateTime; a date alone counts from its beginning, in UTC."""
    try:
        at = datetime.datetime.fromisoformat(value)
        return int((at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        return None
