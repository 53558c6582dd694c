from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import roster_people, search


def test_the_benchmark_writes_its_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "search.json"
    assert search.main(["--residents", "120", "--json", str(out)]) == 0
    found = json.loads(out.read_text())
    assert json.loads(capsys.readouterr().out) == found
    assert set(found) == {"residents", "product_ms", "like_ms"}
    assert found["residents"] == 120
    for each in (found["product_ms"], found["like_ms"]):
        assert set(each) == {"median", "p99"}
        assert 0 < each["median"] <= each["p99"]
    assert [path.name for path in tmp_path.iterdir()] == ["search.json"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert search.main(["--residents", "60", "--json", str(tmp_path / "no" / "search.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_unknown_options_are_errors() -> None:
    for arguments in (["--jsn", "x"], ["--residents", "3"], ["--resid", "60"]):
        with pytest.raises(SystemExit) as left:
            search.main(arguments)
        assert left.value.code == 2


def test_the_invented_people_are_the_same_every_time() -> None:
    first, second = (list(roster_people.people(500)) for _ in range(2))
    assert first == second
    assert len({person.id_number for person in first}) == 500
    assert 3 <= sum(person.name.startswith("王") for person in first) * 100 / 500 <= 14
