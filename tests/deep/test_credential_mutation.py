"""100,000 changes of one valid code of each family (``./run test --deep credential_mutation``).

A character is replaced, removed, put in, or changes places with its neighbour, anywhere, and the text goes through
the door that every scan goes through.  None may be a proof, none may be a fault of ours, none may give a name.
The short version runs with every ``./run test``.
"""

from __future__ import annotations

import json
import random
import string
import time
from collections.abc import Callable
from typing import Any

import pytest

from station.credential import base45
from station.credential.families import recognise
from station.credential.result import Now, Reason, Verdict
from station.credential.trust import TrustStore
from tests.station import (
    test_credential_gate_pass as vg1,
)
from tests.station import (
    test_credential_hc1 as hc1,
)
from tests.station import (
    test_credential_nzcp as nzcp,
)
from tests.station import (
    test_credential_shc as shc,
)
from tests.station import (
    test_credential_vds_nc as vds_nc,
)

pytestmark = pytest.mark.deep

MUTATIONS = 100_000
#: Beside a family's own alphabet: other scripts, controls, and what transports add or fold.
STRANGE = "abcxyz_ =\u00e9\u4e2d\u212a\x00\n"
Family = tuple[str, TrustStore, Now, str]


def family(name: str) -> Family:
    """A valid text of the family, whom it trusts, when, and its alphabet."""
    match name:
        case "vg1":
            return vg1.TEXT, vg1.STORE.with_revocations(vg1.FRESH), vg1.NOW, base45.ALPHABET
        case "hc1":
            return hc1.make({**hc1.NAME, **hc1.VACCINATED}), hc1.STORE, hc1.NOW, base45.ALPHABET
        case "shc":
            return "shc:/" + shc.digits(shc.card()), shc.STORE, shc.NOW, string.digits + "/"
        case "nzcp":
            return nzcp.make(), nzcp.STORE, nzcp.NOW, string.ascii_uppercase + "234567=/"
        case _:
            return json.dumps(vds_nc.make(), ensure_ascii=False), vds_nc.STORE, vds_nc.NOW, string.printable


def changed(text: str, chance: random.Random, alphabet: str) -> str:
    at, new = chance.randrange(len(text)), chance.choice(alphabet)
    match chance.randrange(8):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + new + text[at:]
        case 2:
            return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
        case _:
            return text[:at] + new + text[at + 1 :]


def same_json(one: str, other: str) -> bool:
    """Whether two texts are one seal: space between its parts and padding of base64 are no content, and not signed."""
    try:
        return bool(bare(json.loads(one)) == bare(json.loads(other)))
    except ValueError:
        return False


def bare(seal: Any) -> Any:
    """*seal* with the padding of its signer and its signature left out."""
    sig = seal.get("sig") if isinstance(seal, dict) else None
    if not isinstance(sig, dict):
        return seal
    return seal | {"sig": {name: text.rstrip("=") if isinstance(text, str) else text for name, text in sig.items()}}


def same_text(one: str, other: str) -> bool:
    """Whether a scanner would hand on the same: the line end after a code is not part of it."""
    return one.rstrip("\r\n\t ") == other


@pytest.mark.parametrize(
    ("name", "is_same"),
    [("vg1", same_text), ("hc1", same_text), ("shc", same_text), ("nzcp", same_text), ("vds_nc", same_json)],
)
def test_no_code_changed_in_one_place_is_a_proof(name: str, is_same: Callable[[str, str], bool]) -> None:
    text, store, now, alphabet = family(name)
    assert recognise(text.encode(), store, now).verdict is Verdict.VALID
    chance, tried, began = random.Random(f"mutation {name}"), 0, time.monotonic()
    accepted, faults, named = [], [], []
    while tried < MUTATIONS:
        other = changed(text, chance, alphabet + STRANGE)
        if is_same(other, text):
            continue
        tried += 1
        found = recognise(other.encode(), store, now)
        if found.verdict is Verdict.VALID:
            accepted.append(other)
        elif found.reason is Reason.INTERNAL:
            faults.append(other)
        elif found.holder is not None or found.health is not None:
            named.append(other)
    print(f"{name}: {tried} changed, {len(accepted)} accepted, in {time.monotonic() - began:.0f} s")
    assert (accepted[:3], faults[:3], named[:3]) == ([], [], [])
