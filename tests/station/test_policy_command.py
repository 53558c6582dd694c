"""``station policy check`` and ``explain``, as an office runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from station.cli import cli
from station.policy.file import PolicyError
from tests.station.test_policy import TEXT
from tests.station.test_regimes import POLICIES

REGIMES = Path(__file__).parents[2] / "station" / "regimes"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["policy", *arguments])


@pytest.mark.parametrize("name", POLICIES)
def test_the_shipped_regimes_can_be_used(name: str) -> None:
    found = run("check", str(REGIMES / f"{name}.toml"))
    assert (found.exit_code, found.output.count("\n")) == (0, 1)
    assert f"{name} 1, {len(POLICIES[name].rules)} rules, can be used" in found.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.replace("outcome", "outcom", 1).encode(), "rule[0] 'emergency': unknown key 'outcom'"),
        (b"\xff", "not UTF-8"),
        (b"#" * 1_048_577, "larger than"),
    ],
)
def test_a_wrong_policy_is_named_by_file_place_and_value(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_bytes(content)
    found = run("check", str(file))
    assert found.exit_code == 1
    assert str(file) in found.output
    assert says in found.output
    with pytest.raises(PolicyError):
        CliRunner().invoke(cli, ["policy", "explain", str(file)], catch_exceptions=False)


def test_a_policy_is_explained_in_the_order_of_its_rules() -> None:
    lines = run("explain", str(REGIMES / "high.toml"), "--language", "en").output.splitlines()
    rules = [line.partition(". ")[2].partition(":")[0] for line in lines if line[0].isdigit()]
    assert rules == [rule.name for rule in POLICIES["high"].rules]
    assert "1. emergency: person is emergency -> admit (emergency)" in lines
    assert any(". high-first: " in line and line.endswith("-> retake (above_line), after a rest") for line in lines)
    assert any(line.endswith("otherwise: everybody else -> ask (no_code)") for line in lines)
    assert "   Please tell the operator whether you leave the city." in lines
    assert any("test_hours is below 169" in line for line in lines)
    assert any("exception -> admit" in line and "not exception" not in line for line in lines)
    assert lines[-2] == "stricter than any plan: place-closed-clinic, place-closed-home, isolation-in"
    through = lines[-1].removeprefix("let through by no plan: ").split(", ")
    assert {"exception", "resident", "pass-work"} <= set(through)
