"""The public suites of the issuers, read in place; skipped where they are not there."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

import pytest

from station.credential import Now, TrustStore, recognise, run_suite, suite_dcc, suite_shc
from station.credential.suite import Files
from station.credential.trust import Bundle
from station.credential.trust_lists import from_did

FOLDER = Path(__file__).parents[3] / "shared" / "testdata" / "credentials"


def files(kind: str) -> Files:
    folder = FOLDER / kind
    if not folder.is_dir():
        pytest.skip(f"the vectors are not here: {folder}")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_european_vectors() -> None:
    found = run_suite.run_suite("dcc", files("dcc"))
    assert found["forged_accepted"] == 0
    # What is left: five vectors without certificate, one whose JSON is another than its code, one without any entry.
    reasons = [(entry["vector"].split("/")[0], entry["reason"]) for entry in found["mismatches"]]
    assert sorted(reasons) == sorted(
        [("FI", "the vector has no CERTIFICATE")] * 5 + [("FR", "content"), ("common", "content")]
    )
    assert found["verdicts"]["checked"] >= 100
    assert found["flags"]["checked"] >= 450


def test_new_zealand_vectors() -> None:
    found = run_suite.run_suite("nzcp", files("nzcp"))
    assert (found["mismatches"], found["forged_accepted"]) == ([], 0)
    assert found["verdicts"] == {"checked": 7, "right": 7}


def test_smart_health_card_vectors() -> None:
    found = run_suite.run_suite("shc", files("shc"))
    assert (found["mismatches"], found["forged_accepted"]) == ([], 0)
    assert found["verdicts"]["checked"] >= 50


def test_a_suite_notices_a_wrong_answer() -> None:
    """The sabotage twin: with the signature, the prefix or the clock of a vector changed, it has to count as wrong."""
    source = files("dcc")
    path = "AT/2DCode/raw/1.json"
    vector = json.loads(source[path])
    assert suite_dcc.run({path: source[path]}, None).document()["mismatches"] == []
    for changes in (
        {"PREFIX": vector["PREFIX"][:-8] + "00000000"},
        {"PREFIX": "HC2:" + vector["PREFIX"][4:]},
        {"TESTCTX": vector["TESTCTX"] | {"VALIDATIONCLOCK": "2031-01-01T00:00:00Z"}},
    ):
        expected = vector["EXPECTEDRESULTS"] | {"EXPECTEDEXPIRATIONCHECK": True}
        changed = json.dumps(vector | changes | {"EXPECTEDRESULTS": expected}).encode()
        found = suite_dcc.run({path: changed}, None).document()
        assert found["verdicts"] == {"checked": 1, "right": 0}
        assert found["mismatches"]
    refused = json.dumps(vector | {"EXPECTEDRESULTS": {"EXPECTEDVERIFY": False}}).encode()
    assert suite_dcc.run({path: refused}, None).document()["forged_accepted"] == 1


def test_pictures_are_counted_where_they_can_be_read() -> None:
    source = files("nzcp")
    blind = run_suite.run_suite("nzcp", source, lambda _picture: None)
    assert blind["flags"]["right"] == 0
    assert blind["flags"]["checked"] >= 8


def test_the_list_of_card_cases() -> None:
    rows = list(suite_shc.cases())
    assert len(rows) >= 80
    assert ("numeric", frozenset(), tuple(f"example-02-f-qr-code-numeric-value-{n}.txt" for n in (1, 0, 2))) in rows
    assert max(len(paths) for _form, _reasons, paths in rows) == 17


def test_files_that_are_no_vectors_are_passed_over() -> None:
    for kind in run_suite.SUITES:
        found = run_suite.run_suite(kind, {"a.json": b"{", "b.json": b"[1]", "readme.txt": b"x"})
        assert found["verdicts"]["checked"] == 0
    with pytest.raises(KeyError):
        run_suite.run_suite("other", {})


def test_a_pass_of_new_zealand_through_the_door() -> None:
    source = files("nzcp")
    keys = from_did(json.loads(source["valid/did.json"])).keys
    trust = TrustStore().with_bundle(Bundle("nz", 1, 0, 2**52, keys))
    text, now = source["valid/nzcp.txt"].strip(), Now(1_638_316_800_000)
    spent = []
    for _ in range(50):
        begun = time.perf_counter_ns()
        found = recognise(text, trust, now)
        spent.append((time.perf_counter_ns() - begun) / 1e6)
    assert found.proves
    # The goal is 1 ms; the bound leaves room for a machine that does something else.
    assert statistics.median(spent) < 5
