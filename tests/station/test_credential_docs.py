"""The page on credentials names everything that can come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.credential import Format, Reason, Verdict, Warn, families, gate_pass, pass_claims
from station.credential.run_suite import SUITES

PAGE = (Path(__file__).parents[2] / "docs" / "credentials.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*Format, *Verdict, *Reason, *Warn, *SUITES])
def test_every_word_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_limits_on_the_page_are_those_in_the_code() -> None:
    assert f"text, 1–{pass_claims.MAX_NAME}" in PAGE
    assert f"text, 1–{pass_claims.MAX_HOUSEHOLD}" in PAGE
    assert f"1–{pass_claims.MAX_PLATES} texts of 1–{pass_claims.MAX_PLATE}" in PAGE
    assert f"{gate_pass.SKEW_MS // 1000} seconds of tolerance" in PAGE
    assert {family.format for family in families.FAMILIES} | {Format.UNRECOGNISED} == set(Format)
