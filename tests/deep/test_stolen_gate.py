"""A stolen gate in a laboratory's hands (``./run test --deep stolen_gate``; an hour of computing).

``tests/station/test_theft.py`` plants the same people and looks for them as somebody in a hurry does.  Here every byte
may begin something compressed, and the rest of the hour goes into numbers: first those that end as the screen shows,
of the gate's own county and then of all, then telephones, then numbers of which nothing is known.
``STOLEN_GATE_SECONDS`` sets another time.  What was tried is printed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.station.robbed_gate import REGIONS, YEARS, RobbedGate
from tests.station.thief import Loot, all_numbers, crack, numbers_of_people, telephones

BUDGET_S = float(os.environ.get("STOLEN_GATE_SECONDS", "3600"))
#: Every county's number could be: a province from 11 to 65, then two times two digits as they are given out.
COUNTIES = tuple(f"{a}{b:02d}{c:02d}" for a in range(11, 66) for b in range(1, 31) for c in (*range(1, 30), 81, 82, 83))
BEGINNINGS = tuple(str(number) for number in range(130, 200))


def test_an_hour_of_computing_finds_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate = RobbedGate(tmp_path)
    loot = Loot.of(gate.folders, gate.logs, thorough=True)
    assert loot.search([*gate.old.secrets, *gate.new.secrets]) == []
    assert loot.search(set(gate.old.window) - set(gate.new.window)) == []
    people = [*gate.old.people, *gate.new.people]
    ends = sorted({person.id_number[-4:] for person in people})
    ends_of_phones = sorted({person.phone[-4:] for person in people})
    attacks: dict[str, tuple[Iterator[str], float]] = {
        "the people themselves": (iter([w for p in people for w in (p.id_number, p.phone, p.name)]), 1.0),
        "numbers of the county by their end": (numbers_of_people(REGIONS, ends, YEARS), 0.4),
        "telephones by their end": (telephones(BEGINNINGS, ends_of_phones), 0.3),
        "numbers of any county by their end": (numbers_of_people(COUNTIES, ends, YEARS), 0.2),
        "numbers of the county": (all_numbers(REGIONS, YEARS), 0.1),
    }
    report = {}
    for name, (candidates, share) in attacks.items():
        tried = crack(loot, candidates, BUDGET_S * share)
        report[name] = asdict(tried)
        assert tried.candidates, name
        assert tried.found == [], name
    with capsys.disabled():
        print(json.dumps(report, indent=1, ensure_ascii=False))
